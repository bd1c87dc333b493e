//! A digit as MNIST's makers made theirs: <http://yann.lecun.com/exdb/mnist/> says "size normalized
//! to fit in a 20x20 pixel box while preserving their aspect ratio", "the result of the
//! anti-aliasing technique", "centered in a 28x28 image by computing the center of mass of the
//! pixels, and translating the image so as to position this point at the center".

use super::paper;
use super::place::{centre, centred, extent, growth, target_box, thickened};
use super::scale::{Frame, Plane, Window};
use super::segment::{self, Digit};
use super::steps::{Crop, Polarity, Steps};
use super::{Gray, PictureError, Problem};

/// The longer side while the digit is looked for.
const LOOKED_AT: usize = 512;

/// A smaller picture is magnified to about this.
const MAGNIFIED_TO: usize = 192;

/// The digit's longer side when its strokes are measured and scaled.
const WORKED_AT: usize = 160;

/// A digit ready for a network, and how it was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    /// Row after row; 0 = paper … 255 = ink.
    pub pixels: Vec<u8>,
    /// What was found and done.
    pub steps: Steps,
}

/// The digit in `image`, MNIST's way: longer side 20/28 of the target, centre of mass in the
/// middle.
///
/// Paper may be light or dark, tinted, shaded and noisy; the digit anywhere and of any size, its
/// strokes thin or thick. An image that has the target's size and keeps the conventions already
/// comes out as it is, but for its polarity.
///
/// # Errors
///
/// A blank page, a target of less than 4 or more than 1024 pixels a side, and an image without
/// pixels or with another number of them than it says.
pub fn prepare(image: &Gray, width: u16, height: u16) -> Result<Prepared, PictureError> {
    if !(4..=1024).contains(&width) || !(4..=1024).contains(&height) {
        return Err(Problem::Target { width, height }.into());
    }
    let found = image.pixels.len();
    if super::decode::check_size(image.width.into(), image.height.into())? != found {
        let (width, height) = (image.width, image.height);
        return Err(Problem::Size { width, height, found }.into());
    }
    if let Some(kept) = keep(image, width, height) {
        return Ok(kept);
    }
    let sight = look(image).ok_or_else(|| blank(image))?;
    Ok(sight.place(image, width, height))
}

fn blank(image: &Gray) -> Problem {
    let mut counts = [0_usize; 256];
    for &pixel in &image.pixels {
        counts[usize::from(pixel)] += 1;
    }
    let mut below = 0;
    let paper = counts.iter().position(|count| {
        below += count;
        2 * below > image.pixels.len()
    });
    Problem::Blank { paper: paper.unwrap_or(0) as u8 }
}

/// `image` as it is (light on dark) or inverted, if it keeps MNIST's conventions.
fn keep(image: &Gray, width: u16, height: u16) -> Option<Prepared> {
    if (image.width, image.height) != (width.into(), height.into()) {
        return None;
    }
    let (columns, rows) = (usize::from(width), usize::from(height));
    let paper = image.pixels[0];
    let polarity = match paper {
        0 => Polarity::LightOnDark,
        255 => Polarity::DarkOnLight,
        _ => return None,
    };
    let ink = |pixel: u8| if paper == 0 { pixel } else { 255 - pixel };
    let pixels: Vec<_> = image.pixels.iter().map(|&pixel| ink(pixel)).collect();
    let strongest = pixels.iter().max().copied().unwrap_or(0);
    if strongest < 192 {
        return None;
    }
    let inked = |x: usize, y: usize| pixels[y * columns + x] > 0;
    let is_inked = |&at: &usize| pixels[at] > 0;
    let left = (0..columns).find(|&x| (0..rows).any(|y| inked(x, y)))?;
    let right = (0..columns).rfind(|&x| (0..rows).any(|y| inked(x, y)))? + 1;
    let top = (0..pixels.len()).find(is_inked)? / columns;
    let bottom = (0..pixels.len()).rfind(is_inked)? / columns + 1;
    let (box_width, box_height) = target_box(width, height);
    // One pixel less or more than the box: the edge of an anti-aliased stroke.
    let (wide, high) = ((right - left) as f32, (bottom - top) as f32);
    let fill = (wide / box_width).max(high / box_height);
    let slack = 1.0 / box_width.min(box_height);
    let (x, y) = centre(&pixels, columns);
    let off = |centre: f32, pixels: usize| (centre - (pixels / 2) as f32 - 0.5).abs();
    if (fill - 1.0).abs() > slack + 1e-3 || off(x, columns).max(off(y, rows)) > 1.0 {
        return None;
    }
    let crop = Crop {
        left: left as u32,
        top: top as u32,
        width: (right - left) as u32,
        height: (bottom - top) as u32,
    };
    let steps = Steps {
        picture: (image.width, image.height),
        result: (width, height),
        polarity,
        paper,
        ink: if paper == 0 { strongest } else { 255 - strongest },
        kept: true,
        crop,
        scale: 1.0,
        stroke: 0.0,
        thickened: 0.0,
        shift: (0, 0),
        others: 0,
    };
    Some(Prepared { pixels, steps })
}

