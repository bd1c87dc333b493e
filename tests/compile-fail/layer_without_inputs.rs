// expect: a layer needs at least one input and one output
use gradito_core::{activation::Sigmoid, dense::Dense, network::Feedforward};

static NETWORK: Feedforward<0, Dense<0, 10, Sigmoid>> = Feedforward::ZERO;

fn main() {
    println!("{NETWORK:?}");
}
