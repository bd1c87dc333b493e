//! What a results folder says of its sweep: `sweep.json`.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::key::DataDigests;
use super::shard::Shard;
use super::space::{Search, Space};

/// The version of the format of results folders.
const FORMAT: u32 = 1;

/// Which sweep a results folder is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of the format.
    format: u32,
    /// The version of gradito.
    gradito: String,
    /// The data's name, to know it by.
    data: String,
    /// The data's digests, which decide.
    digests: DataDigests,
    /// Every setting, under the name of its flag, as it is written there.
    settings: BTreeMap<String, String>,
    /// Which part of the sweep it is.
    shard: Option<String>,
    /// The runs of the whole sweep; those of successive halving follow from their results.
    runs: Option<usize>,
}

/// What two manifests differ in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is.
    pub what: String,
    /// The value in the first.
    pub one: String,
    /// The value in the second.
    pub other: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, one, other } = self;
        write!(f, "{what} {} there, {} here", shown(one), shown(other))
    }
}

/// The first characters of `text`.
fn shown(text: &str) -> String {
    const MOST: usize = 60;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

impl Manifest {
    /// Of a sweep of `configurations` configurations of `space` on data of this name and these
    /// digests.
    pub fn new(
        space: &Space,
        search: Search,
        configurations: usize,
        data: &str,
        digests: &DataDigests,
        shard: Option<Shard>,
    ) -> Self {
        fn list<T: ToString>(values: &[T]) -> String {
            values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        }
        let all = |value: Option<String>| value.unwrap_or_else(|| "unset".to_owned());
        let search_name = match search {
            Search::Grid => "grid".to_owned(),
            Search::Random(count) => format!("random {count}"),
            Search::Halving => "halving".to_owned(),
        };
        let settings = [
            ("search", search_name),
            ("--layers", list(&space.layers)),
            ("--activation", list(&space.activations)),
            ("--cost", list(&space.costs)),
            ("--output", all(space.output.map(|output| output.to_string()))),
            ("--init", list(&space.inits)),
            ("--math", space.math.to_string()),
            ("--batch", list(&space.batches)),
            ("--eta", space.etas.to_string()),
            ("--momentum", list(&space.momenta)),
            ("--l2", space.l2s.to_string()),
            ("--epochs", space.epochs.to_string()),
            ("--steps", all(space.steps.map(|steps| steps.to_string()))),
            ("--seed", space.seed.to_string()),
            ("--seeds", space.seeds.to_string()),
        ];
        let settings = settings.map(|(name, value)| (name.to_owned(), value));
        // Left out where there is none, as in folders that are older than stages.
        let stage =
            (!space.stages.is_none()).then(|| ("--stage".to_owned(), space.stages.to_string()));
        let runs = configurations * space.seeds.get() as usize;
        Self {
            format: FORMAT,
            gradito: env!("CARGO_PKG_VERSION").to_owned(),
            data: data.to_owned(),
            digests: digests.clone(),
            settings: settings.into_iter().chain(stage).collect(),
            shard: shard.map(|shard| shard.to_string()),
            runs: (search != Search::Halving).then_some(runs),
        }
    }

    /// The same sweep, whole.
    pub fn whole(&self) -> Self {
        Self { shard: None, ..self.clone() }
    }

    /// The digests of the data.
    pub fn digests(&self) -> &DataDigests {
        &self.digests
    }

    /// The name of the data.
    pub fn data(&self) -> &str {
        &self.data
    }

    /// How the space is searched: `grid`, `random 20`, `halving`.
    pub fn search(&self) -> &str {
        self.settings.get("search").map_or("", String::as_str)
    }

    /// The first seed, which divides the data.
    pub fn seed(&self) -> Option<u64> {
        self.settings.get("--seed")?.parse().ok()
    }

    /// The runs of the whole sweep; none of successive halving.
    pub fn runs(&self) -> Option<usize> {
        self.runs
    }

    /// The first thing in which the two differ, if the one cannot go on where the other was.
    pub fn difference(&self, other: &Self) -> Option<Difference> {
        let differ = |what: &str, one: &str, other: &str| {
            (one != other).then(|| Difference {
                what: what.to_owned(),
                one: one.to_owned(),
                other: other.to_owned(),
            })
        };
        let (one, two) = (&self.digests, &other.digests);
        let data = [
            ("the digest of the training part is", &one.train, &two.train),
            ("the digest of the validation part is", &one.validation, &two.validation),
            ("the digest of the test set is", &one.test, &two.test),
        ];
        let unknown = String::new();
        let whole = "the whole sweep".to_owned();
        let names = self.settings.keys().chain(other.settings.keys());
        let part = |manifest: &Self| {
            manifest.shard.as_ref().map_or(whole.clone(), |shard| format!("shard {shard}"))
        };
        differ("the format is", &self.format.to_string(), &other.format.to_string())
            .or_else(|| differ("the version of gradito is", &self.gradito, &other.gradito))
            .or_else(|| data.iter().find_map(|(what, one, other)| differ(what, one, other)))
            .or_else(|| {
                names.into_iter().find_map(|name| {
                    let value = |manifest: &Self| {
                        manifest.settings.get(name).unwrap_or(&unknown).to_owned()
                    };
                    differ(&format!("{name} is"), &value(self), &value(other))
                })
            })
            .or_else(|| differ("it is", &part(self), &part(other)))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::num::NonZeroUsize;

    use super::*;
    use crate::sweep::key::tests::digests;

    /// Of the chapter's settings, twice.
    pub fn manifest(shard: Option<&str>) -> Manifest {
        let shard = shard.map(|shard| shard.parse().unwrap());
        Manifest::new(&Space::default(), Search::Grid, 1, "mnist", &digests(), shard)
    }

    #[test]
    fn the_difference_is_named() {
        let one = manifest(None);
        assert_eq!(one.difference(&one), None);
        let difference = |other: &Manifest| one.difference(other).unwrap().to_string();
        let space = Space { etas: "0.1,3".parse().unwrap(), ..Space::default() };
        let other = Manifest::new(&space, Search::Grid, 2, "mnist", &digests(), None);
        assert_eq!(difference(&other), "--eta is 3.0 there, 0.1,3.0 here");
        let search = Search::Random(NonZeroUsize::MIN);
        let other = Manifest::new(&Space::default(), search, 1, "mnist", &digests(), None);
        assert_eq!(difference(&other), "search is grid there, random 1 here");
        let data = DataDigests { validation: "d".repeat(64), ..digests() };
        let other = Manifest { digests: data, ..one.clone() };
        assert!(difference(&other).starts_with("the digest of the validation part is bbbb"));
        let other = manifest(Some("1/2"));
        assert_eq!(difference(&other), "it is the whole sweep there, shard 1/2 here");
        assert_eq!(one.difference(&other.whole()), None);
        // The name of the data is for people: the same data may lie elsewhere.
        assert_eq!(one.difference(&Manifest { data: "./mnist".into(), ..one.clone() }), None);
    }
}
