//! What carries bytes to a device and back.

use std::fmt::Debug;
use std::io;
use std::time::Duration;

/// A stream of bytes in both directions.
pub trait Transport: Debug + Send {
    /// What it leads to, for people: a port, or an emulated board.
    fn name(&self) -> &str;

    /// Reads what has come into `buffer` and returns how many bytes; waits for the first, but no
    /// longer than `patience`, after which it returns 0.
    ///
    /// # Errors
    ///
    /// If nothing can come any more.
    fn read(&mut self, buffer: &mut [u8], patience: Duration) -> io::Result<usize>;

    /// Sends all of `bytes`.
    ///
    /// # Errors
    ///
    /// If they cannot be sent.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Whether the device starts together with the line, and will say so.
    fn is_starting(&self) -> bool {
        false
    }

    /// How long so many bytes are on their way, where that is known to be long.
    fn time_for(&self, bytes: usize) -> Duration {
        let _ = bytes;
        Duration::ZERO
    }
}

/// What a reader that gave up waiting makes of it: 0 bytes, and an end that is an error.
pub(super) fn settle(read: io::Result<usize>) -> io::Result<usize> {
    match read {
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        Err(cause)
            if matches!(
                cause.kind(),
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
            ) =>
        {
            Ok(0)
        }
        other => other,
    }
}
