//! Charts.

use plotters::element::{PathElement, Polygon, Rectangle};
use plotters::series::DashedLineSeries;
use plotters::style::Color;
use plotters_backend::text_anchor::{HPos, VPos};

use super::frame::{Key, Plot, Ticks, frame, mark, place};
use super::text_style;
use crate::figure::canvas::{Area, FigureError, Look};
use crate::figure::chart::{Chart, Form, Scale, Series};
use crate::figure::palette::INK;

/// How wide bars are, of the distance from one to the next.
const BAR: f64 = 0.8;

pub fn draw(area: &Area<'_>, chart: &Chart, look: &Look<'_>) -> Result<(), FigureError> {
    let points = || chart.series.iter().flat_map(|series| &series.points);
    let highs = chart.series.iter().flat_map(|series| match &series.form {
        Form::Band(high) => &high[..],
        _ => &[],
    });
    // Bars stand on 0.
    let has_bars = chart.series.iter().any(|series| series.form == Form::Bars);
    let ground = (has_bars && chart.y.scale == Scale::Linear).then_some(0.0);
    let ys = points().map(|&(_, y)| y).chain(highs.copied()).chain(ground);
    let (across, down) = if look.in_characters { (6, 4) } else { (8, 6) };
    let x = Ticks::new(&chart.x, points().map(|&(x, _)| x), across);
    let y = Ticks::new(&chart.y, ys, down);
    let keys: Vec<_> = chart
        .series
        .iter()
        .map(|series| {
            let key = match series.form {
                Form::Line => Key::Line { dashed: false, marked: false },
                Form::Dashed => Key::Line { dashed: true, marked: false },
                Form::Marked => Key::Line { dashed: false, marked: true },
                Form::Points => Key::Mark,
                Form::Bars | Form::Band(_) => Key::Box,
            };
            (series.name.clone(), series.shade, key)
        })
        .collect();
    let mut plot = frame(area, (&x, &y), &keys, look)?;
    let groups = chart.series.iter().filter(|series| series.form == Form::Bars).count();
    let mut group = 0;
    for series in &chart.series {
        if series.form == Form::Bars {
            bars(&mut plot, chart, series, (group, groups))?;
            group += 1;
        } else {
            draw_series(&mut plot, chart, series, look)?;
        }
    }
    for note in &chart.notes {
        let at = (place(&chart.x, note.at.0), place(&chart.y, note.at.1));
        if at.0.is_finite() && at.1.is_finite() {
            let (x, y) = plot.backend_coord(&at);
            let (left, top) = area.get_base_pixel();
            let style = text_style(look, 0.9, &INK, (HPos::Left, VPos::Bottom));
            let at = (x - left + look.ems(0.4), y - top - look.ems(0.1));
            area.draw_text(&note.text.text(look.words), &style, at)?;
        }
    }
    Ok(())
}

fn bars(
    plot: &mut Plot<'_>,
    chart: &Chart,
    series: &Series,
    (group, groups): (usize, usize),
) -> Result<(), FigureError> {
    let wide = BAR / groups as f64;
    let floor = match chart.y.scale {
        Scale::Linear => 0.0,
        Scale::Log => f64::from(-300),
    };
    let boxes = series.points.iter().filter(|(_, y)| y.is_finite()).map(|&(x, y)| {
        let left = x - BAR / 2.0 + wide * group as f64;
        let top = place(&chart.y, y);
        Rectangle::new([(left, top), (left + wide, floor)], series.shade.rgb().filled())
    });
    plot.draw_series(boxes)?;
    Ok(())
}

fn draw_series(
    plot: &mut Plot<'_>,
    chart: &Chart,
    series: &Series,
    look: &Look<'_>,
) -> Result<(), FigureError> {
    let colour = series.shade.rgb();
    let at = |&(x, y): &(f64, f64)| (place(&chart.x, x), place(&chart.y, y));
    let shown = |(x, y): &(f64, f64)| x.is_finite() && y.is_finite();
    let placed: Vec<_> = series.points.iter().map(at).collect();
    let lines = || placed.split(|point| !shown(point)).filter(|line| !line.is_empty());
    if let Form::Band(high) = &series.form {
        let back = series.points.iter().zip(high).rev().map(|(&(x, _), &high)| at(&(x, high)));
        let around: Vec<_> = placed.iter().copied().chain(back).filter(shown).collect();
        // Dots cannot be pale: in characters the middle alone is drawn.
        if !look.in_characters {
            plot.draw_series([Polygon::new(around, colour.mix(0.2).filled())])?;
        }
        return Ok(());
    }
    let style = colour.stroke_width(look.stroke);
    if matches!(series.form, Form::Line | Form::Marked) {
        plot.draw_series(lines().map(|line| PathElement::new(line.to_vec(), style)))?;
    }
    if series.form == Form::Dashed {
        let (long, gap) = if look.in_characters { (4, 3) } else { (look.ems(0.5), look.ems(0.3)) };
        for line in lines() {
            let points = line.iter().copied();
            plot.draw_series(DashedLineSeries::new(points, long as u32, gap as u32, style))?;
        }
    }
    if matches!(series.form, Form::Points | Form::Marked) {
        let area = plot.plotting_area().strip_coord_spec();
        let (left, top) = area.get_base_pixel();
        let ((x0, x1), (y0, y1)) = {
            let (x, y) = area.get_pixel_range();
            ((x.start, x.end), (y.start, y.end))
        };
        for point in placed.iter().filter(|point| shown(point)) {
            let (x, y) = plot.backend_coord(point);
            if (x0..=x1).contains(&x) && (y0..=y1).contains(&y) {
                mark(&area, (x - left, y - top), series.shade, look)?;
            }
        }
    }
    Ok(())
}
