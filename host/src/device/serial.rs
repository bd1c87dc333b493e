//! A serial port: a UART behind a cable, or a board's own USB.

use std::io::{self, Read, Write};
use std::time::Duration;

use serialport::{ErrorKind, SerialPort};

use super::DeviceError;
use super::transport::{Transport, settle};

/// Longest wait of a write: a port whose other end takes nothing.
const WRITE_PATIENCE: Duration = Duration::from_secs(2);

/// Bits on the line for a byte: start, 8 of data, stop.
const BITS_A_BYTE: u64 = 10;

/// An open serial port, 8 bits, no parity, 1 stop bit.
#[derive(Debug)]
pub struct Serial {
    port: Box<dyn SerialPort>,
    name: String,
    baud: u32,
}

impl Serial {
    /// Opens the port called `name`.
    ///
    /// # Errors
    ///
    /// If there is no such port, or it cannot be opened; the message lists the ports there are.
    pub fn open(name: &str, baud: u32) -> Result<Self, DeviceError> {
        let port = serialport::new(name, baud)
            .timeout(WRITE_PATIENCE)
            .open()
            .map_err(|cause| failed(name, &cause))?;
        // What an earlier program left unread is not for us. Not every port can do that.
        let _ = port.clear(serialport::ClearBuffer::Input);
        Ok(Self { port, name: name.to_owned(), baud })
    }
}

/// Why a port could not be opened, and what to do.
fn failed(name: &str, cause: &serialport::Error) -> DeviceError {
    let missing = match cause.kind() {
        ErrorKind::NoDevice => true,
        ErrorKind::Io(kind) => kind == io::ErrorKind::NotFound,
        _ => false,
    };
    let why = if missing {
        let ports = serialport::available_ports().unwrap_or_default();
        let names: Vec<_> = ports.into_iter().map(|port| port.port_name).collect();
        match names.as_slice() {
            [] => "there is no such port, nor any other; is the board plugged in?".to_owned(),
            _ => format!("there is no such port; there are {}", names.join(", ")),
        }
    } else if cause.kind() == ErrorKind::Io(io::ErrorKind::PermissionDenied) {
        "may not be opened; on Linux join the group that owns it, dialout as a rule".to_owned()
    } else {
        // The crate's own words name the system's error.
        format!("cannot be opened as a serial port ({})", cause.description)
    };
    DeviceError::Port { name: name.to_owned(), why }
}

impl Transport for Serial {
    fn name(&self) -> &str {
        &self.name
    }

    fn read(&mut self, buffer: &mut [u8], patience: Duration) -> io::Result<usize> {
        self.port.set_timeout(patience)?;
        settle(self.port.read(buffer))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.port.set_timeout(WRITE_PATIENCE)?;
        self.port.write_all(bytes)
    }

    fn time_for(&self, bytes: usize) -> Duration {
        let bits = bytes as u64 * BITS_A_BYTE;
        Duration::from_micros(bits * 1_000_000 / u64::from(self.baud.max(1)))
    }
}
