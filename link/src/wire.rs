//! How messages become bytes, and bytes messages: [the table](crate::message) says it.
//!
//! Nothing here fails. What does not fit is counted and not written; where bytes are missing or
//! wrong, zeros are read, and that is remembered. So there is a call for each part and nothing
//! between them: most of the code would else be the handling of errors.

use crate::frame::coder::Coder;

/// A message, or a part of one.
pub trait Wire<'a>: Sized {
    /// Writes it.
    fn write(&self, coder: &mut Coder<'_>);

    /// Reads one; what, is of no account if the source is not sound then.
    fn read(source: &mut Source<'a>) -> Self;
}

/// The bytes of a message that is read.
#[derive(Debug)]
pub struct Source<'a> {
    bytes: &'a [u8],
    /// Whether something was missing or wrong.
    failed: bool,
}

impl<'a> Source<'a> {
    /// The message that `bytes` are.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, failed: false }
    }

    /// Whether all was there that was read, and no more.
    pub const fn is_sound(&self) -> bool {
        !self.failed && self.bytes.is_empty()
    }

    /// Remembers that something is wrong.
    pub const fn fail(&mut self) {
        self.failed = true;
    }

    /// The next bytes.
    #[inline(never)]
    fn take(&mut self, length: usize) -> &'a [u8] {
        let Some((taken, rest)) = self.bytes.split_at_checked(length) else {
            self.fail();
            return &[];
        };
        self.bytes = rest;
        taken
    }

    /// The next byte.
    #[inline(never)]
    pub fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or(0)
    }

    fn array<const N: usize>(&mut self) -> [u8; N] {
        self.take(N).first_chunk().copied().unwrap_or([0; N])
    }

    /// The next number, which is at most `largest`.
    #[inline(never)]
    fn number(&mut self, largest: u32) -> u32 {
        let (mut number, mut shift) = (0, 0);
        loop {
            let byte = self.byte();
            let bits = u32::from(byte & 0x7f);
            number |= bits << shift;
            // Of the fifth byte, four bits.
            if number >> shift != bits || number > largest || (byte > 0x7f && shift == 28) {
                self.fail();
                return 0;
            }
            if byte <= 0x7f {
                return number;
            }
            shift += 7;
        }
    }
}

/// Parts that are numbers.
macro_rules! numbers {
    ($($type:ty)*) => {
        $(impl Wire<'_> for $type {
            fn write(&self, coder: &mut Coder<'_>) {
                coder.number((*self).into());
            }

            fn read(source: &mut Source<'_>) -> Self {
                source.number(Self::MAX.into()) as Self
            }
        })*
    };
}

/// Parts that are written as they lie in memory.
macro_rules! plain {
    ($($type:ty)*) => {
        $(impl Wire<'_> for $type {
            fn write(&self, coder: &mut Coder<'_>) {
                coder.extend(&self.to_le_bytes());
            }

            fn read(source: &mut Source<'_>) -> Self {
                Self::from_le_bytes(source.array())
            }
        })*
    };
}

numbers!(u16 u32);
plain!(f32 f64);

impl Wire<'_> for u8 {
    fn write(&self, coder: &mut Coder<'_>) {
        coder.byte(*self);
    }

    fn read(source: &mut Source<'_>) -> Self {
        source.byte()
    }
}

impl Wire<'_> for bool {
    fn write(&self, coder: &mut Coder<'_>) {
        coder.byte((*self).into());
    }

    fn read(source: &mut Source<'_>) -> Self {
        let byte = source.byte();
        if byte > 1 {
            source.fail();
        }
        byte != 0
    }
}

impl<'a> Wire<'a> for &'a [u8] {
    #[inline(never)]
    fn write(&self, coder: &mut Coder<'_>) {
        coder.number(self.len() as u32);
        coder.extend(self);
    }

    #[inline(never)]
    fn read(source: &mut Source<'a>) -> Self {
        let length = source.number(u32::MAX) as usize;
        source.take(length)
    }
}

impl<'a> Wire<'a> for &'a str {
    fn write(&self, coder: &mut Coder<'_>) {
        self.as_bytes().write(coder);
    }

    fn read(source: &mut Source<'a>) -> Self {
        core::str::from_utf8(Wire::read(source)).unwrap_or_else(|_| {
            source.fail();
            ""
        })
    }
}

impl Wire<'_> for [u8; 32] {
    fn write(&self, coder: &mut Coder<'_>) {
        coder.extend(self);
    }

    fn read(source: &mut Source<'_>) -> Self {
        source.array()
    }
}

