//! What the machine's core can do at most, measured in the same run, and the roof that follows.
//!
//! A program that does `i` operations for each byte of its weights is held up by the units that
//! multiply and add or by the memory that feeds them: it does `min(peak, i × bandwidth)` at best.
//! That is the roofline of Williams, Waterman and Patterson (2009).

use std::process::Command;

use serde_json::{Value, json};

use super::place::{Place, built_example};
use super::work::Work;
use crate::{machine, shell};

/// The measured limits of one core.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    pub peaks: Vec<Peak>,
    /// Smallest working set first.
    pub bandwidths: Vec<Bandwidth>,
}

/// `f32` products and sums, rounded apart, with one level of vector instructions.
#[derive(Clone, Debug, PartialEq)]
pub struct Peak {
    pub level: String,
    /// In 10⁹ per second.
    pub gflops: f64,
}

/// How fast a working set is read, and updated in place, in 10⁹ bytes per second.
#[derive(Clone, Debug, PartialEq)]
pub struct Bandwidth {
    pub bytes: u64,
    /// The cache it fits, or DRAM, if the system tells.
    pub level: Option<String>,
    pub read: f64,
    /// Both directions counted.
    pub update: f64,
}

/// What bounds one job.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Roof {
    pub gflops: f64,
    pub bandwidth: f64,
}

impl Limits {
    /// Measures them on the core that is timed on.
    ///
    /// # Errors
    ///
    /// If the probe cannot be built or run.
    pub fn measure(place: &Place) -> Result<Self, String> {
        let probe = built_example("probe-machine")?;
        let mut command: Command = machine::on_cores(place.cores(1), &probe.to_string_lossy());
        eprintln!("+ {}", shell::show(&command));
        let output = shell::output(&mut command)?;
        let report = serde_json::from_str(&output).ok();
        let mut limits: Self = report
            .and_then(|report| Self::from_json(&report))
            .ok_or_else(|| format!("probe-machine: not the report that was expected:\n{output}"))?;
        for bandwidth in &mut limits.bandwidths {
            bandwidth.level = machine::memory_level(bandwidth.bytes);
        }
        Ok(limits)
    }

    /// As the probe prints it, and as [`Self::json`] does.
    pub fn from_json(report: &Value) -> Option<Self> {
        let peak = |peak: &Value| {
            Some(Peak { level: peak["level"].as_str()?.into(), gflops: peak["gflops"].as_f64()? })
        };
        let bandwidth = |bandwidth: &Value| {
            Some(Bandwidth {
                bytes: bandwidth["bytes"].as_u64()?,
                level: bandwidth["level"].as_str().map(String::from),
                read: bandwidth["read"].as_f64()?,
                update: bandwidth["update"].as_f64()?,
            })
        };
        let list = |name: &str| report[name].as_array();
        let peaks: Vec<Peak> = list("multiply_add")?.iter().map(peak).collect::<Option<_>>()?;
        let bandwidths: Vec<Bandwidth> =
            list("bandwidth")?.iter().map(bandwidth).collect::<Option<_>>()?;
        (!peaks.is_empty() && !bandwidths.is_empty()).then_some(Self { peaks, bandwidths })
    }

    /// In 10⁹ per second.
    pub fn json(&self) -> Value {
        let peaks = self.peaks.iter();
        let peaks = peaks.map(|peak| json!({ "level": peak.level, "gflops": peak.gflops }));
        let bandwidths = self.bandwidths.iter().map(|bandwidth| {
            let Bandwidth { bytes, level, read, update } = bandwidth;
            json!({ "bytes": bytes, "level": level, "read": read, "update": update })
        });
        json!({
            "multiply_add": peaks.collect::<Vec<_>>(),
            "bandwidth": bandwidths.collect::<Vec<_>>(),
        })
    }

    /// The peak of the best vector instructions.
    pub fn peak(&self) -> f64 {
        self.peaks.iter().map(|peak| peak.gflops).fold(0.0, f64::max)
    }

