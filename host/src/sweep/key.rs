//! What a run is known by: a key that follows from its settings and the data alone.

use std::fmt::Write;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::data::{Data, digest};
use crate::training::{Keep, Schedule, Settings};

/// Hexadecimal digits of a key: 128 bits, so that no two runs ever share one by chance.
const DIGITS: usize = 32;

/// The digests of the three parts of a data set, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataDigests {
    /// Of what is learnt from.
    pub train: String,
    /// Of what is chosen by.
    pub validation: String,
    /// Of what the winner is tested on.
    pub test: String,
}

impl DataDigests {
    /// Those of `data`, as [`Data::digest`] is.
    pub fn of(data: &Data) -> Self {
        Self {
            train: hex(&data.digest),
            validation: hex(&digest(&data.validation)),
            test: hex(&digest(&data.test)),
        }
    }
}

/// The key of a run with `settings` on data of these digests: the first 128 bits, in hexadecimal, of
/// the SHA-256 of a text with a line for each setting and for the training and the validation part.
///
/// It does not depend on the test set, which no run of a sweep looks at.
pub fn key(settings: &Settings, data: &DataDigests) -> String {
    let mut text = description(settings);
    let _ = write!(text, "train {}\nvalidation {}\n", data.train, data.validation);
    let mut key = hex(&Sha256::digest(text));
    key.truncate(DIGITS);
    key
}

/// A line for each setting that decides what training ends with.
pub(crate) fn description(settings: &Settings) -> String {
    let Settings { topology, activation, output: _, cost, math, init, eta, momentum, .. } =
        settings;
    let Settings { l2, batch, epochs, steps, seed, nesterov, schedule, ema, weights, .. } =
        settings;
    let Settings { augment, stages, keep, patience, .. } = settings;
    let output = settings.output_activation();
    let steps = steps.map_or("all".to_owned(), |steps| steps.to_string());
    let mut text = format!(
        "layers {topology}\nactivation {activation}\noutput {output}\ncost {cost}\nmath {math}\n\
         init {init}\neta {eta:?}\nmomentum {momentum:?}\nl2 {l2:?}\nbatch {batch}\n\
         epochs {epochs}\nsteps {steps}\nseed {seed}\n"
    );
    // Younger than results that are kept: without them a run is called what it always was.
    if *nesterov {
        text += "nesterov true\n";
    }
    if *schedule != Schedule::default() {
        let _ = writeln!(text, "schedule {schedule}");
    }
    if let Some(decay) = ema {
        let _ = writeln!(text, "ema {decay:?}");
    }
    if let Some(kind) = weights {
        let _ = writeln!(text, "weights {}", kind.name());
    }
    if let Some(augmentation) = augment {
        let _ = writeln!(text, "augment {augmentation}");
    }
    if !stages.is_none() {
        let _ = writeln!(text, "stage {stages}");
    }
    if *keep != Keep::Last {
        let _ = writeln!(text, "keep {}", keep.name());
    }
    if let Some(epochs) = patience {
        let _ = writeln!(text, "early-stop {epochs}");
    }
    text
}

/// `bytes` in lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::num::NonZeroU32;

    use gradito_core::quantized::weights::WeightKind;

    /// Digests of no data at all.
    pub fn digests() -> DataDigests {
        let digest = |digit: &str| digit.repeat(64);
        DataDigests { train: digest("a"), validation: digest("b"), test: digest("c") }
    }

    #[test]
    fn keys_stay_what_they_are() {
        // Results folders outlive a version: this value is part of the format.
        let settings = Settings::default();
        assert_eq!(key(&settings, &digests()), "49e9f24971c94fbb340fb2ce4637567c");
    }

    #[test]
    fn every_setting_and_the_data_decide() {
        let settings = Settings::default();
        let own = key(&settings, &digests());
        let others = [
            Settings { eta: 3.000_000_2, ..settings.clone() },
            Settings { momentum: 0.5, ..settings.clone() },
            Settings { l2: 0.5, ..settings.clone() },
            Settings { batch: 11, ..settings.clone() },
            Settings { epochs: 31, ..settings.clone() },
            Settings { steps: Some(31), ..settings.clone() },
            Settings { seed: 2, ..settings.clone() },
            Settings { topology: "784-31-10".parse().unwrap(), ..settings.clone() },
            Settings { activation: "tanh".parse().unwrap(), ..settings.clone() },
            Settings { output: "tanh".parse().ok(), ..settings.clone() },
            Settings { cost: "cross-entropy".parse().unwrap(), ..settings.clone() },
            Settings { init: "unit".parse().unwrap(), ..settings.clone() },
            Settings { math: "libm".parse().unwrap(), ..settings.clone() },
            Settings { nesterov: true, ..settings.clone() },
            Settings { keep: Keep::Best, ..settings.clone() },
            Settings { patience: NonZeroU32::new(3), ..settings.clone() },
            Settings { ema: Some(0.5), ..settings.clone() },
            Settings { stages: "pool2".parse().unwrap(), ..settings.clone() },
            Settings { weights: Some(WeightKind::I4), ..settings.clone() },
            Settings {
                schedule: Schedule { warmup: 1, ..Schedule::default() },
                ..settings.clone()
            },
        ];
        for other in &others {
            assert_ne!(key(other, &digests()), own, "{other:?}");
        }
        let data = DataDigests { validation: "d".repeat(64), ..digests() };
        assert_ne!(key(&settings, &data), own);
        // The output that goes with the cost, named or not; the test set.
        let named = Settings { output: "sigmoid".parse().ok(), ..settings.clone() };
        assert_eq!(key(&named, &digests()), own);
        let data = DataDigests { test: "d".repeat(64), ..digests() };
        assert_eq!(key(&settings, &data), own);
    }
}
