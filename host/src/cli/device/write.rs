//! `gradito device write`.

use serde::Serialize;

use super::arguments::WriteArguments;
use super::connect::{Wanted, connect};
use crate::cli::output::{hex, one_line, print, print_json};
use crate::cli::{CliError, progress};
use crate::device::firmware::Variant;
use crate::device::{DeviceError, fit};
use crate::model::{AnyModel, Imaged, ModelError};
use crate::terminal;

/// What `device write --json` prints.
#[derive(Serialize)]
struct Report {
    board: String,
    slot: u8,
    generation: u32,
    bytes: usize,
    digest: String,
}

/// Writes a model to the slot that is not in use; it becomes current when it is whole.
pub fn run(arguments: &WriteArguments) -> Result<(), CliError> {
    match AnyModel::read(&arguments.model)? {
        AnyModel::F32(model) => write(arguments, &model, &Variant::inference(&model)),
        AnyModel::Quantized(model) => write(arguments, &model, &Variant::quantized(&model)),
    }
}

fn write(
    arguments: &WriteArguments,
    model: &dyn Imaged,
    variant: &Variant,
) -> Result<(), CliError> {
    let failed = |cause| ModelError::Image { path: arguments.model.clone(), cause };
    let image = model.image().map_err(failed)?;
    let wanted = Wanted { variant: Some(variant), model: None };
    let (mut client, identity) = connect(&arguments.target, &wanted)?;
    let name = client.name().to_owned();
    let file = one_line(&arguments.model.display().to_string());
    fit::check(&identity, variant, &name, &file)?;
    let bar = progress::bar(image.len() as u64);
    bar.set_message("writing");
    let written = client.write(&image, |bytes| bar.set_position(bytes as u64));
    bar.finish_and_clear();
    written?;
    let identity = client.hello()?;
    let digests = client.digests()?;
    let (Ok(stored), true) = (identity.model, digests.parameters == model.parameters_digest())
    else {
        return Err(DeviceError::Unexpected { name }.into());
    };
    let report = Report {
        board: identity.board,
        slot: stored.slot,
        generation: stored.generation,
        bytes: image.len(),
        digest: hex(&digests.parameters),
    };
    if arguments.json {
        return print_json(&report);
    }
    let size = terminal::bytes(report.bytes as u64);
    let Report { slot, generation, digest, .. } = report;
    print(&format!(
        "model          {size}, slot {slot}, generation {generation}, in use\n\
         digest         {digest}\n"
    ))
}
