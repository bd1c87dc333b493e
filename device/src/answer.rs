//! What is answered to which request.

use gradito_core::network::argmax;
use gradito_link::frame;
use gradito_link::message::{Hello, Refusal, Reply, Request, Statistics};
use sha2::{Digest, Sha256};
use zerocopy::IntoBytes;

use crate::flash::ModelFlash;
use crate::machine::Machine;
use crate::purpose::{Purpose, Sample};
use crate::slots::Slots;

/// Bytes of an entry of the layer table in [`Hello`].
const LAYER: usize = 12;

/// Layers that [`Hello`] can tell of.
const LAYERS: usize = 12;

/// What a reply with bytes takes besides its frame: its own number and how many they are.
const BYTES_HEAD: usize = 4;

/// Where a reply is written to.
pub(crate) struct Outbox<'b> {
    sequence: u16,
    buffer: &'b mut [u8],
    length: usize,
}

impl<'b> Outbox<'b> {
    /// For the reply to the request of that sequence number.
    pub fn new(sequence: u16, buffer: &'b mut [u8]) -> Self {
        Self { sequence, buffer, length: 0 }
    }

    /// Writes the reply.
    #[inline(never)]
    pub fn send(&mut self, reply: &Reply<'_>) {
        // The buffer was found to be long enough when the program was compiled.
        self.length = frame::encode(self.sequence, reply, self.buffer).map_or(0, <[u8]>::len);
    }

    /// Sends as many of the bytes as fit, whole numbers of 4.
    fn send_bytes(&mut self, bytes: &[u8]) {
        let room = self.buffer.len().saturating_sub(frame::OVERHEAD + BYTES_HEAD) & !3;
        self.send(&Reply::Bytes(bytes.get(..room).unwrap_or(bytes)));
    }

    /// The frame.
    pub fn into_frame(self) -> &'b [u8] {
        self.buffer.get(..self.length).unwrap_or(&[])
    }
}

/// All of a device but its link.
#[derive(Debug)]
pub(crate) struct State<P, M, F> {
    pub purpose: P,
    pub machine: M,
    pub slots: Slots<F>,
    /// Requests answered.
    pub requests: u32,
}

impl<P: Purpose, M: Machine, F: ModelFlash> State<P, M, F> {
    /// Forgets what is not complete: a batch, a model.
    pub fn forget(&mut self) {
        self.purpose.forget();
        self.slots.abandon();
    }

    /// Says who is there.
    #[inline(never)]
    pub fn hello(&self, frame: usize, outbox: &mut Outbox<'_>) {
        let mut table = [0; LAYERS * LAYER];
        let mut entries = table.as_chunks_mut::<LAYER>().0.iter_mut();
        let mut length = 0;
        P::shapes(&mut |shape| {
            let Some(entry) = entries.next() else { return };
            let [i0, i1, i2, i3] = (shape.inputs as u32).to_le_bytes();
            let [o0, o1, o2, o3] = (shape.outputs as u32).to_le_bytes();
            let (activation, math) = (shape.activation.code(), shape.math.code());
            *entry = [i0, i1, i2, i3, o0, o1, o2, o3, activation, math, 0, 0];
            length += LAYER;
        });
        outbox.send(&Reply::Hello(Hello {
            board: M::NAME,
            gradito: env!("CARGO_PKG_VERSION"),
            layers: table.get(..length).unwrap_or(&[]),
            frozen: P::frozen(),
            cost: P::COST.map(|cost| cost.code()),
            pixels: P::PIXELS,
            batch: P::BATCH,
            frame: frame as u16,
            window: 1,
            clock_hz: self.machine.clock_hz(),
            ticks_hz: self.machine.ticks_hz(),
            writable: self.slots.is_writable(),
            memory: self.machine.memory(),
            model: self.slots.model(),
        }));
    }

