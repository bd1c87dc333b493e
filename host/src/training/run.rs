//! A training run: epochs, their reports, and how it can end.

use std::num::NonZeroUsize;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use gradito_core::random::{Stream, permutation};
use gradito_core::report::{BatchReport, Diverged};
use rayon::ThreadPoolBuildError;

use super::deforming::Deforming;
use super::evaluate::Evaluation;
use super::freeze::{Start, freeze};
use super::health::{SAMPLES, chance, saturation};
use super::keep::Best;
use super::outcome::{End, EpochReport, Observer, TrainError, Trained};
use super::samples::{Parts, Samples};
use super::settings::{Settings, SettingsError};
use super::snapshot::{Position, Snapshot};
use super::trainer::Trainer;
use crate::augment::Deformer;
use crate::network::Machine;
use crate::simd::Level;

/// How the machine is used; decides the time training takes, and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Execution {
    /// Worker threads.
    pub threads: NonZeroUsize,
    /// Vector instructions.
    pub level: Level,
}

impl Default for Execution {
    fn default() -> Self {
        Self { threads: NonZeroUsize::MIN, level: Level::best() }
    }
}

/// Trains a network as `settings` say on `parts`, whose samples have the network's widths: stages
/// were done to them, but to those for training where these are to be deformed.
///
/// # Errors
///
/// [`TrainError`]; there is nothing to keep then.
pub fn train<S: Samples>(
    settings: &Settings,
    execution: &Execution,
    parts: &Parts<S>,
    observer: &mut impl Observer,
) -> Result<Trained, TrainError> {
    let trainer = Trainer::new(settings, parts.train.len(), machine(settings, execution)?)?;
    Run::new(settings, execution, trainer, parts)?.go(observer)
}

/// The machine that trains; where images are deformed and there is more than one thread, one of
/// them does that.
fn machine(settings: &Settings, execution: &Execution) -> Result<Machine, ThreadPoolBuildError> {
    let deforms = settings.augment.is_some() && execution.threads > NonZeroUsize::MIN;
    Machine::new(execution.level, execution.threads.get() - usize::from(deforms))
}

/// [`train`] from given parameters on, and perhaps not all layers.
///
/// # Errors
///
/// [`TrainError`]; there is nothing to keep then.
///
/// # Panics
///
/// If there are more or fewer parameters than the network has.
pub fn train_from<S: Samples>(
    settings: &Settings,
    start: &Start<'_>,
    execution: &Execution,
    parts: &Parts<S>,
    observer: &mut impl Observer,
) -> Result<Trained, TrainError> {
    begin(settings, start, None, execution, parts, observer)
}

/// [`train_from`], from where a run of the same settings and data was cut off.
///
/// It ends as that run would have ended, to the last bit, times apart.
///
/// # Errors
///
/// [`TrainError`]; there is nothing to keep then.
///
/// # Panics
///
/// If there are more or fewer parameters than the network has.
pub fn resume<S: Samples>(
    settings: &Settings,
    start: &Start<'_>,
    snapshot: &Snapshot,
    execution: &Execution,
    parts: &Parts<S>,
    observer: &mut impl Observer,
) -> Result<Trained, TrainError> {
    begin(settings, start, Some(snapshot), execution, parts, observer)
}

fn begin<S: Samples>(
    settings: &Settings,
    start: &Start<'_>,
    snapshot: Option<&Snapshot>,
    execution: &Execution,
    parts: &Parts<S>,
    observer: &mut impl Observer,
) -> Result<Trained, TrainError> {
    let machine = machine(settings, execution)?;
    let samples = parts.train.len();
    let frozen = freeze(settings, start)?;
    let Some(front) = &frozen.front else {
        let trainer = Trainer::with_parameters(settings, start.parameters, samples, machine)?;
        return Run::new(settings, execution, trainer, parts)?.from(snapshot)?.go(observer);
    };
    let parts = Parts {
        train: front.features(&parts.train, &machine),
        validation: front.features(&parts.validation, &machine),
        test: front.features(&parts.test, &machine),
    };
    let rest = &frozen.settings;
    let trainer = Trainer::with_parameters(rest, frozen.parameters, samples, machine)?;
    let run = Run::new(rest, execution, trainer, &parts)?;
    let mut trained = run.from(snapshot)?.go(observer)?;
    trained.parameters = frozen.whole(trained.parameters);
    Ok(trained)
}

