//! Stages, done to an image: its lit pixels, row after row, and one row of sums.

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

/// Calls `entry(x, y, byte)` for each pixel of `image`, of so many columns, that is not 0.
#[inline(always)]
pub(super) fn for_each_pixel(
    image: &(impl LitBytes + ?Sized),
    width: usize,
    mut entry: impl FnMut(usize, usize, u8),
) {
    let (mut y, mut start) = (0, 0);
    image.for_each_byte(
        #[inline(always)]
        |index, byte| {
            while index - start >= width {
                (y, start) = (y + 1, start + width);
            }
            entry(index - start, y, byte);
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
    /// the image.
    ///
    /// Deskewed, ink v of row y, shifted by s = i + f/256, 0 ≤ f < 256, adds v·(256 − f) to column
    /// x + i and v·f to the next one; what leaves the image is lost. See [`Slant`] for s. Then each
    /// square of k×k has the sum of these, divided by 256·k², rounded to nearest, halves up.
    #[inline]
    pub fn apply(&self, image: &(impl LitBytes + ?Sized), sums: &mut [u32], staged: &mut [u8]) {
        let Self { stages: Stages { deskew, pool }, width, columns, .. } = *self;
        let slant = if deskew { Slant::of(image, width) } else { Slant::NONE };
        staged.fill(0);
        sums.fill(0);
        let mut bands = staged.chunks_exact_mut(columns);
        let (mut row, mut shift) = (0, slant.shift(0));
        let mut finish = |sums: &mut [u32]| {
            if let Some(band) = bands.next() {
                means(sums, pool.side(), band);
            }
        };
        for_each_pixel(image, width, |x, y, byte| {
            while row < y {
                row += 1;
                if row.is_multiple_of(pool.side()) {
                    finish(sums);
                }
                shift = slant.shift(row);
            }
            let (ink, part) = (u32::from(byte), shift as u32 & 0xff);
            // A column left of the image is one far to the right of it, as a number without sign.
            let left = (x as i32 + (shift >> 8)) as usize;
            if let Some(sum) = sums.get_mut(left) {
                *sum += ink * (256 - part);
            }
            if let Some(sum) = sums.get_mut(left.wrapping_add(1)) {
                *sum += ink * part;
            }
        });
        finish(sums);
    }
}

/// Writes to `band` the means of squares, of which `sums` has a sum for each column; these are 0
/// again then.
#[inline]
fn means(sums: &mut [u32], side: usize, band: &mut [u8]) {
    let whole = (256 * side * side) as u32;
    for (mean, square) in band.iter_mut().zip(sums.chunks_exact_mut(side)) {
        let sum: u32 = square.iter().sum();
        *mean = ((sum + whole / 2) / whole) as u8;
        square.fill(0);
    }
}
