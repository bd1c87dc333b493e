//! Data: from what `--data` names to labelled samples in memory.
//!
//! [`load`] reads a whole data set for training: it finds the classes, divides the samples into
//! training, validation and test part, and finds out how inputs become what a network reads
//! ([`InputKind`]). [`load_for`] and [`read_features`] read other data the way a trained model needs
//! it. Sources are the embedded [`mnist`], a folder of IDX files, a folder with one sub-folder of
//! images for each class, and a CSV file.
//!
//! ```
//! use gradito::data::{DataOptions, Inputs, load};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("points.csv");
//! std::fs::write(&path, "x,y,label\n0,1,a\n4,3,b\n2,2,b\n1,5,a\n3,4,b\n")?;
//! let data = load(&DataOptions { seed: 1, ..DataOptions::new(path.into()) })?;
//! assert_eq!(data.classes, ["a", "b"]);
//! assert_eq!((data.train.len(), data.validation.len(), data.test.len()), (3, 1, 1));
//! assert!(matches!(data.train.inputs(), Inputs::Features(_)));
//! # Ok(())
//! # }
//! ```
//!
//! Not supported: colour, features that are text, holes, several labels a sample, labels that are
//! numbers to be approached (regression), files that do not fit into memory.
//!
//! Nothing here panics on any file, and memory is bounded by the size of the files or, where they are
//! packed, by [`MAX_BYTES`].

use std::convert::Infallible;
use std::num::NonZero;
use std::path::PathBuf;
use std::str::FromStr;

mod csv_file;
mod dataset;
mod digest;
mod error;
mod files;
mod idx;
mod idx_folder;
mod layout;
mod load;
pub mod mnist;
mod pictures;
mod scale;
mod shades;
mod split;
mod staged;

pub use dataset::{Dataset, Inputs, Sample};
pub(crate) use digest::digest;
pub(crate) use error::Cause;
pub use error::{Cell, CsvFault, DataError, FolderFault, IdxFault, Misfit, Size, SplitFault};
pub use gradito_core::image::{Polarity, Scale};
pub use gradito_core::stage::Stages;
pub use load::{FeatureRow, load, load_for, read_features};
pub use shades::{Shades, threshold};
pub use staged::Stager;

/// Most bytes of inputs gradito takes from one source: 1 GiB.
pub const MAX_BYTES: u64 = 1 << 30;

/// Where data comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Source {
    /// The MNIST in the binary.
    #[default]
    Mnist,
    /// A folder of IDX files, a folder of folders of images, or a CSV file.
    Path(PathBuf),
}

impl Source {
    /// The file or folder, if it is one.
    pub fn path(&self) -> Option<&PathBuf> {
        match self {
            Self::Mnist => None,
            Self::Path(path) => Some(path),
        }
    }
}

impl FromStr for Source {
    type Err = Infallible;

    /// `mnist`, or else a path (`./mnist` for a folder of that name).
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "mnist" { Self::Mnist } else { Self::Path(text.into()) })
    }
}

impl From<PathBuf> for Source {
    fn from(path: PathBuf) -> Self {
        Self::Path(path)
    }
}

/// Which column of a CSV file holds the label.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LabelColumn {
    /// The one called `label`, `class`, `target` or `digit`, if there is a header; else the last.
    #[default]
    Auto,
    /// The first.
    First,
    /// The last.
    Last,
    /// The one of this name.
    Name(String),
}

impl FromStr for LabelColumn {
    type Err = Infallible;

    /// `first`, `last`, or else a name.
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "first" => Self::First,
            "last" => Self::Last,
            name => Self::Name(name.to_owned()),
        })
    }
}

/// What to load for training, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DataOptions {
    /// Where the data comes from.
    pub source: Source,
    /// Where the test set comes from, if not from the source.
    pub test: Option<Source>,
    /// The label's column in a CSV file.
    pub label: LabelColumn,
    /// Width and height images are prepared to; as with `prepare`.
    pub size: Option<(u16, u16)>,
    /// Prepare images like MNIST: crop, scale, centre. To 28x28 unless `size` says otherwise.
    pub prepare: bool,
    /// How many shades a pixel has.
    pub shades: Shades,
    /// What is done to images before the first layer.
    pub stages: Stages,
    /// Validation samples; unless told, MNIST's last 10 000, or 15 per cent by the seed.
    pub validation: Option<usize>,
    /// What the division into parts is drawn from.
    pub seed: u64,
}

impl DataOptions {
    /// The defaults, for this source.
    pub fn new(source: Source) -> Self {
        Self { source, ..Self::default() }
    }
}

/// A data set, divided, and what is to know about it; its images are as they were before all
/// [stages](Stages).
#[derive(Clone, Debug, PartialEq)]
pub struct Data {
    /// What a network learns from.
    pub train: Dataset,
    /// What is looked at while it learns; may be empty if that was asked for.
    pub validation: Dataset,
    /// What is looked at once, at the end.
    pub test: Dataset,
    /// The names of the classes; a label is a number of this list.
    pub classes: Vec<String>,
    /// How the inputs were made from the source.
    pub input: InputKind,
    /// SHA-256 of the training part: a byte 0 for pixels or 1 for features, inputs a sample and
    /// samples as `u32`, all inputs in order of the samples (`u8`, or `f32` as scaled), all labels as
    /// `u16`; numbers little-endian. Of images with all their shades.
    pub digest: [u8; 32],
    /// `mnist`, or the path as given.
    pub name: String,
}

/// How inputs are made from their source.
#[derive(Clone, Debug, PartialEq)]
pub enum InputKind {
    /// Images.
    Pixels {
        /// Columns.
        width: u16,
        /// Rows.
        height: u16,
        /// What a byte of the source means.
        polarity: Polarity,
        /// Whether images are prepared like MNIST: cropped, scaled and centred.
        prepared: bool,
        /// From which byte on a pixel is ink, and black; `None` if it has all shades.
        threshold: Option<NonZero<u8>>,
        /// What is done to images before the first layer, which [`Dataset::staged`] does.
        stages: Stages,
    },
    /// Numbers.
    Features {
        /// One for each feature: the range it had in training.
        scaling: Vec<Scale>,
        /// The names of the columns, if there were any.
        names: Option<Vec<String>>,
    },
}
