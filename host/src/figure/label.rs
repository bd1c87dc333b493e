//! What is written in a figure, in any language.

/// A short text in a figure: as it is, or by its name among the [`Words`] of a language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// The same in every language: a number, a formula, a symbol.
    Plain(String),
    /// Looked up in the language's words; `{0}`, `{1}`, … there stand for the arguments.
    Key(&'static str, Vec<String>),
}

/// The words of a language, by their names.
pub trait Words {
    /// The text that goes by this name, if there is one.
    fn word(&self, key: &str) -> Option<&str>;
}

/// No words: labels show their names.
impl Words for () {
    fn word(&self, _: &str) -> Option<&str> {
        None
    }
}

impl Label {
    /// No text.
    pub fn none() -> Self {
        Self::Plain(String::new())
    }

    /// A text that is the same in every language.
    pub fn plain(text: impl ToString) -> Self {
        Self::Plain(text.to_string())
    }

    /// The text that goes by the name `key`.
    pub fn key(key: &'static str) -> Self {
        Self::Key(key, Vec::new())
    }

    /// The text that goes by the name `key`, with `argument` in place of the next `{0}`, `{1}`, ….
    #[must_use]
    pub fn with(mut self, argument: impl ToString) -> Self {
        if let Self::Key(_, arguments) = &mut self {
            arguments.push(argument.to_string());
        }
        self
    }

    /// The text in the language of `words`; a name that is not among them stands for itself.
    pub fn text(&self, words: &dyn Words) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Key(key, arguments) => {
                let text = words.word(key).unwrap_or(key).to_owned();
                let numbered = arguments.iter().enumerate();
                numbered
                    .fold(text, |text, (at, argument)| text.replace(&format!("{{{at}}}"), argument))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Spanish;

    impl Words for Spanish {
        fn word(&self, key: &str) -> Option<&str> {
            (key == "neuron").then_some("neurona {0} de {1}")
        }
    }

    #[test]
    fn a_label_speaks_the_language_of_the_words() {
        let label = Label::key("neuron").with(3).with(30);
        assert_eq!(label.text(&Spanish), "neurona 3 de 30");
        assert_eq!(Label::key("epoch").text(&Spanish), "epoch");
        assert_eq!(Label::plain("η = 0.5").with(1).text(&Spanish), "η = 0.5");
    }
}
