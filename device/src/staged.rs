//! Pixels that go through stages before the first layer reads them.

use gradito_core::signal::{Pixels, SentPixels};
use gradito_core::stage::{Stages, Staging};
use gradito_link::message::{Hello, Input};

use crate::input::{Inputs, pixels};
use crate::quantized::QuantizedInputs;

/// What images are before their stages, and what these are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// What is done to them.
    pub stages: Stages,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Source {
    /// Bytes of stack that the stages take: a row of sums, what comes of the image, which has so many
    /// pixels, and the frames of the functions.
    pub const fn room(source: Option<Self>, pixels: usize) -> usize {
        match source {
            Some(Self { width, .. }) => size_of::<u32>() * width as usize + pixels + 128,
            None => 0,
        }
    }

    /// What [`Hello::inputs`] says of pixels.
    pub const fn code(source: Option<Self>) -> u8 {
        match source {
            Some(Self { stages, .. }) => Hello::pixels(stages),
            None => Hello::pixels(Stages::NONE),
        }
    }
}

/// Inputs that are bytes, one a pixel of an image of `WIDTH`×`HEIGHT`, `PIXELS` of them, that goes
/// through the [stages](Stages) of the code `STAGES`.
///
/// The image is read where it lies in the receive buffer; what comes of it lies on the stack.
#[derive(Debug)]
pub enum StagedInputs<
    const STAGES: u8,
    const WIDTH: usize,
    const HEIGHT: usize,
    const PIXELS: usize,
> {}

impl<const STAGES: u8, const WIDTH: usize, const HEIGHT: usize, const PIXELS: usize>
    StagedInputs<STAGES, WIDTH, HEIGHT, PIXELS>
{
    const STAGES: Stages = Stages::from_code(STAGES).expect("a code of stages");

    const SOURCE: Source =
        Source { stages: Self::STAGES, width: WIDTH as u32, height: HEIGHT as u32 };

    const STAGING: Staging = {
        assert!(WIDTH * HEIGHT == PIXELS, "an image has width times height pixels");
        let staging = Staging::new(Self::STAGES, WIDTH as u32, HEIGHT as u32);
        staging.expect("squares fill an image of at most 64 pixels a side")
    };

    /// Not inlined: there is one code for inference and for samples that are kept.
    #[inline(never)]
    fn stage<const IN: usize>(sent: &SentPixels<'_, PIXELS>) -> Pixels<IN> {
        const { assert!(Self::STAGING.pixels() == IN, "the first layer reads what is staged") };
        let mut staged = Pixels([0; IN]);
        Self::STAGING.apply(sent, &mut [0; WIDTH], &mut staged.0);
        staged
    }
}

impl<
    const IN: usize,
    const STAGES: u8,
    const WIDTH: usize,
    const HEIGHT: usize,
    const PIXELS: usize,
> Inputs<IN> for StagedInputs<STAGES, WIDTH, HEIGHT, PIXELS>
{
    const PIXELS: bool = true;
    const SOURCE: Option<Source> = Some(Self::SOURCE);
    const LENGTH: usize = PIXELS;
    type Sent<'a> = SentPixels<'a, PIXELS>;
    type Signal<'a> = Pixels<IN>;
    type Kept = Pixels<IN>;
    const ZERO: Pixels<IN> = Pixels([0; IN]);

    fn parse(input: Input<'_>) -> Option<SentPixels<'_, PIXELS>> {
        pixels(input)
    }

    #[inline(always)]
    fn read(sent: Self::Sent<'_>) -> Self::Signal<'_> {
        Self::stage(&sent)
    }

    fn keep(signal: &Pixels<IN>, kept: &mut Pixels<IN>) {
        kept.clone_from(signal);
    }
}

impl<
    const IN: usize,
    const STAGES: u8,
    const WIDTH: usize,
    const HEIGHT: usize,
    const PIXELS: usize,
> QuantizedInputs<IN> for StagedInputs<STAGES, WIDTH, HEIGHT, PIXELS>
{
    const PIXELS: bool = true;
    const BITS: bool = false;
    const SOURCE: Option<Source> = Some(Self::SOURCE);
    const LENGTH: usize = PIXELS;
    type Sent<'a> = SentPixels<'a, PIXELS>;
    type Signal<'a> = Pixels<IN>;

    fn parse(input: Input<'_>) -> Option<SentPixels<'_, PIXELS>> {
        pixels(input)
    }

    #[inline(always)]
    fn read(sent: Self::Sent<'_>) -> Self::Signal<'_> {
        Self::stage(&sent)
    }
}
