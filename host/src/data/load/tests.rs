use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::*;
use crate::data::{Sample, Scale};

mod csv;
#[cfg(feature = "mnist")]
mod embedded;
mod idx;
mod pictures;

/// A folder for one test.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().to_owned()
    }

    /// Writes a file, and the folders above it.
    fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn options(&self) -> DataOptions {
        DataOptions::new(self.path().into())
    }

    /// The message for these options, without the folder's path.
    fn message(&self, options: &DataOptions) -> String {
        self.told(load(options).expect_err("a fault"))
    }

    fn told(&self, error: DataError) -> String {
        let message = error.to_string();
        assert!(!message.contains('\n'), "{message}");
        message
            .replace(&format!("{}/", self.path().display()), "")
            .replace(&format!("{}: ", self.path().display()), "")
    }

    /// Writes images of 2x2 whose pixels all are their row, and labels.
    fn idx(&self, part: &str, labels: &[u8]) {
        let count = [0, 0, (labels.len() >> 8) as u8, labels.len() as u8];
        let pixels: Vec<u8> = (0..labels.len()).flat_map(|row| [row as u8; 4]).collect();
        let header = [&[0, 0, 8, 3], &count[..], &[0, 0, 0, 2, 0, 0, 0, 2]].concat();
        self.write(&format!("{part}-images-idx3-ubyte"), [header, pixels].concat());
        let header = [&[0, 0, 8, 1], &count[..]].concat();
        self.write(&format!("{part}-labels-idx1-ubyte"), [&header, labels].concat());
    }

    /// Writes IDX files of 8x8 images, each an upright stroke.
    fn idx_strokes(&self, part: &str, labels: &[u8]) {
        let count = [0, 0, 0, labels.len() as u8];
        let stroke: Vec<u8> = (0..64)
            .map(
                |at| if (3..5).contains(&(at % 8)) && (1..7).contains(&(at / 8)) { 255 } else { 0 },
            )
            .collect();
        let header = [&[0, 0, 8, 3], &count[..], &[0, 0, 0, 8, 0, 0, 0, 8]].concat();
        let images = [header, stroke.repeat(labels.len())].concat();
        self.write(&format!("{part}-images-idx3-ubyte"), images);
        let header = [&[0, 0, 8, 1], &count[..]].concat();
        self.write(&format!("{part}-labels-idx1-ubyte"), [&header, labels].concat());
    }

    /// Writes an image of an upright dark stroke on light paper.
    fn stroke(&self, name: &str, width: usize, height: usize) {
        let mut text = format!("P2 {width} {height} 255\n");
        for at in 0..width * height {
            let (x, y) = (at % width, at / width);
            let ink = (width / 2..width / 2 + 2).contains(&x) && (2..height - 2).contains(&y);
            text += if ink { "10 " } else { "250 " };
        }
        self.write(name, text);
    }

    /// Writes an image of 3x2: an edge, and a middle pixel of another shade.
    fn image(&self, name: &str, edge: u8, middle: u8) {
        self.write(
            name,
            format!(
                "P2 3 3 255 {edge} {edge} {edge} {edge} {middle} {edge} {edge} {edge} {edge}\n"
            ),
        );
    }
}

fn set(width: usize, pixels: &[u8], labels: &[u16]) -> Dataset {
    Dataset::new(width, Inputs::Pixels(pixels.to_vec()), labels.to_vec())
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|class| class.to_string()).collect()
}
