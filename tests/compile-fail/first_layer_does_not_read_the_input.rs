// expect: widths do not meet: `gradito_core::dense::Dense<783, 10,
// expect: does not read 784 inputs
use gradito_core::{activation::Sigmoid, dense::Dense, network::Feedforward};

fn main() {
    println!("{:?}", Feedforward::<784, Dense<783, 10, Sigmoid>>::ZERO);
}
