//! Which run it is.

use crate::data::Data;
use crate::sweep::{DataDigests, Difference, description};
use crate::training::Settings;

/// All that decides what a run ends with: what it is called, and its value.
///
/// Threads and vector instructions are not among it: they decide nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity(pub(super) Vec<(String, String)>);

impl Identity {
    /// That of a run of `settings` on `data`, whose first `frozen` layers are not trained and whose
    /// first parameters have the digest `start`.
    pub fn new(settings: &Settings, frozen: usize, start: &[u8; 32], data: &Data) -> Self {
        let DataDigests { train, validation, test } = DataDigests::of(data);
        let start: String = start.iter().map(|byte| format!("{byte:02x}")).collect();
        let others = [
            ("freeze", frozen.to_string()),
            ("the digest of the first parameters", start),
            ("the digest of the training part", train),
            ("the digest of the validation part", validation),
            ("the digest of the test set", test),
        ];
        let others = others.map(|(name, value)| (name.to_owned(), value));
        let settings = description(settings);
        let settings = settings.lines().filter_map(|line| line.split_once(' '));
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self(settings.chain(others).collect())
    }

    /// All that differs in `other`.
    pub fn differences(&self, other: &Self) -> Vec<Difference> {
        let value = |of: &Self, name: &str| {
            let found = of.0.iter().find(|(its, _)| its == name);
            found.map_or("unset".to_owned(), |(_, value)| value.clone())
        };
        let beyond = other.0.iter().filter(|(name, _)| !self.0.iter().any(|(its, _)| its == name));
        let all = self.0.iter().chain(beyond).map(|(name, _)| Difference {
            what: format!("{name} is"),
            one: value(self, name),
            other: value(other, name),
        });
        all.filter(|difference| difference.one != difference.other).collect()
    }
}
