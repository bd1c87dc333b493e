//! Frames: a message and its sequence number as bytes that can be told from noise.
//!
//! | part | bytes |
//! | --- | --- |
//! | version | 1: [`VERSION`] |
//! | sequence number | 2, little-endian |
//! | message | [as its parts](crate::message) |
//! | checksum | 4, little-endian: CRC-32 (as in zlib) of all of the above |
//!
//! All of that is coded so that it has no byte 0 (COBS, Cheshire and Baker 1999: one byte more for
//! every 254) and stands between two bytes 0.

pub(crate) mod coder;

use core::fmt;

use gradito_core::checksum::Checksum;

use crate::wire::{Source, Wire};
use coder::Coder;

/// The version of frames and messages that this crate speaks.
pub const VERSION: u8 = 2;

/// What a frame adds to its message: two zeros, version, sequence number and checksum, and one byte
/// of coding for every 254, up to 1270 bytes.
pub const OVERHEAD: usize = 2 + 1 + 2 + 4 + 5;

/// Before the message: version and sequence number.
const HEAD: usize = 3;

/// Bytes of the checksum.
const CHECKSUM: usize = 4;

/// Why bytes are not a frame, or a message not one to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum FrameError {
    /// The message does not fit into the buffer.
    TooLong,
    /// The bytes are no frame: too few, or not coded as one.
    Form,
    /// The checksum is wrong.
    Checksum,
    /// The frame is of another version.
    Version {
        /// Its version.
        found: u8,
    },
    /// The message is none of this version.
    Message,
}

impl fmt::Display for FrameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the message is longer than the buffer"),
            Self::Form => f.write_str("the bytes are not a frame"),
            Self::Checksum => f.write_str("the checksum of the frame is wrong"),
            Self::Version { found } => write!(
                f,
                "the other side speaks version {found} of the link, this one version {VERSION}; \
                 use host and firmware of the same gradito"
            ),
            Self::Message => f.write_str("the frame holds no message that is known"),
        }
    }
}

impl core::error::Error for FrameError {}

/// Writes a frame to the start of `buffer` and returns it.
///
/// # Errors
///
/// [`FrameError::TooLong`]: a message takes up to [`OVERHEAD`] bytes besides its own.
pub fn encode<'b, 'm, T: Wire<'m>>(
    sequence: u16,
    message: &T,
    buffer: &'b mut [u8],
) -> Result<&'b [u8], FrameError> {
    let mut coder = Coder::new(buffer);
    let [low, high] = sequence.to_le_bytes();
    coder.extend(&[VERSION, low, high]);
    message.write(&mut coder);
    coder.end().ok_or(FrameError::TooLong)
}

/// The sequence number and the message of a packet.
///
/// # Errors
///
/// [`FrameError`]: whatever is wrong with it, but its length, form and checksum, which
/// [`Receiver::push`] has looked at.
#[inline(never)]
pub fn decode<'a, T: Wire<'a>>(packet: Packet<'a>) -> Result<(u16, T), FrameError> {
    let Some((&[version, low, high], message)) = packet.0.split_first_chunk::<HEAD>() else {
        return Err(FrameError::Form);
    };
    if version != VERSION {
        return Err(FrameError::Version { found: version });
    }
    let mut source = Source::new(message);
    let message = T::read(&mut source);
    if source.is_sound() {
        Ok((u16::from_le_bytes([low, high]), message))
    } else {
        Err(FrameError::Message)
    }
}

/// A received frame whose checksum is right, without it.
#[derive(Clone, Copy, Debug)]
pub struct Packet<'a>(&'a [u8]);

impl Packet<'_> {
    /// The sequence number, also of a message that is not known; `None` of another version.
    pub fn sequence(self) -> Option<u16> {
        match self.0 {
            &[VERSION, low, high, ..] => Some(u16::from_le_bytes([low, high])),
            _ => None,
        }
    }

    /// The bytes of the message.
    #[cfg(test)]
    pub(crate) fn message(&self) -> Option<&[u8]> {
        self.0.get(HEAD..)
    }
}

/// Collects bytes until they are a frame: of up to `CAPACITY` coded bytes, or a few more.
#[derive(Clone, Debug)]
pub struct Receiver<const CAPACITY: usize> {
    /// What was received, no longer coded.
    buffer: [u8; CAPACITY],
    progress: Progress,
}

