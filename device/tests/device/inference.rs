//! Inference, and what can be asked of a model.

use gradito_core::kind::CostKind;
use gradito_core::network;
use gradito_core::network::argmax;
use gradito_core::signal::Pixels;
use gradito_device::Device;
use gradito_device::inference::Inference;
use gradito_device::input::FeatureInputs;
use gradito_device::parts::Parts;
use gradito_link::message::{Input, ModelFault, Refusal, Reply, Request};
use sha2::{Digest, Sha256};
use zerocopy::IntoBytes;

use crate::board::{
    Client, Clock, Link, Net, NetLayers, Runner, drawn, flash_with, image, model, parameters,
};

/// The outputs of every layer, by the core.
fn outputs(seed: u64, pixels: [u8; 6]) -> [Vec<f32>; 2] {
    let mut trace = Net::TRACE;
    drawn::<6, NetLayers>(seed).forward(&Pixels(pixels), &mut trace);
    [trace.head.outputs.to_vec(), trace.tail.outputs.to_vec()]
}

#[test]
fn outputs_are_the_core_s_in_every_form_of_an_image() {
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&model(1)));
    let images = [
        ([0, 0, 7, 255, 0, 9], vec![0, 2, 7, 255, 0, 1, 9]),
        ([0; 6], vec![0, 6]),
        ([1, 2, 3, 4, 5, 6], vec![1, 2, 3, 4, 5, 6]),
    ];
    for (pixels, runs) in images {
        for input in [Input::Pixels(&pixels), Input::Runs(&runs)] {
            let Reply::Inferred { class, ticks, outputs: found } =
                client.ask(&mut device, Request::Infer(input))
            else {
                panic!()
            };
            let layers = outputs(1, pixels);
            assert_eq!(found, layers[1].as_bytes());
            assert_eq!((usize::from(class), ticks), (argmax(&layers[1]), 1));
            for (layer, expected) in (0..).zip(&layers) {
                let whole = client.ask(&mut device, Request::Activations { layer, first: 0 });
                assert_eq!(whole, Reply::Bytes(expected.as_bytes()));
                let rest = client.ask(&mut device, Request::Activations { layer, first: 2 });
                assert_eq!(rest, Reply::Bytes(expected[2..].as_bytes()));
            }
        }
    }
    for (layer, first) in [(0, 4), (1, 3), (2, 0), (255, 0)] {
        let reply = client.ask(&mut device, Request::Activations { layer, first });
        assert_eq!(reply, Reply::Refused(Refusal::Range), "{layer} {first}");
    }
}

#[test]
fn inputs_of_another_kind_or_number_are_refused() {
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&model(1)));
    for input in [
        Input::Pixels(&[1; 5]),
        Input::Pixels(&[1; 7]),
        Input::Pixels(&[]),
        Input::Runs(&[0, 5]),
        Input::Runs(&[0, 7]),
        Input::Runs(&[0, 6, 0]),
        Input::Runs(&[0, 0]),
        Input::Values(&[0; 24]),
    ] {
        let reply = client.ask(&mut device, Request::Infer(input));
        assert_eq!(reply, Reply::Refused(Refusal::Input), "{input:?}");
    }
}

