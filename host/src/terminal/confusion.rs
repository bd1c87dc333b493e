//! Which classes are taken for which.

use std::fmt::Write;

use super::{Style, cut};

/// More classes than this are listed, not tabled.
const MOST_CLASSES: usize = 12;

/// So many of the most frequent confusions are listed.
const LISTED: usize = 15;

/// A confusion matrix as a table, or as a list of the most frequent confusions if the table would
/// be wider than the style or the classes many.
///
/// `counts[label * classes + answer]`: rows are labels, columns answers. Recall is the share of a
/// label answered rightly, precision the share of an answer that was right; `-` without any.
///
/// # Panics
///
/// If `counts` is not `classes × classes` long.
pub fn confusion<S: AsRef<str>>(counts: &[u64], classes: &[S], style: &Style) -> String {
    let matrix = Matrix::new(counts, classes);
    let table = matrix.table(style);
    if classes.len() <= MOST_CLASSES && table.width <= style.width {
        table.text
    } else {
        matrix.list(style)
    }
}

struct Matrix<'a> {
    counts: &'a [u64],
    classes: Vec<&'a str>,
}

struct Table {
    text: String,
    width: usize,
}

impl<'a> Matrix<'a> {
    fn new<S: AsRef<str>>(counts: &'a [u64], classes: &'a [S]) -> Self {
        assert_eq!(counts.len(), classes.len() * classes.len(), "counts of a square matrix");
        Self { counts, classes: classes.iter().map(S::as_ref).collect() }
    }

    fn count(&self, label: usize, answer: usize) -> u64 {
        self.counts[label * self.classes.len() + answer]
    }

    /// Rightly answered and all, of a label (`true`) or an answer.
    fn rate(&self, class: usize, of_label: bool) -> String {
        let all = (0..self.classes.len()).map(|other| {
            if of_label { self.count(class, other) } else { self.count(other, class) }
        });
        percent(self.count(class, class), all.sum())
    }

    fn table(&self, style: &Style) -> Table {
        let digits = self.counts.iter().map(|count| count.to_string().len()).max().unwrap_or(1);
        let longest = self.classes.iter().map(|name| name.chars().count()).max().unwrap_or(1);
        // Names too long for a column are numbered instead: at the row, the number and the name.
        let numbered = longest > digits.max(6);
        let cell = if numbered { digits.max(5) } else { digits.max(5).max(longest) };
        let number = |at: usize| {
            if numbered { (at + 1).to_string() } else { String::new() }
        };
        let heads: Vec<_> = (0..self.classes.len())
            .map(|at| if numbered { number(at) } else { cut(self.classes[at], cell, style) })
            .collect();
        let names: Vec<_> = (0..self.classes.len())
            .map(|at| match numbered {
                true => format!("{:>2} {}", number(at), cut(self.classes[at], 16, style)),
                false => heads[at].clone(),
            })
            .collect();
        let side = names.iter().map(|name| name.chars().count()).max().unwrap_or(0).max(9);
        let mut text = format!("{:side$}", "label");
        for head in &heads {
            let _ = write!(text, " {head:>cell$}");
        }
        let width = text.chars().count() + 8;
        text += "  recall\n";
        for (label, name) in names.iter().enumerate() {
            let _ = write!(text, "{name:>side$}");
            for answer in 0..self.classes.len() {
                text += &self.cell(label, answer, cell, style);
            }
            let last = if label + 1 == self.classes.len() { "]" } else { " " };
            let _ = writeln!(text, "{last} {:>6}", self.rate(label, true));
        }
        let _ = write!(text, "{:side$}", "precision");
        for answer in 0..self.classes.len() {
            let _ = write!(text, " {:>cell$}", self.rate(answer, false));
        }
        text.push('\n');
        Table { text, width }
    }

    /// A separator and a count; the diagonal stands in brackets made of the separators.
    fn cell(&self, label: usize, answer: usize, cell: usize, style: &Style) -> String {
        let separator = match label {
            _ if label == answer => "[",
            _ if label + 1 == answer => "]",
            _ => " ",
        };
        let count = match self.count(label, answer) {
            0 if style.unicode => "·".to_owned(),
            0 => ".".to_owned(),
            count => count.to_string(),
        };
        let count = format!("{count:>cell$}");
        separator.to_owned() + &if label == answer { style.bold(&count) } else { count }
    }

