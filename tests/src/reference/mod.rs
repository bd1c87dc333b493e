//! Dense networks in `f64`, written straight from the formulas: what gradito is checked against.
//!
//! It shares no code with `gradito-core` or `gradito`, knows no speed, and allocates wherever that
//! reads better. It is itself checked by central differences in `tests/reference.rs`.
//!
//! | formula | code | shape |
//! | --- | --- | --- |
//! | x, a layer's input | `input` | `[inputs]` |
//! | w, b | `weights`, `biases` | `[inputs][outputs]`, row-major; `[outputs]` |
//! | z = b + x·w | `z` | `[outputs]` |
//! | a = σ(z) | `a` | `[outputs]` |
//! | y, the desired output | `target` | `[outputs]` |
//! | δ = ∂C/∂z | `d_z` | `[outputs]` |
//! | ∂C/∂a, ∂C/∂x | `d_a`, `d_input` | `[outputs]`, `[inputs]` |
//!
//! ```
//! use gradito_tests::reference::{Activation, Cost, Reference, ReferenceLayer};
//!
//! // One sigmoid neuron, a = σ(w₀x₀ + w₁x₁ + b), and its gradient on one sample.
//! let neuron = Reference {
//!     layers: vec![ReferenceLayer {
//!         inputs: 2,
//!         outputs: 1,
//!         weights: vec![2.0, -3.0],
//!         biases: vec![-3.0],
//!         activation: Activation::Sigmoid,
//!     }],
//! };
//! let (input, target) = (vec![-1.0, -2.0], vec![1.0]);
//! let a = neuron.output(&input)[0];
//! assert!((a - 0.731_058_578_630_004_9).abs() < 1e-15);
//!
//! // ∂C/∂w₀ = (a − y) a (1 − a) x₀
//! let gradient = neuron.gradient(Cost::Quadratic, &input, &target);
//! assert!((gradient[0].weights[0] - (a - 1.0) * a * (1.0 - a) * -1.0).abs() < 1e-15);
//! ```

mod activation;
mod cost;
mod sgd;

pub use activation::Activation;
pub use cost::Cost;
pub use sgd::Sgd;

/// A sample: its input and its desired output.
pub type Sample = (Vec<f64>, Vec<f64>);

/// A chain of dense layers; each one's outputs are the next one's inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Reference {
    /// The layers, from the input to the output.
    pub layers: Vec<ReferenceLayer>,
}

/// One dense layer: `a[outputs] = σ(biases[outputs] + input[inputs] · weights[inputs][outputs])`.
#[derive(Clone, Debug, PartialEq)]
pub struct ReferenceLayer {
    /// The number of inputs.
    pub inputs: usize,
    /// The number of neurons.
    pub outputs: usize,
    /// The weights, row-major `[inputs][outputs]`: the one from input `i` to neuron `j` is
    /// `weights[i * outputs + j]`.
    pub weights: Vec<f64>,
    /// The biases, `[outputs]`.
    pub biases: Vec<f64>,
    /// What makes `a` of `z`.
    pub activation: Activation,
}

/// What one layer computed for one input.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerTrace {
    /// The pre-activations, `[outputs]`.
    pub z: Vec<f64>,
    /// The outputs, `[outputs]`.
    pub a: Vec<f64>,
}

/// One layer's part of a gradient, or of anything else shaped like the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerGradient {
    /// ∂C/∂w, row-major `[inputs][outputs]` like the weights.
    pub weights: Vec<f64>,
    /// ∂C/∂b, `[outputs]`; equal to δ = ∂C/∂z, because z grows one to one with b.
    pub biases: Vec<f64>,
}

impl ReferenceLayer {
    /// z and a for one input.
    ///
    /// # Panics
    ///
    /// If `input`, `weights` or `biases` do not have the layer's shape.
    pub fn forward(&self, input: &[f64]) -> LayerTrace {
        assert_eq!(input.len(), self.inputs, "the input's width");
        assert_eq!(self.weights.len(), self.inputs * self.outputs, "weights");
        assert_eq!(self.biases.len(), self.outputs, "biases");
        let z: Vec<f64> = (0..self.outputs)
            .map(|j| {
                let products =
                    (0..self.inputs).map(|i| input[i] * self.weights[i * self.outputs + j]);
                self.biases[j] + products.sum::<f64>()
            })
            .collect();
        let a = self.activation.value(&z);
        LayerTrace { z, a }
    }

