//! What is to be trained, and how.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use gradito_core::kind::{ActivationKind, CostKind, InitKind, MathKind};
use gradito_core::layer::LayerShape;
use gradito_core::quantized::weights::WeightKind;
use thiserror::Error;

use super::keep::Keep;
use super::schedule::Schedule;
use crate::augment::{Augmentation, RangesError};
use crate::data::{Stager, Stages};

/// The widths of a network: its inputs, then the outputs of each layer. Written `784-30-10`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology(Vec<usize>);

/// Most neurons of a layer, and most inputs: more would not fit the model image's fields.
const WIDEST: usize = 1 << 24;

/// Most parameters of a network: 1 GiB of `f32`.
const MOST_PARAMETERS: usize = 1 << 28;

impl Topology {
    /// The number of inputs.
    pub fn inputs(&self) -> usize {
        self.0[0]
    }

    /// The number of outputs.
    pub fn outputs(&self) -> usize {
        self.0[self.0.len() - 1]
    }

    /// The widths of what is behind the first layers, of which there are more than so many.
    pub(super) fn behind(&self, layers: usize) -> Self {
        Self(self.0[layers..].to_vec())
    }

    /// The widths of a network of `shapes`, of which there is at least one.
    pub fn of(shapes: &[LayerShape]) -> Self {
        let inputs = shapes.first().map_or(0, |shape| shape.inputs);
        Self(std::iter::once(inputs).chain(shapes.iter().map(|shape| shape.outputs)).collect())
    }
}

/// Why a text is no topology.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TopologyError {
    /// A width is no number.
    #[error("'{0}' is not a width; write widths joined by '-', as in 784-30-10")]
    NotANumber(String),
    /// A width is 0 or too large.
    #[error("a width must be from 1 to {WIDEST}, and one is {0}")]
    Width(String),
    /// There is no layer.
    #[error("a network needs at least two widths, inputs and outputs, as in 784-10")]
    NoLayer,
    /// The network would be too large.
    #[error("this network would have more than {MOST_PARAMETERS} parameters; use narrower layers")]
    TooLarge,
}

impl FromStr for Topology {
    type Err = TopologyError;

    fn from_str(text: &str) -> Result<Self, TopologyError> {
        let mut widths = Vec::new();
        for part in text.split('-') {
            let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            let shown = || part.chars().take(20).collect();
            if !digits {
                return Err(TopologyError::NotANumber(shown()));
            }
            // A number that does not fit its type is too large as well.
            let width = part.parse().ok().filter(|width| (1..=WIDEST).contains(width));
            widths.push(width.ok_or_else(|| TopologyError::Width(shown()))?);
        }
        if widths.len() < 2 {
            return Err(TopologyError::NoLayer);
        }
        let parameters = widths
            .windows(2)
            .try_fold(0_usize, |sum, pair| sum.checked_add((pair[0] + 1).checked_mul(pair[1])?));
        match parameters {
            Some(count) if count <= MOST_PARAMETERS => Ok(Self(widths)),
            _ => Err(TopologyError::TooLarge),
        }
    }
}

impl fmt::Display for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, width) in self.0.iter().enumerate() {
            let separator = if position == 0 { "" } else { "-" };
            write!(f, "{separator}{width}")?;
        }
        Ok(())
    }
}

/// Everything that decides what training ends with, but the data.
///
/// The default is the chapter's: 784-30-10, sigmoid, quadratic cost, 30 epochs of batches of 10 at
/// η = 3.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The widths.
    pub topology: Topology,
    /// The activation of the hidden layers.
    pub activation: ActivationKind,
    /// The activation of the outputs; that which goes with the cost unless given.
    pub output: Option<ActivationKind>,
    /// The cost.
    pub cost: CostKind,
    /// The source of exponentials.
    pub math: MathKind,
    /// Where training starts.
    pub init: InitKind,
    /// The learning rate η.
    pub eta: f32,
    /// The momentum's coefficient μ; 0 for plain SGD.
    pub momentum: f32,
    /// Whether the momentum looks ahead, as Nesterov's does.
    pub nesterov: bool,
    /// How the learning rate goes on from η.
    pub schedule: Schedule,
    /// The decay of the average of the parameters that is evaluated and kept in place of the last
    /// ones; none unless given.
    pub ema: Option<f32>,
    /// How training images are deformed, anew in each epoch; not at all unless given.
    pub augment: Option<Augmentation>,
    /// What was done to the images before the first layer; where they are deformed, that is done to
    /// them afterwards.
    pub stages: Stages,
    /// The strength λ of L2 regularisation; 0 for none.
    pub l2: f32,
    /// What weights are rounded to in training; `None` for `f32`.
    pub weights: Option<WeightKind>,
    /// Samples in a mini-batch.
    pub batch: usize,
    /// Passes over the training samples.
    pub epochs: u32,
    /// At most so many mini-batches in all.
    pub steps: Option<u64>,
    /// The seed of all chance.
    pub seed: u64,
    /// Which epoch is kept.
    pub keep: Keep,
    /// The run ends when so many epochs in a row were not better in validation than one before.
    pub patience: Option<NonZeroU32>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            topology: Topology(vec![784, 30, 10]),
            activation: ActivationKind::Sigmoid,
            output: None,
            cost: CostKind::Quadratic,
            math: MathKind::Poly,
            init: InitKind::Scaled,
            eta: 3.0,
            momentum: 0.0,
            nesterov: false,
            schedule: Schedule::default(),
            ema: None,
            augment: None,
            stages: Stages::NONE,
            l2: 0.0,
            weights: None,
            batch: 10,
            epochs: 30,
            steps: None,
            seed: 1,
            keep: Keep::Last,
            patience: None,
        }
    }
}

