//! Middle values, and numbers as they are shown.

/// The middle value; of an even number, the mean of the two in the middle.
pub fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        odd if odd % 2 == 1 => Some(values[middle]),
        _ => Some((values[middle - 1] + values[middle]) / 2.0),
    }
}

/// To four significant digits: more than any timing is good for.
pub fn rounded(value: f64) -> f64 {
    // Through text, because a division by a power of ten need not give the nearest number.
    format!("{value:.3e}").parse().unwrap_or(value)
}

/// A whole number in groups of three digits: `60 000`.
pub fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median([].into_iter()), None);
        assert_eq!(median([3.0, 1.0, 2.0].into_iter()), Some(2.0));
        assert_eq!(median([4.0, 1.0, 2.0, 3.0].into_iter()), Some(2.5));
    }

    #[test]
    fn four_digits_are_kept() {
        assert_eq!([0.123_456, 98_765.4, 3.0].map(rounded), [0.1235, 98_770.0, 3.0]);
        assert!(rounded(f64::NAN).is_nan());
    }

    #[test]
    fn digits_in_threes() {
        let shown = [7.0, 999.4, 1000.0, 60_000.0, 1_234_567.0].map(grouped);
        assert_eq!(shown, ["7", "999", "1 000", "60 000", "1 234 567"]);
    }
}
