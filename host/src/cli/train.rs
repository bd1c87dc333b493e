//! `gradito train`.

mod finish;
mod method;

use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::thread::available_parallelism;

use clap::{Args, ValueHint};
use gradito_core::image::MAGIC;
use gradito_core::layer::LayerShape;
use gradito_core::quantized::weights::WeightKind;
use serde::Serialize;

use finish::{Finished, WholeNumbers, finish};
use method::MethodArguments;

use super::arguments::{DataArguments, NetworkArguments, TrainingArguments};
use super::keep::{KeepArguments, Kept};
use super::output::{count, hex, note, one_line, percent, print, print_json};
use super::progress::{Progress, seconds};
use super::start::{self, Parent};
use super::{CliError, values};
use crate::augment::Augmentation;
use crate::checkpoint::{self, Identity};
use crate::data::{Data, Source};
use crate::model::{Destination, Model, ModelError};
use crate::network::threads;
use crate::simd::Level;
use crate::terminal;
use crate::training::{
    End, Execution, IndexedParts, Keep, Parts, Samples, Settings, SettingsError, Snapshot, Start,
    TrainError, Trained, resume, train_from,
};

/// Its flags.
#[derive(Args, Debug)]
pub struct TrainArguments {
    /// Train by a recipe: its name or a TOML file
    ///
    /// gradito recipes lists those there are. A recipe is a list of flags; those given besides override
    /// its own.
    #[arg(long, value_name = "RECIPE", help_heading = "Network")]
    pub recipe: Option<String>,
    /// The network.
    #[command(flatten)]
    pub network: NetworkArguments,
    /// Start from this model instead of a new network
    ///
    /// Layers and cost are the model's; the data must have its inputs and classes.
    #[arg(long, value_name = "MODEL", conflicts_with_all = ["layers", "activation", "cost", "output", "init", "math"], value_hint = ValueHint::FilePath, help_heading = "Network")]
    pub from: Option<PathBuf>,
    /// The training.
    #[command(flatten)]
    pub training: TrainingArguments,
    /// What goes beyond plain SGD.
    #[command(flatten)]
    pub method: MethodArguments,
    /// The data.
    #[command(flatten)]
    pub data: DataArguments,

    /// Where the model image goes
    #[arg(long, value_name = "FILE", default_value = "digits.gradito", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub out: PathBuf,
    /// Write a JSON line for each epoch to this file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub metrics: Option<PathBuf>,
    /// How it is kept.
    #[command(flatten)]
    pub keep: KeepArguments,
    /// Do not look at the test set
    ///
    /// For choosing among trainings, which must not depend on it.
    #[arg(long, help_heading = "Output")]
    pub no_test: bool,
    /// Print one JSON object on standard output
    #[arg(long, help_heading = "Output")]
    pub json: bool,

    /// Worker threads [default: 1, or all cores if they gain]
    ///
    /// They gain on wide layers and large batches; a batch of 10 through a small network is done
    /// before a second thread has heard of it. The result is the same.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = values::threads, help_heading = "Machine")]
    pub threads: Option<NonZeroUsize>,
    /// Vector instructions [default: the fastest]
    ///
    /// One of baseline, avx2 and avx512, as far as the machine has it; the result is the same.
    #[arg(long, value_name = "LEVEL", help_heading = "Machine")]
    pub simd: Option<Level>,
}

/// One thread to train, one to deform images.
const TWO: NonZeroUsize = NonZeroUsize::new(2).unwrap();

