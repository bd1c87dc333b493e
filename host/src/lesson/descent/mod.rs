//! Lesson 2: gradient descent on two variables.

mod hill;

use hill::{Place, bowl, descend, map, saddle, valley};

use super::{Cell, Context, Findings, LessonError, Table, Value};
use crate::figure::chart::Form;
use crate::figure::{Axis, Chart, Figure, Label, Map, Surface};

/// Where the ball starts in the bowl.
const START: (f64, f64) = (-1.8, 1.2);

/// From where to where the bowl is drawn, along both variables.
const SIDES: (f64, f64) = (-2.2, 2.2);

/// Too small, good, too large, far too large for the bowl.
const RATES: [(f64, &str); 4] =
    [(0.01, "too_small"), (0.15, "good"), (0.3, "overshoots"), (0.35, "diverges")];

/// Steps that are drawn, and steps whose costs are shown.
const STEPS: (usize, usize) = (12, 25);

pub fn compute(_: &Context) -> Result<Findings, LessonError> {
    let mut found = Findings::new();
    rolling(&mut found)?;
    rates(&mut found)?;
    promise(&mut found)?;
    at_a_saddle(&mut found)?;
    in_a_valley(&mut found)?;
    Ok(found)
}

fn number(number: f64, decimals: usize) -> Cell {
    Cell::Value(Value::Number { number, decimals })
}

fn small_and_large(number: f64) -> Cell {
    Cell::Value(Value::scientific(number))
}

fn places(way: &[Place]) -> impl Iterator<Item = (f64, f64)> + '_ {
    way.iter().map(|place| place.v)
}

/// The bowl from above.
fn bowl_map() -> Map {
    map(bowl, SIDES, SIDES, [0.1, 0.5, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0])
}

/// One way down the bowl, from above and in perspective.
fn rolling(found: &mut Findings) -> Result<(), LessonError> {
    let (eta, _) = RATES[1];
    let way = descend(bowl, START, eta, STEPS.0)?;
    let first = way[0];
    found.number("start_1", START.0, 1);
    found.number("start_2", START.1, 1);
    found.number("eta", eta, 2);
    found.number("start_c", first.c, 2);
    found.number("gradient_1", first.gradient.0, 1);
    found.number("gradient_2", first.gradient.1, 1);
    found.number("next_1", way[1].v.0, 2);
    found.number("next_2", way[1].v.1, 2);
    found.number("next_c", way[1].c, 2);
    found.value("steps", Value::count(STEPS.0));
    found.value("end_c", Value::scientific(way[STEPS.0].c));
    let above = bowl_map().path(Label::none(), places(&way));
    let coarse = map(bowl, SIDES, SIDES, []);
    // Fewer lines than the map has: each is seen in perspective.
    let (columns, every) = (coarse.size.0, 4);
    let thinned =
        |at: &usize| (at % columns).is_multiple_of(every) && (at / columns).is_multiple_of(every);
    let values = (0..coarse.values.len()).filter(thinned).map(|at| coarse.values[at]);
    let surface = Surface {
        x: (Label::plain("v₁"), SIDES),
        y: (Label::plain("v₂"), SIDES),
        z: Label::plain("C"),
        size: (columns.div_ceil(every), columns.div_ceil(every)),
        values: values.collect(),
        path: way.iter().map(|place| (place.v.0, place.v.1, place.c)).collect(),
    };
    let panels = [(Label::key("above"), above.into()), (Label::key("perspective"), surface.into())];
    found.figure("bowl", Figure::panels(2, panels));
    Ok(())
}

