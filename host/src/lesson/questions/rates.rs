//! Question 4: a learning rate that is too large.

use super::{tested, trained};
use crate::figure::{Axis, Chart, Label};
use crate::lesson::{Findings, LessonError, Mnist, Value};
use crate::training::{Settings, TrainError};

/// From far too small to far too large.
const ETAS: [f32; 7] = [0.003, 0.03, 0.3, 3.0, 30.0, 100.0, 300.0];

pub fn too_large(found: &mut Findings, mnist: &Mnist) -> Result<(), LessonError> {
    let mut points = Vec::new();
    for eta in ETAS {
        let settings = Settings { eta, epochs: 1, ..Settings::default() };
        let accuracy = match trained(&settings, mnist) {
            Ok((trained, _)) => tested(&trained),
            // Chance is what is left of a network that has left the finite numbers.
            Err(LessonError::Train(TrainError::Diverged { .. })) => 0.1,
            Err(error) => return Err(error),
        };
        points.push((f64::from(eta), 100.0 * accuracy));
    }
    let at = |eta: f32| {
        let point = ETAS.iter().position(|&known| known == eta).map(|at| points[at].1);
        point.unwrap_or(0.0) / 100.0
    };
    for (name, eta) in [("eta_small", 0.003), ("eta_good", 3.0), ("eta_large", 300.0)] {
        found.value(name, Value::Word(eta.to_string()));
        found.share(format!("{name}_accuracy"), at(eta), 1);
    }
    let y = Axis::linear(Label::key("after_epoch")).from_to(0.0, 100.0);
    let rates = Chart::new(Axis::log(Label::key("rate")), y).marked(Label::none(), points);

    // C = v², whose slope is 2v, from v = 1.
    let way = |eta: f64, count: usize| {
        let mut v = 1.0;
        (0..count)
            .map(move |step| {
                let at = (step as f64, v * v);
                v -= eta * 2.0 * v;
                at
            })
            .collect::<Vec<_>>()
    };
    let (good, over, out) = (way(0.3, 7), way(0.95, 7), way(1.1, 7));
    found.number("bowl_start", out[0].1, 0);
    found.number("bowl_first", out[1].1, 2);
    found.number("bowl_last", out[6].1, 2);
    found.value("bowl_steps", Value::count(out.len() - 1));
    let bowl = Chart::new(Axis::linear(Label::key("step")), Axis::linear(Label::plain("C = v²")))
        .marked(Label::plain("η = 0.3"), good)
        .marked(Label::plain("η = 0.95"), over)
        .marked(Label::plain("η = 1.1"), out);
    let panels =
        [(Label::key("digits_panel"), rates.into()), (Label::key("bowl_panel"), bowl.into())];
    found.figure("rates", crate::figure::Figure::panels(2, panels));
    Ok(())
}
