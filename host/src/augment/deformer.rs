//! Images and what becomes of them.

use gradito_core::random::Stream;
use rand_core::Rng;

use super::Augmentation;
use super::affine::Affine;
use super::field::Field;
use super::resample::{Corners, Places};
use crate::simd::Level;

/// In an image of one bit, what is at least half covered with ink is ink.
const HALF: u8 = 128;

/// Deforms images of one size.
#[derive(Clone, Debug)]
pub struct Deformer {
    augmentation: Augmentation,
    field: Option<Field>,
    corners: Corners,
    places: Places,
}

impl Deformer {
    /// One that does `augmentation`.
    pub fn new(augmentation: &Augmentation) -> Self {
        let Augmentation { ranges, columns, rows, .. } = *augmentation;
        Self {
            augmentation: *augmentation,
            field: ranges.elastic.map(|elastic| Field::new(&elastic, columns, rows)),
            corners: Corners::new(columns, rows),
            places: Places::new(columns),
        }
    }

    /// The columns and the rows of an image.
    pub fn size(&self) -> (usize, usize) {
        (self.augmentation.columns, self.augmentation.rows)
    }

    /// The pixels of an image.
    pub fn pixels(&self) -> usize {
        self.augmentation.columns * self.augmentation.rows
    }

    /// Writes to `out` what `image`, sample `number` of a training with `seed`, is in `epoch`, which
    /// counts from 0.
    ///
    /// # Panics
    ///
    /// If `image` or `out` has another size than was said.
    pub fn deform(
        &mut self,
        level: Level,
        (seed, epoch, number): (u64, u32, u32),
        image: &[u8],
        out: &mut [u8],
    ) {
        assert_eq!((image.len(), out.len()), (self.pixels(), self.pixels()), "pixels of an image");
        let mut rng = Stream::Deformation(epoch).part(seed, number);
        let affine = Affine::draw(&self.augmentation.ranges, &mut rng);
        level.run(
            #[inline(always)]
            || self.apply(&affine, &mut rng, image, out),
        );
    }

    /// Deforms `image` by an affine map, and a field that is drawn from `rng`.
    #[inline(always)]
    fn apply(&mut self, affine: &Affine, rng: &mut impl Rng, image: &[u8], out: &mut [u8]) {
        let Self { augmentation, field, corners, places } = self;
        let &mut Augmentation { columns, rows, is_bits, .. } = augmentation;
        if let Some(field) = field {
            field.draw(rng);
        }
        corners.set(image);
        let middle = [(columns - 1) as f32 / 2.0, (rows - 1) as f32 / 2.0];
        for (y, out) in out.chunks_exact_mut(columns).enumerate() {
            let from_middle = y as f32 - middle[1];
            let start = [
                affine.xy * from_middle + affine.dx + middle[0],
                affine.yy * from_middle + affine.dy + middle[1],
            ];
            for (x, place) in places.x.iter_mut().enumerate() {
                *place = affine.xx * (x as i32 as f32 - middle[0]) + start[0];
            }
            for (x, place) in places.y.iter_mut().enumerate() {
                *place = affine.yx * (x as i32 as f32 - middle[0]) + start[1];
            }
            if let Some(field) = field {
                let (sideways, downwards) = field.row(y);
                add(&mut places.x, sideways);
                add(&mut places.y, downwards);
            }
            corners.read(places, out);
            if is_bits {
                for pixel in out {
                    *pixel = if *pixel >= HALF { u8::MAX } else { 0 };
                }
            }
        }
    }
}

