//! `gradito inspect --board`: what a model will take of a board, and whether it fits.

use std::fmt::Write;
use std::time::Duration;

use gradito_core::layer::LayerShape;
use gradito_core::quantized::weights::WeightKind;
use gradito_link::board::{BOARDS, Board};
use serde::Serialize;

use crate::cli::CliError;
use crate::cli::arguments::TestSetArguments;
use crate::cli::eval::samples;
use crate::cli::inspect::{BoardChoice, InspectArguments};
use crate::cli::output::count;
use crate::data::{Dataset, InputKind, Source};
use crate::footprint::{self, Alternative, Demand, Fit, Lit, Memory, Purpose, Work, lit};
use crate::model::{AnyModel, Evaluate, Model};
use crate::terminal;
use crate::training::{SettingsError, TrainError};

/// Samples whose inputs are counted: the first of the test set.
const SAMPLES: usize = 100;

/// What `inspect --json --board` prints of the model's cost.
#[derive(Serialize)]
pub struct Costs {
    /// How many samples the typical counts are the medians of; 0 if there were none.
    samples: usize,
    works: Vec<JobWork>,
    boards: Vec<BoardCosts>,
}

/// What an estimate is made of.
#[derive(Serialize)]
struct JobWork {
    purpose: &'static str,
    /// See [`footprint::work::TERMS`]; of the median sample.
    terms: Vec<f64>,
    frozen: Vec<f64>,
    code_terms: Vec<f64>,
    ram: usize,
}

/// On one board.
#[derive(Serialize)]
struct BoardCosts {
    board: &'static str,
    core: &'static str,
    jobs: Vec<JobCosts>,
}

/// What is done with the model on a board.
#[derive(Serialize)]
struct JobCosts {
    purpose: &'static str,
    fits: bool,
    code: Need,
    model: Need,
    ram: Need,
    /// Of an inference, or of the training step of a sample.
    typical: Time,
    /// With no input that is 0.
    worst: Time,
    /// What would fit.
    would_fit: Vec<String>,
}

/// Bytes that are needed, and that there are.
#[derive(Clone, Copy, Serialize)]
struct Need {
    needed: usize,
    there: usize,
}

/// Estimated.
#[derive(Clone, Copy, Serialize)]
struct Time {
    instructions: u64,
    /// At the board's clock, were each instruction to take one.
    seconds: f64,
}

/// Something to be done with the model, and the work it is.
struct Job {
    what: String,
    demand: Demand,
    /// Of each sample.
    works: Vec<Work>,
    worst: Work,
}

/// What `model` costs on the boards that were asked for, if any were.
///
/// # Errors
///
/// If the data that was named cannot be read or is not the model's.
pub fn costs(
    arguments: &InspectArguments,
    model: &AnyModel,
    bytes: usize,
) -> Result<Option<(Costs, String)>, CliError> {
    let boards: Vec<&Board> = match arguments.board {
        None => return Ok(None),
        Some(BoardChoice::All) => BOARDS.iter().collect(),
        Some(BoardChoice::One(board)) => vec![board],
    };
    let (jobs, samples) = match model {
        AnyModel::F32(typed) => {
            let set = set(arguments, typed)?;
            let mut demand = demand(typed, Purpose::Inference, bytes);
            let mut jobs = vec![job("inference".to_owned(), demand.clone(), model, set.as_ref())];
            demand.purpose = Purpose::Training;
            demand.batch = arguments.batch.map_or(typed.provenance.batch as usize, Into::into);
            let (frozen, layers) = (arguments.freeze, demand.shapes.len());
            if frozen >= layers {
                return Err(TrainError::from(SettingsError::Frozen { frozen, layers }).into());
            }
            demand.frozen = frozen;
            let mut what = format!("training, batch {}", demand.batch);
            if demand.frozen > 0 {
                what += &format!(", {} frozen", demand.frozen);
            }
            jobs.push(job(what, demand, model, set.as_ref()));
            (jobs, set.map_or(0, |set| set.len()))
        }
        // What weights of fewer bits take was not measured.
        AnyModel::Quantized(typed) if typed.network.weights() != WeightKind::I8 => (Vec::new(), 0),
        AnyModel::Quantized(typed) => {
            let set = set(arguments, typed)?;
            let bits = typed.network.reads_bits();
            let purpose = if bits { Purpose::Bits } else { Purpose::Bytes };
            let demand = demand(typed, purpose, bytes);
            let jobs = vec![job("inference".to_owned(), demand, model, set.as_ref())];
            (jobs, set.map_or(0, |set| set.len()))
        }
    };
    let found: Vec<BoardCosts> = boards.iter().map(|board| on_board(board, &jobs)).collect();
    let text = boards.iter().zip(&found).map(|(board, found)| text(board, found, &jobs)).collect();
    let works = jobs.iter().map(JobWork::of).collect();
    Ok(Some((Costs { samples, works, boards: found }, text)))
}

/// The first test samples of the data that was named or, if none was, of MNIST where that is the
/// model's; as the first layer reads them. What stages take is not estimated.
fn set<N>(arguments: &InspectArguments, model: &Model<N>) -> Result<Option<Dataset>, CliError> {
    let set = TestSetArguments {
        data: arguments.data.clone().unwrap_or(Source::Mnist),
        label: arguments.label.clone(),
        all: false,
    };
    let found = match (samples(&set, model), &arguments.data) {
        (Ok((set, _)), _) => set,
        (Err(_), None) => return Ok(None),
        (Err(error), Some(_)) => return Err(error),
    };
    let rows: Vec<u32> = (0..found.len().min(SAMPLES) as u32).collect();
    Ok((!rows.is_empty()).then(|| found.select(&rows).staged(&model.input)))
}

