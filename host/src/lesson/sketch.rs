//! Circuits as diagrams: what the tape says of a formula, drawn as CS231n draws it.

use gradito_core::circuit::{Kind, Node, Real};

use super::minus;
use crate::figure::diagram::Shape;
use crate::figure::{Diagram, Figure, Label};

/// From the middle of one column of gates to the next, in units of the diagram's grid.
const COLUMN: f64 = 1.35;

/// From one row of inputs to the next: room for a gradient over a value.
const ROW: f64 = 1.5;

/// A number of a circuit, to be written down.
pub trait Number: Real + Into<f64> {}

impl<T: Real + Into<f64>> Number for T {}

/// A node of a circuit and what it depends on, laid out: what it reads at the left, itself at the
/// right, each gate as far from the left as it is deep.
#[derive(Debug)]
pub struct Sketch<'c, T: Number> {
    /// Operands before the gates that read them.
    parts: Vec<Part<'c, T>>,
    decimals: usize,
}

/// A node at its place.
#[derive(Debug)]
struct Part<'c, T: Number> {
    node: Node<'c, T>,
    /// Its column: 0 for what the formula starts from.
    depth: usize,
    row: f64,
    /// The part that reads it, and as which of its operands; nothing of the last.
    read: Option<(usize, usize)>,
    is_gate: bool,
}

/// How much of the two passes is shown.
#[derive(Clone, Copy)]
struct Progress<'a> {
    /// Gates, by their places among the parts, that have their value.
    forward: &'a [usize],
    /// Whether the output has its gradient.
    turned: bool,
    /// Gates that have passed their gradient on.
    backward: &'a [usize],
    /// The gate at work.
    lit: Option<usize>,
}

impl<'c, T: Number> Sketch<'c, T> {
    /// The formula of `output`, its numbers with so many decimals.
    ///
    /// A node that is read twice is drawn twice.
    pub fn new(output: Node<'c, T>, decimals: usize) -> Self {
        Self::from(output, &[], decimals)
    }

