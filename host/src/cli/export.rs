//! `gradito export`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueHint};
use gradito_core::image::{Element, Image};
use gradito_link::board::Board;
use serde::Serialize;

use super::CliError;
use super::output::{hex, one_line, print, print_json};
use super::values::board;
use crate::export::{self, ExportError, Format, slots};
use crate::model::{AnyModel, Destination, Imaged, ModelError};
use crate::terminal;

/// Its flags.
#[derive(Args, Debug)]
pub struct ExportArguments {
    /// The model image
    #[arg(value_hint = ValueHint::FilePath)]
    pub model: PathBuf,
    /// bin, hex, uf2, c, rust, safetensors or onnx
    #[arg(long, value_name = "FORMAT")]
    pub format: Format,
    /// Board that the model is for; hex and uf2 need one
    ///
    /// It says where in flash the model belongs. A model that does not fit the board is refused,
    /// whatever the format.
    #[arg(long, value_name = "BOARD", value_parser = board)]
    pub board: Option<&'static Board>,
    /// Where it goes [default: the model's name]
    ///
    /// Unless given, it goes to the current folder, under the name of the model with the extension
    /// of the format. c writes a header beside the source.
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub out: Option<PathBuf>,
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// What `export --json` prints.
#[derive(Serialize)]
struct Report {
    format: &'static str,
    board: Option<&'static str>,
    address: Option<u32>,
    digest: String,
    files: Vec<File>,
}

/// A file that was written.
#[derive(Serialize)]
struct File {
    path: String,
    bytes: usize,
}

/// Writes a model in another format.
pub fn run(arguments: &ExportArguments) -> Result<(), CliError> {
    let (digest, bytes) = read(&arguments.model)?;
    let image = Image::from_bytes(&bytes)
        .map_err(|cause| ModelError::Image { path: arguments.model.clone(), cause })?;
    let failed = |cause| CliError::Export { path: arguments.model.clone(), cause };
    if let Some(board) = arguments.board {
        slots::check(board, &image).map_err(failed)?;
    }
    let out = arguments.out.clone().unwrap_or_else(|| default_out(arguments));
    let contents = contents(arguments, &image, &out)?;
    let mut places = Vec::new();
    for (path, _) in &contents {
        if is_same_file(path, &arguments.model) {
            let (path, one, other) = (path.clone(), "MODEL", "--out");
            return Err(CliError::SameFile { path, one, other });
        }
        places.push(Destination::new(path)?);
    }
    for (place, (_, content)) in places.iter().zip(&contents) {
        place.write(content)?;
    }
    report(arguments, digest, &contents)
}

/// The digest of the model in a file, and its image.
pub(super) fn read(path: &Path) -> Result<([u8; 32], Vec<u8>), CliError> {
    let model = AnyModel::read(path)?;
    let model: &dyn Imaged = match &model {
        AnyModel::F32(model) => model,
        AnyModel::Quantized(model) => model,
    };
    let bytes =
        model.image().map_err(|cause| ModelError::Image { path: path.to_owned(), cause })?;
    Ok((model.parameters_digest(), bytes))
}

/// The model's name with the extension of the format, in the current folder.
fn default_out(arguments: &ExportArguments) -> PathBuf {
    let name = arguments.model.file_name().unwrap_or(arguments.model.as_os_str());
    Path::new(name).with_extension(arguments.format.extension())
}

/// Whether both name one file that is there.
fn is_same_file(one: &Path, other: &Path) -> bool {
    match (std::fs::canonicalize(one), std::fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

/// The files to be written, and what goes into them.
fn contents(
    arguments: &ExportArguments,
    image: &Image<'_>,
    out: &Path,
) -> Result<Vec<(PathBuf, Vec<u8>)>, CliError> {
    let failed = |cause| CliError::Export { path: arguments.model.clone(), cause };
    // What lies in flash is of any type; other tools know `f32`.
    if image.element() != Element::F32 && !arguments.format.is_for_slot() {
        let (element, format) = (image.element(), arguments.format.title());
        return Err(failed(ExportError::Quantized { element, format }));
    }
    let stages = image.provenance().input.stages();
    if !stages.is_none()
        && matches!(arguments.format, Format::C | Format::Safetensors | Format::Onnx)
    {
        let format = arguments.format.title();
        return Err(failed(ExportError::Stages { stages, format }));
    }
    let bytes = match (arguments.format, arguments.board) {
        (format @ (Format::Hex | Format::Uf2), None) => {
            return Err(CliError::NeedsBoard { format });
        }
        (Format::Hex, Some(board)) => hex_file(board, image, &arguments.model)?.into_bytes(),
        (Format::Uf2, Some(board)) => {
            let name = board.name;
            let family = board.uf2_family.ok_or(failed(ExportError::NoFamily { board: name }))?;
            export::uf2::write(&slots::pieces(board, image).map_err(failed)?, family)
        }
        (Format::Bin, _) => image.as_bytes().to_vec(),
        (Format::Rust, _) => export::rust::write(image).into_bytes(),
        (Format::Safetensors, _) => export::safetensors::write(image),
        (Format::Onnx, _) => export::onnx::write(image),
        (Format::C, _) => {
            let files = export::c::write(image, out).map_err(|cause| match cause {
                ExportError::Name => CliError::Export { path: out.to_owned(), cause },
                _ => failed(cause),
            })?;
            return Ok(vec![
                (files.header_path, files.header.into_bytes()),
                (files.source_path, files.source.into_bytes()),
            ]);
        }
    };
    Ok(vec![(out.to_owned(), bytes)])
}

/// Intel HEX that makes `image` the model of `board`.
pub(super) fn hex_file(
    board: &'static Board,
    image: &Image<'_>,
    model: &Path,
) -> Result<String, CliError> {
    let failed = |cause| CliError::Export { path: model.to_owned(), cause };
    let pieces = slots::pieces(board, image).map_err(failed)?;
    Ok(export::hex::write(&pieces))
}

/// Prints what was written.
fn report(
    arguments: &ExportArguments,
    digest: [u8; 32],
    contents: &[(PathBuf, Vec<u8>)],
) -> Result<(), CliError> {
    let board = arguments.board.filter(|_| arguments.format.is_for_slot());
    let files = contents
        .iter()
        .map(|(path, content)| File { path: path.display().to_string(), bytes: content.len() });
    let report = Report {
        format: arguments.format.name(),
        board: board.map(|board| board.name),
        address: board.map(|board| board.slots[0].start),
        digest: hex(&digest),
        files: files.collect(),
    };
    if arguments.json {
        return print_json(&report);
    }
    let mut text = String::new();
    let mut what = arguments.format.title().to_owned();
    if let Some(board) = board {
        let _ = write!(what, " for the {} at {:#010x}", board.name, board.slots[0].start);
    }
    for File { path, bytes } in &report.files {
        let size = terminal::bytes(*bytes as u64);
        let _ = writeln!(text, "{} ({what}, {size})", one_line(path));
    }
    print(&text)
}
