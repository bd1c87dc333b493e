//! A mini-batch on its way through a [`PackedNetwork`]: forward, backward, update.
//!
//! What [`sgd::step`](gradito_core::sgd::step) does sample by sample is done here layer by layer,
//! for blocks of samples and panels of neurons; no sum changes its order, so the bits are the same.
//! The pieces of work are (panel, block) or (panel, rows): the same pieces whether one thread does
//! them in turn or several do.

use gradito_core::batch::{self, LANES, Multiples, gather, multiply, scatter};
use gradito_core::cost::{Class, Cost};
use gradito_core::layer::Magnitudes;
use gradito_core::network::argmax;
use gradito_core::report::{BatchReport, SampleReport};
use gradito_core::signal::magnitude;

use super::any::{AnyCost, AnyOutput};
use super::block::{Block, Form, Reader};
use super::machine::Machine;
use super::packed::{Floats, PackedLayer, PackedNetwork, Panel, with_vectors, zeros};
use super::plan::BLOCK;

/// The buffers of a batch, made once and used for many.
#[derive(Debug)]
pub struct Batch {
    capacity: usize,
    samples: usize,
    layers: Vec<Activity>,
    blocks: Vec<BlockReport>,
}

/// What the samples leave behind in a layer.
#[derive(Debug)]
struct Activity {
    /// Columns of a panel.
    width: usize,
    /// What the layer reads, block by block.
    inputs: Vec<Block>,
    /// a, `[panel][capacity][width]`.
    outputs: Floats,
    /// z after `forward`, then δ, then η/m times δ; as `outputs`.
    deltas: Floats,
    /// The weights of the layer above, transposed: `[panel][outputs above][width]`.
    transposed: Floats,
}

/// What a block of samples shows, and what its samples need one at a time.
#[derive(Debug, Default)]
struct BlockReport {
    labels: Vec<u16>,
    samples: Vec<SampleReport>,
    /// a, z and δ of the last layer, `[sample][outputs]`.
    outputs: Vec<f32>,
    sums: Vec<f32>,
    deltas: Vec<f32>,
    magnitudes: Magnitudes,
}

/// Rows of weights to be updated.
struct Rows<'a> {
    panel: usize,
    first: usize,
    weights: &'a mut [f32],
    /// With the first rows.
    biases: Option<&'a mut [f32]>,
}

/// Inputs of a layer that lie together: `count` from `first` on, sample by sample `stride` apart.
struct Piece<'a> {
    first: usize,
    count: usize,
    stride: usize,
    values: &'a [f32],
}

impl Batch {
    /// Buffers for batches of up to `capacity` samples through `network`.
    pub fn new(network: &PackedNetwork, capacity: usize) -> Self {
        let layers = network.layers.iter().enumerate().map(|(index, layer)| {
            let above = network.layers.get(index + 1).map_or(0, |above| above.outputs);
            Activity {
                width: layer.width,
                inputs: vec![Block::default(); capacity.div_ceil(BLOCK)],
                outputs: zeros(capacity * layer.padded()),
                deltas: zeros(capacity * layer.padded()),
                transposed: zeros(above * layer.padded()),
            }
        });
        let mut blocks = Vec::new();
        blocks.resize_with(capacity.div_ceil(BLOCK), BlockReport::default);
        Self { capacity, samples: 0, layers: layers.collect(), blocks }
    }

    /// The most samples there can be.
    pub fn capacity(&self) -> usize {
        self.capacity
    }

    /// Takes in the samples at `indices`, at most `capacity` of them.
    ///
    /// `fill` adds samples to a block, in their order, and their classes to the list.
    #[inline(always)]
    pub fn load(
        &mut self,
        machine: &Machine,
        network: &PackedNetwork,
        indices: &[u32],
        trains: bool,
        fill: impl Fn(&[u32], &mut Block, &mut Vec<u16>) + Sync,
    ) {
        self.samples = indices.len().min(self.capacity);
        let reader = reader(&network.layers[0], machine, trains);
        let blocks = indices[..self.samples].chunks(BLOCK);
        let level = machine.level();
        machine.each(
            blocks.zip(&mut self.layers[0].inputs).zip(&mut self.blocks),
            |((indices, block), report)| {
                block.clear();
                report.labels.clear();
                fill(indices, block, &mut report.labels);
                level.run(
                    #[inline(always)]
                    || block.prepare(reader),
                );
            },
        );
    }