    /// The formula of `output` as far back as the nodes `starts`, which are drawn as inputs are.
    pub fn from(output: Node<'c, T>, starts: &[Node<'c, T>], decimals: usize) -> Self {
        let mut sketch = Self { parts: Vec::new(), decimals };
        sketch.add(output, starts, &mut 0.0);
        sketch
    }

    /// Adds `node` and what it reads; says where it is among the parts.
    fn add(&mut self, node: Node<'c, T>, starts: &[Node<'c, T>], next_row: &mut f64) -> usize {
        let reads = if starts.contains(&node) { Vec::new() } else { node.inputs().collect() };
        let operands: Vec<_> =
            reads.into_iter().map(|operand| self.add(operand, starts, next_row)).collect();
        let at = self.parts.len();
        for (which, &operand) in operands.iter().enumerate() {
            self.parts[operand].read = Some((at, which));
        }
        let depths = operands.iter().map(|&operand| self.parts[operand].depth + 1);
        let depth = depths.max().unwrap_or(0);
        let is_gate = !operands.is_empty();
        let row = if is_gate {
            let rows = operands.iter().map(|&operand| self.parts[operand].row).sum::<f64>();
            rows / operands.len() as f64
        } else {
            *next_row += ROW;
            *next_row - ROW
        };
        self.parts.push(Part { node, depth, row, read: None, is_gate });
        at
    }

    /// The gates, by their places among the parts, in the order of the tape.
    fn gates(&self) -> Vec<usize> {
        let mut gates: Vec<_> =
            (0..self.parts.len()).filter(|&at| self.parts[at].is_gate).collect();
        gates.sort_by_key(|&at| self.parts[at].node.position());
        gates
    }

    /// The circuit with all its values and gradients.
    pub fn whole(&self) -> Diagram {
        let gates = self.gates();
        self.drawn(Progress { forward: &gates, turned: true, backward: &gates, lit: None })
    }

    /// The two passes, gate by gate.
    ///
    /// Captions: `step_inputs`; `step_forward` with the gate and its value; `step_output` with the
    /// output's own gradient; `step_backward` with the gate, what comes from above, and what it
    /// passes on.
    pub fn steps(&self) -> Figure {
        let gates = self.gates();
        let back: Vec<_> = gates.iter().rev().copied().collect();
        let nothing = Progress { forward: &[], turned: false, backward: &[], lit: None };
        let mut steps = vec![(Label::key("step_inputs"), self.drawn(nothing).into())];
        for (done, &gate) in (1..).zip(&gates) {
            let node = self.parts[gate].node;
            let caption =
                Label::key("step_forward").with(symbol(node)).with(self.text(node.value()));
            let progress = Progress { forward: &gates[..done], lit: Some(gate), ..nothing };
            steps.push((caption, self.drawn(progress).into()));
        }
        let turned = Progress { forward: &gates, turned: true, ..nothing };
        if let Some(output) = self.parts.last() {
            let caption = Label::key("step_output").with(self.text(output.node.gradient()));
            steps.push((caption, self.drawn(turned).into()));
        }
        for (done, &gate) in (1..).zip(&back) {
            let node = self.parts[gate].node;
            let passed: Vec<_> =
                (0..node.inputs().count()).map(|which| self.text(passed_on(node, which))).collect();
            let caption = Label::key("step_backward")
                .with(symbol(node))
                .with(self.text(node.gradient()))
                .with(passed.join(", "));
            let progress = Progress { backward: &back[..done], lit: Some(gate), ..turned };
            steps.push((caption, self.drawn(progress).into()));
        }
        Figure::steps(steps)
    }

    fn drawn(&self, progress: Progress<'_>) -> Diagram {
        let rows = self.parts.iter().map(|part| part.row).fold(0.0, f64::max);
        let deepest = self.parts.iter().map(|part| part.depth).max().unwrap_or(0);
        let mut diagram = Diagram::new(1.1 + COLUMN * (deepest + 1) as f64, rows + 1.2);
        let place = |part: &Part<'_, T>| (0.5 + COLUMN * part.depth as f64, 0.6 + part.row);
        for (at, part) in self.parts.iter().enumerate() {
            let node = part.node;
            let from = place(part);
            let to = match part.read {
                Some((reader, _)) => place(&self.parts[reader]),
                None => (from.0 + COLUMN, from.1),
            };
            let wire = diagram.wire(from, to);
            if !part.is_gate || progress.forward.contains(&at) {
                wire.above = self.value(part);
            }
            match part.read {
                Some((reader, which)) if progress.backward.contains(&reader) => {
                    let reader = self.parts[reader].node;
                    wire.below = Label::plain(self.text(passed_on(reader, which)));
                }
                None if progress.turned => wire.below = Label::plain(self.text(node.gradient())),
                _ => {}
            }
        }
        for (at, part) in self.parts.iter().enumerate() {
            let (shape, text) = if part.is_gate {
                (Shape::Circle, symbol(part.node))
            } else {
                (Shape::Bare, part.node.name().map_or_else(String::new, str::to_owned))
            };
            diagram.node(place(part), shape, Label::plain(text)).lit = progress.lit == Some(at);
        }
        diagram
    }

    /// What stands over the wire that leaves a node; a gate's name with it, for that of an input
    /// stands where the wire begins.
    fn value(&self, part: &Part<'_, T>) -> Label {
        let value = self.text(part.node.value());
        Label::plain(match part.node.name() {
            Some(name) if part.is_gate => format!("{name} = {value}"),
            _ => value,
        })
    }

    fn text(&self, number: T) -> String {
        written(number, self.decimals)
    }
}

/// What a gate passes on to the input number `which`: the gradient from above, times its own.
pub fn passed_on<T: Number>(gate: Node<'_, T>, which: usize) -> T {
    let above = gate.gradient();
    let local = gate.local_gradient().get(which).copied().unwrap_or(T::ZERO);
    // As backward does: where nothing comes from above, a slope may be infinite.
    if above == T::ZERO { above } else { above * local }
}

/// A number with so many decimals.
pub fn written(number: impl Into<f64>, decimals: usize) -> String {
    minus(format!("{:.decimals$}", number.into()))
}