    /// From δ the layer's gradient, ∂C/∂wᵢⱼ = xᵢ δⱼ and ∂C/∂bⱼ = δⱼ.
    fn gradient(&self, input: &[f64], d_z: &[f64]) -> LayerGradient {
        LayerGradient {
            weights: input.iter().flat_map(|x| d_z.iter().map(move |d| x * d)).collect(),
            biases: d_z.to_vec(),
        }
    }

    /// From δ what the layer before needs, ∂C/∂xᵢ = Σⱼ wᵢⱼ δⱼ.
    fn d_input(&self, d_z: &[f64]) -> Vec<f64> {
        self.weights
            .chunks(self.outputs)
            .map(|row| row.iter().zip(d_z).map(|(w, d)| w * d).sum())
            .collect()
    }

    /// Zeros in the shape of the parameters.
    fn zeros(&self) -> LayerGradient {
        LayerGradient {
            weights: vec![0.0; self.weights.len()],
            biases: vec![0.0; self.biases.len()],
        }
    }
}

impl Reference {
    /// All z and a for one input, a layer each.
    pub fn forward(&self, input: &[f64]) -> Vec<LayerTrace> {
        let mut trace: Vec<LayerTrace> = Vec::new();
        for layer in &self.layers {
            let below = trace.last().map_or(input, |below| &below.a);
            let here = layer.forward(below);
            trace.push(here);
        }
        trace
    }

    /// The network's output for one input: the last layer's a.
    pub fn output(&self, input: &[f64]) -> Vec<f64> {
        last(&self.forward(input)).a.clone()
    }

    /// C for one sample.
    ///
    /// # Panics
    ///
    /// If the cost does not fit the output layer (see [`Cost`]).
    pub fn cost(&self, cost: Cost, input: &[f64], target: &[f64]) -> f64 {
        cost.value(self.output_activation(), last(&self.forward(input)), target)
    }

    /// C for a batch: the mean of its samples' costs, C = (1/n) Σ Cₓ.
    ///
    /// # Panics
    ///
    /// As [`Reference::cost`].
    pub fn batch_cost(&self, cost: Cost, batch: &[Sample]) -> f64 {
        let sum: f64 = batch.iter().map(|(input, target)| self.cost(cost, input, target)).sum();
        sum / batch.len() as f64
    }

    /// The gradient of one sample's cost by backpropagation, a layer each.
    ///
    /// # Panics
    ///
    /// As [`Reference::cost`].
    pub fn gradient(&self, cost: Cost, input: &[f64], target: &[f64]) -> Vec<LayerGradient> {
        let trace = self.forward(input);
        let mut d_z = cost.d_z(self.output_activation(), last(&trace), target);
        let mut gradient = Vec::new();
        for (index, layer) in self.layers.iter().enumerate().rev() {
            if index == 0 {
                gradient.push(layer.gradient(input, &d_z));
            } else {
                let below = &trace[index - 1];
                gradient.push(layer.gradient(&below.a, &d_z));
                let d_a = layer.d_input(&d_z);
                d_z = self.layers[index - 1].activation.d_z(below, &d_a);
            }
        }
        gradient.reverse();
        gradient
    }

    fn output_activation(&self) -> Activation {
        self.layers[self.layers.len() - 1].activation
    }
}

/// The output layer's trace.
fn last(trace: &[LayerTrace]) -> &LayerTrace {
    trace.last().expect("a network has at least one layer")
}

/// How far `g` is from the exact gradient: ‖g − ĝ‖ / ‖ĝ‖.
///
/// Two zero vectors are equal: 0. Anything else against a zero `exact` is infinitely far.
///
/// # Panics
///
/// If the lengths differ.
pub fn relative_error(g: &[f64], exact: &[f64]) -> f64 {
    assert_eq!(g.len(), exact.len(), "both have one entry a parameter");
    let difference: Vec<f64> = g.iter().zip(exact).map(|(g, exact)| g - exact).collect();
    match (norm(&difference), norm(exact)) {
        (0.0, _) => 0.0,
        (difference, exact) => difference / exact,
    }
}

/// ‖v‖, the square root of the sum of squares.
pub fn norm(v: &[f64]) -> f64 {
    v.iter().map(|v| v * v).sum::<f64>().sqrt()
}
