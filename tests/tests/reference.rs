//! The `f64` reference against central differences of its own cost, and against figures worked
//! out by hand. What passes here is what gradito's gradients are measured against.

use gradito_tests::reference::{
    Activation, Cost, LayerGradient, Reference, ReferenceLayer, Sample, Sgd, norm, relative_error,
};
use proptest::prelude::*;

use Activation::{Identity, Relu, Sigmoid, Softmax, Tanh};

/// Every cost with every output layer it accepts.
const HEADS: [(Cost, Activation); 7] = [
    (Cost::Quadratic, Sigmoid),
    (Cost::Quadratic, Tanh),
    (Cost::Quadratic, Relu),
    (Cost::Quadratic, Identity),
    (Cost::Quadratic, Softmax),
    (Cost::CrossEntropy, Sigmoid),
    (Cost::SoftmaxCrossEntropy, Softmax),
];

/// What hidden layers are made of; softmax too, for its derivative is the least simple one.
const HIDDEN: [Activation; 5] = [Sigmoid, Tanh, Relu, Identity, Softmax];

/// The step h of a central difference (C(w + h) − C(w − h)) / 2h.
///
/// Its error is h²/6 · ∂³C/∂w³ (truncation) plus about ε |C| / h (rounding, ε = 1.1e-16): at
/// this h both are near 1e-11 where C and its derivatives are of order 1.
const STEP: f64 = 1e-5;

/// How far a layer's gradient may be from its central differences:
/// ‖g − ĝ‖ ≤ `relative` · ‖ĝ‖ + `absolute` · √(number of parameters).
struct Tolerance {
    relative: f64,
    absolute: f64,
}

/// The tolerances by what the hidden layers are made of, with the reason for each.
///
/// Over 300 000 layers of random networks the worst error was 0.09 of its bound. A wrong formula
/// (a missing factor, a transposed index, a new value for an old one) is off by a hundredth of
/// ‖ĝ‖ or more.
fn tolerance(hidden: Activation) -> Tolerance {
    match hidden {
        // Outputs within ±1, costs and third derivatives of order 1; the worst seen was
        // 1.3e-10 a parameter.
        Sigmoid | Tanh | Softmax => Tolerance { relative: 1e-8, absolute: 1e-9 },
        // Outputs grow from layer to layer, costs with their square, third derivatives with their
        // cube: the worst seen was 7e-10 a parameter.
        Relu | Identity => Tolerance { relative: 1e-8, absolute: 1e-8 },
    }
}

/// A network's shape and enough numbers to fill it and its samples.
#[derive(Clone, Debug)]
struct Case {
    widths: Vec<usize>,
    numbers: Vec<f64>,
}

/// Depths 1 to 4, widths 1 to 6; numbers within ±1, one in eight of them exactly 0.
fn cases() -> impl Strategy<Value = Case> {
    let number = prop_oneof![7 => -1.0..1.0, 1 => Just(0.0)];
    (prop::collection::vec(1usize..=6, 2..=5), prop::collection::vec(number, 256))
        .prop_map(|(widths, numbers)| Case { widths, numbers })
}

impl Case {
    fn network(&self, hidden: Activation, output: Activation) -> Reference {
        let mut numbers = self.numbers.iter().copied();
        let last = self.widths.len() - 2;
        let layers = self.widths.windows(2).enumerate().map(|(index, widths)| ReferenceLayer {
            inputs: widths[0],
            outputs: widths[1],
            weights: numbers.by_ref().take(widths[0] * widths[1]).collect(),
            biases: numbers.by_ref().take(widths[1]).collect(),
            activation: if index == last { output } else { hidden },
        });
        Reference { layers: layers.collect() }
    }

    /// Inputs within ±1 and one-hot targets, which every cost accepts.
    fn samples(&self, count: usize) -> Vec<Sample> {
        let mut numbers = self.numbers.iter().rev().copied();
        let outputs = self.widths[self.widths.len() - 1];
        (0..count)
            .map(|index| {
                let input = numbers.by_ref().take(self.widths[0]).collect();
                let label = index % outputs;
                (input, (0..outputs).map(|j| if j == label { 1.0 } else { 0.0 }).collect())
            })
            .collect()
    }
}

