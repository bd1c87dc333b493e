use core::fmt::Debug;
use std::vec::Vec;

use super::refusal::CAUSES;
use super::*;
use crate::frame::{self, Receiver};
use crate::wire::{Source, Wire};

#[test]
fn every_kind_of_inputs_has_a_code() {
    for code in 0..128 {
        let stages = Stages::from_code(code).unwrap();
        assert_eq!(Hello::stages(Hello::pixels(stages)), Some(stages));
    }
    // Features; and what none of them is.
    assert_eq!((Hello::stages(0), Hello::stages(2)), (Some(Stages::NONE), None));
    assert_eq!((Hello::pixels(Stages::NONE), Hello::pixels("pool2".parse().unwrap())), (1, 5));
}

#[test]
fn every_divergence_has_a_code() {
    for cause in CAUSES {
        let Refusal::Diverged(code) = cause.into() else { panic!("{cause}") };
        assert_eq!(diverged(code), Some(cause));
    }
    assert_eq!(diverged(4), None);
}

/// The bytes of a message, out of its frame.
fn bytes<'m, T: Wire<'m>>(message: &T) -> Vec<u8> {
    let mut buffer = [0; 400];
    let frame = frame::encode(0, message, &mut buffer).unwrap();
    let mut receiver = Receiver::<400>::new();
    let mut packets = frame
        .iter()
        .filter_map(|&byte| Some(receiver.push(byte)?.unwrap().message().unwrap().to_vec()));
    packets.next().unwrap()
}

/// What is read of `bytes`, if that is sound.
fn read<T: Wire<'static>>(bytes: &[u8]) -> Option<T> {
    let mut source = Source::new(bytes.to_vec().leak());
    let message = T::read(&mut source);
    source.is_sound().then_some(message)
}

/// Written and read, a message is the same; a part of its bytes, or more, is none.
#[track_caller]
fn comes_back<T: Wire<'static> + PartialEq + Debug>(message: T) {
    let bytes = bytes(&message);
    for length in 0..bytes.len() {
        assert_eq!(read::<T>(&bytes[..length]), None, "{length} of {bytes:x?}");
    }
    assert_eq!(read::<T>(&[&bytes[..], &[0]].concat()), None, "{bytes:x?} and more");
    assert_eq!(read(&bytes), Some(message));
}

#[test]
fn every_message_comes_back() {
    const BYTES: &[u8] = &[0, 1, 127, 128, 255];
    let inputs =
        [Input::Pixels(BYTES), Input::Runs(&[]), Input::Values(&[7; 300]), Input::Bits(BYTES)];
    for input in inputs {
        comes_back(Request::Infer(input));
        comes_back(Request::Sample { slot: 255, label: 300, input });
    }
    for number in [0, 127, 128, 300, 16_383, 16_384, u32::MAX] {
        comes_back(Request::Calibrate { instructions: number });
        comes_back(Request::Derivative { parameter: number, h: -0.5 });
        comes_back(Request::Parameters { first: number });
        comes_back(Request::Image { first: number });
        comes_back(Request::WriteBegin { length: number });
        comes_back(Request::WriteNext { offset: number, bytes: BYTES });
        comes_back(Reply::Ticks(number));
        comes_back(Reply::Refused(Refusal::TooLong { room: number }));
        comes_back(Reply::Refused(Refusal::Offset { expected: number }));
    }
    let plain = [Request::Hello, Request::Digest, Request::Statistics, Request::Reset];
    for request in plain.into_iter().chain([Request::WriteEnd, Request::Profile]) {
        comes_back(request);
    }
    comes_back(Request::Activations { layer: 3, first: 500 });
    comes_back(Request::Step { samples: 10, eta: f32::MIN_POSITIVE });
    let refusals = [
        Refusal::Unknown,
        Refusal::Input,
        Refusal::Label,
        Refusal::Slot { kept: 130 },
        Refusal::NotTraining,
        Refusal::Diverged(2),
        Refusal::Range,
        Refusal::ReadOnly,
        Refusal::Flash,
    ];
    for refusal in refusals {
        comes_back(Reply::Refused(refusal));
    }
    let model = Model { slot: 1, generation: 9, length: 95_680, checksum: 0xdead_beef };
    let faults = [
        ModelFault::Empty,
        ModelFault::Truncated { needed: 1 << 20, found: 3 },
        ModelFault::Magic,
        ModelFault::Version { found: 3 },
        ModelFault::Checksum { stored: 1, computed: u32::MAX },
        ModelFault::Field { name: "cost" },
        ModelFault::Alignment,
        ModelFault::NotFinite { index: 70_000 },
        ModelFault::Element,
        ModelFault::Topology { layer: 200 },
        ModelFault::Inputs,
        ModelFault::Cost,
        ModelFault::Other,
    ];
    for fault in faults {
        comes_back(Reply::Refused(Refusal::NoModel(fault)));
        comes_back(Reply::Refused(Refusal::Model(fault)));
    }
    for model in [Ok(model), Err(ModelFault::Field { name: "sí" })] {
        comes_back(Reply::Hello(Hello {
            board: "microbit",
            gradito: "0.1.0",
            layers: BYTES,
            frozen: 1,
            cost: Some(1),
            inputs: 1,
            bits: true,
            element: 2,
            batch: 10,
            frame: 806,
            window: 1,
            clock_hz: 16_000_000,
            ticks_hz: 1,
            writable: false,
            memory: Memory { flash: 30_000, statics: 2_000, stack: 14_000 },
            model,
        }));
    }
    let training = Training { steps: 5, samples: 50, eta: 3.0, samples_digest: [0xa5; 32] };
    for training in [None, Some(training)] {
        comes_back(Reply::Digest { parameters: [0; 32], training });
    }
    comes_back(Reply::Done);
    comes_back(Reply::Bytes(BYTES));
    comes_back(Reply::Inferred { class: 9, ticks: 1 << 30, outputs: BYTES });
    comes_back(Reply::Stepped { cost: 0.1, correct: 7, ticks: 3 });
    comes_back(Reply::Derivative { gradient: 1.5, below: -0.0, above: 2.0, at: [0.25, 4.0] });
    comes_back(Reply::Statistics(Statistics { requests: 1, dropped: 1000, stack: 70_000 }));
}

