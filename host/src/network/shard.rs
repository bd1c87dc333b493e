//! A share of a batch on its way through a [`PackedNetwork`]: forward, judgement, backward.
//!
//! A shard reads the network and writes nothing but itself, so that shards go side by side.

use gradito_core::batch::{self, LANES, Multiples, contract, gather, multiply};
use gradito_core::cost::{Class, Cost};
use gradito_core::layer::Magnitudes;
use gradito_core::network::argmax;
use gradito_core::report::{BatchReport, SampleReport};
use gradito_core::signal::magnitude;

use super::any::{AnyCost, AnyOutput};
use super::block::{Block, Form, Reader};
use super::packed::{Floats, PackedLayer, PackedNetwork, Panel, with_vectors, zeros};
use crate::simd::Level;

/// Some samples of a batch and what they leave behind.
#[derive(Debug)]
pub(super) struct Shard {
    samples: usize,
    layers: Vec<Activity>,
    labels: Vec<u16>,
    reports: Vec<SampleReport>,
    magnitudes: Magnitudes,
    /// a, z and δ of the last layer, `[sample][outputs]`.
    outputs: Vec<f32>,
    sums: Vec<f32>,
    gradients: Vec<f32>,
}

/// What the samples leave behind in a layer.
#[derive(Debug)]
struct Activity {
    /// Columns of a panel.
    width: usize,
    /// Numbers of a panel: `width` for each sample there can be.
    stride: usize,
    /// What the layer reads.
    input: Block,
    /// a, `[panel][sample][width]`; those of the last layer are kept apart.
    outputs: Floats,
    /// z after `forward`, δ after `backward`, a step after `scale`; as `outputs`.
    deltas: Floats,
}

/// Inputs of a layer that lie together.
pub(super) struct Piece<'a> {
    /// The first of them.
    pub first: usize,
    /// How many.
    pub count: usize,
    /// `[sample][stride]`, of which `count` are inputs.
    pub values: &'a [f32],
    /// From sample to sample.
    pub stride: usize,
}

impl Activity {
    fn new(layer: &PackedLayer, capacity: usize) -> Self {
        Self {
            width: layer.width,
            stride: capacity * layer.width,
            input: Block::default(),
            outputs: zeros(capacity * layer.padded()),
            deltas: zeros(capacity * layer.padded()),
        }
    }

    /// a in a panel.
    #[inline(always)]
    fn outputs(&self, panel: usize, samples: usize) -> &[f32] {
        &self.outputs[panel * self.stride..][..samples * self.width]
    }

    /// The deltas in a panel, or what is in their place.
    #[inline(always)]
    fn deltas(&self, panel: usize, samples: usize) -> &[f32] {
        &self.deltas[panel * self.stride..][..samples * self.width]
    }

    /// For each panel a, to be read, and the deltas, to be written.
    fn panels(&mut self, samples: usize) -> impl Iterator<Item = (&[f32], &mut [f32])> {
        let Self { width, stride, outputs, deltas, .. } = self;
        let count = samples * *width;
        let deltas = deltas.chunks_exact_mut(*stride).map(move |panel| &mut panel[..count]);
        outputs.chunks_exact(*stride).map(move |panel| &panel[..count]).zip(deltas)
    }
}

impl Shard {
    /// Room for `capacity` samples.
    pub fn new(network: &PackedNetwork, capacity: usize) -> Self {
        Self {
            samples: 0,
            layers: network.layers.iter().map(|layer| Activity::new(layer, capacity)).collect(),
            labels: Vec::new(),
            reports: Vec::new(),
            magnitudes: Magnitudes::default(),
            outputs: Vec::new(),
            sums: Vec::new(),
            gradients: Vec::new(),
        }
    }

    /// Takes in samples; `fill` adds them to the block, and their classes to the list.
    pub fn load(
        &mut self,
        level: Level,
        reader: Reader,
        fill: impl FnOnce(&mut Block, &mut Vec<u16>),
    ) {
        let block = &mut self.layers[0].input;
        block.clear();
        self.labels.clear();
        fill(block, &mut self.labels);
        self.samples = self.labels.len();
        level.run(
            #[inline(always)]
            || block.prepare(reader),
        );
    }

