//! The pieces in which a device sends its parameters.

use gradito_link::message::{Reply, Request};

use crate::device::{DeviceError, Identity, Link, Script};

/// Asks for one piece, to learn how long they are.
#[derive(Debug)]
struct Probe {
    name: String,
    first: usize,
    length: usize,
}

impl Script for Probe {
    fn len(&self) -> usize {
        1
    }

    fn request<'s>(&'s self, _: usize, _: &'s mut Vec<u8>) -> Request<'s> {
        Request::Parameters { first: self.first as u32 }
    }

    fn reply(&mut self, _: usize, reply: &Reply<'_>) -> Result<(), DeviceError> {
        match reply {
            Reply::Bytes(bytes) if bytes.len() >= 4 => self.length = bytes.len() / 4,
            _ => return Err(DeviceError::Unexpected { name: self.name.clone() }),
        }
        Ok(())
    }
}

/// The first parameter of each piece that the device sends: as many as fit, of one array.
pub fn pieces(link: &mut dyn Link, identity: &Identity) -> Result<Vec<usize>, DeviceError> {
    let arrays =
        identity.layers.iter().flat_map(|layer| [layer.inputs * layer.outputs, layer.outputs]);
    let arrays: Vec<usize> = arrays.collect();
    // The longest array fills a piece, if any does.
    let longest = (0..arrays.len()).max_by_key(|&index| arrays[index]).unwrap_or(0);
    let first = arrays[..longest].iter().sum();
    let mut probe = Probe { name: link.name().to_owned(), first, length: 0 };
    link.play(&mut probe)?;
    let mut start = 0;
    let mut pieces = Vec::new();
    for length in arrays {
        pieces.extend((start..start + length).step_by(probe.length));
        start += length;
    }
    Ok(pieces)
}
