// expect: SoftmaxCrossEntropy` does not fit outputs of `
// expect: activation::Sigmoid`
// expect: cross-entropy goes with Sigmoid outputs, softmax cross-entropy with Softmax
use gradito_core::cost::{Class, SoftmaxCrossEntropy};
use gradito_core::{network, optimizer::Sgd, sgd::step, signal::Pixels};

type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);

fn main() {
    let (mut network, mut sgd, mut traces) = (Digits::ZERO, Sgd::new(), [Digits::TRACE]);
    let batch = [(&Pixels([0; 784]), Class(3))].into_iter();
    let result = step(&mut network, &mut sgd, &SoftmaxCrossEntropy, batch, &mut traces, 3.0);
    println!("{result:?}");
}
