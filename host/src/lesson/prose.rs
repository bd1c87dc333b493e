//! The body of a text, taken apart: what stands after what, apart from how it is shown.

use std::collections::BTreeSet;
use std::iter::Peekable;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::text::MEASURED;

/// A piece of a text that stands by itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading.
    Heading(Vec<Span>),
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A list, with numbers or without.
    List {
        /// Whether its items are numbered, from 1.
        is_numbered: bool,
        /// What stands at each.
        items: Vec<Vec<Self>>,
    },
    /// Lines to be typed, or to be read as they are.
    Code(String),
    /// A formula on a line of its own.
    Formula(String),
    /// A figure.
    Figure {
        /// Its name among the findings.
        name: String,
        /// What stands beneath it.
        caption: Vec<Span>,
    },
    /// A table.
    Table {
        /// Its name among the findings.
        name: String,
        /// What stands above it.
        caption: Vec<Span>,
    },
}

/// A piece of a sentence.
#[derive(Clone, Debug, PartialEq)]
pub enum Span {
    /// Words.
    Text(String),
    /// Words that are stressed.
    Emphasis(Vec<Self>),
    /// Words that stand out.
    Strong(Vec<Self>),
    /// Something to be typed, or the name of something in the program.
    Code(String),
    /// A formula.
    Formula(String),
    /// What was measured here and now.
    Measured(String),
    /// Words that lead elsewhere.
    Link {
        /// Where to.
        to: String,
        /// The words.
        words: Vec<Self>,
    },
}

/// Takes a filled body apart.
///
/// # Errors
///
/// What it has that no text may have, in one line.
pub fn parse(body: &str) -> Result<Vec<Block>, String> {
    let mut events = Parser::new_ext(body, Options::ENABLE_MATH).peekable();
    let blocks = blocks(&mut events, None)?;
    Ok(blocks)
}

/// The names of the figures and tables in `blocks`.
pub fn shown<'b>(blocks: &'b [Block]) -> BTreeSet<&'b str> {
    let names = |block: &'b Block| match block {
        Block::Figure { name, .. } | Block::Table { name, .. } => Some(name.as_str()),
        _ => None,
    };
    blocks.iter().filter_map(names).collect()
}

type Events<'a> = Peekable<Parser<'a>>;

/// The blocks up to the end of `parent`, or of the text.
fn blocks(events: &mut Events<'_>, parent: Option<TagEnd>) -> Result<Vec<Block>, String> {
    let mut blocks = Vec::new();
    while let Some(event) = events.next() {
        match event {
            Event::Start(Tag::Paragraph) => {
                blocks.push(paragraph(spans(events, TagEnd::Paragraph)?)?);
            }
            Event::Start(Tag::Heading { level, .. }) => {
                if level != HeadingLevel::H2 {
                    return Err("headings begin with ##".to_owned());
                }
                blocks.push(Block::Heading(spans(events, TagEnd::Heading(level))?));
            }
            Event::Start(Tag::List(first)) => {
                let mut items = Vec::new();
                while let Some(Event::Start(Tag::Item)) = events.peek() {
                    events.next();
                    items.push(self::blocks(events, Some(TagEnd::Item))?);
                }
                events.next();
                blocks.push(Block::List { is_numbered: first.is_some(), items });
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let (CodeBlockKind::Fenced(_) | CodeBlockKind::Indented) = kind;
                let mut code = String::new();
                for event in events.by_ref() {
                    match event {
                        Event::Text(text) => code.push_str(&text),
                        _ => break,
                    }
                }
                blocks.push(Block::Code(code.trim_end().to_owned()));
            }
            Event::End(end) if Some(end) == parent => return Ok(blocks),
            // A list without empty lines has sentences where others have paragraphs.
            Event::Text(_)
            | Event::Code(_)
            | Event::InlineMath(_)
            | Event::Start(Tag::Emphasis | Tag::Strong | Tag::Link { .. }) => {
                let mut sentence = Vec::new();
                span(event, events, &mut sentence)?;
                while let Some(event) = events.next_if(is_inline) {
                    span(event, events, &mut sentence)?;
                }
                blocks.push(Block::Paragraph(sentence));
            }
            other => return Err(format!("texts have no {other:?}")),
        }
    }
    Ok(blocks)
}

fn is_inline(event: &Event<'_>) -> bool {
    matches!(
        event,
        Event::Text(_)
            | Event::Code(_)
            | Event::InlineMath(_)
            | Event::SoftBreak
            | Event::Start(Tag::Emphasis | Tag::Strong | Tag::Link { .. })
    )
}

