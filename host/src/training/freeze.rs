//! Layers that are not trained.
//!
//! What never changes need not be computed at every step: the outputs of the first layers are
//! computed once for all samples, and are then the features from which the rest learns. That is
//! what a device does, too, which keeps the frozen layers in flash and of a batch only what they put
//! out; so even the limits at which a step is refused are the same.

use gradito_core::layer::LayerShape;

use super::samples::{FeatureRows, Indexed, Samples};
use super::settings::{Settings, SettingsError};
use crate::data::Dataset;
use crate::network::{Batch, Machine, PackedNetwork};
use crate::simd::Level;

/// Samples that go through the frozen layers at a time.
const AT_ONCE: usize = 512;

/// Where a training starts.
#[derive(Clone, Copy, Debug)]
pub struct Start<'a> {
    /// Every parameter, in the order of a model image.
    pub parameters: &'a [f32],
    /// How many of the first layers are not trained.
    pub frozen: usize,
}

/// A network cut in two.
#[derive(Debug)]
pub struct Frozen<'a> {
    /// What is not trained, if anything.
    pub front: Option<Front>,
    /// The settings of the rest.
    pub settings: Settings,
    /// The parameters of the front.
    kept: &'a [f32],
    /// The parameters of the rest.
    pub parameters: &'a [f32],
}

/// The layers that are not trained.
#[derive(Debug)]
pub struct Front(PackedNetwork);

/// Cuts the network of `settings` behind the layers that are not trained.
///
/// # Errors
///
/// If none is left to be trained.
///
/// # Panics
///
/// If there are more or fewer parameters than the network has.
pub fn freeze<'a>(settings: &Settings, start: &Start<'a>) -> Result<Frozen<'a>, SettingsError> {
    let shapes = settings.shapes();
    if start.frozen >= shapes.len() {
        return Err(SettingsError::Frozen { frozen: start.frozen, layers: shapes.len() });
    }
    if start.frozen > 0 && settings.augment.is_some() {
        return Err(SettingsError::AugmentFrozen);
    }
    let front = &shapes[..start.frozen];
    let count = front.iter().map(LayerShape::parameters).sum();
    let (kept, parameters) = start.parameters.split_at(count);
    let front = (start.frozen > 0).then(|| {
        Front(PackedNetwork::with_parameters(front, kept).expect("as many as the front has"))
    });
    let topology = settings.topology.behind(start.frozen);
    Ok(Frozen { front, settings: Settings { topology, ..settings.clone() }, kept, parameters })
}

/// The outputs of every layer of `network` for the one sample of `set`.
///
/// Each is computed as a network that ends there: no path but the usual one.
pub fn activations(network: &PackedNetwork, set: Dataset) -> Vec<Vec<f32>> {
    let (shapes, parameters) = (network.shapes(), network.parameters());
    let machine = Machine::single(Level::best());
    let set = Indexed::from(set);
    let mut end = 0;
    let outputs = |layers: usize| {
        end += shapes[layers - 1].parameters();
        let front = PackedNetwork::with_parameters(&shapes[..layers], &parameters[..end]);
        let front = Front(front.expect("as many parameters as its layers have"));
        match &set {
            Indexed::Images(images) => front.features(images, &machine),
            Indexed::Features(rows) => front.features(rows, &machine),
        }
        .into_values()
    };
    (1..=shapes.len()).map(outputs).collect()
}

impl Frozen<'_> {
    /// All parameters, those of the rest being `trained`.
    pub fn whole(&self, trained: Vec<f32>) -> Vec<f32> {
        [self.kept, &trained].concat()
    }
}

impl Front {
    /// What the frozen layers make of `samples`.
    pub fn features(&self, samples: &impl Samples, machine: &Machine) -> FeatureRows {
        let Self(network) = self;
        let mut values = Vec::with_capacity(samples.len() * network.outputs());
        let mut batch = Batch::for_evaluation(network, samples.len().clamp(1, AT_ONCE), machine);
        let order: Vec<u32> = (0..samples.len() as u32).collect();
        for indices in order.chunks(AT_ONCE) {
            batch.forward(machine, network, indices, |indices, block, labels| {
                samples.fill(indices, block, labels);
            });
            batch.outputs().for_each(|outputs| values.extend_from_slice(outputs));
        }
        FeatureRows::new(network.outputs(), values, samples.labels().to_vec())
    }
}
