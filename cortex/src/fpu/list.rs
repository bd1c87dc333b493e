//! Lists of rows: what of a signal is not zero, a chunk at a time, so that it takes little memory.

use core::mem::MaybeUninit;
use core::ops::Range;

use gradito_core::signal::Signal;

/// Entries of a chunk.
const CHUNK: usize = 32;

/// A number that is not zero, and its row.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Entry {
    /// The first number of the row.
    row: *const f32,
    /// The bits of what it is multiplied by, on their way from memory to memory.
    value: u32,
}

/// Entries from the first to the one before the end: at least one.
pub type Entries = Range<*mut Entry>;

/// Calls `work` with the entries of `x`, in their order, so many at a time. There are `count` rows; a
/// number that has none is passed over.
#[inline(always)]
pub fn in_chunks<const W: usize>(
    rows: *const [f32; W],
    count: usize,
    x: &(impl Signal + ?Sized),
    work: impl Fn(Entries),
) {
    let mut room = [const { MaybeUninit::<Entry>::uninit() }; CHUNK];
    let Range { start, end } = room.as_mut_ptr_range();
    let (start, end) = (start.cast::<Entry>(), end.cast());
    let mut next = start;
    x.for_each(
        #[inline(always)]
        |index, value| {
            if index >= count {
                return;
            }
            let entry = Entry { row: rows.wrapping_add(index).cast(), value: value.to_bits() };
            // SAFETY: there is room, since `next` is never the end here.
            unsafe { next.write(entry) };
            next = next.wrapping_add(1);
            if next == end {
                work(start..next);
                next = start;
            }
        },
    );
    if next != start {
        work(start..next);
    }
}