/// A paragraph, or what stands alone in one.
fn paragraph(spans: Vec<Span>) -> Result<Block, String> {
    if let [Span::Link { to, words }] = &spans[..] {
        let caption = words.clone();
        if let Some(name) = to.strip_prefix("figure:") {
            return Ok(Block::Figure { name: name.to_owned(), caption });
        }
        if let Some(name) = to.strip_prefix("table:") {
            return Ok(Block::Table { name: name.to_owned(), caption });
        }
    }
    if let [Span::Formula(latex)] = &spans[..]
        && let Some(latex) = latex.strip_prefix(DISPLAYED)
    {
        return Ok(Block::Formula(latex.to_owned()));
    }
    let misplaced = |span: &Span| match span {
        Span::Link { to, .. } => to.starts_with("figure:") || to.starts_with("table:"),
        Span::Formula(latex) => latex.starts_with(DISPLAYED),
        _ => false,
    };
    match spans.iter().find(|span| misplaced(span)) {
        Some(span) => Err(format!("does not stand in a paragraph of its own: {span:?}")),
        None => Ok(Block::Paragraph(spans)),
    }
}

/// Before a formula between `$$` until its paragraph is known.
const DISPLAYED: char = '\u{E002}';

fn spans(events: &mut Events<'_>, end: TagEnd) -> Result<Vec<Span>, String> {
    let mut spans = Vec::new();
    while let Some(event) = events.next() {
        if event == Event::End(end) {
            break;
        }
        span(event, events, &mut spans)?;
    }
    Ok(spans)
}

fn span(event: Event<'_>, events: &mut Events<'_>, spans: &mut Vec<Span>) -> Result<(), String> {
    match event {
        Event::Text(text) => measured(&text, spans),
        Event::SoftBreak => measured(" ", spans),
        Event::Code(code) => spans.push(Span::Code(code.into_string())),
        Event::InlineMath(latex) => spans.push(Span::Formula(latex.into_string())),
        Event::DisplayMath(latex) => spans.push(Span::Formula(format!("{DISPLAYED}{latex}"))),
        Event::Start(Tag::Emphasis) => {
            spans.push(Span::Emphasis(self::spans(events, TagEnd::Emphasis)?));
        }
        Event::Start(Tag::Strong) => spans.push(Span::Strong(self::spans(events, TagEnd::Strong)?)),
        Event::Start(Tag::Link { dest_url, .. }) => {
            let words = self::spans(events, TagEnd::Link)?;
            spans.push(Span::Link { to: dest_url.into_string(), words });
        }
        Event::Start(Tag::Image { dest_url, .. }) => {
            let words = self::spans(events, TagEnd::Image)?;
            let to = dest_url.into_string();
            if !(to.starts_with("figure:") || to.starts_with("table:")) {
                return Err(format!("![…]({to}) is neither a figure: nor a table:"));
            }
            spans.push(Span::Link { to, words });
        }
        other => return Err(format!("texts have no {other:?}")),
    }
    Ok(())
}

/// Words, and among them what was measured.
fn measured(text: &str, spans: &mut Vec<Span>) {
    let mut add = |span: Span| match (spans.last_mut(), span) {
        (_, Span::Text(text)) if text.is_empty() => {}
        (Some(Span::Text(before)), Span::Text(text)) => before.push_str(&text),
        (_, span) => spans.push(span),
    };
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(MEASURED.0) {
        let (value, after) = after.split_once(MEASURED.1).unwrap_or((after, ""));
        add(Span::Text(before.to_owned()));
        add(Span::Measured(value.to_owned()));
        rest = after;
    }
    add(Span::Text(rest.to_owned()));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Span {
        Span::Text(text.to_owned())
    }

    #[test]
    fn a_body_is_taken_apart() {
        let body = "## A *title*\n\nIt is $\\eta$ and\ntook \u{E000}3 ms\u{E001}, `x`.\n\n$$a + b$$\n\n\
                    - one\n- two\n\n![The figure](figure:path)\n\n```sh\ngradito train\n```\n";
        let blocks = parse(body).unwrap();
        assert_eq!(
            blocks,
            [
                Block::Heading(vec![text("A "), Span::Emphasis(vec![text("title")])]),
                Block::Paragraph(vec![
                    text("It is "),
                    Span::Formula("\\eta".into()),
                    text(" and took "),
                    Span::Measured("3 ms".into()),
                    text(", "),
                    Span::Code("x".into()),
                    text("."),
                ]),
                Block::Formula("a + b".into()),
                Block::List {
                    is_numbered: false,
                    items: vec![
                        vec![Block::Paragraph(vec![text("one")])],
                        vec![Block::Paragraph(vec![text("two")])],
                    ],
                },
                Block::Figure { name: "path".into(), caption: vec![text("The figure")] },
                Block::Code("gradito train".into()),
            ]
        );
        assert_eq!(shown(&blocks), BTreeSet::from(["path"]));
    }

    #[test]
    fn what_a_text_may_not_have_is_refused() {
        for body in ["# Too large", "<b>html</b>", "see ![here](figure:a) and", "![x](other.png)"] {
            assert!(parse(body).is_err(), "{body}");
        }
    }
}
