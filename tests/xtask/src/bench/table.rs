//! The results, for people.

use super::limits::Limits;
use super::measure::{Outcome, Rates};
use super::statistics::grouped;
use super::{Machine, data};

/// What the columns mean.
const FOOTNOTE: &str = "\
GFLOP/s   multiplications and additions of weights, in 10⁹ a second, that training needs at the
          least: pixels that are 0 passed over, so a peer that multiplies them does more than is
          counted; activations and biases left out
GB/s      the least traffic of weights: per batch, those of pixels that are lit in any of its samples
          read forward, read and written in the update; in later layers read backward as well
roofline  GFLOP/s as a share of min(peak, operations per byte × bandwidth), from this run's limits:
          the peak of separate multiplications and additions, and the bandwidth (one byte read for
          two of an update) of the smallest working set measured that holds the weights
";

/// The report.
pub fn text(machine: &Machine, limits: &Limits, outcomes: &[Outcome]) -> String {
    let mut text = machine.line() + "\n\n" + &limits_text(limits);
    for outcome in outcomes {
        text += &job_text(outcome);
    }
    text + "\n" + FOOTNOTE
}

fn limits_text(limits: &Limits) -> String {
    let mut text = String::from("limits of one core, f32 (10⁹ operations or bytes a second)\n\n");
    for peak in &limits.peaks {
        text += &format!("multiply and add, {:<9} {:>7.1}\n", peak.level, peak.gflops);
    }
    text += "\nworking set      read   update  training\n";
    for set in &limits.bandwidths {
        text += &format!(
            "{:<13} {:>7.1}  {:>7.1}   {:>7.1}\n",
            set.name(),
            set.read,
            set.update,
            set.training()
        );
    }
    text
}

fn job_text(outcome: &Outcome) -> String {
    let Outcome { job, entries, missing, work, roof } = outcome;
    let mut text = format!(
        "\n{}, sigmoid, quadratic, eta {}, {} samples; {}\n\
         {:.2} GFLOP, {:.2} GB an epoch: {:.2} FLOP a byte, weights {:.0} KiB, roof {:.1} GFLOP/s\n\n",
        job.name(),
        job.eta,
        grouped(data::SAMPLES as f64),
        match entries[0].rounds.len() {
            1 => "one round".to_owned(),
            rounds => format!("medians of {rounds} rounds"),
        },
        work.operations / 1e9,
        work.bytes / 1e9,
        work.intensity(),
        work.weights / 1024.0,
        roof.at(work.intensity()),
    );
    text += "           s/epoch  samples/s  GFLOP/s    GB/s  roofline  threads  simd      accuracy  \
             gradito/peer     bar\n";
    for (index, entry) in entries.iter().enumerate() {
        let name = entry.contender.name;
        let Rates { samples_per_second, gflops, gbytes, roofline } = outcome.rates(entry);
        text += &format!(
            "{name:<8} {:>9.4}  {:>9}  {gflops:>7.2} {gbytes:>7.2}  {:>6.1} %  {:>7}  {:<8}  {:>8.4}",
            entry.seconds(),
            grouped(samples_per_second),
            100.0 * roofline,
            entry.threads(),
            entry.simd().unwrap_or("-"),
            entry.accuracy(),
        );
        if index > 0 {
            let ratio = entry.ratio(&entries[0]);
            text += &format!("  {ratio:>12.3}");
            if let Some(bar) = job.bar(name) {
                let verdict = if ratio <= bar { "met" } else { "MISSED" };
                text += &format!("  ≤ {bar:.2}  {verdict}");
            }
        }
        text += "\n";
    }
    text += "\n";
    for entry in &entries[1..] {
        text += &format!("{:<8} {}\n", entry.contender.name, entry.contender.version);
    }
    for absent in missing {
        text += &format!("{:<8} left out: {}\n", absent.name, absent.why);
        if let Some(install) = &absent.install {
            text += &format!("{:<8} to have it: {install}\n", "");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::outcome;
    use super::*;

    #[test]
    fn a_row_tells_speed_share_and_verdict() {
        let text = job_text(&outcome());
        let row = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_default();
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(row("gradito "), "gradito 0.0625 960 000 20.00 10.00 50.0 % 1 avx2 0.9500");
        assert_eq!(row("c "), "c 0.1719 349 091 7.27 3.64 18.2 % 1 - 0.9500 0.375 ≤ 0.33 MISSED");
        assert!(
            text.contains("jax      left out: no Python\n         to have it: pip install jax")
        );
    }
}
