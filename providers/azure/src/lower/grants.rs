//! Grants: verbs on resources as role assignments, invocations as identities that a function's host lets in.

use super::roles::{Assignment, Definition, Granted, Role, Scope};
use super::{Lowering, conditions, id, named, of, principal};
use crate::hooks::External;
use portolan_access::{Basis, Because, Grant, Reason, Right};
use portolan_catalog::Verb;
use portolan_model::{FunctionId, Pattern, ResourceId, Subject};
use portolan_target::{FilledRow, Permission};
use portolan_value::{Map, Text, Value};
use std::sync::Arc;

/// A verb as it is granted: on which objects, and how much of it.
pub(super) struct Used<'u, 'a> {
    pub verb: &'u Verb,
    pub only: &'a [Pattern],
    pub basis: &'u Basis,
}

impl<'a> Lowering<'a> {
    /// Everything that a function is granted.
    pub(super) fn grants(&mut self, function: FunctionId) {
        let grants: Vec<&'a Grant> = self.request.grants.of(function).collect();
        for grant in grants {
            match &grant.right {
                Right::Trigger(index) => self.trigger(function, *index, &grant.reasons.shared()),
                Right::Verb { verb, subject: Subject::Resource(resource), only } => {
                    let via = format!("{}-{}", self.model().resource(*resource).name.value, verb.name());
                    self.verb(&via, verb.name(), *resource, Used { verb, only, basis: &grant.basis }, &grant.because());
                }
                Right::Verb { subject: Subject::Function(callee), .. } => {
                    self.invoke(function, *callee, grant.reasons.shared());
                }
                Right::Verb { subject: Subject::Native(_), .. } => {}
            }
        }
    }

    /// What a verb takes, one assignment per row of its access.
    pub(super) fn verb(&mut self, via: &str, word: &str, at: ResourceId, used: Used<'_, 'a>, reasons: &Because) {
        for row in self.kinds.access(at, used.verb, used.only, used.basis) {
            let resource = self.model().resource(at);
            let key = role_key(&resource.kind.name, used.verb, &row);
            let scope = scope(&row, resource.external.as_ref().map(|given| given.value.as_str()));
            let role = self.role(key, &row, &scope);
            let permissions = row.permissions.iter().cloned().chain(texts(&row.more, "actions"));
            let granted = Granted::each(word, &resource.name.value, permissions, reasons);
            let condition = text(&row.more, "limit").and_then(|limit| conditions::condition(&limit, &row.only));
            let assignment = Assignment::new(via, "", scope, granted);
            self.assignments.push(Assignment { role, condition, ..assignment });
        }
    }

    /// The role for a row: one of ours with exactly its permissions, or the built-in one that was asked for.
    pub(super) fn role(&mut self, key: String, row: &FilledRow, scope: &Scope) -> Role {
        let built_in = row.more.get("built-in").filter(|_| self.request.settings.built_in_roles);
        if let Some(role) = built_in.and_then(built_in_role) {
            return role;
        }
        let (key, account, elsewhere) = match scope {
            Scope::Ours(_) => (key, None, Vec::new()),
            Scope::Foreign(id) => (key, None, External::parse(id).iter().map(External::group_id).collect()),
            Scope::Cosmos(account @ Value::Ref(_), _) => (key, Some(account.clone()), Vec::new()),
            Scope::Cosmos(account, _) => (foreign_key(&key, account), Some(account.clone()), Vec::new()),
        };
        let definition =
            Definition { actions: texts(&row.more, "actions"), data: row.permissions.clone(), account, elsewhere };
        self.define(&key, definition);
        Role::Own(key)
    }

    /// The callee's host lets the caller's identity in; there is no role for that.
    fn invoke(&mut self, caller: FunctionId, callee: FunctionId, reasons: Arc<[Reason]>) {
        let callee = named(self.model(), callee);
        self.out.permissions.push(Permission {
            function: Text::new(named(self.model(), caller)),
            holder: None,
            principal: principal(named(self.model(), caller)).into(),
            verb: "invoke".into(),
            subject: Text::new(callee),
            permission: Text::fixed("authsettingsV2/allowedPrincipals"),
            scope: id(&of(callee, "function")).into(),
            condition: None,
            role: None,
            beyond: Vec::new(),
            wider: Vec::new(),
            by_hand: false,
            reasons,
        });
    }
}

/// What names a role: kind and verb. A role with some of the verb's permissions carries their hash.
fn role_key(kind: &str, verb: &Verb, row: &FilledRow) -> String {
    match row.narrowed {
        false => format!("{kind}-{}", verb.name()),
        true => format!("{kind}-{}-{}", verb.name(), portolan_model::hash(&row.permissions.join(" "), 6)),
    }
}

/// Roles of a Cosmos DB account that is not ours are told apart by its name.
fn foreign_key(key: &str, account: &Value) -> String {
    let account = account.as_text().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    format!("{key}-{}", account.to_ascii_lowercase())
}

fn scope(row: &FilledRow, external: Option<&str>) -> Scope {
    match (row.more.get("account"), external) {
        (Some(account), _) => Scope::Cosmos(account.clone(), row.on.clone()),
        (None, Some(_)) => Scope::Foreign(row.on.as_text().unwrap_or_default().to_owned()),
        (None, None) => Scope::Ours(row.on.clone()),
    }
}

fn built_in_role(value: &Value) -> Option<Role> {
    let Value::Map(map) = value else { return None };
    Some(Role::BuiltIn { name: text(map, "name")?.into(), id: text(map, "id")?.into(), carries: texts(map, "carries") })
}

/// A row's further list: `actions` are operations on resources, where `permissions` are operations on data.
fn texts(map: &Map, key: &str) -> Vec<Text> {
    match map.get(key) {
        Some(Value::List(items)) => {
            items.iter().filter_map(Value::as_text).map(|text| text.to_owned().into()).collect()
        }
        _ => Vec::new(),
    }
}

fn text(map: &Map, key: &str) -> Option<String> {
    map.get(key).and_then(Value::as_text).map(str::to_owned)
}
