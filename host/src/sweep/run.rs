//! Runs side by side: one thread each, the data shared.
//!
//! A run is what [`train`] does on one thread, so its digest is that of `gradito train` with the
//! same settings, however many runs are under way and whichever is done first.

use std::io;
use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use gradito_core::layer::LayerShape;
use gradito_core::report::{BatchReport, Diverged};
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::simd::Level;
use crate::training::{
    self, End, EpochReport, Execution, IndexedParts, Settings, SettingsError, TrainError, Trained,
    Warning, train,
};

/// How the machine is used; decides the time a sweep takes, and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Workers {
    /// Runs at a time.
    pub jobs: NonZeroUsize,
    /// Vector instructions.
    pub level: Level,
}

impl Default for Workers {
    /// A run on every core.
    fn default() -> Self {
        let jobs = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { jobs, level: Level::best() }
    }
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Which of the runs it was.
    pub index: usize,
    /// Its settings.
    pub settings: Settings,
    /// The parameters of its network.
    pub parameters: usize,
    /// How it ended.
    pub ended: Ended,
    /// The time from its start to its end, whatever else the machine did.
    pub time: Duration,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Ended {
    /// It did all its epochs, or steps.
    Trained(Score),
    /// Its network left the finite numbers.
    Diverged {
        /// What showed it.
        cause: Diverged,
        /// The epoch, from 1.
        epoch: u32,
    },
}

/// How good a trained network is.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// SHA-256 of the parameters as stored.
    pub digest: [u8; 32],
    /// The mean cost of a sample in the last epoch, each before its own update; none of no epoch.
    pub train_cost: Option<f64>,
    /// The share of samples recognised in the last epoch, each before its own update.
    pub train_accuracy: Option<f64>,
    /// The share of validation samples recognised at the end; none without such samples.
    pub validation_accuracy: Option<f64>,
    /// The share of test samples recognised at the end; none if the test set is empty, as a sweep
    /// leaves it that chooses among its runs.
    pub test_accuracy: Option<f64>,
}

impl Outcome {
    /// The score, if there is one.
    pub fn score(&self) -> Option<&Score> {
        match &self.ended {
            Ended::Trained(score) => Some(score),
            Ended::Diverged { .. } => None,
        }
    }
}

/// Follows a sweep, from the threads of its runs.
pub trait Observer: Sync {
    /// A run has done so much more [`work`]. [`ControlFlow::Break`] stops the sweep: runs under way
    /// are given up.
    fn step(&self, work: u64) -> ControlFlow<()>;

    /// A run is over. [`ControlFlow::Break`] stops the sweep.
    fn finished(&self, outcome: &Outcome) -> ControlFlow<()>;
}

/// Watches nothing.
impl Observer for () {
    fn step(&self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }

