//! Verbs: from what a function uses to roles bound on what it uses.
//!
//! Rows of the library that say the same about where they are bound become one role. Where one of Google's has exactly
//! those permissions it is taken; else there is a custom role for each verb of a kind, shared by the whole deployment.

use super::permissions::Told;
use super::platform::Custom;
use super::{Binding, Condition, Decider, Member, Role, Scope, asked};
use crate::{ranges, roles};
use portolan_access::{Basis, Grant, Right};
use portolan_catalog::{Column, Verb};
use portolan_diagnostics::Diagnostic;
use portolan_model::{FunctionId, Pattern, Resource, ResourceId, Subject};
use portolan_target::FilledRow;
use portolan_value::{Address, Addresses, Language, Text, Value};
use std::sync::Arc;

/// What several rows grant together.
struct Granted {
    permissions: Vec<Text>,
    row: FilledRow,
}

/// One function's verb on one resource.
struct Use<'g, 'a> {
    function: FunctionId,
    verb: &'g Verb,
    resource: &'a Resource,
    grant: &'g Grant,
    holder: &'g Holder,
}

/// Who a function is to Google.
struct Holder {
    member: Member,
    principal: Arc<Value>,
}

impl<'a> Decider<'a> {
    /// Everything a function uses.
    pub(super) fn grants(&mut self, id: FunctionId) {
        let grants = self.request.grants;
        let member = Member::Account(self.identity(id));
        let holder = Holder { principal: self.principal(&member), member };
        for grant in grants.of(id) {
            match &grant.right {
                Right::Verb { verb, subject: Subject::Resource(resource), only } => {
                    let declared = self.model().resource(*resource);
                    let used = Use { function: id, verb, resource: declared, grant, holder: &holder };
                    self.verb(&used, *resource, only);
                }
                Right::Verb { .. } => self.invocation(grant),
                Right::Trigger(_) => {}
            }
        }
    }

    fn verb(&mut self, used: &Use<'_, 'a>, id: ResourceId, only: &[Pattern]) {
        let Use { grant, verb, .. } = used;
        let mut rows = self.kinds.access(id, verb, only, &grant.basis);
        // Rows become one role together, so one that is missing narrows the others.
        let count = match &grant.basis {
            Basis::Declared | Basis::Assumed => rows.len(),
            Basis::Code(_) => self.kinds.access(id, verb, only, &Basis::Declared).len(),
        };
        let fewer = rows.len() < count;
        rows.iter_mut().for_each(|row| row.narrowed |= fewer);
        let mut number = 0;
        for granted in together(rows) {
            self.granted(used, &mut number, granted);
        }
    }

    fn granted(&mut self, used: &Use<'_, 'a>, number: &mut usize, granted: Granted) {
        let conditions = match self.conditions(used, &granted.row) {
            Ok(conditions) => conditions,
            Err(diagnostic) => {
                self.decision.diagnostics.push(*diagnostic);
                return;
            }
        };
        let (role, beyond) = self.role(used, &granted, conditions.iter().any(Option::is_some));
        let part = part(used.resource, &granted.row);
        let after: Addresses = part.clone().into_iter().collect();
        let scope = scope(part, &granted.row);
        for condition in conditions {
            let told = Told {
                beyond: beyond.clone(),
                wider: granted.row.wider.iter().map(written).collect(),
                ..self.told(used, condition.as_ref(), (&role, &scope))
            };
            self.tell(&granted.permissions, &told);
            let via = numbered(&used.resource.name.value, used.verb.name(), *number);
            *number += 1;
            self.decision.bindings.push(Binding {
                address: Address::via(self.name(used.function), &via, "grant"),
                scope: scope.clone(),
                role: role.clone(),
                member: used.holder.member.clone(),
                condition,
                after: after.clone(),
                origin: asked(used.grant.reasons.first.span, "a function may do what it uses"),
            });
        }
    }

