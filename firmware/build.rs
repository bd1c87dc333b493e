//! Finds the board and the network that the firmware is built for, and says so in Rust and to the
//! linker.

use std::env;
use std::fs;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::process::exit;

use gradito_core::stage::Stages;
use gradito_link::board::{BOARDS, Board};

/// The layers that a device can tell its host of.
const LAYERS: usize = 12;

/// The file with the network.
const NETWORK: &str = "network.rs";

fn main() {
    if let Err(message) = run() {
        println!("cargo::error={message}");
        exit(1);
    }
}

fn run() -> Result<(), String> {
    let (index, board) = board()?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets no OUT_DIR")?);
    let write = |name: &str, text: String| {
        let path = out.join(name);
        fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    write("memory.x", memory(board))?;
    // Names of interrupt handlers: there are none.
    write("device.x", String::new())?;
    let facts = format!(
        "/// The board's line in the table.\n\
         pub const FACTS: &Board = &BOARDS[{index}];\n"
    );
    write("facts.rs", facts)?;
    println!("cargo::rerun-if-changed={NETWORK}");
    let source = fs::read_to_string(NETWORK).map_err(|error| format!("{NETWORK}: {error}"))?;
    write("network.rs", network(&source)?)?;
    println!("cargo::rustc-link-search={}", out.display());
    for argument in ["--nmagic", "-Tlink.x", "-Tdefmt.x"] {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
    Ok(())
}

/// The board whose feature is on.
fn board() -> Result<(usize, &'static Board), String> {
    let is_on = |board: &Board| {
        let feature = board.name.to_uppercase().replace('-', "_");
        env::var_os(format!("CARGO_FEATURE_{feature}")).is_some()
    };
    let names: Vec<&str> = BOARDS.iter().map(|board| board.name).collect();
    let mut on = BOARDS.iter().enumerate().filter(|(_, board)| is_on(board));
    let (Some((index, board)), None) = (on.next(), on.next()) else {
        return Err(format!(
            "the firmware is built for exactly one board: give --features one of {}",
            names.join(", ")
        ));
    };
    let target = env::var("TARGET").unwrap_or_default();
    if target == board.target {
        Ok((index, board))
    } else {
        Err(format!(
            "{} has a {}: give --target {} instead of {target}",
            board.name, board.core, board.target
        ))
    }
}

/// The memory map for the linker.
fn memory(board: &Board) -> String {
    let (flash, ram) = (board.flash, board.ram);
    format!(
        "MEMORY\n{{\n  \
         FLASH : ORIGIN = {:#010x}, LENGTH = {}\n  \
         RAM : ORIGIN = {:#010x}, LENGTH = {}\n}}\n",
        flash.start, flash.length, ram.start, ram.length
    )
}

/// The types of the network, from the file or the variables that stand for its lines.
fn network(source: &str) -> Result<String, String> {
    let source = Source(source);
    let (layers, place) = source.setting("GRADITO_NETWORK", "type Net = network!(", ");")?;
    let widths: Vec<&str> = layers.split("=>").map(str::trim).collect();
    let (inputs, rest) = widths.split_first().unwrap_or((&"", &[]));
    if !is_number(inputs) || rest.is_empty() || !rest.iter().all(|layer| is_layer(layer)) {
        return Err(format!(
            "{place}: '{layers}' is no network; write it like '784 => 30 Sigmoid => 10 Sigmoid'"
        ));
    }
    if rest.len() > LAYERS {
        return Err(format!("{place}: '{layers}' has more than {LAYERS} layers; take some away"));
    }
    let element = source.choice("GRADITO_ELEMENT", "type Element = ", &ELEMENTS)?;
    let quantized = element != "F32";
    let trains = env::var_os("CARGO_FEATURE_TRAIN").is_some();
    println!("cargo::rustc-check-cfg=cfg(quantized)");
    if quantized {
        println!("cargo::rustc-cfg=quantized");
    }
    if quantized && trains {
        return Err("quantised networks only infer: build without train, or for f32".to_owned());
    }
    if trains && env::var_os("CARGO_FEATURE_PROFILE").is_some() {
        return Err("a profile is one of inference: build with one of train and profile".to_owned());
    }
    let inputs = source.choice("GRADITO_INPUT", "type Inputs = ", &INPUTS)?;
    if inputs == "BitInputs" && !quantized {
        return Err("networks of f32 read bits as pixels: write pixels".to_owned());
    }
    let inputs = match source.stage("GRADITO_STAGE", "STAGE: &str = \"")? {
        None => inputs.to_owned(),
        Some(staged) if inputs == "PixelInputs" => staged,
        Some(_) => return Err("stages are of pixels: write pixels, or no stage".to_owned()),
    };
    let cost = source.choice("GRADITO_COST", "type Cost = ", &COSTS)?;
    let batch = source.number("GRADITO_BATCH", "BATCH: usize = ", 1..=255)?;
    let budget = source.budget("GRADITO_BUDGET", "BUDGET: [usize; 2] = [")?;
    let freeze = source.number("GRADITO_FREEZE", "FREEZE: usize = ", 0..=rest.len() - 1)?;

    let alias =
        |doc: &str, name: &str, value: &str| format!("/// {doc}\npub type {name} = {value};\n");
    let bits = if inputs == "BitInputs" { "bits " } else { "" };
    let net = match element {
        "F32" => format!("network!({layers})"),
        "I8" => format!("quantized!({bits}{layers})"),
        packing => format!("quantized!({packing}: {bits}{layers})"),
    };
    let mut text = alias("The whole, as in a model image.", "Net", &net)
        + &alias("What its inputs are.", "Inputs", &inputs)
        + &format!("/// Bytes of RAM and of flash.\npub const BUDGET: [usize; 2] = {budget:?};\n");
    if trains {
        text += &alias("What training makes small.", "Cost", cost);
        let mut front = "Direct<Inputs>";
        let mut learnt = "Net".to_owned();
        if let Some(last) = freeze.checked_sub(1) {
            let head = widths[..=freeze].join(" => ");
            text += &alias("What stays in flash.", "Head", &format!("network!({head})"));
            front = "InFlash<Head, Inputs>";
            // The outputs of the last frozen layer are the inputs of what is trained.
            let width = rest[last].split(' ').next().unwrap_or_default();
            learnt = format!("network!({width} => {})", rest[freeze..].join(" => "));
        }
        text += &alias("What lies before the layers that are trained.", "Front", front);
        text += &alias("The layers that are trained.", "Learnt", &learnt);
        text += &format!("/// Samples in the largest batch.\npub const BATCH: usize = {batch};\n");
    }
    Ok(text)
}

/// Names of kinds of inputs, and their types.
const INPUTS: [(&str, &str); 3] =
    [("pixels", "PixelInputs"), ("bits", "BitInputs"), ("features", "FeatureInputs")];

/// Names of element types, and what they are called in the file: packed ones as their packing is.
const ELEMENTS: [(&str, &str); 5] =
    [("f32", "F32"), ("i8", "I8"), ("i4", "Nibbles"), ("i2", "Crumbs"), ("ternary", "Trits")];

/// Names of costs, which are their types'.
const COSTS: [(&str, &str); 3] = [
    ("Quadratic", "Quadratic"),
    ("CrossEntropy", "CrossEntropy"),
    ("SoftmaxCrossEntropy", "SoftmaxCrossEntropy"),
];

fn is_number(text: &str) -> bool {
    text.parse::<u32>().is_ok_and(|number| number > 0)
}

/// Whether it is outputs, an activation and, in angle brackets, perhaps its math.
fn is_layer(layer: &str) -> bool {
    let is_word = |text: &str| !text.is_empty() && text.chars().all(char::is_alphanumeric);
    let Some((outputs, activation)) = layer.split_once(' ') else { return false };
    let (name, math) = activation.trim().split_once('<').unwrap_or((activation.trim(), "Poly>"));
    is_number(outputs) && is_word(name) && math.strip_suffix('>').is_some_and(is_word)
}

/// The text of the file with the network.
struct Source<'a>(&'a str);

impl Source<'_> {
    /// What a variable says or, without it, what stands in the file between two texts; and which.
    fn setting(
        &self,
        variable: &'static str,
        before: &str,
        after: &str,
    ) -> Result<(String, &'static str), String> {
        println!("cargo::rerun-if-env-changed={variable}");
        if let Ok(value) = env::var(variable) {
            return Ok((value.trim().to_owned(), variable));
        }
        let found = self.0.split_once(before).and_then(|(_, rest)| rest.split_once(after));
        let (value, _) = found
            .ok_or(format!("{NETWORK} has no line with '{before}…{after}'; write it again"))?;
        Ok((value.trim().to_owned(), NETWORK))
    }

    /// A setting that is one of several names, or of their types.
    fn choice(
        &self,
        variable: &'static str,
        before: &str,
        choices: &[(&str, &'static str)],
    ) -> Result<&'static str, String> {
        let (value, place) = self.setting(variable, before, ";")?;
        let known = choices.iter().find(|(name, rust)| value == *name || value == *rust);
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        known.map(|(_, rust)| *rust).ok_or(format!(
            "{place}: '{value}' is none of {}; write one of these",
            names.join(", ")
        ))
    }

    /// A setting that is bytes of RAM and bytes of flash, or `ALL`.
    fn budget(&self, variable: &'static str, before: &str) -> Result<[usize; 2], String> {
        let (value, place) = self.setting(variable, before, "];")?;
        let share = |text: &str| match text.trim() {
            "ALL" => Some(u32::MAX as usize),
            number => number.replace('_', "").parse().ok(),
        };
        let shares =
            value.split_once(',').and_then(|(ram, flash)| Some([share(ram)?, share(flash)?]));
        shares.ok_or(format!(
            "{place}: '{value}' is no budget; write bytes of RAM and bytes of flash, like '3072, ALL'"
        ))
    }

    /// A setting that is stages and the size of an image, as the type of such inputs; `None` if there
    /// are no stages.
    fn stage(&self, variable: &'static str, before: &str) -> Result<Option<String>, String> {
        let (value, place) = self.setting(variable, before, "\";")?;
        if value == "none" {
            return Ok(None);
        }
        let parsed = value.split_once(" of ").and_then(|(stages, size)| {
            let stages: Stages = stages.parse().ok()?;
            let (width, height) = size.split_once('x')?;
            let (width, height): (u32, u32) = (width.parse().ok()?, height.parse().ok()?);
            stages.sides(width, height).map(|_| (stages.code(), width, height))
        });
        let (code, width, height) = parsed.ok_or(format!(
            "{place}: '{value}' is no stage; write none, or stages and the image they fit, like \
             'deskew,pool2 of 28x28'"
        ))?;
        Ok(Some(format!("StagedInputs<{code}, {width}, {height}, {}>", width * height)))
    }

    /// A setting that is a number.
    fn number(
        &self,
        variable: &'static str,
        before: &str,
        range: RangeInclusive<usize>,
    ) -> Result<usize, String> {
        let (value, place) = self.setting(variable, before, ";")?;
        let number = value.parse().ok().filter(|number| range.contains(number));
        let (from, to) = (range.start(), range.end());
        number.ok_or(format!("{place}: '{value}' is no number from {from} to {to}; write one"))
    }
}