/// What `train --json` prints.
#[derive(Serialize)]
struct Report {
    topology: String,
    activation: &'static str,
    output: &'static str,
    cost: &'static str,
    epochs: u32,
    steps: u64,
    epochs_done: usize,
    keep: &'static str,
    early_stop: Option<u32>,
    batch: usize,
    eta: f32,
    momentum: f32,
    nesterov: bool,
    schedule: &'static str,
    warmup: u32,
    ema: Option<f32>,
    augment: Option<String>,
    stage: String,
    weights: Option<&'static str>,
    quantized: bool,
    l2: f32,
    seed: u64,
    threads: usize,
    simd: &'static str,
    train_samples: usize,
    validation_samples: usize,
    test_samples: usize,
    digest: String,
    train_cost: Option<f64>,
    train_accuracy: Option<f64>,
    validation_accuracy: Option<f64>,
    test_accuracy: Option<f64>,
    seconds_per_epoch: Option<f64>,
    augment_seconds_per_epoch: Option<f64>,
    parameter_bytes: usize,
    model: String,
}

/// Trains a network and writes its image.
pub fn run(arguments: &TrainArguments) -> Result<(), CliError> {
    let TrainArguments { network, from, training, .. } = arguments;
    let parent = from.as_deref().map(Parent::read).transpose()?;
    let settings = arguments.method.beyond(start::settings(network, parent.as_ref(), training)?);
    settings.check().map_err(CliError::CommandLine)?;
    check_files(arguments)?;
    // Before the work, not after it: a folder that cannot be written to.
    let destination = Destination::new(&arguments.out)?;
    let data = start::data(&arguments.data, &settings, parent.as_ref())?;
    let augment = arguments
        .method
        .augment
        .map(|ranges| Augmentation::new(ranges, &data.input).ok_or(SettingsError::AugmentFeatures));
    let augment = augment.transpose().map_err(CliError::Settings)?;
    let settings = Settings { augment, stages: data.input.stages(), ..settings };
    let model = start::model(&settings, &data, parent.as_ref());
    let first = model.network.parameters();
    let start = Start { parameters: &first, frozen: training.freeze };
    let kept = Kept::open(&arguments.keep, || {
        Identity::new(&settings, training.freeze, &model.digest(), &data)
    })?;
    let Kept { keep, snapshot, remark } = kept;
    let snapshot = snapshot.as_ref();
    let Data { train: taught, validation, mut test, name, input, .. } = data;
    if arguments.no_test {
        test = test.select(&[]);
    }
    let sizes = [taught.len(), validation.len(), test.len()];
    settings.check_validation(sizes[1]).map_err(CliError::Settings)?;
    // Before the work, too: what an image cannot hold, as a name of 100 000 letters.
    image(&model, arguments)?;
    let execution = Execution {
        threads: arguments.threads.unwrap_or_else(|| {
            let parameters = settings.shapes().iter().map(LayerShape::parameters).sum();
            let training = threads(parameters, settings.batch);
            // A thread that deforms gains in any case, if there is a core for it.
            if augment.is_some() {
                training.max(available_parallelism().unwrap_or(NonZeroUsize::MIN).min(TWO))
            } else {
                training
            }
        }),
        level: arguments.simd.unwrap_or_else(Level::best),
    };
    let steps = steps(&settings, sizes[0]);
    let whole = arguments.method.quantize.then(|| WholeNumbers {
        kind: settings.weights.unwrap_or(WeightKind::I8),
        taught: taught.clone(),
        // The network of `f32` is not what is tested then.
        test: std::mem::replace(&mut test, taught.select(&[])),
    });
    // Before the bar, which would count this as training time.
    // What is deformed is staged afterwards.
    let taught = if augment.is_some() { taught } else { taught.staged(&input) };
    let parts = IndexedParts::new(taught, validation.staged(&input), test.staged(&input));
    let metrics = arguments.metrics.as_deref();
    let mut progress = Progress::new((settings.epochs, steps), metrics, keep, snapshot)?;
    progress.line(&format!(
        "training {} ({}, {} cost) on {name}: {}, {} for validation, {} for the test",
        settings.topology,
        settings.activation,
        settings.cost,
        count(sizes[0] as u64, "sample"),
        sizes[1],
        sizes[2]
    ));
    remark.iter().for_each(|line| progress.line(line));
    if let Some(Snapshot { position, .. }) = snapshot {
        progress.line(&format!("going on after step {} of {steps}", position.steps));
    }
    let trained = match &parts {
        IndexedParts::Images(parts) => {
            go(&settings, &start, snapshot, &execution, parts, &mut progress)
        }
        IndexedParts::Features(parts) => {
            go(&settings, &start, snapshot, &execution, parts, &mut progress)
        }
    };
    let written = progress.finish();
    let unwritten = written.as_ref().err().map(|error| format!("warning: {error}"));
    let (kept, written) = match written {
        Ok(kept) => (kept, Ok(())),
        Err(error) => (None, Err(error)),
    };
    // What is said of a run that was stopped: where it can go on, or else what is left of it.
    let stopped = |left: CliError| match kept {
        Some((path, taken)) => CliError::Kept { path, steps: taken, of: steps },
        None => left,
    };
    let mut trained = match trained {
        Ok(trained) => trained,
        Err(cause) => {
            unwritten.iter().for_each(|line| note(line));
            return Err(match cause {
                TrainError::Interrupted => stopped(cause.into()),
                cause => cause.into(),
            });
        }
    };

    let finished = finish(model, &mut trained, whole, arguments)?;
    destination.write(&finished.image)?;
    if let Some(cause) = finished.refused {
        unwritten.iter().for_each(|line| note(line));
        note("note: what was learnt is kept in f32");
        return Err(stopped(CliError::Quantize { model: arguments.out.clone(), cause }));
    }
    if trained.end == End::Interrupted {
        unwritten.iter().for_each(|line| note(line));
        let (path, epochs) = (arguments.out.clone(), trained.epochs);
        return Err(stopped(CliError::Interrupted { path, epochs, of: settings.epochs }));
    }
    report(arguments, &settings, &execution, sizes, &trained, &finished)?;
    written
}

