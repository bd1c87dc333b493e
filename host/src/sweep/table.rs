//! What a sweep came to: a row a configuration, the best first.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::line::{Line, LineError};
use crate::training::Settings;

/// A configuration and what its seeds came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number in the space, from 0.
    pub configuration: usize,
    /// Its settings; the seed is the least.
    pub settings: Settings,
    /// The seeds it was trained with, and the digest of each; none of a run that diverged.
    pub digests: Vec<(u64, Option<String>)>,
    /// The share of validation samples recognised; none if a run diverged.
    pub validation: Option<Spread>,
    /// The parameters of its network.
    pub parameters: usize,
    /// Seconds a run, the mean; measured.
    pub seconds: f64,
}

/// Mean and spread of a few numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The standard deviation, √(Σ(x − mean)²/(n − 1)); none of a single number.
    pub deviation: Option<f64>,
}

impl Spread {
    /// Of `values`, summed in their order; none of no value.
    pub fn of(values: &[f64]) -> Option<Self> {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares = values.iter().map(|value| (value - mean) * (value - mean)).sum::<f64>();
        let deviation = (values.len() > 1).then(|| (squares / (count - 1.0)).sqrt());
        (!values.is_empty()).then_some(Self { mean, deviation })
    }
}

impl Row {
    /// How many of its runs diverged.
    pub fn diverged(&self) -> usize {
        self.digests.iter().filter(|(_, digest)| digest.is_none()).count()
    }

    /// The neurons between inputs and outputs.
    pub fn hidden(&self) -> usize {
        let shapes = self.settings.shapes();
        shapes.iter().rev().skip(1).map(|shape| shape.outputs).sum()
    }

    /// The better first: the one that went on for longer, then by validation, then the smaller
    /// network, then the earlier in the space.
    fn order(&self, other: &Self) -> Ordering {
        let mean = |row: &Self| row.validation.map_or(f64::NEG_INFINITY, |spread| spread.mean);
        (other.settings.epochs.cmp(&self.settings.epochs))
            .then_with(|| mean(other).total_cmp(&mean(self)))
            .then_with(|| self.parameters.cmp(&other.parameters))
            .then_with(|| self.configuration.cmp(&other.configuration))
    }
}

/// The configurations of `lines`, the best first; whatever the order of the lines.
///
/// Of a configuration that was trained for several numbers of epochs, as successive halving does,
/// only the runs of the most count.
///
/// # Errors
///
/// If a line has settings that are not known.
pub fn rows(lines: &[Line]) -> Result<Vec<Row>, LineError> {
    let mut groups: BTreeMap<usize, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        let group = groups.entry(line.configuration).or_default();
        match group.first().map(|first| first.epochs.cmp(&line.epochs)) {
            Some(Ordering::Greater) => continue,
            Some(Ordering::Less) => group.clear(),
            _ => {}
        }
        group.push(line);
    }
    let mut rows = Vec::with_capacity(groups.len());
    for (configuration, mut group) in groups {
        group.sort_by_key(|line| line.seed);
        rows.push(row(configuration, &group)?);
    }
    rows.sort_by(Row::order);
    Ok(rows)
}

/// The row of a configuration's lines, of which there is one.
fn row(configuration: usize, lines: &[&Line]) -> Result<Row, LineError> {
    let validation: Option<Vec<f64>> = lines.iter().map(|line| line.validation_accuracy).collect();
    let seconds = lines.iter().map(|line| line.seconds).sum::<f64>();
    Ok(Row {
        configuration,
        settings: lines[0].settings()?,
        digests: lines.iter().map(|line| (line.seed, line.digest.clone())).collect(),
        validation: validation.and_then(|values| Spread::of(&values)),
        parameters: lines[0].parameters,
        seconds: seconds / lines.len() as f64,
    })
}

#[cfg(test)]
mod tests {
    use gradito_core::report::Diverged;

    use super::*;
    use crate::sweep::key::tests::digests;
    use crate::sweep::line::tests::outcome;
    use crate::sweep::{Ended, Outcome};

    fn line(configuration: usize, seed: u64, epochs: u32, accuracy: f64) -> Line {
        let settings = Settings { seed, epochs, ..Settings::default() };
        Line::new(configuration, &outcome(settings, accuracy), &digests())
    }

    #[test]
    fn rows_are_sorted_whatever_the_order_of_the_lines() {
        let mut lines = vec![
            line(0, 1, 30, 0.5),
            line(0, 2, 30, 0.7),
            line(1, 1, 30, 0.9),
            line(1, 2, 30, 0.7),
            line(2, 2, 30, 0.7),
            line(2, 1, 30, 0.9),
        ];
        let sorted = rows(&lines).unwrap();
        let order: Vec<_> = sorted.iter().map(|row| row.configuration).collect();
        assert_eq!(order, [1, 2, 0]);
        let spread = sorted[2].validation.unwrap();
        assert!((spread.mean - 0.6).abs() < 1e-12);
        assert!((spread.deviation.unwrap() - 0.02_f64.sqrt()).abs() < 1e-12);
        assert_eq!(sorted[0].hidden(), 30);
        lines.reverse();
        assert_eq!(rows(&lines).unwrap(), sorted);
    }

    #[test]
    fn what_diverged_comes_last_and_is_counted() {
        let ended = Ended::Diverged { cause: Diverged::Cost, epoch: 1 };
        let settings = Settings { seed: 2, ..Settings::default() };
        let diverged = Outcome { ended, ..outcome(settings, 0.0) };
        let diverged = Line::new(0, &diverged, &digests());
        let rows = rows(&[line(0, 1, 30, 0.99), diverged, line(1, 1, 30, 0.1)]).unwrap();
        assert_eq!((rows[0].configuration, rows[0].diverged()), (1, 0));
        assert_eq!((rows[1].validation, rows[1].diverged()), (None, 1));
        assert_eq!(rows[0].validation, Some(Spread { mean: 0.1, deviation: None }));
    }

    #[test]
    fn only_the_most_epochs_count_and_come_first() {
        let lines =
            [line(0, 1, 1, 0.99), line(1, 1, 1, 0.9), line(0, 1, 3, 0.5), line(0, 2, 3, 0.7)];
        let rows = rows(&lines).unwrap();
        assert_eq!((rows[0].configuration, rows[0].settings.epochs), (0, 3));
        assert_eq!(rows[0].digests.len(), 2);
        assert_eq!((rows[1].configuration, rows[1].settings.epochs), (1, 1));
    }
}
