//! Results folders.
//!
//! | file | holds |
//! | --- | --- |
//! | `sweep.json` | which sweep it is: a [`Manifest`], written in one step before the first run |
//! | `runs.jsonl` | a [`Line`] a run, in the order in which the runs ended |
//!
//! A line is written at once and synced. A program that is killed meanwhile leaves a line without its
//! end: it is dropped when the folder is opened next, and its run is done again.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::line::{Line, LineError};
use super::manifest::{Difference, Manifest};
use crate::data::Cause;
use crate::model::{Destination, ModelError, unwritable};

const MANIFEST: &str = "sweep.json";
const RUNS: &str = "runs.jsonl";

/// Why a results folder cannot be used.
#[derive(Debug, Error)]
pub enum FolderError {
    /// The folder cannot be made, or not be read.
    #[error("{}: {}", path.display(), unwritable(cause))]
    Folder {
        /// The folder, or a file of it.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// It is not there, or cannot be read.
    #[error("{}: {}", path.display(), Cause(cause))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] ModelError),
    /// The folder holds something else.
    #[error("{}: is not empty and holds no sweep; name a new folder with --out", .0.display())]
    NoSweep(PathBuf),
    /// Another program writes to it.
    #[error("{}: another gradito is writing to it; wait for it, or name another --out", .0.display())]
    InUse(PathBuf),
    /// The manifest cannot be read.
    #[error("{}: is no description of a sweep ({cause}); name another folder", path.display())]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong.
        cause: serde_json::Error,
    },
    /// It is the folder of another sweep.
    #[error("{}: holds another sweep: {difference}; give its flags, or name another folder", path.display())]
    Other {
        /// The folder.
        path: PathBuf,
        /// What differs.
        difference: Difference,
    },
    /// A line is damaged.
    #[error("{}, line {line}: {cause}; take the line out, and its run is done again", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        cause: LineError,
    },
    /// One run, two results.
    #[error(
        "{}: two lines of run {key} differ; one was computed by another version or a faulty machine", path.display()
    )]
    Disagreement {
        /// The file with the second.
        path: PathBuf,
        /// The run's key.
        key: String,
    },
}

/// A results folder that is being written to, by nobody else.
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    file: File,
    lines: Vec<Line>,
    /// Whether a line could not be written whole, after which none is written.
    broken: bool,
}

impl Folder {
    /// Opens the folder at `path` to begin the sweep of `manifest`, or to go on with it. The folder
    /// is made if it is not there; a line without its end is dropped.
    ///
    /// # Errors
    ///
    /// If the folder holds something else or is in use, or cannot be read or written.
    pub fn open(path: &Path, manifest: &Manifest) -> Result<Self, FolderError> {
        let failed = |cause| FolderError::Folder { path: path.to_owned(), cause };
        fs::create_dir_all(path).map_err(|cause| match cause.kind() {
            // What stands in the way is a file.
            ErrorKind::AlreadyExists => failed(ErrorKind::NotADirectory.into()),
            _ => failed(cause),
        })?;
        let manifest_path = path.join(MANIFEST);
        if !manifest_path.exists() && !is_fresh(path).map_err(failed)? {
            return Err(FolderError::NoSweep(path.to_owned()));
        }
        let runs = path.join(RUNS);
        let mut file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(&runs)
            .map_err(|cause| FolderError::Folder { path: runs.clone(), cause })?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(FolderError::InUse(path.to_owned())),
            // Some file systems have no locks.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        if manifest_path.exists() {
            if let Some(difference) = read_manifest(path)?.difference(manifest) {
                return Err(FolderError::Other { path: path.to_owned(), difference });
            }
        } else {
            let mut text = serde_json::to_string_pretty(manifest)
                .map_err(|cause| FolderError::Manifest { path: manifest_path.clone(), cause })?;
            text.push('\n');
            Destination::new(&manifest_path)?.write(text.as_bytes())?;
        }
        let failed = |cause| FolderError::Folder { path: runs.clone(), cause };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let whole = whole(&bytes);
        if whole < bytes.len() {
            file.set_len(whole as u64).map_err(failed)?;
            file.seek(SeekFrom::End(0)).map_err(failed)?;
        }
        let lines = parse(&bytes[..whole], &runs, manifest)?;
        Ok(Self { path: path.to_owned(), file, lines, broken: false })
    }

    /// The runs that are over, each once, in the order in which they were written.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Writes a line, and syncs it.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn append(&mut self, line: Line) -> Result<(), FolderError> {
        let path = self.path.join(RUNS);
        let mut text =
            line.to_json().map_err(|cause| FolderError::Manifest { path: path.clone(), cause })?;
        text.push('\n');
        // Behind half a line another would be lost with it.
        let written = if self.broken {
            Err(ErrorKind::WriteZero.into())
        } else {
            self.file.write_all(text.as_bytes()).and_then(|()| self.file.sync_data())
        };
        written.map_err(|cause| {
            self.broken = true;
            FolderError::Folder { path, cause }
        })?;
        self.lines.push(line);
        Ok(())
    }

    /// Writes a file of that name into the folder, in one step.
    ///
    /// # Errors
    ///
    /// If it cannot be written; what was there before is still there then.
    pub fn write(&self, name: &str, text: &str) -> Result<(), FolderError> {
        let destination = Destination::new(&self.path.join(name))?;
        Ok(destination.write(text.as_bytes())?)
    }
}