impl<const CAPACITY: usize> Receiver<CAPACITY> {
    /// Nothing received yet; lies in `.bss`.
    pub const fn new() -> Self {
        let progress = Progress { length: 0, missing: 0, zero: false, begun: false, dropped: 0 };
        Self { buffer: [0; CAPACITY], progress }
    }

    /// How many frames, or pieces of noise between two zeros, were none that could be read.
    pub const fn dropped(&self) -> u32 {
        self.progress.dropped
    }

    /// Takes one byte, and gives the frame that it ends, if it does.
    ///
    /// # Errors
    ///
    /// What ended is no frame, or a damaged one; the next one is read again.
    pub fn push(&mut self, byte: u8) -> Option<Result<Packet<'_>, FrameError>> {
        self.progress.push(&mut self.buffer, byte)
    }
}

/// How far a frame is; the same code for buffers of all lengths.
#[derive(Clone, Debug)]
struct Progress {
    /// Bytes in the buffer.
    length: usize,
    /// Bytes that are missing from the block that was begun.
    missing: u8,
    /// Whether a zero lies between that block and the next.
    zero: bool,
    /// Whether anything came since the last zero.
    begun: bool,
    dropped: u32,
}

impl Progress {
    #[inline(never)]
    fn push<'b>(
        &mut self,
        buffer: &'b mut [u8],
        byte: u8,
    ) -> Option<Result<Packet<'b>, FrameError>> {
        if byte != 0 {
            self.take(buffer, byte);
            return None;
        }
        let opened = match buffer.get(..self.length) {
            // Between the end of a frame and the start of the next.
            _ if !self.begun => return None,
            None => Err(FrameError::TooLong),
            Some(bytes) if self.missing == 0 => check(bytes),
            Some(_) => Err(FrameError::Form),
        };
        (self.length, self.missing, self.zero, self.begun) = (0, 0, false, false);
        if opened.is_err() {
            self.dropped = self.dropped.saturating_add(1);
        }
        Some(opened)
    }

    /// Takes a coded byte: a block's count, or one of its bytes.
    fn take(&mut self, buffer: &mut [u8], byte: u8) {
        self.begun = true;
        if self.missing > 0 {
            self.missing -= 1;
            self.store(buffer, byte);
        } else {
            if self.zero {
                self.store(buffer, 0);
            }
            self.missing = byte.saturating_sub(1);
            self.zero = byte < u8::MAX;
        }
    }

    fn store(&mut self, buffer: &mut [u8], byte: u8) {
        if let Some(place) = buffer.get_mut(self.length) {
            *place = byte;
        }
        self.length = self.length.saturating_add(1);
    }
}

impl<const CAPACITY: usize> Default for Receiver<CAPACITY> {
    fn default() -> Self {
        Self::new()
    }
}

