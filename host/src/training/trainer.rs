//! A network in training: steps of mini-batch SGD, and what it has come to.

use std::ops::ControlFlow;

use gradito_core::network::Network;
use gradito_core::optimizer::Optimizer;
use gradito_core::report::{BatchReport, Diverged};
use gradito_core::sgd;

use super::average::Average;
use super::evaluate::{Evaluation, evaluate};
use super::on_grid::OnGrid;
use super::optimizer::AnyOptimizer;
use super::samples::Samples;
use super::schedule::Rates;
use super::settings::{Settings, SettingsError};
use super::snapshot::Array;
use crate::network::{AnyActivation, AnyCost, Batch, Machine, PackedNetwork};

/// The name of the network's own parameters in its state.
const PARAMETERS: &str = "parameters";

/// That of their average.
const AVERAGE: &str = "average of parameters";

/// A network, what it is trained with, and the buffers that takes.
#[derive(Debug)]
pub struct Trainer {
    network: PackedNetwork,
    cost: AnyCost,
    optimizer: OnGrid,
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
        let mut network = start(zero);
        let optimizer = OnGrid::new(optimizer, settings.weights, &mut network);
        let batch = Batch::for_training(&network, settings.batch.min(samples).max(1), &machine);
        let rates = Rates::new(settings, samples);
        let average = settings.ema.map(|decay| {
            let start = optimizer.latent(&network).clone();
            Average::new(start, decay, settings.weights)
        });
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
        let flow = machine.stay(|| {
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
                        || average.add(optimizer.latent(network)),
                    );
                }
                if on_step(&report).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Ok(ControlFlow::Continue(()))
        });
        if let Some(average) = average {
            average.settle();
        }
        flow
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

    /// The learning rate of the last step.
    pub fn eta(&self) -> f32 {
        self.rates.eta(self.step.saturating_sub(1))
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

    /// All that the next step depends on, besides its samples and the settings.
    pub fn state(&mut self) -> Vec<Array> {
        let array = |name: &str, network: &PackedNetwork| Array {
            name: name.to_owned(),
            values: network.parameters(),
        };
        let mut state = vec![array(PARAMETERS, &self.network)];
        self.optimizer.visit_state(&mut |name, network: &mut PackedNetwork| {
            state.push(array(name, network));
        });
        if let Some(average) = &mut self.average {
            state.push(array(AVERAGE, average.parameters()));
        }
        state
    }

    /// Goes on where another trainer of the same settings was when it showed `state`, after `steps`
    /// steps; `false` if that is not what one of these settings shows, and then this one is of no
    /// more use.
    #[must_use]
    pub fn restore(&mut self, state: &[Array], steps: u64) -> bool {
        let mut rest = state.iter();
        let mut fits = true;
        let mut take = |name: &str, network: &mut PackedNetwork| {
            let array = rest.next().filter(|array| array.name == name);
            let shapes = network.shapes();
            match array.and_then(|array| PackedNetwork::with_parameters(&shapes, &array.values)) {
                Some(restored) => *network = restored,
                None => fits = false,
            }
        };
        take(PARAMETERS, &mut self.network);
        self.optimizer.visit_state(&mut take);
        if let Some(average) = &mut self.average {
            take(AVERAGE, average.parameters());
            average.restore(steps);
        }
        fits && rest.next().is_none()
    }
}

/// [`sgd::step`], a batch at a time.
#[expect(clippy::too_many_arguments, reason = "the parts of a trainer, borrowed one by one")]
#[inline(always)]
fn step(
    network: &mut PackedNetwork,
    cost: &AnyCost,
    optimizer: &mut OnGrid,
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
