//! Training: the bits of the core, in the order in which samples come.

use core::array;

use gradito_core::cost::{Class, Quadratic, SoftmaxCrossEntropy};
use gradito_core::image::InputKind;
use gradito_core::kind::CostKind;
use gradito_core::network;
use gradito_core::optimizer::Sgd;
use gradito_core::random::Stream;
use gradito_core::report::Diverged;
use gradito_core::sgd;
use gradito_core::signal::{Pixels, write_runs};
use gradito_device::front::{Direct, InFlash};
use gradito_device::input::{FeatureInputs, PixelInputs};
use gradito_device::parts::Parts;
use gradito_device::training::{Learning, TrainingMemory};
use gradito_device::{Buffers, Device, receive_length, reply_length};
use gradito_link::message::{Input, Refusal, Reply, Request, Training};
use rand_core::Rng;
use sha2::{Digest, Sha256};
use zerocopy::IntoBytes;

use crate::board::{
    Client, Clock, Flash, Link, Net, NetLayers, PIXELS, drawn, flash_with, image, model, parameters,
};

const BATCH: usize = 4;

type Memory = TrainingMemory<6, Direct<PixelInputs>, NetLayers, BATCH>;
type Learner<'m> = Learning<'m, 6, Direct<PixelInputs>, NetLayers, Quadratic, BATCH>;
type LearningDevice<'b> =
    Device<'b, Learner<'b>, Clock, Flash, { receive_length(784) }, { reply_length(10, 2) }>;

/// Samples of 6 pixels, most of them 0, and 3 classes.
fn samples(count: usize) -> Vec<([u8; 6], u16)> {
    let mut rng = Stream::Split.rng(7);
    let mut pixel = || if rng.next_u32().is_multiple_of(3) { rng.next_u32() as u8 } else { 0 };
    (0..count).map(|index| (array::from_fn(|_| pixel()), (index % 3) as u16)).collect()
}

fn runs(pixels: &[u8; 6]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_runs(pixels, &mut |byte| bytes.push(byte));
    bytes
}

/// Sends a batch, every other sample with its zeros counted.
fn send(client: &mut Client, device: &mut LearningDevice<'_>, batch: &[([u8; 6], u16)]) {
    for (slot, (pixels, label)) in (0..).zip(batch) {
        let runs = runs(pixels);
        let input = if slot % 2 == 0 { Input::Pixels(pixels) } else { Input::Runs(&runs) };
        let request = Request::Sample { slot, label: *label, input };
        assert_eq!(client.ask(device, request), Reply::Done);
    }
}

/// The parameters in use, read over the link.
macro_rules! parameters_of {
    ($client:expr, $device:expr, $count:expr) => {{
        let mut found = Vec::new();
        while found.len() < 4 * $count {
            let first = found.len() as u32 / 4;
            let reply = $client.ask($device, Request::Parameters { first });
            let Reply::Bytes(piece) = reply else { panic!("{reply:?}") };
            found.extend_from_slice(piece);
        }
        found
    }};
}

