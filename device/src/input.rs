//! The inputs of a sample as the link brings them: read where they lie in the receive buffer.

use core::fmt::Debug;

use gradito_core::signal::{self, Pixels, SentPixels, Signal, SignalOf, read_runs};
use gradito_link::message::Input;
use zerocopy::{FromBytes, IntoBytes};

use crate::staged::Source;

/// A kind of inputs: [`PixelInputs`], [`FeatureInputs`] or
/// [`StagedInputs`](crate::staged::StagedInputs).
pub trait Inputs<const IN: usize> {
    /// Whether these are pixels; else features.
    const PIXELS: bool;

    /// What pixels are before stages; `None` if there are no stages.
    const SOURCE: Option<Source> = None;

    /// Bytes of a sample's inputs, at most.
    const LENGTH: usize;

    /// The inputs in the receive buffer.
    type Sent<'a>;

    /// What the first layer reads: these, or what stages make of them.
    type Signal<'a>: SignalOf<IN>;

    /// The inputs of a sample that is kept.
    type Kept: SignalOf<IN> + Debug + Send;

    /// Nothing kept yet; lies in `.bss`.
    const ZERO: Self::Kept;

    /// Finds the inputs; `None` if they are of another kind or number, or no numbers.
    fn parse(input: Input<'_>) -> Option<Self::Sent<'_>>;

    /// Does what stages there are.
    fn read(sent: Self::Sent<'_>) -> Self::Signal<'_>;

    /// Keeps the inputs.
    fn keep(signal: &Self::Signal<'_>, kept: &mut Self::Kept);
}

/// The pixels of an input, plain or in runs; `None` if it is of another kind, or they are of another
/// number.
pub(crate) fn pixels<const N: usize>(input: Input<'_>) -> Option<SentPixels<'_, N>> {
    match input {
        Input::Pixels(bytes) => SentPixels::plain(bytes),
        Input::Runs(bytes) => SentPixels::runs(bytes),
        Input::Values(_) | Input::Bits(_) => None,
    }
}

/// Inputs that are bytes, one a pixel.
#[derive(Debug)]
pub enum PixelInputs {}

impl<const IN: usize> Inputs<IN> for PixelInputs {
    const PIXELS: bool = true;
    const LENGTH: usize = IN;
    type Sent<'a> = SentPixels<'a, IN>;
    type Signal<'a> = SentPixels<'a, IN>;
    type Kept = Pixels<IN>;
    const ZERO: Pixels<IN> = Pixels([0; IN]);

    fn parse(input: Input<'_>) -> Option<SentPixels<'_, IN>> {
        pixels(input)
    }

    #[inline(always)]
    fn read(sent: Self::Sent<'_>) -> Self::Signal<'_> {
        sent
    }

    fn keep(signal: &SentPixels<'_, IN>, kept: &mut Pixels<IN>) {
        signal.expand(&mut kept.0);
    }
}

/// Inputs that are `f32`, one a feature, scaled.
#[derive(Debug)]
pub enum FeatureInputs {}

/// Features as bytes: they need not lie at multiples of 4.
#[derive(Clone, Copy, Debug)]
pub struct FeatureSignal<'a, const IN: usize>(&'a [[u8; 4]; IN]);

impl<const IN: usize> FeatureSignal<'_, IN> {
    #[inline(always)]
    fn values(&self) -> impl Iterator<Item = f32> {
        self.0.iter().map(|bytes| f32::from_le_bytes(*bytes))
    }
}

impl<const IN: usize> Signal for FeatureSignal<'_, IN> {
    #[inline(always)]
    fn for_each(&self, mut entry: impl FnMut(usize, f32)) {
        for (index, value) in self.values().enumerate() {
            if value != 0.0 {
                entry(index, value);
            }
        }
    }

    #[inline(always)]
    fn magnitude(&self) -> u32 {
        self.values().fold(0, |largest, value| largest.max(signal::magnitude(&[value])))
    }
}

impl<const IN: usize> SignalOf<IN> for FeatureSignal<'_, IN> {}

impl<const IN: usize> Inputs<IN> for FeatureInputs {
    const PIXELS: bool = false;
    const LENGTH: usize = 4 * IN;
    type Sent<'a> = FeatureSignal<'a, IN>;
    type Signal<'a> = FeatureSignal<'a, IN>;
    type Kept = [f32; IN];
    const ZERO: [f32; IN] = [0.0; IN];

    fn parse(input: Input<'_>) -> Option<FeatureSignal<'_, IN>> {
        let Input::Values(bytes) = input else { return None };
        let signal = FeatureSignal(<[[u8; 4]; IN]>::ref_from_bytes(bytes).ok()?);
        signal::is_finite(signal.magnitude()).then_some(signal)
    }

    #[inline(always)]
    fn read(sent: Self::Sent<'_>) -> Self::Signal<'_> {
        sent
    }

    fn keep(signal: &FeatureSignal<'_, IN>, kept: &mut [f32; IN]) {
        kept.as_mut_bytes().copy_from_slice(signal.0.as_flattened());
    }
}

/// Shows the bytes of the inputs, written out: of pixels, or of `f32`.
pub(crate) fn written_out(input: Input<'_>, mut sink: impl FnMut(&[u8])) {
    match input {
        // That they are runs was found when they were parsed.
        Input::Runs(bytes) => _ = read_runs(bytes, sink),
        Input::Pixels(bytes) | Input::Values(bytes) | Input::Bits(bytes) => sink(bytes),
    }
}