/// Trains, from the beginning or from where `snapshot` was taken.
fn go<S: Samples>(
    settings: &Settings,
    start: &Start<'_>,
    snapshot: Option<&Snapshot>,
    execution: &Execution,
    parts: &Parts<S>,
    progress: &mut Progress,
) -> Result<Trained, TrainError> {
    match snapshot {
        Some(snapshot) => resume(settings, start, snapshot, execution, parts, progress),
        None => train_from(settings, start, execution, parts, progress),
    }
}

/// Refuses to write two things to one file, or to write over the data.
fn check_files(arguments: &TrainArguments) -> Result<(), CliError> {
    let checkpoint = arguments.keep.checkpoint.as_ref();
    let before = checkpoint.map(|path| checkpoint::before(path));
    let written = [
        ("--out", Some(&arguments.out)),
        ("--metrics", arguments.metrics.as_ref()),
        ("--checkpoint", checkpoint),
        ("the checkpoint before", before.as_ref()),
    ];
    let read = [
        ("--data", arguments.data.data.path()),
        ("--from", arguments.from.as_ref()),
        ("--test", arguments.data.test.as_ref().and_then(Source::path)),
    ];
    for (at, (one, path)) in written.iter().enumerate() {
        for (other, second) in written[at + 1..].iter().chain(&read) {
            if let (Some(path), Some(second)) = (path, second)
                && (place(path) == place(second) || is_data(path, second))
            {
                return Err(CliError::SameFile { path: path.to_path_buf(), one, other });
            }
        }
    }
    Ok(())
}

/// The file that `path` names, whether it is there or not.
fn place(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        match (std::fs::canonicalize(parent.unwrap_or(Path::new("."))), path.file_name()) {
            (Ok(folder), Some(name)) => folder.join(name),
            _ => path.to_owned(),
        }
    })
}

/// Whether `path` is a file in the folder `data` that may belong to the data: any but a model.
fn is_data(path: &Path, data: &Path) -> bool {
    let inside = data.is_dir() && place(path).starts_with(place(data));
    inside && path.is_file() && !starts_like_a_model(path)
}

