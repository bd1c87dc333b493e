//! The command that trains the winner.

use std::path::Path;

use crate::cli::arguments::DataArguments;
use crate::data::{LabelColumn, Source};
use crate::training::Settings;

/// The `gradito train` that does the run of `settings` on this data, as one would type it: with the
/// flags that are not the defaults.
pub fn train_command(settings: &Settings, data: &DataArguments) -> String {
    let plain = Settings::default();
    let mut words = vec!["gradito".to_owned(), "train".to_owned()];
    let mut flag = |name: &str, value: String| words.extend([format!("--{name}"), quoted(&value)]);
    if data.data != Source::Mnist {
        flag("data", source(&data.data));
    }
    if let Some(test) = &data.test {
        flag("test", source(test));
    }
    if let Some(validation) = data.validation {
        flag("validation", validation.to_string());
    }
    if let Some(label) = &data.label {
        flag("label", column(label));
    }
    if let Some((width, height)) = data.size {
        flag("size", format!("{width}x{height}"));
    }
    let output = settings.output_activation();
    let its_own = output == settings.cost.output_activation();
    let all = [
        ("layers", Some(settings.topology.to_string()), plain.topology.to_string()),
        ("activation", Some(settings.activation.to_string()), plain.activation.to_string()),
        ("cost", Some(settings.cost.to_string()), plain.cost.to_string()),
        ("output", (!its_own).then(|| output.to_string()), String::new()),
        ("init", Some(settings.init.to_string()), plain.init.to_string()),
        ("math", Some(settings.math.to_string()), plain.math.to_string()),
        ("epochs", Some(settings.epochs.to_string()), plain.epochs.to_string()),
        ("batch", Some(settings.batch.to_string()), plain.batch.to_string()),
        ("eta", Some(settings.eta.to_string()), plain.eta.to_string()),
        ("momentum", Some(settings.momentum.to_string()), plain.momentum.to_string()),
        ("l2", Some(settings.l2.to_string()), plain.l2.to_string()),
        ("seed", Some(settings.seed.to_string()), plain.seed.to_string()),
        ("stage", Some(settings.stages.to_string()), plain.stages.to_string()),
        ("steps", settings.steps.map(|steps| steps.to_string()), String::new()),
    ];
    for (name, value, default) in all {
        if let Some(value) = value.filter(|value| *value != default) {
            flag(name, value);
        }
    }
    if data.prepare {
        words.push("--prepare".to_owned());
    }
    words.join(" ")
}

fn source(source: &Source) -> String {
    source.path().map_or("mnist".to_owned(), |path| Path::display(path).to_string())
}

fn column(label: &LabelColumn) -> String {
    match label {
        LabelColumn::Auto => String::new(),
        LabelColumn::First => "first".to_owned(),
        LabelColumn::Last => "last".to_owned(),
        LabelColumn::Name(name) => name.clone(),
    }
}

/// `word`, as a shell takes it for one word.
fn quoted(word: &str) -> String {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "-_./+=:,@".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::arguments::{Cli, Command};

    #[test]
    fn the_command_trains_what_was_swept() {
        let line = "gradito train --data a/b.csv --label kind --layers 4-2 --activation tanh \
                    --cost softmax --epochs 3 --eta 0.5 --momentum 0.9 --seed 7";
        let cli = Cli::try_parse_from(line.split_whitespace()).unwrap();
        let Command::Train(arguments) = cli.command else { panic!("{line}") };
        let settings = Settings {
            topology: "4-2".parse().unwrap(),
            activation: "tanh".parse().unwrap(),
            cost: "softmax".parse().unwrap(),
            epochs: 3,
            eta: 0.5,
            momentum: 0.9,
            seed: 7,
            ..Settings::default()
        };
        assert_eq!(train_command(&settings, &arguments.data), line);
    }

    #[test]
    fn words_are_quoted_where_they_must() {
        assert_eq!(quoted("784-30-10"), "784-30-10");
        assert_eq!(quoted("my data/it's"), r"'my data/it'\''s'");
        assert_eq!(quoted(""), "''");
    }
}
