//! A lesson in a terminal.

use std::fmt::Write;

use console::measure_text_width;

use super::findings::{Cell, Findings, Table};
use super::prose::{self, Block, Span};
use super::{Language, Lesson, LessonError, Text, formula};
use crate::figure::{self, Figure};
use crate::terminal::{Colour, Style};

/// A line is not longer than this, however wide the terminal.
const WIDEST: usize = 92;

/// A part of a lesson as it is shown: all of it is printed at once, or one step after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// To be printed with what comes before it.
    Text(String),
    /// To be printed when the reader wants to go on.
    Step(String),
}

/// The lesson in characters, in `language`.
///
/// # Errors
///
/// If its texts and findings do not fit together, or a figure cannot be drawn.
pub fn parts(
    lesson: &Lesson,
    findings: &Findings,
    language: Language,
    style: &Style,
) -> Result<Vec<Part>, LessonError> {
    let text = lesson.text(language)?;
    let faulty = |what: String| LessonError::Text { lesson: lesson.name, what };
    let blocks = prose::parse(&text.filled(lesson.name, findings)?).map_err(faulty)?;
    let style = Style { width: style.width.min(WIDEST), ..*style };
    let page = Page { lesson, text: &text, findings, style };
    let title = format!("{}. {}", lesson.number(), text.title);
    let mut head = page.bold(&title);
    let rule = if style.unicode { '═' } else { '=' };
    let _ = write!(head, "\n{}\n\n", String::from(rule).repeat(measure_text_width(&title)));
    page.wrapped(&mut head, &text.summary, "", "");
    head.push('\n');
    let mut parts = vec![Part::Text(head)];
    for block in &blocks {
        page.block(&mut parts, block)?;
    }
    Ok(parts)
}

struct Page<'l> {
    lesson: &'l Lesson,
    text: &'l Text,
    findings: &'l Findings,
    style: Style,
}

