//! What is wrong, kind by kind; [`DataError`](super::DataError) says where.

use std::path::PathBuf;

use gradito_core::stage::{LONGEST_SIDE, Stages};
use thiserror::Error;

use super::{Cell, Size};
use crate::data::MAX_BYTES;

/// What is wrong with an IDX file. Bytes are counted from 0 in the unpacked file, rows from 1.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum IdxFault {
    /// No byte at all.
    #[error("the file is empty")]
    Empty,
    /// Not an IDX file.
    #[error(
        "begins with {found:02x?}, not with the magic number of an IDX file ([00, 00, 08, 03] for images, [00, 00, 08, 01] for labels)"
    )]
    Magic {
        /// The first bytes.
        found: [u8; 4],
    },
    /// An IDX file of numbers that cannot be used here.
    #[error("byte 2: holds elements of type 0x{found:02x}; {wanted}")]
    Element {
        /// The type in the file.
        found: u8,
        /// The types that can be read.
        wanted: &'static str,
    },
    /// Too many or too few dimensions.
    #[error("byte 3: has {found} dimensions; {wanted}")]
    Dimensions {
        /// The number in the file.
        found: u8,
        /// The number there should be.
        wanted: &'static str,
    },
    /// A count or a size of 0.
    #[error("byte {byte}: {what} is 0; there is nothing to learn from")]
    Zero {
        /// Where the number stands.
        byte: usize,
        /// What it counts.
        what: &'static str,
    },
    /// An image with a side of more than 65535 pixels.
    #[error("byte {byte}: {what} is {found}; at most 65535 is possible")]
    Side {
        /// Where the number stands.
        byte: usize,
        /// Which side.
        what: &'static str,
        /// Its length.
        found: u32,
    },
    /// The header claims more than gradito takes.
    #[error(
        "the header promises {count} x {row} bytes; gradito takes at most {MAX_BYTES} at a time"
    )]
    TooLarge {
        /// Rows claimed.
        count: u32,
        /// Bytes a row.
        row: u64,
    },
    /// The file ends inside its header.
    #[error("ends after byte {end}, inside the header; copy the file again")]
    ShortHeader {
        /// Bytes there are.
        end: u64,
    },
    /// The file ends before its last row.
    #[error("ends after byte {end}, in row {row} of {count}; copy the file again")]
    Truncated {
        /// Bytes there are.
        end: u64,
        /// The row that is cut or missing.
        row: u64,
        /// Rows the header claims.
        count: u32,
    },
    /// The packed file is far too small for what its header claims.
    #[error("is too small for the {count} rows its header promises; copy the file again")]
    TooSmall {
        /// Rows the header claims.
        count: u32,
    },
    /// There is more in the file than its header says.
    #[error(
        "goes on after its last row, at byte {byte}; the {count} in the header does not count them all"
    )]
    Trailing {
        /// The first byte too many.
        byte: u64,
        /// Rows the header claims.
        count: u32,
    },
    /// The packed file ends early.
    #[error(
        "the gzip data is cut off (after byte {end} of what it unpacks to); copy the file again"
    )]
    GzipCut {
        /// Bytes unpacked so far.
        end: u64,
    },
    /// The packed file is damaged.
    #[error(
        "the gzip data is damaged (after byte {end} of what it unpacks to: {reason}); copy the file again"
    )]
    GzipDamaged {
        /// Bytes unpacked so far.
        end: u64,
        /// What the decoder says.
        reason: String,
    },
    /// Images and labels do not pair.
    #[error("holds {labels} labels for the {images} images of {other}")]
    Counts {
        /// Labels here.
        labels: usize,
        /// Images there.
        images: usize,
        /// The name of the file of images.
        other: String,
    },
    /// A label below 0 or above 65534.
    #[error("row {row}: label {label} is out of range; labels are whole numbers from 0 to 65534")]
    Label {
        /// The row, from 1.
        row: usize,
        /// The label.
        label: i64,
    },
    /// A label the model, or the training set, does not have.
    #[error("row {row}: label {label} is out of range: the classes are {classes}")]
    UnknownLabel {
        /// The row, from 1.
        row: usize,
        /// The label.
        label: u16,
        /// The classes there are.
        classes: String,
    },
    /// A label far from all others.
    #[error(
        "row {row}: label {label} is out of range: no sample has label {missing}; number the classes 0, 1, 2, ... without gaps"
    )]
    Gap {
        /// The row, from 1.
        row: usize,
        /// The label.
        label: u16,
        /// The first label no sample has.
        missing: u16,
    },
    /// Nothing to tell apart.
    #[error("every label is {label}; training needs at least two classes")]
    OneClass {
        /// That label.
        label: u16,
    },
    /// Training and test images differ in size.
    #[error("images are {found}, those of {other} are {wanted}")]
    Size {
        /// The size here.
        found: Size,
        /// The name of the other file.
        other: String,
        /// The size there.
        wanted: Size,
    },
}

