//! How far an image is slanted, by its moments.
//!
//! Of ink v at x and y, with sums over all pixels, the slope that fits best is
//! α = (Σvxy·Σv − Σvx·Σvy)/(Σvy²·Σv − (Σvy)²): columns to the side for each row down. Shifting row y
//! by −α·(y − ȳ), ȳ the mean row of the ink, makes it 0 and leaves the middle of the ink where it is.
//! Moments say so much of a pattern since Hu ("Visual pattern recognition by moment invariants",
//! 1962); images are deslanted by them for a network by LeCun and others ("Gradient-based learning
//! applied to document recognition", 1998).

use super::apply::{LitBytes, for_each_pixel};

/// One, in numbers of 8 fractional bits, as all of a [`Slant`] are.
const ONE: u32 = 1 << 8;

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
}

impl Slant {
    /// Of what stands upright.
    pub const NONE: Self = Self { slope: 0, middle: 0 };

    /// That of an image of so many columns; none where ink is in one row only, or nowhere.
    pub fn of(image: &(impl LitBytes + ?Sized), width: usize) -> Self {
        let mut moments = Moments::default();
        for_each_pixel(image, width, |x, y, byte| {
            let (x, y, ink) = (x as u32, y as u32, u32::from(byte));
            moments.ink += ink;
            moments.x += ink * x;
            moments.y += ink * y;
            moments.xy += ink * x * y;
            moments.yy += ink * y * y;
        });
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
        let steep = ratio(top.unsigned_abs(), bottom.unsigned_abs()) as i32;
        let (whole, rest) = (self.y / self.ink, self.y % self.ink);
        let middle = whole * ONE + (rest * ONE + self.ink / 2) / self.ink;
        Slant { slope: if top < 0 { -steep } else { steep }, middle: middle as i32 }
    }
}

/// top/bottom with 8 fractional bits, at most 1, rounded to nearest, halves up; both are below 2⁶².
///
/// Bit by bit, which is shorter on a small processor than a division of 64 bits.
fn ratio(mut top: u64, bottom: u64) -> u32 {
    if top >= bottom {
        return ONE;
    }
    let mut quotient = 0;
    for _ in 0..8 {
        top <<= 1;
        quotient <<= 1;
        if top >= bottom {
            top -= bottom;
            quotient |= 1;
        }
    }
    quotient + u32::from(2 * top >= bottom)
}