#[test]
fn steps_are_the_core_s() {
    let (mut link, mut memory, mut client) = (Link::ZERO, Memory::ZERO, Client::default());
    let mut device =
        Device::new(&mut link, Learner::new(&mut memory), Clock::default(), flash_with(&model(1)));
    let (mut network, mut sgd) = (drawn::<6, NetLayers>(1), Sgd::new());
    let mut traces = array::from_fn::<_, BATCH, _>(|_| Net::TRACE);
    let (mut hash, mut steps, mut seen) = (Sha256::new(), 0, 0);
    // The last batch is shorter.
    for (index, batch) in samples(38).chunks(BATCH).enumerate() {
        let eta = 0.5 + index as f32;
        send(&mut client, &mut device, batch);
        let reply = client.ask(&mut device, Request::Step { samples: batch.len() as u8, eta });

        let pixels: Vec<_> = batch.iter().map(|(pixels, _)| Pixels(*pixels)).collect();
        let labels = batch.iter().map(|(_, label)| Class(usize::from(*label)));
        let pairs = pixels.iter().zip(labels);
        let report =
            sgd::step(&mut network, &mut sgd, &Quadratic, pairs, &mut traces, eta).unwrap();
        let (cost, correct) = (report.cost, report.correct);
        assert_eq!(reply, Reply::Stepped { cost, correct, ticks: 1 + batch.len() as u32 });

        for (pixels, label) in batch {
            hash.update(label.to_le_bytes());
            hash.update(pixels);
        }
        hash.update(eta.to_le_bytes());
        (steps, seen) = (steps + 1, seen + batch.len() as u32);
        let expected = parameters(&network);
        assert_eq!(parameters_of!(client, &mut device, expected.len()), expected.as_bytes());
        let training =
            Training { steps, samples: seen, eta, samples_digest: hash.clone().finalize().into() };
        let digest: [u8; 32] = Sha256::digest(expected.as_bytes()).into();
        let expected = Reply::Digest { parameters: digest, training: Some(training) };
        assert_eq!(client.ask(&mut device, Request::Digest), expected);
    }
    // What is inferred with is what was learnt.
    let mut trace = Net::TRACE;
    network.forward(&Pixels([7; 6]), &mut trace);
    let reply = client.ask(&mut device, Request::Infer(Input::Pixels(&[7; 6])));
    let Reply::Inferred { outputs, .. } = reply else { panic!("{reply:?}") };
    assert_eq!(outputs, network.outputs(&trace).as_bytes());

    // And it can be forgotten.
    assert_eq!(client.ask(&mut device, Request::Reset), Reply::Done);
    let first = parameters(&drawn::<6, NetLayers>(1));
    assert_eq!(parameters_of!(client, &mut device, first.len()), first.as_bytes());
    let Reply::Digest { training: Some(training), .. } = client.ask(&mut device, Request::Digest)
    else {
        panic!()
    };
    let nothing: [u8; 32] = Sha256::digest([]).into();
    let expected = Training { steps: 0, samples: 0, eta: 0.0, samples_digest: nothing };
    assert_eq!(training, expected);
}

#[test]
fn a_repeated_step_is_taken_once() {
    let (mut link, mut memory, mut client) = (Link::ZERO, Memory::ZERO, Client::default());
    let mut device =
        Device::new(&mut link, Learner::new(&mut memory), Clock::default(), flash_with(&model(1)));
    send(&mut client, &mut device, &samples(4));
    let step = Request::Step { samples: 4, eta: 3.0 };
    let first = client.ask(&mut device, step);
    assert!(matches!(first, Reply::Stepped { .. }));
    assert_eq!(client.again(&mut device, step), first);
    let Reply::Digest { training: Some(training), .. } = client.ask(&mut device, Request::Digest)
    else {
        panic!()
    };
    assert_eq!((training.steps, training.samples), (1, 4));
    let sample = Request::Sample { slot: 0, label: 0, input: Input::Pixels(&[1; 6]) };
    assert_eq!(client.ask(&mut device, sample), Reply::Done);
    assert_eq!(client.again(&mut device, sample), Reply::Done);
    let kept = client.ask(&mut device, Request::Step { samples: 2, eta: 3.0 });
    assert_eq!(kept, Reply::Refused(Refusal::Slot { kept: 1 }));
}

#[test]
fn samples_come_in_order() {
    let (mut link, mut memory, mut client) = (Link::ZERO, Memory::ZERO, Client::default());
    let mut device =
        Device::new(&mut link, Learner::new(&mut memory), Clock::default(), flash_with(&model(1)));
    let sample = |slot, label| Request::Sample { slot, label, input: Input::Pixels(&[1; 6]) };
    let slot = |kept| Reply::Refused(Refusal::Slot { kept });
    let step = |samples| Request::Step { samples, eta: 1.0 };
    for (request, reply) in [
        (step(0), slot(0)),
        (step(1), slot(0)),
        (Request::Derivative { parameter: 0, h: 0.1 }, slot(0)),
        (sample(1, 0), slot(0)),
        (sample(0, 0), Reply::Done),
        (sample(2, 0), slot(1)),
        (sample(1, 3), Reply::Refused(Refusal::Label)),
        (
            Request::Sample { slot: 1, label: 0, input: Input::Pixels(&[1; 5]) },
            Reply::Refused(Refusal::Input),
        ),
        (sample(1, 2), Reply::Done),
        (sample(1, 2), slot(2)),
        (sample(2, 2), Reply::Done),
        (sample(3, 2), Reply::Done),
        // The batch is full.
        (sample(4, 2), slot(4)),
        (step(3), slot(4)),
        // The first slot begins anew.
        (sample(0, 1), Reply::Done),
        (step(4), slot(1)),
    ] {
        assert_eq!(client.ask(&mut device, request), reply, "{request:?}");
    }
    // So does Hello.
    client.ask(&mut device, Request::Hello);
    assert_eq!(client.ask(&mut device, step(1)), slot(0));
}

