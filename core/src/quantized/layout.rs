//! Where a weight lies: in 32-bit words, little-endian, in one of two layouts.
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

    /// The word of a weight, and the first bit of its half word or byte in that.
    const fn place(self, outputs: usize, input: usize, output: usize) -> (usize, u32) {
        match self {
            Self::Pairs => (input / 2 * pair_words(outputs) + output / 2, 16 * (input % 2) as u32),
            Self::Rows => (input * row_words(outputs) + output / 4, 8 * (output % 4) as u32),
        }
    }

    /// The weight of a layer of so many `outputs`; 0 where there is none.
    ///
    /// It is a byte unless it was forged: bytes 255 and 127 of a pair are −1 and 128.
    pub fn weight(self, words: &[u32], outputs: usize, input: usize, output: usize) -> i16 {
        let (word, shift) = self.place(outputs, input, output);
        let bits = words.get(word).copied().unwrap_or(0) >> shift;
        match self {
            Self::Rows => i16::from((bits as u8 ^ OFFSET) as i8),
            Self::Pairs => {
                let weights = taken_apart(bits as i16);
                if output.is_multiple_of(2) { weights[0] } else { weights[1] }
            }
        }
    }

    /// Puts a weight into its place, if there is one; −128 as −127.
    pub fn set(self, words: &mut [u32], outputs: usize, at: [usize; 2], weight: i8) {
        let [input, output] = at;
        let (word, shift) = self.place(outputs, input, output);
        let Some(word) = words.get_mut(word) else { return };
        let weight = i16::from(weight.max(-i8::MAX));
        let (mask, bits) = match self {
            Self::Rows => (0xff, u32::from(weight as u8 ^ OFFSET)),
            Self::Pairs => {
                let [first, second] = taken_apart((*word >> shift) as i16);
                let [first, second] =
                    if output.is_multiple_of(2) { [weight, second] } else { [first, weight] };
                (0xffff, u32::from(first.wrapping_add(second << 8) as u16))
            }
        };
        *word = *word & !(mask << shift) | bits << shift;
    }
}

/// Both weights of a half word.
const fn taken_apart(half: i16) -> [i16; 2] {
    let first = half as i8 as i16;
    // In 32 bits: of 32767 the first is −1.
    [first, ((half as i32 - first as i32) >> 8) as i16]
}
