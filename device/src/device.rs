//! The device itself: takes bytes, does what they ask, gives the reply.

use core::fmt;

use embedded_io::{Read, Write};
use gradito_link::frame::{self, FrameError, Receiver};
use gradito_link::message::{Model, ModelFault, Refusal, Reply, Request};

use crate::answer::{Outbox, State};
use crate::flash::ModelFlash;
use crate::machine::Machine;
use crate::purpose::Purpose;
use crate::slots::Slots;

/// Room for the longest reply that does not depend on the network's outputs, its frame included:
/// a [`Hello`](gradito_link::message::Hello).
const REPLY: usize = 320;

/// Room for the frame of a labelled sample of `inputs` bytes, without its two zeros.
pub const fn receive_length(inputs: usize) -> usize {
    // Version, sequence number and checksum; request, slot, label, kind and length of the inputs.
    let frame = 1 + 2 + 4 + (1 + 1 + 3 + 1 + 5) + inputs;
    let coded = frame + frame / 254 + 1;
    // Other requests, and images in pieces that are worth the while.
    if coded < 128 { 128 } else { coded }
}

/// Room for the frame of every reply of a network with that many outputs, and of pieces of an image.
pub const fn reply_length(outputs: usize) -> usize {
    let inferred = 4 * outputs + 4 * outputs / 254 + 32;
    if inferred < REPLY { REPLY } else { inferred }
}

/// The buffers of a link: the frame that is coming in, and the last reply, which stays until the
/// next request.
#[derive(Debug)]
pub struct Buffers<const RECEIVE: usize, const REPLY: usize> {
    receiver: Receiver<RECEIVE>,
    reply: [u8; REPLY],
}

impl<const RECEIVE: usize, const REPLY: usize> Buffers<RECEIVE, REPLY> {
    /// All zero; lies in `.bss`.
    pub const ZERO: Self = Self { receiver: Receiver::new(), reply: [0; REPLY] };
}

/// A device: `P` is its purpose, `M` its machine, `F` its flash.
pub struct Device<'b, P, M, F, const RECEIVE: usize, const REPLY: usize> {
    buffers: &'b mut Buffers<RECEIVE, REPLY>,
    state: State<P, M, F>,
    /// The sequence number of the last request, and the length of its reply.
    last: Option<(u16, usize)>,
    /// Frames with a message that is none.
    unknown: u32,
}

impl<'b, P: Purpose, M: Machine, F: ModelFlash, const RECEIVE: usize, const REPLY: usize>
    Device<'b, P, M, F, RECEIVE, REPLY>
{
    /// Looks for a model and waits for requests.
    pub fn new(
        buffers: &'b mut Buffers<RECEIVE, REPLY>,
        mut purpose: P,
        machine: M,
        flash: F,
    ) -> Self {
        const {
            assert!(
                RECEIVE >= receive_length(P::INPUT_LENGTH),
                "a sample does not fit: see receive_length"
            );
            assert!(RECEIVE <= u16::MAX as usize, "a frame is at most 65535 bytes long");
            assert!(REPLY >= reply_length(P::OUTPUTS), "a reply does not fit: see reply_length");
        }
        let slots = Slots::new(flash, P::check);
        if let Ok(parameters) = slots.parameters() {
            purpose.load(parameters);
        }
        let state = State { purpose, machine, slots, requests: 0 };
        Self { buffers, state, last: None, unknown: 0 }
    }

    /// The model in use, or what is wrong.
    pub fn model(&self) -> Result<Model, ModelFault<'static>> {
        self.state.slots.model()
    }

    /// The frame to be sent after a start, unasked.
    pub fn greet(&mut self) -> &[u8] {
        let mut outbox = Outbox::new(0, &mut self.buffers.reply);
        self.state.hello(RECEIVE, &mut outbox);
        outbox.into_frame()
    }

    /// Takes a byte; if it ends a request, does what is asked and gives the frame to be sent.
    pub fn push(&mut self, byte: u8) -> Option<&[u8]> {
        let Buffers { receiver, reply } = &mut *self.buffers;
        let dropped = receiver.dropped().saturating_add(self.unknown);
        let packet = receiver.push(byte)?.ok()?;
        let (sequence, request) = match frame::decode::<Request<'_>>(packet) {
            Ok((sequence, request)) => (sequence, Some(request)),
            Err(error) => {
                self.unknown = self.unknown.saturating_add(1);
                // Of another version not even the sequence number is known.
                match packet.sequence() {
                    Some(sequence) if error == FrameError::Message => (sequence, None),
                    _ => return None,
                }
            }
        };
        if let Some((last, length)) = self.last
            && last == sequence
            && request != Some(Request::Hello)
        {
            return reply.get(..length);
        }
        let mut outbox = Outbox::new(sequence, reply);
        match request {
            Some(Request::Hello) => {
                self.state.forget();
                self.state.hello(RECEIVE, &mut outbox);
            }
            Some(Request::Statistics) => self.state.statistics(dropped, &mut outbox),
            Some(request) => {
                if let Err(refusal) = self.state.answer(request, &mut outbox) {
                    outbox.send(&Reply::Refused(refusal));
                }
            }
            None => outbox.send(&Reply::Refused(Refusal::Unknown)),
        }
        self.state.requests = self.state.requests.saturating_add(1);
        let frame = outbox.into_frame();
        self.last = Some((sequence, frame.len()));
        Some(frame)
    }

    /// Greets, then answers what comes from `stream` until it ends; `buffer` is for what comes.
    ///
    /// # Errors
    ///
    /// The stream's own.
    pub fn serve<S: Read + Write>(
        &mut self,
        stream: &mut S,
        buffer: &mut [u8],
    ) -> Result<(), S::Error> {
        stream.write_all(self.greet())?;
        stream.flush()?;
        loop {
            let count = stream.read(buffer)?;
            if count == 0 {
                return Ok(());
            }
            for &byte in buffer.iter().take(count) {
                if let Some(reply) = self.push(byte) {
                    stream.write_all(reply)?;
                    stream.flush()?;
                }
            }
        }
    }
}

impl<P, M, F, const RECEIVE: usize, const REPLY: usize> fmt::Debug
    for Device<'_, P, M, F, RECEIVE, REPLY>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Device").field("last", &self.last).finish_non_exhaustive()
    }
}
