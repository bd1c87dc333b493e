//! The documents and the tree agree.

mod format;
mod link;

use std::fs;
use std::path::{Path, PathBuf};

use gradito::recipe::{Recipe, names};
use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn documents() -> Vec<PathBuf> {
    let in_docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let is_document = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "md");
    let mut documents: Vec<_> = in_docs.filter(is_document).collect();
    documents
        .extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root().join(name)));
    documents.sort();
    documents
}

/// The text of a document in `docs`.
fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).unwrap()
}

/// The cells of the rows of the table that begins with the line `head`, without what marks code.
fn table<const CELLS: usize>(page: &str, head: &str) -> Vec<[String; CELLS]> {
    let (_, table) = page.split_once(head).unwrap_or_else(|| panic!("there is no table {head}"));
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let rows = rows.map(|row| {
        let cells = row.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', ""));
        let cells: Vec<_> = cells.collect();
        cells.try_into().unwrap_or_else(|_| panic!("{row} has other cells than {head}"))
    });
    rows.collect()
}

/// Where the links of a document in Markdown lead to.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| Some(rest.split_once(')')?.0))
}

#[test]
fn every_link_leads_somewhere() {
    let mut followed = 0;
    for document in documents() {
        let text = fs::read_to_string(&document).unwrap();
        for link in links(&text).filter(|link| !link.contains("://")) {
            let file = link.split_once('#').map_or(link, |(file, _)| file);
            let target = document.parent().unwrap().join(file);
            assert!(target.exists(), "{}: {link} leads nowhere", document.display());
            followed += 1;
        }
    }
    assert!(followed > 50, "{followed}");
}

/// What a recipe says is to be expected is the mean of the trainings that are kept.
#[test]
fn recipes_expect_what_came_of_them() {
    let text = fs::read_to_string(root().join("docs/accuracy.jsonl")).unwrap();
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut said = 0;
    for name in names() {
        let recipe = Recipe::find(name).unwrap();
        let Some(expected) = recipe.expected else { continue };
        let flags = recipe.arguments().join(" ");
        let ours = lines.iter().filter(|line| line["recipe"] == name && line["flags"] == *flags);
        let (boards, runs): (Vec<_>, Vec<_>) = ours.partition(|line| line["board"].is_string());
        let mut seeds: Vec<_> = runs.iter().map(|run| run["seed"].as_u64().unwrap()).collect();
        seeds.sort_unstable();
        assert_eq!(seeds, [1, 2, 3, 4, 5], "{name}");
        let accuracies: Vec<_> = runs.iter().map(|run| run["accuracy"].as_f64().unwrap()).collect();
        let mean = accuracies.iter().sum::<f64>() / 5.0;
        assert!((expected.accuracy - mean).abs() < 0.006, "{name}: {mean}");
        for end in expected.spread {
            assert!(accuracies.contains(&end), "{name}: {end}");
        }
        assert!(runs.iter().all(|run| run["bytes"] == expected.bytes), "{name}");
        assert!(boards.iter().all(|board| board["samples"] == 1000), "{name}");
        said += 1;
    }
    assert!(said > 3, "{said}");
}

/// The tests that the map of the chapter names are there.
#[test]
fn every_test_that_the_map_names_is_one() {
    let map = fs::read_to_string(root().join("docs/chapter.md")).unwrap();
    let folders = ["tests/tests", "core/src/circuit/tests"].map(|folder| root().join(folder));
    let mut sources = String::new();
    for folder in folders {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut named = 0;
    for line in map.lines().filter(|line| line.starts_with('|')) {
        let test = line.trim_end_matches(" |").rsplit("| ").next().unwrap_or_default();
        if let Some(name) = test.strip_prefix('`').and_then(|rest| Some(rest.split_once('`')?.0))
            && !name.contains(' ')
        {
            assert!(sources.contains(&format!("fn {name}()")), "{name}");
            named += 1;
        }
    }
    assert!(named >= 10, "{named}");
}

/// The tests that pages name as those that guard something are there.
#[test]
fn every_test_that_guards_is_one() {
    let mut sources = String::new();
    let mut folders =
        ["core", "link", "device", "host", "tests"].map(|name| root().join(name)).to_vec();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut named = 0;
    for page in ["design.md", "extend.md"].map(page) {
        let paragraphs = page.split("\n\n");
        for paragraph in paragraphs.filter(|text| text.starts_with("Guarded by ")) {
            // Words of code, but for the texts of links.
            let words = paragraph.split('`').collect::<Vec<_>>();
            for pair in words.windows(2).skip(1).step_by(2).filter(|pair| !pair[1].starts_with(']'))
            {
                assert!(sources.contains(&format!("fn {}(", pair[0])), "{}", pair[0]);
                named += 1;
            }
        }
    }
    assert!(named > 40, "{named}");
}

/// The direct dependencies of a package, but for gradito's own crates.
fn dependencies(manifest: &str) -> impl Iterator<Item = &str> {
    let sections = manifest.split("\n[").filter_map(|section| section.split_once("]\n"));
    let sections = sections.filter(|(name, _)| name.ends_with("dependencies"));
    let names =
        sections.flat_map(|(_, lines)| lines.lines().filter_map(|line| line.split_once(" = ")));
    names
        .map(|(name, _)| name)
        .filter(|name| !name.starts_with('#') && !name.starts_with("gradito"))
}

/// The table of dependencies and the manifests have the same crates, for the same packages.
#[test]
fn every_dependency_has_its_reason() {
    let page = page("design.md");
    let mut listed: Vec<_> = table(&page, "| crate | package | for |")
        .into_iter()
        .flat_map(|[name, packages, _]| {
            let packages = packages.split(", ").map(ToOwned::to_owned);
            packages.map(move |package| (package, name.clone())).collect::<Vec<_>>()
        })
        .collect();
    let folders = [
        "core",
        "cortex",
        "link",
        "device",
        "host",
        "tests",
        "tests/xtask",
        "firmware",
        "firmware/probe",
        "firmware/kernels",
        "firmware/circuits",
    ];
    let mut there = Vec::new();
    for folder in folders {
        let manifest = fs::read_to_string(root().join(folder).join("Cargo.toml")).unwrap();
        there.extend(dependencies(&manifest).map(|name| (folder.to_owned(), name.to_owned())));
    }
    listed.sort();
    there.sort();
    there.dedup();
    assert!(there.len() > 60, "{}", there.len());
    assert_eq!(listed, there);
}
