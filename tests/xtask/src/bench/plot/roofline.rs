//! The roofline: GFLOP/s over operations per byte, the machine's limits and each job's point.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::super::limits::{Limits, Roof};
use super::axis::{self, Axis};
use super::{
    COLOURS, Canvas, FAINT, Figures, HEADING, INK, JobPoint, LINE, TEXT, canvas, draw_mesh,
    heading, labels, text_style, told, write_at,
};

const SIZE: (u32, u32) = (1080, 600);

/// Width of the key: what the numbers beside the points stand for.
const KEY: u32 = 270;

/// The numbers of points that are so near to each other, from left to right, keep their distance.
const NEAR: i32 = 40;

/// The picture.
///
/// # Errors
///
/// If it cannot be drawn.
pub fn svg(figures: &Figures) -> Result<String, String> {
    let Figures { limits, points, .. } = figures;
    let plane = Plane::new(limits, points);
    canvas(SIZE, |root| {
        let title = "gradito on one core: GFLOP/s against the machine's limits (more is better)";
        heading(root, title, &figures.caption)?;
        let (_, below) = root.split_vertically(HEADING);
        let (left, right) = below.split_horizontally(SIZE.0 - KEY);
        draw(root, &left, plane, figures)?;
        key(&right, points)
    })
}

/// The axes.
struct Plane {
    across: Axis,
    up: Axis,
}

impl Plane {
    /// Every slope, every point, and room above the peak for the slopes' names.
    fn new(limits: &Limits, points: &[JobPoint]) -> Self {
        let peak = limits.peak();
        let ridges = limits.levels().map(|set| peak / set.training());
        let intensities = points.iter().map(|point| point.intensity * 1.2);
        let across = Axis::powers_of_two(ridges.map(|ridge| ridge / 3.0).chain(intensities), 12);
        let lowest = limits.levels().map(|set| set.training() * across.range.start);
        let speeds = points.iter().map(|point| point.gflops).chain(lowest);
        let up = Axis::powers_of_two(speeds.chain([1.7 * peak]), 12);
        Self { across, up }
    }
}

fn draw(root: &Canvas, area: &Canvas, plane: Plane, figures: &Figures) -> Result<(), String> {
    let Figures { limits, points, .. } = figures;
    let Plane { across, up } = plane;
    let (start, end) = (across.range.start, across.range.end);
    let peak = limits.peak();
    let mut chart = ChartBuilder::on(area)
        .margin(10)
        .x_label_area_size(44)
        .y_label_area_size(64)
        .build_cartesian_2d(
            across.range.log_scale().with_key_points(across.ticks),
            up.range.log_scale().with_key_points(up.ticks),
        )
        .map_err(told)?;
    let mut mesh = chart.configure_mesh();
    mesh.x_desc("operations per byte of weights, at the least traffic (FLOP/byte)")
        .y_desc("GFLOP/s that training needs, zero pixels passed over")
        .x_label_formatter(&axis::fraction)
        .y_label_formatter(&axis::fraction);
    draw_mesh(&mut mesh)?;

    // Each slope's name stands above the end of the slope, the steepest's highest, so that no name
    // lies across another's line.
    let count = limits.levels().count() as i32;
    for (set, line) in limits.levels().zip((0..count).rev()) {
        let roof = Roof { gflops: peak, bandwidth: set.training() };
        let ridge = (peak / roof.bandwidth).clamp(start, end);
        let slope = [start, ridge].map(|value| (value, roof.at(value)));
        let path = PathElement::new(slope, FAINT.stroke_width(2));
        chart.plotting_area().draw(&path).map_err(told)?;
        let (x, y) = chart.backend_coord(&(ridge, peak));
        let height = y - 14 - line * LINE as i32;
        let tie = PathElement::new([(x, y), (x, height - 6)], FAINT);
        root.draw(&tie).map_err(told)?;
        let text = format!("{}: {:.0} GB/s", set.name(), set.training());
        write_at(root, &text, (x + 5, height), FAINT)?;
    }
    let ceiling = PathElement::new([(start, peak), (end, peak)], INK.stroke_width(2));
    chart.plotting_area().draw(&ceiling).map_err(told)?;
    let (right, top) = chart.backend_coord(&(end, peak));
    let text = format!("multiply and add, apart: {peak:.0} GFLOP/s");
    let style = text_style(TEXT, INK, HPos::Right, VPos::Center);
    root.draw(&Text::new(text, (right - 6, top + 14), style)).map_err(told)?;

    let places = points.iter().map(|point| chart.backend_coord(&(point.intensity, point.gflops)));
    let places: Vec<(i32, i32)> = places.collect();
    let heights = labels::beside(&places, NEAR, LINE as i32);
    let colour = COLOURS[0].1;
    for (number, (at, height)) in (1..).zip(places.into_iter().zip(heights)) {
        root.draw(&Circle::new(at, 5, colour.filled())).map_err(told)?;
        let mut beside = at.0 + 11;
        if (height - at.1).abs() > 3 {
            beside += 7;
            let tie = PathElement::new([at, (beside - 2, height)], colour);
            root.draw(&tie).map_err(told)?;
        }
        write_at(root, &format!("{number}"), (beside, height), colour)?;
    }
    Ok(())
}

/// What the numbers stand for.
fn key(area: &Canvas, points: &[JobPoint]) -> Result<(), String> {
    let line = LINE as i32;
    let mut height = 20;
    for (number, JobPoint { name, gflops, roofline, .. }) in (1..).zip(points) {
        write_at(area, &format!("{number}"), (6, height), COLOURS[0].1)?;
        write_at(area, name, (24, height), INK)?;
        let share = format!("{gflops:.1} GFLOP/s, {:.0} % of its roof", 100.0 * roofline);
        write_at(area, &share, (24, height + line), FAINT)?;
        height += 2 * line + 8;
    }
    Ok(())
}
