//! Forward and backward, and what can be seen of the tape.

use std::format;
use std::vec::Vec;

use crate::circuit::{Circuit, Kind, Node, Rule};

#[test]
fn a_node_used_twice_adds_up() {
    let circuit = Circuit::<8>::new();
    let x = circuit.input(3.0);
    // x·x + x + x: 2x + 2.
    let f = x * x + x + x;
    circuit.forward().unwrap();
    circuit.backward(f).unwrap();
    assert_eq!((f.value(), x.gradient()), (15.0, 8.0));
    // Nothing is left of the first call by a second.
    circuit.backward(f).unwrap();
    assert_eq!(x.gradient(), 8.0);
}

/// Both ways from x to f, one longer than the other.
#[test]
fn every_path_counts_once() {
    let circuit = Circuit::<8, f64>::new();
    let x = circuit.input(2.0);
    let square = x.square();
    let f = (square * x + square).square();
    circuit.forward().unwrap();
    circuit.backward(f).unwrap();
    // 2(x³ + x²)(3x² + 2x).
    assert_eq!((f.value(), x.gradient(), square.gradient()), (144.0, 384.0, 72.0));
}

#[test]
fn local_gradients_are_those_of_the_gate_alone() {
    let circuit = Circuit::<8>::new();
    let [x, y] = [4.0, -3.0].map(|value| circuit.input(value));
    let product = x * y;
    let scaled = 5.0 * product;
    circuit.forward().unwrap();
    circuit.backward(scaled).unwrap();
    assert_eq!(product.local_gradient(), [-3.0, 4.0]);
    // Of a gate with a constant the second is none of a node; inputs have none at all.
    assert_eq!(scaled.local_gradient(), [5.0, 0.0]);
    assert_eq!(x.local_gradient(), [0.0, 0.0]);
    let passed = product.local_gradient().map(|local| product.gradient() * local);
    assert_eq!(passed, [x.gradient(), y.gradient()]);
}

#[test]
fn new_inputs_on_the_old_tape() {
    let circuit = Circuit::<4>::new();
    let (x, y) = (circuit.input(1.0), circuit.input(1.0));
    let f = x * y;
    for (a, b) in [(2.0, 3.0), (-1.5, 4.0), (0.0, 7.0)] {
        x.set(a).unwrap();
        y.set(b).unwrap();
        circuit.forward().unwrap();
        circuit.backward(f).unwrap();
        assert_eq!((f.value(), x.gradient(), y.gradient()), (a * b, b, a));
    }
    assert_eq!(circuit.len(), 3);
}

#[test]
fn any_node_can_be_the_output() {
    let circuit = Circuit::<8>::new();
    let (x, y) = (circuit.input(2.0), circuit.input(5.0));
    let product = x * y;
    let sum = product + x;
    circuit.forward().unwrap();
    circuit.backward(product).unwrap();
    assert_eq!([x, y, product, sum].map(Node::gradient), [5.0, 2.0, 1.0, 0.0]);
    circuit.backward(x).unwrap();
    assert_eq!([x, y, product, sum].map(Node::gradient), [1.0, 0.0, 0.0, 0.0]);
    // The tape grows on.
    let f = sum * sum;
    circuit.forward().unwrap();
    circuit.backward(f).unwrap();
    assert_eq!((f.value(), x.gradient()), (144.0, 2.0 * 12.0 * 6.0));
}

/// The root's slope at 0 is infinite, but the rectifier lets nothing through to it.
#[test]
fn a_slope_that_does_not_count_may_be_infinite() {
    let circuit = Circuit::<8>::new();
    let x = circuit.input(0.0);
    let f = (x.power(0.5) - 1.0).relu();
    circuit.forward().unwrap();
    circuit.backward(f).unwrap();
    assert_eq!((f.value(), x.gradient()), (0.0, 0.0));
}

#[test]
fn nothing_is_known_before_it_is_computed() {
    let circuit = Circuit::<4>::new();
    let x = circuit.input(3.0);
    let f = -x;
    assert!(x.value() == 3.0 && f.value().is_nan());
    circuit.forward().unwrap();
    assert!(f.value() == -3.0 && x.gradient().is_nan() && f.gradient().is_nan());
}

