//! One program that trains a task's network and says how long an epoch took.

use serde_json::Value;

use super::place::Place;
use super::statistics::median;
use crate::{machine, shell};

/// A program and how to read what it says.
pub struct Contender {
    pub name: &'static str,
    /// What it is, exactly.
    pub version: String,
    pub program: String,
    pub arguments: Vec<String>,
    pub report: Report,
    /// What it is told, and held to by as many cores.
    pub threads: usize,
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
#[derive(Clone, Debug, PartialEq)]
pub struct Timing {
    /// The median over the round's epochs; training alone, without evaluation.
    pub seconds: f64,
    /// Test accuracy after the last epoch, from 0 to 1.
    pub accuracy: f64,
    /// The vector instructions that ran, from whom says so.
    pub simd: Option<String>,
    /// The threads that ran, from whom says so.
    pub threads: Option<usize>,
}

/// Keeps everyone on that many threads and on the CPU.
///
/// JAX sizes its pool by the cores it may use, which are as many; `NPROC` says it once more.
fn environment(threads: usize) -> Vec<(&'static str, String)> {
    let number = threads.to_string();
    let many = threads > 1;
    vec![
        ("OMP_NUM_THREADS", number.clone()),
        ("OPENBLAS_NUM_THREADS", number.clone()),
        ("MKL_NUM_THREADS", number.clone()),
        ("VECLIB_MAXIMUM_THREADS", number.clone()),
        ("NPROC", number),
        (
            "XLA_FLAGS",
            format!("--xla_cpu_multi_thread_eigen={many} intra_op_parallelism_threads={threads}"),
        ),
        ("JAX_PLATFORMS", "cpu".into()),
    ]
}

impl Contender {
    /// Trains for one round.
    ///
    /// # Errors
    ///
    /// If the program fails or does not report as it should.
    pub fn round(&self, place: &Place) -> Result<Timing, String> {
        let mut command = machine::on_cores(place.cores(self.threads), &self.program);
        command.args(&self.arguments).envs(environment(self.threads)).current_dir(&place.work);
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
        simd: report["simd"].as_str().map(String::from),
        threads: report["threads"].as_u64().and_then(|threads| threads.try_into().ok()),
    })
}

fn from_lines(output: &str, warm_up: usize) -> Option<Timing> {
    let numbers = |line: &str| {
        let mut fields = line.rsplit(',').map(|field| field.parse::<f64>().ok());
        let (accuracy, seconds) = (fields.next()??, fields.next()??);
        Some((seconds, accuracy))
    };
    let epochs: Vec<_> = output.lines().skip(warm_up).map(numbers).collect::<Option<_>>()?;
    Some(Timing {
        seconds: median(epochs.iter().map(|(seconds, _)| *seconds))?,
        accuracy: epochs.last()?.1,
        simd: None,
        threads: threads(output),
    })
}

/// The threads in a peer's own name for itself: 2 of `torch-2t,784-30-10,…`.
fn threads(output: &str) -> Option<usize> {
    let name = output.split(',').next()?;
    name.rsplit_once('-')?.1.strip_suffix('t')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_epochs_median_and_the_last_accuracy_count() {
        let output = "jax,784-30-10,10,4.2,0.91\njax,784-30-10,10,0.3,0.92\n\
                      jax,784-30-10,10,0.1,0.93\njax,784-30-10,10,0.2,0.94\n";
        let timing = Timing { seconds: 0.2, accuracy: 0.94, simd: None, threads: None };
        assert_eq!(from_lines(output, 1), Some(timing));
        assert_eq!(from_lines(output, 4), None);
        assert_eq!(from_lines("jax,784-30-10,10,nonsense,0.9", 0), None);
    }

    #[test]
    fn a_peer_may_state_its_threads() {
        assert_eq!(threads("torch-12t,784-30-10,10,0.1,0.9\n"), Some(12));
        assert_eq!(threads("c-skip,784-30-10,10,0.1,0.9\n"), None);
        assert_eq!(threads("numpy,784-30-10,10,0.1,0.9\n"), None);
    }

    #[test]
    fn graditos_report_needs_both_keys() {
        let report = r#"{"seconds_per_epoch": 0.08, "test_accuracy": 0.95, "seed": 1,
            "threads": 1, "simd": "avx2"}"#;
        let simd = Some("avx2".into());
        let timing = Timing { seconds: 0.08, accuracy: 0.95, simd, threads: Some(1) };
        assert_eq!(from_json(report), Some(timing));
        assert_eq!(from_json(r#"{"seconds_per_epoch": 0.08}"#), None);
    }
}
