//! All requests at once: an emulated board reads them from a file and writes its replies to another.
//!
//! The same frames as on a line, in order, without waiting: no byte is lost between files.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use gradito_link::frame::{self, Receiver};
use gradito_link::message::Reply;

use super::DeviceError;
use super::client::refused;
use super::emulator::Launch;
use super::script::{Link, Script};

/// Coded bytes of the longest frame.
const FRAME: usize = 1 << 16;

/// How often is looked whether the emulator is still at work.
const GLANCE: Duration = Duration::from_millis(20);

/// The longest that an emulator may write nothing: some steps of a large network.
const SILENCE: Duration = Duration::from_secs(60);

/// An emulated board that is started for each script.
#[derive(Debug)]
pub struct Bulk {
    launch: Launch,
    stop: Arc<AtomicBool>,
}

impl Bulk {
    /// A board that is started by each script, and gives up when `stop` is set.
    pub fn new(launch: Launch, stop: Arc<AtomicBool>) -> Self {
        Self { launch, stop }
    }

    /// Writes all requests.
    fn write(&self, script: &dyn Script) -> Result<(), DeviceError> {
        let failed = DeviceError::Temporary;
        let mut file = BufWriter::new(File::create(self.launch.requests()).map_err(failed)?);
        let (mut coded, mut scratch) = (vec![0; FRAME], Vec::new());
        for index in 0..script.len() {
            let request = script.request(index, &mut scratch);
            let bytes = frame::encode(sequence(index), &request, &mut coded)
                .map_err(|cause| DeviceError::Frame { name: self.name().to_owned(), cause })?;
            file.write_all(bytes).map_err(failed)?;
        }
        file.flush().map_err(failed)
    }

    /// Runs the board until it ends by itself.
    fn run(&self) -> Result<(), DeviceError> {
        let mut process = self.launch.files()?;
        let (mut length, mut heard) = (0, Instant::now());
        let name = || self.name().to_owned();
        loop {
            if let Some(status) = process.status()? {
                return match status.success() {
                    true => Ok(()),
                    false => Err(DeviceError::Ended { name: name(), how: process.words(status) }),
                };
            }
            if self.stop.load(Ordering::Relaxed) {
                return Err(DeviceError::Interrupted);
            }
            let now = std::fs::metadata(self.launch.replies()).map_or(0, |file| file.len());
            if now != length {
                (length, heard) = (now, Instant::now());
            }
            if heard.elapsed() > SILENCE {
                return Err(DeviceError::Silent { name: name() });
            }
            std::thread::sleep(GLANCE);
        }
    }

    /// Reads the replies.
    fn read(&self, script: &mut dyn Script) -> Result<(), DeviceError> {
        let failed = DeviceError::Temporary;
        let name = self.name();
        let mut file = BufReader::new(File::open(self.launch.replies()).map_err(failed)?);
        let mut receiver = Box::new(Receiver::<FRAME>::new());
        let mut index = 0;
        let mut bytes = vec![0; 1 << 16];
        loop {
            let count = match file.read(&mut bytes) {
                Ok(0) => break,
                Ok(count) => count,
                Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
                Err(cause) => return Err(failed(cause)),
            };
            for &byte in &bytes[..count] {
                let Some(packet) = receiver.push(byte) else { continue };
                let (number, reply) = packet
                    .and_then(frame::decode::<Reply<'_>>)
                    .map_err(|cause| DeviceError::Frame { name: name.to_owned(), cause })?;
                match reply {
                    // What it says unasked when it starts.
                    Reply::Hello(_) if number == 0 => {}
                    Reply::Refused(refusal) => return Err(refused(name, &refusal)),
                    reply if index < script.len() && number == sequence(index) => {
                        script.reply(index, &reply)?;
                        index += 1;
                    }
                    _ => return Err(DeviceError::Unexpected { name: name.to_owned() }),
                }
            }
        }
        if index < script.len() {
            return Err(DeviceError::Lost { name: name.to_owned() });
        }
        Ok(())
    }
}

/// The number of a request: from 1 to the largest, and again.
fn sequence(index: usize) -> u16 {
    (index % usize::from(u16::MAX)) as u16 + 1
}

impl Link for Bulk {
    fn name(&self) -> &str {
        self.launch.name()
    }

    fn repeated(&self) -> u64 {
        0
    }

    fn play(&mut self, script: &mut dyn Script) -> Result<(), DeviceError> {
        self.write(script)?;
        // Of an earlier script.
        let _ = std::fs::remove_file(self.launch.replies());
        self.run()?;
        self.read(script)
    }
}
