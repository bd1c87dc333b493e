//! The flags of `gradito device`, as those of [the rest](crate::cli).

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueHint};
use gradito_link::board::Board;

use crate::cli::arguments::{DataArguments, NetworkArguments, TestSetArguments, TrainingArguments};
use crate::cli::predict::PredictArguments;
use crate::cli::values::{at_least_one, positive, whole};
use crate::device::change::Change;
use crate::device::emulator;

/// What a device can be asked for.
#[derive(Debug, Subcommand)]
pub enum DeviceCommand {
    /// Say who answers: board, firmware, memory, model
    Info(InfoArguments),
    /// Ask the device what it sees in images, or in a CSV file
    ///
    /// Images are prepared here, as for gradito predict; the device runs the network.
    Infer(InferArguments),
    /// Test a model on the device: accuracy, instructions, memory, bits
    ///
    /// Sends the test set, and compares every output bit with what this machine computes.
    Test(TestArguments),
    /// Say how long each layer takes on the device
    ///
    /// Medians over the first samples of the test set. An emulated board counts instructions, a real
    /// one measures time. The firmware has to be built with its feature profile, as it is for
    /// --emulate; reading the clock takes 20 to 100 instructions a layer, which are counted with it.
    Profile(ProfileArguments),
    /// Train on the device, and compare the result with this machine's
    ///
    /// The batches are those of gradito train with the same data, --seed and --batch. Without a
    /// model training starts from a new network, as gradito train --steps 0 writes it. Ctrl-C ends
    /// a run after its request; a log then ends with the last whole step.
    Train(Box<TrainArguments>),
    /// Meet a changed world, and learn from it on the device
    ///
    /// A network that has learnt from clean digits sees them shifted by two pixels, rotated by 20
    /// degrees or inverted. It learns on the device from labelled digits that were put aside from
    /// training; accuracy is measured on digits of the test set, which it never learns from. A few
    /// hundred samples win back much of what a shift costs, and a little of a rotation; they do not
    /// teach it inverted digits, for which one would rather invert the pixels. What is learnt costs
    /// some of what was known: both are shown.
    Adapt(AdaptArguments),
    /// Read the model from the device, with what it has learnt
    ///
    /// Where the device has trained, the file holds the trained parameters, and says what they
    /// started from, in how many steps and at which learning rate.
    Read(ReadArguments),
    /// Write a model to the device
    ///
    /// The model in use stays in use until the new one is whole and checked.
    Write(WriteArguments),
    /// Compare outputs of layers and parameters with this machine's
    ///
    /// After a forward pass the outputs, layer by layer; after some steps of training the
    /// parameters. The first that differs is named, with both bit patterns. With --steps 0 only the
    /// outputs.
    Verify(VerifyArguments),
    /// Check the device's gradients against differences of its own cost
    ///
    /// A gradient may differ by 1 % and by what 16 units in the last place of the cost come to.
    Gradcheck(GradcheckArguments),
}

/// Which device.
#[derive(Args, Debug)]
pub struct Target {
    #[command(flatten)]
    which: Which,
    /// Speed of the port, in bits a second
    #[arg(long, value_name = "RATE", default_value = "115200", value_parser = at_least_one::<NonZeroU32>, help_heading = "Device")]
    pub baud: NonZeroU32,
    /// Firmware to emulate [default: built for the model]
    ///
    /// An ELF file, as cargo builds it in the folder firmware/ of a checkout of gradito. Unless
    /// given, the firmware of the checkout that the current folder is in is built for the model.
    #[arg(long, value_name = "ELF", conflicts_with = "port", value_hint = ValueHint::FilePath, help_heading = "Device")]
    pub firmware: Option<PathBuf>,
}

/// Which device, and how it is asked many things.
#[derive(Args, Debug)]
pub struct BulkTarget {
    /// The device.
    #[command(flatten)]
    pub device: Target,
    /// On emulated mps2 boards: send all through files
    ///
    /// A serial port is emulated byte by byte; files are a hundred times faster. The frames are the
    /// same.
    #[arg(long, conflicts_with = "port", help_heading = "Device")]
    pub bulk: bool,
}

/// One of the two.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct Which {
    /// Serial port of the board: /dev/ttyACM0, COM3
    #[arg(long, value_name = "PORT", help_heading = "Device")]
    port: Option<String>,
    /// Board to emulate in QEMU
    ///
    /// One of mps2-an386 (Cortex-M4F), mps2-an385 (Cortex-M3), stm32f405 (Cortex-M4F) and microbit
    /// (Cortex-M0). Needs qemu-system-arm.
    #[arg(long, value_name = "BOARD", value_parser = board, help_heading = "Device")]
    emulate: Option<&'static Board>,
}

/// Where a device is.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// At a serial port.
    Port(&'a str),
    /// In the emulator.
    Emulated(&'static Board),
}

impl Target {
    /// Where it is.
    pub fn place(&self) -> Place<'_> {
        match (&self.which.port, self.which.emulate) {
            (_, Some(board)) => Place::Emulated(board),
            (Some(port), None) => Place::Port(port),
            (None, None) => unreachable!("one of the two is required"),
        }
    }
}

fn board(name: &str) -> Result<&'static Board, String> {
    emulator::board(name).map_err(|error| error.to_string())
}