    /// z and a of every layer.
    pub fn forward(&mut self, level: Level, network: &PackedNetwork, readers: &[Reader]) {
        let Self { samples, layers, .. } = self;
        let samples = *samples;
        for (index, (layer, &reader)) in network.layers.iter().zip(readers).enumerate() {
            let (below, rest) = layers.split_at_mut(index);
            let (below, [activity, ..]) = (below.last(), rest) else { return };
            if let Some(below) = below {
                let columns = network.layers[index - 1].columns().enumerate();
                let panels =
                    columns.map(|(panel, columns)| (below.outputs(panel, samples), columns));
                let input = &mut activity.input;
                level.run(
                    #[inline(always)]
                    || input.read(samples, below.width, panels, reader),
                );
            }
            let Activity { width, stride, input, outputs, deltas } = activity;
            let count = samples * *width;
            let buffers = deltas.chunks_exact_mut(*stride).zip(outputs.chunks_exact_mut(*stride));
            for (panel, (z, a)) in layer.panels.iter().zip(buffers) {
                let (z, a) = (&mut z[..count], &mut a[..count]);
                let pieces = pieces(layer.inputs, input, below, samples);
                with_vectors!(layer.width, V => level.run(
                    #[inline(always)]
                    || panel_sums::<V>(panel, input, pieces, z),
                ));
                if index + 1 < network.layers.len() {
                    level.run(
                        #[inline(always)]
                        || layer.activation.apply(z, a),
                    );
                }
            }
        }
        self.collect(level, network);
    }

    /// Puts z of the last layer together and makes a of it: it may be softmax, which needs a
    /// sample's sums side by side.
    fn collect(&mut self, level: Level, network: &PackedNetwork) {
        let Self { samples, layers, outputs, sums, .. } = self;
        let (Some(layer), Some(activity)) = (network.layers.last(), layers.last()) else { return };
        sums.resize(*samples * layer.outputs, 0.0);
        outputs.resize(*samples * layer.outputs, 0.0);
        for (panel, columns) in layer.columns().enumerate() {
            let rows = activity.deltas(panel, *samples).chunks_exact(layer.width);
            for (sums, z) in sums.chunks_exact_mut(layer.outputs).zip(rows) {
                sums[panel * layer.width..][..columns].copy_from_slice(&z[..columns]);
            }
        }
        level.run(
            #[inline(always)]
            || {
                let rows = sums.chunks_exact(layer.outputs);
                for (z, a) in rows.zip(outputs.chunks_exact_mut(layer.outputs)) {
                    layer.activation.apply(z, a);
                }
            },
        );
    }

    /// What `cost` says of the outputs.
    pub fn judge(&mut self, level: Level, cost: &AnyCost) {
        let Self { samples, layers, labels, reports, magnitudes, outputs, sums, .. } = self;
        let width = outputs.len() / (*samples).max(1);
        reports.clear();
        level.run(
            #[inline(always)]
            || {
                let rows = outputs.chunks_exact(width).zip(sums.chunks_exact(width));
                for ((a, z), &label) in rows.zip(labels.iter()) {
                    reports.push(SampleReport {
                        cost: Cost::<AnyOutput>::value(cost, &Class(label.into()), a, z),
                        correct: argmax(a) == usize::from(label),
                        magnitudes: Magnitudes::default(),
                    });
                }
            },
        );
        let signals = layers[0].input.magnitude().max(magnitude(outputs));
        *magnitudes = Magnitudes { signals, deltas: 0 };
    }

    /// δ of every layer, after `forward`; `transposed` has the weights of all layers but the first,
    /// `[panel of the layer below][output][width]`, or nothing: then they are taken as they lie.
    pub fn backward(
        &mut self,
        level: Level,
        network: &PackedNetwork,
        transposed: &[Floats],
        cost: &AnyCost,
    ) {
        self.differentiate(level, network, cost);
        let Self { samples, layers, .. } = self;
        let samples = *samples;
        let above = network.layers.iter().zip(transposed).enumerate().skip(1).rev();
        for (index, (layer, transposed)) in above {
            let (below, above) = layers.split_at_mut(index);
            let (Some(below), [above, ..]) = (below.last_mut(), &*above) else { return };
            let activation = network.layers[index - 1].activation;
            let width = below.width;
            for (below_panel, (a, d)) in below.panels(samples).enumerate() {
                d.fill(0.0);
                for (panel, columns) in layer.columns().enumerate() {
                    let values = above.deltas(panel, samples);
                    let start = below_panel * layer.outputs + panel * layer.width;
                    match transposed.get(start * width..) {
                        Some(weights) if !weights.is_empty() => {
                            let weights = &weights[..columns * width];
                            let multiples = Multiples { values, across: layer.width, along: 1 };
                            with_vectors!(width, V => level.run(
                                #[inline(always)]
                                || multiply(batch::rows_mut::<V>(d), multiples, batch::rows(weights)),
                            ));
                        }
                        _ => {
                            let first = below_panel * width * layer.width;
                            let weights = &layer.panels[panel].weights[first..];
                            let samples = d.chunks_exact_mut(width);
                            for (d, deltas) in samples.zip(values.chunks_exact(layer.width)) {
                                with_vectors!(layer.width, V => level.run(
                                    #[inline(always)]
                                    || if let [deltas] = batch::rows::<V>(deltas) {
                                        contract(d, batch::rows(weights), deltas);
                                    },
                                ));
                            }
                        }
                    }
                }
                level.run(
                    #[inline(always)]
                    || activation.through(a, d),
                );
            }
        }
    }

