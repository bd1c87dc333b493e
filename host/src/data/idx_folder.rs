//! A folder of IDX files: images and labels, for training and perhaps for testing.

use std::path::{Path, PathBuf};

use super::error::{DataError, FolderFault, IdxFault, Size, list};
use super::files::Entry;
use super::idx::{self, Images};
use super::{Dataset, Inputs, MAX_BYTES, mnist};
use crate::picture::{self, Gray};

/// The files of a folder.
#[derive(Debug, Default)]
pub(super) struct IdxFolder {
    /// Images and labels for training.
    train: [Option<PathBuf>; 2],
    /// Images and labels for testing.
    test: [Option<PathBuf>; 2],
}

/// The number of the class of each label: of the class of that name; or, if some class is no number,
/// the label itself.
pub(super) fn class_numbers(classes: &[String]) -> Vec<Option<u16>> {
    let values: Option<Vec<u16>> = classes.iter().map(|name| name.parse().ok()).collect();
    let mut numbers = vec![None; usize::from(u16::MAX) + 1];
    for (class, number) in (0..classes.len()).zip(0..=u16::MAX) {
        let label = values.as_ref().map_or(number, |values| values[class]);
        numbers[usize::from(label)] = Some(number);
    }
    numbers
}

/// Images and their labels, from two files.
#[derive(Debug)]
pub(super) struct Pair {
    images: Images,
    images_path: PathBuf,
    labels: Vec<u16>,
    labels_path: PathBuf,
}

impl IdxFolder {
    /// Finds the files by their names; nothing if there is none.
    pub(super) fn find(entries: &[Entry], folder: &Path) -> Result<Option<Self>, DataError> {
        let mut found = Self::default();
        let mut any = false;
        for entry in entries.iter().filter(|entry| !entry.folder) {
            let name = entry.name.to_lowercase();
            let role = match () {
                () if !name.contains("idx") => continue,
                () if name.contains("images") => 0,
                () if name.contains("labels") => 1,
                () => continue,
            };
            let test = name.contains("t10k") || name.contains("test");
            let place = &mut (if test { &mut found.test } else { &mut found.train })[role];
            any = true;
            match place {
                // The unpacked file comes first in the list, and is as good.
                Some(first) if entry.path == first.with_added_extension("gz") => {}
                Some(first) => {
                    let first =
                        first.file_name().unwrap_or_default().to_string_lossy().into_owned();
                    let fault = FolderFault::Several { first, second: entry.name.clone() };
                    return Err(DataError::Folder { path: folder.to_owned(), fault });
                }
                None => *place = Some(entry.path.clone()),
            }
        }
        Ok(any.then_some(found))
    }

    /// The training files.
    pub(super) fn train(&self, folder: &Path) -> Result<Pair, DataError> {
        Pair::read(
            &self.train,
            folder,
            [
                "training images (train-images-idx3-ubyte)",
                "training labels (train-labels-idx1-ubyte)",
            ],
        )
    }

    /// The test files; nothing if there are none.
    pub(super) fn test(&self, folder: &Path) -> Result<Option<Pair>, DataError> {
        if self.test == [None, None] {
            return Ok(None);
        }
        let what = ["test images (t10k-images-idx3-ubyte)", "test labels (t10k-labels-idx1-ubyte)"];
        Pair::read(&self.test, folder, what).map(Some)
    }
}

