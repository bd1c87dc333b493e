//! The texts of a lesson: one file a language.
//!
//! A file begins with a head in TOML between two lines of `+++`:
//!
//! ```toml
//! title = "Cost"
//! summary = "What the network has to make small."
//!
//! [figures]         # what each shows, for those who cannot see it
//! terms = "Ten bars, …"
//!
//! [labels]          # what stands in figures and tables
//! output = "output"
//! ```
//!
//! and goes on in Markdown, with formulas between `$` or `$$` (LaTeX), numbers as `{{name}}`,
//! figures as `![caption](figure:name)` and tables as `![caption](table:name)`, each a paragraph of
//! its own. What is to be tried stands in blocks of code.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Findings, LessonError, Value};
use crate::figure::Words;

/// The texts of a lesson in one language.
#[derive(Clone, Debug)]
pub struct Text {
    /// What the lesson is called.
    pub title: String,
    /// What it is about, in one sentence.
    pub summary: String,
    /// What each figure shows, for those who cannot see it.
    pub figures: BTreeMap<String, String>,
    /// What stands in figures and tables, by name.
    pub labels: BTreeMap<String, String>,
    /// The rest, in Markdown.
    pub body: String,
}

/// The head of a file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    title: String,
    summary: String,
    #[serde(default)]
    figures: BTreeMap<String, String>,
    #[serde(default)]
    labels: BTreeMap<String, String>,
}

/// Around what was measured in the text of a body whose numbers are filled in; of no meaning in
/// Unicode, so no text has them.
pub const MEASURED: (char, char) = ('\u{E000}', '\u{E001}');

impl Text {
    /// Reads a file of texts.
    ///
    /// # Errors
    ///
    /// If its head is not one.
    pub fn parse(name: &'static str, source: &str) -> Result<Self, LessonError> {
        let faulty = |what: String| LessonError::Text { lesson: name, what };
        let parts = source.strip_prefix("+++\n").and_then(|rest| rest.split_once("\n+++\n"));
        let (head, body) =
            parts.ok_or_else(|| faulty("has no head between lines of +++".into()))?;
        let head: Head = toml::from_str(head).map_err(|error| faulty(error.to_string()))?;
        let Head { title, summary, figures, labels } = head;
        Ok(Self { title, summary, figures, labels, body: body.to_owned() })
    }

    /// The body with the numbers filled in; what was measured stands between two marks.
    ///
    /// # Errors
    ///
    /// If it names a number that was not found.
    pub fn filled(&self, name: &'static str, findings: &Findings) -> Result<String, LessonError> {
        let faulty = |what: String| LessonError::Text { lesson: name, what };
        let mut filled = String::with_capacity(self.body.len());
        let mut rest = self.body.as_str();
        while let Some((before, after)) = rest.split_once("{{") {
            let (key, after) = after
                .split_once("}}")
                .ok_or_else(|| faulty(format!("a {{{{ is not closed: {after:.40}")))?;
            let value = findings.values.get(key);
            let value = value.ok_or_else(|| faulty(format!("no number is called {key}")))?;
            filled.push_str(before);
            match value {
                Value::Measured(text) => {
                    filled.push(MEASURED.0);
                    filled.push_str(text);
                    filled.push(MEASURED.1);
                }
                value => filled.push_str(&value.text()),
            }
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }
}

impl Words for Text {
    fn word(&self, key: &str) -> Option<&str> {
        self.labels.get(key).map(String::as_str)
    }
}
