//! Names and what they stand for: functions, resources and raw resources share one namespace.

use crate::resolve::Resolver;
use crate::{FunctionId, ResourceId, Subject};
use portolan_catalog::Kind;
use portolan_diagnostics::{Diagnostic, Span, Spanned, suggest};
use portolan_syntax::Text;
use portolan_value::Format;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::sync::Arc;

/// After so many findings nobody reads suggestions, and looking for them among all names takes time.
const SUGGESTIONS: usize = 50;
/// So many words of a list are shown.
const SHOWN: usize = 20;

/// Everything that has a name.
#[derive(Debug)]
pub(crate) struct Names<'a> {
    declared: FxHashMap<&'a str, Declared<'a>>,
    order: Vec<&'a str>,
}

/// What a name stands for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Declared<'a> {
    pub span: Span,
    pub what: What<'a>,
    pub place: Place<'a>,
}

/// What is declared.
#[derive(Clone, Copy, Debug)]
pub(crate) enum What<'a> {
    Function,
    /// A resource, with its kind when that is known.
    Resource(Option<&'a Arc<Kind>>),
    Native,
}

/// Where it is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Place<'a> {
    /// Part of this target.
    Here(Subject),
    /// Only in these targets.
    Elsewhere(&'a [Text]),
    /// External, and it names nothing on this provider.
    NotNamed(Span),
    /// A raw resource of another format.
    OtherFormat(Format),
    /// Wrong in a way that has been said.
    Broken,
}

impl<'a> Names<'a> {
    /// Room for so many.
    pub fn with_capacity(names: usize) -> Self {
        let declared = FxHashMap::with_capacity_and_hasher(names, FxBuildHasher);
        Self { declared, order: Vec::with_capacity(names) }
    }

    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<Declared<'a>> {
        self.declared.get(name).copied()
    }

    /// Takes a name, or gives it another meaning.
    pub fn insert(&mut self, name: &'a str, declared: Declared<'a>) {
        if self.declared.insert(name, declared).is_none() {
            self.order.push(name);
        }
    }

    /// The closest name of those that fit.
    fn close(&self, name: &str, said: usize, fits: impl Fn(&Declared<'a>) -> bool) -> Option<(&'a str, Declared<'a>)> {
        let candidates = self.order.iter().copied().filter(|name| self.get(name).is_some_and(|known| fits(&known)));
        let close = closest(name, candidates, said)?;
        Some((close, self.get(close)?))
    }
}

impl What<'_> {
    /// `function`, `raw resource`, or the kind.
    pub fn noun(&self) -> &str {
        match self {
            Self::Function => "function",
            Self::Resource(Some(kind)) => &kind.name,
            Self::Resource(None) => "resource",
            Self::Native => "raw resource",
        }
    }
}

/// "a queue", "an api".
#[must_use]
pub fn article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

/// `` `a`, `b` and `c` ``; of a long list the beginning.
pub(crate) fn listed<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut words = words.into_iter();
    let mut quoted: Vec<String> = words.by_ref().take(SHOWN).map(|word| format!("`{word}`")).collect();
    let more = words.count();
    if more > 0 {
        quoted.push(format!("{more} more"));
    }
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
        None => "nothing".to_owned(),
    }
}

/// The closest of the user's own words, as long as few findings were said.
pub(crate) fn closest<'a>(word: &str, words: impl IntoIterator<Item = &'a str>, said: usize) -> Option<&'a str> {
    if said > SUGGESTIONS { None } else { suggest(word, words) }
}

impl<'a> Resolver<'a> {
    /// What a name stands for in this target; says why when there is nothing.
    pub fn subject(&mut self, name: &Spanned<portolan_value::Text>) -> Option<(Subject, Declared<'a>)> {
        let Some(declared) = self.names.get(&name.value) else {
            let message = format!("unknown resource `{}`", name.value);
            let diagnostic = Diagnostic::error("resolve/unknown-resource", message);
            let diagnostic = diagnostic.at(name.span, "no resource or function has this name");
            self.unknown(diagnostic, name, "declare it under `resources` or `functions`", |_| true);
            return None;
        };
        self.here(name, declared)
    }