    /// Says what was counted.
    pub fn statistics(&self, dropped: u32, outbox: &mut Outbox<'_>) {
        let statistics =
            Statistics { requests: self.requests, dropped, stack: self.machine.stack_used() };
        outbox.send(&Reply::Statistics(statistics));
    }

    /// Does what `request` asks and sends the reply.
    ///
    /// Those that the device answers itself are none for it: `Hello` and `Statistics`.
    pub fn answer(
        &mut self,
        request: Request<'_>,
        outbox: &mut Outbox<'_>,
    ) -> Result<(), Refusal<'static>> {
        let Self { purpose, machine, slots, .. } = self;
        let reply = match request {
            Request::Hello | Request::Statistics => return Err(Refusal::Unknown),
            Request::Infer(input) => {
                let parameters = slots.parameters().map_err(Refusal::NoModel)?;
                let ticks = purpose.infer(parameters, input, machine)?;
                let outputs = purpose.outputs();
                let (class, outputs) = (argmax(outputs) as u16, outputs.as_bytes());
                outbox.send(&Reply::Inferred { class, ticks, outputs });
                return Ok(());
            }
            Request::Sample { slot, label, input } => {
                let parameters = slots.parameters().map_err(Refusal::NoModel)?;
                purpose.sample(parameters, Sample { slot, label, input }, machine)?;
                Reply::Done
            }
            Request::Step { samples, eta } => {
                slots.model().map_err(Refusal::NoModel)?;
                purpose.step(samples, eta, machine)?
            }
            Request::Derivative { parameter, h } => {
                slots.model().map_err(Refusal::NoModel)?;
                purpose.derivative(parameter, h)?
            }
            Request::Reset => {
                purpose.load(slots.parameters().map_err(Refusal::NoModel)?);
                Reply::Done
            }
            Request::Digest => return self.digest(outbox),
            Request::Activations { layer, first } => return self.activations(layer, first, outbox),
            Request::Parameters { first } => return self.parameters(first, outbox),
            Request::Image { first } => {
                let image = slots.image().map_err(Refusal::NoModel)?;
                let rest = image.get(first as usize..).filter(|rest| !rest.is_empty());
                outbox.send_bytes(rest.ok_or(Refusal::Range)?);
                return Ok(());
            }
            Request::Calibrate { instructions } => {
                let start = machine.ticks();
                machine.spin(instructions);
                Reply::Ticks(machine.ticks().wrapping_sub(start))
            }
            Request::WriteBegin { length } => {
                slots.begin(length)?;
                Reply::Done
            }
            Request::WriteNext { offset, bytes } => {
                slots.next(offset, bytes)?;
                Reply::Done
            }
            Request::WriteEnd => {
                slots.end(P::check)?;
                purpose.load(slots.parameters().map_err(Refusal::NoModel)?);
                Reply::Done
            }
        };
        outbox.send(&reply);
        Ok(())
    }

    #[inline(never)]
    fn digest(&self, outbox: &mut Outbox<'_>) -> Result<(), Refusal<'static>> {
        let parameters = self.slots.parameters().map_err(Refusal::NoModel)?;
        let mut hash = Sha256::new();
        self.purpose.visit(parameters, &mut |piece| hash.update(piece.as_bytes()));
        let parameters = hash.finalize().into();
        outbox.send(&Reply::Digest { parameters, training: self.purpose.training() });
        Ok(())
    }

    fn activations(
        &self,
        layer: u8,
        first: u16,
        outbox: &mut Outbox<'_>,
    ) -> Result<(), Refusal<'static>> {
        self.slots.model().map_err(Refusal::NoModel)?;
        let (mut before, mut found) = (layer, false);
        self.purpose.visit_outputs(&mut |outputs| {
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

    fn parameters(&self, first: u32, outbox: &mut Outbox<'_>) -> Result<(), Refusal<'static>> {
        let parameters = self.slots.parameters().map_err(Refusal::NoModel)?;
        let (mut before, mut found) = (first as usize, false);
        self.purpose.visit(parameters, &mut |piece| {
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
}
