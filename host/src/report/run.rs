//! Metrics files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::data::Cause;

/// Largest metrics file that is read: a million epochs.
const MAX_BYTES: u64 = 256 << 20;

/// One line of a metrics file.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
pub struct Epoch {
    /// Its number, from 1.
    pub epoch: u32,
    /// The mean cost of a sample, each before its own update.
    pub cost: f64,
    /// The share of samples recognised, each before its own update.
    pub train_accuracy: f64,
    /// The share of validation samples recognised after the epoch, if there are such.
    pub validation_accuracy: Option<f64>,
    /// The learning rate of its last step; what older versions wrote does not say.
    pub eta: Option<f64>,
    /// The time of the training pass.
    pub seconds: f64,
}

/// A run, as far as it has come.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What it is called.
    pub name: String,
    /// Its epochs; at least one.
    pub epochs: Vec<Epoch>,
}

/// Why a file is no run.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The file cannot be read.
    #[error("{}: {}", path.display(), Cause(cause))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The file is far too large.
    #[error("{}: is larger than {} MiB, so no metrics of a run; name what --metrics wrote", .0.display(), MAX_BYTES >> 20)]
    TooLarge(PathBuf),
    /// There is no line that is over.
    #[error("{}: holds no epoch yet; wait for the first, or name what --metrics wrote", .0.display())]
    Empty(PathBuf),
    /// A line is none of a metrics file.
    #[error("{}, line {line}: is no epoch of a run ({cause}); name what --metrics wrote", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        cause: serde_json::Error,
    },
    /// A line says what cannot be.
    #[error("{}, line {line}: its {what} cannot be; name what --metrics wrote", path.display())]
    Value {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// Which value.
        what: &'static str,
    },
}

impl Run {
    /// The run of the metrics file at `path`, called by the file's name. A last line without its
    /// end is one that is being written: it is passed over.
    ///
    /// # Errors
    ///
    /// [`ReportError`].
    pub fn read(path: &Path) -> Result<Self, ReportError> {
        let failed = |cause| ReportError::Read { path: path.to_owned(), cause };
        let about = fs::metadata(path).map_err(failed)?;
        if !about.is_file() {
            return Err(failed(io::Error::other("not a regular file")));
        }
        if about.len() > MAX_BYTES {
            return Err(ReportError::TooLarge(path.to_owned()));
        }
        Self::from_bytes(&fs::read(path).map_err(failed)?, path)
    }

    /// The run of the bytes of the file at `path`.
    ///
    /// # Errors
    ///
    /// [`ReportError`].
    pub fn from_bytes(bytes: &[u8], path: &Path) -> Result<Self, ReportError> {
        let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
        let mut epochs: Vec<Epoch> = Vec::new();
        for (line, text) in (1..).zip(bytes[..whole].split_inclusive(|&byte| byte == b'\n')) {
            let path = || path.to_owned();
            let epoch: Epoch = serde_json::from_slice(text).map_err(|cause| ReportError::Line {
                path: path(),
                line,
                cause,
            })?;
            if let Some(what) = epoch.wrong(epochs.last()) {
                return Err(ReportError::Value { path: path(), line, what });
            }
            epochs.push(epoch);
        }
        if epochs.is_empty() {
            return Err(ReportError::Empty(path.to_owned()));
        }
        let name = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Ok(Self { name, epochs })
    }

    /// The epoch of the best validation accuracy, the first if there are several.
    pub fn best(&self) -> Option<&Epoch> {
        let rated = self.epochs.iter().rev().filter(|epoch| epoch.validation_accuracy.is_some());
        rated.max_by(|one, other| {
            let accuracy = |epoch: &Epoch| epoch.validation_accuracy.unwrap_or(0.0);
            accuracy(one).total_cmp(&accuracy(other))
        })
    }
}

impl Epoch {
    /// What of it cannot be, behind `last`.
    fn wrong(&self, last: Option<&Self>) -> Option<&'static str> {
        // No sum of costs and no rate that training goes on with is larger.
        let is_size = |value: f64| (0.0..=1e39).contains(&value);
        let is_share = |value: f64| (0.0..=1.0).contains(&value);
        if self.epoch <= last.map_or(0, |last| last.epoch) {
            Some("epoch")
        } else if !is_size(self.cost) {
            Some("cost")
        } else if !is_share(self.train_accuracy) || !self.validation_accuracy.is_none_or(is_share) {
            Some("accuracy")
        } else if !self.eta.is_none_or(is_size) {
            Some("eta")
        } else if !is_size(self.seconds) {
            Some("seconds")
        } else {
            None
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An epoch whose figures follow from its number.
    pub fn epoch(epoch: u32) -> Epoch {
        let share = 1.0 - 1.0 / f64::from(epoch + 1);
        Epoch {
            epoch,
            cost: 1.0 / f64::from(epoch),
            train_accuracy: share,
            validation_accuracy: Some(share * 0.9),
            eta: Some(0.5),
            seconds: 0.25,
        }
    }

    fn read(text: &str) -> Result<Run, String> {
        Run::from_bytes(text.as_bytes(), Path::new("some/run.jsonl"))
            .map_err(|error| error.to_string())
    }

    /// A line with this in place of what it says.
    fn line(from: &str, to: &str) -> String {
        let line = r#"{"epoch":2,"cost":0.5,"train_accuracy":0.75,"validation_accuracy":0.5,"eta":3.0,"seconds":0.04}"#;
        assert!(line.contains(from), "{from}");
        line.replace(from, to) + "\n"
    }

    #[test]
    fn lines_are_epochs() {
        let run = read(&(line("2", "1") + &line("", "") + "{\"epoch\":3,\"co")).unwrap();
        assert_eq!((run.name.as_str(), run.epochs.len()), ("run", 2));
        let second = run.epochs[1];
        assert_eq!((second.epoch, second.cost, second.eta), (2, 0.5, Some(3.0)));
        assert_eq!(run.best().unwrap().epoch, 1);
        // What older versions wrote, and what later ones will.
        let other =
            line("\"validation_accuracy\":0.5,\"eta\":3.0", "\"validation_accuracy\":null,\"x\":1");
        let run = read(&other).unwrap();
        assert_eq!((run.epochs[0].eta, run.best()), (None, None));
    }

    #[test]
    fn what_is_no_run_is_named_by_its_line() {
        let names = |text: &str, words: &str| {
            let error = read(text).unwrap_err();
            assert!(error.starts_with("some/run.jsonl") && error.contains(words), "{error}");
        };
        names("", ": holds no epoch yet");
        names("{\"epoch\":1", ": holds no epoch yet");
        names("my diary\n", ", line 1: is no epoch of a run (expected value");
        names(&(line("", "") + &line("", "")), ", line 2: its epoch cannot be");
        names(&line("0.5,\"train", "-0.5,\"train"), ", line 1: its cost cannot be");
        names(&line("0.75", "1.5"), "its accuracy cannot be");
        names(&line("3.0", "1e300"), "its eta cannot be");
        names(&line("0.04", "-1"), "its seconds cannot be");
    }
}
