//! gradito on the desktop: trains small dense networks, evaluates them, and speaks with people.
//!
//! The program is [`cli::run`]; everything it does is here to be used without it:
//!
//! ```
//! use gradito::data::{self, DataOptions, Source};
//! use gradito::training::{Execution, IndexedParts, Settings, train};
//!
//! let data = data::load(&DataOptions::new(Source::Mnist))?;
//! let parts = IndexedParts::new(data.train, data.validation, data.test);
//! let settings = Settings { steps: Some(500), ..Settings::default() };
//! if let IndexedParts::Images(parts) = parts {
//!     let trained = train(&settings, &Execution::default(), &parts, &mut ())?;
//!     assert!(trained.test.report.accuracy() > Some(0.85));
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | module | does |
//! | --- | --- |
//! | [`data`] | from a file, a folder or the embedded MNIST to labelled samples |
//! | [`augment`] | training images, deformed anew in every epoch |
//! | [`picture`] | from a photograph to the few pixels a network reads |
//! | [`network`] | networks of run-time widths on the core's kernels |
//! | [`training`] | settings, the training loop, evaluation, signs of trouble |
//! | [`checkpoint`] | runs that are cut off and go on |
//! | [`simd`] | which vector instructions the kernels are compiled for |
//! | [`model`] | model images as files |
//! | [`quantize`] | networks of 8-bit numbers |
//! | [`device`] | boards, real and emulated: the link's host side, firmware builds, logs |
//! | [`footprint`] | what a model will take of a board, before it is flashed |
//! | [`export`] | models in the formats of other tools |
//! | [`recipe`] | trainings that are known to come out well |
//! | [`report`] | the curves of runs |
//! | [`lesson`] | the chapter: its texts, and the numbers in them |
//! | [`figure`] | pictures as data, drawn as SVG, PNG or text |
//! | [`sweep`] | hyperparameter search: many trainings side by side |
//! | [`terminal`] | digits, bars and tables as text |
//! | [`cli`] | the program |
//!
//! Not here: layers and arithmetic, which are `gradito-core`'s.

pub mod augment;
pub mod checkpoint;
pub mod cli;
pub mod data;
pub mod device;
pub mod export;
pub mod figure;
pub mod footprint;
pub mod lesson;
pub mod model;
pub mod network;
pub mod picture;
pub mod quantize;
pub mod recipe;
pub mod report;
pub mod simd;
pub mod sweep;
pub mod terminal;
pub mod training;
