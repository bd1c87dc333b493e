//! Ink and paper: which pixels of a page belong to the digit.

use super::marks::{Mark, connect, group, lines};
use super::paper;
use super::scale::{Plane, Window, quantile};

/// Less contrast than this, of 255, is no ink.
const FAINTEST: f32 = 8.0;

/// A pixel is a stroke's if it has this share of the ink's contrast.
const STROKE: f32 = 0.42;

/// The digit on a page.
#[derive(Debug)]
pub(super) struct Digit {
    /// Ink from 0 (none) to 1 (full), 0 wherever something else than the digit is.
    pub(super) ink: Plane,
    /// Around the strokes.
    pub(super) window: Window,
    /// How wide the strokes are on average, in pixels.
    pub(super) stroke: f32,
    /// Brightness of the paper around it and of its strokes.
    pub(super) paper: f32,
    /// Brightness of its strokes.
    pub(super) stroke_level: f32,
    /// Other marks of a size to be seen, left out.
    pub(super) others: usize,
    /// How clearly this is a digit: compares the two polarities of one page.
    pub(super) score: f32,
}

/// The digit written on `image`; `dark` if its ink is darker than the paper.
pub(super) fn find(image: &Plane, page: &Plane, dark: bool) -> Option<Digit> {
    let mut page = page.clone();
    let mut found = locate(image, &page, dark)?;
    // Once more, with the page as it is beside the strokes.
    paper::refine(&mut page, image, &found.grown(&found.any, found.halo()));
    found = locate(image, &page, dark)?;
    Some(found.digit(&page, dark))
}

/// Strokes on a page, before they are judged.
struct Found {
    /// How much each pixel differs from the page towards ink, smoothed as the noise demands.
    contrast: Plane,
    noise: f32,
    /// The contrast of full ink.
    full: f32,
    labels: Vec<u32>,
    marks: Vec<Mark>,
    /// Indices of the digit's marks; the first is the main one.
    chosen: Vec<usize>,
    /// Every pixel that differs from paper.
    any: Vec<bool>,
}

fn locate(image: &Plane, page: &Plane, dark: bool) -> Option<Found> {
    let (contrast, noise) = contrast(image, page, dark);
    let floor = (5.0 * noise).max(FAINTEST);
    let mut usable = vec![true; contrast.values.len()];
    let mut outcome: Option<Found> = None;
    // Each round takes away what lies at the edges, as long as something is left.
    for _ in 0..4 {
        let Some(full) = full_ink(&contrast, &usable, floor) else {
            break;
        };
        let threshold = (STROKE * full).max(0.8 * floor);
        let is_stroke: Vec<_> = contrast
            .values
            .iter()
            .zip(&usable)
            .map(|(&value, &usable)| usable && value > threshold)
            .collect();
        let (labels, marks) = connect(&contrast, &is_stroke);
        let least = (image.width.max(image.height) / 40).max(3);
        let is_speck = |mark: &Mark| mark.window.longer() < least;
        let (is_line, lined) = lines(image, &labels, marks.len());
        let borders: Vec<_> =
            (0..marks.len()).map(|at| marks[at].is_border(image) || lined[at]).collect();
        let Some(main) = (0..marks.len()).filter(|&at| !is_speck(&marks[at])).max_by(|&a, &b| {
            let score = |at: usize| marks[at].score(image) * if borders[at] { 0.01 } else { 1.0 };
            score(a).total_cmp(&score(b)).then(b.cmp(&a))
        }) else {
            break;
        };
        if let Some(before) = &outcome {
            // What remained beside a border is dirt if it is tiny.
            let first = &before.marks[before.chosen[0]];
            let tiny =
                4 * marks[main].window.longer() < first.window.longer().min(image.height) / 2;
            if first.is_border(image) && tiny && full < 0.25 * before.full {
                break;
            }
        }
        let any: Vec<_> =
            contrast.values.iter().map(|&value| value > (3.0 * noise).max(4.0)).collect();
        let chosen = group(&marks, main);
        let bordered = borders.iter().any(|&border| border);
        let found = Found { contrast: contrast.clone(), noise, full, labels, marks, chosen, any };
        if bordered {
            // Of a mark with lines through it only the lines: the rest may be the digit.
            let is_border = |at: usize| match found.labels[at] as usize {
                0 => false,
                label => borders[label - 1] && (is_line[at] || !lined[label - 1]),
            };
            let mask: Vec<_> = (0..is_line.len()).map(is_border).collect();
            for (usable, border) in usable.iter_mut().zip(found.grown(&mask, 3)) {
                *usable &= !border;
            }
        }
        outcome = Some(found);
        if !bordered {
            break;
        }
    }
    outcome
}

/// Paper minus image (`dark`) or the reverse, and the noise of the paper (standard deviation).
fn contrast(image: &Plane, page: &Plane, dark: bool) -> (Plane, f32) {
    let sign = if dark { 1.0 } else { -1.0 };
    let mean = page.values.iter().sum::<f32>() / page.values.len() as f32;
    let mut contrast = image.clone();
    for (value, paper) in contrast.values.iter_mut().zip(&page.values) {
        // Dark ink takes away a share of the light; light ink on dark paper adds to it.
        let light = if dark { mean / paper.max(0.2 * mean) } else { 1.0 };
        *value = sign * (paper - *value) * light;
    }
    let strongest = quantile(&mut contrast.values.clone(), 0.995);
    let mut noise = spread(&contrast);
    // Smooth until ink stands clear of the noise; the strokes of a digit this size bear it.
    for _ in 0..4 {
        if 12.0 * noise <= strongest {
            break;
        }
        contrast = contrast.smoothed(1);
        noise = spread(&contrast);
    }
    (contrast, noise)
}

