//! Circuits of gates: formulas that know their own derivatives, by backpropagation.
//!
//! A [`Circuit`] is a tape of at most `NODES` nodes. Building a formula writes it down, one node
//! after another; [`forward`](Circuit::forward) computes every node's value from the first to the
//! last, [`backward`](Circuit::backward) from the last to the first by how much an output follows
//! every node. The example of every course, f = (x + y)z:
//!
//! ```
//! use gradito_core::circuit::Circuit;
//!
//! let circuit = Circuit::<8>::new();
//! let [x, y, z] = [-2.0, 5.0, -4.0].map(|value| circuit.input(value));
//! let q = (x + y).named("q");
//! let f = (q * z).named("f");
//!
//! circuit.forward()?;
//! assert_eq!((q.value(), f.value()), (3.0, -12.0));
//!
//! circuit.backward(f)?;
//! assert_eq!([x, y, z, q, f].map(|node| node.gradient()), [-4.0, -4.0, 3.0, -4.0, 1.0]);
//!
//! // Other inputs, the same tape.
//! z.set(2.0)?;
//! circuit.forward()?;
//! assert_eq!(f.value(), 6.0);
//! # Ok::<(), gradito_core::circuit::CircuitError>(())
//! ```
//!
//! # Gates
//!
//! A gate knows its *local* rule only: its value, and the derivative of that by each of its inputs.
//! The chain rule does the rest: what comes from above, times the local derivative, goes on to the
//! input, and a node that is used twice adds up what comes from both uses.
//!
//! | written | value | local gradient |
//! | --- | --- | --- |
//! | `x + y` | x + y | 1, 1: distributes the gradient |
//! | `x - y` | x − y | 1, −1 |
//! | `x * y` | x·y | y, x: swaps, and scales |
//! | `x / y` | x/y | 1/y, −(x/y)/y |
//! | `x.max(y)` | the larger | 1 to the larger, 0 to the other: routes; a tie goes to x |
//! | `x.min(y)` | the smaller | 1 to the smaller, 0 to the other; a tie goes to x |
//! | `c + x`, `x + c`, `x - c` | c + x (−c + x) | 1 |
//! | `c * x`, `x * c` | c·x | c |
//! | `c - x`, `x / c`, `c / x` | with a node for the constant c | as of two nodes |
//! | `-x` | −x | −1 |
//! | `x.reciprocal()` | 1/x | −1/x² |
//! | `x.exp()` | eˣ | eˣ |
//! | `x.ln()` | ln x | 1/x |
//! | `x.tanh()` | tanh x | 1 − tanh² x |
//! | `x.sigmoid()` | σ(x) = 1/(1 + e⁻ˣ) | σ(1 − σ) |
//! | `x.relu()` | max(x, 0) | 1 where x > 0, else 0 |
//! | `x.square()` | x² | 2x |
//! | `x.power(c)` | xᶜ | c·xᶜ⁻¹ |
//!
//! Each is one function in `gates.rs`, with its [`Rule`] in it. A new one takes no more than that,
//! and none of this crate's code: see the example of [`Rule`].
//!
//! # Errors
//!
//! An operator cannot fail, so a circuit keeps the first [error](CircuitError) of its building, and
//! `forward` reports it.
//!
//! # Numbers
//!
//! `f32`, as networks compute, or `f64`, to see what rounding does: `Circuit::<8, f64>`. Both have
//! their functions from software ([`Real`]) and do every operation in the order of the tape, so a
//! circuit has the same bits on every target.
//!
//! # Not here
//!
//! Vectors: a circuit takes a gate for each multiplication, which shows how backpropagation works,
//! at many times the cost of the [layers](crate::dense), which do the same. Second derivatives.
//! A circuit is no [`Sync`], so a `static` one needs a cell around it; empty, it is all zeros.

mod error;
mod gates;
mod node;
mod real;
mod tape;

#[cfg(test)]
mod tests;

use core::fmt;

