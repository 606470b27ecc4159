//! Single values: from a text with its holes filled to a number, a truth, a word of a choice.

use crate::names::listed;
use crate::resolve::Resolver;
use crate::{Text, units};
use portolan_diagnostics::{Diagnostic, Span, Spanned, suggest};
use portolan_syntax as spec;
use std::collections::HashMap;
use std::collections::hash_map::Entry;

impl Resolver<'_> {
    /// A text that must be known now.
    pub fn literal(&mut self, text: &spec::Text) -> Option<Spanned<portolan_value::Text>> {
        self.words.literal(text, &mut self.findings)
    }

    /// A text that may be joined from what only the place of deployment knows, but not from other resources.
    pub fn joined(&mut self, text: &spec::Text) -> Option<Text> {
        self.words.fill(text, &mut self.findings)
    }

    /// `true` or `false`, written plainly.
    pub fn truth(&mut self, text: &spec::Text) -> Option<Spanned<bool>> {
        let value = self.literal(text)?;
        match value.value.as_str() {
            "true" if !text.quoted => Some(Spanned::new(true, text.span)),
            "false" if !text.quoted => Some(Spanned::new(false, text.span)),
            other => {
                let message = format!("`{other}` is not a truth: write `true` or `false`, without quotes");
                self.findings.push(Diagnostic::error("model/truth", message).at(text.span, "true or false"));
                None
            }
        }
    }

    /// A whole number from `least` on.
    pub fn number(&mut self, text: &spec::Text, least: u32) -> Option<Spanned<u32>> {
        let value = self.literal(text)?;
        let number = value.value.trim().parse::<u32>().ok().filter(|number| *number >= least);
        if number.is_none() {
            let message = format!("`{}` is not a whole number from {least} on", value.value);
            self.findings.push(Diagnostic::error("model/number", message).at(text.span, "a whole number, in digits"));
        }
        Some(Spanned::new(number?, text.span))
    }

    /// A duration in seconds, at least one.
    pub fn duration(&mut self, text: &spec::Text) -> Option<Spanned<u64>> {
        let value = self.literal(text)?;
        let seconds = units::seconds(&value.value);
        if seconds.is_none() {
            self.findings.push(
                Diagnostic::error("model/duration", format!("`{}` is not a duration", value.value))
                    .at(text.span, "a whole number and a unit")
                    .help("write `30 s`, `5 min`, `6 hours` or `14 d`; a bare number is seconds"),
            );
        }
        Some(Spanned::new(seconds?, text.span))
    }

    /// A duration that fits a function's life: at least a second.
    pub fn timeout(&mut self, text: &spec::Text) -> Option<Spanned<u32>> {
        let seconds = self.duration(text)?;
        self.counted(seconds, "a timeout is at least a second")
    }

    /// Days of log retention.
    pub fn days(&mut self, text: &spec::Text) -> Option<Spanned<u32>> {
        let value = self.literal(text)?;
        match units::days(&value.value) {
            Some(days) => self.counted(Spanned::new(days, text.span), "logs are kept for at least a day"),
            None => {
                self.findings.push(
                    Diagnostic::error("model/days", format!("`{}` is not a number of days", value.value))
                        .at(text.span, "whole days")
                        .help("write `30 d`; a bare number is days"),
                );
                None
            }
        }
    }

    /// Megabytes, at least one.
    pub fn size(&mut self, text: &spec::Text) -> Option<Spanned<u64>> {
        let value = self.literal(text)?;
        let megabytes = units::megabytes(&value.value);
        if megabytes.is_none() {
            self.findings.push(
                Diagnostic::error("model/size", format!("`{}` is not a size", value.value))
                    .at(text.span, "a whole number and a unit")
                    .help("write `256 MB` or `2 GB`; a bare number is megabytes"),
            );
        }
        Some(Spanned::new(megabytes?, text.span))
    }

    /// Megabytes of a function's memory.
    pub fn memory(&mut self, text: &spec::Text) -> Option<Spanned<u32>> {
        let megabytes = self.size(text)?;
        self.counted(megabytes, "a function has at least a megabyte of memory")
    }

    /// A count that is neither zero nor beyond everything that exists.
    fn counted(&mut self, count: Spanned<u64>, least: &str) -> Option<Spanned<u32>> {
        match u32::try_from(count.value) {
            Ok(small) if small > 0 => Some(Spanned::new(small, count.span)),
            _ => {
                let problem = if count.value == 0 { least } else { "this is beyond what any cloud has" };
                let diagnostic = Diagnostic::error("model/out-of-range", problem).at(count.span, "");
                self.findings.push(diagnostic);
                None
            }
        }
    }

    /// One word of several.
    pub fn choice<T: Copy>(&mut self, text: &spec::Text, key: &str, choices: &[(&str, T)]) -> Option<Spanned<T>> {
        let word = self.literal(text)?;
        self.word(&word, key, choices)
    }

    /// A word that is read already.
    pub fn word<T: Copy>(
        &mut self,
        word: &Spanned<portolan_value::Text>,
        key: &str,
        choices: &[(&str, T)],
    ) -> Option<Spanned<T>> {
        let found = choices.iter().find(|(known, _)| *known == word.value).map(|(_, choice)| *choice);
        if found.is_none() {
            self.findings.push(no_choice(word, key, choices.iter().map(|(known, _)| *known)));
        }
        Some(Spanned::new(found?, word.span))
    }
}

/// A word that is not among the choices.
pub(crate) fn no_choice<'a>(
    value: &Spanned<portolan_value::Text>,
    key: &str,
    choices: impl Iterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let close = suggest(&value.value, choices.clone()).map(|close| format!("did you mean `{close}`?"));
    let message = format!("`{}` is no choice for `{key}`: it is one of {}", value.value, listed(choices));
    Diagnostic::error("model/choice", message).at(value.span, "").help_if(close)
}

/// The words of a list without those that stand in it twice, which is reported.
pub(crate) fn distinct(
    words: Vec<Spanned<portolan_value::Text>>,
    findings: &mut Vec<Diagnostic>,
) -> Vec<Spanned<portolan_value::Text>> {
    if words.len() < 2 {
        return words;
    }
    let mut first: HashMap<portolan_value::Text, Span> = HashMap::with_capacity(words.len());
    let mut is_new = |word: &Spanned<portolan_value::Text>| match first.entry(word.value.clone()) {
        Entry::Vacant(entry) => {
            entry.insert(word.span);
            true
        }
        Entry::Occupied(entry) => {
            findings.push(repeated(word, *entry.get()));
            false
        }
    };
    words.into_iter().filter(|word| is_new(word)).collect()
}

/// A value that stands twice in a list.
fn repeated(value: &Spanned<portolan_value::Text>, first: Span) -> Diagnostic {
    Diagnostic::error("model/repeated", format!("`{}` stands twice in one list", value.value))
        .at(value.span, "again here")
        .also(first, "first here")
        .help("leave one of them out")
}
