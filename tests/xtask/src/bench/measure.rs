//! The rounds of one job, and what they come to.

use super::contender::{Contender, Timing};
use super::data::{Lit, SAMPLES};
use super::jobs::Job;
use super::limits::{Limits, Roof};
use super::options::Options;
use super::peers::{self, Missing};
use super::place::Place;
use super::statistics::median;
use super::work::Work;

/// What came of one job.
pub struct Outcome {
    pub job: &'static Job,
    /// An epoch's.
    pub work: Work,
    pub roof: Roof,
    /// gradito first.
    pub entries: Vec<Entry>,
    pub missing: Vec<Missing>,
}

/// A contender and its rounds.
pub struct Entry {
    pub contender: Contender,
    pub rounds: Vec<Timing>,
}

/// How far the machine's limits were used, going by the least work that had to be done.
pub struct Rates {
    pub samples_per_second: f64,
    /// In 10⁹ operations per second.
    pub gflops: f64,
    /// In 10⁹ bytes per second.
    pub gbytes: f64,
    /// Of the roof at the work's intensity, 1 for all of it.
    pub roofline: f64,
}

/// Runs one job's rounds.
///
/// # Errors
///
/// If gradito fails.
pub fn measure(
    job: &'static Job,
    options: &Options,
    place: &Place,
    lit: &Lit,
    limits: &Limits,
) -> Result<Outcome, String> {
    let epochs = options.epochs.unwrap_or(job.epochs);
    let task = job.task();
    let contender = peers::gradito(&task, epochs, place);
    let mut entries = vec![Entry { contender, rounds: Vec::new() }];
    let mut missing = Vec::new();
    for name in options.peers.iter().filter(|name| job.peers.contains(name)) {
        match peers::prepare(name, &task, epochs, place) {
            Ok(contender) => entries.push(Entry { contender, rounds: Vec::new() }),
            Err(absent) => missing.push(absent),
        }
    }
    for round in 1..=options.rounds.unwrap_or(job.rounds) {
        let mut failed = Vec::new();
        for (index, entry) in entries.iter_mut().enumerate() {
            match entry.contender.round(place) {
                Ok(timing) => {
                    let Timing { seconds, accuracy, .. } = timing;
                    eprintln!(
                        "{} round {round}: {:<8} {seconds:.4} s an epoch, accuracy {accuracy:.4}",
                        job.name(),
                        entry.contender.name,
                    );
                    entry.rounds.push(timing);
                }
                // Without gradito there is nothing to compare; a peer that fails is left out.
                Err(why) if index == 0 => return Err(why),
                Err(why) => failed.push((index, why)),
            }
        }
        for (index, why) in failed.into_iter().rev() {
            let name = entries.remove(index).contender.name;
            missing.push(Missing { name, why, install: None });
        }
    }
    let work = Work::new(job.layers, job.batch, SAMPLES, lit);
    Ok(Outcome { job, work, roof: limits.roof(&work), entries, missing })
}

impl Outcome {
    /// The contenders that did not learn as they should have.
    pub fn unlearnt(&self) -> impl Iterator<Item = String> {
        let least = self.job.least_accuracy;
        let below = self.entries.iter().filter(move |entry| entry.accuracy() < least);
        below.map(move |entry| {
            format!("{} of {} (below {least})", entry.contender.name, self.job.name())
        })
    }

    /// How far `entry` used the machine's limits.
    pub fn rates(&self, entry: &Entry) -> Rates {
        let seconds = entry.seconds();
        let gflops = self.work.operations / seconds / 1e9;
        Rates {
            samples_per_second: SAMPLES as f64 / seconds,
            gflops,
            gbytes: self.work.bytes / seconds / 1e9,
            roofline: gflops / self.roof.at(self.work.intensity()),
        }
    }
}

impl Entry {
    /// Seconds per epoch, the median over the rounds.
    pub fn seconds(&self) -> f64 {
        median(self.rounds.iter().map(|round| round.seconds)).unwrap_or(f64::NAN)
    }

    /// The lowest accuracy of any round.
    pub fn accuracy(&self) -> f64 {
        self.rounds.iter().map(|round| round.accuracy).fold(1.0, f64::min)
    }

    /// The vector instructions that ran, as far as it says so.
    pub fn simd(&self) -> Option<&str> {
        self.rounds.last()?.simd.as_deref()
    }

    /// The threads that ran, or, if it does not say so, those that it was held to.
    pub fn threads(&self) -> usize {
        let stated = self.rounds.last().and_then(|round| round.threads);
        stated.unwrap_or(self.contender.threads)
    }

    /// How long gradito took in terms of this one: the median of the rounds' ratios.
    pub fn ratio(&self, ours: &Self) -> f64 {
        let rounds = ours.rounds.iter().zip(&self.rounds);
        median(rounds.map(|(ours, theirs)| ours.seconds / theirs.seconds)).unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
pub mod tests {
    use super::super::contender::Report;
    use super::super::jobs::JOBS;
    use super::*;

    /// An outcome of the first job: gradito and C, two rounds each, and a peer that is missing.
    pub fn outcome() -> Outcome {
        let entry = |name, seconds: [f64; 2], simd: Option<&str>| Entry {
            contender: Contender {
                name,
                version: format!("{name} 1.0"),
                program: name.into(),
                arguments: Vec::new(),
                report: Report::Json,
                threads: 1,
            },
            rounds: seconds
                .map(|seconds| Timing {
                    seconds,
                    accuracy: 0.95,
                    simd: simd.map(String::from),
                    threads: None,
                })
                .to_vec(),
        };
        Outcome {
            job: &JOBS[0],
            work: Work { operations: 1.25e9, bytes: 6.25e8, weights: 95_280.0 },
            roof: Roof { gflops: 80.0, bandwidth: 20.0 },
            entries: vec![
                entry("gradito", [0.046875, 0.078125], Some("avx2")),
                entry("c", [0.1875, 0.15625], None),
            ],
            missing: vec![Missing {
                name: "jax",
                why: "no Python".into(),
                install: Some("pip install jax".into()),
            }],
        }
    }

    #[test]
    fn ratios_are_taken_within_a_round() {
        let outcome = outcome();
        let [ours, theirs] = &outcome.entries[..] else { panic!("two entries") };
        assert_eq!(ours.seconds(), 0.0625);
        assert_eq!(theirs.ratio(ours), 0.375);
    }

    #[test]
    fn rates_follow_from_the_work() {
        let outcome = outcome();
        let rates = outcome.rates(&outcome.entries[0]);
        // 2 operations per byte: the roof is 40.
        let near = |value: f64, wanted: f64| assert!((value / wanted - 1.0).abs() < 1e-12);
        near(rates.samples_per_second, 960_000.0);
        near(rates.gflops, 20.0);
        near(rates.gbytes, 10.0);
        near(rates.roofline, 0.5);
    }

    #[test]
    fn who_does_not_learn_is_named() {
        let mut outcome = outcome();
        assert_eq!(outcome.unlearnt().count(), 0);
        outcome.entries[1].rounds[0].accuracy = 0.2;
        let names: Vec<String> = outcome.unlearnt().collect();
        assert_eq!(names, ["c of 784-30-10 batch 10 (below 0.9)"]);
    }
}
