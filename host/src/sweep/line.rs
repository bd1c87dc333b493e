//! A run that is over, as a line of JSON.

use gradito_core::kind::{ActivationKind, CostKind, InitKind, MathKind};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::key::{DataDigests, hex, key};
use super::run::{Ended, Outcome};
use crate::training::Settings;

/// A line of a results file: a run, its settings under the names of the flags, and what it came to.
///
/// `seconds` is measured; all else follows from the settings and the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What the run is known by.
    pub key: String,
    /// The number of its configuration in the space, from 0.
    pub configuration: usize,
    layers: String,
    activation: String,
    output: String,
    cost: String,
    init: String,
    math: String,
    batch: usize,
    eta: f32,
    momentum: f32,
    l2: f32,
    /// Passes over the training samples.
    pub epochs: u32,
    steps: Option<u64>,
    /// Left out where there is none, as in results that are older than stages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    stage: Option<String>,
    /// The seed.
    pub seed: u64,
    /// The parameters of the network.
    pub parameters: usize,
    /// The mean cost of a sample in the last epoch, each before its own update.
    pub train_cost: Option<f64>,
    /// The share of samples recognised in the last epoch, each before its own update.
    pub train_accuracy: Option<f64>,
    /// The share of validation samples recognised at the end; none if the run diverged.
    pub validation_accuracy: Option<f64>,
    /// SHA-256 of the parameters, in hexadecimal; none if the run diverged.
    pub digest: Option<String>,
    /// How the run left the finite numbers, if it did.
    pub diverged: Option<String>,
    /// How long it took, whatever else the machine did.
    pub seconds: f64,
}

/// Why a text is no line of a results file.
#[derive(Debug, Error)]
pub enum LineError {
    /// It is not JSON, or lacks something.
    #[error("is no line of a sweep ({0})")]
    Json(#[from] serde_json::Error),
    /// A setting that gradito does not know.
    #[error("has {what} {value}, which this version does not know")]
    Unknown {
        /// The setting.
        what: &'static str,
        /// Its value.
        value: String,
    },
    /// The key is that of another run.
    #[error("was changed: its key is not that of its settings and the data")]
    Key,
}

impl Line {
    /// The line of a run of the configuration of that number, on data of these digests.
    pub fn new(configuration: usize, outcome: &Outcome, data: &DataDigests) -> Self {
        let settings = &outcome.settings;
        let score = outcome.score();
        let diverged = match outcome.ended {
            Ended::Diverged { cause, epoch } => Some(format!("{cause}, in epoch {epoch}")),
            Ended::Trained(_) => None,
        };
        Self {
            key: key(settings, data),
            configuration,
            layers: settings.topology.to_string(),
            activation: settings.activation.to_string(),
            output: settings.output_activation().to_string(),
            cost: settings.cost.to_string(),
            init: settings.init.to_string(),
            math: settings.math.to_string(),
            batch: settings.batch,
            eta: settings.eta,
            momentum: settings.momentum,
            l2: settings.l2,
            epochs: settings.epochs,
            steps: settings.steps,
            stage: (!settings.stages.is_none()).then(|| settings.stages.to_string()),
            seed: settings.seed,
            parameters: outcome.parameters,
            train_cost: score.and_then(|score| score.train_cost),
            train_accuracy: score.and_then(|score| score.train_accuracy),
            validation_accuracy: score.and_then(|score| score.validation_accuracy),
            digest: score.map(|score| hex(&score.digest)),
            diverged,
            seconds: outcome.time.as_micros() as f64 / 1e6,
        }
    }

    /// Its text, without an end of line.
    ///
    /// # Errors
    ///
    /// If a number cannot be written as JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// The line of that text, of a sweep on data of these digests.
    ///
    /// # Errors
    ///
    /// [`LineError`].
    pub fn from_json(text: &str, data: &DataDigests) -> Result<Self, LineError> {
        let line: Self = serde_json::from_str(text)?;
        if key(&line.settings()?, data) == line.key { Ok(line) } else { Err(LineError::Key) }
    }

