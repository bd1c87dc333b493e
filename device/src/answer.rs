//! What is answered to which request.

use core::{fmt, mem};

use gradito_core::image::LAYER_LENGTH;
use gradito_link::frame::{self, FrameError, Packet};
use gradito_link::message::{Hello, Input, Model, ModelFault, Refusal, Reply, Request, Statistics};
use zerocopy::IntoBytes;

use crate::flash::Store;
use crate::machine::Machine;
use crate::purpose::{Build, Purpose, Sample};
use crate::sha256::Sha256;
use crate::slots::Slots;

/// What a reply with bytes takes besides its frame: its own number and how many they are.
const BYTES_HEAD: usize = 4;

/// What the device consists of, of whatever types: what is said is said by one code.
pub(crate) struct Board<'a> {
    pub purpose: &'a mut dyn Purpose,
    pub machine: &'a mut dyn Machine,
    pub flash: &'a mut dyn Store,
    /// Coded bytes of the longest frame it reads.
    pub frame: u16,
}

impl Board<'_> {
    /// Purpose, machine and flash.
    fn parts(&mut self) -> (&mut dyn Purpose, &mut dyn Machine, &mut dyn Store) {
        (self.purpose, self.machine, self.flash)
    }
}

impl fmt::Debug for Board<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Board").field("frame", &self.frame).finish_non_exhaustive()
    }
}

/// Where a reply is written to.
struct Outbox<'b> {
    sequence: u16,
    buffer: &'b mut [u8],
    length: usize,
}

impl<'b> Outbox<'b> {
    /// For the reply to the request of that sequence number.
    fn new(sequence: u16, buffer: &'b mut [u8]) -> Self {
        Self { sequence, buffer, length: 0 }
    }

    /// Writes the reply.
    #[inline(never)]
    fn send(&mut self, reply: &Reply<'_>) {
        // The buffer was found to be long enough when the program was compiled.
        self.length = frame::encode(self.sequence, reply, self.buffer).map_or(0, <[u8]>::len);
    }

    /// Says that it cannot be done.
    #[inline(never)]
    fn refuse(&mut self, refusal: Refusal<'_>) {
        self.send(&Reply::Refused(refusal));
    }

    /// Sends as many of the bytes as fit, whole numbers of 4.
    fn send_bytes(&mut self, bytes: &[u8]) {
        let room = self.buffer.len().saturating_sub(frame::OVERHEAD + BYTES_HEAD) & !3;
        self.send(&Reply::Bytes(bytes.get(..room).unwrap_or(bytes)));
    }

    /// The frame.
    fn into_frame(self) -> &'b [u8] {
        self.buffer.get(..self.length).unwrap_or(&[])
    }
}

/// What a device knows from one request to the next.
#[derive(Debug)]
pub(crate) struct State {
    slots: Slots,
    /// The sequence number of the last request, and the length of its reply.
    last: Option<(u16, usize)>,
    /// Requests answered.
    requests: u32,
    /// Frames with a message that is none.
    unknown: u32,
}

impl State {
    /// Looks for a model.
    #[inline(never)]
    pub fn new(board: &mut Board<'_>) -> Self {
        let slots = Slots::new(board.flash, board.purpose);
        if let Ok(parameters) = slots.parameters(board.flash) {
            board.purpose.load(parameters);
        }
        Self { slots, last: None, requests: 0, unknown: 0 }
    }

