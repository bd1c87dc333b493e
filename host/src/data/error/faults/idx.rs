//! IDX files that are none.

use thiserror::Error;

use crate::data::MAX_BYTES;
use crate::data::error::Size;

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
