//! What the firmware does, as types: they follow from the network.

#[cfg(feature = "train")]
use gradito_core::cost::*;
#[allow(unused_imports, reason = "a layer may name its math")]
use gradito_core::math::*;
#[cfg(quantized)]
use gradito_core::quantized;
#[cfg(feature = "train")]
use gradito_device::front::*;
#[allow(unused_imports, reason = "inputs may be bits")]
use gradito_device::input::*;
use gradito_device::parts::Parts;
use gradito_device::purpose::Sizes;
#[cfg(quantized)]
#[allow(unused_imports, reason = "inputs may be none of its own")]
use gradito_device::quantized::*;
#[allow(unused_imports, reason = "there may be no stages")]
use gradito_device::staged::StagedInputs;
use gradito_device::{Buffers, receive_length, reply_length};

#[cfg(quantized)]
use gradito_cortex::Native;
#[cfg(not(quantized))]
use gradito_cortex::NativeF32 as Native;

/// The kernels of the target.
#[cfg(not(feature = "profile"))]
type Kernels = Native;

/// The kernels of the target, watched.
#[cfg(feature = "profile")]
type Kernels = gradito_device::profile::Profiled<Native, crate::profile::Watch>;

/// Networks of `f32` by these kernels.
#[cfg(not(quantized))]
macro_rules! network {
    ($($layers:tt)+) => { gradito_core::network!(Kernels: $($layers)+) };
}

include!(concat!(env!("OUT_DIR"), "/network.rs"));

/// The numbers that the network reads.
#[cfg(not(feature = "train"))]
const INPUTS: usize = <Net as Parts>::INPUTS;

/// The buffers of the link.
pub type Link = Buffers<
    { receive_length(<Work as Sizes>::INPUT_LENGTH) },
    { reply_length(<Net as Parts>::OUTPUTS, <Net as Parts>::LAYERS) },
>;

#[cfg(quantized)]
mod purpose {
    use super::*;

    /// Inference alone, in whole numbers.
    pub type Work = QuantizedInference<'static, INPUTS, <Net as Parts>::Layers, Inputs, Kernels>;

    /// One trace.
    pub type Memory = <Net as Parts>::Trace;

    /// All zero.
    pub const MEMORY: Memory = Net::TRACE;

    /// The deepest stack that was measured, and room for a fault's frame and a log.
    pub const STACK: usize = 2048;
}

#[cfg(not(any(feature = "train", quantized)))]
mod purpose {
    use super::*;
    use gradito_device::inference::Inference;

    /// Inference alone.
    pub type Work = Inference<'static, INPUTS, <Net as Parts>::Layers, Inputs>;

    /// One trace.
    pub type Memory = <Net as Parts>::Trace;

    /// All zero.
    pub const MEMORY: Memory = Net::TRACE;

    /// The deepest stack that was measured, and room for a fault's frame and a log.
    pub const STACK: usize = 1536;
}

#[cfg(feature = "train")]
mod purpose {
    use super::*;
    use gradito_device::training::{Learning, TrainingMemory};

    /// What the trained layers read.
    const WIDTH: usize = <Learnt as Parts>::INPUTS;

    /// Inference and training.
    pub type Work = Learning<'static, WIDTH, Front, <Learnt as Parts>::Layers, Cost, BATCH>;

    /// Parameters and a batch.
    pub type Memory = TrainingMemory<WIDTH, Front, <Learnt as Parts>::Layers, BATCH>;

    /// All zero.
    pub const MEMORY: Memory = Memory::ZERO;

    /// The deepest stack that was measured, and room for a fault's frame and a log.
    pub const STACK: usize = 3072;
}

pub use purpose::{MEMORY, Memory, STACK, Work};
