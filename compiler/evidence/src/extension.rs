//! Functions that are called as if they were methods of what is their first parameter.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{Closure, ModuleIndex, ScopeIndex, Shape, Value};
use portolan_program::{Name, Role, Span};

impl Machine<'_> {
    /// Calls the extension of a name, where the receiver has no method of its own.
    pub fn extended(
        &mut self,
        receiver: &Value,
        name: &Name,
        arguments: &Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Option<Value> {
        let module = self.module_of(scope);
        let index = self.index_of(module)?;
        let from = self.source(module).path.clone();
        let paths = index.extending(name, &from);
        if self.has_own(receiver, name, module) {
            return None;
        }
        if paths.is_empty() {
            return self.extended_by_library(receiver, name, arguments, span, module);
        }
        let given: Arguments = std::iter::once((None, receiver.clone())).chain(arguments.iter().cloned()).collect();
        let plain =
            arguments.iter().filter(|(name, _)| !name.as_ref().is_some_and(crate::parameter::is_type_argument)).count();
        for path in paths {
            let Some(at) = self.load(path) else { continue };
            let Some(closure) = self.extension_in(at, name, plain + 1) else { continue };
            return Some(self.call_closure(&closure, given, Some((module, span))));
        }
        None
    }

    /// What a library adds to what is not known, or is none of its objects: `?.Name`.
    fn extended_by_library(
        &mut self,
        receiver: &Value,
        name: &Name,
        arguments: &Arguments,
        span: Span,
        module: ModuleIndex,
    ) -> Option<Value> {
        let open = match receiver {
            Value::Unknown => true,
            Value::Held(index) => matches!(self.held(*index).shape, Shape::Foreign { .. }),
            _ => false,
        };
        let given = open.then(|| self.terms(arguments))?;
        let symbol = format!("?.{name}");
        let outcome = self.libraries(module).iter().find_map(|library| library.call(&symbol, &given))?;
        match self.outcome(outcome, arguments, span, module) {
            Value::Unknown => Some(receiver.clone()),
            known => Some(known),
        }
    }

    fn has_own(&mut self, receiver: &Value, name: &Name, module: ModuleIndex) -> bool {
        match receiver {
            Value::Any(_) | Value::Class(_) | Value::Module(_) => true,
            Value::Held(index) => match self.held(*index).shape {
                Shape::Instance(class) => self.method(class, name).is_some(),
                _ => false,
            },
            Value::Object(object) => {
                let outcome = self.libraries(module).iter().find_map(|library| library.method(object, name, &[]));
                outcome.is_some_and(|outcome| !outcome.operations.is_empty())
            }
            // A type outside the program has functions that are its own.
            Value::Symbol(symbol) => symbol.name.starts_with(char::is_uppercase),
            _ => false,
        }
    }

    /// The extension in a file that takes so many arguments, or the first.
    fn extension_in(&self, module: ModuleIndex, name: &Name, count: usize) -> Option<Closure> {
        let source = self.source(module);
        let scope = self.loaded(module).scope;
        let mut found = Vec::new();
        for class in &source.module.classes {
            let owner = class.name.as_ref().and_then(|name| match self.scope(scope).names.get(name) {
                Some(Value::Class(class)) => Some(*class),
                _ => None,
            });
            for id in &class.functions {
                let function = source.module.function(*id);
                if function.role == Role::Extension && function.name.as_ref() == Some(name) {
                    let closure =
                        Closure { module, function: *id, scope, receiver: None, class: owner, given: Vec::new() };
                    found.push((function.parameters.len() != count, closure));
                }
            }
        }
        found.into_iter().min_by_key(|(other, _)| *other).map(|(_, closure)| closure)
    }
}