/// The manifest of the results folder at `path`.
///
/// # Errors
///
/// If there is none, or it cannot be read.
pub fn read_manifest(path: &Path) -> Result<Manifest, FolderError> {
    let path = path.join(MANIFEST);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(cause) => return Err(FolderError::Read { path, cause }),
    };
    serde_json::from_str(&text).map_err(|cause| FolderError::Manifest { path, cause })
}

/// The lines of the results folder at `path`, whose manifest is `manifest`; one without its end is
/// passed over.
///
/// # Errors
///
/// If the file cannot be read, a line is damaged, or two lines contradict each other.
pub fn read_lines(path: &Path, manifest: &Manifest) -> Result<Vec<Line>, FolderError> {
    let path = path.join(RUNS);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(cause) => return Err(FolderError::Read { path, cause }),
    };
    parse(&bytes[..whole(&bytes)], &path, manifest)
}

/// Where the last line ends that has an end.
fn whole(bytes: &[u8]) -> usize {
    bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1)
}

/// The lines of a file, each run once.
fn parse(bytes: &[u8], path: &Path, manifest: &Manifest) -> Result<Vec<Line>, FolderError> {
    let mut lines = Vec::new();
    for (number, text) in (1..).zip(String::from_utf8_lossy(bytes).lines()) {
        let line = Line::from_json(text, manifest.digests())
            .map_err(|cause| FolderError::Line { path: path.to_owned(), line: number, cause })?;
        lines.push(line);
    }
    join([(path, lines)])
}

/// The lines of several files, each run once.
///
/// # Errors
///
/// [`FolderError::Disagreement`] if two lines of one run differ in more than what was measured.
pub fn join<'a>(
    files: impl IntoIterator<Item = (&'a Path, Vec<Line>)>,
) -> Result<Vec<Line>, FolderError> {
    let mut places = std::collections::HashMap::new();
    let mut all: Vec<Line> = Vec::new();
    for (path, lines) in files {
        for line in lines {
            match places.get(&line.key) {
                None => {
                    places.insert(line.key.clone(), all.len());
                    all.push(line);
                }
                Some(&place) if all[place].agrees(&line) => {}
                Some(_) => {
                    let key = line.key;
                    return Err(FolderError::Disagreement { path: path.to_owned(), key });
                }
            }
        }
    }
    Ok(all)
}