    /// The settings of the run.
    ///
    /// # Errors
    ///
    /// [`LineError::Unknown`].
    pub fn settings(&self) -> Result<Settings, LineError> {
        fn known<T: std::str::FromStr>(what: &'static str, value: &str) -> Result<T, LineError> {
            value.parse().map_err(|_| LineError::Unknown { what, value: value.to_owned() })
        }
        Ok(Settings {
            topology: known("layers", &self.layers)?,
            activation: known::<ActivationKind>("activation", &self.activation)?,
            output: Some(known::<ActivationKind>("output", &self.output)?),
            cost: known::<CostKind>("cost", &self.cost)?,
            math: known::<MathKind>("math", &self.math)?,
            init: known::<InitKind>("init", &self.init)?,
            eta: self.eta,
            momentum: self.momentum,
            l2: self.l2,
            weights: None,
            batch: self.batch,
            epochs: self.epochs,
            steps: self.steps,
            stages: known("stage", self.stage.as_deref().unwrap_or("none"))?,
            seed: self.seed,
            ..Settings::default()
        })
    }

    /// Whether the two say the same but for what was measured.
    pub fn agrees(&self, other: &Self) -> bool {
        let other = Self { seconds: self.seconds, ..other.clone() };
        *self == other
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::time::Duration;

    use gradito_core::report::Diverged;

    use super::*;
    use crate::sweep::key::tests::digests;
    use crate::sweep::run::Score;

    /// A run of `settings` that recognised that share of the validation samples.
    pub fn outcome(settings: Settings, validation_accuracy: f64) -> Outcome {
        let score = Score {
            digest: [settings.seed as u8; 32],
            train_cost: Some(0.1),
            train_accuracy: Some(0.1 + 0.2),
            validation_accuracy: Some(validation_accuracy),
            test_accuracy: None,
        };
        let parameters = settings.topology.outputs() * 100;
        let (ended, time) = (Ended::Trained(score), Duration::from_micros(1_500));
        Outcome { index: 0, settings, parameters, ended, time }
    }

    #[test]
    fn what_is_written_is_read() {
        let settings = Settings { eta: 0.1, l2: 1e-7, steps: Some(3), ..Settings::default() };
        let line = Line::new(7, &outcome(settings.clone(), 1.0 / 3.0), &digests());
        let text = line.to_json().unwrap();
        assert_eq!(Line::from_json(&text, &digests()).unwrap(), line);
        let output = Some(settings.output_activation());
        assert_eq!(line.settings().unwrap(), Settings { output, ..settings.clone() });
        assert_eq!(line.seconds, 0.0015);
        let diverged = Ended::Diverged { cause: Diverged::Cost, epoch: 2 };
        let outcome = Outcome { ended: diverged, ..outcome(settings, 0.0) };
        let line = Line::new(0, &outcome, &digests());
        assert_eq!(line.diverged.as_deref(), Some("the cost is not finite, in epoch 2"));
        assert_eq!((&line.digest, line.validation_accuracy), (&None, None));
        assert_eq!(Line::from_json(&line.to_json().unwrap(), &digests()).unwrap(), line);
    }

    #[test]
    fn what_was_changed_is_refused() {
        let text = Line::new(0, &outcome(Settings::default(), 0.5), &digests()).to_json().unwrap();
        let error = |from: &str, to: &str| {
            assert!(text.contains(from), "{text}");
            Line::from_json(&text.replace(from, to), &digests()).unwrap_err().to_string()
        };
        assert!(error("\"eta\":3.0", "\"eta\":3.1").contains("its key is not that"));
        assert!(error("quadratic", "cubic").contains("has cost cubic"));
        assert!(error("\"seed\"", "\"sead\"").contains("is no line of a sweep"));
    }

    #[test]
    fn lines_agree_whatever_the_time() {
        let line = Line::new(0, &outcome(Settings::default(), 0.5), &digests());
        assert!(line.agrees(&Line { seconds: 9.0, ..line.clone() }));
        assert!(!line.agrees(&Line { validation_accuracy: Some(0.51), ..line.clone() }));
    }
}
