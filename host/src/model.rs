//! Trained models: what a model image holds, in memory and in files.

mod untrained;

use std::io::{self, Write};
use std::path::{Path, PathBuf, is_separator};

use gradito_core::Network;
use gradito_core::image::{self, Description, Image, ImageError, Provenance};
use gradito_core::kind::OptimizerKind;
use gradito_core::layer::LayerShape;
use gradito_core::report::Diverged;
use sha2::{Digest, Sha256};
use tempfile::NamedTempFile;
use thiserror::Error;

pub(crate) use untrained::version;

use crate::data::{Cause, Dataset, InputKind, Polarity, Scale};
use crate::network::{AnyActivation, AnyCost, Machine, PackedNetwork};
use crate::training::{Evaluation, Indexed, Topology, evaluate};

/// Largest model file that is read: what the image's length field can say.
const MAX_BYTES: u64 = u32::MAX as u64;

/// A trained network and all that its image says about it.
#[derive(Clone, Debug)]
pub struct Model {
    /// The network.
    pub network: PackedNetwork,
    /// Where it comes from.
    pub provenance: Provenance,
    /// How inputs become what it reads.
    pub input: InputKind,
    /// The names of the classes, in the order of the outputs.
    pub classes: Vec<String>,
}

/// Why a model cannot be read or written.
#[derive(Debug, Error)]
pub enum ModelError {
    /// The file cannot be read.
    #[error("{}: {}{}", path.display(), Cause(cause), missing(cause))]
    Read {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The file is no model image, or a damaged one.
    #[error("{}: {cause}", path.display())]
    Image {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        cause: ImageError,
    },
    /// The file cannot be written.
    #[error("{}: {}", path.display(), unwritable(cause))]
    Write {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The place of the file is taken by something that is no file.
    #[error("{}: is not a file; name another place with --out", path.display())]
    NotAFile {
        /// What is there.
        path: PathBuf,
    },
    /// The file is a link to no file.
    #[error("{}: is a link that leads nowhere; remove it or name another place", path.display())]
    BrokenLink {
        /// The link.
        path: PathBuf,
    },
}

/// What to do about a model that is not there.
fn missing(cause: &io::Error) -> &'static str {
    match cause.kind() {
        io::ErrorKind::NotFound => "; gradito train writes a model",
        _ => "",
    }
}

/// An error in writing a file, in words that do not name the temporary file.
pub(crate) fn unwritable(cause: &io::Error) -> String {
    match cause.kind() {
        io::ErrorKind::NotFound => "its folder does not exist; create it".to_owned(),
        io::ErrorKind::NotADirectory => "its folder is not a folder; name another place".to_owned(),
        io::ErrorKind::IsADirectory => "is a folder; name a file".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "may not be written (permission denied); name another place".to_owned()
        }
        io::ErrorKind::ReadOnlyFilesystem => {
            "is on a read-only file system; name another place".to_owned()
        }
        io::ErrorKind::StorageFull => "there is no space left; make room".to_owned(),
        // Without the path, which tempfile puts into its error.
        _ => match cause.raw_os_error() {
            Some(code) => format!("cannot be written: {}", io::Error::from_raw_os_error(code)),
            None => format!("cannot be written: {}", cause.kind()),
        },
    }
}

impl Model {
    /// The model of an image.
    ///
    /// # Errors
    ///
    /// What is wrong with the image.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ImageError> {
        let image = Image::from_bytes(bytes)?;
        let shapes: Vec<LayerShape> = image.layers().collect();
        let parameters: Vec<f32> = image
            .parameters()
            .chunks_exact(4)
            .map(|bytes| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
            .collect();
        let provenance = *image.provenance();
        let input = match provenance.input {
            image::InputKind::Pixels { width, height, polarity, prepared } => {
                let side = |side: u32| {
                    u16::try_from(side).map_err(|_| ImageError::Field { name: "width and height" })
                };
                InputKind::Pixels { width: side(width)?, height: side(height)?, polarity, prepared }
            }
            _ => {
                let names: Vec<String> = image.features().map(str::to_owned).collect();
                InputKind::Features {
                    scaling: image.scaling().collect(),
                    names: (!names.is_empty()).then_some(names),
                }
            }
        };
        let network = PackedNetwork::with_parameters(&shapes, &parameters)
            .ok_or(ImageError::Field { name: "layer" })?;
        Ok(Self {
            network,
            provenance,
            input,
            classes: image.classes().map(str::to_owned).collect(),
        })
    }