/// Whether the file begins with the magic of a model image.
fn starts_like_a_model(path: &Path) -> bool {
    let mut magic = [0; MAGIC.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut magic));
    read.is_ok() && magic == MAGIC
}

/// The image of `model`.
fn image(model: &Model, arguments: &TrainArguments) -> Result<Vec<u8>, ModelError> {
    model.to_bytes().map_err(|cause| ModelError::Image { path: arguments.out.clone(), cause })
}

/// The mini-batches of the whole run.
fn steps(settings: &Settings, samples: usize) -> u64 {
    let all = u64::from(settings.epochs) * samples.div_ceil(settings.batch) as u64;
    settings.steps.map_or(all, |most| all.min(most))
}

/// Prints what came of it.
fn report(
    arguments: &TrainArguments,
    settings: &Settings,
    execution: &Execution,
    [train_samples, validation_samples, test_samples]: [usize; 3],
    trained: &Trained,
    finished: &Finished,
) -> Result<(), CliError> {
    let kept = trained.kept();
    let digest = hex(&finished.digest);
    let path = arguments.out.display().to_string();
    let time = trained.time_per_epoch();
    let deforming = trained.deforming_per_epoch();
    if arguments.json {
        return print_json(&Report {
            topology: settings.topology.to_string(),
            activation: settings.activation.name(),
            output: settings.output_activation().name(),
            cost: settings.cost.name(),
            epochs: trained.epochs,
            steps: trained.steps,
            epochs_done: trained.history.len(),
            keep: settings.keep.name(),
            early_stop: settings.patience.map(NonZeroU32::get),
            batch: settings.batch,
            eta: settings.eta,
            momentum: settings.momentum,
            nesterov: settings.nesterov,
            schedule: settings.schedule.decay.name(),
            warmup: settings.schedule.warmup,
            ema: settings.ema,
            augment: settings.augment.map(|augmentation| augmentation.ranges.to_string()),
            stage: settings.stages.to_string(),
            weights: settings.weights.map(WeightKind::name),
            quantized: arguments.method.quantize,
            l2: settings.l2,
            seed: settings.seed,
            threads: execution.threads.get(),
            simd: execution.level.name(),
            train_samples,
            validation_samples,
            test_samples,
            digest,
            train_cost: kept.map(|report| report.cost),
            train_accuracy: kept.map(|report| report.train_accuracy),
            validation_accuracy: kept.and_then(|report| report.validation_accuracy),
            test_accuracy: finished.test.report.accuracy(),
            seconds_per_epoch: time.map(seconds),
            augment_seconds_per_epoch: deforming.map(seconds),
            parameter_bytes: finished.parameters,
            model: path,
        });
    }
    let mut text = String::new();
    let done = trained.history.len();
    if let Some(kept) = kept.filter(|_| settings.keep == Keep::Best) {
        let _ = writeln!(text, "kept           epoch {} of {done}, best in validation", kept.epoch);
    } else if trained.end == End::Stopped {
        let _ = writeln!(text, "stopped        after epoch {done}: validation became no better");
    }
    if let Some(accuracy) = finished.test.report.accuracy() {
        let share = percent(accuracy);
        let _ = writeln!(
            text,
            "test accuracy  {share} of {}",
            count(test_samples as u64, "test sample")
        );
    }
    if let Some(time) = time {
        let time = terminal::duration(time);
        let _ = writeln!(text, "training pass  {time} an epoch (median)");
    }
    if let (Some(deforming), Some(training)) = (deforming, time) {
        let share = deforming.as_secs_f64() / training.as_secs_f64();
        let time = terminal::duration(deforming);
        let _ = writeln!(text, "deforming      {time} an epoch, {share:.2} of the training pass");
    }
    let _ = writeln!(text, "digest         {digest}");
    let _ = writeln!(
        text,
        "model          {} ({})",
        one_line(&path),
        terminal::bytes(finished.image.len() as u64)
    );
    print(&text)
}
