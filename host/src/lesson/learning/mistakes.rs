//! The test digits that the network does not recognise.

use gradito_core::network::argmax;

use crate::figure::{Label, Tiles};
use crate::lesson::{Context, Findings, LessonError, Table, Value, pixels};
use crate::training::Settings;

/// Digits that are drawn.
const DRAWN: usize = 40;

/// Confusions that are listed.
const LISTED: usize = 5;

/// A digit taken for another.
struct Mistake {
    index: usize,
    label: usize,
    said: usize,
}

pub fn compute(
    context: &Context,
    settings: &Settings,
    found: &mut Findings,
) -> Result<(), LessonError> {
    let trained = context.trained(settings)?;
    let test = &context.mnist()?.data.test;
    let outputs = trained.trained.test.outputs.chunks_exact(trained.network.outputs());
    let mistakes: Vec<Mistake> = outputs
        .zip(test.labels())
        .enumerate()
        .map(|(index, (outputs, &label))| Mistake {
            index,
            label: label.into(),
            said: argmax(outputs),
        })
        .filter(|mistake| mistake.said != mistake.label)
        .collect();
    found.number("tested", test.len() as f64, 0);
    found.number("mistakes", mistakes.len() as f64, 0);
    found.number("drawn", DRAWN.min(mistakes.len()) as f64, 0);
    let tiles = mistakes.iter().take(DRAWN).fold(Tiles::grey(10, (28, 28)), |tiles, mistake| {
        let image = pixels(test, mistake.index).iter().map(|&byte| f32::from(byte) / 255.0);
        tiles.tile(Label::plain(format!("{} → {}", mistake.label, mistake.said)), image)
    });
    found.figure("mistakes", tiles);

    let mut table = Table::new(["digit", "taken_for", "times"].map(Label::key));
    for (label, said, times) in confusions(&mistakes).into_iter().take(LISTED) {
        table.row([label, said, times].map(|count| Value::count(count).into()));
    }
    found.table("confusions", table);
    Ok(())
}

/// Which digit is taken for which, and how often: the most frequent first, equals in their order.
fn confusions(mistakes: &[Mistake]) -> Vec<(usize, usize, usize)> {
    let mut counts = [[0; 10]; 10];
    mistakes.iter().for_each(|mistake| counts[mistake.label][mistake.said] += 1);
    let mut all: Vec<_> = (0..10)
        .flat_map(|label| (0..10).map(move |said| (label, said)))
        .map(|(label, said)| (label, said, counts[label][said]))
        .filter(|&(_, _, times)| times > 0)
        .collect();
    all.sort_by_key(|&(_, _, times)| usize::MAX - times);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_frequent_confusion_comes_first() {
        let mistakes: Vec<_> = [(4, 9), (2, 7), (4, 9), (9, 4)]
            .into_iter()
            .enumerate()
            .map(|(index, (label, said))| Mistake { index, label, said })
            .collect();
        assert_eq!(confusions(&mistakes), [(4, 9, 2), (2, 7, 1), (9, 4, 1)]);
    }
}
