//! The command line of `bench`.

use std::path::PathBuf;

use super::jobs::{self, JOBS, Job};
use super::peers;
use crate::machine;

/// What may follow `bench` on the command line.
pub const ARGUMENTS: &str = "[--rounds N] [--epochs N] [--jobs NAME,…] [--peers c,numpy,…]
        [--core N|any] [--data FOLDER] [--gradito FILE] [--json]
        [--plots [FOLDER]] [--redraw FILE]";

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
    /// The folder for pictures, if there are to be any.
    pub plots: Option<PathBuf>,
    /// The numbers of an earlier run, to be drawn instead of measuring.
    pub redraw: Option<PathBuf>,
}

/// Where pictures go, in the workspace's folder, if nothing else is said.
pub const PLOTS: &str = "docs";

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
            plots: None,
            redraw: None,
        };
        let mut rest = arguments.iter().peekable();
        while let Some(flag) = rest.next() {
            match flag.as_str() {
                "--json" => {
                    options.json = true;
                    continue;
                }
                "--plots" => {
                    let folder = rest.next_if(|next| !next.starts_with("--"));
                    let docs = || crate::shell::root().join(PLOTS);
                    options.plots = Some(folder.map_or_else(docs, PathBuf::from));
                    continue;
                }
                _ => {}
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
                "--redraw" => options.redraw = Some(value()?.into()),
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
    fn without_arguments_everything_is_measured_and_nothing_drawn() {
        let options = parse("").unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((options.jobs.len(), options.peers.len()), (JOBS.len(), peers::NAMES.len()));
        assert_eq!((options.rounds, options.json, options.plots), (None, false, None));
    }

    #[test]
    fn the_folder_of_the_pictures_may_be_left_out() {
        let plots = |line| parse(line).ok().and_then(|options| options.plots);
        let docs = Some(crate::shell::root().join("docs"));
        assert_eq!(plots("--plots"), docs);
        assert_eq!(plots("--plots --json"), docs);
        assert_eq!(plots("--plots somewhere --json"), Some("somewhere".into()));
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
