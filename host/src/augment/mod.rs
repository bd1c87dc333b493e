//! Training images, deformed anew in every epoch: shifted, rotated, scaled, sheared, and bent.
//!
//! A network that has seen a digit in many forms errs on fewer of those it has not seen. What an
//! image is made into follows from the seed, the epoch and the number of the image alone
//! ([`Stream::Deformation`](gradito_core::random::Stream)), so that threads, vector instructions and
//! the order of the samples change nothing.
//!
//! An image is read once: each of its new pixels lies somewhere in the old image, to which an
//! affine map and an elastic field lead together, and is interpolated there. All of it is `f32` in
//! one order, without fused operations; sines and exponentials are those of `libm`. So the bytes are
//! the same on every machine.

mod affine;
mod deformer;
mod field;
mod ranges;
mod resample;

use std::fmt;

use crate::data::InputKind;

pub use deformer::Deformer;
pub use ranges::{Elastic, Ranges, RangesError};

/// What is done to images, and what images they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Augmentation {
    /// How far they are deformed.
    pub ranges: Ranges,
    /// Pixels in a row.
    pub columns: usize,
    /// Rows.
    pub rows: usize,
    /// Whether a pixel is black or white, before and after.
    pub is_bits: bool,
}

impl fmt::Display for Augmentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { ranges, columns, rows, is_bits } = self;
        write!(f, "{ranges} of {columns}x{rows}{}", if *is_bits { ", black and white" } else { "" })
    }
}

impl Augmentation {
    /// That by `ranges` for inputs of this kind; `None` if they are no images.
    pub fn new(ranges: Ranges, input: &InputKind) -> Option<Self> {
        match *input {
            InputKind::Pixels { width, height, threshold, .. } => Some(Self {
                ranges,
                columns: width.into(),
                rows: height.into(),
                is_bits: threshold.is_some(),
            }),
            InputKind::Features { .. } => None,
        }
    }
}
