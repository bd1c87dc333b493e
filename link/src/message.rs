//! What is asked and what is answered.
//!
//! Messages borrow their bytes from the frame they came in, so that a device needs no second copy
//! of an image. Lists of numbers travel as their bytes, little-endian.
//!
//! | part of a message | its bytes |
//! | --- | --- |
//! | `u8`; `bool` | one; 0 or 1 |
//! | `u16`, `u32` | 7 bits a byte, lowest first, the top bit set in all but the last |
//! | `f32`, `f64` | 4, 8, little-endian |
//! | text, list of bytes | its length, as a `u32`, then it |
//! | array, structure | its parts, in the order they are listed in |
//! | variant | its number, one byte, then its parts |
//! | `Option`, `Result` | 0 for `None` and `Ok`, 1 for `Some` and `Err`, then what is in it |
//!
//! That is the format of the crate `postcard`, if variants are listed by their numbers.

mod refusal;

pub use refusal::{ModelFault, Refusal, diverged};

use gradito_core::stage::Stages;

use crate::wire::{wire_enum, wire_struct};

/// What the host asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Request<'a> {
    /// Who is there? → [`Reply::Hello`]
    Hello,
    /// The digest of the parameters in use, and of the samples trained on. → [`Reply::Digest`]
    Digest,
    /// What was counted so far. → [`Reply::Statistics`]
    Statistics,
    /// The ticks that so many instructions take, in a loop of known length.
    /// → [`Reply::Ticks`]
    Calibrate {
        /// How many, rounded down to whole turns of the loop.
        instructions: u32,
    },
    /// Forward for one sample. → [`Reply::Inferred`]
    Infer(Input<'a>),
    /// Outputs of a layer for the last sample inferred. → [`Reply::Bytes`], of `f32`
    Activations {
        /// The layer, from 0.
        layer: u8,
        /// The first output wanted.
        first: u16,
    },
    /// Keeps a labelled sample for the next step; `slot` is the number of those kept, or 0, which
    /// begins the batch anew. → [`Reply::Done`]
    Sample {
        /// Its place in the batch, from 0.
        slot: u8,
        /// Its class.
        label: u16,
        /// Its inputs.
        input: Input<'a>,
    },
    /// One step of mini-batch SGD on the samples that are kept, which must be so many; they are
    /// kept no longer. → [`Reply::Stepped`]
    Step {
        /// The number of samples.
        samples: u8,
        /// The learning rate η.
        eta: f32,
    },
    /// Cost and gradient of the sample in slot 0 by one parameter. → [`Reply::Derivative`]
    Derivative {
        /// Which, in the order of a model image.
        parameter: u32,
        /// The distance at which the cost is taken on both sides.
        h: f32,
    },
    /// Forgets what was learnt: parameters become those of the model in flash again.
    /// → [`Reply::Done`]
    Reset,
    /// Parameters in use, as many as fit in a reply and belong to one array of weights or biases.
    /// → [`Reply::Bytes`], of `f32`
    Parameters {
        /// The first wanted, in the order of a model image.
        first: u32,
    },
    /// Bytes of the model image in use, as many as fit in a reply. → [`Reply::Bytes`]
    Image {
        /// The first wanted.
        first: u32,
    },
    /// A new model image of so many bytes will follow; what an unfinished one left is gone.
    /// → [`Reply::Done`]
    WriteBegin {
        /// Bytes of the image.
        length: u32,
    },
    /// The next bytes of the new image; all pieces but the last are a multiple of 4 long.
    /// → [`Reply::Done`]
    WriteNext {
        /// Where they belong.
        offset: u32,
        /// The bytes.
        bytes: &'a [u8],
    },
    /// The new image is complete: check it, and use it. → [`Reply::Done`]
    WriteEnd,
    /// The readings of the clock since they were last asked for: of an inference its start, the
    /// beginning of each layer, and its end. Only a firmware built with its feature `profile` knows
    /// this. → [`Reply::Bytes`], of `u32`, in [ticks](Hello::ticks_hz)
    #[cfg(feature = "profile")]
    Profile,
}

