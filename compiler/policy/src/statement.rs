//! Statements, and all of them that a template makes.

use crate::index::{Index, Touching};
use crate::{Condition, Pattern, Set, Test};
use smol_str::SmolStr;

/// What a template permits: every statement, whichever side of a grant makes it.
#[derive(Clone, Debug, Default)]
pub struct Policies {
    statements: Vec<Statement>,
    index: Index,
    denials: Touching,
}

/// Who may, or may not, do what on what, and when.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// Whether it allows or denies.
    pub effect: Effect,
    /// Which side makes it.
    pub side: Side,
    /// Who.
    pub principals: Set,
    /// What, in the provider's words; the case of letters does not matter.
    pub permissions: Set,
    /// On what.
    pub resources: Set,
    /// When only.
    pub condition: Condition,
    /// The role that brings the permissions, where the cloud hands them out in roles of its own making, which cannot be
    /// divided.
    pub role: Option<SmolStr>,
    /// The name that the resource of the template has in it.
    pub origin: SmolStr,
}

/// What a statement does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It allows.
    #[default]
    Allow,
    /// It denies, whatever others allow.
    Deny,
}

/// Which side of a grant makes a statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// An identity's own policy.
    #[default]
    Identity,
    /// The policy of what is used.
    Resource,
    /// The policy that says who may take an identity on.
    Trust,
    /// A way in from outside: a route, a host.
    Door,
}

impl Policies {
    /// The policies that these statements make.
    #[must_use]
    pub fn new(statements: Vec<Statement>) -> Self {
        let (mut index, mut denials) = (Index::default(), Touching::default());
        for (at, statement) in statements.iter().enumerate() {
            index.add(at, &statement.principals, &statement.resources);
            if statement.effect == Effect::Deny {
                denials.add(at, &statement.resources);
            }
        }
        Self { statements, index, denials }
    }

    /// All statements, in the order of the template.
    #[must_use]
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// The same where resources of the template have other names: the old one, the new one. What only a deployment knows
    /// is called after them.
    #[must_use]
    pub fn renamed(self, names: &[(String, String)]) -> Self {
        if names.is_empty() {
            return self;
        }
        let new = |atom: &str| {
            let named = |(old, new): &(String, String)| {
                let rest = atom.strip_prefix(old.as_str())?;
                (rest.is_empty() || rest.starts_with('.')).then(|| format!("{new}{rest}"))
            };
            names.iter().find_map(named)
        };
        let set = |set: Set| Set {
            only: set.only.iter().map(|pattern| pattern.with_atoms(&new)).collect(),
            except: set.except.iter().map(|pattern| pattern.with_atoms(&new)).collect(),
        };
        let one = |statement: Statement| Statement {
            principals: set(statement.principals),
            permissions: statement.permissions,
            resources: set(statement.resources),
            condition: statement.condition.with_atoms(&new),
            origin: new(&statement.origin).map_or(statement.origin, Into::into),
            ..statement
        };
        Self::new(self.statements.into_iter().map(one).collect())
    }

    /// The statements that may be about somebody and something, in no order; one may come twice.
    pub(crate) fn about(&self, principal: &Pattern, resource: &Pattern) -> impl Iterator<Item = (usize, &Statement)> {
        self.index.about(principal, resource).into_iter().map(|at| (at, &self.statements[at]))
    }

    /// The statements that may deny something on a part of something, in the order of the template.
    pub(crate) fn denying(&self, resource: &Pattern) -> impl Iterator<Item = (usize, &Statement)> {
        self.denials.touching(resource).into_iter().map(|at| (at, &self.statements[at]))
    }
}

impl Default for Statement {
    fn default() -> Self {
        Self {
            effect: Effect::Allow,
            side: Side::Identity,
            principals: Set::default(),
            permissions: Set::default(),
            resources: Set::default(),
            condition: Condition::always(),
            role: None,
            origin: SmolStr::default(),
        }
    }
}

/// Where a condition is about what is used or done and not about the circumstances.
#[derive(Clone, Copy, Debug)]
pub struct Keys<'k> {
    /// The key that means what the request is on.
    pub resource: &'k str,
    /// The key that means what it does.
    pub permission: &'k str,
}

/// The keys of Google's and Azure's conditions that are no circumstances: what is used and what is done.
pub const KEYS: Keys<'static> = Keys { resource: "resource.name", permission: "action" };

