//! Loading for training, and for a model.

use std::path::Path;

use super::csv_file::Table;
use super::digest::digest;
use super::error::{DataError, FolderFault, Misfit, Size};
use super::idx_folder::{IdxFolder, Pair, class_numbers};
use super::layout::Purpose;
use super::pictures::Pictures;
use super::split::{How, split};
use super::{
    Data, DataOptions, Dataset, InputKind, Inputs, LabelColumn, Polarity, Source, Stages, files,
    mnist, staged,
};

/// The size images are prepared to unless told otherwise.
const PREPARED: Size = Size { width: mnist::SIDE, height: mnist::SIDE };

/// Loads data for training: finds its classes, divides it, and fits the inputs' scaling.
///
/// The division is of the source's samples: MNIST keeps its own test set and gives its last 10 000
/// training samples to validation, and so does a folder of IDX files of MNIST's shape. Other data is
/// divided by the seed, 70 : 15 : 15 into training, validation and test part; where a test set is
/// there (in the folder, or named), 15 per cent of the rest are for validation. Within each part the
/// samples keep their order. Stages are noted in [`Data::input`], and done by [`Dataset::staged`].
///
/// # Errors
///
/// Each says what is wrong with the data and where.
pub fn load(options: &DataOptions) -> Result<Data, DataError> {
    staged::note(options.stages, options.shades.apply(load_shades(options)?)?)
}

/// [`load`], with all shades.
fn load_shades(options: &DataOptions) -> Result<Data, DataError> {
    let path = match &options.source {
        Source::Mnist => return load_mnist(options),
        Source::Path(path) => path,
    };
    match open(path)? {
        Opened::Idx(folder) => load_idx(options, path, &folder),
        Opened::Pictures(pictures) => load_pictures(options, path, pictures),
        Opened::File => load_csv(options, path),
    }
}

/// Loads labelled data the way a model needs it: with its size, polarity, preparation, shades or
/// scaling, and its classes.
///
/// All samples; of MNIST and of a folder of IDX files with a test set, the test set.
///
/// # Errors
///
/// Each says what is wrong with the data, or does not fit the model, and where.
pub fn load_for(
    source: &Source,
    label: &LabelColumn,
    input: &InputKind,
    classes: &[String],
) -> Result<Dataset, DataError> {
    let mut set = load_shades_for(source, label, input, classes)?;
    if let InputKind::Pixels { threshold: Some(threshold), .. } = *input {
        set.blacken(threshold);
    }
    Ok(set)
}

/// [`load_for`], with all shades.
fn load_shades_for(
    source: &Source,
    label: &LabelColumn,
    input: &InputKind,
    classes: &[String],
) -> Result<Dataset, DataError> {
    let (path, name) = match source {
        Source::Mnist => (None, "mnist".to_owned()),
        Source::Path(path) => (Some(path), path.display().to_string()),
    };
    let misfit = |fault| DataError::Misfit { name: name.clone(), fault };
    let (wanted, polarity, prepared) = match *input {
        InputKind::Pixels { width, height, polarity, prepared, .. } => {
            (Size { width, height }, polarity, prepared)
        }
        InputKind::Features { ref scaling, .. } => {
            return match path {
                Some(path) if !path.is_dir() => {
                    let table = table_for(path, label, input, true)?;
                    let labels = table.known(classes)?;
                    Ok(features(table, labels))
                }
                _ => Err(misfit(Misfit::Images { features: scaling.len() })),
            };
        }
    };
    let Some(path) = path else {
        if wanted != PREPARED {
            return Err(misfit(Misfit::Size { found: PREPARED, wanted }));
        }
        let mut set = mnist::unpack_test()?;
        let numbers = class_numbers(classes);
        return match set.relabel(|digit| numbers[usize::from(digit)]) {
            Ok(()) => Ok(set),
            Err((_, digit)) => Err(misfit(Misfit::Class { digit })),
        };
    };
    match open(path)? {
        Opened::Idx(folder) => {
            let mut pair = match folder.test(path)? {
                Some(pair) => pair,
                None => folder.train(path)?,
            };
            pair.map_labels(classes)?;
            if pair.size() != wanted {
                if !prepared {
                    return Err(misfit(Misfit::Size { found: pair.size(), wanted }));
                }
                pair.prepare(wanted)?;
            }
            Ok(pair.into_dataset())
        }
        Opened::Pictures(mut pictures) => {
            pictures.map_classes(classes, path)?;
            let loaded =
                if prepared { pictures.prepare(wanted)? } else { pictures.read(Some(wanted))? };
            Ok(loaded.into_dataset(if prepared { Polarity::InkHigh } else { polarity }))
        }
        Opened::File => Err(misfit(Misfit::Features { size: wanted })),
    }
}

