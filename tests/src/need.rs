//! Programs a test cannot do without, and what happens when they are absent.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::repository;

/// Set by `scripts/test`, which installs everything: a missing program is then a failure.
const NEED_ALL: &str = "DIABA_TESTS_NEED_ALL";

/// Whether `program` is on the path. Without it the test is to return at once.
#[must_use]
pub fn program(program: &str) -> bool {
    let there = Command::new(program)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok();
    there || missing(&format!("{program} is not installed"))
}

/// Whether a Debian program that knows no `--version` lies at one of its usual places.
#[must_use]
pub fn file(path: &str) -> bool {
    Path::new(path).exists() || missing(&format!("{path} is not installed"))
}

/// Whether Node and the readers of `tests/node` are installed (`npm ci` there).
#[must_use]
pub fn node_readers() -> bool {
    program("node")
        && (repository::root().join("tests/node/node_modules").exists()
            || missing("tests/node is not installed: npm ci in it"))
}

/// Whether Python can import GDAL.
#[must_use]
pub fn python_gdal() -> bool {
    let there = Command::new("/usr/bin/python3")
        .args(["-c", "import osgeo.gdal"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    there || missing("python3-gdal is not installed")
}

fn missing(what: &str) -> bool {
    assert!(std::env::var_os(NEED_ALL).is_none(), "{what}");
    say_skipped(what);
    false
}

/// Says on the terminal that the test running now was skipped, and why; `cargo test` hides what a passing test
/// prints, but not what it writes.
pub fn say_skipped(why: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    let _ = writeln!(std::io::stderr(), "skipped {test}: {why}");
}
