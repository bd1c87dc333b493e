//! What a network reads of a sample.

use std::num::NonZero;

use gradito_core::image::{Image, InputKind};

/// What a network reads of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// Pixels in all their shades: byte / 255.
    Shades,
    /// Pixels of one bit: 1 from this byte on, else 0.
    Bits(NonZero<u8>),
    /// Features in their own units, which are scaled.
    Features,
}

impl Reads {
    /// What the network in `image` reads.
    pub fn of(image: &Image<'_>) -> Self {
        match image.provenance().input {
            InputKind::Pixels { threshold: None, .. } => Self::Shades,
            InputKind::Pixels { threshold: Some(threshold), .. } => Self::Bits(threshold),
            _ => Self::Features,
        }
    }
}