/// `gradito device info`.
#[derive(Args, Debug)]
pub struct InfoArguments {
    /// With --emulate: a model to put into its flash
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: Option<PathBuf>,
    #[command(flatten)]
    pub target: Target,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// `gradito device infer`.
#[derive(Args, Debug)]
pub struct InferArguments {
    /// What is asked.
    #[command(flatten)]
    pub predict: PredictArguments,
    /// The device.
    #[command(flatten)]
    pub target: Target,
}

/// `gradito device test`.
#[derive(Args, Debug)]
pub struct TestArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// The samples.
    #[command(flatten, next_help_heading = "Data")]
    pub set: TestSetArguments,
    /// Send only the first so many samples
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroUsize>, help_heading = "Data")]
    pub samples: Option<NonZeroUsize>,
    /// The device.
    #[command(flatten)]
    pub target: BulkTarget,
    /// Print one JSON object on standard output
    #[arg(long, help_heading = None)]
    pub json: bool,
}

/// `gradito device profile`.
#[derive(Args, Debug)]
pub struct ProfileArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// The samples.
    #[command(flatten, next_help_heading = "Data")]
    pub set: TestSetArguments,
    /// Send the first so many samples
    #[arg(long, value_name = "N", default_value = "100", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroUsize>, help_heading = "Data")]
    pub samples: NonZeroUsize,
    /// The device.
    #[command(flatten)]
    pub target: BulkTarget,
    /// Print one JSON object on standard output
    #[arg(long, help_heading = None)]
    pub json: bool,
}

/// `gradito device train`.
#[derive(Args, Debug)]
pub struct TrainArguments {
    /// The model to start from [default: a new network]
    #[arg(value_hint = ValueHint::FilePath, conflicts_with_all = ["layers", "activation", "cost", "output", "init", "math"])]
    pub model: Option<PathBuf>,
    /// The network.
    #[command(flatten)]
    pub network: NetworkArguments,
    /// The training.
    #[command(flatten)]
    pub training: TrainingArguments,
    /// The data.
    #[command(flatten)]
    pub data: DataArguments,
    /// The device.
    #[command(flatten)]
    pub target: BulkTarget,
    /// Write the trained model, read back from the device
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub out: Option<PathBuf>,
    /// Record what was learnt from, for gradito replay
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub log: Option<PathBuf>,
    /// Print one JSON object on standard output
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

/// `gradito device adapt`.
#[derive(Args, Debug)]
pub struct AdaptArguments {
    /// The model image, of digits
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// The change: shift, rotate or invert
    #[arg(long, value_name = "CHANGE", default_value_t = Change::Shift)]
    pub change: Change,
    /// Labelled samples to learn from
    #[arg(long, value_name = "N", default_value = "500", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroUsize>, help_heading = "Training")]
    pub learn: NonZeroUsize,
    /// Times that each is learnt from
    #[arg(long, value_name = "N", default_value = "10", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroU32>, help_heading = "Training")]
    pub passes: NonZeroU32,
    /// Samples in a mini-batch
    #[arg(long, value_name = "N", default_value = "10", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroUsize>, help_heading = "Training")]
    pub batch: NonZeroUsize,
    /// Learning rate η
    #[arg(long, value_name = "RATE", default_value = "3.0", allow_negative_numbers = true, value_parser = positive, help_heading = "Training")]
    pub eta: f32,
    /// Do not train the first so many layers
    #[arg(long, value_name = "N", default_value = "0", allow_negative_numbers = true, value_parser = whole::<usize>, help_heading = "Training")]
    pub freeze: usize,
    /// Seed of the order of samples
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = whole::<u64>, help_heading = "Training")]
    pub seed: u64,
    /// Samples to measure accuracy on
    #[arg(long, value_name = "N", default_value = "500", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroUsize>)]
    pub samples: NonZeroUsize,
    /// The device.
    #[command(flatten)]
    pub target: BulkTarget,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// `gradito device read`.
#[derive(Args, Debug)]
pub struct ReadArguments {
    /// Where the model image goes
    #[arg(value_hint = ValueHint::FilePath)]
    pub out: PathBuf,
    /// With --emulate: a model to put into its flash
    #[arg(long, value_name = "MODEL", conflicts_with = "port", value_hint = ValueHint::FilePath, help_heading = "Device")]
    pub model: Option<PathBuf>,
    /// The device.
    #[command(flatten)]
    pub target: Target,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// `gradito device write`.
#[derive(Args, Debug)]
pub struct WriteArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// The device.
    #[command(flatten)]
    pub target: Target,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// `gradito device verify`.
#[derive(Args, Debug)]
pub struct VerifyArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// The training.
    #[command(flatten)]
    pub training: TrainingArguments,
    /// The data.
    #[command(flatten)]
    pub data: DataArguments,
    /// The device.
    #[command(flatten)]
    pub target: Target,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// `gradito device gradcheck`.
#[derive(Args, Debug)]
pub struct GradcheckArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// Parameters to check, of all layers
    #[arg(long, value_name = "N", default_value = "20", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroUsize>)]
    pub parameters: NonZeroUsize,
    /// How far the parameter is moved
    #[arg(long, value_name = "H", default_value = "0.01", allow_negative_numbers = true, value_parser = positive)]
    pub h: f32,
    /// Layers at the front that are not trained
    #[arg(long, value_name = "N", default_value = "0", allow_negative_numbers = true, value_parser = whole::<usize>)]
    pub freeze: usize,
    /// Seed of the choice of parameters
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = whole::<u64>)]
    pub seed: u64,
    /// The data.
    #[command(flatten)]
    pub data: DataArguments,
    /// The device.
    #[command(flatten)]
    pub target: Target,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}
