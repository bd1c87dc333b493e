//! Weights of fewer than 8 bits: how many share a 32-bit word, and how they are taken out of it.
//!
//! An input has a row of words, whatever its layer reads, bytes or bits. A weight w is stored as a
//! *code* c, which has no sign: w = step·c − offset.
//!
//! | | weights | c | w | in a word |
//! | --- | --- | --- | --- | --- |
//! | [`Nibbles`] | of 4 bits | 1 to 15 | c − 8: −7 to 7 | 8; output k has bits 4k to 4k + 3 |
//! | [`Crumbs`] | of 2 bits | 0 to 3 | 2c − 3: −3, −1, 1 or 3 | 16; output k has bits 2k and 2k + 1 |
//! | [`Trits`] | ternary | 0 to 2 | c − 1: −1, 0 or 1 | 20; byte j has those of outputs 5j to 5j + 4 |
//!
//! The codes c₀ … c₄ of a byte of trits are the digits of v = 81c₀ + 27c₁ + 9c₂ + 3c₃ + c₄, and the
//! byte is 256·v/243, rounded up: of a byte b the first digit is then ⌊3b/256⌋, and what is left of
//! 3b, its low byte, has the others. Nothing is divided, and no table is needed. (GGML's `TQ1_0`
//! packs them so.) Bytes that no v gives, 13 of 256, have such digits, too.
//!
//! A code has no sign so that two of them can be multiplied at a time: codes are taken out of a word
//! in *lanes*, numbers of 32 bits whose halves are codes of two outputs, and one product of a lane
//! and an input adds to both. Any processor can do that. The halves hold a few such products, see
//! [`PRODUCTS`](Packing::PRODUCTS), and what is too much in the end is offset·Σx, of all outputs the
//! same.

use core::fmt::Debug;

use super::weights::WeightKind;

/// A way to pack weights.
pub trait Packing: Debug + Send + Sync + 'static {
    /// The weights.
    const KIND: WeightKind;

    /// How many a word has; half of them are in the low halves of lanes.
    const WEIGHTS: usize;

    /// A weight is this times its code, less the [`OFFSET`](Self::OFFSET).
    const STEP: i32;

    /// What is taken off.
    const OFFSET: i32;

    /// The codes of a word, two in each lane: of outputs k and k + `WEIGHTS`/2 in lane k.
    type Lanes: AsRef<[u32]> + AsMut<[u32]>;

    /// Lanes that are 0.
    const NOTHING: Self::Lanes;

    /// So many products of a code and a byte the half of a lane can hold.
    const PRODUCTS: usize;

    /// A word of weights that are 0 or, where there are none such, −1.
    const ZERO: u32;

    /// The codes of a word, whatever its bits.
    fn lanes(word: u32) -> Self::Lanes;

    /// `word` with another code of output `at`.
    fn with(word: u32, at: usize, code: u32) -> u32;
}

/// Products of codes up to `largest` and bytes that 16 bits hold.
const fn products(largest: u32) -> usize {
    (u16::MAX as u32 / (largest * u8::MAX as u32)) as usize
}

/// Weights of 4 bits.
#[derive(Clone, Copy, Debug)]
pub enum Nibbles {}

/// Weights of 2 bits.
#[derive(Clone, Copy, Debug)]
pub enum Crumbs {}

/// Ternary weights, five in a byte.
#[derive(Clone, Copy, Debug)]
pub enum Trits {}

impl Packing for Nibbles {
    const KIND: WeightKind = WeightKind::I4;
    const WEIGHTS: usize = 8;
    const STEP: i32 = 1;
    const OFFSET: i32 = 8;
    type Lanes = [u32; 4];
    const NOTHING: [u32; 4] = [0; 4];
    const PRODUCTS: usize = products(15);
    const ZERO: u32 = 0x8888_8888;

    #[inline(always)]
    fn lanes(word: u32) -> [u32; 4] {
        core::array::from_fn(
            #[inline(always)]
            |lane| word >> (4 * lane) & 0x000f_000f,
        )
    }

    fn with(word: u32, at: usize, code: u32) -> u32 {
        replace(word, 4, at, code)
    }
}

impl Packing for Crumbs {
    const KIND: WeightKind = WeightKind::I2;
    const WEIGHTS: usize = 16;
    const STEP: i32 = 2;
    const OFFSET: i32 = 3;
    type Lanes = [u32; 8];
    const NOTHING: [u32; 8] = [0; 8];
    const PRODUCTS: usize = products(3);
    const ZERO: u32 = 0x5555_5555;

    #[inline(always)]
    fn lanes(word: u32) -> [u32; 8] {
        core::array::from_fn(
            #[inline(always)]
            |lane| word >> (2 * lane) & 0x0003_0003,
        )
    }

    fn with(word: u32, at: usize, code: u32) -> u32 {
        replace(word, 2, at, code)
    }
}

impl Packing for Trits {
    const KIND: WeightKind = WeightKind::Ternary;
    const WEIGHTS: usize = 20;
    const STEP: i32 = 1;
    const OFFSET: i32 = 1;
    type Lanes = [u32; 10];
    const NOTHING: [u32; 10] = [0; 10];
    const PRODUCTS: usize = products(2);
    const ZERO: u32 = 0x8080_8080;

    #[inline(always)]
    fn lanes(word: u32) -> [u32; 10] {
        let mut lanes = [0; 10];
        // Bytes 0 and 2, then 1 and 3: two at a time.
        for (bytes, lanes) in [word, word >> 8].into_iter().zip(lanes.as_chunks_mut::<5>().0) {
            let mut rest = bytes & 0x00ff_00ff;
            for lane in lanes {
                rest *= 3;
                *lane = rest >> 8 & 0x0003_0003;
                rest &= 0x00ff_00ff;
            }
        }
        lanes
    }

    fn with(word: u32, at: usize, code: u32) -> u32 {
        let byte = at / 5 % 4;
        let mut rest = word.to_le_bytes().get(byte).map_or(0, |&byte| u32::from(byte));
        let mut value = 0;
        for digit in 0..5 {
            rest *= 3;
            value = 3 * value + if digit == at % 5 { code % 3 } else { rest >> 8 };
            rest &= 0xff;
        }
        replace(word, 8, byte, (256 * value).div_ceil(243))
    }
}

/// `word` with other bits in the place `at` of those that are so many `bits` wide.
const fn replace(word: u32, bits: usize, at: usize, value: u32) -> u32 {
    let (shift, mask) = ((bits * at) as u32 % u32::BITS, (1 << bits) - 1);
    word & !(mask << shift) | (value & mask) << shift
}

/// Words of an input's row for that many outputs.
pub const fn row_words<P: Packing>(outputs: usize) -> usize {
    outputs.div_ceil(P::WEIGHTS)
}

/// The weight of output `at` of a word.
pub fn weight<P: Packing>(word: u32, at: usize) -> i16 {
    let half = P::WEIGHTS / 2;
    let lanes = P::lanes(word);
    let lane = lanes.as_ref().get(at % half).copied().unwrap_or(0);
    let code = lane >> (16 * (at / half % 2)) & 0xffff;
    (P::STEP * code as i32 - P::OFFSET) as i16
}

/// `word` with another weight of output `at`: the nearest there is that is not larger.
pub fn with<P: Packing>(word: u32, at: usize, weight: i8) -> u32 {
    let largest = i32::from(P::KIND.largest());
    let weight = i32::from(weight).clamp(-largest, largest);
    P::with(word, at, ((weight + P::OFFSET) / P::STEP) as u32)
}
