//! The commands, and the flags that several of them take; others stand with their command.
//!
//! The first paragraph of a flag's comment is its line in `-h`, which fits 79 columns together with
//! the default that clap adds; the second follows in `--help`.

use std::num::{NonZeroU32, NonZeroUsize};

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueHint};
use gradito_core::kind::{ActivationKind, CostKind, InitKind, MathKind};

use super::augment::AugmentArguments;
use super::device::DeviceCommand;
use super::eval::EvalArguments;
use super::export::ExportArguments;
use super::flash::FlashArguments;
use super::inspect::InspectArguments;
use super::lesson::LessonArguments;
use super::predict::PredictArguments;
use super::quantize::QuantizeArguments;
use super::recipe::RecipesArguments;
use super::replay::ReplayArguments;
use super::report::ReportArguments;
use super::sweep::SweepArguments;
use super::train::TrainArguments;
use super::values::{at_least_one, hidden, positive, size, source, whole};
use crate::data::{LabelColumn, Source, Stages};
use crate::training::Topology;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

/// Train small neural networks on the desktop, run them on microcontrollers
#[derive(Debug, Parser)]
#[command(name = "gradito", version, styles = STYLES, max_term_width = 100)]
#[command(after_help = "\
Start with: gradito train, then gradito predict digits.gradito test:0
Each flag at length: gradito train --help")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What gradito can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Train a network and write a model image
    ///
    /// With no flags: 784-30-10 with sigmoids and quadratic cost, for 30 epochs on MNIST, which is
    /// inside the program. Ctrl-C ends a run after its step and keeps the model as of the last
    /// whole epoch; with --checkpoint the run can go on from there.
    Train(Box<TrainArguments>),
    /// Train many networks side by side, and choose one by validation
    ///
    /// With no flags: how many hidden neurons? Every finished run is a line of a file at once; a
    /// sweep that was stopped goes on from there when it is started again. The test set is looked at
    /// once, for the winner.
    Sweep(Box<SweepArguments>),
    /// List the recipes: trainings that are known to come out well
    ///
    /// Each is a network for so many bytes of flash, tuned on validation samples. The accuracy is that
    /// of all test samples, the mean of five seeds.
    Recipes(RecipesArguments),
    /// Draw what training images become under --augment
    ///
    /// A row for each image: itself, then what the first nine epochs of gradito train --augment with
    /// this seed are given in its place.
    Augment(AugmentArguments),
    /// Draw how runs went: cost, accuracy, learning rate, epoch by epoch
    ///
    /// A run is what gradito train --metrics wrote, or is writing. Without --out it is drawn in the
    /// terminal.
    Report(ReportArguments),
    /// Report a model's accuracy, cost and confusions on labelled data
    ///
    /// Evaluates on the test set: MNIST's; that of an IDX folder; or, of the data the model was
    /// trained on, the part that training put aside. Data it was not trained on is taken whole.
    Eval(EvalArguments),
    /// Say what a model sees in images, or in the rows of a CSV file
    ///
    /// Photographs are prepared the way MNIST was: paper and ink are found, the digit is cut out,
    /// scaled and centred. What is drawn is what the network was given.
    Predict(PredictArguments),
    /// Show what a model is, where it comes from and what it needs
    Inspect(InspectArguments),
    /// Turn a trained model into one of 8-bit numbers
    ///
    /// It takes a quarter of the flash, or less with --weights, and a fraction of the time, and gives
    /// the same scores on every machine, in whole numbers. The ranges of activations are measured on
    /// training samples alone; that no sum can overflow, whatever the inputs, is proved from the
    /// weights.
    Quantize(QuantizeArguments),
    /// Run and train a model on a board, real or emulated
    ///
    /// The board runs gradito's firmware and is reached over a serial port; --emulate starts one in
    /// QEMU, with firmware built for the model.
    #[command(subcommand)]
    Device(DeviceCommand),
    /// Repeat on this machine what a device has learnt, from its log
    ///
    /// Ends with the digests of the device, bit for bit, or says which differ.
    Replay(ReplayArguments),
    /// Write a model in the format of another tool
    ///
    /// The same parameters, to the last bit. bin is the model image as it lies in flash, hex and uf2
    /// put it at its address on a board, and rust is a source file that holds it. c is a header and
    /// a source that infer without any library, and give gradito's outputs to the last bit.
    /// safetensors and onnx are what Python libraries read. These four hold f32: a quantised model
    /// goes out as bin, hex or uf2.
    Export(ExportArguments),
    /// Walk through the chapter's lessons: numbers, pictures, what to try
    ///
    /// Without a name, lists them. Every number and every figure is computed when it is shown. With
    /// --html, writes all lessons as pages that need no network, in English and Spanish.
    Lesson(LessonArguments),
    /// Write a model to a board, through a debug probe
    ///
    /// The firmware stays as it is, and uses the new model from its next start on, which follows at
    /// once. probe-rs, a program of its own, does the work.
    Flash(FlashArguments),
}

