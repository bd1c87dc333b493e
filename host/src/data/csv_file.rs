//! CSV files: numbers and a label in each row.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use csv::{ByteRecord, ReaderBuilder};

use super::error::{Cell, CsvFault, DataError, list, shorten};
use super::layout::{Layout, Purpose, layout};
use super::{LabelColumn, MAX_BYTES, Scale, files, scale};

/// More classes than this in every second row, and they are no classes.
const FEW_CLASSES: usize = 20;

/// A CSV file, its features not yet scaled.
#[derive(Debug)]
pub(super) struct Table {
    path: PathBuf,
    layout: Layout,
    /// Row after row, in the order of the layout's features.
    pub values: Vec<f32>,
    /// The line of the file of each row.
    pub lines: Vec<u64>,
    /// The label of each row, a number of `texts`; empty if there is no label.
    labels: Vec<usize>,
    /// All different labels, in the order they came.
    texts: Vec<String>,
}

impl Table {
    /// Reads a file.
    pub(super) fn read(
        path: &Path,
        label: &LabelColumn,
        purpose: Purpose<'_>,
    ) -> Result<Self, DataError> {
        let fail = |fault| DataError::Csv { path: path.to_owned(), fault: Box::new(fault) };
        let fail_io = |cause| DataError::Io { path: path.to_owned(), cause };
        let bytes = files::read(path)?;
        check_text(&bytes).map_err(fail)?;
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
        let mut rows = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter(bytes))
            .from_reader(bytes);
        let mut record = ByteRecord::new();
        let mut next = |record: &mut ByteRecord| {
            rows.read_byte_record(record).map_err(|error| fail_io(error.into()))
        };
        let mut lines = Lines { bytes, at: 0, line: 1 };
        if !next(&mut record)? {
            return Err(fail(CsvFault::Empty));
        }
        let first: Result<Vec<String>, CsvFault> =
            (0..record.len()).map(|column| text(&record, 1, column).map(str::to_owned)).collect();
        let layout = layout(&first.map_err(fail)?, label, purpose).map_err(fail)?;
        let mut more = layout.header.is_none() || next(&mut record)?;
        if !more {
            return Err(fail(CsvFault::HeaderOnly));
        }
        let mut table = Self {
            path: path.to_owned(),
            layout,
            values: Vec::new(),
            lines: Vec::new(),
            labels: Vec::new(),
            texts: Vec::new(),
        };
        let mut numbers = HashMap::new();
        while more {
            table.push(&record, lines.of(&record), &mut numbers).map_err(fail)?;
            more = next(&mut record)?;
        }
        Ok(table)
    }

    /// Appends a row; `numbers` are the texts' places.
    fn push(
        &mut self,
        record: &ByteRecord,
        row: u64,
        numbers: &mut HashMap<String, usize>,
    ) -> Result<(), CsvFault> {
        if record.len() != self.layout.columns {
            return Err(CsvFault::Ragged { row, found: record.len(), wanted: self.layout.columns });
        }
        let bytes = (self.values.len() + self.layout.features.len()) * size_of::<f32>();
        if bytes as u64 > MAX_BYTES {
            return Err(CsvFault::TooLarge { row });
        }
        for &column in &self.layout.features {
            let value = number(text(record, row, column)?, || self.cell(row, column))?;
            self.values.push(value);
        }
        if let Some(column) = self.layout.label {
            let text = text(record, row, column)?;
            if text.is_empty() {
                return Err(CsvFault::Hole(self.cell(row, column)));
            }
            let label = match numbers.get(text) {
                Some(&label) => label,
                None => {
                    self.texts.push(text.to_owned());
                    numbers.insert(text.to_owned(), self.texts.len() - 1);
                    self.texts.len() - 1
                }
            };
            self.labels.push(label);
        }
        self.lines.push(row);
        Ok(())
    }

    /// Features of a row.
    pub(super) fn width(&self) -> usize {
        self.layout.features.len()
    }

    /// The names of the features, if there is a header.
    pub(super) fn names(&self) -> Option<Vec<String>> {
        let header = self.layout.header.as_ref()?;
        Some(self.layout.features.iter().map(|&column| header[column].clone()).collect())
    }

    /// The label of each row as it stands in the file; nothing if there is no label.
    pub(super) fn label(&self, row: usize) -> Option<&str> {
        self.labels.get(row).map(|&label| self.texts[label].as_str())
    }

    /// All classes, in order, and the class of each row.
    pub(super) fn classes(&self) -> Result<(Vec<String>, Vec<u16>), DataError> {
        let column = self.layout.label.unwrap_or_default();
        let column = self.column(column);
        let (classes, rows) = (self.texts.len(), self.labels.len());
        if let [class] = self.texts.as_slice() {
            return Err(self.fail(CsvFault::OneClass { column, class: shorten(class) }));
        }
        let many = classes > FEW_CLASSES && classes > rows / 2;
        if many || classes > usize::from(u16::MAX) {
            return Err(self.fail(CsvFault::ManyClasses { column, classes, rows }));
        }
        let mut names = self.texts.clone();
        files::sort_names(&mut names);
        let labels = self.known(&names)?;
        Ok((names, labels))
    }

    /// The class of each row, of those a model knows.
    pub(super) fn known(&self, classes: &[String]) -> Result<Vec<u16>, DataError> {
        let numbers: HashMap<&str, u16> =
            classes.iter().map(String::as_str).zip(0..u16::MAX).collect();
        let column = self.layout.label.unwrap_or_default();
        let class = |(row, &label): (usize, &usize)| {
            let text = self.texts[label].as_str();
            numbers.get(text).copied().ok_or_else(|| {
                self.fail(CsvFault::UnknownClass {
                    cell: self.cell(self.lines[row], column),
                    found: shorten(text),
                    classes: list(classes.iter().map(String::as_str)),
                })
            })
        };
        self.labels.iter().enumerate().map(class).collect()
    }

    /// The range of each feature in some of the rows.
    pub(super) fn ranges(&self, rows: &[u32]) -> Result<Vec<Scale>, DataError> {
        let width = self.width();
        let range = |feature: usize| {
            let values = rows.iter().map(|&row| self.values[row as usize * width + feature]);
            let scale = scale::range(values).unwrap_or(Scale { min: 0.0, max: 0.0 });
            if scale::is_finite(scale) {
                return Ok(scale);
            }
            Err(self.fail(CsvFault::Range {
                column: self.column(self.layout.features[feature]),
                min: format!("{:e}", scale.min),
                max: format!("{:e}", scale.max),
            }))
        };
        (0..width).map(range).collect()
    }

    /// Scales all values; `scaling` has one range for each feature.
    pub(super) fn scale(&mut self, scaling: &[Scale]) -> Result<(), DataError> {
        let width = self.width();
        for at in 0..self.values.len() {
            let (value, scale) = (self.values[at], scaling[at % width]);
            let scaled = scale.apply(value);
            if !scaled.is_finite() {
                return Err(self.fail(CsvFault::TooFar {
                    cell: self.cell(self.lines[at / width], self.layout.features[at % width]),
                    value: format!("{value:e}"),
                    min: format!("{:e}", scale.min),
                    max: format!("{:e}", scale.max),
                }));
            }
            self.values[at] = scaled;
        }
        Ok(())
    }

    fn fail(&self, fault: CsvFault) -> DataError {
        DataError::Csv { path: self.path.clone(), fault: Box::new(fault) }
    }

    fn cell(&self, row: u64, column: usize) -> Cell {
        let name = self.layout.header.as_ref().map(|header| header[column].clone());
        Cell { row, column: column + 1, name }
    }

    /// `column 3 (`x`)`.
    fn column(&self, column: usize) -> String {
        let name = self.layout.header.as_ref().map(|header| shorten(&header[column]));
        let name = name.map_or_else(String::new, |name| format!(" (`{name}`)"));
        format!("column {}{name}", column + 1)
    }
}

