//! `cargo xtask compare`: what an inference and a training step take on an emulated Cortex-M4F, in
//! gradito and in other code.
//!
//! The peers are in C, in `tests/peers/device`; all programs get the same pictures and the same
//! weights, and run in the same emulator.

mod gradito;
mod peers;
mod pictures;
mod run;
mod table;

use std::fs;

use crate::Failure;
use crate::setup;
use crate::shell;
use crate::steps::Steps;
use gradito::Gradito;
use peers::{NETWORKS, Network};
use run::Figures;

/// A network, and what everyone takes for it.
struct Outcome {
    network: &'static Network,
    gradito: Figures,
    peers: Vec<(&'static str, Figures)>,
}

pub fn run(arguments: &[String]) -> Result<(), Failure> {
    if !arguments.is_empty() {
        return Err(Failure::Usage("compare takes no arguments".into()));
    }
    let mut steps = Steps::default();
    setup::install(setup::COMPARISON, &mut steps);
    let mut outcomes = Vec::new();
    steps.attempt("comparison", || {
        let work = shell::target()?.join("compare");
        fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
        let gradito = Gradito::new(&work)?;
        let pictures = pictures::write(&work)?;
        let headers = peers::emlearn(&work);
        for network in NETWORKS {
            let model = gradito.train(network)?;
            let mut found = Vec::new();
            for peer in network.peers {
                match peer.headers(&headers) {
                    Ok(folder) => {
                        found.push((peer.name, peer.measure(network, folder, &work, &model)?));
                    }
                    Err(why) => eprintln!("{} is left out: {why}", peer.name),
                }
            }
            let gradito = gradito.measure(network, &model, &pictures)?;
            outcomes.push(Outcome { network, gradito, peers: found });
        }
        Ok(())
    });
    print!("{}", table::text(&outcomes));
    steps.finish()
}
