//! A mini-batch on its way through a [`PackedNetwork`], and the update it leads to.
//!
//! What [`sgd::step`](gradito_core::sgd::step) does sample by sample is done here layer by layer,
//! for blocks of samples and panels of neurons. Threads share the samples on the way through and
//! the rows of weights in the update; no sum changes its order, so the bits are the same.

use gradito_core::batch::{self, LANES, Multiples, gather, multiply, scatter};
use gradito_core::report::BatchReport;

use super::any::AnyCost;
use super::block::{Block, Form, Reader};
use super::machine::Machine;
use super::packed::{Floats, PackedLayer, PackedNetwork, Panel, with_vectors, zeros};
use super::plan;
use super::shard::Shard;

/// The buffers of a batch, made once and used for many.
#[derive(Debug)]
pub struct Batch {
    capacity: usize,
    /// Samples of a shard.
    share: usize,
    /// How the layers read their inputs.
    readers: Vec<Reader>,
    shards: Vec<Shard>,
    /// How many of them the batch takes.
    taken: usize,
    /// The weights of all layers but the first, transposed: `[panel of the layer
    /// below][output][width]`; empty if backward takes them as they lie.
    transposed: Vec<Floats>,
}

/// The parts of a batch that has taken samples.
struct Taken<'a, S> {
    /// The shards, each with its samples.
    shards: S,
    readers: &'a [Reader],
    transposed: &'a mut [Floats],
}

/// Rows of weights to be updated.
struct Rows<'a> {
    layer: usize,
    panel: usize,
    /// Columns.
    width: usize,
    first: usize,
    weights: &'a mut [f32],
    /// With the first rows.
    biases: Option<&'a mut [f32]>,
}

impl Batch {
    /// Buffers for batches of up to `capacity` samples forward through `network`, on `machine`.
    pub fn for_evaluation(network: &PackedNetwork, capacity: usize, machine: &Machine) -> Self {
        Self::new(network, capacity, machine, false)
    }

    /// Buffers for batches of up to `capacity` samples that `network` learns from, on `machine`.
    pub fn for_training(network: &PackedNetwork, capacity: usize, machine: &Machine) -> Self {
        Self::new(network, capacity, machine, true)
    }

    fn new(network: &PackedNetwork, capacity: usize, machine: &Machine, trains: bool) -> Self {
        let share = plan::share(capacity, machine.threads());
        let shards = (0..capacity.div_ceil(share)).map(|_| Shard::new(network, share));
        let transposed = network.layers.iter().enumerate().map(|(index, layer)| {
            let below = index.checked_sub(1).map_or(0, |below| network.layers[below].padded());
            zeros(if plan::is_transposed(capacity) { layer.outputs * below } else { 0 })
        });
        let reader = |(index, layer): (usize, &PackedLayer)| Reader {
            inputs: layer.inputs,
            width: layer.width,
            padded: layer.padded(),
            trains,
            // See `update`: rows go by the panels of the layer below.
            is_shared: machine.threads() > 1
                || index > 0 && network.layers[index - 1].panels.len() > 1,
        };
        Self {
            capacity,
            share,
            readers: network.layers.iter().enumerate().map(reader).collect(),
            shards: shards.collect(),
            taken: 0,
            transposed: transposed.collect(),
        }
    }

    /// The most samples there can be.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Sends the samples at `indices`, at most `capacity` of them, forward through `network`.
    ///
    /// `fill` adds samples to a block, in their order, and their classes to the list.
    pub fn forward(
        &mut self,
        machine: &Machine,
        network: &PackedNetwork,
        indices: &[u32],
        fill: impl Fn(&[u32], &mut Block, &mut Vec<u16>) + Send + Sync,
    ) {
        let (level, Taken { shards, readers, .. }) = (machine.level(), self.take(indices));
        machine.each(shards, |(shard, indices)| {
            shard.load(level, readers[0], |block, labels| fill(indices, block, labels));
            shard.forward(level, network, readers);
        });
    }

    /// [`forward`](Self::forward), and what `cost` says of the outputs.
    pub fn evaluate(
        &mut self,
        machine: &Machine,
        network: &PackedNetwork,
        cost: &AnyCost,
        indices: &[u32],
        fill: impl Fn(&[u32], &mut Block, &mut Vec<u16>) + Send + Sync,
    ) {
        self.forward(machine, network, indices, fill);
        let level = machine.level();
        machine.each(self.shards[..self.taken].iter_mut(), |shard| shard.judge(level, cost));
    }

    /// Sends the samples forward and backward; what each is to change, its delta times `rate`,
    /// waits for [`update`](Self::update).
    pub fn pass(
        &mut self,
        machine: &Machine,
        network: &PackedNetwork,
        cost: &AnyCost,
        rate: f32,
        indices: &[u32],
        fill: impl Fn(&[u32], &mut Block, &mut Vec<u16>) + Send + Sync,
    ) {
        let level = machine.level();
        let Taken { shards, readers, transposed } = self.take(indices);
        let pairs = network.layers.windows(2).zip(transposed.iter_mut().skip(1));
        let panels = pairs.flat_map(|(pair, transposed)| {
            let [below, layer] = pair else { unreachable!("windows of two") };
            let width = below.width;
            let panels = transposed.chunks_exact_mut(layer.outputs * width).enumerate();
            panels.map(move |(panel, transposed)| (layer, panel * width, width, transposed))
        });
        machine.each(panels, |(layer, first, width, transposed)| {
            level.run(
                #[inline(always)]
                || transpose(layer, first, width, transposed),
            );
        });
        let transposed = &*transposed;
        machine.each(shards, |(shard, indices)| {
            shard.load(level, readers[0], |block, labels| fill(indices, block, labels));
            shard.forward(level, network, readers);
            shard.judge(level, cost);
            shard.backward(level, network, transposed, cost);
            shard.scale(level, rate);
        });
    }

