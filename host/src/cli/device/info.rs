//! `gradito device info`.

use std::fmt::Write;

use serde::Serialize;

use super::arguments::InfoArguments;
use super::connect::{Wanted, connect};
use super::measure::Room;
use crate::cli::CliError;
use crate::cli::output::{hex, one_line, print, print_json};
use crate::device::firmware::{Variant, inputs, network};
use crate::model::{AnyModel, Imaged};
use crate::terminal;

/// What `device info --json` prints.
#[derive(Serialize)]
struct Report {
    board: String,
    title: Option<&'static str>,
    core: Option<&'static str>,
    gradito: String,
    network: String,
    topology: String,
    inputs: &'static str,
    stages: Option<String>,
    trains: bool,
    cost: Option<&'static str>,
    batch: usize,
    frozen: usize,
    clock_hz: u32,
    ticks_hz: u32,
    frame: usize,
    window: usize,
    writable: bool,
    memory: Room,
    /// The model in use.
    model: Option<InUse>,
    /// What is wrong with it.
    fault: Option<String>,
    requests: u32,
    dropped: u32,
}

/// The model in use.
#[derive(Serialize)]
struct InUse {
    slot: u8,
    generation: u32,
    bytes: u32,
    checksum: String,
    digest: String,
    /// Steps taken since the parameters were loaded.
    steps: Option<u32>,
}

/// Says who answers.
pub fn run(arguments: &InfoArguments) -> Result<(), CliError> {
    let model = arguments.model.as_deref().map(AnyModel::read).transpose()?;
    let found: Option<(Variant, &dyn Imaged)> = model.as_ref().map(|model| match model {
        AnyModel::F32(model) => (Variant::inference(model), model as &dyn Imaged),
        AnyModel::Quantized(model) => (Variant::quantized(model), model as &dyn Imaged),
    });
    let wanted = Wanted {
        variant: found.as_ref().map(|(variant, _)| variant),
        model: found.as_ref().map(|(_, model)| *model).zip(arguments.model.as_deref()),
    };
    let (mut client, identity) = connect(&arguments.target, &wanted)?;
    let statistics = client.statistics()?;
    let model = match identity.model {
        Ok(model) => {
            let digests = client.digests()?;
            Some(InUse {
                slot: model.slot,
                generation: model.generation,
                bytes: model.length,
                checksum: format!("{:08x}", model.checksum),
                digest: hex(&digests.parameters),
                steps: digests.training.map(|training| training.steps),
            })
        }
        Err(_) => None,
    };
    let known = identity.known();
    let report = Report {
        title: known.map(|board| board.title),
        core: known.map(|board| board.core),
        network: network(&identity.layers),
        topology: identity.topology().to_string(),
        inputs: inputs(identity.pixels, identity.bits),
        stages: (!identity.stages.is_none()).then(|| identity.stages.to_string()),
        trains: identity.cost.is_some(),
        cost: identity.cost.map(|cost| cost.name()),
        batch: identity.batch,
        frozen: identity.frozen,
        clock_hz: identity.clock_hz,
        ticks_hz: identity.ticks_hz,
        frame: identity.frame,
        window: identity.window,
        writable: identity.writable,
        memory: Room::of(&identity, &statistics),
        model,
        fault: identity.model.err(),
        requests: statistics.requests,
        dropped: statistics.dropped,
        board: identity.board,
        gradito: identity.gradito,
    };
    if arguments.json {
        return print_json(&report);
    }
    print(&words(&report))
}

/// A report for people.
fn words(report: &Report) -> String {
    let mut text = String::new();
    let title = report.title.unwrap_or("a board that this gradito does not know");
    let _ = writeln!(text, "board          {}: {title}", one_line(&report.board));
    let clock = f64::from(report.clock_hz) / 1e6;
    let core = report.core.unwrap_or("a processor");
    let _ = writeln!(text, "processor      {core} at {clock} MHz");
    let trains = match report.cost {
        Some(cost) if report.frozen > 0 => format!(
            "trains all but {} layers in batches of up to {}, {cost} cost",
            report.frozen, report.batch
        ),
        Some(cost) => format!("trains in batches of up to {}, {cost} cost", report.batch),
        None => "does not train".to_owned(),
    };
    let _ = writeln!(text, "firmware       gradito {}, {trains}", one_line(&report.gradito));
    let stages = report.stages.as_ref().map_or(String::new(), |stages| format!(", {stages}"));
    let _ = writeln!(text, "network        {}, of {}{stages}", report.network, report.inputs);
    text += &report.memory.lines();
    let writes = if report.writable { "a new model can be written" } else { "read-only" };
    match (&report.model, &report.fault) {
        (Some(model), _) => {
            let _ = writeln!(
                text,
                "model          {}, slot {}, generation {}; {writes}",
                terminal::bytes(model.bytes.into()),
                model.slot,
                model.generation
            );
            let _ = writeln!(text, "digest         {}", model.digest);
            if let Some(steps) = model.steps.filter(|&steps| steps > 0) {
                let _ = writeln!(text, "learnt         {steps} steps since the model was loaded");
            }
        }
        (None, fault) => {
            let fault = fault.as_deref().unwrap_or_default();
            let _ = writeln!(text, "model          none: {fault}; {writes}");
        }
    }
    text
}
