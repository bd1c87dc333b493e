//! The client and the firmware's own code, over a line in memory.

use std::sync::Arc;

use gradito::data::{DataOptions, Dataset, InputKind, Source, Stages, load, mnist};
use gradito::device::client::{Client, Patience, Stepped};
use gradito::device::input::input;
use gradito::device::noise::{Faults, Noise};
use gradito::device::train_log::{Header, Log, Writer, samples_digest};
use gradito::device::training::{StepDifference, StepObserver, TrainingScript};
use gradito::device::{DeviceError, Link, Transport};
use gradito::model::Model;
use gradito::network::{Machine, PackedNetwork};
use gradito::simd::Level;
use gradito::training::{Plan, Settings, Start, follow};
use gradito_core::Network;
use gradito_core::image::Polarity;
use gradito_core::kind::{CostKind, InitKind};
use gradito_tests::desk::{self, BATCH};
use gradito_tests::models;

/// The network that training starts from.
fn start() -> Model {
    let settings = Settings::default();
    let mut network = PackedNetwork::new(&settings.shapes()).unwrap();
    network.initialize(InitKind::Scaled, 1);
    let (width, height) = (mnist::SIDE, mnist::SIDE);
    let input = InputKind::Pixels {
        width,
        height,
        polarity: Polarity::InkHigh,
        prepared: true,
        threshold: None,
        stages: Stages::NONE,
    };
    Model { classes: mnist::classes(), ..models::model(network, input) }
}

