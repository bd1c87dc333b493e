//! One seed, one data set, one topology: one digest, whatever computes it.

use std::num::NonZeroUsize;

use gradito::data::{self, Data, DataOptions, Dataset, Inputs, Source};
use gradito::model::digest;
use gradito::network::RuntimeNetwork;
use gradito::simd::Level;
use gradito::training::{Execution, IndexedParts, Settings, Widths, listed, train};
use gradito_core::cost::{Class, Quadratic};
use gradito_core::kind::{ActivationKind, CostKind, InitKind};
use gradito_core::optimizer::Sgd;
use gradito_core::random::{Stream, permutation};
use gradito_core::sgd::step;
use gradito_core::signal::Pixels;
use gradito_core::{Network, network};
use gradito_tests::golden;

/// MNIST, divided.
fn mnist() -> Data {
    data::load(&DataOptions::new(Source::Mnist)).expect("MNIST is in the library")
}

/// The first `count` samples of a set.
fn first(set: &Dataset, count: usize) -> Dataset {
    let Inputs::Pixels(pixels) = set.inputs() else { panic!("MNIST is pixels") };
    let pixels = pixels[..count * set.width()].to_vec();
    Dataset::new(set.width(), Inputs::Pixels(pixels), set.labels()[..count].to_vec())
}

/// The same images as features: dense `f32` instead of lists of lit pixels.
fn as_features(set: &Dataset) -> Dataset {
    let Inputs::Pixels(pixels) = set.inputs() else { panic!("MNIST is pixels") };
    let values = pixels.iter().map(|&byte| f32::from(byte) / 255.0).collect();
    Dataset::new(set.width(), Inputs::Features(values), set.labels().to_vec())
}

/// An empty set like `set`.
fn none_of(set: &Dataset) -> Dataset {
    let inputs = match set.inputs() {
        Inputs::Pixels(_) => Inputs::Pixels(Vec::new()),
        Inputs::Features(_) => Inputs::Features(Vec::new()),
    };
    Dataset::new(set.width(), inputs, Vec::new())
}

/// The digest of the parameters after training as `settings` say.
fn digest_of(settings: &Settings, execution: &Execution, samples: &Dataset) -> String {
    let parts = IndexedParts::new(samples.clone(), none_of(samples), none_of(samples));
    let trained = match &parts {
        IndexedParts::Images(parts) => train(settings, execution, parts, &mut ()),
        IndexedParts::Features(parts) => train(settings, execution, parts, &mut ()),
    }
    .expect("the training converges");
    let network = RuntimeNetwork::with_parameters(&settings.shapes(), &trained.parameters)
        .expect("parameters of the settings' network");
    hex(&digest(&network))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn execution(threads: usize, level: Level, widths: Widths) -> Execution {
    Execution { threads: NonZeroUsize::new(threads).expect("a thread"), level, widths }
}

/// The short training whose digest is written down.
fn short_training() -> Settings {
    Settings { steps: Some(golden::STEPS), ..Settings::default() }
}

#[test]
fn every_path_on_the_desktop_ends_with_the_golden_digest() {
    let samples = mnist().train;
    for level in Level::available() {
        for widths in [Widths::Listed, Widths::Runtime] {
            for threads in [1, 2, 5] {
                let found =
                    digest_of(&short_training(), &execution(threads, level, widths), &samples);
                assert_eq!(found, golden::DIGEST, "{level}, {widths:?}, {threads} threads");
            }
        }
    }
    let found = digest_of(&short_training(), &Execution::default(), &as_features(&samples));
    assert_eq!(found, golden::DIGEST, "dense inputs");
}

#[test]
fn the_device_s_loop_ends_with_the_golden_digest() {
    type Digits = network!(784 => 30 Sigmoid => 10 Sigmoid);
    let samples = mnist().train;
    let Inputs::Pixels(pixels) = samples.inputs() else { panic!("MNIST is pixels") };
    let (images, []) = pixels.as_chunks::<784>() else { panic!("whole images") };
    let settings = short_training();
    let mut network = Box::new(Digits::ZERO);
    network.initialize(InitKind::Scaled, settings.seed);
    let mut order = vec![0; samples.len()];
    permutation(&mut order, &mut Stream::Epoch(0).rng(settings.seed));
    let (mut sgd, mut traces) = (Sgd::new(), [Digits::TRACE; 10]);
    for batch in order.chunks(10).take(golden::STEPS as usize) {
        let batch: Vec<_> = batch
            .iter()
            .map(|&index| {
                let index = index as usize;
                (Pixels(images[index]), Class(samples.labels()[index].into()))
            })
            .collect();
        let batch = batch.iter().map(|(image, class)| (image, *class));
        step(&mut *network, &mut sgd, &Quadratic, batch, &mut traces, settings.eta)
            .expect("the training converges");
    }
    assert_eq!(hex(&digest(&*network)), golden::DIGEST);
}

#[test]
fn listed_networks_end_alike_on_compile_time_and_run_time_widths() {
    let samples = first(&mnist().train, 300);
    let networks = listed();
    assert!(networks.len() >= 8, "the table has lost a line");
    for (shapes, cost) in networks {
        let widths: Vec<_> =
            std::iter::once(784).chain(shapes.iter().map(|shape| shape.outputs)).collect();
        let topology = widths.iter().map(ToString::to_string).collect::<Vec<_>>().join("-");
        // 300 samples in batches of 7: the last batch is short.
        let settings = Settings {
            topology: topology.parse().expect("a topology"),
            cost,
            batch: 7,
            epochs: 1,
            ..Settings::default()
        };
        assert_eq!(settings.shapes(), shapes);
        for (threads, level) in [(1, Level::best()), (3, Level::BASELINE)] {
            let [compiled, runtime] = [Widths::Listed, Widths::Runtime]
                .map(|widths| digest_of(&settings, &execution(threads, level, widths), &samples));
            assert_eq!(compiled, runtime, "{topology}, {threads} threads, {level}");
        }
    }
}

#[test]
fn threads_and_vectors_change_no_bit_of_any_kind_of_training() {
    let samples = first(&mnist().train, 100);
    let base = Settings {
        topology: "784-13-9-10".parse().expect("a topology"),
        epochs: 2,
        eta: 0.1,
        ..Settings::default()
    };
    let kinds = [
        Settings { activation: ActivationKind::Tanh, momentum: 0.9, ..base.clone() },
        Settings { cost: CostKind::CrossEntropy, l2: 5.0, batch: 1, ..base.clone() },
        Settings {
            activation: ActivationKind::Relu,
            cost: CostKind::SoftmaxCrossEntropy,
            momentum: 0.5,
            l2: 0.1,
            batch: 64,
            ..base.clone()
        },
        Settings { batch: 100, init: InitKind::Unit, ..base },
    ];
    for settings in kinds {
        let plain = execution(1, Level::BASELINE, Widths::Runtime);
        let expected = digest_of(&settings, &plain, &samples);
        for threads in [1, 2, 5, 16] {
            for level in Level::available() {
                let execution = execution(threads, level, Widths::Listed);
                let found = digest_of(&settings, &execution, &samples);
                assert_eq!(found, expected, "{threads} threads, {level}: {settings:?}");
            }
        }
    }
}

#[test]
fn seeds_differ() {
    let samples = first(&mnist().train, 20);
    let of = |seed| {
        digest_of(
            &Settings { seed, epochs: 1, ..Settings::default() },
            &Execution::default(),
            &samples,
        )
    };
    assert_ne!(of(1), of(2));
}
