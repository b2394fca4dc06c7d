//! The file of the embedded engine on the disk: for its owner alone, and still where it was opened.

use std::fs::{OpenOptions, Permissions};
use std::io::ErrorKind;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::error::{Result, StoreError};

/// What the engine keeps beside its file, under its name.
const BESIDE: [&str; 3] = ["", "-wal", "-shm"];

/// Makes the file for its owner alone, where it is not there yet; what was made for everybody to read is mended.
///
/// The engine gives what it keeps beside the file the same rights.
pub(crate) fn make_private(path: &Path) -> Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            for end in BESIDE {
                let mut name = path.as_os_str().to_owned();
                name.push(end);
                mend(Path::new(&name));
            }
            Ok(())
        }
        Err(error) if matches!(error.kind(), ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied) => {
            Err(StoreError::ReadOnly { place: path.display().to_string() })
        }
        Err(source) => Err(StoreError::File { path: path.display().to_string(), source }),
    }
}

fn mend(file: &Path) {
    let Ok(metadata) = std::fs::metadata(file) else { return };
    if metadata.mode() & 0o077 != 0 {
        // Whoever is not its owner cannot mend it, and a disk that is only read keeps it as it is.
        let _ = std::fs::set_permissions(file, Permissions::from_mode(0o600));
    }
}

/// The file as it was opened: its place, and which one lay there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Opened {
    path: PathBuf,
    which: Option<(u64, u64)>,
}

impl Opened {
    pub(crate) fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), which: which(path) }
    }

    /// Refuses where the file is gone or another one lies in its place: what were written to it nobody would find again.
    pub(crate) fn still_there(&self) -> Result<()> {
        if self.which.is_some() && which(&self.path) == self.which {
            return Ok(());
        }
        Err(StoreError::Gone { place: self.path.display().to_string() })
    }
}

fn which(path: &Path) -> Option<(u64, u64)> {
    let metadata = std::fs::metadata(path).ok()?;
    Some((metadata.dev(), metadata.ino()))
}
