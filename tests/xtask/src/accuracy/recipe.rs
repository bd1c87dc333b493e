//! The recipes, as the program lists them.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::shell::output;

/// A recipe.
pub struct Recipe {
    pub name: String,
    pub layers: String,
    pub weights: String,
    /// All of it: what changes when the recipe does.
    pub flags: String,
}

impl Recipe {
    /// Those in the program.
    pub fn all(program: &Path) -> Result<Vec<Self>, String> {
        let text = output(Command::new(program).args(["recipes", "--json"]))?;
        let listed: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
        let recipes = listed["recipes"].as_array().into_iter().flatten().map(Self::from_json);
        recipes.collect::<Option<_>>().ok_or_else(|| "gradito recipes lists none".to_owned())
    }

    fn from_json(value: &Value) -> Option<Self> {
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        let flags = value["flags"].as_array()?.iter().map(Value::as_str);
        Some(Self {
            name: text("name")?,
            layers: text("layers")?,
            weights: text("weights")?,
            flags: flags.collect::<Option<Vec<_>>>()?.join(" "),
        })
    }

    /// What is published of networks that take as many bytes, if anything, and what is aimed at.
    pub fn bar(&self) -> Option<&'static Bar> {
        BARS.iter().find(|bar| bar.recipe == self.name)
    }
}

/// What a recipe is to reach.
pub struct Bar {
    recipe: &'static str,
    /// Bytes of parameters, at most.
    pub bytes: f64,
    /// Test accuracy in per cent.
    pub goal: f64,
}

/// What the recipes are for, kB of 1024 bytes.
const BARS: [Bar; 6] = [
    Bar { recipe: "1k", bytes: 1.1 * 1024.0, goal: 95.5 },
    Bar { recipe: "3k", bytes: 3.0 * 1024.0, goal: 98.0 },
    Bar { recipe: "12k", bytes: 12.3 * 1024.0, goal: 99.15 },
    Bar { recipe: "25k", bytes: 25.5 * 1024.0, goal: 98.0 },
    Bar { recipe: "128k", bytes: 128.0 * 1024.0, goal: 99.25 },
    Bar { recipe: "600k", bytes: 600.0 * 1024.0, goal: 99.4 },
];

/// A network that others have published.
pub struct Published {
    pub name: &'static str,
    pub bytes: f64,
    pub accuracy: f64,
}

/// Dense networks on MNIST: `BitNetMCU`'s of 2 and 4 bits (its documentation, 2024), and that of
/// Simard, Steinkraus and Platt (2003), 800 hidden neurons of 4 bytes a weight.
pub const PUBLISHED: [Published; 3] = [
    Published { name: "BitNetMCU, 2 bits", bytes: 1.1 * 1024.0, accuracy: 94.2 },
    Published { name: "BitNetMCU, 4 bits", bytes: 12.3 * 1024.0, accuracy: 99.02 },
    Published { name: "Simard et al. 2003", bytes: 4.0 * 636_010.0, accuracy: 99.3 },
];
