//! Requests and replies, one at a time, over a line that may lose or damage some.
//!
//! Each request has a number of its own. What is not answered in time, or answered by something that
//! is no frame, is sent again under the same number; the device then does nothing but repeat its
//! reply, so that a step is never taken twice. Replies with other numbers are late doubles and are
//! passed over.

mod exchange;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};

use gradito_link::frame::{OVERHEAD, Receiver};
use gradito_link::message::{Input, Refusal, Reply, Request, Statistics, Training};

use exchange::KINDS;

use super::script::{Link, Script};
use super::{DeviceError, Identity, Transport};

/// Coded bytes of the longest frame that the host reads, and room for those it sends.
const FRAME: usize = 1 << 16;

/// Most bytes of an image in a message: what gets lost is sent again.
const LONGEST_PIECE: usize = 1024;

/// How long a client waits.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// At least, before a request is repeated.
    pub least: Duration,
    /// Before a request is repeated, until it is known how long the device takes for one.
    pub repeat: Duration,
    /// In silence, before the device is given up.
    pub silence: Duration,
    /// In silence, while the device may erase flash.
    pub erase: Duration,
    /// In all, for one request, whatever is heard.
    pub all: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            least: Duration::from_millis(20),
            repeat: Duration::from_millis(300),
            silence: Duration::from_millis(2800),
            erase: Duration::from_secs(10),
            all: Duration::from_secs(15),
        }
    }
}

/// What a client counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests answered.
    pub requests: u64,
    /// Requests that were sent again.
    pub repeated: u64,
    /// Frames that came damaged.
    pub damaged: u64,
    /// Replies to requests that were answered already.
    pub late: u64,
}

/// What a forward pass on the device found.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// The class.
    pub class: usize,
    /// The ticks it took.
    pub ticks: u32,
    /// The outputs; of networks of 8-bit numbers the bits of their [scores](Self::scores).
    pub outputs: Vec<f32>,
}

impl Inference {
    /// The outputs as scores.
    pub fn scores(&self) -> Vec<i32> {
        self.outputs.iter().map(|output| output.to_bits() as i32).collect()
    }
}

/// What a step on the device showed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stepped {
    /// The sum of the samples' costs before the step.
    pub cost: f64,
    /// How many of the samples were recognised before the step.
    pub correct: u32,
    /// The ticks it took.
    pub ticks: u32,
}

/// How the cost of a sample depends on a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Derivative {
    /// By backpropagation.
    pub gradient: f32,
    /// The cost with less of the parameter.
    pub below: f32,
    /// The cost with more of the parameter.
    pub above: f32,
    /// The parameter's two values.
    pub at: [f32; 2],
}

/// The digests of a device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Digests {
    /// Of the parameters in use.
    pub parameters: [u8; 32],
    /// What was learnt from, if the device trains.
    pub training: Option<Training>,
}

/// One device, asked one thing at a time.
#[derive(Debug)]
pub struct Client {
    line: Box<dyn Transport>,
    stop: Arc<AtomicBool>,
    patience: Patience,
    receiver: Box<Receiver<FRAME>>,
    /// The request under way, coded.
    sent: Vec<u8>,
    sequence: u16,
    /// Coded bytes that the device can hold.
    room: usize,
    connected: bool,
    /// Whether the device starts with its line, and was not heard yet.
    is_starting: bool,
    counts: Counts,
    /// How long the device takes for each kind of request.
    usual: [Option<Duration>; KINDS],
    /// What was read from the line, and how much of it is still to be looked at.
    bytes: Box<[u8]>,
    unread: Range<usize>,
}

impl Client {
    /// A client on `line`, which gives up when `stop` is set; nothing is said yet.
    pub fn new(line: Box<dyn Transport>, stop: Arc<AtomicBool>, patience: Patience) -> Self {
        // Anywhere, so that a late reply to an earlier program is not taken for one to this.
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        Self {
            is_starting: line.is_starting(),
            line,
            stop,
            patience,
            receiver: Box::new(Receiver::new()),
            sent: vec![0; FRAME],
            sequence: (now.subsec_micros() % u32::from(u16::MAX)) as u16,
            room: FRAME,
            connected: false,
            counts: Counts::default(),
            usual: [None; KINDS],
            bytes: vec![0; 4096].into(),
            unread: 0..0,
        }
    }

