//! Boards in QEMU, started and ended here.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use gradito_link::board::{BOARDS, Board};
use tempfile::TempDir;

use super::DeviceError;
use super::transport::{Transport, settle};

/// The emulator's program.
const QEMU: &str = "qemu-system-arm";

/// The variable with further arguments for it, blanks between them: to trace a program, say.
const ARGUMENTS: &str = "GRADITO_QEMU_ARGS";

/// How long the emulator may take to start.
const START_PATIENCE: Duration = Duration::from_secs(3);

/// Longest wait of a write.
const WRITE_PATIENCE: Duration = Duration::from_secs(2);

/// How long an emulator whose link has ended may take to end itself.
const END_PATIENCE: Duration = Duration::from_millis(500);

/// How to get the emulator, on this system.
pub fn how_to_install() -> &'static str {
    if cfg!(target_os = "macos") {
        "get it with: brew install qemu"
    } else if cfg!(windows) {
        "get it from https://www.qemu.org/download/#windows and add its folder to the PATH"
    } else {
        "get it with: sudo apt install qemu-system-arm (Debian, Ubuntu), or from your \
         distribution's QEMU package"
    }
}

/// The board called `name`, if QEMU can be it.
///
/// # Errors
///
/// If it cannot; the message names those that can.
pub fn board(name: &str) -> Result<&'static Board, DeviceError> {
    let mut boards = BOARDS.iter().filter(|board| board.machine.is_some());
    boards.clone().find(|board| board.name == name).ok_or_else(|| DeviceError::NoBoard {
        name: name.to_owned(),
        known: boards.by_ref().map(|board| board.name).collect::<Vec<_>>().join(", "),
    })
}

/// A board about to be started: firmware, and perhaps a model.
#[derive(Debug)]
pub struct Launch {
    board: &'static Board,
    name: String,
    /// Holds what QEMU reads and writes.
    folder: TempDir,
    has_model: bool,
}

impl Launch {
    /// Prepares `board` with the firmware in the ELF file `firmware` and, in slot 0, the `model`.
    ///
    /// Both are copied: what is built anew meanwhile changes nothing.
    ///
    /// # Errors
    ///
    /// If the firmware cannot be read, or the model does not fit.
    pub fn new(
        board: &'static Board,
        firmware: &Path,
        model: Option<&[u8]>,
    ) -> Result<Self, DeviceError> {
        let folder = TempDir::with_prefix("gradito-").map_err(DeviceError::Temporary)?;
        std::fs::copy(firmware, folder.path().join("firmware.elf"))
            .map_err(|cause| DeviceError::Firmware { path: firmware.to_owned(), cause })?;
        if let Some(model) = model {
            let room = board.room();
            // QEMU drops what runs over the end of memory without a word.
            if model.len() > room {
                let (model, length) = ("the model".to_owned(), model.len());
                return Err(DeviceError::NoRoom { model, length, board: board.name, room });
            }
            std::fs::write(folder.path().join("model.gradito"), model)
                .map_err(DeviceError::Temporary)?;
        }
        let name = format!("{} (emulated)", board.name);
        Ok(Self { board, name, folder, has_model: model.is_some() })
    }

    /// Starts it, to be spoken with over its serial port.
    ///
    /// # Errors
    ///
    /// If there is no emulator, or it does not start.
    pub fn serial(self) -> Result<Emulated, DeviceError> {
        // QEMU comes to us: the system chooses a free port, and no byte of the board is lost.
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(DeviceError::Emulator)?;
        let port = listener.local_addr().map_err(DeviceError::Emulator)?.port();
        let chardev = format!("socket,id=link,host=127.0.0.1,port={port},server=off,nodelay=on");
        let mut process =
            self.start(&["-chardev", &chardev, "-serial", "chardev:link"], "target=native")?;
        let socket = accept(&listener, &mut process)?;
        socket
            .set_nodelay(true)
            .and_then(|()| socket.set_write_timeout(Some(WRITE_PATIENCE)))
            .map_err(DeviceError::Emulator)?;
        Ok(Emulated { socket, process, _launch: self })
    }

    /// Starts it to answer the frames in the file [`requests`](Self::requests) and end; its replies
    /// go to the file [`replies`](Self::replies).
    ///
    /// # Errors
    ///
    /// If there is no emulator.
    pub fn files(&self) -> Result<Process, DeviceError> {
        let semihosting = "target=native,arg=requests=requests,arg=replies=replies";
        self.start(&["-serial", "null"], semihosting)
    }

    /// Where requests are read from.
    pub fn requests(&self) -> PathBuf {
        self.folder.path().join("requests")
    }

    /// Where replies are written to.
    pub fn replies(&self) -> PathBuf {
        self.folder.path().join("replies")
    }

