//! From a picture file of any size to the few grey pixels a network understands.
//!
//! ```no_run
//! use std::path::Path;
//! use gradito::picture;
//!
//! let photograph = picture::read(Path::new("seven.png"))?;
//! let digit = picture::prepare(&photograph, 28, 28)?;
//! println!("{}", digit.steps);
//! # Ok::<(), picture::PictureError>(())
//! ```
//!
//! [`read`] knows PNG and the Netpbm family (PBM, PGM, PPM), told apart by content. [`prepare`]
//! finds paper and ink and makes of the digit what MNIST's makers made of theirs. Every step is
//! integer arithmetic or correctly rounded floating point (`+ − × ÷ √`), in one order: the same
//! file gives the same bytes on every machine.
//!
//! Not supported: JPEG and other formats (the error says so), and more than one digit a picture
//! (the largest is taken).

mod decode;
mod encode;
mod error;
mod marks;
mod netpbm;
mod paper;
mod place;
mod prepare;
mod scale;
mod segment;
mod steps;
#[cfg(test)]
mod tests;

pub use decode::{decode, read};
pub use encode::{encode_png, write_png};
pub use error::{PictureError, Problem};
pub use prepare::{Prepared, prepare};
pub use steps::{Crop, Polarity, Steps};

/// The most pixels a picture may have: 64 megapixels.
pub const MAX_PIXELS: u64 = 64 << 20;

/// A grey image, row after row; 0 = black … 255 = white, as displayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gray {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width × height` brightnesses, the top row first.
    pub pixels: Vec<u8>,
}
