//! The empty page: how bright it would be at every pixel if nothing were written on it.
//!
//! Light falls off smoothly, so the page is a quadratic surface, fitted to block medians by
//! iteratively reweighted least squares. The first guess is the brightness along the edge (or of
//! the majority, if the edge is something else), and what differs from the surface counts less
//! and less from round to round, so that ink does not bend it (graduated non-convexity: Blake and
//! Zisserman, "Visual Reconstruction", 1987).

use super::scale::{Plane, quantile};

/// 1, u, v, u², uv, v².
const TERMS: usize = 6;

/// A block's centre, `-1..=1` in both directions, and its median brightness.
struct Block {
    terms: [f64; TERMS],
    value: f32,
}

/// The brightness of the page beneath `image`.
pub(super) fn surface(image: &Plane) -> Plane {
    let blocks = blocks(image);
    let mut values: Vec<_> = blocks.iter().map(|block| block.value).collect();
    let range = quantile(&mut values, 0.98) - quantile(&mut values, 0.02);
    let level = first_level(image, &mut values, range);
    let mut page = [0.0; TERMS];
    page[0] = f64::from(level);
    let mut tolerance = 0.5 * range;
    loop {
        page = fit(&blocks, &page, tolerance.max(2.0));
        if tolerance < 0.06 * range || tolerance < 2.0 {
            break;
        }
        tolerance *= 0.7;
    }
    let mut surface = Plane::new(image.width, image.height);
    for y in 0..image.height {
        for x in 0..image.width {
            let height = at(&page, &terms(x as f64 + 0.5, y as f64 + 0.5, image));
            surface.values[y * image.width + x] = height.clamp(0.0, 255.0) as f32;
        }
    }
    surface
}

/// Adds to `page` what the paper around each pixel differs from it on average; `is_ink` pixels do
/// not count, and where paper is rare the correction fades.
pub(super) fn refine(page: &mut Plane, image: &Plane, is_ink: &[bool]) {
    let (width, height) = (page.width, page.height);
    let reach = (width.max(height) / 10).max(2);
    let mut count = Plane::new(width, height);
    let mut excess = Plane::new(width, height);
    for (at, &ink) in is_ink.iter().enumerate() {
        if !ink {
            count.values[at] = 1.0;
            excess.values[at] = image.values[at] - page.values[at];
        }
    }
    let (count, excess) = (box_mean(&count, reach), box_mean(&excess, reach));
    for (at, value) in page.values.iter_mut().enumerate() {
        *value = (*value + excess.values[at] / (count.values[at] + 0.1)).clamp(0.0, 255.0);
    }
}

/// The mean over the square of `2 reach + 1`, cut at the edges.
fn box_mean(plane: &Plane, reach: usize) -> Plane {
    let mut mean = plane.clone();
    let mut sums = vec![0.0_f64; plane.width.max(plane.height) + 1];
    let mut line = |cells: &mut dyn FnMut(usize) -> f32, length: usize| -> Vec<f32> {
        for at in 0..length {
            sums[at + 1] = sums[at] + f64::from(cells(at));
        }
        let means = (0..length).map(|at| {
            let (from, to) = (at.saturating_sub(reach), (at + reach + 1).min(length));
            ((sums[to] - sums[from]) / (to - from) as f64) as f32
        });
        means.collect()
    };
    for y in 0..plane.height {
        let row = line(&mut |x| plane.values[y * plane.width + x], plane.width);
        mean.values[y * plane.width..][..plane.width].copy_from_slice(&row);
    }
    for x in 0..plane.width {
        let column = line(&mut |y| mean.values[y * plane.width + x], plane.height);
        for (y, value) in column.into_iter().enumerate() {
            mean.values[y * plane.width + x] = value;
        }
    }
    mean
}

/// Medians of about 32 × 32 blocks.
fn blocks(image: &Plane) -> Vec<Block> {
    let side = image.width.max(image.height).div_ceil(32).max(2);
    let mut blocks = Vec::new();
    let mut values = Vec::new();
    for top in (0..image.height).step_by(side) {
        let bottom = image.height.min(top + side);
        for left in (0..image.width).step_by(side) {
            let right = image.width.min(left + side);
            values.clear();
            for y in top..bottom {
                values.extend_from_slice(&image.row(y)[left..right]);
            }
            let (x, y) = ((left + right) as f64 / 2.0, (top + bottom) as f64 / 2.0);
            let terms = terms(x, y, image);
            blocks.push(Block { terms, value: quantile(&mut values, 0.5) });
        }
    }
    blocks
}

/// What the page is at its edge, unless most of it is something else.
fn first_level(image: &Plane, values: &mut [f32], range: f32) -> f32 {
    let margin = (image.width.min(image.height) / 16).max(1);
    let mut edge = Vec::new();
    for y in 0..image.height {
        let row = image.row(y);
        if y < margin || y >= image.height - margin {
            edge.extend_from_slice(row);
        } else {
            edge.extend_from_slice(&row[..margin]);
            edge.extend_from_slice(&row[image.width - margin..]);
        }
    }
    let edge = quantile(&mut edge, 0.5);
    let alike = values.iter().filter(|&&value| (value - edge).abs() <= 0.25 * range).count();
    if 5 * alike >= 2 * values.len() { edge } else { quantile(values, 0.5) }
}

fn terms(x: f64, y: f64, image: &Plane) -> [f64; TERMS] {
    let u = 2.0 * x / image.width as f64 - 1.0;
    let v = 2.0 * y / image.height as f64 - 1.0;
    [1.0, u, v, u * u, u * v, v * v]
}

fn at(page: &[f64; TERMS], terms: &[f64; TERMS]) -> f64 {
    page.iter().zip(terms).map(|(factor, term)| factor * term).sum()
}

/// Least squares, where a block `tolerance` off the `page` so far weighs a quarter.
fn fit(blocks: &[Block], page: &[f64; TERMS], tolerance: f32) -> [f64; TERMS] {
    let mut normal = [[0.0; TERMS + 1]; TERMS];
    for block in blocks {
        let off = (f64::from(block.value) - at(page, &block.terms)) / f64::from(tolerance);
        let weight = 1.0 / ((1.0 + off * off) * (1.0 + off * off));
        for (row, term) in normal.iter_mut().zip(block.terms) {
            for (cell, other) in row.iter_mut().zip(block.terms) {
                *cell += weight * term * other;
            }
            row[TERMS] += weight * term * f64::from(block.value);
        }
    }
    // A little of each slope and curvature is paid for, so that one exists for any blocks.
    let price = 1e-3 * normal[0][0] + 1e-9;
    for (term, row) in normal.iter_mut().enumerate() {
        row[term] += if term == 0 { 1e-9 } else { price };
    }
    solve(normal)
}

/// Gaussian elimination; `normal` is positive definite, so no pivot is 0.
fn solve(mut normal: [[f64; TERMS + 1]; TERMS]) -> [f64; TERMS] {
    for pivot in 0..TERMS {
        let pivot_row = normal[pivot];
        for (_, row) in normal.iter_mut().enumerate().filter(|&(at, _)| at != pivot) {
            let factor = row[pivot] / pivot_row[pivot];
            for (cell, from) in row.iter_mut().zip(pivot_row) {
                *cell -= factor * from;
            }
        }
    }
    std::array::from_fn(|term| normal[term][TERMS] / normal[term][term])
}
