//! MNIST as the peers read it: four IDX files, not compressed; and how many of its pixels are lit.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::place::built_example;
use crate::shell;

/// Pixels of a picture, and the training samples.
const PIXELS: usize = 784;
pub const SAMPLES: usize = 60_000;

/// Bytes before the pixels.
const HEADER: usize = 16;

/// The file that is trained on.
const TRAINING: &str = "train-images-idx3-ubyte";

/// The files and their sizes in bytes.
const FILES: [(&str, usize); 4] = [
    (TRAINING, HEADER + SAMPLES * PIXELS),
    ("train-labels-idx1-ubyte", 8 + SAMPLES),
    ("t10k-images-idx3-ubyte", HEADER + 10_000 * PIXELS),
    ("t10k-labels-idx1-ubyte", 8 + 10_000),
];

/// The folder with the four files: `given`, or one in `work`, filled with gradito's own MNIST.
///
/// # Errors
///
/// If a file is missing from `given` or has not MNIST's size, or if writing them fails.
pub fn folder(given: Option<&Path>, work: &Path) -> Result<PathBuf, String> {
    match given {
        Some(given) => {
            let given =
                given.canonicalize().map_err(|error| format!("{}: {error}", given.display()))?;
            check(&given)?;
            Ok(given)
        }
        None => written(work.join("mnist"), None),
    }
}

/// The folder in `work` with MNIST in which no pixel is 0.
///
/// # Errors
///
/// If writing it fails.
pub fn without_zeros(work: &Path) -> Result<PathBuf, String> {
    written(work.join("mnist-no-zeros"), Some("--no-zeros"))
}

/// `folder`, filled if it is not.
fn written(folder: PathBuf, option: Option<&str>) -> Result<PathBuf, String> {
    if check(&folder).is_err() {
        shell::run(Command::new(built_example("write-mnist")?).arg(&folder).args(option))?;
        check(&folder)?;
    }
    Ok(folder)
}

fn check(folder: &Path) -> Result<(), String> {
    FILES.iter().try_for_each(|(name, size)| {
        let path = folder.join(name);
        match path.metadata() {
            Ok(file) if file.len() == *size as u64 => Ok(()),
            Ok(file) => Err(format!("{}: {} bytes, not {size}", path.display(), file.len())),
            Err(error) => {
                Err(format!("{}: {error}; uncompressed IDX files are needed", path.display()))
            }
        }
    })
}

/// How often each pixel of the training samples is lit, that is, not 0.
#[derive(Clone, Debug, PartialEq)]
pub struct Lit {
    /// By pixel, from 0 to 1.
    shares: Vec<f64>,
}

impl Lit {
    /// Counts the lit pixels of the training samples in that folder.
    ///
    /// # Errors
    ///
    /// If the file cannot be read.
    pub fn read(folder: &Path) -> Result<Self, String> {
        let path = folder.join(TRAINING);
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        Ok(Self::count(bytes.get(HEADER..).unwrap_or_default(), PIXELS))
    }

    /// With that share of samples in which each pixel is lit.
    #[cfg(test)]
    pub fn from_shares(shares: Vec<f64>) -> Self {
        Self { shares }
    }

    fn count(pixels: &[u8], width: usize) -> Self {
        let mut counts = vec![0_u32; width];
        for picture in pixels.chunks_exact(width) {
            for (count, &pixel) in counts.iter_mut().zip(picture) {
                *count += u32::from(pixel != 0);
            }
        }
        let pictures = (pixels.len() / width) as f64;
        Self { shares: counts.into_iter().map(|count| f64::from(count) / pictures).collect() }
    }

    /// Lit pixels of a sample, on average.
    pub fn in_sample(&self) -> f64 {
        self.shares.iter().sum()
    }

    /// Pixels that are lit in any sample of a batch, on average: a pixel stays dark if it is dark
    /// in each sample, drawn by chance.
    pub fn in_batch(&self, batch: usize) -> f64 {
        let exponent = i32::try_from(batch).unwrap_or(i32::MAX);
        self.shares.iter().map(|share| 1.0 - (1.0 - share).powi(exponent)).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pixel_is_lit_if_it_is_not_0() {
        let lit = Lit::count(&[0, 1, 255, 0, 0, 7, 0, 0, 9, 0, 3, 1], 3);
        assert_eq!(lit, Lit { shares: vec![0.0, 0.5, 1.0] });
        assert_eq!(lit.in_sample(), 1.5);
    }

    #[test]
    fn a_batch_lights_what_any_of_its_samples_does() {
        let lit = Lit { shares: vec![0.0, 0.5, 1.0] };
        assert_eq!(lit.in_batch(1), lit.in_sample());
        assert_eq!(lit.in_batch(3), 0.0 + 0.875 + 1.0);
    }
}
