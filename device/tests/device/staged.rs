//! Networks that read what stages make of an image.

use core::array;

use gradito_core::cost::{Class, Quadratic};
use gradito_core::image::{InputKind, Polarity};
use gradito_core::kind::CostKind;
use gradito_core::optimizer::Sgd;
use gradito_core::quantized;
use gradito_core::quantized::kernels::Portable;
use gradito_core::random::Stream;
use gradito_core::sgd;
use gradito_core::signal::{Pixels, write_runs};
use gradito_core::stage::{Stages, Staging};
use gradito_device::Device;
use gradito_device::front::Direct;
use gradito_device::inference::Inference;
use gradito_device::parts::Parts;
use gradito_device::purpose::Sizes;
use gradito_device::quantized::QuantizedInference;
use gradito_device::staged::StagedInputs;
use gradito_device::training::{Learning, TrainingMemory};
use gradito_link::message::{Hello, Input, ModelFault, Refusal, Reply, Request};
use rand_core::Rng;
use sha2::{Digest, Sha256};
use zerocopy::IntoBytes;

use crate::board::{Client, Clock, Link, Net, NetLayers, drawn, flash_with, image, parameters};
use crate::quantized::scores;

const STAGES: &str = "deskew,pool2";

/// Images of 6×4, of which 3×2 pixels are read.
type Staged = StagedInputs<3, 6, 4, 24>;

type Runner<'m> = Inference<'m, 6, NetLayers, Staged>;
type Packed = quantized!(Nibbles: 6 => 4 Relu => 3 Identity);
type PackedLayers = <Packed as Parts>::Layers;
type PackedRunner<'m> = QuantizedInference<'m, 6, PackedLayers, Staged, Portable>;

fn stages(text: &str) -> Stages {
    text.parse().unwrap()
}

/// Images of that size before these stages.
fn kind(width: u32, height: u32, stages: Stages) -> InputKind {
    let polarity = Polarity::InkHigh;
    InputKind::Pixels { width, height, polarity, prepared: false, threshold: None, stages }
}

fn images(count: usize) -> Vec<[u8; 24]> {
    let mut rng = Stream::Split.rng(5);
    let mut pixel = || if rng.next_u32().is_multiple_of(3) { rng.next_u32() as u8 } else { 0 };
    (0..count).map(|_| array::from_fn(|_| pixel())).collect()
}

/// What the network reads of an image.
fn staged(image: &[u8; 24]) -> Pixels<6> {
    let mut staged = Pixels([0; 6]);
    let staging = Staging::new(stages(STAGES), 6, 4).unwrap();
    staging.apply(image.as_slice(), &mut [0; 6], &mut staged.0);
    staged
}

fn runs(image: &[u8; 24]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_runs(image, &mut |byte| bytes.push(byte));
    bytes
}

#[test]
fn outputs_are_those_of_what_is_staged() {
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let network = drawn::<6, NetLayers>(1);
    let bytes = image(&network, kind(6, 4, stages(STAGES)), CostKind::Quadratic);
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&bytes));
    let Reply::Hello(Hello { inputs, model, .. }) = client.ask(&mut device, Request::Hello) else {
        panic!()
    };
    assert_eq!((inputs, model.is_ok()), (0b111, true));
    let mut expected = Net::TRACE;
    for image in images(30) {
        network.forward(&staged(&image), &mut expected);
        let expected = network.outputs(&expected);
        for input in [Input::Pixels(&image), Input::Runs(&runs(&image))] {
            let reply = client.ask(&mut device, Request::Infer(input));
            let Reply::Inferred { outputs, .. } = reply else { panic!("{reply:?}") };
            assert_eq!(outputs, expected.as_bytes());
        }
    }
    // What is read already is no image.
    for input in [Input::Pixels(&[1; 6]), Input::Values(&[0; 24]), Input::Bits(&[0; 3])] {
        let reply = client.ask(&mut device, Request::Infer(input));
        assert_eq!(reply, Reply::Refused(Refusal::Input));
    }
}

