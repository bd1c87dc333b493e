//! Drawing: lines or dots over an axis, as SVG. What is drawn comes in plain numbers.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use thiserror::Error;

/// A picture of a few curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// What it shows.
    pub title: String,
    /// What lies across.
    pub across: String,
    /// What rises.
    pub up: String,
    /// The least and the largest value it can have: neither axis nor spread goes beyond.
    pub bounds: (f64, f64),
    /// How the values across are spaced.
    pub scale: Scale,
    /// How the points of a curve are drawn.
    pub mark: Mark,
    /// The curves; colours and shapes are repeated after the sixth.
    pub curves: Vec<Curve>,
}

/// How values across are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Evenly.
    Linear,
    /// Evenly by their logarithm; 0 stands half as far out as the least other value.
    Logarithmic,
}

/// How points are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Joined by a line.
    Line,
    /// Each by itself.
    Dots,
}

/// Points with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// The name; empty for an only curve, which has none beside it.
    pub name: String,
    /// The points, from left to right.
    pub points: Vec<Point>,
}

/// A value and its spread, drawn as a bar above and below it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Where it lies across, at least 0.
    pub x: f64,
    /// How high it is.
    pub y: f64,
    /// The spread, if there is one.
    pub spread: Option<f64>,
}

/// Why there is no picture.
#[derive(Debug, Error)]
#[error("the picture cannot be drawn: {0}")]
pub struct PlotError(String);

/// Pixels of the picture; those of the SVG, which scales.
const SIZE: (u32, u32) = (760, 440);

/// Room for the title, and for a line of the key.
const HEADING: u32 = 40;
const LINE: i32 = 20;

/// Width of the key.
const KEY: u32 = 170;

/// The least distance of two labels across.
const APART: f64 = 34.0;

/// Text sizes.
const TITLE: f64 = 16.0;
const TEXT: f64 = 13.0;

const INK: RGBColor = RGBColor(0x22, 0x22, 0x22);
const GRID: RGBColor = RGBColor(0xe4, 0xe4, 0xe4);

/// Colours that differ for every eye (Okabe and Ito).
const COLOURS: [RGBColor; 6] = [
    RGBColor(0x00, 0x72, 0xb2),
    RGBColor(0xd5, 0x5e, 0x00),
    RGBColor(0x00, 0x9e, 0x73),
    RGBColor(0xcc, 0x79, 0xa7),
    RGBColor(0x22, 0x22, 0x22),
    RGBColor(0xe6, 0x9f, 0x00),
];

/// Shapes that differ in print, by their corners: around a circle of radius 1.
const SHAPES: [&[(f64, f64)]; 6] = [
    &[],
    &[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)],
    &[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    &[(0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)],
    &[(0.0, 1.2), (1.1, -0.8), (-1.1, -0.8)],
    &[(-1.2, -0.5), (1.2, -0.5), (1.2, 0.5), (-1.2, 0.5)],
];

type Canvas<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

/// What plotters says, as ours.
fn told(error: impl std::fmt::Display) -> PlotError {
    PlotError(error.to_string())
}

/// The picture of `plot`.
///
/// # Errors
///
/// If it cannot be drawn.
pub fn svg(plot: &Plot) -> Result<String, PlotError> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        root.fill(&WHITE).map_err(told)?;
        write_at(&root, &plot.title, (16, HEADING as i32 / 2), TITLE)?;
        draw(&root, plot)?;
        root.present().map_err(told)?;
    }
    Ok(svg)
}

