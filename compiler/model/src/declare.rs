//! Which names a spec declares, and which of them a target has: ids are given here.

use crate::names::{Declared, Place, What, article, index, listed};
use crate::resolve::Resolver;
use crate::targets::{matches, unknown_target};
use crate::{FunctionId, NativeId, ResourceId, Subject};
use portolan_catalog::Kind;
use portolan_diagnostics::{Diagnostic, Spanned, suggest};
use portolan_syntax::{ExternalSpec, FunctionSpec, Node, ResourceSpec, Text};
use portolan_value::Format;
use std::sync::Arc;

/// Kinds that the language will have and that are not built yet.
const LATER: [&str; 9] = ["stream", "websocket", "key", "database", "cache", "domain", "site", "alarm", "budget"];

/// What this target has, in the order of the file: ids are indices.
#[derive(Debug, Default)]
pub(crate) struct Present<'a> {
    pub functions: Vec<&'a FunctionSpec>,
    pub resources: Vec<(&'a ResourceSpec, &'a Arc<Kind>)>,
    pub natives: Vec<(&'a Spanned<portolan_value::Text>, &'a Node)>,
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

    fn declare_native(
        &mut self,
        format: Format,
        name: &'a Spanned<portolan_value::Text>,
        body: &'a Node,
        present: &mut Present<'a>,
    ) {
        let here = format == self.request.target.format;
        let subject = Subject::Native(NativeId(index(present.natives.len())));
        let place = if here { Place::Here(subject) } else { Place::OtherFormat(format) };
        match self.names.get(&name.value).map(|known| (known.what, known.place)) {
            // The same name under two formats is one thing in two spellings.
            Some((What::Native, Place::OtherFormat(_))) => {
                self.names.insert(&name.value, Declared { span: name.span, what: What::Native, place });
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
    fn add(&mut self, name: &'a Spanned<portolan_value::Text>, what: What<'a>, place: Place<'a>) -> bool {
        if let Some(first) = self.names.get(&name.value) {
            self.findings.push(clash(name, &what, &first));
            return false;
        }
        self.names.insert(&name.value, Declared { span: name.span, what, place });
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
}

fn clash(name: &Spanned<portolan_value::Text>, what: &What<'_>, first: &Declared<'_>) -> Diagnostic {
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
