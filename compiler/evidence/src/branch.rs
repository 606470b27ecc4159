//! Branches: each starts from what was known before it, and afterwards a name is what it was or what one of them made it.

use crate::machine::Machine;
use crate::value::{ScopeIndex, Value};
use portolan_program::{Name, Statement};

/// A name that a branch set, and what it was before.
pub(crate) struct Change {
    scope: ScopeIndex,
    name: Name,
    before: Option<Value>,
}

impl Machine<'_> {
    /// Blocks of which at most one runs.
    pub fn branch(&mut self, blocks: &[&[Statement]], scope: ScopeIndex) {
        let mut made: Vec<(Change, Value)> = Vec::new();
        for block in blocks {
            self.depth += 1;
            self.journal.push(Vec::new());
            self.block(block, scope);
            self.depth -= 1;
            for change in self.journal.pop().unwrap_or_default() {
                let after = self.restore(&change);
                made.push((change, after));
            }
        }
        for (change, after) in made {
            self.join(change, after);
        }
    }

    /// Notes that a name is set in an open branch; false where none is open.
    pub fn note_change(&mut self, scope: ScopeIndex, name: &Name) -> bool {
        let before = self.scope(scope).names.get(name).cloned();
        let Some(open) = self.journal.last_mut() else { return false };
        if !open.iter().any(|change| change.scope == scope && change.name == *name) {
            open.push(Change { scope, name: name.clone(), before });
        }
        true
    }

    /// Takes back a change; gives what the name was made.
    fn restore(&mut self, change: &Change) -> Value {
        let names = &mut self.scopes[change.scope.0 as usize].names;
        let after = match &change.before {
            Some(before) => names.insert(change.name.clone(), before.clone()),
            None => names.remove(&change.name),
        };
        after.unwrap_or_default()
    }

    /// Afterwards, a name is one or the other.
    fn join(&mut self, change: Change, after: Value) {
        if self.scope(change.scope).depth < self.depth {
            self.note_change(change.scope, &change.name);
        }
        let names = &mut self.scopes[change.scope.0 as usize].names;
        match names.get_mut(&change.name) {
            Some(known) => *known = std::mem::take(known).or(after),
            None => {
                names.insert(change.name, after);
            }
        }
    }
}
