//! What a layer reads of a block of samples: lists of what is not zero, or dense rows.

use gradito_core::batch::{Entry, LANES, Multiples, TILE, index_by_row, lists, tile_ends};
use gradito_core::signal::{Lit, PIXEL_VALUES, magnitude};

use super::plan;

/// The inputs of a shard of a batch.
///
/// Zeros are skipped by definition, so a block in which there is any is read as lists.
#[derive(Clone, Debug, Default)]
pub struct Block {
    samples: usize,
    form: Form,
    /// As they were copied from the data set.
    lit: Vec<Lit>,
    /// The dense rows of the samples, if it was given such.
    rows: Vec<f32>,
    /// The lists of the samples, one after the other.
    entries: Vec<Entry>,
    /// Where each of them ends.
    ends: Vec<u32>,
    /// `[sample][tile]`, from the start of the sample's list; empty unless tiles are wanted.
    tiles: Vec<u32>,
    /// The lists of the inputs, one after the other; empty unless the update wants them.
    by_row: Vec<Entry>,
    /// Where each of them ends.
    row_ends: Vec<u32>,
    /// See [`magnitude`].
    magnitude: u32,
}

/// How a block is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    /// As lists.
    #[default]
    Lists,
    /// As dense rows, in which there is no zero.
    Dense,
}

/// What is to be done with a block, and in which company.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    /// The inputs of the layer.
    pub inputs: usize,
    /// The width of its panels.
    pub width: usize,
    /// The columns of all its panels.
    pub padded: usize,
    /// Whether an update follows.
    pub trains: bool,
    /// Whether the update is cut into shares, by rows.
    pub is_shared: bool,
}

impl Block {
    /// Empties the block.
    #[inline(always)]
    pub(super) fn clear(&mut self) {
        self.samples = 0;
        self.lit.clear();
        self.rows.clear();
        self.entries.clear();
        self.ends.clear();
        self.magnitude = 0;
    }

    /// Adds an image.
    ///
    /// It is only copied at first: a shuffled epoch jumps about in memory, and copies do not wait
    /// for one another, as work on the pixels would.
    #[inline(always)]
    pub fn push_image(&mut self, lit: &[Lit]) {
        self.lit.extend_from_slice(lit);
        self.ends.push(self.lit.len() as u32);
        self.samples += 1;
    }

    /// Adds a row of features.
    #[inline(always)]
    pub fn push_row(&mut self, row: &[f32]) {
        self.rows.extend_from_slice(row);
        self.samples += 1;
    }

    /// Prepares what was added for `reader`.
    #[inline(always)]
    pub(super) fn prepare(&mut self, reader: Reader) {
        if self.lit.is_empty() && !self.rows.is_empty() {
            self.magnitude = magnitude(&self.rows);
            if count_zeros(&self.rows) > 0 {
                let Self { rows, entries, ends, .. } = self;
                for row in rows.chunks_exact(reader.inputs) {
                    push_nonzero(entries, 0, row);
                    ends.push(entries.len() as u32);
                }
                self.index(reader);
            } else {
                self.form = Form::Dense;
            }
            return;
        }
        // What magnitude would find: some pixel may be black.
        self.magnitude = 1.0_f32.to_bits();
        let Self { samples, lit, rows, entries, .. } = self;
        if lit.len() == *samples * reader.inputs {
            rows.resize(lit.len(), 0.0);
            for (value, lit) in rows.iter_mut().zip(lit) {
                *value = PIXEL_VALUES[usize::from(lit.byte())];
            }
            self.form = Form::Dense;
            return;
        }
        entries.resize(lit.len(), Entry::default());
        for (entry, lit) in entries.iter_mut().zip(lit) {
            let value = PIXEL_VALUES[usize::from(lit.byte())];
            *entry = Entry { at: lit.position() as u32, value };
        }
        self.index(reader);
    }

    /// Makes the block one of the outputs of a layer: `samples` of them in `panels` of so many
    /// rows, of `width` columns, of which `columns` count.
    ///
    /// They are not copied if there is no zero among them.
    #[inline(always)]
    pub(super) fn read<'a>(
        &mut self,
        samples: usize,
        width: usize,
        panels: impl Iterator<Item = (&'a [f32], usize)> + Clone,
        reader: Reader,
    ) {
        self.clear();
        self.samples = samples;
        let mut zeros = 0;
        for (rows, columns) in panels.clone() {
            for row in rows.chunks_exact(width) {
                zeros += count_zeros(&row[..columns]);
            }
        }
        if zeros == 0 {
            self.form = Form::Dense;
            return;
        }
        for sample in 0..samples {
            let mut first = 0;
            for (rows, columns) in panels.clone() {
                push_nonzero(&mut self.entries, first, &rows[sample * width..][..columns]);
                first += columns as u32;
            }
            self.ends.push(self.entries.len() as u32);
        }
        self.index(reader);
    }

