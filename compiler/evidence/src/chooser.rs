//! Functions that choose another one by the type of what they are given: Python's `singledispatch`. What is registered with one,
//! in whatever file, may be meant where it is called.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{Closure, Held, ModuleIndex, ScopeIndex, Shape, Symbol, Value};
use portolan_program::{Name, Span};

/// The function that registers one: its arguments are the function that chooses, perhaps a type, and the one that may be chosen.
const REGISTER: &str = "register with what chooses";

impl Machine<'_> {
    /// Notes that a decorator makes a function choose.
    pub fn note_chooser(&mut self, decorator: &str, function: &Value) {
        if let ("functools.singledispatch", Value::Function(closure)) = (decorator, function) {
            self.choosers.entry((closure.module, closure.function)).or_default();
        }
    }

    /// `store.register`, where `store` chooses.
    pub fn registrar_of(&mut self, closure: &Closure, name: &Name) -> Option<Value> {
        let chooses = name == "register" && self.choosers.contains_key(&(closure.module, closure.function));
        chooses.then(|| self.registers_with(Value::Function(closure.clone()), Span::default(), closure.scope))
    }

    fn registers_with(&mut self, chooser: Value, span: Span, scope: ScopeIndex) -> Value {
        let register = Value::Symbol(Symbol { name: REGISTER.into(), imported: false });
        let shape = Shape::Bound { given: vec![(None, chooser)], span, scope };
        Value::Held(self.hold(Held { shape, items: vec![register], ..Held::default() }))
    }

    /// Registers a function; with a type alone, gives what registers the function that follows.
    pub fn registered_with(
        &mut self,
        name: &str,
        arguments: &Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Option<Value> {
        let ((_, chooser), given) = arguments.split_first().filter(|_| name == REGISTER)?;
        let Value::Function(closure) = chooser else { return None };
        match given.iter().map(|(_, value)| value).find(|value| matches!(value, Value::Function(_))) {
            Some(function) => {
                self.choosers.entry((closure.module, closure.function)).or_default().push(function.clone());
                Some(function.clone())
            }
            None => Some(self.registers_with(chooser.clone(), span, scope)),
        }
    }

    /// Calls what a function may choose; gives what that gives.
    pub fn choose(
        &mut self,
        closure: &Closure,
        arguments: &Arguments,
        from: Option<(ModuleIndex, Span)>,
    ) -> Option<Value> {
        let all = self.choosers.get(&(closure.module, closure.function))?.clone();
        let functions = all.iter().filter_map(|value| match value {
            Value::Function(closure) => Some(closure),
            _ => None,
        });
        let given: Vec<Value> =
            functions.map(|function| self.call_closure(function, arguments.clone(), from)).collect();
        Some(Value::any(given))
    }
}
