//! Cost, accuracy and outputs of a network on a set of samples.

use gradito_core::network::argmax;
use gradito_core::report::{BatchReport, Diverged};

use super::samples::Samples;
use crate::network::{AnyCost, Batch, Machine, PackedNetwork};

/// Samples that go through the network at a time: enough to share out, few enough to stay in the
/// cache.
const AT_ONCE: usize = 512;

/// What a network makes of a set of samples.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// Cost and hits.
    pub report: BatchReport,
    /// The outputs of every sample, one after the other, in sample order.
    pub outputs: Vec<f32>,
    /// The class that the network names for every sample.
    pub answers: Vec<u16>,
}

/// Evaluates `network` on all `samples`; costs are added in sample order.
///
/// # Errors
///
/// [`Diverged`] if an output or a cost is not finite.
pub fn evaluate(
    network: &PackedNetwork,
    cost: &AnyCost,
    samples: &impl Samples,
    machine: &Machine,
) -> Result<Evaluation, Diverged> {
    let mut evaluation = Evaluation::default();
    let mut batch = Batch::for_evaluation(network, samples.len().min(AT_ONCE), machine);
    let order: Vec<u32> = (0..samples.len() as u32).collect();
    machine.stay(|| {
        for indices in order.chunks(AT_ONCE) {
            batch.evaluate(machine, network, cost, indices, |indices, block, labels| {
                samples.fill(indices, block, labels);
            });
            evaluation.report.extend(&batch.report());
            batch.outputs().for_each(|outputs| evaluation.outputs.extend_from_slice(outputs));
        }
    });
    evaluation.report.check()?;
    let outputs = evaluation.outputs.chunks_exact(network.outputs());
    evaluation.answers = outputs.map(|outputs| argmax(outputs) as u16).collect();
    Ok(evaluation)
}
