//! An emulator: logs, files and exit codes by semihosting.

use core::ffi::CStr;
use core::mem::MaybeUninit;

use defmt_semihosting as _;
use embedded_io::ErrorKind;
use gradito_device::Device;
use gradito_device::flash::ModelFlash;
use gradito_device::machine::Machine;
use gradito_device::purpose::Purpose;
use semihosting::fs::File;
use semihosting::io::{Read, Write};
use semihosting::process;
use semihosting::sys::arm_compat::sys_get_cmdline_uninit;

/// The longest command line.
const LINE: usize = 1024;

/// Ends the emulation, as failed.
pub fn fail() -> ! {
    process::exit(101)
}

/// Answers the requests in a file, and ends the emulation, if the command line has
/// `requests=FILE replies=FILE`.
///
/// For masses of data: many times faster than the emulated serial line.
pub fn serve_files<P, M, F, const RECEIVE: usize, const REPLY: usize>(
    device: &mut Device<'_, P, M, F, RECEIVE, REPLY>,
) where
    P: Purpose,
    M: Machine,
    F: ModelFlash,
{
    let mut line = [MaybeUninit::uninit(); LINE];
    let Ok(line) = sys_get_cmdline_uninit(&mut line) else { return };
    let Some(mut files) = Files::named_in(line) else { return };
    match device.serve(&mut files, &mut [0; 4096]) {
        Ok(()) => process::exit(0),
        Err(_) => {
            defmt::error!("a file cannot be read or written");
            fail()
        }
    }
}

/// Requests come from one file, replies go to another.
struct Files {
    requests: File,
    replies: File,
}

impl Files {
    /// The files that the command line names. Names may have blanks: each goes to the next word
    /// or the end.
    fn named_in(line: &mut [u8]) -> Option<Self> {
        let place = |word: &[u8]| line.windows(word.len()).position(|part| part == word);
        let (first, second) = (place(b"requests=")?, place(b" replies=")?);
        let (requests, replies) = line.split_at_mut_checked(second)?;
        let requests = requests.get(first + b"requests=".len()..)?;
        let replies = replies.get(b" replies=".len()..)?;
        let (mut from, mut to) = ([0; LINE], [0; LINE]);
        let files = (File::open(terminated(requests, &mut from)?), terminated(replies, &mut to)?);
        let (Ok(requests), Ok(replies)) = (files.0, File::create(files.1)) else {
            defmt::error!("the files of requests and replies cannot be opened");
            fail()
        };
        Some(Self { requests, replies })
    }
}

/// A name as C has them.
fn terminated<'a>(name: &[u8], buffer: &'a mut [u8; LINE]) -> Option<&'a CStr> {
    buffer.get_mut(..name.len())?.copy_from_slice(name);
    CStr::from_bytes_until_nul(buffer).ok()
}

impl embedded_io::ErrorType for Files {
    type Error = ErrorKind;
}

impl embedded_io::Read for Files {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        self.requests.read(buffer).map_err(|_| ErrorKind::Other)
    }
}

impl embedded_io::Write for Files {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        match self.replies.write(bytes) {
            Ok(0) | Err(_) => Err(ErrorKind::Other),
            Ok(count) => Ok(count),
        }
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}
