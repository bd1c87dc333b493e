//! Models, quantised.

use gradito_core::image::Provenance;
use gradito_core::quantized::weights::WeightKind;

use super::{QuantizeError, QuantizedNetwork, calibrate, quantize};
use crate::data::Dataset;
use crate::model::{Model, image_input, version};

impl Model {
    /// The same in whole numbers, with weights of that kind. `samples`, before all stages, are those
    /// it was trained on: they show the ranges of activations. What it recognises of the test samples
    /// is not known any more.
    ///
    /// # Errors
    ///
    /// Which output's numbers cannot be proved to stay in their types.
    pub fn quantized(
        &self,
        kind: WeightKind,
        samples: Dataset,
    ) -> Result<Model<QuantizedNetwork>, QuantizeError> {
        let bits = image_input(&self.input).is_bits();
        let ranges = calibrate(&self.network, &samples.staged(&self.input));
        Ok(Model {
            network: quantize(&self.network, kind, bits, &ranges)?,
            provenance: Provenance {
                gradito: version(),
                parent_digest: self.digest(),
                test_samples: 0,
                test_correct: 0,
                ..self.provenance
            },
            input: self.input.clone(),
            classes: self.classes.clone(),
        })
    }
}

impl Model<QuantizedNetwork> {
    /// The scores of every sample, one after the other; samples are of the model's kind, before all
    /// stages.
    pub fn scores(&self, samples: Dataset) -> Vec<i32> {
        self.network.scores(&samples.staged(&self.input))
    }
}
