//! A network of 3-2-2 as one circuit and as layers, and one mini-batch update from it.

use gradito_core::circuit::{Circuit, Node};
use gradito_core::cost::Quadratic;
use gradito_core::kind::InitKind;
use gradito_core::layer::{LayerShape, Parameters};
use gradito_core::optimizer::Sgd;
use gradito_core::{Network, network, sgd};

use super::{fault, run};
use crate::figure::diagram::Shape;
use crate::figure::{Diagram, Figure, Label};
use crate::lesson::sketch::{Sketch, written};
use crate::lesson::{Cell, Findings, LessonError, Table, Value};
use crate::training::Settings;

type Layers = network!(3 => 2 Sigmoid => 2 Sigmoid);

/// Where each parameter lies in a model image: weights by inputs, then biases, layer by layer.
/// v and c are the weights and biases of the outputs; of two indices the first is the neuron's.
const NAMES: [&str; 14] =
    ["w₁₁", "w₂₁", "w₁₂", "w₂₂", "w₁₃", "w₂₃", "b₁", "b₂", "v₁₁", "v₂₁", "v₁₂", "v₂₂", "c₁", "c₂"];

/// Two samples, a mini-batch: inputs and desired outputs.
const SAMPLES: [([f32; 3], [f32; 2]); 2] =
    [([1.0, 0.5, -1.0], [1.0, 0.0]), ([-0.5, 1.0, 0.5], [0.0, 1.0])];

/// The learning rate of the update.
const ETA: f32 = 2.0;

/// 14 parameters, 3 inputs, 2 targets; gates: 14 and 10 in the layers, 6 in the cost.
const NODES: usize = 14 + 3 + 2 + 14 + 10 + 6;

/// A layer as a part of a circuit.
struct Neurons<'c> {
    /// z = b + Σ w·x.
    sums: [Node<'c>; 2],
    /// σ(z).
    outputs: [Node<'c>; 2],
}

/// Neurons of `parameters`, weights by inputs and then biases, that read `x`.
fn neurons<'c>(parameters: &[Node<'c>], x: &[Node<'c>], names: [&'static str; 2]) -> Neurons<'c> {
    let (weights, biases) = parameters.split_at(x.len() * 2);
    let sums = [0, 1].map(|neuron| {
        let products = x.iter().zip(weights.chunks(2)).map(|(&x, row)| x * row[neuron]);
        products.fold(biases[neuron], |sum, product| sum + product)
    });
    let outputs = [0, 1].map(|neuron| sums[neuron].sigmoid().named(names[neuron]));
    Neurons { sums, outputs }
}

fn values(network: &Layers) -> Vec<f32> {
    let mut values = Vec::new();
    network.visit(&mut |parameters: Parameters<&[f32]>| {
        values.extend_from_slice(parameters.into_values());
    });
    values
}

/// The gates that a network of these layers takes, with the quadratic cost.
fn gates(shapes: &[LayerShape]) -> usize {
    let neurons: usize = shapes.iter().map(|shape| (2 * shape.inputs + 1) * shape.outputs).sum();
    let outputs = shapes.last().map_or(0, |shape| shape.outputs);
    // Of each output a difference and a square; their sum; the ½.
    neurons + 2 * outputs + outputs - 1 + 1
}

