//! Where a weight lies: in 32-bit words, little-endian, in one of two layouts.
//!
//! *Pairs*, for layers that read bytes. Inputs 2p and 2p + 1 are pair p; a pair has a row of words,
//! one for each two outputs. Word k of pair p has the weights of outputs 2k and 2k + 1:
//!
//! | byte | input | output | as |
//! | ---: | --- | --- | --- |
//! | 0 | 2p | 2k | w + 128, unsigned |
//! | 1 | 2p | 2k + 1 | w, signed |
//! | 2 | 2p + 1 | 2k | w + 128, unsigned |
//! | 3 | 2p + 1 | 2k + 1 | w, signed |
//!
//! Each half word is then the number (w\[2k\] + 128) + 256·w\[2k + 1\], and one dual multiplication
//! of halves by x\[2p\] and x\[2p + 1\] adds to *both* outputs: what belongs to the first is known
//! from a second one of the low bytes, and what is left is the other's, times 256.
//!
//! *Rows*, for layers that read bits. An input has a row of words, one for each four outputs: byte
//! j of word k is the weight of output 4k + j, signed. There is nothing to multiply, only bytes to
//! be added.
//!
//! Weights beyond the last input or output are 0.

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

/// What is added to weights that are stored unsigned.
const OFFSET: u8 = 128;

/// A word of pairs whose weights are all 0.
pub(super) const ZERO_PAIR: u32 = u32::from_le_bytes([OFFSET, 0, OFFSET, 0]);

/// How the weights of a layer lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Two inputs and two outputs in a word.
    Pairs,
    /// Four outputs in a word.
    Rows,
}

impl Layout {
    /// Words of the weights of a layer; `None` if they cannot be counted.
    pub const fn words(self, inputs: usize, outputs: usize) -> Option<usize> {
        match self {
            Self::Pairs => pairs(inputs).checked_mul(pair_words(outputs)),
            Self::Rows => inputs.checked_mul(row_words(outputs)),
        }
    }

    /// Words of a row.
    pub const fn row(self, outputs: usize) -> usize {
        match self {
            Self::Pairs => pair_words(outputs),
            Self::Rows => row_words(outputs),
        }
    }

    /// The word of a weight, its byte in that, and what is added to it.
    const fn place(self, outputs: usize, input: usize, output: usize) -> (usize, usize, u8) {
        match self {
            Self::Pairs => {
                let word = input / 2 * pair_words(outputs) + output / 2;
                let byte = input % 2 * 2 + output % 2;
                (word, byte, if output % 2 == 0 { OFFSET } else { 0 })
            }
            Self::Rows => (input * row_words(outputs) + output / 4, output % 4, 0),
        }
    }

    /// The weight of a layer of so many `outputs`; 0 where there is none.
    pub fn weight(self, words: &[u32], outputs: usize, input: usize, output: usize) -> i8 {
        let (word, byte, offset) = self.place(outputs, input, output);
        let stored = words.get(word).map_or(offset, |word| {
            let [a, b, c, d] = word.to_le_bytes();
            match byte {
                0 => a,
                1 => b,
                2 => c,
                _ => d,
            }
        });
        stored.wrapping_sub(offset) as i8
    }

    /// Puts a weight into its place, if there is one.
    pub fn set(self, words: &mut [u32], outputs: usize, at: [usize; 2], weight: i8) {
        let [input, output] = at;
        let (word, byte, offset) = self.place(outputs, input, output);
        if let Some(word) = words.get_mut(word) {
            let shift = 8 * byte as u32;
            let stored = u32::from((weight as u8).wrapping_add(offset));
            *word = *word & !(0xff << shift) | stored << shift;
        }
    }

    /// Weights that are all 0, as a word.
    pub const fn zero(self) -> u32 {
        match self {
            Self::Pairs => ZERO_PAIR,
            Self::Rows => 0,
        }
    }
}
