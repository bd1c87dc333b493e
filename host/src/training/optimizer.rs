//! The optimiser, chosen at run time.

use gradito_core::optimizer::{L2, Momentum, Optimizer, Sgd};
use gradito_core::report::Diverged;

use super::settings::{Settings, SettingsError};
use crate::network::PackedNetwork;

/// Any of the core's optimisers.
#[derive(Debug)]
pub enum AnyOptimizer {
    /// Plain.
    Sgd(Sgd),
    /// With weight decay.
    L2(L2<Sgd>),
    /// With momentum.
    Momentum(Momentum<Box<PackedNetwork>>),
    /// With both.
    Both(L2<Momentum<Box<PackedNetwork>>>),
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
        let Settings { eta, l2, momentum: mu, .. } = *settings;
        let momentum = || Momentum::new(Box::new(zero.clone()), mu);
        let too_strong = SettingsError::L2TooStrong { l2, eta, samples };
        Ok(match (mu != 0.0, l2 != 0.0) {
            (false, false) => Self::Sgd(Sgd::new()),
            (false, true) => Self::L2(L2::new(Sgd::new(), eta, l2, samples).ok_or(too_strong)?),
            (true, false) => Self::Momentum(momentum()),
            (true, true) => Self::Both(L2::new(momentum(), eta, l2, samples).ok_or(too_strong)?),
        })
    }
}

/// Calls `$body` with the optimiser, whichever it is, as `$optimizer`.
macro_rules! with_optimizer {
    ($any:expr, $optimizer:ident => $body:expr) => {
        match $any {
            AnyOptimizer::Sgd($optimizer) => $body,
            AnyOptimizer::L2($optimizer) => $body,
            AnyOptimizer::Momentum($optimizer) => $body,
            AnyOptimizer::Both($optimizer) => $body,
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
