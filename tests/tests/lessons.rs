//! The lessons as their readers have them: every number as expected, every page as a browser shows
//! it.

use std::fs;
use std::path::Path;
use std::process::Command;

use gradito::lesson::{Context, Findings, LESSONS, Language, Lesson, pages};
use serde_json::Value;

/// A phone's width, and a desktop's.
const WIDTHS: [u32; 2] = [390, 1280];

#[test]
fn lessons_find_what_they_should_and_their_pages_are_whole() {
    let context = Context::new();
    let lessons = computed(&context);
    let mut differences = Vec::new();
    for (lesson, findings) in &lessons {
        let comparison = lesson.compare(findings).unwrap_or_else(|fault| panic!("{fault}"));
        differences.extend(comparison.differences.iter().map(|line| (lesson.name, line.clone())));
    }
    assert!(differences.is_empty(), "{differences:#?}");

    let folder = tempfile::tempdir().unwrap();
    let written = pages::write(folder.path(), &lessons).unwrap();
    assert_eq!(written, 1 + Language::ALL.len() * (1 + LESSONS.len()));
    for path in all_pages(folder.path()) {
        let page = fs::read_to_string(&path).unwrap();
        let name = path.strip_prefix(folder.path()).unwrap().display().to_string();
        for fetched in ["src=\"http", "url(", "@import", "<link rel=\"stylesheet", "<script src"] {
            assert!(!page.contains(fetched), "{name} needs the network: {fetched}");
        }
        links_lead_somewhere(&path, &page);
        for width in WIDTHS {
            is_whole_in_a_browser(&name, &page, width, folder.path());
        }
    }
    if std::env::var_os("GRADITO_ALL_SAMPLES").is_some() {
        let again = tempfile::tempdir().unwrap();
        pages::write(again.path(), &computed(&Context::new())).unwrap();
        for path in all_pages(folder.path()) {
            let name = path.strip_prefix(folder.path()).unwrap();
            let read =
                |folder: &Path| without_times(&fs::read_to_string(folder.join(name)).unwrap());
            assert!(read(folder.path()) == read(again.path()), "{} differs", name.display());
        }
    }
}

fn computed(context: &Context) -> Vec<(&'static Lesson, Findings)> {
    let computed = |lesson: &'static Lesson| {
        (lesson, lesson.compute(context).unwrap_or_else(|fault| panic!("{}: {fault}", lesson.name)))
    };
    LESSONS.iter().map(computed).collect()
}

fn all_pages(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut pages = vec![folder.join("index.html")];
    for language in Language::ALL {
        let folder = folder.join(language.code());
        pages.push(folder.join("index.html"));
        pages.extend(LESSONS.iter().map(|lesson| folder.join(format!("{}.html", lesson.name))));
    }
    pages
}

/// What stands between `open` and the next `close`, wherever that is.
fn between<'p>(page: &'p str, open: &str, close: char) -> impl Iterator<Item = &'p str> {
    page.split(open).skip(1).filter_map(move |rest| Some(rest.split_once(close)?.0))
}

fn links_lead_somewhere(path: &Path, page: &str) {
    for link in between(page, "href=\"", '"') {
        if !link.contains("://") && !link.starts_with("data:") {
            let target = path.parent().unwrap().join(link);
            assert!(target.is_file(), "{}: {link} leads nowhere", path.display());
        }
    }
}

fn without_times(page: &str) -> String {
    let mut kept = String::new();
    for (at, part) in page.split("<span class=\"measured\"").enumerate() {
        let rest =
            if at == 0 { part } else { part.split_once("</span>").map_or("", |(_, rest)| rest) };
        kept.push_str(rest);
    }
    kept
}

/// Shows `page` in a frame of this width and asks the browser what it sees.
fn is_whole_in_a_browser(name: &str, page: &str, width: u32, folder: &Path) {
    let frame = folder.join("frame.html");
    let escaped = page.replace('&', "&amp;").replace('"', "&quot;");
    let text = format!(
        "<!DOCTYPE html><meta charset=\"utf-8\"><iframe id=\"page\" style=\"width:{width}px;\
         height:800px;border:0\" srcdoc=\"{escaped}\"></iframe><pre id=\"report\"></pre><script>{}\
         </script>",
        include_str!("lessons/report.js")
    );
    fs::write(&frame, text).unwrap();
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr"])
        // Nothing may be fetched; what tries to is a message on the console.
        .args(["--host-resolver-rules=MAP * ~NOTFOUND", "--window-size=1400,1000"])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(["--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("file://{}", frame.display()))
        .output()
        .unwrap_or_else(|fault| panic!("chromium, which `cargo xtask test` installs: {fault}"));
    let messages = String::from_utf8_lossy(&output.stderr);
    let said: Vec<_> = messages.lines().filter(|line| line.contains("CONSOLE")).collect();
    assert!(said.is_empty(), "{name} at {width}: {said:#?}");
    let shown = String::from_utf8_lossy(&output.stdout);
    let report = between(&shown, "<pre id=\"report\">", '<').next().unwrap_or_default();
    let report: Value = serde_json::from_str(report)
        .unwrap_or_else(|_| panic!("{name} at {width}: no report\n{messages}"));
    let wanted = between(page, "<figure id=\"", '"').count();
    assert_eq!(report["figures"], wanted, "{name} at {width}: figures");
    assert_eq!(report["empty"], Value::Array(vec![]), "{name} at {width}: shown without a size");
    assert_eq!(report["wide"], Value::Array(vec![]), "{name} at {width}: wider than the page");
}
