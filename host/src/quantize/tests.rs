use gradito_core::Network;
use gradito_core::image::Image;
use gradito_core::kind::{ActivationKind, InitKind, MathKind};
use gradito_core::layer::LayerShape;
use gradito_core::quantized;
use gradito_core::quantized::input::{Bits, pack};
use gradito_core::quantized::kernels::Portable;
use gradito_core::quantized::layer::{QuantizedLayer, Reads};
use gradito_core::quantized::parameters::{output, places, words};
use gradito_core::quantized::weights::WeightKind;
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use super::*;
use crate::data::{Dataset, Inputs, Sample, mnist};
use crate::network::PackedNetwork;
use crate::training::activations;

fn shapes(widths: &[usize], hidden: ActivationKind, last: ActivationKind) -> Vec<LayerShape> {
    let math = MathKind::Poly;
    let pairs = widths.windows(2).enumerate();
    pairs
        .map(|(at, pair)| LayerShape {
            inputs: pair[0],
            outputs: pair[1],
            activation: if at + 2 == widths.len() { last } else { hidden },
            math,
        })
        .collect()
}

fn drawn(shapes: &[LayerShape], seed: u64) -> PackedNetwork {
    let mut network = PackedNetwork::new(shapes).unwrap();
    network.initialize(InitKind::Scaled, seed);
    network
}

/// The first test images, with all shades or black and white.
fn digits(count: u32, bits: bool) -> Dataset {
    let rows: Vec<u32> = (0..count).collect();
    let mut set = mnist::test().unwrap().select(&rows);
    if bits {
        set.blacken(128.try_into().unwrap());
    }
    set
}

fn quantized(network: &PackedNetwork, bits: bool, samples: &Dataset) -> QuantizedNetwork {
    of_kind(network, WeightKind::I8, bits, samples)
}

fn of_kind(
    network: &PackedNetwork,
    kind: WeightKind,
    bits: bool,
    samples: &Dataset,
) -> QuantizedNetwork {
    quantize(network, kind, bits, &calibrate(network, samples)).unwrap()
}

/// z of the last layer is right to a few per cent of its size: weights have two digits, and tables a
/// step of a hundredth.
fn is_near(widths: &[usize], hidden: ActivationKind, bits: bool) {
    let shapes = shapes(widths, hidden, ActivationKind::Identity);
    let samples = digits(100, bits);
    for seed in 1..4 {
        let network = drawn(&shapes, seed);
        let scores = quantized(&network, bits, &samples).scores(&samples);
        let z = activations(&network, samples.clone()).pop().unwrap();
        let square = |values: &mut dyn Iterator<Item = f64>| -> f64 {
            values.map(|value| value * value).sum::<f64>()
        };
        let error = square(
            &mut scores
                .iter()
                .zip(&z)
                .map(|(&score, &z)| f64::from(score) / 65_536.0 - f64::from(z)),
        );
        let all = square(&mut z.iter().map(|&z| f64::from(z)));
        let part = (error / all).sqrt();
        assert!(
            part < 0.02 * (widths.len() - 1) as f64,
            "{widths:?} {hidden} {bits} {seed}: {part}"
        );
    }
}

#[test]
fn every_activation_and_depth_is_near_its_parent() {
    use ActivationKind::{Identity, Relu, Sigmoid, Tanh};
    for bits in [false, true] {
        for hidden in [Sigmoid, Tanh, Relu, Identity] {
            is_near(&[784, 10], hidden, bits);
            is_near(&[784, 33, 10], hidden, bits);
            is_near(&[784, 64, 47, 21, 3], hidden, bits);
        }
    }
}

