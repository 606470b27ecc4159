//! Names and what they stand for: functions, resources and raw resources share one namespace.

use crate::resolve::Resolver;
use crate::targets::{matches, unknown_target};
use crate::{FunctionId, NativeId, ResourceId, Subject};
use portolan_catalog::Kind;
use portolan_diagnostics::{Diagnostic, Span, Spanned, suggest};
use portolan_syntax::{ExternalSpec, FunctionSpec, Node, ResourceSpec, Text};
use portolan_value::Format;
use std::collections::HashMap;
use std::sync::Arc;

/// Kinds that the language will have and that are not built yet.
const LATER: [&str; 11] =
    ["stream", "parameter", "bus", "websocket", "key", "database", "cache", "domain", "site", "alarm", "budget"];

/// After so many findings nobody reads suggestions, and looking for them among all names takes time.
const SUGGESTIONS: usize = 50;
/// So many words of a list are shown.
const SHOWN: usize = 20;

/// Everything that has a name.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    declared: HashMap<&'a str, Declared<'a>>,
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

/// What this target has, in the order of the file: ids are indices.
#[derive(Debug, Default)]
pub(crate) struct Present<'a> {
    pub functions: Vec<&'a FunctionSpec>,
    pub resources: Vec<(&'a ResourceSpec, &'a Arc<Kind>)>,
    pub natives: Vec<(&'a Spanned<String>, &'a Node)>,
}

impl<'a> Names<'a> {
    /// What a name stands for.
    pub fn get(&self, name: &str) -> Option<Declared<'a>> {
        self.declared.get(name).copied()
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
pub(crate) fn article(noun: &str) -> String {
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
    /// Reads all names of the spec and sorts out what this target has.
    pub fn declare(&mut self) -> Present<'a> {
        let mut present = Present::default();
        for resource in &self.spec.resources {
            self.declare_resource(resource, &mut present);
        }
        for function in &self.spec.functions {
            let targets = function.targets.as_deref().or(self.spec.defaults.targets.as_deref());
            let subject = Subject::Function(FunctionId(index(present.functions.len())));
            let place = self.place(targets, subject);
            if self.add(&function.name, What::Function, place) && matches!(place, Place::Here(_)) {
                present.functions.push(function);
            }
        }
        for (format, natives) in &self.spec.native {
            for (name, body) in natives {
                self.declare_native(format.value, name, body, &mut present);
            }
        }
        present
    }

    fn declare_resource(&mut self, resource: &'a ResourceSpec, present: &mut Present<'a>) {
        let kind = self.kind(resource);
        let subject = Subject::Resource(ResourceId(index(present.resources.len())));
        let place = match (self.place(resource.targets.as_deref(), subject), kind) {
            (_, None) => Place::Broken,
            (Place::Here(_), Some(_)) if self.is_not_named(resource) => Place::NotNamed(resource.name.span),
            (place, Some(_)) => place,
        };
        let is_new = self.add(&resource.name, What::Resource(kind), place);
        if let (Place::Here(_), Some(kind), true) = (place, kind, is_new) {
            present.resources.push((resource, kind));
        }
    }

    fn declare_native(&mut self, format: Format, name: &'a Spanned<String>, body: &'a Node, present: &mut Present<'a>) {
        let here = format == self.request.target.format;
        let subject = Subject::Native(NativeId(index(present.natives.len())));
        let place = if here { Place::Here(subject) } else { Place::OtherFormat(format) };
        match self.names.get(&name.value).map(|known| (known.what, known.place)) {
            // The same name under two formats is one thing in two spellings.
            Some((What::Native, Place::OtherFormat(_))) => {
                self.names.declared.insert(&name.value, Declared { span: name.span, what: What::Native, place });
            }
            Some((What::Native, _)) if !here => return,
            _ if !self.add(name, What::Native, place) => return,
            _ => {}
        }
        if here {
            present.natives.push((name, body));
        }
    }

    /// Takes a name; reports it and gives back false when it is taken already.
    fn add(&mut self, name: &'a Spanned<String>, what: What<'a>, place: Place<'a>) -> bool {
        if let Some(first) = self.names.get(&name.value) {
            self.findings.push(clash(name, &what, &first));
            return false;
        }
        self.names.declared.insert(&name.value, Declared { span: name.span, what, place });
        self.names.order.push(&name.value);
        true
    }