    /// What it is called in messages.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn start(&self, link: &[&str], semihosting: &str) -> Result<Process, DeviceError> {
        let said = self.folder.path().join("said");
        let stderr = File::create(&said).map_err(DeviceError::Temporary)?;
        let mut command = Command::new(QEMU);
        command
            .current_dir(self.folder.path())
            .args(["-M", self.board.machine.unwrap_or_default(), "-kernel", "firmware.elf"])
            .args(["-display", "none", "-monitor", "none"])
            // An instruction is a nanosecond, however fast the machine: ticks count instructions.
            .args(["-icount", "shift=0"])
            .args(["-semihosting-config", &format!("enable=on,{semihosting}")])
            .args(link)
            .args(std::env::var(ARGUMENTS).unwrap_or_default().split_whitespace())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(stderr);
        if self.has_model {
            let address = self.board.slots[0].start;
            let loader = format!("loader,file=model.gradito,addr={address:#x},force-raw=on");
            command.args(["-device", &loader]);
        }
        let child = command.spawn().map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => DeviceError::NoEmulator,
            _ => DeviceError::Emulator(cause),
        })?;
        Ok(Process { child, said, name: self.name.clone() })
    }
}

/// The emulator's connection to `listener`.
fn accept(listener: &TcpListener, process: &mut Process) -> Result<TcpStream, DeviceError> {
    listener.set_nonblocking(true).map_err(DeviceError::Emulator)?;
    let start = Instant::now();
    loop {
        match listener.accept() {
            Ok((socket, _)) => {
                socket.set_nonblocking(false).map_err(DeviceError::Emulator)?;
                return Ok(socket);
            }
            Err(cause) if cause.kind() != io::ErrorKind::WouldBlock => {
                return Err(DeviceError::Emulator(cause));
            }
            Err(cause) if start.elapsed() > START_PATIENCE => {
                return Err(DeviceError::Emulator(cause));
            }
            Err(_) => {}
        }
        if let Some(how) = process.ended()? {
            return Err(DeviceError::Ended { name: process.name.clone(), how });
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// A running emulator; it ends with this.
#[derive(Debug)]
pub struct Process {
    child: Child,
    /// The file of its standard error.
    said: PathBuf,
    name: String,
}

impl Process {
    /// Its number in the system.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// How it ended, if it has.
    ///
    /// # Errors
    ///
    /// If the system does not tell.
    pub fn status(&mut self) -> Result<Option<ExitStatus>, DeviceError> {
        self.child.try_wait().map_err(DeviceError::Emulator)
    }

    /// How it ended, in words, if it has.
    ///
    /// # Errors
    ///
    /// If the system does not tell.
    pub fn ended(&mut self) -> Result<Option<String>, DeviceError> {
        Ok(self.status()?.map(|status| self.words(status)))
    }

    /// An end in words.
    pub fn words(&self, status: ExitStatus) -> String {
        // The firmware's codes: see its `main`.
        let how = match status.code() {
            Some(101) => "the firmware panicked".to_owned(),
            Some(102) => "the firmware met a hardware fault".to_owned(),
            Some(code) => format!("the emulator ended with exit code {code}"),
            None => "the emulator was killed".to_owned(),
        };
        let said = std::fs::read(&self.said).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        match said.lines().rfind(|line| !line.trim().is_empty()) {
            Some(line) => format!("{how}: {}", line.trim()),
            None => how,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An emulated board and its serial port.
#[derive(Debug)]
pub struct Emulated {
    socket: TcpStream,
    // Ended before its folder is removed.
    process: Process,
    _launch: Launch,
}

impl Emulated {
    /// The emulator.
    pub fn process(&self) -> &Process {
        &self.process
    }

    /// What to make of an error of the socket: how the emulator ended, if it did.
    fn explain(&mut self, cause: io::Error) -> io::Error {
        let gone = !matches!(cause.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock);
        let start = Instant::now();
        while gone && start.elapsed() < END_PATIENCE {
            if let Ok(Some(how)) = self.process.ended() {
                return io::Error::other(how);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        cause
    }
}

impl Transport for Emulated {
    fn name(&self) -> &str {
        &self.process.name
    }

    fn read(&mut self, buffer: &mut [u8], patience: Duration) -> io::Result<usize> {
        self.socket.set_read_timeout(Some(patience))?;
        settle(self.socket.read(buffer)).map_err(|cause| self.explain(cause))
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.socket.write_all(bytes).map_err(|cause| self.explain(cause))
    }

    /// What is sent before the receiver is on can stay in QEMU for a second, or get lost.
    fn is_starting(&self) -> bool {
        true
    }

    /// QEMU hands over one byte at a time, some 20 000 in a second.
    fn time_for(&self, bytes: usize) -> Duration {
        Duration::from_micros(50) * u32::try_from(bytes).unwrap_or(u32::MAX)
    }
}
