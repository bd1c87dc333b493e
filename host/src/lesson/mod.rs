//! The chapter's lessons: what it explains, computed, drawn and told, in English and in Spanish.
//!
//! A lesson is a folder `lessons/NAME` with a text a language and the numbers it expects, and a
//! module here that computes its [`Findings`]: numbers, tables and [figures](crate::figure). The
//! texts say where each of them stands; [`terminal`] and [`pages`] show the whole. One computation
//! serves all languages, and apart from times, which are marked as measured, two runs write the
//! same bytes.
//!
//! A new lesson: its folder, its module, and its line in [`LESSONS`].

mod complete;
mod context;
mod digits;
mod expected;
mod findings;
mod formula;
mod gradients;
mod language;
pub mod pages;
mod prose;
mod sketch;
pub mod terminal;
mod text;

mod backprop;
mod cost;
mod descent;
mod learning;
mod limit;
mod neurons;
mod questions;
mod sgd;
mod sigmoid;
mod softmax;
mod task;
mod width;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

pub use context::{Context, Mnist, TrainedNetwork, pixels};
pub use expected::Comparison;
pub use findings::{Cell, Findings, Table, Value};
pub(crate) use findings::{minus, power_of_ten};
pub use language::{Language, UnknownLanguage};
pub use text::Text;

use crate::data::DataError;
use crate::figure::FigureError;
use crate::model::{ModelError, unwritable};
use crate::training::{SettingsError, TrainError};

/// A lesson: what it computes and what it tells.
#[derive(Clone, Copy, Debug)]
pub struct Lesson {
    /// What it goes by on the command line and in file names.
    pub name: &'static str,
    compute: fn(&Context) -> Result<Findings, LessonError>,
    /// The texts, in the order of [`Language::ALL`].
    texts: [&'static str; 2],
    expected: &'static str,
}

/// The lesson of the module and folder of this name.
macro_rules! lesson {
    ($name:ident) => {
        Lesson {
            name: stringify!($name),
            compute: $name::compute,
            texts: [
                include_str!(concat!("../../lessons/", stringify!($name), "/en.md")),
                include_str!(concat!("../../lessons/", stringify!($name), "/es.md")),
            ],
            expected: include_str!(concat!("../../lessons/", stringify!($name), "/expected.toml")),
        }
    };
}

/// All lessons, in the order in which they are read.
pub const LESSONS: &[Lesson] = &[
    lesson!(task),
    lesson!(cost),
    lesson!(descent),
    lesson!(limit),
    lesson!(sgd),
    lesson!(backprop),
    lesson!(sigmoid),
    lesson!(softmax),
    lesson!(learning),
    lesson!(neurons),
    lesson!(width),
    lesson!(questions),
];

/// Why a lesson cannot be given.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum LessonError {
    /// Its data.
    #[error(transparent)]
    Data(#[from] DataError),
    /// Its networks.
    #[error(transparent)]
    Train(#[from] TrainError),
    /// Its settings.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// One of its figures.
    #[error(transparent)]
    Figure(#[from] FigureError),
    /// One of its texts.
    #[error("lesson {lesson}: {what}")]
    Text {
        /// The lesson.
        lesson: &'static str,
        /// What is wrong.
        what: String,
    },
    /// A computation that could not be done.
    #[error("lesson {lesson}: {what}")]
    Compute {
        /// The lesson.
        lesson: &'static str,
        /// What went wrong.
        what: String,
    },
    /// A page or figure that cannot be written.
    #[error(transparent)]
    Write(#[from] ModelError),
    /// A folder that cannot be made.
    #[error("{}: the folder cannot be made: {}", path.display(), unwritable(cause))]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        cause: io::Error,
    },
    /// What several lessons need and none can have.
    #[error(transparent)]
    Shared(#[from] Arc<Self>),
}

impl Lesson {
    /// The lesson of this name, or of this number, from 0.
    pub fn named(name: &str) -> Option<&'static Self> {
        let numbered = name.parse().ok().and_then(|number: usize| LESSONS.get(number));
        numbered.or_else(|| LESSONS.iter().find(|lesson| lesson.name == name))
    }

    /// Its number, from 0.
    pub fn number(&self) -> usize {
        LESSONS.iter().position(|lesson| lesson.name == self.name).unwrap_or(0)
    }

    /// Computes all it shows.
    ///
    /// # Errors
    ///
    /// [`LessonError`].
    pub fn compute(&self, context: &Context) -> Result<Findings, LessonError> {
        (self.compute)(context)
    }

    /// Its texts in `language`.
    ///
    /// # Errors
    ///
    /// If they are not as [`Text`] reads them.
    pub fn text(&self, language: Language) -> Result<Text, LessonError> {
        let at = Language::ALL.iter().position(|&known| known == language).unwrap_or(0);
        Text::parse(self.name, self.texts[at])
    }

    /// Compares what was found with what is expected, and with what the texts speak of.
    ///
    /// # Errors
    ///
    /// If a text or what is expected cannot be read, or a figure cannot be drawn.
    pub fn compare(&self, findings: &Findings) -> Result<Comparison, LessonError> {
        let mut comparison = expected::compare(self.name, self.expected, findings)?;
        for language in Language::ALL {
            let missing = complete::missing(self, findings, language)?;
            comparison.differences.extend(missing.map(|line| format!("{language}: {line}")));
        }
        Ok(comparison)
    }
}

#[cfg(test)]
mod tests;
