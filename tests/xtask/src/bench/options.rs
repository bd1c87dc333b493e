//! The command line of `bench`.

use std::path::PathBuf;

use super::jobs::{self, JOBS, Job};
use super::peers;
use crate::machine;

/// What may follow `bench` on the command line.
pub const ARGUMENTS: &str = "[--rounds N] [--epochs N] [--jobs NAME,…] [--peers c,numpy,…]
        [--core N|any] [--data FOLDER] [--gradito FILE] [--json]";

/// The command line.
pub struct Options {
    pub rounds: Option<usize>,
    pub epochs: Option<usize>,
    pub jobs: Vec<&'static Job>,
    pub peers: Vec<&'static str>,
    pub core: Option<usize>,
    pub data: Option<PathBuf>,
    pub gradito: Option<PathBuf>,
    pub json: bool,
}

impl Options {
    /// # Errors
    ///
    /// If an option is not known or a value is not one.
    pub fn parse(arguments: &[String]) -> Result<Self, String> {
        let mut options = Self {
            rounds: None,
            epochs: None,
            jobs: JOBS.iter().collect(),
            peers: peers::NAMES.to_vec(),
            core: machine::core_to_time_on(),
            data: None,
            gradito: None,
            json: false,
        };
        let mut rest = arguments.iter();
        while let Some(flag) = rest.next() {
            if flag == "--json" {
                options.json = true;
                continue;
            }
            let mut value = || rest.next().ok_or(format!("{flag} takes a value"));
            match flag.as_str() {
                "--rounds" => options.rounds = Some(count(flag, value()?)?),
                "--epochs" => options.epochs = Some(count(flag, value()?)?),
                "--jobs" => options.jobs = jobs::named(value()?)?,
                "--peers" => options.peers = peer_list(value()?)?,
                "--core" => options.core = core(flag, value()?)?,
                "--data" => options.data = Some(value()?.into()),
                "--gradito" => options.gradito = Some(value()?.into()),
                _ => return Err(format!("bench does not take {flag}")),
            }
        }
        Ok(options)
    }
}

/// A number of times, at least 1.
fn count(flag: &str, value: &str) -> Result<usize, String> {
    match value.parse() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(format!("{flag} takes a number from 1")),
    }
}

/// The core to time on; `any` leaves the choice to the system. JAX is slower then, down to half its
/// speed where the other cores are busy, because it hands its work from one thread to another.
fn core(flag: &str, value: &str) -> Result<Option<usize>, String> {
    match (value, value.parse()) {
        ("any", _) => Ok(None),
        (_, Ok(number)) => Ok(Some(number)),
        _ => Err(format!("{flag} takes a core's number, or any")),
    }
}

/// Names of peers between commas.
fn peer_list(value: &str) -> Result<Vec<&'static str>, String> {
    let known = |name: &str| {
        let known = peers::NAMES.iter().find(|known| **known == name);
        let all = peers::NAMES.join(", ");
        known.copied().ok_or(format!("no peer is called '{name}'; there are {all}"))
    };
    value.split(',').map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, String> {
        Options::parse(&line.split_whitespace().map(String::from).collect::<Vec<_>>())
    }

    #[test]
    fn without_arguments_everything_is_measured() {
        let options = parse("").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((options.jobs.len(), options.peers.len()), (JOBS.len(), peers::NAMES.len()));
        assert_eq!((options.rounds, options.json), (None, false));
    }

    #[test]
    fn values_are_checked() {
        for line in ["--rounds 0", "--rounds", "--core x", "--peers c,d", "--jobs 3-3", "--fast"] {
            assert!(parse(line).is_err(), "{line}");
        }
        let options = parse("--peers c,jax --jobs 512 --rounds 2 --core any");
        let options = options.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(options.peers, ["c", "jax"]);
        assert_eq!((options.rounds, options.jobs.len(), options.core), (Some(2), 2, None));
    }
}