/// What is wrong with a CSV file. Rows are lines of the file, columns its fields, both from 1.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum CsvFault {
    /// No row at all.
    #[error("the file is empty")]
    Empty,
    /// A header and nothing below it.
    #[error("holds a header and no row of data")]
    HeaderOnly,
    /// Packed, or no text at all.
    #[error("is not a CSV file: {what}")]
    NotText {
        /// What it looks like.
        what: &'static str,
    },
    /// Bytes that are no UTF-8.
    #[error("row {row}, column {column}: not UTF-8 text; save the file as UTF-8")]
    Encoding {
        /// The row.
        row: u64,
        /// The column.
        column: usize,
    },
    /// More or fewer fields than before.
    #[error("row {row}: has {found} columns, the first row has {wanted}")]
    Ragged {
        /// The row.
        row: u64,
        /// Its columns.
        found: usize,
        /// Columns of the first row.
        wanted: usize,
    },
    /// An empty field.
    #[error("{0}: is empty; fill it in or leave the row out")]
    Hole(Cell),
    /// Neither a number nor empty.
    #[error("{cell}: `{found}` is not a number{hint}")]
    NotANumber {
        /// Where.
        cell: Cell,
        /// The field, shortened.
        found: String,
        /// What may be the matter.
        hint: &'static str,
    },
    /// NaN, infinite, or beyond 32-bit floating point.
    #[error("{cell}: `{found}` is not a finite 32-bit number; leave the row out")]
    NotFinite {
        /// Where.
        cell: Cell,
        /// The field, shortened.
        found: String,
    },
    /// A value so far from the training range that scaling it overflows.
    #[error("{cell}: {value} is too far from the training range {min} to {max}")]
    TooFar {
        /// Where.
        cell: Cell,
        /// The value.
        value: String,
        /// The smallest value of the column in training.
        min: String,
        /// The largest.
        max: String,
    },
    /// A column whose range is no finite number.
    #[error(
        "{column}: its values run from {min} to {max}, too wide for 32-bit numbers; scale the column"
    )]
    Range {
        /// The column.
        column: String,
        /// The smallest value.
        min: String,
        /// The largest.
        max: String,
    },
    /// The label's column is not there.
    #[error("no column is called `{name}`; there are {there}")]
    NoColumn {
        /// The name asked for.
        name: String,
        /// The names there are.
        there: String,
    },
    /// A column asked for by name where there are no names.
    #[error(
        "no column is called `{name}`: the first row holds no column names; say `first` or `last`"
    )]
    NoHeader {
        /// The name asked for.
        name: String,
    },
    /// Two columns of one name.
    #[error("columns {first} and {second} are both called `{name}`; rename one")]
    Duplicate {
        /// The name.
        name: String,
        /// One of them.
        first: usize,
        /// The other.
        second: usize,
    },
    /// Only one column.
    #[error(
        "has {found} column; a label and at least one feature, separated by `,`, `;` or a tab, are needed"
    )]
    Narrow {
        /// How many.
        found: usize,
    },
    /// More or fewer features than the model takes.
    #[error("has {found} columns; the model takes {wanted} features{and_label}")]
    Width {
        /// Columns there are.
        found: usize,
        /// Features the model takes.
        wanted: usize,
        /// Whether a label is needed, too.
        and_label: &'static str,
    },
    /// No label, or no telling which it is.
    #[error("which column holds the label? Name one of {there}")]
    WhichLabel {
        /// The columns it could be.
        there: String,
    },
    /// The label is one of the model's features.
    #[error("column `{name}` is a feature of the model and cannot be the label")]
    LabelIsFeature {
        /// Its name.
        name: String,
    },
    /// Nothing to tell apart.
    #[error(
        "{column}: holds one class only, `{class}`; at least two are needed. Is the label in another column (`first`, `last` or its name)?"
    )]
    OneClass {
        /// The label's column.
        column: String,
        /// The class.
        class: String,
    },
    /// So many different labels that it cannot be classes.
    #[error(
        "{column}: {classes} different values in {rows} rows are hardly classes. Is the label in another column (`first`, `last` or its name)?"
    )]
    ManyClasses {
        /// The label's column.
        column: String,
        /// Different values.
        classes: usize,
        /// Rows there are.
        rows: usize,
    },
    /// A class the model does not know.
    #[error("{cell}: class `{found}` is none of {classes}")]
    UnknownClass {
        /// Where.
        cell: Cell,
        /// The class, shortened.
        found: String,
        /// The classes there are.
        classes: String,
    },
    /// More inputs than gradito takes.
    #[error("row {row}: more than {MAX_BYTES} bytes of features; gradito takes no more at a time")]
    TooLarge {
        /// The row.
        row: u64,
    },
}

