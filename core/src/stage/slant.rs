//! How far an image is slanted, by its moments.
//!
//! Shifting row y by α·(ȳ − y), ȳ the mean row of the ink, makes the slope α that fits best 0, and
//! leaves the middle of the ink where it is; [both are said there](super).
//! Moments say so much of a pattern since Hu ("Visual pattern recognition by moment invariants",
//! 1962); digits are deslanted by them in "Gradient-based learning applied to document recognition"
//! (Proceedings of the IEEE, 1998).

use super::apply::{LitBytes, Rows, read};

/// One, in numbers of 8 fractional bits, as all of a [`Slant`] are.
const ONE: i32 = 1 << 8;

/// By what rows are to be shifted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slant {
    /// α, from −1 to 1, rounded to nearest, halves away from 0.
    slope: i32,
    /// ȳ, rounded to nearest, halves up.
    middle: i32,
}

/// Sums over all ink, which 32 bits hold for an image of 64×64.
#[derive(Clone, Copy, Debug, Default)]
struct Moments {
    /// Σv.
    ink: u32,
    /// Σvx.
    x: u32,
    /// Σvy.
    y: u32,
    /// Σvxy.
    xy: u32,
    /// Σvy².
    yy: u32,
    /// The row that is read.
    row: u32,
    /// Σv of it so far.
    row_ink: u32,
    /// Σvx of it so far.
    row_x: u32,
}

impl Rows for Moments {
    #[inline(always)]
    fn pixel(&mut self, x: usize, byte: u8) {
        self.row_ink += u32::from(byte);
        self.row_x += u32::from(byte) * x as u32;
    }

    #[inline(always)]
    fn end_row(&mut self) {
        let Self { row, row_ink, row_x, .. } = *self;
        self.ink += row_ink;
        self.x += row_x;
        self.y += row * row_ink;
        self.xy += row * row_x;
        self.yy += row * row * row_ink;
        (self.row, self.row_ink, self.row_x) = (row + 1, 0, 0);
    }
}

impl Slant {
    /// Of what stands upright.
    pub const NONE: Self = Self { slope: 0, middle: 0 };

    /// That of an image of so many columns; none where ink is in one row only, or nowhere.
    #[inline(always)]
    pub fn of(image: &(impl LitBytes + ?Sized), width: usize) -> Self {
        let mut moments = Moments::default();
        read(image, width, &mut moments);
        moments.end_row();
        moments.slant()
    }

    /// What row `y` is to be shifted by, to the right, rounded to nearest, halves up.
    pub fn shift(self, y: usize) -> i32 {
        (self.slope * (self.middle - ((y as i32) << 8)) + 128) >> 8
    }
}

impl Moments {
    fn slant(&self) -> Slant {
        let wide = i64::from;
        let top = wide(self.xy) * wide(self.ink) - wide(self.x) * wide(self.y);
        // Not below 0, by Cauchy and Schwarz.
        let bottom = wide(self.yy) * wide(self.ink) - wide(self.y) * wide(self.y);
        if bottom <= 0 {
            return Slant::NONE;
        }
        let (steep, bottom) = (top.unsigned_abs(), bottom.unsigned_abs());
        let steep = if steep < bottom { quotient(steep, bottom) } else { ONE };
        let middle = quotient(self.y.into(), self.ink.into());
        Slant { slope: if top < 0 { -steep } else { steep }, middle }
    }
}

/// top/bottom, which is below 64, with 8 fractional bits, rounded to nearest, halves up; `bottom` is
/// below 2⁵⁰ and not 0.
///
/// Bit by bit, which is shorter on a small processor than a division.
fn quotient(top: u64, bottom: u64) -> i32 {
    const BITS: u32 = 14;
    let (mut rest, mut part, mut quotient) = (top << 8, bottom << BITS, 0);
    for _ in 0..BITS {
        part >>= 1;
        quotient <<= 1;
        if rest >= part {
            rest -= part;
            quotient |= 1;
        }
    }
    quotient + i32::from(2 * rest >= bottom)
}
