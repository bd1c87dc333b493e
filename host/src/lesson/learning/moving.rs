//! How far the weights get while the network learns.

use std::ops::ControlFlow;

use gradito_core::random::{Stream, permutation};

use crate::figure::{Axis, Chart, Figure, Label, Tiles};
use crate::lesson::{Context, Findings, LessonError};
use crate::network::Machine;
use crate::simd::Level;
use crate::training::{Samples, Settings, TrainError, Trainer};

/// Hidden neurons that are drawn.
const DRAWN: usize = 10;

pub fn compute(
    context: &Context,
    settings: &Settings,
    found: &mut Findings,
) -> Result<(), LessonError> {
    let snapshots = snapshots(context, settings)?;
    let (Some(start), Some(end)) = (snapshots.first(), snapshots.last()) else {
        return Ok(());
    };
    // The same seed once more: the same bits.
    let trained = context.trained(settings)?;
    let same = trained.trained.parameters.iter().zip(end);
    let different = same.filter(|(first, again)| first.to_bits() != again.to_bits()).count();
    found.number("different", different as f64, 0);

    let shapes = settings.shapes();
    let (hidden, inputs) = (shapes[0].outputs, shapes[0].inputs);
    let layers = [0..shapes[0].parameters(), shapes[0].parameters()..start.len()];
    let axis = Axis::linear(Label::key("moved"));
    let mut chart = Chart::new(Axis::linear(Label::key("epoch")), axis);
    for (layer, name) in layers.into_iter().zip(["hidden_layer", "output_layer"]) {
        let way = snapshots.iter().map(|now| distance(&start[layer.clone()], &now[layer.clone()]));
        let way: Vec<f64> = way.collect();
        for epoch in [1, settings.epochs as usize] {
            found.number(format!("{name}_{epoch}"), way[epoch], 1);
        }
        chart = chart.marked(Label::key(name), (0..).map(f64::from).zip(way));
    }
    found.figure("distance", chart);

    let row = |parameters: &[f32], pixel: usize| parameters[pixel * hidden..][..hidden].to_vec();
    let still = (0..inputs).filter(|&pixel| row(start, pixel) == row(end, pixel)).count();
    found.number("inputs", inputs as f64, 0);
    found.number("still", still as f64, 0);

    let mut sizes: Vec<f32> = end[..inputs * hidden].iter().map(|weight| weight.abs()).collect();
    sizes.sort_unstable_by(f32::total_cmp);
    let limit = sizes[sizes.len() * 98 / 100];
    found.figure(
        "weights",
        Figure::steps(snapshots.iter().enumerate().map(|(epoch, now)| {
            let tiles = (0..DRAWN).fold(Tiles::diverging(5, (28, 28), limit), |tiles, neuron| {
                let weights = now[..inputs * hidden].iter().skip(neuron).step_by(hidden);
                tiles.tile(Label::plain(neuron + 1), weights.copied())
            });
            let caption = match epoch {
                0 => Label::key("before"),
                epoch => Label::key("after").with(epoch),
            };
            (caption, tiles.into())
        })),
    );
    Ok(())
}

/// All parameters before training, and after each epoch.
fn snapshots(context: &Context, settings: &Settings) -> Result<Vec<Vec<f32>>, LessonError> {
    let samples = &context.mnist()?.parts.train;
    let machine = Machine::single(Level::best());
    let mut trainer = Trainer::new(settings, samples.len(), machine)?;
    let mut order = vec![0; samples.len()];
    let mut snapshots = vec![trainer.network().parameters()];
    for epoch in 0..settings.epochs {
        permutation(&mut order, &mut Stream::Epoch(epoch).rng(settings.seed));
        let trained = trainer.train(samples, &order, &mut |_| ControlFlow::Continue(()));
        let _ = trained.map_err(|cause| TrainError::Diverged { cause, epoch: epoch + 1 })?;
        snapshots.push(trainer.network().parameters());
    }
    Ok(snapshots)
}

/// ‖now − start‖ / ‖start‖.
fn distance(start: &[f32], now: &[f32]) -> f64 {
    let square = |number: f32| f64::from(number).powi(2);
    let way: f64 = start.iter().zip(now).map(|(start, now)| square(now - start)).sum();
    let length: f64 = start.iter().map(|&number| square(number)).sum();
    (way / length).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_in_lengths_of_the_start() {
        assert_eq!(distance(&[3.0, 4.0], &[3.0, 4.0]), 0.0);
        assert_eq!(distance(&[3.0, 4.0], &[0.0, 0.0]), 1.0);
        assert_eq!(distance(&[3.0, 4.0], &[9.0, -4.0]), 2.0);
    }
}