/// A batch that was begun and given up is in no digest.
#[test]
fn the_digest_is_of_steps_taken() {
    let (mut link, mut memory, mut client) = (Link::ZERO, Memory::ZERO, Client::default());
    let mut device =
        Device::new(&mut link, Learner::new(&mut memory), Clock::default(), flash_with(&model(1)));
    let batch = samples(2);
    send(&mut client, &mut device, &samples(3));
    send(&mut client, &mut device, &batch);
    let before = parameters_of!(client, &mut device, 43);
    let diverged = client.ask(&mut device, Request::Step { samples: 2, eta: f32::INFINITY });
    assert_eq!(diverged, Reply::Refused(Diverged::Parameter.into()));
    assert_eq!(parameters_of!(client, &mut device, 43), before);
    send(&mut client, &mut device, &batch);
    let reply = client.ask(&mut device, Request::Step { samples: 2, eta: 1.5 });
    assert!(matches!(reply, Reply::Stepped { .. }));
    let mut hash = Sha256::new();
    for (pixels, label) in batch {
        hash.update(label.to_le_bytes());
        hash.update(pixels);
    }
    hash.update(1.5_f32.to_le_bytes());
    let Reply::Digest { training: Some(training), .. } = client.ask(&mut device, Request::Digest)
    else {
        panic!()
    };
    assert_eq!(training.samples_digest, <[u8; 32]>::from(hash.finalize()));
    assert_eq!((training.steps, training.samples, training.eta), (1, 2, 1.5));
}

#[test]
fn a_new_model_is_trained_from_its_own_parameters() {
    let (mut link, mut memory, mut client) = (Link::ZERO, Memory::ZERO, Client::default());
    let mut device =
        Device::new(&mut link, Learner::new(&mut memory), Clock::default(), flash_with(&model(1)));
    send(&mut client, &mut device, &samples(4));
    client.ask(&mut device, Request::Step { samples: 4, eta: 3.0 });
    let bytes = model(2);
    for request in [
        Request::WriteBegin { length: bytes.len() as u32 },
        Request::WriteNext { offset: 0, bytes: &bytes },
        Request::WriteEnd,
    ] {
        assert_eq!(client.ask(&mut device, request), Reply::Done);
    }
    let expected = parameters(&drawn::<6, NetLayers>(2));
    assert_eq!(parameters_of!(client, &mut device, expected.len()), expected.as_bytes());
    let Reply::Digest { training: Some(training), .. } = client.ask(&mut device, Request::Digest)
    else {
        panic!()
    };
    assert_eq!(training.steps, 0);
}

