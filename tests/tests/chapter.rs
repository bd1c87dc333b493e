//! The chapter by numbers: what its text and its ten questions state, as the core computes it.

use gradito_core::activation::{Elementwise, Identity, Sigmoid};
use gradito_core::cost::{Class, Cost, Quadratic, Target};
use gradito_core::network;
use gradito_core::network::argmax;
use gradito_core::optimizer::Sgd;
use gradito_core::random::{Stream, permutation};
use gradito_core::sgd::step;
use gradito_core::signal::{PIXEL_VALUES, Pixels, Signal};

type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);

#[test]
fn the_cost_of_the_example_is_0_045() {
    let a = [0.9, 0.1, 0.1, 0.2, 0.1, 0.1, 0.0, 0.0, 0.0, 0.0];
    let cost = Cost::<Identity>::value(&Quadratic, &Class(0), &a, &a);
    // ½ (0.1² + 4 · 0.1² + 0.2²), to the rounding of a handful of f32.
    assert!((f64::from(cost) - 0.045).abs() < 1e-8, "{cost}");
    // The cost is 0 where every output is what is desired, and nowhere below.
    let zero = std::array::from_fn::<f32, 10, _>(|index| Class(0).at(index));
    assert_eq!(Cost::<Identity>::value(&Quadratic, &Class(0), &zero, &zero), 0.0);
}

#[test]
fn the_slope_of_the_sigmoid_is_sigma_times_1_minus_sigma() {
    let sigma = |z: f64| 1.0 / (1.0 + (-z).exp());
    for z in [-6.0_f32, -1.5, -0.25, 0.0, 0.5, 1.0, 4.0] {
        let a = <Sigmoid>::value(z);
        let slope = <Sigmoid>::derivative(a);
        assert_eq!(slope, a * (1.0 - a));
        let z = f64::from(z);
        assert!((f64::from(slope) - sigma(z) * (1.0 - sigma(z))).abs() < 1e-7, "at {z}");
        // And that is what the formula limit says: (σ(z + h) − σ(z − h)) / 2h.
        let difference = (sigma(z + 1e-5) - sigma(z - 1e-5)) / 2e-5;
        assert!((f64::from(slope) - difference).abs() < 1e-7, "at {z}");
    }
    assert_eq!(<Sigmoid>::derivative(<Sigmoid>::value(0.0)), 0.25);
}

/// The neuron of the figure, w = (2, −3, −3), x = (−1, −2): its output is 0.73.
#[test]
fn the_neuron_of_the_figure_puts_out_0_73() {
    type Neuron = network!(2 => 1 Sigmoid);
    let (mut neuron, mut trace) = (Neuron::ZERO, Neuron::TRACE);
    neuron.layers.weights = [[2.0], [-3.0]];
    neuron.layers.biases = [-3.0];
    neuron.forward(&[-1.0, -2.0], &mut trace);
    assert_eq!((neuron.outputs(&trace)[0] * 100.0).round(), 73.0);
}

/// Question 5: 10 000 samples in batches of 10 are 1000 steps; question 2: an epoch takes each
/// sample once.
#[test]
fn an_epoch_is_1000_steps_and_each_sample_once() {
    type Counting = network!(1 => 1 Identity);
    let mut order = vec![0; 10_000];
    let mut previous = Vec::new();
    for epoch in 0..3 {
        permutation(&mut order, &mut Stream::Epoch(epoch).rng(1));
        let (mut network, mut sgd) = (Counting::ZERO, Sgd::new());
        let mut traces = [Counting::TRACE; 10];
        let (mut steps, mut seen) = (0, vec![0_u32; order.len()]);
        for batch in order.chunks(10) {
            let samples = batch.iter().map(|_| (&[0.5_f32], Class(0)));
            let report = step(&mut network, &mut sgd, &Quadratic, samples, &mut traces, 0.1);
            assert_eq!(report.map(|report| report.samples), Ok(10));
            batch.iter().for_each(|&sample| seen[sample as usize] += 1);
            steps += 1;
        }
        assert_eq!(steps, 1000);
        assert!(seen.iter().all(|&times| times == 1));
        assert_ne!(order, previous, "epoch {epoch} has an order of its own");
        previous.clone_from(&order);
    }
}

#[test]
fn a_last_batch_is_as_short_as_it_must_be() {
    let mut order = vec![0; 1003];
    permutation(&mut order, &mut Stream::Epoch(0).rng(1));
    let sizes: Vec<usize> = order.chunks(10).map(<[u32]>::len).collect();
    assert_eq!((sizes.len(), sizes[99], sizes[100]), (101, 10, 3));
}

#[test]
fn an_image_is_784_numbers_from_white_0_to_black_1() {
    assert_eq!(28 * 28, 784);
    assert_eq!((PIXEL_VALUES[0], PIXEL_VALUES[255]), (0.0, 1.0));
    assert!(PIXEL_VALUES.windows(2).all(|pair| pair[0] < pair[1]));
    let mut image = [0; 784];
    // Row 3, column 5: rows are joined one after another.
    image[3 * 28 + 5] = 255;
    let mut ink = Vec::new();
    Pixels(image).for_each(|index, value| ink.push((index, value)));
    assert_eq!(ink, [(89, 1.0)]);
}

#[test]
fn the_class_is_the_largest_of_ten_outputs() {
    let (mut network, mut trace) = (Box::new(Digits::ZERO), Digits::TRACE);
    network.layers.tail.biases = [-3.0, -2.0, -4.0, 1.5, 0.0, -1.0, 1.0, -9.0, -8.0, -7.0];
    network.forward(&Pixels([0; 784]), &mut trace);
    let outputs = network.outputs(&trace);
    assert_eq!((outputs.len(), argmax(outputs)), (10, 3));
    assert!(outputs.iter().all(|a| (0.0..=1.0).contains(a)));
}

#[test]
fn a_3_is_one_hot() {
    let y: Vec<f32> = (0..10).map(|index| Class(3).at(index)).collect();
    assert_eq!(y, [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(argmax(&y), 3);
    assert_eq!(y.as_slice().class(), Class(3).class());
}

/// Section 2.3: with η small enough a step along −∇C makes C smaller by about η‖∇C‖²; with η too
/// large (question 4) it may overshoot to where C is larger.
#[test]
fn a_small_step_goes_down_and_a_large_one_overshoots() {
    type Bowl = network!(1 => 1 Identity);
    // C = ½ (2w + b)² at w = 1, b = 0: C = 2, ∇C = (4, 2), ‖∇C‖² = 20.
    let cost_after = |eta: f32| {
        let (mut network, mut sgd, mut traces) = (Bowl::ZERO, Sgd::new(), [Bowl::TRACE]);
        network.layers.weights = [[1.0]];
        let target = [0.0_f32];
        let sample = || [(&[2.0_f32], &target[..])].into_iter();
        let before = step(&mut network, &mut sgd, &Quadratic, sample(), &mut traces, eta);
        assert_eq!(before.map(|report| report.cost), Ok(2.0));
        step(&mut network, &mut sgd, &Quadratic, sample(), &mut traces, eta).map(|r| r.cost)
    };
    let fall = 2.0 - cost_after(0.001).unwrap();
    assert!((fall / (0.001 * 20.0) - 1.0).abs() < 0.01, "{fall}");
    assert!(cost_after(0.1).unwrap() < 2.0);
    assert!(cost_after(0.5).unwrap() > 2.0);
}
