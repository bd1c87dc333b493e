//! What a layer can read: lists of numbers that say which of them are not zero.
//!
//! An input equal to 0, of either sign, is skipped *by definition*: it adds nothing to a sum and
//! its weights take no update. On MNIST that is four fifths of the work.

mod sent;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

pub use sent::{SentPixels, read_runs, write_runs};

/// A list of numbers that yields what is not zero.
pub trait Signal {
    /// Calls `entry(index, value)` for each value that is not zero, in rising order of the indices.
    fn for_each(&self, entry: impl FnMut(usize, f32));

    /// No absolute value is larger than this, as bits; see [`magnitude`]. 1 for pixels.
    fn magnitude(&self) -> u32;
}

/// A [`Signal`] that fits a layer of `IN` inputs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a signal of {IN} values",
    label = "the layer reads {IN} inputs"
)]
pub trait SignalOf<const IN: usize>: Signal {}

impl<S: Signal + ?Sized> Signal for &S {
    #[inline(always)]
    fn for_each(&self, entry: impl FnMut(usize, f32)) {
        (**self).for_each(entry);
    }

    #[inline(always)]
    fn magnitude(&self) -> u32 {
        (**self).magnitude()
    }
}

impl<const IN: usize, S: SignalOf<IN> + ?Sized> SignalOf<IN> for &S {}

/// The largest absolute value of a list as the bits of an `f32`, 0 for an empty list.
///
/// The order of these bits is that of the absolute values, ∞ above every number and NaN above ∞:
/// one whole-number maximum finds the largest value and tells whether all are
/// [finite](is_finite), whatever the order in which parts are combined.
#[inline(always)]
pub fn magnitude(values: &[f32]) -> u32 {
    // Compared as i32, which baseline x86-64 has an instruction for; the sign bit is gone.
    values.iter().fold(0_i32, |largest, value| {
        let bits = (value.to_bits() & 0x7fff_ffff) as i32;
        if bits > largest { bits } else { largest }
    }) as u32
}

/// Whether a [`magnitude`] is that of finite numbers only.
#[inline(always)]
pub const fn is_finite(magnitude: u32) -> bool {
    magnitude < f32::INFINITY.to_bits()
}

impl Signal for [f32] {
    #[inline(always)]
    fn for_each(&self, mut entry: impl FnMut(usize, f32)) {
        for (index, &value) in self.iter().enumerate() {
            if value != 0.0 {
                entry(index, value);
            }
        }
    }

    #[inline(always)]
    fn magnitude(&self) -> u32 {
        magnitude(self)
    }
}

impl<const N: usize> Signal for [f32; N] {
    #[inline(always)]
    fn for_each(&self, entry: impl FnMut(usize, f32)) {
        self.as_slice().for_each(entry);
    }

    #[inline(always)]
    fn magnitude(&self) -> u32 {
        magnitude(self)
    }
}

impl<const N: usize> SignalOf<N> for [f32; N] {}

/// What a pixel's byte means: v/255, correctly rounded, from 0 = white = 0.0 to 255 = black = 1.0.
///
/// A table, because v·(1/255) differs in the last bit for 126 of the 256 bytes and a division
/// costs more than a load.
pub static PIXEL_VALUES: [f32; 256] = {
    let mut values = [0.0; 256];
    let mut byte = 0;
    while byte < values.len() {
        values[byte] = byte as f32 / 255.0;
        byte += 1;
    }
    values
};

/// An image of `N` pixels, row after row, as bytes: 0 = white (paper) … 255 = black (ink).
///
/// ```
/// use gradito_core::signal::{Pixels, Signal};
///
/// let image = Pixels([0, 255, 0, 51]);
/// let mut lit = [(0, 0.0); 2];
/// let mut slots = lit.iter_mut();
/// image.for_each(|index, value| *slots.next().unwrap() = (index, value));
/// assert_eq!(lit, [(1, 1.0), (3, 0.2)]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, KnownLayout, Immutable)]
#[repr(transparent)]
pub struct Pixels<const N: usize>(pub [u8; N]);

