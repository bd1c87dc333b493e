//! The space of a sweep: what it may try, and which of that it does try.

use std::collections::HashSet;
use std::num::{NonZeroU32, NonZeroUsize};

use gradito_core::kind::{ActivationKind, CostKind, InitKind, MathKind};
use gradito_core::random::{Stream, below};
use thiserror::Error;

use super::key::description;
use super::values::Values;
use crate::data::Stages;
use crate::training::{Settings, SettingsError, Topology};

/// Most runs of a sweep: a line for each is kept in memory.
const MOST: usize = 1_000_000;

/// All values that a sweep may try, and the seeds it tries each configuration with.
///
/// A *configuration* is one choice of each; a *run* is a configuration with a seed.
#[derive(Clone, Debug, PartialEq)]
pub struct Space {
    /// The widths.
    pub layers: Vec<Topology>,
    /// The activations of the hidden layers.
    pub activations: Vec<ActivationKind>,
    /// The costs.
    pub costs: Vec<CostKind>,
    /// The activation of the outputs; that which goes with the cost unless given.
    pub output: Option<ActivationKind>,
    /// Where training starts.
    pub inits: Vec<InitKind>,
    /// The source of exponentials.
    pub math: MathKind,
    /// The learning rates η.
    pub etas: Values,
    /// The momentum's coefficients μ.
    pub momenta: Vec<f32>,
    /// The strengths λ of L2 regularisation.
    pub l2s: Values,
    /// Samples in a mini-batch.
    pub batches: Vec<usize>,
    /// Passes over the training samples; of successive halving, those of the last rung.
    pub epochs: u32,
    /// At most so many mini-batches in all.
    pub steps: Option<u64>,
    /// What is done to images before the first layer.
    pub stages: Stages,
    /// The first seed; the others follow it. Random search draws from it, too.
    pub seed: u64,
    /// How many seeds each configuration is trained with.
    pub seeds: NonZeroU32,
}

impl Default for Space {
    /// The chapter's settings and nothing else: one configuration, one seed.
    fn default() -> Self {
        let settings = Settings::default();
        Self {
            layers: vec![settings.topology],
            activations: vec![settings.activation],
            costs: vec![settings.cost],
            output: settings.output,
            inits: vec![settings.init],
            math: settings.math,
            etas: settings.eta.into(),
            momenta: vec![settings.momentum],
            l2s: settings.l2.into(),
            batches: vec![settings.batch],
            epochs: settings.epochs,
            steps: settings.steps,
            stages: settings.stages,
            seed: settings.seed,
            seeds: NonZeroU32::MIN,
        }
    }
}

/// How a space is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Search {
    /// Every configuration.
    Grid,
    /// So many configurations, drawn by the seed, none twice.
    Random(NonZeroUsize),
    /// Every configuration for a few epochs, the better part of them for more, and so on.
    Halving,
}

