//! The digit's strokes and size, and its place among the network's inputs.

use super::scale::{Frame, Plane, Window, quantile};

/// Strokes thinner than this, in twentieths of the digit's longer side, are thickened to it.
const THINNEST: f32 = 2.1;

/// Strokes thicker than this are thinned to it.
const THICKEST: f32 = 3.8;

/// 20 of 28.
pub(super) fn target_box(width: u16, height: u16) -> (f32, f32) {
    let side = |pixels: u16| ((u32::from(pixels) * 20 + 14) / 28).max(1) as f32;
    (side(width), side(height))
}

/// The centre of mass, the middle of the first pixel being (0.5, 0.5).
pub(super) fn centre(pixels: &[u8], columns: usize) -> (f32, f32) {
    let (mut mass, mut across, mut down) = (0_u64, 0_u64, 0_u64);
    for (at, &pixel) in pixels.iter().enumerate() {
        let pixel = u64::from(pixel);
        mass += pixel;
        across += pixel * (2 * (at % columns) as u64 + 1);
        down += pixel * (2 * (at / columns) as u64 + 1);
    }
    let twice = (2 * mass.max(1)) as f32;
    (across as f32 / twice, down as f32 / twice)
}

/// By how many pixels a stroke must grow on each side to have a width MNIST knows, the digit then
/// being scaled to 20: (stroke + 2 growth) · 20 / (longer + 2 growth) = wanted.
pub(super) fn growth(stroke: f32, longer: f32) -> i32 {
    let wanted = (20.0 * stroke / longer).clamp(THINNEST, THICKEST);
    let growth = (wanted * longer - 20.0 * stroke) / (2.0 * (20.0 - wanted));
    growth.round() as i32
}

/// Every pixel the strongest (`by` > 0) or weakest (`by` < 0) within a circle of radius |`by`|.
pub(super) fn thickened(ink: &Plane, by: i32) -> Plane {
    let mut result = ink.clone();
    let reach = by.unsigned_abs() as usize;
    for y in 0..ink.height {
        for near in y.saturating_sub(reach)..ink.height.min(y + reach + 1) {
            let down = near.abs_diff(y);
            let across = (reach * reach + reach - down * down).isqrt();
            for x in 0..ink.width {
                let circle =
                    &ink.row(near)[x.saturating_sub(across)..ink.width.min(x + across + 1)];
                let value = &mut result.values[y * ink.width + x];
                *value = circle.iter().fold(*value, |value, &other| {
                    if by > 0 { value.max(other) } else { value.min(other) }
                });
            }
        }
    }
    result
}

/// The box around ink of a half and more; `otherwise` if there is none.
pub(super) fn extent(ink: &Plane, otherwise: Window) -> Frame {
    let mut window: Option<Window> = None;
    for (at, _) in ink.values.iter().enumerate().filter(|(_, ink)| **ink >= 0.5) {
        let (x, y) = (at % ink.width, at / ink.width);
        let pixel = Window { left: x, top: y, right: x + 1, bottom: y + 1 };
        window = Some(window.map_or(pixel, |window| window.union(&pixel)));
    }
    let window = window.unwrap_or(otherwise);
    Frame {
        left: window.left as f32,
        top: window.top as f32,
        width: window.width() as f32,
        height: window.height() as f32,
    }
}

/// The ink scaled, its box in the middle, then shifted by whole pixels so that the centre of mass
/// lies in pixel (14, 14) of 28 × 28, counted from 0, as in MNIST (the centre of each of its test
/// images is in 14.0..15.0 from the left and the top edge); the box stays inside.
pub(super) fn centred(
    ink: &Plane,
    frame: Frame,
    scale: f32,
    width: u16,
    height: u16,
) -> (Vec<u8>, (i32, i32)) {
    let (columns, rows) = (usize::from(width), usize::from(height));
    let side = 1.0 / scale;
    // The box starts on a pixel's edge, as when it is scaled on its own.
    let start = |pixels: usize, size: f32| ((pixels as f32 - size * scale) / 2.0).round();
    let (left, top) = (start(columns, frame.width), start(rows, frame.height));
    let sample = |shift: (i32, i32)| -> Vec<f32> {
        let cells = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y)));
        let values = cells.map(|(x, y)| {
            ink.mean(Frame {
                left: frame.left + (x as f32 - left - shift.0 as f32) * side,
                top: frame.top + (y as f32 - top - shift.1 as f32) * side,
                width: side,
                height: side,
            })
        });
        values.collect()
    };
    let bytes = |values: &[f32]| -> Vec<u8> {
        let mut inked: Vec<_> = values.iter().copied().filter(|&value| value > 0.4).collect();
        let full = if inked.is_empty() { 1.0 } else { quantile(&mut inked, 0.8).clamp(0.5, 1.0) };
        values.iter().map(|value| (value / full * 255.0).round().clamp(0.0, 255.0) as u8).collect()
    };
    let first = bytes(&sample((0, 0)));
    let (x, y) = centre(&first, columns);
    let shift = |centre: f32, pixels: usize, start: f32, size: f32| {
        let wanted = (pixels / 2) as f32 - centre.floor();
        let room = (pixels as f32 - start - (size * scale).ceil()).max(0.0);
        wanted.clamp(-start.max(0.0), room) as i32
    };
    let shift = (shift(x, columns, left, frame.width), shift(y, rows, top, frame.height));
    (if shift == (0, 0) { first } else { bytes(&sample(shift)) }, shift)
}