    /// The function of this name.
    pub fn function_named(&mut self, name: &Spanned<portolan_value::Text>) -> Option<FunctionId> {
        match self.names.get(&name.value) {
            Some(declared @ Declared { what: What::Function, .. }) => match self.here(name, declared)?.0 {
                Subject::Function(id) => Some(id),
                Subject::Resource(_) | Subject::Native(_) => None,
            },
            Some(other) => {
                let message = format!("`{}` is {}, not a function", name.value, article(other.what.noun()));
                self.findings.push(
                    Diagnostic::error("resolve/unknown-function", message)
                        .at(name.span, "a function is wanted here")
                        .also(other.span, "declared here"),
                );
                None
            }
            None => {
                let message = format!("unknown function `{}`", name.value);
                let diagnostic = Diagnostic::error("resolve/unknown-function", message);
                let diagnostic = diagnostic.at(name.span, "no function has this name");
                self.unknown(diagnostic, name, "declare it under `functions`", |known| {
                    matches!(known.what, What::Function)
                });
                None
            }
        }
    }

    /// The resource of this name, which must be of this kind.
    pub fn resource_of_kind(&mut self, name: &Spanned<portolan_value::Text>, kind: &str) -> Option<ResourceId> {
        let declared = self.names.get(&name.value);
        match declared.map(|declared| declared.what) {
            Some(What::Resource(Some(known))) if known.name != kind => {}
            Some(What::Function | What::Native) => {}
            Some(What::Resource(_)) | None => {
                return match self.subject(name)?.0 {
                    Subject::Resource(id) => Some(id),
                    Subject::Function(_) | Subject::Native(_) => None,
                };
            }
        }
        let declared = declared?;
        let noun = article(declared.what.noun());
        let message = format!("`{}` is {noun}, and {} is wanted here", name.value, article(kind));
        self.findings.push(
            Diagnostic::error("resolve/wrong-kind", message)
                .at(name.span, format!("must name {}", article(kind)))
                .also(declared.span, "declared here"),
        );
        None
    }

    fn here(
        &mut self,
        name: &Spanned<portolan_value::Text>,
        declared: Declared<'a>,
    ) -> Option<(Subject, Declared<'a>)> {
        let target = &self.request.target;
        let diagnostic = match declared.place {
            Place::Here(subject) => return Some((subject, declared)),
            Place::Broken => return None,
            Place::Elsewhere(targets) => {
                let message = format!("`{}` is not part of this target", name.value);
                let only: Vec<String> = targets.iter().map(Text::written).collect();
                Diagnostic::error("resolve/not-in-target", message)
                    .at(name.span, "used here")
                    .also(declared.span, format!("only in {}", listed(only.iter().map(String::as_str))))
                    .help("give both the same `targets:`, or leave this one out of the target too")
            }
            Place::NotNamed(span) => {
                let provider = target.format.provider().key();
                let message = format!("`{}` is external and names nothing on {provider}", name.value);
                Diagnostic::error("resolve/external-elsewhere", message)
                    .at(name.span, "used here")
                    .also(span, "declared here")
                    .help(format!("add `{provider}:` with its name there under `external`"))
            }
            Place::OtherFormat(format) => {
                let message = format!("the raw resource `{}` exists on {} only", name.value, format.key());
                Diagnostic::error("resolve/native-elsewhere", message)
                    .at(name.span, "used here")
                    .also(declared.span, "declared here")
                    .help(format!("declare one of this name under `native: {}` too", target.format.key()))
            }
        };
        self.findings.push(diagnostic.target(target.name.value.clone()));
        None
    }

    /// Reports an unknown name with the closest one that fits.
    fn unknown(
        &mut self,
        diagnostic: Diagnostic,
        name: &Spanned<portolan_value::Text>,
        declare: &str,
        fits: impl Fn(&Declared<'a>) -> bool,
    ) {
        let close = self.names.close(&name.value, self.findings.len(), fits);
        self.findings.push(match close {
            Some((close, declared)) => diagnostic
                .also(declared.span, format!("{} with a similar name is declared here", article(declared.what.noun())))
                .help(format!("did you mean `{close}`?")),
            None => diagnostic.help(declare),
        });
    }
}

/// The index of the next item; a spec of 4 MB cannot hold more than an id can count.
pub(crate) fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
