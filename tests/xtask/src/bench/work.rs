//! What an epoch's training has to do at the least: operations and bytes.
//!
//! *Operations* are the multiplications and additions of weights, each of them one:
//!
//! - in the first layer, for a lit pixel and an output of the layer, 2 forward and 2 in the update;
//!   a pixel that is 0 changes no sum;
//! - in a later layer, for each weight, 2 forward, 2 backward and 2 in the update.
//!
//! Activations, costs and biases are not counted; they are a few per cent of it.
//!
//! *Bytes* are the least traffic of weights between registers and where they are kept, 4 bytes each:
//!
//! - in the first layer, for a row (the weights of one pixel) that is lit in any sample of a batch,
//!   the whole row once forward, and twice in the update, to read and to write it;
//! - in a later layer, every weight once forward, once backward and twice in the update.
//!
//! It takes keeping a weight in a register for all samples of a batch to get by with so little, so
//! operations per byte are an upper bound of the arithmetic intensity of any program. The samples
//! themselves, a byte a pixel, are not counted.

use super::data::Lit;

/// Bytes of a weight.
const WEIGHT: f64 = size_of::<f32>() as f64;

/// The least that must be done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Work {
    pub operations: f64,
    pub bytes: f64,
    /// Bytes of all weights: what a cache must hold.
    pub weights: f64,
}

impl Work {
    /// Of so many samples in batches of `batch`, a last short one as its share of a whole one.
    pub fn new(layers: &[usize], batch: usize, samples: usize, lit: &Lit) -> Self {
        let (samples, batches) = (samples as f64, samples as f64 / batch as f64);
        let mut work = Self { operations: 0.0, bytes: 0.0, weights: 0.0 };
        for (position, pair) in layers.windows(2).enumerate() {
            let (inputs, outputs) = (pair[0] as f64, pair[1] as f64);
            if position == 0 {
                work.operations += samples * 4.0 * lit.in_sample() * outputs;
                work.bytes += batches * 3.0 * lit.in_batch(batch) * outputs * WEIGHT;
            } else {
                work.operations += samples * 6.0 * inputs * outputs;
                work.bytes += batches * 4.0 * inputs * outputs * WEIGHT;
            }
            work.weights += inputs * outputs * WEIGHT;
        }
        work
    }

    /// Operations per byte.
    pub fn intensity(&self) -> f64 {
        self.operations / self.bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zeros_are_passed_over_in_the_first_layer_alone() {
        // Of 4 pixels one is always lit and one in every other sample.
        let lit = Lit::from_shares(vec![0.0, 1.0, 0.5, 0.0]);
        let work = Work::new(&[4, 3, 2], 2, 10, &lit);
        assert_eq!(work.operations, 10.0 * (4.0 * 1.5 * 3.0 + 6.0 * 3.0 * 2.0));
        assert_eq!(work.bytes, 5.0 * (3.0 * 1.75 * 3.0 + 4.0 * 3.0 * 2.0) * 4.0);
        assert_eq!(work.weights, (12.0 + 6.0) * 4.0);
    }

    #[test]
    fn a_larger_batch_moves_less_and_computes_the_same() {
        let lit = Lit::from_shares(vec![1.0; 784]);
        let [small, large] = [10, 40].map(|batch| Work::new(&[784, 30, 10], batch, 600, &lit));
        assert_eq!(small.operations, large.operations);
        assert_eq!(small.bytes, 4.0 * large.bytes);
        assert_eq!(large.intensity(), 4.0 * small.intensity());
    }

    #[test]
    fn a_later_layer_counts_backward_as_well() {
        let lit = Lit::from_shares(vec![0.0; 5]);
        let work = Work::new(&[5, 7, 6, 2], 1, 1, &lit);
        assert_eq!(work.operations, 6.0 * (42.0 + 12.0));
        assert_eq!(work.intensity(), 6.0 / 16.0);
    }
}
