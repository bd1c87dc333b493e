//! Steps of the core's mini-batch SGD against those of the `f64` reference, with every optimiser.

use std::array;

use gradito_core::cost::{self, Class, CrossEntropy, Quadratic, SoftmaxCrossEntropy};
use gradito_core::kind::InitKind;
use gradito_core::layer::Layer;
use gradito_core::network::Feedforward;
use gradito_core::optimizer::{L2, Momentum, Optimizer, Sgd};
use gradito_core::random::{Stream, below};
use gradito_core::sgd::step;
use gradito_core::signal::Pixels;
use gradito_core::{Network, network, network_layers};
use gradito_tests::reference::{self, Cost, LayerGradient, Sample};
use gradito_tests::{bridge, tolerance};

type Deep = network_layers!(6 => 9 Tanh => 7 Relu => 4 Sigmoid);
type Soft = network_layers!(6 => 9 Sigmoid => 4 Softmax);

const ETA: f32 = 0.5;
/// ηλ/n = 0.5 · 5 / 50 = 0.05: what a step changes is far above rounding.
const LAMBDA: f32 = 5.0;
const SAMPLES: usize = 50;
const MU: f32 = 0.75;

/// Ten samples of six numbers within ±1 and one of four classes.
fn samples() -> Vec<([f32; 6], usize)> {
    let mut rng = Stream::Split.rng(1);
    let mut number = || (f64::from(below(2_000_001, &mut rng)) / 1e6 - 1.0) as f32;
    (0..10).map(|index| (array::from_fn(|_| number()), index % 4)).collect()
}

fn one_hot(class: usize, outputs: usize) -> Vec<f64> {
    (0..outputs).map(|index| if index == class { 1.0 } else { 0.0 }).collect()
}

/// The largest difference of two lists of parameters.
fn difference(found: &[LayerGradient], expected: &reference::Reference) -> f64 {
    let numbers = found.iter().zip(&expected.layers).flat_map(|(found, expected)| {
        let weights = found.weights.iter().zip(&expected.weights);
        weights.chain(found.biases.iter().zip(&expected.biases))
    });
    numbers.map(|(found, expected)| (found - expected).abs()).fold(0.0, f64::max)
}

/// Four steps of both networks, compared after each.
fn compare<L, C, O>(mut optimizer: O, mut exact_sgd: reference::Sgd, cost: &C, exact_cost: Cost)
where
    L: Layer<6>,
    C: cost::Cost<L::Activation>,
    O: Optimizer<Feedforward<6, L>>,
{
    let mut network = Feedforward::<6, L>::ZERO;
    network.initialize(InitKind::Scaled, 1);
    let mut exact = bridge::reference(&network);
    let mut traces = [const { Feedforward::<6, L>::TRACE }; 3];
    for (index, batch) in samples().chunks(3).enumerate() {
        let before = exact.clone();
        let pairs = batch.iter().map(|(x, class)| (x, Class(*class)));
        let report = step(&mut network, &mut optimizer, cost, pairs, &mut traces, ETA);
        let report = report.expect("finite");

        let pairs = batch.iter().map(|(x, class)| (bridge::exact(x), one_hot(*class, 4)));
        let batch: Vec<Sample> = pairs.collect();
        let sum = exact.batch_cost(exact_cost, &batch) * batch.len() as f64;
        assert!((report.cost - sum).abs() <= tolerance::STEP * sum, "{} for {sum}", report.cost);
        exact_sgd.step(&mut exact, exact_cost, &batch);

        let found = bridge::parameters(&network);
        let error = difference(&found, &exact);
        assert!(error <= tolerance::STEP, "{cost:?}, step {index} is off by {error:e}");
        let moved = difference(&found, &before);
        assert!(moved >= 1000.0 * tolerance::STEP, "{cost:?}, step {index} moved {moved:e}");
    }
}

/// [`compare`] on networks of several kinds, with a new optimiser for each.
macro_rules! compare_all {
    ($optimizer:expr, $exact:expr) => {
        compare::<Deep, _, _>($optimizer, $exact, &Quadratic, Cost::Quadratic);
        compare::<Deep, _, _>($optimizer, $exact, &CrossEntropy, Cost::CrossEntropy);
        let (cost, exact_cost) = (&SoftmaxCrossEntropy, Cost::SoftmaxCrossEntropy);
        compare::<Soft, _, _>($optimizer, $exact, cost, exact_cost);
    };
}

fn exact() -> reference::Sgd {
    reference::Sgd::new(ETA.into())
}

fn momentum<L: Layer<6>>() -> Momentum<Box<Feedforward<6, L>>> {
    Momentum::new(Box::new(Feedforward::ZERO), MU)
}

fn l2<O>(optimizer: O) -> L2<O> {
    L2::new(optimizer, ETA, LAMBDA, SAMPLES).expect("ηλ/n is 0.05")
}

#[test]
fn plain_steps() {
    compare_all!(Sgd::new(), exact());
}

#[test]
fn steps_with_momentum() {
    compare_all!(momentum(), exact().with_momentum(MU.into()));
}

#[test]
fn steps_with_l2() {
    compare_all!(l2(Sgd::new()), exact().with_l2(LAMBDA.into(), SAMPLES));
}

#[test]
fn steps_with_both() {
    let both = || exact().with_l2(LAMBDA.into(), SAMPLES).with_momentum(MU.into());
    compare_all!(l2(momentum()), both());
}

/// One step of the chapter's network on ten images of pixels.
#[test]
fn a_step_on_images() {
    type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);
    let mut rng = Stream::Split.rng(2);
    let mut byte = || below(512, &mut rng).saturating_sub(256) as u8;
    let images: [Pixels<784>; 10] = array::from_fn(|_| Pixels(array::from_fn(|_| byte())));
    let mut network = Box::new(Digits::ZERO);
    network.initialize(InitKind::Scaled, 1);
    let mut exact = bridge::reference(&network);
    let before = exact.clone();

    let batch = images.iter().enumerate().map(|(class, image)| (image, Class(class)));
    let mut traces = [Digits::TRACE; 10];
    step(&mut *network, &mut Sgd::new(), &Quadratic, batch, &mut traces, 3.0).expect("finite");

    let batch = images.iter().enumerate().map(|(class, image)| {
        let input = image.0.iter().map(|&byte| f64::from(byte) / 255.0).collect();
        (input, one_hot(class, 10))
    });
    reference::Sgd::new(3.0).step(&mut exact, Cost::Quadratic, &batch.collect::<Vec<_>>());
    let found = bridge::parameters(&*network);
    let (error, moved) = (difference(&found, &exact), difference(&found, &before));
    assert!(error <= tolerance::STEP && moved >= 1000.0 * tolerance::STEP, "{error:e} {moved:e}");
}
