//! Recipes: trainings that are known to come out well, as data.
//!
//! A recipe is a TOML file. Its table `train` holds flags of `gradito train` without their dashes,
//! `true` for one that takes no value; `expected` says what comes of it.
//!
//! ```
//! use gradito::recipe::Recipe;
//!
//! let text = r#"
//! about = "the chapter's network"
//! [train]
//! layers = "784-30-10"
//! eta = 3.0
//! bits = true
//! "#;
//! let recipe = Recipe::parse(text)?;
//! assert_eq!(recipe.arguments(), ["--bits", "--eta", "3.0", "--layers", "784-30-10"]);
//! assert!(Recipe::parse("about = 1").is_err());
//! # Ok::<(), gradito::recipe::Fault>(())
//! ```

mod fault;

use std::fs;
use std::path::Path;

use serde::Deserialize;
use toml::{Table, Value};

pub use fault::{Fault, RecipeError};

/// The recipes in the program: name and text, the smallest network first.
const EMBEDDED: [(&str, &str); 6] = [
    ("1k", include_str!("../../recipes/1k.toml")),
    ("3k", include_str!("../../recipes/3k.toml")),
    ("12k", include_str!("../../recipes/12k.toml")),
    ("25k", include_str!("../../recipes/25k.toml")),
    ("128k", include_str!("../../recipes/128k.toml")),
    ("600k", include_str!("../../recipes/600k.toml")),
];

/// More bytes than any recipe has.
const LONGEST: u64 = 1 << 16;

/// A training.
#[derive(Clone, Debug, PartialEq)]
pub struct Recipe {
    /// What it is good for, a line.
    pub about: String,
    /// What comes of it, if that was measured.
    pub expected: Option<Expected>,
    /// Flags of `gradito train`, and what follows each.
    flags: Vec<(String, Option<String>)>,
}

/// What comes of a recipe, with the seeds 1 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The test accuracy, the mean, in per cent.
    pub accuracy: f64,
    /// The lowest and the highest.
    pub spread: [f64; 2],
    /// Bytes of parameters.
    pub bytes: u64,
    /// Seconds of one training, the mean; of the machine that docs/accuracy.md names.
    pub seconds: f64,
}

/// A recipe as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    about: String,
    train: Table,
    expected: Option<Expected>,
}

impl Recipe {
    /// Reads the text of a recipe.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let Written { about, train, expected } =
            toml::from_str(text).map_err(|error| Fault::Toml(told(&error, text)))?;
        let flags = train.into_iter().map(|(name, value)| {
            let value = match value {
                Value::String(text) => Some(text),
                Value::Integer(number) => Some(number.to_string()),
                // As it can be read again: 3.0, not 3.
                Value::Float(number) => Some(format!("{number:?}")),
                Value::Boolean(true) => None,
                _ => return Err(Fault::Value(name)),
            };
            Ok((name, value))
        });
        Ok(Self { about, expected, flags: flags.collect::<Result<_, _>>()? })
    }

    /// The recipe of that name; or, if it ends with `.toml`, in that file.
    ///
    /// # Errors
    ///
    /// If there is none, or if it is faulty.
    pub fn find(name: &str) -> Result<Self, RecipeError> {
        let faulty = |fault| RecipeError::Fault { name: name.to_owned(), fault };
        if name.ends_with(".toml") {
            return Self::parse(&read(Path::new(name)).map_err(faulty)?).map_err(faulty);
        }
        let found = EMBEDDED.iter().find(|(known, _)| *known == name);
        let (_, text) = found.ok_or_else(|| RecipeError::Unknown { name: name.to_owned() })?;
        Self::parse(text).map_err(faulty)
    }

    /// Names of the flags of `gradito train` that it sets, without dashes.
    pub fn flags(&self) -> impl Iterator<Item = &str> {
        self.flags.iter().map(|(name, _)| name.as_str())
    }

    /// What follows a flag, if the recipe has it with a value.
    pub fn value(&self, flag: &str) -> Option<&str> {
        let found = self.flags.iter().find(|(name, _)| name == flag);
        found.and_then(|(_, value)| value.as_deref())
    }

    /// The flags as words of a command line, in alphabetical order.
    pub fn arguments(&self) -> Vec<String> {
        let words = |(name, value): &(String, Option<String>)| {
            [Some(format!("--{name}")), value.clone()].into_iter().flatten()
        };
        self.flags.iter().flat_map(words).collect()
    }
}

/// The names of the recipes in the program.
pub fn names() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().map(|(name, _)| *name)
}

/// The text of a recipe file.
fn read(path: &Path) -> Result<String, Fault> {
    // Before it is read: a device file never ends.
    match fs::metadata(path) {
        Ok(found) if !found.is_file() || found.len() > LONGEST => Err(Fault::NoRecipe),
        Ok(_) => fs::read_to_string(path).map_err(Fault::Unreadable),
        Err(error) => Err(Fault::Unreadable(error)),
    }
}

/// What is wrong with a TOML text, and in which line.
fn told(error: &toml::de::Error, text: &str) -> String {
    let message = error.message();
    let line = error.span().and_then(|span| text.get(..span.start)).map(|before| {
        let line = before.matches('\n').count() + 1;
        format!("line {line}: {message}")
    });
    line.unwrap_or_else(|| message.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        Recipe::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_with_a_text_is_said_with_its_line() {
        assert_eq!(fault("about = \"x\""), "line 1: missing field `train`");
        let words = fault("about = \"x\"\n[train]\neta = 3.0\n[expect]\n");
        assert!(words.starts_with("line 4: unknown field `expect`"), "{words}");
        assert!(fault("about = \"x\"\ntrain =\n").starts_with("line 2: "));
        let words = fault("about = \"x\"\n[train]\nbits = false\n");
        assert!(words.contains("'bits'"), "{words}");
        assert!(fault("about = \"x\"\n[train]\neta = [1]\n").contains("'eta'"));
    }

    #[test]
    fn names_find_recipes_and_others_do_not() {
        for name in names() {
            let recipe = Recipe::find(name).unwrap();
            assert!(recipe.value("layers").is_some(), "{name}");
            assert!(recipe.flags().any(|flag| flag == "epochs"), "{name}");
        }
        let error = Recipe::find("13k").unwrap_err().to_string();
        assert_eq!(
            error,
            "there is no recipe '13k'; there are 1k, 3k, 12k, 25k, 128k and 600k, or name a file \
             that ends with .toml"
        );
        let error = Recipe::find("/nowhere/x.toml").unwrap_err().to_string();
        assert!(error.starts_with("/nowhere/x.toml: "), "{error}");
        assert!(Recipe::find("/dev/zero.toml").is_err());
    }
}
