//! The kinds of weights there are.

use core::fmt;

use super::layout::Layout;

/// What the weights of a network are, all of its layers alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum WeightKind {
    /// From −127 to 127.
    I8,
    /// From −7 to 7.
    I4,
    /// −3, −1, 1 or 3: the steps between them are equal, and no bit pattern is left unused.
    I2,
    /// −1, 0 or 1.
    Ternary,
}

impl WeightKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::I8, Self::I4, Self::I2, Self::Ternary];

    /// The name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::I8 => "i8",
            Self::I4 => "i4",
            Self::I2 => "i2",
            Self::Ternary => "ternary",
        }
    }

    /// The largest weight; the smallest is its opposite.
    pub const fn largest(self) -> i8 {
        match self {
            Self::I8 => i8::MAX,
            Self::I4 => 7,
            Self::I2 => 3,
            Self::Ternary => 1,
        }
    }

    /// From one weight to the next.
    pub const fn step(self) -> i8 {
        match self {
            Self::I2 => 2,
            _ => 1,
        }
    }

    /// How those of a layer lie that reads bits, or else bytes.
    pub const fn layout(self, bits: bool) -> Layout {
        match self {
            Self::I8 if bits => Layout::Rows,
            Self::I8 => Layout::Pairs,
            Self::I4 => Layout::Nibbles,
            Self::I2 => Layout::Crumbs,
            Self::Ternary => Layout::Trits,
        }
    }
}

impl fmt::Display for WeightKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
