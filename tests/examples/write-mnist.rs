//! Writes MNIST's four IDX files, uncompressed, to a folder: what the peers of a benchmark read.

use std::error::Error;
use std::fs;
use std::path::Path;

use gradito::data::{Dataset, Inputs, mnist};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).ok_or("usage: write-mnist FOLDER")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    write(folder, "train", mnist::train()?)?;
    write(folder, "t10k", mnist::test()?)
}

/// Writes the images and labels of one set.
fn write(folder: &Path, name: &str, set: &Dataset) -> Result<(), Box<dyn Error>> {
    let Inputs::Pixels(pixels) = set.inputs() else { return Err("MNIST is pixels".into()) };
    let count = u32::try_from(set.len())?;
    let side = u32::from(mnist::SIDE);
    let mut images = header(&[0x803, count, side, side]);
    images.extend_from_slice(pixels);
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
