//! The sums of quantised layers, over slices: one chunk of a list of lit inputs at a time.
//!
//! [`Portable`] defines what they are. A crate for a processor may have faster ones, which are equal
//! because whole numbers are: in a chunk no intermediate result leaves its type, see
//! [`CHUNK`](super::lit::CHUNK).

use core::fmt::Debug;

use super::input::{Bytes, for_each_bit};
use super::lit::{Bit, IS_SMALL, Lit, One, Pair};
use super::packed::add_entries;
use super::packing::Packing;

/// Something that adds up weights.
pub trait Kernels: Debug {
    /// `sums[k]` ← `sums[k]` + Σ x · the weights of word k, of all entries of `lit`, which is empty
    /// then. `weights` are in [pairs](super::layout).
    fn pairs(weights: &[u32], lit: &mut Lit<Pair>, sums: &mut [[i32; 2]]);

    /// `sums[k]` ← `sums[k]` + Σ x · the weights of word k, of all inputs in so many pairs. `weights`
    /// are in [pairs](super::layout); bytes of `x` beyond them are not read.
    #[inline(always)]
    fn bytes(weights: &[u32], pairs: usize, x: &[u8], sums: &mut [[i32; 2]]) {
        add_pairs::<Self>(weights, pairs, x, sums);
    }

    /// `sums[k]` ← `sums[k]` + Σ the weights of word k of the bits that are set in `x`, which are
    /// [those of so many inputs](super::input::are_bits). `weights` are in [rows](super::layout).
    fn bits(weights: &[u32], inputs: usize, x: &[u8], sums: &mut [[i32; 4]]);

    /// `sums[o]` ← `sums[o]` + Σ x · the weights to output o, of all entries of `lit`, which is empty
    /// then. `weights` are [packed](super::packing).
    #[inline(always)]
    fn packed<P: Packing>(weights: &[u32], lit: &mut Lit<One>, sums: &mut [i32]) {
        add_entries::<P>(weights, lit, sums);
    }
}

/// [`Kernels::bytes`] by lists of pairs, wherever the bytes come from.
#[inline(always)]
pub fn add_pairs<K: Kernels + ?Sized>(
    weights: &[u32],
    pairs: usize,
    x: &(impl Bytes + ?Sized),
    sums: &mut [[i32; 2]],
) {
    let mut lit = Lit::<Pair>::new(pairs, sums.len());
    x.for_each_pair(
        #[inline(always)]
        |pair, inputs| {
            // Entered in one place a pair takes less code, in two fewer instructions.
            if IS_SMALL {
                if lit.is_full() {
                    K::pairs(weights, &mut lit, sums);
                }
                lit.push(pair, inputs);
            } else if !lit.push(pair, inputs) {
                K::pairs(weights, &mut lit, sums);
                lit.push(pair, inputs);
            }
        },
    );
    K::pairs(weights, &mut lit, sums);
}

/// The kernels of plain Rust, which hold the sums of up to `BLOCK` words, a power of 2, in registers
/// while all entries pass.
///
/// It is a parameter so that they are compiled with, and as, the program that uses them: for speed
/// where this crate is compiled to be small.
#[derive(Clone, Copy, Debug)]
pub enum Portable<const BLOCK: usize = DEFAULT_BLOCK> {}

/// What suits the registers of most processors.
const DEFAULT_BLOCK: usize = if cfg!(target_arch = "arm") { 4 } else { 16 };

/// Calls `$pass::<B>` for blocks of words, the large ones first.
macro_rules! in_blocks {
    ($block:ident, $words:expr, $pass:ident($($argument:expr),*)) => {
        let (mut at, words) = (0, $words);
        while words - at >= $block {
            $pass::<$block>($($argument,)* at);
            at += $block;
        }
        if $block > 8 && words - at >= 8 {
            $pass::<8>($($argument,)* at);
            at += 8;
        }
        if $block > 4 && words - at >= 4 {
            $pass::<4>($($argument,)* at);
            at += 4;
        }
        if $block > 2 && words - at >= 2 {
            $pass::<2>($($argument,)* at);
            at += 2;
        }
        if words > at {
            $pass::<1>($($argument,)* at);
        }
    };
}