/// What stands in a gate: its symbol, with its constant in place of the c.
pub fn symbol<T: Number>(node: Node<'_, T>) -> String {
    match node.kind() {
        Kind::Gate { symbol, constant: Some(constant) } => {
            let constant: f64 = constant.into();
            symbol.replace('c', &minus(constant.to_string()))
        }
        // As CS231n's drawings have them: a small dot or a raised letter is easily overlooked.
        Kind::Gate { symbol: "·", .. } => "×".to_owned(),
        Kind::Gate { symbol: "eˣ", .. } => "exp".to_owned(),
        Kind::Gate { symbol, .. } => symbol.to_owned(),
        Kind::Constant => written(node.value(), 0),
        Kind::Input | Kind::Missing => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::slice;

    use super::*;
    use gradito_core::circuit::Circuit;

    fn labels(figure: &Diagram) -> Vec<(String, String)> {
        let text = |label: &Label| label.text(&());
        figure.wires.iter().map(|wire| (text(&wire.above), text(&wire.below))).collect()
    }

    #[test]
    fn a_sketch_shows_the_tape() {
        let circuit = Circuit::<8>::new();
        let [x, y, z] = [(-2.0, "x"), (5.0, "y"), (-4.0, "z")]
            .map(|(value, name)| circuit.input(value).named(name));
        let q = (x + y).named("q");
        let f = (q * z).named("f");
        circuit.forward().unwrap();
        circuit.backward(f).unwrap();
        let sketch = Sketch::new(f, 0);
        let whole = sketch.whole();
        let expected = [("−2", "−4"), ("5", "−4"), ("q = 3", "−4"), ("−4", "3"), ("f = −12", "1")];
        assert_eq!(labels(&whole), expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
        let texts: Vec<_> = whole.nodes.iter().map(|node| node.text.text(&())).collect();
        assert_eq!(texts, ["x", "y", "+", "z", "×"]);
        // Inputs at the left, one below the other; each gate between those it reads.
        let at: Vec<_> = whole.nodes.iter().map(|node| node.at).collect();
        assert!(at[0].0 == at[1].0 && at[1].0 == at[3].0 && at[3].0 < at[2].0 && at[2].0 < at[4].0);
        assert_eq!(at[2].1, (at[0].1 + at[1].1) / 2.0);

        let Figure::Steps(steps) = sketch.steps() else { panic!("steps") };
        // Inputs, two gates forward, the output's gradient, two gates backward.
        assert_eq!(steps.len(), 6);
        let Figure::Diagram(last) = &steps[5].figure else { panic!("a diagram") };
        assert_eq!(labels(last), labels(&whole));
        let Figure::Diagram(third) = &steps[2].figure else { panic!("a diagram") };
        let values = labels(&whole).into_iter().map(|(above, _)| (above, String::new()));
        assert_eq!(labels(third), values.collect::<Vec<_>>());
        assert_eq!(steps[4].caption, Label::key("step_backward").with("×").with("1").with("−4, 3"));
    }

    #[test]
    fn what_is_passed_on_adds_up() {
        let circuit = Circuit::<8>::new();
        let x = circuit.input(3.0).named("x");
        let f = x * x + 2.0 * x;
        circuit.forward().unwrap();
        circuit.backward(f).unwrap();
        let sketch = Sketch::new(f, 0);
        let passed = labels(&sketch.whole());
        let to_x: Vec<_> = passed.iter().filter(|(above, _)| above == "3").collect();
        assert_eq!(
            to_x.iter().map(|(_, below)| below.as_str()).collect::<Vec<_>>(),
            ["3", "3", "2"]
        );
        assert_eq!(x.gradient(), 8.0);
        assert_eq!(symbol(f.inputs().last().unwrap()), "2·x");
    }

    #[test]
    fn a_sketch_ends_where_it_is_told() {
        let circuit = Circuit::<8>::new();
        let (x, y) = (circuit.input(1.0), circuit.input(2.0));
        let h = (x + y).named("h");
        let f = h.square();
        circuit.forward().unwrap();
        circuit.backward(f).unwrap();
        let diagram = Sketch::from(f, slice::from_ref(&h), 1).whole();
        assert_eq!(labels(&diagram), [("3.0".into(), "6.0".into()), ("9.0".into(), "1.0".into())]);
    }
}
