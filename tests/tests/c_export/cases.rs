//! Models of every kind, samples for them, and what gradito makes of these.

use std::path::{Path, PathBuf};
use std::{env, fs};

use gradito::data::{self, Data, DataOptions, Dataset, InputKind, Inputs, Scale, Shades, Source};
use gradito::export::c;
use gradito::model::Model;
use gradito::network::{Machine, PackedNetwork};
use gradito::simd::Level;
use gradito::training::{Execution, IndexedParts, Settings, train};
use gradito_core::image::Image;
use gradito_core::kind::{ActivationKind, MathKind};
use gradito_core::layer::LayerShape;
use gradito_core::network::argmax;
use gradito_core::random::Stream;
use gradito_tests::golden;
use gradito_tests::models::{drawn, model};
use rand_core::Rng;

use ActivationKind::{Identity, Relu, Sigmoid, Softmax, Tanh};

/// Images of MNIST that every network of pixels is shown.
const IMAGES: usize = 1000;

/// A model and what is known of it.
pub struct Case {
    pub name: &'static str,
    pub model: Model,
    /// The C type of an input.
    pub input: &'static str,
    /// The samples as the C code reads them.
    pub samples: Vec<u8>,
    /// The outputs of each sample, and its class.
    pub expected: Vec<(Vec<f32>, u32)>,
}

/// All of them; `sweep` numbers go through each exponential.
pub fn cases(sweep: usize) -> Vec<Case> {
    let (poly, libm) = (MathKind::Poly, MathKind::Libm);
    let mut cases = vec![
        trained(),
        pixels(
            "every hidden activation",
            poly,
            &[(16, Tanh), (12, Relu), (9, Identity), (10, Softmax)],
        ),
        bits("pixels of one bit", &[(14, Tanh), (10, Softmax)]),
        pixels("one layer", poly, &[(10, Sigmoid)]),
        pixels("relu outputs", poly, &[(33, Sigmoid), (10, Relu)]),
        features("features", poly, &[(7, Tanh), (4, Sigmoid), (3, Softmax)]),
        features("libm", libm, &[(7, Tanh), (5, Relu), (4, Softmax)]),
        features("identity outputs", poly, &[(3, Identity)]),
    ];
    for (name, activation, math) in [
        ("all of sigmoid", Sigmoid, poly),
        ("all of tanh", Tanh, poly),
        ("all of sigmoid, libm", Sigmoid, libm),
        ("all of tanh, libm", Tanh, libm),
    ] {
        cases.push(one_neuron(name, activation, math, sweep));
    }
    cases
}

/// The short training's network: a real one.
fn trained() -> Case {
    let data = data::load(&DataOptions::new(Source::Mnist)).expect("MNIST is in the library");
    let settings = Settings { steps: Some(golden::STEPS), ..Settings::default() };
    let IndexedParts::Images(parts) = IndexedParts::new(data.train, data.validation, data.test)
    else {
        panic!("MNIST is pixels")
    };
    let trained = train(&settings, &Execution::default(), &parts, &mut ()).expect("it converges");
    let network = PackedNetwork::with_parameters(&settings.shapes(), &trained.parameters);
    let network = network.expect("parameters of the settings' network");
    of_pixels("784-30-10, trained", network, Shades::All)
}

/// A network of pixels with parameters that were drawn.
fn pixels(name: &'static str, math: MathKind, layers: &[(usize, ActivationKind)]) -> Case {
    of_pixels(name, drawn(784, math, layers), Shades::All)
}

/// The same of pixels of one bit, which the C code makes of all shades.
fn bits(name: &'static str, layers: &[(usize, ActivationKind)]) -> Case {
    of_pixels(name, drawn(784, MathKind::Poly, layers), Shades::Two)
}

fn of_pixels(name: &'static str, network: PackedNetwork, shades: Shades) -> Case {
    let load = |shades| {
        let options = DataOptions { shades, ..DataOptions::new(Source::Mnist) };
        data::load(&options).expect("MNIST is in the library")
    };
    let images = |data: &Data| {
        let Inputs::Pixels(images) = data.test.inputs() else { panic!("MNIST is pixels") };
        images[..784 * IMAGES].to_vec()
    };
    let (samples, read) = (images(&load(Shades::All)), load(shades));
    let images = Inputs::Pixels(images(&read));
    Case::new(name, model(network, read.input), "uint8_t", samples, images)
}

