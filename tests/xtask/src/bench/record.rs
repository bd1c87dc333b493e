//! The results, for programs, as one JSON object.

use serde_json::{Value, json};

use super::Machine;
use super::limits::Limits;
use super::measure::{Entry, Outcome};
use super::statistics::rounded;

/// Everything that was measured, every round included.
pub fn json(machine: &Machine, limits: &Limits, outcomes: &[Outcome]) -> Value {
    json!({
        "processor": machine.processor,
        "system": machine.system,
        "date": machine.date,
        "core": machine.core,
        "limits": limits.json(),
        "jobs": outcomes.iter().map(job).collect::<Vec<_>>(),
    })
}

fn job(outcome: &Outcome) -> Value {
    let Outcome { job, work, roof, entries, missing } = outcome;
    let contenders = entries.iter().enumerate().map(|(index, entry)| {
        let ratio = (index > 0).then(|| entry.ratio(&entries[0]));
        let bar = job.bar(entry.contender.name);
        let rates = outcome.rates(entry);
        json!({
            "name": entry.contender.name,
            "version": entry.contender.version,
            "threads": entry.threads(),
            "simd": entry.simd(),
            "seconds_per_epoch": rounded(entry.seconds()),
            "samples_per_second": rounded(rates.samples_per_second),
            "gflops": rounded(rates.gflops),
            "gbytes": rounded(rates.gbytes),
            "roofline": rounded(rates.roofline),
            "accuracy": entry.accuracy(),
            "ratio": ratio.map(rounded),
            "bar": bar,
            "met": ratio.zip(bar).map(|(ratio, bar)| ratio <= bar),
            "rounds": rounds(entry),
        })
    });
    let missing = missing
        .iter()
        .map(|absent| json!({ "name": absent.name, "why": absent.why, "install": absent.install }));
    json!({
        "name": job.name(),
        "layers": job.task().topology(),
        "batch": job.batch,
        "eta": job.eta,
        "epoch": {
            "operations": rounded(work.operations),
            "bytes": rounded(work.bytes),
            "weights": work.weights,
            "operations_per_byte": rounded(work.intensity()),
            "roof_gflops": rounded(roof.at(work.intensity())),
        },
        "contenders": contenders.collect::<Vec<_>>(),
        "missing": missing.collect::<Vec<_>>(),
    })
}

/// Seconds per epoch, round by round.
fn rounds(entry: &Entry) -> Vec<f64> {
    entry.rounds.iter().map(|round| rounded(round.seconds)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::measure::tests::outcome;
    use super::*;

    #[test]
    fn a_job_has_its_verdicts_and_rounds() {
        let job = job(&outcome());
        let theirs = &job["contenders"][1];
        assert_eq!(theirs["met"], json!(false));
        assert_eq!(theirs["rounds"], json!([0.1875, 0.1562]));
        assert_eq!(job["contenders"][0]["simd"], json!("avx2"));
        assert_eq!(job["contenders"][0]["met"], Value::Null);
        assert_eq!(job["missing"][0]["install"], json!("pip install jax"));
        assert_eq!(job["epoch"]["roof_gflops"], json!(40.0));
    }
}
