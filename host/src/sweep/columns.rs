//! Settings as the columns of a table.

use crate::training::Settings;

/// A setting, and how it is written.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// The name of its flag.
    pub name: &'static str,
    value: fn(&Settings) -> String,
}

/// Every setting but the seed, in the order of the columns.
const COLUMNS: [Column; 12] = [
    Column { name: "layers", value: |settings| settings.topology.to_string() },
    Column { name: "activation", value: |settings| settings.activation.to_string() },
    Column { name: "output", value: |settings| settings.output_activation().to_string() },
    Column { name: "cost", value: |settings| settings.cost.to_string() },
    Column { name: "init", value: |settings| settings.init.to_string() },
    Column { name: "math", value: |settings| settings.math.to_string() },
    Column { name: "batch", value: |settings| settings.batch.to_string() },
    Column { name: "eta", value: |settings| settings.eta.to_string() },
    Column { name: "momentum", value: |settings| settings.momentum.to_string() },
    Column { name: "l2", value: |settings| settings.l2.to_string() },
    Column { name: "epochs", value: |settings| settings.epochs.to_string() },
    Column {
        name: "steps",
        value: |settings| settings.steps.map_or("all".to_owned(), |steps| steps.to_string()),
    },
];

impl Column {
    /// The value of this setting.
    pub fn value(&self, settings: &Settings) -> String {
        (self.value)(settings)
    }

    /// Whether it goes without saying: a setting that few change, as it is unless changed.
    pub fn goes_without_saying(&self, settings: &Settings) -> bool {
        const QUIET: [&str; 6] = ["output", "init", "math", "momentum", "l2", "steps"];
        let plain = Settings { cost: settings.cost, ..Settings::default() };
        QUIET.contains(&self.name) && self.value(settings) == self.value(&plain)
    }
}

/// The columns in which the settings differ, the layers in any case, and those in which they do not.
pub fn columns<'a>(
    all: impl IntoIterator<Item = &'a Settings> + Clone,
) -> (Vec<Column>, Vec<Column>) {
    COLUMNS.into_iter().partition(|column| {
        let mut values = all.clone().into_iter().map(|settings| column.value(settings));
        let first = values.next();
        column.name == "layers" || values.any(|value| first.as_ref() != Some(&value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_gets_a_column() {
        let one = Settings::default();
        let other = Settings { eta: 0.1, ..one.clone() };
        let (varied, fixed) = columns([&one, &other]);
        let names: Vec<_> = varied.iter().map(|column| column.name).collect();
        assert_eq!(names, ["layers", "eta"]);
        assert_eq!(varied[1].value(&other), "0.1");
        assert_eq!(fixed.len(), 10);
        assert!(!fixed.iter().any(|column| column.name == "eta"));
        assert_eq!(columns([&one]).0.len(), 1);
        let said = fixed.iter().filter(|column| !column.goes_without_saying(&one));
        let said: Vec<_> = said.map(|column| column.name).collect();
        assert_eq!(said, ["activation", "cost", "batch", "epochs"]);
    }
}
