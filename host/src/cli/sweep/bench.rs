//! The data of a sweep, ready for its runs.

use crate::cli::CliError;
use crate::data::{Data, Dataset};
use crate::model::{Model, ModelError, Ram, provenance};
use crate::network::PackedNetwork;
use crate::sweep::DataDigests;
use crate::training::{IndexedParts, Settings};

/// What the runs of a sweep see, and the test set, which they do not.
#[derive(Debug)]
pub struct Bench {
    /// Training and validation part.
    pub parts: IndexedParts,
    /// What the winner is tested on.
    test: Dataset,
    /// All else that is known of the data; its parts are empty.
    described: Data,
    /// Its digests.
    pub digests: DataDigests,
    /// The samples of training, validation and test part.
    pub sizes: [usize; 3],
}

/// What a network needs on a device, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    /// The model image.
    pub flash: usize,
    /// To run it, and to train it.
    pub ram: Ram,
}

impl Bench {
    /// Prepares `data`, which has a validation part.
    pub fn new(data: Data) -> Self {
        let digests = DataDigests::of(&data);
        let sizes = [data.train.len(), data.validation.len(), data.test.len()];
        let none = data.test.select(&[]);
        let Data { train, validation, test, classes, input, digest, name } = data;
        let stage = |set: Dataset| set.staged(&input);
        let parts = IndexedParts::new(stage(train), stage(validation), stage(none.clone()));
        let (train, validation) = (none.clone(), none.clone());
        let described = Data { train, validation, test: none, classes, input, digest, name };
        Self { parts, test, described, digests, sizes }
    }

    /// The name of the data.
    pub fn name(&self) -> &str {
        &self.described.name
    }

    /// What a network of these settings needs.
    ///
    /// # Errors
    ///
    /// If a model image cannot hold it.
    pub fn needs(&self, settings: &Settings) -> Result<Needs, CliError> {
        let model = Model {
            // Zeros: its size is all that counts.
            network: PackedNetwork::new(&settings.shapes())
                .expect("a topology has a layer, no width of 0, and its widths meet"),
            provenance: provenance(settings, &self.described),
            input: self.described.input.clone(),
            classes: self.described.classes.clone(),
        };
        let path = || self.described.name.clone().into();
        let bytes = model.to_bytes().map_err(|cause| ModelError::Image { path: path(), cause })?;
        Ok(Needs { flash: bytes.len(), ram: model.ram() })
    }

    /// The parts with the test set: to be called when there is nothing left to choose.
    pub fn into_tested(self) -> IndexedParts {
        self.parts.with_test(self.test.staged(&self.described.input))
    }
}
