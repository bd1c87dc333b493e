//! Networks: their parameters, and the one whose widths the compiler knows.

use core::fmt::Debug;

use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::kind::InitKind;
use crate::layer::{Layer, LayerShape, Parameters, Trace};
use crate::math::{Libm, Math};
use crate::random::{Gaussian, Stream};
use crate::signal::SignalOf;

/// The parameters of a feed-forward network of any kind, as optimisers, digests and model images
/// see them.
pub trait Network: Debug + Send + Sync {
    /// Shows every parameter in the order of the model image: for each layer its weights,
    /// input-major, then its biases; each array in one piece or in several.
    fn visit(&self, visitor: &mut impl FnMut(Parameters<&[f32]>));

    /// [`visit`](Self::visit) for changing them.
    fn visit_mut(&mut self, visitor: &mut impl FnMut(Parameters<&mut [f32]>));

    /// Shows every parameter of this network and, beside it, that of `other`, a network of the same
    /// widths.
    fn visit_pairs(&mut self, other: &Self, visitor: &mut impl FnMut(&mut [f32], &[f32]));

    /// Draws every parameter afresh, in the order of [`visit_mut`](Self::visit_mut).
    fn initialize(&mut self, init: InitKind, seed: u64) {
        let mut rng = Stream::Parameters.rng(seed);
        let mut gaussian = Gaussian::default();
        self.visit_mut(&mut |parameters| {
            let scale = match &parameters {
                Parameters::Weights { inputs, .. } => weight_scale(init, *inputs),
                Parameters::Biases { .. } => 1.0,
            };
            for value in parameters.into_values() {
                *value = scale * gaussian.next(&mut rng);
            }
        });
    }
}

/// The standard deviation of the weights of a layer that reads `inputs` numbers.
///
/// 1/√IN keeps the sums at about one, where a sigmoid is not saturated (Nielsen, chapter 3); 1 is
/// the first scheme of his book. Biases have 1 in both.
fn weight_scale(init: InitKind, inputs: usize) -> f32 {
    match init {
        InitKind::Scaled => 1.0 / Libm::sqrt(inputs as f32),
        InitKind::Unit => 1.0,
    }
}

/// A network of `IN` inputs and the layers `L`, written [`network!`](crate::network!).
///
/// The size of the type is the size of its parameters, and they lie as a model image stores them.
#[derive(Debug, FromBytes, KnownLayout, Immutable)]
#[repr(transparent)]
pub struct Feedforward<const IN: usize, L: Layer<IN>> {
    /// The layers.
    pub layers: L,
}

impl<const IN: usize, L: Layer<IN>> Feedforward<IN, L> {
    /// The network with all parameters zero: for a `static`, which then lies in `.bss`.
    ///
    /// Zero is where a model image or [`initialize`](Network::initialize) is read into, not where
    /// training can start: all hidden neurons would stay alike.
    pub const ZERO: Self = Self { layers: L::ZERO };

    /// An empty trace: one per sample of a batch is what training needs besides the parameters.
    pub const TRACE: L::Trace = L::Trace::ZERO;

    /// The number of weights and biases.
    pub const PARAMETERS: usize = L::PARAMETERS;

    /// The shape of every layer, first to last.
    pub fn shapes(mut shape: impl FnMut(LayerShape)) {
        L::shapes(&mut shape);
    }

    /// Fills `trace` with the outputs for `x` and, in place of the output deltas, with z.
    #[inline(always)]
    pub fn forward(&self, x: &(impl SignalOf<IN> + ?Sized), trace: &mut L::Trace) {
        self.layers.forward(x, trace);
    }

    /// The outputs a that `forward` left in `trace`.
    #[inline(always)]
    pub fn outputs<'t>(&self, trace: &'t L::Trace) -> &'t [f32] {
        trace.outputs().as_ref()
    }

    /// The parameter at `index` of the model image, to be changed; `None` if there are not so many.
    pub fn parameter_mut(&mut self, index: usize) -> Option<&mut f32> {
        self.layers.parameter_mut(index)
    }
}

impl<const IN: usize, L: Layer<IN>> Network for Feedforward<IN, L> {
    fn visit(&self, visitor: &mut impl FnMut(Parameters<&[f32]>)) {
        self.layers.visit(visitor);
    }

    fn visit_mut(&mut self, visitor: &mut impl FnMut(Parameters<&mut [f32]>)) {
        self.layers.visit_mut(visitor);
    }

    fn visit_pairs(&mut self, other: &Self, visitor: &mut impl FnMut(&mut [f32], &[f32])) {
        self.layers.visit_pairs(&other.layers, visitor);
    }
}