/// The inputs of one sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// One byte a pixel.
    Pixels(&'a [u8]),
    /// Pixels, zeros counted: see [`write_runs`](gradito_core::signal::write_runs).
    Runs(&'a [u8]),
    /// The bytes of one `f32` a feature, scaled.
    Values(&'a [u8]),
    /// One bit a pixel: see [`Bits`](gradito_core::quantized::input::Bits).
    Bits(&'a [u8]),
}

/// What the device answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reply<'a> {
    /// It is done; there is nothing to tell.
    Done,
    /// It cannot be done.
    Refused(Refusal<'a>),
    /// Who is there.
    Hello(Hello<'a>),
    /// SHA-256 of the parameters in use, and of the samples trained on since they were loaded.
    Digest {
        /// Of the parameters, as in a model image.
        parameters: [u8; 32],
        /// Of the samples, see [`Training::samples_digest`].
        training: Option<Training>,
    },
    /// What was counted.
    Statistics(Statistics),
    /// Time, in [ticks](Hello::ticks_hz).
    Ticks(u32),
    /// What a forward pass found.
    Inferred {
        /// The class: the first of the largest outputs.
        class: u16,
        /// The ticks of the forward pass alone.
        ticks: u32,
        /// The outputs, `f32`; the scores, `i32`, of a firmware for networks of 8-bit numbers.
        outputs: &'a [u8],
    },
    /// A step was taken.
    Stepped {
        /// The sum of the samples' costs before the step.
        cost: f64,
        /// How many of the samples were recognised before the step.
        correct: u32,
        /// The ticks of forward, backward and update of all samples.
        ticks: u32,
    },
    /// How the cost of a sample depends on a parameter.
    Derivative {
        /// By backpropagation.
        gradient: f32,
        /// The cost at the parameter less h.
        below: f32,
        /// The cost at the parameter plus h.
        above: f32,
        /// What the parameter was changed to, less and plus: h as rounded.
        at: [f32; 2],
    },
    /// Bytes asked for.
    Bytes(&'a [u8]),
}

/// Who is there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hello<'a> {
    /// The name of the [board](crate::board).
    pub board: &'a str,
    /// The version of gradito.
    pub gradito: &'a str,
    /// The layers the firmware is built for, as in the layer table of a
    /// [model image](gradito_core::image).
    pub layers: &'a [u8],
    /// How many of the first layers stay in flash, untrained.
    pub frozen: u8,
    /// The code of the cost it trains with; `None` if it does not train.
    pub cost: Option<u8>,
    /// What inputs are: 0 for features, 1 for pixels; for pixels before
    /// [stages](gradito_core::stage) 1 and, times 2, the code of these.
    pub inputs: u8,
    /// Whether pixels have one bit.
    pub bits: bool,
    /// The code of the element type of parameters, as in a model image.
    pub element: u8,
    /// Samples in the largest batch; 0 if it does not train.
    pub batch: u8,
    /// Coded bytes of the longest frame it reads.
    pub frame: u16,
    /// Frames it can hold at a time.
    pub window: u8,
    /// The clock of the processor, in Hz.
    pub clock_hz: u32,
    /// Ticks in a second.
    pub ticks_hz: u32,
    /// Whether a new model can be written.
    pub writable: bool,
    /// What takes room.
    pub memory: Memory,
    /// The model in use, or what is wrong.
    pub model: Result<Model, ModelFault<'a>>,
}

impl Hello<'_> {
    /// What [`inputs`](Self::inputs) says of pixels that go through these stages.
    pub const fn pixels(stages: Stages) -> u8 {
        1 | stages.code() << 1
    }

    /// The stages of such inputs, of which features have none; `None` if they are no inputs that this
    /// version knows.
    pub const fn stages(inputs: u8) -> Option<Stages> {
        match inputs {
            0 => Some(Stages::NONE),
            pixels if pixels & 1 == 1 => Stages::from_code(pixels >> 1),
            _ => None,
        }
    }
}

/// What takes room, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Memory {
    /// Code and constants in flash.
    pub flash: u32,
    /// Static variables in RAM.
    pub statics: u32,
    /// What is left for the stack.
    pub stack: u32,
}

/// The model in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Model {
    /// The slot it lies in.
    pub slot: u8,
    /// Its generation: of two whole models, the one with the higher is used. 0 for one that was
    /// flashed from outside.
    pub generation: u32,
    /// The bytes of its image.
    pub length: u32,
    /// The checksum in its header.
    pub checksum: u32,
}

/// What was learnt from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Training {
    /// Steps taken since the parameters were loaded.
    pub steps: u32,
    /// Samples seen in these.
    pub samples: u32,
    /// The learning rate of the last step.
    pub eta: f32,
    /// SHA-256 over all steps, in their order: for each step its samples in their order, of each
    /// its label (2 bytes, little-endian) and its inputs (bytes of pixels, or of `f32`), then the
    /// learning rate (4 bytes).
    pub samples_digest: [u8; 32],
}

/// What was counted since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Statistics {
    /// Requests answered.
    pub requests: u32,
    /// Frames that were damaged or unknown.
    pub dropped: u32,
    /// Bytes of the stack that were ever in use, of [`Memory::stack`].
    pub stack: u32,
}

wire_enum! {
    Request<'a>:
    0 Hello;
    1 Digest;
    2 Statistics;
    3 Calibrate { instructions };
    4 Infer(input);
    5 Activations { layer first };
    6 Sample { slot label input };
    7 Step { samples eta };
    8 Derivative { parameter h };
    9 Reset;
    10 Parameters { first };
    11 Image { first };
    12 WriteBegin { length };
    13 WriteNext { offset bytes };
    14 WriteEnd;
    #[cfg(feature = "profile")]
    15 Profile;
    else Self::Hello
}

wire_enum! {
    Input<'a>:
    0 Pixels(bytes);
    1 Runs(bytes);
    2 Values(bytes);
    3 Bits(bytes);
    else Self::Pixels(&[])
}

wire_enum! {
    Reply<'a>:
    0 Done;
    1 Refused(refusal);
    2 Hello(hello);
    3 Digest { parameters training };
    4 Statistics(statistics);
    5 Ticks(ticks);
    6 Inferred { class ticks outputs };
    7 Stepped { cost correct ticks };
    8 Derivative { gradient below above at };
    9 Bytes(bytes);
    else Self::Done
}

wire_struct! {
    Hello<'a>:
    board gradito layers frozen cost inputs bits element batch frame window clock_hz ticks_hz
    writable memory model
}

wire_struct!(Memory: flash statics stack);

wire_struct!(Model: slot generation length checksum);

wire_struct!(Training: steps samples eta samples_digest);

wire_struct!(Statistics: requests dropped stack);

#[cfg(test)]
mod tests;
