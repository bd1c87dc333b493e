//! What can be wrong with a circuit.

use core::fmt;

/// A node, as an error names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its position on the tape; of a node that was refused, the one it would have had.
    pub node: usize,
    /// The symbol of its gate, `input` or `constant`.
    pub gate: &'static str,
    /// Its name, if it has one.
    pub name: Option<&'static str>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = self.name {
            write!(f, "'{name}', ")?;
        }
        write!(f, "node {} ({})", self.node, self.gate)
    }
}

/// Why a circuit cannot be built or computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CircuitError {
    /// There was no room for this node.
    Full(Place),
    /// This node belongs to another circuit, or would have had inputs from two.
    Foreign(Place),
    /// This node's value is infinite or no number: 1/0, the logarithm of a negative number, an
    /// overflow, or an input that is none.
    Value(Place),
    /// This node's gradient is infinite or no number: the slope of √x at 0, or an overflow.
    Gradient(Place),
    /// This node is no input, so its value cannot be set.
    NotInput(Place),
    /// The value of this node is not that of the present inputs.
    NotRun(Place),
}

impl fmt::Display for CircuitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full(place) => write!(
                f,
                "the circuit is full: no room for {place}, the first is 0; make NODES larger"
            ),
            Self::Foreign(place) => write!(
                f,
                "{place} belongs to another circuit or would join two; use the nodes of one"
            ),
            Self::Value(place) => {
                write!(f, "{place} has no finite value; change the inputs that lead to it")
            }
            Self::Gradient(place) => {
                write!(f, "{place} has no finite gradient; change the inputs that lead to it")
            }
            Self::NotInput(place) => write!(f, "{place} is no input; only inputs can be set"),
            Self::NotRun(place) => {
                write!(f, "{place} is not computed for the present inputs; call forward first")
            }
        }
    }
}

impl core::error::Error for CircuitError {}