/// places ← places + displacements
#[inline(always)]
fn add(places: &mut [f32], displacements: &[f32]) {
    for (place, displacement) in places.iter_mut().zip(displacements) {
        *place += displacement;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Elastic, Ranges};
    use super::*;
    use gradito_core::random::below;
    use sha2::{Digest, Sha256};

    /// An image of that size with a frame of ink at its edge and random pixels.
    fn image(columns: usize, rows: usize) -> Vec<u8> {
        let mut rng = Stream::Split.rng(1);
        (0..columns * rows).map(|_| below(512, &mut rng).saturating_sub(256) as u8).collect()
    }

    fn deformer(ranges: Ranges, columns: usize, rows: usize) -> Deformer {
        Deformer::new(&Augmentation { ranges, columns, rows, is_bits: false })
    }

    fn deformed(deformer: &mut Deformer, key: (u64, u32, u32), image: &[u8]) -> Vec<u8> {
        let mut out = vec![7; image.len()];
        deformer.deform(Level::best(), key, image, &mut out);
        out
    }

    const FIELD: Option<Elastic> = Some(Elastic { alpha: 34.0, sigma: 4.0 });
    const ALL: Ranges =
        Ranges { shift: 2.0, rotate: 15.0, scale: 0.15, shear: 0.15, elastic: FIELD };

    #[test]
    fn without_ranges_nothing_changes() {
        let none =
            Ranges { elastic: Some(Elastic { alpha: 0.0, sigma: 4.0 }), ..Ranges::default() };
        for (columns, rows) in [(28, 28), (1, 1), (7, 30), (301, 2)] {
            let image = image(columns, rows);
            for ranges in [Ranges::default(), none] {
                let mut deformer = deformer(ranges, columns, rows);
                assert_eq!(deformed(&mut deformer, (1, 0, 0), &image), image, "{columns}x{rows}");
            }
        }
    }

    #[test]
    fn a_shift_by_whole_pixels_is_exact() {
        let (columns, rows) = (9, 5);
        let image = image(columns, rows);
        let mut deformer = deformer(Ranges::default(), columns, rows);
        for (right, down) in [(0, 0), (1, 0), (-3, 0), (0, 2), (2, -4), (9, 0), (0, -100)] {
            // From the new place to the old one.
            let (dx, dy) = (-right as f32, -down as f32);
            let affine = Affine { xx: 1.0, xy: 0.0, yx: 0.0, yy: 1.0, dx, dy };
            let mut out = vec![7; image.len()];
            deformer.apply(&affine, &mut Stream::Split.rng(1), &image, &mut out);
            let old = |x: i32, y: i32| {
                let inside = (0..columns as i32).contains(&x) && (0..rows as i32).contains(&y);
                if inside { image[y as usize * columns + x as usize] } else { 0 }
            };
            for (at, &byte) in out.iter().enumerate() {
                let (x, y) = ((at % columns) as i32, (at / columns) as i32);
                assert_eq!(byte, old(x - right, y - down), "{x} {y} by {right} {down}");
            }
        }
    }

    #[test]
    fn a_quarter_turn_is_exact() {
        let image = image(6, 6);
        let mut deformer = deformer(Ranges::default(), 6, 6);
        let affine = Affine { xx: 0.0, xy: -1.0, yx: 1.0, yy: 0.0, dx: 0.0, dy: 0.0 };
        let mut out = vec![7; 36];
        deformer.apply(&affine, &mut Stream::Split.rng(1), &image, &mut out);
        // The new pixel (x, y) is the old (−y, x) about the middle.
        let turned: Vec<u8> = (0..36).map(|at| image[at % 6 * 6 + 5 - at / 6]).collect();
        assert_eq!(out, turned);
    }

    /// Against the definition, written out in `f64`, for the affine part alone.
    #[test]
    fn an_affine_map_is_as_defined() {
        let image = image(28, 28);
        let ranges = Ranges { elastic: None, ..ALL };
        let mut deformer = deformer(ranges, 28, 28);
        let pixel = |x: i64, y: i64| {
            let inside = (0..28).contains(&x) && (0..28).contains(&y);
            if inside { f64::from(image[(y * 28 + x) as usize]) } else { 0.0 }
        };
        for number in 0..20 {
            let map = Affine::draw(&ranges, &mut Stream::Deformation(3).part(9, number));
            let map = [map.xx, map.xy, map.yx, map.yy, map.dx, map.dy].map(f64::from);
            let out = deformed(&mut deformer, (9, 3, number), &image);
            for (at, &byte) in out.iter().enumerate() {
                let (x, y) = ((at % 28) as f64 - 13.5, (at / 28) as f64 - 13.5);
                let old_x = map[0] * x + map[1] * y + map[4] + 13.5;
                let old_y = map[2] * x + map[3] * y + map[5] + 13.5;
                let (column, row) = (old_x.floor(), old_y.floor());
                let (right, down) = (old_x - column, old_y - row);
                let at = |dx: i64, dy: i64| pixel(column as i64 + dx, row as i64 + dy);
                let expected = (at(0, 0) * (1.0 - right) + at(1, 0) * right) * (1.0 - down)
                    + (at(0, 1) * (1.0 - right) + at(1, 1) * right) * down;
                // Half for rounding to a byte, and a little for places in f32.
                assert!((f64::from(byte) - expected).abs() < 0.51, "{byte} for {expected}");
            }
        }
    }

    #[test]
    fn an_image_depends_on_seed_epoch_and_number_alone() {
        let image = image(28, 28);
        let mut one = deformer(ALL, 28, 28);
        let first = deformed(&mut one, (1, 2, 3), &image);
        for key in [(2, 2, 3), (1, 3, 3), (1, 2, 4), (1, 3, 2)] {
            assert_ne!(deformed(&mut one, key, &image), first, "{key:?}");
        }
        // After others, by another, of another image before.
        assert_eq!(deformed(&mut one, (1, 2, 3), &image), first);
        let mut other = deformer(ALL, 28, 28);
        deformed(&mut other, (5, 5, 5), &[255; 784]);
        assert_eq!(deformed(&mut other, (1, 2, 3), &image), first);
    }

    /// The same bytes on every machine, and for ever: models are known by them.
    #[test]
    fn what_images_become_is_pinned() {
        let image = image(28, 28);
        let mut deformer = deformer(ALL, 28, 28);
        let mut digest = Sha256::new();
        for number in 0..100 {
            digest.update(deformed(&mut deformer, (1, 0, number), &image));
        }
        let digest: String = digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(digest, "f9bd427e17796246006694e09b65e3534ca8de3b76313ba2ec533ec37d36ea52");
    }

    #[test]
    fn vector_instructions_change_no_byte() {
        for (columns, rows) in [(28, 28), (5, 3), (33, 17), (130, 7)] {
            let image = image(columns, rows);
            let mut deformer = deformer(ALL, columns, rows);
            let mut made = |level: Level, number: u32| {
                let mut out = vec![7; image.len()];
                deformer.deform(level, (1, 0, number), &image, &mut out);
                out
            };
            for number in 0..10 {
                let expected = made(Level::BASELINE, number);
                for level in Level::available() {
                    assert_eq!(made(level, number), expected, "{level}, {columns}x{rows}");
                }
            }
        }
    }

    #[test]
    fn bits_stay_bits() {
        let image: Vec<u8> =
            image(28, 28).iter().map(|&byte| if byte > 0 { 255 } else { 0 }).collect();
        let augmentation = Augmentation { ranges: ALL, columns: 28, rows: 28, is_bits: true };
        let mut bits = Deformer::new(&augmentation);
        let mut shades = deformer(ALL, 28, 28);
        for number in 0..10 {
            let (black, grey) = (
                deformed(&mut bits, (1, 0, number), &image),
                deformed(&mut shades, (1, 0, number), &image),
            );
            assert!(grey.iter().any(|byte| (1..255).contains(byte)));
            let rounded: Vec<u8> =
                grey.iter().map(|&byte| if byte >= 128 { 255 } else { 0 }).collect();
            assert_eq!(black, rounded);
        }
    }
}