fn demand<N: Evaluate>(model: &Model<N>, purpose: Purpose, bytes: usize) -> Demand {
    let shapes = model.network.shapes();
    let pixels = matches!(model.input, InputKind::Pixels { .. });
    let bare = Demand { shapes, purpose, pixels, batch: 1, frozen: 0, around: 0 };
    Demand { around: bytes.saturating_sub(bare.image()), ..bare }
}

fn job(what: String, demand: Demand, model: &AnyModel, set: Option<&Dataset>) -> Job {
    let Demand { ref shapes, purpose, frozen, .. } = demand;
    let work = |lit: &Lit| Work::new(shapes, purpose, lit, frozen);
    let works =
        set.map_or(Vec::new(), |set| lit::of_samples(model, set).iter().map(work).collect());
    let worst = work(&lit::all(shapes, purpose));
    Job { what, demand, works, worst }
}

impl Job {
    /// Instructions of the median sample, and of the worst.
    fn instructions(&self, board: &Board) -> Option<[f64; 2]> {
        let of = |work| footprint::instructions(board, self.demand.purpose, work);
        let worst = of(&self.worst)?;
        let mut all: Vec<f64> = self.works.iter().filter_map(of).collect();
        all.sort_unstable_by(f64::total_cmp);
        Some([all.get(all.len() / 2).copied().unwrap_or(worst), worst])
    }
}

impl JobWork {
    fn of(job: &Job) -> Self {
        // By the weights that are worked on, the kind that takes most.
        let mut works: Vec<_> = job.works.iter().map(Work::terms).collect();
        works.sort_unstable_by(|(_, one), (_, other)| one[7].total_cmp(&other[7]));
        let median = works.get(works.len() / 2).copied();
        let (frozen, terms) = median.unwrap_or_else(|| job.worst.terms());
        Self {
            purpose: job.demand.purpose.name(),
            terms: terms.to_vec(),
            frozen: frozen.map_or(Vec::new(), |terms| terms.to_vec()),
            code_terms: job.worst.code_terms().to_vec(),
            ram: job.demand.ram(),
        }
    }
}

fn on_board(board: &'static Board, jobs: &[Job]) -> BoardCosts {
    let costs = |job: &Job| {
        let fit = Fit::of(board, &job.demand)?;
        let time = |instructions: f64| Time {
            instructions: instructions.round() as u64,
            seconds: instructions.round() / f64::from(board.clock_hz),
        };
        let [typical, worst] = job.instructions(board)?.map(time);
        let need = |Memory { needed, there }| Need { needed, there };
        let alternatives = if fit.fits() { Vec::new() } else { job.demand.alternatives(board) };
        Some(JobCosts {
            purpose: job.demand.purpose.name(),
            fits: fit.fits(),
            code: need(fit.code),
            model: need(fit.model),
            ram: need(fit.ram),
            typical,
            worst,
            would_fit: alternatives.iter().map(|what| words(what, &job.demand.shapes)).collect(),
        })
    };
    BoardCosts {
        board: board.name,
        core: board.core,
        jobs: jobs.iter().filter_map(costs).collect(),
    }
}

/// What would fit, in words.
fn words(alternative: &Alternative, shapes: &[LayerShape]) -> String {
    match alternative {
        Alternative::Batch(samples) => format!("batches of up to {samples}"),
        Alternative::Frozen(layers) => {
            format!(
                "its first {} left in flash (--freeze {layers})",
                count(*layers as u64, "layer")
            )
        }
        Alternative::Quantized => "the same network of 8-bit numbers (gradito quantize)".to_owned(),
        Alternative::Hidden(widths) => {
            let ends = [shapes[0].inputs, shapes[shapes.len() - 1].outputs];
            let inner = widths.iter().map(|width| format!("{width}-")).collect::<String>();
            format!("{}-{inner}{}", ends[0], ends[1])
        }
    }
}

/// For people.
fn text(board: &Board, costs: &BoardCosts, jobs: &[Job]) -> String {
    let mut text = format!(
        "\n{}: {}, {}, {} MHz\n",
        board.name,
        board.title,
        board.core,
        f64::from(board.clock_hz) / 1e6
    );
    if costs.jobs.is_empty() {
        text += "  what such a network takes there was never measured\n";
    }
    for (job, costs) in jobs.iter().zip(&costs.jobs) {
        let _ = writeln!(text, "  {}", job.what);
        let bytes = |bytes: usize| terminal::bytes(bytes as u64);
        let mut line = |name: &str, need: Need| {
            let excess = need.needed.saturating_sub(need.there);
            let verdict = match excess {
                0 => String::new(),
                _ => format!(": {} too many", count(excess as u64, "byte")),
            };
            let (needed, there) = (bytes(need.needed), bytes(need.there));
            let _ = writeln!(text, "    {name:<14} {needed:>10} of {there}{verdict}");
        };
        line("flash, code", costs.code);
        line("flash, model", costs.model);
        line("RAM and stack", costs.ram);
        let each = if job.demand.purpose == Purpose::Training { " a sample" } else { "" };
        let time = |Time { instructions, seconds }: Time| {
            let clocks = terminal::duration(Duration::from_secs_f64(seconds));
            format!("{instructions:>10} instructions{each} ({clocks} at a clock each)")
        };
        if !job.works.is_empty() {
            let _ = writeln!(text, "    {:<14} {}", "typical", time(costs.typical));
        }
        let _ = writeln!(text, "    {:<14} {}, if no input is 0", "worst", time(costs.worst));
        let verdict = match (costs.fits, &costs.would_fit[..]) {
            (true, _) => "it fits".to_owned(),
            (false, []) => "it does not fit".to_owned(),
            (false, would) => format!("it does not fit; this would: {}", would.join(", or ")),
        };
        let _ = writeln!(text, "    {verdict}");
    }
    text
}