/// A network that is not there yet.
#[derive(Args, Debug)]
pub struct NetworkArguments {
    /// Widths, inputs to outputs
    ///
    /// The first is that of the inputs (pixels or features), the last the number of classes; any
    /// number of hidden layers lies between.
    #[arg(long, value_name = "WIDTHS", default_value = "784-30-10", help_heading = "Network")]
    pub layers: Topology,
    /// Activation of the hidden layers
    ///
    /// One of sigmoid, tanh, relu and identity.
    #[arg(long, value_name = "NAME", default_value_t = ActivationKind::Sigmoid, value_parser = hidden, help_heading = "Network")]
    pub activation: ActivationKind,
    /// What training makes small
    ///
    /// One of quadratic, cross-entropy (both on sigmoid outputs) and softmax (cross-entropy on
    /// softmax outputs).
    #[arg(long, value_name = "NAME", default_value_t = CostKind::Quadratic, help_heading = "Network")]
    pub cost: CostKind,
    /// Activation of the outputs [default: the cost's]
    ///
    /// Unless given, it follows from the cost: sigmoid for quadratic and cross-entropy, softmax for
    /// softmax. The quadratic cost takes tanh, relu and identity as well.
    #[arg(long, value_name = "NAME", help_heading = "Network")]
    pub output: Option<ActivationKind>,
    /// Scheme of the first weights
    ///
    /// Normally distributed with variance 1/inputs (scaled) or 1 (unit).
    #[arg(long, value_name = "NAME", default_value_t = InitKind::Scaled, help_heading = "Network")]
    pub init: InitKind,
    /// Software for exp and tanh
    ///
    /// One of poly (fast, good to 2 ulp), libm and micromath (small, coarse). A device must use the
    /// same; the model image says which.
    #[arg(long, value_name = "NAME", default_value_t = MathKind::Poly, help_heading = "Network")]
    pub math: MathKind,
}

/// How it is trained.
#[derive(Args, Debug)]
pub struct TrainingArguments {
    /// Passes over the training samples
    #[arg(long, value_name = "N", default_value = "30", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroU32>, help_heading = "Training")]
    pub epochs: NonZeroU32,
    /// Samples in a mini-batch
    #[arg(long, value_name = "N", default_value = "10", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroUsize>, help_heading = "Training")]
    pub batch: NonZeroUsize,
    /// Learning rate η
    #[arg(long, value_name = "RATE", default_value = "3.0", allow_negative_numbers = true, value_parser = positive, help_heading = "Training")]
    pub eta: f32,
    /// Seed of all chance
    ///
    /// The first weights, the order of the samples and the division of data follow from it.
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = whole::<u64>, help_heading = "Training")]
    pub seed: u64,
    /// Stop after so many mini-batches
    ///
    /// With 0 the model is that of the starting point.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<u64>, help_heading = "Training")]
    pub steps: Option<u64>,
    /// Do not train the first so many layers
    #[arg(long, value_name = "N", default_value = "0", allow_negative_numbers = true, value_parser = whole::<usize>, help_heading = "Training")]
    pub freeze: usize,
}

/// What it is trained on.
#[derive(Args, Debug)]
pub struct DataArguments {
    /// mnist, a folder, or a CSV file
    ///
    /// A folder holds IDX files as MNIST's (plain or gzip'd), or one sub-folder of PNG or PGM images
    /// for each class. Own data without a test set is divided 70/15/15 into training, validation
    /// and test part.
    #[arg(long, value_name = "DATA", default_value = "mnist", value_parser = source, value_hint = ValueHint::AnyPath, help_heading = "Data")]
    pub data: Source,
    /// Test set of its own: a folder or CSV file like --data
    #[arg(long, value_name = "DATA", value_hint = ValueHint::AnyPath, help_heading = "Data")]
    pub test: Option<Source>,
    /// Validation samples [default: 10000 of MNIST, else 15 %]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = whole::<usize>, help_heading = "Data")]
    pub validation: Option<usize>,
    /// Label of a CSV file: first, last or the column's name
    ///
    /// Unless given: the column called label, class, target or digit if there is one, else the last.
    #[arg(long, value_name = "COLUMN", help_heading = "Data")]
    pub label: Option<LabelColumn>,
    /// Prepare images like MNIST: crop, scale, centre
    #[arg(long, help_heading = "Data")]
    pub prepare: bool,
    /// Prepare images to this size
    ///
    /// Each side from 4 to 1024; 28x28 unless given with --prepare.
    #[arg(long, value_name = "WxH", value_parser = size, help_heading = "Data")]
    pub size: Option<(u16, u16)>,
    /// Make images black and white: pixels of one bit
    ///
    /// Where paper ends and ink begins is found in the training images, and stored in the model,
    /// which sees all its images so. With --from it is the model's.
    #[arg(long, help_heading = "Data")]
    pub bits: bool,
    /// Deskew, crop and pool images first
    ///
    /// What there is of deskew, crop1 to crop7 and pool2 to pool8, joined by commas in that order.
    /// Deskewing shifts the rows of an image so that what is written slanted stands upright; cropN
    /// leaves out a border of N pixels; poolK takes the mean of each square of K times K pixels, so
    /// that deskew,crop4,pool2 makes 10x10 of 28x28 images: --layers 100-30-10. For images of at most
    /// 64 pixels a side, of all shades. All models made from this one do the same, on a device as well;
    /// with --from it is the model's.
    #[arg(long, value_name = "HOW", default_value_t = Stages::NONE, conflicts_with = "bits", help_heading = "Data")]
    pub stage: Stages,
}

/// What a model is tested on.
#[derive(Args, Debug)]
pub struct TestSetArguments {
    /// mnist, a folder, or a CSV file
    ///
    /// A folder holds IDX files as MNIST's (plain or gzip'd), or one sub-folder of PNG or PGM images
    /// for each class.
    #[arg(long, value_name = "DATA", default_value = "mnist", value_parser = source, value_hint = ValueHint::AnyPath)]
    pub data: Source,
    /// Label of a CSV file: first, last or the column's name
    ///
    /// Unless given: the column called label, class, target or digit if there is one, else the last.
    #[arg(long, value_name = "COLUMN")]
    pub label: Option<LabelColumn>,
    /// Take all samples of --data, not the test part
    #[arg(long)]
    pub all: bool,
}