/// Why settings cannot be trained with, on their own or with the data.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SettingsError {
    /// The cost has no gradient for the outputs.
    #[error("the cost {cost} does not fit {output} outputs; leave out --output to get {fitting}")]
    Misfit {
        /// The cost.
        cost: CostKind,
        /// The activation of the outputs.
        output: ActivationKind,
        /// That which goes with the cost.
        fitting: ActivationKind,
    },
    /// Softmax in a hidden layer.
    #[error("softmax is for outputs only; hidden layers take sigmoid, tanh, relu or identity")]
    HiddenSoftmax,
    /// The learning rate is not a positive number.
    #[error("eta must be a positive number, and it is {0:?}")]
    Eta(f32),
    /// The momentum is out of range.
    #[error("momentum must be at least 0 and below 1, and it is {0:?}")]
    Momentum(f32),
    /// There is no momentum that could look ahead.
    #[error("nesterov is a kind of momentum, and momentum is 0; give one, as --momentum 0.9")]
    Nesterov,
    /// The average is out of range.
    #[error("ema must be at least 0 and below 1, and it is {0:?}")]
    Ema(f32),
    /// The run would be over before the learning rate has risen.
    #[error("warmup takes {warmup} of {epochs} epochs; it must leave at least one")]
    Warmup {
        /// Epochs of warm-up.
        warmup: u32,
        /// Epochs in all.
        epochs: u32,
    },
    /// The factor of a step is out of range.
    #[error("the factor of a step must be above 0 and at most 1, and it is {0:?}")]
    StepFactor(f32),
    /// The end of a cosine is out of range.
    #[error("the end factor must be from 0 to 1, and it is {0:?}")]
    EndFactor(f32),
    /// Images would be deformed beyond what there is.
    #[error(transparent)]
    Augment(#[from] RangesError),
    /// Images of another size than the network reads.
    #[error(
        "images of {columns}x{rows} pixels are to be deformed, and the network reads {inputs} inputs of them"
    )]
    AugmentSize {
        /// Pixels in a row.
        columns: usize,
        /// Rows.
        rows: usize,
        /// Inputs of the network.
        inputs: usize,
    },
    /// Samples that are no images.
    #[error("augment deforms images, and the samples are features; leave it out")]
    AugmentFeatures,
    /// Layers whose outputs are computed once.
    #[error(
        "what frozen layers put out is computed once, not for each epoch's images; leave out augment, or freeze none"
    )]
    AugmentFrozen,
    /// The regularisation is out of range.
    #[error("l2 must be 0 or a positive number, and it is {0:?}")]
    L2(f32),
    /// The regularisation would turn weights round rather than shrink them.
    #[error(
        "an l2 of {l2:?} is too strong; with {samples} training samples and an eta of {eta:?} it must be below {:?}",
        *samples as f32 / eta
    )]
    L2TooStrong {
        /// The strength.
        l2: f32,
        /// The learning rate.
        eta: f32,
        /// Samples there are.
        samples: usize,
    },
    /// There is nothing to choose an epoch by.
    #[error("{0} goes by validation, and there are no validation samples; set some aside")]
    NoValidation(&'static str),
    /// The batch is empty.
    #[error("batch must be at least 1, and it is 0")]
    NoBatch,
    /// Nothing is left to be trained.
    #[error("freezing {frozen} of {layers} layers leaves none to be trained; freeze fewer")]
    Frozen {
        /// Layers that are not to be trained.
        frozen: usize,
        /// Layers there are.
        layers: usize,
    },
    /// The batch is larger than the training set.
    #[error(
        "a batch of {batch} is more than the {samples} training samples of {data}; use --batch {samples} or less"
    )]
    Batch {
        /// The name of the data.
        data: String,
        /// Samples asked for.
        batch: usize,
        /// Samples there are.
        samples: usize,
    },
    /// The first width is not that of the samples.
    #[error(
        "the network reads {inputs} inputs, but the samples of {data} have {width}; use --layers {suggestion}"
    )]
    Inputs {
        /// Inputs of the network.
        inputs: usize,
        /// The name of the data.
        data: String,
        /// Inputs of a sample.
        width: usize,
        /// A topology that would fit.
        suggestion: Topology,
    },
    /// The last width is not the number of classes.
    #[error(
        "the network has {outputs} outputs, but {data} has {classes} classes; use --layers {suggestion}"
    )]
    Outputs {
        /// Outputs of the network.
        outputs: usize,
        /// The name of the data.
        data: String,
        /// Classes of the data.
        classes: usize,
        /// A topology that would fit.
        suggestion: Topology,
    },
}

