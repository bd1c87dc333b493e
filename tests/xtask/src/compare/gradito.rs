//! gradito's own figures, from the commands that anyone would use.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::peers::Network;
use super::pictures::{Folders, PICTURES};
use super::run::{BOARD, Figures};
use crate::shell::{self, cargo, root};

/// The program, and a folder for models.
pub struct Gradito {
    program: PathBuf,
    work: PathBuf,
}

impl Gradito {
    /// Builds it: the development build, since the firmware is measured and not this.
    ///
    /// # Errors
    ///
    /// If it does not build.
    pub fn new(work: &Path) -> Result<Self, String> {
        shell::run(&mut cargo(["build", "--package", "gradito"]))?;
        let program =
            shell::target()?.join("debug").join(format!("gradito{}", std::env::consts::EXE_SUFFIX));
        Ok(Self { program, work: work.to_owned() })
    }

    /// A model of `f32` for a network.
    ///
    /// # Errors
    ///
    /// If it cannot be trained.
    pub fn train(&self, network: &Network) -> Result<PathBuf, String> {
        let model = self.work.join(format!("{}.gradito", network.name));
        let line = format!("train {} --epochs 1 --json --out", network.training);
        shell::output(self.command(&line).arg(&model))?;
        Ok(model)
    }

    /// What gradito takes for a network: an inference of a picture, of one without a zero, a step.
    ///
    /// # Errors
    ///
    /// If a command fails, or a device does not compute what this machine does.
    pub fn measure(
        &self,
        network: &Network,
        model: &Path,
        pictures: &Folders,
    ) -> Result<Figures, String> {
        let model = match network.is_quantized {
            false => model.to_owned(),
            true => {
                let quantized = model.with_extension("i8.gradito");
                shell::output(self.command("quantize --json --out").arg(&quantized).arg(model))?;
                quantized
            }
        };
        let test = |folder: &Path| {
            let mut command = self.command("device test --json --emulate");
            command.arg(BOARD).arg("--data").arg(folder).arg(&model);
            report(&mut command)
        };
        let (digits, white) = (test(&pictures.digits)?, test(&pictures.white)?);
        let accuracy = digits["accuracy"].as_f64().unwrap_or(0.0);
        let step = match network.is_quantized {
            true => None,
            false => {
                // One sample a step, each picture once, at the peers' rate.
                let line = "device train --json --batch 1 --eta 0.3 --epochs 1 --validation 0";
                let mut command = self.command(line);
                command.args(["--emulate", BOARD, "--data"]).arg(&pictures.digits).arg(&model);
                Some(instructions(&report(&mut command)?)?)
            }
        };
        Ok(Figures {
            inference: instructions(&digits)?,
            white: instructions(&white)?,
            step,
            recognised: (accuracy * PICTURES as f64).round() as usize,
        })
    }

    /// The program with the arguments of a line, in the folder from which it finds the firmware.
    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.current_dir(root()).args(line.split(' '));
        command
    }
}

/// What a command prints.
fn report(command: &mut Command) -> Result<Value, String> {
    eprintln!("+ {}", shell::show(command));
    serde_json::from_str(&shell::output(command)?).map_err(|error| error.to_string())
}

fn instructions(report: &Value) -> Result<f64, String> {
    report["cost"]["instructions"]
        .as_f64()
        .ok_or_else(|| "gradito reports no instructions".to_owned())
}
