//! Where model files go.

use std::fs::File;
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
        self.stage(bytes)?.publish()
    }

    /// Writes `bytes` beside it, for them to take its name later.
    ///
    /// # Errors
    ///
    /// If they cannot be written.
    pub fn stage(&self, bytes: &[u8]) -> Result<Staged<'_>, ModelError> {
        let written = || {
            let mut file = self.temporary()?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            Ok(file)
        };
        let file = written().map_err(|cause| self.failed(cause))?;
        Ok(Staged { destination: self, file })
    }

    /// The folder of the target.
    fn folder(&self) -> &Path {
        match self.target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }

    /// A new file in the folder of the target.
    fn temporary(&self) -> io::Result<NamedTempFile> {
        let mut builder = tempfile::Builder::new();
        builder.prefix(".gradito-").suffix(".part");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(self.folder())
    }

    fn failed(&self, cause: io::Error) -> ModelError {
        ModelError::Write { path: self.name.clone(), cause }
    }
}

/// Bytes that are written, and have not yet their name.
#[derive(Debug)]
pub struct Staged<'a> {
    destination: &'a Destination,
    file: NamedTempFile,
}

impl Staged<'_> {
    /// Gives them their name, in one step.
    ///
    /// # Errors
    ///
    /// If they cannot have it; what was there before is still there then.
    pub fn publish(self) -> Result<(), ModelError> {
        let Self { destination, file } = self;
        file.persist(&destination.target).map_err(|error| destination.failed(error.error))?;
        // That the name, too, outlasts a loss of power. Not every system syncs folders.
        if let Ok(folder) = File::open(destination.folder()) {
            let _ = folder.sync_all();
        }
        Ok(())
    }
}
