//! Recipes that are none.

use std::io;

use thiserror::Error;

use super::names;
use crate::data::Cause;

/// Why there is no recipe.
#[derive(Debug, Error)]
pub enum RecipeError {
    /// None of that name.
    #[error(
        "there is no recipe '{name}'; there are {}, or name a file that ends with .toml",
        listed()
    )]
    Unknown {
        /// The name.
        name: String,
    },
    /// One that is faulty.
    #[error("{name}: {fault}")]
    Fault {
        /// Its name or file.
        name: String,
        /// What is wrong.
        fault: Fault,
    },
}

/// What is wrong with a recipe.
#[derive(Debug, Error)]
pub enum Fault {
    /// It cannot be read.
    #[error("{}", Cause(.0))]
    Unreadable(io::Error),
    /// It is no file, or far too long.
    #[error("is no recipe: one is a text file of a few lines")]
    NoRecipe,
    /// It is not as recipes are written.
    #[error("{0}")]
    Toml(String),
    /// A value that no flag has.
    #[error("'{0}' must be a text, a number, or true for a flag without a value")]
    Value(String),
    /// A flag that is not there, or not for recipes.
    #[error(
        "'{0}' is no flag of gradito train that a recipe can set; these are the ones that its help \
         lists under Network, Training and Data, without their dashes"
    )]
    Flag(String),
    /// Flags that the command line does not take.
    #[error("{0}")]
    Arguments(String),
}

/// The names, for a sentence.
fn listed() -> String {
    let names: Vec<_> = names().collect();
    match names.split_last() {
        Some((last, others)) if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        _ => names.join(""),
    }
}