fn draw(root: &Canvas, plot: &Plot) -> Result<(), PlotError> {
    let key = if plot.curves.len() > 1 { KEY } else { 0 };
    let (_, below) = root.split_vertically(HEADING);
    let (area, beside) = below.split_horizontally(SIZE.0 - key);
    let points = || plot.curves.iter().flat_map(|curve| &curve.points);
    let place = places(plot.scale, points().map(|point| point.x));
    let across: Vec<f64> = points().map(|point| place(point.x)).collect();
    let (left, right) = widened(extent(&across), 0.04);
    let bounded = |value: f64| value.clamp(plot.bounds.0, plot.bounds.1);
    let ends = |point: &Point| {
        [-1.0, 1.0].map(|side| bounded(point.y + side * point.spread.unwrap_or(0.0)))
    };
    let heights: Vec<f64> = points().flat_map(ends).collect();
    let (low, high) = widened(extent(&heights), 0.05);
    let up = ticks((bounded(low), bounded(high)));
    let mut chart = ChartBuilder::on(&area)
        .margin(10)
        .margin_right(24)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(left..right, up[0]..up[up.len() - 1])
        .map_err(told)?;
    let mut mesh = chart.configure_mesh();
    mesh.disable_mesh()
        .x_labels(0)
        .y_labels(0)
        .x_desc(&plot.across)
        .y_desc(&plot.up)
        .axis_desc_style(text_style(TEXT, HPos::Center, VPos::Center))
        .axis_style(INK);
    mesh.draw().map_err(told)?;
    let (start, digits) = (chart.plotting_area().get_pixel_range().0.start, digits(&up));
    for value in up {
        let line = PathElement::new([(left, value), (right, value)], GRID);
        chart.plotting_area().draw(&line).map_err(told)?;
        let (_, y) = chart.backend_coord(&(left, value));
        let style = text_style(TEXT - 1.0, HPos::Right, VPos::Center);
        root.draw(&Text::new(format!("{value:.digits$}"), (start - 8, y), style)).map_err(told)?;
    }

    // The values themselves are labelled, as far as there is room.
    let mut labels: Vec<(f64, f64)> = points().map(|point| (place(point.x), point.x)).collect();
    labels.sort_by(|one, other| one.0.total_cmp(&other.0));
    let (_, down) = chart.plotting_area().get_pixel_range();
    let mut last = f64::NEG_INFINITY;
    for (at, value) in labels {
        let (x, _) = chart.backend_coord(&(at, 0.0));
        if f64::from(x) - last >= APART {
            let style = text_style(TEXT - 1.0, HPos::Center, VPos::Top);
            root.draw(&Text::new(value.to_string(), (x, down.end + 7), style)).map_err(told)?;
            let tick = PathElement::new([(x, down.end), (x, down.end + 4)], INK);
            root.draw(&tick).map_err(told)?;
            last = x.into();
        }
    }

    for (number, curve) in plot.curves.iter().enumerate() {
        let colour = COLOURS[number % COLOURS.len()];
        let path: Vec<(f64, f64)> = curve.points.iter().map(|p| (place(p.x), p.y)).collect();
        if plot.mark == Mark::Line {
            let line = PathElement::new(path.clone(), colour.stroke_width(2));
            chart.plotting_area().draw(&line).map_err(told)?;
        }
        for (point, at) in curve.points.iter().zip(path) {
            if point.spread.is_some() {
                let bar = ends(point).map(|end| (at.0, end));
                let bar = PathElement::new(bar, colour.stroke_width(1));
                chart.plotting_area().draw(&bar).map_err(told)?;
            }
            marker(root, number, chart.backend_coord(&at))?;
        }
        if key > 0 {
            let (x, y) = beside.get_pixel_range();
            let at = (x.start + 12, y.start + 20 + number as i32 * LINE);
            marker(root, number, at)?;
            write_at(root, &curve.name, (at.0 + 12, at.1), TEXT)?;
        }
    }
    Ok(())
}

/// Where values lie across, in units of the axis.
fn places(scale: Scale, values: impl Iterator<Item = f64>) -> impl Fn(f64) -> f64 {
    let least = values.filter(|&value| value > 0.0).fold(f64::INFINITY, f64::min);
    move |value| match scale {
        Scale::Linear => value,
        Scale::Logarithmic if value > 0.0 => value.log10(),
        Scale::Logarithmic => (least / 2.0).log10(),
    }
}

/// The least and the largest value; 0 and 1 if there are none.
fn extent(values: &[f64]) -> (f64, f64) {
    if values.is_empty() {
        return (0.0, 1.0);
    }
    let (low, high) = (f64::INFINITY, f64::NEG_INFINITY);
    values.iter().fold((low, high), |(low, high), &value| (low.min(value), high.max(value)))
}

/// A range that reaches beyond both ends by that share of itself, and is none of a single value.
fn widened((low, high): (f64, f64), share: f64) -> (f64, f64) {
    let width = if high > low { high - low } else { low.abs().max(1.0) };
    (low - share * width, high + share * width)
}

