//! Training: from settings and samples to parameters.

mod engine;
mod evaluate;
mod health;
mod listed;
mod run;
mod samples;
mod settings;

pub use evaluate::{Evaluation, evaluate};
pub use health::Warning;
pub use listed::{Trainable, Widths, listed};
pub use run::{End, EpochReport, Execution, Observer, TrainError, Trained, train};
pub use samples::{FeatureRows, Indexed, IndexedParts, LitImages, Parts, Samples};
pub use settings::{Settings, SettingsError, Topology, TopologyError};
