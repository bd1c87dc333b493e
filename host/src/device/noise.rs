//! A bad line, for tests: damages what passes, in both directions.

use std::collections::VecDeque;
use std::io;
use std::time::Duration;

use gradito_core::random::{Stream, below};

use super::transport::Transport;

/// In how many of a million something happens.
const MILLION: u32 = 1_000_000;

/// What goes wrong: a bit flips, a byte is lost, doubled, or added.
const KINDS: u32 = 4;

/// How often something goes wrong; each of the four kinds as often.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// Of a million frames, in how many a byte is hit, for each kind.
    pub frames: u32,
    /// Of a million bytes, how many are hit, by any kind.
    pub bytes: u32,
}

/// A line on which such faults happen.
#[derive(Debug)]
pub struct Noise<T> {
    line: T,
    faults: Faults,
    seed: u64,
    /// Draws so far: each has a generator of its own.
    draws: u32,
    /// Came, but is not a whole frame yet.
    coming: Vec<u8>,
    /// Came, was damaged, and was not read yet.
    damaged: VecDeque<u8>,
    hits: u64,
}

impl<T: Transport> Noise<T> {
    /// `line`, with faults drawn from `seed`.
    pub fn new(line: T, faults: Faults, seed: u64) -> Self {
        let (coming, damaged) = (Vec::new(), VecDeque::new());
        Self { line, faults, seed, draws: 0, coming, damaged, hits: 0 }
    }

    /// Faults so far.
    pub fn hits(&self) -> u64 {
        self.hits
    }

    /// A number below `bound`.
    fn draw(&mut self, bound: u32) -> u32 {
        self.draws += 1;
        below(bound, &mut Stream::Epoch(self.draws).rng(self.seed))
    }

    /// A frame after the faults that happen to it.
    fn pass(&mut self, frame: &[u8]) -> Vec<u8> {
        let mut bytes = frame.to_vec();
        for kind in 0..KINDS {
            if self.faults.frames > 0 && self.draw(MILLION) < self.faults.frames {
                let at = self.draw(bytes.len().max(1) as u32) as usize;
                self.hit(&mut bytes, at, kind);
            }
        }
        if self.faults.bytes > 0 {
            let mut at = 0;
            while at < bytes.len() {
                if self.draw(MILLION) < self.faults.bytes {
                    let kind = self.draw(KINDS);
                    self.hit(&mut bytes, at, kind);
                }
                at += 1;
            }
        }
        bytes
    }

    /// One fault.
    fn hit(&mut self, bytes: &mut Vec<u8>, at: usize, kind: u32) {
        if at >= bytes.len() {
            return;
        }
        self.hits += 1;
        match kind {
            0 => bytes[at] ^= 1 << self.draw(8),
            1 => drop(bytes.remove(at)),
            2 => bytes.insert(at, bytes[at]),
            _ => {
                let new = self.draw(256) as u8;
                bytes.insert(at, new);
            }
        }
    }
}

impl<T: Transport> Transport for Noise<T> {
    fn name(&self) -> &str {
        self.line.name()
    }

    fn read(&mut self, buffer: &mut [u8], patience: Duration) -> io::Result<usize> {
        if self.damaged.is_empty() {
            let mut bytes = vec![0; buffer.len()];
            let count = self.line.read(&mut bytes, patience)?;
            for &byte in &bytes[..count] {
                self.coming.push(byte);
                // A zero ends a frame, unless nothing was before it.
                if byte == 0 && self.coming.len() > 1 {
                    let frame = std::mem::take(&mut self.coming);
                    let damaged = self.pass(&frame);
                    self.damaged.extend(damaged);
                }
            }
        }
        let count = buffer.len().min(self.damaged.len());
        for (place, byte) in buffer.iter_mut().zip(self.damaged.drain(..count)) {
            *place = byte;
        }
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let bytes = self.pass(bytes);
        self.line.write(&bytes)
    }

    fn is_starting(&self) -> bool {
        self.line.is_starting()
    }

    fn time_for(&self, bytes: usize) -> Duration {
        self.line.time_for(bytes)
    }
}
