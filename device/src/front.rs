//! What the layers in use read: the inputs themselves, or the outputs of layers that stay in flash.

use core::fmt::Debug;
use core::marker::PhantomData;

use gradito_core::frozen::Frozen;
use gradito_core::layer::{Layer, LayerShape, Parameters, Trace};
use gradito_core::network::Feedforward;
use gradito_core::signal::SignalOf;
use gradito_link::message::Input;
use zerocopy::{FromBytes, Immutable, KnownLayout};

use crate::input::Inputs;
use crate::staged::Source;

/// What lies before the layers that are trained, which read `OUT` numbers.
pub trait Front<const OUT: usize> {
    /// Whether its inputs are pixels; else features.
    const PIXELS: bool;

    /// What pixels are before stages; `None` if there are no stages.
    const SOURCE: Option<Source>;

    /// The inputs of the first layer of all.
    const INPUTS: usize;

    /// Bytes of a sample's inputs, at most.
    const LENGTH: usize;

    /// How many parameters it has.
    const PARAMETERS: usize;

    /// How many layers it has.
    const LAYERS: usize;

    /// What it needs room for.
    type Memory: Debug + Send;

    /// None of it used; lies in `.bss`.
    const MEMORY: Self::Memory;

    /// The inputs of a sample in the receive buffer.
    type Inputs<'a>;

    /// What the layers behind it read.
    type Signal<'a>: SignalOf<OUT>;

    /// That of a sample that is kept.
    type Kept: SignalOf<OUT> + Debug + Send;

    /// Nothing kept yet; lies in `.bss`.
    const KEPT: Self::Kept;

    /// Finds the inputs; `None` if they are of another kind or number, or no numbers.
    fn parse(input: Input<'_>) -> Option<Self::Inputs<'_>>;

    /// What the layers behind it read of these inputs. `parameters` are those of the whole network.
    fn forward<'a>(
        parameters: &[u8],
        inputs: Self::Inputs<'a>,
        memory: &'a mut Self::Memory,
    ) -> Self::Signal<'a>;

    /// Keeps what the layers behind it read.
    fn keep(signal: &Self::Signal<'_>, kept: &mut Self::Kept);

    /// The shapes of its layers.
    fn shapes(shape: &mut impl FnMut(LayerShape));

    /// Shows the outputs of its layers.
    fn visit_outputs(memory: &Self::Memory, visitor: &mut impl FnMut(&[f32]));

    /// Shows its parameters, array by array.
    fn visit(parameters: &[u8], visitor: &mut impl FnMut(&[f32]));
}

/// Nothing: the first layer reads the inputs, of the kind `K`.
#[derive(Debug)]
pub struct Direct<K>(PhantomData<K>);

impl<const IN: usize, K: Inputs<IN>> Front<IN> for Direct<K> {
    const PIXELS: bool = K::PIXELS;
    const SOURCE: Option<Source> = K::SOURCE;
    const INPUTS: usize = IN;
    const LENGTH: usize = K::LENGTH;
    const PARAMETERS: usize = 0;
    const LAYERS: usize = 0;
    type Memory = ();
    const MEMORY: () = ();
    type Inputs<'a> = K::Sent<'a>;
    type Signal<'a> = K::Signal<'a>;
    type Kept = K::Kept;
    const KEPT: K::Kept = K::ZERO;

    fn parse(input: Input<'_>) -> Option<K::Sent<'_>> {
        K::parse(input)
    }

    #[inline(always)]
    fn forward<'a>(_: &[u8], inputs: K::Sent<'a>, (): &'a mut ()) -> K::Signal<'a> {
        K::read(inputs)
    }

    fn keep(signal: &K::Signal<'_>, kept: &mut K::Kept) {
        K::keep(signal, kept);
    }

    fn shapes(_: &mut impl FnMut(LayerShape)) {}

    fn visit_outputs((): &(), _: &mut impl FnMut(&[f32])) {}

    fn visit(_: &[u8], _: &mut impl FnMut(&[f32])) {}
}

/// [Frozen] layers, the network `N`, which stay in flash with the first parameters of an image and
/// read inputs of the kind `K`.
///
/// They are lent for one request, since the flash may change after it. Of a sample that is kept,
/// only their outputs are.
#[derive(Debug)]
pub struct InFlash<N, K>(PhantomData<(N, K)>);

impl<const IN: usize, const OUT: usize, L, K> Front<OUT> for InFlash<Feedforward<IN, L>, K>
where
    L: Layer<IN, Output = [f32; OUT]> + FromBytes + KnownLayout + Immutable,
    K: Inputs<IN>,
{
    const PIXELS: bool = K::PIXELS;
    const SOURCE: Option<Source> = K::SOURCE;
    const INPUTS: usize = IN;
    const LENGTH: usize = K::LENGTH;
    const PARAMETERS: usize = L::PARAMETERS;
    const LAYERS: usize = L::LAYERS;
    type Memory = L::Trace;
    const MEMORY: L::Trace = L::Trace::ZERO;
    type Inputs<'a> = K::Sent<'a>;
    type Signal<'a> = &'a [f32; OUT];
    type Kept = [f32; OUT];
    const KEPT: [f32; OUT] = [0.0; OUT];

    fn parse(input: Input<'_>) -> Option<K::Sent<'_>> {
        K::parse(input)
    }

    #[inline(always)]
    fn forward<'a>(
        parameters: &[u8],
        inputs: K::Sent<'a>,
        memory: &'a mut L::Trace,
    ) -> &'a [f32; OUT] {
        match Frozen::<Feedforward<IN, L>>::split(parameters) {
            Some((frozen, _)) => frozen.forward(&K::read(inputs), memory),
            // The size was compared when the image was checked.
            None => memory.outputs(),
        }
    }

    fn keep(signal: &&[f32; OUT], kept: &mut [f32; OUT]) {
        *kept = **signal;
    }

    fn shapes(shape: &mut impl FnMut(LayerShape)) {
        L::shapes(shape);
    }

    fn visit_outputs(memory: &L::Trace, visitor: &mut impl FnMut(&[f32])) {
        memory.visit_outputs(visitor);
    }

    fn visit(parameters: &[u8], visitor: &mut impl FnMut(&[f32])) {
        if let Some((frozen, _)) = Frozen::<Feedforward<IN, L>>::split(parameters) {
            frozen.visit(&mut |piece: Parameters<&[f32]>| visitor(piece.into_values()));
        }
    }
}