    fn list(&self, style: &Style) -> String {
        let classes = self.classes.len();
        let mut wrong: Vec<_> = (0..classes * classes)
            .filter(|at| at / classes != at % classes && self.counts[*at] > 0)
            .collect();
        wrong.sort_by_key(|&at| (u64::MAX - self.counts[at], at));
        if wrong.is_empty() {
            return "no class was taken for another\n".to_owned();
        }
        let digits = self.counts[wrong[0]].to_string().len().max(5);
        let room = style.width.saturating_sub(digits + 2 + 6 + 2 + 2) / 2;
        let name = |class: usize| cut(self.classes[class], room, style);
        let shown = &wrong[..wrong.len().min(LISTED)];
        let longest = |names: &mut dyn Iterator<Item = usize>, head: &str| {
            names.map(|class| name(class).chars().count()).max().unwrap_or(0).max(head.len())
        };
        let label_width = longest(&mut shown.iter().map(|at| at / classes), "label");
        let answer_width = longest(&mut shown.iter().map(|at| at % classes), "taken for");
        let mut text = format!(
            "{:>digits$}  {:label_width$}  {:answer_width$}  of label\n",
            "times", "label", "taken for"
        );
        for &at in shown {
            let (label, answer) = (at / classes, at % classes);
            let all = (0..classes).map(|answer| self.count(label, answer)).sum();
            let _ = writeln!(
                text,
                "{:>digits$}  {:label_width$}  {:answer_width$}  {:>8}",
                self.counts[at],
                name(label),
                name(answer),
                percent(self.counts[at], all) + " %"
            );
        }
        if wrong.len() > shown.len() {
            let rest: u64 = wrong[LISTED..].iter().map(|&at| self.counts[at]).sum();
            let _ = writeln!(text, "{rest:>digits$}  in {} other ways", wrong.len() - shown.len());
        }
        text
    }
}

/// Per cent with one decimal; 100.0 only if it is all.
fn percent(part: u64, all: u64) -> String {
    if all == 0 {
        return "-".to_owned();
    }
    let tenths = (u128::from(part) * 1000 + u128::from(all) / 2) / u128::from(all);
    let tenths = if part < all { tenths.min(999) } else { tenths };
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Colour;

    const STYLE: Style = Style { colour: Colour::None, unicode: true, width: 80 };

    #[test]
    fn a_small_matrix_is_a_table() {
        let text = confusion(&[50, 0, 0, 0, 47, 3, 1, 10, 0], &["a", "b", "c"], &STYLE);
        let expected = "\
label         a     b     c  recall
        a[   50]    ·     ·   100.0
        b     ·[   47]    3    94.0
        c     1    10[    ·]    0.0
precision  98.0  82.5   0.0
";
        assert_eq!(text, expected);
    }

    #[test]
    fn ten_digits_fit_in_80_columns() {
        let mut counts = [7; 100];
        counts[11] = 12_345;
        let classes: Vec<_> = (0..10).map(|digit| digit.to_string()).collect();
        let text = confusion(&counts, &classes, &STYLE);
        assert!(text.starts_with("label  ") && text.lines().count() == 12, "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }

    #[test]
    fn long_names_are_numbered() {
        let text = confusion(&[5, 1, 0, 0], &["iris-setosa", "iris-virginica"], &STYLE);
        let expected = "\
label                 1     2  recall
    1 iris-setosa[    5]    1    83.3
 2 iris-virginica     ·[    ·]      -
precision         100.0   0.0
";
        assert_eq!(text, expected);
    }

    #[test]
    fn many_classes_or_narrow_terminals_get_the_most_frequent_confusions() {
        let mut counts = vec![0; 26 * 26];
        counts[0] = 8;
        counts[1] = 2;
        counts[25 * 26] = 3;
        let classes: Vec<_> = (b'a'..=b'z').map(|c| char::from(c).to_string()).collect();
        let expected = "\
times  label  taken for  of label
    3  z      a           100.0 %
    2  a      b            20.0 %
";
        assert_eq!(confusion(&counts, &classes, &STYLE), expected);
        let narrow = Style { width: 30, ..STYLE };
        let text = confusion(&[1, 0, 0, 0, 1, 0, 2, 0, 1], &["a", "b", "c"], &narrow);
        assert!(text.starts_with("times  label"), "{text}");
        assert_eq!(
            confusion(&[1], &["a"], &Style { width: 5, ..STYLE }),
            "no class was taken for another\n"
        );
    }

    #[test]
    fn what_the_list_leaves_out_is_counted() {
        let counts: Vec<u64> = (0..400).map(|at| u64::from(at / 20 != at % 20)).collect();
        let classes: Vec<_> = (0..20).map(|class| class.to_string()).collect();
        let text = confusion(&counts, &classes, &STYLE);
        assert_eq!(text.lines().last(), Some("  365  in 365 other ways"));
    }

    #[test]
    fn all_but_one_is_not_all() {
        assert_eq!(percent(99_999, 100_000), "99.9");
        assert_eq!(percent(u64::MAX, u64::MAX), "100.0");
    }
}