/// A layer's parameters, weights first.
fn parameters(layer: &mut ReferenceLayer) -> impl Iterator<Item = &mut f64> {
    layer.weights.iter_mut().chain(&mut layer.biases)
}

/// The same of a gradient.
fn flat(gradient: &LayerGradient) -> Vec<f64> {
    [&gradient.weights[..], &gradient.biases].concat()
}

/// Which relus are on: where that changes within a step there is a kink, and no derivative.
fn relus(network: &Reference, batch: &[Sample]) -> Vec<bool> {
    let traces = batch.iter().flat_map(|(input, _)| network.forward(input));
    traces.flat_map(|layer| layer.z).map(|z| z > 0.0).collect()
}

/// ∂C/∂w and ∂C/∂b of layer `index` by central differences of the batch's cost; `None` where a
/// relu's kink lies within a step.
fn differences(
    network: &Reference,
    index: usize,
    cost: Cost,
    batch: &[Sample],
) -> Option<Vec<f64>> {
    let has_kinks = network.layers.iter().any(|layer| layer.activation == Relu);
    let mut nudged = network.clone();
    let count = parameters(&mut nudged.layers[index]).count();
    (0..count)
        .map(|k| {
            let mut cost_at = |offset: f64| {
                let old = {
                    let parameter = parameters(&mut nudged.layers[index]).nth(k)?;
                    std::mem::replace(parameter, *parameter + offset)
                };
                let kink = has_kinks && relus(&nudged, batch) != relus(network, batch);
                let cost = nudged.batch_cost(cost, batch);
                *parameters(&mut nudged.layers[index]).nth(k)? = old;
                (!kink).then_some(cost)
            };
            Some((cost_at(STEP)? - cost_at(-STEP)?) / (2.0 * STEP))
        })
        .collect()
}

/// Whether `g` is `exact` within `tolerance`, and if not, by how much.
fn compare(g: &[f64], exact: &[f64], tolerance: &Tolerance) -> Result<(), String> {
    let difference: Vec<f64> = g.iter().zip(exact).map(|(g, exact)| g - exact).collect();
    let bound = tolerance.relative * norm(exact) + tolerance.absolute * (g.len() as f64).sqrt();
    if norm(&difference) <= bound {
        return Ok(());
    }
    let (error, relative) = (norm(&difference), relative_error(g, exact));
    Err(format!("off by {error:e} (relative {relative:e}), bound {bound:e}:\n{g:?}\n{exact:?}"))
}

proptest! {
    // No file of past failures: the message shows the case, and a new one belongs in a test.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn backpropagation_agrees_with_central_differences(case in cases()) {
        for (cost, output) in HEADS {
            for hidden in HIDDEN {
                let network = case.network(hidden, output);
                let samples = case.samples(1);
                let gradient = network.gradient(cost, &samples[0].0, &samples[0].1);
                for (index, layer) in gradient.iter().enumerate() {
                    let Some(exact) = differences(&network, index, cost, &samples) else {
                        continue;
                    };
                    if let Err(message) = compare(&flat(layer), &exact, &tolerance(hidden)) {
                        let case = format!("{cost:?}, {hidden:?} then {output:?}, layer {index}");
                        return Err(TestCaseError::fail(format!("{case}: {message}")));
                    }
                }
            }
        }
    }

    /// A step moves the parameters by −η times the gradient of the batch's mean cost.
    #[test]
    fn a_step_follows_the_gradient_of_the_batch(case in cases(), size in 1usize..=5) {
        let eta = 0.5;
        for (cost, output) in HEADS {
            let batch = case.samples(size);
            let before = case.network(Tanh, output);
            let mut after = before.clone();
            Sgd::new(eta).step(&mut after, cost, &batch);
            for index in 0..before.layers.len() {
                let Some(exact) = differences(&before, index, cost, &batch) else {
                    continue;
                };
                let (mut old, mut new) = (before.layers[index].clone(), after.layers[index].clone());
                let moved: Vec<f64> = parameters(&mut new)
                    .zip(parameters(&mut old))
                    .map(|(new, old)| (*old - *new) / eta)
                    .collect();
                if let Err(message) = compare(&moved, &exact, &tolerance(Tanh)) {
                    let case = format!("{cost:?} on {output:?}, layer {index}");
                    return Err(TestCaseError::fail(format!("{case}: {message}")));
                }
            }
        }
    }
}