#[test]
fn the_tape_shows_what_it_is() {
    let circuit = Circuit::<8>::new();
    let x = circuit.input(4.0).named("x");
    let c = circuit.constant(1.0);
    let sum = x + c;
    let f = (0.5 * sum).named("f");
    let gate = |symbol, constant| Kind::Gate { symbol, constant };
    let kinds = [Kind::Input, Kind::Constant, gate("+", None), gate("c·x", Some(0.5))];
    let inputs: [&[Node]; 4] = [&[], &[], &[x, c], &[sum]];
    assert_eq!(circuit.nodes().len(), 4);
    for (index, node) in circuit.nodes().enumerate() {
        assert_eq!((node.position(), node.kind()), (index, kinds[index]));
        assert!(node.inputs().eq(inputs[index].iter().copied()));
    }
    assert_eq!(
        circuit.nodes().map(Node::name).collect::<Vec<_>>(),
        [Some("x"), None, None, Some("f")]
    );
    assert!(circuit.nodes().rev().eq([f, sum, c, x]));
    assert_eq!(sum.named("y").named("z").name(), Some("z"));

    circuit.forward().unwrap();
    circuit.backward(f).unwrap();
    let shown: Vec<_> = circuit.nodes().map(|node| (node.value(), node.gradient())).collect();
    assert_eq!(shown, [(4.0, 0.5), (1.0, 0.5), (5.0, 0.5), (2.5, 1.0)]);
    assert_eq!(
        format!("{f:?}"),
        "Node { position: 3, name: Some(\"f\"), \
         kind: Gate { symbol: \"c·x\", constant: Some(0.5) }, value: 2.5, gradient: 1.0, .. }"
    );
    assert_eq!(format!("{circuit:?}").matches("Node").count(), 4);
}

/// The same node is the same node of the same circuit.
#[test]
fn nodes_are_compared_by_what_they_are() {
    let (circuit, other) = (Circuit::<4>::new(), Circuit::<4>::new());
    let (x, y, foreign) = (circuit.input(1.0), circuit.input(1.0), other.input(1.0));
    assert!(x == x && x != y && x != foreign);
}

#[test]
fn a_cleared_circuit_is_a_new_one() {
    let mut circuit = Circuit::<2>::new();
    assert!(circuit.is_empty());
    let _ = circuit.input(1.0).named("x").exp().exp();
    assert!(circuit.forward().is_err() && circuit.len() == 2);
    circuit.clear();
    assert!(circuit.is_empty() && circuit.forward() == Ok(()));
    let x = circuit.input(7.0);
    let f = x.square();
    assert_eq!(x.name(), None);
    circuit.forward().unwrap();
    circuit.backward(f).unwrap();
    assert_eq!((f.value(), x.gradient()), (49.0, 14.0));
}

/// A gate of one's own: one with two inputs, one with a constant.
#[test]
fn gates_can_be_added_from_outside() {
    static HYPOTENUSE: Rule<f64> = Rule {
        symbol: "√(x² + y²)",
        value: |x, y| (x * x + y * y).sqrt(),
        gradient: |x, y, f| [x / f, y / f],
    };
    static MODULO: Rule<f64> =
        Rule { symbol: "x mod c", value: |x, c| x % c, gradient: |_, _, _| [1.0, 0.0] };

    let circuit = Circuit::<4, f64>::new();
    let (x, y) = (circuit.input(3.0), circuit.input(4.0));
    let f = x.binary(y, &HYPOTENUSE).unary_with(2.0, &MODULO);
    circuit.forward().unwrap();
    circuit.backward(f).unwrap();
    assert_eq!((f.value(), x.gradient(), y.gradient()), (1.0, 0.6, 0.8));
    assert_eq!(f.kind(), Kind::Gate { symbol: "x mod c", constant: Some(2.0) });
}

#[test]
fn an_empty_circuit_has_nothing_to_do() {
    assert_eq!(Circuit::<0>::default().forward(), Ok(()));
    assert_eq!(Circuit::<3, f64>::default().forward(), Ok(()));
}
