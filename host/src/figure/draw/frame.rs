//! What charts and maps have around them: axes with their ticks, and the legend.

use std::ops::Range;

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::ranged1d::{DefaultFormatting, KeyPointHint, Ranged};
use plotters::coord::types::RangedCoordf64;
use plotters::element::{
    Circle, Cross, EmptyElement, PathElement, Polygon, Rectangle, TriangleMarker,
};
use plotters::style::{Color, TRANSPARENT};
use plotters_backend::text_anchor::{HPos, VPos};

use super::text_style;
use crate::figure::canvas::{Area, Canvas, FigureError, Look};
use crate::figure::chart::{Axis, Scale};
use crate::figure::palette::{GRID, INK};
use crate::figure::{Label, Shade};
use crate::lesson::minus;

/// Both axes, ready to be drawn on.
pub type Plot<'a> = ChartContext<'a, Canvas<'a>, Cartesian2d<Along, Along>>;

/// The numbers along an axis, with its ticks.
#[derive(Clone)]
pub struct Along {
    numbers: RangedCoordf64,
    ticks: Vec<f64>,
}

impl Ranged for Along {
    type FormatOption = DefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        self.numbers.map(value, limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, _: Hint) -> Vec<f64> {
        self.ticks.clone()
    }

    fn range(&self) -> Range<f64> {
        self.numbers.range()
    }
}

/// An entry of the legend.
#[derive(Clone, Copy)]
pub enum Key {
    /// A line, broken or not, with or without marks.
    Line {
        /// Broken.
        dashed: bool,
        /// With marks.
        marked: bool,
    },
    /// A mark alone.
    Mark,
    /// A filled box.
    Box,
}

/// The numbers along an axis as they are drawn: logarithms on a logarithmic scale.
pub struct Ticks {
    range: Range<f64>,
    points: Vec<f64>,
    axis: Axis,
}

impl Ticks {
    /// The ticks of `axis`, about `most` of them, which shows `numbers` if it has no range.
    pub fn new(axis: &Axis, numbers: impl Iterator<Item = f64>, most: usize) -> Self {
        let placed = |number: f64| place(axis, number);
        let range = match axis.range {
            Some((low, high)) => placed(low)..placed(high),
            None => {
                let finite = numbers.map(placed).filter(|number| number.is_finite());
                let (low, high) = finite
                    .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), at| {
                        (low.min(at), high.max(at))
                    });
                if low > high {
                    0.0..1.0
                } else {
                    let room = if high > low { 0.04 * (high - low) } else { 0.5 };
                    // What touches 0 stays there.
                    let low =
                        if low == 0.0 && axis.scale == Scale::Linear { low } else { low - room };
                    low..high + room
                }
            }
        };
        let points = if !axis.categories.is_empty() {
            (0..axis.categories.len()).map(|index| index as f64).collect()
        } else if axis.scale == Scale::Log {
            decades(&range, most)
        } else {
            evenly(&range, most)
        };
        Self { range, points, axis: axis.clone() }
    }

    fn coordinates(&self) -> Along {
        Along { numbers: self.range.clone().into(), ticks: self.points.clone() }
    }

    /// What stands at the tick at `at`.
    fn text(&self, at: f64, look: &Look<'_>) -> String {
        if let Some(name) = self.axis.categories.get(at.round().max(0.0) as usize) {
            return name.text(look.words);
        }
        if self.axis.scale == Scale::Log {
            return logarithm(at);
        }
        let step = match self.points[..] {
            [first, second, ..] => second - first,
            _ => 1.0,
        };
        number(at, step)
    }
}

/// Where a number lies along the axis.
pub fn place(axis: &Axis, number: f64) -> f64 {
    match axis.scale {
        Scale::Linear => number,
        Scale::Log if number > 0.0 => number.log10(),
        Scale::Log => f64::NAN,
    }
}

/// Powers of ten in `range`, and their multiples by 2 and 5 if there are few of them.
fn decades(range: &Range<f64>, most: usize) -> Vec<f64> {
    let (first, last) = (range.start.floor() as i32, range.end.ceil() as i32);
    let inside = |at: &f64| range.start - 1e-9 <= *at && *at <= range.end + 1e-9;
    let powers = |step: i32| {
        (first..=last)
            .filter(move |power| power.rem_euclid(step) == 0)
            .map(f64::from)
            .filter(inside)
    };
    let fine: Vec<f64> = (first..=last)
        .flat_map(|power| [1.0_f64, 2.0, 5.0].map(|digit| f64::from(power) + digit.log10()))
        .filter(inside)
        .collect();
    if fine.len() <= most {
        return fine;
    }
    let step = (1..).find(|&step| powers(step).count() <= most.max(2)).unwrap_or(1);
    powers(step).collect()
}