/// A digit found, and how its pixels lie in the picture.
struct Sight {
    digit: Digit,
    polarity: Polarity,
    /// Of the picture, at the digit's plane's upper left corner.
    origin: (usize, usize),
    /// Picture pixels per pixel of the digit's plane.
    step: f32,
}

/// Finds the digit on a reduced picture, then looks again, closely.
fn look(image: &Gray) -> Option<Sight> {
    let whole =
        Window { left: 0, top: 0, right: image.width as usize, bottom: image.height as usize };
    let first = look_at(image, whole, LOOKED_AT, None)?;
    let window = first.digit.window;
    let in_picture = |at: usize| at as f32 * first.step;
    let size = in_picture(window.longer());
    let zoom = WORKED_AT as f32 / window.longer() as f32;
    if zoom < 1.4 && zoom > 0.5 {
        return Some(first);
    }
    let margin = (0.45 * size).max(3.0);
    let from = |at: usize| (in_picture(at) - margin).max(0.0) as usize;
    let to = |at: usize, end: usize| ((in_picture(at) + margin) as usize + 1).min(end);
    let close = Window {
        left: from(window.left),
        top: from(window.top),
        right: to(window.right, whole.right),
        bottom: to(window.bottom, whole.bottom),
    };
    let finest = (WORKED_AT as f32 * close.longer() as f32 / size) as usize;
    match look_at(image, close, finest, Some(first.polarity)) {
        Some(second) if second.agrees(&first) => Some(second),
        _ => Some(first),
    }
}

/// The digit within `window`, with a longer side of about `side` pixels.
fn look_at(image: &Gray, window: Window, side: usize, polarity: Option<Polarity>) -> Option<Sight> {
    let reduction = window.longer().div_ceil(side).max(1);
    let mut plane = Plane::reduced(image, window, reduction);
    let wanted = if polarity.is_some() { side } else { side.min(MAGNIFIED_TO) };
    let magnification = (wanted / window.longer()).clamp(1, 64);
    if magnification > 1 {
        plane = plane.magnified(magnification);
    }
    let page = paper::surface(&plane);
    let look = |polarity| {
        let digit = segment::find(&plane, &page, polarity == Polarity::DarkOnLight)?;
        let step = reduction as f32 / magnification as f32;
        Some(Sight { digit, polarity, origin: (window.left, window.top), step })
    };
    if let Some(polarity) = polarity {
        return look(polarity);
    }
    match (look(Polarity::DarkOnLight), look(Polarity::LightOnDark)) {
        (Some(dark), Some(light)) if light.digit.score > dark.digit.score => Some(light),
        (Some(dark), _) => Some(dark),
        (None, light) => light,
    }
}

impl Sight {
    /// Whether both saw about the same thing.
    fn agrees(&self, other: &Self) -> bool {
        let size = |sight: &Self| sight.digit.window.longer() as f32 * sight.step;
        let (mine, theirs) = (size(self), size(other));
        mine > 0.6 * theirs && mine < 1.5 * theirs
    }

    /// Scales the digit and centres it.
    fn place(mut self, image: &Gray, width: u16, height: u16) -> Prepared {
        let (box_width, box_height) = target_box(width, height);
        let fit = |frame: Frame| (box_width / frame.width).min(box_height / frame.height);
        let frame = extent(&self.digit.ink, self.digit.window);
        let per_twentieth = box_width.max(box_height) / 20.0;
        let stroke = self.digit.stroke * fit(frame);
        let grow = growth(self.digit.stroke, frame.longer());
        if grow != 0 {
            self.digit.ink = thickened(&self.digit.ink, grow);
        }
        let grown = extent(&self.digit.ink, self.digit.window);
        let scale = fit(grown);
        let thickened = 2.0 * grow as f32 * scale / per_twentieth;
        let (pixels, shift) = centred(&self.digit.ink, grown, scale, width, height);
        let picture = |at: f32| (at * self.step).max(0.0) as u32;
        let crop = Crop {
            left: self.origin.0 as u32 + picture(frame.left),
            top: self.origin.1 as u32 + picture(frame.top),
            width: picture(frame.width + 0.5).clamp(1, image.width),
            height: picture(frame.height + 0.5).clamp(1, image.height),
        };
        let steps = Steps {
            picture: (image.width, image.height),
            result: (width, height),
            polarity: self.polarity,
            paper: self.digit.paper.round() as u8,
            ink: self.digit.stroke_level.round() as u8,
            kept: false,
            crop,
            scale: scale / self.step,
            stroke,
            thickened,
            shift,
            others: self.digit.others,
        };
        Prepared { pixels, steps }
    }
}
