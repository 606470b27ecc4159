//! One deployment with everything that is asked of it: its template read back, and where each part of it comes from.

use super::Seen;
use super::document::{Place, Reason, Source};
use crate::pipeline::{self, Compiled};
use crate::proof::Proved;
use portolan_access::{Basis, Calls, Reason as Why, Right, Site};
use portolan_diagnostics::{Sources, Span};
use portolan_model::{Event, FunctionId, Model, Subject};
use portolan_policy::{Need, Pattern, Policies, Set, Statement};
use portolan_target::{Backend, Permission};
use portolan_value::Resource;
use std::collections::{HashMap, HashSet};

/// A deployment, what was seen in its code, and what its template permits.
pub(in crate::commands) struct Facts<'a> {
    /// The deployment.
    pub compiled: &'a Compiled,
    /// What its functions' code does.
    pub calls: &'a Calls,
    /// The texts that spans point into.
    pub sources: &'a Sources,
    /// Its back end.
    pub backend: &'static dyn Backend,
    /// What its template permits, and what of that was proved.
    pub proved: &'a Proved,
    functions: HashMap<Pattern, String>,
    origins: HashMap<String, (String, Option<Span>)>,
    /// The grants that were assumed: function, verb and subject.
    assumed: HashSet<(&'a str, &'a str, &'a str)>,
    /// The calls that need a permission of the build, by where it stands.
    calls_of: HashMap<*const Permission, &'a [Site]>,
    /// The needs, by who and what in lower case.
    needs: HashMap<(&'a Pattern, Pattern), Vec<&'a Need>>,
    /// The kinds of resources, by name.
    kinds: HashMap<&'a str, &'a str>,
    /// The functions that something starts.
    listening: HashMap<Subject, Vec<FunctionId>>,
}

impl<'a> Facts<'a> {
    /// A deployment whose template was read back.
    pub fn of(seen: &'a Seen, sources: &'a Sources) -> Self {
        let Seen { compiled, calls, proved, .. } = seen;
        let rows = &compiled.settled.permissions;
        let own = proved.needs.iter().filter_map(|need| Some((need, rows.get(need.row?)?)));
        let own = own.filter(|(_, row)| row.holder.is_none() && !row.function.is_empty());
        let functions = own.map(|(need, row)| (need.principal.clone(), row.function.to_string())).collect();
        let origin = |resource: &Resource| (resource.address.to_string(), resource.origin.span);
        let origins = compiled.named().map(|(name, resource)| (name.to_owned(), origin(resource))).collect();
        let backend = pipeline::backend(compiled.model.target.format);
        let assumed = assumed(compiled);
        let proven = proved.functions.iter().flat_map(|function| &function.permissions);
        let calls_of = proven.filter_map(|proven| Some((std::ptr::from_ref(rows.get(proven.row)?), &*proven.calls)));
        let calls_of = calls_of.collect();
        let resources = compiled.model.resources.iter();
        let kinds = resources.map(|resource| (resource.name.value.as_str(), resource.kind.name.as_str())).collect();
        let (needs, listening) = (needs(proved), listening(&compiled.model));
        Self {
            compiled,
            calls,
            sources,
            backend,
            proved,
            functions,
            origins,
            assumed,
            calls_of,
            needs,
            kinds,
            listening,
        }
    }

    /// The kind of a resource; none of what is none.
    pub fn kind(&self, resource: &str) -> Option<&'a str> {
        self.kinds.get(resource).copied()
    }

    /// The functions that something starts, in the order of the spec.
    pub fn listeners(&self, of: Subject) -> &[FunctionId] {
        self.listening.get(&of).map(Vec::as_slice).unwrap_or_default()
    }

    /// What its template permits.
    pub fn policies(&self) -> &'a Policies {
        &self.proved.policies
    }

    /// The line of a span. Files of the code keep their way below the spec's folder; the spec is its name alone, so that
    /// a review is the same wherever it is made.
    pub fn place(&self, span: Span) -> Place {
        let Some(source) = self.sources.get(span.file) else { return Place::default() };
        let spec = self.compiled.model.app.span.file == span.file;
        let name = if spec { source.name().rsplit(['/', '\\']).next().unwrap_or_default() } else { source.name() };
        Place { file: name.to_owned(), line: source.position(span).line }
    }

    /// Why a permission of the build is there: what the spec says, then the calls that need just this one.
    pub fn reasons(&self, row: &Permission) -> Vec<Reason> {
        let calls = self.calls_of.get(&std::ptr::from_ref(row)).copied().unwrap_or_default().iter();
        let calls: Vec<Reason> = calls.map(|site| self.call(site.span, &site.text)).collect();
        let all = row.reasons.iter().map(|why| self.reason(why, row.by_hand));
        match calls.is_empty() {
            true => all.collect(),
            false => all.filter(|reason| reason.source != Source::Call).chain(calls).collect(),
        }
    }

    /// What calls are told by begins with the functions that lead to them: `handle → save: table.put_item(…)`.
    fn call(&self, span: Span, text: &str) -> Reason {
        let (chain, call) = text.split_once(": ").unwrap_or(("", text));
        let chain = chain.split(" → ").filter(|step| !step.is_empty()).map(str::to_owned).collect();
        Reason { source: Source::Call, text: call.to_owned(), chain, place: self.place(span) }
    }

    fn reason(&self, why: &Why, by_hand: bool) -> Reason {
        if why.span.file != self.compiled.model.app.span.file {
            return self.call(why.span, &why.text);
        }
        let place = self.place(why.span);
        let source = match why.text.split(' ').next() {
            _ if by_hand => Source::ByHand,
            Some("uses") => Source::Declared,
            Some("trigger") => Source::Trigger,
            _ => Source::Platform,
        };
        Reason { source, text: why.text.to_string(), chain: Vec::new(), place }
    }

    /// The address of a resource of the template, and the line it was made for.
    pub fn origin(&self, name: &str) -> (String, Option<Place>) {
        match self.origins.get(name) {
            Some((address, span)) => (address.clone(), span.map(|span| self.place(span))),
            None => (name.to_owned(), None),
        }
    }

    /// A principal in the spec's words where it is a function, else in the cloud's.
    pub fn who(&self, principal: &Pattern) -> String {
        match self.functions.get(principal) {
            Some(function) => function.clone(),
            None if portolan_policy::public(principal) => "everybody".to_owned(),
            None => principal.to_string(),
        }
    }

    /// The permission of the build that something in the template is for, and whether it is on just the same.
    pub fn row(&self, principal: &Pattern, permission: &Pattern, resource: &Pattern) -> Option<(&'a Permission, bool)> {
        let same = self.needs.get(&(principal, permission.lower())).into_iter().flatten();
        let meant = same.filter(|need| need.resource.covers(resource) || resource.covers(&need.resource));
        let need = meant.min_by_key(|need| need.resource != *resource)?;
        Some((self.compiled.settled.permissions.get(need.row?)?, need.resource == *resource))
    }

    /// What the holder of a permission of the build can become with it; where permissions are roles, of a role.
    pub fn escalation(&self, permission: &str) -> Option<String> {
        let known =
            [Pattern::glob(permission), Pattern::atom(permission)].iter().find_map(|one| self.backend.escalation(one));
        known.map(|known| known.gives.to_owned())
    }

    /// Whether a permission of the build is granted because not all of the code was understood.
    pub fn is_assumed(&self, row: &Permission) -> bool {
        self.assumed.contains(&(row.function.as_str(), row.verb.as_str(), row.subject.as_str()))
    }

    /// The statements that a resource of the template makes.
    pub fn statements_of(&self, address: &str) -> impl Iterator<Item = &Statement> {
        self.policies().statements().iter().filter(move |statement| self.origin(&statement.origin).0 == address)
    }
}

