//! The results, for people.

use super::Outcome;
use super::run::Figures;
use crate::bench::statistics::grouped;

/// A table a network. Behind a peer's instructions is how many times gradito's they are.
pub fn text(outcomes: &[Outcome]) -> String {
    let mut text = String::new();
    for Outcome { network, gradito, peers } in outcomes {
        text += &format!(
            "{}\n\n{:<22} {:>15} {:>15} {:>15} {:>10}\n",
            network.title,
            "instructions of",
            "an inference",
            "without a zero",
            "a step",
            "recognised"
        );
        text += &row("gradito", gradito, gradito);
        for (name, figures) in peers {
            text += &row(name, figures, gradito);
        }
        text.push('\n');
    }
    text
}

fn row(name: &str, figures: &Figures, gradito: &Figures) -> String {
    let cell = |count: f64, own: f64| format!("{} {:>5.2}", grouped(count), count / own);
    let inference = cell(figures.inference, gradito.inference);
    let white = cell(figures.white, gradito.white);
    let step = figures.step.zip(gradito.step).map(|(step, own)| cell(step, own));
    let step = step.unwrap_or_else(|| "-".to_owned());
    format!("{name:<22} {inference:>15} {white:>15} {step:>15} {:>10}\n", figures.recognised)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peers_have_their_ratio() {
        let gradito =
            Figures { inference: 16_640.0, white: 80_000.0, step: Some(1000.0), recognised: 20 };
        let peer = Figures { inference: 33_280.0, white: 40_000.0, step: None, recognised: 19 };
        let wanted = format!(
            "C{:21} {:>15} {:>15} {:>15} {:>10}\n",
            "", "33 280  2.00", "40 000  0.50", "-", 19
        );
        assert_eq!(row("C", &peer, &gradito), wanted);
    }
}