impl<const N: usize> Signal for Pixels<N> {
    /// Looks at a word of pixels at a time: most of an image is white.
    #[inline(always)]
    fn for_each(&self, mut entry: impl FnMut(usize, f32)) {
        let (words, rest) = self.0.as_chunks::<4>();
        for (word, bytes) in words.iter().enumerate() {
            if u32::from_ne_bytes(*bytes) != 0 {
                for (index, &byte) in bytes.iter().enumerate() {
                    if byte != 0 {
                        entry(4 * word + index, PIXEL_VALUES[usize::from(byte)]);
                    }
                }
            }
        }
        for (index, &byte) in rest.iter().enumerate() {
            if byte != 0 {
                entry(4 * words.len() + index, PIXEL_VALUES[usize::from(byte)]);
            }
        }
    }

    #[inline(always)]
    fn magnitude(&self) -> u32 {
        1.0_f32.to_bits()
    }
}

impl<const N: usize> SignalOf<N> for Pixels<N> {}

/// One pixel that is not white: its position and its byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub struct Lit(u32);

impl Lit {
    /// Positions must stay below this: 2²⁴.
    pub const POSITIONS: usize = 1 << 24;

    /// The pixel at `position` (modulo [`Self::POSITIONS`]) with the byte `byte`.
    #[inline(always)]
    pub const fn new(position: usize, byte: u8) -> Self {
        Self((position as u32) << 8 | byte as u32)
    }

    /// Its index in the image.
    #[inline(always)]
    pub const fn position(self) -> usize {
        (self.0 >> 8) as usize
    }

    /// Its byte.
    #[inline(always)]
    pub const fn byte(self) -> u8 {
        self.0 as u8
    }
}

/// The sparse form of [`Pixels`]: the lit ones, positions rising, made once and read many times.
///
/// The list does not know how long the image is; a position beyond a layer's inputs is passed over.
impl Signal for [Lit] {
    #[inline(always)]
    fn for_each(&self, mut entry: impl FnMut(usize, f32)) {
        for lit in self {
            entry(lit.position(), PIXEL_VALUES[usize::from(lit.byte())]);
        }
    }

    #[inline(always)]
    fn magnitude(&self) -> u32 {
        1.0_f32.to_bits()
    }
}

impl<const IN: usize> SignalOf<IN> for [Lit] {}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(signal: &(impl Signal + ?Sized)) -> ([(usize, f32); 8], usize) {
        let (mut found, mut count) = ([(0, 0.0); 8], 0);
        signal.for_each(|index, value| {
            found[count] = (index, value);
            count += 1;
        });
        (found, count)
    }

    #[test]
    fn all_forms_of_an_image_agree() {
        let bytes = [0, 7, 0, 255, 128, 0, 0, 1];
        let lit = [Lit::new(1, 7), Lit::new(3, 255), Lit::new(4, 128), Lit::new(7, 1)];
        let dense = bytes.map(|byte| f32::from(byte) / 255.0);
        let expected = entries(&Pixels(bytes));
        assert_eq!(expected.1, 4);
        assert_eq!(entries(lit.as_slice()), expected);
        assert_eq!(entries(&dense), expected);
    }

    #[test]
    fn both_zeros_are_skipped() {
        assert_eq!(entries(&[0.0, -0.0, -1.0]), entries(&[0.0, 0.0, -1.0]));
        assert_eq!(entries(&[0.0, -0.0, -1.0]).1, 1);
    }

    #[test]
    fn pixel_values_are_the_correctly_rounded_quotients() {
        for byte in 0..=255_u8 {
            let quotient = (f64::from(byte) / 255.0) as f32;
            assert_eq!(PIXEL_VALUES[usize::from(byte)].to_bits(), quotient.to_bits());
        }
        let by_product = (0..=255_u8)
            .filter(|&byte| f32::from(byte) * (1.0 / 255.0) != PIXEL_VALUES[usize::from(byte)])
            .count();
        assert_eq!(by_product, 126);
    }

    #[test]
    fn magnitude_orders_numbers_infinity_and_nan() {
        assert_eq!(magnitude(&[]), 0);
        assert_eq!(magnitude(&[-2.5, 1.0]), 2.5_f32.to_bits());
        assert!(is_finite(magnitude(&[f32::MAX, f32::MIN])));
        for bad in [f32::INFINITY, f32::NEG_INFINITY, f32::NAN, -f32::NAN] {
            assert!(!is_finite(magnitude(&[1.0, bad, 2.0])), "{bad}");
        }
    }
}
