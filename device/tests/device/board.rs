//! A board made of memory, and what asks it.

use embedded_storage::nor_flash::{
    ErrorType, NorFlash, NorFlashErrorKind, ReadNorFlash, check_erase, check_read, check_write,
};
use gradito_core::image::{Description, InputKind, Polarity, Provenance, Scale};
use gradito_core::kind::{CostKind, InitKind, OptimizerKind};
use gradito_core::layer::Parameters;
use gradito_core::network::Network;
use gradito_core::{network, network::Feedforward};
use gradito_device::flash::ModelFlash;
use gradito_device::inference::Inference;
use gradito_device::input::PixelInputs;
use gradito_device::machine::Machine;
use gradito_device::parts::Parts;
use gradito_device::purpose::{Purpose, Sizes};
use gradito_device::{Buffers, Device, receive_length, reply_length};
use gradito_link::frame::{self, Receiver};
use gradito_link::message::{Memory, Reply, Request};
use zerocopy::IntoBytes;

pub type Net = network!(6 => 4 Sigmoid => 3 Sigmoid);
pub type NetLayers = <Net as Parts>::Layers;
pub type Runner<'m> = Inference<'m, 6, NetLayers, PixelInputs>;
pub type Link = Buffers<{ receive_length(784) }, { reply_length(10) }>;

/// Counts its own readings as ticks, and turns of the loop.
#[derive(Debug, Default)]
pub struct Clock(pub u32);

impl Machine for Clock {
    fn name(&self) -> &'static str {
        "memory"
    }

    fn clock_hz(&self) -> u32 {
        1_000_000
    }

    fn ticks_hz(&self) -> u32 {
        500_000
    }

    fn ticks(&mut self) -> u32 {
        self.0 += 1;
        self.0
    }

    fn spin(&mut self, instructions: u32) {
        self.0 += instructions / 2;
    }

    fn memory(&self) -> Memory {
        Memory { flash: 1000, statics: 200, stack: 300 }
    }

    fn stack_used(&self) -> u32 {
        123
    }
}

/// Two slots of 1 KiB, erased in parts of 256 bytes, each word written once.
#[derive(Clone, Debug)]
pub struct Flash {
    words: Vec<u128>,
    pub writable: bool,
    /// Writes and erasures until the power fails in the middle of one.
    pub power: Option<usize>,
    /// What is written is lost, without an error.
    pub deaf: bool,
}

impl Flash {
    pub const SLOT: usize = 1024;

    /// All erased.
    pub fn new() -> Self {
        let words = vec![u128::MAX; 2 * Self::SLOT / 16];
        Self { words, writable: true, power: None, deaf: false }
    }

    /// With `image` in slot 0, as if flashed from outside.
    pub fn with(image: &[u8]) -> Self {
        let mut flash = Self::new();
        flash.bytes_mut()[..image.len()].copy_from_slice(image);
        flash
    }

    pub fn bytes_mut(&mut self) -> &mut [u8] {
        self.words.as_mut_bytes()
    }

    /// What is left of an operation on `length` bytes before the power fails.
    fn reach(&mut self, length: usize) -> (usize, Result<(), NorFlashErrorKind>) {
        match &mut self.power {
            None => (length, Ok(())),
            Some(0) => (0, Err(NorFlashErrorKind::Other)),
            Some(1) => {
                self.power = Some(0);
                (length / 2, Err(NorFlashErrorKind::Other))
            }
            Some(left) => {
                *left -= 1;
                (length, Ok(()))
            }
        }
    }
}

impl ErrorType for Flash {
    type Error = NorFlashErrorKind;
}

impl ReadNorFlash for Flash {
    const READ_SIZE: usize = 1;

    fn read(&mut self, offset: u32, bytes: &mut [u8]) -> Result<(), NorFlashErrorKind> {
        check_read(self, offset, bytes.len())?;
        bytes.copy_from_slice(&self.bytes()[offset as usize..][..bytes.len()]);
        Ok(())
    }

    fn capacity(&self) -> usize {
        2 * Self::SLOT
    }
}

impl NorFlash for Flash {
    const WRITE_SIZE: usize = 4;
    const ERASE_SIZE: usize = 256;

    fn erase(&mut self, from: u32, to: u32) -> Result<(), NorFlashErrorKind> {
        check_erase(self, from, to)?;
        let (length, result) = self.reach((to - from) as usize);
        if !self.deaf {
            self.bytes_mut()[from as usize..][..length].fill(0xff);
        }
        result
    }

    fn write(&mut self, offset: u32, bytes: &[u8]) -> Result<(), NorFlashErrorKind> {
        check_write(self, offset, bytes.len())?;
        let (length, result) = self.reach(bytes.len());
        if !self.deaf {
            let (from, to) = (&bytes[..length], &mut self.bytes_mut()[offset as usize..]);
            for (to, from) in to.iter_mut().zip(from) {
                assert_eq!(*to, 0xff, "a byte is written that was not erased");
                *to &= from;
            }
        }
        result
    }
}

impl ModelFlash for Flash {
    fn bytes(&self) -> &[u8] {
        self.words.as_bytes()
    }

    fn is_writable(&self) -> bool {
        self.writable
    }
}

/// What asks a device.
#[derive(Debug, Default)]
pub struct Client {
    pub sequence: u16,
}

impl Client {
    /// Sends a request with the next sequence number; tests are short, replies are leaked.
    pub fn ask<P: Purpose + Sizes, F: ModelFlash, const RECEIVE: usize, const REPLY: usize>(
        &mut self,
        device: &mut Device<'_, P, Clock, F, RECEIVE, REPLY>,
        request: Request<'_>,
    ) -> Reply<'static> {
        self.sequence = self.sequence.wrapping_add(1);
        self.again(device, request)
    }

    /// Sends a request with the sequence number of the one before.
    pub fn again<P: Purpose + Sizes, F: ModelFlash, const RECEIVE: usize, const REPLY: usize>(
        &mut self,
        device: &mut Device<'_, P, Clock, F, RECEIVE, REPLY>,
        request: Request<'_>,
    ) -> Reply<'static> {
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
    let provenance = Provenance {
        input,
        cost,
        optimizer: OptimizerKind::Sgd,
        init: InitKind::Scaled,
        seed: 1,
        epochs: 0,
        batch: 1,
        steps: 0,
        eta: 3.0,
        momentum: 0.0,
        l2: 0.0,
        train_samples: 0,
        test_samples: 0,
        test_correct: 0,
        gradito: [0; 16],
        data_digest: [0; 32],
        parent_digest: [0; 32],
    };
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
};

/// The image of [`Net`] with parameters drawn by `seed`.
pub fn model(seed: u64) -> Vec<u8> {
    image(&drawn::<6, NetLayers>(seed), PIXELS, CostKind::Quadratic)
}
