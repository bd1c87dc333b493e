//! Backpropagation of the core against the `f64` reference: every cost, every activation, depths 1
//! to 4, inputs as numbers, as pixels and as lit pixels.

use gradito_core::Network;
use gradito_core::cost::{Cost, CrossEntropy, Quadratic, SoftmaxCrossEntropy};
use gradito_core::kind::InitKind;
use gradito_core::layer::{Layer, Parameters};
use gradito_core::network::Feedforward;
use gradito_core::random::{Stream, below};
use gradito_core::sgd::gradient;
use gradito_core::signal::{Lit, Pixels, SignalOf};
use gradito_tests::reference::{self, Activation, LayerGradient, Reference, norm, relative_error};
use gradito_tests::{bridge, tolerance};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

/// The reference's name of a cost.
trait Named {
    const COST: reference::Cost;
}
impl Named for Quadratic {
    const COST: reference::Cost = reference::Cost::Quadratic;
}
impl Named for CrossEntropy {
    const COST: reference::Cost = reference::Cost::CrossEntropy;
}
impl Named for SoftmaxCrossEntropy {
    const COST: reference::Cost = reference::Cost::SoftmaxCrossEntropy;
}

/// One sample in each form.
struct Sample<const IN: usize> {
    numbers: [f32; IN],
    pixels: Pixels<IN>,
    lit: Vec<Lit>,
    label: usize,
}

impl<const IN: usize> Sample<IN> {
    /// Numbers within ±1 and pixels; a quarter of the first and half of the second are 0.
    fn draw(seed: u64, outputs: usize) -> Self {
        let mut rng = Stream::Split.rng(seed);
        let mut draw = |bound: u32| below(bound, &mut rng);
        let numbers = std::array::from_fn(|_| match draw(4) {
            0 => 0.0,
            _ => (f64::from(draw(2_000_001)) / 1e6 - 1.0) as f32,
        });
        let pixels: [u8; IN] = std::array::from_fn(|_| match draw(2) {
            0 => 0,
            _ => draw(256) as u8,
        });
        let lit = pixels.iter().enumerate().filter(|&(_, &byte)| byte != 0);
        let lit = lit.map(|(position, &byte)| Lit::new(position, byte)).collect();
        Self { numbers, pixels: Pixels(pixels), lit, label: draw(outputs as u32) as usize }
    }

    fn exact_pixels(&self) -> Vec<f64> {
        self.pixels.0.iter().map(|&byte| f64::from(byte) / 255.0).collect()
    }
}

/// The core's gradient, a layer each.
fn found<const IN: usize, L, C>(
    network: &Feedforward<IN, L>,
    cost: &C,
    x: &(impl SignalOf<IN> + ?Sized),
    target: &[f32],
) -> Vec<LayerGradient>
where
    L: Layer<IN>,
    C: Cost<L::Activation>,
{
    let mut trace = Feedforward::<IN, L>::TRACE;
    let mut found = Box::new(Feedforward::<IN, L>::ZERO);
    gradient(network, cost, x, target, &mut trace, &mut *found);
    bridge::parameters(&*found)
}

/// Shrinks the parameters of each layer until the sums z of `input` are within ±3, or ±2.5 for
/// tanh, which saturates earlier: tanh z = 2σ(2z) − 1, and at 3 its 1 − a² has 17 bits left.
fn unsaturate<const IN: usize, L: Layer<IN>>(network: &mut Feedforward<IN, L>, input: &[f64]) {
    for index in 0..bridge::reference(network).layers.len() {
        let reference = bridge::reference(network);
        let limit = match reference.layers[index].activation {
            Activation::Tanh => 2.499,
            _ => 2.999,
        };
        let z = &reference.forward(input)[index].z;
        let largest = z.iter().fold(0.0_f64, |largest, z| largest.max(z.abs()));
        let factor = (limit / largest).min(1.0) as f32;
        let mut array = 0;
        network.visit_mut(&mut |parameters: Parameters<&mut [f32]>| {
            if array / 2 == index {
                parameters.into_values().iter_mut().for_each(|value| *value *= factor);
            }
            array += 1;
        });
    }
}

/// Whether a relu's z is so close to the kink that rounding may put it on the other side.
fn at_a_kink(network: &Reference, input: &[f64]) -> bool {
    network.forward(input).iter().zip(&network.layers).any(|(trace, layer)| {
        layer.activation == Activation::Relu && trace.z.iter().any(|z| z.abs() < 1e-5)
    })
}

/// Desired outputs that are one-hot, or, where outputs can come close to 0 or 1, off by half or
/// more: where a comes close to y all digits of a − y are lost, which is not the gradient's fault.
fn target(network: &Reference, input: &[f64], label: usize) -> Vec<f32> {
    let layer = network.layers.last().expect("a layer");
    let unbounded = !matches!(layer.activation, Activation::Sigmoid | Activation::Softmax);
    let outputs = network.output(input).into_iter().enumerate();
    let target = outputs.map(|(index, a)| match (unbounded, index == label) {
        (true, true) => (a + 1.0) as f32,
        (true, false) => (a - 0.5) as f32,
        (false, hot) => f32::from(u8::from(hot)),
    });
    target.collect()
}

