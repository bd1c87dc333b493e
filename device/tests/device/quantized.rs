//! Inference with quantised networks.

use gradito_core::image::{Description, Element, Image, InputKind};
use gradito_core::kind::CostKind;
use gradito_core::layer::LayerShape;
use gradito_core::quantized;
use gradito_core::quantized::argmax;
use gradito_core::quantized::kernels::Portable;
use gradito_core::quantized::layer::{QuantizedLayer, Reads};
use gradito_core::quantized::output::Output;
use gradito_core::quantized::parameters::{places, words};
use gradito_core::signal::SentPixels;
use gradito_device::Device;
use gradito_device::input::{FeatureInputs, PixelInputs};
use gradito_device::parts::Parts;
use gradito_device::quantized::{BitInputs, QuantizedInference};
use gradito_link::message::{Input, ModelFault, Refusal, Reply, Request};
use sha2::{Digest, Sha256};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::board::{Client, Clock, Link, PIXELS, flash_with, model};

pub type Net = quantized!(6 => 4 Sigmoid => 3 Sigmoid);
type BitNet = quantized!(bits 6 => 4 Sigmoid => 3 Sigmoid);
pub type Layers = <Net as Parts>::Layers;
type BitLayers = <BitNet as Parts>::Layers;
type Runner<'m> = QuantizedInference<'m, 6, Layers, PixelInputs, Portable>;
type BitRunner<'m> = QuantizedInference<'m, 6, BitLayers, BitInputs, Portable>;

/// A threshold of 100.
fn of_bits() -> InputKind {
    let InputKind::Pixels { width, height, polarity, prepared, stages, .. } = PIXELS else {
        panic!()
    };
    let threshold = Some(100.try_into().unwrap());
    InputKind::Pixels { width, height, polarity, prepared, threshold, stages }
}

/// Made-up parameters.
fn parameters<L: QuantizedLayer>() -> Vec<u32> {
    let mut all = Vec::new();
    let places = places(shapes::<L>().into_iter(), L::WEIGHTS, L::BITS);
    for (shape, place) in shapes::<L>().iter().zip(places) {
        let place = place.unwrap();
        let mut weights = vec![0; place.weights.len()];
        for input in 0..shape.inputs {
            for output in 0..shape.outputs {
                let weight = ((31 * input + 17 * output) % 101) as i8 - 50;
                place.layout.set(&mut weights, shape.outputs, [input, output], weight);
            }
        }
        all.extend(weights);
        for bias in 0..shape.outputs as i32 {
            all.extend(words(Output { bias, multiplier: 30_000, before: 2, after: 15 }));
        }
    }
    all
}

fn shapes<L: QuantizedLayer>() -> Vec<LayerShape> {
    let mut shapes = Vec::new();
    L::shapes(&mut |shape| shapes.push(shape));
    shapes
}

/// The image of these parameters.
pub fn image<L: QuantizedLayer>(input: InputKind) -> Vec<u8> {
    // Provenance as that of another.
    let other = model(1);
    let mut provenance = *Image::from_bytes(&other).unwrap().provenance();
    (provenance.input, provenance.cost) = (input, CostKind::Quadratic);
    let layers = shapes::<L>();
    let classes = vec!["?"; layers.last().unwrap().outputs];
    let scaling = match input {
        InputKind::Features { count } => {
            vec![gradito_core::image::Scale { min: 0.0, max: 1.0 }; count as usize]
        }
        _ => Vec::new(),
    };
    let (classes, scaling) = (&classes, &scaling);
    let description = Description { provenance, layers: &layers, classes, scaling, features: &[] };
    let mut bytes = Vec::new();
    description
        .write_quantized(L::WEIGHTS, &parameters::<L>(), &mut |piece| {
            bytes.extend_from_slice(piece);
        })
        .unwrap();
    bytes
}

