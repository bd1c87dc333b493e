//! Maps: colours, contours, paths, places.

use plotters::element::{PathElement, Rectangle};
use plotters::style::{Color, RGBColor};

use super::frame::{Key, Ticks, frame, mark};
use crate::figure::canvas::{Area, FigureError, Look};
use crate::figure::map::{Colours, Map};
use crate::figure::palette::{self, INK};
use crate::figure::{Label, Shade};

/// Steps of the colour scale: areas of one colour are drawn as one.
const STEPS: f64 = 16.0;

pub fn draw(area: &Area<'_>, map: &Map, look: &Look<'_>) -> Result<(), FigureError> {
    let none = || [].into_iter();
    let (across, down) = if look.in_characters { (6, 4) } else { (6, 6) };
    let (x, y) = (Ticks::new(&map.x, none(), across), Ticks::new(&map.y, none(), down));
    let line = Key::Line { dashed: false, marked: true };
    let keys: Vec<(Label, Shade, Key)> =
        map.paths.iter().map(|path| (path.name.clone(), path.shade, line)).collect();
    let mut plot = frame(area, (&x, &y), &keys, look)?;
    let sides = Sides::of(map);
    // In characters, contours alone where there are any: dots cannot be told from a filled ground.
    if !look.in_characters || map.contours.is_empty() {
        plot.draw_series(
            runs(map, &sides).map(|(corners, colour)| Rectangle::new(corners, colour.filled())),
        )?;
    }
    let thin = INK.mix(0.55).stroke_width(1);
    for &level in &map.contours {
        let lines = contour(map, &sides, level);
        plot.draw_series(lines.into_iter().map(|line| PathElement::new(line.to_vec(), thin)))?;
    }
    let inner = plot.plotting_area().strip_coord_spec();
    let (left, top) = inner.get_base_pixel();
    let at = |place: &(f64, f64)| {
        let (x, y) = plot.backend_coord(place);
        (x - left, y - top)
    };
    let inside = |&(x, y): &(f64, f64)| {
        let (low, high) = (sides.low, sides.high);
        (low.0..=high.0).contains(&x) && (low.1..=high.1).contains(&y)
    };
    for place in map.places.iter().filter(|place| inside(&place.at)) {
        mark(&inner, at(&place.at), Shade::nth(place.class), look)?;
    }
    for path in &map.paths {
        let style = path.shade.rgb().stroke_width(look.stroke);
        for pair in path.points.windows(2) {
            if let Some((from, to)) = cut(&sides, pair[0], pair[1]) {
                inner.draw(&PathElement::new(vec![at(&from), at(&to)], style))?;
            }
        }
        // Marks so close that they run together say nothing.
        if path.points.len() <= 60 && !look.in_characters {
            for point in path.points.iter().filter(|point| inside(point)) {
                mark(&inner, at(point), path.shade, look)?;
            }
        }
    }
    Ok(())
}

/// The ends of both axes.
struct Sides {
    low: (f64, f64),
    high: (f64, f64),
}

impl Sides {
    fn of(map: &Map) -> Self {
        let ((left, right), (low, high)) =
            (map.x.range.unwrap_or((0.0, 1.0)), map.y.range.unwrap_or((0.0, 1.0)));
        Self { low: (left, low), high: (right, high) }
    }

    /// Where column and row `at`, of a grid of `size`, lie.
    fn place(&self, at: (f64, f64), size: (usize, usize)) -> (f64, f64) {
        let along = |low: f64, high: f64, at: f64, count: usize| {
            low + (high - low) * at / (count.max(2) - 1) as f64
        };
        (along(self.low.0, self.high.0, at.0, size.0), along(self.low.1, self.high.1, at.1, size.1))
    }
}

