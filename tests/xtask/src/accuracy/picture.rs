//! The curve: test error over bytes, the recipes' and what others have published.

use std::path::Path;

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::recipe::{PUBLISHED, Recipe};
use super::record::{Record, Summary};
use super::told as told_of;
use crate::bench::plot::axis::Axis;
use crate::bench::plot::{
    COLOURS, Canvas, FAINT, HEADING, LINE, TEXT, canvas, draw_mesh, heading, labels, text_style,
    told, write_at,
};

const SIZE: (u32, u32) = (900, 560);

/// The labels of points that are so near to each other, from left to right, keep their distance.
const NEAR: i32 = 170;

/// A point and its name.
struct Point {
    name: String,
    bytes: f64,
    /// 100 less the accuracy in per cent: of the mean, the worst and the best.
    errors: [f64; 3],
    ours: bool,
}

impl Point {
    fn of(recipe: &Recipe, found: Summary) -> Self {
        let [low, high] = found.spread;
        Self {
            name: format!("{}, {}: {:.2} %", recipe.layers, recipe.weights, found.accuracy),
            bytes: found.bytes as f64,
            errors: [found.accuracy, low, high].map(|accuracy| 100.0 - accuracy),
            ours: true,
        }
    }
}

/// Draws it; there is none before something was trained.
pub fn renew(folder: &Path, recipes: &[Recipe], record: &Record) -> Result<(), String> {
    let found = recipes.iter().filter_map(|recipe| Some((recipe, record.summary(recipe)?)));
    let mut points: Vec<_> = found.map(|(recipe, found)| Point::of(recipe, found)).collect();
    if points.is_empty() {
        return Ok(());
    }
    points.extend(PUBLISHED.iter().map(|published| Point {
        name: format!("{}: {} %", published.name, published.accuracy),
        bytes: published.bytes,
        errors: [100.0 - published.accuracy; 3],
        ours: false,
    }));
    let path = folder.join("accuracy.svg");
    std::fs::write(&path, svg(&points)?).map_err(|error| told_of(&path, &error))
}

fn svg(points: &[Point]) -> Result<String, String> {
    canvas(SIZE, |root| {
        let title = "Test error on MNIST over bytes of parameters (less is better)";
        heading(root, title, "dense networks; means of five seeds, bars from best to worst")?;
        let (_, below) = root.split_vertically(HEADING);
        draw(root, &below, points)
    })
}

/// Bytes as they are labelled.
fn bytes(tick: &f64) -> String {
    match *tick {
        few if few < 1024.0 => format!("{few:.0} B"),
        some if some < 1024.0 * 1024.0 => format!("{:.0} kB", some / 1024.0),
        many => format!("{:.0} MB", many / 1024.0 / 1024.0),
    }
}

fn draw(root: &Canvas, area: &Canvas, points: &[Point]) -> Result<(), String> {
    let across = Axis::powers_of_two(points.iter().map(|point| point.bytes), 16);
    let up = Axis::one_two_five(points.iter().flat_map(|point| point.errors));
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .margin_right(24)
        .x_label_area_size(44)
        .y_label_area_size(60)
        .build_cartesian_2d(
            across.range.log_scale().with_key_points(across.ticks),
            up.range.log_scale().with_key_points(up.ticks),
        )
        .map_err(told)?;
    let mut mesh = chart.configure_mesh();
    mesh.x_desc("weights, biases and scales (kB = 1024 bytes)")
        .y_desc("test samples not recognised, per cent")
        .x_label_formatter(&bytes)
        .y_label_formatter(&f64::to_string);
    draw_mesh(&mut mesh)?;

    let places: Vec<(i32, i32)> =
        points.iter().map(|point| chart.backend_coord(&(point.bytes, point.errors[0]))).collect();
    let heights = labels::beside(&places, NEAR, LINE as i32);
    let middle = chart.plotting_area().get_pixel_range().0;
    let middle = (middle.start + middle.end) / 2;
    for ((point, at), height) in points.iter().zip(places).zip(heights) {
        let colour = if point.ours { COLOURS[0].1 } else { FAINT };
        let ends = point.errors.map(|error| (point.bytes, error));
        let bar = PathElement::new(ends[1..].to_vec(), colour.stroke_width(2));
        chart.plotting_area().draw(&bar).map_err(told)?;
        root.draw(&Circle::new(at, 5, colour.filled())).map_err(told)?;
        // Towards the middle, where there is room.
        if at.0 < middle {
            write_at(root, &point.name, (at.0 + 11, height), colour)?;
        } else {
            let style = text_style(TEXT, colour, HPos::Right, VPos::Center);
            let text = Text::new(point.name.clone(), (at.0 - 11, height), style);
            root.draw(&text).map_err(told)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_is_named() {
        let point = |name: &str, bytes, ours| Point {
            name: name.to_owned(),
            bytes,
            errors: [4.0, 4.5, 3.9],
            ours,
        };
        let svg = svg(&[point("81-32-10", 1112.0, true), point("theirs", 5e5, false)]);
        let svg = svg.unwrap_or_else(|error| panic!("{error}"));
        for text in ["81-32-10", "theirs", "1 kB", "512 kB"] {
            assert!(svg.contains(text), "{text}");
        }
        assert!(!svg.contains("NaN"));
    }
}