#[test]
fn derivatives_are_those_of_backpropagation_and_of_the_cost() {
    let (mut link, mut memory, mut client) = (Link::ZERO, Memory::ZERO, Client::default());
    let mut device =
        Device::new(&mut link, Learner::new(&mut memory), Clock::default(), flash_with(&model(1)));
    let batch = samples(1);
    send(&mut client, &mut device, &batch);
    let (x, class) = (Pixels(batch[0].0), Class(batch[0].1.into()));
    let (network, mut trace, mut gradient) = (drawn::<6, NetLayers>(1), Net::TRACE, Net::ZERO);
    sgd::gradient(&network, &Quadratic, &x, &class, &mut trace, &mut gradient);
    let (gradient, values) = (parameters(&gradient), parameters(&network));
    let h = 1.0 / 64.0;
    for (index, (expected, value)) in gradient.iter().zip(&values).enumerate() {
        let costs = [value - h, value + h].map(|moved| {
            let mut network = drawn::<6, NetLayers>(1);
            *network.parameter_mut(index).unwrap() = moved;
            sgd::evaluate(&network, &Quadratic, &x, &class, &mut trace).cost
        });
        let request = Request::Derivative { parameter: index as u32, h };
        let reply = client.ask(&mut device, request);
        let [below, above] = costs;
        let at = [value - h, value + h];
        assert_eq!(reply, Reply::Derivative { gradient: *expected, below, above, at });
        let slope = (above - below) / (at[1] - at[0]);
        assert!((slope - expected).abs() < 1e-4, "{index}: {slope} {expected}");
    }
    let count = values.len() as u32;
    for parameter in [count, u32::MAX] {
        let reply = client.ask(&mut device, Request::Derivative { parameter, h });
        assert_eq!(reply, Reply::Refused(Refusal::Range));
    }
    for h in [f32::INFINITY, f32::NAN] {
        let reply = client.ask(&mut device, Request::Derivative { parameter: 0, h });
        assert_eq!(reply, Reply::Refused(Diverged::Parameter.into()));
    }
    // Nothing was changed, and the sample is still there.
    assert_eq!(parameters_of!(client, &mut device, values.len()), values.as_bytes());
    let reply = client.ask(&mut device, Request::Step { samples: 1, eta: 1.0 });
    assert!(matches!(reply, Reply::Stepped { .. }));
}

#[test]
fn features_are_learnt_too() {
    type Iris = network!(4 => 5 Tanh => 3 Softmax);
    type Layers = <Iris as Parts>::Layers;
    type Front = Direct<FeatureInputs>;
    type Work<'m> = Learning<'m, 4, Front, Layers, SoftmaxCrossEntropy, 2>;
    let mut network: Iris = drawn(3);
    let features = InputKind::Features { count: 4 };
    let flash = flash_with(&image(&network, features, CostKind::SoftmaxCrossEntropy));
    let mut memory = TrainingMemory::<4, Front, Layers, 2>::ZERO;
    let (mut link, mut client) = (Link::ZERO, Client::default());
    let mut device = Device::new(&mut link, Work::new(&mut memory), Clock::default(), flash);
    let batch = [([0.5_f32, 0.0, -2.0, 1.0], 2), ([1.5, -0.25, 0.0, 1e-20], 0)];
    for (slot, (x, label)) in (0..).zip(&batch) {
        let request = Request::Sample { slot, label: *label, input: Input::Values(x.as_bytes()) };
        assert_eq!(client.ask(&mut device, request), Reply::Done);
    }
    let reply = client.ask(&mut device, Request::Step { samples: 2, eta: 0.5 });
    let mut traces = [Iris::TRACE, Iris::TRACE];
    let pairs = batch.iter().map(|(x, label)| (x, Class(usize::from(*label))));
    let cost = SoftmaxCrossEntropy;
    let report = sgd::step(&mut network, &mut Sgd::new(), &cost, pairs, &mut traces, 0.5).unwrap();
    let Reply::Stepped { cost, correct, .. } = reply else { panic!("{reply:?}") };
    assert_eq!((cost, correct), (report.cost, report.correct));
    let expected = parameters(&network);
    assert_eq!(parameters_of!(client, &mut device, expected.len()), expected.as_bytes());
    let mut hash = Sha256::new();
    for (x, label) in batch {
        hash.update(label.to_le_bytes());
        hash.update(x.as_bytes());
    }
    hash.update(0.5_f32.to_le_bytes());
    let Reply::Digest { training: Some(training), .. } = client.ask(&mut device, Request::Digest)
    else {
        panic!()
    };
    assert_eq!(training.samples_digest, <[u8; 32]>::from(hash.finalize()));
}

