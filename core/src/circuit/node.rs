//! Handles of nodes: what formulas are written with.

use core::{fmt, ptr};

use super::error::{CircuitError, Place};
use super::real::Real;
use super::tape::{NOWHERE, Operand, Rule, Slot, Tape};

/// A node of a circuit: an input, a constant or the output of a gate.
///
/// It is a small copyable handle; operators and functions of it add gates to its circuit.
#[derive(Clone, Copy)]
pub struct Node<'c, T: Real = f32> {
    tape: &'c Tape<[Slot<T>]>,
    index: u32,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind<T> {
    /// An input, whose value can be [set](Node::set).
    Input,
    /// A constant.
    Constant,
    /// A gate.
    Gate {
        /// The [`Rule`]'s symbol; c in it is the constant.
        symbol: &'static str,
        /// The constant in the gate, if it has one.
        constant: Option<T>,
    },
    /// Nothing: building it has failed, and [`forward`](super::Circuit::forward) says why.
    Missing,
}

impl<'c, T: Real> Node<'c, T> {
    pub(super) fn new(tape: &'c Tape<[Slot<T>]>, index: u32) -> Self {
        Self { tape, index }
    }

    /// The node, named so in errors and drawings.
    pub fn named(self, name: &'static str) -> Self {
        if let Some(slot) = self.slot() {
            slot.name.set(Some(name));
        }
        self
    }

    /// Gives an input a new value, to be used by the next [`forward`](super::Circuit::forward).
    ///
    /// # Errors
    ///
    /// [`CircuitError::NotInput`] of any other node; of a node that could not be built, why.
    pub fn set(self, value: T) -> Result<(), CircuitError> {
        self.tape.set(self.index, value)
    }

    /// The value of the last [`forward`](super::Circuit::forward), or as it was set; NaN where
    /// nothing has computed it yet.
    pub fn value(self) -> T {
        self.slot().map_or(T::NAN, |slot| slot.value.get())
    }

    /// The gradient of the last [`backward`](super::Circuit::backward): by how much its output
    /// grows if this node does, for each unit; NaN where nothing has computed it yet.
    pub fn gradient(self) -> T {
        self.slot().map_or(T::NAN, |slot| slot.gradient.get())
    }

    /// The node's name.
    pub fn name(self) -> Option<&'static str> {
        self.slot().and_then(|slot| slot.name.get())
    }

    /// The node's position among the [nodes](super::Circuit::nodes) of its circuit; that of a node
    /// that could not be built is beyond all of them.
    pub fn position(self) -> usize {
        self.index as usize
    }

    /// What the node is.
    pub fn kind(self) -> Kind<T> {
        let Some(slot) = self.slot() else { return Kind::Missing };
        match (slot.rule.get(), slot.y.get()) {
            (None, Operand::None) => Kind::Input,
            (None, _) => Kind::Constant,
            (Some(rule), Operand::Constant(constant)) => {
                Kind::Gate { symbol: rule.symbol, constant: Some(constant) }
            }
            (Some(rule), _) => Kind::Gate { symbol: rule.symbol, constant: None },
        }
    }

    /// The nodes that a gate reads, in order: none, one or two.
    pub fn inputs(self) -> impl Iterator<Item = Self> {
        let gate = self.slot().filter(|slot| slot.rule.get().is_some());
        let x = gate.map(|slot| slot.x.get());
        let y = gate.and_then(|slot| match slot.y.get() {
            Operand::Node(index) => Some(index),
            _ => None,
        });
        x.into_iter().chain(y).map(move |index| Self { index, ..self })
    }

    /// The local gradient of a gate at the values of the last [`forward`](super::Circuit::forward):
    /// by how much its value follows its first input, and its second; 0 where it has none.
    ///
    /// What comes from above, times this, is what a gate passes on to its inputs.
    pub fn local_gradient(self) -> [T; 2] {
        let Some((slot, rule)) = self.slot().and_then(|slot| Some((slot, slot.rule.get()?))) else {
            return [T::ZERO; 2];
        };
        let [x, y] = self.tape.operands(slot);
        let [d_x, d_y] = (rule.gradient)(x, y, slot.value.get());
        let has_second = matches!(slot.y.get(), Operand::Node(_));
        [d_x, if has_second { d_y } else { T::ZERO }]
    }

    /// A gate with this as its only operand.
    pub fn unary(self, rule: &'static Rule<T>) -> Self {
        self.gate(Operand::None, rule)
    }

    /// A gate with this as x and a constant as y.
    pub fn unary_with(self, constant: T, rule: &'static Rule<T>) -> Self {
        self.gate(Operand::Constant(constant), rule)
    }

    /// A gate with this as x and another node of the same circuit as y.
    pub fn binary(self, y: Self, rule: &'static Rule<T>) -> Self {
        if !y.is_of(self.tape) {
            self.tape.refuse_foreign(rule.symbol);
            return self.nowhere();
        }
        if y.slot().is_none() {
            return self.nowhere();
        }
        self.gate(Operand::Node(y.index), rule)
    }

    fn gate(self, y: Operand<T>, rule: &'static Rule<T>) -> Self {
        if self.slot().is_none() {
            return self.nowhere();
        }
        Self { index: self.tape.push(Some(rule), self.index, y, T::NAN), ..self }
    }

    /// A constant in the circuit of this node.
    pub(super) fn beside(self, value: T) -> Self {
        Self { index: self.tape.push(None, 0, Operand::Constant(value), value), ..self }
    }

    /// The handle of a node that could not be built.
    fn nowhere(self) -> Self {
        Self { index: NOWHERE, ..self }
    }

    fn slot(self) -> Option<&'c Slot<T>> {
        self.tape.slot(self.index)
    }

    /// Whether this is a node of `tape`. A borrowed tape stays where it is: its address is it.
    pub(super) fn is_of(self, tape: &Tape<[Slot<T>]>) -> bool {
        ptr::eq(self.tape, tape)
    }

    pub(super) fn index(self) -> u32 {
        self.index
    }

    pub(super) fn place(self) -> Place {
        self.tape.place(self.position())
    }
}

/// The same node of the same circuit.
impl<T: Real> PartialEq for Node<'_, T> {
    fn eq(&self, other: &Self) -> bool {
        self.is_of(other.tape) && self.index == other.index
    }
}

impl<T: Real> Eq for Node<'_, T> {}

impl<T: Real> fmt::Debug for Node<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Node")
            .field("position", &self.index)
            .field("name", &self.name())
            .field("kind", &self.kind())
            .field("value", &self.value())
            .field("gradient", &self.gradient())
            .finish_non_exhaustive()
    }
}
