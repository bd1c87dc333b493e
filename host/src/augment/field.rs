//! Elastic fields: random displacements, smoothed by a Gaussian.
//!
//! Simard, Steinkraus and Platt 2003, "Best Practices for Convolutional Neural Networks Applied to
//! Visual Document Analysis": displacements are drawn evenly from −1 to 1 at every pixel, convolved
//! with a Gaussian of standard deviation σ, and multiplied by α. Here they are drawn at *nodes*,
//! every c-th pixel, c being σ rounded down and at least 1: seen through so wide a Gaussian, the
//! variance at a node and between nodes differs by less than a thousandth, 4·exp(−π²σ²/c²). A sum
//! of fewer random numbers is smaller; the factor √c for each direction makes up for it, so that
//! displacements have the size that α and σ stand for.
//!
//! The Gaussian is done along x, then along y, each time down the columns of a matrix, which goes
//! over whole rows at a time; between the two the matrix is transposed. Both components of a
//! displacement lie side by side in a row.

use gradito_core::batch::LANES;
use rand_core::Rng;

use super::Elastic;

/// Columns that are summed at a time: four vectors of 8.
const BLOCK: usize = 4 * LANES;

/// How far a Gaussian reaches, in standard deviations; 0.3 % of it lies beyond.
const REACH: f32 = 3.0;

/// An elastic field over images of one size, and what is needed to draw one.
#[derive(Clone, Debug)]
pub struct Field {
    across: Axis,
    down: Axis,
    /// Displacements at the nodes: `[node of x][component, node of y]`.
    nodes: Vec<f32>,
    /// Smoothed along x: `[x][component, node of y]`.
    half: Vec<f32>,
    /// The same, transposed: `[node of y][component, x]`.
    turned: Vec<f32>,
    /// Smoothed along y, too: `[y][component, x]`.
    smooth: Vec<f32>,
}

/// One direction: what each pixel takes of each node.
#[derive(Clone, Debug)]
struct Axis {
    /// Pixels.
    pixels: usize,
    /// Nodes.
    nodes: usize,
    /// For each pixel the first node within reach and where its weights end.
    bands: Vec<Band>,
    /// The weights of all pixels, one after the other.
    weights: Vec<f32>,
}

#[derive(Clone, Copy, Debug)]
struct Band {
    first: usize,
    end: usize,
}

impl Axis {
    /// For so many pixels; the weights are multiplied by `factor`.
    fn new(pixels: usize, sigma: f32, factor: f32) -> Self {
        let spacing = sigma.floor().max(1.0);
        let nodes = (pixels as f32 / spacing).ceil() as usize;
        // As many pixels before the first node as behind the last.
        let start = ((pixels as f32 - 1.0) - spacing * (nodes as f32 - 1.0)) / 2.0;
        let bell = |distance: f32| libm::expf(-distance * distance / (2.0 * sigma * sigma));
        let beyond = (2.0 * REACH * sigma).ceil() as i32;
        let whole: f32 = (-beyond..=beyond).map(|distance| bell(distance as f32)).sum();
        let factor = factor * libm::sqrtf(spacing) / whole;
        let (mut bands, mut weights) = (Vec::with_capacity(pixels), Vec::new());
        for pixel in 0..pixels {
            let mut first = None;
            for node in 0..nodes {
                let distance = pixel as f32 - (start + spacing * node as f32);
                if distance.abs() <= REACH * sigma {
                    first.get_or_insert(node);
                    weights.push(factor * bell(distance));
                }
            }
            bands.push(Band { first: first.unwrap_or(0), end: weights.len() });
        }
        Self { pixels, nodes, bands, weights }
    }

    /// out\[pixel\] = Σ weight · nodes\[node\] by rising node, for rows of `stride` columns.
    #[inline(always)]
    fn smooth(&self, nodes: &[f32], out: &mut [f32], stride: usize) {
        let mut start = 0;
        for (band, out) in self.bands.iter().zip(out.chunks_exact_mut(stride)) {
            let weights = &self.weights[start..band.end];
            let rows = &nodes[band.first * stride..];
            for (block, out) in out.chunks_exact_mut(BLOCK).enumerate() {
                let mut sums = [0.0_f32; BLOCK];
                for (weight, row) in weights.iter().zip(rows.chunks_exact(stride)) {
                    let row = &row[block * BLOCK..][..BLOCK];
                    for (sum, value) in sums.iter_mut().zip(row) {
                        *sum += weight * value;
                    }
                }
                out.copy_from_slice(&sums);
            }
            start = band.end;
        }
    }
}

/// Columns of a matrix whose rows hold both components of so many displacements.
fn stride(length: usize) -> usize {
    (2 * length).next_multiple_of(BLOCK)
}

impl Field {
    /// A field over images of so many columns and rows; the displacements are 0 until one is drawn.
    pub fn new(elastic: &Elastic, columns: usize, rows: usize) -> Self {
        let across = Axis::new(columns, elastic.sigma, elastic.alpha);
        let down = Axis::new(rows, elastic.sigma, 1.0);
        let nodes = vec![0.0; across.nodes * stride(down.nodes)];
        let half = vec![0.0; columns * stride(down.nodes)];
        let turned = vec![0.0; down.nodes * stride(columns)];
        let smooth = vec![0.0; rows * stride(columns)];
        Self { across, down, nodes, half, turned, smooth }
    }

