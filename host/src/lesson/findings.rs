//! What a lesson finds out: numbers, figures, tables.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::figure::{Figure, Label};

/// A number or word that a lesson computed and its texts speak of.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number, written with so many decimals.
    Number {
        /// The number.
        number: f64,
        /// Decimals; more than 17 stand for three digits and a power of ten.
        decimals: usize,
    },
    /// A share between 0 and 1, written in per cent with so many decimals.
    Share {
        /// The share.
        share: f64,
        /// Decimals of the percentage.
        decimals: usize,
    },
    /// A word, the same in every language.
    Word(String),
    /// A time or a speed, measured here and now: shown as such, never compared.
    Measured(String),
}

impl Value {
    /// A whole number.
    pub fn count(count: usize) -> Self {
        Self::Number { number: count as f64, decimals: 0 }
    }

    /// A number that is very large or very small: three digits and a power of ten.
    pub fn scientific(number: f64) -> Self {
        Self::Number { number, decimals: usize::MAX }
    }

    /// A time measured here and now.
    pub fn time(time: Duration) -> Self {
        Self::Measured(crate::terminal::duration(time))
    }

    /// As it is written, with a decimal point in every language.
    pub fn text(&self) -> String {
        match *self {
            Self::Number { number, decimals } if decimals > 17 => power_of_ten(number),
            Self::Number { number, decimals } => minus(format!("{number:.decimals$}")),
            Self::Share { share, decimals } => minus(format!("{:.decimals$} %", 100.0 * share)),
            Self::Word(ref text) | Self::Measured(ref text) => text.clone(),
        }
    }

    /// The number to be compared with what is expected.
    pub fn number(&self) -> Option<f64> {
        match *self {
            Self::Number { number, .. } => Some(number),
            Self::Share { share, .. } => Some(share),
            Self::Word(_) | Self::Measured(_) => None,
        }
    }
}

/// `text` of a number with a true minus sign, and none before a zero.
pub fn minus(text: String) -> String {
    match text.strip_prefix('-') {
        Some(rest) if rest.bytes().all(|byte| matches!(byte, b'0' | b'.' | b' ' | b'%')) => {
            rest.to_owned()
        }
        Some(rest) => format!("−{rest}"),
        None => text,
    }
}

/// As in 1.23·10⁻⁴.
pub fn power_of_ten(number: f64) -> String {
    let text = format!("{number:.2e}");
    let Some((digits, exponent)) = text.split_once('e') else { return text };
    let raised = exponent.chars().map(|digit| match digit {
        '-' => '⁻',
        digit => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹']
            [digit.to_digit(10).unwrap_or(0) as usize],
    });
    format!("{}·10{}", minus(digits.to_owned()), raised.collect::<String>())
}

/// Rows of numbers and words under headings.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// What stands over the columns.
    pub headings: Vec<Label>,
    /// The rows, as long as the headings.
    pub rows: Vec<Vec<Cell>>,
}

/// What stands in one place of a table.
#[derive(Clone, Debug)]
pub enum Cell {
    /// A text.
    Label(Label),
    /// A number or word; lies at the right.
    Value(Value),
}

impl Table {
    /// A table with these headings and no rows yet.
    pub fn new(headings: impl IntoIterator<Item = Label>) -> Self {
        Self { headings: headings.into_iter().collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }
}

impl From<Label> for Cell {
    fn from(label: Label) -> Self {
        Self::Label(label)
    }
}

impl From<Value> for Cell {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

/// Everything a lesson computed; its texts say where each of it stands.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    /// The numbers and words, by name: `{{name}}` in the texts.
    pub values: BTreeMap<String, Value>,
    /// The figures, by name: `![caption](figure:name)`.
    pub figures: BTreeMap<&'static str, Figure>,
    /// The tables, by name: `![caption](table:name)`.
    pub tables: BTreeMap<&'static str, Table>,
}

impl Findings {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a number, written with so many decimals.
    pub fn number(&mut self, name: impl Into<String>, number: impl Into<f64>, decimals: usize) {
        self.value(name, Value::Number { number: number.into(), decimals });
    }

    /// Adds a share between 0 and 1, written in per cent with so many decimals.
    pub fn share(&mut self, name: impl Into<String>, share: f64, decimals: usize) {
        self.value(name, Value::Share { share, decimals });
    }

    /// Adds a number or word.
    pub fn value(&mut self, name: impl Into<String>, value: Value) {
        let name = name.into();
        debug_assert!(!self.values.contains_key(&name), "{name} was found already");
        self.values.insert(name, value);
    }

    /// Adds a figure.
    pub fn figure(&mut self, name: &'static str, figure: impl Into<Figure>) {
        self.figures.insert(name, figure.into());
    }

    /// Adds a table.
    pub fn table(&mut self, name: &'static str, table: Table) {
        self.tables.insert(name, table);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_a_point_and_a_true_minus_sign() {
        let number = |number, decimals| Value::Number { number, decimals }.text();
        assert_eq!(number(-0.1966, 2), "−0.20");
        assert_eq!(number(-0.001, 2), "0.00");
        assert_eq!(number(12.0, 0), "12");
        assert_eq!(Value::scientific(-0.000_123_4).text(), "−1.23·10⁻⁴");
        assert_eq!(Value::Share { share: 0.9545, decimals: 1 }.text(), "95.5 %");
    }
}
