//! Training: parameters in RAM, a batch kept, one step of mini-batch SGD at a time.

use core::marker::PhantomData;

use gradito_core::cost::{Class, Cost, CrossEntropy, Quadratic, SoftmaxCrossEntropy};
use gradito_core::image::Element;
use gradito_core::kind::CostKind;
use gradito_core::layer::{Layer, LayerShape, Parameters, Trace};
use gradito_core::network::{Feedforward, Network};
use gradito_core::optimizer::Sgd;
use gradito_core::report::{BatchReport, Diverged};
use gradito_core::sgd;
use gradito_link::message::{Input, ModelFault, Refusal, Reply, Training};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::front::Front;
use crate::input::written_out;
use crate::purpose::{Build, Clock, Purpose, Sample, Sizes, class, inputs, timed};
use crate::sha256::Sha256;
use crate::slots::{self, Whole};
use crate::staged::Source;

/// A cost that a firmware can be built for.
pub trait NamedCost: Default {
    /// Its name in a model image.
    const KIND: CostKind;
}

impl NamedCost for Quadratic {
    const KIND: CostKind = CostKind::Quadratic;
}

impl NamedCost for CrossEntropy {
    const KIND: CostKind = CostKind::CrossEntropy;
}

impl NamedCost for SoftmaxCrossEntropy {
    const KIND: CostKind = CostKind::SoftmaxCrossEntropy;
}

/// The RAM of a training: parameters of the layers `L` behind the front `F`, and what a batch of
/// `BATCH` samples leaves.
#[derive(Debug)]
pub struct TrainingMemory<const IN: usize, F: Front<IN>, L: Layer<IN>, const BATCH: usize> {
    network: Feedforward<IN, L>,
    front: F::Memory,
    /// Of the last sample inferred.
    trace: L::Trace,
    traces: [L::Trace; BATCH],
    kept: [F::Kept; BATCH],
    labels: [u16; BATCH],
}

impl<const IN: usize, F: Front<IN>, L: Layer<IN>, const BATCH: usize>
    TrainingMemory<IN, F, L, BATCH>
{
    /// All zero; lies in `.bss`.
    pub const ZERO: Self = Self {
        network: Feedforward::ZERO,
        front: F::MEMORY,
        trace: L::Trace::ZERO,
        traces: [const { L::Trace::ZERO }; BATCH],
        kept: [const { F::KEPT }; BATCH],
        labels: [0; BATCH],
    };
}

/// Inference and training with the layers `L`, in RAM, behind the front `F`, for the cost `C`.
#[derive(Debug)]
pub struct Learning<'m, const IN: usize, F: Front<IN>, L: Layer<IN>, C, const BATCH: usize> {
    memory: &'m mut TrainingMemory<IN, F, L, BATCH>,
    optimizer: Sgd,
    kept: usize,
    /// The ticks that the front took for the samples kept.
    front_ticks: u32,
    /// Of the steps taken.
    seen: Sha256,
    /// Of these and the samples kept.
    pending: Sha256,
    steps: u32,
    samples: u32,
    eta: f32,
    cost: PhantomData<C>,
}

impl<'m, const IN: usize, F: Front<IN>, L: Layer<IN>, C, const BATCH: usize>
    Learning<'m, IN, F, L, C, BATCH>
{
    /// Works in `memory`.
    pub fn new(memory: &'m mut TrainingMemory<IN, F, L, BATCH>) -> Self {
        const { assert!(0 < BATCH && BATCH <= u8::MAX as usize, "a batch has 1 to 255 samples") };
        Self {
            memory,
            optimizer: Sgd::new(),
            kept: 0,
            front_ticks: 0,
            seen: Sha256::new(),
            pending: Sha256::new(),
            steps: 0,
            samples: 0,
            eta: 0.0,
            cost: PhantomData,
        }
    }
}

