//! Where a weight lies: in 32-bit words, little-endian.
//!
//! Weights of fewer than 8 bits are [packed](super::packing). Those of 8 bits lie in one of two ways.
//!
//! *Pairs*, for layers that read bytes. Inputs 2p and 2p + 1 are pair p; a pair has a row of words,
//! one for each two outputs. The low half of word k is that of input 2p, the high half that of
//! input 2p + 1; each is, as `i16`, the number w\[2k\] + 256·w\[2k + 1\] of the input's weights to
//! outputs 2k and 2k + 1. Weights are from −127 to 127, so that it is one.
//!
//! Both weights are in it as bytes, the second less 1 where the first is negative. And they need not
//! be taken apart: one dual multiplication of the halves by x\[2p\] and x\[2p + 1\] adds to *both*
//! outputs. What belongs to the first is known from a second one, of the low bytes; what is left is
//! the other's, times 256.
//!
//! *Rows*, for layers that read bits. An input has a row of words, one for each four outputs: byte
//! j of word k is the weight of output 4k + j, plus 128. There is nothing to multiply, only bytes to
//! be added, and those that have no sign are added two at a time by any processor; what is too much
//! is 128 times the number of bits that are set.
//!
//! Beyond the last input or output all bits are 0.

use super::packing::{self, Crumbs, Nibbles, Packing, Trits};

/// What is added to a weight of rows.
const OFFSET: u8 = 128;

/// A word of rows whose weights are 0.
pub const ZERO_ROWS: u32 = u32::from_ne_bytes([OFFSET; 4]);

/// Pairs of that many inputs.
pub const fn pairs(inputs: usize) -> usize {
    inputs.div_ceil(2)
}

/// Words of a pair's row for that many outputs.
pub const fn pair_words(outputs: usize) -> usize {
    outputs.div_ceil(2)
}

/// Words of an input's row, where inputs are bits, for that many outputs.
pub const fn row_words(outputs: usize) -> usize {
    outputs.div_ceil(4)
}

/// How the weights of a layer lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Two inputs and two outputs in a word.
    Pairs,
    /// Four outputs in a word.
    Rows,
    /// Eight outputs in a word: [`Nibbles`].
    Nibbles,
    /// Sixteen outputs in a word: [`Crumbs`].
    Crumbs,
    /// Twenty outputs in a word: [`Trits`].
    Trits,
}

impl Layout {
    /// Words of the weights of a layer; `None` if they cannot be counted.
    pub const fn words(self, inputs: usize, outputs: usize) -> Option<usize> {
        self.rows(inputs).checked_mul(self.row(outputs))
    }

    /// Rows of a layer of so many inputs.
    pub const fn rows(self, inputs: usize) -> usize {
        match self {
            Self::Pairs => pairs(inputs),
            _ => inputs,
        }
    }

    /// Words of a row.
    pub const fn row(self, outputs: usize) -> usize {
        outputs.div_ceil(self.outputs())
    }

    /// The outputs that share a word.
    const fn outputs(self) -> usize {
        match self {
            Self::Pairs => 2,
            Self::Rows => 4,
            Self::Nibbles => Nibbles::WEIGHTS,
            Self::Crumbs => Crumbs::WEIGHTS,
            Self::Trits => Trits::WEIGHTS,
        }
    }

    /// The word of a weight.
    const fn word(self, outputs: usize, input: usize, output: usize) -> usize {
        let row = if matches!(self, Self::Pairs) { input / 2 } else { input };
        row * self.row(outputs) + output / self.outputs()
    }

    /// The weight of a layer of so many `outputs`; of 0s where there is none.
    ///
    /// It is one of those there are unless it was forged: bytes 255 and 127 of a pair are −1 and
    /// 128.
    pub fn weight(self, words: &[u32], outputs: usize, input: usize, output: usize) -> i16 {
        let word = words.get(self.word(outputs, input, output)).copied().unwrap_or(0);
        let at = output % self.outputs();
        match self {
            Self::Pairs => {
                let [first, second] = taken_apart((word >> (16 * (input % 2))) as i16);
                if at == 0 { first } else { second }
            }
            Self::Rows => i16::from(((word >> (8 * at)) as u8 ^ OFFSET) as i8),
            Self::Nibbles => packing::weight::<Nibbles>(word, at),
            Self::Crumbs => packing::weight::<Crumbs>(word, at),
            Self::Trits => packing::weight::<Trits>(word, at),
        }
    }

    /// Puts a weight into its place, if there is one: one of those there are, −128 as −127.
    pub fn set(self, words: &mut [u32], outputs: usize, place: [usize; 2], weight: i8) {
        let [input, output] = place;
        let Some(word) = words.get_mut(self.word(outputs, input, output)) else { return };
        let at = output % self.outputs();
        let replaced =
            |mask: u32, bits: u32, shift: usize| *word & !(mask << shift) | bits << shift;
        *word = match self {
            Self::Pairs => {
                let shift = 16 * (input % 2);
                let mut weights = taken_apart((*word >> shift) as i16);
                if let Some(place) = weights.get_mut(at) {
                    *place = i16::from(weight.max(-i8::MAX));
                }
                let [first, second] = weights;
                replaced(0xffff, u32::from(first.wrapping_add(second << 8) as u16), shift)
            }
            Self::Rows => replaced(0xff, u32::from(weight.max(-i8::MAX) as u8 ^ OFFSET), 8 * at),
            Self::Nibbles => packing::with::<Nibbles>(*word, at, weight),
            Self::Crumbs => packing::with::<Crumbs>(*word, at, weight),
            Self::Trits => packing::with::<Trits>(*word, at, weight),
        };
    }
}

/// Both weights of a half word.
const fn taken_apart(half: i16) -> [i16; 2] {
    let first = half as i8 as i16;
    // In 32 bits: of 32767 the first is −1.
    [first, ((half as i32 - first as i32) >> 8) as i16]
}
