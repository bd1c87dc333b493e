//! Names in a model image: each a length and as many bytes of text.

/// The bytes of the name that `bytes` begin with, and what follows it.
pub(super) fn take_name(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk()?;
    rest.split_at_checked(u16::from_le_bytes(*length).into())
}

/// Names one after the other.
#[derive(Clone)]
pub(super) struct Names<'a>(&'a [u8]);

impl<'a> Names<'a> {
    /// Those that `bytes` are.
    pub const fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }
}

impl<'a> Iterator for Names<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let (name, rest) = take_name(self.0)?;
        self.0 = rest;
        core::str::from_utf8(name).ok()
    }
}