/// Networks of compile-time widths, read from an image's parameters, give the same scores.
#[test]
fn typed_networks_give_the_same_scores() {
    fn all(samples: &Dataset, infer: impl Fn(&[u8]) -> Vec<i32>) -> Vec<i32> {
        let infer = |index| match samples.sample(index) {
            Sample::Pixels(pixels) => infer(pixels),
            Sample::Features(_) => panic!("pixels"),
        };
        (0..samples.len()).flat_map(infer).collect()
    }
    fn infer<L, X: ?Sized>(parameters: &[u32], x: &X) -> Vec<i32>
    where
        L: Reads<X> + FromBytes + KnownLayout + Immutable,
    {
        let network = quantized::Network::<L>::ref_from_bytes(parameters.as_bytes()).unwrap();
        let mut trace = quantized::Network::<L>::TRACE;
        network.infer::<Portable, X>(x, &mut trace);
        quantized::Network::<L>::scores(&trace).to_vec()
    }
    trait Layers {
        type Layers: QuantizedLayer;
    }
    impl<L: QuantizedLayer> Layers for quantized::Network<L> {
        type Layers = L;
    }
    /// Networks of bytes and of bits, whose weights are of one kind.
    fn agree<OfBytes, OfBits>()
    where
        OfBytes: Reads<[u8; 784]> + FromBytes + KnownLayout + Immutable,
        OfBits: for<'a> Reads<Bits<'a, 784>> + FromBytes + KnownLayout + Immutable,
    {
        let shapes = shapes(&[784, 30, 10], ActivationKind::Relu, ActivationKind::Softmax);
        let network = drawn(&shapes, 3);
        let samples = digits(200, false);
        let whole = of_kind(&network, OfBytes::WEIGHTS, false, &samples);
        let found = all(&samples, |pixels| {
            let pixels: &[u8; 784] = pixels.try_into().unwrap();
            infer::<OfBytes, _>(whole.parameters(), pixels)
        });
        assert_eq!(found, whole.scores(&samples));
        let samples = digits(200, true);
        let whole = of_kind(&network, OfBits::WEIGHTS, true, &samples);
        let found = all(&samples, |pixels| {
            let packed: Vec<u8> = pixels.chunks(8).map(|eight| pack(eight, 128)).collect();
            infer::<OfBits, Bits<'_, 784>>(whole.parameters(), &Bits::new(&packed).unwrap())
        });
        assert_eq!(found, whole.scores(&samples));
    }
    macro_rules! agree {
        ($($network:tt)+) => {
            agree::<
                <gradito_core::quantized!($($network)+ 784 => 30 Relu => 10 Softmax) as Layers>::Layers,
                <gradito_core::quantized!($($network)+ bits 784 => 30 Relu => 10 Softmax) as Layers>::Layers,
            >()
        };
    }
    agree::<
        <gradito_core::quantized!(784 => 30 Relu => 10 Softmax) as Layers>::Layers,
        <gradito_core::quantized!(bits 784 => 30 Relu => 10 Softmax) as Layers>::Layers,
    >();
    agree!(Nibbles:);
    agree!(Crumbs:);
    agree!(Trits:);
}

/// Fewer bits are further from their parent, as far as they should be and no further.
#[test]
fn fewer_bits_lose_more() {
    let shapes = shapes(&[784, 33, 10], ActivationKind::Sigmoid, ActivationKind::Identity);
    let samples = digits(100, false);
    let network = drawn(&shapes, 1);
    let z = activations(&network, samples.clone()).pop().unwrap();
    let lost = |kind| {
        let scores = of_kind(&network, kind, false, &samples).scores(&samples);
        let differences =
            scores.iter().zip(&z).map(|(&score, &z)| (score as f32 / 65_536.0 - z).abs());
        differences.sum::<f32>() / z.iter().map(|z| z.abs()).sum::<f32>()
    };
    use WeightKind::{I2, I4, I8, Ternary};
    let lost = [I8, I4, I2, Ternary].map(lost);
    assert!(lost.is_sorted(), "{lost:?}");
    assert!(lost[0] < 0.02 && lost[1] < 0.25 && lost[3] < 0.8, "{lost:?}");
}

/// What training left on a grid is on it still, number by number, and nothing is lost.
#[test]
fn trained_grids_are_found_again() {
    use crate::network::Machine;
    use crate::simd::Level;
    use crate::training::{Indexed, Settings, Trainer};
    use std::ops::ControlFlow;

    let set = digits(300, false);
    let Indexed::Images(images) = Indexed::from(set.clone()) else { panic!("pixels") };
    let order: Vec<u32> = (0..300).collect();
    for kind in WeightKind::ALL {
        let settings = Settings {
            topology: "784-21-12-10".parse().unwrap(),
            activation: ActivationKind::Relu,
            cost: gradito_core::kind::CostKind::SoftmaxCrossEntropy,
            eta: 0.1,
            momentum: 0.5,
            weights: Some(kind),
            ..Settings::default()
        };
        let machine = Machine::single(Level::best());
        let mut trainer = Trainer::new(&settings, 300, machine).unwrap();
        let first = trainer.network().parameters();
        let _ = trainer.train(&images, &order, &mut |_| ControlFlow::Continue(())).unwrap();
        let network = trainer.network();
        assert_ne!(network.parameters(), first);
        let found = of_kind(network, kind, false, &set);
        let (all, mut at) = (network.parameters(), 0);
        for (shape, place) in
            found.shapes().iter().zip(places(found.shapes().iter().copied(), kind, false))
        {
            let place = place.unwrap();
            let words = &found.parameters()[place.weights];
            for output in 0..shape.outputs {
                let weight = |input| all[at + input * shape.outputs + output];
                let widest = (0..shape.inputs).map(|input| weight(input).abs()).fold(0.0, f32::max);
                let step = f64::from(widest) / f64::from(kind.largest());
                for input in 0..shape.inputs {
                    let number = place.layout.weight(words, shape.outputs, input, output);
                    let exact = f64::from(weight(input)) / step;
                    assert!((exact - f64::from(number)).abs() < 1e-4, "{kind} {exact} {number}");
                }
            }
            at += shape.parameters();
        }
    }
}

#[test]
fn features_are_read_as_bytes() {
    let shapes = shapes(&[3, 8, 2], ActivationKind::Tanh, ActivationKind::Sigmoid);
    let network = drawn(&shapes, 5);
    let values = vec![0.0, 0.25, 1.0, 0.5, 1.5, -1.0];
    let rows = Dataset::new(3, Inputs::Features(values), vec![0, 1]);
    let bytes = Dataset::new(3, Inputs::Pixels(vec![0, 64, 255, 128, 255, 0]), vec![0, 1]);
    let found = quantized(&network, false, &rows);
    assert_eq!(found.scores(&rows), found.scores(&bytes));
}

