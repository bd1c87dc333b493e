//! The learning rate over a run: how it starts, and how it falls.
//!
//! A schedule is a factor of η for each step, at most 1, so that what was fine for η is fine for
//! every rate it gives. It is laid out over all epochs; a run that is cut off by a number of steps
//! has the rates of the longer one up to there. Cosines and powers are software, the same on every
//! machine.

use std::fmt;
use std::num::NonZeroU32;

use super::settings::{Settings, SettingsError};

/// How the learning rate goes on from η.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Schedule {
    /// Epochs over which it rises to η first, in equal steps from η/W at the first of W steps.
    ///
    /// Goyal et al. 2017, "Accurate, Large Minibatch SGD", gradual warm-up.
    pub warmup: u32,
    /// What it does then.
    pub decay: Decay,
}

/// How the learning rate falls.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Decay {
    /// Not at all.
    #[default]
    Constant,
    /// By a factor each time that so many epochs are over.
    Step {
        /// The factor.
        factor: f32,
        /// The epochs.
        epochs: NonZeroU32,
    },
    /// Along half a cosine, to `end` times η at the end of the run.
    ///
    /// Loshchilov and Hutter 2017, "SGDR", equation 5 without restarts, for every batch.
    Cosine {
        /// The factor of η that it ends with.
        end: f32,
    },
}

impl Decay {
    /// The name on a command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Constant => "constant",
            Self::Step { .. } => "step",
            Self::Cosine { .. } => "cosine",
        }
    }
}

impl fmt::Display for Schedule {
    /// `constant`, `step by 0.5 every 10`, `cosine to 0.1, warm-up 2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.decay.name())?;
        match self.decay {
            Decay::Constant => {}
            Decay::Step { factor, epochs } => write!(f, " by {factor:?} every {epochs}")?,
            Decay::Cosine { end } => write!(f, " to {end:?}")?,
        }
        match self.warmup {
            0 => Ok(()),
            epochs => write!(f, ", warm-up {epochs}"),
        }
    }
}

impl Schedule {
    /// Checks the schedule of a run of so many epochs.
    ///
    /// # Errors
    ///
    /// The first number that is out of its range.
    pub fn check(&self, epochs: u32) -> Result<(), SettingsError> {
        if self.warmup > 0 && self.warmup >= epochs {
            return Err(SettingsError::Warmup { warmup: self.warmup, epochs });
        }
        match self.decay {
            Decay::Step { factor, .. } if !(factor > 0.0 && factor <= 1.0) => {
                Err(SettingsError::StepFactor(factor))
            }
            Decay::Cosine { end } if !(0.0..=1.0).contains(&end) => {
                Err(SettingsError::EndFactor(end))
            }
            _ => Ok(()),
        }
    }
}

/// The learning rate of each step of a run.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    eta: f32,
    schedule: Schedule,
    /// Steps of an epoch.
    epoch: u64,
    /// Steps of the whole run.
    all: u64,
}

impl Rates {
    /// Those of a run with `settings` on so many samples.
    pub fn new(settings: &Settings, samples: usize) -> Self {
        let epoch = samples.div_ceil(settings.batch.max(1)).max(1) as u64;
        let all = epoch.saturating_mul(settings.epochs.into());
        Self { eta: settings.eta, schedule: settings.schedule, epoch, all }
    }

    /// The same rate for all steps.
    pub fn constant(eta: f32) -> Self {
        Self { eta, schedule: Schedule::default(), epoch: 1, all: 1 }
    }

