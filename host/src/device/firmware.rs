//! The firmware of a checkout: built for a model's network.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use gradito_core::image::Element;
use gradito_core::kind::{CostKind, MathKind};
use gradito_core::layer::LayerShape;
use gradito_link::board::Board;

use super::DeviceError;
use crate::data::{InputKind, Stages};
use crate::model::Model;
use crate::quantize::QuantizedNetwork;

/// Pixels of images of one size that go through stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Staged {
    /// The stages.
    pub stages: Stages,
    /// Columns of an image.
    pub width: u16,
    /// Rows of it.
    pub height: u16,
}

impl Staged {
    /// Those of such inputs; `None` if there are no stages.
    pub fn of(input: &InputKind) -> Option<Self> {
        match *input {
            InputKind::Pixels { width, height, stages, .. } if !stages.is_none() => {
                Some(Self { stages, width, height })
            }
            _ => None,
        }
    }
}

impl fmt::Display for Staged {
    /// As the firmware's build reads it: `deskew,pool2 of 28x28`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} of {}x{}", self.stages, self.width, self.height)
    }
}

/// What a firmware is built for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variant {
    /// The layers.
    pub layers: Vec<LayerShape>,
    /// The cost it trains with.
    pub cost: CostKind,
    /// Whether it reads pixels; else features.
    pub pixels: bool,
    /// Whether it reads pixels of one bit.
    pub bits: bool,
    /// What pixels go through before the first layer, if they do.
    pub staged: Option<Staged>,
    /// The type of its parameters.
    pub element: Element,
    /// Samples of the largest batch; `None` for a firmware that does not train.
    pub batch: Option<usize>,
    /// How many of the first layers are left in flash, untrained.
    pub frozen: usize,
    /// Whether it tells how long each layer takes.
    pub profiles: bool,
}

impl Variant {
    /// What runs `model`, without training.
    pub fn inference(model: &Model) -> Self {
        Self {
            layers: model.network.shapes(),
            cost: model.provenance.cost,
            pixels: matches!(model.input, InputKind::Pixels { .. }),
            bits: false,
            staged: Staged::of(&model.input),
            element: Element::F32,
            batch: None,
            frozen: 0,
            profiles: false,
        }
    }

    /// What runs a quantised `model`.
    pub fn quantized(model: &Model<QuantizedNetwork>) -> Self {
        Self {
            layers: model.network.shapes().to_vec(),
            cost: model.provenance.cost,
            pixels: matches!(model.input, InputKind::Pixels { .. }),
            bits: model.network.reads_bits(),
            staged: Staged::of(&model.input),
            element: Element::of(model.network.weights()),
            batch: None,
            frozen: 0,
            profiles: false,
        }
    }

    /// What trains `model` in batches of up to `batch` samples, but not its first `frozen` layers.
    pub fn training(model: &Model, batch: usize, frozen: usize) -> Self {
        Self { batch: Some(batch), frozen, ..Self::inference(model) }
    }

    /// The same, which tells how long each layer takes, too.
    pub fn profiled(self) -> Self {
        Self { profiles: true, ..self }
    }

    /// The features that the firmware for `board` is built with.
    pub fn features(&self, board: &str) -> String {
        let trains = if self.batch.is_some() { ",train" } else { "" };
        let profiles = if self.profiles { ",profile" } else { "" };
        format!("{board}{trains}{profiles}")
    }

    /// The variables that the firmware's build takes its network from.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let mut variables = vec![
            ("GRADITO_NETWORK", network(&self.layers)),
            // Costs and activations are called in Rust as their kinds are.
            ("GRADITO_COST", format!("{:?}", self.cost)),
            ("GRADITO_ELEMENT", self.element.to_string()),
            ("GRADITO_INPUT", inputs(self.pixels, self.bits).to_owned()),
            ("GRADITO_STAGE", self.staged.map_or("none".to_owned(), |staged| staged.to_string())),
        ];
        if let Some(batch) = self.batch {
            variables.push(("GRADITO_BATCH", batch.to_string()));
            variables.push(("GRADITO_FREEZE", self.frozen.to_string()));
        }
        variables
    }
}

/// What inputs are called.
pub const fn inputs(pixels: bool, bits: bool) -> &'static str {
    match (pixels, bits) {
        (true, false) => "pixels",
        (true, true) => "bits",
        (false, _) => "features",
    }
}

