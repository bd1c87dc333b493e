//! Whether a device's firmware is the one for a model.

use thiserror::Error;

use super::Identity;
use super::firmware::{Variant, inputs, network};
use crate::data::Stages;

/// What a firmware is built for and a model is not; with the line to change.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error(
    "{name}: its firmware is built for {found}, and {model} needs {wanted}; build it with {change}"
)]
pub struct Misfit {
    /// The device.
    pub name: String,
    /// The model.
    pub model: String,
    /// What the firmware has.
    pub found: String,
    /// What the model has.
    pub wanted: String,
    /// How to build the firmware for the model.
    pub change: String,
}

/// Whether the device `identity`, called `name`, is built for `variant`, what `model` needs.
///
/// # Errors
///
/// The first thing that differs.
pub fn check(
    identity: &Identity,
    variant: &Variant,
    name: &str,
    model: &str,
) -> Result<(), Misfit> {
    let misfit = |found: String, wanted: String, change: String| Misfit {
        name: name.to_owned(),
        model: model.to_owned(),
        found,
        wanted,
        change,
    };
    let variable = |wanted: &'static str| {
        let mut variables = variant.variables().into_iter();
        variables.find_map(|(name, value)| {
            (name == wanted).then(|| format!("{name}=\"{value}\", or change firmware/network.rs"))
        })
    };
    let change = |wanted: &'static str| variable(wanted).unwrap_or_default();
    let (found, wanted) = (network(&identity.layers), network(&variant.layers));
    if found != wanted {
        return Err(misfit(found, wanted, change("GRADITO_NETWORK")));
    }
    if identity.element != variant.element {
        let (found, wanted) = (identity.element.to_string(), variant.element.to_string());
        return Err(misfit(found, wanted, change("GRADITO_ELEMENT")));
    }
    let found = inputs(identity.pixels, identity.bits).to_owned();
    let wanted = inputs(variant.pixels, variant.bits).to_owned();
    if found != wanted {
        return Err(misfit(found, wanted, change("GRADITO_INPUT")));
    }
    let stages = variant.staged.map_or(Stages::NONE, |staged| staged.stages);
    if identity.stages != stages {
        let stage = |stages: Stages| format!("the stage {stages}");
        return Err(misfit(stage(identity.stages), stage(stages), change("GRADITO_STAGE")));
    }
    let Some(batch) = variant.batch else { return Ok(()) };
    let Some(cost) = identity.cost else {
        let change = format!("--features {}", variant.features(&identity.board));
        return Err(misfit("inference alone".to_owned(), "training".to_owned(), change));
    };
    if cost != variant.cost {
        let (found, wanted) = (format!("the cost {cost}"), variant.cost.to_string());
        return Err(misfit(found, wanted, change("GRADITO_COST")));
    }
    if identity.batch < batch {
        let found = format!("batches of {}", identity.batch);
        return Err(misfit(found, batch.to_string(), change("GRADITO_BATCH")));
    }
    if identity.frozen != variant.frozen {
        let found = format!("{} frozen layers", identity.frozen);
        return Err(misfit(found, variant.frozen.to_string(), change("GRADITO_FREEZE")));
    }
    Ok(())
}
