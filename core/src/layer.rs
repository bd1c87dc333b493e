//! What a layer is: the interface that single layers and chains of them share.

use core::fmt::Debug;

use crate::activation::Activation;
use crate::kind::{ActivationKind, MathKind};
use crate::signal::{self, Signal, SignalOf};

/// Something that reads `IN` numbers and can be trained: a [`Dense`](crate::dense::Dense) layer or
/// a [`Chain`](crate::chain::Chain) of them.
///
/// `forward` and `backward` write into a [trace](Trace) that the caller lends; nothing is moved
/// through the stack and nothing is allocated.
#[diagnostic::on_unimplemented(
    message = "widths do not meet: `{Self}` does not read {IN} inputs",
    label = "this layer is given {IN} inputs",
    note = "each layer must read as many inputs as the layer before it has outputs"
)]
pub trait Layer<const IN: usize>: Debug + Sized + Send + Sync {
    /// The outputs, `[f32; OUT]`.
    type Output: Signal + AsRef<[f32]> + AsMut<[f32]> + 'static;

    /// The activation of the (last) layer: what a cost must fit.
    type Activation: Activation;

    /// What one sample leaves behind on its way through: outputs and deltas of every layer.
    type Trace: Trace<Output = Self::Output>;

    /// All parameters zero: a starting point that lies in `.bss`.
    const ZERO: Self;

    /// The number of weights and biases.
    const PARAMETERS: usize;

    /// The number of layers.
    const LAYERS: usize = 1;

    /// The shape of every layer, first to last.
    fn shapes(shape: &mut impl FnMut(LayerShape));

    /// Sums and outputs of every layer for the input `x`.
    ///
    /// Leaves the outputs in the trace and, in the place of the last layer's deltas, its sums z.
    fn forward(&self, x: &(impl SignalOf<IN> + ?Sized), trace: &mut Self::Trace);

    /// The deltas δ = ∂C/∂z of every layer but the last, whose deltas must be in the trace.
    ///
    /// δ of a layer is (Wᵀδ of the next) · activation′; no gradient by the input is formed.
    fn backward(&self, trace: &mut Self::Trace);

    /// Adds one sample's rank-one update: w ← w + x·(`rate`·δ), b ← b + `rate`·δ.
    ///
    /// With `rate` = −η/m and every sample of the batch in turn this is the step of mini-batch SGD.
    fn update(&mut self, x: &(impl SignalOf<IN> + ?Sized), trace: &Self::Trace, rate: f32);

    /// ∂C/∂p of one sample by the parameter p at `index` of a model image, once `backward` has filled
    /// the trace: xᵢ·δₒ for a weight, δₒ for a bias; `None` if there are not so many parameters.
    ///
    /// All of the gradient is in input and trace: to look at a part of it takes no memory.
    fn derivative(
        x: &(impl SignalOf<IN> + ?Sized),
        trace: &Self::Trace,
        index: usize,
    ) -> Option<f32>;

    /// The parameter at `index` of a model image, if there are so many.
    fn parameter_mut(&mut self, index: usize) -> Option<&mut f32>;

    /// Shows every parameter in the order in which a model image stores them: for each layer its
    /// weights, input-major, then its biases.
    fn visit(&self, visitor: &mut impl FnMut(Parameters<&[f32]>));

    /// [`visit`](Self::visit) for changing them.
    fn visit_mut(&mut self, visitor: &mut impl FnMut(Parameters<&mut [f32]>));

    /// Shows every parameter of this layer beside that of `other`.
    fn visit_pairs(&mut self, other: &Self, visitor: &mut impl FnMut(&mut [f32], &[f32]));
}

/// A layer that can come after one that is trained: it passes the gradient on.
///
/// The first layer of a network, and the first after a [frozen](crate::frozen) prefix, is never asked for it.
#[diagnostic::on_unimplemented(
    message = "widths do not meet: `{Self}` does not read {IN} inputs and pass their gradient on",
    label = "this layer is given {IN} inputs of a layer that is trained",
    note = "each layer must read as many inputs as the layer before it has outputs"
)]
pub trait InputGradient<const IN: usize>: Layer<IN> {
    /// `d_x[IN]` = ∂C/∂x, once `backward` has filled the trace.
    fn input_gradient(&self, trace: &Self::Trace, d_x: &mut [f32; IN]);
}

/// Width and activation of one layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LayerShape {
    /// The numbers it reads.
    pub inputs: usize,
    /// The neurons it has.
    pub outputs: usize,
    /// The function that makes their outputs.
    pub activation: ActivationKind,
    /// What computes that function.
    pub math: MathKind,
}

impl Default for LayerShape {
    /// One neuron that hands on its one input.
    fn default() -> Self {
        Self { inputs: 1, outputs: 1, activation: ActivationKind::Identity, math: MathKind::Poly }
    }
}

impl LayerShape {
    /// Weights and biases.
    pub const fn parameters(&self) -> usize {
        (self.inputs + 1) * self.outputs
    }
}

/// One array of parameters and the layer it belongs to.
#[derive(Debug)]
pub enum Parameters<S> {
    /// Weights, `[IN][OUT]`, of a layer that reads `inputs` numbers.
    Weights {
        /// The layer's number of inputs.
        inputs: usize,
        /// The numbers.
        values: S,
    },
    /// Biases, `[OUT]`.
    Biases {
        /// The numbers.
        values: S,
    },
}

impl<S> Parameters<S> {
    /// The numbers, whichever they are.
    pub fn into_values(self) -> S {
        match self {
            Self::Weights { values, .. } | Self::Biases { values } => values,
        }
    }
}

/// What one sample leaves behind in a layer or a chain: its outputs and its deltas.
pub trait Trace: Clone + Debug + Send + Sync {
    /// The outputs of the (last) layer.
    type Output;

    /// All zero.
    const ZERO: Self;

    /// The outputs a of the (last) layer.
    fn outputs(&self) -> &Self::Output;

    /// Shows the outputs of every layer, first to last.
    fn visit_outputs(&self, visitor: &mut impl FnMut(&[f32]));

    /// The deltas δ of the (last) layer; between `forward` and the cost, its sums z.
    fn deltas(&self) -> &Self::Output;

    /// Outputs to read and deltas to write.
    fn outputs_and_deltas(&mut self) -> (&Self::Output, &mut Self::Output);

    /// The largest outputs and deltas of all layers.
    fn magnitudes(&self) -> Magnitudes;
}

/// The largest absolute values a sample met, as [bits](signal::magnitude).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Magnitudes {
    /// Of what layers read: inputs and outputs.
    pub signals: u32,
    /// Of the deltas.
    pub deltas: u32,
}

impl Magnitudes {
    /// The larger of both, field by field; the order of combining does not matter.
    #[must_use]
    #[inline(always)]
    pub fn max(self, other: Self) -> Self {
        Self { signals: self.signals.max(other.signals), deltas: self.deltas.max(other.deltas) }
    }

    /// Those of one layer.
    #[inline(always)]
    pub(crate) fn of(outputs: &[f32], deltas: &[f32]) -> Self {
        Self { signals: signal::magnitude(outputs), deltas: signal::magnitude(deltas) }
    }
}
