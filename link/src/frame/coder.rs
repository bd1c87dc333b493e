//! Writing a frame.

use gradito_core::checksum::Checksum;

/// Writes bytes, coded, to a buffer, and keeps their checksum.
///
/// It never fails: what does not fit is counted, not written. So the code that writes messages, most
/// of which would else be the handling of errors, is short.
#[derive(Debug)]
pub struct Coder<'b> {
    buffer: &'b mut [u8],
    /// Bytes written.
    length: usize,
    /// Where the count of the block that was begun belongs.
    block: usize,
    checksum: Checksum,
}

impl<'b> Coder<'b> {
    /// Begins a frame.
    pub fn new(buffer: &'b mut [u8]) -> Self {
        let mut coder = Self { buffer, length: 0, block: 1, checksum: Checksum::new() };
        coder.store(0);
        // The count of the first block.
        coder.store(0);
        coder
    }

    fn store(&mut self, byte: u8) {
        if let Some(place) = self.buffer.get_mut(self.length) {
            *place = byte;
        }
        self.length += 1;
    }

    /// Ends a block with its count, and begins the next.
    fn end_block(&mut self) {
        if let Some(place) = self.buffer.get_mut(self.block) {
            *place = (self.length - self.block) as u8;
        }
        self.block = self.length;
        self.store(0);
    }

    /// Writes bytes of the frame, which count for its checksum.
    #[inline(never)]
    pub fn extend(&mut self, bytes: &[u8]) {
        self.checksum.update(bytes);
        bytes.iter().for_each(|&byte| self.push(byte));
    }

    /// Writes a number: 7 bits a byte, lowest first, the top bit set in all but the last.
    #[inline(never)]
    pub fn number(&mut self, mut number: u32) {
        while number > 0x7f {
            self.byte(number as u8 | 0x80);
            number >>= 7;
        }
        self.byte(number as u8);
    }

    /// Writes a byte.
    #[inline(never)]
    pub fn byte(&mut self, byte: u8) {
        self.extend(&[byte]);
    }

    fn push(&mut self, byte: u8) {
        if byte == 0 {
            return self.end_block();
        }
        self.store(byte);
        if self.length - self.block == 255 {
            self.end_block();
        }
    }

    /// Ends the frame.
    pub fn end(mut self) -> Option<&'b [u8]> {
        for byte in self.checksum.value().to_le_bytes() {
            self.push(byte);
        }
        // The place of one more count is that of the zero.
        self.end_block();
        self.buffer.get(..self.length)
    }
}
