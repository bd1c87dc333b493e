//! Inference with a quantised network, read where it lies in flash.

use core::fmt::Debug;
use core::marker::PhantomData;

use gradito_core::image::Element;
use gradito_core::layer::LayerShape;
use gradito_core::quantized::input::{Bits, Bytes, BytesOf, feature, packed_length};
use gradito_core::quantized::kernels::Kernels;
use gradito_core::quantized::layer::{QuantizedLayer, Reads, Trace};
use gradito_core::quantized::{Network, argmax};
use gradito_core::signal::SentPixels;
use gradito_link::message::{Input, ModelFault, Refusal};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::input::{FeatureInputs, PixelInputs, pixels};
use crate::purpose::{Build, Clock, Purpose, Sizes, inputs, timed};
use crate::slots::{self, Whole};
use crate::staged::Source;

/// A kind of inputs of a quantised network: [`PixelInputs`], [`FeatureInputs`], [`BitInputs`] or
/// [`StagedInputs`](crate::staged::StagedInputs).
pub trait QuantizedInputs<const IN: usize>: Debug {
    /// Whether these are pixels; else features.
    const PIXELS: bool;

    /// Whether these are pixels of one bit.
    const BITS: bool;

    /// What pixels are before stages; `None` if there are no stages.
    const SOURCE: Option<Source> = None;

    /// Bytes of a sample's inputs, at most.
    const LENGTH: usize;

    /// The inputs in the receive buffer.
    type Sent<'a>;

    /// What the first layer reads: these, or what stages make of them.
    type Signal<'a>;

    /// Finds the inputs; `None` if they are of another kind or number.
    fn parse(input: Input<'_>) -> Option<Self::Sent<'_>>;

    /// Does what stages there are.
    fn read(sent: Self::Sent<'_>) -> Self::Signal<'_>;
}

/// Inputs that are one bit a pixel.
#[derive(Debug)]
pub enum BitInputs {}

impl<const IN: usize> QuantizedInputs<IN> for PixelInputs {
    const PIXELS: bool = true;
    const BITS: bool = false;
    const LENGTH: usize = IN;
    type Sent<'a> = SentPixels<'a, IN>;
    type Signal<'a> = SentPixels<'a, IN>;

    fn parse(input: Input<'_>) -> Option<SentPixels<'_, IN>> {
        pixels(input)
    }

    #[inline(always)]
    fn read(sent: Self::Sent<'_>) -> Self::Signal<'_> {
        sent
    }
}

impl<const IN: usize> QuantizedInputs<IN> for BitInputs {
    const PIXELS: bool = true;
    const BITS: bool = true;
    const LENGTH: usize = packed_length(IN);
    type Sent<'a> = Bits<'a, IN>;
    type Signal<'a> = Bits<'a, IN>;

    fn parse(input: Input<'_>) -> Option<Bits<'_, IN>> {
        match input {
            Input::Bits(bytes) => Bits::new(bytes),
            Input::Pixels(_) | Input::Runs(_) | Input::Values(_) => None,
        }
    }

    #[inline(always)]
    fn read(sent: Self::Sent<'_>) -> Self::Signal<'_> {
        sent
    }
}

/// Features as bytes of `f32`: each becomes one byte when it is read.
#[derive(Clone, Copy, Debug)]
pub struct FeatureBytes<'a, const IN: usize>(&'a [[u8; 4]; IN]);

impl<const IN: usize> Bytes for FeatureBytes<'_, IN> {
    #[inline(always)]
    fn for_each_pair(&self, mut entry: impl FnMut(usize, [u8; 2])) {
        for (pair, values) in self.0.chunks(2).enumerate() {
            let byte = |at: usize| values.get(at).map_or(0, |x| feature(f32::from_le_bytes(*x)));
            let bytes = [byte(0), byte(1)];
            if bytes != [0; 2] {
                entry(pair, bytes);
            }
        }
    }
}

impl<const IN: usize> BytesOf<IN> for FeatureBytes<'_, IN> {}

impl<const IN: usize> QuantizedInputs<IN> for FeatureInputs {
    const PIXELS: bool = false;
    const BITS: bool = false;
    const LENGTH: usize = 4 * IN;
    type Sent<'a> = FeatureBytes<'a, IN>;
    type Signal<'a> = FeatureBytes<'a, IN>;

    fn parse(input: Input<'_>) -> Option<FeatureBytes<'_, IN>> {
        let Input::Values(bytes) = input else { return None };
        <[[u8; 4]; IN]>::ref_from_bytes(bytes).ok().map(FeatureBytes)
    }

    #[inline(always)]
    fn read(sent: Self::Sent<'_>) -> Self::Signal<'_> {
        sent
    }
}

/// Inference with the quantised network of `IN` inputs of the kind `K` and the layers `L`, by the
/// kernels `N`.
///
/// Besides the link's buffers it takes one trace.
#[derive(Debug)]
pub struct QuantizedInference<'m, const IN: usize, L: QuantizedLayer, K, N> {
    trace: &'m mut L::Trace,
    inputs: PhantomData<(K, N)>,
}

impl<'m, const IN: usize, L: QuantizedLayer, K, N> QuantizedInference<'m, IN, L, K, N> {
    /// Works in `trace`.
    pub const fn new(trace: &'m mut L::Trace) -> Self {
        Self { trace, inputs: PhantomData }
    }
}

impl<const IN: usize, L, K, N> Sizes for QuantizedInference<'_, IN, L, K, N>
where
    L: QuantizedLayer,
    K: QuantizedInputs<IN>,
{
    const INPUT_LENGTH: usize = K::LENGTH;
    const OUTPUTS: usize = L::OUTPUTS;
    const LAYERS: usize = L::LAYERS;
    const ROOM: usize = Source::room(K::SOURCE, L::INPUTS);
}

impl<const IN: usize, L, K, N> Purpose for QuantizedInference<'_, IN, L, K, N>
where
    L: for<'a> Reads<K::Signal<'a>> + FromBytes + KnownLayout + Immutable,
    K: QuantizedInputs<IN>,
    N: Kernels,
{
    fn build(&self) -> Build {
        let inputs = const { inputs(K::PIXELS, K::SOURCE) };
        let (bits, element) = (K::BITS, Element::of(L::WEIGHTS));
        Build { inputs, bits, element, cost: None, batch: 0, frozen: 0 }
    }

    fn parameters_length(&self) -> usize {
        size_of::<Network<L>>()
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
        let network = Network::<L>::ref_from_bytes(parameters).map_err(|_| Refusal::Range)?;
        let ((), ticks) = timed(
            clock,
            #[inline(always)]
            || network.infer::<N, _>(&K::read(inputs), self.trace),
        );
        Ok(ticks)
    }

    fn examine(&self, bytes: &[u8]) -> Result<Whole, ModelFault<'static>> {
        slots::examine(bytes, self, const { Element::of(L::WEIGHTS) }, K::SOURCE)
    }

    fn answer(&self) -> (usize, &[u8]) {
        let scores = self.trace.scores();
        (argmax(scores), scores.as_bytes())
    }

    fn visit_outputs(&self, visitor: &mut dyn FnMut(&[f32])) {
        self.trace.visit(&mut |_| visitor(&[]));
        visitor(words(self.trace.scores().as_bytes()));
    }

    fn visit(&self, parameters: &[u8], visitor: &mut dyn FnMut(&[f32])) {
        visitor(words(parameters));
    }
}

/// Words of 32 bits, to be handed on and never to be calculated with.
fn words(bytes: &[u8]) -> &[f32] {
    <[f32]>::ref_from_bytes(bytes).unwrap_or(&[])
}