pub fn circuit_and_layers(found: &mut Findings) -> Result<(), LessonError> {
    let mut network = Layers::ZERO;
    network.initialize(InitKind::Unit, 1);
    let before = values(&network);

    // As a circuit.
    let circuit = Circuit::<NODES>::new();
    let parameters: Vec<Node<'_>> =
        before.iter().zip(NAMES).map(|(&value, name)| circuit.input(value).named(name)).collect();
    let x = ["x₁", "x₂", "x₃"].map(|name| circuit.input(0.0).named(name));
    let y = ["y₁", "y₂"].map(|name| circuit.input(0.0).named(name));
    let hidden = neurons(&parameters[..8], &x, ["h₁", "h₂"]);
    let output = neurons(&parameters[8..], &hidden.outputs, ["a₁", "a₂"]);
    let errors = [0, 1].map(|at| (output.outputs[at] - y[at]).square());
    let cost = (0.5 * (errors[0] + errors[1])).named("C");

    let mut by_circuit = Vec::new();
    // Backwards, so that the circuit is left with the first sample.
    for (sample, target) in SAMPLES.iter().rev() {
        for (nodes, numbers) in [(&x[..], &sample[..]), (&y, target)] {
            for (node, &number) in nodes.iter().zip(numbers) {
                node.set(number).map_err(fault)?;
            }
        }
        run(&circuit, cost)?;
        by_circuit.insert(0, parameters.iter().map(|node| node.gradient()).collect::<Vec<_>>());
    }

    // As layers.
    let mut by_layers = Vec::new();
    let mut traces = Vec::new();
    for (sample, target) in &SAMPLES {
        let (mut trace, mut gradient) = (Layers::TRACE, Layers::ZERO);
        sgd::gradient(&network, &Quadratic, sample, &target[..], &mut trace, &mut gradient);
        by_layers.push(values(&gradient));
        traces.push(trace);
    }
    let farthest = by_circuit
        .iter()
        .flatten()
        .zip(by_layers.iter().flatten())
        .map(|(circuit, layers)| (circuit - layers).abs())
        .fold(0.0, f32::max);
    found.number("farthest", farthest, 0);
    found.value("parameters", Value::count(NAMES.len()));
    let shapes = shapes_of_layers();
    found.value("gates", Value::count(gates(&shapes)));
    found.value("gates_digits", Value::count(gates(&Settings::default().shapes())));

    let pieces = [
        ("piece_hidden", "1", hidden.outputs[0]),
        ("piece_hidden", "2", hidden.outputs[1]),
        ("piece_output", "1", output.outputs[0]),
        ("piece_output", "2", output.outputs[1]),
        ("piece_cost", "", cost),
    ];
    let named = [hidden.outputs, output.outputs].concat();
    found.figure(
        "pieces",
        Figure::steps(pieces.map(|(key, number, end)| {
            let starts: Vec<_> = named.iter().copied().filter(|&node| node != end).collect();
            let caption = Label::key(key).with(number);
            (caption, Sketch::from(end, &starts, 3).whole().into())
        })),
    );
    found.number("cost", cost.value(), 3);

    let first = &traces[0];
    let activations = [&SAMPLES[0].0[..], &first.head.outputs, &first.tail.outputs];
    found.figure("network", drawing(&activations, &before));

    let neurons = [
        ("h₁", hidden.sums[0], first.head.outputs[0], first.head.deltas[0]),
        ("h₂", hidden.sums[1], first.head.outputs[1], first.head.deltas[1]),
        ("a₁", output.sums[0], first.tail.outputs[0], first.tail.deltas[0]),
        ("a₂", output.sums[1], first.tail.outputs[1], first.tail.deltas[1]),
    ];
    let headings = ["column_neuron", "column_z", "column_a", "column_delta", "column_circuit"];
    let mut table = Table::new(headings.map(Label::key));
    for (name, sum, a, delta) in neurons {
        let cells = [sum.value(), a, delta, sum.gradient()].map(|number| number_cell(number, 4));
        table.row([Label::plain(name).into()].into_iter().chain(cells));
    }
    found.table("deltas", table);
    let delta_gap = neurons.map(|(_, sum, _, delta)| (sum.gradient() - delta).abs());
    found.number("delta_gap", delta_gap.into_iter().fold(0.0, f32::max), 0);

    update(found, network, &by_layers)
}

fn shapes_of_layers() -> Vec<LayerShape> {
    let mut shapes = Vec::new();
    Layers::shapes(|shape| shapes.push(shape));
    shapes
}

