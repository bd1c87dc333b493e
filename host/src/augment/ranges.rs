//! How far images are deformed, and how that is written.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// How far images are deformed: each number is drawn evenly from −range to range.
///
/// Written as `shift=2,rotate=15,scale=0.15,shear=0.15,elastic=34:4`, each part only if wanted, or by
/// the name of a preset.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Ranges {
    /// Pixels to the side, and up or down.
    pub shift: f32,
    /// Degrees.
    pub rotate: f32,
    /// The share by which the width, and by itself the height, grows or shrinks.
    pub scale: f32,
    /// Columns by which a row is shifted against the one below.
    pub shear: f32,
    /// An elastic field, if any.
    pub elastic: Option<Elastic>,
}

/// An elastic field: random displacements, smoothed (Simard, Steinkraus and Platt 2003).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elastic {
    /// The factor α of displacements drawn from −1 to 1.
    pub alpha: f32,
    /// The standard deviation σ of the Gaussian that smooths them, in pixels.
    pub sigma: f32,
}

/// Presets by name.
const PRESETS: [(&str, Ranges); 2] = [
    ("light", Ranges { shift: 1.0, rotate: 10.0, scale: 0.1, shear: 0.1, elastic: None }),
    (
        "standard",
        Ranges {
            shift: 1.0,
            rotate: 10.0,
            scale: 0.12,
            shear: 0.12,
            elastic: Some(Elastic { alpha: 34.0, sigma: 5.0 }),
        },
    ),
];

/// The largest numbers there may be.
const MOST: Ranges = Ranges {
    shift: 100.0,
    rotate: 180.0,
    scale: 0.9,
    shear: 1.0,
    elastic: Some(Elastic { alpha: 1000.0, sigma: MOST_SIGMA }),
};

/// The narrowest Gaussian; narrower, it is no smoothing.
const LEAST_SIGMA: f32 = 0.5;

/// The widest Gaussian; wider, a field bends nothing.
const MOST_SIGMA: f32 = 100.0;

/// Why a text says no ranges.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum RangesError {
    /// No part of that name.
    #[error(
        "there is no '{0}'; write light, standard, or any of shift=PIXELS, rotate=DEGREES, \
         scale=SHARE, shear=SHARE and elastic=ALPHA:SIGMA, joined by commas"
    )]
    Unknown(String),
    /// A part twice.
    #[error("{0} is given twice; give it once")]
    Twice(&'static str),
    /// A number out of its range.
    #[error("{name} must be from {least:?} to {most:?}, as in {example}")]
    Number {
        /// The part.
        name: &'static str,
        /// The least it may be.
        least: f32,
        /// The most it may be.
        most: f32,
        /// How it is written.
        example: &'static str,
    },
}

impl Ranges {
    /// Checks that every number is in its range.
    ///
    /// # Errors
    ///
    /// [`RangesError::Number`].
    pub fn check(&self) -> Result<(), RangesError> {
        for (name, value, most, example) in [
            ("shift", self.shift, MOST.shift, "shift=2"),
            ("rotate", self.rotate, MOST.rotate, "rotate=15"),
            ("scale", self.scale, MOST.scale, "scale=0.15"),
            ("shear", self.shear, MOST.shear, "shear=0.15"),
        ] {
            if !(0.0..=most).contains(&value) {
                return Err(RangesError::Number { name, least: 0.0, most, example });
            }
        }
        if let (Some(elastic), Some(most)) = (self.elastic, MOST.elastic) {
            let example = "elastic=34:4";
            if !(0.0..=most.alpha).contains(&elastic.alpha) {
                let (name, least, most) = ("alpha of elastic", 0.0, most.alpha);
                return Err(RangesError::Number { name, least, most, example });
            }
            if !(LEAST_SIGMA..=most.sigma).contains(&elastic.sigma) {
                let (name, least, most) = ("sigma of elastic", LEAST_SIGMA, most.sigma);
                return Err(RangesError::Number { name, least, most, example });
            }
        }
        Ok(())
    }
}

impl FromStr for Ranges {
    type Err = RangesError;

