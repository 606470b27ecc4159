//! JavaScript's promises: a promise is the value it will give.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{Held, ScopeIndex, Shape, Value};
use portolan_program::{Name, Span};

impl Machine<'_> {
    /// `.then(f)`, `.catch(f)`, `.finally(f)` on what is no object with such a method of its own.
    pub fn invoke_promise(
        &mut self,
        receiver: &Value,
        name: &Name,
        arguments: &Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Option<Value> {
        let module = self.module_of(scope);
        if !matches!(name.as_str(), "then" | "catch" | "finally") || !self.rules(module).explicit_exports {
            return None;
        }
        let own = |machine: &mut Self, value: &Value| match value {
            Value::Held(index) => match machine.held(*index).shape.clone() {
                Shape::Instance(class) => machine.method(class, name).is_some(),
                Shape::Record => machine.held(*index).members.contains_key(name),
                _ => false,
            },
            _ => false,
        };
        if receiver.each().iter().any(|value| own(self, value)) {
            return None;
        }
        let given = match name.as_str() {
            "then" => vec![(None, receiver.clone())],
            _ => Vec::new(),
        };
        let mut results: Vec<Value> = Vec::new();
        for (position, (_, callback)) in arguments.iter().enumerate() {
            let given = if position == 0 { given.clone() } else { Vec::new() };
            results.push(self.call(callback, given, span, scope));
        }
        Some(match name.as_str() {
            "then" => Value::any(results),
            "catch" => receiver.clone().or(Value::any(results)),
            _ => receiver.clone(),
        })
    }

    /// `new Promise((resolve, reject) => …)`: what `resolve` is called with.
    pub fn new_promise(&mut self, arguments: &Arguments) -> Option<Value> {
        let (_, Value::Function(executor)) = arguments.first()? else { return None };
        let settles = self.hold(Held { shape: Shape::Settles, ..Held::default() });
        self.call_closure(executor, vec![(None, Value::Held(settles))], None);
        Some(self.held(settles).rest.clone().unwrap_or_default())
    }
}
