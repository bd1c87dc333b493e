//! Stages, done to an image: its lit pixels, row after row, and one row of sums.

use core::mem;

use super::Stages;
use super::slant::Slant;
use crate::signal::SentPixels;

/// An image that yields what of it is not 0, as often as it is asked.
pub trait LitBytes {
    /// Calls `entry(index, byte)` for each byte that is not 0, in rising order of the indices.
    fn for_each_byte(&self, entry: impl FnMut(usize, u8));
}

impl LitBytes for [u8] {
    /// Looks at 8 pixels at a time: most of an image is white.
    #[inline(always)]
    fn for_each_byte(&self, mut entry: impl FnMut(usize, u8)) {
        for (word, bytes) in self.chunks(8).enumerate() {
            if bytes != [0; 8] {
                for (index, &byte) in bytes.iter().enumerate() {
                    if byte != 0 {
                        entry(8 * word + index, byte);
                    }
                }
            }
        }
    }
}

impl<const N: usize> LitBytes for SentPixels<'_, N> {
    #[inline(always)]
    fn for_each_byte(&self, entry: impl FnMut(usize, u8)) {
        self.for_each_lit(entry);
    }
}

/// What reads an image row after row.
pub(super) trait Rows {
    /// A pixel of the row at `x` that is not 0; further to the right than the one before.
    fn pixel(&mut self, x: usize, byte: u8);

    /// The row has no more.
    fn end_row(&mut self);
}

/// Shows `image`, of so many columns, to `rows`, up to its last pixel that is not 0.
///
/// The row of a pixel is found by going on from that of the one before: there is no division.
#[inline(always)]
pub(super) fn read(image: &(impl LitBytes + ?Sized), width: usize, rows: &mut impl Rows) {
    let mut end = width;
    image.for_each_byte(
        #[inline(always)]
        |index, byte| {
            while index >= end {
                rows.end_row();
                end += width;
            }
            rows.pixel(index + width - end, byte);
        },
    );
}

/// Stages for images of one size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staging {
    stages: Stages,
    /// Columns of the source.
    width: usize,
    /// Columns of what comes of it.
    columns: usize,
    /// Rows of it.
    rows: usize,
}

impl Staging {
    /// `stages` for images of that width and height; `None` if [they do not fit](Stages::sides).
    pub const fn new(stages: Stages, width: u32, height: u32) -> Option<Self> {
        match stages.sides(width, height) {
            Some((columns, rows)) if columns > 0 => Some(Self {
                stages,
                width: width as usize,
                columns: columns as usize,
                rows: rows as usize,
            }),
            _ => None,
        }
    }

    /// The pixels of what comes of an image.
    pub const fn pixels(&self) -> usize {
        self.columns * self.rows
    }

    /// Writes to `staged` what becomes of `image`; `sums` is room to work in, one for each column of
    /// the image. Without that room nothing is written.
    #[inline(always)]
    pub fn apply(&self, image: &(impl LitBytes + ?Sized), sums: &mut [u32], staged: &mut [u8]) {
        let Self { stages: Stages { deskew, crop, pool }, width, columns, .. } = *self;
        let Some(sums) = sums.get_mut(..columns * pool.side()) else { return };
        let slant = if deskew { Slant::of(image, width) } else { Slant::NONE };
        staged.fill(0);
        sums.fill(0);
        let mut splat = Splat {
            slant,
            row: 0,
            shift: slant.shift(0),
            sums,
            border: crop.border(),
            side: pool.side(),
            columns,
            staged,
        };
        read(image, width, &mut splat);
        splat.end_band();
    }
}

/// Ink on its way to where it belongs.
struct Splat<'s> {
    slant: Slant,
    row: usize,
    /// By what the row is shifted.
    shift: i32,
    /// For each column the ink of the rows so far of a band, in parts of 256.
    sums: &'s mut [u32],
    /// The rows and columns that are left out at each side.
    border: usize,
    /// The side of a square: the rows of a band.
    side: usize,
    /// The columns of what comes of the image.
    columns: usize,
    /// The rows of it that are not written yet, one for each band.
    staged: &'s mut [u8],
}

impl Rows for Splat<'_> {
    #[inline(always)]
    fn pixel(&mut self, x: usize, byte: u8) {
        if self.row < self.border {
            return;
        }
        let (ink, part) = (u32::from(byte), self.shift as u32 & 0xff);
        // A column left of what is kept is one far to the right of it, as a number without sign.
        let left = (x as i32 - self.border as i32 + (self.shift >> 8)) as usize;
        if let Some(sum) = self.sums.get_mut(left) {
            *sum += ink * (256 - part);
        }
        if let Some(sum) = self.sums.get_mut(left.wrapping_add(1)) {
            *sum += ink * part;
        }
    }

    #[inline(always)]
    fn end_row(&mut self) {
        self.row += 1;
        if self.row > self.border && (self.row - self.border).is_multiple_of(self.side) {
            self.end_band();
        }
        self.shift = self.slant.shift(self.row);
    }
}

impl Splat<'_> {
    /// Writes the means of a band, from whose sums on the next ones begin with 0.
    ///
    /// Piece by piece, and inlined: a program that knows its stages has no division then.
    #[inline(always)]
    fn end_band(&mut self) {
        let whole = (256 * self.side * self.side) as u32;
        let staged = mem::take(&mut self.staged);
        let Some((band, staged)) = staged.split_at_mut_checked(self.columns) else { return };
        self.staged = staged;
        let mut sums = self.sums.iter_mut();
        for mean in band {
            let sum: u32 = sums.by_ref().take(self.side).map(mem::take).sum();
            *mean = ((sum + whole / 2) / whole) as u8;
        }
    }
}
