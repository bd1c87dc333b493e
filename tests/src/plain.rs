//! Mini-batch SGD by the definition: number by number, input by input, sample by sample.
//!
//! What is promised of every kernel, block, thread and vector is that it ends with these bits:
//!
//! - a sum z is the bias, to which input · weight is added by rising input;
//! - an input equal to 0, of either sign, is skipped, and its weights take no update;
//! - backward, a sum is 0, to which weight · delta is added by rising output, 0 or not;
//! - all samples of a batch see the old weights; then each in turn adds input · (rate · delta),
//!   where rate = −(η/m).
//!
//! Of the core only the functions of single numbers are used, and the costs.

use gradito_core::activation::{Elementwise, Identity, Relu, Sigmoid, Softmax, Tanh};
use gradito_core::cost::{Class, Cost, CrossEntropy, Quadratic, SoftmaxCrossEntropy, Target};
use gradito_core::kind::{ActivationKind, CostKind};
use gradito_core::layer::LayerShape;
use gradito_core::math::{Math, Poly};
use gradito_core::network::argmax;

/// A network and the cost that it is trained to make small.
#[derive(Clone, Debug)]
pub struct Plain {
    layers: Vec<Layer>,
    cost: CostKind,
}

#[derive(Clone, Debug)]
struct Layer {
    inputs: usize,
    outputs: usize,
    activation: ActivationKind,
    /// `[input][output]`.
    weights: Vec<f32>,
    biases: Vec<f32>,
}

/// What a batch showed before its update.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Seen {
    /// The sum of the costs.
    pub cost: f64,
    /// The samples recognised.
    pub correct: u32,
}

/// What one sample leaves behind in a layer.
struct Trace {
    sums: Vec<f32>,
    outputs: Vec<f32>,
    deltas: Vec<f32>,
}

impl Plain {
    /// The network of `shapes` with `parameters`, in the order of a model image.
    ///
    /// # Panics
    ///
    /// If there are more or fewer parameters than that.
    pub fn new(shapes: &[LayerShape], cost: CostKind, parameters: &[f32]) -> Self {
        let mut rest = parameters;
        let mut take = |count: usize| {
            let (these, others) = rest.split_at(count);
            rest = others;
            these.to_vec()
        };
        let layer = |shape: &LayerShape| Layer {
            inputs: shape.inputs,
            outputs: shape.outputs,
            activation: shape.activation,
            weights: take(shape.inputs * shape.outputs),
            biases: take(shape.outputs),
        };
        let layers = shapes.iter().map(layer).collect();
        assert!(rest.is_empty(), "{} parameters too many", rest.len());
        Self { layers, cost }
    }

    /// The parameters, in the order of a model image.
    pub fn parameters(&self) -> Vec<f32> {
        let pieces = self.layers.iter().flat_map(|layer| [&layer.weights, &layer.biases]);
        pieces.flatten().copied().collect()
    }

    /// The outputs for the inputs `x`.
    pub fn outputs(&self, x: &[f32]) -> Vec<f32> {
        let last = self.forward(x).pop();
        last.map(|trace| trace.outputs).unwrap_or_default()
    }

    /// One step on a batch of inputs and their classes.
    pub fn step(&mut self, batch: &[(&[f32], usize)], eta: f32) -> Seen {
        let mut seen = Seen::default();
        let mut passes = Vec::new();
        for &(x, class) in batch {
            let mut traces = self.forward(x);
            if let Some(last) = traces.last_mut() {
                seen.cost += f64::from(self.cost_of(last, class));
                seen.correct += u32::from(argmax(&last.outputs) == class);
            }
            self.backward(&mut traces, class);
            passes.push(traces);
        }
        let rate = -(eta / batch.len() as f32);
        for (&(x, _), traces) in batch.iter().zip(&passes) {
            self.update(x, traces, rate);
        }
        seen
    }

