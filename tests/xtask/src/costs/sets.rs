//! Images of which a known part is not zero.

use std::path::Path;

use super::program::Program;

/// How much of the images is ink.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fill {
    /// One pixel.
    Dark,
    /// Four of twelve, side by side, as strokes are.
    Third,
    /// Every pixel.
    Full,
}

impl Fill {
    pub const ALL: [Self; 3] = [Self::Dark, Self::Third, Self::Full];

    /// The pixel at `index` of an image with an even side; ink is centred, as it is in MNIST.
    fn pixel(self, index: usize, side: usize) -> u8 {
        let lit = match self {
            Self::Dark => index == side / 2 * (side + 1),
            Self::Third => index % 12 < 4,
            Self::Full => true,
        };
        // All values but 0 and those that any threshold leaves out.
        if lit { (index * 37 % 55) as u8 + 200 } else { 0 }
    }
}

/// Square images.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Set {
    pub side: usize,
    pub fill: Fill,
}

/// Images of each part; classes take turns.
const IMAGES: usize = 40;

const CLASSES: usize = 10;

impl Set {
    /// The name of its folder.
    pub fn name(self) -> String {
        format!("{0}x{0}-{1:?}", self.side, self.fill).to_lowercase()
    }
}

/// Writes the files of a set, unless they are there.
pub fn write(program: &Program, set: Set) -> Result<(), String> {
    let folder = program.file(&set.name());
    if folder.is_dir() {
        return Ok(());
    }
    let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(&folder).map_err(failed)?;
    for part in ["train", "t10k"] {
        write_part(&folder, part, set).map_err(failed)?;
    }
    Ok(())
}

fn write_part(folder: &Path, part: &str, set: Set) -> std::io::Result<()> {
    let head = |kind: u8, sizes: &[usize]| {
        let sizes = sizes.iter().flat_map(|&size| (size as u32).to_be_bytes());
        [0, 0, 8, kind].into_iter().chain(sizes).collect::<Vec<u8>>()
    };
    let mut images = head(3, &[IMAGES, set.side, set.side]);
    for _ in 0..IMAGES {
        images.extend((0..set.side * set.side).map(|index| set.fill.pixel(index, set.side)));
    }
    let mut labels = head(1, &[IMAGES]);
    labels.extend((0..IMAGES).map(|index| (index % CLASSES) as u8));
    std::fs::write(folder.join(format!("{part}-images-idx3-ubyte")), images)?;
    std::fs::write(folder.join(format!("{part}-labels-idx1-ubyte")), labels)
}