/// The pixels of what `stages` make of an image of that size, if they fit it.
fn staged(stages: Stages, columns: usize, rows: usize) -> Option<usize> {
    if stages.is_none() {
        return columns.checked_mul(rows);
    }
    Stager::new(stages, columns, rows).map(|stager| stager.pixels())
}

impl Settings {
    /// The activation of the outputs.
    pub fn output_activation(&self) -> ActivationKind {
        self.output.unwrap_or(self.cost.output_activation())
    }

    /// The layers, first to last.
    pub fn shapes(&self) -> Vec<LayerShape> {
        let last = self.topology.0.len() - 2;
        let pairs = self.topology.0.windows(2).enumerate();
        pairs
            .map(|(index, pair)| LayerShape {
                inputs: pair[0],
                outputs: pair[1],
                activation: if index == last { self.output_activation() } else { self.activation },
                math: self.math,
            })
            .collect()
    }

    /// Checks what can be checked without the data.
    ///
    /// # Errors
    ///
    /// The first setting that is out of its range.
    pub fn check(&self) -> Result<(), SettingsError> {
        let output = self.output_activation();
        if !self.cost.fits(output) {
            let fitting = self.cost.output_activation();
            return Err(SettingsError::Misfit { cost: self.cost, output, fitting });
        }
        if self.activation == ActivationKind::Softmax {
            return Err(SettingsError::HiddenSoftmax);
        }
        if !(self.eta.is_finite() && self.eta > 0.0) {
            return Err(SettingsError::Eta(self.eta));
        }
        if !(0.0..1.0).contains(&self.momentum) {
            return Err(SettingsError::Momentum(self.momentum));
        }
        if self.nesterov && self.momentum == 0.0 {
            return Err(SettingsError::Nesterov);
        }
        if let Some(decay) = self.ema.filter(|decay| !(0.0..1.0).contains(decay)) {
            return Err(SettingsError::Ema(decay));
        }
        self.schedule.check(self.epochs)?;
        if let Some(Augmentation { ranges, columns, rows, .. }) = self.augment {
            ranges.check()?;
            let inputs = self.topology.inputs();
            if staged(self.stages, columns, rows) != Some(inputs) {
                return Err(SettingsError::AugmentSize { columns, rows, inputs });
            }
        }
        if !(self.l2.is_finite() && self.l2 >= 0.0) {
            return Err(SettingsError::L2(self.l2));
        }
        if self.batch == 0 {
            return Err(SettingsError::NoBatch);
        }
        Ok(())
    }

    /// Checks that there is validation if an epoch is chosen by it: `samples` samples.
    ///
    /// # Errors
    ///
    /// [`SettingsError::NoValidation`].
    pub fn check_validation(&self, samples: usize) -> Result<(), SettingsError> {
        match self {
            _ if samples > 0 => Ok(()),
            Self { keep: Keep::Best, .. } => Err(SettingsError::NoValidation("keep best")),
            Self { patience: Some(_), .. } => Err(SettingsError::NoValidation("early-stop")),
            _ => Ok(()),
        }
    }

    /// Checks what depends on the data: `samples` samples of `width` inputs and so many classes.
    ///
    /// # Errors
    ///
    /// The first setting that does not fit the data.
    pub fn check_data(
        &self,
        data: &str,
        samples: usize,
        width: usize,
        classes: usize,
    ) -> Result<(), SettingsError> {
        let (inputs, outputs) = (self.topology.inputs(), self.topology.outputs());
        let mut suggestion = self.topology.clone();
        suggestion.0[0] = width;
        if let Some(last) = suggestion.0.last_mut() {
            *last = classes;
        }
        let data = data.to_owned();
        if inputs != width {
            return Err(SettingsError::Inputs { inputs, data, width, suggestion });
        }
        if outputs != classes {
            return Err(SettingsError::Outputs { outputs, data, classes, suggestion });
        }
        if self.batch > samples {
            return Err(SettingsError::Batch { data, batch: self.batch, samples });
        }
        if self.eta * self.l2 / samples as f32 >= 1.0 {
            return Err(SettingsError::L2TooStrong { l2: self.l2, eta: self.eta, samples });
        }
        Ok(())
    }
}
