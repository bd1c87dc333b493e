//! What a training starts from: a new network or a model, and the data.

use std::path::{Path, PathBuf};

use super::CliError;
use super::arguments::{DataArguments, NetworkArguments, TrainingArguments};
use super::eval::shades;
use crate::data::{self, Data, DataError, DataOptions, Shades, Stages};
use crate::model::Model;
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
    let shades = match parent {
        Some(parent) => shades(&parent.model.input),
        None if arguments.bits => Shades::Two,
        None => Shades::All,
    };
    let stages = parent.map_or(arguments.stage, |parent| parent.model.input.stages());
    let data = load(arguments, shades, stages, settings.seed)?;
    settings
        .check_data(&data.name, data.train.len(), data.input.inputs(), data.classes.len())
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

/// The data, with pixels of so many shades, for these stages, and divided by that seed.
pub fn load(
    arguments: &DataArguments,
    shades: Shades,
    stages: Stages,
    seed: u64,
) -> Result<Data, DataError> {
    data::load(&DataOptions {
        source: arguments.data.clone(),
        test: arguments.test.clone(),
        label: arguments.label.clone().unwrap_or_default(),
        size: arguments.size,
        prepare: arguments.prepare,
        shades,
        stages,
        validation: arguments.validation,
        seed,
    })
}

/// The model before training: the one to start from, or a new one of the settings' seed.
pub fn model(settings: &Settings, data: &Data, parent: Option<&Parent>) -> Model {
    let mut model = Model::untrained(settings, data);
    if let Some(parent) = parent {
        model.network = parent.model.network.clone();
        model.provenance.parent_digest = parent.model.digest();
    }
    model
}
