//! Runs as curves.

use super::run::{Epoch, Run};
use crate::figure::chart::Form;
use crate::figure::{Axis, Chart, Figure, Label, Shade};

/// Up to so many epochs each has a mark of its own.
const MARKED: usize = 30;

/// What a curve shows of an epoch, if it is known.
type Value = fn(&Epoch) -> Option<f64>;

/// The curves of `runs` over their epochs: the cost, the accuracies, and the learning rate if the
/// runs say it. Each run has a colour, the same in all; what is measured in training is broken.
pub fn figure(runs: &[Run]) -> Figure {
    let chart = |y: Axis, values: &[(bool, Value)]| {
        let mut chart = Chart::new(Axis::linear(Label::plain("epoch")), y);
        for (number, run) in runs.iter().enumerate() {
            for &(training, value) in values {
                let points: Vec<(f64, f64)> = run
                    .epochs
                    .iter()
                    .filter_map(|epoch| Some((f64::from(epoch.epoch), value(epoch)?)))
                    .collect();
                // A line needs two points to be seen.
                let form = match points.len() {
                    0 => continue,
                    2.. if training => Form::Dashed,
                    1..=MARKED => Form::Marked,
                    _ => Form::Line,
                };
                let name = match values.len() {
                    1 => run.name.clone(),
                    _ if training => format!("{}, training", run.name),
                    _ => format!("{}, validation", run.name),
                };
                chart = chart.shaded(Shade::nth(number), form, Label::plain(name), points);
            }
        }
        chart
    };
    let axis = |name: &str| Axis::linear(Label::plain(name));
    let cost = chart(axis("mean cost of a sample"), &[(false, |epoch| Some(epoch.cost))]);
    let accuracy = chart(
        axis("recognised, in per cent"),
        &[
            (true, |epoch| Some(100.0 * epoch.train_accuracy)),
            (false, |epoch| Some(100.0 * epoch.validation_accuracy?)),
        ],
    );
    let mut panels = vec![("Cost", cost), ("Accuracy", accuracy)];
    if runs.iter().flat_map(|run| &run.epochs).any(|epoch| epoch.eta.is_some()) {
        let rate = chart(axis("learning rate η"), &[(false, |epoch| epoch.eta)]);
        panels.push(("Learning rate", rate));
    }
    let panels = panels.into_iter().map(|(title, chart)| (Label::plain(title), chart.into()));
    Figure::panels(1, panels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure;
    use crate::report::run::tests::epoch;

    fn run(name: &str, epochs: u32) -> Run {
        Run { name: name.to_owned(), epochs: (1..=epochs).map(epoch).collect() }
    }

    #[test]
    fn every_run_is_named_in_every_chart() {
        let runs = [run("wide <&>", 40), run("narrow", 3), run("begun", 1)];
        let drawn = figure::svg(&figure(&runs), &()).unwrap();
        for (text, times) in [
            ("wide &lt;&amp;&gt;", 4),
            ("narrow", 4),
            ("begun, training", 1),
            ("begun, validation", 1),
            ("Learning rate", 1),
            ("mean cost of a sample", 1),
        ] {
            assert_eq!(drawn.matches(text).count(), times, "{text}");
        }
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"));
    }

    #[test]
    fn what_is_not_known_is_not_drawn() {
        let mut old = run("old", 5);
        old.epochs.iter_mut().for_each(|epoch| {
            (epoch.eta, epoch.validation_accuracy) = (None, None);
        });
        let drawn = figure::svg(&figure(&[old]), &()).unwrap();
        assert!(!drawn.contains("Learning rate") && !drawn.contains("validation"));
        assert!(drawn.contains("old, training"));
    }
}