/// The position of the largest output: the class. The first of equals; 0 for no outputs.
#[inline(always)]
pub fn argmax(outputs: &[f32]) -> usize {
    let mut best = 0;
    let mut largest = f32::NEG_INFINITY;
    for (class, &output) in outputs.iter().enumerate() {
        if output > largest {
            (best, largest) = (class, output);
        }
    }
    best
}

/// The type of a [`Feedforward`] network, written the way it is drawn: widths and activations.
///
/// ```
/// use gradito_core::{network, Network};
///
/// type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);
/// assert_eq!(size_of::<Digits>(), 4 * (784 * 30 + 30 + 30 * 10 + 10));
/// ```
///
/// An activation takes its [`Math`](crate::math::Math) in angle brackets:
///
/// ```
/// use gradito_core::{math::Libm, network};
///
/// type Exact = network!(784 => 128 Relu => 10 Softmax<Libm>);
/// # let _ = size_of::<Exact>();
/// ```
///
/// [Kernels](crate::kernels::Kernels) other than the portable ones, those of a processor, stand in
/// front:
///
/// ```
/// use gradito_core::{kernels::Portable, network};
///
/// type Digits = network!(Portable: 784 => 30 Sigmoid => 10 Sigmoid);
/// # let _ = size_of::<Digits>();
/// ```
#[macro_export]
macro_rules! network {
    ($inputs:literal => $($layers:tt)+) => {
        $crate::network!($crate::kernels::Portable: $inputs => $($layers)+)
    };
    ($kernels:ty: $inputs:literal => $($layers:tt)+) => {
        $crate::network::Feedforward<
            $inputs,
            $crate::network_layers!($kernels: $inputs => $($layers)+),
        >
    };
}

