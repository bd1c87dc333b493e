//! The angle between the gradient of a mini-batch and that of all samples.

use std::f64::consts::FRAC_PI_2;

use gradito_core::random::{Stream, permutation};
use rayon::iter::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSlice;

use super::NAME;
use crate::figure::{Axis, Chart, Label, Shade, chart::Form};
use crate::lesson::gradients::{Gradients, dot, norm};
use crate::lesson::{Cell, Context, Findings, LessonError, Table, Value};
use crate::network::{Machine, PackedNetwork};
use crate::simd::Level;
use crate::training::{LitImages, Samples, Settings, Trainer};

/// The sizes of mini-batches.
const SIZES: [usize; 8] = [1, 10, 30, 100, 300, 1000, 3000, 10_000];

/// What the mini-batches of one size showed.
struct Spread {
    size: usize,
    draws: usize,
    /// Angles in degrees, of which a tenth, a half and nine tenths are smaller.
    low: f64,
    middle: f64,
    high: f64,
    /// The share of mini-batches whose step goes downhill: by less than a right angle away.
    downhill: f64,
}

/// What one network showed.
struct Angles {
    spreads: Vec<Spread>,
    /// ‖∇C‖ of all samples.
    gradient: f64,
    /// √(mean of ‖∇Cₓ − ∇C‖²): how far single samples are from the mean.
    noise: f64,
}

pub fn compute(context: &Context, found: &mut Findings) -> Result<(), LessonError> {
    let samples = &context.mnist()?.parts.train;
    let first = Settings { epochs: 1, ..Settings::default() };
    let machine = Machine::single(Level::best());
    let start = Trainer::new(&first, samples.len(), machine)?;
    let epoch = context.trained(&first)?;
    let start = angles(start.network(), &first, samples)?;
    let epoch = angles(&epoch.network, &first, samples)?;

    let mut table = Table::new(["m", "draws", "start", "downhill", "epoch", "downhill"].map(
        |name| match name {
            "m" => Label::plain("m"),
            name => Label::key(name),
        },
    ));
    for (start, epoch) in start.spreads.iter().zip(&epoch.spreads) {
        let size = start.size;
        found.number(format!("start_{size}"), start.middle, 1);
        found.number(format!("epoch_{size}"), epoch.middle, 1);
        table.row([
            Value::count(size).into(),
            Value::count(start.draws).into(),
            start.cell(),
            Value::Share { share: start.downhill, decimals: 1 }.into(),
            epoch.cell(),
            Value::Share { share: epoch.downhill, decimals: 1 }.into(),
        ]);
    }
    found.share("epoch_downhill_1", epoch.spreads[0].downhill, 1);
    found.share("epoch_downhill_10", epoch.spreads[1].downhill, 1);
    found.number("start_gradient", start.gradient, 3);
    found.number("start_noise", start.noise, 3);
    found.number("epoch_gradient", epoch.gradient, 4);
    found.number("epoch_noise", epoch.noise, 3);
    found.table("angles", table);
    found.figure("angles", chart(&start, &epoch, samples.len()));
    Ok(())
}

fn chart(start: &Angles, epoch: &Angles, samples: usize) -> Chart {
    let spread = |angles: &Angles| -> Vec<_> {
        let all = (samples as f64, 0.0, 0.0, 0.0);
        let of = |spread: &Spread| (spread.size as f64, spread.low, spread.middle, spread.high);
        angles.spreads.iter().map(of).chain([all]).collect()
    };
    let x = Axis::log(Label::key("batch")).from_to(1.0, samples as f64);
    let y = Axis::linear(Label::key("angle")).from_to(0.0, 100.0);
    let expected = |angles: &Angles| -> Vec<_> {
        let (noise, gradient) = (angles.noise, angles.gradient);
        let sizes = (0..=120).map(|at| (samples as f64).powf(f64::from(at) / 120.0));
        sizes.map(|size| (size, expected(noise, gradient, size, samples))).collect()
    };
    let right = [1.0, samples as f64].map(|size| (size, 90.0));
    Chart::new(x, y)
        .spread(Label::key("start"), &spread(start))
        .spread(Label::key("epoch"), &spread(epoch))
        .shaded(Shade::Ink, Form::Dashed, Label::key("expected"), expected(start))
        .shaded(Shade::Ink, Form::Dashed, Label::none(), expected(epoch))
        .shaded(Shade::Faint, Form::Line, Label::key("right_angle"), right)
}