    /// The model in use, or what is wrong.
    pub fn model(&self) -> Result<Model, ModelFault<'static>> {
        self.slots.model()
    }

    /// The frame that is sent unasked.
    pub fn greet<'b>(&self, board: &Board<'_>, reply: &'b mut [u8]) -> &'b [u8] {
        let mut outbox = Outbox::new(0, reply);
        self.hello(board, &mut outbox);
        outbox.into_frame()
    }

    /// Does what a packet asks; `dropped` frames before it were none. Gives the frame to be sent.
    #[inline(never)]
    pub fn respond<'b>(
        &mut self,
        packet: Packet<'_>,
        dropped: u32,
        board: &mut Board<'_>,
        reply: &'b mut [u8],
    ) -> Option<&'b [u8]> {
        let dropped = dropped.saturating_add(self.unknown);
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
        // Each in a function of its own, which takes no more of the stack than it has to.
        let result = match request {
            Some(Request::Hello) => {
                // What was not complete is forgotten: a batch, a model.
                board.purpose.forget();
                self.slots.abandon();
                self.hello(board, &mut outbox);
                Ok(())
            }
            Some(Request::Statistics) => {
                self.statistics(board, dropped, &mut outbox);
                Ok(())
            }
            Some(Request::Infer(input)) => self.infer(input, board, &mut outbox),
            Some(Request::Digest) => self.digest(board, &mut outbox),
            Some(request) => self.answer(request, board, &mut outbox),
            None => Err(Refusal::Unknown),
        };
        if let Err(refusal) = result {
            outbox.refuse(refusal);
        }
        self.requests = self.requests.saturating_add(1);
        let frame = outbox.into_frame();
        self.last = Some((sequence, frame.len()));
        Some(frame)
    }

    /// Says who is there.
    #[inline(never)]
    fn hello(&self, board: &Board<'_>, outbox: &mut Outbox<'_>) {
        let mut layers = 0;
        board.purpose.visit_shapes(&mut |_| layers += 1);
        // The layer table lies behind the message, where there is room for it: the stack is short.
        let room = outbox.buffer.len().saturating_sub(layers * LAYER_LENGTH);
        let Some((message, table)) = outbox.buffer.split_at_mut_checked(room) else { return };
        // Piece by piece: how many there are would be a division, in software.
        let mut rest = &mut *table;
        board.purpose.visit_shapes(&mut |shape| {
            if let Some((place, after)) = mem::take(&mut rest).split_first_chunk_mut() {
                rest = after;
                *place = shape.to_entry();
            }
        });
        let mut inner = Outbox::new(outbox.sequence, message);
        self.hello_with(table, board, &mut inner);
        outbox.length = inner.length;
    }

    /// [`hello`](Self::hello), of these layers.
    #[inline(never)]
    fn hello_with(&self, layers: &[u8], board: &Board<'_>, outbox: &mut Outbox<'_>) {
        let Build { inputs, bits, element, cost, batch, frozen } = board.purpose.build();
        let machine = &*board.machine;
        outbox.send(&Reply::Hello(Hello {
            board: machine.name(),
            gradito: env!("CARGO_PKG_VERSION"),
            layers,
            frozen,
            cost: cost.map(|cost| cost.code()),
            inputs,
            bits,
            element: element as u8,
            batch,
            frame: board.frame,
            window: 1,
            clock_hz: machine.clock_hz(),
            ticks_hz: machine.ticks_hz(),
            writable: board.flash.is_writable(),
            memory: machine.memory(),
            model: self.slots.model(),
        }));
    }

    /// Says what was counted; `dropped` frames were none.
    #[inline(never)]
    fn statistics(&self, board: &Board<'_>, dropped: u32, outbox: &mut Outbox<'_>) {
        let (requests, stack) = (self.requests, board.machine.stack_used());
        outbox.send(&Reply::Statistics(Statistics { requests, dropped, stack }));
    }

    /// Infers, and says what came out.
    #[inline(never)]
    fn infer(
        &self,
        input: Input<'_>,
        board: &mut Board<'_>,
        outbox: &mut Outbox<'_>,
    ) -> Result<(), Refusal<'static>> {
        let (purpose, machine, flash) = board.parts();
        let parameters = self.slots.parameters(flash).map_err(Refusal::NoModel)?;
        let ticks = purpose.infer(parameters, input, &mut || machine.ticks())?;
        inferred(purpose, ticks, outbox);
        Ok(())
    }

    /// Sends SHA-256 of the parameters in use.
    #[inline(never)]
    fn digest(
        &self,
        board: &mut Board<'_>,
        outbox: &mut Outbox<'_>,
    ) -> Result<(), Refusal<'static>> {
        let (purpose, _, flash) = board.parts();
        let parameters = self.slots.parameters(flash).map_err(Refusal::NoModel)?;
        let mut digest = [0; 32];
        digest_parameters(purpose, parameters, &mut digest);
        digested(purpose, digest, outbox);
        Ok(())
    }

    /// Does what `request` asks and sends the reply.
    ///
    /// Some are none for it: they are answered before.
    #[inline(never)]
    fn answer(
        &mut self,
        request: Request<'_>,
        board: &mut Board<'_>,
        outbox: &mut Outbox<'_>,
    ) -> Result<(), Refusal<'static>> {
        let (purpose, machine, flash) = board.parts();
        let clock = &mut || machine.ticks();
        let slots = &mut self.slots;
        // Most requests need a model; all others are here.
        let reply = match request {
            Request::Calibrate { instructions } => {
                let start = machine.ticks();
                machine.spin(instructions);
                Reply::Ticks(machine.ticks().wrapping_sub(start))
            }
            Request::WriteBegin { length } => {
                slots.begin(flash, length)?;
                Reply::Done
            }
            Request::WriteNext { offset, bytes } => {
                slots.next(flash, offset, bytes)?;
                Reply::Done
            }
            Request::WriteEnd => {
                slots.end(flash, purpose)?;
                purpose.load(slots.parameters(flash).map_err(Refusal::NoModel)?);
                Reply::Done
            }
            #[cfg(feature = "profile")]
            Request::Profile => return send_readings(machine, outbox),
            request => {
                let parameters = slots.parameters(flash).map_err(Refusal::NoModel)?;
                match request {
                    Request::Sample { slot, label, input } => {
                        purpose.sample(parameters, Sample { slot, label, input }, clock)?;
                        Reply::Done
                    }
                    Request::Step { samples, eta } => purpose.step(samples, eta, clock)?,
                    Request::Derivative { parameter, h } => purpose.derivative(parameter, h)?,
                    Request::Reset => {
                        purpose.load(parameters);
                        Reply::Done
                    }
                    Request::Activations { layer, first } => {
                        return activations(purpose, layer, first, outbox);
                    }
                    Request::Parameters { first } => {
                        return send_parameters(purpose, parameters, first, outbox);
                    }
                    Request::Image { first } => {
                        let image = slots.image(flash).map_err(Refusal::NoModel)?;
                        let rest = image.get(first as usize..).filter(|rest| !rest.is_empty());
                        outbox.send_bytes(rest.ok_or(Refusal::Range)?);
                        return Ok(());
                    }
                    _ => return Err(Refusal::Unknown),
                }
            }
        };
        outbox.send(&reply);
        Ok(())
    }
}

