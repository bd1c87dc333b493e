//! The kernels: a chunk of a list, block by block.

use gradito_core::quantized::kernels::Kernels;
use gradito_core::quantized::lit::{Bit, Lit, Pair};

use crate::blocks::{Block, pairs1, pairs2, pairs4, rows1, rows2, rows4};

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
            unsafe { in_blocks([rows4, rows2, rows1], weights.as_ptr(), list, sums) }
        }
        lit.clear();
    }
}

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
