//! A part of a sweep: every so manieth run of it.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Shard `index` of `of`: the runs whose position, counted from 0, is `index` − 1 modulo `of`.
/// Written `1/4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    index: usize,
    of: usize,
}

/// Why a text is no shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("write which part of how many, as in 1/4, the first part being 1")]
pub struct ShardError;

impl Shard {
    /// Whether it has the run at that position, counted from 0.
    pub fn has(self, position: usize) -> bool {
        position % self.of == self.index - 1
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let number = |text: &str| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse::<usize>().ok().filter(|_| digits)
        };
        let (index, of) = text.split_once('/').ok_or(ShardError)?;
        match (number(index), number(of)) {
            (Some(index), Some(of)) if (1..=of).contains(&index) => Ok(Self { index, of }),
            _ => Err(ShardError),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_position_is_in_one_shard() {
        for of in 1..6 {
            for position in 0..20 {
                let having = (1..=of).filter(|index| {
                    let shard: Shard = format!("{index}/{of}").parse().unwrap();
                    assert_eq!(shard.to_string(), format!("{index}/{of}"));
                    shard.has(position)
                });
                assert_eq!(having.count(), 1);
            }
        }
    }

    #[test]
    fn what_is_no_shard_is_refused() {
        for text in ["", "1", "0/2", "3/2", "1/0", "a/2", "1/", "/2", "+1/2", "1/2/3", "-1/2"] {
            assert_eq!(text.parse::<Shard>(), Err(ShardError), "{text}");
        }
    }
}
