//! Stages between a source image and the first layer: layers without parameters, of bytes to bytes.
//!
//! *Deskewing* sets upright what is slanted, *cropping* leaves out a border that is blank or next to
//! it, and *pooling* takes the mean of squares of pixels, so that a network reads fewer and steadier
//! inputs. All of it is done in whole numbers: the results are pixels as any, the same on every
//! machine, whatever the parameters of the network are.
//!
//! # To the last bit
//!
//! Of ink v in column x and row y, counted from 0, with sums over all pixels, the slope that fits best
//! is α = (Σvxy·Σv − Σvx·Σvy)/(Σvy²·Σv − (Σvy)²): columns to the side for each row down. Where the
//! divisor is 0 nothing is slanted. α is held between −1 and 1 and rounded to a whole number of parts
//! of 256, halves away from 0; so is the mean row ȳ = Σvy/Σv, halves up. Deskewing shifts row y to the
//! right by s = α·(ȳ − y), rounded to parts of 256 again, halves up: with s = i + f/256, 0 ≤ f < 256,
//! ink v adds v·(256 − f) to column x + i and v·f to the next one. What leaves the image is lost.
//!
//! Of the rows and columns within the border, each square of k×k pixels has the sum of these, divided
//! by 256·k², rounded to nearest, halves up. Where nothing is deskewed, f is 0.
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

/// What is done to an image before the first layer: deskewing, then cropping, then pooling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Stages {
    /// Whether rows are shifted so that what is drawn stands upright.
    pub deskew: bool,
    /// The border that is left out.
    pub crop: Crop,
    /// The squares whose means are taken.
    pub pool: Pool,
}

/// The width of a border on each side that is left out: 0, which changes nothing, to 7 pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Crop(u8);

impl Crop {
    /// No border.
    pub const NONE: Self = Self(0);

    /// The widest.
    const WIDEST: u8 = 7;

    /// A border of so many pixels, if there may be one.
    pub const fn new(border: u8) -> Option<Self> {
        match border {
            0..=Self::WIDEST => Some(Self(border)),
            _ => None,
        }
    }

    /// Pixels on each side.
    pub const fn border(self) -> usize {
        self.0 as usize
    }
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
    pub const NONE: Self = Self { deskew: false, crop: Crop::NONE, pool: Pool::NONE };

    /// Whether there is none.
    pub const fn is_none(self) -> bool {
        !self.deskew && self.crop.0 == Crop::NONE.0 && self.pool.0 == Pool::NONE.0
    }

    /// What stands for them in a model image, 7 bits: bit 0 for deskewing, then 3 bits for the side of
    /// the squares, less 1, and 3 for the border.
    pub const fn code(self) -> u8 {
        self.deskew as u8 | (self.pool.0 - 1) << 1 | self.crop.0 << 4
    }

    /// The stages of that code, if there are any.
    pub const fn from_code(code: u8) -> Option<Self> {
        match (Crop::new(code >> 4), Pool::new((code >> 1 & 7) + 1)) {
            (Some(crop), Some(pool)) => Some(Self { deskew: code & 1 == 1, crop, pool }),
            _ => None,
        }
    }

    /// Width and height of what becomes of an image of that width and height; `None` if squares do
    /// not fill what is left within the border, if that is nothing, or if a side is longer than
    /// [`LONGEST_SIDE`].
    pub const fn sides(self, width: u32, height: u32) -> Option<(u32, u32)> {
        if self.is_none() {
            return Some((width, height));
        }
        match (self.side(width), self.side(height)) {
            (Some(columns), Some(rows)) => Some((columns, rows)),
            _ => None,
        }
    }

    /// What becomes of a side of that length.
    const fn side(self, length: u32) -> Option<u32> {
        let (border, square) = (self.crop.0 as u32, self.pool.0 as u32);
        let inner = length.saturating_sub(2 * border);
        let fits = inner > 0 && length <= LONGEST_SIDE && inner.is_multiple_of(square);
        if fits { Some(inner / square) } else { None }
    }
}

impl fmt::Display for Stages {
    /// As it is written on a command line: `none`, or what there is of `deskew,crop4,pool2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut between = "";
        let mut part = |f: &mut fmt::Formatter<'_>, is_there, name, number: Option<u8>| {
            if is_there {
                write!(f, "{between}{name}")?;
                number.map_or(Ok(()), |number| write!(f, "{number}"))?;
                between = ",";
            }
            Ok(())
        };
        part(f, self.is_none(), "none", None)?;
        part(f, self.deskew, "deskew", None)?;
        part(f, self.crop != Crop::NONE, "crop", Some(self.crop.0))?;
        part(f, self.pool != Pool::NONE, "pool", Some(self.pool.0))
    }
}

/// A text that names no stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct UnknownStages;

impl fmt::Display for UnknownStages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "unknown stages; there are none, deskew, crop1 to crop7 and pool2 to pool8, joined by \
             commas in that order",
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
        let mut parts = text.split(',').peekable();
        let deskew = parts.next_if_eq(&"deskew").is_some();
        let mut number = |name: &str| {
            let digit = |part: &str| match part.strip_prefix(name)?.as_bytes() {
                &[digit @ b'0'..=b'9'] => Some(digit - b'0'),
                _ => None,
            };
            let number = parts.peek().and_then(|part| digit(part));
            if number.is_some() {
                parts.next();
            }
            number
        };
        let crop = match number("crop") {
            None => Crop::NONE,
            Some(border) => Crop::new(border).filter(|&c| c != Crop::NONE).ok_or(UnknownStages)?,
        };
        let pool = match number("pool") {
            None => Pool::NONE,
            Some(side) => {
                Pool::new(side).filter(|&pool| pool != Pool::NONE).ok_or(UnknownStages)?
            }
        };
        match parts.next() {
            None => Ok(Self { deskew, crop, pool }),
            Some(_) => Err(UnknownStages),
        }
    }
}