/// A layer that hands on its input: z = x.
fn pass_through(width: usize, activation: Activation) -> Reference {
    let mut weights = vec![0.0; width * width];
    (0..width).for_each(|i| weights[i * width + i] = 1.0);
    let biases = vec![0.0; width];
    Reference {
        layers: vec![ReferenceLayer { inputs: width, outputs: width, weights, biases, activation }],
    }
}

fn assert_close(value: f64, expected: f64) {
    assert!((value - expected).abs() <= 1e-15 * expected.abs().max(1.0), "{value} for {expected}");
}

#[test]
fn the_quadratic_cost_of_the_chapters_example() {
    let a = [0.9, 0.1, 0.1, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0];
    let mut y = [0.0; 10];
    y[0] = 1.0;
    // ½ (0.1² + 4 · 0.1² + 0.2²)
    assert_close(pass_through(10, Identity).cost(Cost::Quadratic, &a, &y), 0.045);
}

#[test]
fn weights_are_stored_input_by_input() {
    let network = Reference {
        layers: vec![ReferenceLayer {
            inputs: 2,
            outputs: 3,
            weights: vec![1.0, 2.0, 3.0, 10.0, 20.0, 30.0],
            biases: vec![0.5, 0.25, 0.125],
            activation: Identity,
        }],
    };
    assert_eq!(network.output(&[1.0, -1.0]), [-8.5, -17.75, -26.875]);
    // y = 0, so δ = a: row by row x₀δ, then x₁δ.
    let gradient = network.gradient(Cost::Quadratic, &[1.0, -1.0], &[0.0; 3]);
    assert_eq!(gradient[0].weights, [-8.5, -17.75, -26.875, 8.5, 17.75, 26.875]);
    assert_eq!(gradient[0].biases, [-8.5, -17.75, -26.875]);
}

#[test]
fn activations_at_known_points() {
    // σ(1), σ(−2), tanh ½ and a softmax of ln 1, ln 2, ln 5, by a calculator with 30 digits.
    let sigmoid = pass_through(2, Sigmoid).output(&[1.0, -2.0]);
    assert_close(sigmoid[0], 0.731_058_578_630_004_9);
    assert_close(sigmoid[1], 0.119_202_922_022_117_56);
    assert_close(pass_through(1, Tanh).output(&[0.5])[0], 0.462_117_157_260_009_76);
    assert_eq!(pass_through(3, Relu).output(&[-1.5, 0.0, 2.5]), [0.0, 0.0, 2.5]);
    let softmax = pass_through(3, Softmax).output(&[0.0, 2f64.ln(), 5f64.ln()]);
    for (a, expected) in softmax.iter().zip([0.125, 0.25, 0.625]) {
        assert_close(*a, expected);
    }
}

#[test]
fn cross_entropies_at_known_points() {
    // Two outputs of ½ cost ln 2 each; three equal ones are ⅓ each.
    let sigmoid = pass_through(2, Sigmoid).cost(Cost::CrossEntropy, &[0.0, 0.0], &[1.0, 0.0]);
    assert_close(sigmoid, 2.0 * 2f64.ln());
    let softmax = pass_through(3, Softmax);
    assert_close(softmax.cost(Cost::SoftmaxCrossEntropy, &[7.0; 3], &[0.0, 1.0, 0.0]), 3f64.ln());
}

