//! Circuits, gate by gate: `cargo bench -p gradito --bench circuit`.
//!
//! An item is one gate; inputs, which are on the tape, too, are not counted. `network` is a
//! 20-16-8-1 network of rectifiers with its cost, sample by sample the shape of what circuits are for;
//! `mixed` has all the functions, one after another. `whole` builds, computes and differentiates
//! the network: what `tests/peers/circuit_micrograd.py` does.

use divan::Bencher;
use divan::counter::ItemsCount;
use gradito_core::circuit::{Circuit, Kind, Node, Real};

fn main() {
    divan::main();
}

/// Room for the formulas here.
const NODES: usize = 1536;

type Tape<T> = Circuit<NODES, T>;

/// The cost (f(x) − 1)² of a network of rectifiers.
///
/// Numbers follow from how many inputs there are before: 20 of the sample, then of each neuron its
/// bias and its weights.
fn network<T: Real + From<f32>>(circuit: &Tape<T>) -> Node<'_, T> {
    let input = || circuit.input(((circuit.len() * 7919 % 2001) as f32 / 1000.0 - 1.0).into());
    let mut signals: Vec<Node<T>> = (0..20).map(|_| input()).collect();
    for outputs in [16, 8, 1] {
        let neuron = |_| signals.iter().fold(input(), |sum, &x| sum + input() * x).relu();
        signals = (0..outputs).map(neuron).collect();
    }
    (signals[0] - T::ONE).square()
}

/// Ten gates, of nearly all kinds, again and again; the gradient comes through all of them.
fn mixed<T: Real + From<f32>>(circuit: &Tape<T>) -> Node<'_, T> {
    let [x, y, low, high] = [0.3, -0.7, -9.0, 9.0].map(|value: f32| circuit.input(value.into()));
    (0..100).fold(x, |f, _| {
        let positive = (f * y).exp() + x.sigmoid();
        (positive.reciprocal().ln() - f.tanh()).max(low).min(high)
    })
}

/// The gates on a tape that `counts`.
fn gates<T: Real>(circuit: &Tape<T>, counts: fn(&Node<T>) -> bool) -> ItemsCount {
    let is_gate = |node: &Node<T>| matches!(node.kind(), Kind::Gate { .. });
    ItemsCount::new(circuit.nodes().filter(is_gate).filter(counts).count())
}

/// A formula's two passes.
macro_rules! passes {
    ($formula:ident) => {
        #[divan::bench_group]
        mod $formula {
            use super::*;

            #[divan::bench(types = [f32, f64])]
            fn forward<T: Real + From<f32>>(bencher: Bencher) {
                let circuit = Tape::<T>::new();
                super::$formula(&circuit);
                bencher.counter(gates(&circuit, |_| true)).bench_local(|| circuit.forward());
            }

            /// Gates that no gradient reaches are passed over, and so not counted.
            #[divan::bench(types = [f32, f64])]
            fn backward<T: Real + From<f32>>(bencher: Bencher) {
                let circuit = Tape::<T>::new();
                let f = super::$formula(&circuit);
                circuit.forward().expect("finite values");
                circuit.backward(f).expect("finite gradients");
                let reached = gates(&circuit, |node| node.gradient() != T::ZERO);
                bencher.counter(reached).bench_local(|| circuit.backward(f));
            }
        }
    };
}

passes!(network);
passes!(mixed);

#[divan::bench(types = [f32, f64])]
fn whole<T: Real + From<f32> + Into<f64>>(bencher: Bencher) {
    let mut circuit = Tape::<T>::new();
    network(&circuit);
    let counter = gates(&circuit, |_| true);
    let mut run = || {
        circuit.clear();
        let f = network(&circuit);
        circuit.forward().expect("finite values");
        circuit.backward(f).expect("finite gradients");
        [Some(f), circuit.nodes().next()]
            .map(|node| node.map(|node| (node.value(), node.gradient())))
    };
    let [Some((cost, _)), Some((_, gradient))] = run() else { panic!("the tape has nodes") };
    let (cost, gradient): (f64, f64) = (cost.into(), gradient.into());
    assert!((cost - 0.449_127).abs() < 1e-5, "{cost} is not micrograd's cost");
    assert!((gradient - 5.152_84).abs() < 1e-4, "{gradient} is not micrograd's gradient");
    bencher.counter(counter).bench_local(run);
}
