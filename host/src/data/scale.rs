//! Scaling of features to 0…1.

use gradito_core::image::Scale;

/// The range of all values, or nothing if there is none.
pub(super) fn range(values: impl Iterator<Item = f32>) -> Option<Scale> {
    values.fold(None, |range: Option<Scale>, value| {
        let Scale { min, max } = range.unwrap_or(Scale { min: value, max: value });
        // Compared, not `min` and `max`: of -0 and +0 these return either, by the machine.
        let min = if value < min { value } else { min };
        let max = if value > max { value } else { max };
        // A sum with +0 is never -0.
        Some(Scale { min: min + 0.0, max: max + 0.0 })
    })
}

/// Whether the width of the range is a number in `f32`, too.
pub(super) fn is_finite(scale: Scale) -> bool {
    (scale.max - scale.min).is_finite()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_the_range_to_0_and_1() {
        let scale = range([3.0, -1.0, 7.0].into_iter()).unwrap();
        assert_eq!(scale, Scale { min: -1.0, max: 7.0 });
        assert_eq!([-1.0, 3.0, 7.0, 15.0].map(|x| scale.apply(x)), [0.0, 0.5, 1.0, 2.0]);
        // (0.3 - 0.1) / (0.7 - 0.1), each step rounded to f32; in f64 it would be 0x3eaaaaab.
        let scale = Scale { min: 0.1, max: 0.7 };
        assert_eq!(scale.apply(0.3), (0.3_f32 - 0.1_f32) / (0.7_f32 - 0.1_f32));
    }

    #[test]
    fn there_is_one_zero() {
        for values in [[0.0, -0.0], [-0.0, 0.0], [-0.0, -0.0]] {
            let Scale { min, max } = range(values.into_iter()).unwrap();
            assert_eq!((min.to_bits(), max.to_bits()), (0, 0));
        }
    }

    #[test]
    fn constant_features_are_0() {
        let scale = range([2.5; 3].into_iter()).unwrap();
        assert_eq!(scale.apply(2.5), 0.0);
        assert_eq!(scale.apply(9.0), 0.0);
        assert_eq!(range(std::iter::empty()), None);
    }
}