    /// What it leads to.
    pub fn name(&self) -> &str {
        self.line.name()
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Says hello, and hears who is there; whatever was under way on the device is over.
    ///
    /// # Errors
    ///
    /// If nothing answers, or nothing that this version understands.
    pub fn hello(&mut self) -> Result<Identity, DeviceError> {
        self.ask(&Request::Hello, |reply| match reply {
            Reply::Hello(hello) => Identity::of(hello),
            _ => None,
        })
    }

    /// The digests of the parameters in use and of what was learnt from.
    ///
    /// # Errors
    ///
    /// As of every request: the device refuses, or the link fails.
    pub fn digests(&mut self) -> Result<Digests, DeviceError> {
        self.ask(&Request::Digest, |reply| match *reply {
            Reply::Digest { parameters, training } => Some(Digests { parameters, training }),
            _ => None,
        })
    }

    /// What the device counted.
    ///
    /// # Errors
    ///
    /// As of every request.
    pub fn statistics(&mut self) -> Result<Statistics, DeviceError> {
        self.ask(&Request::Statistics, |reply| match *reply {
            Reply::Statistics(statistics) => Some(statistics),
            _ => None,
        })
    }

    /// The ticks that a loop of so many instructions takes.
    ///
    /// # Errors
    ///
    /// As of every request.
    pub fn calibrate(&mut self, instructions: u32) -> Result<u32, DeviceError> {
        self.ask(&Request::Calibrate { instructions }, |reply| match *reply {
            Reply::Ticks(ticks) => Some(ticks),
            _ => None,
        })
    }

    /// Forward for one sample.
    ///
    /// # Errors
    ///
    /// As of every request.
    pub fn infer(&mut self, input: Input<'_>) -> Result<Inference, DeviceError> {
        self.ask(&Request::Infer(input), inference)
    }

    /// The `count` outputs of a layer for the last sample inferred.
    ///
    /// # Errors
    ///
    /// As of every request.
    pub fn activations(&mut self, layer: usize, count: usize) -> Result<Vec<f32>, DeviceError> {
        let request = |first| Request::Activations { layer: layer as u8, first: first as u16 };
        let bytes = self.pieces(4 * count, 4, request, |_| {})?;
        Ok(floats(&bytes))
    }

    /// Hands over a labelled sample for the next step.
    ///
    /// # Errors
    ///
    /// As of every request.
    pub fn sample(&mut self, slot: usize, label: u16, input: Input<'_>) -> Result<(), DeviceError> {
        self.ask(&Request::Sample { slot: slot as u8, label, input }, done)
    }

    /// A step of mini-batch SGD on the `samples` that were handed over.
    ///
    /// # Errors
    ///
    /// As of every request.
    pub fn step(&mut self, samples: usize, eta: f32) -> Result<Stepped, DeviceError> {
        self.ask(&Request::Step { samples: samples as u8, eta }, stepped)
    }

    /// How the cost of the sample in slot 0 depends on a parameter.
    ///
    /// # Errors
    ///
    /// As of every request.
    pub fn derivative(&mut self, parameter: usize, h: f32) -> Result<Derivative, DeviceError> {
        let parameter = parameter as u32;
        self.ask(&Request::Derivative { parameter, h }, |reply| match *reply {
            Reply::Derivative { gradient, below, above, at } => {
                Some(Derivative { gradient, below, above, at })
            }
            _ => None,
        })
    }

    /// Makes the device forget what it learnt.
    ///
    /// # Errors
    ///
    /// As of every request.
    pub fn reset(&mut self) -> Result<(), DeviceError> {
        self.ask(&Request::Reset, done)
    }

    /// All `count` parameters in use, in the order of a model image.
    ///
    /// # Errors
    ///
    /// As of every request.
    pub fn parameters(&mut self, count: usize) -> Result<Vec<f32>, DeviceError> {
        let request = |first| Request::Parameters { first: first as u32 };
        let bytes = self.pieces(4 * count, 4, request, |_| {})?;
        Ok(floats(&bytes))
    }

    /// The model image in use, of which there are `length` bytes; `progress` hears how many came.
    ///
    /// # Errors
    ///
    /// As of every request.
    pub fn image(
        &mut self,
        length: usize,
        progress: impl FnMut(usize),
    ) -> Result<Vec<u8>, DeviceError> {
        self.pieces(length, 1, |first| Request::Image { first: first as u32 }, progress)
    }

    /// Writes a model image, which the device then uses; `progress` hears how many bytes were
    /// written.
    ///
    /// # Errors
    ///
    /// As of every request; the model before stays in use then.
    pub fn write(
        &mut self,
        image: &[u8],
        mut progress: impl FnMut(usize),
    ) -> Result<(), DeviceError> {
        self.ask(&Request::WriteBegin { length: image.len() as u32 }, done)?;
        // Offset and length take up to five bytes each, the request itself one.
        let room = self.room.saturating_sub(OVERHEAD + 11) & !3;
        let length = room.clamp(4, LONGEST_PIECE);
        for (index, bytes) in image.chunks(length).enumerate() {
            let offset = (index * length) as u32;
            self.ask(&Request::WriteNext { offset, bytes }, done)?;
            progress(offset as usize + bytes.len());
        }
        self.ask(&Request::WriteEnd, done)
    }

    /// Bytes that come in several replies; `request` gives that which begins with the item at a
    /// place, an item being so many bytes.
    fn pieces(
        &mut self,
        length: usize,
        item: usize,
        request: impl Fn(usize) -> Request<'static>,
        mut progress: impl FnMut(usize),
    ) -> Result<Vec<u8>, DeviceError> {
        let mut all = Vec::with_capacity(length);
        while all.len() < length {
            let piece = self.ask(&request(all.len() / item), |reply| match reply {
                Reply::Bytes(bytes) => Some(bytes.to_vec()),
                _ => None,
            })?;
            if piece.is_empty() || piece.len() % item != 0 || piece.len() > length - all.len() {
                return Err(DeviceError::Unexpected { name: self.name().to_owned() });
            }
            all.extend_from_slice(&piece);
            progress(all.len());
        }
        Ok(all)
    }

    /// Asks, and takes from the reply what `pick` finds in it.
    ///
    /// # Errors
    ///
    /// If the device refuses, answers something in which `pick` finds nothing, or does not answer.
    pub fn ask<R>(
        &mut self,
        request: &Request<'_>,
        mut pick: impl FnMut(&Reply<'_>) -> Option<R>,
    ) -> Result<R, DeviceError> {
        let name = self.name().to_owned();
        let sending = self.send(request)?;
        self.receive(sending, |reply| match reply {
            Reply::Refused(refusal) => Err(refused(&name, refusal)),
            reply => pick(reply).ok_or_else(|| DeviceError::Unexpected { name: name.clone() }),
        })
    }
}

impl Link for Client {
    fn name(&self) -> &str {
        self.line.name()
    }

    fn repeated(&self) -> u64 {
        self.counts.repeated
    }

    fn play(&mut self, script: &mut dyn Script) -> Result<(), DeviceError> {
        let name = self.name().to_owned();
        let mut scratch = Vec::new();
        for index in 0..script.len() {
            let sending = self.send(&script.request(index, &mut scratch))?;
            self.receive(sending, |reply| match reply {
                Reply::Refused(refusal) => Err(refused(&name, refusal)),
                reply => script.reply(index, reply),
            })?;
        }
        Ok(())
    }
}

/// A refusal, to keep.
pub(super) fn refused(name: &str, refusal: &Refusal<'_>) -> DeviceError {
    DeviceError::Refused { name: name.to_owned(), why: refusal.to_string() }
}

/// Whether it is done.
fn done(reply: &Reply<'_>) -> Option<()> {
    matches!(reply, Reply::Done).then_some(())
}

/// What a forward pass found.
pub fn inference(reply: &Reply<'_>) -> Option<Inference> {
    match *reply {
        Reply::Inferred { class, ticks, outputs } if outputs.len() % 4 == 0 => {
            Some(Inference { class: class.into(), ticks, outputs: floats(outputs) })
        }
        _ => None,
    }
}

/// What a step showed.
pub fn stepped(reply: &Reply<'_>) -> Option<Stepped> {
    match *reply {
        Reply::Stepped { cost, correct, ticks } => Some(Stepped { cost, correct, ticks }),
        _ => None,
    }
}

/// Numbers from their bytes.
pub fn floats(bytes: &[u8]) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks();
    numbers.iter().map(|&number| f32::from_le_bytes(number)).collect()
}
