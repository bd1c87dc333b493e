//! What a person sees while a network learns.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gradito_core::report::BatchReport;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::output::note;
use super::{CliError, interrupt};
use crate::training::{EpochReport, Observer, Warning};

/// Steps between two looks at the clock.
const STEPS_A_TICK: u64 = 64;

/// Follows a training run: bar, lines, metrics file, Ctrl-C.
#[derive(Debug)]
pub struct Progress {
    bar: ProgressBar,
    epochs: u32,
    metrics: Option<Metrics>,
    stop: Arc<AtomicBool>,
    steps: u64,
    /// What went wrong in writing metrics; reported when the run is over.
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
    seconds: f64,
}

impl Progress {
    /// Follows a run of `steps` mini-batches in `epochs` epochs; a metrics file is begun anew.
    ///
    /// # Errors
    ///
    /// If the metrics file cannot be written or Ctrl-C not be listened to.
    pub fn new(epochs: u32, steps: u64, metrics: Option<&Path>) -> Result<Self, CliError> {
        let metrics = match metrics {
            Some(path) => Some(Metrics {
                path: path.to_owned(),
                file: File::create(path)
                    .map_err(|cause| CliError::Metrics { path: path.to_owned(), cause })?,
            }),
            None => None,
        };
        // The first asks the run to stop after its step, the second does not wait for it.
        let stop = interrupt::listen(|| {
            note("gradito: interrupted twice; stopped at once");
            std::process::exit(1);
        })?;
        let bar = bar(steps);
        bar.set_message(format!("epoch 1/{epochs}"));
        Ok(Self { bar, epochs, metrics, stop, steps: 0, failed: None })
    }

    /// Takes the bar away and says whether all metrics were written.
    ///
    /// # Errors
    ///
    /// If a line of the metrics file could not be written.
    pub fn finish(self) -> Result<(), CliError> {
        self.bar.finish_and_clear();
        self.failed.map_or(Ok(()), Err)
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
        let line = MetricsLine {
            epoch: report.epoch,
            cost: report.cost,
            train_accuracy: report.train_accuracy,
            validation_accuracy: report.validation_accuracy,
            seconds: seconds(report.time),
        };
        let written = serde_json::to_string(&line).map_err(CliError::Json).and_then(|mut text| {
            text.push('\n');
            metrics
                .file
                .write_all(text.as_bytes())
                .map_err(|cause| CliError::Metrics { path: metrics.path.clone(), cause })
        });
        if let Err(error) = written {
            self.failed.get_or_insert(error);
        }
    }

    fn warning(&mut self, warning: &Warning) {
        self.line(&format!("warning: {warning}"));
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
