//! The values of one setting that a sweep tries: a list, or for random search a range.

use std::fmt;
use std::str::FromStr;

use gradito_core::math::{Libm, Math};
use thiserror::Error;

/// The values of a setting.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Each of these. Written `0.1,0.5,3`.
    List(Vec<f32>),
    /// Any between two, evenly on a logarithmic scale, rounded to three digits: a learning rate is
    /// as likely between 0.01 and 0.1 as between 0.1 and 1. Written `0.01..1`.
    Range {
        /// The least.
        low: f32,
        /// The largest.
        high: f32,
    },
}

/// Why a text is no list or range of numbers.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ValuesError {
    /// A value is no number.
    #[error("'{0}' is no number; write numbers joined by ',', as in 0.1,0.5,3")]
    NotANumber(String),
    /// A range has no lower or upper end above 0, or they are the wrong way round.
    #[error("'{0}' is no range; write LOW..HIGH, two numbers above 0")]
    NotARange(String),
}

/// Of so many steps, evenly spaced on the logarithmic scale, one is drawn.
const STEPS: u32 = 1 << 24;

impl Values {
    /// Whether all values, or both ends, satisfy `holds`.
    pub fn all(&self, holds: impl Fn(f32) -> bool) -> bool {
        match self {
            Self::List(values) => values.iter().all(|&value| holds(value)),
            Self::Range { low, high } => holds(*low) && holds(*high),
        }
    }

    /// How many there are, if that is known.
    pub fn count(&self) -> Option<usize> {
        match self {
            Self::List(values) => Some(values.len()),
            Self::Range { .. } => None,
        }
    }

    /// The value at a place that `place` chooses among as many as it is told.
    pub(super) fn pick(&self, place: &mut impl FnMut(u32) -> u32) -> f32 {
        match self {
            Self::List(values) => values[place(values.len() as u32) as usize],
            Self::Range { low, high } => {
                let share = place(STEPS) as f32 / STEPS as f32;
                let (from, to) = (Libm::ln(*low), Libm::ln(*high));
                rounded(Libm::exp(from + share * (to - from))).clamp(*low, *high)
            }
        }
    }
}

/// `value` to three significant digits, as a person would type it.
fn rounded(value: f32) -> f32 {
    format!("{value:.2e}").parse().unwrap_or(value)
}

impl From<f32> for Values {
    fn from(value: f32) -> Self {
        Self::List(vec![value])
    }
}

impl FromStr for Values {
    type Err = ValuesError;

    fn from_str(text: &str) -> Result<Self, ValuesError> {
        let number = |text: &str| text.parse::<f32>().ok().filter(|value| value.is_finite());
        if let Some((low, high)) = text.split_once("..") {
            return match (number(low), number(high)) {
                (Some(low), Some(high)) if 0.0 < low && low < high => Ok(Self::Range { low, high }),
                _ => Err(ValuesError::NotARange(text.to_owned())),
            };
        }
        let values = text
            .split(',')
            .map(|part| number(part).ok_or_else(|| ValuesError::NotANumber(part.to_owned())));
        values.collect::<Result<_, _>>().map(Self::List)
    }
}

impl fmt::Display for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(values) => {
                for (place, value) in values.iter().enumerate() {
                    write!(f, "{}{value:?}", if place == 0 { "" } else { "," })?;
                }
                Ok(())
            }
            Self::Range { low, high } => write!(f, "{low:?}..{high:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_ranges_are_read_as_they_are_written() {
        for (text, written) in
            [("0.1,0.5,3", "0.1,0.5,3.0"), ("3", "3.0"), ("1e-3..2", "0.001..2.0")]
        {
            let values: Values = text.parse().unwrap();
            assert_eq!(values.to_string(), written);
            assert_eq!(written.parse(), Ok(values));
        }
        for text in ["", "1,", ",1", "1;2", "nan", "inf", "0..1", "2..1", "1..", "..", "-1..1"] {
            assert!(text.parse::<Values>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_range_is_even_on_a_logarithmic_scale() {
        let range = Values::Range { low: 0.01, high: 1.0 };
        assert_eq!(range.pick(&mut |_| 0), 0.01);
        assert_eq!(range.pick(&mut |steps| steps / 2), 0.1);
        assert_eq!(range.pick(&mut |steps| steps - 1), 1.0);
        // Three digits, and none beyond the ends.
        assert_eq!(range.pick(&mut |steps| steps / 3), 0.0464);
        let narrow = Values::Range { low: 0.123_45, high: 0.123_46 };
        assert_eq!(narrow.pick(&mut |_| 0), 0.123_45);
    }
}
