//! Questions 7, 8 and 9: forward and backward.

use std::time::Instant;

use gradito_core::circuit::{Circuit, Node};
use gradito_core::cost::Quadratic;
use gradito_core::layer::Layer;
use gradito_core::sgd;

use super::fault;
use crate::figure::Label;
use crate::lesson::digits::{Digits, cosine, parameters, sample, untrained, with_parameters, zero};
use crate::lesson::sketch::Sketch;
use crate::lesson::{Context, Findings, LessonError, Mnist, Table, Value};
use crate::training::Settings;

/// Question 7: the values of the forward pass are kept because the gradient is made of them.
pub fn kept(found: &mut Findings, context: &Context, mnist: &Mnist) -> Result<(), LessonError> {
    let trained = context.trained(&Settings { epochs: 3, ..Settings::default() })?;
    let network = with_parameters(&trained.network.parameters());
    let set = &mnist.data.train;
    let ((image, class), (other, _)) = (sample(set, 0), sample(set, 1));
    let (mut trace, mut gradient) = (Digits::TRACE, zero());
    sgd::gradient(&network, &Quadratic, &image, &class, &mut trace, &mut gradient);
    let right = parameters(&gradient);

    // The same way back with the hidden outputs that another image left: all else is right.
    let mut foreign = Digits::TRACE;
    network.forward(&other, &mut foreign);
    let mut wrong = trace.clone();
    wrong.head.outputs = foreign.head.outputs;
    network.layers.backward(&mut wrong);
    let mut gradient = zero();
    gradient.layers.update(&image, &wrong, 1.0);
    let wrong = parameters(&gradient);
    found.number("kept_cosine", cosine(&right, &wrong), 2);
    let same = right.iter().zip(&wrong).filter(|(right, wrong)| **right == 0.0 || right == wrong);
    let lit = right.iter().filter(|&&gradient| gradient != 0.0).count();
    found.value("kept_nonzero", Value::count(lit));
    found.value("kept_wrong", Value::count(right.len() - same.count()));

    // And in the smallest case: what a product passes on is what it kept.
    let circuit = Circuit::<4>::new();
    let (x, y) = (circuit.input(4.0), circuit.input(-3.0));
    let f = x * y;
    for (name, at) in [("first", [4.0, -3.0]), ("second", [1.0, 7.0])] {
        let run = x.set(at[0]).and_then(|()| y.set(at[1])).and_then(|()| circuit.forward());
        run.and_then(|()| circuit.backward(f)).map_err(fault)?;
        found.number(format!("product_{name}_x"), x.gradient(), 0);
        found.number(format!("product_{name}_y"), y.gradient(), 0);
    }
    Ok(())
}

/// The symbols of a formula written out: of each node its own and those of all it reads, as often
/// as it is read.
fn written_out(circuit: &Circuit<512>, of: Node<'_>) -> f64 {
    let mut symbols: Vec<f64> = Vec::with_capacity(circuit.len());
    for node in circuit.nodes() {
        let reads: f64 = node.inputs().map(|input| symbols[input.position()]).sum();
        symbols.push(1.0 + reads);
    }
    symbols.get(of.position()).copied().unwrap_or(0.0)
}

/// Layers of two neurons that read both of the layer before: the first of the last layer.
fn deep(circuit: &Circuit<512>, layers: usize) -> Node<'_> {
    let mut values = [0.5, -0.5].map(|value| circuit.input(value));
    for _ in 0..layers {
        values = [(); 2].map(|()| {
            let [v, w, b] = [0.3, -0.2, 0.1].map(|value| circuit.input(value));
            (v * values[0] + w * values[1] + b).sigmoid()
        });
    }
    values[0]
}

/// Question 8: one pass back for all derivatives, however deep.
pub fn efficient(found: &mut Findings, mnist: &Mnist) -> Result<(), LessonError> {
    const IMAGES: usize = 2000;
    let settings = Settings::default();
    let network = untrained(settings.seed);
    let set = &mnist.data.train;
    let samples: Vec<_> = (0..IMAGES).map(|at| sample(set, at)).collect();
    let mut trace = Digits::TRACE;
    // Once without a watch, so that both find the same caches.
    samples.iter().for_each(|(image, _)| network.forward(image, &mut trace));
    let start = Instant::now();
    let mut forward_cost = 0.0;
    for (image, class) in &samples {
        forward_cost += sgd::evaluate(&network, &Quadratic, image, class, &mut trace).cost;
    }
    let forward = start.elapsed();
    let (mut gradient, mut both_cost) = (zero(), 0.0);
    let start = Instant::now();
    for (image, class) in &samples {
        both_cost += sgd::pass(&network, &Quadratic, image, class, &mut trace).cost;
        gradient.layers.update(image, &trace, 1.0);
    }
    let both = start.elapsed();
    // Nor does the compiler leave out what nobody looks at.
    if forward_cost != both_cost {
        return Err(fault("the same images have two costs"));
    }
    found.value("images", Value::count(IMAGES));
    found.value("forward_time", Value::time(forward));
    found.value("both_time", Value::time(both));
    found.value("limit_time", Value::time(forward * (Digits::PARAMETERS as u32 + 1)));
    found.value("derivatives", Value::count(Digits::PARAMETERS));

    let headings = ["column_layers", "column_gates", "column_symbols"];
    let mut table = Table::new(headings.map(Label::key));
    for layers in [1, 2, 3, 5, 10, 20] {
        let circuit = Circuit::<512>::new();
        let output = deep(&circuit, layers);
        circuit.forward().and_then(|()| circuit.backward(output)).map_err(fault)?;
        let symbols = written_out(&circuit, output);
        let number = if symbols < 1e6 {
            Value::Number { number: symbols, decimals: 0 }
        } else {
            Value::scientific(symbols)
        };
        table.row([
            Value::count(layers).into(),
            Value::count(circuit.len()).into(),
            number.clone().into(),
        ]);
        if layers == 20 {
            found.value("gates_20", Value::count(circuit.len()));
            found.value("symbols_20", number);
        }
    }
    found.table("formulas", table);
    Ok(())
}

/// Question 9: a sum of three.
pub fn sum(found: &mut Findings) -> Result<(), LessonError> {
    let circuit = Circuit::<8>::new();
    let [x, y, z] =
        [("x", 1.0), ("y", 2.0), ("z", 3.0)].map(|(name, value)| circuit.input(value).named(name));
    let q = (x + y + z).named("q");
    let f = 5.0 * q;
    circuit.forward().and_then(|()| circuit.backward(f)).map_err(fault)?;
    found.figure("sum", Sketch::new(q, 0).whole());
    for (name, node) in [("x", x), ("y", y), ("z", z), ("q", q)] {
        found.number(format!("sum_d_{name}"), node.gradient(), 0);
    }
    let before = f.value();
    x.set(2.0).and_then(|()| circuit.forward()).map_err(fault)?;
    found.number("sum_moved", f.value() - before, 0);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_counted_as_they_would_be_written() {
        let circuit = Circuit::<512>::new();
        let x = circuit.input(2.0);
        // x·x + x·x: three operators and four times x.
        let square = x * x;
        assert_eq!(written_out(&circuit, square + square), 7.0);
        // One layer: v·x₁ + w·x₂ + b through σ: 5 leaves, 4 operators, σ.
        let circuit = Circuit::<512>::new();
        let output = deep(&circuit, 1);
        assert_eq!(written_out(&circuit, output), 10.0);
    }
}
