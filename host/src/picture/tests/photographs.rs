//! Digits drawn as strokes and photographed: every disturbance must lead to the same 28 × 28.

use gradito_core::random::Stream;
use rand_core::Rng;

use crate::picture::{Gray, Polarity, Prepared, Problem, prepare};

/// A 4 in a unit square: polylines.
const FOUR: &[&[(f32, f32)]] =
    &[&[(0.35, 0.0), (0.05, 0.62), (0.75, 0.62)], &[(0.6, 0.25), (0.52, 1.0)]];

/// A 5 whose bar does not touch.
const FIVE: &[&[(f32, f32)]] = &[
    &[(0.28, 0.0), (0.75, 0.0)],
    &[(0.2, 0.12), (0.15, 0.45), (0.5, 0.4), (0.68, 0.6), (0.6, 0.9), (0.3, 1.0), (0.05, 0.9)],
];

/// What is photographed, and how.
#[derive(Clone, Copy)]
struct Page {
    strokes: &'static [&'static [(f32, f32)]],
    width: u32,
    height: u32,
    /// Of the digit: left, top and height, in pixels.
    place: (f32, f32, f32),
    /// Width of the pen as a share of the digit's height.
    pen: f32,
    paper: f32,
    ink: f32,
    /// Brightness at the left over that at the right, less 1.
    shade: f32,
    noise: f32,
}

const PAGE: Page = Page {
    strokes: FOUR,
    width: 300,
    height: 260,
    place: (90.0, 50.0, 140.0),
    pen: 0.13,
    paper: 225.0,
    ink: 40.0,
    shade: 0.0,
    noise: 0.0,
};

impl Page {
    fn photograph(&self) -> Gray {
        let mut random = Stream::Split.rng(7);
        let (left, top, size) = self.place;
        let mut pixels = Vec::new();
        for y in 0..self.height {
            for x in 0..self.width {
                let point = ((x as f32 + 0.5 - left) / size, (y as f32 + 0.5 - top) / size);
                let lines = self.strokes.iter().flat_map(|line| line.windows(2));
                let near = lines.map(|ends| distance(point, ends[0], ends[1]));
                let near = near.fold(f32::INFINITY, f32::min);
                let ink = ((self.pen / 2.0 - near) * size + 0.5).clamp(0.0, 1.0);
                let light = 1.0 + self.shade * (0.5 - x as f32 / self.width as f32);
                // Twelve even draws make a normal one.
                let draws = (0..12).map(|_| random.next_u32() as f32 / 4_294_967_296.0);
                let noise = self.noise * (draws.sum::<f32>() - 6.0);
                let value = (self.paper + ink * (self.ink - self.paper)) * light + noise;
                pixels.push(value.round().clamp(0.0, 255.0) as u8);
            }
        }
        Gray { width: self.width, height: self.height, pixels }
    }
}

fn distance(point: (f32, f32), from: (f32, f32), to: (f32, f32)) -> f32 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (px, py) = (point.0 - from.0, point.1 - from.1);
    let along = ((px * dx + py * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0);
    let (x, y) = (px - along * dx, py - along * dy);
    (x * x + y * y).sqrt()
}

fn prepared(page: &Page) -> Prepared {
    prepare(&page.photograph(), 28, 28).unwrap()
}

/// Correlation of two images.
fn alike(one: &[u8], other: &[u8]) -> f32 {
    let mean = |image: &[u8]| image.iter().map(|&p| f32::from(p)).sum::<f32>() / 784.0;
    let (a, b) = (mean(one), mean(other));
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (&p, &q) in one.iter().zip(other) {
        let (p, q) = (f32::from(p) - a, f32::from(q) - b);
        ab += p * q;
        aa += p * p;
        bb += q * q;
    }
    ab / (aa * bb).sqrt()
}

#[track_caller]
fn assert_alike(page: &Page, least: f32) {
    let expected = prepared(&Page { strokes: page.strokes, ..PAGE });
    let found = prepared(page);
    let alike = alike(&found.pixels, &expected.pixels);
    assert!(alike >= least, "correlation {alike}: {}", found.steps);
}

