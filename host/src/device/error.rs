//! Why a device did not do what was asked.

use std::io;
use std::path::PathBuf;

use gradito_link::frame::FrameError;
use thiserror::Error;

use crate::data::Cause;

/// Why a device did not do what was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// The port cannot be opened.
    #[error("{name}: {why}")]
    Port {
        /// Its name.
        name: String,
        /// Why, and what to do.
        why: String,
    },
    /// Nothing answers.
    #[error(
        "{name}: nothing answers; is it a board with gradito's firmware, at this baud rate, and \
         does it run?"
    )]
    Silent {
        /// What was asked.
        name: String,
    },
    /// It answered, and does so no more.
    #[error("{name}: the device answers no more; check cable and power, then start again")]
    Lost {
        /// What was asked.
        name: String,
    },
    /// The link broke.
    #[error("{name}: the link broke ({}); check the cable, then start again", cause.kind())]
    Broken {
        /// What was asked.
        name: String,
        /// What the operating system said.
        cause: io::Error,
    },
    /// The device began anew and has forgotten what it was told.
    #[error("{name}: the device has restarted in between; check its power, then start again")]
    Restarted {
        /// What was asked.
        name: String,
    },
    /// A frame is of another version, or cannot be sent.
    #[error("{name}: {cause}")]
    Frame {
        /// What was asked.
        name: String,
        /// What is wrong with it.
        cause: FrameError,
    },
    /// The frame is longer than the device can hold.
    #[error(
        "{name}: a message of {length} bytes is more than the device's {room}; is its firmware \
         built for this network?"
    )]
    TooLong {
        /// What was asked.
        name: String,
        /// Coded bytes of the message.
        length: usize,
        /// What the device can hold.
        room: usize,
    },
    /// The device says that it cannot be done.
    #[error("{name}: {why}")]
    Refused {
        /// What was asked.
        name: String,
        /// Why.
        why: String,
    },
    /// The device does not run the model.
    #[error("{name}: {why}; write it with: {write}")]
    Model {
        /// What was asked.
        name: String,
        /// What it runs.
        why: String,
        /// What writes the model.
        write: String,
    },
    /// The answer is to another question.
    #[error(
        "{name}: the device answered something else than was asked; use host and firmware of the \
         same gradito"
    )]
    Unexpected {
        /// What was asked.
        name: String,
    },
    /// Ctrl-C.
    #[error("interrupted")]
    Interrupted,
    /// There is no emulator.
    #[error("qemu-system-arm is not installed; {}", super::emulator::how_to_install())]
    NoEmulator,
    /// The emulator cannot be started or spoken to.
    #[error("qemu-system-arm: cannot be started ({})", .0.kind())]
    Emulator(io::Error),
    /// The emulator ended.
    #[error("{name}: {how}")]
    Ended {
        /// The board.
        name: String,
        /// With what words.
        how: String,
    },
    /// There is no such board, or none to be emulated.
    #[error("no board '{name}' can be emulated; there are {known}")]
    NoBoard {
        /// What was asked for.
        name: String,
        /// Those there are.
        known: String,
    },
    /// The board reads no files.
    #[error("{board}: reads no files; leave out --bulk")]
    NoFiles {
        /// Its name.
        board: &'static str,
    },
    /// The model does not fit into the board.
    #[error(
        "{model}: has {length} bytes, and {board} has room for {room} in a slot; train a smaller network"
    )]
    NoRoom {
        /// The model.
        model: String,
        /// Its bytes.
        length: usize,
        /// The board's name.
        board: &'static str,
        /// Bytes of a slot.
        room: usize,
    },
    /// There is no firmware to build.
    #[error(
        "there is no firmware/Cargo.toml in this folder or above it; run it in a checkout of \
         gradito, or name a built firmware with --firmware"
    )]
    NoFirmware,
    /// The firmware cannot be read.
    #[error("{}: {}; name the ELF file that cargo built", path.display(), Cause(cause))]
    Firmware {
        /// Its file.
        path: PathBuf,
        /// What the operating system said.
        cause: io::Error,
    },
    /// Cargo cannot be run.
    #[error(
        "cargo: cannot be run ({}); install Rust, or name a built firmware with --firmware",
        .0.kind()
    )]
    NoCargo(io::Error),
    /// The firmware does not build.
    #[error("the firmware does not build; cargo said why above")]
    Build,
    /// Files for the emulator cannot be written or read.
    #[error("temporary files: {}", .0.kind())]
    Temporary(io::Error),
}

impl DeviceError {
    /// Whether the device refused, rather than the link failed.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }
}
