//! The lessons as pages: a small site that needs no network.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::findings::{Cell, Findings, Table};
use super::prose::{self, Block, Span};
use super::{Language, Lesson, LessonError, Text, formula};
use crate::figure::{self, Figure};
use crate::model::Destination;

/// The style of every page, within it.
const STYLE: &str = include_str!("../../lessons/page.css");

/// What a step-by-step figure needs, within its page.
const SLIDER: &str = include_str!("../../lessons/slider.js");

/// What the pages themselves say.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Frame {
    title: String,
    subtitle: String,
    lessons: String,
    previous: String,
    next: String,
    step: String,
    measured: String,
    made: String,
}

impl Frame {
    fn of(language: Language) -> Result<Self, LessonError> {
        let source = match language {
            Language::English => include_str!("../../lessons/frame/en.toml"),
            Language::Spanish => include_str!("../../lessons/frame/es.toml"),
        };
        toml::from_str(source)
            .map_err(|error| LessonError::Text { lesson: "frame", what: error.to_string() })
    }
}

/// Writes the whole site into `folder`: `index.html`, and one folder of pages a language.
///
/// # Errors
///
/// If a page cannot be made or written.
pub fn write(folder: &Path, lessons: &[(&'static Lesson, Findings)]) -> Result<usize, LessonError> {
    let mut pages = vec![("index.html".to_owned(), crossroads()?)];
    for language in Language::ALL {
        let mut names = Vec::with_capacity(lessons.len());
        for (lesson, _) in lessons {
            names.push((lesson.name, lesson.text(language)?));
        }
        pages.push((format!("{language}/index.html"), contents(language, &names)?));
        for (at, (lesson, findings)) in lessons.iter().enumerate() {
            let page = page(language, lesson, findings, (at, &names))?;
            pages.push((format!("{language}/{}.html", lesson.name), page));
        }
    }
    for (name, page) in &pages {
        write_file(&folder.join(name), page.as_bytes())?;
    }
    Ok(pages.len())
}

/// Writes a file and the folders it lies in; the file is replaced whole or not at all.
///
/// # Errors
///
/// If it cannot be written.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), LessonError> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .map_err(|cause| LessonError::Folder { path: folder.to_owned(), cause })?;
    }
    Ok(Destination::new(path)?.write(bytes)?)
}

/// The page from which to choose a language.
fn crossroads() -> Result<String, LessonError> {
    let mut body = String::from("<main class=\"crossroads\">\n<h1>gradito</h1>\n");
    for language in Language::ALL {
        let Frame { title, subtitle, .. } = Frame::of(language)?;
        let _ = writeln!(
            body,
            "<p lang=\"{language}\"><a href=\"{language}/index.html\"><b>{}</b> {}</a><br>{}</p>",
            language.name(),
            escape(&title),
            escape(&subtitle)
        );
    }
    body.push_str("</main>\n");
    Ok(document(Language::English, "gradito", &body))
}