    /// Adds to the lists what `reader` wants of them.
    #[inline(always)]
    fn index(&mut self, reader: Reader) {
        self.form = Form::Lists;
        let Self { samples, entries, ends, tiles, by_row, row_ends, .. } = self;
        let is_tiled = plan::is_tiled(reader.inputs, reader.width, *samples);
        let count = if is_tiled { reader.inputs.div_ceil(TILE) } else { 0 };
        tiles.resize(*samples * count, 0);
        if is_tiled {
            for (list, tiles) in lists(entries, 0, ends).zip(tiles.chunks_exact_mut(count)) {
                tile_ends(list, tiles);
            }
        }
        let vectors = reader.padded / LANES;
        let gains = reader.is_shared || plan::is_by_row(entries.len(), reader.inputs, vectors);
        let is_by_row = reader.trains && gains;
        row_ends.resize(if is_by_row { reader.inputs } else { 0 }, 0);
        if is_by_row {
            if by_row.len() < entries.len() {
                by_row.resize(entries.len(), Entry::default());
            }
            index_by_row(lists(entries, 0, ends), row_ends, by_row);
        }
    }

    pub(super) fn form(&self) -> Form {
        self.form
    }

    /// The largest input, as in [`magnitude`]; of images, 1.
    pub(super) fn magnitude(&self) -> u32 {
        self.magnitude
    }

    /// The dense rows.
    #[inline(always)]
    pub(super) fn rows(&self) -> &[f32] {
        &self.rows
    }

    /// The dense rows as multiples of an update of the inputs from `first` on.
    #[inline(always)]
    pub(super) fn columns(&self, first: usize) -> Multiples<'_> {
        let along = self.rows.len() / self.samples.max(1);
        Multiples { values: self.rows.get(first..).unwrap_or(&[]), across: 1, along }
    }

    /// The lists of the samples.
    #[inline(always)]
    pub(super) fn by_sample(&self) -> impl Iterator<Item = &[Entry]> + Clone {
        lists(&self.entries, 0, &self.ends)
    }

    /// The number of tiles to be read one after the other; 0 for whole lists.
    #[inline(always)]
    pub(super) fn tiles(&self) -> usize {
        self.tiles.len() / self.samples.max(1)
    }

    /// The lists of the samples in one tile.
    #[inline(always)]
    pub(super) fn tile(&self, tile: usize) -> impl Iterator<Item = &[Entry]> {
        self.by_sample().zip(self.tiles.chunks_exact(self.tiles())).map(
            #[inline(always)]
            move |(list, ends)| {
                let start = if tile == 0 { 0 } else { ends[tile - 1] };
                list.get(start as usize..ends[tile] as usize).unwrap_or(&[])
            },
        )
    }

    /// The lists of `count` inputs from `first` on; None if the update goes sample by sample.
    #[inline(always)]
    pub(super) fn by_row(
        &self,
        first: usize,
        count: usize,
    ) -> Option<impl Iterator<Item = &[Entry]>> {
        let ends = self.row_ends.get(first..first + count)?;
        let start = if first == 0 { 0 } else { self.row_ends[first - 1] };
        Some(lists(&self.by_row, start, ends))
    }
}

/// How many of `values` are 0.
#[inline(always)]
fn count_zeros(values: &[f32]) -> u32 {
    let mut zeros = 0;
    for &value in values {
        zeros += u32::from(value == 0.0);
    }
    zeros
}

/// Adds what is not zero in `row`, whose first number is that of input `first`.
#[inline(always)]
fn push_nonzero(entries: &mut Vec<Entry>, first: u32, row: &[f32]) {
    // Without a branch on the value, which nobody could foresee.
    let start = entries.len();
    entries.resize(start + row.len(), Entry::default());
    let mut count = 0;
    for (at, &value) in (first..).zip(row) {
        entries[start + count] = Entry { at, value };
        count += usize::from(value != 0.0);
    }
    entries.truncate(start + count);
}
