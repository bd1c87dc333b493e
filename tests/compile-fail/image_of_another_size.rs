// expect: Pixels<783>` is not a signal of 784 values
// expect: the layer reads 784 inputs
use gradito_core::{network, signal::Pixels};

type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);

fn main() {
    let (network, mut trace) = (Digits::ZERO, Digits::TRACE);
    network.forward(&Pixels([0; 783]), &mut trace);
}
