//! What the firmware takes, and what is said when it takes too much.
//!
//! Needs the targets of the boards, as `on_target` does.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use gradito::device::firmware;
use gradito_link::board::{self, Board};

/// A firmware that infers.
struct Build {
    board: &'static Board,
    variables: &'static [(&'static str, &'static str)],
}

impl Build {
    fn of(board: &str, variables: &'static [(&'static str, &'static str)]) -> Self {
        Self { board: board::named(board).unwrap(), variables }
    }

    /// What cargo says to `arguments`.
    fn cargo(&self, arguments: &[&str]) -> Output {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut command = Command::new(env!("CARGO"));
        command.current_dir(firmware::folder(checkout).unwrap()).args(arguments);
        command.args(["--release", "--target", self.board.target]);
        command.args(["--features", self.board.name]);
        command.envs(self.variables.iter().copied()).output().unwrap()
    }

    /// The ELF file.
    fn elf(&self) -> PathBuf {
        let output = self.cargo(&["build", "--quiet", "--message-format", "json"]);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {errors}", self.board.name);
        let messages = String::from_utf8(output.stdout).unwrap();
        let executable = messages.lines().find_map(|line| {
            let message: serde_json::Value = serde_json::from_str(line).unwrap();
            message["executable"].as_str().map(PathBuf::from)
        });
        executable.expect("cargo says where the program is")
    }

    /// Bytes of its code and constants: of all that is loaded to flash.
    fn flash(&self) -> u32 {
        loaded(&std::fs::read(self.elf()).unwrap(), self.board)
    }

    /// Why it is not built.
    fn error(&self) -> String {
        let output = self.cargo(&["check", "--quiet"]);
        assert!(!output.status.success(), "{} is built", self.board.name);
        String::from_utf8(output.stderr).unwrap()
    }
}

/// Bytes of the segments that an ELF file of 32 bits has for the flash of `board`.
fn loaded(elf: &[u8], board: &Board) -> u32 {
    let word = |at: usize| u32::from_le_bytes(*elf[at..].first_chunk().unwrap());
    let half = |at: usize| u16::from_le_bytes(*elf[at..].first_chunk().unwrap()) as usize;
    // Of the file: where the table of segments is, the length of an entry, and how many there are.
    let (table, length, count) = (word(0x1c) as usize, half(0x2a), half(0x2c));
    let segments = (0..count).map(|index| table + index * length);
    // Of a segment: its kind, its address in flash, and its bytes in the file.
    let loaded = segments.filter(|&at| word(at) == 1).map(|at| (word(at + 12), word(at + 16)));
    let flash = board.flash.start..board.flash.end();
    loaded.filter(|(start, _)| flash.contains(start)).map(|(_, bytes)| bytes).sum()
}

#[test]
fn code_and_constants_stay_small() {
    let of_pixels = &[
        ("GRADITO_NETWORK", "784 => 32 Sigmoid => 10 Sigmoid"),
        ("GRADITO_ELEMENT", "i8"),
        ("GRADITO_INPUT", "pixels"),
    ];
    let builds = [
        (Build::of("stm32f405", &[]), "784-30-10 of f32", 16_384),
        (Build::of("microbit", of_pixels), "784-32-10 of i8", 12_288),
    ];
    for (build, network, most) in builds {
        let (board, found) = (build.board.name, build.flash());
        assert!(
            found <= most,
            "inference with {network} on {board} takes {found} bytes of code and constants, \
             {} more than {most}",
            found - most
        );
    }
}

#[test]
fn what_outgrows_its_board_or_its_budget_is_told_by_how_much() {
    let large = &[("GRADITO_NETWORK", "784 => 5000 Relu => 10 Softmax")];
    let error = Build::of("microbit", large).error();
    let wanted = "microbit has 16384 bytes of RAM (network, batch, buffers, stack), this firmware \
                  needs ";
    assert!(error.contains(wanted) && error.contains(" too many; make the network"), "{error}");

    // Header, layer table and lengths of names: 176 + 2·12 + 10·2, rounded up to 224.
    let flash = &[("GRADITO_BUDGET", "ALL, 90_000")];
    let needed = 224 + 4 * (785 * 30 + 31 * 10);
    let wanted = format!(
        "BUDGET in network.rs has 90000 bytes of flash for a model, this firmware needs {needed}: \
         {} too many; make the network smaller",
        needed - 90_000
    );
    let error = Build::of("stm32f405", flash).error();
    assert!(error.contains(&wanted), "{error}");

    let error = Build::of("stm32f405", &[("GRADITO_BUDGET", "2000, ALL")]).error();
    let wanted = "BUDGET in network.rs has 2000 bytes of RAM (network, batch, buffers, stack), this \
                  firmware needs ";
    assert!(error.contains(wanted) && error.contains(" too many; make the network"), "{error}");

    let error = Build::of("stm32f405", &[("GRADITO_BUDGET", "3 KiB")]).error();
    assert!(error.contains("GRADITO_BUDGET: '3 KiB' is no budget; write bytes of RAM"), "{error}");
}