/// The standard deviation of the paper: from the median deviation, which ink does not move as long
/// as it covers less than half; and from the pixels on the other side of the paper, where is no ink.
fn spread(contrast: &Plane) -> f32 {
    let mut values = contrast.values.clone();
    let middle = quantile(&mut values, 0.5);
    let mut beyond: Vec<_> = values.iter().filter(|&&value| value <= 0.0).map(|v| -v).collect();
    for value in &mut values {
        *value = (*value - middle).abs();
    }
    let spread = quantile(&mut values, 0.5);
    let beyond = if beyond.is_empty() { spread } else { quantile(&mut beyond, 0.5) };
    1.4826 * spread.min(beyond)
}

/// The contrast of full ink: what a tenth of all that is not paper reaches.
fn full_ink(contrast: &Plane, usable: &[bool], floor: f32) -> Option<f32> {
    let pixels = contrast.values.iter().zip(usable);
    let mut strong: Vec<_> = pixels
        .filter(|&(&value, &usable)| usable && value > floor)
        .map(|(&value, _)| value)
        .collect();
    if strong.len() < 4 {
        return None;
    }
    Some(quantile(&mut strong, 0.9))
}

impl Found {
    /// `mask` and all within `reach` pixels of it.
    fn grown(&self, mask: &[bool], reach: usize) -> Vec<bool> {
        let (width, height) = (self.contrast.width, self.contrast.height);
        let mut wide = vec![false; mask.len()];
        let mut grown = vec![false; mask.len()];
        for y in 0..height {
            let row = &mask[y * width..][..width];
            for x in (0..width).filter(|&x| row[x]) {
                wide[y * width..][x.saturating_sub(reach)..width.min(x + reach + 1)].fill(true);
            }
        }
        for y in 0..height {
            for near in y.saturating_sub(reach)..height.min(y + reach + 1) {
                for x in 0..width {
                    grown[y * width + x] |= wide[near * width + x];
                }
            }
        }
        grown
    }

    /// How far the blurred edge of a stroke may reach.
    fn halo(&self) -> usize {
        (self.window().longer() / 24).max(2)
    }

    fn window(&self) -> Window {
        let first = self.marks[self.chosen[0]].window;
        self.chosen.iter().fold(first, |window, &at| window.union(&self.marks[at].window))
    }

    fn digit(self, page: &Plane, dark: bool) -> Digit {
        let window = self.window();
        let mine: Vec<_> = self
            .labels
            .iter()
            .map(|&label| self.chosen.iter().any(|&at| self.marks[at].label == label))
            .collect();
        let strokes: Vec<_> = (0..mine.len()).filter(|&at| mine[at]).collect();
        let mut contrasts: Vec<_> = strokes.iter().map(|&at| self.contrast.values[at]).collect();
        let full = quantile(&mut contrasts, 0.7);
        let (none, full_at) = ((2.5 * self.noise).max(0.12 * full).min(0.4 * full), 0.88 * full);
        let mut ink = Plane::new(self.contrast.width, self.contrast.height);
        for (at, &near) in self.grown(&mine, self.halo()).iter().enumerate() {
            let other = self.labels[at] != 0 && !mine[at];
            if near && !other {
                let value = (self.contrast.values[at] - none) / (full_at - none);
                ink.values[at] = value.clamp(0.0, 1.0);
            }
        }
        let main = &self.marks[self.chosen[0]];
        let border = if main.is_border(&self.contrast) { 0.01 } else { 1.0 };
        let score = border * main.score(&self.contrast);
        let others = (0..self.marks.len())
            .filter(|at| !self.chosen.contains(at))
            .filter(|&at| 9 * self.marks[at].window.longer() >= window.longer())
            .count();
        let stroke = stroke_width(&ink);
        let papers: f32 = strokes.iter().map(|&at| page.values[at]).sum();
        let paper = papers / strokes.len() as f32;
        let stroke_level = if dark { paper - full } else { paper + full };
        Digit { ink, window, stroke, paper, stroke_level, others, score }
    }
}

/// The mean width of the strokes: across one of width w, a pixel is w/4 from its edge on average.
///
/// Distances by chamfer 3-4 (Borgefors 1986), which is within 8 % of the true ones.
pub(super) fn stroke_width(ink: &Plane) -> f32 {
    let (width, height) = (ink.width, ink.height);
    let mut thirds: Vec<u32> =
        ink.values.iter().map(|&ink| if ink >= 0.5 { u32::MAX / 2 } else { 0 }).collect();
    let relax = |thirds: &mut [u32], at: usize, steps: [(isize, isize, u32); 4]| {
        let (x, y) = ((at % width) as isize, (at / width) as isize);
        for (across, down, cost) in steps {
            let (x, y) = (x + across, y + down);
            let inside = x >= 0 && y >= 0 && x < width as isize && y < height as isize;
            let beyond = if inside { thirds[y as usize * width + x as usize] } else { 0 };
            thirds[at] = thirds[at].min(beyond + cost);
        }
    };
    for at in 0..thirds.len() {
        relax(&mut thirds, at, [(-1, 0, 3), (-1, -1, 4), (0, -1, 3), (1, -1, 4)]);
    }
    for at in (0..thirds.len()).rev() {
        relax(&mut thirds, at, [(1, 0, 3), (1, 1, 4), (0, 1, 3), (-1, 1, 4)]);
    }
    let (mut sum, mut count) = (0_u64, 0_u64);
    for &third in thirds.iter().filter(|&&third| third > 0) {
        sum += u64::from(third);
        count += 1;
    }
    // From a pixel's centre to the edge is half a pixel less than to the next pixel's centre.
    if count == 0 { 0.0 } else { 4.0 * (sum as f32 / (3 * count) as f32 - 0.5).max(0.25) }
}
