//! What a layer reads of a block of samples: lists of what is not zero, or dense rows.

use gradito_core::batch::{Entry, Multiples, lists};
use gradito_core::signal::magnitude;

use super::hop::Hop;
use super::index::Index;

/// The inputs of a shard of a batch.
///
/// Zeros are skipped by definition, so a block in which there is any is read as lists.
#[derive(Clone, Debug, Default)]
pub struct Block {
    samples: usize,
    form: Form,
    /// As they were copied from the data set.
    hops: Vec<Hop>,
    /// Where the hops of each image end.
    hop_ends: Vec<u32>,
    /// The dense rows of the samples, if it was given such.
    rows: Vec<f32>,
    /// The lists of the samples, one after the other.
    entries: Vec<Entry>,
    /// Where each of them ends.
    ends: Vec<u32>,
    /// What else is wanted of them.
    index: Index,
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
        self.hops.clear();
        self.hop_ends.clear();
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
    pub fn push_image(&mut self, hops: &[Hop]) {
        self.hops.extend_from_slice(hops);
        self.hop_ends.push(self.hops.len() as u32);
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
        if self.hops.is_empty() && !self.rows.is_empty() {
            self.magnitude = magnitude(&self.rows);
            if count_zeros(&self.rows) == 0 {
                self.form = Form::Dense;
                return;
            }
            let Self { rows, entries, ends, .. } = self;
            for row in rows.chunks_exact(reader.inputs) {
                push_nonzero(entries, 0, row);
                ends.push(entries.len() as u32);
            }
            self.index(reader);
            return;
        }
        // What magnitude would find: some pixel may be black.
        self.magnitude = 1.0_f32.to_bits();
        let Self { samples, form, hops, hop_ends, rows, entries, ends, index, .. } = self;
        index.begin(reader, *samples, hops.len());
        for (sample, image) in lists(hops, 0, hop_ends).enumerate() {
            Hop::enter(image, entries, index.place(sample));
            ends.push(entries.len() as u32);
        }
        if entries.len() == *samples * reader.inputs {
            rows.extend(entries.iter().map(|entry| entry.value));
            *form = Form::Dense;
        } else {
            *form = Form::Lists;
            index.finish(entries, ends);
        }
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

    /// Indexes the lists as `reader` wants it.
    #[inline(always)]
    fn index(&mut self, reader: Reader) {
        let Self { samples, form, entries, ends, index, .. } = self;
        index.begin(reader, *samples, entries.len());
        for (sample, list) in lists(entries, 0, ends).enumerate() {
            index.place(sample).enter(list);
        }
        index.finish(entries, ends);
        *form = Form::Lists;
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

    /// What else is known of the lists.
    #[inline(always)]
    pub(super) fn lists(&self) -> &Index {
        &self.index
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