    fn from_str(text: &str) -> Result<Self, RangesError> {
        if let Some((_, preset)) = PRESETS.iter().find(|(name, _)| *name == text) {
            return Ok(*preset);
        }
        // What is not given yet; a number that cannot be read is out of every range.
        let [mut shift, mut rotate, mut scale, mut shear] = [None; 4];
        let mut elastic = None;
        let number = |text: &str| text.parse().unwrap_or(f32::NAN);
        for part in text.split(',') {
            let shown = || RangesError::Unknown(part.chars().take(30).collect());
            let (name, value) = part.split_once('=').ok_or_else(shown)?;
            let (name, twice) = match name {
                "shift" => ("shift", shift.replace(number(value)).is_some()),
                "rotate" => ("rotate", rotate.replace(number(value)).is_some()),
                "scale" => ("scale", scale.replace(number(value)).is_some()),
                "shear" => ("shear", shear.replace(number(value)).is_some()),
                "elastic" => {
                    let (alpha, sigma) = value.split_once(':').unwrap_or((value, ""));
                    let field = Elastic { alpha: number(alpha), sigma: number(sigma) };
                    ("elastic", elastic.replace(field).is_some())
                }
                _ => return Err(shown()),
            };
            if twice {
                return Err(RangesError::Twice(name));
            }
        }
        let given = |value: Option<f32>| value.unwrap_or(0.0);
        let ranges = Self {
            shift: given(shift),
            rotate: given(rotate),
            scale: given(scale),
            shear: given(shear),
            elastic,
        };
        ranges.check()?;
        Ok(ranges)
    }
}

impl fmt::Display for Ranges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shift, rotate, scale, shear, elastic } = self;
        write!(f, "shift={shift},rotate={rotate},scale={scale},shear={shear}")?;
        match elastic {
            Some(Elastic { alpha, sigma }) => write!(f, ",elastic={alpha}:{sigma}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let elastic = Some(Elastic { alpha: 34.0, sigma: 4.5 });
        let all = Ranges { shift: 2.0, rotate: 15.0, scale: 0.15, shear: 0.25, elastic };
        assert_eq!("elastic=34:4.5,shift=2,rotate=15,shear=0.25,scale=0.15".parse(), Ok(all));
        assert_eq!("rotate=7.5".parse(), Ok(Ranges { rotate: 7.5, ..Ranges::default() }));
        for ranges in PRESETS.map(|(_, ranges)| ranges).into_iter().chain([all, MOST]) {
            assert_eq!(ranges.check(), Ok(()));
            assert_eq!(ranges.to_string().parse(), Ok(ranges));
        }
        for (name, ranges) in PRESETS {
            assert_eq!(name.parse(), Ok(ranges));
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = |text: &str| text.parse::<Ranges>().unwrap_err().to_string();
        for text in ["", "heavy", "shift", "shift=1,", "zoom=2", "light,shift=1", "shift=1 ,x"] {
            let words = error(text);
            assert!(words.contains("write light, standard, or any of shift=PIXELS"), "{words}");
        }
        assert_eq!(error("shift=1,shift=2"), "shift is given twice; give it once");
        for (text, words) in [
            ("shift=-1", "shift must be from 0.0 to 100.0, as in shift=2"),
            ("shift=1e9", "shift must be from 0.0 to 100.0, as in shift=2"),
            ("rotate=many", "rotate must be from 0.0 to 180.0, as in rotate=15"),
            ("scale=1", "scale must be from 0.0 to 0.9, as in scale=0.15"),
            ("shear=nan", "shear must be from 0.0 to 1.0, as in shear=0.15"),
            ("elastic=-1:4", "alpha of elastic must be from 0.0 to 1000.0, as in elastic=34:4"),
            ("elastic=34", "sigma of elastic must be from 0.5 to 100.0, as in elastic=34:4"),
            ("elastic=34:0", "sigma of elastic must be from 0.5 to 100.0, as in elastic=34:4"),
        ] {
            assert_eq!(error(text), words, "{text}");
        }
    }
}
