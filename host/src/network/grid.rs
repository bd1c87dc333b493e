//! Weights on a grid: the few values that a network of 4 or 2 bits a weight can have, in `f32`.
//!
//! A network is trained for such weights by having them in every forward and backward pass, while the
//! steps are added up in a *latent* network of `f32`, whose weights are rounded to the grid after each
//! (Courbariaux, Bengio, David 2015; that the gradient at a rounded weight is taken for that at the
//! latent one is the straight-through estimator of Bengio, Léonard, Courville 2013).
//!
//! The grid of an output is w = step·q, q being the [numbers](WeightKind) of a kind and
//!
//! step = min(part·mean |w|, max |w| / max q)
//!
//! over its latent weights. *Part* is such that the step loses least of numbers that are distributed
//! normally (Max 1960, Quantizing for minimum distortion), whose mean is √(2/π) = 0.798 standard
//! deviations:
//!
//! | weights | step/σ, from Max's tables | part |
//! | --- | --- | --- |
//! | `i4` | 0.3534 (15 levels) | 0.4429 |
//! | `i2` | 0.9957/2 (4 levels, 2 steps apart) | 0.6239 |
//! | ternary | 1.224 (3 levels) | 1.534 |
//!
//! Of 8 bits there are levels enough for max |w| / 127. The step is never larger than the second
//! term, so the latent weight that is largest always becomes the largest number: whoever knows the
//! written weights finds step and numbers again.

use gradito_core::quantized::weights::WeightKind;

use super::packed::{PackedNetwork, Panel, WIDEST};

/// From here on the next number after an `f32` is 1 larger: what is added is rounded to a whole
/// number, half to even, and is that when this is taken off again.
const WHOLE: f32 = 8_388_608.0;

/// The step of a grid, as a part of the mean.
fn part(kind: WeightKind) -> f32 {
    match kind {
        WeightKind::I4 => 0.4429,
        WeightKind::I2 => 0.6239,
        WeightKind::Ternary => 1.534,
        _ => f32::INFINITY,
    }
}

impl PackedNetwork {
    /// Takes the parameters of `latent`, a network of the same widths, with weights rounded to the
    /// grids of that kind.
    #[inline(always)]
    pub fn round_from(&mut self, latent: &Self, kind: WeightKind) {
        for (layer, latent) in self.layers.iter_mut().zip(&latent.layers) {
            for (panel, latent) in layer.panels.iter_mut().zip(&latent.panels) {
                panel.biases.copy_from_slice(&latent.biases);
                round(panel, latent, layer.width, kind);
            }
        }
    }
}

/// Rounds the weights of a panel of so many columns.
#[inline(always)]
fn round(panel: &mut Panel, latent: &Panel, width: usize, kind: WeightKind) {
    let largest = f32::from(kind.largest());
    let between = f32::from(kind.step());
    let (mut steps, mut inverses) = ([0.0; WIDEST], [0.0; WIDEST]);
    steps_of(&mut steps[..width], latent, part(kind), largest);
    for (inverse, step) in inverses.iter_mut().zip(&mut steps) {
        // Where all weights are 0, or next to it, they become 0.
        if *step < f32::MIN_POSITIVE {
            *step = 0.0;
        } else {
            *inverse = 1.0 / *step;
        }
    }
    let rows = panel.weights.chunks_exact_mut(width).zip(latent.weights.chunks_exact(width));
    for (row, latent) in rows {
        let columns = row.iter_mut().zip(latent).zip(steps.iter().zip(&inverses));
        for ((weight, latent), (step, inverse)) in columns {
            // Counted from the smallest number, so that those of all kinds are whole.
            let above = (latent * inverse).clamp(-largest, largest) + largest;
            let number = ((above / between + WHOLE) - WHOLE) * between - largest;
            *weight = step * number;
        }
    }
}

/// The step of each column's grid; every sum is over the inputs, in their order.
#[inline(always)]
fn steps_of(steps: &mut [f32], latent: &Panel, part: f32, largest: f32) {
    let mut widest = [0.0_f32; WIDEST];
    for row in latent.weights.chunks_exact(steps.len()) {
        for ((sum, widest), weight) in steps.iter_mut().zip(&mut widest).zip(row) {
            *sum += weight.abs();
            *widest = widest.max(weight.abs());
        }
    }
    let inputs = (latent.weights.len() / steps.len()) as f32;
    for (step, widest) in steps.iter_mut().zip(&widest) {
        // Of 8 bits infinity, or, of a sum of 0, no number: then the other is taken.
        *step = (part * (*step / inputs)).min(widest / largest);
    }
}