/// A run under way: the network in training, and what would be kept if it were stopped now.
struct Run<'a, S> {
    settings: &'a Settings,
    parts: &'a Parts<S>,
    /// What makes other images of the training images, if anything does.
    deforming: Option<Deforming<'a>>,
    trainer: Trainer,
    order: Vec<u32>,
    /// How far the network is, which `trained` may lag behind.
    position: Position,
    best: Best,
    trained: Trained,
}

impl<'a, S: Samples> Run<'a, S> {
    /// The training of the network of `trainer`.
    fn new(
        settings: &'a Settings,
        execution: &Execution,
        trainer: Trainer,
        parts: &'a Parts<S>,
    ) -> Result<Self, TrainError> {
        settings.check_validation(parts.validation.len())?;
        let trained = Trained {
            parameters: trainer.network().parameters(),
            end: End::Done,
            epochs: 0,
            steps: 0,
            history: Vec::new(),
            kept: 0,
            test: Evaluation::default(),
        };
        let deforming = match &settings.augment {
            Some(augmentation) => {
                let images = parts.train.images().ok_or(SettingsError::AugmentFeatures)?;
                let (deformer, level) = (Deformer::new(augmentation), execution.level);
                let is_ahead = execution.threads > NonZeroUsize::MIN;
                Some(Deforming::new(settings, images, deformer, level, is_ahead))
            }
            None => None,
        };
        let order = vec![0; parts.train.len()];
        let (position, best) = (Position::default(), Best::default());
        Ok(Self { settings, parts, deforming, trainer, order, position, best, trained })
    }

    /// The same where `snapshot`, if there is one, was taken.
    fn from(mut self, snapshot: Option<&Snapshot>) -> Result<Self, TrainError> {
        let Some(snapshot) = snapshot else { return Ok(self) };
        let samples = self.order.len();
        if let Some(what) = snapshot.misfit(self.settings, samples) {
            return Err(TrainError::Snapshot(what));
        }
        let Snapshot { position, history, kept, state } = snapshot;
        if kept.len() != self.trained.parameters.len()
            || !self.trainer.restore(state, position.steps)
        {
            return Err(TrainError::Snapshot("parameters"));
        }
        self.position = *position;
        let steps = samples.div_ceil(self.settings.batch) as u64;
        for (index, report) in history.iter().enumerate() {
            if self.best.takes(report.validation_accuracy, self.settings.keep) {
                self.trained.epochs = report.epoch;
                self.trained.steps = u64::from(report.epoch) * steps;
                self.trained.kept = index;
            }
        }
        self.trained.parameters.clone_from(kept);
        self.trained.history.clone_from(history);
        Ok(self)
    }

    /// Trains to the end.
    fn go(mut self, observer: &mut impl Observer) -> Result<Trained, TrainError> {
        let wanted = self.settings.steps.unwrap_or(u64::MAX);
        // No step may be wanted at all; the last may have been taken, and its epoch not ended.
        let goes_on = |at: &Position| at.steps < wanted || at.seen.samples > 0;
        while self.position.epoch < self.settings.epochs && goes_on(&self.position) {
            // What was cut off may have been stopped there.
            if self.position.seen.samples == 0 && self.best.is_long_ago(self.settings.patience) {
                self.trained.end = End::Stopped;
                break;
            }
            if self.epoch(self.position.epoch, observer)?.is_break() {
                break;
            }
        }
        self.finish(observer)
    }

    /// Shows the run as it is to one who keeps it.
    fn keep(&mut self, observer: &mut impl Observer) {
        let Self { trainer, position, trained, .. } = self;
        observer.keep(|| Snapshot {
            position: *position,
            history: trained.history.clone(),
            kept: trained.parameters.clone(),
            state: trainer.state(),
        });
    }

    /// Trains to the end of the epoch, to the last step that is wanted, or to the step after which
    /// the observer stops the run; says whether it was that.
    fn steps(&mut self, observer: &mut impl Observer) -> Result<bool, Diverged> {
        let wanted = self.settings.steps.unwrap_or(u64::MAX);
        let mut interrupted = false;
        while !interrupted && !self.is_whole() && self.position.steps < wanted {
            let Self { parts, deforming, trainer, order, position, .. } = self;
            let mut keeps = false;
            let start = Instant::now();
            let rest = &order[position.seen.samples as usize..];
            let epoch = position.epoch;
            trainer.set_step(position.steps);
            let on_step = &mut |report: &BatchReport| {
                position.seen.extend(report);
                position.steps += 1;
                interrupted = observer.step(report).is_break();
                keeps = observer.keeps(position.steps);
                if interrupted || keeps || position.steps == wanted {
                    ControlFlow::Break(())
                } else {
                    ControlFlow::Continue(())
                }
            };
            let (training, deforming) = match deforming {
                None => {
                    let _ = trainer.train(&parts.train, rest, on_step)?;
                    (start.elapsed(), Duration::ZERO)
                }
                Some(deforming) => {
                    let pass = deforming.pass(trainer, epoch, rest, on_step)?;
                    (pass.training, pass.deforming)
                }
            };
            position.time += training;
            position.deforming += deforming;
            if keeps && !interrupted && !self.is_whole() {
                self.keep(observer);
            }
        }
        Ok(interrupted)
    }

