//! The constants of gradito's cost model: measured on networks that differ in all that it counts,
//! and written to `host/src/footprint/measured.rs`.

use std::fmt::Write;

use serde_json::Value;

use super::program::Program;
use super::sets::{self, Fill, Set};
use super::squares;
use crate::firmware::BOARDS;
use crate::shell::{self, cargo, root};

/// As in `host/src/footprint/work.rs`.
const TERMS: usize = 15;
const CODE_TERMS: usize = 5;

/// Where the constants are.
const FILE: &str = "host/src/footprint/measured.rs";

/// A network that is measured, on square images.
struct Sample {
    layers: &'static str,
    side: usize,
    /// Its activation and its cost.
    flags: &'static str,
}

const fn sample(layers: &'static str, side: usize, flags: &'static str) -> Sample {
    Sample { layers, side, flags }
}

const RELU: &str = "--activation relu --cost softmax --eta 0.1";
const TANH: &str = "--activation tanh --cost softmax --eta 0.1";

/// Small and large, shallow and deep, widths that fill blocks and that do not.
const SAMPLES: [Sample; 8] = [
    sample("784-30-10", 28, ""),
    sample("784-16-10", 28, RELU),
    sample("196-64-10", 14, TANH),
    sample("196-24-20-10", 14, RELU),
    sample("196-10", 14, "--cost cross-entropy"),
    sample("784-10-33-10", 28, "--cost cross-entropy"),
    sample("64-40-12-10", 8, "--activation tanh"),
    sample("784-48-10", 28, RELU),
];

/// What can be trained in 16 KiB, with so many layers left in flash.
const SMALL: [(Sample, usize); 5] = [
    (sample("196-10", 14, "--cost cross-entropy"), 0),
    (sample("64-20-10", 8, RELU), 0),
    (sample("64-16-12-10", 8, ""), 0),
    (sample("784-30-10", 28, ""), 1),
    (sample("196-64-10", 14, TANH), 1),
];

/// Kinds of firmware, as the program calls them, and what of each is as on which other board.
#[derive(Clone, Copy, PartialEq)]
enum Purpose {
    Inference,
    Training,
    Bytes,
    Bits,
}

impl Purpose {
    /// Inference comes first: frozen layers are no more than that.
    const ALL: [Self; 4] = [Self::Inference, Self::Training, Self::Bytes, Self::Bits];

    const fn name(self) -> &'static str {
        match self {
            Self::Inference => "f32",
            Self::Training => "f32 training",
            Self::Bytes => "i8",
            Self::Bits => "i8 bits",
        }
    }

    const fn variant(self) -> &'static str {
        match self {
            Self::Inference => "Inference",
            Self::Training => "Training",
            Self::Bytes => "Bytes",
            Self::Bits => "Bits",
        }
    }
}

/// Samples of a batch of training.
const BATCH: u64 = 4;

/// A measurement.
struct Point {
    frozen: Option<[f64; TERMS]>,
    terms: [f64; TERMS],
    instructions: f64,
}

/// All measurements of a kind of firmware on a board.
struct Found {
    board: &'static str,
    core: String,
    purpose: Purpose,
    points: Vec<Point>,
    code: Vec<([f64; CODE_TERMS], f64)>,
    statics: u64,
    stack: u64,
}

pub fn run() -> Result<(), String> {
    let program = Program::build()?;
    let mut all = Vec::new();
    for board in BOARDS {
        for purpose in Purpose::ALL {
            all.push(measure(&program, board.name, purpose)?);
        }
    }
    let mut text = String::from(
        "//! What `cargo xtask instructions --fit` measured and wrote.\n\n\
         use super::Purpose;\n\
         use super::measure::{Count, Room};\n\n\
         /// Instructions, by processor core.\n\
         pub const COUNTS: &[Count] = &[\n",
    );
    let mut fitted: Vec<(String, Purpose, [f64; TERMS])> = Vec::new();
    for purpose in Purpose::ALL {
        for core in ["Cortex-M4F", "Cortex-M3", "Cortex-M0"] {
            let inference = fitted
                .iter()
                .find(|(name, purpose, _)| name == core && *purpose == Purpose::Inference);
            let front = inference.map_or([0.0; TERMS], |(.., each)| *each);
            let same = all.iter().filter(|found| found.core == core && found.purpose == purpose);
            let points: Vec<_> = same
                .flat_map(|found| &found.points)
                .map(|point| {
                    let frozen = point.frozen.map_or(0.0, |terms| dot(&terms, &front));
                    (point.terms, point.instructions - frozen)
                })
                .collect();
            let each = squares::fit(&points);
            eprintln!(
                "{core}, {}: {} points, at most {:.1} % off",
                purpose.name(),
                points.len(),
                100.0 * squares::worst(&points, &each)
            );
            let _ = writeln!(
                text,
                "Count {{ core: {core:?}, purpose: Purpose::{}, instructions: {} }},",
                purpose.variant(),
                numbers(&each)
            );
            fitted.push((core.to_owned(), purpose, each));
        }
    }
    text += "];\n\n/// Room, by board.\npub const ROOMS: &[Room] = &[\n";
    for Found { board, purpose, code, statics, stack, .. } in &all {
        let _ = writeln!(
            text,
            "Room {{ board: {board:?}, purpose: Purpose::{}, code: {}, statics: {statics}, \
             stack: {stack} }},",
            purpose.variant(),
            numbers(&squares::fit(code))
        );
    }
    text += "];\n";
    let path = root().join(FILE);
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    shell::run(&mut cargo(["fmt", "--package", "gradito"]))
}

