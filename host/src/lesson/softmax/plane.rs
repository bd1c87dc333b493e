//! Softmax classifiers of points in the plane.

use gradito_core::activation::Softmax;
use gradito_core::cost::{Class, SoftmaxCrossEntropy};
use gradito_core::kind::InitKind;
use gradito_core::layer::{Layer, Trace};
use gradito_core::network;
use gradito_core::network::{Feedforward, Network, argmax};
use gradito_core::optimizer::Sgd;
use gradito_core::random::{Gaussian, Stream, permutation};
use gradito_core::sgd;

use super::NAME;
use crate::figure::{Figure, Label, Map, map::Place};
use crate::lesson::{Findings, LessonError, Value};

/// Two numbers, three scores.
type Linear = network!(2 => 3 Softmax);
/// The same with a hidden layer.
type Hidden = network!(2 => 8 Tanh => 3 Softmax);

/// Points of each class.
const POINTS: usize = 40;

/// Points in a mini-batch.
const BATCH: usize = 10;

/// The part of the plane that is shown, from −`FAR` to `FAR` both ways.
const FAR: f32 = 3.0;

/// Places across the map, and up it.
const GRID: usize = 101;

/// Steps after which the regions are drawn.
const LOOKS: [usize; 7] = [0, 1, 3, 10, 30, 100, 300];

/// Steps with the rings.
const LONG: usize = 3000;

type Point = ([f32; 2], Class);

pub fn compute(found: &mut Findings) -> Result<(), LessonError> {
    let clouds = clouds();
    let mut network = Linear::ZERO;
    network.initialize(InitKind::Scaled, 1);
    let mut learner = Learner { network, points: &clouds, steps: 0, eta: 0.3 };
    let mut steps = Vec::new();
    for steps_done in LOOKS {
        learner.learn_up_to(steps_done)?;
        let accuracy = learner.accuracy();
        found.share(format!("clouds_{steps_done}"), accuracy, 1);
        let percent = Value::Share { share: accuracy, decimals: 1 }.text();
        let caption = Label::key("after").with(steps_done).with(percent);
        steps.push((caption, Figure::from(learner.map())));
    }
    found.number("clouds", clouds.len() as f64, 0);
    found.figure("clouds", Figure::steps(steps));

    let rings = rings();
    let mut linear = Linear::ZERO;
    linear.initialize(InitKind::Scaled, 1);
    let mut linear = Learner { network: linear, points: &rings, steps: 0, eta: 0.3 };
    linear.learn_up_to(LONG)?;
    let mut hidden = Hidden::ZERO;
    hidden.initialize(InitKind::Scaled, 1);
    let mut hidden = Learner { network: hidden, points: &rings, steps: 0, eta: 0.3 };
    hidden.learn_up_to(LONG)?;
    found.number("long", LONG as f64, 0);
    found.share("rings_linear", linear.accuracy(), 1);
    found.share("rings_hidden", hidden.accuracy(), 1);
    let panels = [
        (Label::plain("2-3"), Figure::from(linear.map())),
        (Label::plain("2-8-3"), Figure::from(hidden.map())),
    ];
    found.figure("rings", Figure::panels(2, panels));
    Ok(())
}

/// Three clouds of points, which overlap a little.
fn clouds() -> Vec<Point> {
    let centres = [[-1.2, -0.9], [1.3, -0.8], [0.1, 1.2]];
    let (mut rng, mut gaussian) = (Stream::Split.rng(1), Gaussian::default());
    let mut draw = || 0.6 * gaussian.next(&mut rng);
    let mut points = Vec::new();
    for (class, [x, y]) in centres.into_iter().enumerate() {
        points.extend((0..POINTS).map(|_| ([x + draw(), y + draw()], Class(class))));
    }
    points
}

/// Points around the middle, and two rings of points around those.
fn rings() -> Vec<Point> {
    let (mut rng, mut gaussian) = (Stream::Split.rng(2), Gaussian::default());
    let mut draw = || gaussian.next(&mut rng);
    let mut points = Vec::new();
    for (class, radius) in [0.4, 1.3, 2.3].into_iter().enumerate() {
        points.extend((0..POINTS).map(|_| {
            // The direction of a Gaussian point is any, as likely as any other.
            let (x, y, away) = (draw(), draw(), 0.15 * draw());
            let length = (radius + away) / (x * x + y * y).sqrt().max(f32::MIN_POSITIVE);
            ([x * length, y * length], Class(class))
        }));
    }
    points
}

/// A network that learns points.
struct Learner<'p, L: Layer<2>> {
    network: Feedforward<2, L>,
    points: &'p [Point],
    steps: usize,
    eta: f32,
}

impl<L: Layer<2, Activation = Softmax>> Learner<'_, L> {
    /// Goes on until so many mini-batches have been learnt from, epoch after epoch.
    fn learn_up_to(&mut self, steps: usize) -> Result<(), LessonError> {
        let Self { network, points, steps: done, eta } = self;
        let mut traces: Vec<L::Trace> = vec![L::Trace::ZERO; BATCH];
        let mut sgd = Sgd::new();
        let mut order = vec![0; points.len()];
        let per_epoch = points.len() / BATCH;
        while *done < steps {
            permutation(&mut order, &mut Stream::Epoch((*done / per_epoch) as u32).rng(1));
            let batch = order.chunks_exact(BATCH).nth(*done % per_epoch).unwrap_or_default();
            let batch = batch.iter().map(|&index| &points[index as usize]);
            let samples = batch.map(|(at, class)| (at, *class));
            sgd::step(network, &mut sgd, &SoftmaxCrossEntropy, samples, &mut traces, *eta)
                .map_err(|fault| LessonError::Compute { lesson: NAME, what: fault.to_string() })?;
            *done += 1;
        }
        Ok(())
    }

    /// The class that the network says a point has.
    fn class(&self, at: [f32; 2]) -> usize {
        let mut trace = L::Trace::ZERO;
        self.network.forward(&at, &mut trace);
        argmax(self.network.outputs(&trace))
    }

    fn accuracy(&self) -> f64 {
        let right = self.points.iter().filter(|(at, class)| self.class(*at) == class.0);
        right.count() as f64 / self.points.len() as f64
    }

    /// Which class the network says each place has, and the points.
    fn map(&self) -> Map {
        let range = (f64::from(-FAR), f64::from(FAR));
        let places = self
            .points
            .iter()
            .map(|&([x, y], class)| Place { at: (x.into(), y.into()), class: class.0 });
        Map::of(
            (Label::plain("x₁"), range),
            (Label::plain("x₂"), range),
            (GRID, GRID),
            |x, y| self.class([x as f32, y as f32]) as f64,
        )
        .of_classes()
        .places(places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_epoch_of_points_is_learnt_in_any_number_of_pieces() {
        let points = clouds();
        let learnt = |looks: &[usize]| {
            let mut network = Hidden::ZERO;
            network.initialize(InitKind::Scaled, 1);
            let mut learner = Learner { network, points: &points, steps: 0, eta: 0.3 };
            looks.iter().for_each(|&look| learner.learn_up_to(look).unwrap());
            learner.network.layers.head.weights
        };
        assert_eq!(learnt(&[30]), learnt(&[1, 12, 13, 30]));
        assert_ne!(learnt(&[30]), learnt(&[29]));
    }
}
