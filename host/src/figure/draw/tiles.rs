//! Grids of small images.

use plotters::element::Rectangle;
use plotters::style::{Color, RGBColor};
use plotters_backend::text_anchor::{HPos, VPos};

use super::text_style;
use crate::figure::Words;
use crate::figure::canvas::{Area, Canvas, Characters, FigureError, Look};
use crate::figure::palette::{GRID, INK, diverging};
use crate::figure::tiles::{Ink, Tile, Tiles};
use crate::terminal::{self, Colour, Style, draw_images};

/// The side of a tile that is not small, in heights of a line.
const SIDE: f64 = 6.0;

/// The width of a character of a caption, generously, in heights of a line.
const CHARACTER: f64 = 0.52;

/// The size of a tile's image, and that of its cell with margin and caption, on a canvas.
struct Cell {
    pixel: u32,
    image: (u32, u32),
    cell: (u32, u32),
    caption: u32,
}

/// The cells with pixels as many times larger as they can be in a room of this size.
fn enlarged(tiles: &Tiles, room: (u32, u32), look: &Look<'_>) -> Cell {
    let own = cell(tiles, 1, look);
    let (columns, rows) = columns_and_rows(tiles);
    let fits = |times: &u32| {
        let Cell { cell, .. } = cell(tiles, *times, look);
        cell.0 * columns <= room.0 && cell.1 * rows <= room.1
    };
    (2..).take_while(fits).last().map_or(own, |times| cell(tiles, times, look))
}

/// Tiles in a row, and rows.
fn columns_and_rows(tiles: &Tiles) -> (u32, u32) {
    let count = tiles.tiles.len().max(1);
    let columns = tiles.columns.clamp(1, count);
    (columns as u32, count.div_ceil(columns) as u32)
}

fn cell(tiles: &Tiles, times: u32, look: &Look<'_>) -> Cell {
    let (across, down) = (tiles.size.0.max(1) as u32, tiles.size.1.max(1) as u32);
    let pixel = (look.ems(SIDE) as u32 / across.max(down)).max(1) * times;
    let image = (across * pixel, down * pixel);
    let captions = tiles.tiles.iter().map(|tile| tile.caption.text(look.words).chars().count());
    let longest = captions.max().unwrap_or(0);
    let caption = if longest > 0 { look.ems(1.3) as u32 } else { 0 };
    let wide = look.ems(CHARACTER * longest as f64) as u32;
    let gap = look.ems(0.7) as u32;
    Cell { pixel, image, cell: (image.0.max(wide) + gap, image.1 + gap + caption), caption }
}

pub fn size(tiles: &Tiles, look: &Look<'_>) -> (u32, u32) {
    let Cell { cell, .. } = cell(tiles, 1, look);
    let (columns, rows) = columns_and_rows(tiles);
    (cell.0 * columns, cell.1 * rows)
}

pub fn draw(area: &Area<'_>, tiles: &Tiles, look: &Look<'_>) -> Result<(), FigureError> {
    // In a panel beside larger figures there may be room for more than its own size.
    let room = area.dim_in_pixel();
    let Cell { pixel, image, cell, caption } = enlarged(tiles, room, look);
    let (columns, _) = columns_and_rows(tiles);
    let margin = room.0.saturating_sub(columns * cell.0) / 2;
    for (tile, index) in tiles.tiles.iter().zip(0_u32..) {
        let left = (margin + index % columns * cell.0 + (cell.0 - image.0) / 2) as i32;
        let top = (index / columns * cell.1 + (cell.1 - image.1 - caption) / 2) as i32;
        for (row, values) in (0_i32..).zip(tile.pixels.chunks(tiles.size.0.max(1))) {
            let y = top + row * pixel as i32;
            let mut start = 0;
            for end in 1..=values.len() {
                let colour = shade(tiles.ink, values[start]);
                if end < values.len() && shade(tiles.ink, values[end]) == colour {
                    continue;
                }
                let (from, to) =
                    (left + start as i32 * pixel as i32, left + end as i32 * pixel as i32);
                if colour != RGBColor(255, 255, 255) {
                    let corners = [(from, y), (to, y + pixel as i32)];
                    area.draw(&Rectangle::new(corners, colour.filled()))?;
                }
                start = end;
            }
        }
        let corners = [(left - 1, top - 1), (left + image.0 as i32 + 1, top + image.1 as i32 + 1)];
        area.draw(&Rectangle::new(corners, GRID.stroke_width(1)))?;
        let style = text_style(look, 0.9, &INK, (HPos::Center, VPos::Center));
        let at = (left + image.0 as i32 / 2, top + image.1 as i32 + look.ems(0.75));
        area.draw_text(&tile.caption.text(look.words), &style, at)?;
    }
    Ok(())
}

fn shade(ink: Ink, value: f32) -> RGBColor {
    match ink {
        Ink::Grey => {
            let light = 255 - (value.clamp(0.0, 1.0) * 255.0).round() as u8;
            RGBColor(light, light, light)
        }
        Ink::Diverging(limit) => diverging(f64::from(value / limit.max(f32::MIN_POSITIVE))),
    }
}

/// The tiles in characters: as images are drawn everywhere, or in two colours.
pub fn text(tiles: &Tiles, words: &dyn Words, style: &Style) -> Result<String, FigureError> {
    match tiles.ink {
        Ink::Grey => {
            let bytes = |tile: &Tile| {
                let byte = |&value: &f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
                (tile.pixels.iter().map(byte).collect::<Vec<_>>(), tile.caption.text(words))
            };
            let drawn: Vec<_> = tiles.tiles.iter().map(bytes).collect();
            let (width, height) = tiles.size;
            let images: Vec<_> = drawn
                .iter()
                .map(|(pixels, caption)| terminal::Tile { pixels, width, height, caption })
                .collect();
            Ok(draw_images(&images, style))
        }
        Ink::Diverging(_) => signed(tiles, words, style),
    }
}

/// Images of positive and negative numbers: half a character a pixel, or a whole one if there are
/// no colours to tell its halves apart.
fn signed(tiles: &Tiles, words: &dyn Words, style: &Style) -> Result<String, FigureError> {
    const GAP: usize = 2;
    let (width, height) = tiles.size;
    let rows_a_character = if style.colour == Colour::None || !style.unicode { 1 } else { 2 };
    let look = Look { em: 4.0, stroke: 1, in_characters: true, words };
    let mut all = String::new();
    let fit = ((style.width + GAP) / (width + GAP)).clamp(1, tiles.columns.max(1));
    for row in tiles.tiles.chunks(fit) {
        let mut blocks = Vec::with_capacity(row.len());
        for tile in row {
            let mut characters = Characters::new(width, height.div_ceil(rows_a_character));
            let area = Canvas::characters(&mut characters);
            let (across, down) = (2, if rows_a_character == 1 { 4 } else { 2 });
            for (y, values) in (0_i32..).zip(tile.pixels.chunks(width.max(1))) {
                for (x, &value) in (0_i32..).zip(values) {
                    let corners =
                        [(x * across, y * down), ((x + 1) * across - 1, (y + 1) * down - 1)];
                    area.draw(&Rectangle::new(corners, shade(tiles.ink, value).filled()))?;
                }
            }
            drop(area);
            blocks.push((tile.caption.text(look.words), characters.text(style)));
        }
        let blocks: Vec<(&str, &str)> =
            blocks.iter().map(|(caption, block)| (caption.as_str(), block.as_str())).collect();
        all.push_str(&terminal::beside(&blocks, width, GAP));
    }
    Ok(all)
}
