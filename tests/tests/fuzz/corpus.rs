//! Small sound files of every kind.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use gradito::checkpoint::{Checkpoint, Identity};
use gradito::data::{Data, Dataset, InputKind, Inputs, Scale};
use gradito::device::train_log::{Header, Writer};
use gradito::model::Model;
use gradito::picture::{Gray, encode_png};
use gradito::quantize::{calibrate, quantize};
use gradito::training::{EpochReport, Position, Settings, Snapshot, Trainer};
use gradito_core::Network;
use gradito_core::kind::{ActivationKind, CostKind, InitKind, MathKind};
use gradito_core::quantized::weights::WeightKind;
use gradito_link::message::Input;
use gradito_tests::models::{drawn, model};

/// What a small run trains.
pub fn settings() -> Settings {
    Settings {
        topology: "2-5-2".parse().unwrap(),
        momentum: 0.5,
        batch: 5,
        epochs: 2,
        eta: 0.5,
        ..Settings::default()
    }
}

/// So many points of the plane.
pub fn points(count: usize) -> Dataset {
    let features: Vec<f32> = (0..2 * count).map(|at| (at as f32 * 0.618).fract()).collect();
    Dataset::new(2, Inputs::Features(features), (0..count).map(|at| (at % 2) as u16).collect())
}

fn features(count: usize) -> InputKind {
    InputKind::Features { scaling: vec![Scale { min: 0.0, max: 1.0 }; count], names: None }
}

pub fn models() -> Vec<Vec<u8>> {
    let layers = [(3, ActivationKind::Sigmoid), (2, ActivationKind::Softmax)];
    let network = drawn(2, MathKind::Poly, &layers);
    // Of weights as networks have them, which 8 bits can hold.
    let mut common = network.clone();
    common.initialize(InitKind::Scaled, 1);
    let ranges = calibrate(&common, &points(20));
    let plain = model(network, features(2));
    let quantized = WeightKind::ALL.map(|kind| {
        let model = Model {
            network: quantize(&common, kind, false, &ranges).unwrap(),
            provenance: plain.provenance,
            input: plain.input.clone(),
            classes: plain.classes.clone(),
        };
        model.to_bytes().unwrap()
    });
    let golden = include_bytes!("../../../core/tests/golden/2-2-2.gradito").to_vec();
    [golden, plain.to_bytes().unwrap()].into_iter().chain(quantized).collect()
}

/// A run at its beginning, and one after its first epoch.
pub fn checkpoints() -> Vec<Vec<u8>> {
    let settings = settings();
    let (train, validation, test) = (points(12), points(0), points(0));
    let (classes, name) = (vec!["a".to_owned(), "b".to_owned()], "points".to_owned());
    let input = features(2);
    let data = Data { train, validation, test, classes, input, digest: [1; 32], name };
    let identity = Identity::new(&settings, 0, &[2; 32], &data);
    let machine = gradito::network::Machine::single(gradito::simd::Level::best());
    let mut trainer = Trainer::new(&settings, 12, machine).unwrap();
    let report = EpochReport {
        epoch: 1,
        whole: true,
        cost: 0.25,
        train_accuracy: 0.5,
        validation_accuracy: Some(0.25),
        eta: 0.5,
        time: Duration::from_millis(1),
        deforming: Duration::ZERO,
    };
    let mut at = |epoch: u32| {
        let position = Position { epoch, steps: 3 * u64::from(epoch), ..Position::default() };
        let history = vec![report.clone(); epoch as usize];
        let (kept, state) = (trainer.network().parameters(), trainer.state());
        let snapshot = Snapshot { position, history, kept, state };
        Checkpoint { identity: identity.clone(), snapshot }.to_bytes()
    };
    vec![at(0), at(1)]
}