#[test]
fn saturated_outputs_stay_exact() {
    // At z = ±1000 a is 0 or 1 to the last bit, e^1000 overflows, and ln a would be −∞.
    let (z, wrong, right) = ([1000.0, -1000.0], [0.0, 1.0], [1.0, 0.0]);
    let sigmoid = pass_through(2, Sigmoid);
    assert_eq!(sigmoid.cost(Cost::CrossEntropy, &z, &wrong), 2000.0);
    assert_eq!(sigmoid.cost(Cost::CrossEntropy, &z, &right), 0.0);
    assert_eq!(sigmoid.gradient(Cost::CrossEntropy, &z, &wrong)[0].biases, [1.0, -1.0]);
    assert_eq!(sigmoid.gradient(Cost::Quadratic, &z, &wrong)[0].biases, [0.0, 0.0]);
    let softmax = pass_through(2, Softmax);
    assert_eq!(softmax.cost(Cost::SoftmaxCrossEntropy, &z, &wrong), 2000.0);
    assert_eq!(softmax.cost(Cost::SoftmaxCrossEntropy, &z, &right), 0.0);
    assert_eq!(softmax.gradient(Cost::SoftmaxCrossEntropy, &z, &wrong)[0].biases, [1.0, -1.0]);
}

/// w = 1, b = 0 and the sample x = 2, y = 0: C = ½ (2w + b)², ∂C/∂w = 2 (2w + b), ∂C/∂b = 2w + b.
fn one_weight() -> (Reference, Vec<Sample>) {
    (pass_through(1, Identity), vec![(vec![2.0], vec![0.0])])
}

/// w and b after so many steps over the one sample.
fn after_steps(mut sgd: Sgd, steps: usize) -> (f64, f64) {
    let (mut network, batch) = one_weight();
    (0..steps).for_each(|_| sgd.step(&mut network, Cost::Quadratic, &batch));
    (network.layers[0].weights[0], network.layers[0].biases[0])
}

#[test]
fn steps_by_hand() {
    // ∂C/∂w = 4, ∂C/∂b = 2, then at (½, −¼): 1½ and ¾.
    assert_eq!(after_steps(Sgd::new(0.125), 1), (0.5, -0.25));
    assert_eq!(after_steps(Sgd::new(0.125), 2), (0.3125, -0.34375));
    // With μ = ½ the second step adds half of the first, (−½, −¼).
    assert_eq!(after_steps(Sgd::new(0.125).with_momentum(0.5), 2), (0.0625, -0.46875));
    // ηλ/n = 0.125 · 4 / 2 = ¼: a weight shrinks to ¾ before its step, a bias does not: to
    // (¾ − ½, −¼), where the gradient is (½, ¼).
    let l2 = Sgd::new(0.125).with_l2(4.0, 2);
    assert_eq!(after_steps(l2.clone(), 1), (0.25, -0.25));
    assert_eq!(after_steps(l2.clone(), 2), (0.125, -0.28125));
    // Both: the shrinking stays out of the velocity.
    assert_eq!(after_steps(l2.with_momentum(0.5), 2), (-0.125, -0.40625));
}

#[test]
fn all_samples_of_a_batch_see_the_old_weights() {
    let (mut network, mut batch) = one_weight();
    batch.push((vec![1.0], vec![0.0]));
    // ∂C/∂w = 4 and 1, ∂C/∂b = 2 and 1, all at w = 1, b = 0; η/m = 1/16.
    Sgd::new(0.125).step(&mut network, Cost::Quadratic, &batch);
    assert_eq!(network.layers[0].weights, [1.0 - 5.0 / 16.0]);
    assert_eq!(network.layers[0].biases, [-3.0 / 16.0]);
    // The mean of ½ 2² and ½ 1².
    assert_eq!(one_weight().0.batch_cost(Cost::Quadratic, &batch), 1.25);
}

#[test]
fn relative_errors() {
    assert_eq!(relative_error(&[3.0, 4.0], &[3.0, 4.0]), 0.0);
    assert_eq!(relative_error(&[0.0, 0.0], &[3.0, 4.0]), 1.0);
    assert_eq!(relative_error(&[3.0, 4.5], &[3.0, 4.0]), 0.1);
    assert_eq!(relative_error(&[0.0], &[0.0]), 0.0);
    assert_eq!(relative_error(&[1e-9], &[0.0]), f64::INFINITY);
}
