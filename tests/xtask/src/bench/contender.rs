//! One program that trains a job's network and says how long an epoch took.

use std::path::Path;

use serde_json::Value;

use super::median;
use crate::{machine, shell};

/// A program and how to read what it says.
pub struct Contender {
    pub name: &'static str,
    /// What it is, exactly.
    pub version: String,
    pub program: String,
    pub arguments: Vec<String>,
    pub report: Report,
}

/// The form in which seconds per epoch and accuracy are reported.
pub enum Report {
    /// One JSON object, as `gradito train --json` prints it.
    Json,
    /// A line an epoch, as the peers print it: `peer,layers,batch,seconds,accuracy`. The first
    /// `warm_up` lines do not count.
    Lines { warm_up: usize },
}

/// What one round of one contender came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timing {
    /// The median over the round's epochs; training alone, without evaluation.
    pub seconds: f64,
    /// Test accuracy after the last epoch, from 0 to 1.
    pub accuracy: f64,
}

/// Keeps everyone on one thread and on the CPU.
const ONE_THREAD: [(&str, &str); 6] = [
    ("OMP_NUM_THREADS", "1"),
    ("OPENBLAS_NUM_THREADS", "1"),
    ("MKL_NUM_THREADS", "1"),
    ("VECLIB_MAXIMUM_THREADS", "1"),
    ("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"),
    ("JAX_PLATFORMS", "cpu"),
];

impl Contender {
    /// Trains for one round, on that core, in the folder `work`.
    ///
    /// # Errors
    ///
    /// If the program fails or does not report as it should.
    pub fn round(&self, core: Option<usize>, work: &Path) -> Result<Timing, String> {
        let mut command = machine::on_core(core, &self.program);
        command.args(&self.arguments).envs(ONE_THREAD).current_dir(work);
        let output = shell::output(&mut command)?;
        let timing = match self.report {
            Report::Json => from_json(&output),
            Report::Lines { warm_up } => from_lines(&output, warm_up),
        };
        timing.ok_or_else(|| format!("{}: not the report that was expected:\n{output}", self.name))
    }
}

fn from_json(output: &str) -> Option<Timing> {
    let report: Value = serde_json::from_str(output).ok()?;
    Some(Timing {
        seconds: report["seconds_per_epoch"].as_f64()?,
        accuracy: report["test_accuracy"].as_f64()?,
    })
}

fn from_lines(output: &str, warm_up: usize) -> Option<Timing> {
    let numbers = |line: &str| {
        let mut fields = line.rsplit(',').map(|field| field.parse::<f64>().ok());
        let (accuracy, seconds) = (fields.next()??, fields.next()??);
        Some(Timing { seconds, accuracy })
    };
    let epochs: Vec<Timing> = output.lines().skip(warm_up).map(numbers).collect::<Option<_>>()?;
    let seconds = epochs.iter().map(|epoch| epoch.seconds);
    Some(Timing { seconds: median(seconds)?, accuracy: epochs.last()?.accuracy })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_epochs_median_and_the_last_accuracy_count() {
        let output = "jax,784-30-10,10,4.2,0.91\njax,784-30-10,10,0.3,0.92\n\
                      jax,784-30-10,10,0.1,0.93\njax,784-30-10,10,0.2,0.94\n";
        let timing = Timing { seconds: 0.2, accuracy: 0.94 };
        assert_eq!(from_lines(output, 1), Some(timing));
        assert_eq!(from_lines(output, 4), None);
        assert_eq!(from_lines("jax,784-30-10,10,nonsense,0.9", 0), None);
    }

    #[test]
    fn graditos_report_needs_both_keys() {
        let report = r#"{"seconds_per_epoch": 0.08, "test_accuracy": 0.95, "seed": 1}"#;
        let timing = Timing { seconds: 0.08, accuracy: 0.95 };
        assert_eq!(from_json(report), Some(timing));
        assert_eq!(from_json(r#"{"seconds_per_epoch": 0.08}"#), None);
    }
}
