//! Training in panels, blocks, vectors and threads against the definition, bit for bit: every
//! parameter, the costs on the way, and outputs.
//!
//! Which kernels a layer takes depends on its widths, on the batch, on zeros among what it reads and
//! on the threads. What is known to matter is enumerated, so that every run has it all; the rest is
//! drawn.

use std::fmt::Debug;
use std::ops::ControlFlow;

use gradito::data::{Dataset, Inputs};
use gradito::network::{AnyActivation, AnyCost, Machine, PackedNetwork};
use gradito::simd::Level;
use gradito::training::{Indexed, Samples, Settings, Trainer, evaluate};
use gradito_core::kind::{ActivationKind, CostKind};
use gradito_core::layer::LayerShape;
use gradito_core::report::BatchReport;
use gradito_tests::plain::{Plain, Seen};
use proptest::prelude::*;
use proptest::sample::select;

use ActivationKind::{Identity, Relu, Sigmoid, Tanh};

/// Widths of layers: around vectors, blocks and panels, and some of every number of vectors that a
/// panel can have, 1 to 13.
const WIDTHS: [usize; 22] =
    [1, 3, 7, 8, 9, 17, 30, 33, 48, 55, 63, 64, 65, 72, 80, 88, 96, 100, 104, 105, 209, 1000];

/// Around vectors, groups of rows and blocks.
const BATCHES: [usize; 10] = [1, 2, 9, 10, 63, 64, 65, 127, 128, 129];

const HIDDEN: [ActivationKind; 4] = [Sigmoid, Tanh, Relu, Identity];

/// Costs, each with an output activation that it takes.
const HEADS: [(CostKind, ActivationKind); 6] = [
    (CostKind::Quadratic, Sigmoid),
    (CostKind::Quadratic, Tanh),
    (CostKind::Quadratic, Relu),
    (CostKind::Quadratic, Identity),
    (CostKind::CrossEntropy, Sigmoid),
    (CostKind::SoftmaxCrossEntropy, ActivationKind::Softmax),
];

/// What is learnt from.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// Images without ink.
    Empty,
    /// Images all black.
    Full,
    /// Images from empty to full.
    Mixed,
    /// Features, none of them 0.
    Dense,
    /// Features of which some are 0 or −0, and some samples all of one of these.
    Zeros,
    /// Features, one of them −0 in one sample of all: of all blocks, one is read otherwise.
    OneZero,
}

const KINDS: [Kind; 6] =
    [Kind::Empty, Kind::Full, Kind::Mixed, Kind::Dense, Kind::Zeros, Kind::OneZero];

/// A network, what it learns from and in which batches.
#[derive(Clone, Debug)]
struct Case {
    widths: Vec<usize>,
    hidden: ActivationKind,
    head: (CostKind, ActivationKind),
    batch: usize,
    kind: Kind,
    seed: u64,
}

impl Case {
    fn settings(&self) -> Settings {
        // Where outputs have no bound, many of them make a step large, and the next one larger: three
        // can be enough to leave the finite numbers, which every machine rightly refuses.
        let eta = match self.head.1 {
            Identity | Relu => 0.1 / self.widths[self.widths.len() - 1] as f32,
            _ => 0.1,
        };
        let widths: Vec<String> = self.widths.iter().map(ToString::to_string).collect();
        Settings {
            topology: widths.join("-").parse().expect("a topology"),
            activation: self.hidden,
            cost: self.head.0,
            output: Some(self.head.1),
            batch: self.batch,
            eta,
            ..Settings::default()
        }
    }

    /// Enough for three steps or, of large batches, two, the last one short.
    fn samples(&self) -> usize {
        match self.batch {
            1 => 3,
            2..32 => 2 * self.batch + self.batch / 2,
            _ => self.batch + self.batch / 2 + 1,
        }
    }

    /// Multiply-adds of all steps, forward alone, if no input is 0.
    fn work(&self) -> usize {
        let parameters: usize = self.widths.windows(2).map(|pair| pair[0] * pair[1]).sum();
        parameters * self.samples()
    }
}

