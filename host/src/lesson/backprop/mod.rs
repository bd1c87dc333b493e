//! Lesson 5: backpropagation, gate by gate and layer by layer.

mod network;
mod product;

use std::fmt::Display;

use gradito_core::circuit::{Circuit, Node};

use self::product::Product;
use super::sketch::{Sketch, passed_on, symbol};
use super::{Context, Findings, LessonError, Table, Value};
use crate::figure::diagram::Shape;
use crate::figure::{Diagram, Figure, Label};

/// The weights and inputs of CS231n's neuron: w₀, x₀, w₁, x₁, w₂.
const NEURON: [(&str, f32); 5] =
    [("w₀", 2.0), ("x₀", -1.0), ("w₁", -3.0), ("x₁", -2.0), ("w₂", -3.0)];

pub fn compute(_: &Context) -> Result<Findings, LessonError> {
    let mut found = Findings::new();
    sum_times(&mut found)?;
    local(&mut found)?;
    neuron(&mut found)?;
    patterns(&mut found)?;
    network::circuit_and_layers(&mut found)?;
    Ok(found)
}

/// What a computation of this lesson that fails says.
fn fault(cause: impl Display) -> LessonError {
    LessonError::Compute { lesson: "backprop", what: cause.to_string() }
}

/// Forward, then backward from `output`.
fn run<const NODES: usize>(circuit: &Circuit<NODES>, output: Node<'_>) -> Result<(), LessonError> {
    circuit.forward().and_then(|()| circuit.backward(output)).map_err(fault)
}

/// f = (x + y)z at (−2, 5, −4).
fn sum_times(found: &mut Findings) -> Result<(), LessonError> {
    let circuit = Circuit::<8>::new();
    let [x, y, z] = [("x", -2.0), ("y", 5.0), ("z", -4.0)]
        .map(|(name, value)| circuit.input(value).named(name));
    let q = (x + y).named("q");
    let f = (q * z).named("f");
    run(&circuit, f)?;
    for (name, node) in [("x", x), ("y", y), ("z", z), ("q", q), ("f", f)] {
        found.number(name, node.value(), 0);
        found.number(format!("d_{name}"), node.gradient(), 0);
    }
    let sketch = Sketch::new(f, 0);
    found.figure("steps", sketch.steps());
    Ok(())
}

/// One gate and its local gradient: in symbols, and f = xy at (4, −3).
fn local(found: &mut Findings) -> Result<(), LessonError> {
    let mut symbols = Diagram::new(8.0, 3.8);
    let gate = (4.5, 1.9);
    for (y, value, local, gradient) in
        [(0.8, "x", "∂z/∂x", "∂C/∂z · ∂z/∂x"), (3.0, "y", "∂z/∂y", "∂C/∂z · ∂z/∂y")]
    {
        let wire = symbols.wire((0.3, y), gate);
        (wire.above, wire.below) = (Label::plain(value), Label::plain(gradient));
        // Close to the gate: what it alone knows.
        let beside = if y < gate.1 { gate.1 - 0.75 } else { gate.1 + 0.75 };
        symbols.node((gate.0, beside), Shape::Bare, Label::plain(local));
    }
    let wire = symbols.wire(gate, (7.6, gate.1));
    (wire.above, wire.below) = (Label::plain("z"), Label::plain("∂C/∂z"));
    symbols.node(gate, Shape::Circle, Label::plain("f")).lit = true;

    let circuit = Circuit::<4, f64>::new();
    let (x, y) = (circuit.input(4.0).named("x"), circuit.input(-3.0).named("y"));
    let f = (x * y).named("f");
    circuit.forward().and_then(|()| circuit.backward(f)).map_err(fault)?;
    found.number("product_f", f.value(), 0);
    found.number("product_d_x", x.gradient(), 0);
    found.number("product_d_y", y.gradient(), 0);
    let numbers = Sketch::new(f, 0).whole();

    // The same node as the chapter writes it.
    let mut node = Product::default();
    let value = node.forward(4.0, -3.0);
    let [d_x, d_y] = node.backward(1.0);
    found.number("node_f", value, 0);
    found.number("node_d_x", d_x, 0);
    found.number("node_d_y", d_y, 0);

    let before = f.value();
    y.set(-3.0 + 0.001).and_then(|()| circuit.forward()).map_err(fault)?;
    found.number("nudged", f.value() - before, 3);
    let panels =
        [(Label::key("in_symbols"), symbols.into()), (Label::key("in_numbers"), numbers.into())];
    found.figure("local", Figure::panels(1, panels));
    Ok(())
}