/// Counts the lines of a file up to its records.
///
/// The reader's own count stops before empty lines and within `\r\n`.
struct Lines<'a> {
    bytes: &'a [u8],
    /// Bytes counted so far.
    at: usize,
    /// The line of the next byte, from 1.
    line: u64,
}

impl Lines<'_> {
    /// The line a record begins at; records must come in order.
    fn of(&mut self, record: &ByteRecord) -> u64 {
        let from = record.position().map_or(0, |position| position.byte() as usize);
        let blank = |&byte: &u8| byte == b'\r' || byte == b'\n';
        let start = from + self.bytes[from..].iter().take_while(|byte| blank(byte)).count();
        while self.at < start {
            let next = self.bytes.get(self.at + 1);
            let ends = match self.bytes[self.at] {
                b'\n' => true,
                b'\r' => next != Some(&b'\n'),
                _ => false,
            };
            self.line += u64::from(ends);
            self.at += 1;
        }
        self.line
    }
}

/// A field, without space around it.
fn text(record: &ByteRecord, row: u64, column: usize) -> Result<&str, CsvFault> {
    let field = str::from_utf8(&record[column])
        .map_err(|_| CsvFault::Encoding { row, column: column + 1 })?;
    Ok(field.trim())
}

/// The number in a field.
fn number(text: &str, cell: impl FnOnce() -> Cell) -> Result<f32, CsvFault> {
    match text.parse::<f32>() {
        Ok(value) if value.is_finite() => Ok(value),
        Ok(_) => Err(CsvFault::NotFinite { cell: cell(), found: shorten(text) }),
        Err(_) if text.is_empty() => Err(CsvFault::Hole(cell())),
        Err(_) => {
            let comma = text.replace(',', ".").parse::<f32>().is_ok();
            let hint = if comma { "; write it with a point" } else { "" };
            Err(CsvFault::NotANumber { cell: cell(), found: shorten(text), hint })
        }
    }
}

/// Refuses what, by its first bytes, is no text.
fn check_text(start: &[u8]) -> Result<(), CsvFault> {
    if start.is_empty() {
        return Err(CsvFault::Empty);
    }
    let what = if start.starts_with(&[0x1f, 0x8b]) {
        "it is gzip'd; unpack it"
    } else if start.starts_with(&[0, 0, 8]) {
        "it is an IDX file; name the folder it is in"
    } else if start.starts_with(b"\x89PNG") {
        "it is an image; name a folder with one sub-folder of images for each class"
    } else if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
        "it is UTF-16 text; save it as UTF-8"
    } else if start.iter().take(1 << 16).any(|&byte| byte == 0) {
        "it holds bytes that are no text"
    } else {
        return Ok(());
    };
    Err(CsvFault::NotText { what })
}

/// What separates fields: the most frequent of tab, `;` and `,` in the first line, quotes left out.
///
/// With as many `,` as `;`, it is `;`: then `,` is likelier a decimal comma.
fn delimiter(start: &[u8]) -> u8 {
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    let blank = |byte: &&u8| matches!(**byte, b'\n' | b'\r');
    for &byte in start.iter().skip_while(blank) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ => {
                for (delimiter, count) in &mut counts {
                    *count += usize::from(!quoted && byte == *delimiter);
                }
            }
        }
    }
    // The last of equal ones.
    counts.into_iter().max_by_key(|&(_, count)| count).map_or(b',', |(delimiter, _)| delimiter)
}

#[cfg(test)]
mod tests;