impl<const BLOCK: usize> Kernels for Portable<BLOCK> {
    #[cfg_attr(target_arch = "arm", inline(never))]
    #[cfg_attr(not(target_arch = "arm"), inline(always))]
    fn pairs(weights: &[u32], lit: &mut Lit<Pair>, sums: &mut [[i32; 2]]) {
        in_blocks!(BLOCK, sums.len(), pairs_pass(weights, lit.entries(), sums));
        lit.clear();
    }

    #[inline(always)]
    fn bits(weights: &[u32], inputs: usize, x: &[u8], sums: &mut [[i32; 4]]) {
        let mut lit = Lit::<Bit>::new(inputs, sums.len());
        for_each_bit(
            x,
            #[inline(always)]
            |index| {
                if lit.is_full() {
                    rows::<BLOCK>(weights, &mut lit, sums);
                }
                lit.push(index);
            },
        );
        rows::<BLOCK>(weights, &mut lit, sums);
    }
}

/// `sums[k]` ← `sums[k]` + Σ the weights of word k, of all entries of `lit`, which is empty then.
#[cfg_attr(target_arch = "arm", inline(never))]
#[cfg_attr(not(target_arch = "arm"), inline(always))]
fn rows<const BLOCK: usize>(weights: &[u32], lit: &mut Lit<Bit>, sums: &mut [[i32; 4]]) {
    in_blocks!(BLOCK, sums.len(), rows_pass(weights, lit.entries(), sums));
    lit.clear();
}

/// [`Kernels::pairs`] for `B` words from `at` on.
#[inline(always)]
fn pairs_pass<const B: usize>(weights: &[u32], entries: &[Pair], sums: &mut [[i32; 2]], at: usize) {
    // Of half words, w[2k] + 256·w[2k + 1], and of their low bytes. In a chunk there are at most 128
    // inputs, so the first stay below 128·255·2¹⁵ < 2³⁰, the second below 2²³.
    let (mut whole, mut low) = ([0_i32; B], [0_i32; B]);
    for entry in entries {
        let [first, second] = entry.inputs().map(i32::from);
        if let Some(words) = block::<B>(weights, entry.row() + at) {
            for k in 0..B {
                let word = words[k];
                whole[k] += first * i32::from(word as i16) + second * (word as i32 >> 16);
                low[k] += first * i32::from(word as i8) + second * i32::from((word >> 16) as i8);
            }
        }
    }
    if let Some(sums) = sums.get_mut(at..).and_then(|sums| sums.first_chunk_mut::<B>()) {
        for (k, [even, odd]) in sums.iter_mut().enumerate() {
            *even = even.wrapping_add(low[k]);
            *odd = odd.wrapping_add((whole[k] - low[k]) >> 8);
        }
    }
}

/// [`rows`] for `B` words from `at` on.
#[inline(always)]
fn rows_pass<const B: usize>(weights: &[u32], entries: &[Bit], sums: &mut [[i32; 4]], at: usize) {
    // Two sums of w + 128 a word, of 16 bits: 64 entries add up to at most 64·255 < 2¹⁶.
    let (mut even, mut odd) = ([0_u32; B], [0_u32; B]);
    for entry in entries {
        if let Some(words) = block::<B>(weights, entry.row() + at) {
            for k in 0..B {
                even[k] += words[k] & 0x00ff_00ff;
                odd[k] += words[k] >> 8 & 0x00ff_00ff;
            }
        }
    }
    let offset = 128 * entries.len() as i32;
    if let Some(sums) = sums.get_mut(at..).and_then(|sums| sums.first_chunk_mut::<B>()) {
        for (k, sums) in sums.iter_mut().enumerate() {
            let added = [even[k] & 0xffff, odd[k] & 0xffff, even[k] >> 16, odd[k] >> 16];
            for (sum, added) in sums.iter_mut().zip(added) {
                *sum = sum.wrapping_add(added as i32 - offset);
            }
        }
    }
}

/// The `B` words from `at` on.
#[inline(always)]
fn block<const B: usize>(words: &[u32], at: usize) -> Option<&[u32; B]> {
    words.get(at..)?.first_chunk()
}
