//! Cost, accuracy and outputs of a network on a set of samples.

use gradito_core::cost::Cost;
use gradito_core::network::Reads;
use gradito_core::report::{BatchReport, Diverged, SampleReport};
use gradito_core::sgd;
use rayon::prelude::*;

use super::samples::Samples;
use crate::simd::Level;

/// Samples a thread takes at a time; each chunk has a trace of its own.
const CHUNK: usize = 500;

/// What a network makes of a set of samples.
#[derive(Clone, Debug, Default)]
pub struct Evaluation {
    /// Cost and hits.
    pub report: BatchReport,
    /// The outputs of every sample, one after the other, in sample order.
    pub outputs: Vec<f32>,
}

/// Evaluates `network` on all `samples`, in chunks side by side on the current thread pool; costs
/// are added in sample order.
///
/// # Errors
///
/// [`Diverged`] if an output or a cost is not finite.
pub fn evaluate<N, S, C>(
    network: &N,
    cost: &C,
    empty: &N::Trace,
    samples: &S,
    level: Level,
) -> Result<Evaluation, Diverged>
where
    N: Reads<S::Input>,
    S: Samples,
    C: Cost<N::Output>,
{
    let width = network.outputs(empty).len();
    let mut outputs = vec![0.0; samples.len() * width];
    let mut reports = vec![SampleReport::default(); samples.len()];
    outputs.par_chunks_mut(CHUNK * width).zip(reports.par_chunks_mut(CHUNK)).enumerate().for_each(
        |(chunk, (outputs, reports))| {
            let mut trace = empty.clone();
            let first = (chunk * CHUNK) as u32;
            level.run(
                #[inline(always)]
                || {
                    for ((index, report), outputs) in
                        (first..).zip(reports).zip(outputs.chunks_exact_mut(width))
                    {
                        let (x, class) = samples.get(index);
                        *report = sgd::evaluate(network, cost, x, &class, &mut trace);
                        outputs.copy_from_slice(network.outputs(&trace));
                    }
                },
            );
        },
    );
    let mut report = BatchReport::default();
    for sample in &reports {
        report.add(sample);
    }
    report.check()?;
    Ok(Evaluation { report, outputs })
}
