//! Training: from settings and samples to parameters.

mod average;
mod deforming;
mod evaluate;
mod freeze;
mod health;
mod keep;
mod on_grid;
mod optimizer;
mod outcome;
mod plan;
mod run;
mod samples;
mod schedule;
mod settings;
mod snapshot;
mod trainer;

pub use evaluate::{Evaluation, evaluate};
pub use freeze::{Start, activations};
pub use health::Warning;
pub use keep::Keep;
pub use outcome::{End, EpochReport, Observer, TrainError, Trained};
pub use plan::{FollowError, Followed, Plan, Step, follow};
pub use run::{Execution, resume, train, train_from};
pub use samples::{FeatureRows, Indexed, IndexedParts, LitImages, Parts, Samples};
pub use schedule::{Decay, Schedule};
pub use settings::{Settings, SettingsError, Topology, TopologyError};
pub use snapshot::{Array, Position, Snapshot};
pub use trainer::Trainer;
