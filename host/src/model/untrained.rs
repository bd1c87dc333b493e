//! Models before training.

use gradito_core::Network;
use gradito_core::image::Provenance;
use gradito_core::kind::OptimizerKind;

use super::{Model, image_input};
use crate::data::Data;
use crate::network::PackedNetwork;
use crate::training::Settings;

impl Model {
    /// The model that training by `settings` on `data` starts from.
    ///
    /// # Panics
    ///
    /// If the settings have no layers, which no topology has.
    pub fn untrained(settings: &Settings, data: &Data) -> Self {
        let provenance = provenance(settings, data);
        let mut network = PackedNetwork::new(&settings.shapes())
            .expect("a topology has a layer, no width of 0, and its widths meet");
        network.initialize(settings.init, settings.seed);
        Self { network, provenance, input: data.input.clone(), classes: data.classes.clone() }
    }
}

/// Where a model comes from that training by `settings` on `data` makes, before it is trained.
pub fn provenance(settings: &Settings, data: &Data) -> Provenance {
    let optimizer = match settings {
        Settings { momentum: 0.0, .. } => OptimizerKind::Sgd,
        Settings { nesterov: true, .. } => OptimizerKind::Nesterov,
        _ => OptimizerKind::Momentum,
    };
    Provenance {
        input: image_input(&data.input),
        cost: settings.cost,
        optimizer,
        init: settings.init,
        seed: settings.seed,
        epochs: 0,
        batch: settings.batch as u32,
        steps: 0,
        eta: settings.eta,
        momentum: settings.momentum,
        l2: settings.l2,
        train_samples: data.train.len() as u32,
        test_samples: 0,
        test_correct: 0,
        gradito: version(),
        data_digest: data.digest,
        parent_digest: [0; 32],
    }
}

/// This version, filled up with zeros.
pub fn version() -> [u8; 16] {
    let mut version = [0; 16];
    for (target, byte) in version.iter_mut().zip(env!("CARGO_PKG_VERSION").bytes()) {
        *target = byte;
    }
    version
}
