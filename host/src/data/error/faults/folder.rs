//! Folders of which no data can be made.

use std::path::PathBuf;

use thiserror::Error;

use crate::data::MAX_BYTES;
use crate::data::error::Size;

/// What is wrong with a folder of data.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FolderFault {
    /// Neither IDX files nor sub-folders.
    #[error(
        "holds neither IDX files (train-images-idx3-ubyte, train-labels-idx1-ubyte) nor one sub-folder of PNG or PGM images for each class"
    )]
    Nothing,
    /// A name that is no text.
    #[error("its name is not UTF-8 text; rename it")]
    Name,
    /// Not all files of an IDX set are there.
    #[error("holds no file of {what}")]
    Missing {
        /// What is missing, with the usual name.
        what: &'static str,
    },
    /// Files of several IDX sets.
    #[error("holds both {first} and {second}; put one set into a folder of its own")]
    Several {
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
    /// A class without images.
    #[error("holds no PNG or PGM image{hint}")]
    EmptyClass {
        /// What may be the matter.
        hint: &'static str,
    },
    /// Nothing to tell apart.
    #[error("holds one class only, `{class}`; training needs at least two sub-folders")]
    OneClass {
        /// That class.
        class: String,
    },
    /// More classes than labels can count.
    #[error("holds {found} sub-folders; at most 65535 classes are possible")]
    ManyClasses {
        /// How many.
        found: usize,
    },
    /// A class the model does not know.
    #[error("class `{found}` is none of {classes}")]
    UnknownClass {
        /// The class.
        found: String,
        /// The classes there are.
        classes: String,
    },
    /// An image of another size than the first.
    #[error("is {found}, the first image ({}) is {wanted}; have all prepared with --size {wanted}", first.display())]
    Size {
        /// The size here.
        found: Size,
        /// The first image.
        first: PathBuf,
        /// The size there.
        wanted: Size,
    },
    /// An image of another size than the model takes.
    #[error("is {found}, the model takes {wanted}")]
    ModelSize {
        /// The size here.
        found: Size,
        /// The size the model takes.
        wanted: Size,
    },
    /// An image with a side of more than 65535 pixels.
    #[error("is {width}x{height} pixels; at most 65535 a side are possible")]
    Side {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// More pixels than gradito takes.
    #[error(
        "with this image there are more than {MAX_BYTES} pixels; gradito takes no more at a time"
    )]
    TooLarge,
}
