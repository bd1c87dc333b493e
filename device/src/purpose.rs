//! What a firmware is built for: to infer, or to train as well.

use gradito_core::image::Element;
use gradito_core::kind::CostKind;
use gradito_core::layer::LayerShape;
use gradito_core::network::argmax;
use gradito_link::message::{Input, ModelFault, Refusal, Reply, Training};

use crate::slots::Whole;
use crate::staged::Source;

/// What the device does with a network: [`Inference`](crate::inference::Inference) or
/// [`Learning`](crate::training::Learning).
///
/// `parameters` are those of the model in flash, found to be of this network when it was chosen.
///
/// The device sees it through this trait alone, so that there is one code for all networks, which
/// can be compiled to be small while a network's own is compiled to be fast.
pub trait Purpose {
    /// What it is built for.
    fn build(&self) -> Build;

    /// The bytes of all parameters in a model image.
    fn parameters_length(&self) -> usize;

    /// Shows the shapes of all layers.
    fn visit_shapes(&self, visitor: &mut dyn FnMut(LayerShape));

    /// Starts anew from the parameters in flash.
    fn load(&mut self, parameters: &[u8]);

    /// Forward for one sample; its [outputs](Self::answer) stay until the next. Gives the ticks
    /// it took, by `clock`.
    ///
    /// # Errors
    ///
    /// [`Refusal::Input`].
    fn infer(
        &mut self,
        parameters: &[u8],
        input: Input<'_>,
        clock: Clock<'_>,
    ) -> Result<u32, Refusal<'static>>;

    /// Checks that `bytes` begin with a model that it can work with.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    fn examine(&self, bytes: &[u8]) -> Result<Whole, ModelFault<'static>>;

    /// The class of the last sample inferred, and the bytes of the network's outputs for it.
    fn answer(&self) -> (usize, &[u8]);

    /// Shows the outputs of every layer for the last sample inferred; none of a layer whose outputs
    /// are no words of 32 bits. Of 8-bit networks the last are scores, whatever the type says.
    fn visit_outputs(&self, visitor: &mut dyn FnMut(&[f32]));

    /// Shows every parameter in use, array by array, in the order of a model image; of 8-bit networks
    /// their words, whatever the type says.
    fn visit(&self, parameters: &[u8], visitor: &mut dyn FnMut(&[f32]));

    /// Keeps a labelled sample for the next step.
    ///
    /// # Errors
    ///
    /// Whatever [`Request::Sample`](gradito_link::message::Request::Sample) can be refused for.
    fn sample(&mut self, _: &[u8], _: Sample<'_>, _: Clock<'_>) -> Result<(), Refusal<'static>> {
        Err(Refusal::NotTraining)
    }

    /// One step of mini-batch SGD on the samples kept, which it keeps no longer.
    ///
    /// # Errors
    ///
    /// Whatever [`Request::Step`](gradito_link::message::Request::Step) can be refused for.
    fn step(&mut self, _: u8, _: f32, _: Clock<'_>) -> Result<Reply<'static>, Refusal<'static>> {
        Err(Refusal::NotTraining)
    }

    /// Cost and gradient of the first sample kept by one parameter.
    ///
    /// # Errors
    ///
    /// Whatever [`Request::Derivative`](gradito_link::message::Request::Derivative) can be refused
    /// for.
    fn derivative(&mut self, _: u32, _: f32) -> Result<Reply<'static>, Refusal<'static>> {
        Err(Refusal::NotTraining)
    }

    /// What was learnt from; `None` if it does not train.
    fn training(&self) -> Option<Training> {
        None
    }

    /// Forgets the samples kept.
    fn forget(&mut self) {}
}

/// What buffers have to hold.
pub trait Sizes {
    /// Bytes of a sample's inputs, at most.
    const INPUT_LENGTH: usize;

    /// Outputs of the network.
    const OUTPUTS: usize;

    /// Layers of the network.
    const LAYERS: usize;

    /// Bytes of stack that stages take, besides what inference does.
    const ROOM: usize;
}

/// What a firmware is built for, besides its layers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Build {
    /// What the inputs are, as in a [`Hello`](gradito_link::message::Hello::inputs).
    pub inputs: u8,
    /// Whether pixels have one bit.
    pub bits: bool,
    /// The type of the parameters.
    pub element: Element,
    /// The cost it trains with; `None` if it does not train.
    pub cost: Option<CostKind>,
    /// Samples in the largest batch; 0 if it does not train.
    pub batch: u8,
    /// How many of the first layers stay in flash, untrained.
    pub frozen: u8,
}

/// What the inputs are, as in a [`Build`].
pub(crate) const fn inputs(pixels: bool, source: Option<Source>) -> u8 {
    if pixels { Source::code(source) } else { 0 }
}

/// A labelled sample as it came.
#[derive(Clone, Copy, Debug)]
pub struct Sample<'a> {
    /// Its place in the batch, from 0.
    pub slot: u8,
    /// Its class.
    pub label: u16,
    /// Its inputs.
    pub input: Input<'a>,
}

/// Gives the time in [ticks](crate::machine::Machine::ticks).
pub type Clock<'a> = &'a mut dyn FnMut() -> u32;

/// What `work` gives, and the ticks it took.
#[inline(always)]
pub(crate) fn timed<R>(clock: Clock<'_>, work: impl FnOnce() -> R) -> (R, u32) {
    let start = clock();
    let result = work();
    (result, clock().wrapping_sub(start))
}

/// The class of outputs, by one loop for any number of them.
#[inline(never)]
pub(crate) fn class(outputs: &[f32]) -> usize {
    argmax(outputs)
}
