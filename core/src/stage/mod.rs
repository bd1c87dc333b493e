//! Stages between a source image and the first layer: layers without parameters, of bytes to bytes.
//!
//! *Deskewing* sets upright what is slanted, and *pooling* takes the mean of squares of pixels, so
//! that a network reads fewer and steadier inputs. All of it is done in whole numbers: the results
//! are pixels as any, the same on every machine, whatever the parameters of the network are.
//!
//! ```
//! use gradito_core::stage::{Stages, Staging};
//!
//! let stages: Stages = "deskew,pool2".parse()?;
//! let staging = Staging::new(stages, 4, 4).unwrap();
//! let image = [0, 0, 0, 80, 0, 0, 90, 0, 0, 90, 0, 0, 80, 0, 0, 0_u8];
//! let (mut sums, mut staged) = ([0; 4], [0; 4]);
//! staging.apply(image.as_slice(), &mut sums, &mut staged);
//! assert_eq!(staged, [21, 21, 21, 21]);
//! # Ok::<(), gradito_core::stage::UnknownStages>(())
//! ```

mod apply;
mod slant;
#[cfg(test)]
mod tests;

use core::fmt;
use core::str::FromStr;

pub use apply::{LitBytes, Staging};

/// The longest side of an image that stages take: their sums are of 32 bits.
pub const LONGEST_SIDE: u32 = 64;

/// What is done to an image before the first layer; first deskewing, then pooling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Stages {
    /// Whether rows are shifted so that what is drawn stands upright.
    pub deskew: bool,
    /// The squares whose means are taken.
    pub pool: Pool,
}

/// The side of the squares whose means are taken: 1, which changes nothing, to 8 pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Pool(u8);

impl Pool {
    /// Single pixels.
    pub const NONE: Self = Self(1);

    /// The largest.
    const LARGEST: u8 = 8;

    /// Squares of that side, if there are any.
    pub const fn new(side: u8) -> Option<Self> {
        match side {
            1..=Self::LARGEST => Some(Self(side)),
            _ => None,
        }
    }

    /// Pixels in a row of a square.
    pub const fn side(self) -> usize {
        self.0 as usize
    }
}

impl Default for Pool {
    fn default() -> Self {
        Self::NONE
    }
}

impl Stages {
    /// None: networks read the image itself.
    pub const NONE: Self = Self { deskew: false, pool: Pool::NONE };

    /// Whether there is none.
    pub const fn is_none(self) -> bool {
        !self.deskew && self.pool.0 == Pool::NONE.0
    }

    /// What stands for them in a model image: bit 0 for deskewing, then 3 bits for the side of the
    /// squares, less 1.
    pub const fn code(self) -> u8 {
        self.deskew as u8 | (self.pool.0 - 1) << 1
    }

    /// The stages of that code, if there are any.
    pub const fn from_code(code: u8) -> Option<Self> {
        match Pool::new((code >> 1).saturating_add(1)) {
            Some(pool) => Some(Self { deskew: code & 1 == 1, pool }),
            None => None,
        }
    }

    /// Width and height of what becomes of an image of that width and height; `None` if squares do
    /// not fill it, or a side is 0 or longer than [`LONGEST_SIDE`].
    pub const fn sides(self, width: u32, height: u32) -> Option<(u32, u32)> {
        if self.is_none() {
            return Some((width, height));
        }
        let pool = self.pool.0 as u32;
        if is_side(width, pool) && is_side(height, pool) {
            Some((width / pool, height / pool))
        } else {
            None
        }
    }
}

/// Whether squares of the side `pool` fill a row of `side` pixels.
const fn is_side(side: u32, pool: u32) -> bool {
    side > 0 && side <= LONGEST_SIDE && side.is_multiple_of(pool)
}

impl fmt::Display for Stages {
    /// As it is written on a command line: `none`, `deskew`, `pool2`, or `deskew,pool2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.deskew, self.pool) {
            (false, Pool::NONE) => f.write_str("none"),
            (true, Pool::NONE) => f.write_str("deskew"),
            (false, Pool(side)) => write!(f, "pool{side}"),
            (true, Pool(side)) => write!(f, "deskew,pool{side}"),
        }
    }
}

/// A text that names no stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct UnknownStages;

impl fmt::Display for UnknownStages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "unknown stage; there are none, deskew, pool2 to pool8, and deskew,pool2 and so on",
        )
    }
}

impl core::error::Error for UnknownStages {}

impl FromStr for Stages {
    type Err = UnknownStages;

    fn from_str(text: &str) -> Result<Self, UnknownStages> {
        if text == "none" {
            return Ok(Self::NONE);
        }
        let (deskew, pool) = match text.strip_prefix("deskew") {
            Some("") => return Ok(Self { deskew: true, pool: Pool::NONE }),
            Some(rest) => (true, rest.strip_prefix(',').ok_or(UnknownStages)?),
            None => (false, text),
        };
        match pool.strip_prefix("pool").map(str::as_bytes) {
            Some(&[digit @ b'2'..=b'8']) => Ok(Self { deskew, pool: Pool(digit - b'0') }),
            _ => Err(UnknownStages),
        }
    }
}
