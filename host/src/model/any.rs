//! Models of `f32` and quantised ones.

use std::path::Path;

use gradito_core::image::{Image, ImageError};
use sha2::{Digest, Sha256};

use super::{Model, ModelError, Ram, input_of, read_bytes};
use crate::quantize::QuantizedNetwork;

/// A model of any element type.
#[derive(Clone, Debug)]
pub enum AnyModel {
    /// Of `f32`.
    F32(Model),
    /// Of weights of 8 bits or fewer.
    Quantized(Model<QuantizedNetwork>),
}

/// A model of one type or another, as it is put on a board.
pub trait Imaged {
    /// Its image.
    ///
    /// # Errors
    ///
    /// What an image cannot hold.
    fn image(&self) -> Result<Vec<u8>, ImageError>;

    /// SHA-256 of the parameters as stored.
    fn parameters_digest(&self) -> [u8; 32];
}

impl Imaged for Model {
    fn image(&self) -> Result<Vec<u8>, ImageError> {
        self.to_bytes()
    }

    fn parameters_digest(&self) -> [u8; 32] {
        self.digest()
    }
}

impl Imaged for Model<QuantizedNetwork> {
    fn image(&self) -> Result<Vec<u8>, ImageError> {
        self.to_bytes()
    }

    fn parameters_digest(&self) -> [u8; 32] {
        self.digest()
    }
}

impl AnyModel {
    /// Reads a model file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, is no whole and sound model image, or holds quantised parameters
    /// whose sums could overflow.
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        let bytes = read_bytes(path)?;
        let failed = |cause| ModelError::Image { path: path.to_owned(), cause };
        let image = Image::from_bytes(&bytes).map_err(failed)?;
        let Some(kind) = image.element().weights() else {
            return Model::of(&image).map(Self::F32).map_err(failed);
        };
        let (shapes, words) = (image.layers().collect(), image.words().collect());
        let bits = image.provenance().input.is_bits();
        let network = QuantizedNetwork::new(shapes, kind, bits, words)
            .map_err(|cause| ModelError::Unproved { path: path.to_owned(), cause })?;
        Ok(Self::Quantized(Model {
            network,
            provenance: *image.provenance(),
            input: input_of(&image).map_err(failed)?,
            classes: image.classes().map(str::to_owned).collect(),
        }))
    }
}

impl Model<QuantizedNetwork> {
    /// Its image.
    ///
    /// # Errors
    ///
    /// If the parts contradict each other.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ImageError> {
        self.describe(|description, sink| {
            let (kind, parameters) = (self.network.weights(), self.network.parameters());
            description.write_quantized(kind, parameters, &mut |piece| sink(piece))
        })
    }

    /// SHA-256 of the parameters as stored.
    pub fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        for word in self.network.parameters() {
            hash.update(word.to_le_bytes());
        }
        hash.finalize().into()
    }

    /// Bytes of RAM that it needs on a device, besides its code and stack: a trace and an input.
    pub fn ram(&self) -> usize {
        Ram::quantized(self.network.shapes(), self.network.reads_bits())
    }
}
