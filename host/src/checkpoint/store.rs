//! Checkpoints as files: the newest and the one before.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::format::{Checkpoint, Fault, check_head};
use super::identity::Identity;
use crate::data::Cause;
use crate::model::{Destination, ModelError, unwritable};
use crate::sweep::Difference;

/// What is added to the name of a checkpoint when there is a newer one.
const BEFORE: &str = ".before";

/// Why a checkpoint cannot be read or written.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// The file cannot be read.
    #[error("{}: {}", path.display(), Cause(cause))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The file is no checkpoint, or a damaged one, and neither is there a sound one before it.
    #[error("{}: {fault}; name another file, or remove it to begin anew", path.display())]
    Fault {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        fault: Fault,
    },
    /// It is of another run.
    #[error("{}: is of another run: {}; give its flags, or name another file", path.display(), list(differences))]
    Other {
        /// The file.
        path: PathBuf,
        /// What differs.
        differences: Vec<Difference>,
    },
    /// A new run would take the place of an old one.
    #[error("{}: holds a run; add --resume to go on with it, or remove it to begin anew", .0.display())]
    Taken(PathBuf),
    /// It cannot be written.
    #[error(transparent)]
    Write(#[from] ModelError),
    /// What was written before cannot be moved out of the way.
    #[error("{}: {}", path.display(), unwritable(cause))]
    Move {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
}

/// All differences in a line.
fn list(differences: &[Difference]) -> String {
    differences.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}

/// What a store holds.
#[derive(Debug)]
pub enum Found {
    /// Nothing.
    Nothing,
    /// The newest checkpoint.
    Newest(Box<Checkpoint>),
    /// The one before, and what is wrong with the newest; it may just not be there.
    Before(Box<Checkpoint>, Option<Fault>),
}

/// Where the checkpoints of a run are.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    before: PathBuf,
    destination: Destination,
    /// Whether there is a sound newest one, which the next may not simply replace.
    moves: bool,
}

impl Store {
    /// That with the newest checkpoint at `path`.
    ///
    /// # Errors
    ///
    /// If nothing can be written there.
    pub fn new(path: &Path) -> Result<Self, CheckpointError> {
        let destination = Destination::new(path)?;
        // Behind a link the file it points to is replaced; the one before goes beside that.
        let linked = if path.is_symlink() { fs::canonicalize(path).ok() } else { None };
        let path = linked.unwrap_or_else(|| path.to_owned());
        let before = before(&path);
        Ok(Self { path, before, destination, moves: false })
    }

    /// Begins a new run.
    ///
    /// # Errors
    ///
    /// If there is something already: a run, or a file that is no checkpoint.
    pub fn begin(&self) -> Result<(), CheckpointError> {
        for path in [&self.path, &self.before] {
            match read(path) {
                Ok(None) => {}
                Ok(Some(_)) => return Err(CheckpointError::Taken(path.clone())),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// What there is to go on from in a run of `identity`.
    ///
    /// # Errors
    ///
    /// If what there is is of another run, or no checkpoint, and there is none before it.
    pub fn resume(&mut self, identity: &Identity) -> Result<Found, CheckpointError> {
        let newest = read(&self.path);
        self.moves = matches!(newest, Ok(Some(_)));
        let found = match newest {
            Ok(Some(checkpoint)) => Found::Newest(Box::new(checkpoint)),
            Ok(None) => match read(&self.before)? {
                Some(checkpoint) => Found::Before(Box::new(checkpoint), None),
                None => Found::Nothing,
            },
            Err(CheckpointError::Fault { path, fault }) => match read(&self.before) {
                Ok(Some(checkpoint)) => Found::Before(Box::new(checkpoint), Some(fault)),
                _ => return Err(CheckpointError::Fault { path, fault }),
            },
            Err(error) => return Err(error),
        };
        let (checkpoint, path) = match &found {
            Found::Nothing => return Ok(found),
            Found::Newest(checkpoint) => (checkpoint, &self.path),
            Found::Before(checkpoint, _) => (checkpoint, &self.before),
        };
        let differences = checkpoint.identity.differences(identity);
        if differences.is_empty() {
            Ok(found)
        } else {
            Err(CheckpointError::Other { path: path.clone(), differences })
        }
    }

    /// Writes the newest checkpoint; what was the newest becomes the one before.
    ///
    /// # Errors
    ///
    /// If it cannot be written; those that were there still are, then, under one name or the other.
    pub fn write(&mut self, checkpoint: &Checkpoint) -> Result<(), CheckpointError> {
        let moved = |cause| CheckpointError::Move { path: self.before.clone(), cause };
        let staged = self.destination.stage(&checkpoint.to_bytes())?;
        // Between this and the next line there is only the one before, which is sound.
        if self.moves {
            fs::rename(&self.path, &self.before).map_err(moved)?;
        }
        staged.publish()?;
        self.moves = true;
        Ok(())
    }
}

/// The name of the checkpoint before that at `path`.
pub fn before(path: &Path) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(BEFORE);
    name.into()
}

/// The checkpoint at `path`, if there is a file.
fn read(path: &Path) -> Result<Option<Checkpoint>, CheckpointError> {
    let failed = |cause| CheckpointError::Read { path: path.to_owned(), cause };
    let fault = |fault| CheckpointError::Fault { path: path.to_owned(), fault };
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(failed(cause)),
    };
    let found = file.metadata().map_err(failed)?.len();
    let mut bytes = Vec::new();
    // A file of something else is not read to its end, however long it is.
    file.by_ref().take(64).read_to_end(&mut bytes).map_err(failed)?;
    check_head(&bytes, found).map_err(fault)?;
    file.read_to_end(&mut bytes).map_err(failed)?;
    Checkpoint::from_bytes(&bytes).map(Some).map_err(fault)
}
