//! What can be wrong with a picture.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use super::MAX_PIXELS;
use crate::data::Cause;

/// A [`Problem`] and the file it is in; on screen one line: what, where, what to do.
#[derive(Debug)]
pub struct PictureError {
    path: Option<PathBuf>,
    problem: Problem,
}

impl PictureError {
    /// The same problem, in the file `path`.
    #[must_use]
    pub fn at(self, path: &Path) -> Self {
        Self { path: Some(path.to_owned()), ..self }
    }

    /// What is wrong.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }
}

impl From<Problem> for PictureError {
    fn from(problem: Problem) -> Self {
        Self { path: None, problem }
    }
}

impl fmt::Display for PictureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{}: {}", path.display(), self.problem),
            None => write!(f, "picture: {}", self.problem),
        }
    }
}

impl std::error::Error for PictureError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        std::error::Error::source(&self.problem)
    }
}

/// What is wrong with a picture, and what to do about it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// The file cannot be read.
    #[error("{}", Cause(.0))]
    Read(#[source] io::Error),
    /// The file cannot be written.
    #[error("cannot be written ({0}); check the folder, its permissions and the space left")]
    Write(#[source] io::Error),
    /// There are no bytes.
    #[error("is empty; give a PNG or PGM picture")]
    Empty,
    /// The file is longer than any picture that would be accepted.
    #[error("is longer than {limit} MiB; give a smaller picture")]
    TooLong {
        /// The longest file accepted, in MiB.
        limit: u64,
    },
    /// The first bytes are those of another format.
    #[error("is {name}, which is not read; convert it to PNG")]
    OtherFormat {
        /// The format, with its article.
        name: &'static str,
    },
    /// The first bytes are those of no known picture.
    #[error("is no PNG, PGM, PBM or PPM picture (it starts with {found}); convert it to PNG")]
    UnknownFormat {
        /// The first bytes in hexadecimal.
        found: String,
    },
    /// The picture has too many pixels.
    #[error(
        "has {width} x {height} pixels, more than {} million; scale it down", MAX_PIXELS / 1_000_000
    )]
    TooManyPixels {
        /// Pixels in a row.
        width: u64,
        /// Rows.
        height: u64,
    },
    /// A side is 0.
    #[error("has {width} x {height} pixels, so nothing to look at; give another picture")]
    NoPixels {
        /// Pixels in a row.
        width: u64,
        /// Rows.
        height: u64,
    },
    /// The number of pixels is not what width and height say.
    #[error("has {found} pixels where {width} x {height} need {}; make them agree",
        u64::from(*width) * u64::from(*height))]
    Size {
        /// Pixels in a row.
        width: u32,
        /// Rows.
        height: u32,
        /// Pixels there are.
        found: usize,
    },
    /// The file ends before the picture does.
    #[error("ends too early ({what}); save or copy it again")]
    Truncated {
        /// What is missing.
        what: String,
    },
    /// The file goes on after the picture.
    #[error("goes on for {count} bytes after the picture; save it again as one picture")]
    Trailing {
        /// How many bytes too many.
        count: usize,
    },
    /// A PNG that breaks the format's rules.
    #[error("is a damaged PNG ({0}); save or copy it again")]
    Png(String),
    /// A Netpbm file that breaks the format's rules.
    #[error("is a damaged {format} picture ({what} at byte {at}); save or copy it again")]
    Netpbm {
        /// `PBM`, `PGM` or `PPM`.
        format: &'static str,
        /// What was found.
        what: String,
        /// Where, counted from the file's start.
        at: usize,
    },
    /// Nothing stands out from the paper.
    #[error(
        "shows no ink, only paper of brightness {paper} of 255; \
         give a picture with a digit that stands out"
    )]
    Blank {
        /// Brightness of the paper.
        paper: u8,
    },
    /// The picture cannot be prepared for so small a network input.
    #[error("cannot be prepared for {width} x {height} inputs; each side must be 4 to 1024")]
    Target {
        /// Inputs in a row.
        width: u16,
        /// Rows of inputs.
        height: u16,
    },
}
