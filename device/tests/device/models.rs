//! Models in flash: which is used, how a new one comes, and what is refused.

use gradito_core::image::InputKind;
use gradito_core::kind::CostKind;
use gradito_core::network;
use gradito_device::Device;
use gradito_device::front::Direct;
use gradito_device::input::PixelInputs;
use gradito_device::slots::{TRAILER, trailer};
use gradito_device::training::{Learning, TrainingMemory};
use gradito_link::message::{Input, Model, ModelFault, Refusal, Reply, Request};

use crate::board::{
    Client, Clock, Flash, Link, Net, NetLayers, PIXELS, Runner, SLOT, drawn, flash_with, image,
    model,
};

const PROBE: Input<'_> = Input::Pixels(&[9, 0, 200, 1, 2, 3]);

/// Writes a model in pieces of 64 bytes, up to the first that is not `Done`.
macro_rules! write {
    ($client:expr, $device:expr, $bytes:expr) => {{
        let bytes: &[u8] = $bytes;
        let length = bytes.len() as u32;
        let pieces = (0_u32..).step_by(64).zip(bytes.chunks(64));
        let pieces = pieces.map(|(offset, bytes)| Request::WriteNext { offset, bytes });
        core::iter::once(Request::WriteBegin { length })
            .chain(pieces)
            .chain([Request::WriteEnd])
            .map(|request| $client.ask($device, request))
            .find(|reply| *reply != Reply::Done)
            .unwrap_or(Reply::Done)
    }};
}

/// The outputs of a device that starts with this flash.
fn outputs_of(flash: &mut Flash) -> Option<Vec<u8>> {
    flash.power = None;
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device = Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash);
    match client.ask(&mut device, Request::Infer(PROBE)) {
        Reply::Inferred { outputs, .. } => Some(outputs.to_vec()),
        _ => None,
    }
}

/// The model that a device uses that starts with this flash.
fn used(flash: &mut Flash) -> Result<(u8, u32), ModelFault<'static>> {
    let (mut link, mut trace) = (Link::ZERO, Net::TRACE);
    let device = Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash);
    device.model().map(|model| (model.slot, model.generation))
}

fn put(flash: &mut Flash, slot: usize, image: &[u8], generation: u32) {
    let slot = &mut flash.bytes_mut()[slot * SLOT..][..SLOT];
    slot[..image.len()].copy_from_slice(image);
    slot[SLOT - TRAILER..].copy_from_slice(&trailer(generation));
}

#[test]
fn pinned_trailer() {
    assert_eq!(trailer(0x0102), *b"GRADSLOT\x02\x01\x00\x00\xfd\xfe\xff\xff");
}

#[test]
fn the_usable_model_of_the_highest_generation_is_used() {
    let mut flash = flash_with(&model(1));
    assert_eq!(used(&mut flash), Ok((0, 0)));
    put(&mut flash, 1, &model(2), 1);
    assert_eq!(used(&mut flash), Ok((1, 1)));
    put(&mut flash, 0, &model(3), 2);
    assert_eq!(used(&mut flash), Ok((0, 2)));
    // Of equals, the first.
    put(&mut flash, 1, &model(2), 2);
    assert_eq!(used(&mut flash), Ok((0, 2)));
    // One that is damaged does not count, nor does a trailer that is.
    put(&mut flash, 1, &model(2), 9);
    flash.bytes_mut()[SLOT + 300] ^= 1;
    assert_eq!(used(&mut flash), Ok((0, 2)));
    put(&mut flash, 1, &model(2), 9);
    flash.bytes_mut()[2 * SLOT - 1] ^= 1;
    assert_eq!(used(&mut flash), Ok((0, 2)));
}

#[test]
fn the_fault_is_that_of_the_model_there_is() {
    assert_eq!(used(&mut flash_with(&[])), Err(ModelFault::Empty));
    // Memory that was never written, as some emulators have it.
    let mut flash = flash_with(&[]);
    flash.bytes_mut().fill(0);
    assert_eq!(used(&mut flash), Err(ModelFault::Empty));
    put(&mut flash, 1, b"\x89GRADITO\x02\0\0\0", 0);
    assert_eq!(used(&mut flash), Err(ModelFault::Version { found: 2 }));
    put(&mut flash, 0, b"anything", 0);
    assert_eq!(used(&mut flash), Err(ModelFault::Magic));
    put(&mut flash, 1, b"\x89GRADITO\x02\0\0\0", 1);
    assert_eq!(used(&mut flash), Err(ModelFault::Version { found: 2 }));
}

