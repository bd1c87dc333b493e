//! Many topologies in one line: `784-{5,10,20}-10`.
//!
//! Braces are read as a shell reads them: each text of a list between braces is put in their place
//! in turn, several pairs give every combination, and `{10..50..10}` is the list from 10 to 50 in
//! steps of 10. A text may be empty or hold several widths, as in `784-{,30-,30-30-}10`. Commas
//! outside of braces separate topologies. Braces within braces are not read.

use thiserror::Error;

use crate::training::{Topology, TopologyError};

/// Most topologies of one line: more than any machine would train.
const MOST: usize = 100_000;

/// Why a text is no list of topologies.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BraceError {
    /// A brace that is not closed.
    #[error("'{{' is not closed; write 784-{{5,10,20}}-10, quoted")]
    Unclosed,
    /// A brace that was not opened.
    #[error("'}}' closes nothing; write 784-{{5,10,20}}-10, quoted")]
    Unopened,
    /// Braces within braces.
    #[error("there are braces within braces; write the widths as one list")]
    Nested,
    /// A range that is none.
    #[error("'{{{0}}}' is no range of widths; write {{FROM..TO}} or {{FROM..TO..STEP}}")]
    Range(String),
    /// Too many.
    #[error("these are more than {MOST} topologies; name fewer")]
    TooMany,
    /// What the braces give is no topology.
    #[error("'{text}': {cause}")]
    Topology {
        /// What they give.
        text: String,
        /// What is wrong with it.
        cause: TopologyError,
    },
    /// One topology, twice.
    #[error("{0} is there twice; name each topology once")]
    Twice(Topology),
}

/// The topologies that `text` stands for, in the order in which a shell would give them.
///
/// ```
/// use gradito::sweep::topologies;
///
/// let widths = topologies("784-{5,10}-10,784-10")?;
/// let widths: Vec<_> = widths.iter().map(ToString::to_string).collect();
/// assert_eq!(widths, ["784-5-10", "784-10-10", "784-10"]);
/// # Ok::<(), gradito::sweep::BraceError>(())
/// ```
///
/// # Errors
///
/// The first thing that is wrong.
pub fn topologies(text: &str) -> Result<Vec<Topology>, BraceError> {
    let mut all: Vec<Topology> = Vec::new();
    for word in words(text)? {
        for text in expand(word)? {
            let topology = match text.parse() {
                Ok(topology) => topology,
                // As short as it was typed: there is no list to find it in.
                Err(cause) => return Err(BraceError::Topology { text: shown(&text), cause }),
            };
            all.push(topology);
        }
        if all.len() > MOST {
            return Err(BraceError::TooMany);
        }
    }
    let mut names: Vec<String> = all.iter().map(ToString::to_string).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            let twice = all.iter().find(|topology| topology.to_string() == pair[0]);
            Err(BraceError::Twice(twice.unwrap_or(&all[0]).clone()))
        }
        None => Ok(all),
    }
}

/// The first characters of `text`.
fn shown(text: &str) -> String {
    text.chars().take(40).collect()
}

/// `text`, cut at the commas outside of braces.
fn words(text: &str) -> Result<Vec<&str>, BraceError> {
    let (mut words, mut start, mut inside) = (Vec::new(), 0, false);
    for (at, character) in text.char_indices() {
        match character {
            '{' if inside => return Err(BraceError::Nested),
            '}' if !inside => return Err(BraceError::Unopened),
            '{' => inside = true,
            '}' => inside = false,
            ',' if !inside => {
                words.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    words.push(&text[start..]);
    if inside { Err(BraceError::Unclosed) } else { Ok(words) }
}

/// What the braces of `word` give; they are known to match.
fn expand(word: &str) -> Result<Vec<String>, BraceError> {
    let mut all = vec![String::new()];
    let mut rest = word;
    while let Some((before, from)) = rest.split_once('{')
        && let Some((inside, behind)) = from.split_once('}')
    {
        let choices = choices(inside)?;
        if all.len().saturating_mul(choices.len()) > MOST {
            return Err(BraceError::TooMany);
        }
        all = all
            .iter()
            .flat_map(|start| choices.iter().map(move |choice| format!("{start}{before}{choice}")))
            .collect();
        rest = behind;
    }
    all.iter_mut().for_each(|text| text.push_str(rest));
    Ok(all)
}

/// The texts of a list between braces.
fn choices(inside: &str) -> Result<Vec<String>, BraceError> {
    let mut all = Vec::new();
    for text in inside.split(',') {
        if text.contains("..") {
            all.extend(range(text).ok_or_else(|| BraceError::Range(shown(text)))?);
        } else {
            all.push(text.to_owned());
        }
        if all.len() > MOST {
            return Err(BraceError::TooMany);
        }
    }
    Ok(all)
}

/// `FROM..TO` or `FROM..TO..STEP`; not more than one beyond the most there may be.
fn range(text: &str) -> Option<Vec<String>> {
    let mut numbers = text.split("..").map(|number| {
        let digits = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        number.parse::<u32>().ok().filter(|_| digits)
    });
    let (from, to) = (numbers.next()??, numbers.next()??);
    let step = numbers.next().unwrap_or(Some(1))?;
    if numbers.next().is_some() || step == 0 || from > to {
        return None;
    }
    Some(
        (from..=to)
            .step_by(step as usize)
            .take(MOST + 1)
            .map(|number| number.to_string())
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        topologies(text).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn braces_are_read_as_a_shell_reads_them() {
        assert_eq!(names("784-30-10"), ["784-30-10"]);
        assert_eq!(names("784-{5,10,20}-10"), ["784-5-10", "784-10-10", "784-20-10"]);
        assert_eq!(names("2-{3,4}-{5,6}-2"), ["2-3-5-2", "2-3-6-2", "2-4-5-2", "2-4-6-2"]);
        assert_eq!(names("784-{,30-,30-40-}10"), ["784-10", "784-30-10", "784-30-40-10"]);
        assert_eq!(names("{784-5,784}-10"), ["784-5-10", "784-10"]);
        assert_eq!(names("2-{1..3}-2"), ["2-1-2", "2-2-2", "2-3-2"]);
        assert_eq!(names("2-{10..30..15,7}-2"), ["2-10-2", "2-25-2", "2-7-2"]);
        assert_eq!(names("4-2,4-{5,6}-2"), ["4-2", "4-5-2", "4-6-2"]);
        assert_eq!(names("784-{30}-10"), ["784-30-10"]);
        assert_eq!(names("784-{1..300}-10").len(), 300);
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, words) in [
            ("784-{5,10-10", "is not closed"),
            ("784-5,10}-10", "closes nothing"),
            ("784-{5,{10,20}}-10", "braces within braces"),
            ("784-{5..}-10", "'{5..}' is no range of widths"),
            ("784-{9..5}-10", "'{9..5}' is no range"),
            ("784-{1..5..0}-10", "{FROM..TO..STEP}"),
            ("784-{1..5..2..1}-10", "is no range"),
            ("784-{+1..5}-10", "is no range"),
            ("784-{5,x}-10", "'784-x-10': 'x' is not a width"),
            ("784-{}-10", "'784--10': '' is not a width"),
            ("784-{5,0}-10", "from 1 to 16777216, and one is 0"),
            ("784-{1..4000000000}-10", "more than 100000 topologies"),
            ("1-{1..1000}-{1..1000}-1", "more than 100000 topologies"),
            ("784-10,", "'': '' is not a width"),
            ("", "'': '' is not a width"),
            ("784", "at least two widths"),
            ("784-{5,5}-10", "784-5-10 is there twice"),
        ] {
            let error = topologies(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
