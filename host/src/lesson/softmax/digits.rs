//! MNIST by one layer of softmax: ten templates.

use gradito_core::kind::CostKind;
use gradito_core::layer::Parameters;
use gradito_core::network::Network;

use super::NAME;
use crate::figure::{Label, Tiles};
use crate::lesson::{Context, Findings, LessonError, Value};
use crate::network::PackedNetwork;
use crate::training::Settings;

/// Test images whose outputs are added up.
const SUMMED: usize = 1000;

pub fn compute(context: &Context, found: &mut Findings) -> Result<(), LessonError> {
    let topology = "784-10"
        .parse()
        .map_err(|error| LessonError::Compute { lesson: NAME, what: format!("{error}") })?;
    let settings = Settings {
        topology,
        cost: CostKind::SoftmaxCrossEntropy,
        eta: 0.1,
        epochs: 5,
        ..Settings::default()
    };
    let templates = context.trained(&settings)?;
    let report = &templates.trained.test.report;
    found.share("test", report.accuracy().unwrap_or(0.0), 2);
    found.number("epochs", settings.epochs, 0);
    found.number("parameters", templates.trained.parameters.len() as f64, 0);
    found.value("time", Value::time(templates.trained.history.iter().map(|it| it.time).sum()));
    found.figure("templates", tiles(&templates.network));

    let sigmoids = context.trained(&Settings { epochs: 1, ..Settings::default() })?;
    for (name, outputs) in
        [("softmax", &templates.trained.test.outputs), ("sigmoid", &sigmoids.trained.test.outputs)]
    {
        let sums = outputs.chunks_exact(10).take(SUMMED).map(|outputs| outputs.iter().sum::<f32>());
        let (low, high) =
            sums.fold((f32::MAX, f32::MIN), |(low, high), sum| (low.min(sum), high.max(sum)));
        found.number(format!("{name}_low"), low, 2);
        found.number(format!("{name}_high"), high, 2);
    }
    found.number("summed", SUMMED as f64, 0);
    Ok(())
}

/// What each output looks for: its 784 weights as an image.
fn tiles(network: &PackedNetwork) -> Tiles {
    let mut weights = Vec::new();
    network.visit(&mut |piece| {
        if let Parameters::Weights { values, .. } = piece {
            weights.extend_from_slice(values);
        }
    });
    // A few pixels far from all others would leave the rest pale.
    let mut sizes: Vec<f32> = weights.iter().map(|weight| weight.abs()).collect();
    sizes.sort_unstable_by(f32::total_cmp);
    let limit = sizes[sizes.len() * 99 / 100];
    (0..10).fold(Tiles::diverging(5, (28, 28), limit), |tiles, digit| {
        tiles.tile(Label::plain(digit), weights.iter().skip(digit).step_by(10).copied())
    })
}
