//! Seconds per epoch over width, batch and threads: three panels side by side.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::super::sweep::Panel;
use super::axis::Axis;
use super::{
    COLOURS, Canvas, FAINT, Figures, HEADING, INK, LINE, TEXT, canvas, draw_mesh, heading, labels,
    text_style, told, write_at,
};

const SIZE: (u32, u32) = (1320, 540);

/// Room at the right of a panel for the names of its lines.
const NAMES: u32 = 64;

/// A line ends at the right side if it ends within so many pixels of it.
const ENDS: i32 = 60;

/// Room at the left of a panel, and below it, for the axes' labels.
const LABELS: (u32, u32) = (52, 44);

/// The picture.
///
/// # Errors
///
/// If it cannot be drawn.
pub fn svg(figures: &Figures) -> Result<String, String> {
    let notes = figures.panels.iter().map(|panel| panel.notes.len()).max().unwrap_or(0);
    // One scale for all panels, so that heights compare.
    let lines = figures.panels.iter().flat_map(|panel| &panel.lines);
    let seconds = lines.flat_map(|line| line.points.iter().map(|(_, seconds)| *seconds));
    let seconds = Axis::one_two_five(seconds);
    canvas((SIZE.0, SIZE.1 + notes as u32 * LINE + 6), |root| {
        let title = "Seconds per epoch of MNIST, 60 000 samples (less is better)";
        heading(root, title, &figures.caption)?;
        let (_, below) = root.split_vertically(HEADING);
        for (panel, area) in
            figures.panels.iter().zip(below.split_evenly((1, figures.panels.len())))
        {
            let (top, bottom) = area.split_vertically(SIZE.1 - HEADING);
            draw(root, &top, panel, &seconds)?;
            let (across, down) = bottom.get_pixel_range();
            for (note, line) in panel.notes.iter().zip(0..) {
                let at = (across.start + LABELS.0 as i32, down.start + 6 + line * LINE as i32);
                write_at(root, note, at, FAINT)?;
            }
        }
        Ok(())
    })
}

fn draw(root: &Canvas, area: &Canvas, panel: &Panel, seconds: &Axis) -> Result<(), String> {
    let all = panel.lines.iter().flat_map(|line| line.points.iter().map(|(x, _)| *x));
    let across = Axis::powers_of_two(all, 11).widened();
    let down = seconds.clone();
    let mut chart = ChartBuilder::on(area)
        .caption(&panel.title, text_style(TEXT + 1.0, INK, HPos::Center, VPos::Top))
        .margin(10)
        .margin_right(NAMES)
        .x_label_area_size(LABELS.1)
        .y_label_area_size(LABELS.0)
        .build_cartesian_2d(
            across.range.log_scale().with_key_points(across.ticks),
            down.range.log_scale().with_key_points(down.ticks),
        )
        .map_err(told)?;
    let mut mesh = chart.configure_mesh();
    mesh.x_desc(&panel.quantity)
        .x_label_formatter(&f64::to_string)
        .y_label_formatter(&f64::to_string);
    draw_mesh(&mut mesh)?;

    let right = chart.plotting_area().get_pixel_range().0.end;
    let mut names = Vec::new();
    // gradito last, above the others.
    for line in panel.lines.iter().rev() {
        let known = COLOURS.iter().find(|(name, _)| *name == line.name);
        let colour = known.map_or(FAINT, |(_, colour)| *colour);
        let width = if line.name == COLOURS[0].0 { 3 } else { 2 };
        let mut points = line.points.clone();
        points.sort_by(|one, other| one.0.total_cmp(&other.0));
        let path = PathElement::new(points.clone(), colour.stroke_width(width));
        chart.plotting_area().draw(&path).map_err(told)?;
        for point in &points {
            let dot = Circle::new(*point, width + 1, colour.filled());
            chart.plotting_area().draw(&dot).map_err(told)?;
        }
        let Some((x, y)) = points.last().map(|last| chart.backend_coord(last)) else {
            continue;
        };
        if right - x > ENDS {
            // A line that ends early has its name there, left of the others' lines.
            let style = text_style(TEXT, colour, HPos::Right, VPos::Center);
            root.draw(&Text::new(line.name.clone(), (x - 7, y), style)).map_err(told)?;
        } else {
            names.push((&line.name, colour, (x, y)));
        }
    }
    let heights: Vec<i32> = names.iter().map(|(_, _, (_, y))| *y).collect();
    for ((name, colour, (x, y)), height) in names.iter().zip(labels::spread(&heights, LINE as i32))
    {
        // A name that had to move is tied to its line.
        if (height - y).abs() > 3 {
            let tie = PathElement::new([(x + 4, *y), (right + 4, height)], colour.mix(0.5));
            root.draw(&tie).map_err(told)?;
        }
        write_at(root, name, (right + 7, height), *colour)?;
    }
    Ok(())
}
