//! Colours that the colour-blind and a grey printer tell apart.

use plotters::style::RGBColor;

/// The colour of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    /// Black: what the others are compared with.
    Ink,
    /// Grey: what is there only to be compared with.
    Faint,
    /// One of the eight colours by Okabe and Ito (2008), "Color Universal Design".
    Blue,
    /// See [`Blue`](Self::Blue).
    Orange,
    /// See [`Blue`](Self::Blue).
    Green,
    /// See [`Blue`](Self::Blue).
    Vermilion,
    /// See [`Blue`](Self::Blue).
    Purple,
    /// See [`Blue`](Self::Blue).
    Sky,
}

impl Shade {
    /// In the order in which they are given to series; lines also differ by their marks.
    const ORDER: [Self; 7] = [
        Self::Blue,
        Self::Orange,
        Self::Green,
        Self::Vermilion,
        Self::Purple,
        Self::Sky,
        Self::Ink,
    ];

    /// The colour of the series number `index`, from 0.
    pub fn nth(index: usize) -> Self {
        Self::ORDER[index % Self::ORDER.len()]
    }

    /// Which mark goes with it, so that the colour is not alone in telling series apart.
    pub(super) fn mark(self) -> usize {
        Self::ORDER.iter().position(|&shade| shade == self).unwrap_or(0)
    }

    pub(super) const fn rgb(self) -> RGBColor {
        match self {
            Self::Ink => INK,
            Self::Faint => RGBColor(150, 150, 150),
            Self::Blue => RGBColor(0, 114, 178),
            Self::Orange => RGBColor(230, 159, 0),
            Self::Green => RGBColor(0, 158, 115),
            Self::Vermilion => RGBColor(213, 94, 0),
            Self::Purple => RGBColor(204, 121, 167),
            Self::Sky => RGBColor(86, 180, 233),
        }
    }
}

/// Texts, axes, marks.
pub const INK: RGBColor = RGBColor(32, 32, 32);
/// The lines behind a chart.
pub const GRID: RGBColor = RGBColor(225, 225, 225);
/// Under everything.
pub const PAPER: RGBColor = RGBColor(255, 255, 255);
/// Values in a circuit, as in CS231n's drawings.
pub const VALUE: RGBColor = RGBColor(0, 120, 60);
/// Gradients in a circuit.
pub const GRADIENT: RGBColor = RGBColor(200, 30, 30);

/// The colour of `value` between 0 (light) and 1 (dark), lightness falling evenly.
pub fn sequential(value: f64) -> RGBColor {
    mix(&[(255, 255, 255), (198, 219, 239), (107, 174, 214), (33, 113, 181), (8, 48, 107)], value)
}

/// The colour of `value` between −1 (brown-orange) and 1 (blue), white at 0.
pub fn diverging(value: f64) -> RGBColor {
    let value = value.clamp(-1.0, 1.0);
    if value < 0.0 {
        mix(&[(255, 255, 255), (253, 184, 99), (179, 88, 6)], -value)
    } else {
        mix(&[(255, 255, 255), (116, 173, 209), (5, 48, 97)], value)
    }
}

/// The colour that fills where a class is the largest: that of its marks, much lighter.
pub fn class(index: usize) -> RGBColor {
    let RGBColor(red, green, blue) = Shade::nth(index).rgb();
    mix(&[(255, 255, 255), (red, green, blue)], 0.35)
}

/// The colour at `at`, from 0 to 1, along evenly spaced `stops`.
fn mix(stops: &[(u8, u8, u8)], at: f64) -> RGBColor {
    let last = stops.len() - 1;
    let at = at.clamp(0.0, 1.0) * last as f64;
    let index = (at as usize).min(last - 1);
    let share = at - index as f64;
    let (from, to) = (stops[index], stops[index + 1]);
    let channel = |from: u8, to: u8| {
        (f64::from(from) + (f64::from(to) - f64::from(from)) * share).round() as u8
    };
    RGBColor(channel(from.0, to.0), channel(from.1, to.1), channel(from.2, to.2))
}
