//! Inference alone: the network is read where it lies in flash.

use core::marker::PhantomData;

use gradito_core::image::Element;
use gradito_core::layer::{Layer, LayerShape, Parameters, Trace};
use gradito_core::network::{Feedforward, Network};
use gradito_link::message::{Input, ModelFault, Refusal};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::input::Inputs;
use crate::purpose::{Build, Clock, Purpose, Sizes, class, inputs, timed};
use crate::slots::{self, Whole};
use crate::staged::Source;

/// Inference with the network of `IN` inputs of the kind `K` and the layers `L`.
///
/// Besides the link's buffers it takes one trace.
#[derive(Debug)]
pub struct Inference<'m, const IN: usize, L: Layer<IN>, K> {
    trace: &'m mut L::Trace,
    inputs: PhantomData<K>,
}

impl<'m, const IN: usize, L: Layer<IN>, K> Inference<'m, IN, L, K> {
    /// Works in `trace`.
    pub const fn new(trace: &'m mut L::Trace) -> Self {
        Self { trace, inputs: PhantomData }
    }
}

impl<const IN: usize, L: Layer<IN>, K: Inputs<IN>> Sizes for Inference<'_, IN, L, K> {
    const INPUT_LENGTH: usize = K::LENGTH;
    const OUTPUTS: usize = size_of::<L::Output>() / size_of::<f32>();
    const LAYERS: usize = L::LAYERS;
    const ROOM: usize = Source::room(K::SOURCE, IN);
}

impl<const IN: usize, L, K> Purpose for Inference<'_, IN, L, K>
where
    L: Layer<IN> + FromBytes + KnownLayout + Immutable,
    K: Inputs<IN>,
{
    fn build(&self) -> Build {
        let (inputs, element) = (const { inputs(K::PIXELS, K::SOURCE) }, Element::F32);
        Build { inputs, bits: false, element, cost: None, batch: 0, frozen: 0 }
    }

    fn parameters_length(&self) -> usize {
        size_of::<Feedforward<IN, L>>()
    }

    fn visit_shapes(&self, mut visitor: &mut dyn FnMut(LayerShape)) {
        L::shapes(&mut visitor);
    }

    fn load(&mut self, _: &[u8]) {}

    fn infer(
        &mut self,
        parameters: &[u8],
        input: Input<'_>,
        clock: Clock<'_>,
    ) -> Result<u32, Refusal<'static>> {
        let inputs = K::parse(input).ok_or(Refusal::Input)?;
        // The size was compared when the image was checked.
        let network =
            Feedforward::<IN, L>::ref_from_bytes(parameters).map_err(|_| Refusal::Range)?;
        let ((), ticks) = timed(
            clock,
            #[inline(always)]
            || network.forward(&K::read(inputs), self.trace),
        );
        Ok(ticks)
    }

    fn examine(&self, bytes: &[u8]) -> Result<Whole, ModelFault<'static>> {
        slots::examine_f32(bytes, self, K::SOURCE)
    }

    fn answer(&self) -> (usize, &[u8]) {
        let outputs = self.trace.outputs().as_ref();
        (class(outputs), outputs.as_bytes())
    }

    fn visit_outputs(&self, mut visitor: &mut dyn FnMut(&[f32])) {
        self.trace.visit_outputs(&mut visitor);
    }

    fn visit(&self, parameters: &[u8], visitor: &mut dyn FnMut(&[f32])) {
        if let Ok(network) = Feedforward::<IN, L>::ref_from_bytes(parameters) {
            network.visit(&mut |piece: Parameters<&[f32]>| visitor(piece.into_values()));
        }
    }
}