/// A row of a CSV file, scaled for a model.
#[derive(Clone, Debug, PartialEq)]
pub struct FeatureRow {
    /// The line of the file, from 1.
    pub line: u64,
    /// The features, scaled.
    pub features: Vec<f32>,
    /// The label as it stands in the file, if there is one.
    pub label: Option<String>,
}

/// Reads the rows of a CSV file, with or without a label, scaled for a model.
///
/// Where both the model and the file have names of columns, these find the features, in any order;
/// else the columns must be the model's features, and the label if there is one more.
///
/// # Errors
///
/// Each says what is wrong with the file, or does not fit the model, and where.
pub fn read_features(
    path: &Path,
    label: &LabelColumn,
    input: &InputKind,
) -> Result<Vec<FeatureRow>, DataError> {
    let table = table_for(path, label, input, false)?;
    let rows = table.values.chunks_exact(table.width()).zip(&table.lines).enumerate();
    let row = |(at, (features, &line)): (usize, (&[f32], &u64))| FeatureRow {
        line,
        features: features.to_vec(),
        label: table.label(at).map(str::to_owned),
    };
    Ok(rows.map(row).collect())
}

/// What a path is.
enum Opened {
    Idx(IdxFolder),
    Pictures(Pictures),
    File,
}

fn open(path: &Path) -> Result<Opened, DataError> {
    // A path that leads nowhere is neither a folder nor a file of the wrong kind.
    let found =
        std::fs::metadata(path).map_err(|cause| DataError::Io { path: path.to_owned(), cause })?;
    if !found.is_dir() {
        return Ok(Opened::File);
    }
    let entries = files::list(path)?;
    if let Some(folder) = IdxFolder::find(&entries, path)? {
        return Ok(Opened::Idx(folder));
    }
    match Pictures::find(&entries, path)? {
        Some(pictures) => Ok(Opened::Pictures(pictures)),
        None => Err(DataError::Folder { path: path.to_owned(), fault: FolderFault::Nothing }),
    }
}

/// The size images are to be prepared to, if they are.
fn asked_size(options: &DataOptions, name: &str) -> Result<Option<Size>, DataError> {
    let Some((width, height)) = options.size else {
        return Ok(options.prepare.then_some(PREPARED));
    };
    let size = Size { width, height };
    if size.area() == 0 {
        let fault = Misfit::NoSize(size);
        return Err(DataError::Misfit { name: name.to_owned(), fault });
    }
    Ok(Some(size))
}

/// A CSV file, scaled for a model.
fn table_for(
    path: &Path,
    label: &LabelColumn,
    input: &InputKind,
    labelled: bool,
) -> Result<Table, DataError> {
    let (scaling, names) = match input {
        InputKind::Features { scaling, names } => (scaling, names),
        &InputKind::Pixels { width, height, .. } => {
            let (name, size) = (path.display().to_string(), Size { width, height });
            return Err(DataError::Misfit { name, fault: Misfit::Features { size } });
        }
    };
    let width = scaling.len();
    let names = names.as_deref().filter(|names| names.len() == width);
    let mut table = Table::read(path, label, Purpose::Model { width, names, labelled })?;
    table.scale(scaling)?;
    Ok(table)
}

/// A table as a data set.
fn features(table: Table, labels: Vec<u16>) -> Dataset {
    Dataset::new(table.width(), Inputs::Features(table.values), labels)
}

fn load_mnist(options: &DataOptions) -> Result<Data, DataError> {
    let name = "mnist".to_owned();
    if let Some(wanted) = asked_size(options, &name)?.filter(|&size| size != PREPARED) {
        let fault = Misfit::Size { found: PREPARED, wanted };
        return Err(DataError::Misfit { name, fault });
    }
    let (train, test) = if options.test.is_some() {
        (mnist::unpack_train()?, None)
    } else {
        let (train, test) = mnist::unpack_both()?;
        (train, Some(test))
    };
    let input = InputKind::Pixels {
        width: mnist::SIDE,
        height: mnist::SIDE,
        polarity: Polarity::InkHigh,
        prepared: true,
        threshold: None,
        stages: Stages::NONE,
    };
    finish(options, name, train, test, Some(How::Tail), mnist::classes(), input)
}