fn needs(proved: &Proved) -> HashMap<(&Pattern, Pattern), Vec<&Need>> {
    let mut needs: HashMap<_, Vec<&Need>> = HashMap::new();
    for need in &proved.needs {
        needs.entry((&need.principal, need.permission.lower())).or_default().push(need);
    }
    needs
}

fn listening(model: &Model) -> HashMap<Subject, Vec<FunctionId>> {
    let mut listening: HashMap<Subject, Vec<FunctionId>> = HashMap::new();
    for (function, trigger) in model.triggers() {
        if let (Some(subject), false) = (trigger.event.subject(), matches!(trigger.event, Event::Http(_))) {
            listening.entry(subject).or_default().push(function);
        }
    }
    listening
}

fn assumed(compiled: &Compiled) -> HashSet<(&str, &str, &str)> {
    let model = &compiled.model;
    let grants = compiled.grants.iter().filter(|grant| grant.basis == Basis::Assumed);
    let named = grants.filter_map(|grant| match &grant.right {
        Right::Verb { verb, subject, .. } => {
            Some((model.function(grant.function).name.value.as_str(), verb.name(), model.name_of(*subject)))
        }
        Right::Trigger(_) => None,
    });
    named.collect()
}

/// What the files of a template permit together.
pub(in crate::commands) fn read(backend: &dyn Backend, files: &[&str]) -> Policies {
    match files {
        [file] => backend.permissions(file),
        files => {
            let all = files.iter().flat_map(|file| backend.permissions(file).statements().to_vec());
            Policies::new(all.collect())
        }
    }
}

/// A set for people: what is there only because it lies under something that is there too is left out.
pub(in crate::commands) fn shown(set: &Set) -> String {
    let texts: Vec<String> = set.only.iter().map(ToString::to_string).collect();
    let under =
        |text: &String| texts.iter().any(|other| other != text && text.strip_prefix(other.as_str()) == Some("/*"));
    let kept: Vec<&str> = texts.iter().filter(|text| !under(text)).map(String::as_str).collect();
    let mut said = kept.join(", ");
    if !set.except.is_empty() {
        let except: Vec<String> = set.except.iter().map(ToString::to_string).collect();
        said.push_str(&format!(" but {}", except.join(", ")));
    }
    said
}
