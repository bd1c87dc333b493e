//! From the command line to a device that answers, with the right model in it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use gradito_link::board::Board;

use super::arguments::{BulkTarget, Place, Target};
use super::greeting;
use crate::cli::output::{hex, note, one_line};
use crate::cli::{CliError, interrupt};
use crate::device::bulk::Bulk;
use crate::device::emulator::Launch;
use crate::device::firmware::{self, Variant};
use crate::device::serial::Serial;
use crate::device::{Client, DeviceError, Identity, Link, Patience, Transport, fit};
use crate::model::{Imaged, ModelError};

/// What the device is to be.
pub struct Wanted<'a> {
    /// What its firmware is built for; `None` for any firmware.
    pub variant: Option<&'a Variant>,
    /// The model it is to run, and the model's file.
    pub model: Option<(&'a dyn Imaged, &'a Path)>,
}

/// Finds the device and asks it one thing at a time.
pub fn connect(target: &Target, wanted: &Wanted<'_>) -> Result<(Client, Identity), CliError> {
    let stop = interrupt::listen(|| {})?;
    let line = line(target, wanted, &stop)?;
    let mut client = Client::new(line, stop, Patience::default());
    let identity = meet(&mut client, wanted)?;
    Ok((client, identity))
}

/// Starts an emulated board that takes all that it is asked at once.
fn bulk(target: &Target, wanted: &Wanted<'_>) -> Result<(Bulk, Identity), CliError> {
    let stop = interrupt::listen(|| {})?;
    let Place::Emulated(board) = target.place() else {
        unreachable!("--bulk and --port exclude each other")
    };
    // Boards that are real parts, too, have nothing that reads files.
    if board.chip.is_some() {
        return Err(DeviceError::NoFiles { board: board.name }.into());
    }
    let mut bulk = Bulk::new(launch(target, board, wanted, &stop)?, stop);
    let identity = meet(&mut bulk, wanted)?;
    Ok((bulk, identity))
}

/// Opens it as is asked for.
pub fn open(
    target: &BulkTarget,
    wanted: &Wanted<'_>,
) -> Result<(Box<dyn Link>, Identity), CliError> {
    if target.bulk {
        let (bulk, identity) = bulk(&target.device, wanted)?;
        return Ok((Box::new(bulk), identity));
    }
    let (client, identity) = connect(&target.device, wanted)?;
    Ok((Box::new(client), identity))
}

/// [`open`], and forgets what a board may have learnt before.
pub fn open_anew(
    target: &BulkTarget,
    wanted: &Wanted<'_>,
) -> Result<(Box<dyn Link>, Identity), CliError> {
    if target.bulk {
        return open(target, wanted);
    }
    let (mut client, identity) = connect(&target.device, wanted)?;
    client.reset()?;
    Ok((Box::new(client), identity))
}

/// The line to the device.
fn line(
    target: &Target,
    wanted: &Wanted<'_>,
    stop: &AtomicBool,
) -> Result<Box<dyn Transport>, CliError> {
    Ok(match target.place() {
        Place::Port(name) => Box::new(Serial::open(name, target.baud.get())?),
        Place::Emulated(board) => Box::new(launch(target, board, wanted, stop)?.serial()?),
    })
}

/// An emulated board with the model in its flash.
fn launch(
    target: &Target,
    board: &'static Board,
    wanted: &Wanted<'_>,
    stop: &AtomicBool,
) -> Result<Launch, CliError> {
    let firmware = match &target.firmware {
        Some(path) => path.clone(),
        None => build(board, wanted.variant, stop)?,
    };
    let image = match wanted.model {
        None => None,
        Some((model, path)) => {
            let failed = |cause| ModelError::Image { path: path.to_owned(), cause };
            Some(model.image().map_err(failed)?)
        }
    };
    Ok(Launch::new(board, &firmware, image.as_deref())?)
}

/// Builds the firmware of the checkout that the current folder is in.
fn build(board: &Board, variant: Option<&Variant>, stop: &AtomicBool) -> Result<PathBuf, CliError> {
    let here = std::env::current_dir().map_err(DeviceError::Temporary)?;
    let folder = firmware::folder(&here)?;
    let network = variant
        .map_or(String::new(), |variant| format!(" for {}", firmware::network(&variant.layers)));
    let folder_name = one_line(&folder.display().to_string());
    note(&format!("building the firmware in {folder_name} of the {}{network}", board.name));
    let built = firmware::build(&folder, board, variant);
    // A terminal interrupts cargo, too.
    if stop.load(Ordering::Relaxed) {
        return Err(DeviceError::Interrupted.into());
    }
    Ok(built?)
}

/// Hears who answers, and whether it is what is wanted.
fn meet(link: &mut dyn Link, wanted: &Wanted<'_>) -> Result<Identity, CliError> {
    let identity = greeting::hello(link)?;
    let name = link.name().to_owned();
    let Some((model, path)) = wanted.model else { return Ok(identity) };
    let file = one_line(&path.display().to_string());
    if let Some(variant) = wanted.variant {
        fit::check(&identity, variant, &name, &file)?;
    }
    let write = format!("gradito device write {file}");
    if let Err(fault) = &identity.model {
        return Err(DeviceError::Model { name, why: fault.clone(), write }.into());
    }
    let (_, digests) = greeting::hello_and_digests(link)?;
    let (found, wanted) = (hex(&digests.parameters), hex(&model.parameters_digest()));
    if found != wanted {
        let why = format!("it runs another model, digest {found}, not {wanted}");
        return Err(DeviceError::Model { name, why, write }.into());
    }
    Ok(identity)
}
