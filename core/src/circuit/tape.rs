//! The tape: nodes in the order they were made, and the two passes over them.

use core::cell::Cell;

use super::error::{CircuitError, Place};
use super::real::Real;

/// The most nodes of a tape: positions are `u32`, and one of them is nobody's.
pub(super) const MOST_NODES: usize = u32::MAX as usize;

/// The position of no node: what building hands out when it has failed.
pub(super) const NOWHERE: u32 = u32::MAX;

/// The local rule of a gate: its value, and its derivative by each of its two operands.
///
/// The second operand is another node or a constant, and nothing (0) for a gate that needs none.
///
/// ```
/// use gradito_core::circuit::{Circuit, Rule};
///
/// static CUBE: Rule<f32> = Rule {
///     symbol: "x³",
///     value: |x, _| x * x * x,
///     gradient: |x, _, _| [3.0 * x * x, 0.0],
/// };
///
/// let circuit = Circuit::<4>::new();
/// let x = circuit.input(2.0);
/// let f = x.unary(&CUBE);
/// circuit.forward()?;
/// circuit.backward(f)?;
/// assert_eq!((f.value(), x.gradient()), (8.0, 12.0));
/// # Ok::<(), gradito_core::circuit::CircuitError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Rule<T> {
    /// What a drawing calls the gate.
    pub symbol: &'static str,
    /// f(x, y).
    pub value: fn(x: T, y: T) -> T,
    /// (∂f/∂x, ∂f/∂y), given x, y and f(x, y); that of a constant or of nothing is not used.
    pub gradient: fn(x: T, y: T, f: T) -> [T; 2],
}

/// The second operand of a gate.
#[derive(Clone, Copy)]
pub(super) enum Operand<T> {
    /// There is none.
    None,
    /// A number.
    Constant(T),
    /// The value of the node at this position.
    Node(u32),
}

/// Room for a node.
pub(super) struct Slot<T: 'static> {
    /// `None` of an input, which has no operand, and of a constant, whose operand it is.
    pub rule: Cell<Option<&'static Rule<T>>>,
    /// The position of a gate's first operand.
    pub x: Cell<u32>,
    pub y: Cell<Operand<T>>,
    pub value: Cell<T>,
    pub gradient: Cell<T>,
    pub name: Cell<Option<&'static str>>,
}

impl<T: Real> Slot<T> {
    pub const fn empty() -> Self {
        Self {
            rule: Cell::new(None),
            x: Cell::new(0),
            y: Cell::new(Operand::None),
            value: Cell::new(T::ZERO),
            gradient: Cell::new(T::ZERO),
            name: Cell::new(None),
        }
    }

    fn is_input(&self) -> bool {
        matches!((self.rule.get(), self.y.get()), (None, Operand::None))
    }
}

/// The symbol of a gate, or what the node is instead.
fn symbol<T>(rule: Option<&'static Rule<T>>, y: Operand<T>) -> &'static str {
    match (rule, y) {
        (Some(rule), _) => rule.symbol,
        (None, Operand::None) => "input",
        (None, _) => "constant",
    }
}

/// What has gone wrong while a circuit was built.
///
/// Not an `Option`, whose `None` need not be zeros: an empty circuit is to lie in `.bss`.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Fault {
    None = 0,
    Full(Place),
    Foreign(Place),
}

/// Nodes in the order they were made, in `slots`; each has its operands before it.
pub(super) struct Tape<S: ?Sized> {
    /// How many slots hold a node.
    len: Cell<u32>,
    /// How many nodes have the value of the present inputs.
    computed: Cell<u32>,
    fault: Cell<Fault>,
    slots: S,
}

impl<S> Tape<S> {
    pub const fn new(slots: S) -> Self {
        Self { len: Cell::new(0), computed: Cell::new(0), fault: Cell::new(Fault::None), slots }
    }
}

impl<T: Real> Tape<[Slot<T>]> {
    /// The node at `index`.
    #[inline(always)]
    pub fn slot(&self, index: u32) -> Option<&Slot<T>> {
        self.slots.get(index as usize)
    }

    /// The slots that hold a node.
    pub fn written(&self) -> &[Slot<T>] {
        self.slots.get(..self.len.get() as usize).unwrap_or(&[])
    }

    pub fn clear(&self) {
        self.len.set(0);
        self.computed.set(0);
        self.fault.set(Fault::None);
    }