/// One step on the mini-batch of both samples, whose gradients are `gradients`.
fn update(
    found: &mut Findings,
    mut network: Layers,
    gradients: &[Vec<f32>],
) -> Result<(), LessonError> {
    let before = values(&network);
    let batch = SAMPLES.iter().map(|(x, y)| (x, &y[..]));
    let mut traces = [Layers::TRACE, Layers::TRACE];
    let mut step = |network: &mut Layers, eta| {
        sgd::step(network, &mut Sgd::new(), &Quadratic, batch.clone(), &mut traces, eta)
            .map_err(fault)
    };
    let report = step(&mut network, ETA)?;
    let after = values(&network);
    found.number("eta", ETA, 0);
    found.number("batch", SAMPLES.len() as f64, 0);
    found.number("cost_before", report.mean_cost().unwrap_or(0.0), 3);
    // What the batch costs now shows in the report of a next step.
    found.number("cost_after", step(&mut network, ETA)?.mean_cost().unwrap_or(0.0), 3);
    let headings = [
        "column_parameter",
        "column_before",
        "column_first",
        "column_second",
        "column_mean",
        "column_after",
    ];
    let mut table = Table::new(headings.map(Label::key));
    let mut farthest = 0.0_f32;
    for (at, name) in NAMES.iter().enumerate() {
        let mean = 0.5 * (gradients[0][at] + gradients[1][at]);
        farthest = farthest.max((after[at] - (before[at] - ETA * mean)).abs());
        let cells = [before[at], gradients[0][at], gradients[1][at], mean, after[at]];
        let cells = cells.map(|number| number_cell(number, 4));
        table.row([Label::plain(name).into()].into_iter().chain(cells));
    }
    found.table("update", table);
    found.value("update_gap", Value::scientific(farthest.into()));
    Ok(())
}

fn number_cell(number: f32, decimals: usize) -> Cell {
    Value::Number { number: number.into(), decimals }.into()
}

/// The network as it is usually drawn: activations as fills, weights as colours of the wires.
fn drawing(activations: &[&[f32]; 3], parameters: &[f32]) -> Diagram {
    let mut diagram = Diagram::new(7.0, 5.0);
    let at = |layer: usize, neuron: usize| {
        let top = if layer == 0 { 1.0 } else { 1.75 };
        (1.0 + 2.5 * layer as f64, top + 1.5 * neuron as f64)
    };
    let largest = parameters.iter().fold(0.0_f32, |most, weight| most.max(weight.abs()));
    for (layer, weights, inputs) in [(0, &parameters[..6], 3), (1, &parameters[8..12], 2)] {
        for (index, &weight) in weights.iter().enumerate().take(2 * inputs) {
            let wire = diagram.wire(at(layer, index / 2), at(layer + 1, index % 2));
            (wire.arrow, wire.weight) = (false, f64::from(weight / largest));
        }
    }
    let names = [&["x₁", "x₂", "x₃"][..], &["h₁", "h₂"], &["a₁", "a₂"]];
    for (layer, (values, names)) in activations.iter().zip(names).enumerate() {
        for (neuron, (&value, name)) in values.iter().zip(names).enumerate() {
            let text = format!("{name} = {}", written(value, 2));
            let shape = if layer == 0 { Shape::Bare } else { Shape::Circle };
            let node = diagram.node(at(layer, neuron), shape, Label::plain(text));
            node.fill = if layer == 0 { 0.0 } else { f64::from(value) };
        }
    }
    diagram
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gates_are_counted_right() {
        assert_eq!(gates(&shapes_of_layers()), NODES - 14 - 3 - 2);
    }

    /// Both samples' gradients are the circuit's to the bit, and the step is the formula's.
    #[test]
    fn circuit_layers_and_formula_agree() {
        let mut found = Findings::new();
        circuit_and_layers(&mut found).unwrap();
        let number = |name: &str| found.values[name].number().unwrap();
        assert_eq!((number("farthest"), number("delta_gap")), (0.0, 0.0));
        assert!(number("update_gap") < 5e-7);
        assert!(number("cost_after") < number("cost_before"));
    }
}