/// Numbers drawn from a seed (`SplitMix64`).
struct Draws(u64);

impl Draws {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (((bits ^ (bits >> 31)) >> 32) as usize * bound) >> 32
    }

    fn one_in(&mut self, odds: usize) -> bool {
        self.below(odds) == 0
    }

    /// From −1 to 1, never 0.
    fn number(&mut self) -> f32 {
        (self.below(1 << 24) as f32 + 0.5) / 8_388_608.0 - 1.0
    }

    /// 0 or −0.
    fn zero(&mut self) -> f32 {
        if self.one_in(2) { 0.0 } else { -0.0 }
    }

    /// Weights that keep sums at about one, and biases; some of them 0, −0 or tiny, and in one case
    /// of four all biases −0, so that a sum of nothing is −0, too.
    fn parameters(&mut self, shapes: &[LayerShape]) -> Vec<f32> {
        let mut parameters = Vec::new();
        let unbiased = self.one_in(4);
        for shape in shapes {
            let scale = 1.7 / (shape.inputs as f32).sqrt();
            for index in 0..shape.parameters() {
                let is_bias = index >= shape.inputs * shape.outputs;
                parameters.push(match self.below(16) {
                    _ if is_bias && unbiased => -0.0,
                    0 => self.zero(),
                    1 => -0.0,
                    2 => self.number() * 1e-38,
                    _ if is_bias => self.number(),
                    _ => self.number() * scale,
                });
            }
        }
        parameters
    }

    fn pixels(&mut self, kind: Kind, count: usize, width: usize) -> Vec<u8> {
        let mut pixels = Vec::new();
        for sample in 0..count {
            // Of 16 pixels, so many are lit.
            let lit = match kind {
                Kind::Full => 16,
                Kind::Mixed => [0, 16, 3, 8, 1, 15][(sample + self.below(2)) % 6],
                _ => 0,
            };
            for _ in 0..width {
                let byte = if kind == Kind::Full { 255 } else { 1 + self.below(255) as u8 };
                pixels.push(if self.below(16) < lit { byte } else { 0 });
            }
        }
        pixels
    }

    fn features(&mut self, kind: Kind, count: usize, width: usize) -> Vec<f32> {
        let mut features: Vec<f32> = (0..count * width).map(|_| self.number()).collect();
        match kind {
            Kind::Zeros => {
                for row in features.chunks_exact_mut(width) {
                    // Of 8 features, so many are not 0.
                    let wanted = [0, 2, 4, 7, 8][self.below(5)];
                    for feature in row {
                        if self.below(8) >= wanted {
                            *feature = self.zero();
                        }
                    }
                }
            }
            Kind::OneZero => features[self.below(count * width)] = -0.0,
            _ => {}
        }
        features
    }

    fn dataset(&mut self, kind: Kind, count: usize, width: usize, classes: usize) -> Dataset {
        let inputs = match kind {
            Kind::Empty | Kind::Full | Kind::Mixed => {
                Inputs::Pixels(self.pixels(kind, count, width))
            }
            _ => Inputs::Features(self.features(kind, count, width)),
        };
        let labels = (0..count).map(|_| self.below(classes) as u16).collect();
        Dataset::new(width, inputs, labels)
    }
}

/// The samples of a set as rows of numbers.
fn rows(set: &Dataset) -> Vec<Vec<f32>> {
    let values: Vec<f32> = match set.inputs() {
        Inputs::Pixels(pixels) => pixels.iter().map(|&byte| f32::from(byte) / 255.0).collect(),
        Inputs::Features(features) => features.clone(),
    };
    values.chunks_exact(set.width()).map(<[f32]>::to_vec).collect()
}

