//! `gradito device infer`.

use super::arguments::InferArguments;
use super::connect::{Wanted, connect};
use super::test::{Answers, Difference};
use crate::cli::{CliError, predict};
use crate::device::firmware::Variant;
use crate::device::input::input;
use crate::model::Model;
use crate::network::Machine;
use crate::simd::Level;

/// Asks the device what it sees.
pub fn run(InferArguments { predict: arguments, target }: &InferArguments) -> Result<(), CliError> {
    let model = Model::read(&arguments.model)?;
    let inputs = predict::inputs(&arguments.images, arguments.label.as_ref(), &model)?;
    let set = predict::dataset(&inputs, &model);
    let desktop = model
        .evaluate(set.clone(), &Machine::single(Level::best()))
        .map_err(|cause| CliError::NotFinite { model: arguments.model.clone(), cause })?
        .outputs;
    let variant = Variant::inference(&model);
    let wanted = Wanted { variant: Some(&variant), model: Some((&model, &arguments.model)) };
    let (mut client, _) = connect(target, &wanted)?;
    let (mut outputs, mut answers) = (Vec::new(), Vec::new());
    let mut scratch = Vec::new();
    for index in 0..set.len() {
        let inferred = client.infer(input(set.sample(index), &mut scratch))?;
        outputs.extend(inferred.outputs);
        answers.push(inferred.class as u16);
    }
    predict::report(inputs, &outputs, &answers, &model, arguments.verbose, arguments.json)?;
    match Difference::first(Answers::Outputs, &outputs, &desktop, model.network.outputs()) {
        Some(difference) => Err(CliError::Differs(format!("{}: {difference}", client.name()))),
        None => Ok(()),
    }
}
