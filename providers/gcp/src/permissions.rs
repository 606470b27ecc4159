//! What a template of Google's permits: bindings of both formats as statements, and what a build needs of them.
//!
//! A [`Reader`] gives roles and bindings whose texts have an atom for whatever only a deployment knows. What is bound on
//! something holds for all that lies under it (IAM documentation, "Resource hierarchy").

use crate::roles;
use portolan_policy::{Condition, Context, Need, Pattern, Policies, Set, Side, Statement, read_cel};
use portolan_target::Permission;
use portolan_value::Value;
use std::collections::BTreeMap;

/// A written template.
pub trait Reader {
    /// The custom roles: what each is called by bindings, and its permissions.
    fn roles(&self) -> BTreeMap<Pattern, Vec<String>>;

    /// The bindings in the order of the template.
    fn bindings(&self) -> Vec<Bound>;

    /// A text of the template.
    fn text(&self, written: &str) -> Pattern;

    /// The full name of what a text names, where it is a reference to something of the template.
    fn full_name(&self, written: &str) -> Pattern;
}

/// Somebody has a role on something.
#[derive(Debug)]
pub struct Bound {
    /// On what: its full name; nothing is everything.
    pub scope: Option<Pattern>,
    /// Which role.
    pub role: Pattern,
    /// Who.
    pub member: Pattern,
    /// Only if.
    pub condition: Option<Pattern>,
    /// What the resource of the template is called.
    pub origin: String,
}

/// The policies of a template.
pub fn policies(reader: &impl Reader) -> Policies {
    Policies::new(statements(reader))
}

/// The statements of a template.
pub fn statements(reader: &impl Reader) -> Vec<Statement> {
    let roles = reader.roles();
    reader.bindings().into_iter().flat_map(|bound| statement(bound, &roles).spread()).collect()
}

fn statement(bound: Bound, roles: &BTreeMap<Pattern, Vec<String>>) -> Statement {
    let permissions = roles.get(&bound.role).map(|own| own.iter().map(|name| Pattern::literal(name)).collect());
    let name = bound.role.to_string();
    Statement {
        side: if bound.origin.is_empty() { Side::Identity } else { Side::Resource },
        principals: Set::one(who(bound.member)),
        role: permissions.is_none().then(|| name.as_str().into()),
        permissions: Set::of(permissions.unwrap_or_else(|| carried(&name))),
        resources: Set::of(under(bound.scope)),
        condition: bound.condition.map_or_else(Condition::always, read_cel),
        origin: bound.origin.into(),
        ..Statement::default()
    }
}

/// What a role that the template does not make carries; one that is not known stands for itself.
fn carried(role: &str) -> Vec<Pattern> {
    match roles::carried(role) {
        Some(permissions) => permissions.iter().map(|permission| Pattern::literal(permission)).collect(),
        None => vec![Pattern::atom(role)],
    }
}

/// A member. Everybody with an account is everybody who cares to have one.
fn who(member: Pattern) -> Pattern {
    match member.as_text() {
        Some("allUsers") => Pattern::any(),
        _ => member,
    }
}

/// Something and all that lies under it. Names of buckets do not tell their project.
fn under(scope: Option<Pattern>) -> Vec<Pattern> {
    let Some(scope) = scope else { return vec![Pattern::any()] };
    let mut all = vec![scope.clone(), scope.clone().then("/").then_any()];
    if is_project(&scope) {
        all.push(Pattern::literal("projects/_/").then_any());
    }
    all
}

fn is_project(scope: &Pattern) -> bool {
    let text = scope.to_string();
    text.strip_prefix("projects/").is_some_and(|rest| !rest.contains('/') && rest != "_")
}

/// What a build needs: its rows, written as its template is written and read as it is read.
pub fn needs(reader: &impl Reader, rows: &[Permission], write: &dyn Fn(&Value) -> String) -> Vec<Need> {
    let mut needs = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        let principal = who(reader.text(&write(&row.principal)));
        let condition = row.condition.as_ref().filter(|_| principal != Pattern::any());
        let statement = Statement {
            principals: Set::one(principal),
            permissions: Set::one(permission(&row.permission)),
            resources: Set::of(under(Some(reader.full_name(&write(&row.scope))))),
            condition: condition.map_or_else(Condition::always, |condition| read_cel(reader.text(&write(condition)))),
            ..Statement::default()
        };
        needs.extend(statement.spread().iter().flat_map(|statement| one_by_one(statement, at, row)));
    }
    needs
}

/// A permission; a role that is granted by hand is one as it stands.
fn permission(name: &str) -> Pattern {
    match name.contains('/') {
        true => carried(name).into_iter().next().unwrap_or_default(),
        false => Pattern::literal(name),
    }
}

fn one_by_one(statement: &Statement, at: usize, row: &Permission) -> Vec<Need> {
    let carried =
        if row.permission.contains('/') { carried(&row.permission) } else { statement.permissions.only.clone() };
    let one = |(principal, permission, resource): (&Pattern, &Pattern, &Pattern)| Need {
        principal: principal.clone(),
        permission: permission.clone(),
        resource: resource.clone(),
        condition: statement.condition.clone(),
        context: Context::default(),
        by_hand: row.by_hand,
        row: Some(at),
        because: row.reasons.first().map(|reason| reason.text.to_string()).unwrap_or_default(),
    };
    let principals = statement.principals.only.iter();
    principals
        .flat_map(|principal| {
            carried.iter().flat_map(move |permission| {
                statement.resources.only.iter().map(move |resource| (principal, permission, resource))
            })
        })
        .map(one)
        .collect()
}
