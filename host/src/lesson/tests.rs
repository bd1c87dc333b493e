//! What can be said of the texts without computing anything.

use std::collections::BTreeSet;

use super::prose::{self, Block, Span};
use super::{LESSONS, Language, formula};

/// The body with its `{{name}}`s, which mean nothing in Markdown.
fn blocks(body: &str) -> Vec<Block> {
    prose::parse(body).unwrap_or_else(|fault| panic!("{fault} in {body:.60}"))
}

/// What a block is, and the name it shows.
fn kind(block: &Block) -> String {
    match block {
        Block::Heading(_) => "heading".into(),
        Block::Paragraph(_) => "paragraph".into(),
        Block::List { items, .. } => format!("list of {}", items.len()),
        Block::Code(_) => "code".into(),
        Block::Formula(_) => "formula".into(),
        Block::Figure { name, .. } => format!("figure {name}"),
        Block::Table { name, .. } => format!("table {name}"),
    }
}

fn numbers(body: &str) -> BTreeSet<&str> {
    body.split("{{").skip(1).filter_map(|rest| Some(rest.split_once("}}")?.0)).collect()
}

/// The body with a number in place of each name.
fn with_numbers(body: &str) -> String {
    let mut parts = body.split("{{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |filled, part| filled + "7" + part.split_once("}}").map_or("", |rest| rest.1))
}

#[test]
fn every_lesson_says_the_same_in_every_language() {
    for lesson in LESSONS {
        let [english, spanish] =
            Language::ALL.map(|language| lesson.text(language).unwrap_or_else(|e| panic!("{e}")));
        let name = lesson.name;
        let keys = |map: &std::collections::BTreeMap<String, String>| {
            map.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(keys(&english.labels), keys(&spanish.labels), "{name}: [labels]");
        assert_eq!(keys(&english.figures), keys(&spanish.figures), "{name}: [figures]");
        assert_eq!(numbers(&english.body), numbers(&spanish.body), "{name}: numbers");
        let kinds = |body: &str| blocks(body).iter().map(kind).collect::<Vec<_>>();
        assert_eq!(kinds(&english.body), kinds(&spanish.body), "{name}: order");
        assert_ne!(english.title, spanish.title, "{name}: title");
    }
}

#[test]
fn every_formula_is_one() {
    fn walk_spans(spans: &[Span]) {
        for span in spans {
            match span {
                Span::Formula(latex) => {
                    formula::mathml(latex, false).unwrap_or_else(|fault| panic!("{fault}"));
                    assert!(!formula::in_line(latex).contains('\\'), "{latex} in characters");
                }
                Span::Emphasis(inner) | Span::Strong(inner) | Span::Link { words: inner, .. } => {
                    walk_spans(inner);
                }
                _ => {}
            }
        }
    }
    fn walk(blocks: &[Block]) {
        for block in blocks {
            match block {
                Block::Formula(latex) => {
                    formula::mathml(latex, true).unwrap_or_else(|fault| panic!("{fault}"));
                    assert!(!formula::characters(latex).contains('\\'), "{latex} in characters");
                }
                Block::Heading(words)
                | Block::Paragraph(words)
                | Block::Figure { caption: words, .. }
                | Block::Table { caption: words, .. } => walk_spans(words),
                Block::List { items, .. } => items.iter().for_each(|item| walk(item)),
                Block::Code(_) => {}
            }
        }
    }
    for lesson in LESSONS {
        for language in Language::ALL {
            walk(&blocks(&with_numbers(&lesson.text(language).unwrap().body)));
        }
    }
}

#[test]
fn a_lesson_goes_by_its_name_and_its_number() {
    for (number, lesson) in LESSONS.iter().enumerate() {
        assert_eq!(super::Lesson::named(lesson.name).map(|lesson| lesson.number()), Some(number));
        let numbered = super::Lesson::named(&number.to_string());
        assert_eq!(numbered.map(|lesson| lesson.name), Some(lesson.name));
    }
    assert!(super::Lesson::named("astronomy").is_none());
}