    /// δ of the last layer.
    fn differentiate(&mut self, level: Level, network: &PackedNetwork, cost: &AnyCost) {
        let Self { samples, layers, labels, outputs, gradients, .. } = self;
        let (Some(layer), Some(activity)) = (network.layers.last(), layers.last_mut()) else {
            return;
        };
        gradients.resize(outputs.len(), 0.0);
        level.run(
            #[inline(always)]
            || {
                let rows = outputs.chunks_exact(layer.outputs);
                let rows = rows.zip(gradients.chunks_exact_mut(layer.outputs));
                for ((a, deltas), &label) in rows.zip(labels.iter()) {
                    Cost::<AnyOutput>::delta(cost, &Class(label.into()), a, deltas);
                }
            },
        );
        let panels = activity.panels(*samples).zip(layer.columns()).enumerate();
        for (panel, ((_, rows), columns)) in panels {
            let gradients = gradients.chunks_exact(layer.outputs);
            for (row, gradients) in rows.chunks_exact_mut(layer.width).zip(gradients) {
                // The padding holds the sums of nothing, 0 as its weights are.
                row[..columns].copy_from_slice(&gradients[panel * layer.width..][..columns]);
            }
        }
    }

    /// Finds the largest numbers of all layers, then multiplies every delta by `rate`, which makes
    /// it a step.
    pub fn scale(&mut self, level: Level, rate: f32) {
        let Self { samples, layers, magnitudes, .. } = self;
        let last = layers.len() - 1;
        level.run(
            #[inline(always)]
            || {
                for (index, activity) in layers.iter_mut().enumerate() {
                    for (a, deltas) in activity.panels(*samples) {
                        magnitudes.deltas = magnitudes.deltas.max(magnitude(deltas));
                        if index != last {
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

    /// Adds to `report` what the samples showed, in their order.
    pub fn report(&self, report: &mut BatchReport) {
        for sample in &self.reports {
            report.add(sample);
        }
        report.magnitudes = report.magnitudes.max(self.magnitudes);
    }

    /// a of the last layer, `[sample][outputs]`.
    pub fn outputs(&self) -> &[f32] {
        &self.outputs
    }

    /// a of a panel of a layer that is not the last, `[sample][width]`.
    pub fn hidden(&self, layer: usize, panel: usize) -> &[f32] {
        self.layers[layer].outputs(panel, self.samples)
    }

    /// What a layer has read.
    pub fn input(&self, layer: usize) -> &Block {
        &self.layers[layer].input
    }

    /// Of what a layer has read, the piece that begins with input `first`.
    #[inline(always)]
    pub fn piece(&self, layer: usize, first: usize) -> Multiples<'_> {
        match layer.checked_sub(1) {
            None => self.layers[0].input.columns(first),
            Some(below) => {
                let below = &self.layers[below];
                let values = below.outputs(first / below.width, self.samples);
                Multiples { values, across: 1, along: below.width }
            }
        }
    }

    /// The steps of a panel after `scale`, `[sample][width]`.
    pub fn steps(&self, layer: usize, panel: usize) -> &[f32] {
        self.layers[layer].deltas(panel, self.samples)
    }
}

/// The dense inputs of a layer: rows of features, or the outputs of the layer below.
#[inline(always)]
fn pieces<'a>(
    inputs: usize,
    input: &'a Block,
    below: Option<&'a Activity>,
    samples: usize,
) -> impl Iterator<Item = Piece<'a>> {
    let stride = below.map_or(inputs, |below| below.width);
    (0..inputs).step_by(stride).enumerate().map(
        #[inline(always)]
        move |(panel, first)| Piece {
            first,
            count: stride.min(inputs - first),
            stride,
            values: below.map_or(input.rows(), |below| below.outputs(panel, samples)),
        },
    )
}

/// z of all samples in a panel.
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
    let index = input.lists();
    match (input.form(), index.tiles()) {
        (Form::Lists, 0) => gather(z, input.by_sample(), weights),
        (Form::Lists, tiles) => {
            for tile in 0..tiles {
                gather(z, index.tile(tile, input.by_sample()), weights);
            }
        }
        (Form::Dense, _) => {
            for Piece { first, count, values, stride } in pieces {
                let weights = &weights[first..first + count];
                multiply(z, Multiples { values, across: stride, along: 1 }, weights);
            }
        }
    }
}