/// The same start with four learning rates.
fn rates(found: &mut Findings) -> Result<(), LessonError> {
    let headings = [Label::plain("η"), Label::key("happens")];
    let after = [1, 5, STEPS.1].map(|steps| Label::key("c_after").with(steps));
    let mut table =
        Table::new(headings.into_iter().chain(after).chain([Label::key("until_hundredth")]));
    let x = Axis::linear(Label::key("step")).from_to(0.0, STEPS.1 as f64 + 0.5);
    let mut chart = Chart::new(x, Axis::log(Label::plain("C")));
    let mut panels = Vec::new();
    for (eta, name) in RATES {
        let way = descend(bowl, START, eta, 500)?;
        let until = way.iter().position(|place| place.c < 0.01 * way[0].c);
        let title = Label::plain(format_args!("η = {eta}"));
        table.row([
            number(eta, 2),
            Label::key(name).into(),
            number(way[1].c, 3),
            number(way[5].c, 3),
            small_and_large(way[STEPS.1].c),
            until.map_or_else(|| Label::plain("—").into(), |steps| Value::count(steps).into()),
        ]);
        found.value(format!("{name}_c"), Value::scientific(way[STEPS.1].c));
        if let Some(until) = until {
            found.value(format!("{name}_until"), Value::count(until));
        }
        let costs = way.iter().take(STEPS.1 + 1).enumerate();
        let costs = costs.map(|(step, place)| (step as f64, place.c));
        chart = chart.marked(title.clone(), costs);
        let drawn = bowl_map().path(Label::none(), places(&way[..=STEPS.0]));
        panels.push((title, drawn.into()));
    }
    found.table("rates", table);
    found.figure("rates", Figure::panels(2, panels));
    found.figure("costs", chart);
    found.value("cost_steps", Value::count(STEPS.1));
    found.number("eta_small", RATES[0].0, 2);
    found.number("eta_overshoot", RATES[2].0, 2);
    found.number("eta_diverge", RATES[3].0, 2);
    // One step multiplies v₂ by 1 − 6η.
    for (name, (eta, _)) in [("factor_overshoot", RATES[2]), ("factor_diverge", RATES[3])] {
        let way = descend(bowl, (0.0, 1.0), eta, 1)?;
        found.number(name, way[1].v.1, 1);
    }
    Ok(())
}

/// What a step promises to first order, and what it keeps.
fn promise(found: &mut Findings) -> Result<(), LessonError> {
    let start = hill::place(bowl, START)?;
    let mut table = Table::new(
        [Label::plain("η"), Label::plain("−η‖∇C‖²"), Label::plain("ΔC")]
            .into_iter()
            .chain([Label::key("difference"), Label::key("kept")]),
    );
    let (mut promised, mut kept, mut missed) = (Vec::new(), Vec::new(), Vec::new());
    for eta in [1.0, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6] {
        let promise = -eta * start.steepness();
        let change = hill::place(bowl, start.step(eta))?.c - start.c;
        promised.push((eta, -promise));
        kept.push((eta, change.abs()));
        missed.push((eta, (change - promise).abs()));
        table.row([
            small_and_large(eta),
            small_and_large(promise),
            small_and_large(change),
            small_and_large(change - promise),
            number(change / promise, 6),
        ]);
        if eta == 1.0 {
            found.number("promise_1", promise, 1);
            found.number("change_1", change, 1);
        }
        if eta == 1e-3 {
            found.share("kept_small", change / promise, 2);
        }
    }
    found.number("steepness", start.steepness(), 1);
    // From one rate to one ten times smaller.
    found.number("difference_shrinks", missed[1].1 / missed[2].1, 0);
    found.table("promise", table);
    let chart = Chart::new(Axis::log(Label::plain("η")), Axis::log(Label::key("size")))
        .marked(Label::plain("|ΔC|"), kept)
        .with(Form::Dashed, Label::plain("η‖∇C‖²"), promised)
        .marked(Label::plain("|ΔC + η‖∇C‖²|"), missed);
    found.figure("promise", chart);
    Ok(())
}

