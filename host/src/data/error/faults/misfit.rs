//! Data that is sound, and does not fit.

use gradito_core::stage::{LONGEST_SIDE, Stages};
use thiserror::Error;

use crate::data::error::Size;

/// Why samples cannot be divided into training, validation and test part.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SplitFault {
    /// Not one sample for each part.
    #[error("{samples} samples are too few to be divided into {parts}; add samples{hint}")]
    TooFew {
        /// Samples there are.
        samples: usize,
        /// The parts asked for.
        parts: &'static str,
        /// What else would help.
        hint: &'static str,
    },
    /// Nothing would be left to train on.
    #[error("{validation} validation samples of {samples} leave none to train on; at most {} are possible", samples - 1)]
    Validation {
        /// The number asked for.
        validation: usize,
        /// The number there are.
        samples: usize,
    },
}

/// What does not fit.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misfit {
    /// Images for a model of features.
    #[error("holds images, the model takes {features} features; name a CSV file")]
    Images {
        /// The features the model takes.
        features: usize,
    },
    /// Features for a model of images.
    #[error(
        "holds features, the model takes images of {size}; name a folder of images or IDX files"
    )]
    Features {
        /// The size the model takes.
        size: Size,
    },
    /// Images of another size.
    #[error("images are {found}, {wanted} is asked for")]
    Size {
        /// The size here.
        found: Size,
        /// The size asked for.
        wanted: Size,
    },
    /// MNIST for a model that does not know every digit.
    #[error("the model has no class `{digit}`")]
    Class {
        /// A digit the model does not know.
        digit: u16,
    },
    /// `--size`, `--prepare` or `--bits` with a CSV file.
    #[error(
        "a CSV file holds features: there are no images to give a size, to prepare, to blacken or to stage"
    )]
    NoImages,
    /// Stages of images of one bit.
    #[error("a pixel of one bit has no stages; leave out --stage or --bits")]
    StagesOfBits,
    /// Stages that do not fit the images.
    #[error(
        "{stages} does not fit images of {size}: sides of at most {LONGEST_SIDE} pixels, and whole squares"
    )]
    Stages {
        /// The images.
        size: Size,
        /// What was to be done to them.
        stages: Stages,
    },
    /// A size of 0.
    #[error("a size of {0} is no image; both sides must be at least 1")]
    NoSize(Size),
}