    /// z and a of every layer; of the last one z only.
    #[inline(always)]
    pub fn forward(&mut self, machine: &Machine, network: &PackedNetwork, trains: bool) {
        let Self { capacity, samples, layers, .. } = self;
        let (capacity, samples, level) = (*capacity, *samples, machine.level());
        for (index, layer) in network.layers.iter().enumerate() {
            let (below, rest) = layers.split_at_mut(index);
            let (below, [activity, ..]) = (below.last(), rest) else { return };
            if let Some(below) = below {
                let layer_below = &network.layers[index - 1];
                let reader = reader(layer, machine, trains);
                machine.each(
                    activity.inputs.iter_mut().enumerate().take(samples.div_ceil(BLOCK)),
                    |(block, input)| {
                        let panels = layer_below.columns().enumerate().map(|(panel, columns)| {
                            (below.outputs(capacity, samples, panel, block), columns)
                        });
                        let count = BLOCK.min(samples - block * BLOCK);
                        level.run(
                            #[inline(always)]
                            || input.read(count, below.width, panels, reader),
                        );
                    },
                );
            }
            let is_last = index + 1 == network.layers.len();
            let Activity { width, inputs, outputs, deltas, .. } = activity;
            let sums = sheets_mut(deltas, capacity, samples, *width);
            let outputs = sheets_mut(outputs, capacity, samples, *width);
            machine.each(sums.zip(outputs), |((panel, block, z), (.., a))| {
                let input = &inputs[block];
                let pieces = pieces(network, index, input, below, capacity, samples, block);
                with_vectors!(layer.width, V => level.run(
                    #[inline(always)]
                    || panel_sums::<V>(&layer.panels[panel], input, pieces, z),
                ));
                if !is_last {
                    level.run(
                        #[inline(always)]
                        || layer.activation.apply(z, a),
                    );
                }
            });
        }
    }

    /// The outputs of the last layer and what `cost` says of them, after `forward`.
    #[inline(always)]
    pub fn judge(&mut self, machine: &Machine, network: &PackedNetwork, cost: &AnyCost) {
        let Self { capacity, samples, layers, blocks } = self;
        let (capacity, samples, level) = (*capacity, *samples, machine.level());
        let layer = &network.layers[network.layers.len() - 1];
        let activity = &layers[layers.len() - 1];
        let inputs = &layers[0].inputs;
        machine.each(
            blocks.iter_mut().enumerate().take(samples.div_ceil(BLOCK)),
            |(block, report)| {
                let count = BLOCK.min(samples - block * BLOCK);
                report.outputs.resize(count * layer.outputs, 0.0);
                report.sums.resize(count * layer.outputs, 0.0);
                let panels = (0..).step_by(layer.width).zip(layer.columns()).enumerate();
                for (panel, (first, columns)) in panels {
                    let z = activity.deltas(capacity, samples, panel, block);
                    let rows = report.sums.chunks_exact_mut(layer.outputs);
                    for (sums, z) in rows.zip(z.chunks_exact(layer.width)) {
                        sums[first..first + columns].copy_from_slice(&z[..columns]);
                    }
                }
                report.samples.clear();
                level.run(
                    #[inline(always)]
                    || report.judge(layer, cost),
                );
                let signals = inputs[block].magnitude().max(magnitude(&report.outputs));
                report.magnitudes = Magnitudes { signals, deltas: 0 };
            },
        );
    }

    /// What `judge` found, in the order of the samples, and how large the numbers were, the deltas
    /// if `backward` was there.
    #[inline(always)]
    pub fn report(&self) -> BatchReport {
        let mut report = BatchReport::default();
        for block in self.blocks.iter().take(self.samples.div_ceil(BLOCK)) {
            for sample in &block.samples {
                report.add(sample);
            }
            report.magnitudes = report.magnitudes.max(block.magnitudes);
        }
        report
    }

