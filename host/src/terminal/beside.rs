//! Blocks of text next to each other.

use std::fmt::Write;

use console::measure_text_width;

/// Blocks, each with a line above it that is centred, next to each other in columns of `width`
/// characters with `gap` between them. Escape sequences take no room.
pub fn beside(blocks: &[(&str, &str)], width: usize, gap: usize) -> String {
    let mut text = String::new();
    if blocks.iter().any(|(title, _)| !title.is_empty()) {
        let titles: Vec<String> = blocks
            .iter()
            .map(|(title, _)| {
                let title: String = title.chars().take(width).collect();
                format!("{title:^width$}")
            })
            .collect();
        let line = titles.join(&" ".repeat(gap));
        let _ = writeln!(text, "{}", line.trim_end());
    }
    let rows = blocks.iter().map(|(_, block)| block.lines().count()).max().unwrap_or(0);
    for row in 0..rows {
        let mut line = String::new();
        for (index, (_, block)) in blocks.iter().enumerate() {
            let own = block.lines().nth(row).unwrap_or_default();
            let room = (width + gap).saturating_sub(measure_text_width(own));
            line.push_str(own);
            if index + 1 < blocks.len() {
                line.extend(std::iter::repeat_n(' ', room));
            }
        }
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_stand_in_columns() {
        let text = beside(&[("one", "a\nbc\n"), ("two", "d\n")], 4, 2);
        assert_eq!(text, "one   two\na     d\nbc\n");
    }
}
