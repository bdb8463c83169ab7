//! Files on their way to the disk, beside the work on others: what is sealed has to outlast a power cut, and waiting for
//! a disk keeps no core busy.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};
use std::thread::{Builder, JoinHandle};

use super::ShardError;

/// A thread that waits for the disk.
pub(super) struct Disk {
    written: Sender<PathBuf>,
    waiting: JoinHandle<Result<(), ShardError>>,
}

impl Disk {
    /// With nothing to wait for yet.
    ///
    /// # Errors
    /// [`ShardError::Io`] where there is no thread to be had; `folder` is what the files are for.
    pub fn new(folder: &Path) -> Result<Self, ShardError> {
        let (written, files) = channel::<PathBuf>();
        let waiting = Builder::new()
            .name("disk".to_owned())
            .spawn(move || files.iter().try_for_each(|path| sync(&path)))
            .map_err(|e| ShardError::io(folder, e))?;
        Ok(Self { written, waiting })
    }

    /// Has a file that was written brought to the disk.
    pub fn bring(&self, path: &Path) {
        // Where nobody listens any more a file has failed, and `done` says which.
        let _ = self.written.send(path.to_owned());
    }

    /// Returns when all of them are there.
    ///
    /// # Errors
    /// [`ShardError::Io`].
    pub fn done(self) -> Result<(), ShardError> {
        drop(self.written);
        match self.waiting.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}

fn sync(path: &Path) -> Result<(), ShardError> {
    File::open(path)
        .and_then(|file| file.sync_all())
        .map_err(|e| ShardError::io(path, e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_brought_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (there, gone) = (folder.path().join("there"), folder.path().join("gone"));
        std::fs::write(&there, "x").unwrap();
        let disk = Disk::new(folder.path()).unwrap();
        disk.bring(&there);
        disk.done().unwrap();

        let disk = Disk::new(folder.path()).unwrap();
        disk.bring(&gone);
        disk.bring(&there);
        let said = disk.done().unwrap_err().to_string();
        assert!(said.contains("gone"), "{said}");
    }
}
