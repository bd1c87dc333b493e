//! An optimiser of weights that lie on a grid.

use gradito_core::optimizer::Optimizer;
use gradito_core::quantized::weights::WeightKind;
use gradito_core::report::Diverged;

use super::optimizer::AnyOptimizer;
use super::settings::SettingsError;
use crate::network::PackedNetwork;

/// Another optimiser, whose steps are taken in a latent network where weights have a
/// [grid](crate::network::grid).
#[derive(Debug)]
pub struct OnGrid {
    optimizer: AnyOptimizer,
    latent: Option<Latent>,
}

/// What the network is rounded from.
#[derive(Debug)]
struct Latent {
    network: Box<PackedNetwork>,
    kind: WeightKind,
}

impl OnGrid {
    /// Steps of `optimizer`; `network` is where training starts, and is rounded if weights are to be
    /// of a kind.
    pub fn new(
        optimizer: AnyOptimizer,
        kind: Option<WeightKind>,
        network: &mut PackedNetwork,
    ) -> Self {
        let latent = kind.map(|kind| Latent { network: Box::new(network.clone()), kind });
        if let Some(Latent { network: latent, kind }) = &latent {
            network.round_from(latent, *kind);
        }
        Self { optimizer, latent }
    }

    /// What `network` is rounded from: itself, if its weights have no grid.
    pub fn latent<'a>(&'a self, network: &'a PackedNetwork) -> &'a PackedNetwork {
        self.latent.as_ref().map_or(network, |latent| &latent.network)
    }

    /// [`AnyOptimizer::set_eta`].
    ///
    /// # Errors
    ///
    /// [`SettingsError::L2TooStrong`].
    #[inline(always)]
    pub fn set_eta(&mut self, eta: f32) -> Result<(), SettingsError> {
        self.optimizer.set_eta(eta)
    }
}

impl Optimizer<PackedNetwork> for OnGrid {
    /// No weight on a grid is larger than the largest latent one.
    #[inline(always)]
    fn admit(&mut self, network: &PackedNetwork, growth: f32) -> Result<(), Diverged> {
        let Self { optimizer, latent } = self;
        let network = latent.as_ref().map_or(network, |latent| &latent.network);
        optimizer.admit(network, growth)
    }

    #[inline(always)]
    fn begin_batch<'a>(&'a mut self, network: &'a mut PackedNetwork) -> &'a mut PackedNetwork {
        match &mut self.latent {
            Some(latent) => self.optimizer.begin_batch(&mut latent.network),
            None => self.optimizer.begin_batch(network),
        }
    }

    #[inline(always)]
    fn end_batch(&mut self, network: &mut PackedNetwork) {
        match &mut self.latent {
            Some(Latent { network: latent, kind }) => {
                self.optimizer.end_batch(latent);
                network.round_from(latent, *kind);
            }
            None => self.optimizer.end_batch(network),
        }
    }

    fn visit_state(&mut self, visitor: &mut impl FnMut(&'static str, &mut PackedNetwork)) {
        if let Some(latent) = &mut self.latent {
            visitor("latent parameters", &mut latent.network);
        }
        self.optimizer.visit_state(visitor);
    }
}