#[track_caller]
fn assert_bits(found: &[f32], expected: &[f32], what: impl Debug) {
    assert_eq!(found.len(), expected.len(), "{what:?}");
    let differs = |(found, expected): (&f32, &f32)| found.to_bits() != expected.to_bits();
    let pairs = || found.iter().zip(expected);
    if let Some(first) = pairs().position(differs) {
        let count = pairs().filter(|&pair| differs(pair)).count();
        let (found, expected) = (found[first], expected[first]);
        panic!("{count} numbers differ, number {first} is {found:e} for {expected:e}: {what:?}");
    }
}

/// All levels with 1, 2 and 3 threads; where that would take long, one number of threads a level.
fn machines(case: &Case) -> Vec<(Level, usize)> {
    let all = Level::available().into_iter().enumerate().flat_map(|(index, level)| {
        (0..3).map(move |threads| ((index + threads) % 3, (level, 1 + threads)))
    });
    let wanted = case.seed as usize % 3;
    let all = all.filter(|&(group, _)| case.work() < 1_000_000 || group == wanted);
    all.map(|(_, machine)| machine).collect()
}

/// What the desktop's training ends with, and what it saw at each step.
fn trained(
    case: &Case,
    machine: Machine,
    parameters: &[f32],
    samples: &impl Samples,
    order: &[u32],
) -> (Vec<f32>, Vec<Seen>) {
    let settings = case.settings();
    let mut trainer = Trainer::with_parameters(&settings, parameters, samples.len(), machine)
        .expect("settings in their ranges");
    let mut seen = Vec::new();
    let flow = trainer.train(samples, order, &mut |report: &BatchReport| {
        seen.push(Seen { cost: report.cost, correct: report.correct });
        ControlFlow::Continue(())
    });
    assert_eq!(flow, Ok(ControlFlow::Continue(())), "{case:?}");
    (trainer.network().parameters(), seen)
}

/// Training by the definition, then on every machine.
#[track_caller]
fn check(case: &Case) {
    let shapes = case.settings().shapes();
    let mut draws = Draws(case.seed);
    let parameters = draws.parameters(&shapes);
    let (width, classes) = (case.widths[0], case.widths[case.widths.len() - 1]);
    let set = draws.dataset(case.kind, case.samples(), width, classes);
    // Not the order in which they lie.
    let mut order: Vec<u32> = (0..set.len() as u32).collect();
    order.rotate_left(draws.below(set.len()));
    order.swap(0, set.len() / 2);

    let mut plain = Plain::new(&shapes, case.head.0, &parameters);
    let rows = rows(&set);
    let mut expected = Vec::new();
    for indices in order.chunks(case.batch) {
        let sample = |&index: &u32| {
            let index = index as usize;
            (rows[index].as_slice(), usize::from(set.labels()[index]))
        };
        let batch: Vec<_> = indices.iter().map(sample).collect();
        expected.push(plain.step(&batch, case.settings().eta));
    }
    let stepped = plain.parameters();
    assert!(stepped.iter().all(|value| value.is_finite()), "{case:?}");
    // A relu whose sums are all negative learns nothing.
    let differs = |(old, new): (&f32, &f32)| old.to_bits() != new.to_bits();
    let learns = parameters.iter().zip(&stepped).any(differs);
    assert!(learns || case.head.1 == Relu, "{case:?}");

    let samples = Indexed::from(set);
    for (level, threads) in machines(case) {
        let machine = Machine::new(level, threads).expect("threads");
        let (found, seen) = match &samples {
            Indexed::Images(images) => trained(case, machine, &parameters, images, &order),
            Indexed::Features(rows) => trained(case, machine, &parameters, rows, &order),
        };
        assert_eq!(seen, expected, "{level}, {threads} threads: {case:?}");
        assert_bits(&found, &stepped, (level, threads, case));
    }
}

