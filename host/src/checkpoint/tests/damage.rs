//! Bytes that are no checkpoint.

use sha2::{Digest, Sha256};

use super::runs::checkpoint;
use crate::checkpoint::{Checkpoint, Fault};

/// `bytes` with the length and the digest that they should have.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let length = bytes.len() as u64 + 32;
    bytes[12..20].copy_from_slice(&length.to_le_bytes());
    let digest = Sha256::digest(&bytes);
    bytes.extend(digest);
    bytes
}

fn fault(bytes: &[u8]) -> Fault {
    Checkpoint::from_bytes(bytes).unwrap_err()
}

#[test]
fn bytes_are_as_documented() {
    let checkpoint = checkpoint();
    let bytes = checkpoint.to_bytes();
    assert_eq!(bytes[..12], *b"\x89GRADCP\n\x01\0\0\0");
    assert_eq!(bytes[12..20], (bytes.len() as u64).to_le_bytes());
    let body = &bytes[..bytes.len() - 32];
    assert_eq!(bytes[body.len()..], Sha256::digest(body)[..]);
    // What identifies a run, and first its topology.
    assert_eq!(bytes[20..28], (checkpoint.identity.0.len() as u64).to_le_bytes());
    assert_eq!(bytes[28..49], *b"\x06\0\0\0layers\x07\0\0\x002-5-4-2");
    // The end: 49 numbers of velocity behind their name and number.
    let velocity = &body[body.len() - 49 * 4 - 20..];
    assert_eq!(velocity[..20], *b"\x08\0\0\0velocity\x31\0\0\0\0\0\0\0");
}

#[test]
fn every_flip_and_every_cut_is_noticed() {
    let bytes = checkpoint().to_bytes();
    for at in 0..bytes.len() {
        let mut flipped = bytes.clone();
        flipped[at] ^= 1 << (at % 8);
        let wanted = match at {
            0..8 => Fault::Magic,
            8..12 => {
                Fault::Version { found: u32::from_le_bytes(*flipped[8..].first_chunk().unwrap()) }
            }
            12..20 => {
                let stated = u64::from_le_bytes(*flipped[12..].first_chunk().unwrap());
                Fault::Length { found: bytes.len() as u64, stated }
            }
            _ => Fault::Digest,
        };
        assert_eq!(fault(&flipped), wanted, "byte {at}");
        let wanted = match at {
            0..8 => Fault::Magic,
            8..20 => Fault::Length { found: at as u64, stated: 52 },
            _ => Fault::Length { found: at as u64, stated: bytes.len() as u64 },
        };
        assert_eq!(fault(&bytes[..at]), wanted, "{at} bytes");
    }
    assert!(matches!(fault(&[&bytes[..], b"!"].concat()), Fault::Length { .. }));
}

/// A seal can be forged; room must not be made for what a count claims.
#[test]
fn sealed_nonsense_is_a_fault_and_costs_nothing() {
    let bytes = checkpoint().to_bytes();
    let body = &bytes[..bytes.len() - 32];
    for at in 20..body.len() {
        // A cut within the last list, or before it.
        assert!(matches!(fault(&sealed(body[..at].to_vec())), Fault::Field(_)), "{at} bytes");
        // Every eight bytes a huge number: as a count it must be refused, not reserved.
        for count in [u64::MAX, 1 << 60, 1 << 32] {
            let mut forged = body.to_vec();
            let end = (at + 8).min(forged.len());
            forged[at..end].copy_from_slice(&count.to_le_bytes()[..end - at]);
            let _ = Checkpoint::from_bytes(&sealed(forged));
        }
    }
    assert_eq!(fault(&sealed([body, b"!"].concat())), Fault::Field("end"));
    assert_eq!(fault(&sealed(body[..20].to_vec())), Fault::Field("settings"));
}
