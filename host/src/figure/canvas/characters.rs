//! Characters as something to draw on: lines in Braille dots, areas in half blocks, texts as
//! themselves.

use std::convert::Infallible;
use std::fmt::Write;

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};

use crate::figure::palette::{INK, PAPER};
use crate::terminal::{Colour, Style};

/// Dots across a character, and down.
pub const DOTS: (usize, usize) = (2, 4);

type Rgb = (u8, u8, u8);

/// A grid of characters, each of 2 × 4 dots; a dot is the unit of its coordinates.
#[derive(Clone, Debug)]
pub struct Characters {
    columns: usize,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Cell {
    /// Its dots, in the bits of Unicode's Braille patterns.
    dots: u8,
    /// A character in place of the dots.
    text: Option<char>,
    /// The colour of dots and text; that of the terminal without one.
    ink: Option<Rgb>,
    /// What the upper and the lower half are filled with.
    fill: [Option<Rgb>; 2],
}

/// The bit of the dot in this column and row of a character (Unicode 15, Braille Patterns).
const BITS: [[u8; DOTS.1]; DOTS.0] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];

impl Characters {
    /// An empty grid.
    pub fn new(columns: usize, rows: usize) -> Self {
        Self { columns, cells: vec![Cell::default(); columns * rows] }
    }

    /// The lines, each ending in `\n`; empty lines at the end are left out.
    pub fn text(&self, style: &Style) -> String {
        let mut text = String::new();
        for row in self.cells.chunks(self.columns) {
            let end = row.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
            let mut colours = (None, None);
            for cell in &row[..end] {
                let (character, ink, ground) = cell.shown(style);
                if style.colour != Colour::None && (ink, ground) != colours {
                    text.push_str("\u{1b}[0m");
                    colour(&mut text, 38, ink, style.colour);
                    colour(&mut text, 48, ground, style.colour);
                    colours = (ink, ground);
                }
                text.push(character);
            }
            if colours != (None, None) {
                text.push_str("\u{1b}[0m");
            }
            text.push('\n');
        }
        let end = text.trim_end_matches('\n').len();
        text.truncate(end);
        text.push('\n');
        text
    }

    fn cell(&mut self, x: i32, y: i32) -> Option<(&mut Cell, usize, usize)> {
        let (x, y) = (usize::try_from(x).ok()?, usize::try_from(y).ok()?);
        let (column, row) = (x / DOTS.0, y / DOTS.1);
        if column >= self.columns {
            return None;
        }
        let cell = self.cells.get_mut(row * self.columns + column)?;
        Some((cell, x % DOTS.0, y % DOTS.1))
    }
}

impl Cell {
    fn is_empty(&self) -> bool {
        self.dots == 0 && self.text.is_none_or(|text| text == ' ') && self.fill == [None; 2]
    }

    /// Its character, and the colours of that and behind it.
    fn shown(&self, style: &Style) -> (char, Option<Rgb>, Option<Rgb>) {
        let &Self { dots, text, ink, fill: [upper, lower] } = self;
        let ground = if style.colour == Colour::None { None } else { upper.or(lower) };
        if let Some(text) = text {
            return (text, ink, ground);
        }
        if dots != 0 {
            let braille = char::from_u32(0x2800 + u32::from(dots)).unwrap_or('.');
            return (if style.unicode { braille } else { ascii(dots) }, ink, ground);
        }
        match (upper, lower) {
            (None, None) => (' ', None, None),
            _ if style.colour == Colour::None || !style.unicode => {
                let shade = shade(upper.or(lower), style.unicode);
                (shade, None, None)
            }
            (Some(upper), lower) => ('▀', Some(upper), lower),
            (None, Some(lower)) => ('▄', Some(lower), None),
        }
    }
}

/// A character for dots where Unicode is not to be had.
fn ascii(dots: u8) -> char {
    const UPPER: u8 = 0x01 | 0x02 | 0x08 | 0x10;
    match (dots & UPPER != 0, dots & !UPPER != 0) {
        (true, true) if dots.count_ones() > 4 => '#',
        (true, true) => ':',
        (true, false) => '\'',
        _ => '.',
    }
}

/// A character as dark as the colour; warm colours, which stand for what is below 0, have other
/// characters than the rest.
fn shade(colour: Option<Rgb>, unicode: bool) -> char {
    let Some((red, green, blue)) = colour else { return ' ' };
    let light = (u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114) / 1000;
    let dark = ((255 - light.min(255)) * 5 / 256) as usize;
    let ramp = match (red > blue.saturating_add(8), unicode) {
        (true, true) => [' ', '·', '∘', 'o', '●'],
        (true, false) => [' ', '.', '-', '=', 'o'],
        (false, true) => [' ', '░', '▒', '▓', '█'],
        (false, false) => [' ', ':', '+', '*', '#'],
    };
    ramp[dark.min(4)]
}