#[test]
fn a_digit_is_20_pixels_high_black_and_centred_by_mass() {
    let Prepared { pixels, steps } = prepared(&PAGE);
    let row = |y: usize| pixels[28 * y..][..28].iter().any(|&pixel| pixel > 60);
    let rows: Vec<_> = (0..28).filter(|&y| row(y)).collect();
    assert_eq!(rows.len(), 20, "{steps}");
    assert!(pixels.iter().filter(|&&pixel| pixel == 255).count() > 20);
    let mass: u64 = pixels.iter().map(|&pixel| u64::from(pixel)).sum();
    let moment = |at: fn(usize) -> usize| {
        let terms = pixels.iter().enumerate();
        terms.map(|(i, &pixel)| at(i) as u64 * u64::from(pixel)).sum::<u64>() as f64 / mass as f64
    };
    assert!((moment(|i| i % 28) - 14.0).abs() <= 0.6, "{steps}");
    assert!((moment(|i| i / 28) - 14.0).abs() <= 0.6, "{steps}");
    assert_eq!((steps.polarity, steps.paper, steps.ink), (Polarity::DarkOnLight, 225, 40));
    assert!(steps.crop.left.abs_diff(88) <= 2 && steps.crop.top.abs_diff(41) <= 2, "{steps}");
}

#[test]
fn paper_light_and_noise_do_not_matter() {
    assert_alike(&Page { paper: 40.0, ink: 225.0, ..PAGE }, 0.99);
    assert_alike(&Page { paper: 160.0, ink: 125.0, noise: 4.0, ..PAGE }, 0.98);
    assert_alike(&Page { shade: 0.8, noise: 3.0, paper: 170.0, ..PAGE }, 0.98);
    assert_alike(&Page { noise: 25.0, ..PAGE }, 0.97);
}

#[test]
fn place_and_size_do_not_matter() {
    assert_alike(&Page { place: (140.0, 90.0, 50.0), ..PAGE }, 0.96);
    let large = Page { width: 1500, height: 1200, place: (200.0, 700.0, 300.0), ..PAGE };
    assert_alike(&Page { noise: 5.0, ..large }, 0.97);
    assert_alike(&Page { width: 40, height: 40, place: (11.0, 9.0, 22.0), ..PAGE }, 0.9);
}

#[test]
fn a_hairline_is_thickened_and_a_marker_thinned() {
    let hair = Page { pen: 0.012, noise: 3.0, ..PAGE };
    let found = prepared(&Page { width: 900, height: 800, place: (300.0, 90.0, 600.0), ..hair });
    assert!(found.steps.thickened > 1.0, "{}", found.steps);
    assert!(found.pixels.iter().filter(|&&pixel| pixel > 200).count() > 40, "{}", found.steps);
    let marker = prepared(&Page { pen: 0.3, place: (90.0, 60.0, 120.0), ..PAGE });
    assert!(marker.steps.thickened < 0.0, "{}", marker.steps);
}

#[test]
fn dust_lines_and_borders_are_not_the_digit_but_a_loose_bar_is() {
    let page = Page { strokes: FIVE, ..PAGE };
    let expected = prepared(&page).pixels;
    let top = |pixels: &[u8]| pixels[28 * 4..28 * 6].iter().any(|&pixel| pixel > 128);
    assert!(top(&expected), "the bar of the 5 is missing");
    let mut image = page.photograph();
    let mut paint = |columns: std::ops::Range<usize>, rows: std::ops::Range<usize>| {
        for y in rows {
            image.pixels[300 * y..][columns.clone()].fill(30);
        }
    };
    paint(20..24, 30..34);
    paint(260..263, 200..204);
    paint(0..300, 0..9);
    paint(0..300, 236..238);
    let found = prepare(&image, 28, 28).unwrap();
    let alike = alike(&found.pixels, &expected);
    assert!(alike > 0.99, "correlation {alike}: {}", found.steps);
}

