//! The header of a model image: fixed fields, as a plain struct and as bytes.

use core::fmt;
use core::num::NonZero;
use core::ops::Range;

use super::{ImageError, VERSION};
use crate::kind::{CostKind, InitKind, OptimizerKind};
use crate::quantized::weights::WeightKind;
use crate::stage::Stages;

/// Where each field of the header lies; each starts where the one before it ends.
pub(super) mod field {
    use core::ops::Range;

    pub const MAGIC: Range<usize> = 0..8;
    pub const VERSION: Range<usize> = MAGIC.end..MAGIC.end + 4;
    pub const CHECKSUM: Range<usize> = VERSION.end..VERSION.end + 4;
    pub const LENGTH: Range<usize> = CHECKSUM.end..CHECKSUM.end + 4;
    pub const PARAMETERS_START: Range<usize> = LENGTH.end..LENGTH.end + 4;
    pub const PARAMETERS_LENGTH: Range<usize> = PARAMETERS_START.end..PARAMETERS_START.end + 4;
    pub const LAYERS: Range<usize> = PARAMETERS_LENGTH.end..PARAMETERS_LENGTH.end + 2;
    pub const CLASSES: Range<usize> = LAYERS.end..LAYERS.end + 2;
    pub const ELEMENT: Range<usize> = CLASSES.end..CLASSES.end + 1;
    pub const COST: Range<usize> = ELEMENT.end..ELEMENT.end + 1;
    pub const OPTIMIZER: Range<usize> = COST.end..COST.end + 1;
    pub const INIT: Range<usize> = OPTIMIZER.end..OPTIMIZER.end + 1;
    pub const INPUT: Range<usize> = INIT.end..INIT.end + 1;
    pub const POLARITY: Range<usize> = INPUT.end..INPUT.end + 1;
    pub const PREPARED: Range<usize> = POLARITY.end..POLARITY.end + 1;
    pub const NAMED: Range<usize> = PREPARED.end..PREPARED.end + 1;
    pub const WIDTH: Range<usize> = NAMED.end..NAMED.end + 4;
    pub const HEIGHT: Range<usize> = WIDTH.end..WIDTH.end + 4;
    pub const SEED: Range<usize> = HEIGHT.end..HEIGHT.end + 8;
    pub const STEPS: Range<usize> = SEED.end..SEED.end + 8;
    pub const EPOCHS: Range<usize> = STEPS.end..STEPS.end + 4;
    pub const BATCH: Range<usize> = EPOCHS.end..EPOCHS.end + 4;
    pub const ETA: Range<usize> = BATCH.end..BATCH.end + 4;
    pub const MOMENTUM: Range<usize> = ETA.end..ETA.end + 4;
    pub const L2: Range<usize> = MOMENTUM.end..MOMENTUM.end + 4;
    pub const TRAIN_SAMPLES: Range<usize> = L2.end..L2.end + 4;
    pub const TEST_SAMPLES: Range<usize> = TRAIN_SAMPLES.end..TRAIN_SAMPLES.end + 4;
    pub const TEST_CORRECT: Range<usize> = TEST_SAMPLES.end..TEST_SAMPLES.end + 4;
    pub const GRADITO: Range<usize> = TEST_CORRECT.end..TEST_CORRECT.end + 16;
    pub const DATA_DIGEST: Range<usize> = GRADITO.end..GRADITO.end + 32;
    pub const PARENT_DIGEST: Range<usize> = DATA_DIGEST.end..DATA_DIGEST.end + 32;
}

/// The length of the fixed part.
pub const HEADER_LENGTH: usize = field::PARENT_DIGEST.end;

/// The type of the parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
#[non_exhaustive]
pub enum Element {
    /// IEEE 754 single precision, 4 bytes, little-endian.
    F32 = 1,
    /// Weights of 8 bits and what belongs to them: see [`quantized`](mod@crate::quantized).
    I8 = 3,
    /// Of 4 bits.
    I4 = 4,
    /// Of 2 bits.
    I2 = 5,
    /// Ternary weights.
    Ternary = 6,
}

/// The kind of inputs that are pixels before stages: one of its own, since a program that knows of
/// none must not take them for the network's.
pub(super) const STAGED: u8 = 4;

/// What was [`Element::I8`] while weights of rows had signs.
const SIGNED_ROWS: u8 = 2;

