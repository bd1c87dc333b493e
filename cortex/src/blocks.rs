//! What the blocks of all processors share. A block is the sums of a few words while a whole list
//! passes: they stay in registers.
//!
//! Blocks take where the weights are, a list that is ended by zeros, and the block's sums. They are
//! functions of their own, without prologue, since inline assembly may not use all of the registers
//! that they need. r0 to r3 and r12 are theirs by the procedure call standard (Arm, "Procedure Call
//! Standard for the Arm Architecture", IHI 0042), the others are kept.
//!
//! An entry is two words for pairs, the first byte of its row and its two inputs as half words; one
//! for bits, the address [in the middle](MIDDLE) of its row.

use gradito_core::quantized::lit::Pair;

#[cfg(dsp)]
use crate::native::pairs2;
use crate::native::{pairs1, pairs4};
#[cfg(not(dsp))]
use crate::native::{rows1, rows4};

/// Bytes of a word.
pub const WORD: isize = 4;

/// Where in its row, in bytes, the entry of a bit is: behind 4 words, before as many.
pub const MIDDLE: isize = 4 * WORD;

/// A block of words of pairs: weights, list and sums.
type Block = unsafe extern "C" fn(*const u32, *const Pair, *mut [i32; 2]);

/// Adds the products of a list, which an entry of zeros ends: by as many of the largest blocks as there
/// are sums for, then of the others.
///
/// # Safety
///
/// The entries are of rows that have as many words as there are `sums`, at `weights`.
pub unsafe fn pairs(weights: *const u32, list: *const Pair, sums: &mut [[i32; 2]]) {
    // SAFETY: the caller's.
    unsafe {
        let (weights, sums) = pass(pairs4, 4, weights, list, sums);
        #[cfg(dsp)]
        let (weights, sums) = pass(pairs2, 2, weights, list, sums);
        pass(pairs1, 1, weights, list, sums);
    }
}

/// Does as many blocks of so many words as there are sums for; where the others are.
///
/// # Safety
///
/// As of [`pairs`].
#[inline(always)]
unsafe fn pass(
    block: Block,
    words: usize,
    weights: *const u32,
    list: *const Pair,
    sums: &mut [[i32; 2]],
) -> (*const u32, &mut [[i32; 2]]) {
    let (mut blocks, mut weights) = (sums.chunks_exact_mut(words), weights);
    for sums in blocks.by_ref() {
        // SAFETY: the caller's; weights and sums go on together.
        unsafe {
            block(weights, list, sums.as_mut_ptr());
            weights = weights.add(words);
        }
    }
    (weights, blocks.into_remainder())
}

/// Adds the weights of a list of so many entries, each [in the middle](MIDDLE) of a row, and a 0: by
/// blocks of 4 words and of 1.
///
/// # Safety
///
/// The rows have as many words as there are `sums`.
#[cfg(not(dsp))]
pub unsafe fn rows(list: *mut u32, count: usize, sums: &mut [[i32; 4]]) {
    let (mut blocks, mut at) = (sums.chunks_exact_mut(4), -MIDDLE);
    // SAFETY: the caller's; an entry and `at` are where the words of a block start.
    unsafe {
        for sums in blocks.by_ref() {
            rows4(at, list, sums.as_mut_ptr(), count);
            at += 4 * WORD;
        }
        for sums in blocks.into_remainder() {
            rows1(at, list, sums, count);
            at += WORD;
        }
    }
}

#[cfg(dsp)]
pub use crate::native::rows;

/// A walk over bytes: what it goes through, and the list of what is not zero.
#[derive(Debug)]
#[repr(C)]
pub struct Walk {
    /// The next step.
    pub at: *const u8,
    /// Where the steps end.
    pub end: *const u8,
    /// The entry of the next bit, or the first word of that of the next pair.
    pub first: u32,
    /// Bytes of a row.
    pub row: u32,
    /// Where the next entry goes.
    pub list: *mut u32,
    /// The walk stops after a step once the list is beyond this.
    pub full: *const u32,
}

/// Goes on with a walk until its steps end or its list is full, and says how far it came.
pub type Collect = unsafe extern "C" fn(*mut Walk);