/// Multiples of 1, 2 or 5 times a power of ten in `range`.
fn evenly(range: &Range<f64>, most: usize) -> Vec<f64> {
    let width = range.end - range.start;
    let rough = width / most.max(1) as f64;
    if !(rough.is_finite() && rough > 0.0) {
        return Vec::new();
    }
    let power = 10_f64.powf(rough.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
    let step = step.into_iter().find(|&step| step >= rough * 0.999).unwrap_or(10.0 * power);
    let (first, last) = ((range.start / step).ceil() as i64, (range.end / step).floor() as i64);
    (first..=last).map(|at| at as f64 * step).collect()
}

/// A number with as many decimals as ticks that are `step` apart need.
fn number(at: f64, step: f64) -> String {
    if at != 0.0 && (at.abs() >= 1e6 || step < 1e-5) {
        return crate::lesson::power_of_ten(at);
    }
    let decimals = (-(step.abs() * 1.001).log10().floor()).max(0.0) as usize;
    minus(format!("{at:.decimals$}"))
}

/// The number whose logarithm is `at`, for an axis.
fn logarithm(at: f64) -> String {
    let number = 10_f64.powf(at);
    if (-3.0..=4.0).contains(&at) {
        let decimals = (-at.floor()).max(0.0) as usize;
        return format!("{number:.decimals$}");
    }
    let power = at.floor();
    let digit = (number / 10_f64.powf(power)).round();
    let raised = format!("{power}").chars().map(raise).collect::<String>();
    if digit == 1.0 { format!("10{raised}") } else { format!("{digit}·10{raised}") }
}

fn raise(character: char) -> char {
    match character.to_digit(10) {
        Some(digit) => ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'][digit as usize],
        None => '⁻',
    }
}

/// Draws the axes and, above them, the vertical axis's label and the legend.
pub fn frame<'a>(
    area: &Area<'a>,
    (x, y): (&Ticks, &Ticks),
    keys: &[(Label, Shade, Key)],
    look: &Look<'_>,
) -> Result<Plot<'a>, FigureError> {
    let (width, height) = area.dim_in_pixel();
    let named: Vec<_> =
        keys.iter().filter(|(name, ..)| !name.text(look.words).is_empty()).collect();
    let label = y.axis.label.text(look.words);
    let ticks: Vec<String> = y.points.iter().map(|&at| y.text(at, look)).collect();
    let style = text_style(look, 1.0, &INK, (HPos::Left, VPos::Center));
    let wide = |text: &str| Ok::<_, FigureError>(area.estimate_text_size(text, &style)?.0 as i32);
    let mut left = look.ems(1.0);
    for tick in &ticks {
        left = left.max(wide(tick)? + look.ems(0.8));
    }

    // The legend, in as many lines as it needs, above the label.
    let line = if look.in_characters { look.ems(1.0) } else { look.ems(1.5) };
    let sample = if look.in_characters { 6 } else { look.ems(2.0) };
    let gap = if look.in_characters { 4 } else { look.ems(1.2) };
    let margin = if look.in_characters { 2 } else { look.ems(0.8) };
    let (mut at, mut row) = (left, 0);
    for (name, shade, key) in named.iter().map(|entry| &**entry) {
        let name = name.text(look.words);
        let needed = sample + margin / 2 + wide(&name)?;
        if at > left && at + needed > width as i32 - margin {
            (at, row) = (left, row + 1);
        }
        let middle = row * line + line / 2;
        sample_of(area, (at, at + sample, middle), *shade, *key, look)?;
        area.draw_text(&name, &style, (at + sample + margin / 2, middle))?;
        at += needed + gap;
    }
    let mut top = if named.is_empty() { 0 } else { (row + 1) * line };
    if !label.is_empty() {
        area.draw_text(&label, &style, (left.min(margin), top + line / 2))?;
        top += line;
    }

    let below = x.axis.label.text(look.words);
    // In characters the axis takes a line, too.
    let numbers = if look.in_characters { 2 * line } else { line };
    let bottom = numbers + if below.is_empty() { 0 } else { line };
    if !below.is_empty() {
        let style = text_style(look, 1.0, &INK, (HPos::Center, VPos::Center));
        let middle = left + (width as i32 - left - margin) / 2;
        area.draw_text(&below, &style, (middle, height as i32 - line / 2))?;
    }
    let inner = area.clone().shrink(
        (0, top as u32),
        (
            width.saturating_sub(margin as u32),
            (height as i32 - top - bottom + line).max(line) as u32,
        ),
    );
    let mut chart = ChartBuilder::on(&inner)
        .margin_top(if look.in_characters { 0 } else { look.ems(0.5) })
        .x_label_area_size(line)
        .y_label_area_size(left)
        .build_cartesian_2d(x.coordinates(), y.coordinates())?;
    let text = text_style(look, 1.0, &INK, (HPos::Center, VPos::Center));
    // In characters they have a line of their own: see `numbers_below`.
    let x_text = |at: &f64| if look.in_characters { String::new() } else { x.text(*at, look) };
    let y_text = |at: &f64| y.text(*at, look);
    let mut mesh = chart.configure_mesh();
    mesh.light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(INK)
        .label_style(text)
        .x_labels(x.points.len().max(1))
        .y_labels(y.points.len().max(1))
        .x_label_formatter(&x_text)
        .y_label_formatter(&y_text);
    if look.in_characters {
        mesh.disable_mesh().set_all_tick_mark_size(0).draw()?;
        numbers_below(area, x, &chart, look)?;
    } else {
        mesh.set_all_tick_mark_size(look.ems(0.25)).draw()?;
    }
    Ok(chart)
}

