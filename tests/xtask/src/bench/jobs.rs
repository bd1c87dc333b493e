//! What is trained, and how much of each peer's time gradito may take.

use super::peers;

/// One network, trained in one way by everyone.
///
/// All 60 000 samples, sigmoid throughout, quadratic cost, plain SGD, `f32`.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The widths, inputs to outputs.
    pub layers: Vec<usize>,
    pub batch: usize,
    pub eta: f64,
    pub inputs: Inputs,
    pub threads: usize,
}

/// What is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Inputs {
    /// MNIST, of whose pixels four in five are 0.
    Digits,
    /// The same with a 1 for every 0, so that nothing is gained by passing over zeros.
    NoZeros,
}

/// A task with its bars; on one thread.
pub struct Job {
    pub layers: &'static [usize],
    pub batch: usize,
    pub eta: f64,
    pub inputs: Inputs,
    /// Rounds, and epochs in one, if not told otherwise.
    pub rounds: usize,
    pub epochs: usize,
    /// The test accuracy that everyone must reach in a round: below it, something else was timed.
    pub least_accuracy: f64,
    /// The peers to be timed beside.
    pub peers: &'static [&'static str],
    /// The largest ratio gradito/peer that will do, by the peer's name.
    pub bars: &'static [(&'static str, f64)],
}

/// The jobs, one after the other.
///
/// Larger batches mean fewer steps, and with sigmoids and the quadratic cost a wide network does
/// not learn from larger ones instead: its outputs saturate. Two epochs are then too few for 90 %,
/// and more would tell no more about speed. Most of a round of theirs is JAX's compiling and C's
/// seconds per epoch, so they have fewer, and all of it takes about ten minutes.
pub const JOBS: &[Job] = &[
    Job {
        layers: &[784, 30, 10],
        batch: 10,
        eta: 3.0,
        inputs: Inputs::Digits,
        rounds: 5,
        epochs: 3,
        least_accuracy: 0.9,
        peers: &peers::NAMES,
        bars: &[("c", 0.33), ("c-skip", 0.37), ("numpy", 0.25), ("jax", 0.28), ("torch", 0.04)],
    },
    Job {
        layers: &[784, 100, 10],
        batch: 10,
        eta: 3.0,
        inputs: Inputs::Digits,
        rounds: 5,
        epochs: 2,
        least_accuracy: 0.9,
        peers: &peers::NAMES,
        bars: &[("c", 0.28), ("c-skip", 0.50), ("numpy", 0.30), ("jax", 0.42), ("torch", 0.07)],
    },
    Job {
        layers: &[784, 128, 10],
        batch: 128,
        eta: 1.5,
        inputs: Inputs::Digits,
        rounds: 3,
        epochs: 2,
        least_accuracy: 0.9,
        peers: &peers::NAMES,
        bars: &[("c", 0.28), ("c-skip", 0.60), ("numpy", 0.50), ("jax", 0.42), ("torch", 0.35)],
    },
    Job {
        layers: &[784, 512, 10],
        batch: 128,
        eta: 0.4,
        inputs: Inputs::Digits,
        rounds: 3,
        epochs: 2,
        least_accuracy: 0.8,
        peers: &peers::NAMES,
        bars: &[("c", 0.20), ("c-skip", 0.70), ("numpy", 0.45), ("jax", 0.50), ("torch", 0.40)],
    },
    Job {
        layers: &[784, 512, 256, 10],
        batch: 128,
        eta: 1.0,
        inputs: Inputs::Digits,
        rounds: 3,
        epochs: 2,
        least_accuracy: 0.7,
        peers: &peers::NAMES,
        bars: &[("numpy", 0.60), ("jax", 0.65), ("torch", 0.55)],
    },
    // The libraries multiply zeros as well: only beside C does it matter that there are none.
    Job {
        layers: &[784, 30, 10],
        batch: 10,
        eta: 3.0,
        inputs: Inputs::NoZeros,
        rounds: 5,
        epochs: 3,
        least_accuracy: 0.9,
        peers: &["c"],
        bars: &[("c", 1.0)],
    },
    Job {
        layers: &[784, 128, 10],
        batch: 128,
        eta: 1.5,
        inputs: Inputs::NoZeros,
        rounds: 5,
        epochs: 2,
        least_accuracy: 0.9,
        peers: &["c"],
        bars: &[("c", 1.0)],
    },
];

impl Task {
    /// The widths as `--layers` takes them: `784-30-10`.
    pub fn topology(&self) -> String {
        joined(&self.layers)
    }

    /// The hidden widths as the peers take them: `30` or `512-256`.
    pub fn hidden(&self) -> String {
        joined(self.layers.get(1..self.layers.len() - 1).unwrap_or_default())
    }
}

impl Job {
    pub fn task(&self) -> Task {
        let Self { layers, batch, eta, inputs, .. } = *self;
        Task { layers: layers.to_vec(), batch, eta, inputs, threads: 1 }
    }

    /// What `--jobs` is compared with: `784-30-10 batch 10 no zeros`.
    pub fn name(&self) -> String {
        let Self { batch, inputs, .. } = self;
        let inputs = if *inputs == Inputs::NoZeros { " no zeros" } else { "" };
        format!("{} batch {batch}{inputs}", joined(self.layers))
    }

    /// The bar of one peer.
    pub fn bar(&self, peer: &str) -> Option<f64> {
        self.bars.iter().find(|(name, _)| *name == peer).map(|(_, bar)| *bar)
    }
}

/// The jobs whose names contain one of the words between commas.
///
/// # Errors
///
/// If none does; the message lists the names.
pub fn named(words: &str) -> Result<Vec<&'static Job>, String> {
    let words: Vec<&str> = words.split(',').map(str::trim).collect();
    let named = |job: &&Job| words.iter().any(|word| job.name().contains(word));
    let jobs: Vec<&Job> = JOBS.iter().filter(named).collect();
    if jobs.is_empty() {
        let all: Vec<String> = JOBS.iter().map(Job::name).collect();
        return Err(format!(
            "no job's name contains '{}'; there are {}",
            words.join("' or '"),
            all.join(", ")
        ));
    }
    Ok(jobs)
}

fn joined(widths: &[usize]) -> String {
    widths.iter().map(usize::to_string).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_widths_are_what_lies_between() {
        for job in JOBS {
            let task = job.task();
            assert_eq!(format!("784-{}-10", task.hidden()), task.topology());
        }
    }

    #[test]
    fn bars_are_those_of_peers_that_take_part() {
        for job in JOBS {
            assert!(job.bars.iter().all(|(name, _)| job.peers.contains(name)), "{}", job.name());
            assert!(job.peers.iter().all(|name| peers::NAMES.contains(name)), "{}", job.name());
        }
    }

    #[test]
    fn jobs_are_found_by_a_part_of_their_names() {
        let names =
            |words| named(words).map(|jobs| jobs.into_iter().map(Job::name).collect::<Vec<_>>());
        let both = ["784-30-10 batch 10", "784-30-10 batch 10 no zeros"].map(String::from);
        assert_eq!(names("784-30-10"), Ok(both.to_vec()));
        let two = ["784-512-256-10 batch 128", "784-30-10 batch 10 no zeros"].map(String::from);
        assert_eq!(names("256, 10 no zeros"), Ok(two.to_vec()));
        assert!(names("784-31").is_err_and(|message| message.contains("784-100-10 batch 10")));
    }
}
