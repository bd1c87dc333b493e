//! `gradito lesson`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::{ArgGroup, Args, ValueHint};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::CliError;
use super::output::{count, note, one_line, print, print_json};
use crate::figure;
use crate::lesson::pages::write_file;
use crate::lesson::terminal::Part;
use crate::lesson::{
    Context, Findings, LESSONS, Language, Lesson, LessonError, Value, pages, terminal,
};
use crate::terminal::{Colour, Style};

/// Its flags.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("how").args(["step", "html", "figures", "check"])))]
pub struct LessonArguments {
    /// The lesson: its name or number; without one, all of them
    #[arg(value_name = "LESSON", value_parser = lesson)]
    pub lesson: Option<&'static Lesson>,
    /// Wait for Enter before each step of a figure
    #[arg(long, requires = "lesson")]
    pub step: bool,
    /// Language in the terminal: en, es [default: the locale's]
    #[arg(long, value_name = "LANG", value_parser = Language::from_str)]
    pub lang: Option<Language>,
    /// Write the lessons as pages into this folder
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub html: Option<PathBuf>,
    /// Write the figures into this folder: SVG, PNG, text
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub figures: Option<PathBuf>,
    /// Compare all numbers with what is expected
    #[arg(long)]
    pub check: bool,
    /// Print one JSON object: the lessons, or the numbers found
    #[arg(long)]
    pub json: bool,
}

/// A lesson by its name or number.
fn lesson(text: &str) -> Result<&'static Lesson, String> {
    Lesson::named(text).ok_or_else(|| {
        let names: Vec<_> = LESSONS.iter().map(|lesson| lesson.name).collect();
        format!("the lessons are 0 to {}: {}", names.len() - 1, names.join(", "))
    })
}

/// Shows, writes or checks lessons.
pub fn run(arguments: &LessonArguments) -> Result<(), CliError> {
    let language = arguments.lang.unwrap_or_else(Language::of_machine);
    let chosen: Vec<&'static Lesson> = match arguments.lesson {
        Some(lesson) => vec![lesson],
        None => LESSONS.iter().collect(),
    };
    if arguments.check {
        check(&chosen, arguments.json)
    } else if let Some(folder) = &arguments.html {
        site(folder, &chosen)
    } else if let Some(folder) = &arguments.figures {
        figures(folder, &chosen, language)
    } else if let Some(lesson) = arguments.lesson {
        show(lesson, language, arguments)
    } else {
        list(language, arguments.json)
    }
}

/// A lesson in a list.
#[derive(Serialize)]
struct Entry {
    number: usize,
    name: &'static str,
    title: String,
    summary: String,
}

/// All lessons.
#[derive(Serialize)]
struct List {
    language: &'static str,
    lessons: Vec<Entry>,
}

/// What a lesson found.
#[derive(Serialize)]
struct Found {
    name: &'static str,
    /// Numbers, or words.
    values: BTreeMap<String, serde_json::Value>,
    /// What differs from run to run.
    measured: BTreeMap<String, String>,
}

/// The outcome of a check.
#[derive(Serialize)]
struct Checked {
    lessons: usize,
    compared: usize,
    differences: Vec<String>,
}

fn list(language: Language, json: bool) -> Result<(), CliError> {
    let mut entries = Vec::with_capacity(LESSONS.len());
    for lesson in LESSONS {
        let text = lesson.text(language)?;
        let (number, name) = (lesson.number(), lesson.name);
        entries.push(Entry { number, name, title: text.title, summary: text.summary });
    }
    if json {
        return print_json(&List { language: language.code(), lessons: entries });
    }
    let style = Style::of_stdout();
    let mut text = String::new();
    for Entry { number, name, title, summary } in &entries {
        let title = if style.colour == Colour::None {
            title.clone()
        } else {
            format!("\u{1b}[1m{title}\u{1b}[0m")
        };
        let _ = writeln!(text, "{number:>2}  {name:<10} {title}\n               {summary}");
    }
    print(&text)
}

