//! Files that promise far more than they hold cost nothing.
//!
//! The whole program gets little memory: what takes more is refused it, and ends.

use std::alloc::System;
use std::fs;
use std::io::{Write, repeat};
use std::path::Path;
use std::time::{Duration, Instant};

use cap::Cap;
use flate2::Compression;
use flate2::write::GzEncoder;
use gradito::checkpoint::Checkpoint;
use gradito::data::{DataOptions, Source, load};
use gradito::picture;

#[global_allocator]
static MEMORY: Cap<System> = Cap::new(System, 24 << 20);

/// No refusal takes longer, on any machine.
const PATIENCE: Duration = Duration::from_secs(10);

/// A folder of IDX files for ten images, whose images are the file `name` with these bytes.
fn refusal(name: &str, images: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let labels = [&[0, 0, 8, 1, 0, 0, 0, 10][..], &[0, 1, 0, 1, 0, 1, 0, 1, 0, 1]].concat();
    fs::write(folder.path().join("train-labels-idx1-ubyte"), labels).unwrap();
    fs::write(folder.path().join(name), images).unwrap();
    let begun = Instant::now();
    let error = load(&DataOptions::new(Source::Path(folder.path().to_owned()))).unwrap_err();
    assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    error.to_string()
}

/// An IDX header of images.
fn header(count: u32, height: u32, width: u32) -> Vec<u8> {
    let sizes = [count, height, width].map(u32::to_be_bytes);
    [&[0, 0, 8, 3], sizes.as_flattened()].concat()
}

#[test]
fn a_header_of_2_to_the_60_bytes_costs_nothing() {
    for (count, height, width) in [(1 << 30, 1 << 15, 1 << 15), (u32::MAX, u32::MAX, u32::MAX)] {
        let mut images = header(count, height, width);
        images.extend([7; 60]);
        let error = refusal("train-images-idx3-ubyte", &images);
        assert!(error.contains("train-images-idx3-ubyte: "), "{error}");
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(&images).unwrap();
        let error = refusal("train-images-idx3-ubyte.gz", &packed.finish().unwrap());
        assert!(error.contains("train-images-idx3-ubyte.gz: "), "{error}");
    }
}

#[test]
fn a_gzip_bomb_costs_nothing() {
    // Ten images of 2x3, and behind them 256 MiB of zeros in 1 MiB.
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&header(10, 2, 3)).unwrap();
    std::io::copy(&mut std::io::Read::take(repeat(0), 256 << 20), &mut packed).unwrap();
    let packed = packed.finish().unwrap();
    assert!(packed.len() < 2 << 20, "{}", packed.len());
    let error = refusal("train-images-idx3-ubyte.gz", &packed);
    assert!(error.contains("goes on after its last row"), "{error}");
}

#[test]
fn pictures_of_a_million_pixels_square_cost_nothing() {
    let side = 1_000_000_u32;
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
    png.extend([side, side].map(u32::to_be_bytes).as_flattened());
    png.extend([8, 0, 0, 0, 0]);
    let checksum = gradito_core::checksum::Checksum::of(&png[12..]);
    png.extend(checksum.to_be_bytes());
    let netpbm = [&format!("P5 {side} {side} 255\n").into_bytes()[..], &[0; 100]].concat();
    for bytes in [png, netpbm] {
        let begun = Instant::now();
        let error = picture::decode(&bytes).unwrap_err().at(Path::new("huge")).to_string();
        assert!(begun.elapsed() < PATIENCE && error.starts_with("huge: "), "{error}");
    }
}

#[test]
fn a_checkpoint_that_claims_2_to_the_60_numbers_costs_nothing() {
    use sha2::{Digest, Sha256};

    let mut bytes = b"\x89GRADCP\n\x01\0\0\0".to_vec();
    bytes.extend(60_u64.to_le_bytes());
    bytes.extend((1_u64 << 60).to_le_bytes());
    let digest = Sha256::digest(&bytes);
    bytes.extend(digest);
    let error = Checkpoint::from_bytes(&bytes).unwrap_err();
    assert_eq!(error.to_string(), "is damaged: its settings cannot be read");
}