/// The last layer learns as it does in a network whose first layer is put back after each step.
#[test]
fn frozen_layers_stay_and_the_rest_learns() {
    type Head = network!(6 => 4 Sigmoid);
    type Tail = network!(4 => 3 Sigmoid);
    type Front = InFlash<Head, PixelInputs>;
    type Layers = <Tail as Parts>::Layers;
    type Work<'m> = Learning<'m, 4, Front, Layers, Quadratic, BATCH>;
    type Small = Buffers<{ receive_length(6) }, { reply_length(3, 2) }>;
    let mut memory = TrainingMemory::<4, Front, Layers, BATCH>::ZERO;
    let (mut link, mut client) = (Small::ZERO, Client::default());
    let flash = flash_with(&model(1));
    let mut device = Device::new(&mut link, Work::new(&mut memory), Clock::default(), flash);

    let (mut network, mut sgd) = (drawn::<6, NetLayers>(1), Sgd::new());
    let first = drawn::<6, NetLayers>(1).layers.head;
    let mut traces = array::from_fn::<_, BATCH, _>(|_| Net::TRACE);
    for batch in samples(36).chunks_exact(BATCH) {
        for (slot, (pixels, label)) in (0..).zip(batch) {
            let runs = runs(pixels);
            let request = Request::Sample { slot, label: *label, input: Input::Runs(&runs) };
            assert_eq!(client.ask(&mut device, request), Reply::Done);
        }
        let reply = client.ask(&mut device, Request::Step { samples: BATCH as u8, eta: 2.0 });
        let pixels: Vec<_> = batch.iter().map(|(pixels, _)| Pixels(*pixels)).collect();
        let labels = batch.iter().map(|(_, label)| Class(usize::from(*label)));
        let pairs = pixels.iter().zip(labels);
        let report =
            sgd::step(&mut network, &mut sgd, &Quadratic, pairs, &mut traces, 2.0).unwrap();
        let Reply::Stepped { cost, correct, .. } = reply else { panic!("{reply:?}") };
        assert_eq!((cost, correct), (report.cost, report.correct));
        network.layers.head.weights = first.weights;
        network.layers.head.biases = first.biases;
        let expected = parameters(&network);
        assert_eq!(parameters_of!(client, &mut device, expected.len()), expected.as_bytes());
    }
    let mut trace = Net::TRACE;
    network.forward(&Pixels([7; 6]), &mut trace);
    let reply = client.ask(&mut device, Request::Infer(Input::Pixels(&[7; 6])));
    let Reply::Inferred { outputs, .. } = reply else { panic!("{reply:?}") };
    assert_eq!(outputs, network.outputs(&trace).as_bytes());
    for (layer, expected) in [(0, &trace.head.outputs[..]), (1, &trace.tail.outputs)] {
        let reply = client.ask(&mut device, Request::Activations { layer, first: 0 });
        assert_eq!(reply, Reply::Bytes(expected.as_bytes()));
    }
    let Reply::Hello(hello) = client.ask(&mut device, Request::Hello) else { panic!() };
    assert_eq!((hello.frozen, hello.batch, hello.layers.len()), (1, 4, 24));
    assert_eq!(hello.cost, Some(CostKind::Quadratic.code()));

    // Frozen layers have no gradient.
    let sample = Request::Sample { slot: 0, label: 0, input: Input::Pixels(&[1; 6]) };
    assert_eq!(client.ask(&mut device, sample), Reply::Done);
    let frozen = client.ask(&mut device, Request::Derivative { parameter: 27, h: 0.1 });
    assert_eq!(frozen, Reply::Refused(Refusal::Range));
    let learnt = client.ask(&mut device, Request::Derivative { parameter: 28, h: 0.1 });
    assert!(matches!(learnt, Reply::Derivative { .. }));
    // And an image of other frozen layers is another network.
    let wider: network!(6 => 5 Sigmoid => 3 Sigmoid) = drawn(1);
    let flash = flash_with(&image(&wider, PIXELS, CostKind::Quadratic));
    let device = Device::new(&mut link, Work::new(&mut memory), Clock::default(), flash);
    let fault = gradito_link::message::ModelFault::Topology { layer: 0 };
    assert_eq!(device.model(), Err(fault));
}
