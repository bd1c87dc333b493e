//! Training on the device: a plan, sample by sample and step by step, held against the desktop's.

use std::fmt;

use gradito_core::report::BatchReport;
use gradito_link::message::{Reply, Request, Statistics};

use super::client::{Digests, Stepped, floats, stepped};
use super::input::input;
use super::train_log::Writer;
use super::{DeviceError, Script};
use crate::data::Dataset;
use crate::training::Plan;

/// A plan for a device, and what came of it.
#[derive(Debug)]
pub struct TrainingScript<'a> {
    name: String,
    set: &'a Dataset,
    plan: &'a Plan,
    /// For each step the index of its first request.
    starts: Vec<usize>,
    /// Where the plan's requests end.
    end: usize,
    /// The first parameter of each piece that is read back at the end.
    pieces: Vec<usize>,
    /// What each step showed on the device.
    pub steps: Vec<Stepped>,
    /// The digests at the end.
    pub digests: Option<Digests>,
    /// What the device counted.
    pub statistics: Statistics,
    /// The parameters that were read back.
    pub parameters: Vec<f32>,
    /// What was trained on, step by step.
    pub log: Option<Writer>,
    on_step: &'a mut dyn StepObserver,
}

/// Follows a training.
pub trait StepObserver: fmt::Debug {
    /// A step was taken.
    fn step(&mut self, stepped: &Stepped);
}

impl<'a> TrainingScript<'a> {
    /// The `plan` for the device called `name`, on the samples of `set`; at the end the parameters
    /// are read back from the places in `pieces`.
    pub fn new(
        name: &str,
        set: &'a Dataset,
        plan: &'a Plan,
        pieces: Vec<usize>,
        log: Option<Writer>,
        on_step: &'a mut dyn StepObserver,
    ) -> Self {
        let mut end = 0;
        let start = |step: &crate::training::Step| {
            let start = end;
            end += step.range.len() + 1;
            start
        };
        let starts = plan.steps.iter().map(start).collect();
        Self {
            name: name.to_owned(),
            set,
            plan,
            starts,
            end,
            pieces,
            steps: Vec::new(),
            digests: None,
            statistics: Statistics::default(),
            parameters: Vec::new(),
            log,
            on_step,
        }
    }

    /// The step that a request belongs to, and its place in it.
    fn place(&self, index: usize) -> (usize, usize) {
        let step = self.starts.partition_point(|&start| start <= index) - 1;
        (step, index - self.starts[step])
    }

    /// The sample of a place in a step; `None` for the step itself.
    fn sample(&self, step: usize, place: usize) -> Option<usize> {
        let indices = self.plan.indices(&self.plan.steps[step]);
        indices.get(place).map(|&index| index as usize)
    }
}

impl Script for TrainingScript<'_> {
    fn len(&self) -> usize {
        self.end + 2 + self.pieces.len()
    }

    fn request<'s>(&'s self, index: usize, scratch: &'s mut Vec<u8>) -> Request<'s> {
        match index.checked_sub(self.end) {
            None => {
                let (step, place) = self.place(index);
                match self.sample(step, place) {
                    Some(sample) => Request::Sample {
                        slot: place as u8,
                        label: self.set.labels()[sample],
                        input: input(self.set.sample(sample), scratch),
                    },
                    None => Request::Step { samples: place as u8, eta: self.plan.steps[step].eta },
                }
            }
            Some(0) => Request::Digest,
            Some(1) => Request::Statistics,
            Some(piece) => Request::Parameters { first: self.pieces[piece - 2] as u32 },
        }
    }

    fn reply(&mut self, index: usize, reply: &Reply<'_>) -> Result<(), DeviceError> {
        let unexpected = DeviceError::Unexpected { name: self.name.clone() };
        match (index.checked_sub(self.end), *reply) {
            (None, _) => {
                let (step, place) = self.place(index);
                match (self.sample(step, place), reply) {
                    (Some(sample), Reply::Done) => {
                        if let Some(log) = &mut self.log {
                            let mut scratch = Vec::new();
                            let label = self.set.labels()[sample];
                            log.sample(label, input(self.set.sample(sample), &mut scratch));
                        }
                    }
                    (None, reply) => {
                        let stepped = stepped(reply).ok_or(unexpected)?;
                        if let Some(log) = &mut self.log {
                            log.step(self.plan.steps[step].eta);
                        }
                        self.steps.push(stepped);
                        self.on_step.step(&stepped);
                    }
                    _ => return Err(unexpected),
                }
            }
            (Some(0), Reply::Digest { parameters, training }) => {
                self.digests = Some(Digests { parameters, training });
            }
            (Some(1), Reply::Statistics(statistics)) => self.statistics = statistics,
            (Some(piece), Reply::Bytes(bytes)) if piece >= 2 => {
                let values = floats(bytes);
                // Pieces follow one another, and a device may send more than was counted on.
                if self.parameters.len() != self.pieces[piece - 2] || values.is_empty() {
                    return Err(unexpected);
                }
                let end = self.pieces.get(piece - 1).copied().unwrap_or(usize::MAX);
                let most = end - self.parameters.len();
                self.parameters.extend(values.into_iter().take(most));
            }
            _ => return Err(unexpected),
        }
        Ok(())
    }
}

/// The first step at which the device saw something else than the desktop.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StepDifference {
    step: usize,
    device: Stepped,
    desktop: (f64, u32),
}

impl StepDifference {
    /// The first of some steps whose cost or hits are not the desktop's.
    pub fn first(device: &[Stepped], desktop: &[BatchReport]) -> Option<Self> {
        let pairs = device.iter().zip(desktop).enumerate();
        pairs
            .map(|(step, (device, desktop))| (step, *device, (desktop.cost, desktop.correct)))
            .find(|(_, device, (cost, correct))| {
                device.cost.to_bits() != cost.to_bits() || device.correct != *correct
            })
            .map(|(step, device, desktop)| Self { step, device, desktop })
    }
}

impl fmt::Display for StepDifference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { step, device, desktop: (cost, correct) } = *self;
        write!(
            f,
            "step {step}: the device sees a cost of {:016x} ({}) and {} recognised, this machine \
             {:016x} ({cost}) and {correct}",
            device.cost.to_bits(),
            device.cost,
            device.correct,
            cost.to_bits()
        )
    }
}
