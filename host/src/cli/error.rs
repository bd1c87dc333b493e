//! Why a command could not be done.

use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use gradito_core::report::Diverged;
use thiserror::Error;

use super::output::count;
use super::values::board_names;
use crate::checkpoint::CheckpointError;
use crate::data::DataError;
use crate::device::train_log::LogError;
use crate::device::{DeviceError, Misfit};
use crate::export::{ExportError, Format};
use crate::figure::FigureError;
use crate::lesson::LessonError;
use crate::model::{ModelError, unwritable};
use crate::picture::PictureError;
use crate::quantize::QuantizeError;
use crate::recipe::RecipeError;
use crate::report::ReportError;
use crate::sweep::{FolderError, PlotError, SpaceError, SweepError};
use crate::training::{FollowError, SettingsError, TrainError};

/// Why a command could not be done: one line, what, where and what to do.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CliError {
    /// Data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A picture.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// A model file.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A recipe.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// A lesson.
    #[error(transparent)]
    Lesson(#[from] LessonError),
    /// Lessons that find other numbers than they should.
    #[error("{differences} of {compared} numbers are not as expected; see the lines above")]
    Unexpected {
        /// How many are not.
        differences: usize,
        /// How many were compared.
        compared: usize,
    },
    /// A network that cannot be quantised.
    #[error("{}: {cause}", model.display())]
    Quantize {
        /// The model file.
        model: PathBuf,
        /// Why not.
        cause: QuantizeError,
    },
    /// A device.
    #[error(transparent)]
    Device(#[from] DeviceError),
    /// A device whose firmware does not fit the model.
    #[error(transparent)]
    Misfit(#[from] Misfit),
    /// The device does not compute what the desktop does.
    #[error("{0}")]
    Differs(String),
    /// Settings that fit no data: the command line is wrong.
    #[error(transparent)]
    CommandLine(SettingsError),
    /// Settings that do not fit the data.
    #[error(transparent)]
    Settings(SettingsError),
    /// A model whose hidden layers are of several kinds.
    #[error(
        "{}: has hidden layers of different activations or math, and training takes layers of one \
         kind; train a new network",
        model.display()
    )]
    MixedLayers {
        /// The model file.
        model: PathBuf,
    },
    /// Data that is not what the model to start from was made for.
    #[error("{name}: its {what} are not those of {}; take data of the same kind", model.display())]
    OtherData {
        /// The data's name.
        name: String,
        /// What differs.
        what: &'static str,
        /// The model file.
        model: PathBuf,
    },
    /// Two files that are one.
    #[error("{}: is both {one} and {other}; name another file", path.display())]
    SameFile {
        /// The file.
        path: PathBuf,
        /// The flag that writes it.
        one: &'static str,
        /// The other flag.
        other: &'static str,
    },
    /// Training.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// Training by a plan.
    #[error(transparent)]
    Follow(#[from] FollowError),
    /// A training log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A log of another model.
    #[error("{}: the training started from {what} than {} has; name the model it started from", log.display(), model.display())]
    OtherParent {
        /// The log.
        log: PathBuf,
        /// What differs.
        what: &'static str,
        /// The model file.
        model: PathBuf,
    },
    /// A board that has no model to start from.
    #[error(
        "a board starts from the model in its flash: name it; gradito train --steps 0 makes a new \
         one, gradito device write puts it there"
    )]
    NoStart,
    /// A model that does not read images.
    #[error("{}: does not read images; name a model of digits", model.display())]
    NoImages {
        /// The model file.
        model: PathBuf,
    },
    /// A batch that no device takes.
    #[error("a device takes batches of 1 to 255 samples, not of {0}; choose another --batch")]
    DeviceBatch(usize),
    /// A model that gives no finite outputs.
    #[error("{}: {cause} for these inputs; look for extreme values in them, or train anew", model.display())]
    NotFinite {
        /// The model file.
        model: PathBuf,
        /// What is not finite.
        cause: Diverged,
    },
    /// The run was stopped and its last whole epoch was kept.
    #[error("interrupted; {} holds the model as of epoch {epochs} of {of}", path.display())]
    Interrupted {
        /// The model file.
        path: PathBuf,
        /// Whole epochs in it.
        epochs: u32,
        /// Epochs that were wanted.
        of: u32,
    },
    /// A checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The run was stopped and can go on.
    #[error(
        "interrupted; {} holds the run after step {steps} of {of}; the same command with --resume \
         goes on from there", path.display()
    )]
    Kept {
        /// The checkpoint.
        path: PathBuf,
        /// Steps in it.
        steps: u64,
        /// Steps that were wanted.
        of: u64,
    },
    /// The metrics file cannot be written.
    #[error("{}: {}", path.display(), unwritable(cause))]
    Metrics {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// There is no such test image.
    #[error("test:{index}: there are the images test:0 to test:{last}")]
    NoTestImage {
        /// What was asked for.
        index: String,
        /// The last there is.
        last: usize,
    },
    /// The model does not read images of MNIST's size.
    #[error("{source_name}: this model reads {wants}, not 28x28 digits; name {instead}")]
    NotDigits {
        /// What was to be predicted.
        source_name: String,
        /// What the model reads.
        wants: String,
        /// What to name instead.
        instead: &'static str,
    },
    /// A picture of another size than the model reads.
    #[error(
        "{source_name}: the picture is {found}, and this model reads {wants} as they are; scale it"
    )]
    PictureSize {
        /// The file.
        source_name: String,
        /// Its size.
        found: String,
        /// The model's.
        wants: String,
    },
    /// Ctrl-C cannot be caught.
    #[error("cannot listen for Ctrl-C: {0}")]
    Signal(#[from] ctrlc::Error),
    /// Standard output cannot be written.
    #[error("standard output: {}", unwritable(.0))]
    Output(io::Error),
    /// A result cannot be written as JSON.
    #[error("the result cannot be written as JSON: {0}")]
    Json(serde_json::Error),
    /// A model that cannot be exported, or does not fit a board.
    #[error("{}: {cause}", path.display())]
    Export {
        /// The file.
        path: PathBuf,
        /// Why not.
        cause: ExportError,
    },
    /// A file with addresses for no board: the command line is wrong.
    #[error(
        "--format {format} puts a model at the address of a board; name one with --board: {}",
        board_names()
    )]
    NeedsBoard {
        /// The format.
        format: Format,
    },
    /// A board that is no piece of hardware.
    #[error(
        "{board}: this board is emulated, there is nothing to flash; gradito device test --emulate \
         {board} {} starts it with the model", model.display()
    )]
    Emulated {
        /// The board.
        board: &'static str,
        /// The model file.
        model: PathBuf,
    },
    /// There is no probe-rs.
    #[error(
        "probe-rs: is not on the PATH; install it as https://probe.rs says, or by cargo install \
         probe-rs-tools --locked"
    )]
    NoProbeRs,
    /// probe-rs is there and does not start.
    #[error("probe-rs: cannot be started: {}; install it anew, see https://probe.rs", cause.kind())]
    ProbeRsStart {
        /// What the operating system said.
        cause: io::Error,
    },
    /// probe-rs could not do it.
    #[error(
        "probe-rs: ended with {status} ({command}); see above what it says, and check that probe \
         and board are connected"
    )]
    ProbeRs {
        /// The command.
        command: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// No temporary file can be written.
    #[error("{}: {}", std::env::temp_dir().display(), unwritable(.0))]
    Temporary(io::Error),
    /// A sweep's space that cannot be searched: the command line is wrong.
    #[error(transparent)]
    SweepSpace(SpaceError),
    /// A sweep without validation samples: the command line is wrong.
    #[error("a sweep chooses by validation; give --validation at least 1 sample, or leave it out")]
    NoValidation,
    /// A sweep.
    #[error(transparent)]
    Sweep(#[from] SweepError),
    /// A sweep's results folder.
    #[error(transparent)]
    SweepFolder(#[from] FolderError),
    /// A sweep that was stopped.
    #[error("interrupted; {} holds {} so far; the same command goes on from there", out.display(), count(*done as u64, "run"))]
    SweepInterrupted {
        /// The results folder.
        out: PathBuf,
        /// Runs that are over.
        done: usize,
    },
    /// Shards that are not the whole sweep.
    #[error(
        "{}: holds {there} of {of} runs; merge the missing shards into it, or go on with the flags \
         of the sweep and --out {}", out.display(), out.display()
    )]
    SweepUnfinished {
        /// The results folder.
        out: PathBuf,
        /// Runs there are.
        there: usize,
        /// Runs there should be.
        of: usize,
    },
    /// Data that is not that of the shards.
    #[error("{name}: {}: the sweep was on other data; name its data with --data and its flags", shards.display())]
    SweepData {
        /// The data's name.
        name: String,
        /// The first of the folders.
        shards: PathBuf,
    },
    /// A sweep without a winner.
    #[error("every configuration diverged; try a smaller --eta")]
    NoWinner,
    /// Runs that cannot be read.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A picture of runs.
    #[error("the picture cannot be drawn: {0}")]
    Figure(#[from] FigureError),
    /// A picture of a sweep.
    #[error(transparent)]
    Plot(#[from] PlotError),
    /// There are no samples to evaluate.
    #[error("{name}: has no samples in the part asked for; take them all with --all")]
    Empty {
        /// The data's name.
        name: String,
    },
}