#[test]
fn a_line_through_the_digit_is_taken_out() {
    let mut image = PAGE.photograph();
    for y in [100, 101, 170, 171] {
        image.pixels[300 * y..][..300].fill(40);
    }
    let found = prepare(&image, 28, 28).unwrap();
    let alike = alike(&found.pixels, &prepared(&PAGE).pixels);
    assert!(alike > 0.9, "correlation {alike}: {}", found.steps);
}

#[test]
fn what_is_prepared_already_stays_in_either_polarity() {
    let mut pixels = prepared(&PAGE).pixels;
    let height = 28;
    let image = Gray { width: 28, height, pixels: pixels.clone() };
    let kept = prepare(&image, 28, 28).unwrap();
    assert!(kept.steps.kept);
    assert_eq!(kept.pixels, pixels);
    assert_eq!(
        kept.steps.to_string(),
        "28 x 28 pixels, light ink on dark paper (paper 0, ink 255), size and place as in MNIST: \
         kept"
    );
    let inverted = pixels.iter().map(|pixel| 255 - pixel).collect();
    let kept = prepare(&Gray { width: 28, height, pixels: inverted }, 28, 28).unwrap();
    assert!(kept.steps.kept && kept.steps.polarity == Polarity::DarkOnLight);
    assert_eq!(kept.pixels, pixels);
    // Shifted by three rows it is no longer in its place, and is put there.
    let prepared = pixels.clone();
    pixels.rotate_right(3 * 28);
    let moved = prepare(&Gray { width: 28, height, pixels }, 28, 28).unwrap();
    assert!(!moved.steps.kept);
    let alike = alike(&moved.pixels, &prepared);
    assert!(alike > 0.95, "correlation {alike}: {}", moved.steps);
}

#[test]
fn the_steps_read_as_a_sentence() {
    assert_eq!(
        prepared(&PAGE).steps.to_string(),
        "300 x 260 pixels, dark ink on light paper (paper 225, ink 40); digit 116 x 158 at \
         (88, 41); scaled by 0.127, centred in 28 x 28, shifted by (+0, +0)"
    );
}

#[test]
fn blank_pages_are_refused() {
    let blank = Page { ink: 225.0, ..PAGE };
    for page in [blank, Page { noise: 12.0, ..blank }, Page { shade: 0.8, noise: 3.0, ..blank }] {
        let error = prepare(&page.photograph(), 28, 28).unwrap_err();
        assert!(matches!(error.problem(), Problem::Blank { .. }), "{error}");
    }
    let blank = Gray { width: 1, height: 1, pixels: vec![9] };
    assert_eq!(
        prepare(&blank, 28, 28).unwrap_err().to_string(),
        "picture: shows no ink, only paper of brightness 9 of 255; \
         give a picture with a digit that stands out"
    );
}

#[test]
fn odd_images_and_targets_do_not_panic() {
    let mut random = Stream::Split.rng(1);
    for (width, height) in [(1, 1), (1, 600), (600, 1), (2, 3), (5, 4), (28, 28), (1000, 7)] {
        for levels in [2, 3, 256] {
            let pixels = (0..width * height).map(|_| (random.next_u32() % levels) as u8);
            let pixels =
                pixels.map(|level| (u32::from(level) * 255 / (levels - 1)) as u8).collect();
            let image = Gray { width, height, pixels };
            for (columns, rows) in [(28, 28), (4, 4), (8, 100)] {
                let prepared = prepare(&image, columns, rows);
                let area = usize::from(columns * rows);
                assert!(prepared.is_err() || prepared.unwrap().pixels.len() == area);
            }
        }
    }
    let image = Gray { width: 2, height: 2, pixels: vec![0; 3] };
    assert!(matches!(prepare(&image, 28, 28).unwrap_err().problem(), Problem::Size { .. }));
    let image = PAGE.photograph();
    assert!(matches!(prepare(&image, 3, 28).unwrap_err().problem(), Problem::Target { .. }));
}
