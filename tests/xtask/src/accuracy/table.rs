//! The table, for the terminal and in `docs/accuracy.md`.

use std::path::Path;

use super::recipe::Recipe;
use super::record::Record;
use super::{SEEDS, told};
use crate::bench::statistics::grouped;
use crate::columns::aligned;

/// What encloses the table on the page; all else is written by hand.
const MARKS: [&str; 2] = ["<!-- table: cargo xtask accuracy -->\n", "<!-- end of the table -->\n"];

const HEAD: [&str; 9] =
    ["recipe", "layers", "weights", "bytes", "accuracy", "of the seeds", "goal", "seconds", "M4F"];

/// The cells of a recipe.
fn cells(recipe: &Recipe, record: &Record) -> [String; HEAD.len()] {
    let dash = || "-".to_owned();
    let summary = record.summary(recipe);
    let seeds = SEEDS.count();
    let accuracy = summary.map_or_else(dash, |found| match found.runs {
        runs if runs == seeds => format!("{:.2} %", found.accuracy),
        runs => format!("{:.2} % ({runs} of {seeds})", found.accuracy),
    });
    let instructions = record.device(recipe).and_then(|said| said.instructions);
    [
        recipe.name.clone(),
        recipe.layers.clone(),
        recipe.weights.clone(),
        summary.map_or_else(dash, |found| grouped(found.bytes as f64)),
        accuracy,
        summary.map_or_else(dash, |found| {
            let [low, high] = found.spread;
            format!("{low:.2} to {high:.2}")
        }),
        recipe
            .bar()
            .map_or_else(dash, |bar| format!("{} % in {}", bar.goal, grouped(bar.bytes.floor()))),
        summary.map_or_else(dash, |found| format!("{:.0}", found.seconds)),
        instructions.map_or_else(dash, |count| grouped(count as f64)),
    ]
}

/// For the terminal.
pub fn text(recipes: &[Recipe], record: &Record) -> String {
    let mut lines = vec![HEAD.map(str::to_owned)];
    lines.extend(recipes.iter().map(|recipe| cells(recipe, record)));
    aligned(&lines, 3)
}

/// Writes the table into the page.
pub fn renew(folder: &Path, recipes: &[Recipe], record: &Record) -> Result<(), String> {
    let path = folder.join("accuracy.md");
    let page = std::fs::read_to_string(&path).map_err(|error| told(&path, &error))?;
    let renewed = replaced(&page, &markdown(recipes, record))
        .ok_or_else(|| format!("{}: the marks of its table are gone", path.display()))?;
    std::fs::write(&path, renewed).map_err(|error| told(&path, &error))
}

/// `page` with another table between the marks.
fn replaced(page: &str, table: &str) -> Option<String> {
    let [first, last] = MARKS;
    let (before, rest) = page.split_once(first)?;
    let (_, after) = rest.split_once(last)?;
    Some(format!("{before}{first}{table}{last}{after}"))
}

fn markdown(recipes: &[Recipe], record: &Record) -> String {
    let row = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = row(&HEAD.map(str::to_owned));
    text += "| --- | --- | --- | ---: | ---: | --- | ---: | ---: | ---: |\n";
    for recipe in recipes {
        text += &row(&cells(recipe, record));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_marks_changes() {
        let [first, last] = MARKS;
        let page = format!("above\n{first}old\n{last}below\n");
        assert_eq!(replaced(&page, "new\n").unwrap(), format!("above\n{first}new\n{last}below\n"));
        assert_eq!(replaced("nothing", "new\n"), None);
    }
}
