//! The networks that matter, compiled for their widths; all others run on run-time widths.
//!
//! A line of the table is one compiled training loop: widths, activations and cost, with the
//! default math and plain SGD. The digest is the same either way; only the time differs.

use gradito_core::cost;
use gradito_core::kind::CostKind;
use gradito_core::layer::LayerShape;
use gradito_core::network::Feedforward;
use gradito_core::optimizer::{L2, Momentum, Optimizer, Sgd};
use gradito_core::report::Diverged;
use gradito_core::{Network, network};
use zerocopy::FromZeros;

use super::engine::{Engine, Machine, Trainer};
use super::samples::{FeatureRows, LitImages, Samples};
use super::settings::Settings;
use crate::network::{AnyActivation, AnyCost, RuntimeNetwork};

/// Declares the table.
macro_rules! listed {
    ($($inputs:literal => $($layers:tt $activation:ident)=>+, $cost:ident;)+) => {
        /// The widths, activations and costs of the listed networks.
        pub fn listed() -> Vec<(Vec<LayerShape>, CostKind)> {
            vec![$((shapes::<network!($inputs => $($layers $activation)=>+)>(), CostKind::$cost)),+]
        }

        /// The engine of the listed network that `settings` describe, if they describe one.
        fn compiled(
            settings: &Settings,
            machine: Machine,
        ) -> Result<Box<dyn Engine<LitImages>>, Machine> {
            let wanted = (settings.shapes(), settings.cost);
            if settings.momentum != 0.0 || settings.l2 != 0.0 {
                return Err(machine);
            }
            $({
                type Net = network!($inputs => $($layers $activation)=>+);
                if wanted == (shapes::<Net>(), CostKind::$cost)
                    && let Ok(network) = Net::new_box_zeroed()
                {
                    return Ok(Box::new(Trainer::new(
                        initialized(network, settings),
                        Net::TRACE,
                        cost::$cost,
                        Sgd::new(),
                        settings.eta,
                        machine,
                    )));
                }
            })+
            Err(machine)
        }
    };
}

listed! {
    784 => 10 Sigmoid, Quadratic;
    784 => 15 Sigmoid => 10 Sigmoid, Quadratic;
    784 => 30 Sigmoid => 10 Sigmoid, Quadratic;
    784 => 32 Sigmoid => 10 Sigmoid, Quadratic;
    784 => 100 Sigmoid => 10 Sigmoid, Quadratic;
    784 => 128 Sigmoid => 10 Sigmoid, Quadratic;
    784 => 128 Sigmoid => 64 Sigmoid => 10 Sigmoid, Quadratic;
    784 => 512 Sigmoid => 10 Sigmoid, Quadratic;
}

/// A network whose type tells its shapes.
trait Shaped {
    fn shapes() -> Vec<LayerShape>;
}

impl<const IN: usize, L: gradito_core::layer::Layer<IN>> Shaped for Feedforward<IN, L> {
    fn shapes() -> Vec<LayerShape> {
        let mut shapes = Vec::new();
        Self::shapes(|shape| shapes.push(shape));
        shapes
    }
}

fn shapes<N: Shaped>() -> Vec<LayerShape> {
    N::shapes()
}

/// `network` with the parameters training starts from.
fn initialized<N: Network>(mut network: Box<N>, settings: &Settings) -> Box<N> {
    network.initialize(settings.init, settings.seed);
    network
}

/// Samples for which there may be compiled engines.
pub trait Trainable: Samples {
    /// The compiled engine for `settings`, or the machine back if there is none.
    ///
    /// # Errors
    ///
    /// The machine, unused.
    fn compiled(settings: &Settings, machine: Machine) -> Result<Box<dyn Engine<Self>>, Machine>;
}

impl Trainable for LitImages {
    fn compiled(settings: &Settings, machine: Machine) -> Result<Box<dyn Engine<Self>>, Machine> {
        compiled(settings, machine)
    }
}

impl Trainable for FeatureRows {
    fn compiled(_: &Settings, machine: Machine) -> Result<Box<dyn Engine<Self>>, Machine> {
        Err(machine)
    }
}

/// Whether an engine may be one that is compiled for its widths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Widths {
    /// If the network is listed.
    Listed,
    /// No: run-time widths, whatever the network.
    Runtime,
}

/// The engine for `settings`, at their starting point; `None` if they do not
/// [check](Settings::check) out.
pub fn engine<S: Trainable + 'static>(
    settings: &Settings,
    samples: usize,
    widths: Widths,
    mut machine: Machine,
) -> Option<Box<dyn Engine<S>>> {
    if widths == Widths::Listed {
        match S::compiled(settings, machine) {
            Ok(engine) => return Some(engine),
            Err(unused) => machine = unused,
        }
    }
    let zero = RuntimeNetwork::new(&settings.shapes())?;
    let output = AnyActivation { kind: settings.output_activation(), math: settings.math };
    let cost = AnyCost::new(settings.cost, output)?;
    let empty = zero.trace();
    let velocity = Box::new(zero.clone());
    let network = initialized(Box::new(zero), settings);
    let (eta, lambda) = (settings.eta, settings.l2);
    let momentum = Momentum::new(velocity, settings.momentum);
    // One compiled loop for all optimisers: they are called once a batch.
    let optimizer: Box<dyn Optimizer<RuntimeNetwork>> =
        match (settings.momentum != 0.0, lambda != 0.0) {
            (false, false) => Box::new(Sgd::new()),
            (false, true) => Box::new(L2::new(Sgd::new(), eta, lambda, samples)?),
            (true, false) => Box::new(momentum),
            (true, true) => Box::new(L2::new(momentum, eta, lambda, samples)?),
        };
    Some(Box::new(Trainer::new(network, empty, cost, Chosen(optimizer), eta, machine)))
}

/// An optimiser chosen at run time.
#[derive(Debug)]
struct Chosen(Box<dyn Optimizer<RuntimeNetwork>>);

impl Optimizer<RuntimeNetwork> for Chosen {
    fn admit(&mut self, network: &RuntimeNetwork, growth: f32) -> Result<(), Diverged> {
        self.0.admit(network, growth)
    }

    fn begin_batch<'a>(&'a mut self, network: &'a mut RuntimeNetwork) -> &'a mut RuntimeNetwork {
        self.0.begin_batch(network)
    }

    fn end_batch(&mut self, network: &mut RuntimeNetwork) {
        self.0.end_batch(network);
    }
}
