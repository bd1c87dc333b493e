//! The weights of one output as whole numbers.

use gradito_core::quantized::weights::WeightKind;

/// Scales that are tried: parts of the one with which the widest weight is the largest number.
const TRIED: u32 = 64;

/// Whole numbers, and what 1 stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// What 1 stands for.
    pub scale: f64,
    /// The numbers, one for each input.
    pub weights: Vec<i8>,
}

impl Column {
    /// `weights`, whose scale is to be at least `least`; where all are 0 it is that, or 1.
    ///
    /// Of 8 bits the widest weight is the largest number. Of fewer the scale is the one that loses
    /// least, in squares, of parts of that in 64ths: some wide weights are cut off so that all others
    /// get finer steps. Weights that lie on a grid lose nothing on it, and so it is found again.
    pub fn of(weights: &[f32], kind: WeightKind, least: f64) -> Self {
        let widest =
            weights.iter().fold(0.0_f64, |widest, &weight| widest.max(weight.abs().into()));
        let whole = widest / f64::from(kind.largest());
        let scale = match kind {
            WeightKind::I8 => whole,
            _ => (1..=TRIED)
                .rev()
                .map(|part| whole * f64::from(part) / f64::from(TRIED))
                .min_by(|&one, &other| {
                    loss(weights, kind, one).total_cmp(&loss(weights, kind, other))
                })
                .unwrap_or(whole),
        };
        let scale = scale.max(least);
        // Of zeros any scale is right.
        let scale = if scale > 0.0 { scale } else { 1.0 };
        let weights =
            weights.iter().map(|&weight| nearest(kind, f64::from(weight) / scale)).collect();
        Self { scale, weights }
    }
}

/// What is lost, in squares.
fn loss(weights: &[f32], kind: WeightKind, scale: f64) -> f64 {
    let lost = |&weight: &f32| {
        let weight = f64::from(weight);
        // Of weights that are all 0 there is no scale, and nothing to lose.
        let found = if scale > 0.0 { f64::from(nearest(kind, weight / scale)) } else { 0.0 };
        (weight - scale * found).powi(2)
    };
    weights.iter().map(lost).sum()
}

/// The nearest number there is.
fn nearest(kind: WeightKind, weight: f64) -> i8 {
    let (largest, step) = (f64::from(kind.largest()), f64::from(kind.step()));
    let weight = match kind.step() {
        1 => weight.round(),
        // There is no 0: counted from the smallest.
        _ => ((weight + largest) / step).round() * step - largest,
    };
    weight.clamp(-largest, largest) as i8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_the_nearest_there_are() {
        for kind in WeightKind::ALL {
            let all = || (-127..=127).filter(|&weight| is_one(kind, weight));
            for at in -600..600 {
                let weight = f64::from(at) / 7.0;
                let found = nearest(kind, weight);
                assert!(is_one(kind, found), "{kind} {found}");
                let distance = |number: i8| (f64::from(number) - weight).abs();
                let least = all().map(distance).fold(f64::INFINITY, f64::min);
                assert_eq!(distance(found), least, "{kind} {weight}");
            }
        }
    }

    fn is_one(kind: WeightKind, weight: i8) -> bool {
        let largest = i16::from(kind.largest());
        let above = i16::from(weight) + largest;
        (0..=2 * largest).contains(&above) && above % i16::from(kind.step()) == 0
    }

    #[test]
    fn a_grid_is_found_again_whatever_is_on_it() {
        for kind in WeightKind::ALL {
            let (largest, step) = (kind.largest(), kind.step());
            // From all numbers to the largest and one other.
            for other in (-largest..=largest).step_by(step as usize) {
                for scale in [1.0_f32, 0.3, 7.77e-3, 1.234e5] {
                    let numbers = vec![other, other, largest, other, -largest, other];
                    let weights: Vec<f32> = numbers.iter().map(|&q| scale * f32::from(q)).collect();
                    let found = Column::of(&weights, kind, 0.0);
                    assert_eq!(found.weights, numbers, "{kind} {scale}");
                    assert!((found.scale / f64::from(scale) - 1.0).abs() < 1e-6);
                }
            }
        }
    }

    /// One wide weight among many narrow ones is cut off, but of 8 bits never.
    #[test]
    fn few_levels_are_spent_on_what_is_frequent() {
        let mut weights = vec![0.25; 100];
        weights[17] = 1.0;
        let found = Column::of(&weights, WeightKind::Ternary, 0.0);
        assert_eq!(found.weights, [1; 100]);
        assert!((0.25..0.3).contains(&found.scale), "{}", found.scale);
        let found = Column::of(&weights, WeightKind::I8, 0.0);
        assert_eq!((found.weights[0], found.weights[17]), (32, 127));
        // What is least is kept to, and zeros have it.
        assert_eq!(Column::of(&weights, WeightKind::I4, 2.0).scale, 2.0);
        let zeros = Column::of(&[0.0; 3], WeightKind::I4, 0.5);
        assert_eq!(zeros, Column { scale: 0.5, weights: vec![0; 3] });
    }
}