/// The numbers of the horizontal axis in a line of their own, where a line has room for few.
fn numbers_below(
    area: &Area<'_>,
    x: &Ticks,
    chart: &Plot<'_>,
    look: &Look<'_>,
) -> Result<(), FigureError> {
    let (across, down) = chart.plotting_area().get_pixel_range();
    let (left, top) = area.get_base_pixel();
    let style = text_style(look, 1.0, &INK, (HPos::Center, VPos::Top));
    let mut free = 0;
    for &at in &x.points {
        let share = (at - x.range.start) / (x.range.end - x.range.start);
        let middle = across.start + (share * f64::from(across.end - across.start)).round() as i32;
        let text = x.text(at, look);
        let half = area.estimate_text_size(&text, &style)?.0 as i32 / 2;
        if middle - left - half >= free {
            area.draw_text(&text, &style, (middle - left, down.end - top + 2))?;
            free = middle - left + half + 2;
        }
    }
    Ok(())
}

/// A piece of a series in the legend, from `left` to `right`.
fn sample_of(
    area: &Area<'_>,
    (left, right, middle): (i32, i32, i32),
    shade: Shade,
    key: Key,
    look: &Look<'_>,
) -> Result<(), FigureError> {
    let colour = shade.rgb();
    let half = (left + right) / 2;
    match key {
        Key::Box => {
            let high = look.ems(0.4);
            let corners = [(left, middle - high), (right, middle + high)];
            area.draw(&Rectangle::new(corners, colour.filled()))?;
        }
        Key::Mark => mark(area, (half, middle), shade, look)?,
        Key::Line { dashed, marked } => {
            let style = colour.stroke_width(look.stroke);
            let parts = if dashed {
                vec![(left, left + (right - left) * 2 / 5), (right - (right - left) * 2 / 5, right)]
            } else {
                vec![(left, right)]
            };
            for (from, to) in parts {
                area.draw(&PathElement::new(vec![(from, middle), (to, middle)], style))?;
            }
            if marked {
                mark(area, (half, middle), shade, look)?;
            }
        }
    }
    Ok(())
}

/// The mark that goes with a shade.
pub fn mark(
    area: &Area<'_>,
    at: (i32, i32),
    shade: Shade,
    look: &Look<'_>,
) -> Result<(), FigureError> {
    let style = shade.rgb().filled();
    let open = shade.rgb().stroke_width(look.stroke);
    let size = if look.in_characters { 1 } else { look.ems(0.27) };
    let (x, y) = at;
    match shade.mark() {
        0 => area.draw(&Circle::new(at, size, style))?,
        1 => area.draw(&Rectangle::new([(x - size, y - size), (x + size, y + size)], style))?,
        2 => area.draw(&TriangleMarker::new(at, size + size / 2, style))?,
        3 => area.draw(&Cross::new(at, size, open))?,
        4 => {
            let wide = size + size / 3;
            let corners = vec![(x, y - wide), (x + wide, y), (x, y + wide), (x - wide, y)];
            area.draw(&Polygon::new(corners, style))?;
        }
        5 => area.draw(&Circle::new(at, size, open))?,
        _ => area.draw(
            &(EmptyElement::at(at)
                + PathElement::new(vec![(-size, 0), (size, 0)], open)
                + PathElement::new(vec![(0, -size), (0, size)], open)),
        )?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(evenly(&(0.0..30.0), 6), [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0]);
        assert_eq!(number(0.15, 0.05), "0.15");
        assert_eq!(number(-20.0, 10.0), "−20");
        let log = Axis::log(Label::none()).from_to(1.0, 1000.0);
        let ticks = Ticks::new(&log, [].into_iter(), 5);
        assert_eq!(ticks.points, [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(logarithm(2.0), "100");
        assert_eq!(logarithm(-1.0), "0.1");
        assert_eq!(logarithm(-7.0), "10⁻⁷");
    }
}
