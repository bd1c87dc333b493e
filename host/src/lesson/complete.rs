//! Whether a lesson's texts and its findings fit together.

use std::cell::RefCell;
use std::collections::BTreeSet;

use super::{Cell, Findings, Language, Lesson, LessonError, Text, prose};
use crate::figure::{self, Words};

/// What is missing in the texts in `language`, or shown nowhere: one line each.
///
/// # Errors
///
/// If the texts cannot be read or a figure cannot be drawn.
pub fn missing(
    lesson: &Lesson,
    findings: &Findings,
    language: Language,
) -> Result<impl Iterator<Item = String>, LessonError> {
    let text = lesson.text(language)?;
    let filled = text.filled(lesson.name, findings)?;
    let blocks =
        prose::parse(&filled).map_err(|what| LessonError::Text { lesson: lesson.name, what })?;
    let shown = prose::shown(&blocks);
    let mut missing = BTreeSet::new();
    let figures = findings.figures.keys();
    let found: BTreeSet<&str> = figures.chain(findings.tables.keys()).copied().collect();
    for name in shown.difference(&found) {
        missing.insert(format!("{name} is shown and was not found"));
    }
    for name in found.difference(&shown) {
        missing.insert(format!("{name} was found and is shown nowhere"));
    }
    for name in findings.figures.keys().filter(|name| !text.figures.contains_key(**name)) {
        missing.insert(format!("[figures] says nothing of {name}"));
    }
    let asked = Asked { text: &text, missing: RefCell::default() };
    for figure in findings.figures.values() {
        figure::svg(figure, &asked)?;
        if let figure::Figure::Steps(steps) = figure {
            steps.iter().for_each(|step| drop(step.caption.text(&asked)));
        }
    }
    for table in findings.tables.values() {
        table.headings.iter().for_each(|label| drop(label.text(&asked)));
        for cell in table.rows.iter().flatten() {
            if let Cell::Label(label) = cell {
                label.text(&asked);
            }
        }
    }
    for key in asked.missing.into_inner() {
        missing.insert(format!("[labels] has no {key}"));
    }
    Ok(missing.into_iter())
}

/// The words of a text, and which were asked for and are not there.
struct Asked<'t> {
    text: &'t Text,
    missing: RefCell<BTreeSet<String>>,
}

impl Words for Asked<'_> {
    fn word(&self, key: &str) -> Option<&str> {
        let word = self.text.word(key);
        if word.is_none() {
            self.missing.borrow_mut().insert(key.to_owned());
        }
        word
    }
}
