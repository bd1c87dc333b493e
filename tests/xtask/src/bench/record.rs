//! The results, for programs: one JSON object, which pictures are drawn from as well.

use serde_json::{Value, json};

use super::Machine;
use super::limits::Limits;
use super::measure::{Entry, Outcome};
use super::statistics::rounded;
use super::sweep::Panel;

/// Everything that was measured, every round included.
pub fn json(machine: &Machine, limits: &Limits, outcomes: &[Outcome], panels: &[Panel]) -> Value {
    json!({
        "processor": machine.processor,
        "system": machine.system,
        "date": machine.date,
        "core": machine.core,
        "limits": limits.json(),
        "jobs": outcomes.iter().map(job).collect::<Vec<_>>(),
        "panels": panels.iter().map(Panel::json).collect::<Vec<_>>(),
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

/// The object as text, a line for each value down to `depth` and everything below on one line: a
/// file to be read and compared, not one of a thousand lines.
pub fn spread(value: &Value, depth: usize) -> String {
    fn write(value: &Value, depth: usize, indent: &str, text: &mut String) {
        let inner = format!("{indent}  ");
        let parts: Vec<(String, &Value)> = match value {
            Value::Object(object) if depth > 0 && !object.is_empty() => {
                object.iter().map(|(name, value)| (format!("\"{name}\": "), value)).collect()
            }
            Value::Array(array) if depth > 0 && !array.is_empty() => {
                array.iter().map(|value| (String::new(), value)).collect()
            }
            _ => {
                *text += &value.to_string();
                return;
            }
        };
        let (open, close) = if value.is_object() { ('{', '}') } else { ('[', ']') };
        text.push(open);
        for (index, (name, value)) in parts.into_iter().enumerate() {
            *text += if index > 0 { ",\n" } else { "\n" };
            *text += &(inner.clone() + &name);
            write(value, depth - 1, &inner, text);
        }
        *text += &format!("\n{indent}{close}");
    }
    let mut text = String::new();
    write(value, depth, "", &mut text);
    text + "\n"
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

    #[test]
    fn a_spread_value_is_the_same_value() {
        let value = json!({ "a": [{ "b": [1, 2] }, {}], "c": "d \"e\"", "f": [] });
        for depth in 0..5 {
            let read: Result<Value, _> = serde_json::from_str(&spread(&value, depth));
            assert_eq!(read.ok(), Some(value.clone()), "depth {depth}");
        }
        assert_eq!(
            spread(&json!({ "a": [1, [2]] }), 2),
            "{\n  \"a\": [\n    1,\n    [2]\n  ]\n}\n"
        );
    }
}
