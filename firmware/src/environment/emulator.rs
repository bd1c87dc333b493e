//! An emulator: logs, files and exit codes by semihosting.

use core::ffi::CStr;
use core::mem::MaybeUninit;

use cortex_m::singleton;
use defmt_semihosting as _;
use embedded_io::ErrorKind;
use gradito_device::Device;
use gradito_device::flash::ModelFlash;
use gradito_device::machine::Machine;
use gradito_device::purpose::{Purpose, Sizes};
use semihosting::fs::File;
use semihosting::io::{Read, Write};
use semihosting::process;
use semihosting::sys::arm_compat::sys_get_cmdline_uninit;

/// The longest command line.
const LINE: usize = 1024;

/// Bytes of a file read at a time.
const READ: usize = 4096;

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
    P: Purpose + Sizes,
    M: Machine,
    F: ModelFlash,
{
    // Not on the stack, whose depth is told as that of real boards.
    let Some(buffers) = singleton!(: Buffers = Buffers::ZERO) else { return };
    let Ok(line) = sys_get_cmdline_uninit(&mut buffers.line) else { return };
    let Some(mut files) = Files::named_in(line, &mut buffers.names) else { return };
    match device.serve(&mut files, &mut buffers.read) {
        Ok(()) => process::exit(0),
        Err(_) => {
            defmt::error!("a file cannot be read or written");
            fail()
        }
    }
}

/// Room for names and pieces of files.
struct Buffers {
    line: [MaybeUninit<u8>; LINE],
    names: [[u8; LINE]; 2],
    read: [u8; READ],
}

impl Buffers {
    const ZERO: Self =
        Self { line: [MaybeUninit::new(0); LINE], names: [[0; LINE]; 2], read: [0; READ] };
}

/// Requests come from one file, replies go to another.
struct Files {
    requests: File,
    replies: File,
}

impl Files {
    /// The files that the command line names. Names may have blanks: each goes to the next word
    /// or the end.
    fn named_in(line: &[u8], names: &mut [[u8; LINE]; 2]) -> Option<Self> {
        let place = |word: &[u8]| line.windows(word.len()).position(|part| part == word);
        let (first, second) = (place(b"requests=")?, place(b" replies=")?);
        let (requests, replies) = line.split_at_checked(second)?;
        let requests = requests.get(first + b"requests=".len()..)?;
        let replies = replies.get(b" replies=".len()..)?;
        let [from, to] = names;
        let (from, to) = (terminated(requests, from)?, terminated(replies, to)?);
        let (Ok(requests), Ok(replies)) = (File::open(from), File::create(to)) else {
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
