//! A network's type taken apart.

use gradito_core::layer::Layer;
use gradito_core::network::Feedforward;
use gradito_core::quantized;
use gradito_core::quantized::layer::QuantizedLayer;

/// The parts of the type that [`network!`](gradito_core::network!) or
/// [`quantized!`](gradito_core::quantized!) writes.
pub trait Parts {
    /// The numbers it reads.
    const INPUTS: usize;

    /// The numbers it gives.
    const OUTPUTS: usize;

    /// How many layers it has.
    const LAYERS: usize;

    /// Its layers.
    type Layers;

    /// What a sample leaves in it.
    type Trace;
}

impl<const IN: usize, L: Layer<IN>> Parts for Feedforward<IN, L> {
    const INPUTS: usize = IN;
    const OUTPUTS: usize = size_of::<L::Output>() / size_of::<f32>();
    const LAYERS: usize = L::LAYERS;
    type Layers = L;
    type Trace = L::Trace;
}

impl<L: QuantizedLayer> Parts for quantized::Network<L> {
    const INPUTS: usize = L::INPUTS;
    const OUTPUTS: usize = L::OUTPUTS;
    const LAYERS: usize = L::LAYERS;
    type Layers = L;
    type Trace = L::Trace;
}
