//! From rows to pictures: accuracy against hidden neurons, and against the learning rate.

use super::plot::{Curve, Mark, Plot, Point, Scale};
use super::table::Row;

/// More curves than this are drawn as one, of the best at each place.
const MOST_CURVES: usize = 6;

/// Validation accuracy against the number of hidden neurons, a curve a learning rate; none if there
/// are not two numbers.
pub fn against_hidden(rows: &[Row], mark: Mark) -> Option<Plot> {
    let across = |row: &Row| row.hidden() as f64;
    let curves = curves(rows, across, |row| {
        (f64::from(row.settings.eta), format!("η = {}", row.settings.eta))
    })?;
    Some(Plot {
        title: "How many hidden neurons?".to_owned(),
        across: "hidden neurons".to_owned(),
        up: "validation accuracy in per cent".to_owned(),
        bounds: (0.0, 100.0),
        scale: Scale::Logarithmic,
        mark,
        curves,
    })
}

/// Validation accuracy against the learning rate, a curve a topology; none if there are not two
/// rates.
pub fn against_eta(rows: &[Row], mark: Mark) -> Option<Plot> {
    let across = |row: &Row| f64::from(row.settings.eta);
    // As written, not as the nearest f64 to the nearest f32.
    let across = |row: &Row| row.settings.eta.to_string().parse().unwrap_or(across(row));
    let curves =
        curves(rows, across, |row| (row.hidden() as f64, row.settings.topology.to_string()))?;
    Some(Plot {
        title: "Which learning rate?".to_owned(),
        across: "learning rate η".to_owned(),
        up: "validation accuracy in per cent".to_owned(),
        bounds: (0.0, 100.0),
        scale: Scale::Logarithmic,
        mark,
        curves,
    })
}

/// The best row at each place across, of each group; groups are in the order of their number. If
/// there are many, all are one group.
fn curves(
    rows: &[Row],
    across: impl Fn(&Row) -> f64,
    group: impl Fn(&Row) -> (f64, String),
) -> Option<Vec<Curve>> {
    // What diverged has no place in a picture of accuracies.
    let rows: Vec<&Row> = rows.iter().filter(|row| row.validation.is_some()).collect();
    let mut places: Vec<f64> = rows.iter().map(|row| across(row)).collect();
    sort_once(&mut places, |one, other| one.total_cmp(other));
    if places.len() < 2 {
        return None;
    }
    let mut groups: Vec<(f64, String)> = rows.iter().map(|row| group(row)).collect();
    sort_once(&mut groups, |one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
    if groups.len() > MOST_CURVES {
        return Some(vec![curve(String::new(), &rows, &places, &across)]);
    }
    let curves = groups.iter().map(|wanted| {
        let rows: Vec<&Row> = rows.iter().copied().filter(|row| group(row) == *wanted).collect();
        curve(wanted.1.clone(), &rows, &places, &across)
    });
    Some(curves.collect())
}

/// Sorts `values` and leaves one of each.
fn sort_once<T: PartialEq>(values: &mut Vec<T>, order: impl Fn(&T, &T) -> std::cmp::Ordering) {
    values.sort_by(order);
    values.dedup();
}

/// The best of `rows`, which come the best first, at each of `places` where there is one.
fn curve(name: String, rows: &[&Row], places: &[f64], across: &impl Fn(&Row) -> f64) -> Curve {
    let best = |place: f64| rows.iter().find(|row| across(row) == place);
    let points = places.iter().filter_map(|&x| {
        let validation = best(x)?.validation?;
        let spread = validation.deviation.map(|deviation| 100.0 * deviation);
        Some(Point { x, y: 100.0 * validation.mean, spread })
    });
    Curve { name, points: points.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::Spread;
    use crate::training::Settings;

    fn row(layers: &str, eta: f32, mean: Option<f64>) -> Row {
        Row {
            configuration: 0,
            settings: Settings { topology: layers.parse().unwrap(), eta, ..Settings::default() },
            digests: Vec::new(),
            validation: mean.map(|mean| Spread { mean, deviation: Some(0.01) }),
            parameters: 0,
            seconds: 0.0,
        }
    }

    #[test]
    fn the_best_at_each_place_is_drawn() {
        // The best first, as rows are.
        let rows = [
            row("784-20-10", 3.0, Some(0.9)),
            row("784-5-5-10", 3.0, Some(0.8)),
            row("784-10-10", 3.0, Some(0.7)),
            row("784-20-10", 0.1, Some(0.5)),
            row("784-10-10", 0.1, None),
        ];
        let plot = against_hidden(&rows, Mark::Line).unwrap();
        let names: Vec<_> = plot.curves.iter().map(|curve| curve.name.as_str()).collect();
        assert_eq!(names, ["η = 0.1", "η = 3"]);
        let spread = Some(1.0);
        assert_eq!(plot.curves[0].points, [Point { x: 20.0, y: 50.0, spread }]);
        let expected = [Point { x: 10.0, y: 80.0, spread }, Point { x: 20.0, y: 90.0, spread }];
        assert_eq!(plot.curves[1].points, expected);
        let plot = against_eta(&rows, Mark::Line).unwrap();
        assert_eq!(plot.curves[2].name, "784-20-10");
        assert_eq!(plot.curves[2].points[0].x, 0.1);
        assert!(against_eta(&rows[..3], Mark::Line).is_none());
        assert!(against_hidden(&rows[4..], Mark::Line).is_none());
    }

    #[test]
    fn many_curves_become_one() {
        let rows: Vec<Row> =
            (1..=7).map(|at| row(&format!("784-{at}-10"), at as f32, Some(0.1))).collect();
        let plot = against_hidden(&rows, Mark::Dots).unwrap();
        assert_eq!((plot.curves.len(), plot.curves[0].points.len()), (1, 7));
    }
}