    /// The outputs of the samples after `judge`, block by block, one after the other.
    pub fn outputs(&self) -> impl Iterator<Item = &[f32]> {
        let blocks = self.blocks.iter().take(self.samples.div_ceil(BLOCK));
        blocks.map(|block| block.outputs.as_slice())
    }

    /// The output of each neuron of a layer for each sample after `forward` (but those of the last
    /// layer): `each(neuron, a)`.
    pub fn for_each_output(&self, layer: usize, columns: usize, mut each: impl FnMut(usize, f32)) {
        let activity = &self.layers[layer];
        for first in (0..columns).step_by(activity.width) {
            let panel = first / activity.width;
            let rows = &activity.outputs[panel * self.capacity * activity.width..];
            let count = activity.width.min(columns - first);
            for row in rows.chunks_exact(activity.width).take(self.samples) {
                (first..).zip(&row[..count]).for_each(|(neuron, &a)| each(neuron, a));
            }
        }
    }

    /// The deltas of every layer, from the costs of the outputs, after `judge`.
    #[inline(always)]
    pub fn backward(&mut self, machine: &Machine, network: &PackedNetwork, cost: &AnyCost) {
        self.output_deltas(machine, network, cost);
        let Self { capacity, samples, layers, .. } = self;
        let (capacity, samples, level) = (*capacity, *samples, machine.level());
        for (index, layer) in network.layers.iter().enumerate().skip(1).rev() {
            let (below, above) = layers.split_at_mut(index);
            let (Some(below), [above, ..]) = (below.last_mut(), &*above) else { return };
            let layer_below = &network.layers[index - 1];
            let Activity { width, outputs, deltas, transposed, .. } = below;
            let width = *width;
            machine.each(
                transposed.chunks_exact_mut(layer.outputs * width).enumerate(),
                |(panel, transposed)| {
                    level.run(
                        #[inline(always)]
                        || transpose(layer, panel * width, width, transposed),
                    );
                },
            );
            let transposed = &*transposed;
            let outputs = &*outputs;
            machine.each(sheets_mut(deltas, capacity, samples, width), |(panel, block, d)| {
                let rows = &transposed[panel * layer.outputs * width..];
                d.fill(0.0);
                let starts = (0..).step_by(layer.width).zip(layer.columns()).enumerate();
                for (above_panel, (first, columns)) in starts {
                    let values = above.deltas(capacity, samples, above_panel, block);
                    let multiples = Multiples { values, across: layer.width, along: 1 };
                    let rows = &rows[first * width..][..columns * width];
                    with_vectors!(width, V => {
                        let (d, rows) = (batch::rows_mut::<V>(d), batch::rows(rows));
                        level.run(
                            #[inline(always)]
                            || multiply(d, multiples, rows),
                        );
                    });
                }
                let a = sheet(outputs, capacity, samples, width, panel, block);
                level.run(
                    #[inline(always)]
                    || layer_below.activation.through(a, d),
                );
            });
        }
    }

    /// The deltas of the last layer.
    #[inline(always)]
    fn output_deltas(&mut self, machine: &Machine, network: &PackedNetwork, cost: &AnyCost) {
        let Self { capacity, samples, layers, blocks } = self;
        let layer = &network.layers[network.layers.len() - 1];
        let level = machine.level();
        machine.each(blocks.iter_mut().take(samples.div_ceil(BLOCK)), |report| {
            level.run(
                #[inline(always)]
                || report.differentiate(layer, cost),
            );
        });
        let Some(activity) = layers.last_mut() else { return };
        let blocks = &*blocks;
        machine.each(
            sheets_mut(&mut activity.deltas, *capacity, *samples, layer.width),
            |(panel, block, sheet)| {
                let first = panel * layer.width;
                let columns = layer.width.min(layer.outputs - first);
                let rows = blocks[block].deltas.chunks_exact(layer.outputs);
                for (row, deltas) in sheet.chunks_exact_mut(layer.width).zip(rows) {
                    // The padding holds the sums of nothing, 0 as its weights are.
                    row[..columns].copy_from_slice(&deltas[first..first + columns]);
                }
            },
        );
    }

