//! The results, for people and for programs.

use serde_json::{Value, json};

use super::{Entry, Outcome};

/// The table.
pub fn text(processor: &str, core: Option<usize>, outcomes: &[Outcome]) -> String {
    let place = core.map_or("any core".into(), |core| format!("core {core}"));
    let mut text = format!("{processor}, one thread on {place}\n");
    for outcome in outcomes {
        text += &job_text(outcome);
    }
    text
}

fn job_text(outcome: &Outcome) -> String {
    let Outcome { job, entries, missing } = outcome;
    let rounds = entries[0].rounds.len();
    let mut text = format!(
        "\n{}, sigmoid, quadratic, batch {}, eta {}, 60 000 samples; medians of {rounds} rounds\n\n",
        job.layers, job.batch, job.eta,
    );
    text += "            s/epoch  accuracy  gradito/peer     bar\n";
    for (index, entry) in entries.iter().enumerate() {
        let name = entry.contender.name;
        text += &format!("{name:<10} {:>8.4}  {:>8.4}", entry.seconds(), entry.accuracy());
        if index > 0 {
            let ratio = entry.ratio(&entries[0]);
            text += &format!("  {ratio:>12.3}");
            text += &match job.bar(name) {
                Some(bar) => {
                    format!("  ≤ {bar:.2}  {}", if ratio <= bar { "met" } else { "MISSED" })
                }
                None => String::new(),
            };
        }
        text += "\n";
    }
    text += "\n";
    for entry in &entries[1..] {
        text += &format!("{:<10} {}\n", entry.contender.name, entry.contender.version);
    }
    for absent in missing {
        text += &format!("{:<10} left out: {}\n", absent.name, absent.why);
        if let Some(install) = &absent.install {
            text += &format!("{:<10} to have it: {install}\n", "");
        }
    }
    text
}

/// The same as one JSON object, every round included.
pub fn json(processor: &str, core: Option<usize>, outcomes: &[Outcome]) -> Value {
    let jobs: Vec<Value> = outcomes.iter().map(job_json).collect();
    json!({ "processor": processor, "core": core, "threads": 1, "jobs": jobs })
}

fn job_json(outcome: &Outcome) -> Value {
    let Outcome { job, entries, missing } = outcome;
    let contenders = entries.iter().enumerate().map(|(index, entry)| {
        let ratio = (index > 0).then(|| entry.ratio(&entries[0]));
        let bar = job.bar(entry.contender.name);
        json!({
            "name": entry.contender.name,
            "version": entry.contender.version,
            "seconds_per_epoch": entry.seconds(),
            "accuracy": entry.accuracy(),
            "ratio": ratio,
            "bar": bar,
            "met": ratio.zip(bar).map(|(ratio, bar)| ratio <= bar),
            "rounds": rounds(entry),
        })
    });
    let missing = missing
        .iter()
        .map(|absent| json!({ "name": absent.name, "why": absent.why, "install": absent.install }));
    json!({
        "layers": job.layers,
        "batch": job.batch,
        "eta": job.eta,
        "contenders": contenders.collect::<Vec<_>>(),
        "missing": missing.collect::<Vec<_>>(),
    })
}

/// Seconds per epoch, round by round.
fn rounds(entry: &Entry) -> Vec<f64> {
    entry.rounds.iter().map(|round| round.seconds).collect()
}