/// Every width of a panel over every kind of input, of images enough for tiles.
#[test]
fn every_width_of_a_first_layer() {
    let kinds = [Kind::Mixed, Kind::Dense, Kind::Zeros];
    for (index, &width) in WIDTHS.iter().enumerate() {
        for (turn, &kind) in kinds.iter().enumerate() {
            let inputs = match kind {
                Kind::Mixed => 784,
                _ => WIDTHS[(5 * index + 7 * turn + 1) % 21],
            };
            check(&Case {
                widths: vec![inputs, width, 10],
                hidden: HIDDEN[(index + turn) % 4],
                head: HEADS[(index + 2 * turn) % 6],
                // 2 … 65 samples, and one sample.
                batch: [10, 65, 2, 64, 9, 1, 63][(index + 3 * turn) % 7],
                kind,
                seed: (10 * index + turn) as u64,
            });
        }
    }
}

/// Every batch with every kind of input on every machine.
#[test]
fn every_batch() {
    for (index, &batch) in BATCHES.iter().enumerate() {
        for (turn, &kind) in KINDS.iter().enumerate() {
            check(&Case {
                widths: vec![[65, 7, 20][turn % 3], [9, 24][index % 2], 10],
                hidden: HIDDEN[(index + turn) % 4],
                head: HEADS[(index * 5 + turn) % 6],
                batch,
                kind,
                seed: (100 + 10 * index + turn) as u64,
            });
        }
    }
}

/// Every activation below every head.
#[test]
fn every_activation_and_every_cost() {
    for (index, &hidden) in HIDDEN.iter().enumerate() {
        for (turn, &head) in HEADS.iter().enumerate() {
            for (step, kind) in [Kind::Mixed, Kind::Zeros].into_iter().enumerate() {
                check(&Case {
                    widths: vec![20, 33, [9, 40][step], [10, 3][index % 2]],
                    hidden,
                    head,
                    batch: [10, 66][(turn + step) % 2],
                    kind,
                    seed: (200 + 20 * index + 2 * turn + step) as u64,
                });
            }
        }
    }
}

/// Every width below others: dense outputs and outputs of which many are 0.
#[test]
fn every_width_below_another() {
    for (index, &below) in WIDTHS.iter().enumerate() {
        for (turn, hidden) in [Tanh, Relu, Relu, Identity].into_iter().enumerate() {
            check(&Case {
                widths: vec![7, below, WIDTHS[(7 * index + 5 * turn + 3) % 22], 4],
                hidden,
                head: HEADS[(index + turn) % 6],
                batch: [2, 64, 9, 10][(index + turn) % 4] / if below == 1000 { 2 } else { 1 },
                kind: KINDS[(index + turn) % 6],
                seed: (300 + 10 * index + turn) as u64,
            });
        }
    }
}

/// Every number of outputs, with every head; without hidden layers, too.
#[test]
fn every_width_of_a_last_layer() {
    for (index, &outputs) in [1, 10, 65, 130, 209].iter().enumerate() {
        for (turn, &head) in HEADS.iter().enumerate() {
            for below in [&[12][..], &[12, 105], &[105]] {
                check(&Case {
                    widths: below.iter().chain([&outputs]).copied().collect(),
                    hidden: HIDDEN[(index + turn) % 4],
                    // Of one output, softmax makes 1, whatever it is given.
                    head: if outputs == 1 && turn == 5 { HEADS[0] } else { head },
                    batch: [9, 64, 2][(index + turn) % 3],
                    kind: [Kind::Mixed, Kind::Zeros, Kind::Dense, Kind::Full][(index + turn) % 4],
                    seed: (400 + 10 * index + turn) as u64,
                });
            }
        }
    }
}

