//! How long layers take: what is noted of the clock, and what is told of it.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use gradito_core::network;
use gradito_device::Device;
use gradito_device::inference::Inference;
use gradito_device::input::PixelInputs;
use gradito_device::machine::Machine;
use gradito_device::parts::Parts;
use gradito_device::profile::{self, Profiled, Readings};
use gradito_device::purpose::{Purpose, Sizes};
use gradito_device::quantized::QuantizedInference;
use gradito_link::message::{Input, Memory, Refusal, Reply, Request};
use zerocopy::IntoBytes;

use crate::board::{Client, Clock, Link, Net, PIXELS, Runner, flash_with, model};
use crate::quantized;

/// A test's own clock, and what is noted of it: tests run side by side.
#[derive(Debug)]
struct Statics {
    /// How often it was read.
    count: AtomicU32,
    readings: Readings,
}

static STATICS: [Statics; 2] =
    [const { Statics { count: AtomicU32::new(0), readings: Readings::none() } }; 2];

/// The clock's reading of that number, counted from 0; it starts anew on the way.
const fn reading(number: u32) -> u32 {
    (number * number).wrapping_sub(3)
}

/// Watches the kernels of a test, and is its board, too.
#[derive(Debug, Default)]
struct Board<const TEST: usize>(Clock);

impl<const TEST: usize> Board<TEST> {
    fn now() -> u32 {
        reading(STATICS[TEST].count.fetch_add(1, Relaxed))
    }
}

impl<const TEST: usize> profile::Watch for Board<TEST> {
    fn begins(weights: usize) {
        STATICS[TEST].readings.begin(weights, Self::now);
    }
}

impl<const TEST: usize> Machine for Board<TEST> {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn clock_hz(&self) -> u32 {
        self.0.clock_hz()
    }

    fn ticks_hz(&self) -> u32 {
        self.0.ticks_hz()
    }

    fn ticks(&mut self) -> u32 {
        let ticks = Self::now();
        STATICS[TEST].readings.note(ticks);
        ticks
    }

    fn spin(&mut self, instructions: u32) {
        self.0.spin(instructions);
    }

    fn memory(&self) -> Memory {
        self.0.memory()
    }

    fn stack_used(&self) -> u32 {
        self.0.stack_used()
    }

    fn readings(&self) -> Option<&'static Readings> {
        Some(&STATICS[TEST].readings)
    }
}

/// An inference notes its start, the beginning of both layers, once, and its end; from one telling to
/// the next.
fn both_layers_are_noted<const TEST: usize>(purpose: impl Purpose + Sizes, image: &[u8]) {
    let (mut link, mut client) = (Link::ZERO, Client::default());
    let mut device = Device::new(&mut link, purpose, Board::<TEST>::default(), flash_with(image));
    assert_eq!(client.ask(&mut device, Request::Profile), Reply::Bytes(&[]));
    let inputs = [Input::Pixels(&[0, 0, 7, 255, 0, 9]), Input::Runs(&[0, 2, 7, 255, 0, 1, 9])];
    for (first, input) in [0, 4].into_iter().zip(inputs) {
        let Reply::Inferred { ticks, .. } = client.ask(&mut device, Request::Infer(input)) else {
            panic!()
        };
        let readings: [u32; 4] = std::array::from_fn(|index| reading(first + index as u32));
        assert_eq!(ticks, readings[3].wrapping_sub(readings[0]));
        let told = Reply::Bytes(readings.as_bytes());
        assert_eq!(client.ask(&mut device, Request::Profile), told);
        // The same question again, as after a lost reply, has the same answer.
        assert_eq!(client.again(&mut device, Request::Profile), told);
        assert_eq!(client.ask(&mut device, Request::Profile), Reply::Bytes(&[]));
    }
}

#[test]
fn layers_of_f32_are_noted() {
    type Kernels = Profiled<gradito_core::kernels::Portable, Board<0>>;
    type Watched = network!(Kernels: 6 => 4 Sigmoid => 3 Sigmoid);
    let mut trace = Watched::TRACE;
    let purpose = Inference::<6, <Watched as Parts>::Layers, PixelInputs>::new(&mut trace);
    both_layers_are_noted::<0>(purpose, &model(1));
}

#[test]
fn layers_of_i8_are_noted() {
    use gradito_core::quantized::kernels::Portable;

    type Kernels = Profiled<Portable, Board<1>>;
    let mut trace = quantized::Net::TRACE;
    let purpose = QuantizedInference::<6, quantized::Layers, PixelInputs, Kernels>::new(&mut trace);
    both_layers_are_noted::<1>(purpose, &quantized::image::<quantized::Layers>(PIXELS));
}

#[test]
fn a_layer_in_pieces_begins_once_and_what_has_no_room_is_lost() {
    let readings = Readings::none();
    for (weights, ticks) in [(8, 1), (8, 2), (4, 3), (4, 4), (8, 5)] {
        readings.begin(weights, || ticks);
    }
    let (ticks, count) = readings.take();
    assert_eq!(ticks[..count], [1, 3, 5]);
    // Of the next inference, the same layer.
    readings.begin(8, || 6);
    assert_eq!((readings.take().0[0], readings.take().1), (6, 0));
    for ticks in 0..100 {
        readings.note(ticks);
    }
    let (ticks, count) = readings.take();
    assert_eq!((ticks[profile::ROOM - 1], count), (profile::ROOM as u32 - 1, profile::ROOM));
}

#[test]
fn a_firmware_that_notes_nothing_does_not_know_of_it() {
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&model(1)));
    let reply = client.ask(&mut device, Request::Profile);
    assert_eq!(reply, Reply::Refused(Refusal::Unknown));
}
