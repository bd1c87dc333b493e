//! Scaling of features to 0…1.

use gradito_core::image::Scale;

/// The range of all values, or nothing if there is none.
pub(super) fn range(values: impl Iterator<Item = f32>) -> Option<Scale> {
    values.fold(None, |range: Option<Scale>, value| {
        let Scale { min, max } = range.unwrap_or(Scale { min: value, max: value });
        Some(Scale { min: min.min(value), max: max.max(value) })
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
    fn constant_features_are_0() {
        let scale = range([2.5; 3].into_iter()).unwrap();
        assert_eq!(scale.apply(2.5), 0.0);
        assert_eq!(scale.apply(9.0), 0.0);
        assert_eq!(range(std::iter::empty()), None);
    }
}
