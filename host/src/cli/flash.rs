//! `gradito flash`.

use std::ffi::OsString;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use clap::{Args, ValueHint};
use gradito_core::image::Image;
use gradito_link::board::Board;
use serde::Serialize;

use super::CliError;
use super::export::{hex_file, read};
use super::output::{hex, note, one_line, print, print_json};
use super::values::board;
use crate::model::ModelError;

/// Its flags.
#[derive(Args, Debug)]
pub struct FlashArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// The board
    #[arg(long, value_name = "BOARD", value_parser = board)]
    pub board: &'static Board,
    /// Print the commands and run none
    #[arg(long)]
    pub dry_run: bool,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// The program that talks to debug probes.
const PROBE_RS: &str = "probe-rs";

/// What `flash --json` prints.
#[derive(Serialize)]
struct Report {
    board: &'static str,
    address: u32,
    digest: String,
    commands: Vec<String>,
    flashed: bool,
}

/// Writes a model to a board.
pub fn run(arguments: &FlashArguments) -> Result<(), CliError> {
    let board = arguments.board;
    let Some(chip) = board.chip else {
        return Err(CliError::Emulated { board: board.name, model: arguments.model.clone() });
    };
    let (digest, bytes) = read(&arguments.model)?;
    let image = Image::from_bytes(&bytes)
        .map_err(|cause| ModelError::Image { path: arguments.model.clone(), cause })?;
    let text = hex_file(board, &image, &arguments.model)?;
    let mut commands = Vec::new();
    if arguments.dry_run {
        // What makes the file that is a temporary one otherwise.
        let file = Path::new(arguments.model.file_name().unwrap_or_default()).with_extension("hex");
        let export = ["gradito", "export"].map(OsString::from).into_iter();
        let export = export
            .chain([arguments.model.clone().into_os_string()])
            .chain(["--format", "hex", "--board", board.name, "--out"].map(OsString::from));
        commands.push(show(export.chain([file.clone().into_os_string()])));
        commands.extend(steps(chip, &file).map(show));
    } else {
        let folder = tempfile::tempdir().map_err(CliError::Temporary)?;
        let file = folder.path().join("model.hex");
        std::fs::write(&file, text).map_err(CliError::Temporary)?;
        for step in steps(chip, &file) {
            let command = show(step.clone());
            probe_rs(step, &command)?;
            commands.push(command);
        }
    }
    if arguments.json {
        return print_json(&Report {
            board: board.name,
            address: board.slots[0].start,
            digest: hex(&digest),
            commands,
            flashed: !arguments.dry_run,
        });
    }
    if arguments.dry_run {
        return print(&(commands.join("\n") + "\n"));
    }
    let (model, name, at) = (arguments.model.display(), board.name, board.slots[0].start);
    print(&format!("{} is the model of the {name}, at {at:#010x}\n", one_line(&model.to_string())))
}

/// The commands that flash `file` and start the board anew.
fn steps(chip: &str, file: &Path) -> [Vec<OsString>; 2] {
    let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
    let mut download =
        words(&[PROBE_RS, "download", "--chip", chip, "--binary-format", "hex", "--verify"]);
    download.push(file.into());
    [download, words(&[PROBE_RS, "reset", "--chip", chip])]
}

/// Runs one of the steps; what it prints goes to standard error.
fn probe_rs(step: Vec<OsString>, command: &str) -> Result<(), CliError> {
    let child =
        Command::new(PROBE_RS).args(&step[1..]).stdin(Stdio::null()).stdout(io::stderr()).spawn();
    let status = child.and_then(|mut child| {
        note(command);
        child.wait()
    });
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(CliError::ProbeRs { command: command.to_owned(), status }),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Err(CliError::NoProbeRs),
        Err(cause) => Err(CliError::ProbeRsStart { cause }),
    }
}

/// The command as one would type it.
fn show(words: impl IntoIterator<Item = OsString>) -> String {
    let plain = |character: char| character.is_alphanumeric() || "-_./=:+,".contains(character);
    let quoted = |word: OsString| {
        let word = word.to_string_lossy().into_owned();
        match !word.is_empty() && word.chars().all(plain) {
            true => word,
            false => format!("'{}'", word.replace('\'', r"'\''")),
        }
    };
    words.into_iter().map(quoted).collect::<Vec<_>>().join(" ")
}