    /// Shares out the samples at `indices`.
    fn take<'a>(
        &'a mut self,
        indices: &'a [u32],
    ) -> Taken<'a, impl Iterator<Item = (&'a mut Shard, &'a [u32])>> {
        let Self { capacity, share, readers, shards, taken, transposed } = self;
        let indices = &indices[..indices.len().min(*capacity)];
        *taken = indices.len().div_ceil(*share);
        let shards = shards.iter_mut().zip(indices.chunks(*share));
        Taken { shards, readers, transposed }
    }

    /// The shards of the batch.
    fn taken(&self) -> &[Shard] {
        &self.shards[..self.taken]
    }

    /// What the samples showed, in their order, and how large the numbers were, the deltas after a
    /// [`pass`](Self::pass).
    pub fn report(&self) -> BatchReport {
        let mut report = BatchReport::default();
        for shard in self.taken() {
            shard.report(&mut report);
        }
        report
    }

    /// The outputs of the samples, some at a time, one after the other.
    pub fn outputs(&self) -> impl Iterator<Item = &[f32]> {
        self.taken().iter().map(Shard::outputs)
    }

    /// Calls `each(neuron, a)` for every sample and neuron of a hidden layer of `network`.
    pub fn for_each_hidden(
        &self,
        network: &PackedNetwork,
        layer: usize,
        mut each: impl FnMut(usize, f32),
    ) {
        let PackedLayer { width, .. } = network.layers[layer];
        for (panel, columns) in network.layers[layer].columns().enumerate() {
            for shard in self.taken() {
                for row in shard.hidden(layer, panel).chunks_exact(width) {
                    for (neuron, &a) in (panel * width..).zip(&row[..columns]) {
                        each(neuron, a);
                    }
                }
            }
        }
    }

    /// Adds the steps of all samples to `updated`, a network of the same widths.
    pub fn update(&self, machine: &Machine, updated: &mut PackedNetwork) {
        let level = machine.level();
        let mut below = None;
        let rows = updated.layers.iter_mut().enumerate().flat_map(|(layer, packed)| {
            let PackedLayer { inputs, width, ref mut panels, .. } = *packed;
            // Above the first layer, rows that are one piece of what the layer reads.
            let share = below
                .replace(width)
                .unwrap_or_else(|| plan::rows(inputs, panels.len(), machine.threads()));
            panels.iter_mut().enumerate().flat_map(move |(panel, Panel { weights, biases })| {
                let mut biases = Some(&mut biases[..]);
                let rows = weights.chunks_mut(share * width).enumerate();
                rows.map(move |(index, weights)| Rows {
                    layer,
                    panel,
                    width,
                    first: index * share,
                    weights,
                    biases: biases.take(),
                })
            })
        });
        machine.each(rows, |mut rows| {
            for shard in self.taken() {
                let input = shard.input(rows.layer);
                let dense = shard.piece(rows.layer, rows.first);
                let steps = shard.steps(rows.layer, rows.panel);
                with_vectors!(rows.width, V => level.run(
                    #[inline(always)]
                    || rows.update::<V>(input, dense, steps),
                ));
            }
        });
    }
}

impl Rows<'_> {
    /// Adds the steps of some samples.
    #[inline(always)]
    fn update<const V: usize>(&mut self, input: &Block, dense: Multiples<'_>, steps: &[f32]) {
        let weights = batch::rows_mut::<V>(self.weights);
        let steps = batch::rows(steps);
        match (input.form(), input.lists().by_row(self.first, weights.len())) {
            (Form::Dense, _) => multiply(weights, dense, steps),
            (Form::Lists, Some(lists)) => gather(weights, lists, steps),
            (Form::Lists, None) => {
                for (list, step) in input.by_sample().zip(steps) {
                    scatter(weights, list, step);
                }
            }
        }
        if let Some(biases) = &mut self.biases {
            for step in steps {
                for (bias, step) in biases.iter_mut().zip(step.as_flattened()) {
                    *bias += step;
                }
            }
        }
    }
}

/// Columns `first..first + width` of the transposed weights of `layer`, 0 beyond its inputs:
/// `transposed[output][column]`.
#[inline(always)]
fn transpose(layer: &PackedLayer, first: usize, width: usize, transposed: &mut [f32]) {
    let inputs = width.min(layer.inputs - first);
    let panels = layer.panels.iter().zip(layer.columns());
    let blocks = transposed.chunks_mut(layer.width * width);
    for ((panel, columns), transposed) in panels.zip(blocks) {
        let rows = panel.weights.chunks_exact(layer.width).skip(first).take(inputs);
        for (column, row) in rows.enumerate() {
            for (transposed, &weight) in transposed.chunks_exact_mut(width).zip(&row[..columns]) {
                transposed[column] = weight;
            }
        }
    }
}
