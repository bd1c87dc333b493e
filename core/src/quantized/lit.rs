//! Lists of inputs that are not zero, a chunk at a time, so that they take little memory.
//!
//! A list is made once and read once for each block of outputs. In a chunk, sums are small: that is
//! what the [kernels](super::kernels) build on.

use heapless::Vec;

/// Whether the processor is a Cortex-M0, which has little memory: it is known by that it cannot
/// compare and swap.
pub(super) const IS_SMALL: bool = cfg!(all(target_arch = "arm", not(target_has_atomic = "32")));

/// Entries of a chunk: fewer on a small processor.
pub const CHUNK: usize = if IS_SMALL { 32 } else { 64 };

/// Bytes of a word.
const WORD: usize = size_of::<u32>();

/// Room for the entries of a chunk and the one that ends it.
const ROOM: usize = CHUNK + 1;

/// A pair of inputs that are not both 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct Pair {
    /// The first byte of its row: a multiple of 4.
    row: u32,
    /// Both inputs, bytes 0 and 2; the other bytes are 0.
    inputs: u32,
}

impl Pair {
    /// The first word of its row.
    #[inline(always)]
    pub const fn row(self) -> usize {
        self.row as usize / WORD
    }

    /// Both inputs, as half words.
    #[inline(always)]
    pub const fn inputs(self) -> [u8; 2] {
        [self.inputs as u8, (self.inputs >> 16) as u8]
    }
}

/// An input that is 1: the first word of its row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bit(u32);

impl Bit {
    /// The first word of its row.
    #[inline(always)]
    pub const fn row(self) -> usize {
        self.0 as usize
    }
}

/// An input that is not 0, by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct One {
    /// The first word of its row.
    row: u32,
    input: u8,
}

impl One {
    /// The first word of its row.
    #[inline(always)]
    pub const fn row(self) -> usize {
        self.row as usize
    }

    /// The input.
    #[inline(always)]
    pub const fn input(self) -> u8 {
        self.input
    }
}

/// A chunk of a list, of [`Pair`], [`Bit`] or [`One`]: at most [`CHUNK`] entries.
///
/// Each entry is of a row that a layer of [`rows`](Self::words) has: kernels may rely on it.
#[derive(Clone, Debug)]
pub struct Lit<E> {
    entries: Vec<E, ROOM>,
    /// Rows of the layer.
    rows: usize,
    /// Words of a row.
    row: usize,
}

impl<E> Lit<E> {
    /// An empty list for a layer of so many `rows`, each of `row` words.
    ///
    /// More than 2³¹ bytes are no layer: no entry is taken then.
    #[inline(always)]
    pub fn new(rows: usize, row: usize) -> Self {
        let fits = rows.checked_mul(row).is_some_and(|words| words < 1 << 29);
        Self { entries: Vec::new(), rows: if fits { rows } else { 0 }, row }
    }

    /// Words of all rows that there may be entries of.
    #[inline(always)]
    pub const fn words(&self) -> usize {
        self.rows * self.row
    }

    /// Words of a row.
    #[inline(always)]
    pub const fn row(&self) -> usize {
        self.row
    }

    /// The entries.
    #[inline(always)]
    pub fn entries(&self) -> &[E] {
        &self.entries
    }

    /// Whether there is no room for another entry.
    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.entries.len() >= CHUNK
    }

    /// Takes all entries out.
    #[inline(always)]
    pub fn clear(&mut self) {
        self.entries.clear();
    }

    /// The first word of a row; of one that there is not, anything.
    #[inline(always)]
    const fn first(&self, row: usize) -> u32 {
        row.wrapping_mul(self.row) as u32
    }

    /// Adds an entry unless it is of a row that there is not; `false` if there is no room.
    #[inline(always)]
    fn add(&mut self, row: usize, entry: E) -> bool {
        row >= self.rows || (!self.is_full() && self.entries.push(entry).is_ok())
    }
}

impl Lit<Pair> {
    /// Adds pair `pair`, unless both inputs are 0 or the layer has no such pair; `false` if there is
    /// no room.
    #[inline(always)]
    pub fn push(&mut self, pair: usize, [first, second]: [u8; 2]) -> bool {
        let inputs = u32::from(first) | u32::from(second) << 16;
        inputs == 0
            || self.add(pair, Pair { row: self.first(pair).wrapping_mul(WORD as u32), inputs })
    }

    /// The entries and one more, all of whose bytes are 0.
    #[inline(always)]
    pub fn terminated(&mut self) -> &[Pair] {
        let _ = self.entries.push(Pair { row: 0, inputs: 0 });
        &self.entries
    }
}

impl Lit<Bit> {
    /// Adds input `index`, unless the layer has none such; `false` if there is no room.
    #[inline(always)]
    pub fn push(&mut self, index: usize) -> bool {
        self.add(index, Bit(self.first(index)))
    }
}

impl Lit<One> {
    /// Adds input `index`, unless it is 0 or the layer has none such; `false` if there is no room.
    #[inline(always)]
    pub fn push(&mut self, index: usize, input: u8) -> bool {
        input == 0 || self.add(index, One { row: self.first(index), input })
    }
}
