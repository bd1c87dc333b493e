//! Planes of brightness or ink, and their changes of size.

use super::Gray;

/// A grid of values, row after row.
#[derive(Clone, Debug)]
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) values: Vec<f32>,
}

/// A rectangle with fractional edges.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Frame {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Frame {
    pub(super) fn longer(&self) -> f32 {
        self.width.max(self.height)
    }
}

/// A rectangle of whole pixels; `right` and `bottom` are the first outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) right: usize,
    pub(super) bottom: usize,
}

impl Window {
    pub(super) fn width(&self) -> usize {
        self.right - self.left
    }

    pub(super) fn height(&self) -> usize {
        self.bottom - self.top
    }

    pub(super) fn longer(&self) -> usize {
        self.width().max(self.height())
    }

    /// The smallest window around both.
    pub(super) fn union(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// How far the two are apart, along the axis where they are farther; 0 if they overlap.
    pub(super) fn gap(&self, other: &Self) -> usize {
        let across =
            self.left.saturating_sub(other.right).max(other.left.saturating_sub(self.right));
        let down = self.top.saturating_sub(other.bottom).max(other.top.saturating_sub(self.bottom));
        across.max(down)
    }
}

impl Plane {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, values: vec![0.0; width * height] }
    }

    pub(super) fn row(&self, y: usize) -> &[f32] {
        &self.values[y * self.width..][..self.width]
    }

    /// `window` of `image`, every `by × by` pixels averaged into one; what is left over at the
    /// right and the bottom is averaged over the pixels there are.
    pub(super) fn reduced(image: &Gray, window: Window, by: usize) -> Self {
        let mut plane = Self::new(window.width().div_ceil(by), window.height().div_ceil(by));
        let mut sums = vec![0_u32; plane.width];
        for y in 0..plane.height {
            sums.fill(0);
            let top = window.top + y * by;
            let bottom = window.bottom.min(top + by);
            for line in top..bottom {
                let row = &image.pixels[line * image.width as usize..][window.left..window.right];
                for (sum, pixels) in sums.iter_mut().zip(row.chunks(by)) {
                    *sum += pixels.iter().map(|&pixel| u32::from(pixel)).sum::<u32>();
                }
            }
            let row = &mut plane.values[y * plane.width..][..plane.width];
            for (x, (value, &sum)) in row.iter_mut().zip(&sums).enumerate() {
                let across = by.min(window.width() - x * by);
                *value = sum as f32 / (across * (bottom - top)) as f32;
            }
        }
        plane
    }

    /// `by` times as wide and high, linear between the centres of the pixels.
    pub(super) fn magnified(&self, by: usize) -> Self {
        let mut plane = Self::new(self.width * by, self.height * by);
        for y in 0..plane.height {
            let (above, below, down) = neighbours(y, by, self.height);
            for x in 0..plane.width {
                let (before, behind, across) = neighbours(x, by, self.width);
                let along = |row: &[f32]| row[before] + across * (row[behind] - row[before]);
                let (upper, lower) = (along(self.row(above)), along(self.row(below)));
                plane.values[y * plane.width + x] = upper + down * (lower - upper);
            }
        }
        plane
    }

    /// Smoothed by 1-2-1 in both directions, `times` times; the edge is repeated outwards.
    pub(super) fn smoothed(&self, times: usize) -> Self {
        let mut plane = self.clone();
        let mut line = vec![0.0; self.width.max(self.height)];
        for _ in 0..times {
            for row in plane.values.chunks_exact_mut(self.width) {
                line[..self.width].copy_from_slice(row);
                for (x, value) in row.iter_mut().enumerate() {
                    *value = binomial(&line[..self.width], x);
                }
            }
            for x in 0..self.width {
                for (value, row) in line.iter_mut().zip(plane.values.chunks_exact(self.width)) {
                    *value = row[x];
                }
                for y in 0..self.height {
                    plane.values[y * self.width + x] = binomial(&line[..self.height], y);
                }
            }
        }
        plane
    }

    /// The mean over the part of the rectangle inside the plane, times the share that is inside.
    pub(super) fn mean(&self, frame: Frame) -> f32 {
        let columns = Cells::new(frame.left, frame.width, self.width);
        let rows = Cells::new(frame.top, frame.height, self.height);
        let mut sum = 0.0;
        for y in rows.first..rows.end {
            let row = &self.row(y)[columns.first..columns.end];
            let along = row.iter().zip(columns.first..).map(|(value, x)| value * columns.share(x));
            sum += rows.share(y) * along.sum::<f32>();
        }
        sum / (frame.width * frame.height)
    }
}

/// The cells of a row that an interval covers, and by how much.
struct Cells {
    start: f32,
    stop: f32,
    first: usize,
    end: usize,
}

impl Cells {
    fn new(start: f32, length: f32, cells: usize) -> Self {
        let inside = |at: f32| at.clamp(0.0, cells as f32);
        let (start, stop) = (inside(start), inside(start + length));
        Self { start, stop, first: start as usize, end: stop.ceil() as usize }
    }

    fn share(&self, cell: usize) -> f32 {
        (self.stop.min((cell + 1) as f32) - self.start.max(cell as f32)).max(0.0)
    }
}

/// The two source cells around the centre of target cell `at`, and the weight of the second.
fn neighbours(at: usize, by: usize, cells: usize) -> (usize, usize, f32) {
    let centre = (at as f32 + 0.5) / by as f32 - 0.5;
    let centre = centre.clamp(0.0, (cells - 1) as f32);
    let before = centre as usize;
    (before, (before + 1).min(cells - 1), centre - before as f32)
}

fn binomial(line: &[f32], at: usize) -> f32 {
    let before = line[at.saturating_sub(1)];
    let behind = line[(at + 1).min(line.len() - 1)];
    0.25 * before + 0.5 * line[at] + 0.25 * behind
}

/// The value a share of `values` lies below; `values` must not be empty.
pub(super) fn quantile(values: &mut [f32], share: f32) -> f32 {
    let rank = ((values.len() - 1) as f32 * share) as usize;
    *values.select_nth_unstable_by(rank.min(values.len() - 1), f32::total_cmp).1
}
