//! Lists of what is not zero in a signal, a chunk at a time, so that they take little memory.

use core::mem::MaybeUninit;
use core::ops::Range;

use gradito_core::signal::Signal;

/// Entries of a chunk.
const CHUNK: usize = 32;

/// A number that is not zero: its row, and its bits, which go from memory to memory.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Entry {
    row: usize,
    value: u32,
}

/// Calls `work` with the entries of `x`, in their order, at least one at a time. There are so many
/// `rows`; a number that has none is passed over.
#[inline(always)]
pub fn in_chunks(rows: usize, x: &(impl Signal + ?Sized), work: impl Fn(Range<*mut Entry>)) {
    let mut room = [const { MaybeUninit::<Entry>::uninit() }; CHUNK];
    let Range { start, end } = room.as_mut_ptr_range();
    let (start, end) = (start.cast::<Entry>(), end.cast());
    let mut next = start;
    x.for_each(
        #[inline(always)]
        |row, value| {
            if row < rows {
                // SAFETY: there is room, since `next` is never the end here.
                unsafe { next.write(Entry { row, value: value.to_bits() }) };
                next = next.wrapping_add(1);
                if next == end {
                    work(start..next);
                    next = start;
                }
            }
        },
    );
    if next != start {
        work(start..next);
    }
}