/// A network of five features, one of which is always the same; some samples lie outside the range.
fn features(name: &'static str, math: MathKind, layers: &[(usize, ActivationKind)]) -> Case {
    let scaling = [(-1.0, 3.0), (0.0, 0.0), (1e-3, 0.7), (-2e9, 1e9), (0.1, 0.3)];
    let scaling: Vec<_> = scaling.iter().map(|&(min, max)| Scale { min, max }).collect();
    let mut rng = Stream::Split.rng(5);
    let values: Vec<f32> = (0..IMAGES)
        .flat_map(|_| scaling.clone())
        .map(|Scale { min, max }| match rng.next_u32() % 8 {
            0 => min,
            1 => max,
            2 => 0.0,
            _ => min + (max - min) * (rng.next_u32() as f32 / 3e9 - 0.2),
        })
        .collect();
    let names = ["length", "größe", "", "a \"b\"\\??/", "x,y"].map(str::to_owned).to_vec();
    let input = InputKind::Features { scaling, names: Some(names) };
    of_features(name, model(drawn(5, math, layers), input), &values)
}

/// One neuron that hands its input to its activation: all kinds of numbers pass.
fn one_neuron(
    name: &'static str,
    activation: ActivationKind,
    math: MathKind,
    count: usize,
) -> Case {
    let shape = LayerShape { inputs: 1, outputs: 1, activation, math };
    let network = PackedNetwork::with_parameters(&[shape], &[1.0, 0.0]).expect("a network");
    let unit = Scale { min: 0.0, max: 1.0 };
    let input = InputKind::Features { scaling: vec![unit], names: None };
    // Half of them over all bit patterns, half where the functions are not constant.
    let step = (u32::MAX / count as u32 * 2) | 1;
    let patterns = (0..count as u32 / 2).map(|index| f32::from_bits(index.wrapping_mul(step)));
    let inner = (0..count / 2).map(|index| 240.0 * (index as f32 / count as f32) - 120.0 / 2.0);
    let edges = [0.625, -0.625, 88.72284, 88.8, 89.1, -87.4, -103.97, -104.1, 1e-30, -0.0, 0.2554];
    let values: Vec<f32> =
        patterns.chain(inner).chain(edges).filter(|value| value.is_finite()).collect();
    of_features(name, model(network, input), &values)
}

/// `values` are in their own units.
fn of_features(name: &'static str, model: Model, values: &[f32]) -> Case {
    let InputKind::Features { scaling, .. } = &model.input else { panic!("features") };
    let scaled = values.iter().zip(scaling.iter().cycle()).map(|(&x, scale)| scale.apply(x));
    let scaled = scaled.collect();
    let samples = values.iter().flat_map(|value| value.to_ne_bytes()).collect();
    Case::new(name, model, "float", samples, Inputs::Features(scaled))
}

impl Case {
    fn new(
        name: &'static str,
        model: Model,
        input: &'static str,
        samples: Vec<u8>,
        inputs: Inputs,
    ) -> Self {
        let (width, outputs) = (model.network.inputs(), model.network.outputs());
        let labels = vec![0; inputs.len() / width];
        let set = Dataset::new(width, inputs, labels);
        let machine = Machine::single(Level::best());
        let evaluation = model.evaluate(set, &machine).expect("outputs that are finite");
        let rows = evaluation.outputs.chunks_exact(outputs);
        let expected = rows.map(|row| (row.to_vec(), argmax(row) as u32)).collect();
        Self { name, model, input, samples, expected }
    }

    /// Writes the C files, called `net`, to a new folder below the target directory.
    pub fn write(&self, kind: &str) -> PathBuf {
        let name = format!("c_export/{kind}/{}", self.name.replace(' ', "-"));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).expect("below the target directory");
        let bytes = self.model.to_bytes().expect("an image");
        let image = Image::from_bytes(&bytes).expect("an image");
        let files = c::write(&image, &folder.join("net.c")).expect("C code");
        fs::write(files.header_path, files.header).expect("a header");
        fs::write(files.source_path, files.source).expect("a source");
        folder
    }

    /// Holds what a C program wrote to what is expected.
    #[track_caller]
    pub fn check(&self, written: &[u8], how: &str) {
        let name = self.name;
        let mut words = written
            .chunks_exact(4)
            .map(|word| u32::from_ne_bytes([word[0], word[1], word[2], word[3]]));
        for (sample, (outputs, class)) in self.expected.iter().enumerate() {
            for (index, output) in outputs.iter().enumerate() {
                let (found, expected) = (words.next(), output.to_bits());
                assert_eq!(
                    found,
                    Some(expected),
                    "{name}, {how}: output {index} of sample {sample} is {:x?} for {expected:x}",
                    found
                );
            }
            assert_eq!(words.next(), Some(*class), "{name}, {how}: class of sample {sample}");
        }
        assert_eq!(words.next(), None, "{name}, {how}: more samples than there are");
    }
}
