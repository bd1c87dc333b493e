//! Every error, and where it says that it is.

use std::string::{String, ToString};

use crate::circuit::{Circuit, CircuitError, Kind, Node, Place};

fn place(node: usize, gate: &'static str, name: Option<&'static str>) -> Place {
    Place { node, gate, name }
}

#[test]
fn a_full_tape() {
    let circuit = Circuit::<3>::new();
    let (x, y) = (circuit.input(1.0), circuit.input(2.0));
    let sum = x + y;
    assert_eq!(circuit.forward(), Ok(()));
    let missing = sum * x;
    let full = Err(CircuitError::Full(place(3, "·", None)));
    assert_eq!(circuit.forward(), full);
    // The first error stays, whatever is built on the missing node.
    let f = (missing + x).exp().named("f") + 1.0;
    assert_eq!((circuit.forward(), circuit.backward(f)), (full, full));
    assert_eq!((circuit.backward(x), f.set(1.0)), (full, full));
    assert_eq!((f.kind(), f.name(), f.inputs().count()), (Kind::Missing, None, 0));
    assert!(f.value().is_nan() && f.gradient().is_nan());
    assert_eq!(circuit.len(), 3);
}

#[test]
fn no_room_for_a_leaf() {
    let circuit = Circuit::<0>::new();
    circuit.constant(1.0);
    circuit.input(1.0);
    assert_eq!(circuit.forward(), Err(CircuitError::Full(place(0, "constant", None))));
    let circuit = Circuit::<0>::new();
    circuit.input(1.0);
    assert_eq!(circuit.forward(), Err(CircuitError::Full(place(0, "input", None))));
    // The constant that an operator needs.
    let circuit = Circuit::<1>::new();
    let _ = 1.0 - circuit.input(1.0);
    assert_eq!(circuit.forward(), Err(CircuitError::Full(place(1, "constant", None))));
}

#[test]
fn a_foreign_input() {
    let (circuit, other) = (Circuit::<8>::new(), Circuit::<8>::new());
    let (x, foreign) = (circuit.input(1.0), other.input(2.0));
    let f = x.max(foreign);
    let error = Err(CircuitError::Foreign(place(1, "max", None)));
    assert_eq!((circuit.forward(), circuit.backward(f)), (error, error));
    // The other circuit is sound, and no node was made.
    assert_eq!((other.forward(), circuit.len(), other.len()), (Ok(()), 1, 1));
    // What comes later is not reported.
    for _ in 0..9 {
        circuit.input(0.0);
    }
    assert_eq!(circuit.forward(), error);
}

#[test]
fn a_foreign_output() {
    let (circuit, other) = (Circuit::<8>::new(), Circuit::<8>::new());
    let (_, foreign) = (circuit.input(1.0), other.input(2.0).named("y"));
    circuit.forward().unwrap();
    let error = Err(CircuitError::Foreign(place(0, "input", Some("y"))));
    assert_eq!(circuit.backward(foreign), error);
}

/// The error of a formula of x, the node named "x".
fn value_error(formula: fn(Node<'_, f64>) -> Node<'_, f64>, x: f64) -> Result<(), CircuitError> {
    let circuit = Circuit::<8, f64>::new();
    let f = formula(circuit.input(x).named("x"));
    let result = circuit.forward();
    assert_eq!(circuit.backward(f).is_err(), result.is_err());
    result
}

#[test]
fn undefined_values() {
    let at = |gate, name| Err(CircuitError::Value(place(1, gate, name)));
    assert_eq!(value_error(|x| x.reciprocal().named("f"), 0.0), at("1/x", Some("f")));
    assert_eq!(value_error(|x| x.ln(), -1.0), at("ln", None));
    assert_eq!(value_error(|x| x.ln(), 0.0), at("ln", None));
    assert_eq!(value_error(|x| x / x, 0.0), at("/", None));
    assert_eq!(value_error(|x| x.power(0.5), -2.0), at("xᶜ", None));
    assert_eq!(value_error(|x| x.power(-1.0), 0.0), at("xᶜ", None));
    assert_eq!(value_error(|x| x.exp(), 1000.0), at("eˣ", None));
    assert_eq!(value_error(|x| x * x, f64::MAX), at("·", None));
    // The first, not what follows from it; and an input that is no number is one.
    assert_eq!(value_error(|x| x.ln().max(x).tanh(), -1.0), at("ln", None));
    for x in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = Err(CircuitError::Value(place(0, "input", Some("x"))));
        assert_eq!(value_error(|x| x.max(x), x), error);
    }
    assert_eq!(value_error(|x| x.ln().tanh(), 1.0), Ok(()));
}

