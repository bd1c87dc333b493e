//! Figures as SVG, as PNG, as text.

mod chart;
mod diagram;
mod frame;
mod map;
mod surface;
mod tiles;

use plotters::style::{Color, IntoFont, TextStyle};
use plotters_backend::text_anchor::{HPos, Pos, VPos};
use png::{BitDepth, ColorType, Encoder};

use super::canvas::{Area, Canvas, Characters, FAMILY, FigureError, Look};
use super::palette::{INK, PAPER};
use super::{Figure, Panels, Words};
use crate::terminal::{self, Style};

/// The height of a line of text in SVG, in pixels.
const EM: f64 = 14.0;

/// Pixels of a PNG for each of the SVG, so that it is sharp in print.
const SCALE: u32 = 2;

/// Columns between panels in a terminal.
const GAP: usize = 2;

/// The narrowest panel in a terminal that shows anything.
const NARROWEST: usize = 36;

/// `figure` as an SVG document.
///
/// # Errors
///
/// [`FigureError`] if it cannot be drawn.
pub fn svg(figure: &Figure, words: &dyn Words) -> Result<String, FigureError> {
    let look = Look { em: EM, stroke: 2, in_characters: false, words };
    let mut text = String::new();
    draw_on(&Canvas::svg(&mut text, size(figure, &look)), figure, &look)?;
    Ok(text)
}

/// `figure` as a PNG, two pixels for each of the SVG.
///
/// # Errors
///
/// [`FigureError`] if it cannot be drawn.
pub fn png(figure: &Figure, words: &dyn Words) -> Result<Vec<u8>, FigureError> {
    let scale = SCALE;
    let look = Look { em: EM * f64::from(scale), stroke: 2 * scale, in_characters: false, words };
    let (width, height) = size(figure, &look);
    let mut pixels = vec![0; width as usize * height as usize * 3];
    draw_on(&Canvas::pixels(&mut pixels, (width, height)), figure, &look)?;
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(bytes)
}

/// `figure` in the characters of a terminal.
///
/// # Errors
///
/// [`FigureError`] if it cannot be drawn.
pub fn text(figure: &Figure, words: &dyn Words, style: &Style) -> Result<String, FigureError> {
    let look = Look { em: 4.0, stroke: 1, in_characters: true, words };
    let (columns, rows) = match figure {
        Figure::Panels(panels) => return panels_text(panels, words, style),
        Figure::Steps(steps) => {
            let mut all = String::new();
            for (number, step) in (1..).zip(steps) {
                all.push_str(&format!("{number}. {}\n", step.caption.text(words)));
                all.push_str(&text(&step.figure, words, style)?);
            }
            return Ok(all);
        }
        Figure::Tiles(tiles) => return tiles::text(tiles, words, style),
        Figure::Diagram(diagram) => diagram::characters(diagram, style.width),
        Figure::Chart(_) | Figure::Map(_) => {
            let columns = style.width.clamp(20, 100);
            (columns, (columns / 4).clamp(12, 22))
        }
        Figure::Surface(_) => (style.width.clamp(20, 80), 22),
    };
    let mut characters = Characters::new(columns, rows);
    draw_on(&Canvas::characters(&mut characters), figure, &look)?;
    Ok(characters.text(style))
}

/// Panels beside each other, as many as fit.
fn panels_text(panels: &Panels, words: &dyn Words, style: &Style) -> Result<String, FigureError> {
    let fit = ((style.width + GAP) / (NARROWEST + GAP)).clamp(1, panels.columns.max(1));
    let width = (style.width + GAP) / fit - GAP;
    let narrow = Style { width, ..*style };
    let mut all = String::new();
    for row in panels.panels.chunks(fit) {
        let blocks: Result<Vec<_>, FigureError> = row
            .iter()
            .map(|(title, figure)| Ok((title.text(words), text(figure, words, &narrow)?)))
            .collect();
        let blocks = blocks?;
        let blocks: Vec<(&str, &str)> =
            blocks.iter().map(|(title, block)| (title.as_str(), block.as_str())).collect();
        all.push_str(&terminal::beside(&blocks, width, GAP));
    }
    Ok(all)
}

