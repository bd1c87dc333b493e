// expect: a layer needs at least one input and one output
use gradito_core::network;

type Digits = network!(784 => 0 Sigmoid => 10 Sigmoid);

static NETWORK: Digits = Digits::ZERO;

fn main() {
    println!("{NETWORK:?}");
}
