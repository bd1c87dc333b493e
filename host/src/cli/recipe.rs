//! `gradito train --recipe`, whose flags are put into the command line, and `gradito recipes`.

use std::ffi::OsString;

use clap::Args;
use clap::{Arg, CommandFactory, FromArgMatches, Parser};
use serde::Serialize;

use super::CliError;
use super::arguments::{Cli, Command};
use super::output::{print, print_json};
use crate::recipe::{Fault, Recipe, RecipeError, names};
use crate::terminal;

/// Its flags.
#[derive(Args, Debug)]
pub struct RecipesArguments {
    /// Print one JSON object on standard output
    #[arg(long)]
    pub json: bool,
}

/// The command that takes recipes.
const TRAIN: &str = "train";

/// Headings of the flags that a recipe can set.
const HEADINGS: [&str; 3] = ["Network", "Training", "Data"];

/// What stopped a command line from being made.
#[derive(Debug)]
pub enum Stop {
    /// The user's words, as clap says it.
    Words(clap::Error),
    /// The recipe.
    Recipe(RecipeError),
}

/// Reads a command line. The flags of a recipe stand in front of the user's, which override them.
pub fn read(arguments: Vec<OsString>) -> Result<Cli, Stop> {
    let cli = Cli::try_parse_from(&arguments).map_err(Stop::Words)?;
    let name = match &cli.command {
        Command::Train(train) => train.recipe.clone(),
        _ => None,
    };
    let Some(name) = name else { return Ok(cli) };
    let recipe = Recipe::find(&name).map_err(Stop::Recipe)?;
    let fault = |fault| Stop::Recipe(RecipeError::Fault { name: name.clone(), fault });
    check(&recipe).map_err(fault)?;
    // Nothing but flags of the whole program, of which there are none with values, stands before it.
    let at = arguments.iter().position(|word| word == TRAIN).map_or(arguments.len(), |at| at + 1);
    let (before, after) = arguments.split_at(at);
    let words = recipe.arguments().into_iter().map(OsString::from);
    let all = before.iter().cloned().chain(words).chain(after.iter().cloned());
    let command = Cli::command().mut_subcommand(TRAIN, |train| train.args_override_self(true));
    let matches = command.try_get_matches_from(all).map_err(Stop::Words)?;
    Cli::from_arg_matches(&matches).map_err(Stop::Words)
}

/// Whether the flags of a recipe make a command line by themselves.
fn check(recipe: &Recipe) -> Result<(), Fault> {
    let command = Cli::command();
    let settable = |argument: &&Arg| {
        argument.get_help_heading().is_some_and(|heading| HEADINGS.contains(&heading))
    };
    let train = command.find_subcommand(TRAIN);
    let flags: Vec<&str> = train
        .into_iter()
        .flat_map(clap::Command::get_arguments)
        .filter(settable)
        .filter_map(Arg::get_long)
        .filter(|&flag| flag != "recipe")
        .collect();
    if let Some(flag) = recipe.flags().find(|flag| !flags.contains(flag)) {
        return Err(Fault::Flag(flag.to_owned()));
    }
    let words = ["gradito".to_owned(), TRAIN.to_owned()].into_iter().chain(recipe.arguments());
    match Cli::command().try_get_matches_from(words) {
        Ok(_) => Ok(()),
        Err(error) => {
            let text = error.to_string();
            let line = text.lines().next().unwrap_or_default();
            Err(Fault::Arguments(line.trim_start_matches("error: ").to_owned()))
        }
    }
}

/// What `recipes --json` prints.
#[derive(Serialize)]
struct List {
    recipes: Vec<Line>,
}

/// A recipe.
#[derive(Serialize)]
struct Line {
    name: &'static str,
    about: String,
    layers: String,
    weights: String,
    bytes: Option<u64>,
    accuracy: Option<f64>,
    spread: Option<[f64; 2]>,
    seconds: Option<f64>,
    flags: Vec<String>,
}