/// The page that lists the lessons of a language.
fn contents(language: Language, lessons: &[(&'static str, Text)]) -> Result<String, LessonError> {
    let frame = Frame::of(language)?;
    let mut body = navigation(language, "index.html");
    let _ = write!(
        body,
        "<main>\n<h1>{}</h1>\n<p class=\"summary\">{}</p>\n<h2>{}</h2>\n<ol start=\"0\" \
         class=\"contents\">\n",
        escape(&frame.title),
        escape(&frame.subtitle),
        escape(&frame.lessons)
    );
    for (name, text) in lessons {
        let _ = writeln!(
            body,
            "<li><a href=\"{name}.html\">{}</a><br>{}</li>",
            escape(&text.title),
            escape(&text.summary)
        );
    }
    let _ = write!(body, "</ol>\n<p class=\"made\">{}</p>\n</main>\n", escape(&frame.made));
    Ok(document(language, &frame.title, &body))
}

/// The page of a lesson.
fn page(
    language: Language,
    lesson: &Lesson,
    findings: &Findings,
    (at, lessons): (usize, &[(&'static str, Text)]),
) -> Result<String, LessonError> {
    let frame = Frame::of(language)?;
    let text = &lessons[at].1;
    let faulty = |what: String| LessonError::Text { lesson: lesson.name, what };
    let blocks = prose::parse(&text.filled(lesson.name, findings)?).map_err(faulty)?;
    let mut body = navigation(language, &format!("{}.html", lesson.name));
    let _ = write!(
        body,
        "<main>\n<h1>{}. {}</h1>\n<p class=\"summary\">{}</p>\n",
        lesson.number(),
        escape(&text.title),
        escape(&text.summary)
    );
    let writer = Writer { lesson, text, findings, frame: &frame };
    for block in &blocks {
        writer.block(&mut body, block)?;
    }
    body.push_str("<nav class=\"turn\">");
    let mut link = |class: &str, to: Option<&(&'static str, Text)>, word: &str| {
        if let Some((name, text)) = to {
            let title = escape(&text.title);
            let _ = write!(
                body,
                "<a class=\"{class}\" href=\"{name}.html\"><small>{}</small><br>{title}</a>",
                escape(word)
            );
        }
    };
    link("previous", at.checked_sub(1).and_then(|before| lessons.get(before)), &frame.previous);
    link("next", lessons.get(at + 1), &frame.next);
    body.push_str("</nav>\n</main>\n");
    if body.contains("type=\"range\"") {
        let _ = write!(body, "<script>\n{SLIDER}</script>\n");
    }
    Ok(document(language, &text.title, &body))
}

/// The line at the top: home, and the same page in the other languages.
fn navigation(language: Language, page: &str) -> String {
    let mut line = String::from("<nav class=\"top\"><a href=\"index.html\">gradito</a><span>");
    for other in Language::ALL {
        let current = if other == language { " aria-current=\"true\"" } else { "" };
        let _ = write!(
            line,
            "<a lang=\"{other}\" hreflang=\"{other}\" href=\"../{other}/{page}\"{current}>{}</a>",
            other.name()
        );
    }
    line.push_str("</span></nav>\n");
    line
}

fn document(language: Language, title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n<meta \
         name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta \
         name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n<link rel=\"icon\" \
         href=\"data:,\">\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n",
        escape(title)
    )
}

struct Writer<'l> {
    lesson: &'l Lesson,
    text: &'l Text,
    findings: &'l Findings,
    frame: &'l Frame,
}

impl Writer<'_> {
    fn fault(&self, what: String) -> LessonError {
        LessonError::Text { lesson: self.lesson.name, what }
    }

    fn block(&self, out: &mut String, block: &Block) -> Result<(), LessonError> {
        match block {
            Block::Heading(spans) => {
                let _ = writeln!(out, "<h2>{}</h2>", self.sentence(spans)?);
            }
            Block::Paragraph(spans) => {
                let _ = writeln!(out, "<p>{}</p>", self.sentence(spans)?);
            }
            Block::List { is_numbered, items } => {
                let tag = if *is_numbered { "ol" } else { "ul" };
                let _ = writeln!(out, "<{tag}>");
                for item in items {
                    out.push_str("<li>");
                    for block in item {
                        match block {
                            Block::Paragraph(spans) if item.len() == 1 => {
                                out.push_str(&self.sentence(spans)?);
                            }
                            block => self.block(out, block)?,
                        }
                    }
                    out.push_str("</li>\n");
                }
                let _ = writeln!(out, "</{tag}>");
            }
            Block::Code(code) => {
                let _ = writeln!(out, "<pre><code>{}</code></pre>", escape(code));
            }
            Block::Formula(latex) => {
                let mathml = formula::mathml(latex, true).map_err(|what| self.fault(what))?;
                let _ = writeln!(out, "<div class=\"formula\">{mathml}</div>");
            }
            Block::Figure { name, caption } => self.figure(out, name, caption)?,
            Block::Table { name, caption } => {
                let table = self.findings.tables.get(name.as_str());
                let table = table.ok_or_else(|| {
                    self.fault(format!("shows no table, as {name} was not found"))
                })?;
                let caption = self.sentence(caption)?;
                self.table(out, table, &caption);
            }
        }
        Ok(())
    }

    fn figure(&self, out: &mut String, name: &str, caption: &[Span]) -> Result<(), LessonError> {
        let figure = self.findings.figures.get(name);
        let figure =
            figure.ok_or_else(|| self.fault(format!("shows the figure {name}, not found")))?;
        let described = self.text.figures.get(name);
        let described =
            described.ok_or_else(|| self.fault(format!("[figures] says nothing of {name}")))?;
        let described = escape(described);
        let _ = writeln!(out, "<figure id=\"{name}\">");
        if let Figure::Steps(steps) = figure {
            let last = steps.len().max(1) - 1;
            let _ = writeln!(
                out,
                "<div class=\"steps\" role=\"group\" aria-label=\"{described}\">\n<label>{} <input \
                 type=\"range\" min=\"0\" max=\"{last}\" value=\"{last}\"><output></output></label>",
                escape(&self.frame.step)
            );
            for step in steps {
                let said = escape(&step.caption.text(self.text));
                let drawn = self.picture(&step.figure, &said)?;
                let _ = writeln!(out, "<div class=\"step\">\n<p>{said}</p>\n{drawn}</div>");
            }
            out.push_str("</div>\n");
        } else {
            out.push_str(&self.picture(figure, &described)?);
        }
        let _ = writeln!(out, "<figcaption>{}</figcaption>\n</figure>", self.sentence(caption)?);
        Ok(())
    }

    /// A figure within the page: as SVG, or as PNG where that is much shorter.
    fn picture(&self, figure: &Figure, described: &str) -> Result<String, LessonError> {
        if has_images(figure) {
            let png = figure::png(figure, self.text)?;
            // Half as wide as its pixels, so that it is sharp.
            let width = png.get(16..20).map_or(0, |bytes| {
                bytes.iter().fold(0, |width, &byte| width << 8 | u32::from(byte))
            });
            return Ok(format!(
                "<img alt=\"{described}\" width=\"{}\" src=\"data:image/png;base64,{}\">\n",
                width / 2,
                STANDARD.encode(png)
            ));
        }
        let svg = figure::svg(figure, self.text)?;
        Ok(svg.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{described}\" "), 1))
    }

    fn table(&self, out: &mut String, table: &Table, caption: &str) {
        let _ = writeln!(out, "<div class=\"table\"><table>\n<caption>{caption}</caption>\n<tr>");
        for heading in &table.headings {
            let _ = write!(out, "<th>{}</th>", escape(&heading.text(self.text)));
        }
        out.push_str("</tr>\n");
        for row in &table.rows {
            out.push_str("<tr>");
            for cell in row {
                let _ = match cell {
                    Cell::Label(label) => {
                        write!(out, "<td>{}</td>", escape(&label.text(self.text)))
                    }
                    Cell::Value(value) => {
                        let measured = matches!(value, super::Value::Measured(_));
                        let text = escape(&value.text());
                        let text = if measured { self.measured(&text) } else { text };
                        write!(out, "<td class=\"number\">{text}</td>")
                    }
                };
            }
            out.push_str("</tr>\n");
        }
        out.push_str("</table></div>\n");
    }

    fn measured(&self, text: &str) -> String {
        format!("<span class=\"measured\" title=\"{}\">{text}</span>", escape(&self.frame.measured))
    }

    fn sentence(&self, spans: &[Span]) -> Result<String, LessonError> {
        let mut out = String::new();
        for span in spans {
            match span {
                Span::Text(text) => out.push_str(&escape(text)),
                Span::Emphasis(inner) => {
                    let _ = write!(out, "<em>{}</em>", self.sentence(inner)?);
                }
                Span::Strong(inner) => {
                    let _ = write!(out, "<strong>{}</strong>", self.sentence(inner)?);
                }
                Span::Code(code) => {
                    let _ = write!(out, "<code>{}</code>", escape(code));
                }
                Span::Formula(latex) => {
                    let mathml = formula::mathml(latex, false).map_err(|what| self.fault(what))?;
                    out.push_str(&mathml);
                }
                Span::Measured(value) => out.push_str(&self.measured(&escape(value))),
                Span::Link { to, words } => {
                    let _ = write!(out, "<a href=\"{}\">{}</a>", escape(to), self.sentence(words)?);
                }
            }
        }
        Ok(out)
    }
}

/// Whether the figure shows images, whose pixels are many in SVG.
fn has_images(figure: &Figure) -> bool {
    match figure {
        Figure::Tiles(_) => true,
        Figure::Panels(panels) => panels.panels.iter().any(|(_, figure)| has_images(figure)),
        _ => false,
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}
