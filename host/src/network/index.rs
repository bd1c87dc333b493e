//! What a layer wants of its lists besides: where tiles end in them, and the lists of its inputs.

use gradito_core::batch::{Entry, LANES, TILE, count_rows, lists, place_by_row, tile_ends};

use super::block::Reader;
use super::plan;

/// An index of the lists of a block of samples, made along with them.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    /// Tiles in a sample; 0 if whole lists are read.
    tiles: usize,
    /// `[sample][tile]`, from the start of the sample's list.
    tile_ends: Vec<u32>,
    /// Where the list of each input ends, and while samples are entered how long it is; empty if
    /// the update goes sample by sample.
    row_ends: Vec<u32>,
    /// The lists of the inputs, one after the other.
    by_row: Vec<Entry>,
}

/// The parts of an index in which a sample is entered.
pub(super) struct Place<'a> {
    /// Where its tiles end; nothing if that is not wanted.
    pub tile_ends: &'a mut [u32],
    /// Entries of each input; nothing if they are not wanted.
    pub counts: &'a mut [u32],
}

impl Place<'_> {
    /// Enters a sample by its list.
    #[inline(always)]
    pub fn enter(self, list: &[Entry]) {
        if !self.tile_ends.is_empty() {
            tile_ends(list, self.tile_ends);
        }
        if !self.counts.is_empty() {
            count_rows(list, self.counts);
        }
    }
}

impl Index {
    /// Empties the index for `samples` samples of about so many `entries`, as `reader` wants it.
    #[inline(always)]
    pub fn begin(&mut self, reader: Reader, samples: usize, entries: usize) {
        let is_tiled = plan::is_tiled(reader.inputs, reader.width, samples);
        self.tiles = if is_tiled { reader.inputs.div_ceil(TILE) } else { 0 };
        self.tile_ends.clear();
        self.tile_ends.resize(samples * self.tiles, 0);
        let vectors = reader.padded / LANES;
        let gains = reader.is_shared || plan::is_by_row(entries, reader.inputs, vectors);
        self.row_ends.clear();
        self.row_ends.resize(if reader.trains && gains { reader.inputs } else { 0 }, 0);
    }

    /// Where a sample is to be entered.
    #[inline(always)]
    pub fn place(&mut self, sample: usize) -> Place<'_> {
        Place {
            tile_ends: &mut self.tile_ends[sample * self.tiles..][..self.tiles],
            counts: &mut self.row_ends,
        }
    }

    /// Makes the lists of the inputs from those of the samples, all of which are entered.
    #[inline(always)]
    pub fn finish(&mut self, entries: &[Entry], ends: &[u32]) {
        if !self.row_ends.is_empty() {
            if self.by_row.len() < entries.len() {
                self.by_row.resize(entries.len(), Entry::default());
            }
            place_by_row(lists(entries, 0, ends), &mut self.row_ends, &mut self.by_row);
        }
    }

    /// The number of tiles to be read one after the other; 0 for whole lists.
    #[inline(always)]
    pub fn tiles(&self) -> usize {
        self.tiles
    }

    /// Where each list of a sample, one of `by_sample`, has its part in `tile`.
    #[inline(always)]
    pub fn tile<'a>(
        &'a self,
        tile: usize,
        by_sample: impl Iterator<Item = &'a [Entry]>,
    ) -> impl Iterator<Item = &'a [Entry]> {
        by_sample.zip(self.tile_ends.chunks_exact(self.tiles.max(1))).map(
            #[inline(always)]
            move |(list, ends)| {
                let start = if tile == 0 { 0 } else { ends[tile - 1] };
                list.get(start as usize..ends[tile] as usize).unwrap_or(&[])
            },
        )
    }

    /// The lists of `count` inputs from `first` on; None if the update goes sample by sample.
    #[inline(always)]
    pub fn by_row(&self, first: usize, count: usize) -> Option<impl Iterator<Item = &[Entry]>> {
        let ends = self.row_ends.get(first..first + count)?;
        let start = if first == 0 { 0 } else { self.row_ends[first - 1] };
        Some(lists(&self.by_row, start, ends))
    }
}