    /// Finds the largest numbers of all layers, then scales every delta by `rate`, which makes it
    /// a step.
    #[inline(always)]
    pub fn scale(&mut self, machine: &Machine, rate: f32) {
        let Self { capacity, samples, layers, blocks } = self;
        let (capacity, samples) = (*capacity, *samples);
        let last = layers.len() - 1;
        // No more than a pass over what is in the cache: not worth sharing out.
        machine.level().run(
            #[inline(always)]
            || {
                for (index, layer) in layers.iter_mut().enumerate() {
                    let Activity { width, outputs, deltas, .. } = layer;
                    let outputs = &*outputs;
                    for (panel, block, deltas) in sheets_mut(deltas, capacity, samples, *width) {
                        let magnitudes = &mut blocks[block].magnitudes;
                        magnitudes.deltas = magnitudes.deltas.max(magnitude(deltas));
                        if index != last {
                            let a = sheet(outputs, capacity, samples, *width, panel, block);
                            magnitudes.signals = magnitudes.signals.max(magnitude(a));
                        }
                        for delta in deltas {
                            *delta *= rate;
                        }
                    }
                }
            },
        );
    }

    /// Adds the steps of all samples to `updated`, a network of the same widths, after `scale`.
    #[inline(always)]
    pub fn update(&self, machine: &Machine, updated: &mut PackedNetwork) {
        let Self { capacity, samples, layers, .. } = self;
        let (capacity, samples, level) = (*capacity, *samples, machine.level());
        for (index, (layer, activity)) in updated.layers.iter_mut().zip(layers).enumerate() {
            let PackedLayer { inputs, width, ref mut panels, .. } = *layer;
            let below = index.checked_sub(1).map(|below| &layers[below]);
            let share = match below {
                // Rows that are one piece of what the layer reads.
                Some(below) => below.width,
                None if machine.threads() == 1 => inputs,
                None => inputs.div_ceil((4 * machine.threads()).div_ceil(panels.len())),
            };
            let rows =
                panels.iter_mut().enumerate().flat_map(|(panel, Panel { weights, biases })| {
                    let mut biases = Some(&mut biases[..]);
                    weights.chunks_mut(share * width).enumerate().map(move |(index, weights)| {
                        Rows { panel, first: index * share, weights, biases: biases.take() }
                    })
                });
            machine.each(rows, |mut rows| {
                for block in 0..samples.div_ceil(BLOCK) {
                    let input = &activity.inputs[block];
                    let steps = activity.deltas(capacity, samples, rows.panel, block);
                    let piece = match below {
                        Some(below) => {
                            let panel = rows.first / below.width;
                            let values = below.outputs(capacity, samples, panel, block);
                            Multiples { values, across: 1, along: below.width }
                        }
                        None => {
                            let values = input.rows().get(rows.first..).unwrap_or(&[]);
                            Multiples { values, across: 1, along: inputs }
                        }
                    };
                    with_vectors!(width, V => level.run(
                        #[inline(always)]
                        || rows.update::<V>(input, piece, steps),
                    ));
                }
            });
        }
    }
}

impl BlockReport {
    /// a of z, and what `cost` says of them.
    #[inline(always)]
    fn judge(&mut self, layer: &PackedLayer, cost: &AnyCost) {
        let Self { labels, samples, outputs, sums, .. } = self;
        samples.clear();
        let rows = sums.chunks_exact(layer.outputs).zip(outputs.chunks_exact_mut(layer.outputs));
        for ((z, a), &label) in rows.zip(labels.iter()) {
            layer.activation.apply(z, a);
            samples.push(SampleReport {
                cost: Cost::<AnyOutput>::value(cost, &Class(label.into()), a, z),
                correct: argmax(a) == usize::from(label),
                magnitudes: Magnitudes::default(),
            });
        }
    }

    /// δ of a.
    #[inline(always)]
    fn differentiate(&mut self, layer: &PackedLayer, cost: &AnyCost) {
        let Self { labels, outputs, deltas, .. } = self;
        deltas.resize(outputs.len(), 0.0);
        let rows = outputs.chunks_exact(layer.outputs).zip(deltas.chunks_exact_mut(layer.outputs));
        for ((a, deltas), &label) in rows.zip(labels.iter()) {
            Cost::<AnyOutput>::delta(cost, &Class(label.into()), a, deltas);
        }
    }
}

