//! Formulas, written in LaTeX: MathML for pages, characters for terminals.

use pulldown_latex::config::DisplayMode;
use pulldown_latex::{Parser, RenderConfig, Storage, push_mathml};

/// A formula in MathML, in a line of its own (`is_block`) or within a sentence.
///
/// # Errors
///
/// What is wrong with the LaTeX, in one line.
pub fn mathml(latex: &str, is_block: bool) -> Result<String, String> {
    let storage = Storage::new();
    let faults: Vec<String> =
        Parser::new(latex, &storage).filter_map(|event| event.err()).map(one_line).collect();
    if let Some(fault) = faults.first() {
        return Err(format!("the formula {latex}: {fault}"));
    }
    let display_mode = if is_block { DisplayMode::Block } else { DisplayMode::Inline };
    let config = RenderConfig { display_mode, ..RenderConfig::default() };
    let mut text = String::new();
    push_mathml(&mut text, Parser::new(latex, &storage), config)
        .map_err(|error| format!("the formula {latex}: {error}"))?;
    Ok(text)
}

fn one_line(fault: impl ToString) -> String {
    fault.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A formula in characters, in as many lines as it needs.
pub fn characters(latex: &str) -> String {
    let drawn = term_maths::render(latex).to_string();
    drawn.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// A formula in the characters of one line: what would stand higher or lower follows `^` or `_`.
pub fn in_line(latex: &str) -> String {
    let drawn = characters(latex);
    match drawn.trim_end().lines().collect::<Vec<_>>()[..] {
        [line] => line.to_owned(),
        _ => flat(latex),
    }
}

/// LaTeX with its commands drawn one by one and its braces left out.
fn flat(latex: &str) -> String {
    let mut line = String::new();
    let mut rest = latex.trim();
    while let Some(first) = rest.chars().next() {
        let letters = rest.chars().skip(1).take_while(char::is_ascii_alphabetic).count();
        let taken = if first == '\\' && letters > 0 {
            let (command, _) = rest.split_at(1 + letters);
            line.push_str(term_maths::render(command).to_string().trim());
            // The blank that ends a command's name is none of the formula's.
            let blank = rest[command.len()..].starts_with(' ');
            command.len() + usize::from(blank)
        } else {
            // A space of LaTeX is a backslash and one more character.
            let taken = if first == '\\' {
                rest.chars().take(2).map(char::len_utf8).sum()
            } else {
                first.len_utf8()
            };
            match first {
                '{' | '}' => {}
                '\\' => line.push(' '),
                '-' => line.push('−'),
                other => line.push(other),
            }
            taken
        };
        rest = &rest[taken..];
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_mathml_or_characters() {
        let latex = r"\sigma(z) = \frac{1}{1 + e^{-z}}";
        let mathml = mathml(latex, true).unwrap();
        assert!(mathml.starts_with("<math display=\"block\">") && mathml.contains("<mfrac>"));
        assert!(characters(latex).lines().count() >= 3);
        assert!(super::mathml(r"\frac{1", true).is_err());
    }

    #[test]
    fn within_a_sentence_a_formula_takes_one_line() {
        assert_eq!(in_line(r"10^{-12}"), "10⁻¹²");
        assert_eq!(in_line(r"\delta^L = a^L - y"), "δ^L = a^L − y");
        assert_eq!(in_line(r"\partial C/\partial w"), "∂C/∂w");
        assert_eq!(in_line(r"\delta^L = −0.20"), "δ^L = −0.20");
    }
}