/// A network as `network!` takes it: `784 => 30 Sigmoid => 10 Sigmoid`.
pub fn network(layers: &[LayerShape]) -> String {
    let mut text = layers.first().map_or(0, |layer| layer.inputs).to_string();
    for LayerShape { outputs, activation, math, .. } in layers {
        text += &format!(" => {outputs} {activation:?}");
        if *math != MathKind::Poly {
            text += &format!("<{math:?}>");
        }
    }
    text
}

/// The folder of the firmware in the checkout that `from` is in.
///
/// # Errors
///
/// If there is none.
pub fn folder(from: &Path) -> Result<PathBuf, DeviceError> {
    from.ancestors()
        .map(|folder| folder.join("firmware"))
        .find(|folder| folder.join("Cargo.toml").is_file())
        .ok_or(DeviceError::NoFirmware)
}

/// Builds the firmware in `folder`, for what it is set to there unless a `variant` is given, and
/// returns its ELF file; cargo speaks on standard error.
///
/// # Errors
///
/// If it does not build.
pub fn build(
    folder: &Path,
    board: &Board,
    variant: Option<&Variant>,
) -> Result<PathBuf, DeviceError> {
    let features = variant.map_or(board.name.to_owned(), |variant| variant.features(board.name));
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command
        .current_dir(folder)
        .args(["build", "--release", "--target", board.target, "--features", &features])
        // One line of JSON an artefact: says where the ELF file is, whatever the target folder.
        .args(["--quiet", "--message-format", "json-render-diagnostics"])
        .envs(variant.map(Variant::variables).unwrap_or_default())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit());
    // Relative to the folder that gradito runs in, as for cargo itself.
    if let Some(target) = std::env::var_os("CARGO_TARGET_DIR")
        && let Ok(target) = std::path::absolute(target)
    {
        command.env("CARGO_TARGET_DIR", target);
    }
    let output = command.output().map_err(DeviceError::NoCargo)?;
    let executable =
        String::from_utf8_lossy(&output.stdout).lines().filter_map(executable).next_back();
    match executable {
        Some(path) if output.status.success() => Ok(path),
        _ => Err(DeviceError::Build),
    }
}

/// The program that a message of cargo is about.
fn executable(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    message.get("executable")?.as_str().map(PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gradito_core::kind::ActivationKind;

    #[test]
    fn a_network_is_written_as_the_firmware_reads_it() {
        let layer =
            |inputs, outputs, activation, math| LayerShape { inputs, outputs, activation, math };
        let layers = [
            layer(784, 30, ActivationKind::Tanh, MathKind::Poly),
            layer(30, 10, ActivationKind::Softmax, MathKind::Libm),
        ];
        assert_eq!(network(&layers), "784 => 30 Tanh => 10 Softmax<Libm>");
        let mut variant = Variant {
            layers: layers.to_vec(),
            cost: CostKind::SoftmaxCrossEntropy,
            pixels: true,
            bits: false,
            staged: Some(Staged { stages: "deskew,pool2".parse().unwrap(), width: 56, height: 56 }),
            element: Element::F32,
            batch: None,
            frozen: 1,
            profiles: false,
        };
        assert_eq!(variant.variables().len(), 5);
        assert_eq!(variant.variables()[4], ("GRADITO_STAGE", "deskew,pool2 of 56x56".to_owned()));
        assert_eq!(variant.variables()[1], ("GRADITO_COST", "SoftmaxCrossEntropy".to_owned()));
        assert_eq!(variant.clone().profiled().features("microbit"), "microbit,profile");
        variant.batch = Some(10);
        assert_eq!(variant.features("microbit"), "microbit,train");
        assert_eq!(variant.variables()[6], ("GRADITO_FREEZE", "1".to_owned()));
    }

    #[test]
    fn the_firmware_is_looked_for_upwards() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        assert!(matches!(folder(&deep), Err(DeviceError::NoFirmware)));
        let firmware = root.path().join("firmware");
        std::fs::create_dir(&firmware).unwrap();
        std::fs::write(firmware.join("Cargo.toml"), "").unwrap();
        assert_eq!(folder(&deep).unwrap(), firmware);
    }

    #[test]
    fn cargo_says_where_the_program_is() {
        let line = r#"{"reason":"compiler-artifact","executable":"/t/release/gradito-firmware"}"#;
        assert_eq!(executable(line), Some("/t/release/gradito-firmware".into()));
        assert_eq!(executable(r#"{"reason":"compiler-artifact","executable":null}"#), None);
        assert_eq!(executable("warning"), None);
    }
}