pub use error::{CircuitError, Place};
pub use node::{Kind, Node};
pub use real::Real;
pub use tape::Rule;

use tape::{Operand, Slot, Tape};

/// A formula of at most `NODES` inputs, constants and gates, written with its [nodes](Node).
///
/// A node takes 32 bytes on a 32-bit machine (of `f32`).
pub struct Circuit<const NODES: usize, T: Real = f32> {
    tape: Tape<[Slot<T>; NODES]>,
}

impl<const NODES: usize, T: Real> Circuit<NODES, T> {
    /// A circuit without nodes.
    pub const fn new() -> Self {
        const {
            assert!(NODES <= tape::MOST_NODES, "a circuit has less than 2³² nodes");
        }
        Self { tape: Tape::new([const { Slot::empty() }; NODES]) }
    }

    /// A new input, with its first value.
    pub fn input(&self, value: T) -> Node<'_, T> {
        self.leaf(Operand::None, value)
    }

    /// A new constant.
    ///
    /// Numbers in formulas need none: `2.0 * x` is written as it is.
    pub fn constant(&self, value: T) -> Node<'_, T> {
        self.leaf(Operand::Constant(value), value)
    }

    fn leaf(&self, operand: Operand<T>, value: T) -> Node<'_, T> {
        Node::new(&self.tape, self.tape().push(None, 0, operand, value))
    }

    /// Computes the value of every node, in the order they were made.
    ///
    /// # Errors
    ///
    /// The first error of building the circuit, if there was one; [`CircuitError::Value`] at the
    /// first node whose value is infinite or no number.
    pub fn forward(&self) -> Result<(), CircuitError> {
        self.tape().forward()
    }

    /// Computes the gradient ∂`output`/∂node of every node; 0 where `output` does not depend on it.
    ///
    /// Nothing is left of the gradients of an earlier call.
    ///
    /// # Errors
    ///
    /// Those of building, as [`forward`](Self::forward) reports them; [`CircuitError::Foreign`] if
    /// `output` is of another circuit; [`CircuitError::NotRun`] if `forward` has not succeeded
    /// since `output` was made or an input was set; [`CircuitError::Gradient`] at the last node
    /// whose gradient is infinite or no number.
    pub fn backward(&self, output: Node<'_, T>) -> Result<(), CircuitError> {
        if !output.is_of(self.tape()) {
            return Err(CircuitError::Foreign(output.place()));
        }
        self.tape().backward(output.index())
    }

    /// All nodes, in the order they were made: the inputs of a gate before the gate.
    ///
    /// What a drawing needs is in them:
    ///
    /// ```
    /// use gradito_core::circuit::{Circuit, Kind};
    ///
    /// let circuit = Circuit::<4>::new();
    /// let x = circuit.input(3.0).named("x");
    /// let f = 2.0 * x;
    /// assert!(circuit.nodes().eq([x, f]));
    ///
    /// let drawn = circuit.nodes().last().unwrap();
    /// assert_eq!(drawn.kind(), Kind::Gate { symbol: "c·x", constant: Some(2.0) });
    /// assert_eq!(drawn.inputs().next().unwrap().name(), Some("x"));
    /// ```
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = Node<'_, T>> + ExactSizeIterator {
        (0..self.len()).map(|index| Node::new(&self.tape, index as u32))
    }

    /// The number of nodes so far, of `NODES`.
    pub fn len(&self) -> usize {
        self.tape().written().len()
    }

    /// Whether there is no node yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Removes all nodes, and the error of building them, to build another formula in its place.
    pub fn clear(&mut self) {
        self.tape().clear();
    }

    /// The tape, whatever its length: what is done with it is compiled once for all circuits.
    fn tape(&self) -> &Tape<[Slot<T>]> {
        &self.tape
    }
}

impl<const NODES: usize, T: Real> Default for Circuit<NODES, T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const NODES: usize, T: Real> fmt::Debug for Circuit<NODES, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.nodes()).finish()
    }
}
