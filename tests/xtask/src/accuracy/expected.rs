//! What recipes say is to be expected of them.

use super::recipe::Recipe;
use super::record::{Record, Summary};
use super::{SEEDS, told};
use crate::shell::root;

/// What begins it in a recipe; it is the last table.
const HEAD: &str = "[expected]\n";

/// Writes it into every recipe of which all seeds have been trained.
pub fn renew(recipes: &[Recipe], record: &Record) -> Result<(), String> {
    for recipe in recipes {
        let Some(summary) = record.summary(recipe).filter(|found| found.runs == SEEDS.count())
        else {
            continue;
        };
        let path = root().join("host/recipes").join(format!("{}.toml", recipe.name));
        let text = std::fs::read_to_string(&path).map_err(|error| told(&path, &error))?;
        let renewed = replaced(&text, &summary);
        if renewed != text {
            std::fs::write(&path, renewed).map_err(|error| told(&path, &error))?;
        }
    }
    Ok(())
}

/// The text of a recipe with another end.
fn replaced(text: &str, summary: &Summary) -> String {
    let before = text.split_once(HEAD).map_or(text, |(before, _)| before).trim_end();
    let Summary { accuracy, spread: [low, high], bytes, seconds, .. } = summary;
    format!(
        "{before}\n\n{HEAD}accuracy = {accuracy:.2}\nspread = [{low:.2}, {high:.2}]\nbytes = {bytes}\nseconds = {seconds:.0}.0\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_table_is_written_anew() {
        let summary =
            Summary { runs: 5, accuracy: 95.678, spread: [95.5, 96.0], bytes: 1112, seconds: 80.4 };
        let wanted = "about = \"x\"\n\n[expected]\naccuracy = 95.68\nspread = [95.50, 96.00]\n\
                      bytes = 1112\nseconds = 80.0\n";
        let once = replaced("about = \"x\"\n", &summary);
        assert_eq!((once.as_str(), replaced(&once, &summary).as_str()), (wanted, wanted));
    }
}