impl Element {
    /// The type of that code, if there is one.
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::F32),
            3 => Some(Self::I8),
            4 => Some(Self::I4),
            5 => Some(Self::I2),
            6 => Some(Self::Ternary),
            _ => None,
        }
    }

    /// The type of a quantised network that has such weights.
    pub const fn of(kind: WeightKind) -> Self {
        match kind {
            WeightKind::I8 => Self::I8,
            WeightKind::I4 => Self::I4,
            WeightKind::I2 => Self::I2,
            WeightKind::Ternary => Self::Ternary,
        }
    }

    /// What the weights of a quantised network are; `None` for one of `f32`.
    pub const fn weights(self) -> Option<WeightKind> {
        match self {
            Self::F32 => None,
            Self::I8 => Some(WeightKind::I8),
            Self::I4 => Some(WeightKind::I4),
            Self::I2 => Some(WeightKind::I2),
            Self::Ternary => Some(WeightKind::Ternary),
        }
    }

    /// The name on a command line.
    pub const fn name(self) -> &'static str {
        match self.weights() {
            None => "f32",
            Some(kind) => kind.name(),
        }
    }
}

impl fmt::Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What the inputs of a network are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum InputKind {
    /// Pixels of an image, row after row, 0 = paper … 255 = ink.
    Pixels {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// What the bytes of a source image mean.
        polarity: Polarity,
        /// Whether source images are cropped, scaled and centred as MNIST's were.
        prepared: bool,
        /// From which pixel on the network reads 1, and 0 below; `None` if it reads all 256 shades.
        threshold: Option<NonZero<u8>>,
        /// What is done to them before the first layer; the image as it comes has the width and the
        /// height above.
        stages: Stages,
    },
    /// Numbers, scaled by a [`Scale`](super::Scale) each.
    Features {
        /// How many.
        count: u32,
    },
}

impl InputKind {
    /// Whether the inputs are pixels of one bit.
    pub const fn is_bits(&self) -> bool {
        matches!(self, Self::Pixels { threshold: Some(_), .. })
    }

    /// What is done to images before the first layer; nothing to features.
    pub const fn stages(&self) -> Stages {
        match *self {
            Self::Pixels { stages, .. } => stages,
            Self::Features { .. } => Stages::NONE,
        }
    }

    /// The number of inputs of the first layer; `None` if it exceeds 32 bits, or if the stages do not
    /// fit the image, as none fit bits.
    pub const fn count(&self) -> Option<u32> {
        match *self {
            Self::Pixels { threshold: Some(_), stages, .. } if !stages.is_none() => None,
            Self::Pixels { width, height, stages, .. } => match stages.sides(width, height) {
                Some((width, height)) => width.checked_mul(height),
                None => None,
            },
            Self::Features { count } => Some(count),
        }
    }
}

/// What the bytes of a source image mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum Polarity {
    /// 255 is ink, as in MNIST.
    InkHigh = 0,
    /// 0 is ink: dark on light paper. Bytes v are read as 255 − v.
    InkLow = 1,
}

/// The fixed fields that say what a network is and where it comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Provenance {
    /// What the inputs are.
    pub input: InputKind,
    /// The cost it was trained with.
    pub cost: CostKind,
    /// The optimiser.
    pub optimizer: OptimizerKind,
    /// Where its training started.
    pub init: InitKind,
    /// The seed of all chance in its training.
    pub seed: u64,
    /// Whole epochs of training.
    pub epochs: u32,
    /// Samples in a mini-batch, m.
    pub batch: u32,
    /// Mini-batches applied.
    pub steps: u64,
    /// The learning rate η.
    pub eta: f32,
    /// The momentum's coefficient μ, 0 without.
    pub momentum: f32,
    /// The strength λ of L2 regularisation, 0 without.
    pub l2: f32,
    /// The number of training samples.
    pub train_samples: u32,
    /// The number of test samples, 0 if it was not tested.
    pub test_samples: u32,
    /// How many of them it recognised.
    pub test_correct: u32,
    /// The version of the gradito that wrote it, printable ASCII, filled up with zeros.
    pub gradito: [u8; 16],
    /// SHA-256 of the training data.
    pub data_digest: [u8; 32],
    /// SHA-256 of the parameters it started from, if these were another model's; else zeros.
    pub parent_digest: [u8; 32],
}

impl Provenance {
    /// Of a network that was drawn, by seed 1, and not trained: by whom is not said.
    pub const fn untrained(input: InputKind, cost: CostKind) -> Self {
        Self {
            input,
            cost,
            optimizer: OptimizerKind::Sgd,
            init: InitKind::Scaled,
            seed: 1,
            epochs: 0,
            batch: 10,
            steps: 0,
            eta: 3.0,
            momentum: 0.0,
            l2: 0.0,
            train_samples: 0,
            test_samples: 0,
            test_correct: 0,
            gradito: [0; 16],
            data_digest: [0; 32],
            parent_digest: [0; 32],
        }
    }

    /// Test accuracy as a fraction; `None` if it was not tested.
    pub fn test_accuracy(&self) -> Option<f64> {
        (self.test_samples > 0).then(|| f64::from(self.test_correct) / f64::from(self.test_samples))
    }

