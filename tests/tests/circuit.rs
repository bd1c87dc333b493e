//! A dense network written as a circuit, gate by gate, has the gradients of the layers.

use gradito_core::circuit::{Circuit, Node};
use gradito_core::cost::Quadratic;
use gradito_core::kind::InitKind;
use gradito_core::layer::Parameters;
use gradito_core::{Network, network, sgd};

type Layers = network!(3 => 2 Sigmoid => 2 Sigmoid);

/// Weights, biases, inputs and desired outputs; a gate for every operation: 18 in the first layer,
/// 14 in the second, 6 for the cost.
const NODES: usize = 14 + 3 + 2 + 14 + 10 + 6;

/// σ(b + Σ x·w) for each output: weights lie by inputs, biases after them.
fn layer<'c, const OUT: usize>(parameters: &[Node<'c>], x: &[Node<'c>]) -> [Node<'c>; OUT] {
    let (weights, biases) = parameters.split_at(x.len() * OUT);
    std::array::from_fn(|output| {
        let products = x.iter().zip(weights.chunks(OUT)).map(|(&x, row)| x * row[output]);
        products.fold(biases[output], |sum, product| sum + product).sigmoid()
    })
}

fn values(network: &Layers) -> Vec<f32> {
    let mut values = Vec::new();
    network.visit(&mut |parameters: Parameters<&[f32]>| {
        values.extend_from_slice(parameters.into_values());
    });
    values
}

/// Equal to the bit, not only to rounding: the circuit does the operations of the layers in their
/// order, the ½ and the 2 of the cost's square are exact, and two terms have the same sum in
/// either order, which is where the tape, backwards, has another.
#[test]
fn a_dense_network_as_a_circuit_has_the_gradients_of_the_layers() {
    let samples = [
        ([0.5, -1.0, 2.0], [1.0, 0.0]),
        ([-0.75, 0.3, 0.1], [0.0, 1.0]),
        ([1.5, 2.5, -0.2], [0.25, 0.5]),
    ];
    for seed in 1..=20 {
        let mut network = Layers::ZERO;
        network.initialize(InitKind::Unit, seed);

        let circuit = Circuit::<NODES>::new();
        let parameters: Vec<Node> =
            values(&network).into_iter().map(|value| circuit.input(value)).collect();
        let x = [0.0; 3].map(|value| circuit.input(value));
        let y = [0.0; 2].map(|value| circuit.input(value));
        let (first, second) = parameters.split_at(3 * 2 + 2);
        let hidden: [Node; 2] = layer(first, &x);
        let outputs: [Node; 2] = layer(second, &hidden);
        let errors = [0, 1].map(|output| (outputs[output] - y[output]).square());
        let cost = 0.5 * (errors[0] + errors[1]);
        assert_eq!(circuit.len(), NODES, "the tape is as long as it need be");

        for (sample, target) in samples {
            for (nodes, numbers) in [(&x[..], &sample[..]), (&y, &target)] {
                nodes.iter().zip(numbers).for_each(|(node, &number)| node.set(number).unwrap());
            }
            circuit.forward().unwrap();
            circuit.backward(cost).unwrap();

            let (mut trace, mut gradient) = (Layers::TRACE, Layers::ZERO);
            let report = sgd::gradient(
                &network,
                &Quadratic,
                &sample,
                &target[..],
                &mut trace,
                &mut gradient,
            );
            let found: Vec<f32> = parameters.iter().map(|node| node.gradient()).collect();
            assert_eq!(outputs.map(|node| node.value()), network.outputs(&trace));
            assert_eq!(cost.value(), report.cost);
            assert_eq!(found, values(&gradient), "seed {seed}");
            assert!(found.iter().all(|&number| number != 0.0));
        }
    }
}
