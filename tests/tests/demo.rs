//! `scripts/demo` as people run it: from anywhere, twice, until Ctrl-C.

use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use diaba_tests::live::THEMES;
use diaba_tests::{binary, need, repository};
use rustix::process::{Pid, Signal, kill_process};

/// A running demo with the tests' own programs and a small province.
struct Demo {
    child: Child,
    /// What it said until its server was ready.
    said: String,
    address: String,
}

impl Demo {
    /// Starts the demo through a link in a folder with spaces in its name, from another folder.
    fn start(data: &Path, elsewhere: &Path) -> Self {
        let link = elsewhere.join("bản demo");
        if !link.exists() {
            symlink(repository::root().join("scripts/demo"), &link).unwrap();
        }
        let mut child = Command::new(link)
            .current_dir(elsewhere)
            .env("DIABA_PORT", "0")
            .env("DIABA_DEMO_PARCELS", "2000")
            .env("DIABA_BIN_DIR", binary("diaba").parent().unwrap())
            .env("DIABA_DEMO_DATA", data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut address = None;
        for line in BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok)
        {
            if line.starts_with("http://") {
                address = Some(line.trim_end_matches('/').to_owned());
                break;
            }
            said.push_str(&line);
            said.push('\n');
        }
        let address = address.unwrap_or_else(|| panic!("the demo ended: {said}"));
        Self {
            child,
            said,
            address,
        }
    }

    /// Sends `signal` and waits; the exit code.
    fn end(mut self, signal: Signal) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
        let start = Instant::now();
        while start.elapsed() < Duration::from_mins(1) {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the demo did not end");
    }
}

impl Drop for Demo {
    /// A test that fails half-way leaves no server behind: the demo stops its own on a signal.
    fn drop(&mut self) {
        for _ in 0..100 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
    }
}

#[test]
fn the_demo_runs_twice_and_the_second_time_makes_nothing_anew() {
    if !need::program("npm") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = folder.path().join("một thư mục khác");
    fs::create_dir(&elsewhere).unwrap();
    let data = folder.path().join("dữ liệu demo");

    let first = Demo::start(&data, &elsewhere);
    let themes = reqwest::blocking::get(format!("{}/themes", first.address))
        .unwrap()
        .text()
        .unwrap();
    let counted: serde_json::Value = serde_json::from_str(&themes).unwrap();
    // Those of the samples, and the findings, of which the samples have none.
    assert_eq!(counted.as_array().unwrap().len(), THEMES.len() + 1);
    assert!(
        counted
            .as_array()
            .unwrap()
            .iter()
            .all(|theme| (theme["count"].as_u64() > Some(0)) == (theme["id"] != "quality_findings")),
        "{themes}"
    );
    // As a browser asks: others get the landing page of the API.
    let portal = reqwest::blocking::Client::new()
        .get(&first.address)
        .header("accept", "text/html")
        .send()
        .unwrap()
        .text()
        .unwrap();
    assert!(
        portal.contains("<script"),
        "the portal is not in the binary: {portal}"
    );
    assert_eq!(first.end(Signal::INT), Some(0));

    let made = fs::read_to_string(data.join("made-from")).unwrap();
    let second = Demo::start(&data, &elsewhere);
    assert!(!second.said.contains("Importing"), "{}", second.said);
    let again = reqwest::blocking::get(format!("{}/themes", second.address))
        .unwrap()
        .text()
        .unwrap();
    assert_eq!(again, themes);
    assert_eq!(second.end(Signal::TERM), Some(0));
    assert_eq!(fs::read_to_string(data.join("made-from")).unwrap(), made);
}

#[test]
fn a_port_that_is_none_is_refused_before_anything_is_built() {
    let outcome = Command::new(repository::root().join("scripts/demo"))
        .env("DIABA_PORT", "80a")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(outcome.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&outcome.stderr).contains("DIABA_PORT"));
}
