//! Mini-batch stochastic gradient descent: w ← w − (η/m) Σⱼ ∂Cⱼ/∂w.
//!
//! All m samples of a batch see the old weights; each leaves its [trace](crate::layer::Trace), and
//! only then are their rank-one updates added, in the order of the samples. That is the step of the
//! textbook, to the formula, without a buffer for the gradient: besides the parameters it takes m
//! traces.
//!
//! [`step`] does one batch, sample by sample, as a device does. [`batch`](crate::batch) has the
//! kernels to do the same, with the same bits, a block of samples at a time.

use crate::cost::{Cost, Target};
use crate::layer::{Layer, Magnitudes, Parameters, Trace};
use crate::network::{Feedforward, Network, argmax};
use crate::optimizer::Optimizer;
use crate::report::{BatchReport, Diverged, SampleReport};
use crate::signal::SignalOf;

/// The factor of a batch of `samples` deltas in the update: −η/m.
#[inline(always)]
pub fn rate(eta: f32, samples: usize) -> f32 {
    -(eta / samples as f32)
}

/// Forward for one sample, and what came of it.
#[inline(always)]
pub fn evaluate<const IN: usize, L, X, C>(
    network: &Feedforward<IN, L>,
    cost: &C,
    x: &X,
    target: &(impl Target + ?Sized),
    trace: &mut L::Trace,
) -> SampleReport
where
    L: Layer<IN>,
    X: SignalOf<IN> + ?Sized,
    C: Cost<L::Activation>,
{
    network.forward(x, trace);
    let (outputs, z) = (trace.outputs().as_ref(), trace.deltas().as_ref());
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
pub fn pass<const IN: usize, L, X, C>(
    network: &Feedforward<IN, L>,
    cost: &C,
    x: &X,
    target: &(impl Target + ?Sized),
    trace: &mut L::Trace,
) -> SampleReport
where
    L: Layer<IN>,
    X: SignalOf<IN> + ?Sized,
    C: Cost<L::Activation>,
{
    let mut report = evaluate(network, cost, x, target, trace);
    let (outputs, deltas) = trace.outputs_and_deltas();
    cost.delta(target, outputs.as_ref(), deltas.as_mut());
    network.layers.backward(trace);
    report.magnitudes = report.magnitudes.max(trace.magnitudes());
    report
}

/// One step of mini-batch SGD on the samples of `batch`, at most as many as there are `traces`;
/// without samples it does nothing.
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
/// # Ok::<(), gradito_core::report::Diverged>(())
/// ```
///
/// # Errors
///
/// [`Diverged`]; the network is then as it was.
#[inline(always)]
pub fn step<'x, const IN: usize, L, X, T, C, O>(
    network: &mut Feedforward<IN, L>,
    optimizer: &mut O,
    cost: &C,
    batch: impl Iterator<Item = (&'x X, T)> + Clone,
    traces: &mut [L::Trace],
    eta: f32,
) -> Result<BatchReport, Diverged>
where
    L: Layer<IN>,
    X: SignalOf<IN> + ?Sized + 'x,
    T: Target,
    C: Cost<L::Activation>,
    O: Optimizer<Feedforward<IN, L>>,
{
    let mut report = BatchReport::default();
    for ((x, target), trace) in batch.clone().zip(traces.iter_mut()) {
        report.add(&pass(network, cost, x, &target, trace));
    }
    report.check()?;
    if report.samples == 0 {
        return Ok(report);
    }
    let rate = rate(eta, report.samples as usize);
    optimizer.admit(network, report.growth(rate))?;
    let updated = optimizer.begin_batch(network);
    for ((x, _), trace) in batch.zip(traces.iter()) {
        updated.layers.update(x, trace, rate);
    }
    optimizer.end_batch(network);
    Ok(report)
}

/// The gradient of one sample's cost by every parameter, as a network of the same shape.
///
/// For tests and for teaching: training never forms it.
#[inline(always)]
pub fn gradient<const IN: usize, L, X, C>(
    network: &Feedforward<IN, L>,
    cost: &C,
    x: &X,
    target: &(impl Target + ?Sized),
    trace: &mut L::Trace,
    gradient: &mut Feedforward<IN, L>,
) -> SampleReport
where
    L: Layer<IN>,
    X: SignalOf<IN> + ?Sized,
    C: Cost<L::Activation>,
{
    gradient
        .visit_mut(&mut |parameters: Parameters<&mut [f32]>| parameters.into_values().fill(0.0));
    let report = pass(network, cost, x, target, trace);
    gradient.layers.update(x, trace, 1.0);
    report
}

/// ∂C/∂p of one sample by the parameter p at `index` of the model image, and what it leaves in
/// `trace`; `None` if there are not so many parameters.
///
/// What backpropagation says, to compare with what the cost does when
/// [that parameter](Feedforward::parameter_mut) is moved:
///
/// ```
/// use gradito_core::cost::{Class, Quadratic};
/// use gradito_core::kind::InitKind;
/// use gradito_core::sgd::{derivative, evaluate};
/// use gradito_core::{network, Network};
///
/// type Xor = network!(2 => 4 Tanh => 2 Sigmoid);
/// let (mut network, mut trace) = (Xor::ZERO, Xor::TRACE);
/// network.initialize(InitKind::Scaled, 1);
///
/// let (x, class, index, h) = ([1.0, 0.5], Class(1), 5, 1.0 / 64.0);
/// let found = derivative(&network, &Quadratic, &x, &class, &mut trace, index).unwrap();
/// let parameter = *network.parameter_mut(index).unwrap();
/// let costs = [parameter - h, parameter + h].map(|moved| {
///     *network.parameter_mut(index).unwrap() = moved;
///     evaluate(&network, &Quadratic, &x, &class, &mut trace).cost
/// });
/// assert!((found - (costs[1] - costs[0]) / (2.0 * h)).abs() < 1e-4);
/// ```
#[inline(always)]
pub fn derivative<const IN: usize, L, X, C>(
    network: &Feedforward<IN, L>,
    cost: &C,
    x: &X,
    target: &(impl Target + ?Sized),
    trace: &mut L::Trace,
    index: usize,
) -> Option<f32>
where
    L: Layer<IN>,
    X: SignalOf<IN> + ?Sized,
    C: Cost<L::Activation>,
{
    pass(network, cost, x, target, trace);
    L::derivative(x, trace, index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::{Class, CrossEntropy, Quadratic};
    use crate::kind::InitKind;
    use crate::network;
    use crate::network::Network;
    use crate::optimizer::{L2, Momentum, Sgd};
    use crate::signal::is_finite;
    use std::vec::Vec;

    type Small = network!(3 => 5 Tanh => 4 Sigmoid => 2 Sigmoid);
    type Line = network!(1 => 1 Identity => 1 Identity);

    const INPUTS: [[f32; 3]; 4] =
        [[0.5, -1.0, 2.0], [0.0, 1.5, -0.25], [1.0, 1.0, 0.0], [-2.0, 0.0, 0.75]];

    /// The first `count` samples, one after another of class 0 and 1.
    fn samples(count: usize) -> impl Iterator<Item = (&'static [f32; 3], Class)> + Clone {
        INPUTS.iter().enumerate().map(|(index, x)| (x, Class(index % 2))).take(count)
    }

    fn small() -> Small {
        let mut network = Small::ZERO;
        network.initialize(InitKind::Unit, 1);
        network
    }

    fn parameters(network: &impl Network) -> Vec<f32> {
        let mut all = Vec::new();
        network.visit(&mut |parameters| all.extend_from_slice(parameters.into_values()));
        all
    }

    fn bits(network: &impl Network) -> Vec<u32> {
        parameters(network).into_iter().map(f32::to_bits).collect()
    }

    fn stepped(batches: &[usize], eta: f32) -> Small {
        let mut network = small();
        let (mut traces, mut sgd) = ([Small::TRACE; 4], Sgd::new());
        let mut done = 0;
        for &size in batches {
            let batch = samples(done + size).skip(done);
            let report = step(&mut network, &mut sgd, &Quadratic, batch, &mut traces, eta).unwrap();
            assert_eq!(report.samples as usize, size);
            done += size;
        }
        network
    }

    /// Every sample's gradient at the network of [`small`].
    fn gradients(count: usize) -> Vec<Vec<f32>> {
        let network = small();
        let (mut trace, mut found) = (Small::TRACE, Small::ZERO);
        samples(count)
            .map(|(x, class)| {
                gradient(&network, &Quadratic, x, &class, &mut trace, &mut found);
                parameters(&found)
            })
            .collect()
    }

    /// w − (η/m) Σ ∂C/∂w, in `f64`, against what a step makes: each of up to m + 1 roundings of
    /// numbers below 8 is at most 2⁻²².
    #[test]
    fn a_step_is_the_mean_gradient_at_the_old_weights() {
        for size in 1..=4 {
            let (old, new) = (parameters(&small()), parameters(&stepped(&[size], 2.0)));
            let gradients = gradients(size);
            for index in 0..old.len() {
                let sum: f64 = gradients.iter().map(|gradient| f64::from(gradient[index])).sum();
                let expected = f64::from(old[index]) - 2.0 / size as f64 * sum;
                let error = (f64::from(new[index]) - expected).abs();
                assert!(error <= 2.4e-7 * (size + 1) as f64, "{size}: {index} is off by {error:e}");
            }
        }
    }

    #[test]
    fn single_steps_are_another_thing_than_a_batch() {
        let batch = parameters(&stepped(&[3], 2.0));
        // η/m of the batch for each sample: only the weights that it sees differ.
        let singles = parameters(&stepped(&[1, 1, 1], 2.0 / 3.0));
        let difference = batch.iter().zip(&singles).map(|(b, s)| (b - s).abs()).fold(0.0, f32::max);
        assert!(difference > 1e-3, "{difference}");
    }

    #[test]
    fn a_last_short_batch_has_its_own_m() {
        let mut network = stepped(&[3], 2.0);
        let (mut trace, mut found) = (Small::TRACE, Small::ZERO);
        let (x, class) = samples(4).last().unwrap();
        gradient(&network, &Quadratic, x, &class, &mut trace, &mut found);
        network.layers.update(x, &trace, -2.0);
        assert_eq!(bits(&network), bits(&stepped(&[3, 1], 2.0)));
        assert_eq!(rate(2.0, 1), -2.0);
        assert_eq!(rate(3.0, 10), -0.3);
    }

    #[test]
    fn a_gradient_is_an_update_at_rate_1() {
        let network = small();
        let (mut trace, mut found) = (Small::TRACE, small());
        let report = gradient(&network, &Quadratic, &INPUTS[0], &Class(1), &mut trace, &mut found);
        let mut updated = Small::ZERO;
        updated.layers.update(&INPUTS[0], &trace, 1.0);
        // What the gradient held before is gone, and the network is as it was.
        assert_eq!(bits(&found), bits(&updated));
        assert_eq!(bits(&network), bits(&small()));
        assert!(report.cost > 0.0 && is_finite(report.magnitudes.deltas));
    }

    #[test]
    fn a_derivative_is_the_gradient_s_number_at_that_place() {
        let (network, mut trace) = (small(), Small::TRACE);
        for ((x, class), gradient) in samples(4).zip(gradients(4)) {
            for (index, expected) in gradient.iter().enumerate() {
                let found = derivative(&network, &Quadratic, x, &class, &mut trace, index);
                assert_eq!(found, Some(*expected), "{index}");
            }
            let beyond = [Small::PARAMETERS, Small::PARAMETERS + 4, usize::MAX];
            for index in beyond {
                let found = derivative(&network, &Quadratic, x, &class, &mut trace, index);
                assert_eq!(found, None);
            }
        }
    }

    #[test]
    fn an_empty_batch_does_nothing() {
        let (mut network, mut velocity) = (small(), small());
        let mut optimizer = L2::new(Momentum::new(&mut velocity, 0.5), 1.0, 0.5, 1).unwrap();
        let report =
            step(&mut network, &mut optimizer, &Quadratic, samples(0), &mut [], 1.0).unwrap();
        assert_eq!((report.samples, report.cost), (0, 0.0));
        assert_eq!((bits(&network), bits(&velocity)), (bits(&small()), bits(&small())));
    }

    #[test]
    fn a_batch_ends_with_the_traces() {
        let mut network = small();
        let traces = &mut [Small::TRACE; 3];
        let report =
            step(&mut network, &mut Sgd::new(), &Quadratic, samples(4), traces, 2.0).unwrap();
        assert_eq!(report.samples, 3);
        assert_eq!(bits(&network), bits(&stepped(&[3], 2.0)));
    }

    #[test]
    fn a_report_adds_up() {
        let network = small();
        let mut trace = Small::TRACE;
        let mut report = BatchReport::default();
        let (mut cost, mut correct) = (0.0, 0);
        for (x, class) in samples(4) {
            let sample = evaluate(&network, &CrossEntropy, x, &class, &mut trace);
            report.add(&sample);
            cost += f64::from(sample.cost);
            correct += u32::from(argmax(network.outputs(&trace)) == class.0);
        }
        assert_eq!((report.samples, report.cost, report.correct), (4, cost, correct));
        // Of the inputs, 2 is the largest; no output of a sigmoid is larger.
        assert_eq!(f32::from_bits(report.magnitudes.signals), 2.0);
    }

    #[test]
    fn growth_is_the_most_that_a_parameter_can_change() {
        let growth = |signals: f32, deltas: f32| {
            let magnitudes = Magnitudes { signals: signals.to_bits(), deltas: deltas.to_bits() };
            BatchReport { samples: 2, magnitudes, ..BatchReport::default() }.growth(-0.5)
        };
        // m · x · ηδ/m; a bias, whose signal is 1, changes by as much even where all x are small.
        assert_eq!((growth(5.0, 3.0), growth(0.25, 3.0)), (15.0, 3.0));
        assert_eq!((growth(5.0, 0.0), growth(f32::MAX, 9.0)), (0.0, f32::INFINITY));
        for size in 1..=4 {
            let (network, mut trace) = (small(), Small::TRACE);
            let mut report = BatchReport::default();
            for (x, class) in samples(size) {
                report.add(&pass(&network, &Quadratic, x, &class, &mut trace));
            }
            let new = parameters(&stepped(&[size], 2.0));
            let changes = parameters(&network).into_iter().zip(new).map(|(old, new)| new - old);
            let largest = changes.fold(0.0, |largest: f32, change| largest.max(change.abs()));
            let growth = report.growth(rate(2.0, size));
            assert!((0.1 * growth..=growth).contains(&largest), "{largest} of {growth}");
        }
    }

    /// A step on one sample of a network of two identities, w₁ then w₂, without biases.
    fn diverged(w1: f32, w2: f32, x: f32, y: f32, eta: f32) -> Option<Diverged> {
        let mut network = Line::ZERO;
        network.layers.head.weights = [[w1]];
        network.layers.tail.weights = [[w2]];
        let before = bits(&network);
        let (input, target) = ([x], [y]);
        let batch = [(&input, target.as_slice())].into_iter();
        let traces = &mut [Line::TRACE];
        let verdict = step(&mut network, &mut Sgd::new(), &Quadratic, batch, traces, eta).err();
        assert_eq!(bits(&network) != before, verdict.is_none());
        verdict
    }

    #[test]
    fn divergence_is_noticed_and_the_network_kept() {
        let nan = f32::NAN;
        // Outputs: w₁x overflows; ∞ − ∞ is NaN; an input is NaN or infinite.
        assert_eq!(diverged(1e30, 1.0, 1e30, 0.0, 1.0), Some(Diverged::Output));
        assert_eq!(diverged(nan, 1.0, 1.0, 0.0, 1.0), Some(Diverged::Output));
        assert_eq!(diverged(1.0, 1.0, nan, 0.0, 1.0), Some(Diverged::Output));
        assert_eq!(diverged(1.0, 1.0, f32::INFINITY, 0.0, 1.0), Some(Diverged::Output));
        // The square of 1e30 overflows; so does that of a target.
        assert_eq!(diverged(1e30, 1.0, 1.0, 0.0, 1e-38), Some(Diverged::Cost));
        assert_eq!(diverged(1.0, 1.0, 1.0, 1e30, 1e-38), Some(Diverged::Cost));
        assert_eq!(diverged(1.0, 1.0, 1.0, nan, 1.0), Some(Diverged::Cost));
        // a = 1e10, whose square is fine; w₂δ = 1e40 is not.
        assert_eq!(diverged(1e-20, 1e30, 1.0, 0.0, 1e-38), Some(Diverged::Gradient));
        // η δ = 1e39; η itself.
        assert_eq!(diverged(1.0, 1.0, 1.0, -9.0, 1e38), Some(Diverged::Parameter));
        assert_eq!(diverged(1.0, 1.0, 1.0, 0.0, f32::INFINITY), Some(Diverged::Parameter));
        assert_eq!(diverged(1.0, 1.0, 1.0, 0.0, nan), Some(Diverged::Parameter));
        // And a step at which nothing is wrong.
        assert_eq!(diverged(1.0, 1.0, 1.0, 0.0, 1.0), None);
    }
}
