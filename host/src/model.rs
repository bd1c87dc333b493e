//! Trained models: what a model image holds, in memory and in files.

use std::io;
use std::path::{Path, PathBuf};

use gradito_core::Network;
use gradito_core::image::{self, Description, Element, Image, ImageError, Provenance};
use gradito_core::kind::OptimizerKind;
use gradito_core::layer::LayerShape;
use gradito_core::report::Diverged;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::data::{Cause, Dataset, InputKind, Polarity, Scale};
use crate::network::{AnyActivation, AnyCost, Machine, PackedNetwork};
use crate::quantize::Unproved;
use crate::training::{Evaluation, Indexed, Topology, evaluate};

mod any;
mod destination;
mod ram;
mod untrained;

pub use any::{AnyModel, Imaged};
pub use destination::{Destination, Staged};
pub use ram::Ram;
pub(crate) use untrained::{provenance, version};

/// Largest model file that is read: what the image's length field can say.
const MAX_BYTES: u64 = u32::MAX as u64;

/// A trained network, of `f32` unless said otherwise, and all that its image says about it.
#[derive(Clone, Debug)]
pub struct Model<N = PackedNetwork> {
    /// The network.
    pub network: N,
    /// Where it comes from.
    pub provenance: Provenance,
    /// How inputs become what it reads.
    pub input: InputKind,
    /// The names of the classes, in the order of the outputs.
    pub classes: Vec<String>,
}

/// A network that can be evaluated.
pub trait Evaluate {
    /// The layers, first to last.
    fn shapes(&self) -> Vec<LayerShape>;

    /// What it makes of `samples`, which have its width and its classes.
    ///
    /// # Errors
    ///
    /// [`Diverged`] if an output or a cost is not finite.
    fn evaluate(
        &self,
        cost: &AnyCost,
        samples: Dataset,
        machine: &Machine,
    ) -> Result<Evaluation, Diverged>;
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
    /// Quantised parameters whose sums could overflow.
    #[error("{}: {cause}; quantize its model anew", path.display())]
    Unproved {
        /// The file.
        path: PathBuf,
        /// Which.
        cause: Unproved,
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
        io::ErrorKind::AlreadyExists => "a file is there already; name another place".to_owned(),
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

/// What a description takes from the inputs: their scaling, and names of features.
fn described(input: &InputKind) -> (&[Scale], Vec<&str>) {
    match input {
        InputKind::Pixels { .. } => (&[], Vec::new()),
        InputKind::Features { scaling, names } => {
            (scaling, names.iter().flatten().map(String::as_str).collect())
        }
    }
}

/// The inputs of an image.
fn input_of(image: &Image<'_>) -> Result<InputKind, ImageError> {
    Ok(match image.provenance().input {
        image::InputKind::Pixels { width, height, polarity, prepared, threshold, stages } => {
            let side = |side: u32| {
                u16::try_from(side).map_err(|_| ImageError::Field { name: "width and height" })
            };
            let (width, height) = (side(width)?, side(height)?);
            InputKind::Pixels { width, height, polarity, prepared, threshold, stages }
        }
        _ => {
            let names: Vec<String> = image.features().map(str::to_owned).collect();
            InputKind::Features {
                scaling: image.scaling().collect(),
                names: (!names.is_empty()).then_some(names),
            }
        }
    })
}

/// The bytes of a model file.
fn read_bytes(path: &Path) -> Result<Vec<u8>, ModelError> {
    let failed = |cause| ModelError::Read { path: path.to_owned(), cause };
    let size = std::fs::metadata(path).map_err(failed)?;
    if !size.is_file() {
        return Err(failed(io::Error::other("it is not a file; name a model file")));
    }
    if size.len() > MAX_BYTES {
        let cause = ImageError::TooLong;
        return Err(ModelError::Image { path: path.to_owned(), cause });
    }
    std::fs::read(path).map_err(failed)
}

impl Model {
    /// The model of an image.
    ///
    /// # Errors
    ///
    /// What is wrong with the image, or that it is not of `f32`.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ImageError> {
        Self::of(&Image::from_bytes(bytes)?)
    }

    fn of(image: &Image<'_>) -> Result<Self, ImageError> {
        let (found, wanted) = (image.element(), Element::F32);
        if found != wanted {
            return Err(ImageError::Element { found, wanted });
        }
        let shapes: Vec<LayerShape> = image.layers().collect();
        let parameters: Vec<f32> = image.words().map(f32::from_bits).collect();
        let network = PackedNetwork::with_parameters(&shapes, &parameters)
            .ok_or(ImageError::Field { name: "layer" })?;
        Ok(Self {
            network,
            provenance: *image.provenance(),
            input: input_of(image)?,
            classes: image.classes().map(str::to_owned).collect(),
        })
    }

    /// Its image.
    ///
    /// # Errors
    ///
    /// If a parameter is not finite, or the parts contradict each other.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ImageError> {
        self.describe(|description, sink| {
            description.write(&self.network, &mut |piece| sink(piece))
        })
    }

