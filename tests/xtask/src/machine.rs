//! What the benchmarks need to know of the machine: its names, its caches, its cores, the date.

use std::fs;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

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

/// The operating system's name and the architecture.
pub fn system() -> String {
    let linux = || {
        let release = fs::read_to_string("/etc/os-release").ok()?;
        let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
        Some(name.trim_matches('"').to_owned())
    };
    let name = linux().unwrap_or_else(|| std::env::consts::OS.to_owned());
    format!("{name}, {}", std::env::consts::ARCH)
}

/// Today's date, UTC.
pub fn today() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    date(since.as_secs() / 86_400)
}

/// The date that many days after 1970-01-01.
///
/// Counts from a 1 March, so that the odd day of a leap year is a year's last; 5 months from
/// March, and again from August, have 153 days.
fn date(days: u64) -> String {
    // From 0000-03-01; 400 years have 146 097 days.
    let days = days + 719_468;
    let (era, day) = (days / 146_097, days % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    format!("{:04}-{month:02}-{day:02}", era * 400 + year + next)
}

/// The smallest cache of one core that holds so many bytes, as `L2`; `DRAM` if none does, and
/// nothing where the system does not tell.
pub fn memory_level(bytes: u64) -> Option<String> {
    let mut caches: Vec<(u64, String)> = Vec::new();
    for index in fs::read_dir("/sys/devices/system/cpu/cpu0/cache").ok()?.flatten() {
        let read = |name| fs::read_to_string(index.path().join(name)).ok();
        let Some((kind, level, size)) = read("type")
            .zip(read("level"))
            .zip(read("size"))
            .map(|((kind, level), size)| (kind, level, size))
        else {
            continue;
        };
        if kind.trim() != "Instruction" {
            caches.push((kibibytes(size.trim())?, format!("L{}", level.trim())));
        }
    }
    caches.sort();
    let holds = caches.iter().find(|(size, _)| *size >= bytes);
    (!caches.is_empty()).then(|| holds.map_or("DRAM".into(), |(_, level)| level.clone()))
}

/// Bytes of a size such as `32K`.
fn kibibytes(size: &str) -> Option<u64> {
    size.strip_suffix('K')?.parse::<u64>().ok().map(|size| size << 10)
}

/// The core to time on, if programs can be tied to one: the last this process may use, because
/// interrupts tend to be served by the first.
pub fn core_to_time_on() -> Option<usize> {
    let core = *allowed().last()?;
    shell::output(on_cores(&[core], "true").arg("--version")).ok()?;
    Some(core)
}

/// That core, then the others that this process may use.
pub fn cores_from(core: usize) -> Vec<usize> {
    let others = allowed().into_iter().rev().filter(|other| *other != core);
    std::iter::once(core).chain(others).collect()
}

/// The cores that this process may use, as far as the system tells.
fn allowed() -> Vec<usize> {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let list = status.lines().find_map(|line| line.strip_prefix("Cpus_allowed_list:"));
    list.and_then(|list| numbers(list.trim())).unwrap_or_default()
}

/// The numbers of a list such as `0-2,5`.
fn numbers(list: &str) -> Option<Vec<usize>> {
    let mut numbers = Vec::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        numbers.extend(first.parse::<usize>().ok()?..=last.parse().ok()?);
    }
    Some(numbers)
}

/// A command tied to those cores; to none if the list is empty.
pub fn on_cores(cores: &[usize], program: &str) -> Command {
    if cores.is_empty() {
        return Command::new(program);
    }
    let cores = cores.iter().map(usize::to_string).collect::<Vec<_>>().join(",");
    let mut command = Command::new("taskset");
    command.args(["-c", &cores, program]);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_cores() {
        assert_eq!(numbers("0-2,5"), Some(vec![0, 1, 2, 5]));
        assert_eq!(numbers("7"), Some(vec![7]));
        assert_eq!(numbers("0-x"), None);
    }

    #[test]
    fn dates() {
        let days = [0, 58, 59, 364, 365, 789, 10_957, 11_016, 11_017, 20_513];
        let dates = days.map(date);
        assert_eq!(
            dates,
            [
                "1970-01-01",
                "1970-02-28",
                "1970-03-01",
                "1970-12-31",
                "1971-01-01",
                "1972-02-29",
                "2000-01-01",
                "2000-02-29",
                "2000-03-01",
                "2026-03-01",
            ]
        );
    }

    #[test]
    fn sizes_of_caches() {
        assert_eq!(kibibytes("32K"), Some(32_768));
        assert_eq!(kibibytes("1M"), None);
    }
}
