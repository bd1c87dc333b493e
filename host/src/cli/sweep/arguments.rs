//! The flags of `gradito sweep`, as those of [the rest](crate::cli).

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand, ValueHint};
use gradito_core::kind::{ActivationKind, CostKind, InitKind, MathKind};

use crate::cli::arguments::DataArguments;
use crate::cli::values::{at_least_one, below_one, hidden, threads, whole};
use crate::simd::Level;
use crate::sweep::{Search, Shard, Space, Values, Workers, topologies};
use crate::training::Topology;

/// `gradito sweep`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub struct SweepArguments {
    /// Something else than to search.
    #[command(subcommand)]
    pub command: Option<SweepCommand>,

    /// Widths, with braces for what is tried, quoted
    ///
    /// The braces are read as a shell reads them: 784-{5,10,20}-10, {10..50..10} for 10 to 50 in
    /// steps of 10, and 784-{,30-}10 for none or one hidden layer; commas outside of braces separate
    /// topologies. Quoted, because a shell would make several arguments of it.
    /// Unless given: 784-{5,10,20,30,50,100,200}-10.
    #[arg(long, value_name = "WIDTHS", default_value = "784-{5,10,20,30,50,100,200}-10", value_parser = layers, hide_default_value = true, help_heading = "Network")]
    layers: Layers,
    /// Activations of the hidden layers
    ///
    /// Any of sigmoid, tanh, relu and identity, joined by commas.
    #[arg(long, value_name = "NAMES", default_value = "sigmoid", value_delimiter = ',', value_parser = hidden, help_heading = "Network")]
    activation: Vec<ActivationKind>,
    /// What training makes small
    ///
    /// Any of quadratic, cross-entropy and softmax, joined by commas.
    #[arg(
        long,
        value_name = "NAMES",
        default_value = "quadratic",
        value_delimiter = ',',
        help_heading = "Network"
    )]
    cost: Vec<CostKind>,
    /// Activation of the outputs [default: the cost's]
    #[arg(long, value_name = "NAME", help_heading = "Network")]
    output: Option<ActivationKind>,
    /// Schemes of the first weights
    ///
    /// Any of scaled and unit, joined by commas.
    #[arg(
        long,
        value_name = "NAMES",
        default_value = "scaled",
        value_delimiter = ',',
        help_heading = "Network"
    )]
    init: Vec<InitKind>,
    /// Software for exp and tanh
    ///
    /// One of poly, libm and micromath, as for gradito train.
    #[arg(long, value_name = "NAME", default_value_t = MathKind::Poly, help_heading = "Network")]
    math: MathKind,

    /// Passes over the training samples
    ///
    /// With --halving those of the last rung.
    #[arg(long, value_name = "N", default_value = "10", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroU32>, help_heading = "Training")]
    epochs: NonZeroU32,
    /// Samples in a mini-batch: a list
    #[arg(long, value_name = "LIST", default_value = "10", allow_negative_numbers = true, value_delimiter = ',', value_parser = at_least_one::<NonZeroUsize>, help_heading = "Training")]
    batch: Vec<NonZeroUsize>,
    /// Learning rates η: a list or a range
    ///
    /// As in 0.1,0.5,3, or for --random 0.01..10; a range is drawn from evenly on a logarithmic
    /// scale.
    #[arg(long, value_name = "RATES", default_value = "3.0", allow_hyphen_values = true, value_parser = rates, help_heading = "Training")]
    eta: Values,
    /// Momentum coefficients μ, each below 1
    ///
    /// A list, as in 0,0.5,0.9.
    #[arg(long, value_name = "LIST", default_value = "0", allow_negative_numbers = true, value_delimiter = ',', value_parser = below_one, help_heading = "Training")]
    momentum: Vec<f32>,
    /// Strengths λ of L2 decay, as --eta
    #[arg(long, value_name = "LAMBDAS", default_value = "0", allow_hyphen_values = true, value_parser = strengths, help_heading = "Training")]
    l2: Values,
    /// Stop each run after so many mini-batches
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroU64>, conflicts_with = "halving", help_heading = "Training")]
    steps: Option<NonZeroU64>,

    /// Seeds that each configuration is trained with
    #[arg(long, value_name = "N", default_value = "5", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroU32>, help_heading = "Search")]
    seeds: NonZeroU32,
    /// First seed
    ///
    /// The others follow it. The division of data, and what --random tries, follow from the first.
    #[arg(long, value_name = "N", default_value_t = 1, allow_negative_numbers = true, value_parser = whole::<u64>, help_heading = "Search")]
    seed: u64,
    /// Try so many configurations, drawn by chance
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = at_least_one::<NonZeroUsize>, conflicts_with = "halving", help_heading = "Search")]
    random: Option<NonZeroUsize>,
    /// Train all for a few epochs, the best third for more
    ///
    /// Successive halving: of each rung the best third goes on to the next, with three times the
    /// epochs, beginning anew.
    #[arg(long, help_heading = "Search")]
    halving: bool,
    /// Do only a part of the runs: 1/4 to 4/4
    ///
    /// For several machines, or array jobs of a cluster, each with its own --out; gradito sweep merge
    /// joins them.
    #[arg(long, value_name = "I/N", conflicts_with_all = ["halving", "html"], help_heading = "Search")]
    pub shard: Option<Shard>,

    /// The data.
    #[command(flatten)]
    pub data: DataArguments,
    /// What comes of it.
    #[command(flatten)]
    pub results: OutputArguments,
    /// Who does it.
    #[command(flatten)]
    pub machine: MachineArguments,
}