/// A circuit is not spoilt by a value that has no number.
#[test]
fn undefined_values_pass_with_other_inputs() {
    let circuit = Circuit::<4>::new();
    let x = circuit.input(0.0);
    let f = x.reciprocal();
    assert!(circuit.forward().is_err());
    assert_eq!(circuit.backward(f), Err(CircuitError::NotRun(place(1, "1/x", None))));
    x.set(4.0).unwrap();
    assert_eq!((circuit.forward(), circuit.backward(f)), (Ok(()), Ok(())));
    assert_eq!((f.value(), x.gradient()), (0.25, -0.0625));
}

#[test]
fn undefined_gradients() {
    let circuit = Circuit::<4>::new();
    let x = circuit.input(0.0).named("x");
    let f = x.power(0.5);
    circuit.forward().unwrap();
    let error = Err(CircuitError::Gradient(place(0, "input", Some("x"))));
    assert_eq!((f.value(), circuit.backward(f)), (0.0, error));
    // 10³⁰ · 10³⁰ is no `f32`, though 10³⁰ · 10³⁰ · 0 is 0.
    let circuit = Circuit::<4>::new();
    let x = circuit.input(0.0);
    let f = x * 1e30 * 1e30;
    circuit.forward().unwrap();
    let error = Err(CircuitError::Gradient(place(0, "input", None)));
    assert_eq!((f.value(), circuit.backward(f)), (0.0, error));
}

#[test]
fn only_inputs_are_set() {
    let circuit = Circuit::<4>::new();
    let (x, c) = (circuit.input(1.0), circuit.constant(2.0).named("c"));
    let f = x + c;
    let error = |place| Err(CircuitError::NotInput(place));
    assert_eq!(x.set(3.0), Ok(()));
    assert_eq!(c.set(3.0), error(place(1, "constant", Some("c"))));
    assert_eq!(f.set(3.0), error(place(2, "+", None)));
    circuit.forward().unwrap();
    assert_eq!(f.value(), 5.0);
}

#[test]
fn backward_follows_forward() {
    let circuit = Circuit::<4>::new();
    let x = circuit.input(1.0);
    let f = (-x).named("f");
    let error = |place| Err(CircuitError::NotRun(place));
    assert_eq!(circuit.backward(f), error(place(1, "−x", Some("f"))));
    circuit.forward().unwrap();
    assert_eq!(circuit.backward(f), Ok(()));
    x.set(2.0).unwrap();
    assert_eq!(circuit.backward(f), error(place(1, "−x", Some("f"))));
    circuit.forward().unwrap();
    let later = f.exp();
    assert_eq!(circuit.backward(later), error(place(2, "eˣ", None)));
    assert_eq!((circuit.backward(f), later.gradient()), (Ok(()), 0.0));
}

#[test]
fn messages() {
    let (named, unnamed) = (place(5, "1/x", Some("f")), place(8, "+", None));
    let messages: [(CircuitError, &str); 6] = [
        (
            CircuitError::Full(unnamed),
            "the circuit is full: no room for node 8 (+), the first is 0; make NODES larger",
        ),
        (
            CircuitError::Foreign(unnamed),
            "node 8 (+) belongs to another circuit or would join two; use the nodes of one",
        ),
        (
            CircuitError::Value(named),
            "'f', node 5 (1/x) has no finite value; change the inputs that lead to it",
        ),
        (
            CircuitError::Gradient(named),
            "'f', node 5 (1/x) has no finite gradient; change the inputs that lead to it",
        ),
        (CircuitError::NotInput(named), "'f', node 5 (1/x) is no input; only inputs can be set"),
        (
            CircuitError::NotRun(named),
            "'f', node 5 (1/x) is not computed for the present inputs; call forward first",
        ),
    ];
    for (error, message) in messages {
        let error: &dyn core::error::Error = &error;
        let shown: String = error.to_string();
        assert_eq!(shown, message);
    }
}
