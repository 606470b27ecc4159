//! Conditions on parameters: a flag or a text that a caller says literally decides which blocks run.
//!
//! *A truth value is known alone or not at all*, and a text is certain only where nobody can have changed it: as what a function
//! was given, or left out, for a parameter that nothing sets again. What is read from a member or a list is not.

use crate::machine::Machine;
use crate::parameter::Giver;
use crate::statement::Flow;
use crate::value::{ScopeIndex, Value};
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
    fn settled_block(&self, block: &[Statement], scope: ScopeIndex) -> Option<bool> {
        let mut certain = matches!(block.first(), Some(Statement::Where { whole: true, .. }));
        for statement in block {
            let Statement::Where { parameter, test, holds, .. } = statement else { break };
            match self.stands(parameter, test, scope) {
                Some(stands) if stands != *holds => return Some(false),
                Some(_) => {}
                None => certain = false,
            }
        }
        certain.then_some(true)
    }

    /// Whether a parameter stands a test; none where that is not known.
    pub fn stands(&self, parameter: &Name, test: &Test, scope: ScopeIndex) -> Option<bool> {
        let scope = self.scope(scope);
        match (test, scope.settled.get(parameter), scope.names.get(parameter)) {
            (Test::True, _, Some(Value::Truth(truth))) => Some(*truth),
            (Test::True, Some(text), _) => Some(!text.is_empty()),
            (Test::OneOf(texts), Some(text), _) => Some(texts.contains(text)),
            _ => None,
        }
    }

    /// The texts among arguments that are known for certain: they are written there, or are a parameter's that is.
    pub fn certain_texts(&self, arguments: &[Argument], scope: ScopeIndex) -> Vec<Name> {
        let settled = &self.scope(scope).settled;
        let texts = arguments.iter().filter_map(|argument| match &argument.value.kind {
            Kind::Text(pieces) => written(pieces),
            Kind::Name(name) => settled.get(name).cloned(),
            _ => None,
        });
        texts.collect()
    }

    /// Notes the text of a parameter that is known for certain: one that the call says, or its default where one that says
    /// all leaves it out.
    pub fn settle(
        &mut self,
        parameter: &Parameter,
        value: &Value,
        left_out_by: Option<Giver>,
        said: &[Name],
        scope: ScopeIndex,
    ) {
        let (Pattern::Name(name), Value::Text(template)) = (&parameter.pattern, value) else { return };
        let Some(text) = template.literal() else { return };
        let certain = match left_out_by {
            Some(giver) => {
                let default = parameter.default.as_ref().map(|default| &default.kind);
                giver == Giver::Call && matches!(default, Some(Kind::Text(_)))
            }
            None => said.iter().any(|said| said == text),
        };
        if certain {
            self.scopes[scope.0 as usize].settled.insert(name.clone(), text.into());
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