/// The rectangles of one colour, row by row.
fn runs<'m>(
    map: &'m Map,
    sides: &'m Sides,
) -> impl Iterator<Item = ([(f64, f64); 2], RGBColor)> + 'm {
    let (columns, rows) = map.size;
    let finite = map.values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = finite
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
    let step = move |value: f64| match map.colours {
        Colours::Classes => value as usize,
        Colours::Sequential if high > low => {
            // The root spreads the colours over a bowl's low ground, where there is more to see.
            let share = ((value - low) / (high - low)).clamp(0.0, 1.0).sqrt();
            (share * STEPS).round() as usize
        }
        Colours::Sequential => 0,
    };
    let colour = move |step: usize| match map.colours {
        Colours::Classes => palette::class(step),
        // The darkest would hide what is drawn over it.
        Colours::Sequential => palette::sequential(0.75 * step as f64 / STEPS),
    };
    (0..rows).flat_map(move |row| {
        let values = &map.values[row * columns..(row + 1) * columns];
        let mut runs = Vec::new();
        let mut start = 0;
        for column in 1..=columns {
            if column == columns || step(values[column]) != step(values[start]) {
                // A value colours the ground half-way to its neighbours.
                let edge = |at: usize, last: usize| (at as f64 - 0.5).clamp(0.0, last as f64 - 1.0);
                let corners = [
                    (edge(start, columns), edge(row, rows)),
                    (edge(column, columns), edge(row + 1, rows)),
                ];
                let corners = corners.map(|at| sides.place(at, map.size));
                runs.push((corners, colour(step(values[start]))));
                start = column;
            }
        }
        runs
    })
}

/// The line on which the function is `level`, in pieces, by marching squares.
fn contour(map: &Map, sides: &Sides, level: f64) -> Vec<[(f64, f64); 2]> {
    let (columns, rows) = map.size;
    let mut pieces = Vec::new();
    for row in 0..rows.saturating_sub(1) {
        for column in 0..columns.saturating_sub(1) {
            let value = |right: usize, up: usize| map.values[(row + up) * columns + column + right];
            let corners = [(0, 0), (1, 0), (1, 1), (0, 1)];
            let mut crossings = Vec::with_capacity(4);
            for (index, from) in corners.iter().enumerate() {
                let to = corners[(index + 1) % 4];
                let (a, b) = (value(from.0, from.1), value(to.0, to.1));
                if (a < level) != (b < level) {
                    let share = (level - a) / (b - a);
                    let along =
                        |from: usize, to: usize| from as f64 + share * (to as f64 - from as f64);
                    let at =
                        (column as f64 + along(from.0, to.0), row as f64 + along(from.1, to.1));
                    crossings.push(sides.place(at, map.size));
                }
            }
            for pair in crossings.chunks_exact(2) {
                pieces.push([pair[0], pair[1]]);
            }
        }
    }
    pieces
}

/// The part of the line from `from` to `to` that lies inside (Liang and Barsky 1984).
fn cut(sides: &Sides, from: (f64, f64), to: (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
    let step = (to.0 - from.0, to.1 - from.1);
    if !(step.0.is_finite() && step.1.is_finite()) {
        return None;
    }
    let (mut start, mut end) = (0.0_f64, 1.0_f64);
    for (along, distance) in [
        (-step.0, from.0 - sides.low.0),
        (step.0, sides.high.0 - from.0),
        (-step.1, from.1 - sides.low.1),
        (step.1, sides.high.1 - from.1),
    ] {
        if along == 0.0 {
            if distance < 0.0 {
                return None;
            }
        } else if along < 0.0 {
            start = start.max(distance / along);
        } else {
            end = end.min(distance / along);
        }
    }
    let at = |share: f64| (from.0 + share * step.0, from.1 + share * step.1);
    (start <= end).then(|| (at(start), at(end)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contour_lies_where_the_function_has_the_level() {
        let map = Map::of(
            (Label::none(), (-2.0, 2.0)),
            (Label::none(), (-2.0, 2.0)),
            (81, 81),
            |x, y| x * x + y * y,
        );
        let pieces = contour(&map, &Sides::of(&map), 1.0);
        assert!(pieces.len() > 100);
        for (x, y) in pieces.concat() {
            assert!((x.hypot(y) - 1.0).abs() < 1e-3, "({x}, {y})");
        }
    }

    #[test]
    fn a_path_is_cut_at_the_sides() {
        let sides = Sides { low: (0.0, 0.0), high: (1.0, 1.0) };
        let inside = cut(&sides, (-1.0, 0.5), (3.0, 0.5));
        assert_eq!(inside, Some(((0.0, 0.5), (1.0, 0.5))));
        assert_eq!(cut(&sides, (-1.0, 2.0), (2.0, 2.0)), None);
    }
}