    /// The roof of work: the peak, and the bandwidth of the smallest working set that was measured
    /// and is not smaller than the weights.
    pub fn roof(&self, work: &Work) -> Roof {
        let holds = self.bandwidths.iter().find(|set| set.bytes as f64 >= work.weights);
        let set = holds.or(self.bandwidths.last());
        Roof { gflops: self.peak(), bandwidth: set.map_or(f64::NAN, Bandwidth::training) }
    }

    /// The bandwidths to draw: of the working sets that fit the same cache, the largest.
    pub fn levels(&self) -> impl Iterator<Item = &Bandwidth> {
        self.bandwidths.iter().enumerate().filter_map(|(index, set)| {
            let next = self.bandwidths.get(index + 1);
            let same = next.is_some_and(|next| set.level.is_some() && next.level == set.level);
            (!same).then_some(set)
        })
    }
}

impl Bandwidth {
    /// Of training: each byte is read once, and updated once, which moves it twice.
    pub fn training(&self) -> f64 {
        3.0 / (1.0 / self.read + 2.0 / self.update)
    }

    /// As `L2, 512 KiB`.
    pub fn name(&self) -> String {
        let size = match self.bytes {
            bytes if bytes >= 1 << 20 => format!("{} MiB", bytes >> 20),
            bytes => format!("{} KiB", bytes >> 10),
        };
        self.level.as_ref().map_or(size.clone(), |level| format!("{level}, {size}"))
    }
}

impl Roof {
    /// The most operations per second, in 10⁹, at that many operations per byte.
    pub fn at(&self, intensity: f64) -> f64 {
        self.gflops.min(intensity * self.bandwidth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(bytes: u64, level: Option<&str>, read: f64) -> Bandwidth {
        Bandwidth { bytes, level: level.map(String::from), read, update: 2.0 * read }
    }

    fn limits() -> Limits {
        let peak = |level: &str, gflops| Peak { level: level.into(), gflops };
        let bandwidths = vec![
            set(1 << 10, Some("L1"), 160.0),
            set(1 << 18, Some("L2"), 80.0),
            set(1 << 19, Some("L2"), 70.0),
            set(1 << 23, Some("L3"), 40.0),
        ];
        Limits { peaks: vec![peak("baseline", 40.0), peak("avx2", 80.0)], bandwidths }
    }

    #[test]
    fn limits_survive_json() {
        assert_eq!(Limits::from_json(&limits().json()), Some(limits()));
        assert_eq!(Limits::from_json(&json!({ "multiply_add": [], "bandwidth": [] })), None);
        let probed = json!({
            "multiply_add": [{ "level": "baseline", "gflops": 40.0 }],
            "bandwidth": [{ "bytes": 1024, "read": 160.0, "update": 320.0 }],
        });
        let read = Limits::from_json(&probed).map(|limits| limits.bandwidths);
        assert_eq!(read, Some(vec![set(1 << 10, None, 160.0)]));
    }

    #[test]
    fn training_mixes_one_read_and_one_update() {
        // 1 byte read at 160 and 2 updated at 320 take 1/160 + 1/160.
        assert_eq!(set(1, None, 160.0).training(), 240.0);
    }

    #[test]
    fn the_roof_is_that_of_the_working_set_that_holds_the_weights() {
        let work = |weights| Work { operations: 8.0, bytes: 4.0, weights };
        let bandwidth = |weights| limits().roof(&work(weights)).bandwidth;
        assert_eq!(bandwidth(1024.0), 240.0);
        assert_eq!(bandwidth(1025.0), 120.0);
        assert_eq!(bandwidth(1e9), 60.0);
        assert_eq!(limits().roof(&work(1.0)).gflops, 80.0);
    }

    #[test]
    fn the_roof_rises_to_the_peak() {
        let roof = Roof { gflops: 80.0, bandwidth: 40.0 };
        assert_eq!([0.5, 2.0, 50.0].map(|intensity| roof.at(intensity)), [20.0, 80.0, 80.0]);
    }

    #[test]
    fn one_roof_is_drawn_for_each_cache() {
        let limits = limits();
        let names: Vec<String> = limits.levels().map(Bandwidth::name).collect();
        assert_eq!(names, ["L1, 1 KiB", "L2, 512 KiB", "L3, 8 MiB"]);
    }
}