impl Page<'_> {
    fn block(&self, parts: &mut Vec<Part>, block: &Block) -> Result<(), LessonError> {
        let mut out = String::new();
        match block {
            Block::Heading(spans) => {
                let words = self.sentence(spans);
                let rule = if self.style.unicode { '─' } else { '-' };
                let under = String::from(rule).repeat(measure_text_width(&words));
                let _ = writeln!(out, "{}\n{under}", self.bold(&words));
            }
            Block::Paragraph(spans) => self.wrapped(&mut out, &self.sentence(spans), "", ""),
            Block::List { is_numbered, items } => {
                for (number, item) in (1..).zip(items) {
                    let bullet = match (is_numbered, self.style.unicode) {
                        (true, _) => format!("{number}. "),
                        (false, true) => "• ".to_owned(),
                        (false, false) => "* ".to_owned(),
                    };
                    self.item(&mut out, &bullet, item)?;
                }
            }
            Block::Code(code) => {
                for line in code.lines() {
                    let _ = writeln!(out, "    {}", self.tinted(line, 36));
                }
            }
            Block::Formula(latex) => {
                for line in formula::characters(latex).lines() {
                    let _ = writeln!(out, "    {}", line.trim_end());
                }
            }
            Block::Figure { name, caption } => {
                let figure = self.findings.figures.get(name.as_str());
                let figure = figure.ok_or_else(|| self.missing("figure", name))?;
                if let Figure::Steps(steps) = figure {
                    for (number, step) in (1..).zip(steps) {
                        let mut shown = String::new();
                        let said = step.caption.text(self.text);
                        let _ = writeln!(shown, "{}", self.bold(&format!("{number}. {said}")));
                        shown.push_str(&figure::text(&step.figure, self.text, &self.style)?);
                        shown.push('\n');
                        parts.push(Part::Step(shown));
                    }
                } else {
                    out.push_str(&figure::text(figure, self.text, &self.style)?);
                }
                self.wrapped(&mut out, &self.sentence(caption), "  ", "  ");
            }
            Block::Table { name, caption } => {
                let table = self.findings.tables.get(name.as_str());
                let table = table.ok_or_else(|| self.missing("table", name))?;
                self.wrapped(&mut out, &self.sentence(caption), "", "");
                self.table(&mut out, table);
            }
        }
        out.push('\n');
        parts.push(Part::Text(out));
        Ok(())
    }

    fn item(&self, out: &mut String, bullet: &str, item: &[Block]) -> Result<(), LessonError> {
        let indent = " ".repeat(bullet.chars().count() + 2);
        let mut first = format!("  {bullet}");
        for block in item {
            if let Block::Paragraph(spans) = block {
                self.wrapped(out, &self.sentence(spans), &first, &indent);
            } else {
                let mut inner = Vec::new();
                self.block(&mut inner, block)?;
                for Part::Text(text) | Part::Step(text) in inner {
                    for line in text.lines().filter(|line| !line.is_empty()) {
                        let _ = writeln!(out, "{indent}{line}");
                    }
                }
            }
            first.clone_from(&indent);
        }
        Ok(())
    }

    fn missing(&self, kind: &str, name: &str) -> LessonError {
        let what = format!("shows the {kind} {name}, which was not found");
        LessonError::Text { lesson: self.lesson.name, what }
    }

    /// The words of `spans`, with colours for what stands out.
    fn sentence(&self, spans: &[Span]) -> String {
        let mut words = String::new();
        for span in spans {
            match span {
                Span::Text(text) => words.push_str(text),
                Span::Emphasis(inner) => words.push_str(&self.styled(&self.sentence(inner), 3)),
                Span::Strong(inner) => words.push_str(&self.bold(&self.sentence(inner))),
                Span::Code(code) => words.push_str(&self.tinted(code, 36)),
                Span::Formula(latex) => {
                    // Not to be broken within.
                    words.push_str(&formula::in_line(latex).replace(' ', "\u{a0}"));
                }
                Span::Measured(value) => {
                    let _ = write!(words, "{}*", self.styled(value, 4));
                }
                Span::Link { to, words: inner } => {
                    words.push_str(&self.sentence(inner));
                    // Other lessons are named by their words.
                    if to.contains("://") {
                        let _ = write!(words, " <{to}>");
                    }
                }
            }
        }
        words
    }

    fn bold(&self, text: &str) -> String {
        self.styled(text, 1)
    }

    fn tinted(&self, text: &str, colour: u8) -> String {
        self.styled(text, colour)
    }

    /// `text` in a rendition of ECMA-48, if there are colours.
    fn styled(&self, text: &str, rendition: u8) -> String {
        if self.style.colour == Colour::None {
            return text.to_owned();
        }
        format!("\u{1b}[{rendition}m{text}\u{1b}[0m")
    }

    /// `words` in lines, the first after `first`, the others after `indent`.
    fn wrapped(&self, out: &mut String, words: &str, first: &str, indent: &str) {
        let mut line = first.to_owned();
        let mut is_empty = true;
        for word in words.split(' ').filter(|word| !word.is_empty()) {
            let long = measure_text_width(&line) + measure_text_width(word) + 1;
            if !is_empty && long > self.style.width {
                let _ = writeln!(out, "{line}");
                indent.clone_into(&mut line);
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
            }
            line.push_str(&word.replace('\u{a0}', " "));
            is_empty = false;
        }
        if !is_empty {
            let _ = writeln!(out, "{line}");
        }
    }

    fn table(&self, out: &mut String, table: &Table) {
        let headings: Vec<_> = table.headings.iter().map(|label| label.text(self.text)).collect();
        let rows: Vec<Vec<(String, bool)>> = table
            .rows
            .iter()
            .map(|row| {
                let cell = |cell: &Cell| match cell {
                    Cell::Label(label) => (label.text(self.text), false),
                    Cell::Value(value) => (value.text(), true),
                };
                row.iter().map(cell).collect()
            })
            .collect();
        let widths: Vec<usize> = headings
            .iter()
            .enumerate()
            .map(|(column, heading)| {
                let cells = rows.iter().filter_map(|row| row.get(column));
                let widest = cells.map(|(text, _)| text.chars().count()).max().unwrap_or(0);
                widest.max(heading.chars().count())
            })
            .collect();
        let is_number = |column: usize| {
            rows.iter().all(|row| row.get(column).is_none_or(|(_, is_number)| *is_number))
        };
        let padded = |text: &str, column: usize, right: bool| {
            let room = " ".repeat(widths[column].saturating_sub(text.chars().count()));
            if right { format!("{room}{text}") } else { format!("{text}{room}") }
        };
        let line = |cells: Vec<String>| format!("  {}", cells.join("  ").trim_end());
        let heads = headings.iter().enumerate();
        let heads = heads.map(|(column, text)| padded(text, column, is_number(column)));
        let _ = writeln!(out, "{}", self.bold(&line(heads.collect())));
        for row in &rows {
            let cells = row.iter().enumerate();
            let cells = cells.map(|(column, (text, right))| padded(text, column, *right));
            let _ = writeln!(out, "{}", line(cells.collect()));
        }
    }
}
