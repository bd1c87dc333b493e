//! What lessons share: the digits, and networks trained on them, each made once.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread;

use super::LessonError;
use crate::data::{self, Data, DataOptions, Dataset, Source};
use crate::network::PackedNetwork;
use crate::simd::Level;
use crate::training::{Execution, IndexedParts, LitImages, Parts, Settings, Trained, train};

/// What lessons compute with.
#[derive(Debug)]
pub struct Context {
    threads: NonZeroUsize,
    mnist: OnceLock<Result<Mnist, Arc<LessonError>>>,
    trained: Mutex<BTreeMap<String, Arc<TrainedNetwork>>>,
}

/// MNIST as `gradito train` divides it: 50 000 to learn from, 10 000 to look at, 10 000 for the test.
#[derive(Debug)]
pub struct Mnist {
    /// The images and labels.
    pub data: Data,
    /// The same, as lists of lit pixels.
    pub parts: Parts<LitImages>,
}

/// A network and how it became so.
#[derive(Debug)]
pub struct TrainedNetwork {
    /// The network.
    pub network: PackedNetwork,
    /// Its history, and how it does on the test images.
    pub trained: Trained,
}

impl Context {
    /// A context that uses all cores.
    pub fn new() -> Self {
        let threads = thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
        Self { threads, mnist: OnceLock::new(), trained: Mutex::default() }
    }

    /// The cores there are.
    pub fn threads(&self) -> NonZeroUsize {
        self.threads
    }

    /// MNIST.
    ///
    /// # Errors
    ///
    /// If the program was built without it.
    pub fn mnist(&self) -> Result<&Mnist, LessonError> {
        let loaded = self.mnist.get_or_init(|| {
            let data = data::load(&DataOptions::new(Source::Mnist)).map_err(LessonError::from)?;
            let Data { train, validation, test, .. } = data.clone();
            match IndexedParts::new(train, validation, test) {
                IndexedParts::Images(parts) => Ok(Mnist { data, parts }),
                IndexedParts::Features(_) => unreachable!("MNIST is images"),
            }
        });
        loaded.as_ref().map_err(|error| LessonError::Shared(error.clone()))
    }

    /// The network that `settings` train on MNIST; trained once, however many lessons ask for it.
    ///
    /// # Errors
    ///
    /// If training diverges.
    pub fn trained(&self, settings: &Settings) -> Result<Arc<TrainedNetwork>, LessonError> {
        let parts = &self.mnist()?.parts;
        let key = format!("{settings:?}");
        // Held while it trains: a second lesson that asks for the same network waits for it.
        let mut networks = self.trained.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(trained) = networks.get(&key) {
            return Ok(trained.clone());
        }
        let execution = Execution { threads: NonZeroUsize::MIN, level: Level::best() };
        let trained = train(settings, &execution, parts, &mut ())?;
        let network = PackedNetwork::with_parameters(&settings.shapes(), &trained.parameters)
            .expect("a trained network has the parameters of its settings");
        let trained = Arc::new(TrainedNetwork { network, trained });
        networks.insert(key, trained.clone());
        Ok(trained)
    }
}

impl Default for Context {
    fn default() -> Self {
        Self::new()
    }
}

impl Mnist {
    /// The first training image of the digit `digit`, from 0 to 9: 784 bytes.
    pub fn first(&self, digit: u16) -> &[u8] {
        let train = &self.data.train;
        let at = train.labels().iter().position(|&label| label == digit).unwrap_or(0);
        pixels(train, at)
    }
}

/// The image number `index` of `set`: 784 bytes, 0 = paper … 255 = ink.
pub fn pixels(set: &Dataset, index: usize) -> &[u8] {
    match set.sample(index) {
        data::Sample::Pixels(pixels) => pixels,
        data::Sample::Features(_) => &[],
    }
}
