//! A network in training: steps of mini-batch SGD, and what it has come to.

use std::ops::ControlFlow;

use gradito_core::network::Network;
use gradito_core::optimizer::Optimizer;
use gradito_core::report::{BatchReport, Diverged};
use gradito_core::sgd;

use super::average::Average;
use super::evaluate::{Evaluation, evaluate};
use super::optimizer::AnyOptimizer;
use super::samples::Samples;
use super::schedule::Rates;
use super::settings::{Settings, SettingsError};
use crate::network::{AnyActivation, AnyCost, Batch, Machine, PackedNetwork};

/// A network, what it is trained with, and the buffers that takes.
#[derive(Debug)]
pub struct Trainer {
    network: PackedNetwork,
    cost: AnyCost,
    optimizer: AnyOptimizer,
    rates: Rates,
    /// The number of the next step.
    step: u64,
    average: Option<Average>,
    batch: Batch,
    machine: Machine,
}

impl Trainer {
    /// The network of `settings`, to be trained on so many samples, at its starting point.
    ///
    /// # Errors
    ///
    /// The first setting that is out of its range.
    pub fn new(
        settings: &Settings,
        samples: usize,
        machine: Machine,
    ) -> Result<Self, SettingsError> {
        let (init, seed) = (settings.init, settings.seed);
        Self::start(settings, samples, machine, |mut zero| {
            zero.initialize(init, seed);
            zero
        })
    }

    /// The network of `settings`, to be trained on so many samples from `parameters` on, which are
    /// in the order of a model image.
    ///
    /// # Errors
    ///
    /// The first setting that is out of its range.
    ///
    /// # Panics
    ///
    /// If there are more or fewer parameters than the network has.
    pub fn with_parameters(
        settings: &Settings,
        parameters: &[f32],
        samples: usize,
        machine: Machine,
    ) -> Result<Self, SettingsError> {
        Self::start(settings, samples, machine, |zero| {
            PackedNetwork::with_parameters(&zero.shapes(), parameters)
                .expect("as many parameters as the network has")
        })
    }

    /// The network that `start` makes of that of `settings`, whose parameters are 0.
    fn start(
        settings: &Settings,
        samples: usize,
        machine: Machine,
        start: impl FnOnce(PackedNetwork) -> PackedNetwork,
    ) -> Result<Self, SettingsError> {
        settings.check()?;
        let (kind, math) = (settings.output_activation(), settings.math);
        let misfit = SettingsError::Misfit {
            cost: settings.cost,
            output: kind,
            fitting: settings.cost.output_activation(),
        };
        let cost = AnyCost::new(settings.cost, AnyActivation { kind, math }).ok_or(misfit)?;
        let zero = PackedNetwork::new(&settings.shapes())
            .expect("a topology has layers whose widths meet");
        let optimizer = AnyOptimizer::new(settings, samples, &zero)?;
        let network = start(zero);
        let batch = Batch::for_training(&network, settings.batch.min(samples).max(1), &machine);
        let rates = Rates::new(settings, samples);
        let average = settings.ema.map(|decay| Average::new(network.clone(), decay));
        Ok(Self { network, cost, optimizer, rates, step: 0, average, batch, machine })
    }

    /// Trains on the samples in `order`, in mini-batches; a shorter one ends the list.
    ///
    /// `on_step` hears of each step and can end the pass.
    ///
    /// # Errors
    ///
    /// [`Diverged`]; the step that showed it was not applied.
    pub fn train(
        &mut self,
        samples: &impl Samples,
        order: &[u32],
        on_step: &mut (impl FnMut(&BatchReport) -> ControlFlow<()> + Send),
    ) -> Result<ControlFlow<()>, Diverged> {
        let Self { network, cost, optimizer, rates, step: number, average, batch, machine } = self;
        machine.stay(|| {
            for indices in order.chunks(batch.capacity()) {
                let eta = rates.eta(*number);
                optimizer
                    .set_eta(eta)
                    .expect("no rate of a schedule is above the one it began with");
                let report = step(network, cost, optimizer, eta, batch, machine, samples, indices)?;
                *number += 1;
                if let Some(average) = average {
                    machine.level().run(
                        #[inline(always)]
                        || average.add(network),
                    );
                }
                if on_step(&report).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        })
    }

    /// Goes on with another learning rate, whatever the schedule.
    ///
    /// # Errors
    ///
    /// [`SettingsError::L2TooStrong`].
    pub fn set_eta(&mut self, eta: f32) -> Result<(), SettingsError> {
        self.optimizer.set_eta(eta)?;
        self.rates = Rates::constant(eta);
        Ok(())
    }

    /// Goes on as after `steps` steps of the schedule.
    pub fn set_step(&mut self, steps: u64) {
        self.step = steps;
    }

    /// Puts in the network's place that of these parameters, which it had before, to be evaluated.
    ///
    /// # Panics
    ///
    /// If there are more or fewer parameters than the network has.
    pub fn go_back(&mut self, parameters: &[f32]) {
        self.network = PackedNetwork::with_parameters(&self.network.shapes(), parameters)
            .expect("as many parameters as the network has");
        self.average = None;
    }

    /// Evaluates the network on all samples.
    ///
    /// # Errors
    ///
    /// [`Diverged`] if an output or a cost is not finite.
    pub fn evaluate(&self, samples: &impl Samples) -> Result<Evaluation, Diverged> {
        evaluate(self.network(), &self.cost, samples, &self.machine)
    }

    /// The network as it is now: of the average of its parameters, where that is kept.
    pub fn network(&self) -> &PackedNetwork {
        self.average.as_ref().map_or(&self.network, Average::network)
    }
}

/// [`sgd::step`], a batch at a time.
#[expect(clippy::too_many_arguments, reason = "the parts of a trainer, borrowed one by one")]
#[inline(always)]
fn step(
    network: &mut PackedNetwork,
    cost: &AnyCost,
    optimizer: &mut AnyOptimizer,
    eta: f32,
    batch: &mut Batch,
    machine: &Machine,
    samples: &impl Samples,
    indices: &[u32],
) -> Result<BatchReport, Diverged> {
    let rate = sgd::rate(eta, indices.len());
    batch.pass(machine, network, cost, rate, indices, |indices, block, labels| {
        samples.fill(indices, block, labels);
    });
    let report = batch.report();
    report.check()?;
    machine.level().run(
        #[inline(always)]
        || optimizer.admit(network, report.growth(rate)),
    )?;
    let updated = machine.level().run(
        #[inline(always)]
        || optimizer.begin_batch(network),
    );
    batch.update(machine, updated);
    machine.level().run(
        #[inline(always)]
        || optimizer.end_batch(network),
    );
    Ok(report)
}
