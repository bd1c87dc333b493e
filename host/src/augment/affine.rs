//! Affine maps: where a pixel of the new image lies in the old one.

use gradito_core::random::signed_unit;
use rand_core::Rng;

use super::Ranges;

/// From a place of the new image to one of the old, both from the middle of the image:
/// (x, y) ↦ (xx·x + xy·y + dx, yx·x + yy·y + dy).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine {
    pub xx: f32,
    pub xy: f32,
    pub yx: f32,
    pub yy: f32,
    pub dx: f32,
    pub dy: f32,
}

impl Affine {
    /// One drawn from `ranges`: scaled, sheared, rotated, shifted.
    ///
    /// Always the same draws, so that no range moves what is drawn for another.
    pub fn draw(ranges: &Ranges, rng: &mut impl Rng) -> Self {
        let mut within = |range: f32| range * signed_unit(rng);
        let (dx, dy) = (within(ranges.shift), within(ranges.shift));
        let angle = within(ranges.rotate) * (std::f32::consts::PI / 180.0);
        let (width, height) = (1.0 + within(ranges.scale), 1.0 + within(ranges.scale));
        let shear = within(ranges.shear);
        let (sin, cos) = (libm::sinf(angle), libm::cosf(angle));
        // Rotation · shear · scale.
        Self {
            xx: cos * width,
            xy: (cos * shear - sin) * height,
            yx: sin * width,
            yy: (sin * shear + cos) * height,
            dx,
            dy,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradito_core::random::Stream;

    fn drawn(ranges: &Ranges, image: u32) -> Affine {
        Affine::draw(ranges, &mut Stream::Deformation(0).part(1, image))
    }

    #[test]
    fn without_ranges_nothing_moves() {
        let identity = Affine { xx: 1.0, xy: 0.0, yx: 0.0, yy: 1.0, dx: 0.0, dy: 0.0 };
        assert!((0..100).all(|image| drawn(&Ranges::default(), image) == identity));
    }

    #[test]
    fn each_range_does_what_it_says() {
        let all = |ranges: Ranges| (0..500).map(move |image| drawn(&ranges, image));
        let within = |value: f32, range: f32| value.abs() <= range * 1.000_001;
        let plain = Ranges::default();
        for map in all(Ranges { rotate: 30.0, ..plain }) {
            // A rotation by at most 30°: the determinant is 1.
            assert!(within(map.xx * map.yy - map.xy * map.yx - 1.0, 1e-6));
            assert!(map.xx == map.yy && map.xy == -map.yx && within(map.yx, 0.5), "{map:?}");
        }
        for map in all(Ranges { scale: 0.25, ..plain }) {
            assert!(within(map.xx - 1.0, 0.25) && within(map.yy - 1.0, 0.25), "{map:?}");
            assert!(map.xy == 0.0 && map.yx == 0.0 && map.xx != map.yy, "{map:?}");
        }
        for map in all(Ranges { shear: 0.5, ..plain }) {
            assert!(within(map.xy, 0.5), "{map:?}");
            assert_eq!((map.xx, map.yx, map.yy), (1.0, 0.0, 1.0));
        }
        for map in all(Ranges { shift: 3.0, ..plain }) {
            assert!(within(map.dx, 3.0) && within(map.dy, 3.0) && map.dx != map.dy, "{map:?}");
        }
        // The whole range is drawn from, and evenly about 0: five standard errors of the mean.
        let shifts: Vec<f32> = all(Ranges { shift: 3.0, ..plain }).map(|map| map.dx).collect();
        assert!(shifts.iter().any(|&dx| dx > 2.9) && shifts.iter().any(|&dx| dx < -2.9));
        let mean = shifts.iter().sum::<f32>() / shifts.len() as f32;
        assert!(mean.abs() < 5.0 * 3.0 / (3.0 * 500.0_f32).sqrt(), "{mean}");
    }

    #[test]
    fn no_range_moves_another() {
        let one = drawn(&Ranges { shear: 0.5, ..Ranges::default() }, 7);
        let both = drawn(&Ranges { shear: 0.5, shift: 2.0, ..Ranges::default() }, 7);
        assert_eq!(one, Affine { dx: 0.0, dy: 0.0, ..both });
    }
}