impl Rows<'_> {
    /// Adds the steps of a block of samples.
    #[inline(always)]
    fn update<const V: usize>(&mut self, input: &Block, dense: Multiples<'_>, steps: &[f32]) {
        let weights = batch::rows_mut::<V>(self.weights);
        let steps = batch::rows(steps);
        match (input.form(), input.by_row(self.first, weights.len())) {
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

impl Activity {
    /// a of a block of samples in a panel.
    #[inline(always)]
    fn outputs(&self, capacity: usize, samples: usize, panel: usize, block: usize) -> &[f32] {
        sheet(&self.outputs, capacity, samples, self.width, panel, block)
    }

    /// The deltas, or what is in their place.
    #[inline(always)]
    fn deltas(&self, capacity: usize, samples: usize, panel: usize, block: usize) -> &[f32] {
        sheet(&self.deltas, capacity, samples, self.width, panel, block)
    }
}

/// The rows of a block of samples in a panel, of `[panel][capacity][width]`.
#[inline(always)]
fn sheet(
    values: &[f32],
    capacity: usize,
    samples: usize,
    width: usize,
    panel: usize,
    block: usize,
) -> &[f32] {
    let start = panel * capacity + block * BLOCK;
    let end = panel * capacity + samples.min((block + 1) * BLOCK);
    &values[start * width..end * width]
}

/// Every [`sheet`], with its panel and its block.
#[inline(always)]
fn sheets_mut(
    values: &mut [f32],
    capacity: usize,
    samples: usize,
    width: usize,
) -> impl Iterator<Item = (usize, usize, &mut [f32])> {
    values.chunks_exact_mut(capacity * width).enumerate().flat_map(move |(panel, rows)| {
        let sheets = rows[..samples * width].chunks_mut(BLOCK * width).enumerate();
        sheets.map(move |(block, sheet)| (panel, block, sheet))
    })
}

/// How `layer` is going to read its inputs.
fn reader(layer: &PackedLayer, machine: &Machine, trains: bool) -> Reader {
    Reader {
        inputs: layer.inputs,
        width: layer.width,
        padded: layer.padded(),
        trains,
        shared: machine.threads() > 1,
    }
}

/// The dense inputs of layer `index`: rows of features, or the outputs of the layer below.
#[inline(always)]
fn pieces<'a>(
    network: &'a PackedNetwork,
    index: usize,
    input: &'a Block,
    below: Option<&'a Activity>,
    capacity: usize,
    samples: usize,
    block: usize,
) -> impl Iterator<Item = Piece<'a>> {
    let width = below.map_or(network.layers[0].inputs, |below| below.width);
    let inputs = network.layers[index].inputs;
    (0..inputs).step_by(width).enumerate().map(
        #[inline(always)]
        move |(panel, first)| Piece {
            first,
            count: width.min(inputs - first),
            stride: width,
            values: match below {
                None => input.rows(),
                Some(below) => below.outputs(capacity, samples, panel, block),
            },
        },
    )
}

/// z of a block of samples in a panel.
#[inline(always)]
fn panel_sums<'a, const V: usize>(
    panel: &Panel,
    input: &Block,
    pieces: impl Iterator<Item = Piece<'a>>,
    z: &mut [f32],
) {
    let weights = batch::rows::<V>(&panel.weights);
    let z = batch::rows_mut(z);
    if let [biases] = batch::rows(&panel.biases) {
        z.fill(*biases);
    }
    match (input.form(), input.tiles()) {
        (Form::Lists, 0) => gather(z, input.by_sample(), weights),
        (Form::Lists, tiles) => {
            for tile in 0..tiles {
                gather(z, input.tile(tile), weights);
            }
        }
        (Form::Dense, _) => {
            for Piece { first, count, stride, values } in pieces {
                let weights = &weights[first..first + count];
                multiply(z, Multiples { values, across: stride, along: 1 }, weights);
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
    let rows = transposed.chunks_mut(layer.width * width);
    for ((panel, columns), transposed) in panels.zip(rows) {
        for (column, row) in
            panel.weights.chunks_exact(layer.width).skip(first).take(inputs).enumerate()
        {
            for (row, &weight) in transposed.chunks_exact_mut(width).zip(&row[..columns]) {
                row[column] = weight;
            }
        }
    }
}
