//! What a container of dependencies puts together, as in Java: components whose classes are generated, fields that hold what
//! somebody outside made, and functions that are beans.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{ClassIndex, Closure, HeapIndex, ModuleIndex, ScopeIndex, Shape, Value};
use portolan_program::{Import, Name, Span, Statement};

/// Types of functions, as an object of a class is one.
const FUNCTIONS: &[&str] = &["BiConsumer", "BiFunction", "Consumer", "Function", "UnaryOperator"];

impl Machine<'_> {
    /// What a method gives that is only promised, and that a generated class implements: whatever its type says.
    pub fn promised_result(&mut self, class: ClassIndex, name: &Name) -> Option<Value> {
        if !self.is_interface(class) {
            return None;
        }
        for part in self.parts(class) {
            if !self.rules(part.module).implied_receiver {
                continue;
            }
            let source = self.source(part.module);
            let mut functions = source.module.class(part.class).functions.iter().map(|id| source.module.function(*id));
            let promised = functions.find(|function| function.name.as_ref() == Some(name) && function.body.is_empty());
            if let Some(declared) = promised.and_then(|function| function.returns.as_ref()) {
                return Some(self.typed(declared, part.scope)).filter(|value| !value.is_unknown());
            }
        }
        None
    }

    /// What a field holds that is set to something that somebody outside made: what its type says.
    pub fn held_by_field(&mut self, class: ClassIndex, name: &Name, value: Value) -> Value {
        let outside = match &value {
            Value::Held(index) => matches!(self.held(*index).shape, Shape::Foreign { .. }),
            other => other.is_unknown(),
        };
        if !outside || !self.class(class).parts.iter().all(|part| self.rules(part.module).implied_receiver) {
            return value;
        }
        match self.declared_field_in(class, name) {
            Some((field, scope)) => match &field.declared {
                Some(declared) => self.of_type(value, declared, scope),
                None => value,
            },
            None => value,
        }
    }

    /// Calls the function that a handler gives: the handler was a bean, and the function is what the framework calls.
    pub fn call_bean(&mut self, bean: &Closure, given: &Value, module: ModuleIndex) {
        if !self.rules(bean.module).implied_receiver {
            return;
        }
        let source = self.source(bean.module);
        let returned = source.module.function(bean.function).returns.as_ref().and_then(|declared| declared.path.last());
        let promised = returned.is_some_and(|name| FUNCTIONS.contains(&name.as_str()));
        for value in given.each() {
            if promised || matches!(value, Value::Function(_)) {
                self.call_handler(value, module);
            }
        }
    }

    /// Calls a function outside the program through the type of functions it is of: `supplier.get()` of `S3Client::create`.
    pub fn call_reference(
        &mut self,
        receiver: &Value,
        name: &Name,
        arguments: &Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Option<Value> {
        let module = self.module_of(scope);
        let Value::Symbol(symbol) = receiver else { return None };
        let calls = self.rules(module).implied_receiver && matches!(name.as_str(), "accept" | "apply" | "call" | "get");
        let known = calls && self.libraries(module).iter().any(|library| library.call(&symbol.name, &[]).is_some());
        known.then(|| self.call_symbol(symbol, arguments, span, scope))
    }

    /// What functions see that a holder from outside is given, such as an optional: the objects that it holds.
    pub fn seen(&self, index: HeapIndex, module: ModuleIndex) -> Arguments {
        let objects = self.held(index).items.iter().filter(|item| match item {
            Value::Object(_) => true,
            Value::Held(inner) => matches!(self.held(*inner).shape, Shape::Instance(_)),
            _ => false,
        });
        let objects: Vec<Value> = objects.cloned().collect();
        match self.rules(module).implied_receiver && !objects.is_empty() {
            true => vec![(None, Value::any(objects))],
            false => Vec::new(),
        }
    }

    /// Takes all names that a module imports with a star, before its body runs.
    pub fn stars_ahead(&mut self, module: ModuleIndex) {
        let source = self.source(module);
        let scope = self.loaded(module).scope;
        let stars: Vec<&Import> = source
            .module
            .body
            .iter()
            .filter_map(|statement| match statement {
                Statement::Import(import) if import.binding.is_none() => Some(import),
                _ => None,
            })
            .collect();
        stars.into_iter().for_each(|import| self.import(import, scope));
    }
}
