//! The flags of `gradito train` for what goes beyond plain SGD.

use std::num::NonZeroU32;

use clap::{Args, ValueEnum};

use gradito_core::quantized::weights::WeightKind;

use crate::augment::Ranges;
use crate::cli::values::{at_least_one, below_one, not_negative, share, weights, whole};
use crate::training::{Decay, Keep, Schedule, Settings};

/// What goes beyond plain SGD.
#[derive(Args, Debug)]
pub struct MethodArguments {
    /// Momentum coefficient μ, from 0 to below 1
    #[arg(long, value_name = "MU", default_value = "0", allow_negative_numbers = true, value_parser = below_one, help_heading = "Training")]
    momentum: f32,
    /// Look ahead: the gradient of where momentum leads
    ///
    /// Nesterov's momentum, as Sutskever et al. (2013) write it; the coefficient is that of
    /// --momentum.
    #[arg(long, help_heading = "Training")]
    nesterov: bool,
    /// Strength λ of L2 regularisation
    #[arg(long, value_name = "LAMBDA", default_value = "0", allow_negative_numbers = true, value_parser = not_negative, help_heading = "Training")]
    l2: f32,
    /// Course of η over the run
    ///
    /// One of constant, step and cosine. After --warmup it stays at --eta, falls by --step-factor
    /// every --step-epochs, or falls along half a cosine to --end-factor times --eta. It is laid out
    /// over all --epochs; --steps only cuts it off.
    #[arg(long, value_name = "NAME", value_enum, default_value_t = Course::Constant, hide_possible_values = true, help_heading = "Training")]
    schedule: Course,
    /// Epochs over which η rises to --eta first
    #[arg(long, value_name = "N", default_value = "0", allow_negative_numbers = true, value_parser = whole::<u32>, help_heading = "Training")]
    warmup: u32,
    /// Factor of η that a cosine ends with
    #[arg(long, value_name = "F", default_value = "0", allow_negative_numbers = true, value_parser = share, help_heading = "Training")]
    end_factor: f32,
    /// Factor of each step of --schedule step
    #[arg(long, value_name = "F", default_value = "0.1", allow_negative_numbers = true, value_parser = share, help_heading = "Training")]
    step_factor: f32,
    /// Epochs between steps of the schedule
    #[arg(long, value_name = "N", default_value = "10", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroU32>, help_heading = "Training")]
    step_epochs: NonZeroU32,
    /// Keep an average of the weights, of this decay
    ///
    /// Exponential, and corrected for its start as by Kingma and Ba (2015, section 7.2). Validation,
    /// test and the model written are of the average, as with 0.999: of about the last 1000 steps.
    #[arg(long, value_name = "DECAY", allow_negative_numbers = true, value_parser = below_one, help_heading = "Training")]
    ema: Option<f32>,
    /// Train for weights of few bits: i8, i4, i2, ternary
    ///
    /// Weights are rounded after every step, each output's to a grid of its own, so that gradito
    /// quantize --weights of the same loses nothing of them. The model that is written has f32
    /// weights on these grids. Costs a pass over all weights a batch.
    #[arg(long, value_name = "KIND", value_parser = weights, help_heading = "Training")]
    weights: Option<WeightKind>,
    /// Write whole numbers, as gradito quantize does
    ///
    /// With weights of the kind of --weights, or of 8 bits; the test is of that model.
    #[arg(long, help_heading = "Training")]
    pub quantize: bool,
    /// Deform training images anew in each epoch
    ///
    /// light, standard, or any of shift=PIXELS, rotate=DEGREES, scale=SHARE, shear=SHARE and
    /// elastic=ALPHA:SIGMA, joined by commas: each is drawn evenly from minus to plus that, for each
    /// image by the seed and the epoch alone. An elastic field is that of Simard et al. (2003). See
    /// gradito augment for a picture. With 2 threads or more, one of them does this.
    #[arg(long, value_name = "HOW", conflicts_with = "freeze", help_heading = "Training")]
    pub augment: Option<Ranges>,
    /// Stop when so many epochs did not better validation
    ///
    /// When so many epochs in a row recognised no more validation samples than one before them.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroU32>, help_heading = "Training")]
    early_stop: Option<NonZeroU32>,
    /// Epoch to keep, last or best
    ///
    /// The best recognises most validation samples; of several, the first does. A last part of an
    /// epoch, of --steps, counts as one. After Ctrl-C it is the best up to there.
    #[arg(long, value_name = "WHICH", value_enum, default_value_t = Kept::Last, hide_possible_values = true, help_heading = "Training")]
    keep: Kept,
}

/// Which epoch is kept.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kept {
    Last,
    Best,
}

/// How the learning rate goes on.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Course {
    Constant,
    Step,
    Cosine,
}

impl MethodArguments {
    /// `settings` of plain SGD, and what goes beyond it.
    pub fn beyond(&self, settings: Settings) -> Settings {
        let Self { momentum, nesterov, l2, ema, warmup, weights, .. } = *self;
        let decay = match self.schedule {
            Course::Constant => Decay::Constant,
            Course::Step => Decay::Step { factor: self.step_factor, epochs: self.step_epochs },
            Course::Cosine => Decay::Cosine { end: self.end_factor },
        };
        let keep = match self.keep {
            Kept::Last => Keep::Last,
            Kept::Best => Keep::Best,
        };
        Settings {
            momentum,
            nesterov,
            l2,
            ema,
            schedule: Schedule { warmup, decay },
            keep,
            patience: self.early_stop,
            weights,
            ..settings
        }
    }
}
