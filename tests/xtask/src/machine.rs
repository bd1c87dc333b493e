//! What the benchmarks need to know of the machine: its processor, and one core of it.

use std::fs;
use std::process::Command;

use crate::shell;

/// The processor's name, as the system tells it.
pub fn processor() -> String {
    let linux = || {
        let info = fs::read_to_string("/proc/cpuinfo").ok()?;
        let line = info.lines().find(|line| line.starts_with("model name"))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let mac = || {
        let name = shell::output(Command::new("sysctl").args(["-n", "machdep.cpu.brand_string"]));
        Some(name.ok()?.trim().to_owned())
    };
    let windows = || std::env::var("PROCESSOR_IDENTIFIER").ok();
    let name = linux().or_else(mac).or_else(windows);
    name.unwrap_or_else(|| format!("an unnamed {}", std::env::consts::ARCH))
}

/// The core to time on, if programs can be tied to one: the last this process may use, because
/// interrupts tend to be served by the first.
pub fn core_to_time_on() -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("Cpus_allowed_list:"))?;
    let core = line.rsplit([',', '-', '\t', ' ']).next()?.parse().ok()?;
    shell::output(on_core(Some(core), "true").arg("--version")).ok()?;
    Some(core)
}

/// A command tied to that core.
pub fn on_core(core: Option<usize>, program: &str) -> Command {
    let Some(core) = core else {
        return Command::new(program);
    };
    let mut command = Command::new("taskset");
    command.args(["-c", &core.to_string(), program]);
    command
}
