// expect: does not read 6 inputs and pass their gradient on
// expect: only the first layers of a network can be frozen
use gradito_core::network;

type Digits = network!(784 => 6 Sigmoid => frozen 5 Sigmoid => 10 Sigmoid);

static NETWORK: Digits = Digits::ZERO;

fn main() {
    println!("{NETWORK:?}");
}
