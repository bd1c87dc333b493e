//! The optimiser, chosen at run time.

use gradito_core::optimizer::{L2, Momentum, Nesterov, Optimizer, Sgd};
use gradito_core::report::Diverged;

use super::settings::{Settings, SettingsError};
use crate::network::PackedNetwork;

/// Any of the core's optimisers, and the learning rate it is used with.
#[derive(Debug)]
pub struct AnyOptimizer {
    rule: Rule,
    eta: f32,
    l2: f32,
    samples: usize,
}

/// How a step follows from the gradient.
#[derive(Debug)]
enum Rule {
    /// Plain.
    Sgd(Sgd),
    /// With momentum.
    Momentum(Momentum<Box<PackedNetwork>>),
    /// With momentum that looks ahead.
    Nesterov(Nesterov<Box<PackedNetwork>>),
    /// Plain, with weight decay.
    L2(L2<Sgd>),
    /// With momentum and weight decay.
    L2Momentum(L2<Momentum<Box<PackedNetwork>>>),
    /// With momentum that looks ahead and weight decay.
    L2Nesterov(L2<Nesterov<Box<PackedNetwork>>>),
}

impl AnyOptimizer {
    /// The one of `settings`, for so many training samples and a network like `zero`, whose
    /// parameters are 0.
    ///
    /// # Errors
    ///
    /// [`SettingsError::L2TooStrong`].
    pub fn new(
        settings: &Settings,
        samples: usize,
        zero: &PackedNetwork,
    ) -> Result<Self, SettingsError> {
        let Settings { eta, l2, momentum: mu, nesterov, .. } = *settings;
        let velocity = || Box::new(zero.clone());
        let too_strong = SettingsError::L2TooStrong { l2, eta, samples };
        let rule = match (mu != 0.0, nesterov, l2 != 0.0) {
            (false, _, false) => Rule::Sgd(Sgd::new()),
            (true, false, false) => Rule::Momentum(Momentum::new(velocity(), mu)),
            (true, true, false) => Rule::Nesterov(Nesterov::new(velocity(), mu)),
            (false, _, true) => Rule::L2(L2::new(Sgd::new(), eta, l2, samples).ok_or(too_strong)?),
            (true, false, true) => {
                let momentum = Momentum::new(velocity(), mu);
                Rule::L2Momentum(L2::new(momentum, eta, l2, samples).ok_or(too_strong)?)
            }
            (true, true, true) => {
                let nesterov = Nesterov::new(velocity(), mu);
                Rule::L2Nesterov(L2::new(nesterov, eta, l2, samples).ok_or(too_strong)?)
            }
        };
        Ok(Self { rule, eta, l2, samples })
    }

    /// Goes on with another learning rate.
    ///
    /// # Errors
    ///
    /// [`SettingsError::L2TooStrong`]; the one before is then kept.
    #[inline(always)]
    pub fn set_eta(&mut self, eta: f32) -> Result<(), SettingsError> {
        if eta == self.eta {
            return Ok(());
        }
        let set = match &mut self.rule {
            Rule::L2(rule) => rule.set_eta(eta),
            Rule::L2Momentum(rule) => rule.set_eta(eta),
            Rule::L2Nesterov(rule) => rule.set_eta(eta),
            // What they do depends on the gradient alone, which holds η.
            Rule::Sgd(_) | Rule::Momentum(_) | Rule::Nesterov(_) => Some(()),
        };
        let Self { l2, samples, .. } = *self;
        set.ok_or(SettingsError::L2TooStrong { l2, eta, samples })?;
        self.eta = eta;
        Ok(())
    }
}

/// Calls `$body` with the optimiser of `$any`, whichever it is, as `$optimizer`.
macro_rules! with_optimizer {
    ($any:expr, $optimizer:ident => $body:expr) => {
        match &mut $any.rule {
            Rule::Sgd($optimizer) => $body,
            Rule::Momentum($optimizer) => $body,
            Rule::Nesterov($optimizer) => $body,
            Rule::L2($optimizer) => $body,
            Rule::L2Momentum($optimizer) => $body,
            Rule::L2Nesterov($optimizer) => $body,
        }
    };
}

impl Optimizer<PackedNetwork> for AnyOptimizer {
    #[inline(always)]
    fn admit(&mut self, network: &PackedNetwork, growth: f32) -> Result<(), Diverged> {
        with_optimizer!(self, optimizer => optimizer.admit(network, growth))
    }

    #[inline(always)]
    fn begin_batch<'a>(&'a mut self, network: &'a mut PackedNetwork) -> &'a mut PackedNetwork {
        with_optimizer!(self, optimizer => optimizer.begin_batch(network))
    }

    #[inline(always)]
    fn end_batch(&mut self, network: &mut PackedNetwork) {
        with_optimizer!(self, optimizer => optimizer.end_batch(network));
    }

    fn visit_state(&mut self, visitor: &mut impl FnMut(&'static str, &mut PackedNetwork)) {
        with_optimizer!(self, optimizer => optimizer.visit_state(visitor));
    }
}
