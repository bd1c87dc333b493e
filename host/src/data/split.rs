//! The division into training, validation and test part.

use gradito_core::random::{Stream, permutation};

use super::error::{DataError, SplitFault};

/// Of 100 samples, those that go to validation, and those that go to testing.
const PER_CENT: usize = 15;

/// The rows of each part, in the order of the source.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Parts {
    pub train: Vec<u32>,
    pub validation: Vec<u32>,
    pub test: Vec<u32>,
}

/// How to divide.
#[derive(Clone, Copy, Debug)]
pub(super) enum How {
    /// By chance, into training, validation and test part.
    Three,
    /// By chance, into training and validation part: the test set is given.
    Two,
    /// As MNIST: the last rows are the validation part; the test set is given.
    Tail,
}

/// The number of MNIST's validation samples.
const MNIST_VALIDATION: usize = 10_000;

/// Divides `samples` rows; `validation` overrides the size of the validation part.
///
/// `name` is the data's, for the message.
pub(super) fn split(
    name: &str,
    samples: usize,
    how: How,
    validation: Option<usize>,
    seed: u64,
) -> Result<Parts, DataError> {
    let fail = |fault| DataError::Split { name: name.to_owned(), fault };
    let share = ((samples * PER_CENT + 50) / 100).max(1);
    let test = if matches!(how, How::Three) { share } else { 0 };
    let rest = samples.saturating_sub(test);
    let wanted =
        validation.unwrap_or(if matches!(how, How::Tail) { MNIST_VALIDATION } else { share });
    if wanted >= rest {
        return Err(fail(match (validation, how) {
            (Some(validation), _) if rest > 0 => {
                SplitFault::Validation { validation, samples: rest }
            }
            (_, How::Three) => SplitFault::TooFew {
                samples,
                parts: "training, validation and test part",
                hint: " or name a test set",
            },
            _ => SplitFault::TooFew { samples, parts: "training and validation part", hint: "" },
        }));
    }
    let mut order: Vec<u32> = vec![0; samples];
    permutation(&mut order, &mut Stream::Split.rng(seed));
    if matches!(how, How::Tail) {
        order.sort_unstable();
    }
    let (train, others) = order.split_at_mut(rest - wanted);
    let (validation, test) = others.split_at_mut(wanted);
    let sorted = |part: &mut [u32]| {
        part.sort_unstable();
        part.to_vec()
    };
    Ok(Parts { train: sorted(train), validation: sorted(validation), test: sorted(test) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sizes(parts: &Parts) -> (usize, usize, usize) {
        (parts.train.len(), parts.validation.len(), parts.test.len())
    }

    #[test]
    fn every_row_is_in_one_part() {
        for samples in 3..200 {
            let parts = split("x", samples, How::Three, None, 1).unwrap();
            let mut all = [parts.train, parts.validation, parts.test].concat();
            all.sort_unstable();
            assert!(all.iter().enumerate().all(|(at, &row)| at == row as usize), "{samples}");
        }
    }

    #[test]
    fn shares_are_70_15_15() {
        assert_eq!(sizes(&split("x", 1000, How::Three, None, 1).unwrap()), (700, 150, 150));
        assert_eq!(sizes(&split("x", 1000, How::Two, None, 1).unwrap()), (850, 150, 0));
        assert_eq!(sizes(&split("x", 150, How::Three, None, 1).unwrap()), (104, 23, 23));
        assert_eq!(sizes(&split("x", 3, How::Three, None, 1).unwrap()), (1, 1, 1));
        assert_eq!(sizes(&split("x", 1000, How::Three, Some(0), 1).unwrap()), (850, 0, 150));
        assert_eq!(sizes(&split("x", 1000, How::Three, Some(849), 1).unwrap()), (1, 849, 150));
    }

    #[test]
    fn seed_decides() {
        let parts = |seed| split("x", 100, How::Three, None, seed).unwrap();
        assert_eq!(parts(1), parts(1));
        assert_ne!(parts(1), parts(2));
    }

    #[test]
    fn mnist_keeps_its_last_rows() {
        let parts = split("x", 60_000, How::Tail, None, 1).unwrap();
        assert!(parts.train.iter().copied().eq(0..50_000));
        assert!(parts.validation.iter().copied().eq(50_000..60_000));
        let parts = split("x", 60_000, How::Tail, Some(1), 1).unwrap();
        assert_eq!(parts.validation, [59_999]);
    }

    #[test]
    fn too_few_is_said() {
        let message = |samples, how, validation| {
            split("x.csv", samples, how, validation, 1).unwrap_err().to_string()
        };
        assert_eq!(
            message(1000, How::Three, Some(850)),
            "x.csv: 850 validation samples of 850 leave none to train on; at most 849 are possible"
        );
        assert_eq!(
            message(60_000, How::Tail, Some(usize::MAX)),
            format!(
                "x.csv: {} validation samples of 60000 leave none to train on; at most 59999 are possible",
                usize::MAX
            )
        );
        for samples in 0..3 {
            assert!(message(samples, How::Three, None).contains("too few"), "{samples}");
        }
        assert!(message(1, How::Three, Some(0)).contains("too few"));
        assert!(message(1, How::Two, None).contains("too few"));
    }
}
