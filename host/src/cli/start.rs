//! What a training starts from: a new network or a model, and the data.

use std::path::{Path, PathBuf};

use gradito_core::Network;
use gradito_core::image::Provenance;
use gradito_core::kind::OptimizerKind;

use super::CliError;
use super::arguments::{DataArguments, NetworkArguments, TrainingArguments};
use crate::data::{self, Data, DataOptions};
use crate::model::{Model, image_input};
use crate::network::PackedNetwork;
use crate::training::{Settings, SettingsError};

/// A model that training goes on from.
#[derive(Debug)]
pub struct Parent {
    /// The model.
    pub model: Model,
    /// Its file.
    pub path: PathBuf,
}

impl Parent {
    /// Reads it.
    pub fn read(path: &Path) -> Result<Self, CliError> {
        Ok(Self { model: Model::read(path)?, path: path.to_owned() })
    }
}

/// The settings of a training by plain SGD.
pub fn settings(
    network: &NetworkArguments,
    parent: Option<&Parent>,
    training: &TrainingArguments,
) -> Result<Settings, CliError> {
    if let Some(parent) = parent {
        return settings_of(parent, training);
    }
    let settings = Settings {
        topology: network.layers.clone(),
        activation: network.activation,
        output: network.output,
        cost: network.cost,
        math: network.math,
        init: network.init,
        ..plain(training)
    };
    check_freeze(&settings, training.freeze)?;
    Ok(settings)
}

/// The settings of a training by plain SGD from a model on.
pub fn settings_of(parent: &Parent, training: &TrainingArguments) -> Result<Settings, CliError> {
    let settings = of_model(&parent.model, &parent.path, plain(training))?;
    check_freeze(&settings, training.freeze)?;
    Ok(settings)
}

/// What is the same for every network.
fn plain(training: &TrainingArguments) -> Settings {
    Settings {
        eta: training.eta,
        batch: training.batch.get(),
        epochs: training.epochs.get(),
        steps: training.steps,
        seed: training.seed,
        ..Settings::default()
    }
}

/// Whether a layer is left to be trained.
pub fn check_freeze(settings: &Settings, frozen: usize) -> Result<(), CliError> {
    let layers = settings.shapes().len();
    if frozen < layers {
        Ok(())
    } else {
        Err(CliError::CommandLine(SettingsError::Frozen { frozen, layers }))
    }
}

/// Settings for the network of a model, the rest as in `others`.
pub fn of_model(model: &Model, path: &Path, others: Settings) -> Result<Settings, CliError> {
    let shapes = model.network.shapes();
    let first = shapes.first().copied().unwrap_or_default();
    let last = shapes.last().copied().unwrap_or_default();
    let settings = Settings {
        topology: model.topology(),
        // Of a single layer it is the outputs', which decide.
        activation: if shapes.len() > 1 { first.activation } else { others.activation },
        output: Some(last.activation),
        cost: model.provenance.cost,
        math: first.math,
        init: model.provenance.init,
        ..others
    };
    if settings.shapes() != shapes {
        return Err(CliError::MixedLayers { model: path.to_owned() });
    }
    Ok(settings)
}

/// The data, which fits the settings and the model to start from.
pub fn data(
    arguments: &DataArguments,
    settings: &Settings,
    parent: Option<&Parent>,
) -> Result<Data, CliError> {
    let data = data::load(&DataOptions {
        source: arguments.data.clone(),
        test: arguments.test.clone(),
        label: arguments.label.clone().unwrap_or_default(),
        size: arguments.size,
        prepare: arguments.prepare,
        validation: arguments.validation,
        seed: settings.seed,
    })?;
    settings
        .check_data(&data.name, data.train.len(), data.train.width(), data.classes.len())
        .map_err(CliError::Settings)?;
    if let Some(Parent { model, path }) = parent {
        let what = match () {
            () if data.classes != model.classes => "classes",
            () if data.input != model.input => "inputs, or their scaling,",
            () => return Ok(data),
        };
        let (name, model) = (data.name, path.clone());
        return Err(CliError::OtherData { name, what, model });
    }
    Ok(data)
}

/// Where a model comes from that these settings will train on this data, before it is trained.
pub fn provenance(settings: &Settings, data: &Data, parent: Option<&Parent>) -> Provenance {
    let plain = settings.momentum == 0.0;
    Provenance {
        input: image_input(&data.input),
        cost: settings.cost,
        optimizer: if plain { OptimizerKind::Sgd } else { OptimizerKind::Momentum },
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
        parent_digest: parent.map_or([0; 32], |parent| parent.model.digest()),
    }
}

/// The model before training: the one to start from, or a new one of the settings' seed.
pub fn model(settings: &Settings, data: &Data, parent: Option<&Parent>) -> Model {
    let provenance = provenance(settings, data, parent);
    let network = match parent {
        Some(parent) => parent.model.network.clone(),
        None => {
            let mut network = PackedNetwork::new(&settings.shapes())
                .expect("a topology has a layer, no width of 0, and its widths meet");
            network.initialize(settings.init, settings.seed);
            network
        }
    };
    Model { network, provenance, input: data.input.clone(), classes: data.classes.clone() }
}

/// This version, filled up with zeros.
pub fn version() -> [u8; 16] {
    let mut version = [0; 16];
    for (target, byte) in version.iter_mut().zip(env!("CARGO_PKG_VERSION").bytes()) {
        *target = byte;
    }
    version
}
