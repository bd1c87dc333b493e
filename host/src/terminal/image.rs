//! Images of ink (0 = paper … 255 = ink) as characters: ink is bright or dense, paper dark or
//! empty, whatever the terminal's own colours are.

use std::fmt::Write;

use super::{Colour, Style, cut};

/// From no ink to full ink.
const ASCII: [char; 10] = [' ', '.', ':', '-', '=', '+', '*', '#', '%', '@'];
const BLOCKS: [char; 5] = [' ', '░', '▒', '▓', '█'];

/// A half block is drawn where the halves differ by this much.
const HALVES_DIFFER: u8 = 110;

/// The blanks between two images.
const GAP: usize = 2;

/// Captions get at least this many columns, however small the images.
const CAPTION: usize = 25;

/// An image and what is said of it.
#[derive(Clone, Copy, Debug)]
pub struct Tile<'a> {
    /// `width × height` pixels, row after row; 0 = paper … 255 = ink.
    pub pixels: &'a [u8],
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Drawn beneath, in as many lines as it needs.
    pub caption: &'a str,
}

/// `pixels` in characters two pixels high; scaled down if wider than the style's width.
///
/// Pixels that are missing are paper.
pub fn draw_image(pixels: &[u8], width: usize, height: usize, style: &Style) -> String {
    let tile = Tile { pixels, width, height, caption: "" };
    let mut text = String::new();
    for line in Image::new(&tile, style.width).lines(style) {
        finish(&mut text, &line, style);
    }
    text
}

/// The images side by side, as many a row as fit, each above its caption; margins that are empty
/// in all of them are left out.
pub fn draw_images(tiles: &[Tile], style: &Style) -> String {
    let mut images: Vec<_> = tiles.iter().map(|tile| Image::new(tile, style.width)).collect();
    trim(&mut images);
    let widest = images.iter().map(|image| image.width).max().unwrap_or(0);
    let longest = tiles.iter().map(|tile| tile.caption.chars().count()).max().unwrap_or(0);
    let column = widest.max(longest.min(CAPTION)).clamp(1, style.width.max(1));
    let columns = ((style.width + GAP) / (column + GAP)).max(1);
    let mut text = String::new();
    for (row, (images, tiles)) in images.chunks(columns).zip(tiles.chunks(columns)).enumerate() {
        if row > 0 {
            text.push('\n');
        }
        let drawn: Vec<_> = images.iter().map(|image| image.lines(style)).collect();
        let widths: Vec<_> = images.iter().map(|image| image.width).collect();
        side_by_side(&mut text, &drawn, &widths, column, style);
        let captions: Vec<_> = tiles.iter().map(|tile| wrap(tile.caption, column, style)).collect();
        side_by_side(&mut text, &captions, &[], column, style);
    }
    text
}

/// Blocks of lines next to each other; `widths` of a block's lines, or of each line itself.
fn side_by_side(
    text: &mut String,
    blocks: &[Vec<String>],
    widths: &[usize],
    column: usize,
    style: &Style,
) {
    let lines = blocks.iter().map(Vec::len).max().unwrap_or(0);
    for at in 0..lines {
        let mut line = String::new();
        for (block, lines) in blocks.iter().enumerate() {
            let piece = lines.get(at).map_or("", String::as_str);
            let width = if piece.is_empty() {
                0
            } else {
                widths.get(block).copied().unwrap_or_else(|| piece.chars().count())
            };
            let pad = column - width + if block + 1 < blocks.len() { GAP } else { 0 };
            let _ = write!(line, "{piece}{:pad$}", "");
        }
        finish(text, &line, style);
    }
}

/// Adds a line without the blanks at its end.
fn finish(text: &mut String, line: &str, style: &Style) {
    // With colours the blanks behind the last reset are but blanks as well.
    debug_assert!(style.colour != Colour::None || !line.contains('\x1b'));
    text.push_str(line.trim_end_matches(' '));
    text.push('\n');
}

/// `text` in lines of at most `columns`, broken between words where possible.
fn wrap(text: &str, columns: usize, style: &Style) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let word = cut(word, columns, style);
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= columns => {
                line.push(' ');
                line.push_str(&word);
            }
            _ => lines.push(word),
        }
    }
    lines
}