impl Line {
    fn of(name: &'static str, recipe: Recipe) -> Self {
        let value =
            |flag: &str, otherwise: &str| recipe.value(flag).unwrap_or(otherwise).to_owned();
        let expected = recipe.expected;
        Self {
            name,
            layers: value("layers", "784-30-10"),
            weights: value("weights", "f32"),
            bytes: expected.map(|expected| expected.bytes),
            accuracy: expected.map(|expected| expected.accuracy),
            spread: expected.map(|expected| expected.spread),
            seconds: expected.map(|expected| expected.seconds),
            flags: recipe.arguments(),
            about: recipe.about,
        }
    }

    fn cells(&self) -> Vec<String> {
        let cell = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        vec![
            self.name.to_owned(),
            self.layers.clone(),
            self.weights.clone(),
            cell(self.bytes.map(|bytes| bytes.to_string())),
            cell(self.accuracy.map(|accuracy| format!("{accuracy:.2} %"))),
            cell(self.spread.map(|[low, high]| format!("{low:.2} to {high:.2}"))),
            cell(self.seconds.map(|seconds| format!("{seconds:.0} s"))),
        ]
    }
}

/// Lists the recipes.
pub fn run(arguments: &RecipesArguments) -> Result<(), CliError> {
    let line = |name| Ok(Line::of(name, Recipe::find(name)?));
    let lines = names().map(line).collect::<Result<Vec<_>, CliError>>()?;
    if arguments.json {
        return print_json(&List { recipes: lines });
    }
    let head = ["recipe", "layers", "weights", "bytes", "accuracy", "of five seeds", "time"];
    let rows: Vec<_> = lines.iter().map(Line::cells).collect();
    let mut text = terminal::table(&head, &rows);
    text += "\nThe accuracy is the mean on the test set. Train one with:\n";
    text += "  gradito train --recipe NAME\n";
    print(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split(' ').map(OsString::from).collect()
    }

    #[test]
    fn every_recipe_is_a_command_line() {
        for name in names() {
            let recipe = Recipe::find(name).unwrap();
            check(&recipe).unwrap();
            let cli = read(words(&format!("gradito train --recipe {name}"))).unwrap();
            let Command::Train(train) = cli.command else { panic!("train") };
            assert_eq!(Some(train.network.layers.to_string().as_str()), recipe.value("layers"));
            let epochs = train.training.epochs.to_string();
            assert_eq!(Some(epochs.as_str()), recipe.value("epochs"), "{name}");
        }
    }

    #[test]
    fn words_of_the_user_come_last() {
        let cli = read(words("gradito train --epochs 2 --recipe 1k --seed 7")).unwrap();
        let Command::Train(train) = cli.command else { panic!("train") };
        assert_eq!((train.training.epochs.get(), train.training.seed), (2, 7));
        // Where no recipe is named, nothing is given twice.
        assert!(matches!(read(words("gradito train --eta 1 --eta 2")), Err(Stop::Words(_))));
        let twice = read(words("gradito train --recipe 1k --eta 1 --eta 2"));
        assert!(matches!(twice, Err(Stop::Words(_))));
    }

    #[test]
    fn a_recipe_sets_what_a_training_is_and_nothing_else() {
        let fault = |text: &str| {
            let recipe = Recipe::parse(&format!("about = \"\"\n[train]\n{text}")).unwrap();
            check(&recipe).unwrap_err().to_string()
        };
        for flag in ["out", "recipe", "threads", "json", "rate", "checkpoint"] {
            let words = fault(&format!("{flag} = \"x\""));
            assert!(words.starts_with(&format!("'{flag}' is no flag")), "{words}");
        }
        assert!(fault("eta = -1").contains("'-1' for '--eta <RATE>'"), "{}", fault("eta = -1"));
        assert!(fault("layers = true").contains("--layers"));
        assert!(Cli::try_parse_from(["gradito", "recipes"]).is_ok());
    }
}