    fn kind(&mut self, resource: &ResourceSpec) -> Option<&'a Arc<Kind>> {
        // Without one the spec was refused already.
        let name = self.words.literal(resource.kind.as_ref()?, &mut self.findings)?;
        match self.catalog.kind(&name.value) {
            Some(kind) if kind.declarable => return Some(kind),
            _ if LATER.contains(&name.value.as_str()) => self.findings.push(
                Diagnostic::error(
                    "resolve/kind-not-built-yet",
                    format!("the kind `{}` belongs to a later part of the language and is not built yet", name.value),
                )
                .at(name.span, "not built yet")
                .help(format!("the kinds are {}", self.kinds())),
            ),
            _ => {
                let kinds = self.catalog.kinds().filter(|kind| kind.declarable).map(|kind| kind.name.as_str());
                let close = suggest(&name.value, kinds).map(|close| format!("did you mean `{close}`?"));
                let help = close.unwrap_or_else(|| format!("the kinds are {}", self.kinds()));
                let diagnostic = Diagnostic::error("resolve/unknown-kind", format!("unknown kind `{}`", name.value));
                self.findings.push(diagnostic.at(name.span, "no kind has this name").help(help));
            }
        }
        None
    }

    fn kinds(&self) -> String {
        listed(self.catalog.kinds().filter(|kind| kind.declarable).map(|kind| kind.name.as_str()))
    }

    /// Whether `external` says nothing for this target's provider.
    fn is_not_named(&self, resource: &ResourceSpec) -> bool {
        let provider = self.request.target.format.provider();
        match &resource.external {
            Some(ExternalSpec::ByProvider(names, _)) => names.iter().all(|(known, _)| known.value != provider),
            _ => false,
        }
    }

    fn place(&mut self, targets: Option<&'a [Text]>, subject: Subject) -> Place<'a> {
        match targets {
            Some(targets) if !self.includes(targets) => Place::Elsewhere(targets),
            _ => Place::Here(subject),
        }
    }

    /// Whether a `targets:` list means this target; reports names that no target has.
    pub fn includes(&mut self, targets: &[Text]) -> bool {
        // A stand-in for a target has everything.
        let mut included = self.request.target.name.value.is_empty();
        for target in targets {
            let Some(name) = self.words.literal(target, &mut self.findings) else { continue };
            let known = self.spec.targets.iter().map(|target| target.name.value.as_str());
            let is_known = known.into_iter().any(|known| matches(&name.value, known) || matches(known, &name.value));
            if !is_known && !self.spec.targets.is_empty() && name.value != self.request.target.name.value {
                self.findings.push(unknown_target(&name, self.spec, self.findings.len()));
            }
            included |= matches(&name.value, &self.request.target.name.value) || self.is_own_pattern(&name.value);
        }
        included
    }

    /// `pr-*` in a list means the target that the pattern `pr-*` answers for.
    fn is_own_pattern(&self, name: &str) -> bool {
        self.spec
            .targets
            .iter()
            .any(|target| target.name.value == name && target.name.span == self.request.target.name.span)
    }

    /// What a name stands for in this target; says why when there is nothing.
    pub fn subject(&mut self, name: &Spanned<String>) -> Option<(Subject, Declared<'a>)> {
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
    pub fn function_named(&mut self, name: &Spanned<String>) -> Option<FunctionId> {
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
    pub fn resource_of_kind(&mut self, name: &Spanned<String>, kind: &str) -> Option<ResourceId> {
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

    fn here(&mut self, name: &Spanned<String>, declared: Declared<'a>) -> Option<(Subject, Declared<'a>)> {
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
        name: &Spanned<String>,
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

fn clash(name: &Spanned<String>, what: &What<'_>, first: &Declared<'_>) -> Diagnostic {
    let message = format!("the name `{}` is taken: functions and resources share one namespace", name.value);
    let noun = match (what, &first.what) {
        (What::Function, first @ What::Resource(_)) => first.noun(),
        _ => what.noun(),
    };
    let suffix = noun.rsplit(' ').next().unwrap_or(noun);
    Diagnostic::error("resolve/name-taken", message)
        .at(name.span, format!("{} of this name", article(what.noun())))
        .also(first.span, format!("{} has it already", article(first.what.noun())))
        .help(format!("call the {noun} `{}-{suffix}`", name.value))
}
