//! Least squares with no negative coefficient.

/// Passes over all coefficients; far more than needed.
const PASSES: usize = 20_000;

/// Coefficients c ≥ 0 that make Σ ((terms·c − found)/found)² small: relative errors count. One
/// coordinate after the other, which ends at the least there is, since the sum is convex.
pub fn fit<const N: usize>(points: &[([f64; N], f64)]) -> [f64; N] {
    // Relative: all that is found is 1.
    let rows: Vec<[f64; N]> =
        points.iter().map(|(terms, found)| terms.map(|term| term / found)).collect();
    let mut coefficients = [0.0; N];
    let mut rest = vec![1.0; rows.len()];
    for _ in 0..PASSES {
        for index in 0..N {
            let square: f64 = rows.iter().map(|row| row[index] * row[index]).sum();
            if square == 0.0 {
                continue;
            }
            let slope: f64 = rows.iter().zip(&rest).map(|(row, rest)| row[index] * rest).sum();
            let new = f64::max(coefficients[index] + slope / square, 0.0);
            let change = new - coefficients[index];
            coefficients[index] = new;
            for (row, rest) in rows.iter().zip(&mut rest) {
                *rest -= row[index] * change;
            }
        }
    }
    coefficients
}

/// The largest relative error.
pub fn worst<const N: usize>(points: &[([f64; N], f64)], coefficients: &[f64; N]) -> f64 {
    let error = |(terms, found): &([f64; N], f64)| {
        let sum: f64 = terms.iter().zip(coefficients).map(|(term, each)| term * each).sum();
        (sum / found - 1.0).abs()
    };
    points.iter().map(error).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_the_model_is_found_again() {
        let found = |terms: [f64; 3]| (terms, 100.0 * terms[0] + 7.0 * terms[1] + 0.0 * terms[2]);
        let points = [[1.0, 0.0, 5.0], [1.0, 10.0, 1.0], [1.0, 500.0, 0.0], [1.0, 9.0, 90.0]];
        let points = points.map(found);
        let coefficients = fit(&points);
        for (coefficient, wanted) in coefficients.iter().zip([100.0, 7.0, 0.0]) {
            assert!((coefficient - wanted).abs() < 1e-6, "{coefficients:?}");
        }
        assert!(worst(&points, &coefficients) < 1e-6);
    }

    #[test]
    fn nothing_is_negative() {
        let points = [([1.0, 0.0], 10.0), ([1.0, 10.0], 5.0)];
        let coefficients = fit(&points);
        assert_eq!(coefficients[1], 0.0);
        assert!((5.0..10.0).contains(&coefficients[0]));
    }
}
