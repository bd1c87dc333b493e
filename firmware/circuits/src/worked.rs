//! The worked circuits of courses and every gate, with the bits of all values and gradients. The
//! desktop's tests have this file, too.

use core::{array, fmt};

use gradito_core::circuit::{Circuit, CircuitError, Kind, Node, Real};

/// Room for the largest, the network.
const NODES: usize = 49;

/// Why there is no report.
#[derive(Debug)]
#[expect(dead_code, reason = "what they hold is to be shown")]
pub enum Failure {
    /// A circuit cannot be built or computed.
    Circuit(CircuitError),
    /// The report cannot be written.
    Output(fmt::Error),
}

impl From<CircuitError> for Failure {
    fn from(error: CircuitError) -> Self {
        Self::Circuit(error)
    }
}

impl From<fmt::Error> for Failure {
    fn from(error: fmt::Error) -> Self {
        Self::Output(error)
    }
}

/// Writes a line for every node of all circuits, in `f32` and in `f64`: the gate, and its value and
/// its gradient as the bits of an `f64`, which is exact.
pub fn report(out: &mut impl fmt::Write) -> Result<(), Failure> {
    reals::<f32>("f32", out)?;
    reals::<f64>("f64", out)
}

/// A formula in a circuit without nodes: the last one of it.
type Formula<T> = for<'c> fn(&'c Circuit<NODES, T>) -> Node<'c, T>;

fn reals<T: Real + From<f32> + Into<f64>>(
    type_name: &str,
    out: &mut impl fmt::Write,
) -> Result<(), Failure> {
    let formulas: [(&str, Formula<T>); 8] = [
        ("(x + y)z", sum_times_z),
        ("xy", product),
        ("neuron of small gates", neuron_of_small_gates),
        ("neuron of one sigmoid", neuron_of_one_sigmoid),
        ("addition distributes", distributes),
        ("the maximum routes", routes),
        ("every function", functions),
        ("3-2-2 network", network),
    ];
    let mut circuit = Circuit::<NODES, T>::new();
    for (name, formula) in formulas {
        circuit.clear();
        let f = formula(&circuit);
        circuit.forward()?;
        circuit.backward(f)?;
        writeln!(out, "{name}, {type_name}")?;
        for node in circuit.nodes() {
            let gate = match node.kind() {
                Kind::Gate { symbol, .. } => symbol,
                _ => "number",
            };
            let [value, gradient] =
                [node.value(), node.gradient()].map(|real| real.into().to_bits());
            writeln!(out, "{gate} {value:016x} {gradient:016x}")?;
        }
    }
    Ok(())
}

/// Inputs with these values.
fn inputs<const N: usize, T: Real + From<f32>>(
    circuit: &Circuit<NODES, T>,
    values: [f32; N],
) -> [Node<'_, T>; N] {
    values.map(|value| circuit.input(value.into()))
}

fn sum_times_z<T: Real + From<f32>>(circuit: &Circuit<NODES, T>) -> Node<'_, T> {
    let [x, y, z] = inputs(circuit, [-2.0, 5.0, -4.0]);
    (x + y) * z
}

fn product<T: Real + From<f32>>(circuit: &Circuit<NODES, T>) -> Node<'_, T> {
    let [x, y] = inputs(circuit, [4.0, -3.0]);
    x * y
}

/// w₀x₀ + w₁x₁ + w₂.
fn sum<T: Real + From<f32>>(circuit: &Circuit<NODES, T>) -> Node<'_, T> {
    let [w0, x0, w1, x1, w2] = inputs(circuit, [2.0, -1.0, -3.0, -2.0, -3.0]);
    w0 * x0 + w1 * x1 + w2
}

fn neuron_of_small_gates<T: Real + From<f32>>(circuit: &Circuit<NODES, T>) -> Node<'_, T> {
    ((sum(circuit) * -T::ONE).exp() + T::ONE).reciprocal()
}

fn neuron_of_one_sigmoid<T: Real + From<f32>>(circuit: &Circuit<NODES, T>) -> Node<'_, T> {
    sum(circuit).sigmoid()
}

fn distributes<T: Real + From<f32>>(circuit: &Circuit<NODES, T>) -> Node<'_, T> {
    let [x, y, z] = inputs(circuit, [1.0, -2.0, 3.0]);
    (x + y + z) * T::from(5.0)
}

fn routes<T: Real + From<f32>>(circuit: &Circuit<NODES, T>) -> Node<'_, T> {
    let [x, y, z] = inputs(circuit, [1.0, 9.0, 3.0]);
    x.max(y).max(z) * T::from(5.0)
}

/// All gates that the others have not, at numbers that are rounded.
fn functions<T: Real + From<f32>>(circuit: &Circuit<NODES, T>) -> Node<'_, T> {
    let [x, y] = inputs(circuit, [0.3, -0.7]);
    let positive = x.square() + (-y).relu();
    let powers = positive.power(T::from(2.7)) / positive.ln() - (x * y).tanh();
    powers.min(x) / T::from(3.0) - y.exp().reciprocal()
}

/// The cost ½‖y − a‖² of a network of sigmoids.
fn network<T: Real + From<f32>>(circuit: &Circuit<NODES, T>) -> Node<'_, T> {
    let x = inputs(circuit, [0.5, -1.0, 2.0]);
    let y = inputs(circuit, [1.0, 0.0]);
    let hidden = layer(circuit, &x);
    let outputs = layer(circuit, &hidden);
    let errors: [Node<'_, T>; 2] = array::from_fn(|output| (outputs[output] - y[output]).square());
    (errors[0] + errors[1]) * T::from(0.5)
}

/// σ(b + Σ w·x) for each of two neurons, with weights and biases between −1 and 1 that follow from
/// how many nodes there are before.
fn layer<'c, T: Real + From<f32>>(
    circuit: &'c Circuit<NODES, T>,
    x: &[Node<'c, T>],
) -> [Node<'c, T>; 2] {
    let parameter = || circuit.input(((circuit.len() * 7919 % 2001) as f32 / 1000.0 - 1.0).into());
    array::from_fn(|_| x.iter().fold(parameter(), |sum, &x| sum + parameter() * x).sigmoid())
}
