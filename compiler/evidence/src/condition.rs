//! Conditions on parameters: a flag or a text that a caller says literally decides which blocks run.
//!
//! *A truth value is known alone or not at all*, and a text is certain only where nobody can have changed it: as what a function
//! was given, or left out, for a parameter that nothing sets again. A member of an object is known as long as it is what was set
//! first, for certain. Where one that decided a block changes afterwards, the block may have to run all the same: the whole
//! interpretation begins anew, and members of that name decide nothing.

use crate::machine::Machine;
use crate::parameter::Giver;
use crate::statement::Flow;
use crate::value::{HeapIndex, Known, ScopeIndex, Shape, Value};
use portolan_program::{Argument, Expression, Kind, Name, Parameter, Pattern, Piece, Statement, Test};

impl Machine<'_> {
    /// Blocks of which at most one runs, without those that cannot.
    pub fn alternatives(&mut self, blocks: &[Vec<Statement>], scope: ScopeIndex) -> Flow {
        let mut open: Vec<&[Statement]> = Vec::new();
        for block in blocks {
            match self.settled_block(block, scope) {
                Some(false) => {}
                Some(true) if open.is_empty() => return self.block(block, scope),
                Some(true) => {
                    open.push(block);
                    break;
                }
                None => open.push(block),
            }
        }
        self.branch(&open, scope);
        Flow::Next
    }

    /// Whether a block runs, as far as its parameters say; none where they do not.
    fn settled_block(&mut self, block: &[Statement], scope: ScopeIndex) -> Option<bool> {
        let mut certain = matches!(block.first(), Some(Statement::Where { whole: true, .. }));
        for statement in block {
            let Statement::Where { parameter, member, test, holds, .. } = statement else { break };
            match self.stands(parameter, member.as_ref(), test, scope) {
                Some(stands) if stands != *holds => return Some(false),
                Some(_) => {}
                None => certain = false,
            }
        }
        certain.then_some(true)
    }

    /// Whether a parameter or a member of it stands a test; none where that is not known.
    pub fn stands(&mut self, parameter: &Name, member: Option<&Name>, test: &Test, scope: ScopeIndex) -> Option<bool> {
        let known = match member {
            Some(member) => self.asked_member(parameter, member, scope)?,
            None => {
                let scope = self.scope(scope);
                match (scope.settled.get(parameter), scope.names.get(parameter)) {
                    (_, Some(Value::Truth(truth))) => Known::Truth(*truth),
                    (Some(known), _) => known.clone(),
                    _ => return None,
                }
            }
        };
        if let Known::Empty(index) = &known
            && !self.held(*index).is_empty()
        {
            return None;
        }
        Some(match (test, known) {
            (Test::True | Test::OneOf(_), Known::Empty(_)) => false,
            (Test::True, Known::Truth(truth)) => truth,
            (Test::True, Known::Text(text)) => !text.is_empty(),
            (Test::OneOf(texts), Known::Text(text)) => texts.contains(&text),
            (Test::OneOf(_), Known::Truth(_)) => return None,
            (Test::True | Test::OneOf(_), Known::Nothing) => false,
            (Test::Nothing, known) => known == Known::Nothing,
        })
    }

    /// What a member of a parameter is for certain; that it was asked is kept.
    fn asked_member(&mut self, parameter: &Name, member: &Name, scope: ScopeIndex) -> Option<Known> {
        let Some(Value::Held(index)) = self.scope(scope).names.get(parameter) else { return None };
        let index = *index;
        let known = self.settled_member(index, member)?;
        self.decided.entry((index, member.clone())).or_insert_with(|| known.clone());
        Some(known)
    }

    fn settled_member(&self, index: HeapIndex, member: &Name) -> Option<Known> {
        let held = self.held(index);
        let open = !self.members_decide || held.rest.is_some() || self.wavering.contains(member);
        held.settled.get(member).filter(|_| !open).cloned()
    }

    /// What is known of a value for certain, by the expression that gives it.
    pub fn known(&self, expression: &Expression, value: &Value, scope: ScopeIndex) -> Option<Known> {
        match (&expression.kind, value) {
            (_, Value::Truth(truth)) => Some(Known::Truth(*truth)),
            (Kind::Text(pieces), _) => written(pieces).map(Known::Text),
            (Kind::Name(name), _) => {
                self.scope(scope).settled.get(name).filter(|known| !matches!(known, Known::Empty(_))).cloned()
            }
            _ => None,
        }
    }

    /// Notes what a member is for certain, where it was just set and is set on one object whatever happens.
    pub fn settle_member(&mut self, object: &Value, member: &Name, known: Option<Known>) {
        let (Value::Held(index), Some(known)) = (object, known) else { return };
        if matches!(self.held(*index).shape, Shape::Instance(_)) && self.certain(*index) {
            self.held_mut(*index).settled.insert(member.clone(), known);
        }
    }

    /// The names of members that decided a block and are something else by now.
    pub fn wavered(&self) -> Vec<Name> {
        let changed = self.decided.iter().filter(|((index, member), known)| {
            self.held(*index).unsteady.contains(member) || self.settled_member(*index, member).as_ref() != Some(*known)
        });
        changed.map(|((_, member), _)| member.clone()).collect()
    }

    /// The texts among arguments that are known for certain: they are written there, or are a parameter's that is.
    pub fn certain_texts(&self, arguments: &[Argument], scope: ScopeIndex) -> Vec<Name> {
        let settled = &self.scope(scope).settled;
        let texts = arguments.iter().filter_map(|argument| match &argument.value.kind {
            Kind::Text(pieces) => written(pieces),
            Kind::Name(name) => match settled.get(name) {
                Some(Known::Text(text)) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        });
        texts.collect()
    }

    /// Notes what a parameter is for certain: a text that the call says, or its default where one that says all leaves it out.
    pub fn settle(
        &mut self,
        parameter: &Parameter,
        value: &Value,
        left_out_by: Option<Giver>,
        said: &[Name],
        scope: ScopeIndex,
    ) {
        let Pattern::Name(name) = &parameter.pattern else { return };
        let default = parameter.default.as_ref().map(|default| &default.kind);
        let known = match (value, left_out_by, default) {
            (Value::Text(template), Some(Giver::Call), Some(Kind::Text(_))) => template.literal(),
            (Value::Text(template), None, _) => template.literal().filter(|text| said.iter().any(|said| said == text)),
            (Value::Nothing, Some(Giver::Call), Some(Kind::Nothing)) => {
                self.scopes[scope.0 as usize].settled.insert(name.clone(), Known::Nothing);
                None
            }
            (Value::Held(index), Some(Giver::Call), Some(Kind::Record(entries))) if entries.is_empty() => {
                self.scopes[scope.0 as usize].settled.insert(name.clone(), Known::Empty(*index));
                None
            }
            _ => None,
        };
        if let Some(text) = known {
            self.scopes[scope.0 as usize].settled.insert(name.clone(), Known::Text(text.into()));
        }
    }

    /// A value as an expression gives it: a truth value only where it is written, or is a name's.
    pub fn as_written(&self, expression: &Expression, value: Value) -> Value {
        match (&expression.kind, value) {
            (Kind::Truth(_) | Kind::Name(_), value) => value,
            (_, value) => value.unsettled(),
        }
    }
}

/// A text without holes.
fn written(pieces: &[Piece]) -> Option<Name> {
    match pieces {
        [] => Some(Name::default()),
        [Piece::Literal(text)] => Some(text.clone()),
        _ => None,
    }
}