/// The sigmoid neuron of small gates, and of one.
fn neuron(found: &mut Findings) -> Result<(), LessonError> {
    let small = Circuit::<16>::new();
    let inputs = NEURON.map(|(name, value)| small.input(value).named(name));
    let [w0, x0, w1, x1, w2] = inputs;
    let products = [w0 * x0, w1 * x1];
    let sum_1 = products[0] + products[1];
    let sum_2 = sum_1 + w2;
    let negated = -1.0 * sum_2;
    let power = negated.exp();
    let plus_1 = 1.0 + power;
    let output = plus_1.reciprocal().named("f");
    run(&small, output)?;
    let chain = [
        ("product_0", products[0]),
        ("product_1", products[1]),
        ("sum_1", sum_1),
        ("sum_2", sum_2),
        ("negated", negated),
        ("power", power),
        ("plus_1", plus_1),
        ("output", output),
    ];
    for (name, node) in chain {
        found.number(name, node.value(), 2);
        found.number(format!("d_{name}"), node.gradient(), 2);
    }
    for (name, node) in ["w0", "x0", "w1", "x1", "w2"].into_iter().zip(inputs) {
        found.number(format!("d_{name}"), node.gradient(), 2);
    }
    found.figure("neuron", Sketch::new(output, 2).steps());
    found.table(
        "neuron",
        chain_table(&chain[4..].iter().map(|&(_, node)| node).collect::<Vec<_>>()),
    );

    let one = Circuit::<16>::new();
    let again = NEURON.map(|(name, value)| one.input(value).named(name));
    let [w0, x0, w1, x1, w2] = again;
    let f = (w0 * x0 + w1 * x1 + w2).sigmoid().named("f");
    run(&one, f)?;
    found.number("single_output", f.value(), 2);
    let farthest = inputs
        .iter()
        .zip(&again)
        .map(|(small, one)| (small.gradient() - one.gradient()).abs())
        .fold((output.value() - f.value()).abs(), f32::max);
    found.value("single_difference", Value::scientific(farthest.into()));
    found.number("gates_small", (small.len() - NEURON.len()) as f64, 0);
    found.number("gates_single", (one.len() - NEURON.len()) as f64, 0);
    found.figure("single", Sketch::new(f, 2).whole());
    Ok(())
}

/// What each of the gates in a row does with the gradient on its way back, the last gate first.
fn chain_table(gates: &[Node<'_>]) -> Table {
    let headings = ["column_gate", "column_input", "column_above", "column_local", "column_passed"];
    let mut table = Table::new(headings.map(Label::key));
    for &gate in gates.iter().rev() {
        let input = gate.inputs().next().map_or(0.0, Node::value);
        let number = |number: f32| Value::Number { number: number.into(), decimals: 2 };
        table.row([
            Label::plain(symbol(gate)).into(),
            number(input).into(),
            number(gate.gradient()).into(),
            number(gate.local_gradient()[0]).into(),
            number(passed_on(gate, 0)).into(),
        ]);
    }
    table
}

/// What gates do with a gradient of 5 from above.
fn patterns(found: &mut Findings) -> Result<(), LessonError> {
    type Pattern = for<'c> fn([Node<'c>; 3]) -> Node<'c>;
    let shown: [(&'static str, [f32; 3], Pattern); 4] = [
        ("add", [1.0, 2.0, 3.0], |[x, y, z]| x + y + z),
        ("multiply", [4.0, -3.0, 0.0], |[x, y, _]| x * y),
        ("max", [4.0, -3.0, 0.0], |[x, y, _]| x.max(y)),
        ("tie", [3.0, 3.0, 0.0], |[x, y, _]| x.max(y)),
    ];
    let mut panels = Vec::new();
    for (name, values, gate) in shown {
        let circuit = Circuit::<8>::new();
        let mut names = ["x", "y", "z"].into_iter();
        let inputs = values.map(|value| {
            let input = circuit.input(value);
            names.next().map_or(input, |name| input.named(name))
        });
        let q = gate(inputs).named("q");
        run(&circuit, 5.0 * q)?;
        for (input, letter) in inputs.iter().zip(["x", "y", "z"]) {
            if name == "add" || letter != "z" {
                found.number(format!("{name}_{letter}"), input.gradient(), 0);
            }
        }
        panels.push((Label::key(name), Sketch::new(q, 0).whole().into()));
    }
    found.figure("patterns", Figure::panels(2, panels));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lesson::{Language, Lesson};

    /// What lies in `source` from `first` up to and with `last`.
    fn cut<'s>(source: &'s str, first: &str, last: &str) -> &'s str {
        let start = source.find(first).unwrap_or_else(|| panic!("there is no {first}"));
        let length = source[start..].find(last).unwrap_or_else(|| panic!("there is no {last}"));
        &source[start..start + length + last.len()]
    }

    /// The texts show the code that runs.
    #[test]
    fn the_code_of_a_product_is_the_core_s_and_this_lesson_s() {
        let gates = concat!(env!("CARGO_MANIFEST_DIR"), "/../core/src/circuit/gates.rs");
        let gates = std::fs::read_to_string(gates).unwrap();
        let core = cut(&gates, "/// x·y: each gets the gradient times the other.", "\n}\n");
        let node = cut(include_str!("product.rs"), "struct Product", "\n}\n\nimpl");
        let methods = cut(include_str!("product.rs"), "impl Product", "\n}\n");
        for language in Language::ALL {
            let text = Lesson::named("backprop").unwrap().text(language).unwrap();
            for code in [core, node.trim_end_matches("impl"), methods] {
                assert!(text.body.contains(code), "{language:?} lacks\n{code}");
            }
        }
    }

    #[test]
    fn a_product_node_does_what_the_gate_does() {
        let found = compute(&Context::new()).unwrap();
        for name in ["f", "d_x", "d_y"] {
            let number = |prefix: &str| found.values[&format!("{prefix}_{name}")].number();
            assert_eq!(number("product"), number("node"), "{name}");
        }
    }
}
