//! Successive halving: all configurations for a few epochs, the better part of them for more.
//!
//! As in K. Jamieson and A. Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter
//! Optimization" (2016), with a third going on each time: it costs little to be wrong about the
//! worst. A configuration is judged by the mean of its seeds.
//!
//! A configuration that goes on begins anew, for more epochs: it ends with the same bits as if it
//! had gone on, needs no network to be kept from rung to rung, so that a sweep that was stopped goes
//! on from its lines alone, and each line is an ordinary run that `gradito train` repeats. That costs
//! at most half as many epochs again.

/// Of so many configurations one goes on, and for so many times the epochs.
const FACTOR: usize = 3;

/// One rung: so many configurations, for so many epochs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rung {
    /// Configurations.
    pub configurations: usize,
    /// Epochs.
    pub epochs: u32,
}

/// The rungs for so many configurations, of which the last are trained for `epochs`.
///
/// There are as many as leave a configuration and an epoch.
pub fn rungs(configurations: usize, epochs: u32) -> Vec<Rung> {
    let mut rungs = vec![Rung { configurations, epochs }];
    while let Some(&Rung { configurations, epochs }) = rungs.last()
        && configurations >= FACTOR
        && epochs >= FACTOR as u32
    {
        rungs
            .push(Rung { configurations: configurations / FACTOR, epochs: epochs / FACTOR as u32 });
    }
    // Both fall: one of them is to rise.
    let epochs: Vec<u32> = rungs.iter().rev().map(|rung| rung.epochs).collect();
    rungs.iter_mut().zip(epochs).for_each(|(rung, epochs)| rung.epochs = epochs);
    rungs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(configurations: usize, epochs: u32) -> Vec<(usize, u32)> {
        let rungs = rungs(configurations, epochs);
        rungs.iter().map(|rung| (rung.configurations, rung.epochs)).collect()
    }

    #[test]
    fn a_third_goes_on_for_three_times_as_long() {
        assert_eq!(list(27, 27), [(27, 1), (9, 3), (3, 9), (1, 27)]);
        assert_eq!(list(21, 10), [(21, 1), (7, 3), (2, 10)]);
        assert_eq!(list(5, 30), [(5, 10), (1, 30)]);
        assert_eq!(list(100, 2), [(100, 2)]);
        assert_eq!(list(2, 30), [(2, 30)]);
        assert_eq!(list(1, 1), [(1, 1)]);
    }
}