/// Why a space cannot be searched.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SpaceError {
    /// A setting has no value.
    #[error("{0} has no value; name at least one")]
    Empty(&'static str),
    /// A value is there twice.
    #[error("{what} has {value} twice; name each value once")]
    Twice {
        /// The setting.
        what: &'static str,
        /// The value.
        value: String,
    },
    /// A range without a draw.
    #[error("{0} is a range, which only --random can draw from; name values, as in 0.1,0.5,3")]
    Range(&'static str),
    /// Too many runs.
    #[error("these are more than {MOST} runs; name fewer values, or draw some with --random")]
    TooMany,
    /// More is to be drawn than there is.
    #[error("there are only {there} configurations to draw {wanted} from; leave out --random")]
    TooFew {
        /// Draws wanted.
        wanted: usize,
        /// Configurations.
        there: usize,
    },
    /// A range that does not have as many values.
    #[error("the ranges are too narrow to draw {0} different configurations; widen them")]
    TooNarrow(usize),
    /// The last seed would be none.
    #[error("{seeds} seeds from {seed} on are beyond the largest; choose a smaller --seed")]
    Seeds {
        /// The first.
        seed: u64,
        /// How many.
        seeds: NonZeroU32,
    },
    /// A configuration that cannot be trained.
    #[error(transparent)]
    Settings(#[from] SettingsError),
}

impl Space {
    /// What `search` tries, in an order that depends on nothing but the space: the learning rate
    /// changes fastest, then the batch, the topology slowest. The seed of each is the first.
    ///
    /// # Errors
    ///
    /// If a setting has no value or one twice, if a configuration cannot be trained, or if there are
    /// too many or too few of them.
    pub fn configurations(&self, search: Search) -> Result<Vec<Settings>, SpaceError> {
        self.check()?;
        let size = self.size();
        let all = match search {
            Search::Grid | Search::Halving => {
                if let Some(range) = self.range() {
                    return Err(SpaceError::Range(range));
                }
                (0..self.bounded(size.unwrap_or(usize::MAX))?).map(|index| self.at(index)).collect()
            }
            Search::Random(wanted) => self.draw(self.bounded(wanted.get())?, size)?,
        };
        all.iter().try_for_each(Settings::check)?;
        Ok(all)
    }

    /// The runs of a configuration: one for each seed.
    pub fn runs<'a>(&self, configuration: &'a Settings) -> impl Iterator<Item = Settings> + 'a {
        let (first, count) = (self.seed, u64::from(self.seeds.get()));
        (first..=first + (count - 1)).map(|seed| Settings { seed, ..configuration.clone() })
    }

    /// The number of configurations; none if it is not bounded, or not by a number.
    fn size(&self) -> Option<usize> {
        let counts = [
            Some(self.layers.len()),
            Some(self.activations.len()),
            Some(self.costs.len()),
            Some(self.inits.len()),
            self.etas.count(),
            Some(self.momenta.len()),
            self.l2s.count(),
            Some(self.batches.len()),
        ];
        counts.into_iter().try_fold(1_usize, |product, count| product.checked_mul(count?))
    }

    /// So many configurations, unless they would be too many runs.
    fn bounded(&self, configurations: usize) -> Result<usize, SpaceError> {
        let runs = configurations.checked_mul(self.seeds.get() as usize);
        runs.filter(|&runs| runs <= MOST).map(|_| configurations).ok_or(SpaceError::TooMany)
    }

    /// A setting that is a range.
    fn range(&self) -> Option<&'static str> {
        let ranges = [("eta", &self.etas), ("l2", &self.l2s)];
        ranges.iter().find(|(_, values)| values.count().is_none()).map(|(what, _)| *what)
    }

    /// Checks every list by itself.
    fn check(&self) -> Result<(), SpaceError> {
        each_once("layers", &self.layers)?;
        each_once("activation", &self.activations)?;
        each_once("cost", &self.costs)?;
        each_once("init", &self.inits)?;
        each_once("batch", &self.batches)?;
        each_once("momentum", &self.momenta)?;
        for (what, values) in [("eta", &self.etas), ("l2", &self.l2s)] {
            if let Values::List(values) = values {
                each_once(what, values)?;
            }
        }
        let (seed, seeds) = (self.seed, self.seeds);
        match seed.checked_add(u64::from(seeds.get() - 1)) {
            Some(_) => Ok(()),
            None => Err(SpaceError::Seeds { seed, seeds }),
        }
    }

    /// The configuration whose places `place` chooses, each among as many as it is told; the
    /// learning rate's first.
    fn settings(&self, place: &mut impl FnMut(u32) -> u32) -> Settings {
        fn one<T: Clone>(values: &[T], place: &mut impl FnMut(u32) -> u32) -> T {
            values[place(values.len() as u32) as usize].clone()
        }
        // The order of these lines is that of the configurations, fastest first.
        let eta = self.etas.pick(place);
        let batch = one(&self.batches, place);
        let l2 = self.l2s.pick(place);
        let momentum = one(&self.momenta, place);
        let init = one(&self.inits, place);
        let cost = one(&self.costs, place);
        let activation = one(&self.activations, place);
        let topology = one(&self.layers, place);
        Settings {
            topology,
            activation,
            output: self.output,
            cost,
            math: self.math,
            init,
            eta,
            momentum,
            l2,
            weights: None,
            batch,
            epochs: self.epochs,
            steps: self.steps,
            stages: self.stages,
            seed: self.seed,
            ..Settings::default()
        }
    }

    /// The configuration of that number.
    fn at(&self, index: usize) -> Settings {
        let mut rest = index;
        self.settings(&mut |choices| {
            let place = rest % choices as usize;
            rest /= choices as usize;
            place as u32
        })
    }

    /// So many different configurations, drawn from this many.
    fn draw(&self, wanted: usize, size: Option<usize>) -> Result<Vec<Settings>, SpaceError> {
        // Nothing is drawn twice; of ranges, rounding leaves only so many values.
        const PATIENCE: usize = 100;
        if let Some(there) = size.filter(|&there| there < wanted && self.range().is_none()) {
            return Err(SpaceError::TooFew { wanted, there });
        }
        let mut rng = Stream::Search.rng(self.seed);
        let (mut drawn, mut all) = (HashSet::new(), Vec::with_capacity(wanted));
        let mut missed = 0;
        while all.len() < wanted {
            let settings = self.settings(&mut |choices| below(choices, &mut rng));
            if drawn.insert(description(&settings)) {
                all.push(settings);
                missed = 0;
            } else {
                missed += 1;
            }
            if self.range().is_some() && missed > PATIENCE * wanted {
                return Err(SpaceError::TooNarrow(wanted));
            }
        }
        Ok(all)
    }
}

