// expect: widths do not meet: `gradito_core::dense::Dense<4, 10,
// expect: does not read 5 inputs
use gradito_core::{activation::Sigmoid, chain::Chain, dense::Dense, network::Feedforward};

type Rest = Chain<Dense<6, 5, Sigmoid>, Dense<4, 10, Sigmoid>>;
type Digits = Feedforward<784, Chain<Dense<784, 6, Sigmoid>, Rest>>;

static NETWORK: Digits = Digits::ZERO;

fn main() {
    println!("{NETWORK:?}");
}