/// Two starts: one ends on the saddle, one does not.
fn at_a_saddle(found: &mut Findings) -> Result<(), LessonError> {
    const ETA: f64 = 0.1;
    let (on, beside) = ((1.8, 0.0), (-1.8, 1e-3));
    let stuck = descend(saddle, on, ETA, 200)?;
    let free = descend(saddle, beside, ETA, 200)?;
    let last = |way: &[Place]| way[way.len() - 1];
    found.number("saddle_eta", ETA, 1);
    found.number("beside", beside.1, 3);
    found.value("saddle_steps", Value::count(200));
    found.value("stuck_steepness", Value::scientific(last(&stuck).steepness().sqrt()));
    found.number("stuck_c", last(&stuck).c, 2);
    found.number("free_c", last(&free).c, 2);
    // As good as stuck: nearer to the saddle than a tenth.
    let near = free.iter().filter(|place| place.v.0.abs() < 0.1 && place.v.1.abs() < 0.1).count();
    found.value("near_saddle", Value::count(near));
    let drawn = map(saddle, (-2.0, 2.0), (-1.6, 1.6), [-0.2, -0.1, 0.0, 0.25, 0.5, 1.0, 2.0, 3.0])
        .path(Label::key("on_ridge"), places(&stuck))
        .path(Label::key("beside_ridge"), places(&free));
    let costs = |way: &[Place]| {
        let steps = way.iter().take(121).enumerate();
        steps.map(|(step, place)| (step as f64, place.c)).collect::<Vec<_>>()
    };
    let chart = Chart::new(Axis::linear(Label::key("step")), Axis::linear(Label::plain("C")))
        .line(Label::key("on_ridge"), costs(&stuck))
        .line(Label::key("beside_ridge"), costs(&free));
    let panels = [(Label::key("above"), drawn.into()), (Label::key("by_step"), chart.into())];
    found.figure("saddle", Figure::panels(2, panels));
    Ok(())
}

/// The long way along the bottom of a narrow valley.
fn in_a_valley(found: &mut Findings) -> Result<(), LessonError> {
    const ETA: f64 = 1e-3;
    let start = (-1.2, 1.0);
    let way = descend(valley, start, ETA, 20_000)?;
    found.number("valley_eta", ETA, 3);
    let headings = [Label::key("step"), Label::plain("v₁"), Label::plain("v₂"), Label::plain("C")];
    let mut table =
        Table::new(headings.into_iter().chain([Label::plain("‖∇C‖"), Label::key("distance")]));
    for step in [0, 1, 10, 100, 1_000, 10_000, 20_000] {
        let place = way[step];
        let off = (1.0 - place.v.0, 1.0 - place.v.1);
        table.row([
            Value::count(step).into(),
            number(place.v.0, 4),
            number(place.v.1, 4),
            small_and_large(place.c),
            small_and_large(place.steepness().sqrt()),
            small_and_large((off.0 * off.0 + off.1 * off.1).sqrt()),
        ]);
    }
    found.table("valley", table);
    let bottom = way.iter().position(|place| place.c < 5.0).unwrap_or(0);
    let there = way.iter().position(|place| place.c < 1e-4).unwrap_or(0);
    found.number("valley_start", way[0].c, 1);
    found.value("bottom", Value::count(bottom));
    found.number("bottom_c", way[bottom].c, 2);
    found.value("there", Value::count(there));
    // Places far enough from each other to be told apart.
    let mut drawn: Vec<(f64, f64)> = Vec::new();
    for place in places(&way) {
        let far = |last: &(f64, f64)| {
            let off = (place.0 - last.0, place.1 - last.1);
            off.0 * off.0 + off.1 * off.1 > 0.05 * 0.05
        };
        if drawn.last().is_none_or(far) {
            drawn.push(place);
        }
    }
    let map = map(valley, (-1.6, 1.6), (-0.6, 1.8), [0.5, 2.0, 8.0, 32.0, 128.0, 512.0])
        .path(Label::none(), drawn);
    let costs = way.iter().enumerate().skip(1).filter(|(step, _)| is_shown(*step));
    let costs = costs.map(|(step, place)| (step as f64, place.c));
    let chart = Chart::new(Axis::log(Label::key("step")), Axis::log(Label::plain("C")))
        .line(Label::none(), costs);
    let panels = [(Label::key("above"), map.into()), (Label::key("by_step"), chart.into())];
    found.figure("valley", Figure::panels(2, panels));
    // The same start with a larger rate.
    let leaping = descend(valley, start, 5.0 * ETA, 10_000)?;
    found.number("leaping_eta", 5.0 * ETA, 3);
    found.number("leaping_first", leaping[1].c, 1);
    found.number("leaping_last", leaping[10_000].c, 2);
    found.value("small_last", Value::scientific(way[10_000].c));
    Ok(())
}

/// Some of the steps, evenly on a logarithmic axis.
fn is_shown(step: usize) -> bool {
    let digits = 10_usize.pow(step.max(1).ilog10());
    step < 100 || step.is_multiple_of(digits / 10)
}