    /// Its image.
    ///
    /// # Errors
    ///
    /// If a parameter is not finite, or the parts contradict each other.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ImageError> {
        let classes: Vec<&str> = self.classes.iter().map(String::as_str).collect();
        let (scaling, features): (&[Scale], Vec<&str>) = match &self.input {
            InputKind::Pixels { .. } => (&[], Vec::new()),
            InputKind::Features { scaling, names } => {
                (scaling, names.iter().flatten().map(String::as_str).collect())
            }
        };
        let description = Description {
            provenance: Provenance { input: image_input(&self.input), ..self.provenance },
            layers: &self.network.shapes(),
            classes: &classes,
            scaling,
            features: &features,
        };
        let mut bytes = Vec::new();
        description.write(&self.network, &mut |piece| bytes.extend_from_slice(piece))?;
        Ok(bytes)
    }

    /// Reads a model file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is no whole and sound model image.
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        let failed = |cause| ModelError::Read { path: path.to_owned(), cause };
        let size = std::fs::metadata(path).map_err(failed)?;
        if !size.is_file() {
            return Err(failed(io::Error::other("it is not a file; name a model file")));
        }
        if size.len() > MAX_BYTES {
            let cause = ImageError::TooLong;
            return Err(ModelError::Image { path: path.to_owned(), cause });
        }
        let bytes = std::fs::read(path).map_err(failed)?;
        Self::from_bytes(&bytes).map_err(|cause| ModelError::Image { path: path.to_owned(), cause })
    }

    /// The widths.
    pub fn topology(&self) -> Topology {
        Topology::of(&self.network.shapes())
    }

    /// SHA-256 of the parameters as stored.
    pub fn digest(&self) -> [u8; 32] {
        digest(&self.network)
    }

    /// What it needs on a device.
    pub fn ram(&self) -> Ram {
        let shapes = self.network.shapes();
        let pixels = matches!(self.input, InputKind::Pixels { .. });
        let mut ram = Ram::of(&shapes, pixels, self.provenance.batch as usize);
        if self.provenance.optimizer == OptimizerKind::Momentum {
            // The velocity: one more number a parameter.
            let parameters = shapes.iter().map(LayerShape::parameters).sum::<usize>();
            ram.training = ram.training.saturating_add(size_of::<f32>() * parameters);
        }
        ram
    }

    /// The cost it was trained with.
    ///
    /// # Panics
    ///
    /// If the cost does not fit the outputs, which no model image can say.
    pub fn cost(&self) -> AnyCost {
        let shapes = self.network.shapes();
        let last = shapes.last().expect("a network has a layer");
        let output = AnyActivation { kind: last.activation, math: last.math };
        AnyCost::new(self.provenance.cost, output).expect("a model's cost fits its outputs")
    }

    /// What the network makes of `samples`, which have its width and its classes.
    ///
    /// # Errors
    ///
    /// [`Diverged`] if an output or a cost is not finite.
    pub fn evaluate(&self, samples: Dataset, machine: &Machine) -> Result<Evaluation, Diverged> {
        match Indexed::from(samples) {
            Indexed::Images(images) => evaluate(&self.network, &self.cost(), &images, machine),
            Indexed::Features(rows) => evaluate(&self.network, &self.cost(), &rows, machine),
        }
    }
}

/// The kind of inputs, as an image stores it.
pub fn image_input(input: &InputKind) -> image::InputKind {
    match *input {
        InputKind::Pixels { width, height, polarity, prepared } => image::InputKind::Pixels {
            width: width.into(),
            height: height.into(),
            polarity,
            prepared,
        },
        InputKind::Features { ref scaling, .. } => {
            image::InputKind::Features { count: scaling.len() as u32 }
        }
    }
}