fn show(
    lesson: &'static Lesson,
    language: Language,
    arguments: &LessonArguments,
) -> Result<(), CliError> {
    let findings = computed(&[lesson])?.remove(0).1;
    if arguments.json {
        return print_json(&found(lesson, &findings));
    }
    let style = Style::of_stdout();
    let waits = arguments.step && io::stdin().is_terminal();
    let mut text = String::new();
    for part in terminal::parts(lesson, &findings, language, &style)? {
        match part {
            Part::Text(more) => text.push_str(&more),
            Part::Step(step) => {
                if waits {
                    print(&text)?;
                    text.clear();
                    // The end of input is as good as Enter: nobody is there to wait for.
                    io::stdin().lock().read_line(&mut String::new()).map_err(CliError::Output)?;
                }
                text.push_str(&step);
            }
        }
    }
    print(&text)
}

fn found(lesson: &Lesson, findings: &Findings) -> Found {
    let (mut values, mut measured) = (BTreeMap::new(), BTreeMap::new());
    for (name, value) in &findings.values {
        match value {
            Value::Number { number, .. } => values.insert(name.clone(), (*number).into()),
            Value::Share { share, .. } => values.insert(name.clone(), (*share).into()),
            Value::Word(word) => values.insert(name.clone(), word.clone().into()),
            Value::Measured(text) => {
                measured.insert(name.clone(), text.clone());
                None
            }
        };
    }
    Found { name: lesson.name, values, measured }
}

fn check(lessons: &[&'static Lesson], json: bool) -> Result<(), CliError> {
    let mut checked = Checked { lessons: lessons.len(), compared: 0, differences: Vec::new() };
    for (lesson, findings) in computed(lessons)? {
        let comparison = lesson.compare(&findings)?;
        checked.compared += comparison.compared;
        let differences = comparison.differences.into_iter();
        checked.differences.extend(differences.map(|line| format!("{}: {line}", lesson.name)));
    }
    let (compared, differences) = (checked.compared, checked.differences.len());
    if json {
        print_json(&checked)?;
    } else {
        checked.differences.iter().for_each(|line| note(line));
    }
    if differences > 0 {
        return Err(CliError::Unexpected { differences, compared });
    }
    if json {
        return Ok(());
    }
    let lessons = count(checked.lessons as u64, "lesson");
    print(&format!("{} in {lessons}, all as expected\n", count(compared as u64, "number")))
}

fn site(folder: &Path, lessons: &[&'static Lesson]) -> Result<(), CliError> {
    let written = pages::write(folder, &computed(lessons)?)?;
    let start = folder.join("index.html").display().to_string();
    print(&format!("{} written; open {}\n", count(written as u64, "page"), one_line(&start)))
}

fn figures(folder: &Path, lessons: &[&'static Lesson], language: Language) -> Result<(), CliError> {
    let style = Style { colour: Colour::None, unicode: true, width: 80 };
    let mut written = 0;
    for (lesson, findings) in computed(lessons)? {
        let words = lesson.text(language)?;
        for (name, figure) in &findings.figures {
            let name = format!("{}-{name}", lesson.name);
            let drawn = |error| CliError::from(LessonError::Figure(error));
            let svg = figure::svg(figure, &words).map_err(drawn)?;
            let png = figure::png(figure, &words).map_err(drawn)?;
            let text = figure::text(figure, &words, &style).map_err(drawn)?;
            write_file(&folder.join(format!("{name}.svg")), svg.as_bytes())?;
            write_file(&folder.join(format!("{name}.png")), &png)?;
            write_file(&folder.join(format!("{name}.txt")), text.as_bytes())?;
            written += 1;
        }
    }
    let folder = folder.display().to_string();
    print(&format!("{} written to {}\n", count(written, "figure"), one_line(&folder)))
}

/// What the lessons find, one after the other, with a line that says which is at work.
fn computed(lessons: &[&'static Lesson]) -> Result<Vec<(&'static Lesson, Findings)>, CliError> {
    let context = Context::new();
    let style = ProgressStyle::with_template("{spinner} {pos}/{len} {wide_msg}")
        .unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = ProgressBar::new(lessons.len() as u64).with_style(style);
    bar.enable_steady_tick(std::time::Duration::from_millis(100));
    let mut all = Vec::with_capacity(lessons.len());
    for lesson in lessons {
        bar.set_message(lesson.name);
        let findings = lesson.compute(&context);
        if findings.is_err() {
            bar.finish_and_clear();
        }
        all.push((*lesson, findings?));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(all)
}
