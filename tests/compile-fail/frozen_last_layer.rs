// expect: the last layer of a network cannot be frozen
use gradito_core::network;

type Digits = network!(784 => 30 Sigmoid => frozen 10 Sigmoid);

fn main() {
    println!("{}", size_of::<Digits>());
}