pub fn logs() -> Vec<Vec<u8>> {
    let log = |pixels: bool, inputs: u32, sample: Input<'_>| {
        let cost = CostKind::Quadratic;
        let header = Header { parent: [1; 32], cost, frozen: 0, pixels, inputs, classes: 3 };
        let mut log = Writer::new(&header);
        for label in 0..3 {
            log.sample(label, sample);
            log.step(0.5);
        }
        log.finish(Some([2; 32]), [3; 32])
    };
    let values: Vec<u8> = [1.0_f32, -2.0].iter().flat_map(|value| value.to_le_bytes()).collect();
    vec![log(true, 6, Input::Pixels(&[0, 1, 2, 0, 0, 9])), log(false, 2, Input::Values(&values))]
}

/// An IDX file of bytes.
pub fn idx(sizes: &[u32], bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, 8, sizes.len() as u8];
    file.extend(sizes.iter().flat_map(|size| size.to_be_bytes()));
    file.extend_from_slice(bytes);
    file
}

/// Twelve images of 3x2 pixels, or rows of 6.
pub fn images() -> Vec<Vec<u8>> {
    let pixels: Vec<u8> = (0..72).map(|at| at * 3).collect();
    vec![idx(&[12, 3, 2], &pixels), idx(&[12, 6], &pixels)]
}

/// `bytes`, packed.
pub fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

pub fn tables() -> Vec<Vec<u8>> {
    let mut rows = "x,y,kind\n".to_owned();
    for row in 0..12 {
        rows += &format!("{}.5,{},{}\n", row % 5, row * row, if row % 2 == 0 { "a" } else { "b" });
    }
    let quoted = rows.replace(",a", ",\"a, or\"\"\n\"");
    vec![rows.replace("x,y,kind\n", "").into_bytes(), rows.into_bytes(), quoted.into_bytes()]
}

pub fn pictures() -> Vec<Vec<u8>> {
    let ink = |at: u32| if (20..60).contains(&(at % 97)) { 20 } else { 240 };
    let (width, height) = (16, 12);
    let pixels: Vec<u8> = (0..width * height).map(ink).collect();
    let image = Gray { width, height, pixels };
    let mut pictures = vec![encode_png(&image).unwrap()];
    pictures.push([b"P5 16 12 255\n".to_vec(), image.pixels.clone()].concat());
    let numbers: Vec<String> = image.pixels.iter().map(ToString::to_string).collect();
    pictures.push(format!("P2 # a remark\n16 12\n255\n{}\n", numbers.join(" ")).into_bytes());
    pictures.push(b"P1 4 2 0110 1001".to_vec());
    pictures.push([&b"P4 9 2\n"[..], &[0xff, 0x80, 0x0f, 0]].concat());
    pictures.push([&b"P6 2 1 255\n"[..], &[1, 2, 3, 4, 5, 6]].concat());
    pictures
}

/// Messages of every kind there may be, behind the head of a frame.
pub fn messages() -> Vec<Vec<u8>> {
    (0..48_u8)
        .map(|kind| {
            let tail = (0..kind % 24).map(|at| at.wrapping_mul(37) % 5);
            [2, 1, 0, kind % 24].into_iter().chain(tail).collect()
        })
        .collect()
}

pub fn metrics() -> Vec<Vec<u8>> {
    let line = |epoch: u32| {
        format!(
            "{{\"epoch\":{epoch},\"cost\":0.25,\"train_accuracy\":0.5,\
             \"validation_accuracy\":{},\"eta\":3.0,\"seconds\":0.01}}\n",
            if epoch.is_multiple_of(3) { "null" } else { "0.75" }
        )
    };
    vec![line(1).into_bytes(), (1..7).map(line).collect::<String>().into_bytes()]
}

/// Texts of the command line.
/// Recipes, of all that one has.
pub fn recipes() -> Vec<Vec<u8>> {
    texts(&[
        "about = \"small\"\n\n[train]\nlayers = \"784-30-10\"\neta = 3.0\nepochs = 3\nbits = true\n",
        "about = \"known\"\n[train]\nstage = \"deskew,pool2\"\n\n[expected]\naccuracy = 95.5\n\
         spread = [95.25, 96.0]\nbytes = 1112\nseconds = 60.0\n",
    ])
}

pub fn texts(all: &[&str]) -> Vec<Vec<u8>> {
    all.iter().map(|text| text.as_bytes().to_vec()).collect()
}