    /// That of step `step`, from 0.
    pub fn eta(&self, step: u64) -> f32 {
        let Self { eta, schedule: Schedule { warmup, decay }, epoch, all } = *self;
        let rising = epoch.saturating_mul(warmup.into());
        if step < rising {
            return (f64::from(eta) * (step + 1) as f64 / rising as f64) as f32;
        }
        match decay {
            Decay::Constant => eta,
            Decay::Step { factor, epochs } => {
                let times = step / epoch / u64::from(epochs.get());
                (f64::from(eta) * libm::pow(factor.into(), times as f64)) as f32
            }
            Decay::Cosine { end } => {
                // Steps beyond the end of the run, if someone takes them, stay there.
                let (gone, falling) = (step.min(all) - rising, all - rising);
                let angle = std::f64::consts::PI * gone as f64 / falling as f64;
                let (eta, low) = (f64::from(eta), f64::from(eta) * f64::from(end));
                (low + 0.5 * (eta - low) * (1.0 + libm::cos(angle))) as f32
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rates of 10 epochs of 4 steps, the last of each shorter, at η = ½.
    fn rates(warmup: u32, decay: Decay) -> Rates {
        let schedule = Schedule { warmup, decay };
        let settings = Settings { schedule, eta: 0.5, epochs: 10, batch: 3, ..Settings::default() };
        settings.check().unwrap();
        Rates::new(&settings, 11)
    }

    #[test]
    fn schedules_are_told_apart_by_their_words() {
        let words = |warmup, decay| Schedule { warmup, decay }.to_string();
        assert_eq!(words(0, Decay::Constant), "constant");
        let epochs = NonZeroU32::new(10).unwrap();
        assert_eq!(words(0, Decay::Step { factor: 0.5, epochs }), "step by 0.5 every 10");
        assert_eq!(words(2, Decay::Cosine { end: 0.1 }), "cosine to 0.1, warm-up 2");
    }

    #[test]
    fn a_constant_rate_is_eta_to_the_bit() {
        let rates = rates(0, Decay::Constant);
        assert!((0..50).all(|step| rates.eta(step) == 0.5));
        assert_eq!(Rates::constant(0.3).eta(7), 0.3);
    }

    #[test]
    fn warm_up_rises_in_equal_steps_to_eta() {
        let rates = rates(2, Decay::Constant);
        let found: Vec<f32> = (0..10).map(|step| rates.eta(step)).collect();
        let sixteenths = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 8.0, 8.0];
        assert_eq!(found, sixteenths.map(|sixteenths| sixteenths / 16.0));
    }

    #[test]
    fn steps_fall_when_epochs_are_over() {
        let rates = rates(1, Decay::Step { factor: 0.5, epochs: NonZeroU32::new(3).unwrap() });
        // Epochs of 4 steps; the first rises. The count of epochs begins with the run.
        for (step, eta) in [(3, 0.5), (4, 0.5), (11, 0.5), (12, 0.25), (23, 0.25), (24, 0.125)] {
            assert_eq!(rates.eta(step), eta, "{step}");
        }
        assert_eq!(rates.eta(36), 0.0625);
    }

    /// Values of equation 5 of SGDR from ½ to 0: ¼(1 + cos(πt/40)).
    #[test]
    fn a_cosine_falls_as_in_sgdr() {
        let plain = rates(0, Decay::Cosine { end: 0.0 });
        for (step, eta) in [
            (0, 0.5),
            (1, 0.499_229_33),
            (10, 0.426_776_7),
            (20, 0.25),
            (30, 0.073_223_3),
            (39, 0.000_770_666_8),
            (40, 0.0),
            (41, 0.0),
        ] {
            assert!((plain.eta(step) - eta).abs() <= 1e-8, "{step}: {}", plain.eta(step));
        }
        // Behind a warm-up the same over what is left: 32 steps, from ½ to ⅛.
        let raised = rates(2, Decay::Cosine { end: 0.25 });
        assert_eq!([raised.eta(7), raised.eta(8), raised.eta(24)], [0.5, 0.5, 0.3125]);
        assert_eq!(raised.eta(40), 0.125);
        let falls = (8..40).all(|step| raised.eta(step + 1) < raised.eta(step));
        assert!(falls);
    }

    #[test]
    fn no_rate_is_above_eta() {
        for decay in [
            Decay::Constant,
            Decay::Step { factor: 1.0, epochs: NonZeroU32::MIN },
            Decay::Cosine { end: 1.0 },
            Decay::Cosine { end: 0.999_999_94 },
        ] {
            for eta in [0.1, 0.3, 3.0, 1e-40, f32::MAX] {
                let rates = Rates { eta, ..rates(3, decay) };
                assert!((0..45).all(|step| (0.0..=eta).contains(&rates.eta(step))), "{eta:e}");
            }
        }
    }

    #[test]
    fn numbers_out_of_their_range_are_refused() {
        let refused = |schedule: Schedule| schedule.check(10).unwrap_err();
        let schedule = |warmup, decay| Schedule { warmup, decay };
        let warmup = SettingsError::Warmup { warmup: 10, epochs: 10 };
        assert_eq!(refused(schedule(10, Decay::Constant)), warmup);
        let epochs = NonZeroU32::MIN;
        for factor in [0.0, -0.5, 1.5, f32::INFINITY] {
            let step = schedule(0, Decay::Step { factor, epochs });
            assert_eq!(refused(step), SettingsError::StepFactor(factor));
        }
        for end in [-0.5, 1.5, f32::INFINITY] {
            let cosine = schedule(0, Decay::Cosine { end });
            assert_eq!(refused(cosine), SettingsError::EndFactor(end));
        }
    }
}