/// Round numbers, 1, 2 or 5 times a power of ten apart, from below `low` to above `high`.
fn ticks((low, high): (f64, f64)) -> Vec<f64> {
    const ABOUT: f64 = 6.0;
    let rough = (high - low) / ABOUT;
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
    let step = step.into_iter().find(|&step| step >= rough).unwrap_or(10.0 * power);
    let (first, last) = ((low / step).floor() as i64, (high / step).ceil() as i64);
    (first..=last.max(first + 1)).map(|number| number as f64 * step).collect()
}

/// Digits after the point that tell `ticks` apart.
fn digits(ticks: &[f64]) -> usize {
    let step = ticks[1] - ticks[0];
    // A hair more, for a step of 0.1 that is a little less.
    (-(step * 1.000_001).log10().floor()).max(0.0) as usize
}

/// A point of the curve of that number.
fn marker(root: &Canvas, number: usize, at: (i32, i32)) -> Result<(), PlotError> {
    const RADIUS: f64 = 4.0;
    let colour = COLOURS[number % COLOURS.len()];
    let corners = SHAPES[number % SHAPES.len()];
    if corners.is_empty() {
        return root.draw(&Circle::new(at, RADIUS as i32, colour.filled())).map_err(told);
    }
    let corner = |&(x, y): &(f64, f64)| {
        (at.0 + (x * RADIUS).round() as i32, at.1 + (y * RADIUS).round() as i32)
    };
    let corners: Vec<(i32, i32)> = corners.iter().map(corner).collect();
    root.draw(&Polygon::new(corners, colour.filled())).map_err(told)
}

/// A text of that size; `HPos` and `VPos` say which of its points is placed.
fn text_style(size: f64, horizontal: HPos, vertical: VPos) -> TextStyle<'static> {
    // plotters divides the size by this factor.
    let font = ("sans-serif", size * 1.24).into_font();
    font.color(&INK).pos(Pos::new(horizontal, vertical))
}

/// Writes a text that begins at that point, in the middle of its height.
fn write_at(canvas: &Canvas, text: &str, at: (i32, i32), size: f64) -> Result<(), PlotError> {
    let style = text_style(size, HPos::Left, VPos::Center);
    canvas.draw(&Text::new(text.to_owned(), at, style)).map_err(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_name_what_they_show() {
        let point = |x: f64, y: f64| Point { x, y, spread: Some(0.5) };
        let curve =
            |name: &str, points: &[Point]| Curve { name: name.into(), points: points.into() };
        let curves = vec![
            curve("eta 0.5 <&>", &[point(0.0, 90.0), point(1.0, 95.5), point(300.0, 97.0)]),
            curve("eta 3", &[point(2.0, 10.0)]),
        ];
        let plot = Plot {
            title: "Some title".into(),
            across: "hidden neurons".into(),
            up: "accuracy".into(),
            bounds: (0.0, 100.0),
            scale: Scale::Logarithmic,
            mark: Mark::Line,
            curves,
        };
        let picture = svg(&plot).unwrap();
        assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"));
        for name in ["Some title", "hidden neurons", "accuracy", "eta 0.5 &lt;&amp;&gt;", "eta 3"] {
            assert!(picture.contains(name), "{name} is not in {picture}");
        }
        assert!(!picture.contains("NaN") && !picture.contains("inf"));
        assert_eq!(svg(&plot).unwrap(), picture);
        // Whatever there is: one point, none, all alike.
        for points in [vec![point(0.0, 0.0)], vec![], vec![point(5.0, 1.0), point(5.0, 1.0)]] {
            let curves = vec![Curve { name: String::new(), points }];
            let plot = Plot { curves, mark: Mark::Dots, ..plot.clone() };
            let picture = svg(&plot).unwrap();
            assert!(!picture.contains("NaN") && !picture.contains("inf"), "{picture}");
        }
    }

    #[test]
    fn ticks_are_round_and_enclose() {
        assert_eq!(ticks((94.3, 97.1)), [94.0, 94.5, 95.0, 95.5, 96.0, 96.5, 97.0, 97.5]);
        assert_eq!(ticks((0.0, 100.0)), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        assert_eq!(digits(&ticks((94.3, 97.1))), 1);
        assert_eq!(digits(&ticks((0.0, 100.0))), 0);
        assert_eq!(digits(&ticks((0.0, 0.6))), 1);
    }
}