fn load_idx(options: &DataOptions, path: &Path, folder: &IdxFolder) -> Result<Data, DataError> {
    let name = path.display().to_string();
    let mut train = folder.train(path)?;
    let mut test = if options.test.is_none() { folder.test(path)? } else { None };
    let classes = train.classes()?;
    if let Some(test) = &mut test {
        train.check_size(test)?;
        test.map_labels(&classes)?;
    }
    let as_mnist = train.len() == mnist::TRAIN && train.size() == PREPARED;
    let how = (as_mnist && (test.is_some() || options.test.is_some())).then_some(How::Tail);
    let mut prepared = train.looks_prepared();
    match asked_size(options, &name)? {
        Some(size) if options.prepare || size != train.size() => {
            if !(prepared && size == train.size()) {
                train.prepare(size)?;
                test.as_mut().map_or(Ok(()), |test| test.prepare(size))?;
            }
            prepared = true;
        }
        _ => {}
    }
    let Size { width, height } = train.size();
    let (polarity, threshold, stages) = (Polarity::InkHigh, None, Stages::NONE);
    let input = InputKind::Pixels { width, height, polarity, prepared, threshold, stages };
    let test = test.map(Pair::into_dataset);
    finish(options, name, train.into_dataset(), test, how, classes, input)
}

fn load_pictures(
    options: &DataOptions,
    path: &Path,
    pictures: Pictures,
) -> Result<Data, DataError> {
    let name = path.display().to_string();
    pictures.check_classes(path)?;
    let classes = pictures.classes.clone();
    let size = asked_size(options, &name)?;
    let loaded = match size {
        Some(size) => pictures.prepare(size)?,
        None => pictures.read(None)?,
    };
    let prepared = size.is_some();
    let polarity = if prepared { Polarity::InkHigh } else { loaded.polarity() };
    let Size { width, height } = loaded.size;
    let (threshold, stages) = (None, Stages::NONE);
    let input = InputKind::Pixels { width, height, polarity, prepared, threshold, stages };
    finish(options, name, loaded.into_dataset(polarity), None, None, classes, input)
}

fn load_csv(options: &DataOptions, path: &Path) -> Result<Data, DataError> {
    let name = path.display().to_string();
    let mut table = Table::read(path, &options.label, Purpose::Train)?;
    if options.prepare || options.size.is_some() {
        return Err(DataError::Misfit { name, fault: Misfit::NoImages });
    }
    let (classes, labels) = table.classes()?;
    let how = if options.test.is_some() { How::Two } else { How::Three };
    let parts = split(&name, labels.len(), how, options.validation, options.seed)?;
    let scaling = table.ranges(&parts.train)?;
    table.scale(&scaling)?;
    let input = InputKind::Features { scaling, names: table.names() };
    let whole = features(table, labels);
    let test = match &options.test {
        Some(test) => load_for(test, &options.label, &input, &classes)?,
        None => whole.select(&parts.test),
    };
    let train = whole.select(&parts.train);
    Ok(Data {
        digest: digest(&train),
        train,
        validation: whole.select(&parts.validation),
        test,
        classes,
        input,
        name,
    })
}

/// Divides images, with the test set of the options or of the source.
fn finish(
    options: &DataOptions,
    name: String,
    mut whole: Dataset,
    own_test: Option<Dataset>,
    how: Option<How>,
    classes: Vec<String>,
    input: InputKind,
) -> Result<Data, DataError> {
    let test = match &options.test {
        Some(test) => Some(load_for(test, &options.label, &input, &classes)?),
        None => own_test,
    };
    let how = how.unwrap_or(if test.is_some() { How::Two } else { How::Three });
    let parts = split(&name, whole.len(), how, options.validation, options.seed)?;
    let test = test.unwrap_or_else(|| whole.select(&parts.test));
    let (train, validation) = match how {
        How::Tail => {
            let validation = whole.split_off(parts.train.len());
            (whole, validation)
        }
        _ => (whole.select(&parts.train), whole.select(&parts.validation)),
    };
    Ok(Data { digest: digest(&train), train, validation, test, classes, input, name })
}

#[cfg(test)]
mod tests;