/// Whether the folder holds nothing, or only what a sweep leaves that was killed at its very start.
fn is_fresh(path: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_part = name.starts_with(".gradito-") && name.ends_with(".part");
        if !(is_part || name == RUNS && entry.metadata()?.len() == 0) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::key::tests::digests;
    use crate::sweep::line::tests::outcome;
    use crate::sweep::manifest::tests::manifest;
    use crate::training::Settings;

    fn line(seed: u64) -> Line {
        Line::new(0, &outcome(Settings { seed, ..Settings::default() }, 0.5), &digests())
    }

    fn folder(lines: u64) -> (tempfile::TempDir, PathBuf) {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("some/results");
        let mut folder = Folder::open(&path, &manifest(None)).unwrap();
        (1..=lines).for_each(|seed| folder.append(line(seed)).unwrap());
        (outer, path)
    }

    #[test]
    fn what_was_written_is_there_when_it_is_opened_again() {
        let (_outer, path) = folder(3);
        let mut again = Folder::open(&path, &manifest(None)).unwrap();
        assert_eq!(again.lines(), [line(1), line(2), line(3)]);
        again.append(line(4)).unwrap();
        drop(again);
        assert_eq!(read_lines(&path, &manifest(None)).unwrap().len(), 4);
        assert_eq!(read_manifest(&path).unwrap(), manifest(None));
    }

    #[test]
    fn a_torn_line_is_dropped_wherever_it_was_torn() {
        let (_outer, path) = folder(2);
        let bytes = fs::read(path.join(RUNS)).unwrap();
        let first = whole(&bytes[..bytes.len() - 1]);
        for end in first..bytes.len() {
            fs::write(path.join(RUNS), &bytes[..end]).unwrap();
            assert_eq!(read_lines(&path, &manifest(None)).unwrap(), [line(1)]);
            let mut again = Folder::open(&path, &manifest(None)).unwrap();
            assert_eq!(again.lines(), [line(1)], "torn after {end} bytes");
            again.append(line(2)).unwrap();
            assert_eq!(fs::read(path.join(RUNS)).unwrap(), bytes);
        }
    }

    #[test]
    fn a_damaged_line_is_named_and_a_second_one_must_agree() {
        let (_outer, path) = folder(2);
        let text = fs::read_to_string(path.join(RUNS)).unwrap();
        let error = |text: &str| {
            fs::write(path.join(RUNS), text).unwrap();
            Folder::open(&path, &manifest(None)).unwrap_err().to_string()
        };
        let damaged = error(&format!("{text}{{}}\n{text}"));
        assert!(damaged.contains("runs.jsonl, line 3: is no line of a sweep"), "{damaged}");
        assert!(error(&text.replace("\"seed\":2", "\"seed\":3")).contains("line 2: was changed"));
        let other = text.replace("\"validation_accuracy\":0.5", "\"validation_accuracy\":0.6");
        assert!(error(&format!("{text}{other}")).contains("two lines of run"));
        let slower = text.replace("\"seconds\":", "\"seconds\":1");
        fs::write(path.join(RUNS), format!("{text}{slower}")).unwrap();
        assert_eq!(Folder::open(&path, &manifest(None)).unwrap().lines(), [line(1), line(2)]);
    }

    #[test]
    fn other_folders_are_refused() {
        let (outer, path) = folder(0);
        let error =
            |path: &Path, shard| Folder::open(path, &manifest(shard)).unwrap_err().to_string();
        assert!(error(&path, Some("1/2")).contains("it is the whole sweep there, shard 1/2 here"));
        assert!(error(outer.path(), None).contains("is not empty and holds no sweep"));
        assert!(error(&path.join("runs.jsonl"), None).contains("is not a folder"));
        let held = Folder::open(&path, &manifest(None)).unwrap();
        assert!(error(&path, None).contains("another gradito is writing to it"));
        drop(held);
        fs::write(path.join(MANIFEST), "{}").unwrap();
        assert!(error(&path, None).contains("is no description of a sweep"));
        // Killed before there was a manifest.
        fs::remove_file(path.join(MANIFEST)).unwrap();
        fs::write(path.join(".gradito-x.part"), "{").unwrap();
        assert!(Folder::open(&path, &manifest(None)).unwrap().lines().is_empty());
    }
}
