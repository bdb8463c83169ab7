//! Where things lie.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The repository's folder: the one the tests run in, wherever they were compiled.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let package = std::env::var_os("CARGO_MANIFEST_DIR")
            .unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        Path::new(&package).parent().unwrap().to_owned()
    });
    &ROOT
}

/// A small committed sample, by its file name.
pub fn sample(name: &str) -> PathBuf {
    let path = root().join("data-samples/files").join(name);
    assert!(path.exists(), "there is no sample {}", path.display());
    path
}

/// A file of the real data that lies beside the repository and is never part of it; `None` (said aloud) without it.
///
/// `DIABA_SHARED_DATA` names the folder where it is elsewhere.
pub fn real_data(name: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("DIABA_SHARED_DATA").map_or_else(
        || root().parent().unwrap_or(root()).join("shared/data"),
        PathBuf::from,
    );
    let path = folder.join(name);
    if path.exists() {
        return Some(path);
    }
    crate::need::say_skipped(&format!("the real data {} is not here", path.display()));
    None
}