/// What is wrong with a folder of data.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum FolderFault {
    /// Neither IDX files nor sub-folders.
    #[error(
        "holds neither IDX files (train-images-idx3-ubyte, train-labels-idx1-ubyte) nor one sub-folder of PNG or PGM images for each class"
    )]
    Nothing,
    /// A name that is no text.
    #[error("its name is not UTF-8 text; rename it")]
    Name,
    /// Not all files of an IDX set are there.
    #[error("holds no file of {what}")]
    Missing {
        /// What is missing, with the usual name.
        what: &'static str,
    },
    /// Files of several IDX sets.
    #[error("holds both {first} and {second}; put one set into a folder of its own")]
    Several {
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
    /// A class without images.
    #[error("holds no PNG or PGM image{hint}")]
    EmptyClass {
        /// What may be the matter.
        hint: &'static str,
    },
    /// Nothing to tell apart.
    #[error("holds one class only, `{class}`; training needs at least two sub-folders")]
    OneClass {
        /// That class.
        class: String,
    },
    /// More classes than labels can count.
    #[error("holds {found} sub-folders; at most 65535 classes are possible")]
    ManyClasses {
        /// How many.
        found: usize,
    },
    /// A class the model does not know.
    #[error("class `{found}` is none of {classes}")]
    UnknownClass {
        /// The class.
        found: String,
        /// The classes there are.
        classes: String,
    },
    /// An image of another size than the first.
    #[error("is {found}, the first image ({}) is {wanted}; have all prepared with --size {wanted}", first.display())]
    Size {
        /// The size here.
        found: Size,
        /// The first image.
        first: PathBuf,
        /// The size there.
        wanted: Size,
    },
    /// An image of another size than the model takes.
    #[error("is {found}, the model takes {wanted}")]
    ModelSize {
        /// The size here.
        found: Size,
        /// The size the model takes.
        wanted: Size,
    },
    /// An image with a side of more than 65535 pixels.
    #[error("is {width}x{height} pixels; at most 65535 a side are possible")]
    Side {
        /// Its width.
        width: u32,
        /// Its height.
        height: u32,
    },
    /// More pixels than gradito takes.
    #[error(
        "with this image there are more than {MAX_BYTES} pixels; gradito takes no more at a time"
    )]
    TooLarge,
}

/// Why samples cannot be divided into training, validation and test part.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SplitFault {
    /// Not one sample for each part.
    #[error("{samples} samples are too few to be divided into {parts}; add samples{hint}")]
    TooFew {
        /// Samples there are.
        samples: usize,
        /// The parts asked for.
        parts: &'static str,
        /// What else would help.
        hint: &'static str,
    },
    /// Nothing would be left to train on.
    #[error("{validation} validation samples of {samples} leave none to train on; at most {} are possible", samples - 1)]
    Validation {
        /// The number asked for.
        validation: usize,
        /// The number there are.
        samples: usize,
    },
}

/// What does not fit.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Misfit {
    /// Images for a model of features.
    #[error("holds images, the model takes {features} features; name a CSV file")]
    Images {
        /// The features the model takes.
        features: usize,
    },
    /// Features for a model of images.
    #[error(
        "holds features, the model takes images of {size}; name a folder of images or IDX files"
    )]
    Features {
        /// The size the model takes.
        size: Size,
    },
    /// Images of another size.
    #[error("images are {found}, {wanted} is asked for")]
    Size {
        /// The size here.
        found: Size,
        /// The size asked for.
        wanted: Size,
    },
    /// MNIST for a model that does not know every digit.
    #[error("the model has no class `{digit}`")]
    Class {
        /// A digit the model does not know.
        digit: u16,
    },
    /// `--size`, `--prepare` or `--bits` with a CSV file.
    #[error(
        "a CSV file holds features: there are no images to give a size, to prepare, to blacken or to stage"
    )]
    NoImages,
    /// Stages of images of one bit.
    #[error("a pixel of one bit has no stages; leave out --stage or --bits")]
    StagesOfBits,
    /// Stages that do not fit the images.
    #[error(
        "{stages} does not fit images of {size}: sides of at most {LONGEST_SIDE} pixels, and whole squares"
    )]
    Stages {
        /// The images.
        size: Size,
        /// What was to be done to them.
        stages: Stages,
    },
    /// A size of 0.
    #[error("a size of {0} is no image; both sides must be at least 1")]
    NoSize(Size),
}
