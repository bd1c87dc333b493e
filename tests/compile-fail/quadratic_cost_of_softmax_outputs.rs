// expect: Softmax` fits neither a hidden layer nor the quadratic cost
// expect: Softmax belongs in the output layer, with SoftmaxCrossEntropy
use gradito_core::cost::{Class, Quadratic};
use gradito_core::{network, optimizer::Sgd, sgd::step, signal::Pixels};

type Digits = network!(784 => 30 Sigmoid => 10 Softmax);

fn main() {
    let (mut network, mut sgd, mut traces) = (Digits::ZERO, Sgd::new(), [Digits::TRACE]);
    let batch = [(&Pixels([0; 784]), Class(3))].into_iter();
    let result = step(&mut network, &mut sgd, &Quadratic, batch, &mut traces, 3.0);
    println!("{result:?}");
}