#[test]
fn networks_of_zeros_and_of_huge_numbers() {
    let shapes = shapes(&[4, 3, 2], ActivationKind::Relu, ActivationKind::Sigmoid);
    let samples = Dataset::new(4, Inputs::Pixels(vec![0, 9, 0, 255]), vec![1]);
    let zero = PackedNetwork::new(&shapes).unwrap();
    assert_eq!(quantized(&zero, false, &samples).scores(&samples), [0, 0]);
    let count: usize = shapes.iter().map(LayerShape::parameters).sum();
    // Biases alone.
    let mut parameters = vec![0.0; count];
    parameters[count - 2..].copy_from_slice(&[1.5, -0.25]);
    let biases = PackedNetwork::with_parameters(&shapes, &parameters).unwrap();
    let scores = quantized(&biases, false, &samples).scores(&samples);
    assert!(scores[0].abs_diff(98_304) <= 4 && scores[1].abs_diff(-16_384) <= 4, "{scores:?}");
    // Where there is no 0, zeros are as good as that: weights whose sum is no step of a score.
    for kind in WeightKind::ALL {
        assert_eq!(of_kind(&zero, kind, false, &samples).scores(&samples), [0, 0], "{kind}");
        let scores = of_kind(&biases, kind, false, &samples).scores(&samples);
        assert!(scores[0].abs_diff(98_304) <= 4 && scores[1].abs_diff(-16_384) <= 4, "{kind}");
    }
    // z of 10⁹ is beyond every score.
    parameters.fill(1e9);
    let huge = PackedNetwork::with_parameters(&shapes, &parameters).unwrap();
    let error = quantize(&huge, WeightKind::I8, false, &calibrate(&huge, &samples)).unwrap_err();
    assert_eq!(error, QuantizeError::Scale { layer: 1, output: 0 });
    assert!(error.to_string().starts_with("layer 1, output 0"), "{error}");
}

#[test]
fn what_could_overflow_is_named() {
    let shapes = shapes(&[5, 3, 2], ActivationKind::Sigmoid, ActivationKind::Sigmoid);
    let samples = Dataset::new(5, Inputs::Pixels(vec![7; 5]), vec![0]);
    let whole = quantized(&drawn(&shapes, 1), false, &samples);
    // Behind 3 pairs of 2 words: the outputs of the first layer, two words each.
    let forged = |at: usize, change: &dyn Fn(&mut quantized::output::Output)| {
        let mut parameters = whole.parameters().to_vec();
        let place = &mut parameters[6 + 2 * at..][..2];
        let mut found = output([place[0], place[1]]);
        change(&mut found);
        place.copy_from_slice(&words(found));
        QuantizedNetwork::new(shapes.clone(), WeightKind::I8, false, parameters)
    };
    assert_eq!(forged(2, &|_| {}).as_ref(), Ok(&whole));
    let error = forged(2, &|output| output.bias = i32::MAX).unwrap_err();
    assert_eq!(error, Unproved::Sum { layer: 0, output: 2 });
    let error = forged(1, &|output| output.before = 0).unwrap_err();
    assert_eq!(error, Unproved::Product { layer: 0, output: 1 });
    let short = whole.parameters()[1..].to_vec();
    assert_eq!(QuantizedNetwork::new(shapes, WeightKind::I8, false, short), Err(Unproved::Length));
}

#[test]
fn models_go_into_images_and_come_out() {
    use crate::data::{InputKind, Polarity, Stages};
    use crate::model::{AnyModel, Model};
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model");
    for (kind, bits) in WeightKind::ALL.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        let shapes = shapes(&[784, 12, 10], ActivationKind::Tanh, ActivationKind::Sigmoid);
        let samples = digits(50, bits);
        let input = InputKind::Pixels {
            width: 28,
            height: 28,
            polarity: Polarity::InkHigh,
            prepared: true,
            threshold: bits.then(|| 128.try_into().unwrap()),
            stages: Stages::NONE,
        };
        let parent = crate::model::tests::of(drawn(&shapes, 2), input);
        let model = Model {
            network: of_kind(&parent.network, kind, bits, &samples),
            provenance: parent.provenance,
            input: parent.input.clone(),
            classes: parent.classes.clone(),
        };
        let bytes = model.to_bytes().unwrap();
        std::fs::write(&path, &bytes).unwrap();
        let AnyModel::Quantized(found) = AnyModel::read(&path).unwrap() else { panic!("{kind}") };
        assert_eq!(found.network, model.network);
        assert_eq!((found.input, found.classes), (model.input, model.classes));
        assert!(
            Model::read(&path).unwrap_err().to_string().contains(&format!("has {kind} parameters"))
        );
        assert_eq!(Image::from_bytes(&bytes).unwrap().provenance().input.is_bits(), bits);
    }
}