/// What else can be done with a sweep.
#[derive(Debug, Subcommand)]
pub enum SweepCommand {
    /// Join the results of shards, and choose among them
    ///
    /// The folders must be of one sweep. The data flags are those of the sweep: its winner is
    /// tested.
    Merge(Box<MergeArguments>),
}

/// `gradito sweep merge`.
#[derive(Args, Debug)]
pub struct MergeArguments {
    /// Results folders of shards
    #[arg(required = true, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub shards: Vec<PathBuf>,
    /// The data.
    #[command(flatten)]
    pub data: DataArguments,
    /// What comes of it.
    #[command(flatten)]
    pub output: OutputArguments,
    /// Who does it.
    #[command(flatten)]
    pub machine: MachineArguments,
}

/// What comes of a sweep.
#[derive(Args, Debug)]
pub struct OutputArguments {
    /// Folder for the results
    ///
    /// One that is not there, is empty, or holds this very sweep: then it goes on.
    #[arg(long, value_name = "FOLDER", default_value = "results", value_hint = ValueHint::DirPath, help_heading = "Output")]
    pub out: PathBuf,
    /// Write a page with table and pictures, too
    #[arg(long, help_heading = "Output")]
    pub html: bool,
    /// Print one JSON object on standard output
    #[arg(long, help_heading = "Output")]
    pub json: bool,
}

/// Who does the runs.
#[derive(Args, Debug)]
pub struct MachineArguments {
    /// Runs side by side, one thread each [default: all cores]
    ///
    /// The result is the same.
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = threads, help_heading = "Machine")]
    jobs: Option<NonZeroUsize>,
    /// Vector instructions [default: the fastest]
    ///
    /// One of baseline, avx2 and avx512, as far as the machine has it; the result is the same.
    #[arg(long, value_name = "LEVEL", help_heading = "Machine")]
    simd: Option<Level>,
}

/// Topologies, as one value of a flag.
#[derive(Clone, Debug)]
struct Layers(Vec<Topology>);

impl SweepArguments {
    /// The space.
    pub fn space(&self) -> Space {
        Space {
            layers: self.layers.0.clone(),
            activations: self.activation.clone(),
            costs: self.cost.clone(),
            output: self.output,
            inits: self.init.clone(),
            math: self.math,
            etas: self.eta.clone(),
            momenta: self.momentum.clone(),
            l2s: self.l2.clone(),
            batches: self.batch.iter().map(|batch| batch.get()).collect(),
            epochs: self.epochs.get(),
            steps: self.steps.map(NonZeroU64::get),
            stages: self.data.stage,
            seed: self.seed,
            seeds: self.seeds,
        }
    }

    /// How it is searched.
    pub fn search(&self) -> Search {
        match (self.random, self.halving) {
            (_, true) => Search::Halving,
            (Some(count), false) => Search::Random(count),
            (None, false) => Search::Grid,
        }
    }
}

impl MachineArguments {
    /// The workers.
    pub fn workers(&self) -> Workers {
        let all = Workers::default();
        Workers { jobs: self.jobs.unwrap_or(all.jobs), level: self.simd.unwrap_or(all.level) }
    }
}

fn layers(text: &str) -> Result<Layers, String> {
    topologies(text).map(Layers).map_err(|error| error.to_string())
}

/// Values that `hold`, or else what they must be.
fn values(text: &str, holds: impl Fn(f32) -> bool, must: &str) -> Result<Values, String> {
    match Values::from_str(text) {
        Ok(values) if values.all(holds) => Ok(values),
        Ok(_) => Err(format!("each must be {must}")),
        Err(error) => Err(error.to_string()),
    }
}

fn rates(text: &str) -> Result<Values, String> {
    values(text, |value| value > 0.0, "a positive number")
}

fn strengths(text: &str) -> Result<Values, String> {
    values(text, |value| value >= 0.0, "0 or a positive number")
}
