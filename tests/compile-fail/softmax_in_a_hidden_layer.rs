// expect: Softmax` fits neither a hidden layer nor the quadratic cost
// expect: hidden layers and the quadratic cost take Sigmoid, Tanh, Relu or Identity
use gradito_core::network;

type Digits = network!(784 => 30 Softmax => 10 Sigmoid);

fn main() {
    println!("{:?}", Digits::ZERO);
}
