//! Tests of the model image; what they share.

mod damage;
mod fields;
mod golden;
mod in_place;
mod quantized;
mod round_trip;
mod write;

use std::borrow::ToOwned;
use std::string::String;
use std::vec::Vec;

use crate::image::header::field;
use crate::image::{Description, Image, ImageError, Provenance, Scale};
use crate::layer::LayerShape;
use crate::math::Libm;
use crate::network::Network;

/// The network of the golden image, whose layers 2-2-2 are also those of most other tests.
type Small = crate::network!(2 => 2 Tanh<Libm> => 2 Sigmoid);

/// The example of the description of the format, written by a program that shares no code with
/// this crate.
static GOLDEN: &[u8] = include_bytes!("../../../tests/golden/2-2-2.gradito");

/// All that an image says, owned.
#[derive(Clone, Debug, PartialEq)]
struct Content {
    provenance: Provenance,
    layers: Vec<LayerShape>,
    classes: Vec<String>,
    scaling: Vec<Scale>,
    features: Vec<String>,
    /// As bits: 0 and −0 are two values.
    parameters: Vec<u32>,
}

impl Content {
    /// What the getters of `image` give.
    fn of(image: &Image<'_>) -> Self {
        let bits = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().unwrap());
        Self {
            provenance: *image.provenance(),
            layers: image.layers().collect(),
            classes: image.classes().map(ToOwned::to_owned).collect(),
            scaling: image.scaling().collect(),
            features: image.features().map(ToOwned::to_owned).collect(),
            parameters: image.parameters().chunks_exact(4).map(bits).collect(),
        }
    }

    /// What the golden image says.
    fn golden() -> Self {
        Self::of(&Image::from_bytes(GOLDEN).unwrap())
    }

    /// An image of this content, its parameters in a network of the type of `network`.
    fn write(&self, mut network: impl Network) -> Result<Vec<u8>, ImageError> {
        let mut values = self.parameters.iter().copied().map(f32::from_bits);
        network.visit_mut(&mut |piece| {
            piece.into_values().fill_with(|| values.next().expect("a parameter"));
        });
        assert_eq!(values.len(), 0);
        let classes: Vec<&str> = self.classes.iter().map(String::as_str).collect();
        let features: Vec<&str> = self.features.iter().map(String::as_str).collect();
        let description = Description {
            provenance: self.provenance,
            layers: &self.layers,
            classes: &classes,
            scaling: &self.scaling,
            features: &features,
        };
        let mut bytes = Vec::new();
        let result = description.write(&network, &mut |piece| bytes.extend_from_slice(piece));
        assert!(result.is_ok() || bytes.is_empty(), "nothing is written in vain");
        result.map(|()| bytes)
    }
}

/// `image` with its length and its checksum set to what it is now.
fn sealed(mut image: Vec<u8>) -> Vec<u8> {
    let length = image.len() as u32;
    image[field::LENGTH].copy_from_slice(&length.to_le_bytes());
    checked(image)
}

/// `image` with its checksum set to what it is now.
fn checked(mut image: Vec<u8>) -> Vec<u8> {
    let mut crc = u32::MAX;
    for &byte in &image[field::LENGTH.start..] {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ if crc & 1 == 1 { 0xedb8_8320 } else { 0 };
        }
    }
    image[field::CHECKSUM].copy_from_slice(&(!crc).to_le_bytes());
    image
}

/// `image` with `bytes` at `at` and the right checksum.
fn patched(image: &[u8], at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut image = image.to_vec();
    image[at..at + bytes.len()].copy_from_slice(bytes);
    checked(image)
}

/// Why `bytes` are no image.
fn refusal(bytes: &[u8]) -> Option<ImageError> {
    Image::from_bytes(bytes).err()
}