    fn finished(&self, _: &Outcome) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// Why runs could not be done.
#[derive(Debug, Error)]
pub enum RunError {
    /// A run has settings that cannot be trained with.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A thread could not be started.
    #[error("a worker thread cannot be started ({0}); try fewer --jobs")]
    Threads(io::Error),
}

/// Does all `runs` on `parts`, whose samples have the networks' widths, and is what they came to, in
/// the order of `runs`; fewer if `observer` stopped it.
///
/// The longest runs begin first, so that no core is left alone with one at the end.
///
/// # Errors
///
/// [`RunError`]; runs that are over then were heard of by `observer`.
pub fn run(
    runs: &[Settings],
    parts: &IndexedParts,
    workers: &Workers,
    observer: &impl Observer,
) -> Result<Vec<Outcome>, RunError> {
    runs.iter().try_for_each(Settings::check)?;
    let samples = parts.train_samples();
    let mut order: Vec<usize> = (0..runs.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(work(&runs[index], samples)));
    let next = AtomicUsize::new(0);
    let stopped = AtomicBool::new(false);
    let done = Mutex::new(Vec::with_capacity(runs.len()));
    let failed = Mutex::new(None);
    let worker = || {
        while !stopped.load(Ordering::Relaxed)
            && let Some(&index) = order.get(next.fetch_add(1, Ordering::Relaxed))
        {
            let flow = match one(index, &runs[index], parts, workers.level, observer, &stopped) {
                Ok(Some(outcome)) => {
                    let flow = observer.finished(&outcome);
                    lock(&done).push(outcome);
                    flow
                }
                Ok(None) => ControlFlow::Break(()),
                Err(error) => {
                    lock(&failed).get_or_insert(RunError::Settings(error));
                    ControlFlow::Break(())
                }
            };
            if flow.is_break() {
                stopped.store(true, Ordering::Relaxed);
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..workers.jobs.get().min(runs.len()) {
            if let Err(cause) = thread::Builder::new().spawn_scoped(scope, worker) {
                stopped.store(true, Ordering::Relaxed);
                lock(&failed).get_or_insert(RunError::Threads(cause));
                break;
            }
        }
    });
    if let Some(error) = into_inner(failed) {
        return Err(error);
    }
    let mut done: Vec<Outcome> = into_inner(done);
    done.sort_by_key(|outcome| outcome.index);
    Ok(done)
}

/// What is behind a lock; a thread that panicked with it takes the others along anyway.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn into_inner<T>(mutex: Mutex<T>) -> T {
    mutex.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The work of a run, in a unit of its own: about that of one weight on one sample.
pub fn work(settings: &Settings, samples: usize) -> u64 {
    let batches = samples.div_ceil(settings.batch.max(1)) as u64;
    let whole = batches * u64::from(settings.epochs);
    settings.steps.map_or(whole, |most| most.min(whole)) * step_work(settings)
}

/// The work of a step.
fn step_work(settings: &Settings) -> u64 {
    /// What a sample costs besides its weights, in weights.
    const SAMPLE: usize = 6000;
    let parameters: usize = settings.shapes().iter().map(LayerShape::parameters).sum();
    (settings.batch * (parameters + SAMPLE)) as u64
}

/// Does one run, unless it is stopped.
fn one(
    index: usize,
    settings: &Settings,
    parts: &IndexedParts,
    level: Level,
    observer: &impl Observer,
    stopped: &AtomicBool,
) -> Result<Option<Outcome>, SettingsError> {
    let execution = Execution { threads: NonZeroUsize::MIN, level };
    let step = step_work(settings);
    let mut follower = Follower { observer, stopped, step, done: 0 };
    let start = Instant::now();
    let trained = match parts {
        IndexedParts::Images(parts) => train(settings, &execution, parts, &mut follower),
        IndexedParts::Features(parts) => train(settings, &execution, parts, &mut follower),
    };
    let time = start.elapsed();
    let ended = match trained {
        Ok(trained) if trained.end == End::Done => Ended::Trained(Score::of(&trained)),
        Err(TrainError::Diverged { cause, epoch }) => Ended::Diverged { cause, epoch },
        Err(TrainError::Settings(error)) => return Err(error),
        // One thread is the caller's: there is none to be started. No run goes on from a snapshot.
        Ok(_) | Err(TrainError::Interrupted | TrainError::Threads(_) | TrainError::Snapshot(_)) => {
            return Ok(None);
        }
    };
    // What a run left out that diverged is not to be waited for.
    let rest = work(settings, parts.train_samples()).saturating_sub(follower.done);
    let _ = observer.step(rest);
    let parameters = settings.shapes().iter().map(LayerShape::parameters).sum();
    Ok(Some(Outcome { index, settings: settings.clone(), parameters, ended, time }))
}

impl Score {
    fn of(trained: &Trained) -> Self {
        let mut hash = Sha256::new();
        trained.parameters.iter().for_each(|value| hash.update(value.to_le_bytes()));
        let last = trained.history.last();
        Self {
            digest: hash.finalize().into(),
            train_cost: last.map(|report| report.cost),
            train_accuracy: last.map(|report| report.train_accuracy),
            validation_accuracy: last.and_then(|report| report.validation_accuracy),
            test_accuracy: trained.test.report.accuracy(),
        }
    }
}

/// Hands the steps of one run on.
struct Follower<'a, O> {
    observer: &'a O,
    stopped: &'a AtomicBool,
    step: u64,
    done: u64,
}

impl<O: Observer> training::Observer for Follower<'_, O> {
    fn step(&mut self, _: &BatchReport) -> ControlFlow<()> {
        self.done += self.step;
        if self.stopped.load(Ordering::Relaxed) {
            return ControlFlow::Break(());
        }
        self.observer.step(self.step)
    }

    fn epoch(&mut self, _: &EpochReport) {}

    fn warning(&mut self, _: &Warning) {}
}