    /// The version of the gradito that wrote it; empty if the field is not as it must be.
    pub fn gradito_version(&self) -> &str {
        self.version().and_then(|text| core::str::from_utf8(text).ok()).unwrap_or("")
    }

    /// The bytes of the version, if they are printable ASCII and only zeros follow them.
    fn version(&self) -> Option<&[u8]> {
        let length = self.gradito.iter().position(|&byte| byte == 0).unwrap_or(self.gradito.len());
        let (text, rest) = self.gradito.split_at_checked(length)?;
        let printable = text.iter().all(|byte| matches!(byte, b' '..=b'~'));
        let filled = rest.iter().all(|&byte| byte == 0);
        (printable && filled).then_some(text)
    }
}

/// The fields that say where things are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    pub length: u32,
    pub parameters_start: u32,
    pub parameters_length: u32,
    pub layers: u16,
    pub classes: u16,
    pub element: Element,
    pub features_named: bool,
}

/// The bytes of a header.
pub(super) type HeaderBytes = [u8; HEADER_LENGTH];

/// Reads `N` bytes of `header`.
pub(super) fn bytes<const N: usize>(header: &[u8], range: Range<usize>) -> [u8; N] {
    header.get(range).and_then(|bytes| bytes.first_chunk()).copied().unwrap_or([0; N])
}

fn byte(header: &HeaderBytes, range: Range<usize>) -> u8 {
    let [byte] = bytes(header, range);
    byte
}

fn u16_at(header: &HeaderBytes, range: Range<usize>) -> u16 {
    u16::from_le_bytes(bytes(header, range))
}

/// Not inlined where processors read no word that lies anywhere: a call is shorter.
#[cfg_attr(target_arch = "arm", inline(never))]
pub(super) fn u32_at(header: &[u8], range: Range<usize>) -> u32 {
    u32::from_le_bytes(bytes(header, range))
}

fn u64_at(header: &HeaderBytes, range: Range<usize>) -> u64 {
    u64::from_le_bytes(bytes(header, range))
}

/// A field that holds a number from a range of `f32`.
fn f32_at(
    header: &HeaderBytes,
    range: Range<usize>,
    name: &'static str,
) -> Result<f32, ImageError> {
    let value = f32::from_le_bytes(bytes(header, range));
    if value.is_finite() && value >= 0.0 { Ok(value) } else { Err(ImageError::Field { name }) }
}

fn flag(header: &HeaderBytes, range: Range<usize>, name: &'static str) -> Result<bool, ImageError> {
    match byte(header, range) {
        0 => Ok(false),
        1 => Ok(true),
        _ => Err(ImageError::Field { name }),
    }
}

/// Reads the header's fields, each checked by itself.
pub(super) fn parse(header: &HeaderBytes) -> Result<(Layout, Provenance), ImageError> {
    let wrong = |name| ImageError::Field { name };
    let element = byte(header, field::ELEMENT);
    if element == SIGNED_ROWS {
        return Err(wrong("layout of i8 weights"));
    }
    let element = Element::from_code(element).ok_or(wrong("element type"))?;
    let width = u32_at(header, field::WIDTH);
    let height = u32_at(header, field::HEIGHT);
    let polarity = match byte(header, field::POLARITY) {
        0 => Polarity::InkHigh,
        1 => Polarity::InkLow,
        _ => return Err(wrong("polarity")),
    };
    let prepared = flag(header, field::PREPARED, "prepared")?;
    // Names of features, the threshold of bits, or stages.
    let detail = byte(header, field::NAMED);
    let input = match byte(header, field::INPUT) {
        1 if detail == 0 => {
            let (threshold, stages) = (None, Stages::NONE);
            InputKind::Pixels { width, height, polarity, prepared, threshold, stages }
        }
        1 => return Err(wrong("features named")),
        3 => {
            let threshold = Some(NonZero::new(detail).ok_or(wrong("threshold"))?);
            let stages = Stages::NONE;
            InputKind::Pixels { width, height, polarity, prepared, threshold, stages }
        }
        STAGED => {
            let stages = Stages::from_code(detail).filter(|stages| !stages.is_none());
            let (threshold, stages) = (None, stages.ok_or(wrong("stages"))?);
            InputKind::Pixels { width, height, polarity, prepared, threshold, stages }
        }
        2 if height == 1 && !prepared && polarity == Polarity::InkHigh => {
            InputKind::Features { count: width }
        }
        _ => return Err(wrong("input kind")),
    };
    let provenance = Provenance {
        input,
        cost: CostKind::from_code(byte(header, field::COST)).ok_or(wrong("cost"))?,
        optimizer: OptimizerKind::from_code(byte(header, field::OPTIMIZER))
            .ok_or(wrong("optimizer"))?,
        init: InitKind::from_code(byte(header, field::INIT)).ok_or(wrong("initialisation"))?,
        seed: u64_at(header, field::SEED),
        epochs: u32_at(header, field::EPOCHS),
        batch: u32_at(header, field::BATCH),
        steps: u64_at(header, field::STEPS),
        eta: f32_at(header, field::ETA, "eta")?,
        momentum: f32_at(header, field::MOMENTUM, "momentum")?,
        l2: f32_at(header, field::L2, "L2")?,
        train_samples: u32_at(header, field::TRAIN_SAMPLES),
        test_samples: u32_at(header, field::TEST_SAMPLES),
        test_correct: u32_at(header, field::TEST_CORRECT),
        gradito: bytes(header, field::GRADITO),
        data_digest: bytes(header, field::DATA_DIGEST),
        parent_digest: bytes(header, field::PARENT_DIGEST),
    };
    if provenance.optimizer == OptimizerKind::Sgd && provenance.momentum != 0.0 {
        return Err(wrong("momentum"));
    }
    if provenance.version().is_none() {
        return Err(wrong("gradito version"));
    }
    if provenance.test_correct > provenance.test_samples {
        return Err(wrong("test samples recognised"));
    }
    let layout = Layout {
        length: u32_at(header, field::LENGTH),
        parameters_start: u32_at(header, field::PARAMETERS_START),
        parameters_length: u32_at(header, field::PARAMETERS_LENGTH),
        layers: u16_at(header, field::LAYERS),
        classes: u16_at(header, field::CLASSES),
        element,
        features_named: match input {
            InputKind::Features { .. } => flag(header, field::NAMED, "features named")?,
            InputKind::Pixels { .. } => false,
        },
    };
    Ok((layout, provenance))
}

