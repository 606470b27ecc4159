//! Functions by which a class checks the objects that are made of it: pydantic's validators. A model's fields are made with it,
//! and so are checked too.

use crate::machine::Machine;
use crate::value::{ClassIndex, Closure, Value};
use portolan_program::{Expression, Kind};

/// Decorators of functions that are called for what an object is made of.
const VALIDATORS: &[&str] =
    &["field_validator", "model_validator", "root_validator", "validates", "validates_schema", "validator"];

impl Machine<'_> {
    /// Calls what checks the objects of a class, and of its fields' classes, once.
    pub fn validate(&mut self, class: ClassIndex) {
        if !self.validated.insert(class) {
            return;
        }
        let mut open = vec![class];
        let mut seen = Vec::new();
        while let Some(class) = open.pop() {
            if seen.contains(&class) {
                continue;
            }
            seen.push(class);
            self.validate_own(class);
            open.extend(self.bases(class));
        }
    }

    fn validate_own(&mut self, class: ClassIndex) {
        let mut modelled = false;
        for part in self.parts(class) {
            let source = self.source(part.module);
            if self.rules(part.module).block_scopes || self.rules(part.module).explicit_exports {
                return;
            }
            let declared = source.module.class(part.class);
            for id in &declared.functions {
                if source.module.function(*id).decorators.iter().any(validates) {
                    let closure = self.method_closure(&part, *id, class);
                    let bound = Closure { receiver: Some(Box::new(Value::Class(class))), ..closure };
                    self.call_closure(&bound, Vec::new(), None);
                }
            }
            modelled |= declared.bases.iter().any(|base| matches!(self.type_value(base, part.scope), Value::Symbol(_)));
        }
        if modelled {
            self.validate_fields(class);
        }
    }

    /// The classes of a model's fields, those inside lists and dictionaries too.
    fn validate_fields(&mut self, class: ClassIndex) {
        for part in self.parts(class) {
            let source = self.source(part.module);
            for field in &source.module.class(part.class).fields {
                let mut open: Vec<_> = field.declared.iter().collect();
                while let Some(declared) = open.pop() {
                    open.extend(&declared.arguments);
                    if let Value::Class(inner) = self.type_value(declared, part.scope) {
                        self.validate(inner);
                    }
                }
            }
        }
    }
}

/// Whether a decorator marks a function that checks.
fn validates(decorator: &Expression) -> bool {
    let callee = match &decorator.kind {
        Kind::Call(callee, _) => callee,
        _ => decorator,
    };
    match &callee.kind {
        Kind::Name(name) | Kind::Member(_, name) => VALIDATORS.contains(&name.as_str()),
        _ => false,
    }
}