/// Whether there is a value, and none twice.
fn each_once<T: ToString>(what: &'static str, values: &[T]) -> Result<(), SpaceError> {
    if values.is_empty() {
        return Err(SpaceError::Empty(what));
    }
    let mut seen = HashSet::new();
    match values.iter().map(ToString::to_string).find(|text| !seen.insert(text.clone())) {
        Some(value) => Err(SpaceError::Twice { what, value }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sweep::topologies;

    fn space() -> Space {
        Space {
            layers: topologies("2-{3,4}-2").unwrap(),
            etas: "0.1,3".parse().unwrap(),
            batches: vec![5, 10],
            seeds: NonZeroU32::new(3).unwrap(),
            ..Space::default()
        }
    }

    #[test]
    fn a_grid_is_every_configuration_once_eta_fastest() {
        let all = space().configurations(Search::Grid).unwrap();
        let names: Vec<_> = all
            .iter()
            .map(|settings| format!("{} {} {:?}", settings.topology, settings.batch, settings.eta))
            .collect();
        let expected = [
            "2-3-2 5 0.1",
            "2-3-2 5 3.0",
            "2-3-2 10 0.1",
            "2-3-2 10 3.0",
            "2-4-2 5 0.1",
            "2-4-2 5 3.0",
            "2-4-2 10 0.1",
            "2-4-2 10 3.0",
        ];
        assert_eq!(names, expected);
        let seeds: Vec<_> = space().runs(&all[1]).map(|run| (run.eta, run.seed)).collect();
        assert_eq!(seeds, [(3.0, 1), (3.0, 2), (3.0, 3)]);
    }

    #[test]
    fn draws_are_of_the_grid_differ_and_follow_from_the_seed() {
        let grid = space().configurations(Search::Grid).unwrap();
        let draw = |count, seed| {
            let search = Search::Random(NonZeroUsize::new(count).unwrap());
            Space { seed, ..space() }.configurations(search)
        };
        let texts = |all: &[Settings]| {
            let mut texts: Vec<_> = all.iter().map(description).collect();
            texts.sort();
            texts
        };
        assert_eq!(texts(&draw(8, 1).unwrap()), texts(&grid));
        let five = draw(5, 1).unwrap();
        assert_eq!(five, draw(5, 1).unwrap());
        assert_eq!(five, draw(8, 1).unwrap()[..5]);
        assert_ne!(draw(5, 2).unwrap(), five);
        assert_eq!(draw(9, 1), Err(SpaceError::TooFew { wanted: 9, there: 8 }));
    }

    #[test]
    fn ranges_are_drawn_from() {
        let space = Space { etas: "0.01..10".parse().unwrap(), ..space() };
        assert_eq!(space.configurations(Search::Grid), Err(SpaceError::Range("eta")));
        let all = space.configurations(Search::Random(NonZeroUsize::new(300).unwrap())).unwrap();
        let below = |limit: f32| all.iter().filter(|settings| settings.eta < limit).count();
        // A third each, give or take five standard deviations.
        assert!(below(0.1).abs_diff(100) < 41 && below(1.0).abs_diff(200) < 41);
        assert_eq!(below(10.1), 300);
        let narrow = Space { etas: "1..1.01".parse().unwrap(), ..space };
        let draw = narrow.configurations(Search::Random(NonZeroUsize::new(9).unwrap()));
        assert_eq!(draw, Err(SpaceError::TooNarrow(9)));
    }

    #[test]
    fn what_cannot_be_searched_is_said() {
        let error = |space: Space| space.configurations(Search::Grid).unwrap_err().to_string();
        let twice = Space { batches: vec![5, 5], ..space() };
        assert!(error(twice).contains("batch has 5 twice"));
        let none = Space { layers: Vec::new(), ..space() };
        assert!(error(none).contains("layers has no value"));
        let misfit = Space { output: Some(ActivationKind::Softmax), ..space() };
        assert!(error(misfit).contains("does not fit softmax outputs"));
        let seeds = Space { seed: u64::MAX - 1, ..space() };
        assert!(error(seeds).contains("smaller --seed"));
        let large = Space { seeds: NonZeroU32::MAX, ..space() };
        assert_eq!(error(large), SpaceError::TooMany.to_string());
        let many = Space { layers: topologies("2-{1..1000}-2").unwrap(), ..space() };
        let many = Space { batches: (1..=1000).collect(), ..many };
        assert_eq!(error(many), SpaceError::TooMany.to_string());
    }
}
