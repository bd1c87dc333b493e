//! One seed, one data set, one topology: one digest, whatever computes it.

use std::num::NonZeroUsize;

use gradito::data::{self, Data, DataOptions, Dataset, Inputs, Source};
use gradito::model::digest;
use gradito::network::PackedNetwork;
use gradito::simd::Level;
use gradito::training::{Decay, Execution, IndexedParts, Schedule, Settings, train};
use gradito_core::cost::{Class, Cost, CrossEntropy, Quadratic, SoftmaxCrossEntropy};
use gradito_core::kind::{ActivationKind, CostKind, InitKind};
use gradito_core::layer::Layer;
use gradito_core::network::Feedforward;
use gradito_core::optimizer::Sgd;
use gradito_core::quantized::weights::WeightKind;
use gradito_core::random::{Stream, permutation};
use gradito_core::sgd::step;
use gradito_core::signal::Pixels;
use gradito_core::{Network, network, network_layers};
use gradito_tests::golden;
use zerocopy::{FromBytes, FromZeros};

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
    let network = PackedNetwork::with_parameters(&settings.shapes(), &trained.parameters)
        .expect("parameters of the settings' network");
    hex(&digest(&network))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn execution(threads: usize, level: Level) -> Execution {
    Execution { threads: NonZeroUsize::new(threads).expect("a thread"), level }
}

/// The short training whose digest is written down.
fn short_training() -> Settings {
    Settings { steps: Some(golden::STEPS), ..Settings::default() }
}

#[test]
fn every_path_on_the_desktop_ends_with_the_golden_digest() {
    let samples = mnist().train;
    for level in Level::available() {
        for threads in [1, 2, 5] {
            let found = digest_of(&short_training(), &execution(threads, level), &samples);
            assert_eq!(found, golden::DIGEST, "{level}, {threads} threads");
        }
    }
    let features = as_features(&samples);
    for level in Level::available() {
        for threads in [1, 2] {
            let found = digest_of(&short_training(), &execution(threads, level), &features);
            assert_eq!(found, golden::DIGEST, "dense inputs, {level}, {threads} threads");
        }
    }
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

/// The digest of a network of compile-time widths that core's `step`, sample by sample, trained as
/// `settings` say.
fn stepped<L, C>(settings: &Settings, cost: &C, samples: &Dataset) -> String
where
    L: Layer<784> + FromBytes,
    C: Cost<L::Activation>,
{
    let mut shapes = Vec::new();
    Feedforward::<784, L>::shapes(|shape| shapes.push(shape));
    assert_eq!(shapes, settings.shapes());
    let mut network = Feedforward::<784, L>::new_box_zeroed().expect("memory");
    network.initialize(settings.init, settings.seed);
    let Inputs::Pixels(pixels) = samples.inputs() else { panic!("MNIST is pixels") };
    let (images, []) = pixels.as_chunks::<784>() else { panic!("whole images") };
    let images: Vec<Pixels<784>> = images.iter().map(|&image| Pixels(image)).collect();
    let (mut sgd, mut order) = (Sgd::new(), vec![0; images.len()]);
    let mut traces = vec![Feedforward::<784, L>::TRACE; settings.batch];
    for epoch in 0..settings.epochs {
        permutation(&mut order, &mut Stream::Epoch(epoch).rng(settings.seed));
        for batch in order.chunks(settings.batch) {
            let batch = batch.iter().map(|&index| {
                let index = index as usize;
                (&images[index], Class(samples.labels()[index].into()))
            });
            step(&mut *network, &mut sgd, cost, batch, &mut traces, settings.eta)
                .expect("the training converges");
        }
    }
    hex(&digest(&*network))
}

/// [`stepped`] for the layers of a network of 784 inputs and a cost.
type Stepped = fn(&Settings, &Dataset) -> String;

/// A line of the table: a cost, and layers as in `network!`.
macro_rules! compiled {
    ($cost:ident: 784 => $($layers:tt)+) => {
        (
            stringify!(784 => $($layers)+),
            CostKind::$cost,
            |settings: &Settings, samples: &Dataset| {
                stepped::<network_layers!(784 => $($layers)+), _>(settings, &$cost, samples)
            },
        )
    };
}

#[test]
fn networks_of_compile_time_widths_end_as_those_in_panels() {
    let samples = first(&mnist().train, 300);
    let table: [(&str, CostKind, Stepped); 10] = [
        compiled!(Quadratic: 784 => 10 Sigmoid),
        compiled!(Quadratic: 784 => 15 Sigmoid => 10 Sigmoid),
        compiled!(Quadratic: 784 => 30 Sigmoid => 10 Sigmoid),
        compiled!(CrossEntropy: 784 => 30 Sigmoid => 10 Sigmoid),
        compiled!(SoftmaxCrossEntropy: 784 => 32 Sigmoid => 10 Softmax),
        compiled!(Quadratic: 784 => 100 Sigmoid => 10 Sigmoid),
        compiled!(CrossEntropy: 784 => 100 Tanh => 10 Sigmoid),
        compiled!(SoftmaxCrossEntropy: 784 => 128 Relu => 10 Softmax),
        compiled!(SoftmaxCrossEntropy: 784 => 128 Relu => 64 Relu => 10 Softmax),
        compiled!(SoftmaxCrossEntropy: 784 => 512 Relu => 10 Softmax),
    ];
    for (layers, cost, stepped) in table {
        // `784 => 15 Sigmoid => 10 Sigmoid` is a topology and the activation of the first layer.
        let layers: Vec<Vec<&str>> =
            layers.split("=>").map(|layer| layer.split_whitespace().collect()).collect();
        let widths: Vec<&str> = layers.iter().map(|layer| layer[0]).collect();
        let activation = match layers[1][1] {
            "Tanh" => ActivationKind::Tanh,
            "Relu" => ActivationKind::Relu,
            _ => ActivationKind::Sigmoid,
        };
        // The last batch is short in both sizes.
        for batch in [7, 64] {
            let settings = Settings {
                topology: widths.join("-").parse().expect("a topology"),
                activation,
                cost,
                eta: if cost == CostKind::Quadratic { 3.0 } else { 0.1 },
                batch,
                epochs: 1,
                ..Settings::default()
            };
            let expected = stepped(&settings, &samples);
            for (threads, level) in [(1, Level::best()), (3, Level::BASELINE)] {
                let found = digest_of(&settings, &execution(threads, level), &samples);
                assert_eq!(found, expected, "{threads} threads, {level}: {settings:?}");
            }
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
        Settings { momentum: 0.5, l2: 0.1, weights: Some(WeightKind::I2), ..base.clone() },
        Settings {
            momentum: 0.9,
            nesterov: true,
            l2: 0.1,
            ema: Some(0.99),
            schedule: Schedule { warmup: 1, decay: Decay::Cosine { end: 0.1 } },
            ..base.clone()
        },
        Settings { batch: 100, init: InitKind::Unit, ..base },
    ];
    for settings in kinds {
        let expected = digest_of(&settings, &execution(1, Level::BASELINE), &samples);
        for threads in [1, 2, 5, 16] {
            for level in Level::available() {
                let execution = execution(threads, level);
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