/// Writes the header's fields; the checksum is left 0.
pub(super) fn emit(layout: &Layout, provenance: &Provenance) -> HeaderBytes {
    let mut header = [0; HEADER_LENGTH];
    let mut put = |range: Range<usize>, bytes: &[u8]| {
        if let Some(target) = header.get_mut(range) {
            target.copy_from_slice(bytes);
        }
    };
    put(field::MAGIC, &super::MAGIC);
    put(field::VERSION, &VERSION.to_le_bytes());
    put(field::LENGTH, &layout.length.to_le_bytes());
    put(field::PARAMETERS_START, &layout.parameters_start.to_le_bytes());
    put(field::PARAMETERS_LENGTH, &layout.parameters_length.to_le_bytes());
    put(field::LAYERS, &layout.layers.to_le_bytes());
    put(field::CLASSES, &layout.classes.to_le_bytes());
    put(field::ELEMENT, &[layout.element as u8]);
    put(field::COST, &[provenance.cost.code()]);
    put(field::OPTIMIZER, &[provenance.optimizer.code()]);
    put(field::INIT, &[provenance.init.code()]);
    match provenance.input {
        InputKind::Pixels { width, height, polarity, prepared, threshold, stages } => {
            let (kind, detail) = match threshold {
                Some(threshold) => (3, threshold.get()),
                None if stages.is_none() => (1, 0),
                None => (STAGED, stages.code()),
            };
            put(field::INPUT, &[kind]);
            put(field::NAMED, &[detail]);
            put(field::POLARITY, &[polarity as u8]);
            put(field::PREPARED, &[u8::from(prepared)]);
            put(field::WIDTH, &width.to_le_bytes());
            put(field::HEIGHT, &height.to_le_bytes());
        }
        InputKind::Features { count } => {
            put(field::INPUT, &[2]);
            put(field::NAMED, &[u8::from(layout.features_named)]);
            put(field::WIDTH, &count.to_le_bytes());
            put(field::HEIGHT, &1_u32.to_le_bytes());
        }
    }
    put(field::SEED, &provenance.seed.to_le_bytes());
    put(field::STEPS, &provenance.steps.to_le_bytes());
    put(field::EPOCHS, &provenance.epochs.to_le_bytes());
    put(field::BATCH, &provenance.batch.to_le_bytes());
    put(field::ETA, &provenance.eta.to_le_bytes());
    put(field::MOMENTUM, &provenance.momentum.to_le_bytes());
    put(field::L2, &provenance.l2.to_le_bytes());
    put(field::TRAIN_SAMPLES, &provenance.train_samples.to_le_bytes());
    put(field::TEST_SAMPLES, &provenance.test_samples.to_le_bytes());
    put(field::TEST_CORRECT, &provenance.test_correct.to_le_bytes());
    put(field::GRADITO, &provenance.gradito);
    put(field::DATA_DIGEST, &provenance.data_digest);
    put(field::PARENT_DIGEST, &provenance.parent_digest);
    header
}
