//! The join of what the spec declares with what the code does: declarations are the ceiling, code decides inside it.
//!
//! | code | spec | result |
//! |---|---|---|
//! | a call inside a declared verb | declared | exactly that permission, on what the call is about |
//! | a call outside every declaration | – | an error with the line to add |
//! | no call, and all was understood that could be one | declared | nothing, and a warning |
//! | not all was understood | declared | the whole verb, marked as assumed |

use crate::findings::Uncovered;
use crate::hand::Hand;
use crate::narrow::{fewest, within};
use crate::rows::Ceiling;
use crate::{Basis, Calls, Exact, Grant, Grants, Meant, Need, Part, Reason, Right, Roles, Seen, meant};
use portolan_catalog::{AccessRow, Catalog, Verb};
use portolan_diagnostics::Diagnostic;
use portolan_model::{Function, Model, Pattern, Subject};
use std::collections::BTreeMap;

/// Narrows what is declared to what the code does. `roles` says what actions stand for that are allowed by hand.
#[must_use]
pub fn join(
    model: &Model,
    catalog: &Catalog,
    declared: Grants,
    calls: &Calls,
    roles: Roles<'_>,
) -> (Grants, Vec<Diagnostic>) {
    let mut found = Vec::new();
    let mut grants = Vec::with_capacity(declared.grants.len());
    for (id, function) in model.function_ids() {
        let own: Vec<Grant> = declared.of(id).cloned().collect();
        match calls.of(id) {
            None => grants.extend(own),
            Some(seen) => {
                let ceiling = Ceiling { model, catalog };
                let hand = Hand::of(function, roles);
                let joining = Joining { ceiling, model, function, seen, declared: &own, hand };
                joining.foreign(&mut found);
                joining.undeclared(&mut found);
                let narrowed: Vec<Grant> = own.iter().filter_map(|grant| joining.narrowed(grant, &mut found)).collect();
                joining.assumed(&narrowed, &mut found);
                grants.extend(narrowed);
            }
        }
    }
    (Grants { grants }, found)
}

/// One function's declarations against its code.
pub(crate) struct Joining<'a> {
    pub ceiling: Ceiling<'a>,
    pub model: &'a Model,
    pub function: &'a Function,
    pub seen: &'a Seen,
    pub declared: &'a [Grant],
    pub hand: Hand<'a>,
}

/// What a call takes of a grant.
enum Taken {
    Whole,
    Inside(Vec<Pattern>),
}

impl<'a> Joining<'a> {
    /// A grant as narrow as the code allows; none where the code does without.
    fn narrowed(&self, grant: &Grant, found: &mut Vec<Diagnostic>) -> Option<Grant> {
        let Right::Verb { verb, subject, only } = &grant.right else { return Some(grant.clone()) };
        // The entry is no code of the user's, and it reads what the trigger hands over.
        if verb.name() == "read" && self.function.is_given_files_of(*subject) {
            return Some(grant.clone());
        }
        let rows = self.rows(*subject, verb);
        if rows.iter().all(|row| row.unseen) {
            return Some(grant.clone());
        }
        let permissions = rows.iter().flat_map(|row| row.permissions.iter().map(portolan_value::Text::as_str));
        if !self.seen.is_complete_for(permissions) {
            return Some(Grant { basis: Basis::Assumed, ..grant.clone() });
        }
        let exact = self.exact(*subject, &rows, only);
        if exact.is_empty() && !self.is_half(verb, *subject) {
            found.push(self.unused(grant, verb, *subject));
            return None;
        }
        Some(Grant { basis: Basis::Code(exact), ..grant.clone() })
    }

    /// Whether a call takes a row of another verb that counts only together with this one.
    fn is_half(&self, half: &Verb, subject: Subject) -> bool {
        let takes = |grant: &Grant| match &grant.right {
            Right::Verb { verb, subject: on, only } if *on == subject => {
                let rows = self.rows(subject, verb);
                let together: Vec<&AccessRow> =
                    rows.into_iter().filter(|row| row.with() == Some(half.name())).collect();
                self.seen.needs.iter().any(|need| self.taken(need, subject, &together, only).is_some())
            }
            _ => false,
        };
        self.declared.iter().any(takes)
    }

