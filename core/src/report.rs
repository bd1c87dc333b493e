//! What samples and batches show on their way through a network, and how training can fail.

use core::fmt;

use crate::layer::Magnitudes;
use crate::signal::is_finite;

/// A training run that has left the finite numbers; the step that showed it was not applied.
///
/// Almost always the learning rate is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Diverged {
    /// An output, or an input, is infinite or no number.
    Output,
    /// The cost of a sample is.
    Cost,
    /// A delta, and so the gradient, is.
    Gradient,
    /// The step could have made a parameter infinite.
    Parameter,
}

impl fmt::Display for Diverged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self {
            Self::Output => "an output is not finite",
            Self::Cost => "the cost is not finite",
            Self::Gradient => "the gradient is not finite",
            Self::Parameter => "a parameter would overflow",
        };
        f.write_str(what)
    }
}

impl core::error::Error for Diverged {}

/// What one sample showed on its way through.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SampleReport {
    /// The sample's cost.
    pub cost: f32,
    /// Whether the largest output was that of its class.
    pub correct: bool,
    /// The largest values met; of the deltas only after a training [`pass`](crate::sgd::pass).
    pub magnitudes: Magnitudes,
}

/// What a batch, or any list of samples, showed.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BatchReport {
    /// The number of samples.
    pub samples: u32,
    /// The sum of their costs, added in their order.
    pub cost: f64,
    /// How many were recognised.
    pub correct: u32,
    /// The largest values met.
    pub magnitudes: Magnitudes,
}

impl BatchReport {
    /// Adds the next sample.
    #[inline(always)]
    pub fn add(&mut self, sample: &SampleReport) {
        self.samples += 1;
        self.cost += f64::from(sample.cost);
        self.correct += u32::from(sample.correct);
        self.magnitudes = self.magnitudes.max(sample.magnitudes);
    }

    /// Adds the samples of another report, which come after this one's.
    #[inline(always)]
    pub fn extend(&mut self, other: &Self) {
        self.samples += other.samples;
        self.cost += other.cost;
        self.correct += other.correct;
        self.magnitudes = self.magnitudes.max(other.magnitudes);
    }

    /// The mean cost of a sample; `None` of no samples.
    pub fn mean_cost(&self) -> Option<f64> {
        (self.samples > 0).then(|| self.cost / f64::from(self.samples))
    }

    /// The share of samples recognised, from 0 to 1; `None` of no samples.
    pub fn accuracy(&self) -> Option<f64> {
        (self.samples > 0).then(|| f64::from(self.correct) / f64::from(self.samples))
    }

    /// Whether every number met was finite.
    ///
    /// # Errors
    ///
    /// The first of output, cost and gradient that was not.
    #[inline(always)]
    pub fn check(&self) -> Result<(), Diverged> {
        if !is_finite(self.magnitudes.signals) {
            Err(Diverged::Output)
        } else if !self.cost.is_finite() {
            Err(Diverged::Cost)
        } else if !is_finite(self.magnitudes.deltas) {
            Err(Diverged::Gradient)
        } else {
            Ok(())
        }
    }

    /// At most how much any parameter changes when the batch is applied at `rate`.
    #[inline(always)]
    pub fn growth(&self, rate: f32) -> f32 {
        let signals = f32::from_bits(self.magnitudes.signals.max(1.0_f32.to_bits()));
        let deltas = f32::from_bits(self.magnitudes.deltas);
        self.samples as f32 * (signals * (rate * deltas).abs())
    }
}