/// The layers of [`network!`], one by one.
#[doc(hidden)]
#[macro_export]
macro_rules! network_layers {
    ($inputs:literal => $($layers:tt)+) => {
        $crate::network_layers!($crate::kernels::Portable: $inputs => $($layers)+)
    };
    ($kernels:ty: $inputs:literal => $outputs:literal $activation:ident $(<$math:ty>)?) => {
        $crate::dense::Dense<
            $inputs,
            $outputs,
            $crate::activation::$activation$(<$math>)?,
            $kernels,
        >
    };
    (
        $kernels:ty: $inputs:literal
            => $outputs:literal $activation:ident $(<$math:ty>)? => $($rest:tt)+
    ) => {
        $crate::chain::Chain<
            $crate::network_layers!($kernels: $inputs => $outputs $activation $(<$math>)?),
            $crate::network_layers!($kernels: $outputs => $($rest)+),
        >
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::ActivationKind;
    use crate::math::Libm;
    use std::vec::Vec;
    use zerocopy::IntoBytes;

    type One = crate::network!(3 => 2 Identity);
    type Two = crate::network!(784 => 30 Sigmoid => 10 Sigmoid);
    type Three = crate::network!(4 => 3 Relu => 2 Tanh<Libm> => 5 Softmax);
    type Four = crate::network!(2 => 3 Relu => 4 Tanh => 5 Sigmoid<Libm> => 6 Softmax<Libm>);

    fn parameters(network: &impl Network) -> Vec<f32> {
        let mut all = Vec::new();
        network.visit(&mut |parameters| all.extend_from_slice(parameters.into_values()));
        all
    }

    /// The shapes of a network, once its sizes are found to follow from them.
    fn shapes<const IN: usize, L: Layer<IN>>(network: &Feedforward<IN, L>) -> Vec<[usize; 2]> {
        let (mut widths, mut count) = (Vec::new(), 0);
        Feedforward::<IN, L>::shapes(|shape| {
            widths.push([shape.inputs, shape.outputs]);
            count += shape.parameters();
        });
        assert_eq!(size_of::<Feedforward<IN, L>>(), 4 * count);
        assert_eq!(Feedforward::<IN, L>::PARAMETERS, count);
        assert_eq!(align_of::<Feedforward<IN, L>>(), 4);
        assert_eq!(parameters(network).len(), count);
        // A trace is two numbers a neuron.
        let neurons: usize = widths.iter().map(|[_, outputs]| outputs).sum();
        assert_eq!(size_of::<L::Trace>(), 8 * neurons);
        widths
    }

    #[test]
    fn networks_of_every_depth_have_the_size_of_their_parameters() {
        assert_eq!(shapes(&One::ZERO), [[3, 2]]);
        assert_eq!(shapes(&Two::ZERO), [[784, 30], [30, 10]]);
        assert_eq!(shapes(&Three::ZERO), [[4, 3], [3, 2], [2, 5]]);
        assert_eq!(shapes(&Four::ZERO), [[2, 3], [3, 4], [4, 5], [5, 6]]);
        assert_eq!(size_of::<Two>(), 4 * 23_860);
    }

    #[test]
    fn the_macro_keeps_activations_in_order() {
        use ActivationKind::{Relu, Sigmoid, Softmax, Tanh};
        let mut kinds = Vec::new();
        Four::shapes(|shape| kinds.push(shape.activation));
        assert_eq!(kinds, [Relu, Tanh, Sigmoid, Softmax]);
    }

    /// Parameters as a model image has them, little-endian and in the order of `visit`, *are* the
    /// network.
    #[test]
    fn bytes_are_a_network() {
        let values: [f32; 38] = core::array::from_fn(|index| index as f32 + 1.0);
        let network = Three::ref_from_bytes(values.as_bytes()).unwrap();
        assert_eq!(parameters(network), values);
        // Weights of the first layer, [4][3], its biases, and the next layer's first weight.
        assert_eq!(network.layers.head.weights[1][2], 6.0);
        assert_eq!(network.layers.head.biases, [13.0, 14.0, 15.0]);
        assert_eq!(network.layers.tail.head.weights[0][0], 16.0);
        assert!(Three::ref_from_bytes(&values.as_bytes()[4..]).is_err());
    }

    #[test]
    fn visits_agree() {
        let (mut network, mut other) = (Four::ZERO, Four::ZERO);
        let mut next = 0.0;
        network.visit_mut(&mut |parameters| {
            for value in parameters.into_values() {
                next += 1.0;
                *value = next;
            }
        });
        let all = parameters(&network);
        assert!(all.iter().enumerate().all(|(index, &value)| value == index as f32 + 1.0));
        other.visit_pairs(&network, &mut |to, from| to.copy_from_slice(from));
        assert_eq!(parameters(&other), all);
        let mut inputs = Vec::new();
        network.visit(&mut |parameters| {
            inputs.push(match parameters {
                Parameters::Weights { inputs, values } => (inputs, values.len()),
                Parameters::Biases { values } => (0, values.len()),
            });
        });
        assert_eq!(inputs, [(2, 6), (0, 3), (3, 12), (0, 4), (4, 20), (0, 5), (5, 30), (0, 6)]);
    }

    #[test]
    fn parameters_are_found_by_their_place_in_the_image() {
        let (mut network, mut expected) = (Four::ZERO, Vec::new());
        for index in 0..Four::PARAMETERS {
            *network.parameter_mut(index).unwrap() = index as f32;
            expected.push(index as f32);
        }
        assert_eq!(parameters(&network), expected);
        for index in [Four::PARAMETERS, Four::PARAMETERS + 1, usize::MAX] {
            assert_eq!(network.parameter_mut(index), None);
        }
    }

    #[test]
    fn a_trace_shows_the_outputs_of_every_layer() {
        let mut network = Three::ZERO;
        network.initialize(InitKind::Unit, 3);
        let mut trace = Three::TRACE;
        network.forward(&[0.5, -1.0, 0.0, 2.0], &mut trace);
        let mut layers = Vec::new();
        trace.visit_outputs(&mut |outputs| layers.push(outputs.to_vec()));
        let expected =
            [&trace.head.outputs[..], &trace.tail.head.outputs, &trace.tail.tail.outputs];
        assert_eq!(layers, expected);
        assert_eq!(layers[2], network.outputs(&trace));
        assert!(layers.concat().iter().any(|&output| output != 0.0));
    }

    #[test]
    fn initialisation_is_the_seeds_and_scaled() {
        let drawn = |init, seed| {
            let mut network = Two::ZERO;
            network.initialize(init, seed);
            parameters(&network)
        };
        let (unit, scaled) = (drawn(InitKind::Unit, 1), drawn(InitKind::Scaled, 1));
        assert_eq!(unit, drawn(InitKind::Unit, 1));
        assert_ne!(unit, drawn(InitKind::Unit, 2));
        // 784 inputs: 1/√784 = 1/28, correctly rounded; then 30 biases as they are drawn.
        let (weights, rest) = unit.split_at(784 * 30);
        assert!(weights.iter().zip(&scaled).all(|(unit, scaled)| unit * (1.0 / 28.0) == *scaled));
        assert_eq!(rest[..30], scaled[784 * 30..][..30]);
        let square = weights.iter().map(|w| f64::from(w * w)).sum::<f64>() / weights.len() as f64;
        // Five standard errors of √(2/23 520).
        assert!((square - 1.0).abs() < 0.0462, "{square}");
    }

    #[test]
    fn the_class_is_the_first_of_the_largest() {
        for (outputs, class) in [
            ([0.1, 0.7, 0.2], 1),
            ([0.5, 0.5, 0.5], 0),
            ([-3.0, -1.0, -1.0], 1),
            ([f32::NAN, -1.0, 2.0], 2),
            ([f32::NEG_INFINITY; 3], 0),
        ] {
            assert_eq!(argmax(&outputs), class, "{outputs:?}");
        }
        assert_eq!(argmax(&[]), 0);
    }
}
