//! The kernels: lists, and their blocks.

use core::mem::MaybeUninit;

use gradito_core::quantized::input::are_bits;
use gradito_core::quantized::kernels::Kernels;
use gradito_core::quantized::lit::{Lit, Pair};

use crate::blocks::{Collect, MIDDLE, WORD, Walk, pairs, rows};
use crate::native::{BIT_STEP, FULL_BITS, FULL_PAIRS, PAIR_STEP, collect_bits, collect_pairs};

/// The kernels of this processor.
#[derive(Clone, Copy, Debug)]
pub enum Native {}

/// Words of an entry of pairs.
const PAIR: usize = size_of::<Pair>() / size_of::<u32>();

impl Kernels for Native {
    #[inline(never)]
    fn pairs(weights: &[u32], lit: &mut Lit<Pair>, sums: &mut [[i32; 2]]) {
        let fits = sums.len() <= lit.row() && lit.words() <= weights.len();
        if fits && !lit.entries().is_empty() {
            let list = lit.terminated().as_ptr();
            // SAFETY: a list has no entry of a row that its layer has not, all of these lie in
            // `weights`, and each has at least as many words as there are sums.
            unsafe { pairs(weights.as_ptr(), list, sums) };
        }
        lit.clear();
    }

    #[inline(never)]
    fn bytes(weights: &[u32], rows: usize, x: &[u8], sums: &mut [[i32; 2]]) {
        const ROOM: usize = PAIR * (FULL_PAIRS + PAIR_STEP / 2);
        let x = x.get(..rows.saturating_mul(2)).unwrap_or(x);
        if !fits(weights, rows, sums.len()) {
            return;
        }
        // SAFETY: pairs beyond the last byte are zero and not listed, so that entries are of rows
        // that there are, each of as many words as there are sums. A step is two bytes a pair.
        unsafe {
            each_list::<PAIR_STEP, ROOM>(
                x,
                collect_pairs,
                [0, row_bytes(sums.len())],
                PAIR * FULL_PAIRS,
                |list, _| pairs(weights.as_ptr(), list.cast(), sums),
            );
        }
    }

    #[inline(never)]
    fn bits(weights: &[u32], inputs: usize, x: &[u8], sums: &mut [[i32; 4]]) {
        const ROOM: usize = FULL_BITS + 8 * BIT_STEP;
        if !fits(weights, inputs, sums.len()) || !are_bits(x, inputs) {
            return;
        }
        let first = (weights.as_ptr() as u32).wrapping_add(MIDDLE as u32);
        // SAFETY: bits behind the last input are 0, so that entries are of rows that there are, each
        // of as many words as there are sums. A step is eight bits a byte.
        unsafe {
            each_list::<BIT_STEP, ROOM>(
                x,
                collect_bits,
                [first, row_bytes(sums.len())],
                FULL_BITS,
                |list, count| rows(list, count, sums),
            );
        }
    }
}

/// Whether so many rows of so many words lie in `weights`.
#[inline(always)]
fn fits(weights: &[u32], rows: usize, words: usize) -> bool {
    rows.checked_mul(words).is_some_and(|words| words <= weights.len())
}

/// Bytes of a row of so many words, which lies in memory.
#[inline(always)]
const fn row_bytes(words: usize) -> u32 {
    (words * WORD as usize) as u32
}

/// Lists what is not zero in `x` by `collect`, from the entry `first` on, and works each list off
/// once it has `full` words or what is in `x` ends. Given to `work` are a list, which two zeros end,
/// and its words, of which there may be none.
///
/// # Safety
///
/// A step of `collect` takes `STEP` bytes, and adds no more words to a list than `ROOM` has more
/// than `full`.
#[inline(always)]
unsafe fn each_list<const STEP: usize, const ROOM: usize>(
    x: &[u8],
    collect: Collect,
    [first, row]: [u32; 2],
    full: usize,
    mut work: impl FnMut(*mut u32, usize),
) {
    // Behind the list, zeros.
    let mut room = MaybeUninit::<([u32; ROOM], [u32; PAIR])>::uninit();
    let start = room.as_mut_ptr().cast::<u32>();
    let (steps, rest) = x.as_chunks::<STEP>();
    let mut last = [0; STEP];
    for (byte, &rest) in last.iter_mut().zip(rest) {
        *byte = rest;
    }
    let steps = steps.as_flattened().as_ptr_range();
    let mut walk = Walk {
        at: steps.start,
        end: steps.end,
        first,
        row,
        list: start,
        full: start.wrapping_add(full - 1),
    };
    let mut is_last = rest.is_empty();
    loop {
        // SAFETY: the steps are those of `x` or `last`; the caller's for the list, which is not full.
        unsafe { collect(&mut walk) };
        let is_full = walk.list.cast_const() > walk.full;
        if is_full || is_last {
            // SAFETY: zeros have room behind a list; it starts where `start` does.
            let count = unsafe {
                walk.list.cast::<[u32; PAIR]>().write([0; PAIR]);
                walk.list.offset_from(start) as usize
            };
            work(start, count);
            walk.list = start;
        }
        if !is_full {
            if is_last {
                return;
            }
            let last = last.as_ptr_range();
            (walk.at, walk.end) = (last.start, last.end);
            is_last = true;
        }
    }
}
