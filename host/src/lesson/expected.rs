//! What a lesson is expected to find, and whether it does.
//!
//! `expected.toml` beside a lesson's texts says of each number what it should be:
//!
//! ```toml
//! f = -12                                    # exactly
//! output = { value = 0.73, tolerance = 0.005 }
//! word = "max"
//! ```

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Findings, LessonError, Value};

/// What one number or word should be.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Expected {
    /// Exactly this number.
    Exact(f64),
    /// This number, or one that is not farther from it than the tolerance.
    Near { value: f64, tolerance: f64 },
    /// This word.
    Word(String),
}

/// How what was found compares with what was expected.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    /// Numbers and words compared.
    pub compared: usize,
    /// One line for each that is not as expected.
    pub differences: Vec<String>,
}

/// Compares what was found with what `source` expects: every number and word but those measured,
/// none missing on either side.
///
/// # Errors
///
/// If `source` is not such a file.
pub fn compare(
    lesson: &'static str,
    source: &str,
    findings: &Findings,
) -> Result<Comparison, LessonError> {
    let expected: BTreeMap<String, Expected> = toml::from_str(source)
        .map_err(|error| LessonError::Text { lesson, what: error.to_string() })?;
    let mut comparison = Comparison::default();
    let mut differ = |line: String| comparison.differences.push(line);
    for (name, expected) in &expected {
        match findings.values.get(name) {
            None => differ(format!("{name}: was expected and not found")),
            Some(found) if !expected.is_met(found) => {
                differ(format!("{name}: expected {}, found {}", expected.text(), exactly(found)));
            }
            Some(_) => {}
        }
    }
    for (name, found) in &findings.values {
        if !matches!(found, Value::Measured(_)) && !expected.contains_key(name) {
            differ(format!("{name}: found {} and not expected", exactly(found)));
        }
    }
    comparison.compared = expected.len();
    Ok(comparison)
}

impl Expected {
    fn is_met(&self, found: &Value) -> bool {
        match (self, found.number(), found) {
            (Self::Exact(value), Some(number), _) => number == *value,
            (Self::Near { value, tolerance }, Some(number), _) => {
                (number - value).abs() <= *tolerance
            }
            (Self::Word(word), None, Value::Word(found)) => word == found,
            _ => false,
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Exact(value) => value.to_string(),
            Self::Near { value, tolerance } => format!("{value} ± {tolerance}"),
            Self::Word(word) => format!("\"{word}\""),
        }
    }
}

/// What was found, with all its digits.
fn exactly(found: &Value) -> String {
    found.number().map_or_else(|| format!("\"{}\"", found.text()), |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differences(expected: &str) -> Vec<String> {
        let mut findings = Findings::new();
        findings.number("f", -12.0, 0);
        findings.number("output", 0.7311, 2);
        findings.value("gate", Value::Word("max".into()));
        findings.value("time", Value::Measured("3 ms".into()));
        compare("test", expected, &findings).unwrap().differences
    }

    #[test]
    fn every_number_is_compared() {
        let rest = "output = { value = 0.73, tolerance = 0.005 }\ngate = \"max\"";
        assert_eq!(differences(&format!("f = -12\n{rest}")), [""; 0]);
        assert_eq!(differences(&format!("f = -11\n{rest}")), ["f: expected -11, found -12"]);
        assert_eq!(differences(rest), ["f: found -12 and not expected"]);
        assert_eq!(
            differences(&format!("f = -12\nq = 3\n{rest}")),
            ["q: was expected and not found"]
        );
        let output = "f = -12\noutput = { value = 0.73, tolerance = 0.001 }\ngate = \"min\"";
        assert_eq!(
            differences(output),
            [
                "gate: expected \"min\", found \"max\"",
                "output: expected 0.73 ± 0.001, found 0.7311"
            ]
        );
    }
}
