//! The inputs of a sample as the link brings them: read where they lie in the receive buffer.

use core::fmt::Debug;

use gradito_core::signal::{self, PIXEL_VALUES, Pixels, Runs, Signal, SignalOf};
use gradito_link::message::Input;
use zerocopy::{FromBytes, IntoBytes};

/// A kind of inputs: [`PixelInputs`] or [`FeatureInputs`].
pub trait Inputs<const IN: usize> {
    /// Whether these are pixels; else features.
    const PIXELS: bool;

    /// Bytes of a sample's inputs, at most.
    const LENGTH: usize;

    /// The inputs in the receive buffer.
    type Signal<'a>: SignalOf<IN>;

    /// The inputs of a sample that is kept.
    type Kept: SignalOf<IN> + Debug + Send;

    /// Nothing kept yet; lies in `.bss`.
    const ZERO: Self::Kept;

    /// Finds the inputs; `None` if they are of another kind or number, or no numbers.
    fn parse(input: Input<'_>) -> Option<Self::Signal<'_>>;

    /// Keeps the inputs.
    fn keep(signal: &Self::Signal<'_>, kept: &mut Self::Kept);
}

/// Inputs that are bytes, one a pixel.
#[derive(Debug)]
pub enum PixelInputs {}

/// An image in one of the forms that it travels in: a byte a pixel, or [`Runs`].
///
/// One loop reads both. It is where a network's time goes, so it is there in full for each block of
/// outputs.
#[derive(Clone, Copy, Debug)]
pub struct PixelSignal<'a, const IN: usize> {
    bytes: &'a [u8],
    /// Whether the number of zeros follows each 0.
    counted: bool,
}

impl<'a, const IN: usize> PixelSignal<'a, IN> {
    /// A byte a pixel.
    fn dense(bytes: &'a [u8]) -> Option<Self> {
        (bytes.len() == IN).then_some(Self { bytes, counted: false })
    }

    /// Zeros counted.
    fn runs(bytes: &'a [u8]) -> Option<Self> {
        Runs::<IN>::new(bytes).map(|_| Self { bytes, counted: true })
    }

    /// Calls `entry(index, byte)` for each pixel that is not 0.
    #[inline(always)]
    fn for_each_byte(&self, mut entry: impl FnMut(usize, u8)) {
        let mut index = 0;
        let mut bytes = self.bytes.iter();
        while let Some(&byte) = bytes.next() {
            if byte != 0 {
                entry(index, byte);
                index += 1;
            } else if !self.counted {
                index += 1;
            } else if let Some(&zeros) = bytes.next() {
                index += usize::from(zeros);
            }
        }
    }
}

impl<const IN: usize> Signal for PixelSignal<'_, IN> {
    #[inline(always)]
    fn for_each(&self, mut entry: impl FnMut(usize, f32)) {
        self.for_each_byte(
            #[inline(always)]
            |index, byte| entry(index, PIXEL_VALUES[usize::from(byte)]),
        );
    }

    #[inline(always)]
    fn magnitude(&self) -> u32 {
        1.0_f32.to_bits()
    }
}

impl<const IN: usize> SignalOf<IN> for PixelSignal<'_, IN> {}

impl<const IN: usize> Inputs<IN> for PixelInputs {
    const PIXELS: bool = true;
    const LENGTH: usize = IN;
    type Signal<'a> = PixelSignal<'a, IN>;
    type Kept = Pixels<IN>;
    const ZERO: Pixels<IN> = Pixels([0; IN]);

    fn parse(input: Input<'_>) -> Option<PixelSignal<'_, IN>> {
        match input {
            Input::Pixels(bytes) => PixelSignal::dense(bytes),
            Input::Runs(bytes) => PixelSignal::runs(bytes),
            Input::Values(_) | Input::Bits(_) => None,
        }
    }

    fn keep(signal: &PixelSignal<'_, IN>, kept: &mut Pixels<IN>) {
        kept.0.fill(0);
        signal.for_each_byte(|index, byte| {
            if let Some(pixel) = kept.0.get_mut(index) {
                *pixel = byte;
            }
        });
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
    type Signal<'a> = FeatureSignal<'a, IN>;
    type Kept = [f32; IN];
    const ZERO: [f32; IN] = [0.0; IN];

    fn parse(input: Input<'_>) -> Option<FeatureSignal<'_, IN>> {
        let Input::Values(bytes) = input else { return None };
        let signal = FeatureSignal(<[[u8; 4]; IN]>::ref_from_bytes(bytes).ok()?);
        signal::is_finite(signal.magnitude()).then_some(signal)
    }

    fn keep(signal: &FeatureSignal<'_, IN>, kept: &mut [f32; IN]) {
        kept.as_mut_bytes().copy_from_slice(signal.0.as_flattened());
    }
}

/// Shows the bytes of the inputs, written out: of pixels, or of `f32`.
pub(crate) fn written_out(input: Input<'_>, mut sink: impl FnMut(&[u8])) {
    static ZEROS: [u8; u8::MAX as usize] = [0; u8::MAX as usize];
    let (Input::Pixels(mut rest)
    | Input::Runs(mut rest)
    | Input::Values(mut rest)
    | Input::Bits(mut rest)) = input;
    if !matches!(input, Input::Runs(_)) {
        return sink(rest);
    }
    while let Some(lit) = rest.split(|&byte| byte == 0).next() {
        sink(lit);
        let Some([0, zeros, after @ ..]) = rest.get(lit.len()..) else { return };
        sink(ZEROS.get(..usize::from(*zeros)).unwrap_or(&ZEROS));
        rest = after;
    }
}
