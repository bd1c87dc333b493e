//! From what was learnt to the model that is written.

use gradito_core::quantized::weights::WeightKind;

use super::super::CliError;
use super::TrainArguments;
use crate::data::Dataset;
use crate::model::{Evaluate, Imaged, Model, ModelError};
use crate::network::{Machine, PackedNetwork};
use crate::quantize::QuantizeError;
use crate::simd::Level;
use crate::training::{Evaluation, Trained};

/// The samples by which a model is made one of whole numbers, and judged.
#[derive(Debug)]
pub struct WholeNumbers {
    /// What its weights are to be.
    pub kind: WeightKind,
    /// What it was trained on, before all stages.
    pub taught: Dataset,
    /// What it is tested on, too.
    pub test: Dataset,
}

/// A model that is finished.
#[derive(Debug)]
pub struct Finished {
    /// Its image.
    pub image: Vec<u8>,
    /// SHA-256 of its parameters.
    pub digest: [u8; 32],
    /// Bytes of its parameters.
    pub parameters: usize,
    /// On the test samples.
    pub test: Evaluation,
    /// Why it is not in whole numbers, if it was to be: what was learnt is kept in `f32` then.
    pub refused: Option<QuantizeError>,
}

/// Makes `model` what was trained: of `f32`, or of whole numbers if it is to be and can be.
pub fn finish(
    mut model: Model,
    trained: &mut Trained,
    whole: Option<WholeNumbers>,
    arguments: &TrainArguments,
) -> Result<Finished, CliError> {
    model.network = PackedNetwork::with_parameters(&model.network.shapes(), &trained.parameters)
        .expect("a trained network has the parameters of its settings");
    model.provenance.epochs = trained.epochs;
    model.provenance.steps = trained.steps;
    let bytes = size_of_val(trained.parameters.as_slice());
    let Some(WholeNumbers { kind, taught, test }) = whole else {
        return finished(model, std::mem::take(&mut trained.test), bytes, arguments);
    };
    let model = match model.quantized(kind, taught) {
        Ok(model) => model,
        Err(cause) => {
            let kept = finished(model, Evaluation::default(), bytes, arguments)?;
            return Ok(Finished { refused: Some(cause), ..kept });
        }
    };
    let test = model
        .evaluate(test, &Machine::single(Level::best()))
        .map_err(|cause| CliError::NotFinite { model: arguments.out.clone(), cause })?;
    let parameters = size_of_val(model.network.parameters());
    finished(model, test, parameters, arguments)
}

fn finished<N: Evaluate>(
    mut model: Model<N>,
    test: Evaluation,
    parameters: usize,
    arguments: &TrainArguments,
) -> Result<Finished, CliError>
where
    Model<N>: Imaged,
{
    model.provenance.test_samples = test.report.samples;
    model.provenance.test_correct = test.report.correct;
    let failed = |cause| ModelError::Image { path: arguments.out.clone(), cause };
    let image = model.image().map_err(failed)?;
    Ok(Finished { image, digest: model.parameters_digest(), parameters, test, refused: None })
}