#[cfg(test)]
mod tests {
    use gradito_core::kind::InitKind;
    use gradito_core::layer::LayerShape;
    use gradito_core::network::Network;

    use super::*;
    use crate::simd::Level;

    const SHAPES: [[usize; 2]; 2] = [[50, 111], [111, 3]];

    fn drawn(seed: u64) -> PackedNetwork {
        let shapes =
            SHAPES.map(|[inputs, outputs]| LayerShape { inputs, outputs, ..LayerShape::default() });
        let mut network = PackedNetwork::new(&shapes).unwrap();
        network.initialize(InitKind::Scaled, seed);
        network
    }

    fn rounded(latent: &PackedNetwork, kind: WeightKind, level: Level) -> Vec<f32> {
        let mut network = latent.clone();
        level.run(
            #[inline(always)]
            || network.round_from(latent, kind),
        );
        network.parameters()
    }

    /// The weights of each output, and the biases of all, of parameters in an image's order.
    fn columns(parameters: &[f32]) -> (Vec<Vec<f32>>, Vec<f32>) {
        let (mut rest, mut all, mut biases) = (parameters, Vec::new(), Vec::new());
        for [inputs, outputs] in SHAPES {
            let (weights, behind) = rest.split_at(inputs * outputs);
            let column = |at| weights.iter().skip(at).step_by(outputs).copied().collect();
            all.extend((0..outputs).map(column));
            biases.extend_from_slice(&behind[..outputs]);
            rest = &behind[outputs..];
        }
        (all, biases)
    }

    #[test]
    fn every_weight_is_the_nearest_of_its_grid() {
        for kind in WeightKind::ALL {
            let latent = drawn(3);
            let (before, biases) = columns(&latent.parameters());
            let (after, same) = columns(&rounded(&latent, kind, Level::best()));
            assert_eq!(biases, same);
            for (before, after) in before.iter().zip(&after) {
                let magnitudes = || before.iter().map(|weight| f64::from(weight.abs()));
                let widest = magnitudes().fold(0.0, f64::max) / f64::from(kind.largest());
                let mean = magnitudes().sum::<f64>() / before.len() as f64;
                let step = (f64::from(part(kind)) * mean).min(widest);
                for (&weight, &found) in before.iter().zip(after) {
                    let number = f64::from(found) / step;
                    assert!((number - number.round()).abs() < 1e-4, "{kind} {number}");
                    let above = number.round() as i32 + i32::from(kind.largest());
                    assert_eq!(above % i32::from(kind.step()), 0);
                    assert!((0..=2 * i32::from(kind.largest())).contains(&above));
                    let distance = (f64::from(weight) - f64::from(found)).abs();
                    let cut = f64::from(weight.abs()) > step * f64::from(kind.largest());
                    assert!(cut || distance < step * f64::from(kind.step()) * 0.5001, "{kind}");
                }
                let largest = after.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
                let expected = step * f64::from(kind.largest());
                assert!((f64::from(largest) / expected - 1.0).abs() < 1e-5, "{kind}");
            }
        }
    }

    #[test]
    fn grids_are_the_same_at_every_level_and_those_of_zeros_are_0() {
        for kind in WeightKind::ALL {
            let mut latent = drawn(4);
            latent.layers[0].panels[1].weights.fill(0.0);
            // The smallest there is: no step of an `f32` divides it.
            latent.layers[1].panels[0].weights.fill(f32::from_bits(1));
            let bits = |level| rounded(&latent, kind, level).iter().map(|x| x.to_bits()).collect();
            let first: Vec<u32> = bits(Level::best());
            for level in Level::available() {
                assert_eq!(first, bits(level), "{kind} {level:?}");
            }
            let (after, _) = columns(&rounded(&latent, kind, Level::best()));
            assert!(after[56..].iter().flatten().all(|&weight| weight == 0.0));
            assert!(after[..56].iter().all(|column| column.iter().any(|&weight| weight != 0.0)));
        }
    }
}