    /// Draws another field.
    #[inline(always)]
    pub fn draw(&mut self, rng: &mut impl Rng) {
        let Self { across, down, nodes, half, turned, smooth } = self;
        let (tall, wide) = (stride(down.nodes), stride(across.pixels));
        for row in nodes.chunks_exact_mut(tall) {
            for four in row[..2 * down.nodes].chunks_mut(4) {
                for (node, byte) in four.iter_mut().zip(rng.next_u32().to_le_bytes()) {
                    // 256 places from −1 to 1: a sum of dozens has no steps any more.
                    *node = f32::from(byte) * (2.0 / 255.0) - 1.0;
                }
            }
        }
        across.smooth(nodes, half, tall);
        for (x, row) in half.chunks_exact(tall).enumerate() {
            let (sideways, downwards) = row[..2 * down.nodes].split_at(down.nodes);
            let moves = sideways.iter().zip(downwards);
            for ((sideways, downwards), out) in moves.zip(turned.chunks_exact_mut(wide)) {
                out[x] = *sideways;
                out[across.pixels + x] = *downwards;
            }
        }
        down.smooth(turned, smooth, wide);
    }

    /// The displacements of the pixels of row `y`: sideways, and downwards.
    #[inline(always)]
    pub fn row(&self, y: usize) -> (&[f32], &[f32]) {
        let columns = self.across.pixels;
        self.smooth[y * stride(columns)..][..2 * columns].split_at(columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradito_core::random::Stream;

    fn rng(image: u32) -> impl Rng {
        Stream::Deformation(0).part(1, image)
    }

    /// With a node at every pixel it is the paper's field: against sums in `f64`, written as they
    /// are defined, over the same random numbers.
    #[test]
    fn a_field_of_narrow_gaussians_is_that_of_the_paper() {
        let (columns, rows, alpha, sigma) = (9, 6, 8.0, 1.5);
        let mut field = Field::new(&Elastic { alpha, sigma }, columns, rows);
        field.draw(&mut rng(3));
        // For each x, the displacements sideways down the column, then those downwards.
        let mut bytes = Vec::new();
        let mut drawn = rng(3);
        for _ in 0..columns {
            let mut column = Vec::new();
            while column.len() < 2 * rows {
                column.extend(drawn.next_u32().to_le_bytes());
            }
            bytes.push(column);
        }
        let bell = |distance: i32| (-f64::from(distance * distance) / (2.0 * 1.5 * 1.5)).exp();
        let whole: f64 = (-20..=20).map(bell).sum();
        let reach = |distance: i32| if distance.abs() <= 4 { bell(distance) / whole } else { 0.0 };
        for y in 0..rows {
            let (sideways, downwards) = field.row(y);
            for (x, (sideways, downwards)) in sideways.iter().zip(downwards).enumerate() {
                for (found, offset) in [(*sideways, 0), (*downwards, rows)] {
                    let mut sum = 0.0;
                    for (at, column) in bytes.iter().enumerate() {
                        for row in 0..rows {
                            let random = f64::from(column[offset + row]) / 127.5 - 1.0;
                            let (dx, dy) = (at as i32 - x as i32, row as i32 - y as i32);
                            sum += 8.0 * reach(dx) * reach(dy) * random;
                        }
                    }
                    assert!((f64::from(found) - sum).abs() < 1e-5, "{x} {y}: {found} for {sum}");
                }
            }
        }
    }

    /// The variance of Σ k(d)²·⅓ over the plane is α²/(3·4πσ²), whatever the distance of nodes.
    #[test]
    fn displacements_have_the_size_of_alpha_and_sigma() {
        for (alpha, sigma) in [(34.0, 2.0), (34.0, 4.0), (40.0, 5.0), (60.0, 6.5)] {
            let mut field = Field::new(&Elastic { alpha, sigma }, 64, 56);
            let (mut squares, mut sum, mut count) = (0.0, 0.0, 0);
            for image in 0..200 {
                field.draw(&mut rng(image));
                // The middle, to which the edge is out of reach.
                for y in 25..31 {
                    let (sideways, downwards) = field.row(y);
                    for &value in sideways[25..39].iter().chain(&downwards[25..39]) {
                        squares += f64::from(value * value);
                        sum += f64::from(value);
                        count += 1;
                    }
                }
            }
            let expected = f64::from(alpha * alpha / (12.0 * std::f32::consts::PI * sigma * sigma));
            let variance = squares / f64::from(count);
            // 200 fields of a few independent places each: within a fifth, which is five errors.
            assert!((variance / expected - 1.0).abs() < 0.2, "{sigma}: {variance} for {expected}");
            assert!((sum / f64::from(count)).abs() < 0.3 * expected.sqrt(), "{sigma}");
        }
    }

    #[test]
    fn a_field_is_smooth_and_each_draw_another() {
        let mut field = Field::new(&Elastic { alpha: 34.0, sigma: 4.0 }, 28, 28);
        assert!(field.row(27).0.iter().all(|&value| value == 0.0));
        field.draw(&mut rng(0));
        let first = field.row(14).0.to_vec();
        // From pixel to pixel it changes by α/√3/(2√π·σ²·√2), a quarter of a pixel: never by four.
        assert!(first.windows(2).all(|pair| (pair[0] - pair[1]).abs() < 1.0), "{first:?}");
        assert_ne!(field.row(14).1, first);
        field.draw(&mut rng(1));
        assert_ne!(field.row(14).0, first);
        field.draw(&mut rng(0));
        assert_eq!(field.row(14).0, first);
    }

    #[test]
    fn images_of_any_shape_have_a_field() {
        for (columns, rows) in [(1, 1), (1, 40), (40, 1), (3, 2), (17, 33)] {
            for sigma in [0.5, 4.0, 100.0] {
                let mut field = Field::new(&Elastic { alpha: 1.0, sigma }, columns, rows);
                field.draw(&mut rng(5));
                let (sideways, downwards) = field.row(rows - 1);
                assert_eq!((sideways.len(), downwards.len()), (columns, columns));
                assert!(sideways.iter().all(|value| value.is_finite() && *value != 0.0));
            }
        }
    }
}