    fn told<'t>(
        &self,
        used: &'t Use<'_, 'a>,
        condition: Option<&Condition>,
        (role, scope): (&'t Role, &'t Scope),
    ) -> Told<'t>
    where
        'a: 't,
    {
        Told {
            function: self.name(used.function),
            holder: None,
            principal: Arc::clone(&used.holder.principal),
            verb: used.verb.name(),
            subject: &used.resource.name.value,
            scope,
            condition: condition.map(|condition| condition.expression.clone()),
            role,
            beyond: Vec::new(),
            by_hand: false,
            reasons: used.grant.because(),
            wider: Vec::new(),
        }
    }

    /// The role that carries the permissions, and what it carries beyond them. Google's legacy roles take no condition.
    fn role(&mut self, used: &Use<'_, 'a>, granted: &Granted, conditional: bool) -> (Role, Vec<Text>) {
        let exact = text_of(&granted.row, "exact").filter(|_| !granted.row.narrowed);
        let exact = exact.filter(|role| !conditional || !role.contains("legacy"));
        let built_in = text_of(&granted.row, "built-in").filter(|_| self.request.settings.built_in_roles);
        if let Some(role) = exact.or(built_in) {
            let beyond = roles::beyond(&role, &granted.permissions);
            return (Role::Predefined(role), beyond);
        }
        let (kind, verb) = (&used.resource.kind.name, used.verb.name());
        let own = self.own_of_rights(used, granted);
        let custom = || Custom {
            address: Address::via("app", &own, "rights"),
            what: format!("{verb} a {kind}"),
            permissions: granted.permissions.clone(),
            origin: asked(used.grant.reasons.first.span, "a custom role has exactly a verb's permissions"),
        };
        (self.rights(own.clone(), custom), Vec::new())
    }

    /// The name of a verb's role. A role with some of the verb's permissions, because an option left the others out,
    /// carries their hash, so that its name depends on nothing but itself.
    fn own_of_rights(&self, used: &Use<'_, 'a>, granted: &Granted) -> Text {
        let plain = Text::concat(&[used.verb.name(), "-", &used.resource.kind.name]);
        let Column::Built(built) = used.resource.kind.column(self.model().target.format) else { return plain };
        let rows = built.access(used.verb).iter().flat_map(|row| &row.permissions);
        match rows.clone().all(|permission| granted.permissions.contains(permission)) {
            true => plain,
            false => {
                let hash = portolan_model::hash(&granted.permissions.join(" "), 6);
                Text::concat(&[&plain, "-", &hash])
            }
        }
    }

    /// The conditions under which a row holds, each a binding of its own; none at all is one binding without.
    fn conditions(&self, used: &Use<'_, 'a>, row: &FilledRow) -> Result<Vec<Option<Condition>>, Box<Diagnostic>> {
        let title = ranges::title(Text::concat(&[used.verb.name(), " ", &used.resource.name.value]));
        let always = row.more.get("condition").cloned();
        if row.only.is_empty() {
            return Ok(vec![always.map(|expression| Condition { title, expression })]);
        }
        let objects = row.more.get("objects");
        let listed = row.more.get("lists").is_some();
        if objects.is_none() && !listed {
            return Err(Box::new(self.unlimited(used)));
        }
        let one = |pattern: &Pattern| match objects.filter(|_| !listed) {
            Some(objects) => named_so(objects, pattern),
            None => lists_so(pattern),
        };
        let chunks = row.only.chunks(ranges::CONDITION_OPERATORS + 1);
        let expression = |chunk: &[Pattern]| either(chunk.iter().map(one).collect());
        Ok(chunks.map(|chunk| Some(Condition { title: title.clone(), expression: expression(chunk) })).collect())
    }

    fn unlimited(&self, used: &Use<'_, 'a>) -> Diagnostic {
        let format = self.model().target.format.key();
        let (verb, resource) = (used.verb.name(), &used.resource.name.value);
        Diagnostic::error(
            "target/limited-grant",
            format!("`{verb}` on `{resource}` cannot be limited to some objects on {format}"),
        )
        .at(used.grant.reasons.first.span, "the grant would be wider than this says")
        .help("grant the whole verb, or give those objects a resource of their own")
    }
}

/// The name of a binding: its first has no number.
fn numbered(resource: &str, verb: &str, index: usize) -> Text {
    match index {
        0 => Text::concat(&[resource, "-", verb]),
        index => Text::concat(&[resource, "-", verb, "-", &(index + 1).to_string()]),
    }
}

/// `resource.name.startsWith("…/objects/in/")`.
fn named_so(objects: &Value, pattern: &Pattern) -> Value {
    let full = |text: &str| Value::embed(Language::Cel, Value::join([objects.clone(), text.to_owned().into()]));
    match pattern {
        Pattern::Prefix(prefix) => Value::join(["resource.name.startsWith(".into(), full(prefix), ")".into()]),
        Pattern::Key(key) => Value::join(["resource.name == ".into(), full(key)]),
    }
}

/// A list is about the bucket; what it lists is an attribute of the request (IAM documentation, Attribute reference).
fn lists_so(pattern: &Pattern) -> Value {
    let (Pattern::Prefix(text) | Pattern::Key(text)) = pattern;
    let text = Value::embed(Language::Cel, text.clone().into());
    let attribute = "api.getAttribute(\"storage.googleapis.com/objectListPrefix\", \"\").startsWith(";
    Value::join([attribute.into(), text, ")".into()])
}

fn either(alternatives: Vec<Value>) -> Value {
    let mut parts = Vec::with_capacity(alternatives.len() * 2);
    for (index, alternative) in alternatives.into_iter().enumerate() {
        if index > 0 {
            parts.push(" || ".into());
        }
        parts.push(alternative);
    }
    Value::join(parts)
}

/// Rows that are bound alike, as one.
fn together(rows: Vec<FilledRow>) -> Vec<Granted> {
    let mut granted: Vec<Granted> = Vec::new();
    for mut row in rows {
        match granted.iter_mut().find(|other| alike(&other.row, &row)) {
            Some(other) => {
                other.row.narrowed |= row.narrowed;
                other.permissions.extend(row.permissions);
            }
            None => granted.push(Granted { permissions: std::mem::take(&mut row.permissions), row }),
        }
    }
    granted
}

fn alike(one: &FilledRow, other: &FilledRow) -> bool {
    one.on == other.on && one.more == other.more && one.only == other.only && one.wider == other.wider
}

/// A pattern as a spec has it.
fn written(pattern: &Pattern) -> Text {
    match pattern {
        Pattern::Prefix(prefix) => Text::concat(&[prefix, "*"]),
        Pattern::Key(key) => Text::new(key),
    }
}

/// Where a row is bound: as it says, else on the whole project.
fn scope(part: Option<Address>, row: &FilledRow) -> Scope {
    let (Some(bind), Some(argument)) = (text_of(row, "bind"), text_of(row, "argument")) else { return Scope::Project };
    Scope::Column {
        bind,
        argument,
        on: row.on.clone(),
        part,
        told: row.more.get("told").cloned().unwrap_or_else(|| row.on.clone()),
    }
}

/// The resource of this template that a row is about.
fn part(resource: &Resource, row: &FilledRow) -> Option<Address> {
    let part = text_of(row, "part").filter(|_| resource.external.is_none())?;
    Some(Address::new(&resource.name.value, &part))
}

fn text_of(row: &FilledRow, key: &str) -> Option<Text> {
    match row.more.get(key)? {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}
