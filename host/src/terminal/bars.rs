//! Scores as horizontal bars.

use super::{Style, cut};

/// Eighths of a block, from none to seven.
const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/// A bar a score, the best (the first of equals) marked.
///
/// Scores within 0..=1 are drawn on that scale; others from 0 to the largest, or from the least if
/// it is negative (-1 for scores within -1..=1, as tanh gives). What is not finite gets no bar.
pub fn bars<S: AsRef<str>>(labels: &[S], scores: &[f32], style: &Style) -> String {
    let longest = labels.iter().map(|label| label.as_ref().chars().count()).max().unwrap_or(0);
    let label_width = longest.min(style.width / 3);
    let figures: Vec<_> = scores.iter().map(|&score| figure(score)).collect();
    let figure_width = figures.iter().map(String::len).max().unwrap_or(0);
    // Label, blank, bar, two blanks, figure, blank, mark; as short as reads well on wide ones.
    let room = style.width.saturating_sub(label_width + figure_width + 5).clamp(1, 50);
    let (low, high) = scale(scores);
    let best = best(scores);
    let mut text = String::new();
    for (at, (label, &score)) in labels.iter().zip(scores).enumerate() {
        let label = cut(label.as_ref(), label_width, style);
        let share = if high > low { (score - low) / (high - low) } else { 0.0 };
        let share = if score.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 };
        let bar = bar(share, room, style);
        let pad = room - bar.chars().count();
        let mark = match (best == Some(at), style.unicode) {
            (false, _) => "",
            (true, true) => " ◀",
            (true, false) => " <",
        };
        let gap = label_width - label.chars().count();
        let figure = &figures[at];
        let line = format!("{:gap$}{label} {bar}{:pad$}  {figure:>figure_width$}{mark}", "", "");
        text += &if best == Some(at) { style.bold(&line) } else { line };
        text.push('\n');
    }
    text
}

fn bar(share: f32, room: usize, style: &Style) -> String {
    if !style.unicode {
        return "#".repeat((share * room as f32).round() as usize);
    }
    let eighths = (share * room as f32 * 8.0).round() as usize;
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

/// What no bar and a whole bar stand for.
fn scale(scores: &[f32]) -> (f32, f32) {
    let finite = scores.iter().copied().filter(|score| score.is_finite());
    let (low, high) =
        finite.fold((0.0_f32, 0.0_f32), |(low, high), score| (low.min(score), high.max(score)));
    let low = if (-1.0..0.0).contains(&low) && high <= 1.0 { -1.0 } else { low };
    let high = if low >= -1.0 && high <= 1.0 { 1.0 } else { high };
    // Half of each, so that the difference of the largest numbers is still one.
    if (high - low).is_finite() { (low, high) } else { (low / 2.0, high / 2.0) }
}

fn best(scores: &[f32]) -> Option<usize> {
    let ranked = (0..scores.len()).filter(|&at| !scores[at].is_nan());
    ranked.reduce(|best, at| if scores[at] > scores[best] { at } else { best })
}

fn figure(score: f32) -> String {
    match score.abs() {
        size if size < 999.995 || !size.is_finite() => format!("{score:.2}"),
        _ => format!("{score:.2e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::terminal::Colour;

    const PLAIN: Style = Style { colour: Colour::None, unicode: true, width: 23 };

    #[test]
    fn probabilities_are_drawn_to_the_eighth_of_a_column() {
        let text = bars(&["0", "1", "2"], &[0.0, 0.96, 0.04], &PLAIN);
        // 13 columns are 104 eighths: 99.84 and 4.16 of them.
        let expected = "0                0.00\n1 ████████████▌  0.96 ◀\n2 ▌              0.04\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn negative_scores_start_at_minus_one_or_at_the_least() {
        let style = Style { unicode: false, ..PLAIN };
        let text = bars(&["a", "b"], &[-0.5, 1.0], &style);
        assert_eq!(text, "a ###           -0.50\nb ############   1.00 <\n");
        let text = bars(&["a", "b", "c"], &[-4.0, 2.0, 8.0], &style);
        assert_eq!(text, "a               -4.00\nb ######         2.00\nc ############   8.00 <\n");
    }

    #[test]
    fn large_scores_fill_the_bar_and_none_overflows() {
        let text = bars(&["a", "b"], &[f32::MAX, f32::MIN], &PLAIN);
        assert_eq!(text, "a █████████   3.40e38 ◀\nb            -3.40e38\n");
        let text = bars(&["a", "b", "c"], &[f32::NAN, 0.5, f32::INFINITY], &PLAIN);
        assert_eq!(text, "a                 NaN\nb ██████▌        0.50\nc                 inf ◀\n");
    }

    #[test]
    fn long_labels_are_cut_and_cannot_steer_the_terminal() {
        let text = bars(&["a very long name", "\x1b[2J"], &[1.0, 0.0], &PLAIN);
        assert_eq!(text, "a very… ███████  1.00 ◀\n   ?[2J          0.00\n");
    }

    #[test]
    fn the_best_is_bold_where_colour_is_allowed() {
        let style = Style { colour: Colour::Ansi256, unicode: false, width: 12 };
        assert_eq!(bars(&["0"], &[1.0], &style), "\x1b[1m0 ##  1.00 <\x1b[0m\n");
    }
}