#[test]
fn scores_are_those_of_what_is_staged() {
    let (mut link, mut trace, mut client) = (Link::ZERO, Packed::TRACE, Client::default());
    let flash = flash_with(&crate::quantized::image::<PackedLayers>(kind(6, 4, stages(STAGES))));
    let mut device = Device::new(&mut link, PackedRunner::new(&mut trace), Clock::default(), flash);
    for image in images(30) {
        let expected = scores::<PackedLayers, _>(&staged(&image));
        for input in [Input::Pixels(&image), Input::Runs(&runs(&image))] {
            let reply = client.ask(&mut device, Request::Infer(input));
            let Reply::Inferred { outputs, .. } = reply else { panic!("{reply:?}") };
            assert_eq!(outputs, expected.as_bytes());
        }
    }
}

#[test]
fn models_of_other_stages_are_refused() {
    let network = drawn::<6, NetLayers>(1);
    for other in [
        kind(3, 2, Stages::NONE),
        kind(4, 6, stages(STAGES)),
        kind(6, 4, stages("pool2")),
        kind(3, 2, stages("deskew")),
        InputKind::Features { count: 6 },
    ] {
        let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
        let flash = flash_with(&image(&network, other, CostKind::Quadratic));
        let mut device = Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash);
        let reply = client.ask(&mut device, Request::Infer(Input::Pixels(&[1; 24])));
        assert_eq!(reply, Reply::Refused(Refusal::NoModel(ModelFault::Inputs)), "{other:?}");
    }
    // One without stages takes no model that has some.
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let bytes = image(&network, kind(3, 2, stages("deskew")), CostKind::Quadratic);
    let runner = crate::board::Runner::new(&mut trace);
    let mut device = Device::new(&mut link, runner, Clock::default(), flash_with(&bytes));
    let reply = client.ask(&mut device, Request::Infer(Input::Pixels(&[1; 6])));
    assert_eq!(reply, Reply::Refused(Refusal::NoModel(ModelFault::Inputs)));
}

#[test]
fn steps_are_on_what_is_staged() {
    const BATCH: usize = 4;
    type Front = Direct<Staged>;
    type Learner<'m> = Learning<'m, 6, Front, NetLayers, Quadratic, BATCH>;
    let (mut link, mut client) = (Link::ZERO, Client::default());
    let mut memory = TrainingMemory::<6, Front, NetLayers, BATCH>::ZERO;
    let mut network = drawn::<6, NetLayers>(1);
    let bytes = image(&network, kind(6, 4, stages(STAGES)), CostKind::Quadratic);
    let mut device =
        Device::new(&mut link, Learner::new(&mut memory), Clock::default(), flash_with(&bytes));
    let (mut sgd, mut hash) = (Sgd::new(), Sha256::new());
    let mut traces = array::from_fn::<_, BATCH, _>(|_| Net::TRACE);
    for batch in images(20).chunks(BATCH) {
        for (slot, image) in (0..).zip(batch) {
            let (label, runs) = (u16::from(slot) % 3, runs(image));
            let input = if slot % 2 == 0 { Input::Pixels(image) } else { Input::Runs(&runs) };
            let reply = client.ask(&mut device, Request::Sample { slot, label, input });
            assert_eq!(reply, Reply::Done);
            hash.update(label.to_le_bytes());
            hash.update(image);
        }
        let request = Request::Step { samples: BATCH as u8, eta: 2.0 };
        let reply = client.ask(&mut device, request);
        hash.update(2.0_f32.to_le_bytes());
        let read: Vec<_> = batch.iter().map(staged).collect();
        let pairs = read.iter().zip((0..BATCH).map(|slot| Class(slot % 3)));
        let report =
            sgd::step(&mut network, &mut sgd, &Quadratic, pairs, &mut traces, 2.0).unwrap();
        let Reply::Stepped { cost, correct, .. } = reply else { panic!("{reply:?}") };
        assert_eq!((cost, correct), (report.cost, report.correct));
    }
    let Reply::Digest { parameters: found, training: Some(training) } =
        client.ask(&mut device, Request::Digest)
    else {
        panic!()
    };
    assert_eq!(found[..], Sha256::digest(parameters(&network).as_bytes())[..]);
    // Of images as they came.
    assert_eq!(training.samples_digest[..], hash.finalize()[..]);
}

#[test]
fn stages_take_room_on_the_stack() {
    assert_eq!((<Runner<'_> as Sizes>::INPUT_LENGTH, crate::board::Runner::ROOM), (24, 0));
    assert_eq!(<PackedRunner<'_> as Sizes>::ROOM, 4 * 6 + 6 + 128);
}
