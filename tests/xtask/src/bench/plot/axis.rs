//! Logarithmic axes: how far they reach and where their ticks are.

use std::ops::Range;

/// A range on a logarithmic axis, and the values that are labelled.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    pub range: Range<f64>,
    pub ticks: Vec<f64>,
}

impl Axis {
    /// The axis of these values, with a tick at every power of two, or every other one and so on
    /// to have no more than `most`.
    pub fn powers_of_two(values: impl IntoIterator<Item = f64>, most: usize) -> Self {
        let (least, largest) = extent(values);
        let (first, last) = (least.log2().floor() as i32, largest.log2().ceil() as i32);
        let last = last.max(first + 1);
        let step = (last - first + 1).unsigned_abs() as usize;
        let ticks = (first..=last).step_by(step.div_ceil(most).max(1));
        Self {
            range: 2_f64.powi(first)..2_f64.powi(last),
            ticks: ticks.map(|power| 2_f64.powi(power)).collect(),
        }
    }

    /// The axis of these values with ticks at 1, 2 and 5 times a power of ten, beginning and ending
    /// at one.
    pub fn one_two_five(values: impl IntoIterator<Item = f64>) -> Self {
        let (least, largest) = extent(values);
        let powers = (least.log10().floor() as i32)..=(largest.log10().ceil() as i32);
        // Through text: powers of ten times 2 or 5 as they are written.
        let all = powers.flat_map(|power| [1, 2, 5].map(|digit| format!("{digit}e{power}")));
        let all: Vec<f64> = all.filter_map(|text| text.parse().ok()).collect();
        let first = all.iter().rposition(|tick| *tick <= least).unwrap_or(0);
        let last = all.iter().position(|tick| *tick >= largest).unwrap_or(all.len() - 1);
        let ticks = all[first..=last.max(first + 1)].to_vec();
        Self { range: ticks[0]..ticks[ticks.len() - 1], ticks }
    }

    /// The same axis, reaching a little beyond both ends.
    pub fn widened(self) -> Self {
        let Range { start, end } = self.range;
        Self { range: start / 1.15..end * 1.15, ..self }
    }
}

/// The least and the largest value; 1 and 1 if there are none.
fn extent(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let extent = values.into_iter().fold(None, |extent: Option<(f64, f64)>, value| {
        let (least, largest) = extent.unwrap_or((value, value));
        Some((least.min(value), largest.max(value)))
    });
    extent.unwrap_or((1.0, 1.0))
}

/// A power of two as it is labelled: `1/4`, `8`.
pub fn fraction(tick: &f64) -> String {
    if *tick < 1.0 { format!("1/{}", 1.0 / tick) } else { tick.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_two_enclose_the_values() {
        let axis = Axis::powers_of_two([3.0, 40.0], 10);
        assert_eq!(axis.range, 2.0..64.0);
        assert_eq!(axis.ticks, [2.0, 4.0, 8.0, 16.0, 32.0, 64.0]);
        assert_eq!(Axis::powers_of_two([3.0, 40.0], 3).ticks, [2.0, 8.0, 32.0]);
        assert_eq!(Axis::powers_of_two([1.0], 10).range, 1.0..2.0);
        assert_eq!(Axis::powers_of_two([], 10).ticks, [1.0, 2.0]);
    }

    #[test]
    fn one_two_five_encloses_the_values() {
        let axis = Axis::one_two_five([0.03, 1.2]);
        assert_eq!(axis.ticks, [0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0]);
        assert_eq!(axis.range, 0.02..2.0);
        assert_eq!(Axis::one_two_five([1.0]).ticks, [1.0, 2.0]);
        assert_eq!(Axis::one_two_five([7.0, 10.0]).ticks, [5.0, 10.0]);
    }

    #[test]
    fn fractions_are_written_as_such() {
        assert_eq!([0.125, 0.5, 1.0, 64.0].map(|tick| fraction(&tick)), ["1/8", "1/2", "1", "64"]);
    }
}