#[test]
fn new_models_go_to_the_other_slot() {
    let mut flash = flash_with(&[]);
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device = Device::new(&mut link, Runner::new(&mut trace), Clock::default(), &mut flash);
    for (seed, slot) in [(1, 0), (2, 1), (3, 0), (4, 1)] {
        let bytes = model(seed);
        assert_eq!(write!(client, &mut device, &bytes), Reply::Done);
        let expected = Model {
            slot,
            generation: seed as u32,
            length: bytes.len() as u32,
            checksum: u32::from_le_bytes(bytes[12..16].try_into().unwrap()),
        };
        assert_eq!(device.model(), Ok(expected));
        let Reply::Inferred { outputs, .. } = client.ask(&mut device, Request::Infer(PROBE)) else {
            panic!()
        };
        assert_eq!(Some(outputs.to_vec()), outputs_of(&mut flash_with(&bytes)));
    }
    assert_eq!(used(&mut flash), Ok((1, 4)));
}

/// The header's checksum made right after a change.
fn sealed(mut image: Vec<u8>) -> Vec<u8> {
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&image[16..]);
    image[12..16].copy_from_slice(&crc.to_le_bytes());
    image
}

fn changed(at: usize, bytes: &[u8]) -> Vec<u8> {
    let mut image = model(2);
    image[at..][..bytes.len()].copy_from_slice(bytes);
    image
}

