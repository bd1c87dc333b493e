//! Connected regions of strokes: which make the digit, which are lines, borders and dust.

use super::scale::{Plane, Window, quantile};

/// A connected region of strokes.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) label: u32,
    pub(super) area: usize,
    pub(super) ink: f32,
    pub(super) window: Window,
    /// Pixels on the left, right, upper and lower edge of the image.
    touching: [usize; 4],
}

impl Mark {
    /// Lies along an edge, or runs from edge to edge: a border, a table's edge, a ruled line.
    pub(super) fn is_border(&self, image: &Plane) -> bool {
        let [left, right, above, below] = self.touching;
        let (width, height) = (image.width, image.height);
        let along = 4 * left.max(right) > height || 4 * above.max(below) > width;
        let across = left > 0 && right > 0 && 4 * self.window.height() < width;
        let down = above > 0 && below > 0 && 4 * self.window.width() < height;
        along || across || down
    }

    /// The more ink, the farther from the edges and the nearer to the middle, the more likely.
    pub(super) fn score(&self, image: &Plane) -> f32 {
        let middle = |from: usize, to: usize, length: usize| {
            ((from + to) as f32 / length as f32 - 1.0).abs()
        };
        let across = middle(self.window.left, self.window.right, image.width);
        let down = middle(self.window.top, self.window.bottom, image.height);
        let flat = self.window.width() > 10 * self.window.height().max(1);
        let touches = self.touching.iter().any(|&pixels| pixels > 0);
        let place = 1.0 - 0.5 * across.max(down);
        self.ink * place * if touches { 0.3 } else { 1.0 } * if flat { 0.2 } else { 1.0 }
    }
}

/// Numbers the connected regions (diagonals connect) from 1; 0 is no stroke.
pub(super) fn connect(contrast: &Plane, is_stroke: &[bool]) -> (Vec<u32>, Vec<Mark>) {
    let (width, height) = (contrast.width, contrast.height);
    let mut labels = vec![0; is_stroke.len()];
    let mut marks: Vec<Mark> = Vec::new();
    let mut open = Vec::new();
    for start in 0..is_stroke.len() {
        if !is_stroke[start] || labels[start] != 0 {
            continue;
        }
        let label = marks.len() as u32 + 1;
        let (x, y) = (start % width, start / width);
        let window = Window { left: x, top: y, right: x + 1, bottom: y + 1 };
        let mut mark = Mark { label, area: 0, ink: 0.0, window, touching: [0; 4] };
        labels[start] = label;
        open.push(start);
        while let Some(at) = open.pop() {
            let (x, y) = (at % width, at / width);
            mark.area += 1;
            mark.ink += contrast.values[at];
            let pixel = Window { left: x, top: y, right: x + 1, bottom: y + 1 };
            mark.window = mark.window.union(&pixel);
            let edges = [x == 0, x + 1 == width, y == 0, y + 1 == height];
            for (count, edge) in mark.touching.iter_mut().zip(edges) {
                *count += usize::from(edge);
            }
            for near_y in y.saturating_sub(1)..height.min(y + 2) {
                for near_x in x.saturating_sub(1)..width.min(x + 2) {
                    let near = near_y * width + near_x;
                    if is_stroke[near] && labels[near] == 0 {
                        labels[near] = label;
                        open.push(near);
                    }
                }
            }
        }
        marks.push(mark);
    }
    (labels, marks)
}

/// The pixels on thin lines that run right through the image, ruled or a table's edge, and which
/// marks have such lines. A stroke that crosses a line is thicker there than the line, and stays.
pub(super) fn lines(image: &Plane, labels: &[u32], marks: usize) -> (Vec<bool>, Vec<bool>) {
    let (width, height) = (image.width, image.height);
    let mask: Vec<_> = labels.iter().map(|&label| label > 0).collect();
    let across = runs(&mask, width, height, 1, width);
    let down = runs(&mask, height, width, width, 1);
    let mut is_line = vec![false; labels.len()];
    let mut lined = vec![false; marks];
    for (along, thick, length, depth) in
        [(&across, &down, width, height), (&down, &across, height, width)]
    {
        let line: Vec<_> = (0..mask.len()).filter(|&at| 100 * along[at] >= 97 * length).collect();
        if line.is_empty() {
            continue;
        }
        let mut widths: Vec<_> = line.iter().map(|&at| thick[at] as f32).collect();
        let usual = quantile(&mut widths, 0.5) as usize;
        if 12 * usual > depth {
            continue;
        }
        for at in line {
            lined[labels[at] as usize - 1] = true;
            is_line[at] |= thick[at] <= usual + usual / 2 + 1;
        }
    }
    (is_line, lined)
}

/// For each pixel of `mask`, how many lie in one row with it: `lines` of `length` pixels that are
/// `step` apart, the lines `stride` apart.
fn runs(mask: &[bool], length: usize, lines: usize, step: usize, stride: usize) -> Vec<usize> {
    let mut runs = vec![0; mask.len()];
    for line in 0..lines {
        let index = |at: usize| line * stride + at * step;
        let mut start = 0;
        for at in 0..=length {
            if at < length && mask[index(at)] {
                continue;
            }
            for inside in start..at {
                runs[index(inside)] = at - start;
            }
            start = at + 1;
        }
    }
    runs
}

/// The marks that make one digit with `main`: near it and of some size, so neither the dust around
/// it nor the next digit, but the bar of a 5 that does not quite touch.
pub(super) fn group(marks: &[Mark], main: usize) -> Vec<usize> {
    let mut chosen = vec![main];
    let mut window = marks[main].window;
    loop {
        let digit = window.longer();
        let next = (0..marks.len()).find(|&at| {
            let mark = &marks[at];
            let gap = mark.window.gap(&window);
            let large = 3 * mark.area > marks[main].area;
            let near = if large { 12 * gap <= digit } else { 5 * gap <= digit };
            let seen = 50 * mark.area >= marks[main].area && 9 * mark.window.longer() >= digit;
            !chosen.contains(&at) && near && seen
        });
        let Some(next) = next else { break };
        window = window.union(&marks[next].window);
        chosen.push(next);
    }
    chosen
}
