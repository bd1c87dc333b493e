//! Circuits and networks: nodes, wires, what stands at them.

use super::Label;

/// How a node is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A circle: a gate, a neuron.
    Circle,
    /// A small circle without a text: one neuron of many.
    Dot,
    /// Nothing but its text: an input's name, dots that stand for more.
    Bare,
}

/// A node.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its middle: columns from the left, rows from the top, in units of the diagram's grid.
    pub at: (f64, f64),
    /// How it is drawn.
    pub shape: Shape,
    /// What stands in it.
    pub text: Label,
    /// How dark it is filled: 0 not at all, 1 wholly (an activation).
    pub fill: f64,
    /// Whether it is in the picture's centre of attention: drawn with a thick line.
    pub lit: bool,
}

/// A wire from one node to another, or into or out of the diagram.
#[derive(Clone, Debug)]
pub struct Wire {
    /// From where, on the grid.
    pub from: (f64, f64),
    /// To where, on the grid.
    pub to: (f64, f64),
    /// Whether it ends in an arrow.
    pub arrow: bool,
    /// What stands over it, in green: a value.
    pub above: Label,
    /// What stands under it, in red: a gradient.
    pub below: Label,
    /// How strong it is, from −1 to 1 (the sign is its colour); 0 is drawn as a plain thin line.
    pub weight: f64,
}

/// Nodes and wires on a grid.
#[derive(Clone, Debug, Default)]
pub struct Diagram {
    /// Columns and rows of the grid.
    pub size: (f64, f64),
    /// The wires, drawn first.
    pub wires: Vec<Wire>,
    /// The nodes.
    pub nodes: Vec<Node>,
}

impl Diagram {
    /// A diagram of so many columns and rows, with nothing in it yet.
    pub fn new(columns: f64, rows: f64) -> Self {
        Self { size: (columns, rows), ..Self::default() }
    }

    /// Adds a node with its middle at `at`.
    pub fn node(&mut self, at: (f64, f64), shape: Shape, text: Label) -> &mut Node {
        self.nodes.push(Node { at, shape, text, fill: 0.0, lit: false });
        let last = self.nodes.len() - 1;
        &mut self.nodes[last]
    }

    /// Adds a wire; it ends at the edge of the nodes that have their middle where it ends.
    pub fn wire(&mut self, from: (f64, f64), to: (f64, f64)) -> &mut Wire {
        let (above, below) = (Label::none(), Label::none());
        self.wires.push(Wire { from, to, arrow: true, above, below, weight: 0.0 });
        let last = self.wires.len() - 1;
        &mut self.wires[last]
    }
}
