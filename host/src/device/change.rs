//! A changed world: what a network that has learnt from clean images may meet.

use std::fmt;
use std::str::FromStr;

use crate::data::{Dataset, Inputs};

/// How images change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// All of it moves two pixels to the right and two down: a sensor that sits askew.
    Shift,
    /// It turns by 20° to the right, about its middle.
    Rotate,
    /// Ink is light and paper dark: a new sensor.
    Invert,
}

/// Pixels that an image moves, to the right and down.
const SHIFT: usize = 2;

/// Sine and cosine of 20°.
const TURN: (f64, f64) = (0.342_020_143_325_668_7, 0.939_692_620_785_908_4);

impl Change {
    /// Every change.
    pub const ALL: [Self; 3] = [Self::Shift, Self::Rotate, Self::Invert];

    /// The name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shift => "shift",
            Self::Rotate => "rotate",
            Self::Invert => "invert",
        }
    }

    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Shift => "shifted by 2 pixels",
            Self::Rotate => "rotated by 20°",
            Self::Invert => "inverted",
        }
    }

    /// An image of `width` columns, changed.
    pub fn apply(self, pixels: &[u8], width: usize) -> Vec<u8> {
        match self {
            Self::Shift => shift(pixels, width),
            Self::Rotate => rotate(pixels, width),
            Self::Invert => pixels.iter().map(|pixel| 255 - pixel).collect(),
        }
    }

    /// The images of `set` at `indices`, changed; they have `width` columns.
    ///
    /// # Panics
    ///
    /// If samples are not images.
    pub fn dataset(
        self,
        set: &Dataset,
        indices: impl Iterator<Item = usize>,
        width: usize,
    ) -> Dataset {
        let (mut all, mut labels) = (Vec::new(), Vec::new());
        for index in indices {
            let crate::data::Sample::Pixels(pixels) = set.sample(index) else {
                panic!("only images change")
            };
            all.extend(self.apply(pixels, width));
            labels.push(set.labels()[index]);
        }
        Dataset::new(set.width(), Inputs::Pixels(all), labels)
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Change {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, &'static str> {
        let known = Self::ALL.into_iter().find(|change| change.name() == name);
        known.ok_or("it must be shift, rotate or invert")
    }
}

fn shift(pixels: &[u8], width: usize) -> Vec<u8> {
    let mut shifted = vec![0; pixels.len()];
    let rows = shifted.chunks_exact_mut(width).skip(SHIFT).zip(pixels.chunks_exact(width));
    for (to, from) in rows {
        let kept = width.saturating_sub(SHIFT);
        to[width - kept..].copy_from_slice(&from[..kept]);
    }
    shifted
}

/// Each pixel is that of the place it comes from, mixed of the four around it.
fn rotate(pixels: &[u8], width: usize) -> Vec<u8> {
    let height = pixels.len() / width;
    let (sine, cosine) = TURN;
    let middle = |count: usize| (count as f64 - 1.0) / 2.0;
    let (middle_x, middle_y) = (middle(width), middle(height));
    let at = |x: f64, y: f64| {
        let inside = x >= 0.0 && y >= 0.0 && x < width as f64 && y < height as f64;
        if inside { f64::from(pixels[y as usize * width + x as usize]) } else { 0.0 }
    };
    let pixel = |index: usize| {
        let (x, y) = ((index % width) as f64 - middle_x, (index / width) as f64 - middle_y);
        let from_x = cosine * x + sine * y + middle_x;
        let from_y = cosine * y - sine * x + middle_y;
        let (left, top) = (from_x.floor(), from_y.floor());
        let (right_share, low_share) = (from_x - left, from_y - top);
        let row = |y| at(left, y) * (1.0 - right_share) + at(left + 1.0, y) * right_share;
        (row(top) * (1.0 - low_share) + row(top + 1.0) * low_share).round() as u8
    };
    (0..pixels.len()).map(pixel).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifting_moves_right_and_down() {
        let image: Vec<u8> = (1..=16).collect();
        let wanted = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 5, 6];
        assert_eq!(Change::Shift.apply(&image, 4), wanted);
        assert_eq!(Change::Shift.apply(&[9], 1), [0]);
    }

    #[test]
    fn rotating_keeps_the_middle_and_turns_the_rest() {
        // A line from the middle straight up ends up to the right of it.
        let mut image = vec![0; 21 * 21];
        for row in 0..=10 {
            image[row * 21 + 10] = 200;
        }
        let turned = Change::Rotate.apply(&image, 21);
        assert_eq!(turned[10 * 21 + 10], 200);
        let middle = |row: usize| {
            let row = &turned[row * 21..][..21];
            let sum: f64 = row.iter().map(|&pixel| f64::from(pixel)).sum();
            let moment = row.iter().enumerate().map(|(x, &pixel)| x as f64 * f64::from(pixel));
            moment.sum::<f64>() / sum - 10.0
        };
        // 8 rows up: 8 · tan 20° = 2.9.
        assert!((middle(2) - 2.912).abs() < 0.3, "{}", middle(2));
    }

    #[test]
    fn inverting_twice_is_nothing() {
        let image = [0, 3, 255, 128];
        let once = Change::Invert.apply(&image, 2);
        assert_eq!(once, [255, 252, 0, 127]);
        assert_eq!(Change::Invert.apply(&once, 2), image);
    }

    #[test]
    fn names_are_read_as_written() {
        for change in Change::ALL {
            assert_eq!(change.to_string().parse(), Ok(change));
        }
        assert!("turn".parse::<Change>().is_err());
    }
}