fn dot(terms: &[f64; TERMS], each: &[f64; TERMS]) -> f64 {
    terms.iter().zip(each).map(|(term, each)| term * each).sum()
}

/// Numbers as Rust writes them, with as many digits as mean something.
fn numbers<const N: usize>(values: &[f64; N]) -> String {
    let words = values.iter().map(|value| format!("{:?}", (value * 100.0).round() / 100.0));
    format!("[{}]", words.collect::<Vec<_>>().join(", "))
}

fn measure(program: &Program, board: &'static str, purpose: Purpose) -> Result<Found, String> {
    let mut found = Found {
        board,
        core: String::new(),
        purpose,
        points: Vec::new(),
        code: Vec::new(),
        statics: 0,
        stack: 0,
    };
    let is_small = board == "microbit";
    if is_small && purpose == Purpose::Training {
        for (sample, frozen) in &SMALL {
            found.add(program, sample, *frozen, &Fill::ALL)?;
        }
        return Ok(found);
    }
    for (index, sample) in SAMPLES.iter().enumerate() {
        // 150 KB of f32 are too much for a slot of the small board.
        let fits = !(is_small && purpose == Purpose::Inference && index == 7);
        // The same processor as another board: only its room is new.
        let fills = if board == "stm32f405" { &Fill::ALL[1..2] } else { &Fill::ALL[..] };
        if fits && (board != "stm32f405" || index < 5) {
            found.add(program, sample, 0, fills)?;
        }
    }
    Ok(found)
}

impl Found {
    /// Measures a network on images of each of some fills.
    fn add(
        &mut self,
        program: &Program,
        sample: &Sample,
        frozen: usize,
        fills: &[Fill],
    ) -> Result<(), String> {
        let Sample { layers, side, flags } = sample;
        let taught = Set { side: *side, fill: Fill::Third };
        sets::write(program, taught)?;
        let bits = if self.purpose == Purpose::Bits { " --bits" } else { "" };
        let parent = format!("{layers}{bits}.gradito").replace(' ', "");
        let data = taught.name();
        let line = format!(
            "train --layers {layers} {flags}{bits} --data @{data} --steps 1 --batch 4 --out {parent}"
        );
        program.model(&parent, &line)?;
        let mut model = parent.clone();
        if matches!(self.purpose, Purpose::Bytes | Purpose::Bits) {
            model = format!("i8-{parent}");
            program.model(&model, &format!("quantize {parent} --data @{data} --out {model}"))?;
        }
        for &fill in fills {
            let set = Set { side: *side, fill };
            sets::write(program, set)?;
            self.add_set(program, &model, &set.name(), frozen)?;
        }
        Ok(())
    }

    fn add_set(
        &mut self,
        program: &Program,
        model: &str,
        data: &str,
        frozen: usize,
    ) -> Result<(), String> {
        let board = self.board;
        let line = format!(
            "inspect {model} --board {board} --data @{data} --batch {BATCH} --freeze {frozen}"
        );
        let costs = &program.json(&line)?["costs"];
        let works = costs["works"].as_array().into_iter().flatten();
        let mut works = works.filter(|work| work["purpose"] == self.purpose.name());
        let work = works.next().ok_or(format!("{line}: no work"))?;
        let report = if self.purpose == Purpose::Training {
            program.emulated(&format!(
                "device train {model} --emulate {board} --steps 3 --batch {BATCH} --eta 0.001 \
                 --freeze {frozen} --data @{data}"
            ))?
        } else {
            program.emulated(&format!(
                "device test {model} --emulate {board} --samples 3 --data @{data}"
            ))?
        };
        let number = |value: &Value| value.as_f64().ok_or("a figure is missing".to_owned());
        let memory = &report["memory"];
        let samples = if self.purpose == Purpose::Training { BATCH as f64 } else { 1.0 };
        self.points.push(Point {
            frozen: array(&work["frozen"]).ok(),
            terms: array(&work["terms"])?,
            instructions: number(&report["cost"]["instructions"])? / samples,
        });
        self.core = costs["boards"][0]["core"].as_str().unwrap_or_default().to_owned();
        self.code.push((array(&work["code_terms"])?, number(&memory["flash"])?));
        let besides = number(&memory["statics"])? - number(&work["ram"])?;
        self.statics = self.statics.max(besides.max(0.0) as u64);
        self.stack = self.stack.max(number(&memory["stack_used"])? as u64);
        Ok(())
    }
}

/// So many numbers.
fn array<const N: usize>(value: &Value) -> Result<[f64; N], String> {
    let numbers: Vec<f64> =
        value.as_array().into_iter().flatten().filter_map(Value::as_f64).collect();
    numbers.try_into().map_err(|_| format!("{value} are not {N} numbers"))
}
