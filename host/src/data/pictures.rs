//! A folder with one sub-folder of images for each class.

use std::path::{Path, PathBuf};

use super::error::{DataError, FolderFault, Size, list};
use super::files::{self, Entry, sort_names};
use super::{Dataset, Inputs, MAX_BYTES, Polarity};
use crate::picture::{self, Gray};

/// Image files, and the classes they are of.
#[derive(Debug)]
pub(super) struct Pictures {
    /// The names of the sub-folders, in order.
    pub classes: Vec<String>,
    /// Each image, and the number of its class.
    files: Vec<(PathBuf, u16)>,
}

/// Images in memory.
#[derive(Debug)]
pub(super) struct Loaded {
    pub size: Size,
    /// As in the files, 255 white; or prepared, 255 ink.
    pixels: Vec<u8>,
    labels: Vec<u16>,
}

impl Pictures {
    /// Lists the images; nothing if there is no sub-folder.
    pub(super) fn find(entries: &[Entry], folder: &Path) -> Result<Option<Self>, DataError> {
        let mut classes: Vec<_> = entries.iter().filter(|entry| entry.folder).collect();
        if classes.is_empty() {
            return Ok(None);
        }
        let mut names: Vec<_> = classes.iter().map(|entry| entry.name.clone()).collect();
        sort_names(&mut names);
        classes.sort_by_key(|entry| names.iter().position(|name| *name == entry.name));
        let found = classes.len();
        let Ok(_) = u16::try_from(found) else {
            let fault = FolderFault::ManyClasses { found };
            return Err(DataError::Folder { path: folder.to_owned(), fault });
        };
        let mut files = Vec::new();
        for (class, number) in classes.iter().zip(0..) {
            let inside = files::list(&class.path)?;
            let before = files.len();
            let images = inside.iter().filter(|entry| !entry.folder && is_image(&entry.path));
            files.extend(images.map(|entry| (entry.path.clone(), number)));
            if files.len() == before {
                let hint = if inside.iter().any(|entry| entry.folder) {
                    " but folders; if it holds the classes, name this folder, and its sibling as the test set"
                } else {
                    "; add some or remove the folder"
                };
                let fault = FolderFault::EmptyClass { hint };
                return Err(DataError::Folder { path: class.path.clone(), fault });
            }
        }
        Ok(Some(Self { classes: names, files }))
    }

    /// Refuses a single class.
    pub(super) fn check_classes(&self, folder: &Path) -> Result<(), DataError> {
        if let [class] = self.classes.as_slice() {
            let fault = FolderFault::OneClass { class: class.clone() };
            return Err(DataError::Folder { path: folder.to_owned(), fault });
        }
        Ok(())
    }

    /// Renumbers the images by the classes a model knows.
    pub(super) fn map_classes(
        &mut self,
        classes: &[String],
        folder: &Path,
    ) -> Result<(), DataError> {
        let number = |name: &String| {
            let place = classes.iter().position(|class| class == name);
            place.and_then(|place| u16::try_from(place).ok()).ok_or_else(|| DataError::Folder {
                path: folder.join(name),
                fault: FolderFault::UnknownClass {
                    found: name.clone(),
                    classes: list(classes.iter().map(String::as_str)),
                },
            })
        };
        let numbers: Vec<u16> = self.classes.iter().map(number).collect::<Result<_, _>>()?;
        for (_, label) in &mut self.files {
            *label = numbers[usize::from(*label)];
        }
        Ok(())
    }

    /// Reads the images, all of one size, as they are.
    ///
    /// `model` is the size they must have, if that is given.
    pub(super) fn read(self, model: Option<Size>) -> Result<Loaded, DataError> {
        let mut first: Option<Size> = None;
        let first_path = self.files.first().map(|(path, _)| path.clone()).unwrap_or_default();
        self.collect(|path, gray| {
            let Gray { width, height, ref pixels } = *gray;
            let fail = |fault| DataError::Folder { path: path.to_owned(), fault };
            let (Ok(columns), Ok(rows)) = (width.try_into(), height.try_into()) else {
                return Err(fail(FolderFault::Side { width, height }));
            };
            let found = Size { width: columns, height: rows };
            let wanted = *first.get_or_insert(found);
            match model {
                Some(wanted) if wanted != found => {
                    Err(fail(FolderFault::ModelSize { found, wanted }))
                }
                None if wanted != found => {
                    Err(fail(FolderFault::Size { found, first: first_path.clone(), wanted }))
                }
                _ => Ok((found, pixels.clone())),
            }
        })
    }

    /// Reads the images and prepares each like MNIST.
    pub(super) fn prepare(self, size: Size) -> Result<Loaded, DataError> {
        self.collect(|path, gray| {
            let prepared = picture::prepare(gray, size.width, size.height);
            Ok((size, prepared.map_err(|cause| DataError::Picture(cause.at(path)))?.pixels))
        })
    }

    fn collect(
        self,
        mut take: impl FnMut(&Path, &Gray) -> Result<(Size, Vec<u8>), DataError>,
    ) -> Result<Loaded, DataError> {
        let mut loaded = Loaded {
            size: Size { width: 0, height: 0 },
            pixels: Vec::new(),
            labels: Vec::with_capacity(self.files.len()),
        };
        for (path, label) in &self.files {
            // Opening first refuses pipes and devices, and says what is wrong as elsewhere.
            files::open(path)?;
            let gray = picture::read(path).map_err(DataError::Picture)?;
            let (size, pixels) = take(path, &gray)?;
            if (loaded.pixels.len() + pixels.len()) as u64 > MAX_BYTES {
                let fault = FolderFault::TooLarge;
                return Err(DataError::Folder { path: path.clone(), fault });
            }
            loaded.size = size;
            loaded.pixels.extend_from_slice(&pixels);
            loaded.labels.push(*label);
        }
        Ok(loaded)
    }
}

impl Loaded {
    /// Whether paper is light: whether the edges of all images together are rather white than black.
    pub(super) fn polarity(&self) -> Polarity {
        let (width, height) = (usize::from(self.size.width), usize::from(self.size.height));
        let (mut sum, mut count) = (0_u64, 0_u64);
        for image in self.pixels.chunks_exact(self.size.area().max(1)) {
            for (at, &pixel) in image.iter().enumerate() {
                let (x, y) = (at % width, at / width);
                if x == 0 || y == 0 || x == width - 1 || y == height - 1 {
                    sum += u64::from(pixel);
                    count += 1;
                }
            }
        }
        if sum * 2 > count * 255 { Polarity::InkLow } else { Polarity::InkHigh }
    }

    /// The images and labels as a data set, 0 paper and 255 ink.
    pub(super) fn into_dataset(mut self, polarity: Polarity) -> Dataset {
        if polarity == Polarity::InkLow {
            self.pixels.iter_mut().for_each(|pixel| *pixel = 255 - *pixel);
        }
        Dataset::new(self.size.area(), Inputs::Pixels(self.pixels), self.labels)
    }
}

/// Whether a file is called as images are.
fn is_image(path: &Path) -> bool {
    path.extension().is_some_and(|extension| {
        ["png", "pgm"].iter().any(|known| extension.eq_ignore_ascii_case(known))
    })
}