/// The scores of the network with these parameters.
pub fn scores<L, X: ?Sized>(x: &X) -> Vec<i32>
where
    L: Reads<X> + FromBytes + KnownLayout + Immutable,
{
    let parameters = parameters::<L>();
    let network = quantized::Network::<L>::ref_from_bytes(parameters.as_bytes()).unwrap();
    let mut trace = quantized::Network::<L>::TRACE;
    network.infer::<Portable, _>(x, &mut trace);
    quantized::Network::<L>::scores(&trace).to_vec()
}

#[test]
fn scores_are_the_core_s_in_every_form_of_an_image() {
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let flash = flash_with(&image::<Layers>(PIXELS));
    let mut device = Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash);
    for (pixels, runs) in [
        ([0, 0, 7, 255, 0, 9], vec![0, 2, 7, 255, 0, 1, 9]),
        ([0; 6], vec![0, 6]),
        ([1, 2, 3, 4, 5, 6], vec![1, 2, 3, 4, 5, 6]),
    ] {
        let expected = scores::<Layers, _>(&pixels);
        for input in [Input::Pixels(&pixels), Input::Runs(&runs)] {
            let reply = client.ask(&mut device, Request::Infer(input));
            let class = argmax(&expected) as u16;
            let outputs = expected.as_bytes();
            assert_eq!(reply, Reply::Inferred { class, ticks: 1, outputs });
        }
        // Scores have words, hidden bytes have not.
        let reply = client.ask(&mut device, Request::Activations { layer: 1, first: 1 });
        assert_eq!(reply, Reply::Bytes(expected[1..].as_bytes()));
        let reply = client.ask(&mut device, Request::Activations { layer: 0, first: 0 });
        assert_eq!(reply, Reply::Refused(Refusal::Range));
    }
    for input in [Input::Pixels(&[1; 5]), Input::Values(&[0; 24]), Input::Bits(&[0])] {
        let reply = client.ask(&mut device, Request::Infer(input));
        assert_eq!(reply, Reply::Refused(Refusal::Input));
    }
    let Reply::Digest { parameters: found, training: None } =
        client.ask(&mut device, Request::Digest)
    else {
        panic!()
    };
    assert_eq!(found[..], Sha256::digest(parameters::<Layers>().as_bytes())[..]);
    let reply = client.ask(&mut device, Request::Parameters { first: 1 });
    let Reply::Bytes(found) = reply else { panic!() };
    assert_eq!(found, &parameters::<Layers>().as_bytes()[4..][..found.len()]);
}

#[test]
fn bits_and_features_are_read_as_the_core_reads_them() {
    let (mut link, mut trace, mut client) = (Link::ZERO, BitNet::TRACE, Client::default());
    let flash = flash_with(&image::<BitLayers>(of_bits()));
    let mut device = Device::new(&mut link, BitRunner::new(&mut trace), Clock::default(), flash);
    for bits in [[0], [0b11_1111], [0b10_0110]] {
        let signal = quantized::input::Bits::<6>::new(&bits).unwrap();
        let expected = scores::<BitLayers, _>(&signal);
        let Reply::Inferred { outputs, .. } =
            client.ask(&mut device, Request::Infer(Input::Bits(&bits)))
        else {
            panic!()
        };
        assert_eq!(outputs, expected.as_bytes());
    }
    for input in [Input::Bits(&[0b100_0000]), Input::Bits(&[0, 0]), Input::Pixels(&[1; 6])] {
        let reply = client.ask(&mut device, Request::Infer(input));
        assert_eq!(reply, Reply::Refused(Refusal::Input));
    }

    let (mut link, mut trace) = (Link::ZERO, Net::TRACE);
    let flash = flash_with(&image::<Layers>(InputKind::Features { count: 6 }));
    type Features<'m> = QuantizedInference<'m, 6, Layers, FeatureInputs, Portable>;
    let mut device = Device::new(&mut link, Features::new(&mut trace), Clock::default(), flash);
    let values = [0.0_f32, 1.0, 0.5, -3.0, 0.25, 9.0];
    let expected = scores::<Layers, _>(&[0, 255, 128, 0, 64, 255]);
    let Reply::Inferred { outputs, .. } =
        client.ask(&mut device, Request::Infer(Input::Values(values.as_bytes())))
    else {
        panic!()
    };
    assert_eq!(outputs, expected.as_bytes());
}

