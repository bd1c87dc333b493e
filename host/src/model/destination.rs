//! Where model files go.

use std::io::{self, Write};
use std::path::{Path, PathBuf, is_separator};

use tempfile::NamedTempFile;

use super::ModelError;

/// A place where a model will be written: found to be writable before training starts.
///
/// The image goes to a temporary file in the same folder, is synced, and takes its name in one
/// step: at no instant is there half an image under the final name.
#[derive(Debug)]
pub struct Destination {
    /// As it was named.
    name: PathBuf,
    /// The file itself, links followed.
    target: PathBuf,
}

impl Destination {
    /// Prepares writing to `path`. What is there stays until [`write`](Self::write).
    ///
    /// # Errors
    ///
    /// If nothing can be written there.
    pub fn new(path: &Path) -> Result<Self, ModelError> {
        let name = path.to_owned();
        // A link is followed, so that the file it points to is replaced, not the link.
        let target = match std::fs::canonicalize(path) {
            Ok(target) if target.is_file() => target,
            Ok(_) => return Err(ModelError::NotAFile { path: name }),
            Err(_) if path.is_symlink() => return Err(ModelError::BrokenLink { path: name }),
            // `models/` is a folder, there or not.
            Err(_) if path.as_os_str().to_string_lossy().ends_with(is_separator) => {
                return Err(ModelError::NotAFile { path: name });
            }
            Err(_) if path.file_name().is_none() => {
                return Err(ModelError::NotAFile { path: name });
            }
            Err(_) => path.to_owned(),
        };
        let destination = Self { name, target };
        // Tried, and taken away at once: a run that is killed leaves nothing behind.
        destination.temporary().map_err(|cause| destination.failed(cause))?;
        Ok(destination)
    }

    /// Writes `bytes` there.
    ///
    /// # Errors
    ///
    /// If they cannot be written; what was there before is still there then.
    pub fn write(&self, bytes: &[u8]) -> Result<(), ModelError> {
        let written = || {
            let mut file = self.temporary()?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&self.target).map_err(|error| error.error)
        };
        written().map(drop).map_err(|cause| self.failed(cause))
    }

    /// A new file in the folder of the target.
    fn temporary(&self) -> io::Result<NamedTempFile> {
        let folder = match self.target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".gradito-").suffix(".part");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(folder)
    }

    fn failed(&self, cause: io::Error) -> ModelError {
        ModelError::Write { path: self.name.clone(), cause }
    }
}