/// The angle, in degrees, whose tangent is noise by gradient: the noise of a mean of `size` of the
/// `samples`, none of them twice, stands about at a right angle to the gradient.
fn expected(noise: f64, gradient: f64, size: f64, samples: usize) -> f64 {
    let left = (1.0 / size - 1.0 / samples as f64).max(0.0);
    (noise * left.sqrt() / gradient).atan().to_degrees()
}

fn angles(
    network: &PackedNetwork,
    settings: &Settings,
    samples: &LitImages,
) -> Result<Angles, LessonError> {
    let misfit = || LessonError::Compute { lesson: NAME, what: "the cost has no gradient".into() };
    let gradients = || Gradients::new(network, settings.cost);
    let all: Vec<u32> = (0..samples.len() as u32).collect();
    let full = gradients().ok_or_else(misfit)?.mean(samples, &all);
    let length = norm(&full);
    let mut angles = Angles { spreads: Vec::new(), gradient: length, noise: 0.0 };
    for size in SIZES {
        let wanted = (20_000 / size).clamp(10, 500);
        let drawn = draw(size, wanted, samples.len());
        // Each angle by itself, so their order is that of the draws.
        let found: Vec<(f64, f64)> = drawn
            .par_chunks_exact(size)
            .map_init(gradients, |gradients, indices| {
                let gradient = gradients.as_mut().map(|all| all.mean(samples, indices));
                let gradient = gradient.unwrap_or_default();
                let along = dot(&gradient, &full) / (norm(&gradient) * length);
                let apart = norm(&gradient).powi(2) - 2.0 * dot(&gradient, &full) + length.powi(2);
                (along.clamp(-1.0, 1.0).acos(), apart)
            })
            .collect();
        if size == 1 {
            let squares: f64 = found.iter().map(|(_, apart)| apart).sum();
            angles.noise = (squares / found.len() as f64).sqrt();
        }
        angles.spreads.push(Spread::of(size, found.into_iter().map(|(angle, _)| angle).collect()));
    }
    Ok(angles)
}

/// `wanted` mini-batches of `size`, one after the other: the first of as many shuffled epochs as
/// that takes.
fn draw(size: usize, wanted: usize, samples: usize) -> Vec<u32> {
    let epochs = wanted.div_ceil(samples / size);
    let mut drawn: Vec<u32> = (0..epochs as u32)
        .into_par_iter()
        .with_min_len(1)
        .flat_map_iter(|epoch| {
            let mut order = vec![0; samples];
            permutation(&mut order, &mut Stream::Epoch(epoch).rng(size as u64));
            order.truncate(samples / size * size);
            order
        })
        .collect();
    drawn.truncate(wanted * size);
    drawn
}

impl Spread {
    /// Of `angles` in radians.
    fn of(size: usize, mut angles: Vec<f64>) -> Self {
        angles.sort_unstable_by(f64::total_cmp);
        let quantile = |share: f64| {
            let at = share * (angles.len() - 1) as f64;
            angles[at.round() as usize].to_degrees()
        };
        let downhill = angles.iter().filter(|&&angle| angle < FRAC_PI_2).count();
        Self {
            size,
            draws: angles.len(),
            low: quantile(0.1),
            middle: quantile(0.5),
            high: quantile(0.9),
            downhill: downhill as f64 / angles.len() as f64,
        }
    }

    /// As in `62.1° (55.0–70.3)`.
    fn cell(&self) -> Cell {
        let Self { low, middle, high, .. } = self;
        Label::plain(format!("{middle:.1}° ({low:.1}–{high:.1})")).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_drawn_without_replacement() {
        let drawn = draw(30, 7, 100);
        assert_eq!(drawn.len(), 210);
        // Three batches to each epoch of 100.
        for epoch in drawn.chunks(90) {
            let mut seen = epoch.to_vec();
            seen.sort_unstable();
            seen.dedup();
            assert_eq!(seen.len(), epoch.len());
        }
    }

    #[test]
    fn quantiles_and_shares_are_those_of_the_angles() {
        let angles = (0..=10).rev().map(|angle| f64::from(angle) * 10.0_f64.to_radians());
        let spread = Spread::of(4, angles.collect());
        let near = |found: f64, expected: f64| (found - expected).abs() < 1e-9;
        assert!(near(spread.low, 10.0) && near(spread.middle, 50.0) && near(spread.high, 90.0));
        assert!(spread.draws == 11 && (9..=10).contains(&((spread.downhill * 11.0).round() as u8)));
    }

    #[test]
    fn all_samples_have_no_noise() {
        assert_eq!(expected(3.0, 2.0, 100.0, 100), 0.0);
        assert!((expected(2.0, 2.0, 1.0, 1 << 40) - 45.0).abs() < 1e-9);
    }
}