fn client(line: impl Transport + 'static) -> Client {
    let least = std::time::Duration::from_millis(4);
    Client::new(Box::new(line), Arc::default(), Patience { least, ..Patience::default() })
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Asks for the outputs of `count` test images over a line with such faults: each is answered, none
/// wrongly.
fn infers(faults: Faults, count: usize) {
    let model = start();
    let (line, thread) = desk::device(&model.to_bytes().unwrap(), false);
    let mut client = client(Noise::new(line, faults, 3));
    client.hello().unwrap();
    let set = mnist::test().unwrap();
    let desktop = model.evaluate(set.clone(), &Machine::single(Level::best())).unwrap().outputs;
    let mut scratch = Vec::new();
    for (index, wanted) in desktop.chunks_exact(10).take(count).enumerate() {
        let found = client.infer(input(set.sample(index), &mut scratch)).unwrap();
        assert_eq!(bits(&found.outputs), bits(wanted), "image {index}");
    }
    let counts = client.counts();
    assert_eq!(counts.requests, count as u64 + 1);
    if faults != Faults::default() {
        assert!(counts.repeated > count as u64 / 40, "{counts:?}");
        assert!(client.statistics().unwrap().dropped > count as u32 / 80);
    }
    drop(client);
    thread.join().unwrap();
}

#[test]
fn outputs_are_the_desktop_s() {
    infers(Faults::default(), 2000);
}

#[test]
fn a_bit_flipped_a_byte_lost_doubled_or_new_in_one_of_25_frames_costs_no_answer() {
    infers(Faults { frames: 10_000, bytes: 0 }, 2000);
}

#[test]
fn a_fault_in_one_of_1000_bytes_costs_no_answer() {
    infers(Faults { frames: 0, bytes: 1000 }, 2000);
}

/// Not interested.
#[derive(Debug)]
struct Nobody(usize);

impl StepObserver for Nobody {
    fn step(&mut self, _: &Stepped) {
        self.0 += 1;
    }
}

/// Trains over a line with faults: the device ends with the desktop's digests, and so does whoever
/// follows its log.
fn learns(frozen: usize, steps: u64, faults: Faults) {
    let model = start();
    let data = load(&DataOptions::new(Source::Mnist)).unwrap().train;
    let settings = Settings { steps: Some(steps), batch: BATCH, ..Settings::default() };
    let plan = Plan::new(&settings, data.len());
    let parameters = model.network.parameters();
    let from = Start { parameters: &parameters, frozen };
    let desktop = follow(&settings, &from, data.clone(), &plan).unwrap();

    let (line, thread) = desk::device(&model.to_bytes().unwrap(), frozen > 0);
    let mut client = client(Noise::new(line, faults, 7));
    let identity = client.hello().unwrap();
    assert_eq!((identity.frozen, identity.batch), (frozen, BATCH));
    let header = Header {
        parent: model.digest(),
        cost: CostKind::Quadratic,
        frozen: frozen as u8,
        pixels: true,
        inputs: 784,
        classes: 10,
    };
    let mut observer = Nobody(0);
    let log = Some(Writer::new(&header));
    let mut script = TrainingScript::new("desk", &data, &plan, Vec::new(), log, &mut observer);
    client.play(&mut script).unwrap();
    let TrainingScript { steps: taken, digests, log, .. } = script;
    assert_eq!(
        (observer.0, StepDifference::first(&taken, &desktop.reports)),
        (steps as usize, None)
    );

    let shapes = settings.shapes();
    let wanted = PackedNetwork::with_parameters(&shapes, &desktop.parameters).unwrap();
    let wanted = Model { network: wanted, ..model.clone() }.digest();
    let digests = digests.unwrap();
    let training = digests.training.unwrap();
    assert_eq!(digests.parameters, wanted);
    assert_eq!((training.steps, training.samples), (steps as u32, plan.order.len() as u32));
    assert_eq!(training.samples_digest, samples_digest(&data, &plan));
    let read = client.parameters(identity.parameters()).unwrap();
    assert_eq!(bits(&read), bits(&desktop.parameters));

    let log = log.unwrap().finish(Some(digests.parameters), training.samples_digest);
    let log = Log::from_bytes(&log).unwrap();
    assert_eq!(log.digest_samples(), training.samples_digest);
    let replayed = follow(&settings, &from, log.samples, &log.plan).unwrap();
    assert_eq!(bits(&replayed.parameters), bits(&desktop.parameters));

    client.reset().unwrap();
    assert_eq!(client.digests().unwrap().parameters, model.digest());
    drop(client);
    thread.join().unwrap();
}

#[test]
fn what_a_device_learns_is_what_the_desktop_learns() {
    learns(0, 200, Faults::default());
}

#[test]
fn frozen_layers_are_left_alone_on_both_sides() {
    learns(1, 200, Faults::default());
}

#[test]
fn no_step_is_taken_twice_on_a_bad_line() {
    learns(0, 60, Faults { frames: 10_000, bytes: 200 });
}

/// The golden short training starts from seed 1, as `start` does.
#[test]
fn the_short_training_is_the_golden_one() {
    use gradito_tests::golden::{DIGEST, STEPS};
    let data = load(&DataOptions::new(Source::Mnist)).unwrap().train;
    let settings = Settings { steps: Some(STEPS), ..Settings::default() };
    let plan = Plan::new(&settings, data.len());
    let parameters = start().network.parameters();
    let from = Start { parameters: &parameters, frozen: 0 };
    let followed = follow(&settings, &from, data, &plan).unwrap();
    let network = PackedNetwork::with_parameters(&settings.shapes(), &followed.parameters).unwrap();
    let digest = Model { network, ..start() }.digest();
    assert_eq!(digest.map(|byte| format!("{byte:02x}")).concat(), DIGEST);
}

#[test]
fn models_are_written_and_read() {
    let model = start();
    let image = model.to_bytes().unwrap();
    let (line, thread) = desk::device(&[], false);
    let mut client = client(Noise::new(line, Faults { frames: 5000, bytes: 0 }, 9));
    let identity = client.hello().unwrap();
    assert_eq!(identity.model.unwrap_err(), "there is no model in its flash");
    let error = client.digests().unwrap_err();
    assert!(matches!(error, DeviceError::Refused { .. }), "{error}");
    let mut last = 0;
    client.write(&image, |bytes| last = bytes).unwrap();
    assert_eq!(last, image.len());
    let identity = client.hello().unwrap();
    let written = identity.model.unwrap();
    assert_eq!(written.length as usize, image.len());
    assert_eq!(client.image(image.len(), |_| {}).unwrap(), image);

    // A damaged one is refused, and the one before goes on.
    let mut damaged = image.clone();
    damaged[2000] ^= 1;
    let error = client.write(&damaged, |_| {}).unwrap_err();
    assert!(error.to_string().contains("its model image is damaged"), "{error}");
    assert_eq!(client.hello().unwrap().model.unwrap(), written);
    assert_eq!(client.digests().unwrap().parameters, model.digest());
    drop(client);
    thread.join().unwrap();
}

#[test]
fn one_sample_at_a_time() {
    let model = start();
    let (line, thread) = desk::device(&model.to_bytes().unwrap(), false);
    let mut client = client(line);
    client.hello().unwrap();
    // A turn of the loop, of two instructions, is a tick, and so is a reading.
    assert_eq!(client.calibrate(1000).unwrap(), 501);
    let set: &Dataset = mnist::test().unwrap();
    let mut scratch = Vec::new();
    let found = client.infer(input(set.sample(0), &mut scratch)).unwrap();
    assert_eq!(bits(&client.activations(1, 10).unwrap()), bits(&found.outputs));
    assert_eq!(client.activations(0, 30).unwrap().len(), 30);
    let label = set.labels()[0];
    client.sample(0, label, input(set.sample(0), &mut scratch)).unwrap();
    let last = 784 * 30 + 30 + 300;
    let slope = client.derivative(last, 0.01).unwrap();
    let by_difference = (f64::from(slope.above) - f64::from(slope.below))
        / (f64::from(slope.at[1]) - f64::from(slope.at[0]));
    assert!((by_difference - f64::from(slope.gradient)).abs() < 1e-4, "{slope:?}");
    assert!(client.step(1, 3.0).unwrap().cost > 0.0);
    assert!(client.step(1, 3.0).unwrap_err().is_refusal());
    drop(client);
    thread.join().unwrap();
}
