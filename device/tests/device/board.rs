//! A board made of memory, and what asks it.

use gradito_core::image::{Description, InputKind, Polarity, Provenance, Scale};
use gradito_core::kind::{CostKind, InitKind};
use gradito_core::layer::Parameters;
use gradito_core::network::Network;
use gradito_core::stage::Stages;
use gradito_core::{network, network::Feedforward};
use gradito_device::flash::ModelFlash;
use gradito_device::inference::Inference;
use gradito_device::input::PixelInputs;
use gradito_device::machine::Machine;
use gradito_device::memory::MemoryFlash;
pub use gradito_device::memory::MemoryMachine as Clock;
use gradito_device::parts::Parts;
use gradito_device::purpose::{Purpose, Sizes};
use gradito_device::{Buffers, Device, receive_length, reply_length};
use gradito_link::frame::{self, Receiver};
use gradito_link::message::{Reply, Request};

pub type Net = network!(6 => 4 Sigmoid => 3 Sigmoid);
pub type NetLayers = <Net as Parts>::Layers;
pub type Runner<'m> = Inference<'m, 6, NetLayers, PixelInputs>;
pub type Link = Buffers<{ receive_length(784) }, { reply_length(10, 2) }>;

/// Bytes of a slot.
pub const SLOT: usize = 1024;

pub type Flash = MemoryFlash<Vec<u128>>;

/// Two slots, with `image` in the first.
pub fn flash_with(image: &[u8]) -> Flash {
    MemoryFlash::new(vec![0; 2 * SLOT / size_of::<u128>()], image)
}

/// What asks a device.
#[derive(Debug, Default)]
pub struct Client {
    pub sequence: u16,
}

impl Client {
    /// Sends a request with the next sequence number; tests are short, replies are leaked.
    pub fn ask<P, M, F, const RECEIVE: usize, const REPLY: usize>(
        &mut self,
        device: &mut Device<'_, P, M, F, RECEIVE, REPLY>,
        request: Request<'_>,
    ) -> Reply<'static>
    where
        P: Purpose + Sizes,
        M: Machine,
        F: ModelFlash,
    {
        self.sequence = self.sequence.wrapping_add(1);
        self.again(device, request)
    }

    /// Sends a request with the sequence number of the one before.
    pub fn again<P, M, F, const RECEIVE: usize, const REPLY: usize>(
        &mut self,
        device: &mut Device<'_, P, M, F, RECEIVE, REPLY>,
        request: Request<'_>,
    ) -> Reply<'static>
    where
        P: Purpose + Sizes,
        M: Machine,
        F: ModelFlash,
    {
        let mut line = [0; 1000];
        let bytes = frame::encode(self.sequence, &request, &mut line).unwrap();
        let replies: Vec<Vec<u8>> =
            bytes.iter().filter_map(|&byte| device.push(byte).map(<[u8]>::to_vec)).collect();
        let [reply] = replies.as_slice() else { panic!("{} replies", replies.len()) };
        let (sequence, reply) = read(reply);
        assert_eq!(sequence, self.sequence);
        reply
    }
}

/// The one message in `bytes`.
pub fn read(bytes: &[u8]) -> (u16, Reply<'static>) {
    let receiver = Box::leak(Box::new(Receiver::<1000>::new()));
    let (last, bytes) = bytes.split_last().unwrap();
    assert!(bytes.iter().all(|&byte| receiver.push(byte).is_none()));
    frame::decode(receiver.push(*last).unwrap().unwrap()).unwrap()
}

/// A network with parameters drawn by `seed`.
pub fn drawn<const IN: usize, L: gradito_core::layer::Layer<IN>>(seed: u64) -> Feedforward<IN, L> {
    let mut network = Feedforward::ZERO;
    network.initialize(InitKind::Scaled, seed);
    network
}

/// All parameters of a network.
pub fn parameters(network: &impl Network) -> Vec<f32> {
    let mut all = Vec::new();
    network.visit(&mut |piece: Parameters<&[f32]>| all.extend_from_slice(piece.into_values()));
    all
}

/// The model image of a network.
pub fn image<const IN: usize, L: gradito_core::layer::Layer<IN>>(
    network: &Feedforward<IN, L>,
    input: InputKind,
    cost: CostKind,
) -> Vec<u8> {
    let provenance = Provenance::untrained(input, cost);
    let mut layers = Vec::new();
    Feedforward::<IN, L>::shapes(|shape| layers.push(shape));
    let classes = vec!["?"; layers.last().unwrap().outputs];
    let scaling = match input {
        InputKind::Features { count } => vec![Scale { min: 0.0, max: 1.0 }; count as usize],
        _ => Vec::new(),
    };
    let (classes, scaling) = (&classes, &scaling);
    let description = Description { provenance, layers: &layers, classes, scaling, features: &[] };
    let mut bytes = Vec::new();
    description.write(network, &mut |piece| bytes.extend_from_slice(piece)).unwrap();
    bytes
}

pub const PIXELS: InputKind = InputKind::Pixels {
    width: 3,
    height: 2,
    polarity: Polarity::InkHigh,
    prepared: false,
    threshold: None,
    stages: Stages::NONE,
};

/// The image of [`Net`] with parameters drawn by `seed`.
pub fn model(seed: u64) -> Vec<u8> {
    image(&drawn::<6, NetLayers>(seed), PIXELS, CostKind::Quadratic)
}