#[test]
fn broken_and_foreign_models_are_refused_while_the_old_one_serves() {
    let good = model(2);
    let damaged = changed(good.len() - 3, &[good[good.len() - 3] ^ 4]);
    let stored = u32::from_le_bytes(good[12..16].try_into().unwrap());
    let sound = u32::from_le_bytes(sealed(damaged.clone())[12..16].try_into().unwrap());
    type Wider = network!(6 => 5 Sigmoid => 3 Sigmoid);
    type Deeper = network!(6 => 4 Sigmoid => 3 Sigmoid => 3 Sigmoid);
    type Other = network!(6 => 4 Sigmoid => 3 Tanh);
    let wider: Wider = drawn(2);
    let deeper: Deeper = drawn(2);
    let other: Other = drawn(2);
    let quadratic = |network: &Net, input| image(network, input, CostKind::Quadratic);
    let same = drawn(2);
    let kinds: [(&str, Vec<u8>, ModelFault<'_>); 14] = [
        ("nothing", vec![0xff; 64], ModelFault::Empty),
        ("another magic", changed(0, b"PNG"), ModelFault::Magic),
        ("another version", changed(8, &[7]), ModelFault::Version { found: 7 }),
        (
            "cut off",
            good[..good.len() - 8].to_vec(),
            ModelFault::Truncated { needed: good.len() as u32, found: good.len() as u32 - 8 },
        ),
        ("a header alone", good[..100].to_vec(), ModelFault::Truncated { needed: 176, found: 100 }),
        ("a changed bit", damaged, ModelFault::Checksum { stored, computed: sound }),
        (
            "an unknown element type",
            sealed(changed(32, &[9])),
            ModelFault::Field { name: "element type" },
        ),
        ("no number", sealed(changed(good.len() - 4, &f32::NAN.to_le_bytes())), {
            ModelFault::NotFinite { index: 42 }
        }),
        ("an infinite parameter", sealed(changed(good.len() - 8, &f32::INFINITY.to_le_bytes())), {
            ModelFault::NotFinite { index: 41 }
        }),
        (
            "a wider layer",
            image(&wider, PIXELS, CostKind::Quadratic),
            ModelFault::Topology { layer: 0 },
        ),
        (
            "a layer more",
            image(&deeper, PIXELS, CostKind::Quadratic),
            ModelFault::Topology { layer: 2 },
        ),
        (
            "another activation",
            image(&other, PIXELS, CostKind::Quadratic),
            ModelFault::Topology { layer: 1 },
        ),
        ("features", quadratic(&same, InputKind::Features { count: 6 }), ModelFault::Inputs),
        ("another cost", image(&same, PIXELS, CostKind::CrossEntropy), ModelFault::Cost),
    ];

    type Memory = TrainingMemory<6, Direct<PixelInputs>, NetLayers, 2>;
    type Work<'m> =
        Learning<'m, 6, Direct<PixelInputs>, NetLayers, gradito_core::cost::Quadratic, 2>;
    let old = model(1);
    let expected = outputs_of(&mut flash_with(&old)).unwrap();
    for (what, bytes, fault) in kinds {
        let mut flash = flash_with(&old);
        let (mut link, mut memory) = (Link::ZERO, Memory::ZERO);
        let mut client = Client::default();
        let mut device =
            Device::new(&mut link, Work::new(&mut memory), Clock::default(), &mut flash);
        let reply = write!(client, &mut device, &bytes);
        assert_eq!(reply, Reply::Refused(Refusal::Model(fault)), "{what}");
        let Reply::Inferred { outputs, .. } = client.ask(&mut device, Request::Infer(PROBE)) else {
            panic!("{what}")
        };
        assert_eq!(outputs, expected, "{what}");
        assert_eq!(device.model().map(|model| model.slot), Ok(0), "{what}");
        // What was left in the other slot is never used, except by a firmware that can: one that
        // does not train asks for no cost.
        if what != "another cost" {
            assert_eq!(used(&mut flash), Ok((0, 0)), "{what}");
        }
        // Alone in flash it is no model either, and the device waits for a good one.
        let (mut flash, mut memory) = (flash_with(&bytes), Memory::ZERO);
        let mut device =
            Device::new(&mut link, Work::new(&mut memory), Clock::default(), &mut flash);
        let found = device.model().unwrap_err();
        match fault {
            // In a slot there are always more bytes, and nothing is written there.
            ModelFault::Truncated { .. } => {
                assert!(matches!(found, ModelFault::Checksum { .. }) || what == "a header alone");
            }
            _ => assert_eq!(found, fault, "{what}"),
        }
        let mut client = Client::default();
        assert_eq!(write!(client, &mut device, &old), Reply::Done, "{what}");
        let infer = client.ask(&mut device, Request::Infer(PROBE));
        assert!(matches!(infer, Reply::Inferred { .. }), "{what}");
    }
}

#[test]
fn pieces_come_in_order_and_complete() {
    let bytes = model(2);
    let mut flash = flash_with(&model(1));
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device = Device::new(&mut link, Runner::new(&mut trace), Clock::default(), &mut flash);
    let room = (SLOT - TRAILER) as u32;
    let next = |offset: u32, length: usize| Request::WriteNext {
        offset,
        bytes: &bytes[offset as usize..][..length],
    };
    let length = bytes.len() as u32;
    let refused = |refusal| Reply::Refused(refusal);
    for (request, reply) in [
        (Request::WriteEnd, refused(Refusal::Range)),
        (next(0, 64), refused(Refusal::Range)),
        (Request::WriteBegin { length: room + 1 }, refused(Refusal::TooLong { room })),
        (Request::WriteBegin { length: u32::MAX }, refused(Refusal::TooLong { room })),
        (next(0, 64), refused(Refusal::Range)),
        (Request::WriteBegin { length }, Reply::Done),
        (next(64, 64), refused(Refusal::Offset { expected: 0 })),
        (next(0, 64), Reply::Done),
        (next(0, 64), refused(Refusal::Offset { expected: 64 })),
        (next(128, 64), refused(Refusal::Offset { expected: 64 })),
        // Not a multiple of 4, and more than announced.
        (next(64, 63), refused(Refusal::Range)),
        (Request::WriteNext { offset: 64, bytes: &[0; 400] }, refused(Refusal::Range)),
        (Request::WriteEnd, refused(Refusal::Offset { expected: 64 })),
        (next(64, bytes.len() - 64), Reply::Done),
        (Request::WriteEnd, Reply::Done),
        (Request::WriteEnd, refused(Refusal::Range)),
        // A new beginning forgets what was; so does Hello.
        (Request::WriteBegin { length }, Reply::Done),
        (next(0, 64), Reply::Done),
        (Request::WriteBegin { length }, Reply::Done),
        (next(64, 64), refused(Refusal::Offset { expected: 0 })),
    ] {
        assert_eq!(client.ask(&mut device, request), reply, "{request:?}");
    }
    client.ask(&mut device, Request::Hello);
    assert_eq!(client.ask(&mut device, next(0, 64)), refused(Refusal::Range));
    assert_eq!(device.model().map(|model| model.generation), Ok(1));
}

#[test]
fn an_image_may_fill_its_slot() {
    // 176 + 24 bytes, 3 names, then 4 · (6·20 + 20 + 20·3 + 3) = 812: 1023 with padding at most.
    type Full = network!(6 => 19 Sigmoid => 3 Sigmoid);
    let network: Full = drawn(5);
    let bytes = image(&network, PIXELS, CostKind::Quadratic);
    assert!(bytes.len() > SLOT - 256 && bytes.len() <= SLOT - TRAILER);
    type Work<'m> = gradito_device::inference::Inference<
        'm,
        6,
        <Full as gradito_device::parts::Parts>::Layers,
        PixelInputs,
    >;
    let mut flash = flash_with(&[]);
    let (mut link, mut trace, mut client) = (Link::ZERO, Full::TRACE, Client::default());
    let mut device = Device::new(&mut link, Work::new(&mut trace), Clock::default(), &mut flash);
    for generation in 1..4 {
        assert_eq!(write!(client, &mut device, &bytes), Reply::Done);
        assert_eq!(device.model().map(|model| model.generation), Ok(generation));
    }
}

#[test]
fn flash_that_cannot_be_written_is_told() {
    let mut flash = flash_with(&model(1));
    flash.is_writable = false;
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device = Device::new(&mut link, Runner::new(&mut trace), Clock::default(), &mut flash);
    assert_eq!(write!(client, &mut device, &model(2)), Reply::Refused(Refusal::ReadOnly));
    let Reply::Hello(hello) = client.ask(&mut device, Request::Hello) else { panic!() };
    assert!(!hello.writable);
    // One that takes everything and keeps nothing.
    let mut flash = flash_with(&model(1));
    put(&mut flash, 1, &model(3), 0);
    flash.is_deaf = true;
    let (mut link, mut trace) = (Link::ZERO, Net::TRACE);
    let mut device = Device::new(&mut link, Runner::new(&mut trace), Clock::default(), &mut flash);
    assert_eq!(write!(client, &mut device, &model(2)), Reply::Refused(Refusal::Flash));
    let infer = client.ask(&mut device, Request::Infer(PROBE));
    assert!(matches!(infer, Reply::Inferred { .. }));
}

/// The power fails in the middle of every single operation on the flash in turn.
#[test]
fn wherever_the_power_fails_there_is_a_model() {
    let images: Vec<Vec<u8>> = (1..=4).map(model).collect();
    let outputs: Vec<Vec<u8>> =
        images.iter().map(|image| outputs_of(&mut flash_with(image)).unwrap()).collect();
    let mut whole = 0;
    for operations in 1.. {
        let mut flash = flash_with(&images[0]);
        flash.power = Some(operations);
        let mut at_least = 0;
        let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
        let mut device =
            Device::new(&mut link, Runner::new(&mut trace), Clock::default(), &mut flash);
        for (index, image) in images.iter().enumerate().skip(1) {
            if write!(client, &mut device, image) == Reply::Done {
                at_least = index;
            }
        }
        let found = outputs_of(&mut flash).expect("a model");
        let found = outputs.iter().position(|outputs| *outputs == found).expect("a whole one");
        // The one last confirmed, or the one after it.
        assert!((at_least..=at_least + 1).contains(&found), "{operations}: {found}");
        whole = found;
        if at_least + 1 == images.len() {
            break;
        }
    }
    assert_eq!(whole, 3);
}