    /// The permissions that calls take of a verb's rows, sorted.
    fn exact(&self, subject: Subject, rows: &[&AccessRow], only: &[Pattern]) -> Vec<Exact> {
        let mut exact: BTreeMap<&str, Exact> = BTreeMap::new();
        for need in &self.seen.needs {
            let Some(taken) = self.taken(need, subject, rows, only) else { continue };
            let one = exact.entry(&need.permission).or_insert_with(|| Exact {
                permission: need.permission.clone(),
                whole: false,
                inside: None,
                calls: Vec::new(),
            });
            match taken {
                Taken::Whole => one.whole = true,
                Taken::Inside(patterns) => one.inside.get_or_insert_default().extend(patterns),
            }
            let call = Reason { span: need.site.span, text: need.site.text.clone().into() };
            if !one.calls.contains(&call) {
                one.calls.push(call);
            }
        }
        let few = |mut one: Exact| {
            one.inside = one.inside.map(|patterns| fewest(&patterns, only));
            one
        };
        exact.into_values().map(few).collect()
    }

    /// What a call takes of some rows; none where they are not for it.
    fn taken(&self, need: &Need, subject: Subject, rows: &[&AccessRow], only: &[Pattern]) -> Option<Taken> {
        if !self.may_be(need, subject) {
            return None;
        }
        let mut serving = rows.iter().filter(|row| self.ceiling.serves(row, subject, &need.permission, &need.part));
        let row = serving.next()?;
        match &need.part {
            Part::Whole => Some(Taken::Whole),
            Part::Inside(key) if row.takes_objects() => within(only, key).map(Taken::Inside),
            Part::Inside(key) => Some(Taken::Inside(vec![key.clone()])),
        }
    }

    fn rows(&self, subject: Subject, verb: &Verb) -> Vec<&'a AccessRow> {
        self.ceiling.rows(subject, verb, &|other| self.has_verb(subject, other))
    }

    fn has_verb(&self, on: Subject, word: &str) -> bool {
        let has = |grant: &Grant| match &grant.right {
            Right::Verb { verb, subject, .. } => *subject == on && verb.name() == word,
            Right::Trigger(_) => false,
        };
        self.declared.iter().any(has)
    }

    /// What a call is on.
    pub fn meant(&self, need: &Need) -> Meant {
        meant(self.model, self.function, &need.on)
    }

    /// Whether a call may be on something: it is named so, or nobody knows.
    fn may_be(&self, need: &Need, subject: Subject) -> bool {
        match self.meant(need) {
            Meant::Subject(named) => named == subject,
            Meant::Unknown => true,
            Meant::Other => false,
        }
    }

    /// Calls that no declaration covers.
    fn undeclared(&self, found: &mut Vec<Diagnostic>) {
        let uncovered = self.seen.needs.iter().filter(|need| !self.covered(need));
        if let Some((role, span)) = self.hand.unknown_role() {
            return found.extend(self.perhaps_covered(role, span, &uncovered.collect::<Vec<_>>()));
        }
        let mut told: Vec<(&str, Meant, bool)> = Vec::new();
        for need in uncovered {
            let uncovered = Uncovered { joining: self, need };
            let key = (need.permission.as_str(), self.meant(need), uncovered.is_outside());
            if !told.contains(&key) {
                found.push(uncovered.finding());
                told.push(key);
            }
        }
    }

    fn covered(&self, need: &Need) -> bool {
        if self.hand.permits(need) {
            return true;
        }
        self.declared.iter().any(|grant| match &grant.right {
            Right::Verb { verb, subject, only } => {
                self.taken(need, *subject, &self.rows(*subject, verb), only).is_some()
            }
            Right::Trigger(index) => self.is_polled(need, *index),
        })
    }

    /// Whether a call does what the platform may do for a trigger: delete the message that it delivered.
    fn is_polled(&self, need: &Need, trigger: usize) -> bool {
        let subject = self.function.triggers.get(trigger).and_then(|trigger| trigger.event.subject());
        let Some(subject) = subject.filter(|subject| self.meant(need) == Meant::Subject(*subject)) else {
            return false;
        };
        let verbs = self.ceiling.kind(subject).map(|kind| kind.verbs.as_slice()).unwrap_or_default();
        let rows = verbs.iter().flat_map(|rule| self.rows(subject, &rule.verb));
        rows.into_iter().any(|row| row.polled && self.ceiling.serves(row, subject, &need.permission, &need.part))
    }
}