/// An image without ink, above which sums are biases: −0 here, and so are some outputs.
#[test]
fn sums_of_nothing_keep_their_sign() {
    for hidden in HIDDEN {
        let widths = [4, 110, 70, 3];
        let shapes = Settings {
            topology: "4-110-70-3".parse().expect("a topology"),
            activation: hidden,
            output: Some(Identity),
            ..Settings::default()
        }
        .shapes();
        let count = shapes.iter().map(LayerShape::parameters).sum::<usize>();
        let mut parameters = vec![-0.0; count];
        // The last layer's weights are not 0.
        let tail = widths[2] * widths[3] + widths[3];
        parameters[count - tail..].iter_mut().step_by(2).for_each(|value| *value = 0.25);
        let plain = Plain::new(&shapes, CostKind::Quadratic, &parameters);
        let expected = plain.outputs(&[0.0; 4]);
        let network = PackedNetwork::with_parameters(&shapes, &parameters).expect("a network");
        for level in Level::available() {
            for kind in [Kind::Empty, Kind::Zeros] {
                let inputs = match kind {
                    Kind::Empty => Inputs::Pixels(vec![0; 4 * 70]),
                    _ => Inputs::Features([0.0, -0.0, -0.0, 0.0].repeat(70)),
                };
                let set = Dataset::new(4, inputs, vec![0; 70]);
                let head = AnyActivation { kind: Identity, math: shapes[0].math };
                let found = outputs(&network, (CostKind::Quadratic, head), &set.into(), level, 1);
                for found in found.chunks_exact(3) {
                    assert_bits(found, &expected, (hidden, level, kind));
                }
            }
        }
    }
}

/// The outputs of an evaluation.
fn outputs(
    network: &PackedNetwork,
    (cost, output): (CostKind, AnyActivation),
    samples: &Indexed,
    level: Level,
    threads: usize,
) -> Vec<f32> {
    let machine = Machine::new(level, threads).expect("threads");
    let cost = AnyCost::new(cost, output).expect("a cost that fits");
    let evaluation = match samples {
        Indexed::Images(images) => evaluate(network, &cost, images, &machine),
        Indexed::Features(rows) => evaluate(network, &cost, rows, &machine),
    };
    evaluation.expect("finite outputs").outputs
}

#[test]
fn every_evaluation() {
    for (index, count) in [1, 63, 64, 65, 511, 513].into_iter().enumerate() {
        for (turn, &kind) in KINDS.iter().enumerate() {
            let case = Case {
                widths: vec![[12, 300][turn % 2], [105, 64, 30][index % 3], 9, [10, 130][turn % 2]],
                hidden: HIDDEN[(index + turn) % 4],
                head: HEADS[(5 * index + turn) % 6],
                batch: 10,
                kind,
                seed: (500 + 10 * index + turn) as u64,
            };
            let settings = case.settings();
            let shapes = settings.shapes();
            let mut draws = Draws(case.seed);
            let parameters = draws.parameters(&shapes);
            let set = draws.dataset(kind, count, case.widths[0], case.widths[3]);
            let plain = Plain::new(&shapes, settings.cost, &parameters);
            let expected: Vec<f32> = rows(&set).iter().flat_map(|row| plain.outputs(row)).collect();
            let network = PackedNetwork::with_parameters(&shapes, &parameters).expect("a network");
            let samples = Indexed::from(set);
            let output = AnyActivation { kind: case.head.1, math: settings.math };
            for (level, threads) in machines(&case) {
                let found = outputs(&network, (case.head.0, output), &samples, level, threads);
                assert_bits(&found, &expected, (count, level, threads, &case));
            }
        }
    }
}

/// Any of all these.
fn cases() -> impl Strategy<Value = Case> {
    let hidden = prop::collection::vec(select(&WIDTHS[..]), 1..=2);
    let ends = (select(&WIDTHS[..]), select(&[1, 10, 65, 130][..]));
    let kinds = (select(&HIDDEN[..]), select(&HEADS[..]), select(&KINDS[..]));
    let case = (hidden, ends, kinds, select(&BATCHES[..]), any::<u64>());
    let case = case.prop_map(|(layers, (inputs, outputs), (hidden, head, kind), batch, seed)| {
        let head = if outputs == 1 && head == HEADS[5] { HEADS[4] } else { head };
        let widths = [&[inputs][..], &layers, &[outputs]].concat();
        Case { widths, hidden, head, batch, kind, seed }
    });
    case.prop_filter("takes long", |case| case.work() < 20_000_000)
}

proptest! {
    // No file of past failures: the message shows the case, and a new one belongs above.
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::with_cases(250)
    })]

    #[test]
    fn any_network_on_any_machine(case in cases()) {
        check(&case);
    }
}