/// Pixels of an image small enough to be drawn.
struct Image {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Image {
    /// The tile, every `by × by` pixels averaged so that it is at most `columns` wide.
    fn new(tile: &Tile, columns: usize) -> Self {
        let by = tile.width.div_ceil(columns.max(1)).max(1);
        let (width, height) = (tile.width.div_ceil(by), tile.height.div_ceil(by));
        let pixel = |x: usize, y: usize| {
            let rows = y * by..tile.height.min((y + 1) * by);
            let columns = x * by..tile.width.min((x + 1) * by);
            let (mut sum, count) = (0, rows.len() * columns.len());
            for row in rows {
                let line = columns.clone().map(|column| tile.pixels.get(row * tile.width + column));
                sum += line.map(|pixel| usize::from(*pixel.unwrap_or(&0))).sum::<usize>();
            }
            ((sum + count / 2) / count) as u8
        };
        let rows = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Self { width, height, pixels: rows.map(|(x, y)| pixel(x, y)).collect() }
    }

    fn at(&self, x: usize, y: usize) -> u8 {
        if y < self.height { self.pixels[y * self.width + x] } else { 0 }
    }

    fn lines(&self, style: &Style) -> Vec<String> {
        let rows = (0..self.height).step_by(2);
        let halves = rows.map(|y| (0..self.width).map(move |x| (self.at(x, y), self.at(x, y + 1))));
        match style.colour {
            Colour::None => halves
                .map(|row| row.map(|(upper, lower)| character(upper, lower, style)).collect())
                .collect(),
            _ => halves.map(|row| coloured(row, style)).collect(),
        }
    }
}

fn character(upper: u8, lower: u8, style: &Style) -> char {
    let mean = (usize::from(upper) + usize::from(lower)).div_ceil(2);
    let ramp = |ramp: &[char]| ramp[(mean * (ramp.len() - 1) + 127) / 255];
    if !style.unicode {
        return ramp(&ASCII);
    }
    match (upper, lower) {
        _ if upper.abs_diff(lower) < HALVES_DIFFER => ramp(&BLOCKS),
        _ if upper > lower => '▀',
        _ => '▄',
    }
}

/// A row of half blocks, the upper pixel in the foreground and the lower in the background; an
/// ASCII terminal gets the mean of both as the background of a blank.
fn coloured(row: impl Iterator<Item = (u8, u8)>, style: &Style) -> String {
    let mut text = String::new();
    let mut last = None;
    for (upper, lower) in row {
        let (upper, lower) = match style.unicode {
            true => (upper, lower),
            false => (0, (u16::from(upper) + u16::from(lower)).div_ceil(2) as u8),
        };
        let colours = (grey(upper, style.colour), grey(lower, style.colour));
        if last.as_ref() != Some(&colours) {
            let _ = write!(text, "\x1b[38;{};48;{}m", colours.0, colours.1);
            last = Some(colours);
        }
        text.push(if style.unicode { '▀' } else { ' ' });
    }
    text + "\x1b[0m"
}

/// A grey as the arguments of SGR 38 and 48.
fn grey(level: u8, colour: Colour) -> String {
    match colour {
        Colour::True => format!("2;{level};{level};{level}"),
        // Black and white of the colour cube; between them 24 greys, 8 + 10 k.
        _ => match level {
            0..4 => "5;16".to_owned(),
            4..247 => format!("5;{}", 232 + (level.saturating_sub(3) / 10).min(23)),
            _ => "5;231".to_owned(),
        },
    }
}

/// Takes away the margins that are empty in all images, if they are of one size.
fn trim(images: &mut [Image]) {
    let Some(first) = images.first() else { return };
    let (width, height) = (first.width, first.height);
    if images.iter().any(|image| (image.width, image.height) != (width, height)) {
        return;
    }
    let inked = |x: usize, y: usize| images.iter().any(|image| image.at(x, y) >= 24);
    let column = |&x: &usize| (0..height).any(|y| inked(x, y));
    let row = |&y: &usize| (0..width).any(|x| inked(x, y));
    let (Some(left), Some(right)) = ((0..width).find(column), (0..width).rfind(column)) else {
        return;
    };
    let (Some(top), Some(bottom)) = ((0..height).find(row), (0..height).rfind(row)) else {
        return;
    };
    for image in images {
        let rows = (top..=bottom).flat_map(|y| (left..=right).map(move |x| (x, y)));
        let pixels = rows.map(|(x, y)| image.at(x, y)).collect();
        *image = Image { width: right - left + 1, height: bottom - top + 1, pixels };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASCII_STYLE: Style = Style { colour: Colour::None, unicode: false, width: 80 };
    const BLOCK_STYLE: Style = Style { unicode: true, ..ASCII_STYLE };

    /// A ring, 4 × 4.
    const RING: [u8; 16] = [0, 255, 255, 0, 255, 0, 0, 255, 255, 0, 0, 255, 0, 255, 255, 0];

    #[test]
    fn half_blocks_show_both_pixels_of_a_cell() {
        assert_eq!(draw_image(&RING, 4, 4, &BLOCK_STYLE), "▄▀▀▄\n▀▄▄▀\n");
        assert_eq!(draw_image(&[255, 128, 64, 0], 4, 1, &BLOCK_STYLE), "▀▀░\n");
        let greys = [0, 64, 128, 192, 255];
        assert_eq!(draw_image(&[greys, greys].concat(), 5, 2, &BLOCK_STYLE), " ░▒▓█\n");
    }

    #[test]
    fn ascii_is_the_mean_on_a_ramp() {
        assert_eq!(draw_image(&RING, 4, 4, &ASCII_STYLE), "++++\n++++\n");
        assert_eq!(draw_image(&[255; 4], 2, 2, &ASCII_STYLE), "@@\n");
    }

    #[test]
    fn colours_are_set_when_they_change_and_reset_at_the_end() {
        let style = Style { colour: Colour::True, ..BLOCK_STYLE };
        let text = draw_image(&[255, 255, 0, 0], 2, 2, &style);
        assert_eq!(text, "\x1b[38;2;255;255;255;48;2;0;0;0m▀▀\x1b[0m\n");
        let style = Style { colour: Colour::Ansi256, ..BLOCK_STYLE };
        let text = draw_image(&[255, 128, 0, 0], 2, 2, &style);
        assert_eq!(text, "\x1b[38;5;231;48;5;16m▀\x1b[38;5;244;48;5;16m▀\x1b[0m\n");
    }

    #[test]
    fn wide_images_are_averaged_down_and_missing_pixels_are_paper() {
        let style = Style { width: 2, ..ASCII_STYLE };
        assert_eq!(draw_image(&[255; 16], 4, 4, &style), "@@\n");
        assert_eq!(draw_image(&[255], 2, 2, &ASCII_STYLE), "+\n");
        assert_eq!(draw_image(&[], 0, 0, &ASCII_STYLE), "");
    }

    #[test]
    fn images_share_rows_and_captions_wrap() {
        let dot = [0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0, 0, 0];
        let tile = |caption| Tile { pixels: &dot, width: 4, height: 4, caption };
        let tiles = [tile("#1 is 5, said 3 (0.99)"), tile("b"), tile("c")];
        let style = Style { width: 30, ..BLOCK_STYLE };
        assert_eq!(draw_images(&tiles, &style), "█\n#1 is 5, said 3 (0.99)\n\n█\nb\n\n█\nc\n");
        let style = Style { width: 17, ..BLOCK_STYLE };
        let text = draw_images(&[tile("a b"), tile("c"), tile("d e f")], &style);
        assert_eq!(text, "█      █\na b    c\n\n█\nd e f\n");
        let style = Style { width: 9, ..BLOCK_STYLE };
        assert_eq!(draw_images(&tiles[..1], &style), "█\n#1 is 5,\nsaid 3\n(0.99)\n");
    }

    #[test]
    fn three_mistakes_fit_in_80_columns() {
        let mut pixels = [0; 784];
        pixels[4 * 28 + 4..24 * 28 + 24].fill(255);
        let caption = "#1709 is 5, said 3 (0.99)";
        let tile = Tile { pixels: &pixels, width: 28, height: 28, caption };
        let text = draw_images(&[Tile { pixels: &blank_margins(), ..tile }; 3], &ASCII_STYLE);
        assert_eq!(text.lines().count(), 11);
        assert!(text.ends_with(&format!("{caption}  {caption}  {caption}\n")));
    }

    /// A 20 × 20 square in the middle of 28 × 28.
    fn blank_margins() -> [u8; 784] {
        std::array::from_fn(|at| {
            let inside = |at: usize| (4..24).contains(&at);
            if inside(at % 28) && inside(at / 28) { 255 } else { 0 }
        })
    }
}
