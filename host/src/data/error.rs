//! What can be wrong with data, in one line each: where, what, and what to do.

use std::fmt;
use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::picture::PictureError;

mod faults;

pub use faults::{CsvFault, FolderFault, IdxFault, Misfit, SplitFault};

/// Why data could not be had.
///
/// `Display` is the whole message, the file's path first; there is no further cause to print.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DataError {
    /// The file or folder cannot be opened or read.
    #[error("{}: {}", path.display(), Cause(cause))]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// An IDX file is not what it should be.
    #[error("{}: {fault}", path.display())]
    Idx {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: IdxFault,
    },
    /// A CSV file is not what it should be.
    #[error("{}: {fault}", path.display())]
    Csv {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: Box<CsvFault>,
    },
    /// A folder does not hold what it should.
    #[error("{}: {fault}", path.display())]
    Folder {
        /// The folder, or the image in it.
        path: PathBuf,
        /// What is wrong with it.
        fault: FolderFault,
    },
    /// An image cannot be read or prepared.
    #[error("{0}")]
    Picture(PictureError),
    /// An image in an IDX file cannot be prepared.
    #[error("{}: image {row}: {}", path.display(), cause.problem())]
    Prepare {
        /// The IDX file.
        path: PathBuf,
        /// The image, counted from 1.
        row: usize,
        /// What is wrong with it.
        cause: PictureError,
    },
    /// The samples cannot be divided as asked.
    #[error("{name}: {fault}")]
    Split {
        /// The data's name.
        name: String,
        /// Why not.
        fault: SplitFault,
    },
    /// The data is of another kind or size than the model, or the options, ask for.
    #[error("{name}: {fault}")]
    Misfit {
        /// The data's name.
        name: String,
        /// What does not fit.
        fault: Misfit,
    },
    /// gradito was built without its MNIST.
    #[error(
        "mnist: this gradito was built without it (cargo feature `mnist`); name a folder or a CSV file"
    )]
    NoMnist,
    /// The MNIST in the binary does not have its digest.
    #[error("mnist: the copy in this binary is damaged (part {part}); install gradito again")]
    DamagedMnist {
        /// Which tenth thousand of the images, from 0; 6 is the test set.
        part: usize,
    },
}

/// Width and height in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Size {
    /// Pixels.
    pub(super) fn area(self) -> usize {
        usize::from(self.width) * usize::from(self.height)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// A place in a CSV file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// The line of the file, from 1.
    pub row: u64,
    /// The field in it, from 1.
    pub column: usize,
    /// The column's name, if there is a header.
    pub name: Option<String>,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}, column {}", self.row, self.column)?;
        self.name.as_ref().map_or(Ok(()), |name| write!(f, " (`{}`)", shorten(name)))
    }
}

/// An error in reading a file or folder, in words that do not ask for the operating system's.
pub(crate) struct Cause<'a>(pub(crate) &'a io::Error);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.kind() {
            io::ErrorKind::NotFound => f.write_str("there is no such file or folder"),
            io::ErrorKind::PermissionDenied => f.write_str("may not be read (permission denied)"),
            io::ErrorKind::OutOfMemory => f.write_str("does not fit into memory"),
            _ => write!(f, "cannot be read: {}", self.0),
        }
    }
}

/// `text` on one line of at most 40 characters.
pub(super) fn shorten(text: &str) -> String {
    const MOST: usize = 40;
    let mut characters = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut short: String = characters.by_ref().take(MOST).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

/// `names` in back quotes, at most ten of them.
pub(super) fn list<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    const MOST: usize = 10;
    let count = names.len();
    let mut text: Vec<_> = names.take(MOST).map(|name| format!("`{}`", shorten(name))).collect();
    if count > MOST {
        text.push(format!("{} more", count - MOST));
    }
    text.join(", ")
}