/// The gradient as it would be if nothing in it cancelled: products of absolute values.
///
/// With `steepest` every activation is taken as steep as it can be.
fn uncancelled(
    network: &Reference,
    input: &[f64],
    d_z: Vec<f64>,
    steepest: bool,
) -> Vec<LayerGradient> {
    let trace = network.forward(input);
    let mut d_z: Vec<f64> = d_z.into_iter().map(f64::abs).collect();
    let mut gradient = Vec::new();
    for (index, layer) in network.layers.iter().enumerate().rev() {
        let below = if index == 0 { input } else { &trace[index - 1].a };
        let weights = below.iter().flat_map(|x| d_z.iter().map(move |d| (x * d).abs())).collect();
        gradient.push(LayerGradient { weights, biases: d_z.clone() });
        if index > 0 {
            let rows = layer.weights.chunks(layer.outputs);
            let d_a: Vec<f64> =
                rows.map(|row| row.iter().zip(&d_z).map(|(w, d)| (w * d).abs()).sum()).collect();
            let activation = network.layers[index - 1].activation;
            d_z = match (steepest, activation) {
                (true, Activation::Sigmoid) => d_a.iter().map(|d| d / 4.0).collect(),
                (true, _) => d_a,
                (false, _) => activation.d_z(&trace[index - 1], &d_a),
            };
        }
    }
    gradient.reverse();
    gradient
}

fn flat(layer: &LayerGradient) -> Vec<f64> {
    [&layer.weights[..], &layer.biases].concat()
}

/// What the core found for one sample, and what it should have.
struct Comparison<'a> {
    cost: reference::Cost,
    network: &'a Reference,
    input: &'a [f64],
    target: &'a [f64],
    found: &'a [LayerGradient],
}

impl Comparison<'_> {
    fn layers(&self) -> impl Iterator<Item = (usize, Vec<f64>, Vec<f64>)> {
        let expected = self.network.gradient(self.cost, self.input, self.target);
        let pairs = self.found.iter().zip(expected).enumerate();
        pairs.map(|(index, (found, expected))| (index, flat(found), flat(&expected)))
    }

    fn case(&self) -> String {
        let layers = self.network.layers.iter().map(|layer| layer.activation);
        format!("{:?} on {:?}", self.cost, layers.collect::<Vec<_>>())
    }

    /// ‖g − ĝ‖ against ‖ĝ‖, layer by layer; where a whole layer has cancelled, against what did.
    fn relative(&self) -> Result<(), TestCaseError> {
        let expected = self.network.gradient(self.cost, self.input, self.target);
        let d_z = expected.last().expect("a layer").biases.clone();
        let terms = uncancelled(self.network, self.input, d_z, false);
        for ((index, g, exact), terms) in self.layers().zip(&terms) {
            let error = relative_error(&g, &exact);
            let cancelled = tolerance::CANCELLED * norm(&flat(terms)) / norm(&exact);
            prop_assert!(
                error <= tolerance::GRADIENT * cancelled.max(1.0),
                "{}, layer {index}: {error:e}",
                self.case()
            );
        }
        Ok(())
    }

    /// Every entry of g − ĝ against what an output error of 1 could make of its neuron's δ: layers
    /// read numbers within ±1.
    fn absolute(&self) -> Result<(), TestCaseError> {
        let terms = uncancelled(self.network, self.input, vec![1.0; self.target.len()], true);
        for ((index, g, exact), terms) in self.layers().zip(&terms) {
            let d_z = terms.biases.iter().cycle();
            for ((g, exact), term) in g.iter().zip(&exact).zip(d_z) {
                let error = (g - exact).abs();
                prop_assert!(
                    error <= tolerance::SATURATED * term,
                    "{}, layer {index}: {g:e} for {exact:e}, of {term:e}",
                    self.case()
                );
            }
        }
        Ok(())
    }
}

/// Compares one form of a sample at moderate z.
fn compare<const IN: usize, L, C>(
    network: &mut Feedforward<IN, L>,
    cost: &C,
    x: &(impl SignalOf<IN> + ?Sized),
    input: &[f64],
    label: usize,
) -> Result<(), TestCaseError>
where
    L: Layer<IN>,
    C: Cost<L::Activation> + Named,
{
    unsaturate(network, input);
    let reference = bridge::reference(network);
    if at_a_kink(&reference, input) {
        return Ok(());
    }
    let target = target(&reference, input, label);
    let found = found(network, cost, x, &target);
    let target = bridge::exact(&target);
    let (network, target, found) = (&reference, &target[..], &found[..]);
    Comparison { cost: C::COST, network, input, target, found }.relative()
}

/// A network of the type `L`, drawn from the seed like the sample that goes with it.
fn draw<const IN: usize, L: Layer<IN>>(seed: u64) -> (Box<Feedforward<IN, L>>, Sample<IN>) {
    let mut network = Box::new(Feedforward::<IN, L>::ZERO);
    let outputs = network.outputs(&Feedforward::<IN, L>::TRACE).len();
    network.initialize(InitKind::Unit, seed);
    (network, Sample::draw(seed, outputs))
}