    /// Reads a model file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is no whole and sound model image, of `f32`.
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        Self::from_bytes(&read_bytes(path)?)
            .map_err(|cause| ModelError::Image { path: path.to_owned(), cause })
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
        if self.provenance.optimizer != OptimizerKind::Sgd {
            // The velocity: one more number a parameter.
            let parameters = shapes.iter().map(LayerShape::parameters).sum::<usize>();
            ram.training = ram.training.saturating_add(size_of::<f32>() * parameters);
        }
        ram
    }
}

impl<N: Evaluate> Model<N> {
    /// Its image, whose parameters `write` writes.
    fn describe(
        &self,
        write: impl FnOnce(Description<'_>, &mut dyn FnMut(&[u8])) -> Result<(), ImageError>,
    ) -> Result<Vec<u8>, ImageError> {
        let classes: Vec<&str> = self.classes.iter().map(String::as_str).collect();
        let (scaling, features) = described(&self.input);
        let description = Description {
            provenance: Provenance { input: image_input(&self.input), ..self.provenance },
            layers: &self.network.shapes(),
            classes: &classes,
            scaling,
            features: &features,
        };
        let mut bytes = Vec::new();
        write(description, &mut |piece| bytes.extend_from_slice(piece))?;
        Ok(bytes)
    }

    /// The widths.
    pub fn topology(&self) -> Topology {
        Topology::of(&self.network.shapes())
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

    /// What the network makes of `samples`, which are of the model's kind, before all stages, and have
    /// its classes.
    ///
    /// # Errors
    ///
    /// [`Diverged`] if an output or a cost is not finite.
    pub fn evaluate(&self, samples: Dataset, machine: &Machine) -> Result<Evaluation, Diverged> {
        self.network.evaluate(&self.cost(), samples.staged(&self.input), machine)
    }
}

impl Evaluate for PackedNetwork {
    fn shapes(&self) -> Vec<LayerShape> {
        self.shapes()
    }

    fn evaluate(
        &self,
        cost: &AnyCost,
        samples: Dataset,
        machine: &Machine,
    ) -> Result<Evaluation, Diverged> {
        match Indexed::from(samples) {
            Indexed::Images(images) => evaluate(self, cost, &images, machine),
            Indexed::Features(rows) => evaluate(self, cost, &rows, machine),
        }
    }
}

/// The kind of inputs, as an image stores it.
pub fn image_input(input: &InputKind) -> image::InputKind {
    match *input {
        InputKind::Pixels { width, height, polarity, prepared, threshold, stages } => {
            let (width, height) = (width.into(), height.into());
            image::InputKind::Pixels { width, height, polarity, prepared, threshold, stages }
        }
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

/// A polarity in words.
pub const fn polarity_name(polarity: Polarity) -> &'static str {
    match polarity {
        Polarity::InkHigh => "light ink on dark (255 is ink)",
        Polarity::InkLow => "dark ink on light (0 is ink)",
    }
}

#[cfg(test)]
pub(crate) mod tests;
