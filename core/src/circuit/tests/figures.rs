//! The worked circuits that courses draw (Stanford's CS231n): the numbers of their figures.

use crate::circuit::{Circuit, CircuitError, Node, Real};

/// f = (x + y)z at (−2, 5, −4).
#[test]
fn sum_times_z() {
    let circuit = Circuit::<5>::new();
    let [x, y, z] = [-2.0, 5.0, -4.0].map(|value| circuit.input(value));
    let q = x + y;
    let f = q * z;
    circuit.forward().unwrap();
    circuit.backward(f).unwrap();
    assert_eq!((q.value(), f.value()), (3.0, -12.0));
    assert_eq!([x, y, z, q, f].map(Node::gradient), [-4.0, -4.0, 3.0, -4.0, 1.0]);
}

/// f = xy at (4, −3): where y grows by h, f grows by 4h.
#[test]
fn a_derivative_is_a_sensitivity() {
    let circuit = Circuit::<3>::new();
    let (x, y) = (circuit.input(4.0), circuit.input(-3.0));
    let f = x * y;
    circuit.forward().unwrap();
    circuit.backward(f).unwrap();
    assert_eq!((f.value(), x.gradient(), y.gradient()), (-12.0, -3.0, 4.0));
    y.set(-3.0 + 0.125).unwrap();
    circuit.forward().unwrap();
    assert_eq!(f.value(), -12.0 + 4.0 * 0.125);
}

/// Hundredths, rounded once.
fn hundredths<T: Real + Into<f64>>(number: T) -> f64 {
    (number.into() * 100.0).round()
}

/// The gradients of w₀, x₀, w₁, x₁ and w₂ that the figure shows.
const LEAVES: [f64; 5] = [-20.0, 39.0, -39.0, -59.0, 20.0];

/// w₀, x₀, w₁, x₁, w₂, and from them both products and both sums.
fn neuron<const NODES: usize, T: Real + From<f32>>(
    circuit: &Circuit<NODES, T>,
) -> ([Node<'_, T>; 5], [Node<'_, T>; 4]) {
    let leaves = [2.0, -1.0, -3.0, -2.0, -3.0_f32].map(|value| circuit.input(value.into()));
    let [w0, x0, w1, x1, w2] = leaves;
    let (first, second) = (w0 * x0, w1 * x1);
    let sum = first + second;
    (leaves, [first, second, sum, sum + w2])
}

/// 1/(1 + e⁻ᶻ) by the gates a·x, eˣ, c + x and 1/x.
fn neuron_of_small_gates<T: Real + From<f32> + Into<f64>>() -> Result<(), CircuitError> {
    let circuit = Circuit::<13, T>::new();
    let (leaves, sums) = neuron(&circuit);
    let negated = sums[3] * -T::ONE;
    let exp = negated.exp();
    let plus_1 = exp + T::ONE;
    let f = plus_1.reciprocal();
    circuit.forward()?;
    circuit.backward(f)?;

    let chain = [negated, exp, plus_1, f];
    assert_eq!(sums.map(|node| hundredths(node.value())), [-200.0, 600.0, 400.0, 100.0]);
    assert_eq!(chain.map(|node| hundredths(node.value())), [-100.0, 37.0, 137.0, 73.0]);
    assert_eq!(chain.map(|node| hundredths(node.gradient())), [-20.0, -53.0, -53.0, 100.0]);
    assert_eq!(sums.map(|node| hundredths(node.gradient())), [20.0; 4]);
    assert_eq!(leaves.map(|node| hundredths(node.gradient())), LEAVES);
    Ok(())
}

/// The same with σ as one gate.
fn neuron_of_one_sigmoid<T: Real + From<f32> + Into<f64>>() -> Result<(), CircuitError> {
    let circuit = Circuit::<10, T>::new();
    let (leaves, sums) = neuron(&circuit);
    let f = sums[3].sigmoid();
    circuit.forward()?;
    circuit.backward(f)?;

    assert_eq!((hundredths(f.value()), f.gradient()), (73.0, T::ONE));
    assert_eq!(sums.map(|node| hundredths(node.value())), [-200.0, 600.0, 400.0, 100.0]);
    assert_eq!(sums.map(|node| hundredths(node.gradient())), [20.0; 4]);
    assert_eq!(leaves.map(|node| hundredths(node.gradient())), LEAVES);
    Ok(())
}

#[test]
fn sigmoid_neuron() {
    assert_eq!(neuron_of_small_gates::<f32>(), Ok(()));
    assert_eq!(neuron_of_small_gates::<f64>(), Ok(()));
    assert_eq!(neuron_of_one_sigmoid::<f32>(), Ok(()));
    assert_eq!(neuron_of_one_sigmoid::<f64>(), Ok(()));
}

/// The gradients of x, y and z where 5 comes to `gate` from above.
fn below_5(gate: fn([Node<'_>; 3]) -> Node<'_>, at: [f32; 3]) -> [f32; 3] {
    let circuit = Circuit::<6>::new();
    let inputs = at.map(|value| circuit.input(value));
    let f = 5.0 * gate(inputs);
    circuit.forward().unwrap();
    circuit.backward(f).unwrap();
    inputs.map(Node::gradient)
}

#[test]
fn patterns() {
    // Adding distributes.
    assert_eq!(below_5(|[x, y, z]| x + y + z, [1.0, -2.0, 3.0]), [5.0, 5.0, 5.0]);
    // Multiplying swaps, and scales.
    assert_eq!(below_5(|[x, y, _]| x * y, [4.0, -3.0, 0.0]), [-15.0, 20.0, 0.0]);
    // The maximum routes.
    assert_eq!(below_5(|[x, y, z]| x.max(y).max(z), [1.0, 9.0, 3.0]), [0.0, 5.0, 0.0]);
    assert_eq!(below_5(|[x, y, z]| x.min(y).min(z), [1.0, 9.0, -3.0]), [0.0, 0.0, 5.0]);
    // A tie goes to the first.
    assert_eq!(below_5(|[x, y, _]| x.max(y), [2.0, 2.0, 0.0]), [5.0, 0.0, 0.0]);
    assert_eq!(below_5(|[x, y, _]| y.max(x), [2.0, 2.0, 0.0]), [0.0, 5.0, 0.0]);
    assert_eq!(below_5(|[x, y, _]| x.min(y), [2.0, 2.0, 0.0]), [5.0, 0.0, 0.0]);
    assert_eq!(below_5(|[x, y, _]| y.min(x), [-0.0, 0.0, 0.0]), [0.0, 5.0, 0.0]);
}