/// Sends what was noted of the clock.
#[cfg(feature = "profile")]
#[inline(never)]
fn send_readings(machine: &dyn Machine, outbox: &mut Outbox<'_>) -> Result<(), Refusal<'static>> {
    let (ticks, count) = machine.readings().ok_or(Refusal::Unknown)?.take();
    outbox.send_bytes(ticks.get(..count).unwrap_or(&ticks).as_bytes());
    Ok(())
}

/// Says what the last sample's outputs are.
#[inline(never)]
fn inferred(purpose: &dyn Purpose, ticks: u32, outbox: &mut Outbox<'_>) {
    let (class, outputs) = purpose.answer();
    outbox.send(&Reply::Inferred { class: class as u16, ticks, outputs });
}

/// Says what the digests are.
#[inline(never)]
fn digested(purpose: &dyn Purpose, parameters: [u8; 32], outbox: &mut Outbox<'_>) {
    outbox.send(&Reply::Digest { parameters, training: purpose.training() });
}

/// SHA-256 of the parameters in use.
#[inline(never)]
fn digest_parameters(purpose: &dyn Purpose, parameters: &[u8], digest: &mut [u8; 32]) {
    let mut hash = Sha256::new();
    purpose.visit(parameters, &mut |piece| hash.update(piece.as_bytes()));
    hash.finish(digest);
}

/// Sends outputs of a layer.
fn activations(
    purpose: &dyn Purpose,
    layer: u8,
    first: u16,
    outbox: &mut Outbox<'_>,
) -> Result<(), Refusal<'static>> {
    let (mut before, mut found) = (layer, false);
    purpose.visit_outputs(&mut |outputs| {
        if before == 0
            && !found
            && let Some(rest) = outputs.get(first.into()..).filter(|rest| !rest.is_empty())
        {
            outbox.send_bytes(rest.as_bytes());
            found = true;
        }
        before = before.wrapping_sub(1);
    });
    if found { Ok(()) } else { Err(Refusal::Range) }
}

/// Sends parameters in use, of one array.
fn send_parameters(
    purpose: &dyn Purpose,
    parameters: &[u8],
    first: u32,
    outbox: &mut Outbox<'_>,
) -> Result<(), Refusal<'static>> {
    let (mut before, mut found) = (first as usize, false);
    purpose.visit(parameters, &mut |piece| {
        if found {
            return;
        }
        match before.checked_sub(piece.len()) {
            Some(rest) => before = rest,
            None => {
                outbox.send_bytes(piece.get(before..).unwrap_or(&[]).as_bytes());
                found = true;
            }
        }
    });
    if found { Ok(()) } else { Err(Refusal::Range) }
}
