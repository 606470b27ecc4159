//! What to add to the spec so that a call is allowed.

use super::prepare::{Filled, Prepared};
use crate::output;
use portolan_aws_local::StandIn;
use portolan_catalog::{Column, Verb};
use portolan_diagnostics::Sources;
use portolan_model::{Pattern as Objects, Resource, Subject, Use};
use portolan_policy::{Pattern, Request, allows};
use portolan_recording::Ask;

/// What is needed to find a cure.
pub(super) struct Cures<'a> {
    pub(super) prepared: &'a Prepared,
    pub(super) stand_in: &'a StandIn,
    /// What the spec declares, whatever was seen in the code.
    pub(super) declared: &'a Filled,
    pub(super) sources: &'a Sources,
}

/// What stands in the way of a call that a statement denies.
pub(super) fn forbidden(by: &[String]) -> String {
    format!("{} denies it, whatever else allows it", by.join(", "))
}

impl Cures<'_> {
    /// What to do so that a call is allowed that no statement speaks of.
    pub(super) fn of(&self, ask: &Ask, principal: &Pattern) -> String {
        let request = Request {
            principal: principal.clone(),
            permission: Pattern::literal(&ask.permission),
            resource: ask.resource(),
            context: ask.context(),
        };
        if allows(&self.declared.policies, &request).is_allowed() {
            return "the spec declares it, but the code was not seen to do it, so it was not granted: `portolan infer` shows what was seen".to_owned();
        }
        match self.subject(ask) {
            Some(Subject::Resource(id)) => self.verb_to_add(ask, self.prepared.compiled.model.resource(id)),
            Some(Subject::Function(id)) if ask.permission == "lambda:InvokeFunction" => {
                format!("add `uses: {{ {}: invoke }}`", self.prepared.compiled.model.function(id).name.value)
            }
            _ => block_to_add(ask),
        }
    }

    /// The resource or function of the spec that a call is on.
    fn subject(&self, ask: &Ask) -> Option<Subject> {
        let model = &self.prepared.compiled.model;
        let made = self.stand_in.holding(&ask.resource).and_then(|made| self.prepared.owner(made.id));
        let owner = made.or_else(|| {
            let is_called = |resource: &&Resource| {
                resource.external.as_ref().is_some_and(|external| {
                    let name = external.value.as_str();
                    ask.resource == name
                        || ask.resource.ends_with(&format!(":{name}"))
                        || ask.resource.contains(&format!(":{name}/"))
                })
            };
            model.resources.iter().find(is_called).map(|resource| resource.name.value.as_str())
        })?;
        let resource = model.resource_ids().find(|(_, resource)| resource.name.value == owner);
        let function = || model.function_ids().find(|(_, function)| function.name.value == owner);
        resource.map(|(id, _)| Subject::Resource(id)).or_else(|| function().map(|(id, _)| Subject::Function(id)))
    }

    fn verb_to_add(&self, ask: &Ask, resource: &Resource) -> String {
        let name = &resource.name.value;
        let declared: Vec<&Use> = self.uses(resource).collect();
        let limited = declared
            .iter()
            .find(|entry| !entry.only.is_empty() && self.permissions(resource, &entry.verb).contains(&ask.permission));
        if let Some(entry) = limited {
            let place = output::place(entry.span, self.sources);
            let only: Vec<String> = entry.only.iter().map(|objects| written(&objects.value)).collect();
            return format!(
                "`{}` on `{name}` is declared for {} only ({place}): add what this is to them",
                entry.verb.name(),
                only.join(", ")
            );
        }
        let verbs = resource.kind.verbs.iter().map(|rule| &rule.verb);
        let fitting = verbs.filter(|verb| self.permissions(resource, verb).contains(&ask.permission));
        let Some(verb) = fitting.min_by_key(|verb| self.permissions(resource, verb).len()) else {
            return block_to_add(ask);
        };
        let mut all: Vec<&str> = declared.iter().map(|entry| entry.verb.name()).collect();
        all.push(verb.name());
        match all.as_slice() {
            [one] => format!("add `uses: {{ {name}: {one} }}`"),
            several => format!("add it to what is declared: `uses: {{ {name}: [{}] }}`", several.join(", ")),
        }
    }

    fn uses(&self, resource: &Resource) -> impl Iterator<Item = &Use> {
        let model = &self.prepared.compiled.model;
        let name = resource.name.value.clone();
        self.prepared.function().uses.iter().filter(move |entry| model.name_of(entry.subject) == name.as_str())
    }

    fn permissions(&self, resource: &Resource, verb: &Verb) -> Vec<String> {
        match resource.kind.column(self.prepared.compiled.model.target.format) {
            Column::Built(built) => {
                built.access(verb).iter().flat_map(|row| row.permissions.iter().map(ToString::to_string)).collect()
            }
            Column::Unsupported(_) => Vec::new(),
        }
    }
}

fn written(objects: &Objects) -> String {
    match objects {
        Objects::Prefix(prefix) => format!("`{prefix}*`"),
        Objects::Key(key) => format!("`{key}`"),
    }
}

/// The `allow` for what is in no kind.
fn block_to_add(ask: &Ask) -> String {
    format!(
        "add it by hand: `allow: {{ aws: [{{ actions: [{}], resources: [\"{}\"], why: … }}] }}`",
        ask.permission, ask.resource
    )
}