    fn forward(&self, x: &[f32]) -> Vec<Trace> {
        let mut traces: Vec<Trace> = Vec::new();
        for layer in &self.layers {
            let x = traces.last().map_or(x, |below| &below.outputs);
            assert_eq!(x.len(), layer.inputs);
            let mut sums = layer.biases.clone();
            for (input, &x) in x.iter().enumerate() {
                if x == 0.0 {
                    continue;
                }
                let row = &layer.weights[input * layer.outputs..][..layer.outputs];
                for output in 0..layer.outputs {
                    sums[output] += x * row[output];
                }
            }
            let outputs = activated(layer.activation, &sums);
            traces.push(Trace { sums, outputs, deltas: Vec::new() });
        }
        traces
    }

    fn cost_of(&self, last: &Trace, class: usize) -> f32 {
        let (a, z, class) = (&last.outputs, &last.sums, Class(class));
        match self.cost {
            CostKind::CrossEntropy => Cost::<Sigmoid>::value(&CrossEntropy, &class, a, z),
            CostKind::SoftmaxCrossEntropy => {
                Cost::<Softmax>::value(&SoftmaxCrossEntropy, &class, a, z)
            }
            CostKind::Quadratic => Cost::<Identity>::value(&Quadratic, &class, a, z),
        }
    }

    fn backward(&self, traces: &mut [Trace], class: usize) {
        for index in (0..self.layers.len()).rev() {
            let (these, above) = traces.split_at_mut(index + 1);
            let (trace, activation) = (&mut these[index], self.layers[index].activation);
            let mut deltas = Vec::new();
            for (neuron, &a) in trace.outputs.iter().enumerate() {
                deltas.push(match (above.first(), self.cost) {
                    (Some(above), _) => {
                        let layer = &self.layers[index + 1];
                        let row = &layer.weights[neuron * layer.outputs..][..layer.outputs];
                        let mut sum = 0.0;
                        for (weight, delta) in row.iter().zip(&above.deltas) {
                            sum += weight * delta;
                        }
                        sum * derivative(activation, a)
                    }
                    (None, CostKind::Quadratic) => {
                        (a - Class(class).at(neuron)) * derivative(activation, a)
                    }
                    (None, _) => a - Class(class).at(neuron),
                });
            }
            trace.deltas = deltas;
        }
    }

    fn update(&mut self, x: &[f32], traces: &[Trace], rate: f32) {
        for (index, layer) in self.layers.iter_mut().enumerate() {
            let x = if index == 0 { x } else { &traces[index - 1].outputs };
            let steps: Vec<f32> = traces[index].deltas.iter().map(|delta| rate * delta).collect();
            for (input, &x) in x.iter().enumerate() {
                if x == 0.0 {
                    continue;
                }
                let row = &mut layer.weights[input * layer.outputs..][..layer.outputs];
                for output in 0..layer.outputs {
                    row[output] += x * steps[output];
                }
            }
            for (bias, step) in layer.biases.iter_mut().zip(&steps) {
                *bias += step;
            }
        }
    }
}

/// a of the sums z of a layer.
fn activated(kind: ActivationKind, z: &[f32]) -> Vec<f32> {
    let value: fn(f32) -> f32 = match kind {
        ActivationKind::Sigmoid => <Sigmoid>::value,
        ActivationKind::Tanh => <Tanh>::value,
        ActivationKind::Relu => <Relu>::value,
        ActivationKind::Softmax => return softmax(z),
        ActivationKind::Identity => <Identity>::value,
    };
    z.iter().map(|&z| value(z)).collect()
}

fn softmax(z: &[f32]) -> Vec<f32> {
    let largest = z.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponentials: Vec<f32> = z.iter().map(|&z| Poly::exp(z - largest)).collect();
    let mut sum = 0.0;
    for exponential in &exponentials {
        sum += exponential;
    }
    exponentials.iter().map(|exponential| exponential / sum).collect()
}

/// ∂a/∂z, given a.
fn derivative(kind: ActivationKind, a: f32) -> f32 {
    match kind {
        ActivationKind::Sigmoid => <Sigmoid>::derivative(a),
        ActivationKind::Tanh => <Tanh>::derivative(a),
        ActivationKind::Relu => <Relu>::derivative(a),
        ActivationKind::Identity | ActivationKind::Softmax => <Identity>::derivative(a),
    }
}