impl<const IN: usize, F, L, C, const BATCH: usize> Learning<'_, IN, F, L, C, BATCH>
where
    F: Front<IN>,
    L: Layer<IN>,
    C: NamedCost + Cost<L::Activation>,
{
    /// The step itself: forward and backward for every sample, then the updates.
    #[inline(never)]
    fn descend(&mut self, eta: f32) -> Result<BatchReport, Diverged> {
        let TrainingMemory { network, traces, kept, labels, .. } = &mut *self.memory;
        let labels = labels.iter().map(|&label| Class(label.into()));
        let batch = kept.iter().zip(labels).take(self.kept);
        sgd::step(network, &mut self.optimizer, &C::default(), batch, traces, eta)
    }

    /// The cost of the first sample kept.
    #[inline(never)]
    fn first_cost(&mut self) -> Option<f32> {
        let TrainingMemory { network, traces, kept, labels, .. } = &mut *self.memory;
        let (x, label, trace) = (kept.first()?, labels.first()?, traces.first_mut()?);
        let target = Class((*label).into());
        Some(sgd::evaluate(network, &C::default(), x, &target, trace).cost)
    }

    /// ∂C/∂p of the first sample kept.
    #[inline(never)]
    fn first_derivative(&mut self, index: usize) -> Option<f32> {
        let TrainingMemory { network, traces, kept, labels, .. } = &mut *self.memory;
        let (x, label, trace) = (kept.first()?, labels.first()?, traces.first_mut()?);
        let target = Class((*label).into());
        sgd::derivative(network, &C::default(), x, &target, trace, index)
    }

    /// The cost of the first sample kept with another value of a parameter.
    fn cost_at(&mut self, index: usize, value: f32) -> Option<f32> {
        let before = core::mem::replace(self.memory.network.parameter_mut(index)?, value);
        let cost = self.first_cost();
        *self.memory.network.parameter_mut(index)? = before;
        cost
    }
}

impl<const IN: usize, F: Front<IN>, L: Layer<IN>, C, const BATCH: usize> Sizes
    for Learning<'_, IN, F, L, C, BATCH>
{
    const INPUT_LENGTH: usize = F::LENGTH;
    const OUTPUTS: usize = size_of::<L::Output>() / size_of::<f32>();
    const LAYERS: usize = F::LAYERS + L::LAYERS;
    const ROOM: usize = Source::room(F::SOURCE, F::INPUTS);
}

