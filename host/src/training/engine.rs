//! The inner loop: a network, a cost and an optimiser, compiled together.

use std::fmt::Debug;
use std::ops::ControlFlow;

use gradito_core::cost::Cost;
use gradito_core::network::Reads;
use gradito_core::optimizer::Optimizer;
use gradito_core::report::{BatchReport, Diverged, SampleReport};
use gradito_core::sgd;
use rayon::ThreadPool;
use rayon::prelude::*;

use super::evaluate::{Evaluation, evaluate};
use super::samples::Samples;
use crate::simd::Level;

/// A network in training on samples of the type `S`, whatever it is made of.
pub trait Engine<S>: Debug {
    /// Trains on the samples in `order`, in mini-batches of `batch`; a shorter one ends the list.
    ///
    /// `on_step` hears of each step and can end the pass.
    ///
    /// # Errors
    ///
    /// [`Diverged`]; the step that showed it was not applied.
    fn train(
        &mut self,
        samples: &S,
        order: &[u32],
        batch: usize,
        on_step: &mut dyn FnMut(&BatchReport) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Diverged>;

    /// Evaluates the network on all samples.
    ///
    /// # Errors
    ///
    /// [`Diverged`] if an output or a cost is not finite.
    fn evaluate(&self, samples: &S) -> Result<Evaluation, Diverged>;

    /// Every parameter, in the order of a model image.
    fn parameters(&self) -> Vec<f32>;
}

/// How the machine is used.
#[derive(Debug)]
pub struct Machine {
    /// The vector instructions.
    pub level: Level,
    /// The threads.
    pub pool: ThreadPool,
}

/// An [`Engine`] of known parts.
#[derive(Debug)]
pub struct Trainer<N: gradito_core::Network, C, O, S> {
    network: Box<N>,
    cost: C,
    optimizer: O,
    eta: f32,
    empty: N::Trace,
    traces: Vec<N::Trace>,
    machine: Machine,
    batch: S,
}

impl<N: gradito_core::Network, C, O, S: Samples> Trainer<N, C, O, S> {
    /// An engine for `network`, of which `empty` is a trace.
    pub fn new(
        network: Box<N>,
        empty: N::Trace,
        cost: C,
        optimizer: O,
        eta: f32,
        machine: Machine,
    ) -> Self {
        Self {
            network,
            cost,
            optimizer,
            eta,
            empty,
            traces: Vec::new(),
            batch: S::default(),
            machine,
        }
    }

    /// [`sgd::step`] shared out: samples among threads, then rows of weights among threads.
    ///
    /// Each sum is formed by one thread in the order of one thread, so the bits are the same.
    fn shared_step(&mut self, samples: &S, batch: &[u32]) -> Result<BatchReport, Diverged>
    where
        N: Reads<S::Input>,
        C: Cost<N::Output>,
        O: Optimizer<N>,
    {
        let Self { network, cost, optimizer, eta, traces, machine, .. } = self;
        let Machine { level, pool } = machine;
        let threads = pool.current_num_threads();
        let share = batch.len().div_ceil(threads).max(1);
        let mut reports = vec![SampleReport::default(); batch.len()];
        let traces = &mut traces[..batch.len()];
        let reader: &N = network;
        pool.install(|| {
            batch
                .par_chunks(share)
                .zip(traces.par_chunks_mut(share))
                .zip(reports.par_chunks_mut(share))
                .for_each(|((batch, traces), reports)| {
                    level.run(
                        #[inline(always)]
                        || {
                            for ((&index, trace), report) in batch.iter().zip(traces).zip(reports) {
                                let (x, class) = samples.get(index);
                                *report = sgd::pass(reader, cost, x, &class, trace);
                            }
                        },
                    );
                });
        });
        let mut report = BatchReport::default();
        for sample in &reports {
            report.add(sample);
        }
        report.check()?;
        let rate = sgd::rate(*eta, batch.len());
        optimizer.admit(network, report.growth(rate))?;
        let traces = &*traces;
        {
            let mut rest = optimizer.begin_batch(network).rows();
            let mut shares = Vec::with_capacity(threads);
            for parts in (1..=threads).rev() {
                let (first, others) = N::split_rows(rest, parts);
                shares.push(first);
                rest = others;
            }
            pool.install(|| {
                shares.par_iter_mut().for_each(|rows| {
                    level.run(
                        #[inline(always)]
                        || {
                            for (&index, trace) in batch.iter().zip(traces) {
                                N::update(rows, samples.get(index).0, trace, rate);
                            }
                        },
                    );
                });
            });
        }
        optimizer.end_batch(network);
        Ok(report)
    }
}

impl<S, N, C, O> Engine<S> for Trainer<N, C, O, S>
where
    S: Samples,
    N: Reads<S::Input>,
    C: Cost<N::Output>,
    O: Optimizer<N>,
{
    fn train(
        &mut self,
        samples: &S,
        order: &[u32],
        batch: usize,
        on_step: &mut dyn FnMut(&BatchReport) -> ControlFlow<()>,
    ) -> Result<ControlFlow<()>, Diverged> {
        self.traces.resize(batch.min(order.len()), self.empty.clone());
        if self.machine.pool.current_num_threads() > 1 {
            for batch in order.chunks(batch) {
                let report = self.shared_step(samples, batch)?;
                if on_step(&report).is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            return Ok(ControlFlow::Continue(()));
        }
        let Self { network, cost, optimizer, eta, traces, batch: collated, machine, .. } = self;
        machine.level.run(
            #[inline(always)]
            || {
                for batch in order.chunks(batch) {
                    samples.collate(batch, collated);
                    let batch = (0..batch.len() as u32).map(
                        #[inline(always)]
                        |index| collated.get(index),
                    );
                    let report = sgd::step(&mut **network, optimizer, cost, batch, traces, *eta)?;
                    if on_step(&report).is_break() {
                        return Ok(ControlFlow::Break(()));
                    }
                }
                Ok(ControlFlow::Continue(()))
            },
        )
    }

    fn evaluate(&self, samples: &S) -> Result<Evaluation, Diverged> {
        let Self { network, cost, empty, machine, .. } = self;
        let network: &N = network;
        machine.pool.install(|| evaluate(network, cost, empty, samples, machine.level))
    }

    fn parameters(&self) -> Vec<f32> {
        let mut parameters = Vec::new();
        self.network.visit(&mut |piece: gradito_core::layer::Parameters<&[f32]>| {
            parameters.extend_from_slice(piece.into_values());
        });
        parameters
    }
}
