//! `gradito device read`.

use std::path::PathBuf;

use gradito_core::kind::OptimizerKind;
use gradito_core::layer::LayerShape;
use serde::Serialize;

use super::arguments::ReadArguments;
use super::connect::{Wanted, connect};
use super::train::with_parameters;
use crate::cli::output::{count, hex, one_line, print, print_json};
use crate::cli::start::Parent;
use crate::cli::{CliError, progress};
use crate::device::DeviceError;
use crate::device::firmware::Variant;
use crate::model::{Destination, Imaged, Model, ModelError};
use crate::terminal;

/// What `device read --json` prints.
#[derive(Serialize)]
struct Report {
    board: String,
    bytes: usize,
    digest: String,
    /// Digest of the model in flash, if what was learnt since is in the file.
    parent: Option<String>,
    steps: u32,
    model: String,
}

/// Reads the model of a device: with what it has learnt, if it has.
pub fn run(arguments: &ReadArguments) -> Result<(), CliError> {
    let destination = Destination::new(&arguments.out)?;
    let parent = arguments.model.as_deref().map(Parent::read).transpose()?;
    let variant = parent.as_ref().map(|parent| Variant::inference(&parent.model));
    let wanted = Wanted {
        variant: variant.as_ref(),
        model: parent.as_ref().map(|parent| (&parent.model as &dyn Imaged, parent.path.as_path())),
    };
    let (mut client, identity) = connect(&arguments.target, &wanted)?;
    let name = client.name().to_owned();
    let stored = identity.model.map_err(|why| {
        let write = "gradito device write MODEL".to_owned();
        DeviceError::Model { name: name.clone(), why, write }
    })?;
    let bar = progress::bar(stored.length.into());
    bar.set_message("reading");
    let read = client.image(stored.length as usize, |bytes| bar.set_position(bytes as u64));
    bar.finish_and_clear();
    let bytes = read?;
    let failed = |cause| ModelError::Image { path: PathBuf::from(&name), cause };
    let mut model = Model::from_bytes(&bytes).map_err(failed)?;
    let digests = client.digests()?;
    let learnt = digests.training.filter(|training| training.steps > 0);
    let parent = learnt.map(|_| model.digest());
    let image = match learnt {
        None => bytes,
        Some(training) => {
            let count = model.network.shapes().iter().map(LayerShape::parameters).sum();
            let parameters = client.parameters(count)?;
            let first = model.digest();
            model = with_parameters(&model, &parameters);
            let provenance = &mut model.provenance;
            provenance.parent_digest = first;
            provenance.optimizer = OptimizerKind::Sgd;
            (provenance.momentum, provenance.l2, provenance.eta) = (0.0, 0.0, training.eta);
            (provenance.steps, provenance.epochs) = (training.steps.into(), 0);
            // What a device saw has no order of its own to be divided: its digest stands for it.
            provenance.train_samples = training.samples;
            provenance.data_digest = training.samples_digest;
            (provenance.test_samples, provenance.test_correct) = (0, 0);
            provenance.gradito = crate::model::version();
            model.to_bytes().map_err(failed)?
        }
    };
    // Every byte came with a checksum of its frame; this is that of the whole.
    if model.digest() != digests.parameters {
        return Err(DeviceError::Unexpected { name }.into());
    }
    destination.write(&image)?;
    let report = Report {
        board: identity.board,
        bytes: image.len(),
        digest: hex(&model.digest()),
        parent: parent.map(|digest| hex(&digest)),
        steps: learnt.map_or(0, |training| training.steps),
        model: arguments.out.display().to_string(),
    };
    if arguments.json {
        return print_json(&report);
    }
    let size = terminal::bytes(report.bytes as u64);
    let mut text = format!("model          {} ({size})\n", one_line(&report.model));
    text += &format!("digest         {}\n", report.digest);
    if let Some(parent) = &report.parent {
        let steps = count(report.steps.into(), "step");
        text += &format!("started from   {parent}, {steps} on the device\n");
    }
    print(&text)
}
