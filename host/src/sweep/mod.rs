//! Hyperparameter search: many trainings side by side, of which the best is chosen by validation.
//!
//! A [`Space`] says what may be tried, a [`Search`] what of it is: all, some drawn by chance, or by
//! successive halving. [`run`] does the runs of a list, one on each core, and says what each came to:
//!
//! ```
//! use gradito::data::{self, DataOptions, Source};
//! use gradito::sweep::{self, Search, Space, Workers};
//! use gradito::training::IndexedParts;
//!
//! let data = data::load(&DataOptions::new(Source::Mnist))?;
//! let parts = IndexedParts::new(data.train, data.validation, data.test);
//! let layers = sweep::topologies("784-{2,20}-10")?;
//! let space = Space { layers, steps: Some(500), ..Space::default() };
//! let runs = space.configurations(Search::Grid)?;
//! let outcomes = sweep::run(&runs, &parts, &Workers::default(), &())?;
//! let accuracy = |index: usize| outcomes[index].score().and_then(|score| score.test_accuracy);
//! assert!(accuracy(0) < accuracy(1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Plan`] does the same into a results [`Folder`], from which a sweep that was stopped goes on:
//! a run is known by a [key](key()) of its settings and its data, and its line is written as soon as
//! it is over. [`Shards`] are joined to such a folder. [`rows`] is the table, [`test()`] what the winner
//! is worth on the test set; [`against_hidden`] and [`against_eta`] are what [`svg`] draws, and
//! [`page()`] puts all on a page.
//!
//! What a run ends with depends on its settings and the data alone: on no other run, no order, and no
//! number of threads.

mod braces;
mod charts;
mod columns;
mod folder;
mod halving;
mod key;
mod line;
mod manifest;
mod merge;
mod page;
mod plan;
mod plot;
mod run;
mod shard;
mod space;
mod table;
mod values;
mod winner;

pub use braces::{BraceError, topologies};
pub use charts::{against_eta, against_hidden};
pub use columns::{Column, columns};
pub use folder::{Folder, FolderError};
pub use halving::Rung;
pub(crate) use key::description;
pub use key::{DataDigests, key};
pub use line::{Line, LineError};
pub use manifest::{Difference, Manifest};
pub use merge::Shards;
pub use page::{Page, Table, page};
pub use plan::{Follower, Plan, SweepError};
pub use plot::{Curve, Mark, Plot, PlotError, Point, Scale, svg};
pub use run::{Ended, Observer, Outcome, RunError, Score, Workers, run, work};
pub use shard::{Shard, ShardError};
pub use space::{Search, Space, SpaceError};
pub use table::{Row, Spread, rows};
pub use values::{Values, ValuesError};
pub use winner::{Tested, test};