/// Compares numbers.
fn check<const IN: usize, L, C>(cost: &C, seed: u64) -> Result<(), TestCaseError>
where
    L: Layer<IN>,
    C: Cost<L::Activation> + Named,
{
    let (mut network, sample) = draw::<IN, L>(seed);
    let input = bridge::exact(&sample.numbers);
    compare(&mut network, cost, &sample.numbers, &input, sample.label)
}

/// Compares pixels, all of them and the lit ones.
fn check_pixels<const IN: usize, L, C>(cost: &C, seed: u64) -> Result<(), TestCaseError>
where
    L: Layer<IN>,
    C: Cost<L::Activation> + Named,
{
    let (mut network, sample) = draw::<IN, L>(seed);
    let input = sample.exact_pixels();
    compare(&mut network, cost, &sample.pixels, &input, sample.label)?;
    compare(&mut network, cost, sample.lit.as_slice(), &input, sample.label)
}

/// Compares numbers where many neurons are saturated.
fn check_saturated<const IN: usize, L, C>(cost: &C, seed: u64) -> Result<(), TestCaseError>
where
    L: Layer<IN>,
    C: Cost<L::Activation> + Named,
{
    let (mut network, sample) = draw::<IN, L>(seed);
    network.visit_mut(&mut |parameters: Parameters<&mut [f32]>| {
        parameters.into_values().iter_mut().for_each(|value| *value *= 10.0);
    });
    let reference = bridge::reference(&*network);
    let input = bridge::exact(&sample.numbers);
    let target = target(&reference, &input, sample.label);
    let found = found(&network, cost, &sample.numbers, &target);
    let target = bridge::exact(&target);
    let (network, input, target, found) = (&reference, &input[..], &target[..], &found[..]);
    Comparison { cost: C::COST, network, input, target, found }.absolute()
}

/// The layers of a network that `network!` names.
macro_rules! run {
    ($check:ident($cost:ident, $seed:expr); $inputs:literal => $($layers:tt)+) => {
        $check::<$inputs, gradito_core::network_layers!($inputs => $($layers)+), _>(&$cost, $seed)?
    };
}

/// A cost and an output layer behind hidden layers of every activation, depths 1 to 4.
macro_rules! check_all {
    ($seed:expr, $cost:ident, $output:ident) => {
        run!(check($cost, $seed); 7 => 5 $output);
        run!(check($cost, $seed); 7 => 6 Sigmoid => 5 $output);
        run!(check($cost, $seed); 7 => 6 Tanh => 5 $output);
        run!(check($cost, $seed); 7 => 6 Relu => 5 $output);
        run!(check($cost, $seed); 7 => 6 Identity => 5 $output);
        run!(check($cost, $seed); 7 => 12 Relu => 6 Sigmoid => 5 $output);
        run!(check($cost, $seed); 7 => 17 Tanh => 9 Identity => 8 Sigmoid => 5 $output);
        run!(check_pixels($cost, $seed); 9 => 6 Sigmoid => 5 $output);
    };
}

/// `count` cases, the same in every run: a bound on random cases should not fail at random.
fn config(count: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::with_cases(count)
    }
}

proptest! {
    #![proptest_config(config(100))]

    #[test]
    fn quadratic_gradients_agree(seed: u64) {
        check_all!(seed, Quadratic, Sigmoid);
        check_all!(seed, Quadratic, Tanh);
        check_all!(seed, Quadratic, Relu);
        check_all!(seed, Quadratic, Identity);
    }

    #[test]
    fn cross_entropy_gradients_agree(seed: u64) {
        check_all!(seed, CrossEntropy, Sigmoid);
        check_all!(seed, SoftmaxCrossEntropy, Softmax);
    }

    #[test]
    fn saturated_gradients_agree(seed: u64) {
        run!(check_saturated(Quadratic, seed); 7 => 5 Sigmoid);
        run!(check_saturated(Quadratic, seed); 7 => 6 Sigmoid => 5 Sigmoid);
        run!(check_saturated(Quadratic, seed); 7 => 6 Tanh => 5 Tanh);
        run!(check_saturated(CrossEntropy, seed); 7 => 6 Sigmoid => 5 Sigmoid);
        run!(check_saturated(CrossEntropy, seed); 7 => 6 Tanh => 9 Sigmoid => 5 Sigmoid);
        run!(check_saturated(SoftmaxCrossEntropy, seed); 7 => 6 Tanh => 5 Softmax);
    }
}

proptest! {
    #![proptest_config(config(6))]

    #[test]
    fn gradients_of_digits_agree(seed: u64) {
        run!(check_pixels(Quadratic, seed); 784 => 30 Sigmoid => 10 Sigmoid);
        run!(check(CrossEntropy, seed); 784 => 30 Sigmoid => 10 Sigmoid);
        run!(check_pixels(SoftmaxCrossEntropy, seed); 784 => 32 Relu => 10 Softmax);
    }
}