impl Wire<'_> for [f32; 2] {
    fn write(&self, coder: &mut Coder<'_>) {
        self.iter().for_each(|number| number.write(coder));
    }

    fn read(source: &mut Source<'_>) -> Self {
        [Wire::read(source), Wire::read(source)]
    }
}

impl<'a, T: Wire<'a>> Wire<'a> for Option<T> {
    fn write(&self, coder: &mut Coder<'_>) {
        self.is_some().write(coder);
        if let Some(value) = self {
            value.write(coder);
        }
    }

    fn read(source: &mut Source<'a>) -> Self {
        bool::read(source).then(|| T::read(source))
    }
}

impl<'a, T: Wire<'a>, E: Wire<'a>> Wire<'a> for Result<T, E> {
    fn write(&self, coder: &mut Coder<'_>) {
        self.is_err().write(coder);
        match self {
            Ok(value) => value.write(coder),
            Err(error) => error.write(coder),
        }
    }

    fn read(source: &mut Source<'a>) -> Self {
        if bool::read(source) { Err(E::read(source)) } else { Ok(T::read(source)) }
    }
}

/// A structure: all its fields, in their order on the wire.
macro_rules! wire_struct {
    ($name:ident $(<$life:lifetime>)?: $($field:ident)*) => {
        impl<'a> $crate::wire::Wire<'a> for $name $(<$life>)? {
            fn write(&self, coder: &mut $crate::frame::coder::Coder<'_>) {
                $(self.$field.write(coder);)*
            }

            fn read(source: &mut $crate::wire::Source<'a>) -> Self {
                $(let $field = $crate::wire::Wire::read(source);)*
                Self { $($field),* }
            }
        }
    };
}

/// An enumeration: all its variants, with their numbers and what is in them, and what an unknown
/// number is read as, to no account.
macro_rules! wire_enum {
    (
        $name:ident $(<$life:lifetime>)?:
        $($(#[$only:meta])? $number:literal $variant:ident $(($part:ident))? $({ $($field:ident)* })?;)*
        else $other:expr
    ) => {
        impl<'a> $crate::wire::Wire<'a> for $name $(<$life>)? {
            fn write(&self, coder: &mut $crate::frame::coder::Coder<'_>) {
                match self {
                    $($(#[$only])? Self::$variant $(($part))? $({ $($field),* })? => {
                        coder.byte($number);
                        $($part.write(coder);)?
                        $($($field.write(coder);)*)?
                    })*
                }
            }

            fn read(source: &mut $crate::wire::Source<'a>) -> Self {
                match source.byte() {
                    $($(#[$only])? $number => {
                        $(let $part = $crate::wire::Wire::read(source);)?
                        $($(let $field = $crate::wire::Wire::read(source);)*)?
                        Self::$variant $(($part))? $({ $($field),* })?
                    })*
                    _ => {
                        source.fail();
                        $other
                    }
                }
            }
        }
    };
}

pub(crate) use {wire_enum, wire_struct};

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of `bytes`, if that is sound.
    fn read<'a, T: Wire<'a>>(bytes: &'a [u8]) -> Option<T> {
        let mut source = Source::new(bytes);
        let value = T::read(&mut source);
        source.is_sound().then_some(value)
    }

    #[test]
    fn numbers_have_one_to_five_bytes() {
        assert_eq!(read(&[0x7f]), Some(127_u32));
        assert_eq!(read(&[0xac, 2]), Some(300_u16));
        assert_eq!(read(&[0xff, 0xff, 3]), Some(u16::MAX));
        assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 15]), Some(u32::MAX));
        for bytes in [&[][..], &[0x80], &[0x80, 0x80, 4], &[1, 1]] {
            assert_eq!(read::<u16>(bytes), None, "{bytes:?}");
        }
        let many = [&[0xff; 4][..], &[16]].concat();
        for bytes in [&many[..], &[0x80; 5], &[0x80, 0x80, 0x80, 0x80, 0x80, 0]] {
            assert_eq!(read::<u32>(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_remembered() {
        assert_eq!(read(&[1]), Some(true));
        assert_eq!(read::<bool>(&[2]), None);
        assert_eq!(read(&[2, b'h', b'i']), Some("hi"));
        assert_eq!(read::<&str>(&[1, 0xff]), None);
        assert_eq!(read::<&[u8]>(&[3, 1, 2]), None);
        assert_eq!(read(&[0]), Some(None::<u8>));
        assert_eq!(read(&[1, 5]), Some(Err::<u16, u8>(5)));
        assert_eq!(read::<[f32; 2]>(&[0; 7]), None);
    }
}
