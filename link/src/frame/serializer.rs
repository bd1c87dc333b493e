//! Messages written as `postcard` writes them, by less code.
//!
//! `postcard`'s own serializer handles the errors of a buffer that may be too short after every
//! byte, and panics in principle; here nothing fails, see [`Coder`]. Its wire format: bytes as they
//! are; whole numbers of more bits as varints, 7 bits a byte, lowest first, the top bit set in all
//! but the last; floats little-endian; lists and texts after their length; variants after their
//! number; structures and arrays bare.

use core::fmt;

use serde::Serialize;
use serde::ser::{self, Error, Impossible, Serializer};

use super::Coder;

/// Why a message is none: it has a part that messages do not have.
#[derive(Debug)]
pub(super) struct Unknown;

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("messages have no such part")
    }
}

impl ser::StdError for Unknown {}

impl Error for Unknown {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

type Done = Result<(), Unknown>;

impl Coder<'_> {
    #[inline(never)]
    fn varint(&mut self, mut number: u32) -> Done {
        while number > 0x7f {
            self.extend(&[number as u8 | 0x80]);
            number >>= 7;
        }
        self.extend(&[number as u8]);
        Ok(())
    }
}

/// Types that no message has.
macro_rules! unknown {
    ($($method:ident: $type:ty;)*) => {
        $(fn $method(self, _: $type) -> Done {
            Err(Unknown)
        })*
    };
}

impl Serializer for &mut Coder<'_> {
    type Ok = ();
    type Error = Unknown;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Impossible<(), Unknown>;
    type SerializeTupleVariant = Impossible<(), Unknown>;
    type SerializeMap = Impossible<(), Unknown>;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    unknown! {
        serialize_i8: i8;
        serialize_i16: i16;
        serialize_i32: i32;
        serialize_i64: i64;
        serialize_u64: u64;
        serialize_char: char;
    }

    fn serialize_bool(self, value: bool) -> Done {
        self.serialize_u8(value.into())
    }

    fn serialize_u8(self, value: u8) -> Done {
        self.extend(&[value]);
        Ok(())
    }

    fn serialize_u16(self, value: u16) -> Done {
        self.varint(value.into())
    }

    fn serialize_u32(self, value: u32) -> Done {
        self.varint(value)
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.extend(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Done {
        self.extend(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Done {
        self.serialize_bytes(value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Done {
        self.varint(value.len() as u32)?;
        self.extend(value);
        Ok(())
    }

    fn serialize_none(self) -> Done {
        self.serialize_u8(0)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        self.extend(&[1]);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Done {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Done {
        self.varint(index)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Done {
        self.varint(index)?;
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Unknown> {
        self.varint(length.ok_or(Unknown)? as u32)?;
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unknown> {
        Ok(self)
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, Unknown> {
        Err(Unknown)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unknown> {
        Err(Unknown)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Unknown> {
        Err(Unknown)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unknown> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, Unknown> {
        self.varint(index)?;
        Ok(self)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, _: &T) -> Done {
        Err(Unknown)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// Parts that stand one after another, bare.
macro_rules! parts {
    ($($of:ident $method:ident($($name:ty)?);)*) => {
        $(impl ser::$of for &mut Coder<'_> {
            type Ok = ();
            type Error = Unknown;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $name,)? value: &T) -> Done {
                value.serialize(&mut **self)
            }

            fn end(self) -> Done {
                Ok(())
            }
        })*
    };
}

parts! {
    SerializeSeq serialize_element();
    SerializeTuple serialize_element();
    SerializeStruct serialize_field(&'static str);
    SerializeStructVariant serialize_field(&'static str);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::*;
    use std::vec::Vec;

    /// The message of a frame, no longer coded, without checksum.
    fn written<T: Serialize>(message: &T) -> Vec<u8> {
        let mut buffer = [0; 400];
        let frame = super::super::encode(0, message, &mut buffer).unwrap();
        let mut receiver = super::super::Receiver::<400>::new();
        let packet = frame
            .iter()
            .find_map(|&byte| receiver.push(byte).map(|packet| packet.unwrap().0.to_vec()));
        packet.unwrap()[super::super::HEAD..].to_vec()
    }

    #[track_caller]
    fn same<T: Serialize>(message: T) {
        let mut buffer = [0; 400];
        assert_eq!(written(&message), postcard::to_slice(&message, &mut buffer).unwrap());
    }

    #[test]
    fn every_message_is_written_as_postcard_does() {
        let bytes = [0, 1, 127, 128, 255];
        let inputs = [Input::Pixels(&bytes), Input::Runs(&[]), Input::Values(&[7; 300])];
        for input in inputs {
            same(Request::Infer(input));
            same(Request::Sample { slot: 255, label: 300, input });
        }
        for number in [0, 127, 128, 300, 16_383, 16_384, u32::MAX] {
            same(Request::Calibrate { instructions: number });
            same(Request::Derivative { parameter: number, h: -0.5 });
            same(Request::WriteNext { offset: number, bytes: &bytes });
            same(Reply::Ticks(number));
            same(Reply::Refused(Refusal::TooLong { room: number }));
        }
        for request in [Request::Hello, Request::Digest, Request::Reset, Request::WriteEnd] {
            same(request);
        }
        same(Request::Activations { layer: 3, first: 500 });
        same(Request::Step { samples: 10, eta: f32::MIN_POSITIVE });
        for fault in [
            ModelFault::Empty,
            ModelFault::Truncated { needed: 1 << 20, found: 3 },
            ModelFault::Field { name: "cost" },
            ModelFault::Topology { layer: 200 },
        ] {
            same(Reply::Refused(Refusal::NoModel(fault)));
            same(Reply::Refused(Refusal::Model(fault)));
        }
        same(Reply::Refused(Refusal::Slot { kept: 130 }));
        same(Reply::Done);
        same(Reply::Bytes(&bytes));
        same(Reply::Inferred { class: 9, ticks: 1 << 30, outputs: &bytes });
        same(Reply::Stepped { cost: 0.1, correct: 7, ticks: 3 });
        same(Reply::Derivative { gradient: 1.5, below: -0.0, above: 2.0, at: [0.25, 4.0] });
        same(Reply::Statistics(Statistics { requests: 1, dropped: 1000, stack: 70_000 }));
        let training = Training { steps: 5, samples: 50, eta: 3.0, samples_digest: [0xa5; 32] };
        for training in [None, Some(training)] {
            same(Reply::Digest { parameters: [0; 32], training });
        }
        let model = Model { slot: 1, generation: 9, length: 95_680, checksum: 0xdead_beef };
        for model in [Ok(model), Err(ModelFault::Checksum { stored: 1, computed: u32::MAX })] {
            same(Reply::Hello(Hello {
                board: "microbit",
                gradito: "0.1.0",
                layers: &bytes,
                frozen: 1,
                cost: Some(1),
                pixels: true,
                batch: 10,
                frame: 806,
                window: 1,
                clock_hz: 16_000_000,
                ticks_hz: 1,
                writable: false,
                memory: Memory { flash: 30_000, statics: 2_000, stack: 14_000 },
                model,
                element: 2,
                bits: true,
            }));
        }
    }

    #[test]
    fn what_no_message_has_is_refused() {
        let mut buffer = [0; 40];
        let error = Err(super::super::FrameError::Message);
        assert_eq!(super::super::encode(0, &-1_i32, &mut buffer), error);
        assert_eq!(super::super::encode(0, &'x', &mut buffer), error);
    }
}
