//! A small synthetic province with every theme, made and imported once and shared by all tests that only read it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::{binary, import, run};

/// Parcels in it, about.
const PARCELS: &str = "4000";

/// The generator's files and what became of them.
#[derive(Debug)]
pub struct Province {
    folder: PathBuf,
}

/// The shared province. Nobody may change it; [`Province::copy`] gives a store of one's own.
pub fn province() -> &'static Province {
    static MADE: OnceLock<Province> = OnceLock::new();
    MADE.get_or_init(Province::make)
}

impl Province {
    /// Kept beside the binaries and found again by the next test program, until a binary changes.
    fn make() -> Self {
        let programs = [binary("diaba-samples"), binary("diaba-import")];
        let stamp = programs.map(|program| {
            let about = fs::metadata(program).unwrap();
            format!(
                "{:x}-{:x}",
                about.len(),
                about.modified().unwrap().elapsed_since_epoch()
            )
        });
        let shelf = binary("diaba-import").parent().unwrap().join("diaba-tests");
        let folder = shelf.join(format!("province-{PARCELS}-{}", stamp.join("-")));
        if !folder.exists() {
            let _ = fs::remove_dir_all(&shelf);
            fs::create_dir_all(&shelf).unwrap();
            let making = tempfile::tempdir_in(&shelf).unwrap();
            fill(making.path());
            // Another test program may have been faster: then its province is as good.
            if fs::rename(making.path(), &folder).is_ok() {
                let _ = making.keep();
            }
        }
        Self { folder }
    }

    /// The data directory.
    pub fn store(&self) -> PathBuf {
        self.folder.join("store")
    }

    /// The generator's file of `theme`.
    pub fn file(&self, theme: &str) -> PathBuf {
        self.folder.join(format!("files/{theme}.fgb"))
    }

    /// What the importer reported, by theme.
    pub fn reports(&self) -> BTreeMap<String, Value> {
        let entries = fs::read_dir(self.folder.join("reports")).unwrap();
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .map(|path| {
                (
                    stem(&path),
                    serde_json::from_slice(&fs::read(&path).unwrap()).unwrap(),
                )
            })
            .collect()
    }

    /// A copy of the data directory that the caller may harm.
    pub fn copy(&self) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let _ = run(Command::new("cp")
            .arg("-r")
            .arg(self.store().join("."))
            .arg(folder.path()))
        .ok();
        folder
    }
}

fn fill(folder: &Path) {
    let files = folder.join("files");
    let reports = folder.join("reports");
    fs::create_dir_all(&reports).unwrap();
    let _ = run(Command::new(binary("diaba-samples"))
        .args(["--parcels", PARCELS, "--out"])
        .arg(&files))
    .ok();
    for entry in fs::read_dir(&files).unwrap() {
        let file = entry.unwrap().path();
        if file.extension().is_some_and(|extension| extension == "fgb") {
            let theme = stem(&file);
            let report = import(&file, &theme, &folder.join("store"))
                .option("--dataset", "tong-hop")
                .ok();
            fs::write(reports.join(format!("{theme}.json")), report.to_string()).unwrap();
        }
    }
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

trait SinceEpoch {
    fn elapsed_since_epoch(&self) -> u128;
}

impl SinceEpoch for std::time::SystemTime {
    fn elapsed_since_epoch(&self) -> u128 {
        self.duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_nanos()
    }
}
