//! CSV files that are none.

use thiserror::Error;

use crate::data::MAX_BYTES;
use crate::data::error::Cell;

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
