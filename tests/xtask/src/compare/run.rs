//! A peer's program in the emulator, and what it prints.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::pictures::PICTURES;
use crate::bench::statistics::median;
use crate::shell;

/// The board, of which the emulator has the machine: a Cortex-M4F.
pub const BOARD: &str = "mps2-an386";

/// Instructions.
#[derive(Clone, Debug, PartialEq)]
pub struct Figures {
    /// Of an inference, the median.
    pub inference: f64,
    /// Of the inference of a picture without a zero.
    pub white: f64,
    /// Of a training step with one sample, the median; `None` if it does not train.
    pub step: Option<f64>,
    /// Pictures whose digit was found.
    pub recognised: usize,
}

/// Pictures that each program has to recognise: weights that it understands otherwise would be seen.
const LEAST: usize = PICTURES * 3 / 4;

/// Runs `program` in the folder `work`, where the pictures are, with the parameters of `model`.
///
/// # Errors
///
/// If it fails, or does not compute what it should.
pub fn emulated(program: &Path, work: &Path, model: &Path) -> Result<Figures, String> {
    let copied = fs::copy(model, work.join("model"));
    copied.map_err(|error| format!("{}: {error}", model.display()))?;
    let mut emulator = Command::new("qemu-system-arm");
    emulator.current_dir(work);
    emulator.args(["-M", BOARD, "-display", "none", "-monitor", "none", "-serial", "none"]);
    emulator.args(["-icount", "shift=0", "-semihosting-config", "enable=on,target=native"]);
    eprintln!("+ {}", shell::show(emulator.arg("-kernel").arg(program)));
    Figures::read(&shell::output(&mut emulator)?)
}

impl Figures {
    /// From lines of a word and a number.
    fn read(text: &str) -> Result<Self, String> {
        let all = |word: &str| {
            let lines = text.lines().filter_map(move |line| line.split_once(' '));
            let numbers = lines.filter(move |(name, _)| *name == word);
            numbers.filter_map(|(_, number)| number.trim().parse::<f64>().ok()).collect::<Vec<_>>()
        };
        let missing = |what: &str| format!("a peer prints no '{what}'");
        let middle = |word: &str| median(all(word).into_iter());
        let recognised = all("recognised").iter().sum::<f64>() as usize;
        let learnt = all("learnt");
        if recognised < LEAST || (!learnt.is_empty() && learnt.iter().sum::<f64>() < LEAST as f64) {
            return Err(format!(
                "a peer recognises {recognised} of {PICTURES} pictures: its weights are others"
            ));
        }
        Ok(Self {
            inference: middle("infer").ok_or_else(|| missing("infer"))?,
            white: middle("white").ok_or_else(|| missing("white"))?,
            step: middle("step"),
            recognised,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_medians_of_what_is_printed() {
        let known = "recognised 1\r\n".repeat(15);
        let text = format!("infer 3\ninfer 1\ninfer 9\nwhite 20\n{known}");
        let figures = Figures { inference: 3.0, white: 20.0, step: None, recognised: 15 };
        assert_eq!(Figures::read(&text), Ok(figures.clone()));
        let trained = format!("{text}step 7\nstep 5\n{}", "learnt 1\n".repeat(20));
        assert_eq!(Figures::read(&trained), Ok(Figures { step: Some(6.0), ..figures }));
    }

    #[test]
    fn what_is_missing_or_not_recognised_is_told() {
        let known = "recognised 1\n".repeat(20);
        assert_eq!(Figures::read(&known), Err("a peer prints no 'infer'".to_owned()));
        let wrong = format!("infer 3\nwhite 4\n{}", "recognised 0\n".repeat(20));
        let error = Figures::read(&wrong).unwrap_err();
        assert!(error.contains("recognises 0 of 20 pictures"), "{error}");
        let unlearnt = format!("infer 3\nwhite 4\n{known}{}", "learnt 0\n".repeat(20));
        assert!(Figures::read(&unlearnt).is_err());
    }
}
