//! A grid of small images: digits, weights.

use super::Label;

/// What the shades of a tile mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ink {
    /// 0 is paper, 1 is ink.
    Grey,
    /// One colour for what is below 0, one for what is above, white for 0; the ends of the scale
    /// are this far from 0.
    Diverging(f32),
}

/// A small image.
#[derive(Clone, Debug)]
pub struct Tile {
    /// What stands beneath it.
    pub caption: Label,
    /// Its pixels, row after row, the top row first.
    pub pixels: Vec<f32>,
}

/// A grid of small images of one size.
#[derive(Clone, Debug)]
pub struct Tiles {
    /// Tiles in a row, where there is room for them.
    pub columns: usize,
    /// Pixels in a row of each tile, and rows.
    pub size: (usize, usize),
    /// What the shades mean.
    pub ink: Ink,
    /// The tiles, row after row.
    pub tiles: Vec<Tile>,
}

impl Tiles {
    /// Images of 0 = paper … 1 = ink.
    pub fn grey(columns: usize, size: (usize, usize)) -> Self {
        Self { columns, size, ink: Ink::Grey, tiles: Vec::new() }
    }

    /// Images of positive and negative numbers, on one scale from −`limit` to `limit`.
    pub fn diverging(columns: usize, size: (usize, usize), limit: f32) -> Self {
        Self { columns, size, ink: Ink::Diverging(limit), tiles: Vec::new() }
    }

    /// With one more image.
    #[must_use]
    pub fn tile(mut self, caption: Label, pixels: impl IntoIterator<Item = f32>) -> Self {
        self.tiles.push(Tile { caption, pixels: pixels.into_iter().collect() });
        self
    }
}