impl<const IN: usize, F, L, C, const BATCH: usize> Purpose for Learning<'_, IN, F, L, C, BATCH>
where
    F: Front<IN>,
    L: Layer<IN> + FromBytes + KnownLayout + Immutable,
    C: NamedCost + Cost<L::Activation>,
{
    fn build(&self) -> Build {
        let mut frozen = 0;
        F::shapes(&mut |_| frozen += 1);
        Build {
            inputs: const { inputs(F::PIXELS, F::SOURCE) },
            bits: false,
            element: Element::F32,
            cost: Some(C::KIND),
            batch: BATCH as u8,
            frozen,
        }
    }

    fn parameters_length(&self) -> usize {
        F::PARAMETERS * size_of::<f32>() + size_of::<Feedforward<IN, L>>()
    }

    fn visit_shapes(&self, mut visitor: &mut dyn FnMut(LayerShape)) {
        F::shapes(&mut visitor);
        L::shapes(&mut visitor);
    }

    fn load(&mut self, parameters: &[u8]) {
        if let Some(rest) = parameters.get(F::PARAMETERS * size_of::<f32>()..)
            && let Ok(network) = Feedforward::<IN, L>::ref_from_bytes(rest)
        {
            self.memory.network.visit_pairs(network, &mut |to, from| to.copy_from_slice(from));
        }
        self.optimizer = Sgd::new();
        self.seen = Sha256::new();
        (self.steps, self.samples, self.eta) = (0, 0, 0.0);
        self.forget();
    }

    fn infer(
        &mut self,
        parameters: &[u8],
        input: Input<'_>,
        clock: Clock<'_>,
    ) -> Result<u32, Refusal<'static>> {
        let inputs = F::parse(input).ok_or(Refusal::Input)?;
        let TrainingMemory { network, front, trace, .. } = &mut *self.memory;
        let ((), ticks) = timed(
            clock,
            #[inline(always)]
            || network.forward(&F::forward(parameters, inputs, front), trace),
        );
        Ok(ticks)
    }

    fn examine(&self, bytes: &[u8]) -> Result<Whole, ModelFault<'static>> {
        slots::examine_f32(bytes, self, F::SOURCE)
    }

    fn answer(&self) -> (usize, &[u8]) {
        let outputs = self.memory.trace.outputs().as_ref();
        (class(outputs), outputs.as_bytes())
    }

    fn visit_outputs(&self, mut visitor: &mut dyn FnMut(&[f32])) {
        F::visit_outputs(&self.memory.front, &mut visitor);
        self.memory.trace.visit_outputs(&mut visitor);
    }

    fn visit(&self, parameters: &[u8], mut visitor: &mut dyn FnMut(&[f32])) {
        F::visit(parameters, &mut visitor);
        self.memory.network.visit(&mut |piece: Parameters<&[f32]>| visitor(piece.into_values()));
    }

    fn sample(
        &mut self,
        parameters: &[u8],
        Sample { slot, label, input }: Sample<'_>,
        clock: Clock<'_>,
    ) -> Result<(), Refusal<'static>> {
        let slot = usize::from(slot);
        if slot != 0 && slot != self.kept {
            return Err(Refusal::Slot { kept: self.kept as u8 });
        }
        if usize::from(label) >= Self::OUTPUTS {
            return Err(Refusal::Label);
        }
        let inputs = F::parse(input).ok_or(Refusal::Input)?;
        let TrainingMemory { front, kept, labels, .. } = &mut *self.memory;
        let (Some(kept), Some(place)) = (kept.get_mut(slot), labels.get_mut(slot)) else {
            return Err(Refusal::Slot { kept: self.kept as u8 });
        };
        let (signal, ticks) = timed(
            clock,
            #[inline(always)]
            || F::forward(parameters, inputs, front),
        );
        F::keep(&signal, kept);
        *place = label;
        if slot == 0 {
            self.pending = self.seen.clone();
            self.front_ticks = 0;
        }
        self.kept = slot + 1;
        self.front_ticks = self.front_ticks.wrapping_add(ticks);
        self.pending.update(&label.to_le_bytes());
        written_out(input, |bytes| self.pending.update(bytes));
        Ok(())
    }

    fn step(
        &mut self,
        samples: u8,
        eta: f32,
        clock: Clock<'_>,
    ) -> Result<Reply<'static>, Refusal<'static>> {
        if samples == 0 || usize::from(samples) != self.kept {
            return Err(Refusal::Slot { kept: self.kept as u8 });
        }
        let (result, ticks) = timed(clock, || self.descend(eta));
        self.kept = 0;
        let report = result?;
        self.pending.update(&eta.to_le_bytes());
        self.seen = self.pending.clone();
        self.steps = self.steps.saturating_add(1);
        self.samples = self.samples.saturating_add(samples.into());
        self.eta = eta;
        let ticks = ticks.wrapping_add(self.front_ticks);
        Ok(Reply::Stepped { cost: report.cost, correct: report.correct, ticks })
    }

    fn derivative(&mut self, parameter: u32, h: f32) -> Result<Reply<'static>, Refusal<'static>> {
        if self.kept == 0 {
            return Err(Refusal::Slot { kept: 0 });
        }
        // Frozen layers have no gradient.
        let index = (parameter as usize).checked_sub(F::PARAMETERS).ok_or(Refusal::Range)?;
        let value = *self.memory.network.parameter_mut(index).ok_or(Refusal::Range)?;
        let at = [value - h, value + h];
        if !at.iter().all(|value| value.is_finite()) {
            return Err(Diverged::Parameter.into());
        }
        let gradient = self.first_derivative(index).ok_or(Refusal::Range)?;
        let below = self.cost_at(index, at[0]).ok_or(Refusal::Range)?;
        let above = self.cost_at(index, at[1]).ok_or(Refusal::Range)?;
        Ok(Reply::Derivative { gradient, below, above, at })
    }

    fn training(&self) -> Option<Training> {
        let mut samples_digest = [0; 32];
        self.seen.clone().finish(&mut samples_digest);
        Some(Training { steps: self.steps, samples: self.samples, eta: self.eta, samples_digest })
    }

    fn forget(&mut self) {
        self.kept = 0;
    }
}