/// What is before the checksum, if that is right.
fn check(bytes: &[u8]) -> Result<Packet<'_>, FrameError> {
    match bytes.split_last_chunk::<CHECKSUM>() {
        Some((packet, checksum)) if packet.len() > HEAD => {
            if Checksum::of(packet) == u32::from_le_bytes(*checksum) {
                Ok(Packet(packet))
            } else {
                Err(FrameError::Checksum)
            }
        }
        _ => Err(FrameError::Form),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Input, Request};
    use std::vec::Vec;

    fn frame(sequence: u16, request: &Request<'_>) -> Vec<u8> {
        let mut buffer = [0xa5; 900];
        encode(sequence, request, &mut buffer).unwrap().to_vec()
    }

    /// What a receiver makes of `bytes`: sequence numbers, and errors.
    fn received(bytes: &[u8]) -> Vec<Result<u16, FrameError>> {
        let mut receiver = Receiver::<900>::new();
        let mut found = Vec::new();
        for &byte in bytes {
            if let Some(packet) = receiver.push(byte) {
                let packet = packet.and_then(decode::<Request<'_>>);
                found.push(packet.map(|(sequence, _)| sequence));
            }
        }
        found
    }

    #[test]
    fn pinned_bytes() {
        // Version 2, sequence 0x0201, variant 0, CRC-32 of these four bytes.
        let crc = Checksum::of(&[2, 1, 2, 0]).to_le_bytes();
        let mut expected = Vec::from([0, 4, 2, 1, 2, 5]);
        expected.extend_from_slice(&crc);
        expected.push(0);
        assert!(!crc.contains(&0));
        assert_eq!(frame(0x0201, &Request::Hello), expected);
        assert_eq!(Checksum::of(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn every_length_goes_through() {
        let pixels: Vec<u8> = (0..784).map(|index| (index % 5) as u8).collect();
        for length in 0..pixels.len() {
            let request = Request::Infer(Input::Pixels(&pixels[..length]));
            let bytes = frame(length as u16, &request);
            assert!(bytes.len() <= length + OVERHEAD + 3, "{length}: {}", bytes.len());
            assert!(bytes[1..bytes.len() - 1].iter().all(|&byte| byte != 0));
            let mut receiver = Receiver::<900>::new();
            let mut packets = 0;
            for &byte in &bytes {
                if let Some(packet) = receiver.push(byte) {
                    assert_eq!(decode(packet.unwrap()).unwrap(), (length as u16, request));
                    packets += 1;
                }
            }
            assert_eq!((packets, receiver.dropped()), (1, 0));
        }
    }

    #[test]
    fn a_changed_bit_a_lost_a_doubled_and_a_new_byte_are_seen() {
        let request = Request::Infer(Input::Runs(&[0, 9, 7, 0, 3, 255, 1, 2, 0, 200]));
        let good = frame(3, &request);
        let never = |bytes: &[u8], what: &str| {
            // Whatever the damage, the frame after it is read.
            let mut line = bytes.to_vec();
            line.extend_from_slice(&frame(4, &Request::Digest));
            let found = received(&line);
            assert_eq!(found.last(), Some(&Ok(4)), "{what}");
            found.contains(&Ok(3))
        };
        for at in 1..good.len() - 1 {
            for bit in 0..8 {
                let mut bytes = good.clone();
                bytes[at] ^= 1 << bit;
                assert!(!never(&bytes, "flipped"), "bit {bit} of byte {at}");
            }
            let mut bytes = good.clone();
            bytes.remove(at);
            assert!(!never(&bytes, "lost"), "byte {at} lost");
            let mut bytes = good.clone();
            bytes.insert(at, good[at]);
            assert!(!never(&bytes, "doubled"), "byte {at} doubled");
            for new in [0, 1, 0xff] {
                let mut bytes = good.clone();
                bytes.insert(at, new);
                // A zero before the first or after the last byte is between two frames.
                let between = new == 0 && at == 1;
                assert_eq!(never(&bytes, "inserted"), between, "{new} at {at}");
            }
        }
        for end in 1..good.len() - 1 {
            assert!(!never(&good[..end], "cut off"), "cut off at {end}");
        }
    }

    #[test]
    fn noise_is_dropped_and_counted() {
        let mut receiver = Receiver::<16>::new();
        let mut errors = Vec::new();
        let long = [7; 40];
        for &byte in [0, 0, 1, 0, 9, 9, 0].iter().chain(&long).chain(&[0]) {
            errors.extend(receiver.push(byte).map(|packet| packet.unwrap_err()));
        }
        assert_eq!(errors, [FrameError::Form, FrameError::Form, FrameError::TooLong]);
        assert_eq!(receiver.dropped(), 3);
    }

    #[test]
    fn another_version_is_told() {
        let packet = Packet(&[VERSION + 1, 0, 0, 0]);
        let found = decode::<Request<'_>>(packet).unwrap_err();
        assert_eq!(found, FrameError::Version { found: VERSION + 1 });
        assert_eq!(packet.sequence(), None);
        let packet = Packet(&[VERSION, 2, 1, 200]);
        let known = decode::<Request<'_>>(packet).unwrap_err();
        assert_eq!((known, packet.sequence()), (FrameError::Message, Some(0x0102)));
        // A message and something behind it.
        let behind = decode::<Request<'_>>(Packet(&[VERSION, 0, 0, 0, 0])).unwrap_err();
        assert_eq!(behind, FrameError::Message);
    }

    #[test]
    fn what_does_not_fit_is_not_sent() {
        let request = Request::Infer(Input::Pixels(&[1; 30]));
        let whole = frame(1, &request).len();
        for room in 0..whole {
            let mut buffer = [0; 100];
            assert_eq!(encode(1, &request, &mut buffer[..room]), Err(FrameError::TooLong));
        }
        assert!(encode(1, &request, &mut [0; 100][..whole]).is_ok());
    }
}
