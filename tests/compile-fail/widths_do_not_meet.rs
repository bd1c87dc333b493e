// expect: widths do not meet: `gradito_core::dense::Dense<31, 10,
// expect: does not read 30 inputs
// expect: each layer must read as many inputs as the layer before it has outputs
use gradito_core::{activation::Sigmoid, chain::Chain, dense::Dense, network::Feedforward};

fn main() {
    let network = Feedforward::<784, Chain<Dense<784, 30, Sigmoid>, Dense<31, 10, Sigmoid>>>::ZERO;
    println!("{network:?}");
}
