//! What a person sees while a network learns.

use std::fs::{File, OpenOptions};
use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gradito_core::report::BatchReport;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::keep::Keep;
use super::output::note;
use super::{CliError, interrupt};
use crate::model::Destination;
use crate::training::{EpochReport, Observer, Snapshot, Warning};

/// Steps between two looks at the clock.
const STEPS_A_TICK: u64 = 64;

/// Follows a training run: bar, lines, metrics file, Ctrl-C.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    epochs: u32,
    metrics: Option<Metrics>,
    keep: Option<Keep>,
    stop: Arc<AtomicBool>,
    steps: u64,
    /// What went wrong in writing metrics or a checkpoint; reported when the run is over.
    failed: Option<CliError>,
}

/// A file of JSON lines.
#[derive(Debug)]
struct Metrics {
    path: PathBuf,
    file: File,
}

/// A line of the metrics file.
#[derive(Serialize)]
struct MetricsLine {
    epoch: u32,
    cost: f64,
    train_accuracy: f64,
    validation_accuracy: Option<f64>,
    eta: f32,
    seconds: f64,
}

impl Metrics {
    /// The file at `path`, begun anew, with the lines of a run that goes on: so it has each line
    /// once, whatever was written after the run was kept, and none that was cut off.
    fn begin(path: &Path, history: &[EpochReport]) -> Result<Self, CliError> {
        let failed = |cause| CliError::Metrics { path: path.to_owned(), cause };
        let file = if history.is_empty() {
            File::create(path).map_err(failed)?
        } else {
            let lines: Result<String, _> = history.iter().map(MetricsLine::text).collect();
            // In one step: what is there is worth no less than what takes its place.
            Destination::new(path)?.write(lines?.as_bytes())?;
            OpenOptions::new().append(true).open(path).map_err(failed)?
        };
        Ok(Self { path: path.to_owned(), file })
    }

    /// Writes a line, whole: in one write.
    fn write(&mut self, report: &EpochReport) -> Result<(), CliError> {
        let line = MetricsLine::text(report)?;
        self.file
            .write_all(line.as_bytes())
            .map_err(|cause| CliError::Metrics { path: self.path.clone(), cause })
    }
}

impl MetricsLine {
    /// The line of an epoch, its end included.
    fn text(report: &EpochReport) -> Result<String, CliError> {
        let line = Self {
            epoch: report.epoch,
            cost: report.cost,
            train_accuracy: report.train_accuracy,
            validation_accuracy: report.validation_accuracy,
            eta: report.eta,
            seconds: seconds(report.time),
        };
        let mut text = serde_json::to_string(&line).map_err(CliError::Json)?;
        text.push('\n');
        Ok(text)
    }
}

impl Progress {
    /// Follows a run of `steps` mini-batches in `epochs` epochs, which `keep` keeps; it begins
    /// where `snapshot`, if there is one, was taken. A metrics file is begun anew.
    ///
    /// # Errors
    ///
    /// If the metrics file cannot be written or Ctrl-C not be listened to.
    pub fn new(
        (epochs, steps): (u32, u64),
        metrics: Option<&Path>,
        keep: Option<Keep>,
        snapshot: Option<&Snapshot>,
    ) -> Result<Self, CliError> {
        let history = snapshot.map_or(&[][..], |snapshot| &snapshot.history);
        let metrics = metrics.map(|path| Metrics::begin(path, history)).transpose()?;
        // The first asks the run to stop after its step, the second does not wait for it.
        let stop = interrupt::listen(|| {
            note("gradito: interrupted twice; stopped at once");
            std::process::exit(1);
        })?;
        let bar = bar(steps);
        let done = snapshot.map_or(0, |snapshot| snapshot.position.steps);
        bar.set_position(done - done % STEPS_A_TICK);
        let epoch = (history.len() as u32 + 1).min(epochs);
        bar.set_message(format!("epoch {epoch}/{epochs}"));
        Ok(Self { bar, epochs, metrics, keep, stop, steps: done, failed: None })
    }

    /// Takes the bar away and says where the run is kept with so many of its steps, if its last
    /// state is.
    ///
    /// # Errors
    ///
    /// If a line of the metrics file or a checkpoint could not be written.
    pub fn finish(self) -> Result<Option<(PathBuf, u64)>, CliError> {
        self.bar.finish_and_clear();
        self.failed.map_or(Ok(self.keep.and_then(Keep::last)), Err)
    }

    /// Writes a line above the bar.
    pub fn line(&self, text: &str) {
        self.bar.suspend(|| note(text));
    }
}

impl Observer for Progress {
    fn step(&mut self, _: &BatchReport) -> ControlFlow<()> {
        self.steps += 1;
        if self.steps.is_multiple_of(STEPS_A_TICK) {
            self.bar.inc(STEPS_A_TICK);
        }
        if self.stop.load(Ordering::Relaxed) {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }

    fn epoch(&mut self, report: &EpochReport) {
        let validation = report
            .validation_accuracy
            .map_or(String::new(), |share| format!("  validation {:6.2} %", 100.0 * share));
        self.line(&format!(
            "epoch {:>3}/{}{}  cost {:.5}  training {:6.2} %{validation}  {:.3} s",
            report.epoch,
            self.epochs,
            if report.whole { "" } else { " (part)" },
            report.cost,
            100.0 * report.train_accuracy,
            report.time.as_secs_f64(),
        ));
        if report.epoch < self.epochs {
            self.bar.set_message(format!("epoch {}/{}", report.epoch + 1, self.epochs));
        }
        let Some(metrics) = &mut self.metrics else { return };
        if let Err(error) = metrics.write(report) {
            self.failed.get_or_insert(error);
        }
    }

    fn warning(&mut self, warning: &Warning) {
        self.line(&format!("warning: {warning}"));
    }
    fn keeps(&mut self, steps: u64) -> bool {
        self.keep.as_ref().is_some_and(|keep| keep.wants(steps))
    }

    fn keep(&mut self, snapshot: impl FnOnce() -> Snapshot) {
        let Some(keep) = &mut self.keep else { return };
        if let Err(error) = keep.write(snapshot()) {
            // At once: a run of days is better stopped now than not to be resumed then.
            let error = CliError::from(error);
            self.line(&format!("warning: {error}"));
            self.failed.get_or_insert(error);
        }
    }
}

/// A bar of so many steps on standard error, if that is a terminal.
pub fn bar(steps: u64) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(steps), target);
    // The template is constant; were it wrong, the default bar would serve.
    if let Ok(style) = ProgressStyle::with_template("{msg:>14} {bar:40} {percent:>3} %  {eta} left")
    {
        bar.set_style(style);
    }
    bar
}

/// A time in seconds, to the microsecond.
pub fn seconds(time: Duration) -> f64 {
    time.as_micros() as f64 / 1e6
}
