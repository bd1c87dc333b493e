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

/// Bytes of a word.
pub const WORD: isize = 4;

/// Where in its row, in bytes, the entry of a bit is: behind 4 words, before as many.
pub const MIDDLE: isize = 4 * WORD;

/// A block of words of pairs: weights, list and sums.
pub type Block = unsafe extern "C" fn(*const u32, *const Pair, *mut [i32; 2]);

/// Does as many blocks of so many words as there are sums for; where the others are.
///
/// # Safety
///
/// The entries of `list`, the last of which is 0, are of rows that have as many words as there are
/// `sums`, at `weights`.
#[inline(always)]
pub unsafe fn pass(
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

/// A block of words of rows: bytes from where entries are, list, sums and entries.
#[cfg(not(dsp))]
pub type RowBlock = unsafe extern "C" fn(isize, *const u32, *mut [i32; 4], usize);

/// Does blocks of 4 words and of 1.
///
/// # Safety
///
/// The list is of so many entries and a 0, of rows that have as many words as there are `sums`.
#[cfg(not(dsp))]
#[inline(always)]
pub unsafe fn pass_rows(
    [four, one]: [RowBlock; 2],
    list: *const u32,
    count: usize,
    sums: &mut [[i32; 4]],
) {
    let (mut blocks, mut at) = (sums.chunks_exact_mut(4), -MIDDLE);
    // SAFETY: the caller's; an entry and `at` are where the words of a block start.
    unsafe {
        for sums in blocks.by_ref() {
            four(at, list, sums.as_mut_ptr(), count);
            at += 4 * WORD;
        }
        for sums in blocks.into_remainder() {
            one(at, list, sums, count);
            at += WORD;
        }
    }
}

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
