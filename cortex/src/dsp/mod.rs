//! The kernels: a chunk of a list, block by block.

mod blocks;

use core::mem::MaybeUninit;

use gradito_core::quantized::input::are_bits;
use gradito_core::quantized::kernels::Kernels;
use gradito_core::quantized::lit::{Bit, Lit, Pair};

use self::blocks::{Block, Walk, collect, pairs1, pairs2, pairs4, rows1, rows2, rows4};

/// The kernels of a processor with the DSP extension.
#[derive(Clone, Copy, Debug)]
pub enum Dsp {}

impl Kernels for Dsp {
    #[inline(never)]
    fn pairs(weights: &[u32], lit: &mut Lit<Pair>, sums: &mut [[i32; 2]]) {
        if fits(weights, lit, sums.len()) {
            let list = lit.terminated().as_ptr();
            // SAFETY: `fits`, and the list is ended by an entry that is 0.
            unsafe { in_blocks([pairs4, pairs2, pairs1], weights.as_ptr(), list, sums) }
        }
        lit.clear();
    }

    #[inline(never)]
    fn rows(weights: &[u32], lit: &mut Lit<Bit>, sums: &mut [[i32; 4]]) {
        if fits(weights, lit, sums.len()) {
            let list = lit.terminated().as_ptr();
            // SAFETY: `fits`, and the list is ended by an entry that is 0.
            unsafe { Self::list(weights, list, sums) }
        }
        lit.clear();
    }

    #[inline(never)]
    fn bits(weights: &[u32], inputs: usize, x: &[u8], sums: &mut [[i32; 4]]) {
        let row = sums.len();
        let fits = inputs.checked_mul(row).is_some_and(|words| words <= weights.len());
        if !fits || !are_bits(x, inputs) {
            return;
        }
        let mut room = [MaybeUninit::<u32>::uninit(); FULL + WORD + 1];
        let start = room.as_mut_ptr().cast::<u32>();
        let (words, rest) = x.as_chunks::<4>();
        let mut last = [0; 4];
        for (byte, &rest) in last.iter_mut().zip(rest) {
            *byte = rest;
        }
        let mut walk = Walk {
            words: words.as_ptr(),
            end: words.as_ptr_range().end,
            first: 1,
            row: row as u32,
            list: start,
            full: start.wrapping_add(FULL - 1),
        };
        let mut is_last = rest.is_empty();
        loop {
            // SAFETY: the words are those of `x` or `last`, and a list has room for those of a word
            // more than `FULL`. Bits behind the last input are 0, so entries are of rows there are.
            unsafe { collect(&mut walk) };
            if walk.words == walk.end && !is_last {
                (walk.words, walk.end) = (&raw const last, (&raw const last).wrapping_add(1));
                is_last = true;
                continue;
            }
            // SAFETY: one more than `FULL` and a word; entries are of rows that there are.
            unsafe {
                walk.list.write(0);
                Self::list(weights, start.cast(), sums);
            }
            walk.list = start;
            if walk.words == walk.end {
                return;
            }
        }
    }
}

impl Dsp {
    /// Adds the rows of a list that is ended by 0.
    ///
    /// # Safety
    ///
    /// As of [`in_blocks`].
    #[inline(never)]
    unsafe fn list(weights: &[u32], list: *const Bit, sums: &mut [[i32; 4]]) {
        // SAFETY: the caller's.
        unsafe { in_blocks([rows4, rows2, rows1], weights.as_ptr(), list, sums) }
    }
}

/// Entries of a list at which it is worked off, and what a word can add to it.
const FULL: usize = 64;
const WORD: usize = u32::BITS as usize;

/// Whether there are entries, and the first `words` words of the row of each lie in `weights`: a
/// list has no entry of a row that its layer has not.
#[inline(always)]
fn fits<E>(weights: &[u32], lit: &Lit<E>, words: usize) -> bool {
    !lit.entries().is_empty() && words <= lit.row() && lit.words() <= weights.len()
}

/// Does blocks of 4, 2 and 1 words.
///
/// # Safety
///
/// The entries of `list`, the last of which is 0, are of rows that have as many words as there are
/// `sums`, at `weights`.
#[inline(always)]
unsafe fn in_blocks<E, S>(
    [four, two, one]: [Block<E, S>; 3],
    weights: *const u32,
    list: *const E,
    sums: &mut [S],
) {
    let words = sums.len();
    let sums = sums.as_mut_ptr();
    let mut at = 0;
    // SAFETY: `at` and the words of a block are at most `words`, to which both the rows and the sums
    // reach.
    unsafe {
        while words - at >= 4 {
            four(weights.add(at), list, sums.add(at));
            at += 4;
        }
        if words - at >= 2 {
            two(weights.add(at), list, sums.add(at));
            at += 2;
        }
        if words > at {
            one(weights.add(at), list, sums.add(at));
        }
    }
}
