//! How much there is of the project: lines, and tests by kind.

use std::path::Path;

use super::figure::Figure;
use crate::bench::statistics::grouped;
use crate::shell::{output, root};

/// Folders that are counted one by one.
const ROOMS: [&str; 8] =
    ["core", "cortex", "link", "device", "firmware", "host", "tests/tests", "tests/xtask"];

/// What is counted in a room.
#[derive(Default)]
struct Count {
    /// Lines that are neither blank nor comments: of the product, and of tests.
    code: usize,
    tests: usize,
    /// Functions that are tests.
    functions: usize,
    /// Examples in documentation, which are tests as well.
    examples: usize,
}

impl Count {
    /// Adds a file; `is_test` if all of it is.
    fn add(&mut self, text: &str, is_test: bool) {
        let mut in_tests = is_test;
        let mut fences = 0;
        for line in text.lines().map(str::trim) {
            in_tests |= line == "#[cfg(test)]";
            self.functions += usize::from(line == "#[test]");
            let documents = line.starts_with("//!") || line.starts_with("///");
            fences += usize::from(documents && line.trim_start_matches(['/', '!', ' ']) == "```");
            if !line.is_empty() && !line.starts_with("//") {
                *(if in_tests { &mut self.tests } else { &mut self.code }) += 1;
            }
        }
        // Each begins and ends with one; those of text begin with another.
        self.examples += fences / 2;
    }
}

/// Lines and tests of each room.
pub fn figures() -> Result<Vec<Figure>, String> {
    let mut git = std::process::Command::new("git");
    let listed = output(git.current_dir(root()).args(["ls-files", "*.rs"]))?;
    let mut figures = Vec::new();
    for room in ROOMS {
        let mut count = Count::default();
        for file in listed.lines().filter(|file| Path::new(file).starts_with(room)) {
            let path = root().join(file);
            let text = std::fs::read_to_string(&path)
                .map_err(|error| format!("{}: {error}", path.display()))?;
            let inside = &file[room.len()..];
            let is_test = room == "tests/tests" || inside.contains("/tests");
            count.add(&text, is_test);
        }
        let Count { code, tests, functions, examples } = count;
        let found = format!(
            "{} of code, {} of tests; {functions} tests, {examples} examples",
            grouped(code as f64),
            grouped(tests as f64)
        );
        figures.push(Figure::plain(format!("{room}: lines"), found, "cargo xtask report"));
    }
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_of_code_or_of_tests() {
        let mut count = Count::default();
        let text = "//! Doc.\n//! ```\n//! f();\n//! ```\n\nfn f() {}\n#[cfg(test)]\nmod tests {\n\
                    #[test]\nfn g() {}\n}\n";
        count.add(text, false);
        let Count { code, tests, functions, examples } = count;
        assert_eq!((code, tests, functions, examples), (1, 5, 1, 1));
    }
}