    /// Whether all samples of the epoch were seen.
    fn is_whole(&self) -> bool {
        self.position.seen.samples as usize == self.order.len()
    }

    /// Trains for one epoch, or up to the last step that is wanted.
    fn epoch(
        &mut self,
        epoch: u32,
        observer: &mut impl Observer,
    ) -> Result<ControlFlow<()>, TrainError> {
        permutation(&mut self.order, &mut Stream::Epoch(epoch).rng(self.settings.seed));
        let diverged = |cause| TrainError::Diverged { cause, epoch: epoch + 1 };
        let mut interrupted = self.steps(observer).map_err(diverged)?;
        let whole = self.is_whole();
        // At the last step of all there is nothing left to interrupt.
        interrupted &= !(whole && epoch + 1 == self.settings.epochs);
        if interrupted {
            self.trained.end = End::Interrupted;
            if !whole {
                self.keep(observer);
                return Ok(ControlFlow::Break(()));
            }
        }
        let Self { settings, parts, trainer, position, best, trained, .. } = self;
        let Position { seen, time, deforming, steps, .. } = *position;
        let validation = trainer.evaluate(&parts.validation).map_err(diverged)?;
        let report = EpochReport {
            epoch: epoch + 1,
            whole,
            cost: seen.mean_cost().unwrap_or(0.0),
            train_accuracy: seen.accuracy().unwrap_or(0.0),
            validation_accuracy: validation.report.accuracy(),
            eta: trainer.eta(),
            time,
            deforming,
        };
        observer.epoch(&report);
        if best.takes(report.validation_accuracy, settings.keep) {
            trained.parameters = trainer.network().parameters();
            trained.epochs = epoch + u32::from(whole);
            trained.steps = steps;
            trained.kept = trained.history.len();
        }
        let mut over = interrupted || settings.steps == Some(steps);
        // At the last epoch of all there is nothing left to stop.
        if !over && epoch + 1 < settings.epochs && best.is_long_ago(settings.patience) {
            trained.end = End::Stopped;
            over = true;
        }
        // What does not learn shows early; the end of the run is looked at in any case.
        if epoch == 0 && settings.epochs > 1 && !over {
            self.look(&report, observer);
        }
        self.trained.history.push(report);
        if whole {
            self.position = Position { epoch: epoch + 1, steps, ..Position::default() };
            self.keep(observer);
        }
        Ok(if over { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    /// Looks for signs that the network does not learn.
    fn look(&mut self, report: &EpochReport, observer: &mut impl Observer) {
        let labels = self.parts.train.labels();
        let network = self.trainer.network();
        let staged = self.deforming.as_mut().and_then(|deforming| deforming.staged(SAMPLES));
        let saturation = match &staged {
            Some(images) => saturation(network, images),
            None => saturation(network, &self.parts.train),
        };
        // The figure of a part of the first epoch is that of a network that has hardly begun.
        let begun = report.whole || report.epoch > 1;
        let chance = if begun { chance(report.train_accuracy, labels) } else { None };
        for warning in chance.iter().chain(&saturation) {
            observer.warning(warning);
        }
    }

    /// Evaluates on the test samples what the run ends with.
    fn finish(mut self, observer: &mut impl Observer) -> Result<Trained, TrainError> {
        if self.trained.end == End::Interrupted {
            // The network may be in the middle of an epoch that is not kept: it is not tested.
            let none = self.trained.epochs == 0;
            return if none { Err(TrainError::Interrupted) } else { Ok(self.trained) };
        }
        if self.trained.kept + 1 < self.trained.history.len() {
            self.trainer.go_back(&self.trained.parameters);
        }
        if let Some(kept) = self.trained.kept().cloned() {
            self.look(&kept, observer);
        }
        let epoch = self.trained.epochs;
        let test = self.trainer.evaluate(&self.parts.test);
        self.trained.test = test.map_err(|cause| TrainError::Diverged { cause, epoch })?;
        Ok(self.trained)
    }
}
