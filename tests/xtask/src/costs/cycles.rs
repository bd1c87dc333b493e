//! Estimated cycles: each instruction of an inference times what its processor's manual says.
//!
//! The timings are those of Arm's technical reference manuals: Cortex-M4 (DDI 0439, table 3-1 and, of
//! the FPU, table 7-1), Cortex-M3 (DDI 0337, table 3-1) and Cortex-M0 (DDI 0432, table 3-1, with the
//! multiplier of one cycle). A pipeline takes 1 to 3 cycles to refill there: 2 are counted, 3 in all
//! for a branch of a Cortex-M0.

use super::program::{Program, firmware};
use super::trace::{self, Executed};
use crate::firmware::BOARDS;
use crate::shell::output;

/// Cycles to refill the pipeline behind a branch that is taken.
const REFILL: u64 = 2;

/// How far the instructions of the trace may be from those that the board counts: the clock is read
/// in steps of up to 40 instructions, and on the way into it.
const CLOSE: f64 = 0.02;

/// Cycles of the one inference that a line of the program lets a board do.
///
/// # Errors
///
/// If the trace has not the instructions that the board counted.
pub fn of(program: &Program, board: &str, line: &str) -> Result<Option<u64>, String> {
    let target = BOARDS.iter().find(|known| known.name == board).map_or("", |board| board.target);
    let file = program.file("trace");
    let (arguments, clock) = trace::plan(&firmware(target), &file)?;
    let mut command = program.command(&format!("{line} --json"));
    let report = output(command.env("GRADITO_QEMU_ARGS", arguments))?;
    let report: serde_json::Value =
        serde_json::from_str(&report).map_err(|error| error.to_string())?;
    let counted = report["cost"]["instructions"].as_f64().unwrap_or_default();
    let (mut instructions, mut cycles) = (0_u64, 0);
    let mut before = false;
    trace::last_timed(&file, clock, |executed| {
        instructions += 1;
        cycles += match target {
            "thumbv6m-none-eabi" => small(executed),
            target => large(executed, target == "thumbv7m-none-eabi", before),
        };
        before = is_single_access(executed.mnemonic);
    })?;
    let _ = std::fs::remove_file(file);
    if (instructions as f64 - counted).abs() > CLOSE * counted + 100.0 {
        return Err(format!(
            "{board}: the trace has {instructions} instructions, and the board counted {counted}"
        ));
    }
    Ok(Some(cycles))
}

/// How many registers a list such as `{r0, r4-r7}` or `r0!, {s0, s1}` names.
fn registers(operands: &str) -> u64 {
    let Some((_, list)) = operands.split_once('{') else { return 1 };
    let list = list.split('}').next().unwrap_or_default();
    let number =
        |name: &str| name.trim_start_matches(|c: char| c.is_ascii_alphabetic()).parse().ok();
    let count = |part: &str| match part.trim().split_once('-') {
        Some((first, last)) => {
            let span = number(last).zip(number(first));
            span.map_or(1, |(last, first): (u64, u64)| last.saturating_sub(first) + 1)
        }
        None => 1,
    };
    list.split(',').map(count).sum()
}

/// A load or store of one register, which goes on in the pipeline while the next begins.
fn is_single_access(mnemonic: &str) -> bool {
    (mnemonic.starts_with("ldr") || mnemonic.starts_with("str"))
        && !mnemonic.starts_with("ldrd")
        && !mnemonic.starts_with("strd")
}

/// On Cortex-M3 and M4.
fn large(executed: &Executed<'_>, is_m3: bool, behind_access: bool) -> u64 {
    let Executed { mnemonic, operands, jumps } = *executed;
    let refill = if jumps { REFILL } else { 0 };
    let name = mnemonic.split('.').next().unwrap_or(mnemonic);
    let is = |names: &[&str]| names.contains(&name);
    let starts = |names: &[&str]| names.iter().any(|start| name.starts_with(start));
    let own = if starts(&["vldm", "vstm", "vpush", "vpop", "ldm", "stm", "push", "pop"]) {
        1 + registers(operands) * if operands.contains("{d") { 2 } else { 1 }
    } else if starts(&["vmla", "vmls", "vnmla", "vnmls", "vfma", "vfms", "vfnm"]) {
        3
    } else if starts(&["vdiv", "vsqrt"]) {
        14
    } else if starts(&["vldr", "vstr"]) {
        2
    } else if starts(&["ldrd", "strd"]) {
        3
    } else if is_single_access(name) {
        // Such accesses overlap.
        if behind_access { 1 } else { 2 }
    } else if is(&["mla", "mls"]) {
        2
    } else if starts(&["umull", "smull"]) {
        if is_m3 { 4 } else { 1 }
    } else if starts(&["umlal", "smlal", "umaal"]) {
        if is_m3 { 6 } else { 1 }
    } else if starts(&["udiv", "sdiv"]) {
        // From 2 to 12, by the numbers.
        7
    } else if starts(&["tbb", "tbh"]) {
        2
    } else {
        1
    };
    own + refill
}

/// On a Cortex-M0.
fn small(executed: &Executed<'_>) -> u64 {
    let Executed { mnemonic, operands, jumps } = *executed;
    let starts = |names: &[&str]| names.iter().any(|start| mnemonic.starts_with(start));
    if starts(&["ldm", "stm", "push"]) {
        1 + registers(operands)
    } else if starts(&["pop"]) {
        1 + registers(operands) + if operands.contains("pc") { 3 } else { 0 }
    } else if starts(&["ldr", "str"]) {
        2
    } else if mnemonic == "bl" {
        4
    } else if jumps {
        3
    } else {
        1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instructions_take_what_the_manuals_say() {
        let one = |mnemonic, operands, jumps| Executed { mnemonic, operands, jumps };
        let m4 = |executed| large(&executed, false, false);
        assert_eq!(m4(one("vmla.f32", "s0, s1, s2", false)), 3);
        assert_eq!(m4(one("vmul.f32", "s0, s1, s2", false)), 1);
        assert_eq!(m4(one("vldmia", "r0!, {s0, s1, s2, s3}", false)), 5);
        assert_eq!(m4(one("ldm", "r0!, {r1, r2, r4-r7}", false)), 7);
        assert_eq!(m4(one("bne", "#0x10", true)), 3);
        assert_eq!(m4(one("bne", "#0x10", false)), 1);
        assert_eq!(m4(one("ldr", "r0, [r1]", false)), 2);
        assert_eq!(large(&one("ldr", "r0, [r1]", false), false, true), 1);
        assert_eq!(small(&one("bne", "#0x10", true)), 3);
        assert_eq!(small(&one("pop", "{r4, pc}", true)), 6);
        assert_eq!(small(&one("muls", "r0, r1, r0", false)), 1);
    }
}