/// SHA-256 of the parameters of `network` as a model image stores them.
pub fn digest(network: &impl Network) -> [u8; 32] {
    let mut hash = Sha256::new();
    network.visit(&mut |piece: gradito_core::layer::Parameters<&[f32]>| {
        for value in piece.into_values() {
            hash.update(value.to_le_bytes());
        }
    });
    hash.finalize().into()
}

/// A place where a model will be written: found to be writable before training starts.
///
/// The image goes to a temporary file in the same folder, is synced, and takes its name in one
/// step: at no instant is there half an image under the final name.
#[derive(Debug)]
pub struct Destination {
    /// As it was named.
    name: PathBuf,
    /// The file itself, links followed.
    target: PathBuf,
}

impl Destination {
    /// Prepares writing to `path`. What is there stays until [`write`](Self::write).
    ///
    /// # Errors
    ///
    /// If nothing can be written there.
    pub fn new(path: &Path) -> Result<Self, ModelError> {
        let name = path.to_owned();
        // A link is followed, so that the file it points to is replaced, not the link.
        let target = match std::fs::canonicalize(path) {
            Ok(target) if target.is_file() => target,
            Ok(_) => return Err(ModelError::NotAFile { path: name }),
            Err(_) if path.is_symlink() => return Err(ModelError::BrokenLink { path: name }),
            // `models/` is a folder, there or not.
            Err(_) if path.as_os_str().to_string_lossy().ends_with(is_separator) => {
                return Err(ModelError::NotAFile { path: name });
            }
            Err(_) if path.file_name().is_none() => {
                return Err(ModelError::NotAFile { path: name });
            }
            Err(_) => path.to_owned(),
        };
        let destination = Self { name, target };
        // Tried, and taken away at once: a run that is killed leaves nothing behind.
        destination.temporary().map_err(|cause| destination.failed(cause))?;
        Ok(destination)
    }

    /// Writes `bytes` there.
    ///
    /// # Errors
    ///
    /// If they cannot be written; what was there before is still there then.
    pub fn write(&self, bytes: &[u8]) -> Result<(), ModelError> {
        let written = || {
            let mut file = self.temporary()?;
            file.write_all(bytes)?;
            file.as_file().sync_all()?;
            file.persist(&self.target).map_err(|error| error.error)
        };
        written().map(drop).map_err(|cause| self.failed(cause))
    }

    /// A new file in the folder of the target.
    fn temporary(&self) -> io::Result<NamedTempFile> {
        let folder = match self.target.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut builder = tempfile::Builder::new();
        builder.prefix(".gradito-").suffix(".part");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        builder.tempfile_in(folder)
    }

    fn failed(&self, cause: io::Error) -> ModelError {
        ModelError::Write { path: self.name.clone(), cause }
    }
}

/// Bytes of RAM that a network of `shapes` needs on a device, besides its code and stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ram {
    /// For inference with the weights in flash: a trace and an input.
    pub inference: usize,
    /// For training in batches by plain SGD: the parameters, and a trace and an input a sample.
    pub training: usize,
}

impl Ram {
    /// The RAM for the given layers, `pixels` or else features as inputs, and a batch size.
    pub fn of(shapes: &[LayerShape], pixels: bool, batch: usize) -> Self {
        let inputs = shapes.first().map_or(0, |shape| shape.inputs);
        let input = inputs * if pixels { 1 } else { size_of::<f32>() };
        // Outputs and deltas of every neuron.
        let trace = shapes.iter().map(|shape| 2 * size_of::<f32>() * shape.outputs).sum::<usize>();
        let parameters = shapes.iter().map(LayerShape::parameters).sum::<usize>();
        Self {
            inference: trace + input,
            // An image may name any batch.
            training: batch
                .saturating_mul(trace + input)
                .saturating_add(size_of::<f32>() * parameters),
        }
    }
}

/// A polarity in words.
pub const fn polarity_name(polarity: Polarity) -> &'static str {
    match polarity {
        Polarity::InkHigh => "light ink on dark (255 is ink)",
        Polarity::InkLow => "dark ink on light (0 is ink)",
    }
}

#[cfg(test)]
mod tests;
