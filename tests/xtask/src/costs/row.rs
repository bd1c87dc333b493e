//! The kinds of firmware that are measured, and their figures.

use serde_json::Value;

use super::cycles;
use super::program::Program;
use super::sets::{self, Fill, Set};

/// A line of the tables.
pub struct Row {
    pub board: &'static str,
    pub network: &'static str,
    pub element: &'static str,
    pub purpose: &'static str,
    /// The model's file.
    model: Model,
    job: Job,
}

/// The models, and how they are made.
#[derive(Clone, Copy)]
enum Model {
    F32,
    Bytes,
    Bits,
}

/// What is measured.
#[derive(Clone, Copy, PartialEq)]
enum Job {
    Infer,
    /// Training in batches of 10, with so many layers left in flash.
    Train {
        frozen: usize,
    },
}

const BATCH: u64 = 10;

macro_rules! rows {
    ($($board:literal: $train:literal $frozen:literal;)*) => {
        &[$(
            Row {
                board: $board,
                network: "784-30-10",
                element: "f32",
                purpose: "inference",
                model: Model::F32,
                job: Job::Infer,
            },
            Row {
                board: $board,
                network: "784-30-10",
                element: "f32",
                purpose: $train,
                model: Model::F32,
                job: Job::Train { frozen: $frozen },
            },
            Row {
                board: $board,
                network: "784-32-10",
                element: "i8",
                purpose: "inference",
                model: Model::Bytes,
                job: Job::Infer,
            },
            Row {
                board: $board,
                network: "784-32-10",
                element: "i8, bits",
                purpose: "inference",
                model: Model::Bits,
                job: Job::Infer,
            },
        )*]
    };
}

/// Every one.
pub const ROWS: &[Row] = rows! {
    "mps2-an386": "training" 0;
    "mps2-an385": "training" 0;
    "stm32f405": "training" 0;
    "microbit": "training, last layer" 1;
};

/// What was measured, in bytes and instructions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    /// Code and constants, the link's included.
    pub code: u64,
    /// The model image.
    pub model: u64,
    pub statics: u64,
    /// The deepest that was in use.
    pub stack: u64,
    /// Of an inference (the median of 100 test images), or of a step for each sample of a batch.
    pub instructions: u64,
    /// Of an image of which no pixel is 0.
    pub lit: Option<u64>,
    /// Of one inference, estimated.
    pub cycles: Option<u64>,
}

impl Model {
    const fn file(self) -> &'static str {
        match self {
            Self::F32 => "f32.gradito",
            Self::Bytes => "bytes.gradito",
            Self::Bits => "bits.gradito",
        }
    }

    /// Makes it unless it is there.
    fn make(self, program: &Program) -> Result<(), String> {
        let file = self.file();
        match self {
            Self::F32 => program.model(file, &format!("train --epochs 1 --out {file}")),
            Self::Bytes | Self::Bits => {
                let bits = if matches!(self, Self::Bits) { " --bits" } else { "" };
                let parent = format!("parent-of-{file}");
                let train = format!("train --epochs 1 --layers 784-32-10{bits} --out {parent}");
                program.model(&parent, &train)?;
                program.model(file, &format!("quantize {parent} --out {file}"))
            }
        }
    }
}

impl Row {
    /// Builds the firmware and runs it.
    pub fn measure(&self, program: &Program) -> Result<Figures, String> {
        self.model.make(program)?;
        let (board, file) = (self.board, self.model.file());
        let report = match self.job {
            Job::Infer => {
                program.emulated(&format!("device test {file} --emulate {board} --samples 100"))?
            }
            Job::Train { frozen } => program.emulated(&format!(
                "device train {file} --emulate {board} --steps 100 --freeze {frozen}"
            ))?,
        };
        let number = |value: &Value| value.as_u64().ok_or("a figure is missing".to_owned());
        let memory = &report["memory"];
        let counted = number(&report["cost"]["instructions"])?;
        let model = std::fs::metadata(program.file(file)).map_err(|error| error.to_string())?.len();
        let mut figures = Figures {
            code: number(&memory["flash"])?,
            model,
            statics: number(&memory["statics"])?,
            stack: number(&memory["stack_used"])?,
            instructions: counted,
            lit: None,
            cycles: None,
        };
        match self.job {
            Job::Infer => {
                let set = Set { side: 28, fill: Fill::Full };
                sets::write(program, set)?;
                let line = format!(
                    "device test {file} --emulate {board} --samples 3 --data @{}",
                    set.name()
                );
                figures.lit = Some(number(&program.emulated(&line)?["cost"]["instructions"])?);
                let line = format!("device test {file} --emulate {board} --samples 1");
                figures.cycles = cycles::of(program, board, &line)?;
            }
            Job::Train { .. } => figures.instructions = counted.div_ceil(BATCH),
        }
        Ok(figures)
    }

    /// What it is called in messages and files.
    pub fn name(&self) -> String {
        format!("{} {} {} {}", self.board, self.element, self.network, self.purpose)
    }
}
