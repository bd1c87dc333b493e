//! Which epoch a run ends with, and when it has seen enough.

use std::num::NonZeroU32;

/// Which epoch's parameters a run ends with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    /// Those of the last.
    #[default]
    Last,
    /// Those of the epoch that recognised most validation samples; the first of several such.
    Best,
}

impl Keep {
    /// The name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Last => "last",
            Self::Best => "best",
        }
    }
}

/// The best that validation has shown so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Best {
    accuracy: Option<f64>,
    /// Epochs since.
    since: u32,
}

impl Best {
    /// Takes in the validation accuracy of one more epoch, and says whether it is above all before.
    pub fn is_new(&mut self, accuracy: Option<f64>) -> bool {
        let is_new = accuracy > self.accuracy;
        if is_new {
            self.accuracy = accuracy;
        }
        self.since = if is_new { 0 } else { self.since.saturating_add(1) };
        is_new
    }

    /// Takes in one more epoch, as [`is_new`](Self::is_new), and says whether its parameters are to be
    /// kept.
    pub fn takes(&mut self, accuracy: Option<f64>, keep: Keep) -> bool {
        self.is_new(accuracy) || keep == Keep::Last
    }

    /// Whether none of the last `patience` epochs was.
    pub fn is_long_ago(&self, patience: Option<NonZeroU32>) -> bool {
        patience.is_some_and(|patience| self.since >= patience.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_is_the_first_of_the_highest() {
        let mut best = Best::default();
        let accuracies = [0.5, 0.7, 0.7, 0.6, 0.8, 0.8];
        let found = accuracies.map(|accuracy| best.is_new(Some(accuracy)));
        assert_eq!(found, [true, true, false, false, true, false]);
        // Without validation samples there is no best.
        assert!(!Best::default().is_new(None));
        // No accuracy at all is still better than none.
        assert!(Best::default().is_new(Some(0.0)));
    }

    #[test]
    fn patience_counts_epochs_in_a_row() {
        let (mut best, patience) = (Best::default(), NonZeroU32::new(2));
        let mut after = |accuracy| {
            best.is_new(Some(accuracy));
            assert!(!best.is_long_ago(None));
            best.is_long_ago(patience)
        };
        let found = [0.5, 0.4, 0.6, 0.6, 0.6, 0.7, 0.1, 0.2].map(&mut after);
        assert_eq!(found, [false, false, false, false, true, false, false, true]);
    }
}
