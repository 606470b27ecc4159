//! What one template permits beyond another, by what it means and not by how it is written.
//!
//! Whatever the second one allows is asked of the first, in all circumstances in which they can differ. A request that
//! only the second allows is a difference; statements that were put in another order, split or spelled differently give
//! none.

use crate::evaluate::holds_permission;
use crate::index::Touching;
use crate::witness::contexts;
use crate::{Condition, Context, Decision, Effect, Pattern, Piece, Policies, Request, Set, Side, Statement, allows};
use smol_str::SmolStr;
use std::fmt;

/// Two templates.
#[derive(Clone, Copy, Debug)]
pub struct Comparison<'p> {
    /// What was permitted.
    pub before: &'p Policies,
    /// What is permitted now.
    pub after: &'p Policies,
    /// All permissions there are of the services that are named here; a wildcard means those. Other wildcards mean
    /// whatever there may be.
    pub universe: &'p [&'p str],
}

/// Something that is permitted now and was not.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    /// Who.
    pub principal: Pattern,
    /// In which way.
    pub class: Class,
    /// What.
    pub permission: Pattern,
    /// On what.
    pub resource: Pattern,
    /// When only.
    pub condition: Condition,
    /// Which side allows it.
    pub side: Side,
    /// The role that brings it, where roles cannot be divided.
    pub role: Option<SmolStr>,
    /// The name that the resource of the template has in it.
    pub origin: SmolStr,
}

/// In which way something is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Nothing was allowed to this principal.
    NewPrincipal,
    /// This was allowed on nothing.
    NewAction,
    /// This was allowed, on other things.
    NewResource,
    /// This was allowed on a part of it.
    WiderResource,
    /// This was allowed, in fewer circumstances.
    LostCondition,
    /// This was allowed and denied, and is no longer denied.
    LostDenial,
}

impl Class {
    /// A stable word for tools.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NewPrincipal => "new-principal",
            Self::NewAction => "new-action",
            Self::NewResource => "new-resource",
            Self::WiderResource => "wider-resource",
            Self::LostCondition => "lost-condition",
            Self::LostDenial => "lost-denial",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.word().replace('-', " "))
    }
}

/// Whether a principal is everybody (or everybody with an account of the cloud).
#[must_use]
pub fn public(principal: &Pattern) -> bool {
    *principal == Pattern::any() || matches!(principal.as_text(), Some("allUsers" | "allAuthenticatedUsers"))
}

/// What is permitted now and was not, each once and in order.
#[must_use]
pub fn widened(comparison: &Comparison<'_>) -> Vec<Difference> {
    let mut comparing = Comparing { comparison: *comparison, narrowing: Narrowing::of(comparison), found: Vec::new() };
    for statement in comparison.after.statements() {
        if statement.effect == Effect::Allow {
            comparing.statement(statement);
        }
    }
    let mut found = comparing.found;
    found.sort();
    found.dedup_by(|one, other| {
        (&one.principal, one.class, &one.permission, &one.resource)
            == (&other.principal, other.class, &other.permission, &other.resource)
    });
    found
}

/// The statements inside whose patterns something may differ: those of `before` that take something away, because they
/// deny or allow all but something; and those of `after` that deny all but something.
struct Narrowing<'p> {
    statements: Vec<&'p Statement>,
    index: Touching,
}

impl<'p> Narrowing<'p> {
    fn of(comparison: &Comparison<'p>) -> Self {
        let but = |statement: &Statement| {
            let sets = [&statement.principals, &statement.permissions, &statement.resources];
            sets.into_iter().any(|set| !set.except.is_empty())
        };
        let before = comparison.before.statements().iter();
        let before = before.filter(|statement| statement.effect == Effect::Deny || but(statement));
        let after = comparison.after.statements().iter();
        let after = after.filter(|statement| statement.effect == Effect::Deny && but(statement));
        let statements: Vec<&Statement> = before.chain(after).collect();
        let mut index = Touching::default();
        statements.iter().enumerate().for_each(|(at, statement)| index.add(at, &statement.resources));
        Self { statements, index }
    }

    /// Those that speak of some of a triple.
    fn touching(&self, triple: Triple<'_>) -> Vec<&'p Statement> {
        let touching = self.index.touching(triple.resource).into_iter().map(|at| self.statements[at]);
        touching.filter(|statement| touches(statement, triple)).collect()
    }
}

struct Comparing<'p> {
    comparison: Comparison<'p>,
    narrowing: Narrowing<'p>,
    found: Vec<Difference>,
}

/// Who, what and on what.
#[derive(Clone, Copy)]
struct Triple<'t> {
    principal: &'t Pattern,
    permission: &'t Pattern,
    resource: &'t Pattern,
}

impl<'p> Comparing<'p> {
    fn statement(&mut self, statement: &'p Statement) {
        for principal in &statement.principals.only {
            for permission in &statement.permissions.only {
                for permission in self.meant(permission) {
                    for resource in &statement.resources.only {
                        self.triple(statement, Triple { principal, permission: &permission, resource });
                    }
                }
            }
        }
    }

    /// What a permission means: itself, or all of the universe that it matches.
    fn meant(&self, permission: &Pattern) -> Vec<Pattern> {
        let service = service(permission);
        let known = |name: &&&str| name.split(':').next().is_some_and(|known| Some(known.to_lowercase()) == service);
        if permission.is_literal() || !self.comparison.universe.iter().any(|name| known(&name)) {
            return vec![permission.clone()];
        }
        let lower = permission.lower();
        let meant = |name: &&&str| lower.covers(&Pattern::literal(&name.to_lowercase()));
        self.comparison.universe.iter().filter(meant).map(|name| Pattern::literal(name)).collect()
    }

