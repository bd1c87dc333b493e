//! The exchange of `docs/link.md` is what host and device say, byte by byte.

use gradito_core::checksum::Checksum;
use gradito_core::cost::Quadratic;
use gradito_core::network;
use gradito_device::front::Direct;
use gradito_device::input::FeatureInputs;
use gradito_device::memory::{MemoryFlash, MemoryMachine};
use gradito_device::parts::Parts;
use gradito_device::training::{Learning, TrainingMemory};
use gradito_device::{Buffers, Device, receive_length, reply_length};
use gradito_link::frame::{self, Receiver, VERSION};
use gradito_link::message::{Hello, Input, Reply, Request};

use super::{format, page, table};

type Net = network!(2 => 2 Sigmoid => 2 Sigmoid);
type Layers = <Net as Parts>::Layers;
type Memory = TrainingMemory<2, Direct<FeatureInputs>, Layers, 2>;
type Work<'m> = Learning<'m, 2, Direct<FeatureInputs>, Layers, Quadratic, 2>;

/// 0.75 and 0.33333334.
const VALUES: [u8; 8] = [0, 0, 0x40, 0x3f, 0xab, 0xaa, 0xaa, 0x3e];

fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

fn bytes(hex: &str) -> Vec<u8> {
    hex.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

/// The bytes of the block of hexadecimal numbers that follows `head`.
fn block(page: &str, head: &str) -> Vec<u8> {
    let (_, rest) = page.split_once(head).unwrap_or_else(|| panic!("there is no '{head}'"));
    let (_, rest) = rest.split_once("```text\n").unwrap();
    bytes(rest.split_once("```").unwrap().0)
}

/// What a frame holds, its checksum included, by the definition of COBS: a count, and as many bytes
/// less 1; a 0 between two blocks of which the first is shorter than the longest.
fn uncoded(frame: &[u8]) -> Vec<u8> {
    let mut coded = frame.strip_prefix(&[0]).unwrap().strip_suffix(&[0]).unwrap();
    let mut plain = Vec::new();
    while let Some((&count, rest)) = coded.split_first() {
        let (block, after) = rest.split_at(usize::from(count) - 1);
        plain.extend_from_slice(block);
        if count < 255 && !after.is_empty() {
            plain.push(0);
        }
        coded = after;
    }
    plain
}

/// A reply in words.
fn told(frame: &[u8]) -> String {
    let mut receiver = Receiver::<300>::new();
    let packet = frame.iter().fold(None, |found, &byte| match receiver.push(byte) {
        Some(packet) => {
            let (number, reply) = frame::decode::<Reply<'_>>(packet.unwrap()).unwrap();
            Some(match reply {
                Reply::Hello(_) => format!("{number} Hello"),
                reply => format!("{number} {reply:?}"),
            })
        }
        None => found,
    });
    packet.unwrap()
}

/// Calls `with` with the page, the frame that the device greets with, and what it answers to bytes.
fn with_device(with: impl FnOnce(&str, &[u8], &mut dyn FnMut(&[u8]) -> Option<Vec<u8>>)) {
    let image = format::dump(&page("format.md"));
    let mut memory = Box::new(Memory::ZERO);
    let mut buffers = Buffers::<{ receive_length(8) }, { reply_length(2, 2) }>::ZERO;
    let flash = MemoryFlash::new([0; 64], &image);
    let work = Work::new(&mut memory);
    let mut device = Device::new(&mut buffers, work, MemoryMachine::default(), flash);
    let greeting = device.greet().to_vec();
    let mut answer = |bytes: &[u8]| {
        bytes.iter().fold(None, |found, &byte| device.push(byte).map(<[u8]>::to_vec).or(found))
    };
    with(&page("link.md"), &greeting, &mut answer);
}

#[test]
fn the_exchange_of_the_page_takes_place() {
    let values = Input::Values(&VALUES);
    let requests = [
        Request::Infer(values),
        Request::Infer(values),
        Request::Sample { slot: 0, label: 1, input: values },
        Request::Step { samples: 1, eta: 3.0 },
        Request::Step { samples: 1, eta: 3.0 },
        Request::Activations { layer: 7, first: 0 },
    ];
    with_device(|page, _, answer| {
        let mut requests = requests.iter();
        let mut answered: Option<Vec<u8>> = None;
        let mut coded = [0; 64];
        for [from, number, message, line] in table(page, "| from | number | message | bytes |") {
            let line = bytes(&line);
            if from == "device" {
                let reply =
                    answered.take().expect("the device is silent where the page has it speak");
                assert_eq!(hex(&reply), hex(&line), "{message}");
                assert_eq!(told(&reply), format!("{number} {message}"));
                continue;
            }
            assert_eq!(answered.take(), None, "the device speaks where the page has it silent");
            let request = requests.next().unwrap();
            let damaged = message.ends_with(", damaged");
            let sent = frame::encode(number.parse().unwrap(), request, &mut coded).unwrap();
            let changed = sent.iter().zip(&line).filter(|(sent, line)| sent != line).count();
            assert_eq!(line.len(), sent.len(), "{}", hex(sent));
            assert_eq!(changed, usize::from(damaged), "{}", hex(sent));
            assert_eq!(message.trim_end_matches(", damaged"), format!("{request:?}"));
            answered = answer(&line);
        }
        assert_eq!((answered, requests.len()), (None, 0));
    });
}

#[test]
fn the_frame_of_the_page_is_coded_as_it_says() {
    let page = page("link.md");
    let mut coded = [0; 64];
    let sent = frame::encode(1, &Request::Infer(Input::Values(&VALUES)), &mut coded).unwrap();
    assert_eq!(hex(&block(&page, "on the line")), hex(sent));
    let plain = uncoded(sent);
    let mut parts = Vec::new();
    for [_, part, _] in table(&page, "| part | bytes | value |") {
        parts.extend(bytes(&part));
    }
    assert_eq!(hex(&parts), hex(&plain));
    let (packet, checksum) = plain.split_last_chunk().unwrap();
    assert_eq!(Checksum::of(packet), u32::from_le_bytes(*checksum));
    assert_eq!(packet[0], VERSION);
}

#[test]
fn the_greeting_of_the_page_is_the_device_s() {
    with_device(|page, greeting, _| {
        assert_eq!(hex(&block(page, "greets")), hex(greeting));
        let plain = uncoded(greeting);
        let (packet, _) = plain.split_last_chunk::<4>().unwrap();
        let mut parts = Vec::new();
        let mut values = Vec::new();
        for [_, part, value] in table(page, "| field | bytes | value |") {
            parts.extend(bytes(&part));
            values.push(value);
        }
        // Behind version, number and the variant's own.
        assert_eq!(hex(&parts), hex(&packet[4..]));
        let mut receiver = Receiver::<300>::new();
        let mut said = Vec::new();
        for &byte in greeting {
            let Some(packet) = receiver.push(byte) else { continue };
            let (0, Reply::Hello(hello)) = frame::decode(packet.unwrap()).unwrap() else {
                panic!("a device begins with another word than hello");
            };
            said = words(&hello);
        }
        assert_eq!(values, said);
    });
}

/// What the fields are, each as the page has it.
fn words(hello: &Hello<'_>) -> Vec<String> {
    let Hello { memory, .. } = hello;
    let model = hello.model.unwrap();
    let mut words = vec![hello.board.to_owned(), hello.gradito.to_owned()];
    words.push(format!("{} bytes: the layer table of an image", hello.layers.len()));
    words.push(hello.frozen.to_string());
    words.push(format!("{}", hello.cost.unwrap()));
    words.push(hello.inputs.to_string());
    words.push(hello.bits.to_string());
    words.push(hello.element.to_string());
    words.push(hello.batch.to_string());
    words.push(hello.frame.to_string());
    words.push(hello.window.to_string());
    words.push(hello.clock_hz.to_string());
    words.push(hello.ticks_hz.to_string());
    words.push(hello.writable.to_string());
    words.push(format!("{}, {}, {}", memory.flash, memory.statics, memory.stack));
    let (slot, generation, length) = (model.slot, model.generation, model.length);
    words.push(format!("{slot}, {generation}, {length}, {:08x}", model.checksum));
    words
}

#[test]
fn the_numbers_of_requests_are_those_of_the_page() {
    let input = Input::Pixels(&[]);
    let requests = [
        Request::Hello,
        Request::Digest,
        Request::Statistics,
        Request::Calibrate { instructions: 0 },
        Request::Infer(input),
        Request::Activations { layer: 0, first: 0 },
        Request::Sample { slot: 0, label: 0, input },
        Request::Step { samples: 0, eta: 0.0 },
        Request::Derivative { parameter: 0, h: 0.0 },
        Request::Reset,
        Request::Parameters { first: 0 },
        Request::Image { first: 0 },
        Request::WriteBegin { length: 0 },
        Request::WriteNext { offset: 0, bytes: &[] },
        Request::WriteEnd,
        Request::Profile,
    ];
    let rows = table(&page("link.md"), "| number | request | reply | what for |");
    assert_eq!(rows.len(), requests.len());
    for ([number, name, _, _], request) in rows.iter().zip(&requests) {
        let mut coded = [0; 64];
        let plain = uncoded(frame::encode(0, request, &mut coded).unwrap());
        assert_eq!(number.parse(), Ok(plain[3]), "{name}");
        let words = format!("{request:?}");
        assert_eq!(words.split([' ', '(']).next(), Some(name.as_str()));
    }
}
