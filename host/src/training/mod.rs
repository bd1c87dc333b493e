//! Training: from settings and samples to parameters.

mod evaluate;
mod health;
mod optimizer;
mod run;
mod samples;
mod settings;
mod trainer;

pub use evaluate::{Evaluation, evaluate};
pub use health::Warning;
pub use run::{End, EpochReport, Execution, Observer, TrainError, Trained, train};
pub use samples::{FeatureRows, Indexed, IndexedParts, LitImages, Parts, Samples};
pub use settings::{Settings, SettingsError, Topology, TopologyError};
pub use trainer::Trainer;
