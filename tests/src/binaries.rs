//! The real binaries, built once a test run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::repository;

/// The program called `name` (`diaba`, `diaba-import`, `diaba-samples`), built from the sources as they are.
///
/// `DIABA_BIN_DIR` names a folder of programs to take instead of building them.
pub fn binary(name: &str) -> PathBuf {
    static BUILT: OnceLock<BTreeMap<String, PathBuf>> = OnceLock::new();
    if let Some(folder) = std::env::var_os("DIABA_BIN_DIR") {
        return Path::new(&folder).join(name);
    }
    let built = BUILT.get_or_init(build);
    built
        .get(name)
        .unwrap_or_else(|| panic!("cargo built no {name}: {built:?}"))
        .clone()
}

fn build() -> BTreeMap<String, PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(repository::root())
        .args([
            "build",
            "--locked",
            "--quiet",
            "--bins",
            "--message-format=json",
        ])
        .args([
            "-p",
            "diaba-server",
            "-p",
            "diaba-importers",
            "-p",
            "diaba-samples",
        ])
        .stdin(Stdio::null())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|message| {
            let path = PathBuf::from(message.get("executable")?.as_str()?);
            Some((path.file_name()?.to_str()?.to_owned(), path))
        })
        .collect()
}