/// Numbers of variants are part of the protocol: who changes them changes its version.
#[test]
fn pinned_bytes() {
    assert_eq!(frame::VERSION, 2);
    assert_eq!(bytes(&Request::Hello), [0]);
    assert_eq!(bytes(&Request::Infer(Input::Runs(&[0, 4]))), [4, 1, 2, 0, 4]);
    assert_eq!(bytes(&Request::Infer(Input::Bits(&[9]))), [4, 3, 1, 9]);
    let sample = Request::Sample { slot: 2, label: 300, input: Input::Pixels(&[9]) };
    assert_eq!(bytes(&sample), [6, 2, 0xac, 2, 0, 1, 9]);
    assert_eq!(bytes(&Request::Step { samples: 10, eta: 3.0 }), [7, 10, 0, 0, 0x40, 0x40]);
    assert_eq!(bytes(&Request::WriteEnd), [14]);
    assert_eq!(bytes(&Request::Profile), [15]);
    assert_eq!(bytes(&Reply::Ticks(300)), [5, 0xac, 2]);
    assert_eq!(bytes(&Reply::Bytes(&[7])), [9, 1, 7]);
    assert_eq!(bytes(&Reply::Refused(Refusal::Model(ModelFault::Element))), [1, 12, 8]);
    let model = Ok(Model { slot: 1, generation: 2, length: 3, checksum: 4 });
    let hello = Hello {
        board: "b",
        gradito: "0",
        layers: &[5],
        frozen: 6,
        cost: None,
        inputs: 1,
        bits: false,
        element: 1,
        batch: 7,
        frame: 8,
        window: 9,
        clock_hz: 10,
        ticks_hz: 11,
        writable: true,
        memory: Memory { flash: 12, statics: 13, stack: 14 },
        model,
    };
    let mut expected = Vec::from([2, 1, b'b', 1, b'0', 1, 5, 6, 0, 1, 0, 1, 7, 8, 9, 10, 11, 1]);
    expected.extend([12, 13, 14, 0, 1, 2, 3, 4]);
    assert_eq!(bytes(&Reply::Hello(hello)), expected);
}

#[test]
fn what_is_no_message_is_not_read() {
    for bytes in [&[16][..], &[255, 0], &[4, 4, 0], &[]] {
        assert_eq!(read::<Request<'_>>(bytes), None, "{bytes:?}");
    }
    for bytes in [&[10][..], &[1, 13], &[1, 12, 13], &[3]] {
        assert_eq!(read::<Reply<'_>>(bytes), None, "{bytes:?}");
    }
}
