//! What the link promises: who speaks first, repeated requests, noise.

use gradito_device::Device;
use gradito_link::frame;
use gradito_link::message::{Hello, Input, Memory, Model, Refusal, Reply, Request, Statistics};

use crate::board::{Client, Clock, Link, Net, Runner, flash_with, model, read};

#[test]
fn the_device_speaks_first_and_says_who_it_is() {
    let bytes = model(1);
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&bytes));
    let expected = Hello {
        board: "memory",
        gradito: env!("CARGO_PKG_VERSION"),
        layers: &[6, 0, 0, 0, 4, 0, 0, 0, 1, 1, 0, 0, 4, 0, 0, 0, 3, 0, 0, 0, 1, 1, 0, 0],
        frozen: 0,
        cost: None,
        inputs: 1,
        batch: 0,
        frame: 806,
        window: 1,
        clock_hz: 1_000_000,
        ticks_hz: 500_000,
        writable: true,
        memory: Memory { flash: 1000, statics: 200, stack: 300 },
        model: Ok(Model {
            slot: 0,
            generation: 0,
            length: bytes.len() as u32,
            checksum: u32::from_le_bytes(bytes[12..16].try_into().unwrap()),
        }),
        element: 1,
        bits: false,
    };
    assert_eq!(read(device.greet()), (0, Reply::Hello(expected)));
    assert_eq!(client.ask(&mut device, Request::Hello), Reply::Hello(expected));
}

#[test]
fn the_longest_frame_that_it_announces_is_read() {
    let (mut link, mut trace) = (Link::ZERO, Net::TRACE);
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&model(1)));
    // 806 coded bytes are 802 of frame (a byte more for each 254 begun): 7 of its own, 4 of the
    // request before the pixels.
    let mut line = [0; 900];
    let mut replies = |pixels: &[u8]| {
        let bytes = frame::encode(1, &Request::Infer(Input::Pixels(pixels)), &mut line).unwrap();
        (bytes.len(), bytes.iter().filter(|&&byte| device.push(byte).is_some()).count())
    };
    assert_eq!(replies(&[1; 802 - 7 - 4]), (806 + 2, 1));
    // One that is far longer is dropped.
    assert_eq!(replies(&[1; 850]).1, 0);
}

#[test]
fn a_repeated_number_gets_the_same_reply_and_hello_a_new_one() {
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&model(1)));
    let requests = |reply| {
        let Reply::Statistics(statistics) = reply else { panic!("{reply:?}") };
        statistics.requests
    };
    assert_eq!(requests(client.ask(&mut device, Request::Statistics)), 0);
    assert_eq!(requests(client.again(&mut device, Request::Statistics)), 0);
    // Whatever the message: the number decides.
    assert_eq!(requests(client.again(&mut device, Request::Calibrate { instructions: 9 })), 0);
    assert_eq!(requests(client.ask(&mut device, Request::Statistics)), 1);
    let hello = client.again(&mut device, Request::Hello);
    assert!(matches!(hello, Reply::Hello(_)));
    // It is a request of its own: the number now stands for it.
    assert!(matches!(client.again(&mut device, Request::Statistics), Reply::Hello(_)));
    assert_eq!(requests(client.ask(&mut device, Request::Statistics)), 3);
}

#[test]
fn noise_is_counted_and_the_next_request_answered() {
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&model(1)));
    for byte in [1, 2, 3, 0, 0, 9, 0, 255, 255] {
        assert!(device.push(byte).is_none());
    }
    let reply = client.ask(&mut device, Request::Statistics);
    assert_eq!(reply, Reply::Statistics(Statistics { requests: 0, dropped: 3, stack: 123 }));
}

#[test]
fn a_request_that_is_none_is_refused_and_another_version_dropped() {
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&model(1)));
    // A number serialises as one byte: that of no request.
    let mut line = [0; 64];
    let bytes = frame::encode(7, &99_u8, &mut line).unwrap().to_vec();
    let reply = bytes.iter().find_map(|&byte| device.push(byte).map(read)).unwrap();
    assert_eq!(reply, (7, Reply::Refused(Refusal::Unknown)));
    let mut packet = vec![frame::VERSION + 1, 1, 1, 1];
    let crc = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC).checksum(&packet).to_le_bytes();
    packet.extend_from_slice(&crc);
    assert!(!packet.contains(&0));
    let coded = [&[0, packet.len() as u8 + 1], packet.as_slice(), &[0]].concat();
    assert!(coded.iter().all(|&byte| device.push(byte).is_none()));
    let reply = client.ask(&mut device, Request::Statistics);
    assert_eq!(reply, Reply::Statistics(Statistics { requests: 1, dropped: 2, stack: 123 }));
}

#[test]
fn a_loop_is_timed() {
    let (mut link, mut trace, mut client) = (Link::ZERO, Net::TRACE, Client::default());
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&[]));
    let reply = client.ask(&mut device, Request::Calibrate { instructions: 1000 });
    assert_eq!(reply, Reply::Ticks(501));
}

/// A stream with all requests in it.
struct Script<'a> {
    requests: &'a [u8],
    replies: Vec<u8>,
}

impl embedded_io::ErrorType for Script<'_> {
    type Error = core::convert::Infallible;
}

impl embedded_io::Read for Script<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Self::Error> {
        let count = buffer.len().min(self.requests.len());
        let (now, later) = self.requests.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.requests = later;
        Ok(count)
    }
}

impl embedded_io::Write for Script<'_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, Self::Error> {
        self.replies.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }
}

#[test]
fn a_stream_is_served_to_its_end() {
    let (mut link, mut trace) = (Link::ZERO, Net::TRACE);
    let mut device =
        Device::new(&mut link, Runner::new(&mut trace), Clock::default(), flash_with(&model(1)));
    let (mut requests, mut line) = (Vec::new(), [0; 100]);
    for sequence in 1..=5 {
        let request = Request::Infer(Input::Pixels(&[sequence as u8; 6]));
        requests.extend_from_slice(frame::encode(sequence, &request, &mut line).unwrap());
    }
    let mut script = Script { requests: &requests, replies: Vec::new() };
    device.serve(&mut script, &mut [0; 7]).unwrap();
    let replies: Vec<(u16, Reply<'_>)> = script
        .replies
        .split(|&byte| byte == 0)
        .filter(|frame| !frame.is_empty())
        .map(|frame| read(&[&[0], frame, &[0]].concat()))
        .collect();
    assert_eq!(
        replies.iter().map(|(sequence, _)| *sequence).collect::<Vec<_>>(),
        [0, 1, 2, 3, 4, 5]
    );
    assert!(replies[1..].iter().all(|(_, reply)| matches!(reply, Reply::Inferred { .. })));
}
