//! Scaling of features to 0…1.

/// The range of a feature in the training part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The smallest value.
    pub min: f32,
    /// The largest value.
    pub max: f32,
}

impl Scale {
    /// `x' = (x - min) / (max - min)`, and 0 if all training values were equal.
    ///
    /// In `f32`, in exactly this form: two subtractions and a division, each rounded, so that a
    /// microcontroller gets the same bits. Values beyond the training range lead beyond 0…1.
    pub fn apply(self, x: f32) -> f32 {
        if self.max == self.min { 0.0 } else { (x - self.min) / (self.max - self.min) }
    }

    /// The range of all values, or nothing if there is none.
    pub(super) fn of(values: impl Iterator<Item = f32>) -> Option<Self> {
        values.fold(None, |range: Option<Self>, value| {
            let Self { min, max } = range.unwrap_or(Self { min: value, max: value });
            Some(Self { min: min.min(value), max: max.max(value) })
        })
    }

    /// Whether the width of the range is a number in `f32`, too.
    pub(super) fn is_finite(self) -> bool {
        (self.max - self.min).is_finite()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_the_range_to_0_and_1() {
        let scale = Scale::of([3.0, -1.0, 7.0].into_iter()).unwrap();
        assert_eq!(scale, Scale { min: -1.0, max: 7.0 });
        assert_eq!([-1.0, 3.0, 7.0, 15.0].map(|x| scale.apply(x)), [0.0, 0.5, 1.0, 2.0]);
        // (0.3 - 0.1) / (0.7 - 0.1), each step rounded to f32; in f64 it would be 0x3eaaaaab.
        let scale = Scale { min: 0.1, max: 0.7 };
        assert_eq!(scale.apply(0.3), (0.3_f32 - 0.1_f32) / (0.7_f32 - 0.1_f32));
    }

    #[test]
    fn constant_features_are_0() {
        let scale = Scale::of([2.5; 3].into_iter()).unwrap();
        assert_eq!(scale.apply(2.5), 0.0);
        assert_eq!(scale.apply(9.0), 0.0);
        assert_eq!(Scale::of([].into_iter()), None);
    }
}
