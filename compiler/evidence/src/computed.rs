//! Members under names that are computed: `getattr(self, f"on_{kind}")`, `handlers["do_" + action]`, `this[action]`.

use crate::machine::Machine;
use crate::value::{ClassIndex, Held, ModuleIndex, Shape, Value};
use portolan_program::{Name, Role};
use portolan_sdk::{Piece, Template};

/// How far up bases are looked at.
const ANCESTORS: usize = 8;

impl Machine<'_> {
    /// The functions of an object, class or module of the program that a computed name may mean: those that have its known
    /// pieces; where no piece is known, those that are not private.
    pub fn functions_like(&mut self, object: &Value, name: &Value, from: ModuleIndex) -> Value {
        let names: Vec<Vec<Piece>> = name.each().iter().map(pieces_of).collect();
        let mut found = Vec::new();
        for object in object.each().to_vec() {
            for name in self
                .function_names(&object)
                .into_iter()
                .filter(|name| names.iter().any(|pieces| may_mean(pieces, name)))
            {
                let member = self.member(&object, &name, from);
                found.extend(member.each().iter().filter(|value| matches!(value, Value::Function(_))).cloned());
            }
        }
        let known = names.iter().all(|pieces| !literals(pieces).is_empty());
        match (found.is_empty(), known) {
            (true, _) | (false, true) => Value::any(found),
            // A name of which nothing is known reads data more often than it finds a function.
            (false, false) => Value::Held(self.hold(Held { shape: Shape::Chosen, items: found, ..Held::default() })),
        }
    }

    /// The names of the functions that something of the program has.
    fn function_names(&mut self, object: &Value) -> Vec<Name> {
        match object {
            Value::Held(index) => match self.held(*index).shape {
                Shape::Instance(class) => {
                    let mut names = self.method_names(class);
                    names.extend(self.held(*index).order.iter().cloned());
                    names
                }
                _ => Vec::new(),
            },
            Value::Class(class) => self.method_names(*class),
            Value::Module(module) => self.module_functions(*module),
            _ => Vec::new(),
        }
    }

    fn method_names(&mut self, class: ClassIndex) -> Vec<Name> {
        let mut names = Vec::new();
        let mut open = vec![class];
        for _ in 0..ANCESTORS {
            let Some(class) = open.pop() else { break };
            for part in self.class(class).parts.clone() {
                let source = self.source(part.module);
                let functions = source.module.class(part.class).functions.iter().map(|id| source.module.function(*id));
                let methods = functions.filter(|function| matches!(function.role, Role::Method | Role::Static));
                names.extend(methods.filter_map(|function| function.name.clone()));
            }
            open.extend(self.bases(class));
        }
        names.sort();
        names.dedup();
        names
    }

    fn module_functions(&mut self, module: ModuleIndex) -> Vec<Name> {
        if self.rules(module).explicit_exports {
            return self.members_of(&Value::Module(module)).into_iter().map(|(name, _)| name).collect();
        }
        let scope = self.loaded(module).scope;
        let names = &self.scope(scope).names;
        let own = |value: &Value| matches!(value, Value::Function(closure) if closure.module == module);
        let mut names: Vec<Name> = names.iter().filter(|(_, value)| own(value)).map(|(name, _)| name.clone()).collect();
        names.sort();
        names
    }
}

/// What is known of one name.
fn pieces_of(name: &Value) -> Vec<Piece> {
    match name {
        Value::Text(Template(pieces)) => pieces.clone(),
        _ => vec![Piece::Hole],
    }
}

/// The known texts among pieces.
fn literals(pieces: &[Piece]) -> Vec<&str> {
    pieces
        .iter()
        .filter_map(|piece| match piece {
            Piece::Literal(text) if !text.is_empty() => Some(text.as_str()),
            _ => None,
        })
        .collect()
}

/// Whether a text with holes may be this name.
fn may_mean(pieces: &[Piece], name: &str) -> bool {
    let known = literals(pieces);
    let (Some(first), Some(last)) = (known.first(), known.last()) else { return !name.starts_with('_') };
    let starts = matches!(pieces.first(), Some(Piece::Literal(_)));
    let ends = matches!(pieces.last(), Some(Piece::Literal(_)));
    if starts && !name.starts_with(first) || ends && !name.ends_with(last) {
        return false;
    }
    let mut rest = name;
    known.iter().all(|piece| match rest.find(piece) {
        Some(at) => {
            rest = &rest[at + piece.len()..];
            true
        }
        None => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_the_pieces_that_are_known() {
        let pieces = [Piece::Literal("on_".into()), Piece::Hole, Piece::Literal("_done".into())];
        assert!(may_mean(&pieces, "on_order_done"));
        assert!(!may_mean(&pieces, "on_order") && !may_mean(&pieces, "not_on_order_done"));
        assert!(may_mean(&[Piece::Hole], "order") && !may_mean(&[Piece::Hole], "_order"));
    }
}