#[test]
fn other_elements_and_inputs_are_refused_by_name() {
    let fault = |image: &[u8]| {
        let (mut link, mut trace) = (Link::ZERO, Net::TRACE);
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(image))
            .model()
            .err()
    };
    assert_eq!(fault(&image::<Layers>(PIXELS)), None);
    assert_eq!(fault(&model(1)), Some(ModelFault::Element));
    assert_eq!(fault(&image::<BitLayers>(of_bits())), Some(ModelFault::Inputs));
    let features = InputKind::Features { count: 6 };
    assert_eq!(fault(&image::<Layers>(features)), Some(ModelFault::Inputs));
    let mut whole = image::<Layers>(PIXELS);
    for at in 0..whole.len() {
        whole[at] ^= 0x10;
        assert!(fault(&whole).is_some(), "{at}");
        whole[at] ^= 0x10;
    }
    let (mut link, mut trace) = (Link::ZERO, crate::board::Net::TRACE);
    let runner = crate::board::Runner::new(&mut trace);
    let flash = flash_with(&image::<Layers>(PIXELS));
    let device = Device::new(&mut link, runner, Clock::default(), flash);
    assert_eq!(device.model().err(), Some(ModelFault::Element));
}

/// Packed weights, in place: a device of each kind takes its own model and no other.
#[test]
fn packed_weights_are_read_and_told_apart() {
    fn one<L>(others: &[Vec<u8>])
    where
        L: for<'a> Reads<SentPixels<'a, 6>> + Reads<[u8; 6]>,
        L: FromBytes + KnownLayout + Immutable,
    {
        let trace = || quantized::Network::<L>::TRACE;
        let (mut link, mut memory, mut client) = (Link::ZERO, trace(), Client::default());
        let runner = QuantizedInference::<6, L, PixelInputs, Portable>::new(&mut memory);
        let flash = flash_with(&image::<L>(PIXELS));
        let mut device = Device::new(&mut link, runner, Clock::default(), flash);
        let Reply::Hello(hello) = client.ask(&mut device, Request::Hello) else { panic!() };
        assert_eq!(Element::from_code(hello.element), Some(Element::of(L::WEIGHTS)));
        let pixels = [3, 0, 7, 255, 0, 9];
        let expected = scores::<L, _>(&pixels);
        let reply = client.ask(&mut device, Request::Infer(Input::Pixels(&pixels)));
        let (class, outputs) = (argmax(&expected) as u16, expected.as_bytes());
        assert_eq!(reply, Reply::Inferred { class, ticks: 1, outputs });
        for other in others {
            let (mut link, mut memory) = (Link::ZERO, trace());
            let runner = QuantizedInference::<6, L, PixelInputs, Portable>::new(&mut memory);
            let flash = flash_with(other);
            let device = Device::new(&mut link, runner, Clock::default(), flash);
            assert_eq!(device.model().err(), Some(ModelFault::Element));
        }
    }
    type Of4 = <quantized!(Nibbles: 6 => 4 Sigmoid => 3 Sigmoid) as Parts>::Layers;
    type Of2 = <quantized!(Crumbs: 6 => 4 Sigmoid => 3 Sigmoid) as Parts>::Layers;
    type Of3 = <quantized!(Trits: 6 => 4 Sigmoid => 3 Sigmoid) as Parts>::Layers;
    let [of_f32, of_8] = [model(1), image::<Layers>(PIXELS)];
    let [of_4, of_2, of_3] = [image::<Of4>(PIXELS), image::<Of2>(PIXELS), image::<Of3>(PIXELS)];
    one::<Layers>(&[of_f32.clone(), of_4.clone(), of_2.clone(), of_3.clone()]);
    one::<Of4>(&[of_f32.clone(), of_8.clone(), of_2.clone(), of_3.clone()]);
    one::<Of2>(&[of_f32.clone(), of_8.clone(), of_4.clone(), of_3]);
    one::<Of3>(&[of_f32, of_8, of_4, of_2]);
}
