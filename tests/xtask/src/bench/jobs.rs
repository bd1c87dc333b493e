//! What is trained, and how much of each peer's time gradito may take.

/// One network, trained in one way by everyone.
///
/// All 60 000 samples, sigmoid throughout, quadratic cost, plain SGD, `f32`, one thread.
pub struct Job {
    /// The widths, as `--layers` takes them.
    pub layers: &'static str,
    pub batch: usize,
    pub eta: f64,
    /// Epochs in a round, if not told otherwise.
    pub epochs: usize,
    /// The largest ratio gradito/peer that will do, by the peer's name.
    pub bars: &'static [(&'static str, f64)],
}

/// The jobs, one after the other.
pub const JOBS: &[Job] = &[Job {
    layers: "784-30-10",
    batch: 10,
    eta: 3.0,
    epochs: 3,
    bars: &[("c", 0.45), ("numpy", 0.30), ("jax", 0.35), ("torch", 0.06)],
}];

/// The test accuracy that everyone must reach in a round: below it, something else was timed.
pub const LEAST_ACCURACY: f64 = 0.9;

impl Job {
    /// The hidden widths, as the peers take them: `30` or `128-64`.
    pub fn hidden(&self) -> &'static str {
        let inner = self.layers.split_once('-').and_then(|(_, rest)| rest.rsplit_once('-'));
        inner.map_or("", |(hidden, _)| hidden)
    }

    /// The bar of one peer.
    pub fn bar(&self, peer: &str) -> Option<f64> {
        self.bars.iter().find(|(name, _)| *name == peer).map(|(_, bar)| *bar)
    }
}
