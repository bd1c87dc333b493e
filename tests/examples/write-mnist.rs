//! Writes MNIST's four IDX files, uncompressed, to a folder: what the peers of a benchmark read.
//!
//! `write-mnist FOLDER [--no-zeros]`; with `--no-zeros` a pixel is 1 where MNIST has a 0, so that
//! nothing can be gained by passing over zeros: the same pictures as dense data.

use std::error::Error;
use std::fs;
use std::path::Path;

use gradito::data::{Dataset, Inputs, mnist};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let (folder, least) = match arguments[..] {
        [folder] => (Path::new(folder), 0),
        [folder, "--no-zeros"] => (Path::new(folder), 1),
        _ => return Err("usage: write-mnist FOLDER [--no-zeros]".into()),
    };
    fs::create_dir_all(folder)?;
    write(folder, "train", mnist::train()?, least)?;
    write(folder, "t10k", mnist::test()?, least)
}

/// Writes the images and labels of one set, no pixel below `least`.
fn write(folder: &Path, name: &str, set: &Dataset, least: u8) -> Result<(), Box<dyn Error>> {
    let Inputs::Pixels(pixels) = set.inputs() else { return Err("MNIST is pixels".into()) };
    let count = u32::try_from(set.len())?;
    let side = u32::from(mnist::SIDE);
    let mut images = header(&[0x803, count, side, side]);
    images.extend(pixels.iter().map(|&pixel| pixel.max(least)));
    fs::write(folder.join(format!("{name}-images-idx3-ubyte")), images)?;
    let mut labels = header(&[0x801, count]);
    for &label in set.labels() {
        labels.push(u8::try_from(label)?);
    }
    fs::write(folder.join(format!("{name}-labels-idx1-ubyte")), labels)?;
    Ok(())
}

/// Big-endian numbers.
fn header(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_be_bytes()).collect()
}
