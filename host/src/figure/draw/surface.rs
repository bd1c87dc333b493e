//! Surfaces in perspective.

use plotters::chart::ChartBuilder;
use plotters::element::{Circle, PathElement};
use plotters::series::SurfaceSeries;
use plotters::style::{Color, TRANSPARENT};
use plotters_backend::text_anchor::{HPos, VPos};

use super::text_style;
use crate::figure::canvas::{Area, FigureError, Look};
use crate::figure::palette::{GRID, INK, sequential};
use crate::figure::{Shade, Surface};
use crate::lesson::minus;

/// Lines of the net in a terminal, each way.
const NET: usize = 10;

/// A number beside an axis.
fn number(at: f64) -> String {
    minus(format!("{at:.1}"))
}

pub fn draw(area: &Area<'_>, surface: &Surface, look: &Look<'_>) -> Result<(), FigureError> {
    let (columns, rows) = surface.size;
    let ((_, (left, right)), (_, (near, far))) = (&surface.x, &surface.y);
    let (low, high) = surface
        .values
        .iter()
        .filter(|value| value.is_finite())
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), &at| (low.min(at), high.max(at)));
    let along = |low: f64, high: f64, at: usize, count: usize| {
        low + (high - low) * at as f64 / (count.max(2) - 1) as f64
    };
    let margin = if look.in_characters { 0 } else { look.ems(0.5) };
    let mut chart = ChartBuilder::on(area).margin(margin).build_cartesian_3d(
        *left..*right,
        low..high,
        *near..*far,
    )?;
    chart.with_projection(|mut projection| {
        (projection.pitch, projection.yaw, projection.scale) = (0.45, 0.7, 0.8);
        projection.into_matrix()
    });
    if !look.in_characters {
        let (x, y, z) = (&surface.x.0, &surface.y.0, &surface.z);
        let text = text_style(look, 1.0, &INK, (HPos::Center, VPos::Center));
        chart
            .configure_axes()
            .bold_grid_style(GRID)
            .light_grid_style(TRANSPARENT)
            .label_style(text)
            .x_labels(5)
            .y_labels(4)
            .z_labels(5)
            .x_formatter(&|at| number(*at))
            .y_formatter(&|at| number(*at))
            .z_formatter(&|at| number(*at))
            .draw()?;
        let said =
            format!("{} →, {} ↗, {} ↑", x.text(look.words), y.text(look.words), z.text(look.words));
        let text = text_style(look, 1.0, &INK, (HPos::Left, VPos::Top));
        area.draw_text(&said, &text, (look.ems(0.5), look.ems(0.3)))?;
    }
    let value = |x: f64, y: f64| {
        let index = |at: f64, low: f64, high: f64, count: usize| {
            (((at - low) / (high - low) * (count - 1) as f64).round() as usize).min(count - 1)
        };
        let (column, row) = (index(x, *left, *right, columns), index(y, *near, *far, rows));
        surface.values[row * columns + column]
    };
    let xs = || (0..columns).map(|at| along(*left, *right, at, columns));
    let ys = || (0..rows).map(|at| along(*near, *far, at, rows));
    if look.in_characters {
        // Areas would be one blot: a net of some of its lines.
        let lines_along = xs()
            .step_by(columns.div_ceil(NET))
            .map(|x| PathElement::new(ys().map(|y| (x, value(x, y), y)).collect::<Vec<_>>(), INK));
        let lines_across = ys()
            .step_by(rows.div_ceil(NET))
            .map(|y| PathElement::new(xs().map(|x| (x, value(x, y), y)).collect::<Vec<_>>(), INK));
        chart.draw_series(lines_along.chain(lines_across))?;
    }
    let shaded = |height: &f64| {
        let share = (height - low) / (high - low).max(f64::MIN_POSITIVE);
        sequential(0.15 + 0.6 * share).mix(0.85).filled()
    };
    if !look.in_characters {
        chart.draw_series(SurfaceSeries::xoz(xs(), ys(), value).style_func(&shaded))?;
    }
    let colour = Shade::Vermilion.rgb();
    let path: Vec<_> = surface.path.iter().map(|&(x, y, z)| (x, z, y)).collect();
    let size = if look.in_characters { 1 } else { look.ems(0.25) };
    chart.draw_series(path.iter().map(|&at| Circle::new(at, size, colour.filled())))?;
    chart.draw_series([PathElement::new(path, colour.stroke_width(look.stroke))])?;
    Ok(())
}
