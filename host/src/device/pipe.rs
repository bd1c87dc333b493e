//! A pipe in memory: for tests, and for devices that run in the same process.

use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Duration;

use super::transport::Transport;

/// One end of a pipe that carries bytes both ways.
#[derive(Debug)]
pub struct Pipe {
    out: Sender<Vec<u8>>,
    into: Receiver<Vec<u8>>,
    /// Came, and was not read yet.
    rest: Vec<u8>,
}

/// Both ends of a pipe. Whatever one writes, the other reads.
pub fn pipe() -> (Pipe, Pipe) {
    let ((there, here), (back, home)) = (channel(), channel());
    let end = |out, into| Pipe { out, into, rest: Vec::new() };
    (end(there, home), end(back, here))
}

impl Transport for Pipe {
    fn name(&self) -> &str {
        "pipe"
    }

    fn read(&mut self, buffer: &mut [u8], patience: Duration) -> io::Result<usize> {
        if self.rest.is_empty() {
            self.rest = match self.into.recv_timeout(patience) {
                Ok(bytes) => bytes,
                Err(RecvTimeoutError::Timeout) => return Ok(0),
                Err(RecvTimeoutError::Disconnected) => {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
            };
        }
        let count = buffer.len().min(self.rest.len());
        buffer[..count].copy_from_slice(&self.rest[..count]);
        self.rest.drain(..count);
        Ok(count)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.out.send(bytes.to_vec()).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}