#[test]
fn features_are_read_where_they_lie() {
    type Iris = network!(4 => 3 Tanh => 2 Softmax);
    type Work<'m> = Inference<'m, 4, <Iris as Parts>::Layers, FeatureInputs>;
    let network: Iris = drawn(3);
    let features = gradito_core::image::InputKind::Features { count: 4 };
    let bytes = image(&network, features, CostKind::SoftmaxCrossEntropy);
    let (mut link, mut trace, mut client) = (Link::ZERO, Iris::TRACE, Client::default());
    let mut device =
        Device::new(&mut link, Work::new(&mut trace), Clock::default(), flash_with(&bytes));
    let mut expected = Iris::TRACE;
    let x = [0.25_f32, 0.0, -1.5, 3e-9];
    network.forward(&x, &mut expected);
    let reply = client.ask(&mut device, Request::Infer(Input::Values(x.as_bytes())));
    let Reply::Inferred { outputs, .. } = reply else { panic!("{reply:?}") };
    assert_eq!(outputs, expected.tail.outputs.as_bytes());
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let x = [1.0, 2.0, bad, 4.0];
        let reply = client.ask(&mut device, Request::Infer(Input::Values(x.as_bytes())));
        assert_eq!(reply, Reply::Refused(Refusal::Input));
    }
    for input in [Input::Pixels(&[1; 4]), Input::Runs(&[1; 4]), Input::Values(&[0; 12])] {
        let reply = client.ask(&mut device, Request::Infer(input));
        assert_eq!(reply, Reply::Refused(Refusal::Input));
    }
}

#[test]
fn parameters_image_and_digest_are_those_in_flash() {
    let bytes = model(1);
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&bytes));
    let expected = parameters(&drawn::<6, NetLayers>(1));
    let mut found = Vec::new();
    while found.len() < 4 * expected.len() {
        let first = found.len() as u32 / 4;
        let reply = client.ask(&mut device, Request::Parameters { first });
        let Reply::Bytes(piece) = reply else { panic!("{reply:?}") };
        assert!(!piece.is_empty());
        found.extend_from_slice(piece);
    }
    assert_eq!(found, expected.as_bytes());
    let one = client.ask(&mut device, Request::Parameters { first: 5 });
    let Reply::Bytes(one) = one else { panic!() };
    assert_eq!(one, expected[5..24].as_bytes());

    let mut whole = Vec::new();
    while whole.len() < bytes.len() {
        let first = whole.len() as u32;
        let Reply::Bytes(piece) = client.ask(&mut device, Request::Image { first }) else {
            panic!()
        };
        assert!(!piece.is_empty() && piece.len() % 4 == 0);
        whole.extend_from_slice(piece);
    }
    assert_eq!(whole, bytes);
    let beyond = [
        Request::Parameters { first: expected.len() as u32 },
        Request::Parameters { first: u32::MAX },
        Request::Image { first: bytes.len() as u32 },
        Request::Image { first: u32::MAX },
    ];
    for request in beyond {
        let reply = client.ask(&mut device, request);
        assert_eq!(reply, Reply::Refused(Refusal::Range), "{request:?}");
    }
    let digest: [u8; 32] = Sha256::digest(expected.as_bytes()).into();
    let reply = client.ask(&mut device, Request::Digest);
    assert_eq!(reply, Reply::Digest { parameters: digest, training: None });
}

#[test]
fn without_training_there_is_none() {
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&model(1)));
    for request in [
        Request::Sample { slot: 0, label: 0, input: Input::Pixels(&[1; 6]) },
        Request::Step { samples: 1, eta: 1.0 },
        Request::Derivative { parameter: 0, h: 0.1 },
    ] {
        let reply = client.ask(&mut device, request);
        assert_eq!(reply, Reply::Refused(Refusal::NotTraining));
    }
    assert_eq!(client.ask(&mut device, Request::Reset), Reply::Done);
}

#[test]
fn without_a_model_everything_says_so() {
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&[]));
    for request in [
        Request::Infer(Input::Pixels(&[1; 6])),
        Request::Sample { slot: 0, label: 0, input: Input::Pixels(&[1; 6]) },
        Request::Step { samples: 1, eta: 1.0 },
        Request::Derivative { parameter: 0, h: 0.1 },
        Request::Activations { layer: 0, first: 0 },
        Request::Parameters { first: 0 },
        Request::Image { first: 0 },
        Request::Digest,
        Request::Reset,
    ] {
        let reply = client.ask(&mut device, request);
        assert_eq!(reply, Reply::Refused(Refusal::NoModel(ModelFault::Empty)), "{request:?}");
    }
}
