//! Pixels between pixels.
//!
//! An image is first made into a table of *corners*: for each place between four pixels these four
//! bytes, as one number. A new pixel is then one look into the table, and all else goes over whole
//! rows.

/// 1.5 · 2²³: a number of less than 2²² that is added to it is rounded to the nearest whole number, of
/// two the even one, and is then the lowest bits of the sum. So a vector of them is rounded at once.
const WHOLE: f32 = 12_582_912.0;

/// An image that is read between its pixels; around it everything is 0.
#[derive(Clone, Debug)]
pub struct Corners {
    columns: usize,
    rows: usize,
    /// `[row + 1][column + 1]`: the byte there, that to its right, below, and below to its right.
    table: Vec<u32>,
    /// A row with a byte more to each side, and the one below it.
    upper: Vec<u8>,
    lower: Vec<u8>,
}

/// Where the pixels of a row lie in the old image.
#[derive(Clone, Debug)]
pub struct Places {
    /// Columns, from 0.
    pub x: Vec<f32>,
    /// Rows, from 0.
    pub y: Vec<f32>,
    /// What is found there.
    found: Vec<u32>,
}

impl Places {
    /// For rows of so many pixels.
    pub fn new(columns: usize) -> Self {
        Self { x: vec![0.0; columns], y: vec![0.0; columns], found: vec![0; columns] }
    }
}

impl Corners {
    /// For images of so many columns and rows.
    pub fn new(columns: usize, rows: usize) -> Self {
        let table = vec![0; (columns + 2) * (rows + 2)];
        let row = vec![0; columns + 3];
        Self { columns, rows, table, upper: row.clone(), lower: row }
    }

    /// Takes an image.
    #[inline(always)]
    pub fn set(&mut self, image: &[u8]) {
        let Self { columns, table, upper, lower, .. } = self;
        // One row of zeros above the image, and two below.
        upper.fill(0);
        let mut pixels = image.chunks_exact(*columns);
        for row in table.chunks_exact_mut(*columns + 2) {
            lower.fill(0);
            if let Some(pixels) = pixels.next() {
                lower[1..=*columns].copy_from_slice(pixels);
            }
            let uppers = upper.iter().zip(&upper[1..]);
            let lowers = lower.iter().zip(&lower[1..]);
            for ((corner, (a, b)), (c, d)) in row.iter_mut().zip(uppers).zip(lowers) {
                *corner = u32::from_le_bytes([*a, *b, *c, *d]);
            }
            std::mem::swap(upper, lower);
        }
    }

    /// Fills a row with what lies at `places`: bilinear, rounded to the nearest byte.
    #[inline(always)]
    pub fn read(&self, places: &mut Places, out: &mut [u8]) {
        let Places { x, y, found } = places;
        let (right, bottom) = ((self.columns + 1) as f32, (self.rows + 1) as f32);
        let width = self.columns as u32 + 2;
        // From the zeros beyond the left to those beyond the right, from above to below.
        for ((x, y), found) in x.iter_mut().zip(y.iter_mut()).zip(found.iter_mut()) {
            (*x, *y) = ((*x + 1.0).clamp(0.0, right), (*y + 1.0).clamp(0.0, bottom));
            // Rounded down, or to the pixel before, all of whose way to the next is then to go.
            let (column, row) = (*x - 0.5 + WHOLE, *y - 0.5 + WHOLE);
            *found = whole(row).wrapping_mul(width).wrapping_add(whole(column));
            (*x, *y) = (*x - (column - WHOLE), *y - (row - WHOLE));
        }
        for found in found.iter_mut() {
            *found = self.table.get(*found as usize).copied().unwrap_or(0);
        }
        for (((x, y), found), out) in x.iter().zip(y.iter()).zip(found.iter()).zip(out) {
            let byte = |shift: u32| (*found >> shift & 255) as i32 as f32;
            let upper = byte(0) + (byte(8) - byte(0)) * x;
            let lower = byte(16) + (byte(24) - byte(16)) * x;
            *out = whole(upper + (lower - upper) * y + WHOLE) as u8;
        }
    }
}

/// The whole number that was added to [`WHOLE`].
#[inline(always)]
fn whole(sum: f32) -> u32 {
    sum.to_bits().wrapping_sub(WHOLE.to_bits())
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGE: [u8; 6] = [10, 20, 30, 40, 50, 255];

    /// What lies at that place of an image of 3 columns and 2 rows.
    fn at(x: f32, y: f32) -> u8 {
        let (mut corners, mut places) = (Corners::new(3, 2), Places::new(3));
        corners.set(&[99; 6]);
        corners.set(&IMAGE);
        places.x.fill(x);
        places.y.fill(y);
        let mut out = [7; 3];
        corners.read(&mut places, &mut out);
        assert_eq!(out, [out[0]; 3]);
        out[0]
    }

    #[test]
    fn at_a_pixel_it_is_the_pixel() {
        for (index, byte) in IMAGE.into_iter().enumerate() {
            assert_eq!(at((index % 3) as f32, (index / 3) as f32), byte);
        }
    }

    #[test]
    fn between_pixels_it_is_their_mean() {
        assert_eq!(at(0.5, 0.0), 15);
        // 12½: of two bytes as near the even one.
        assert_eq!(at(0.25, 0.0), 12);
        assert_eq!(at(0.0, 0.5), 25);
        assert_eq!(at(0.5, 0.5), 30);
        // 20, 30 above, 50, 255 below.
        assert_eq!(at(1.75, 0.5), 116);
    }

    #[test]
    fn around_the_image_everything_is_0() {
        for (x, y) in [(-1.0, 0.0), (3.0, 1.0), (0.0, -1.0), (2.0, 2.0), (-5.0, 0.5), (1e9, -1e9)] {
            assert_eq!(at(x, y), 0, "{x} {y}");
        }
        // Half of it, on the way.
        assert_eq!((at(-0.5, 0.0), at(2.5, 1.0), at(1.0, -0.5)), (5, 128, 10));
        assert_eq!((at(1.0, 1.5), at(2.5, 1.5)), (25, 64));
    }
}
