//! Lengths and checksums made right again, so that what lies behind them is reached.

use gradito_core::checksum::Checksum;
use sha2::{Digest, Sha256};

/// As they are.
pub fn nothing(bytes: Vec<u8>) -> Vec<u8> {
    bytes
}

/// Writes `value` over what is at `at`, if there is something.
fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    if let Some(place) = bytes.get_mut(at..at + value.len()) {
        place.copy_from_slice(value);
    }
}

/// A model image: its length at 16, its checksum at 12.
pub fn model(mut bytes: Vec<u8>) -> Vec<u8> {
    let length = (bytes.len() as u32).to_le_bytes();
    put(&mut bytes, 16, &length);
    let checksum = Checksum::of(bytes.get(16..).unwrap_or_default());
    put(&mut bytes, 12, &checksum.to_le_bytes());
    bytes
}

/// A checkpoint: its length at 12, its digest in place of its last bytes.
pub fn checkpoint(mut bytes: Vec<u8>) -> Vec<u8> {
    let length = (bytes.len() as u64).to_le_bytes();
    put(&mut bytes, 12, &length);
    bytes.truncate(bytes.len().saturating_sub(32));
    let digest = Sha256::digest(&bytes);
    bytes.extend(digest);
    bytes
}

/// A training log: its checksum in place of its last bytes.
pub fn log(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len().saturating_sub(4));
    let checksum = Checksum::of(&bytes);
    bytes.extend(checksum.to_le_bytes());
    bytes
}

/// A PNG: the checksum of every chunk.
pub fn png(mut bytes: Vec<u8>) -> Vec<u8> {
    let mut start = 8;
    while let Some(head) = bytes.get(start..).and_then(|rest| rest.first_chunk::<4>()) {
        let length = u32::from_be_bytes(*head) as usize;
        let Some(chunk) = bytes.get(start + 4..start + 8 + length) else { break };
        let checksum = Checksum::of(chunk).to_be_bytes();
        put(&mut bytes, start + 8 + length, &checksum);
        start += 12 + length;
    }
    bytes
}

/// A frame of these bytes: with their checksum, coded, between zeros.
pub fn frame(mut bytes: Vec<u8>) -> Vec<u8> {
    let checksum = Checksum::of(&bytes);
    bytes.extend(checksum.to_le_bytes());
    let mut coded = vec![0];
    // COBS: each block is its length and bytes that are not 0. A zero follows all but full ones.
    for piece in bytes.split(|&byte| byte == 0) {
        let full = piece.chunks_exact(254);
        let rest = full.remainder();
        for block in full {
            coded.push(255);
            coded.extend_from_slice(block);
        }
        coded.push(rest.len() as u8 + 1);
        coded.extend_from_slice(rest);
    }
    coded.push(0);
    coded
}
