//! The device itself: takes bytes, does what they ask, gives the reply.

use core::fmt;

use embedded_io::{Read, Write};
use gradito_core::image::LAYER_LENGTH;
use gradito_link::frame::{OVERHEAD, Receiver};
use gradito_link::message::{Model, ModelFault};

use crate::answer::{Board, State};
use crate::flash::ModelFlash;
use crate::machine::Machine;
use crate::purpose::{Purpose, Sizes};
use crate::slots::WORD;

/// Room for a [`Hello`](gradito_link::message::Hello) with that many layers, its frame included.
const fn hello_length(layers: usize) -> usize {
    // Names of board and version; numbers; what is wrong with a model takes more than the model.
    let (names, numbers, fault) = (2 * (1 + NAME), 9 + 3 + 2 * 5 + 3 * 5, 2 + 1 + FAULT);
    let message = 1 + names + 5 + layers * LAYER_LENGTH + numbers + fault;
    // The layer table is put together behind the frame.
    message + OVERHEAD + layers * LAYER_LENGTH
}

/// The longest name of a board or a version.
const NAME: usize = 16;

/// The longest name of a field of a model image.
const FAULT: usize = 24;

/// Room for the frame of a labelled sample of `inputs` bytes, without its two zeros.
pub const fn receive_length(inputs: usize) -> usize {
    // Version, sequence number and checksum; request, slot, label, kind and length of the inputs.
    let frame = 1 + 2 + 4 + (1 + 1 + 3 + 1 + 5) + inputs;
    let coded = frame + frame / 254 + 1;
    // Other requests, and images in pieces that are worth the while.
    if coded < 128 { 128 } else { coded }
}

/// Room for the frame of every reply of a network with that many outputs and layers, and of pieces of
/// an image.
pub const fn reply_length(outputs: usize, layers: usize) -> usize {
    let inferred = 4 * outputs + 4 * outputs / 254 + 32;
    let hello = hello_length(layers);
    if inferred < hello { hello } else { inferred }
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
    purpose: P,
    machine: M,
    flash: F,
    state: State,
}

impl<'b, P, M, F, const RECEIVE: usize, const REPLY: usize> Device<'b, P, M, F, RECEIVE, REPLY>
where
    P: Purpose + Sizes,
    M: Machine,
    F: ModelFlash,
{
    /// Looks for a model and waits for requests.
    pub fn new(
        buffers: &'b mut Buffers<RECEIVE, REPLY>,
        mut purpose: P,
        mut machine: M,
        mut flash: F,
    ) -> Self {
        const {
            assert!(RECEIVE >= receive_length(P::INPUT_LENGTH), "no room for a sample");
            assert!(RECEIVE <= u16::MAX as usize, "a frame is at most 65535 bytes long");
            assert!(REPLY >= reply_length(P::OUTPUTS, P::LAYERS), "no room for a reply");
            assert!(WORD.is_multiple_of(F::WRITE_SIZE), "flash is written by 1, 2 or 4 bytes");
        }
        let frame = RECEIVE as u16;
        let mut board =
            Board { purpose: &mut purpose, machine: &mut machine, flash: &mut flash, frame };
        let state = State::new(&mut board);
        Self { buffers, purpose, machine, flash, state }
    }

    /// The model in use, or what is wrong.
    pub fn model(&self) -> Result<Model, ModelFault<'static>> {
        self.state.model()
    }

    /// The frame to be sent after a start, unasked.
    pub fn greet(&mut self) -> &[u8] {
        let Self { buffers, purpose, machine, flash, state } = self;
        let board = Board { purpose, machine, flash, frame: RECEIVE as u16 };
        state.greet(&board, &mut buffers.reply)
    }

    /// Takes a byte; if it ends a request, does what is asked and gives the frame to be sent.
    pub fn push(&mut self, byte: u8) -> Option<&[u8]> {
        let Self { buffers, purpose, machine, flash, state } = self;
        let Buffers { receiver, reply } = &mut **buffers;
        let dropped = receiver.dropped();
        let packet = receiver.push(byte)?.ok()?;
        let mut board = Board { purpose, machine, flash, frame: RECEIVE as u16 };
        state.respond(packet, dropped, &mut board, reply)
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
        f.debug_struct("Device").field("state", &self.state).finish_non_exhaustive()
    }
}