/// The size of `figure` in the units of a canvas of this look.
fn size(figure: &Figure, look: &Look<'_>) -> (u32, u32) {
    let ems = |width: f64, height: f64| (look.ems(width) as u32, look.ems(height) as u32);
    match figure {
        Figure::Chart(_) => ems(44.0, 27.0),
        Figure::Map(_) => ems(34.0, 32.0),
        Figure::Surface(_) => ems(36.0, 27.0),
        Figure::Tiles(tiles) => tiles::size(tiles, look),
        Figure::Diagram(diagram) => diagram::size(diagram, look),
        Figure::Panels(panels) => {
            let (cell, columns) = panel_size(panels, look);
            let rows = panels.panels.len().div_ceil(columns as usize) as u32;
            (cell.0 * columns, cell.1 * rows)
        }
        Figure::Steps(steps) => steps
            .iter()
            .map(|step| size(&step.figure, look))
            .fold((1, 1), |most, size| (most.0.max(size.0), most.1.max(size.1))),
    }
}

/// The size of each panel with its title, and how many are in a row.
fn panel_size(panels: &Panels, look: &Look<'_>) -> ((u32, u32), u32) {
    let columns = panels.columns.clamp(1, panels.panels.len().max(1)) as u32;
    let largest = panels
        .panels
        .iter()
        .map(|(_, figure)| size(figure, look))
        .fold((1, 1), |most, size| (most.0.max(size.0), most.1.max(size.1)));
    // Charts shrink, so that rows of them keep the width of a page; what has its own size does not.
    let shrinks = |(_, figure): &(_, Figure)| {
        matches!(figure, Figure::Chart(_) | Figure::Map(_) | Figure::Surface(_))
    };
    let shares = if panels.panels.iter().all(shrinks) { [1.0, 0.75, 0.6] } else { [1.0; 3] };
    let share = shares[(columns as usize - 1).min(2)];
    let shrunk = |length: u32| (f64::from(length) * share) as u32;
    ((shrunk(largest.0), shrunk(largest.1) + look.ems(2.0) as u32), columns)
}

fn draw_on(area: &Area<'_>, figure: &Figure, look: &Look<'_>) -> Result<(), FigureError> {
    if !look.in_characters {
        area.fill(&PAPER)?;
    }
    draw(area, figure, look)?;
    Ok(area.present()?)
}

fn draw(area: &Area<'_>, figure: &Figure, look: &Look<'_>) -> Result<(), FigureError> {
    match figure {
        Figure::Chart(chart) => chart::draw(area, chart, look),
        Figure::Map(map) => map::draw(area, map, look),
        Figure::Surface(surface) => surface::draw(area, surface, look),
        Figure::Tiles(tiles) => tiles::draw(area, tiles, look),
        Figure::Diagram(diagram) => diagram::draw(area, diagram, look),
        Figure::Panels(panels) => {
            let ((width, height), columns) = panel_size(panels, look);
            for ((title, figure), index) in panels.panels.iter().zip(0_u32..) {
                let corner = (index % columns * width, index / columns * height);
                let cell = area.clone().shrink(corner, (width, height));
                let (top, rest) = cell.split_vertically(look.ems(2.0));
                let middle = ((width / 2) as i32, look.ems(1.0));
                let style = text_style(look, 1.05, &INK, (HPos::Center, VPos::Center));
                top.draw_text(&title.text(look.words), &style, middle)?;
                draw(&rest, figure, look)?;
            }
            Ok(())
        }
        // One picture of something that goes on is its end.
        Figure::Steps(steps) => steps.last().map_or(Ok(()), |step| draw(area, &step.figure, look)),
    }
}

/// Text `size` times as high as a line, so placed about the point it is drawn at.
fn text_style<'c>(
    look: &Look<'_>,
    size: f64,
    colour: &'c impl Color,
    (across, down): (HPos, VPos),
) -> TextStyle<'c> {
    let font = (FAMILY, look.em * size).into_font();
    TextStyle::from(font).color(colour).pos(Pos::new(across, down))
}
