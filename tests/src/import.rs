//! The real importer.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::{Outcome, binary, run};

/// A call of `diaba-import` in the making; [`Import::run`] makes it.
#[derive(Debug)]
pub struct Import {
    command: Command,
    report: PathBuf,
    _folder: tempfile::TempDir,
}

/// Imports `file` as `theme` into the data directory `data`.
pub fn import(file: &Path, theme: &str, data: &Path) -> Import {
    import_to(file, theme, ["--data".as_ref(), data.as_os_str()])
}

/// Imports `file` as `theme` into the database at `url`.
pub fn import_into_database(file: &Path, theme: &str, url: &str) -> Import {
    import_to(file, theme, ["--database".as_ref(), url.as_ref()])
}

fn import_to(file: &Path, theme: &str, home: [&std::ffi::OsStr; 2]) -> Import {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let mut command = Command::new(binary("diaba-import"));
    command
        .arg(file)
        .args(["--theme", theme])
        .args(home)
        .arg("--report")
        .arg(&report);
    Import {
        command,
        report,
        _folder: folder,
    }
}

impl Import {
    /// A further option and its value.
    #[must_use]
    pub fn option(mut self, name: &str, value: &str) -> Self {
        self.command.args([name, value]);
        self
    }

    /// A further option without value.
    #[must_use]
    pub fn flag(mut self, name: &str) -> Self {
        self.command.arg(name);
        self
    }

    /// Runs it; the outcome and the report (null where none was written).
    pub fn run(mut self) -> (Outcome, Value) {
        let outcome = run(&mut self.command);
        let report = std::fs::read(&self.report)
            .ok()
            .map_or(Value::Null, |bytes| {
                serde_json::from_slice(&bytes).expect("the report is JSON")
            });
        (outcome, report)
    }

    /// Runs it; it must succeed. The report.
    pub fn ok(self) -> Value {
        let (outcome, report) = self.run();
        let _ = outcome.ok();
        report
    }

    /// The command itself, for who wants to stop it halfway; its report is lost.
    pub fn into_command(self) -> Command {
        let mut command = Command::new(self.command.get_program());
        let mut arguments = self.command.get_args();
        while let Some(argument) = arguments.next() {
            if argument == "--report" {
                let _ = arguments.next();
            } else {
                command.arg(argument);
            }
        }
        command
    }
}
