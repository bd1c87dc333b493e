//! What quantised networks read: bytes, of pixels or of the layer before, and bits.

use crate::signal::{Pixels, SentPixels};

/// Bytes that yield, pair by pair, what is not zero.
pub trait Bytes {
    /// Calls `entry(p, [x[2p], x[2p + 1]])` for each pair that is not all 0, in rising order; a last
    /// one without a partner has a 0.
    fn for_each_pair(&self, entry: impl FnMut(usize, [u8; 2]));

    /// All of them, one after the other, where they lie so in memory.
    #[inline(always)]
    fn contiguous(&self) -> Option<&[u8]> {
        None
    }
}

/// [`Bytes`] that fit a layer of `IN` inputs.
#[diagnostic::on_unimplemented(
    message = "`{Self}` are not {IN} bytes",
    label = "the layer reads {IN} bytes"
)]
pub trait BytesOf<const IN: usize>: Bytes {}

/// The byte that stands for a feature, x from 0 to 1 as it was scaled: 255·x, rounded to nearest;
/// what is below or above is taken as 0 or 1.
pub fn feature(x: f32) -> u8 {
    // A cast cuts off, takes what is out of range as the nearest, and NaN as 0.
    (x * 255.0 + 0.5) as u8
}

impl Bytes for [u8] {
    /// Looks at a word of four at a time: most of an image is white.
    #[inline(always)]
    fn for_each_pair(&self, mut entry: impl FnMut(usize, [u8; 2])) {
        let (words, rest) = self.as_chunks::<4>();
        for (index, &word) in words.iter().enumerate() {
            if u32::from_le_bytes(word) != 0 {
                let [a, b, c, d] = word;
                if a | b != 0 {
                    entry(2 * index, [a, b]);
                }
                if c | d != 0 {
                    entry(2 * index + 1, [c, d]);
                }
            }
        }
        for (index, pair) in rest.chunks(2).enumerate() {
            let pair = [pair.first(), pair.get(1)].map(|byte| byte.copied().unwrap_or(0));
            if pair != [0; 2] {
                entry(2 * words.len() + index, pair);
            }
        }
    }

    #[inline(always)]
    fn contiguous(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl<const N: usize> Bytes for [u8; N] {
    #[inline(always)]
    fn for_each_pair(&self, entry: impl FnMut(usize, [u8; 2])) {
        self.as_slice().for_each_pair(entry);
    }

    #[inline(always)]
    fn contiguous(&self) -> Option<&[u8]> {
        Some(self)
    }
}

impl<const N: usize> BytesOf<N> for [u8; N] {}

impl<const N: usize> Bytes for Pixels<N> {
    #[inline(always)]
    fn for_each_pair(&self, entry: impl FnMut(usize, [u8; 2])) {
        self.0.as_slice().for_each_pair(entry);
    }

    #[inline(always)]
    fn contiguous(&self) -> Option<&[u8]> {
        Some(&self.0)
    }
}

impl<const N: usize> BytesOf<N> for Pixels<N> {}

impl<const N: usize> Bytes for SentPixels<'_, N> {
    #[inline(always)]
    fn for_each_pair(&self, entry: impl FnMut(usize, [u8; 2])) {
        if self.is_counted() {
            counted_pairs(self.as_bytes(), entry);
        } else {
            self.as_bytes().for_each_pair(entry);
        }
    }

    #[inline(always)]
    fn contiguous(&self) -> Option<&[u8]> {
        (!self.is_counted()).then(|| self.as_bytes())
    }
}

impl<const N: usize> BytesOf<N> for SentPixels<'_, N> {}

/// The pairs of runs: a pixel at an even index takes its neighbour along; one at an odd index had
/// none.
#[inline(always)]
fn counted_pairs(runs: &[u8], mut entry: impl FnMut(usize, [u8; 2])) {
    let (mut index, mut bytes) = (0, runs.iter());
    while let Some(&byte) = bytes.next() {
        if byte == 0 {
            index += bytes.next().map_or(0, |&zeros| usize::from(zeros));
            continue;
        }
        let pair = index / 2;
        index += 1;
        let inputs = if index % 2 == 0 {
            [0, byte]
        } else {
            let neighbour = bytes.as_slice().first().copied().unwrap_or(0);
            if neighbour != 0 {
                bytes.next();
                index += 1;
            }
            [byte, neighbour]
        };
        entry(pair, inputs);
    }
}

/// An image of `N` pixels of one bit each, row after row without gaps: pixel i is bit i mod 8 of
/// byte i / 8, 1 = ink.
///
/// ```
/// use gradito_core::quantized::input::Bits;
///
/// let bits = Bits::<12>::new(&[0b1000_0001, 0b0100]).unwrap();
/// let mut lit = Vec::new();
/// bits.for_each(|index| lit.push(index));
/// assert_eq!(lit, [0, 7, 10]);
/// assert_eq!(Bits::<12>::new(&[0, 0b1_0000]), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bits<'a, const N: usize>(&'a [u8]);

/// The byte of eight pixels, or of fewer at an image's end: those of at least `threshold` are 1.
pub fn pack(pixels: &[u8], threshold: u8) -> u8 {
    let bits = pixels.iter().take(8).enumerate();
    bits.fold(0, |byte, (at, &pixel)| byte | u8::from(pixel >= threshold) << at)
}

/// Bytes of an image of so many pixels of one bit.
pub const fn packed_length(pixels: usize) -> usize {
    pixels.div_ceil(8)
}

impl<'a, const N: usize> Bits<'a, N> {
    /// The image that `bytes` are; `None` if they are not as many as `N` bits take, or if one
    /// behind the last pixel is set.
    pub fn new(bytes: &'a [u8]) -> Option<Self> {
        are_bits(bytes, N).then_some(Self(bytes))
    }

    /// The bytes.
    #[inline(always)]
    pub const fn as_bytes(&self) -> &'a [u8] {
        self.0
    }

    /// Calls `entry(index)` for each pixel that is 1, in rising order.
    #[inline(always)]
    pub fn for_each(&self, entry: impl FnMut(usize)) {
        for_each_bit(self.0, entry);
    }
}

/// Whether `bytes` are an image of so many pixels of one bit.
pub fn are_bits(bytes: &[u8], pixels: usize) -> bool {
    let behind = match (bytes.last(), pixels % 8) {
        (Some(last), used @ 1..) => last >> used,
        _ => 0,
    };
    bytes.len() == packed_length(pixels) && behind == 0
}

/// Calls `entry(index)` for each bit that is set, in rising order.
#[inline(always)]
pub fn for_each_bit(bytes: &[u8], mut entry: impl FnMut(usize)) {
    let (words, rest) = bytes.as_chunks::<4>();
    for (index, &word) in words.iter().enumerate() {
        each_of(u32::from_le_bytes(word), 32 * index, &mut entry);
    }
    for (index, &byte) in rest.iter().enumerate() {
        each_of(u32::from(byte), 32 * words.len() + 8 * index, &mut entry);
    }
}

/// The bits of `word`, the lowest of which has the index `at`.
#[inline(always)]
fn each_of(mut word: u32, at: usize, entry: &mut impl FnMut(usize)) {
    while word != 0 {
        entry(at + word.trailing_zeros() as usize);
        word &= word - 1;
    }
}
