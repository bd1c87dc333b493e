//! The instructions that an emulated board executes between two readings of its clock.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Command;

use crate::shell::output;

/// An instruction that was executed, and where the next one was.
pub struct Executed<'a> {
    /// As the emulator writes it: `ldr`, `bne`.
    pub mnemonic: &'a str,
    pub operands: &'a str,
    /// Whether the next instruction was not the one behind it.
    pub jumps: bool,
}

/// A function of a firmware.
struct Symbol {
    start: u64,
    length: u64,
    name: String,
}

/// Parts of the names of functions that a network's work is in, the compiler's own among them; a
/// trace of everything, waiting for the line included, would have gigabytes.
const TRACED: [&str; 11] = [
    // The project's core, and Rust's: iterators.
    "core::",
    "gradito_cortex::",
    "Purpose>::infer",
    CLOCK,
    "OUTLINED_FUNCTION",
    "compiler_builtins",
    "libm",
    "__aeabi",
    "mem",
    "sf3",
    "clzsi2",
];

/// Those of them that are about model images.
const NOT_TRACED: [&str; 2] = ["gradito_core::checksum", "gradito_core::image"];

/// The function that reads the clock.
const CLOCK: &str = "Machine>::ticks";

/// The functions of a firmware, each up to the next: those in assembler do not tell their length.
fn symbols(firmware: &Path) -> Result<Vec<Symbol>, String> {
    let mut nm = Command::new("arm-none-eabi-nm");
    let text = output(nm.args(["--demangle", "--defined-only"]).arg(firmware))?;
    let symbol = |line: &str| {
        let mut words = line.splitn(3, ' ');
        let start = u64::from_str_radix(words.next()?, 16).ok()?;
        let (kind, name) = (words.next()?, words.next()?.to_owned());
        let start = start & !1;
        matches!(kind, "t" | "T" | "w" | "W").then_some(Symbol { start, length: 0, name })
    };
    let mut symbols: Vec<Symbol> = text.lines().filter_map(symbol).collect();
    symbols.sort_by_key(|symbol| symbol.start);
    let starts: Vec<u64> = symbols.iter().map(|symbol| symbol.start).collect();
    for symbol in &mut symbols {
        let next = starts.iter().find(|start| **start > symbol.start);
        symbol.length = next.map_or(0, |next| next - symbol.start);
    }
    Ok(symbols)
}

/// What an emulator has to be told to trace a firmware to a file, and where its clock is read.
pub fn plan(firmware: &Path, file: &Path) -> Result<(String, u64), String> {
    let symbols = symbols(firmware)?;
    let mut clocks = symbols.iter().filter(|symbol| symbol.name.ends_with(CLOCK));
    let clock = clocks.next().ok_or("the firmware has no function that reads its clock")?.start;
    let traced = symbols
        .iter()
        .filter(|symbol| symbol.length > 0)
        .filter(|symbol| TRACED.iter().any(|part| symbol.name.contains(part)))
        .filter(|symbol| !NOT_TRACED.iter().any(|part| symbol.name.contains(part)))
        .map(|symbol| format!("{:#x}+{:#x}", symbol.start, symbol.length))
        .collect::<Vec<_>>();
    let arguments = format!(
        "-singlestep -d in_asm,exec,nochain -dfilter {} -D {}",
        traced.join(","),
        file.display()
    );
    Ok((arguments, clock))
}

/// Shows what was executed between the last two readings of the clock that the trace has, and which
/// is more than a few instructions.
pub fn last_timed(
    file: &Path,
    clock: u64,
    mut visitor: impl FnMut(&Executed<'_>),
) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", file.display());
    let mut instructions: HashMap<u64, (String, String, u64)> = HashMap::new();
    let (mut path, mut timed) = (Vec::new(), Vec::new());
    for line in BufReader::new(File::open(file).map_err(failed)?).split(b'\n') {
        let line = line.map_err(failed)?;
        let line = String::from_utf8_lossy(&line);
        if line.starts_with("0x") {
            if let Some((at, rest)) = line.split_once(':') {
                let at = u64::from_str_radix(&at[2..], 16).map_err(|error| error.to_string())?;
                instructions.insert(at, disassembled(rest));
            }
        } else if let Some(at) = executed(&line) {
            if at == clock {
                // From one reading to the next, without the way into the second.
                if path.len() > 100 {
                    timed = std::mem::take(&mut path);
                }
                path.clear();
            }
            path.push(at);
        }
    }
    for pair in timed.windows(2) {
        let [at, next] = [pair[0], pair[1]];
        let (mnemonic, operands, length) =
            instructions.get(&at).ok_or(format!("{at:#x} was executed and is not known"))?;
        visitor(&Executed { mnemonic, operands, jumps: next != at + length });
    }
    Ok(())
}

/// Mnemonic, operands and bytes of `  4812       ldr      r0, [pc, #0x48]`.
fn disassembled(text: &str) -> (String, String, u64) {
    let text = text.trim();
    let digits = |word: &str| word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let (mut rest, mut length) = (text, 0);
    while let Some((word, behind)) = rest.split_once(' ')
        && digits(word)
        && length < 4
    {
        (rest, length) = (behind.trim_start(), length + 2);
    }
    let (mnemonic, operands) = rest.split_once(' ').unwrap_or((rest, ""));
    (mnemonic.to_owned(), operands.trim().to_owned(), length)
}

/// The address in `Trace 0: 0x7f5c54000100 [00800408/00000044/00000110/ff020201] Reset`.
fn executed(line: &str) -> Option<u64> {
    let (_, rest) = line.strip_prefix("Trace ")?.split_once('[')?;
    u64::from_str_radix(rest.split('/').nth(1)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_a_trace_are_taken_apart() {
        let line = "Trace 0: 0x7f5c54000240 [00800408/000013c6/00000110/ff020201] DefaultPreInit";
        assert_eq!(executed(line), Some(0x13c6));
        let (mnemonic, operands, length) = disassembled("  f001 f9bf  bl       #0x13c6");
        assert_eq!((mnemonic.as_str(), operands.as_str(), length), ("bl", "#0x13c6", 4));
        let (mnemonic, operands, length) = disassembled("  bd80       pop      {r7, pc}");
        assert_eq!((mnemonic.as_str(), operands.as_str(), length), ("pop", "{r7, pc}", 2));
    }
}
