//! What a firmware is built for: to infer, or to train as well.

use gradito_core::image::{Image, InputKind};
use gradito_core::kind::CostKind;
use gradito_core::layer::LayerShape;
use gradito_link::message::{Input, ModelFault, Refusal, Reply, Training};

use crate::machine::Machine;

/// What the device does with a network: [`Inference`](crate::inference::Inference) or
/// [`Learning`](crate::training::Learning).
///
/// `parameters` are those of the model in flash, in every method that takes them: found to be of
/// this network when [`check`](Self::check) saw their image.
pub trait Purpose {
    /// Whether the inputs are pixels; else features.
    const PIXELS: bool;

    /// Bytes of a sample's inputs, at most.
    const INPUT_LENGTH: usize;

    /// Outputs of the network.
    const OUTPUTS: usize;

    /// The cost it trains with; `None` if it does not train.
    const COST: Option<CostKind>;

    /// Samples in the largest batch; 0 if it does not train.
    const BATCH: u8;

    /// The shapes of all layers.
    fn shapes(shape: &mut impl FnMut(LayerShape));

    /// How many of the first layers stay in flash, untrained.
    fn frozen() -> u8;

    /// Whether the network in `image` is this one.
    ///
    /// # Errors
    ///
    /// The first that differs of layers, inputs and, if it trains, cost.
    fn check(image: &Image<'_>) -> Result<(), ModelFault<'static>> {
        let mut found = image.layers();
        let (mut layer, mut differs) = (0_u8, None);
        Self::shapes(&mut |shape| {
            if found.next() != Some(shape) && differs.is_none() {
                differs = Some(layer);
            }
            layer = layer.saturating_add(1);
        });
        if let Some(layer) = differs.or(found.next().map(|_| layer)) {
            return Err(ModelFault::Topology { layer });
        }
        if matches!(image.provenance().input, InputKind::Pixels { .. }) != Self::PIXELS {
            return Err(ModelFault::Inputs);
        }
        if Self::COST.is_some_and(|cost| image.provenance().cost != cost) {
            return Err(ModelFault::Cost);
        }
        if image.parameters().as_ptr().align_offset(align_of::<f32>()) != 0 {
            return Err(ModelFault::Alignment);
        }
        Ok(())
    }

    /// Starts anew from the parameters in flash.
    fn load(&mut self, parameters: &[u8]);

    /// Forward for one sample; its [outputs](Self::outputs) stay until the next. Gives the ticks
    /// it took.
    ///
    /// # Errors
    ///
    /// [`Refusal::Input`].
    fn infer(
        &mut self,
        parameters: &[u8],
        input: Input<'_>,
        machine: &mut impl Machine,
    ) -> Result<u32, Refusal<'static>>;

    /// The outputs of the network for the last sample inferred.
    fn outputs(&self) -> &[f32];

    /// Shows the outputs of every layer for the last sample inferred.
    fn visit_outputs(&self, visitor: &mut impl FnMut(&[f32]));

    /// Shows every parameter in use, array by array, in the order of a model image.
    fn visit(&self, parameters: &[u8], visitor: &mut impl FnMut(&[f32]));

    /// Keeps a labelled sample for the next step.
    ///
    /// # Errors
    ///
    /// Whatever [`Request::Sample`](gradito_link::message::Request::Sample) can be refused for.
    fn sample(
        &mut self,
        parameters: &[u8],
        sample: Sample<'_>,
        machine: &mut impl Machine,
    ) -> Result<(), Refusal<'static>>;

    /// One step of mini-batch SGD on the samples kept, which it keeps no longer.
    ///
    /// # Errors
    ///
    /// Whatever [`Request::Step`](gradito_link::message::Request::Step) can be refused for.
    fn step(
        &mut self,
        samples: u8,
        eta: f32,
        machine: &mut impl Machine,
    ) -> Result<Reply<'static>, Refusal<'static>>;

    /// Cost and gradient of the first sample kept by one parameter.
    ///
    /// # Errors
    ///
    /// Whatever [`Request::Derivative`](gradito_link::message::Request::Derivative) can be refused
    /// for.
    fn derivative(&mut self, parameter: u32, h: f32) -> Result<Reply<'static>, Refusal<'static>>;

    /// What was learnt from; `None` if it does not train.
    fn training(&self) -> Option<Training>;

    /// Forgets the samples kept.
    fn forget(&mut self);
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

/// What `work` gives, and the ticks it took.
#[inline(always)]
pub(crate) fn timed<M: Machine, R>(machine: &mut M, work: impl FnOnce() -> R) -> (R, u32) {
    let start = machine.ticks();
    let result = work();
    (result, machine.ticks().wrapping_sub(start))
}