/// More alternatives than this stay one condition.
const ALTERNATIVES: usize = 64;

impl Statement {
    /// The same as statements in which a condition speaks of circumstances only: what it says of the resource and of the
    /// permission is said in their sets.
    #[must_use]
    pub fn spread(self) -> Vec<Self> {
        let mut about = false;
        self.condition.walk(&mut |test| about |= test.key == KEYS.resource || test.key == KEYS.permission);
        let alternatives = if about { self.condition.alternatives() } else { Vec::new() };
        if !about || alternatives.len() > ALTERNATIVES {
            return vec![self];
        }
        let one = |tests: Vec<Test>| {
            let mut statement = Self { condition: Condition::always(), ..self.clone() };
            let mut kept = Vec::new();
            for test in tests {
                let set = match test.key.as_str() {
                    key if key == KEYS.resource => &mut statement.resources,
                    key if key == KEYS.permission => &mut statement.permissions,
                    _ => {
                        kept.push(Condition::Test(test));
                        continue;
                    }
                };
                *set = limited(set, &test, test.key == KEYS.permission);
            }
            statement.condition = if kept.len() == 1 { kept.remove(0) } else { Condition::All(kept) };
            statement
        };
        alternatives.into_iter().map(one).filter(|statement| !statement.is_empty()).collect()
    }

    /// Whether nothing can be under it.
    fn is_empty(&self) -> bool {
        self.resources.only.is_empty() || self.permissions.only.is_empty() || self.principals.only.is_empty()
    }
}

/// A set without what a test on its members refuses. The case of the letters of a permission does not matter.
fn limited(set: &Set, test: &Test, is_permission: bool) -> Set {
    if test.negated {
        return Set { only: set.only.clone(), except: [set.except.clone(), test.wanted.clone()].concat() };
    }
    let mut only: Vec<Pattern> = Vec::new();
    let both = |own: &Pattern, wanted: &Pattern| {
        if !is_permission {
            return own.intersection(wanted);
        }
        let lower = own.lower();
        let common = lower.intersection(&wanted.lower());
        // What stays whole stays as it is written.
        common.into_iter().map(|one| if one == lower { own.clone() } else { one }).collect()
    };
    for pattern in set.only.iter().flat_map(|own| test.wanted.iter().flat_map(|wanted| both(own, wanted))) {
        if !only.iter().any(|known| known.covers(&pattern)) {
            only.push(pattern);
        }
    }
    Set { only, except: set.except.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{read_abac, read_cel};

    fn statement(condition: Condition) -> Statement {
        Statement {
            principals: Set::one(Pattern::literal("me")),
            permissions: Set::of(vec![Pattern::literal("read"), Pattern::literal("write")]),
            resources: Set::of(vec![Pattern::literal("bucket"), Pattern::glob("bucket/*")]),
            condition,
            ..Statement::default()
        }
    }

    fn check(condition: Condition, expected: &[&str]) {
        let said: Vec<String> = statement(condition)
            .spread()
            .iter()
            .map(|statement| format!("{} on {} if {}", statement.permissions, statement.resources, statement.condition))
            .collect();
        assert_eq!(said, expected);
    }

    #[test]
    fn conditions_on_names_become_resources() {
        check(
            read_cel("resource.name.startsWith(\"bucket/in/\") || resource.name == \"bucket/x\""),
            &["read, write on bucket/in/* if always", "read, write on bucket/x if always"],
        );
        check(read_cel("resource.name.startsWith(\"elsewhere/\")"), &[]);
        check(
            read_cel("resource.name != \"bucket/x\" && resource.type == \"t\""),
            &["read, write on bucket, bucket/* but bucket/x if resource.type is t"],
        );
    }

    #[test]
    fn conditions_on_actions_become_permissions() {
        check(
            read_abac("(!(ActionMatches{'read'} AND SubOperationMatches{'Blob.List'}))"),
            &[
                "read, write but read on bucket, bucket/* if always",
                "read, write on bucket, bucket/* if suboperation is not Blob.List",
            ],
        );
        check(read_abac("ActionMatches{'READ'}"), &["read on bucket, bucket/* if always"]);
        check(
            read_abac("(ActionMatches{'read'} AND @Request[x:prefix] StringStartsWith 'tmp/')"),
            &["read on bucket, bucket/* if @Request[x:prefix] is like tmp/*"],
        );
    }
}