impl Pair {
    fn read(
        files: &[Option<PathBuf>; 2],
        folder: &Path,
        what: [&'static str; 2],
    ) -> Result<Self, DataError> {
        let missing = |what| {
            let fault = FolderFault::Missing { what };
            DataError::Folder { path: folder.to_owned(), fault }
        };
        let [images_path, labels_path] = files;
        let images_path = images_path.clone().ok_or_else(|| missing(what[0]))?;
        let labels_path = labels_path.clone().ok_or_else(|| missing(what[1]))?;
        let images = idx::images(&images_path)?;
        let count = images.pixels.len() / images.size.area();
        let labels = idx::labels(&labels_path, count, &file_name(&images_path))?;
        Ok(Self { images, images_path, labels, labels_path })
    }

    /// The size of the images.
    pub(super) fn size(&self) -> Size {
        self.images.size
    }

    /// The number of images.
    pub(super) fn len(&self) -> usize {
        self.labels.len()
    }

    /// Refuses images of another size than this set's.
    pub(super) fn check_size(&self, other: &Self) -> Result<(), DataError> {
        if other.size() == self.size() {
            return Ok(());
        }
        let fault = IdxFault::Size {
            found: other.size(),
            other: file_name(&self.images_path),
            wanted: self.size(),
        };
        Err(DataError::Idx { path: other.images_path.clone(), fault })
    }

    /// The names of the classes: the labels 0 to the greatest.
    ///
    /// A class without samples is taken for chance only if samples are few, and not half of the
    /// classes are missing; else the greatest label is an error in the file.
    pub(super) fn classes(&self) -> Result<Vec<String>, DataError> {
        /// With so many samples a class, none is missing by chance.
        const MANY: usize = 20;
        let fail = |fault| DataError::Idx { path: self.labels_path.clone(), fault };
        let mut there = vec![false; usize::from(u16::MAX)];
        for &label in &self.labels {
            there[usize::from(label)] = true;
        }
        let label = self.labels.iter().copied().max().unwrap_or_default();
        let count = usize::from(label) + 1;
        let used = there.iter().filter(|&&there| there).count();
        if used < 2 {
            return Err(fail(IdxFault::OneClass { label }));
        }
        // Labels may count from 1.
        let missing = (1..label).find(|&label| !there[usize::from(label)]);
        if let Some(missing) = missing
            && (self.len() >= MANY * count || used * 2 < count)
        {
            let row = self.labels.iter().position(|&other| other == label).unwrap_or_default() + 1;
            return Err(fail(IdxFault::Gap { row, label, missing }));
        }
        Ok((0..count).map(|label| label.to_string()).collect())
    }

    /// Replaces each label by the number of its class; see [`class_numbers`].
    pub(super) fn map_labels(&mut self, classes: &[String]) -> Result<(), DataError> {
        let numbers = class_numbers(classes);
        for (at, label) in self.labels.iter_mut().enumerate() {
            *label = numbers[usize::from(*label)].ok_or_else(|| {
                let fault = IdxFault::UnknownLabel {
                    row: at + 1,
                    label: *label,
                    classes: list(classes.iter().map(String::as_str)),
                };
                DataError::Idx { path: self.labels_path.clone(), fault }
            })?;
        }
        Ok(())
    }

    /// Prepares each image like MNIST.
    pub(super) fn prepare(&mut self, size: Size) -> Result<(), DataError> {
        let path = &self.images_path;
        let (count, row) = (self.labels.len() as u32, size.area() as u64);
        if u64::from(count) * row > MAX_BYTES {
            let fault = IdxFault::TooLarge { count, row };
            return Err(DataError::Idx { path: path.clone(), fault });
        }
        let mut pixels = Vec::new();
        for (at, image) in self.images.pixels.chunks_exact(self.images.size.area()).enumerate() {
            let gray = Gray {
                width: self.images.size.width.into(),
                height: self.images.size.height.into(),
                pixels: image.to_vec(),
            };
            let prepared = picture::prepare(&gray, size.width, size.height);
            let prepared = prepared.map_err(|cause| DataError::Prepare {
                path: path.clone(),
                row: at + 1,
                cause,
            })?;
            pixels.extend_from_slice(&prepared.pixels);
        }
        self.images = Images { size, pixels };
        Ok(())
    }

    /// Whether the images look prepared like MNIST: 28x28, and of the first thousand at least nine in
    /// ten with their centre of mass within a pixel of the middle. (Of MNIST, 99 in 100.)
    pub(super) fn looks_prepared(&self) -> bool {
        const SIDE: usize = mnist::SIDE as usize;
        if self.size() != (Size { width: mnist::SIDE, height: mnist::SIDE }) {
            return false;
        }
        let centred = |image: &[u8]| {
            let (mut mass, mut x, mut y) = (0, 0, 0);
            for (at, &pixel) in image.iter().enumerate() {
                let ink = i64::from(pixel);
                mass += ink;
                x += ink * (at % SIDE) as i64;
                y += ink * (at / SIDE) as i64;
            }
            let middle = mass * (SIDE as i64 / 2);
            mass > 0 && (x - middle).abs() <= mass && (y - middle).abs() <= mass
        };
        let images = self.images.pixels.chunks_exact(SIDE * SIDE).take(1000);
        let count = images.len();
        images.filter(|image| centred(image)).count() * 10 >= count * 9
    }

    /// The images and labels as a data set.
    pub(super) fn into_dataset(self) -> Dataset {
        Dataset::new(self.images.size.area(), Inputs::Pixels(self.images.pixels), self.labels)
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