    /// Asks for the whole of it first, then for the parts that something was taken away from.
    fn triple(&mut self, statement: &Statement, triple: Triple<'_>) {
        if self.differs(statement, triple) {
            return;
        }
        let narrowing = self.narrowing.touching(triple);
        if narrowing.is_empty() {
            return;
        }
        let principals = parts(triple.principal, &narrowing, |statement| statement.principals.clone());
        let permissions = parts(&triple.permission.lower(), &narrowing, |statement| statement.permissions.lower());
        let resources = parts(triple.resource, &narrowing, |statement| statement.resources.clone());
        for principal in &principals {
            for permission in &permissions {
                for resource in &resources {
                    self.differs(statement, Triple { principal, permission, resource });
                }
            }
        }
    }

    /// Notes a difference where there is one.
    fn differs(&mut self, statement: &Statement, triple: Triple<'_>) -> bool {
        let Comparison { before, after, .. } = self.comparison;
        let about = || [before, after].into_iter().flat_map(move |policies| relevant(policies, triple));
        let Some(contexts) = contexts(about().map(|statement| &statement.condition), &Context::default()) else {
            return self.differs_as_written(statement, triple);
        };
        for context in contexts {
            let request = triple.request(context);
            if allows(after, &request).is_allowed() {
                let decision = allows(before, &request);
                if !decision.is_allowed() {
                    let class = class(before, triple, &decision);
                    self.note(statement, triple, class);
                    return true;
                }
            }
        }
        false
    }

    /// Too many circumstances: only a statement that says the same in the same words allowed the same.
    fn differs_as_written(&mut self, statement: &Statement, triple: Triple<'_>) -> bool {
        let before = self.comparison.before;
        let same = relevant(before, triple).any(|known| {
            known.effect == Effect::Allow && known.condition == statement.condition && covers(known, triple)
        });
        if !same {
            self.note(statement, triple, class(before, triple, &Decision::Silent));
        }
        !same
    }

    fn note(&mut self, statement: &Statement, triple: Triple<'_>, class: Class) {
        self.found.push(Difference {
            principal: triple.principal.clone(),
            class,
            permission: triple.permission.clone(),
            resource: triple.resource.clone(),
            condition: statement.condition.clone(),
            side: statement.side,
            role: statement.role.clone(),
            origin: statement.origin.clone(),
        });
    }
}

/// More parts of one pattern than this are not looked at.
const PARTS: usize = 256;

/// A pattern and what it has in common with those of the statements that take something away from it.
fn parts(of: &Pattern, narrowing: &[&Statement], set: impl Fn(&Statement) -> Set) -> Vec<Pattern> {
    let mut parts = vec![of.clone()];
    if of.is_literal() {
        return parts;
    }
    for statement in narrowing {
        for pattern in set(statement).patterns() {
            let common: Vec<Pattern> = parts.iter().flat_map(|part| part.intersection(pattern)).collect();
            for part in common {
                if !parts.contains(&part) && parts.len() < PARTS {
                    parts.push(part);
                }
            }
        }
    }
    parts
}

impl Triple<'_> {
    fn request(self, context: Context) -> Request {
        Request {
            principal: self.principal.clone(),
            permission: self.permission.clone(),
            resource: self.resource.clone(),
            context,
        }
    }
}

/// `s3` of `s3:GetObject`.
fn service(permission: &Pattern) -> Option<String> {
    let Some(Piece::Text(text)) = permission.pieces().first() else { return None };
    text.split_once(':').map(|(service, _)| service.to_lowercase())
}

/// The statements that say something about all of a triple, in some circumstances.
fn relevant<'p>(policies: &'p Policies, triple: Triple<'_>) -> impl Iterator<Item = &'p Statement> {
    let about: Vec<&Statement> =
        policies.about(triple.principal, triple.resource).map(|(_, statement)| statement).collect();
    let Triple { principal, permission, resource } = triple;
    let (principal, permission, resource) = (principal.clone(), permission.clone(), resource.clone());
    about.into_iter().filter(move |statement| {
        covers(statement, Triple { principal: &principal, permission: &permission, resource: &resource })
    })
}

fn covers(statement: &Statement, triple: Triple<'_>) -> bool {
    statement.resources.holds(triple.resource)
        && statement.principals.holds(triple.principal)
        && holds_permission(statement, triple.permission)
}

/// Whether a statement speaks of some of a triple.
fn touches(statement: &Statement, triple: Triple<'_>) -> bool {
    let overlaps = |set: &Set, pattern: &Pattern| set.only.iter().any(|own| own.overlaps(pattern));
    overlaps(&statement.resources, triple.resource)
        && overlaps(&statement.principals, triple.principal)
        && overlaps(&statement.permissions.lower(), &triple.permission.lower())
}

/// In which way something is new.
fn class(before: &Policies, triple: Triple<'_>, decision: &Decision) -> Class {
    let allowing = || before.statements().iter().filter(|statement| statement.effect == Effect::Allow);
    let mut own = allowing().filter(|statement| statement.principals.holds(triple.principal)).peekable();
    if own.peek().is_none() {
        return Class::NewPrincipal;
    }
    let own: Vec<&Statement> = own.collect();
    if own.iter().any(|statement| covers(statement, triple)) {
        return if matches!(decision, Decision::Denied(_)) { Class::LostDenial } else { Class::LostCondition };
    }
    let mut same = own.iter().filter(|statement| holds_permission(statement, triple.permission)).peekable();
    if same.peek().is_none() {
        return Class::NewAction;
    }
    match same.any(|statement| statement.resources.touches(triple.resource)) {
        true => Class::WiderResource,
        false => Class::NewResource,
    }
}

#[cfg(test)]
mod tests;