    /// Writes a node down; returns its position, [`NOWHERE`] if the tape is full.
    pub fn push(&self, rule: Option<&'static Rule<T>>, x: u32, y: Operand<T>, value: T) -> u32 {
        let index = self.len.get();
        let Some(slot) = self.slot(index) else {
            self.refuse(Fault::Full(self.next(symbol(rule, y))));
            return NOWHERE;
        };
        slot.rule.set(rule);
        slot.x.set(x);
        slot.y.set(y);
        slot.value.set(value);
        slot.gradient.set(T::NAN);
        slot.name.set(None);
        self.len.set(index + 1);
        index
    }

    /// Notes that a gate was to have inputs from two circuits.
    pub fn refuse_foreign(&self, gate: &'static str) {
        self.refuse(Fault::Foreign(self.next(gate)));
    }

    /// The place of the node that would come next.
    fn next(&self, gate: &'static str) -> Place {
        Place { node: self.len.get() as usize, gate, name: None }
    }

    /// Keeps the first fault.
    fn refuse(&self, fault: Fault) {
        if let Fault::None = self.fault.get() {
            self.fault.set(fault);
        }
    }

    /// The first fault of building.
    fn sound(&self) -> Result<(), CircuitError> {
        match self.fault.get() {
            Fault::None => Ok(()),
            Fault::Full(place) => Err(CircuitError::Full(place)),
            Fault::Foreign(place) => Err(CircuitError::Foreign(place)),
        }
    }

    /// How errors name the node at `index`.
    #[cold]
    pub fn place(&self, index: usize) -> Place {
        match self.slots.get(index) {
            Some(slot) => {
                let gate = symbol(slot.rule.get(), slot.y.get());
                Place { node: index, gate, name: slot.name.get() }
            }
            None => self.next("none"),
        }
    }

    /// Sets the value of the input at `index`.
    pub fn set(&self, index: u32, value: T) -> Result<(), CircuitError> {
        match self.slot(index) {
            Some(slot) if slot.is_input() => {
                slot.value.set(value);
                self.computed.set(0);
                Ok(())
            }
            _ => {
                self.sound()?;
                Err(CircuitError::NotInput(self.place(index as usize)))
            }
        }
    }

    #[inline(always)]
    fn value(&self, index: u32) -> T {
        self.slot(index).map_or(T::NAN, |slot| slot.value.get())
    }

    #[inline(always)]
    pub fn operands(&self, slot: &Slot<T>) -> [T; 2] {
        let y = match slot.y.get() {
            Operand::None => T::ZERO,
            Operand::Constant(constant) => constant,
            Operand::Node(index) => self.value(index),
        };
        [self.value(slot.x.get()), y]
    }

    /// The values: of each gate f(x, y), operands before what needs them.
    pub fn forward(&self) -> Result<(), CircuitError> {
        self.sound()?;
        self.computed.set(0);
        for (index, slot) in self.written().iter().enumerate() {
            if let Some(rule) = slot.rule.get() {
                let [x, y] = self.operands(slot);
                slot.value.set((rule.value)(x, y));
            }
            if !slot.value.get().is_finite() {
                return Err(CircuitError::Value(self.place(index)));
            }
        }
        self.computed.set(self.len.get());
        Ok(())
    }

    /// The gradients of the node at `output`: what comes to a gate from above, times the local
    /// gradient, is added to its operands, whatever needs a node before the node itself.
    ///
    /// Where nothing comes from above nothing is added: a slope that does not count may be infinite.
    pub fn backward(&self, output: u32) -> Result<(), CircuitError> {
        self.sound()?;
        if output >= self.computed.get() {
            return Err(CircuitError::NotRun(self.place(output as usize)));
        }
        let nodes = self.written();
        for slot in nodes {
            slot.gradient.set(T::ZERO);
        }
        if let Some(slot) = self.slot(output) {
            slot.gradient.set(T::ONE);
        }
        for (index, slot) in nodes.iter().enumerate().rev() {
            let above = slot.gradient.get();
            if above == T::ZERO {
                continue;
            }
            if !above.is_finite() {
                return Err(CircuitError::Gradient(self.place(index)));
            }
            if let Some(rule) = slot.rule.get() {
                let [x, y] = self.operands(slot);
                let [d_x, d_y] = (rule.gradient)(x, y, slot.value.get());
                self.add(slot.x.get(), above * d_x);
                if let Operand::Node(index) = slot.y.get() {
                    self.add(index, above * d_y);
                }
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn add(&self, index: u32, gradient: T) {
        if let Some(slot) = self.slot(index) {
            slot.gradient.set(slot.gradient.get() + gradient);
        }
    }
}
