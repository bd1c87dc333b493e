//! Mini-batch stochastic gradient descent: w ← w − (η/m) Σⱼ ∂Cⱼ/∂w.
//!
//! All m samples of a batch see the old weights; each leaves its [trace](crate::layer::Trace), and
//! only then are their rank-one updates added, in the order of the samples. That is the step of the
//! textbook, to the formula, without a buffer for the gradient: besides the parameters it takes m
//! traces.
//!
//! [`step`] does one batch on one core. Who has several shares out the same pieces: [`pass`] by
//! samples, [`Reads::update`] by [rows](crate::network::Network::split_rows); no sum changes its order.

use core::fmt;

use crate::cost::{Cost, Target};
use crate::layer::{Magnitudes, Parameters};
use crate::network::{Reads, argmax};
use crate::optimizer::Optimizer;
use crate::signal::{Signal, is_finite};

/// A training run that has left the finite numbers; the step that showed it was not applied.
///
/// Almost always the learning rate is too large.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        write!(f, "training diverged: {what}")
    }
}

impl core::error::Error for Diverged {}

/// What one sample showed on its way through.
#[derive(Clone, Copy, Debug, Default)]
pub struct SampleReport {
    /// The sample's cost.
    pub cost: f32,
    /// Whether the largest output was that of its class.
    pub correct: bool,
    /// The largest values met; of the deltas only after a training [`pass`].
    pub magnitudes: Magnitudes,
}

/// What a batch, or any list of samples, showed.
#[derive(Clone, Copy, Debug, Default)]
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

/// The factor of a batch of `samples` deltas in the update: −η/m.
#[inline(always)]
pub fn rate(eta: f32, samples: usize) -> f32 {
    -(eta / samples as f32)
}

/// Forward for one sample, and what came of it.
#[inline(always)]
pub fn evaluate<N, X, C>(
    network: &N,
    cost: &C,
    x: &X,
    target: &(impl Target + ?Sized),
    trace: &mut N::Trace,
) -> SampleReport
where
    N: Reads<X>,
    X: Signal + ?Sized,
    C: Cost<N::Output>,
{
    network.forward(x, trace);
    let (outputs, z) = network.outputs_and_deltas(trace);
    SampleReport {
        cost: cost.value(target, outputs, z),
        correct: argmax(outputs) == target.class(),
        magnitudes: Magnitudes {
            signals: crate::signal::magnitude(outputs).max(x.magnitude()),
            deltas: 0,
        },
    }
}

/// Forward and backward for one sample: fills `trace` with outputs and deltas of every layer.
#[inline(always)]
pub fn pass<N, X, C>(
    network: &N,
    cost: &C,
    x: &X,
    target: &(impl Target + ?Sized),
    trace: &mut N::Trace,
) -> SampleReport
where
    N: Reads<X>,
    X: Signal + ?Sized,
    C: Cost<N::Output>,
{
    let mut report = evaluate(network, cost, x, target, trace);
    let (outputs, deltas) = network.outputs_and_deltas(trace);
    cost.delta(target, outputs, deltas);
    network.backward(trace);
    report.magnitudes = report.magnitudes.max(network.magnitudes(trace));
    report
}

/// One step of mini-batch SGD on the samples of `batch`, at most as many as there are `traces`.
///
/// ```
/// use gradito_core::cost::{Class, Quadratic};
/// use gradito_core::kind::InitKind;
/// use gradito_core::optimizer::Sgd;
/// use gradito_core::sgd::step;
/// use gradito_core::{network, Network};
///
/// type Xor = network!(2 => 4 Tanh => 2 Sigmoid);
/// let mut network = Xor::ZERO;
/// network.initialize(InitKind::Scaled, 1);
///
/// let samples = [([0.0, 0.0], 0), ([0.0, 1.0], 1), ([1.0, 0.0], 1), ([1.0, 1.0], 0)];
/// let batch = samples.iter().map(|(x, class)| (x, Class(*class)));
/// let mut traces = [Xor::TRACE; 4];
/// let mut sgd = Sgd::new();
/// let mut correct = 0;
/// for _ in 0..1000 {
///     let report = step(&mut network, &mut sgd, &Quadratic, batch.clone(), &mut traces, 3.0)?;
///     correct = report.correct;
/// }
/// assert_eq!(correct, 4);
/// # Ok::<(), gradito_core::sgd::Diverged>(())
/// ```
///
/// # Errors
///
/// [`Diverged`]; the network is then as it was.
#[inline(always)]
pub fn step<'x, N, X, T, C, O>(
    network: &mut N,
    optimizer: &mut O,
    cost: &C,
    batch: impl Iterator<Item = (&'x X, T)> + Clone,
    traces: &mut [N::Trace],
    eta: f32,
) -> Result<BatchReport, Diverged>
where
    N: Reads<X>,
    X: Signal + ?Sized + 'x,
    T: Target,
    C: Cost<N::Output>,
    O: Optimizer<N>,
{
    let mut report = BatchReport::default();
    for ((x, target), trace) in batch.clone().zip(traces.iter_mut()) {
        report.add(&pass(network, cost, x, &target, trace));
    }
    report.check()?;
    let rate = rate(eta, report.samples as usize);
    optimizer.admit(network, report.growth(rate))?;
    {
        let mut rows = optimizer.begin_batch(network).rows();
        for ((x, _), trace) in batch.zip(traces.iter()) {
            N::update(&mut rows, x, trace, rate);
        }
    }
    optimizer.end_batch(network);
    Ok(report)
}

/// The gradient of one sample's cost by every parameter, as a network of the same shape.
///
/// For tests and for teaching: training never forms it.
#[inline(always)]
pub fn gradient<N, X, C>(
    network: &N,
    cost: &C,
    x: &X,
    target: &(impl Target + ?Sized),
    trace: &mut N::Trace,
    gradient: &mut N,
) -> SampleReport
where
    N: Reads<X>,
    X: Signal + ?Sized,
    C: Cost<N::Output>,
{
    gradient
        .visit_mut(&mut |parameters: Parameters<&mut [f32]>| parameters.into_values().fill(0.0));
    let report = pass(network, cost, x, target, trace);
    N::update(&mut gradient.rows(), x, trace, 1.0);
    report
}