/// The escape sequence that sets a colour: 38 for characters, 48 for what is behind them.
fn colour(text: &mut String, layer: u8, rgb: Option<Rgb>, depth: Colour) {
    let Some((red, green, blue)) = rgb else { return };
    let _ = match depth {
        Colour::None => Ok(()),
        Colour::True => write!(text, "\u{1b}[{layer};2;{red};{green};{blue}m"),
        Colour::Ansi256 => {
            // The 6 × 6 × 6 cube of xterm.
            let level = |channel: u8| (u32::from(channel) * 5 + 127) / 255;
            let index = 16 + 36 * level(red) + 6 * level(green) + level(blue);
            write!(text, "\u{1b}[{layer};5;{index}m")
        }
    };
}

/// The colour as it is drawn; black and white are those of the terminal.
fn seen(colour: BackendColor) -> Option<Rgb> {
    let rgb = colour.rgb;
    (rgb != (INK.0, INK.1, INK.2) && rgb != (0, 0, 0)).then_some(rgb)
}

fn is_paper(colour: BackendColor) -> bool {
    colour.rgb == (PAPER.0, PAPER.1, PAPER.2)
}

impl DrawingBackend for &mut Characters {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        let rows = self.cells.len() / self.columns.max(1);
        ((self.columns * DOTS.0) as u32, (rows * DOTS.1) as u32)
    }

    fn ensure_prepared(&mut self) -> Result<(), DrawingErrorKind<Infallible>> {
        Ok(())
    }

    fn present(&mut self) -> Result<(), DrawingErrorKind<Infallible>> {
        Ok(())
    }

    fn draw_pixel(
        &mut self,
        (x, y): BackendCoord,
        color: BackendColor,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        if color.alpha > 0.0
            && let Some((cell, column, row)) = self.cell(x, y)
        {
            if is_paper(color) {
                cell.dots &= !BITS[column][row];
            } else {
                cell.dots |= BITS[column][row];
                cell.ink = seen(color);
            }
        }
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        if !fill {
            for (from, to) in [
                ((left, top), (right, top)),
                ((left, bottom), (right, bottom)),
                ((left, top), (left, bottom)),
                ((right, top), (right, bottom)),
            ] {
                self.draw_line(from, to, style)?;
            }
            return Ok(());
        }
        let color = style.color();
        if color.alpha <= 0.0 {
            return Ok(());
        }
        let filled = (!is_paper(color)).then_some(color.rgb);
        let width = (self.columns * DOTS.0) as i32;
        let height = (self.get_size().1) as i32;
        // Half a character is the least that can be filled; it is if its middle is covered.
        for y in (top.max(0)..=bottom.min(height - 1)).filter(|y| y % 2 == 1) {
            for x in (left.max(0)..=right.min(width - 1)).filter(|x| x % 2 == 1) {
                if let Some((cell, _, row)) = self.cell(x, y) {
                    cell.fill[row / 2] = filled;
                    cell.dots = 0;
                }
            }
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Result<(), DrawingErrorKind<Infallible>> {
        let wide = (text.chars().count() * DOTS.0) as i32;
        let left = match style.anchor().h_pos {
            HPos::Left => x,
            HPos::Center => x - wide / 2,
            HPos::Right => x - wide,
        };
        let top = match style.anchor().v_pos {
            VPos::Top => y,
            VPos::Center => y - DOTS.1 as i32 / 2,
            VPos::Bottom => y - DOTS.1 as i32,
        };
        // To the nearest character.
        let (left, top) = ((left + 1).div_euclid(2) * 2, (top + 2).div_euclid(4) * 4);
        for (at, character) in (left..).step_by(DOTS.0).zip(text.chars()) {
            if let Some((cell, ..)) = self.cell(at, top) {
                cell.text = Some(character);
                cell.ink = seen(style.color());
            }
        }
        Ok(())
    }

    fn estimate_text_size<S: BackendTextStyle>(
        &self,
        text: &str,
        _: &S,
    ) -> Result<(u32, u32), DrawingErrorKind<Infallible>> {
        Ok(((text.chars().count() * DOTS.0) as u32, DOTS.1 as u32))
    }
}
