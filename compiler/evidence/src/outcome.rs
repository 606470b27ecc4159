//! What an SDK's call does to the interpretation: operations are recorded, functions are called, terms become values.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::parameter::is_type_argument;
use crate::value::{Closure, HeapIndex, ModuleIndex, ScopeIndex, Shape, Symbol, Value};
use portolan_program::{Name, Span};
use portolan_sdk::{Argument, Object, Outcome, Term};
use std::collections::BTreeMap;

/// How deep a record is looked into.
const DEEP: usize = 8;

impl Machine<'_> {
    /// Calls a method of an SDK's object.
    pub fn call_method(
        &mut self,
        object: &Object,
        name: &Name,
        arguments: &Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Value {
        // What Python's `with` does, done by hand.
        if matches!(name.as_str(), "__aenter__" | "__enter__") {
            return self.entered(&vec![(None, Value::Object(object.clone()))]);
        }
        let module = self.module_of(scope);
        let arguments = &self.built(object, name, arguments, module);
        let given = self.terms(arguments);
        match self.libraries(module).iter().find_map(|library| library.method(object, name, &given)) {
            Some(outcome) => self.outcome(outcome, arguments, span, module),
            None => {
                let returned = self.call_back(arguments);
                returned.or(Value::Unknown)
            }
        }
    }

    /// Arguments where functions that build a request are replaced by what they build: `putItem(b -> b.tableName(name))`.
    fn built(&mut self, object: &Object, name: &Name, arguments: &Arguments, module: ModuleIndex) -> Arguments {
        let builder = self.libraries(module).iter().find_map(|library| library.builder(object, name));
        let Some(builder) = builder else { return arguments.clone() };
        let mut built = arguments.clone();
        for (_, argument) in &mut built {
            if let Value::Function(closure) = argument {
                *argument = self.call_closure(closure, vec![(None, Value::Object(builder.clone()))], None);
            }
        }
        built
    }

    /// Records what a call performs; functions it was given are called with the answer.
    pub fn outcome(&mut self, outcome: Outcome, arguments: &Arguments, span: Span, module: ModuleIndex) -> Value {
        for operation in outcome.operations {
            self.perform(module, span, operation);
        }
        if let Some(why) = outcome.unresolved {
            self.give_up_on(module, span, why, outcome.of);
        }
        let handed: Arguments = outcome.handed.iter().map(|term| (None, self.value(term))).collect();
        if outcome.value == Term::Function
            && let Some(wrapped) = self.wrapped_function(arguments)
        {
            self.bind_to(&wrapped, arguments, span, module);
            return with_arguments(wrapped, handed);
        }
        let returned = self.call_back_with(arguments, &handed);
        match self.value(&outcome.value) {
            Value::Unknown => returned,
            known => known,
        }
    }

    /// The function among what a call is given: the last argument that is one, or the `handler` of a record.
    fn wrapped_function(&self, arguments: &Arguments) -> Option<Value> {
        let is_function =
            |value: &&Value| value.each().iter().any(|value| matches!(value, Value::Function(_) | Value::Method(..)));
        let values = || arguments.iter().map(|(_, value)| value);
        let named = || {
            values().find_map(|value| match value {
                Value::Held(index) if self.held(*index).shape == Shape::Record => {
                    self.held(*index).members.get("handler").cloned()
                }
                _ => None,
            })
        };
        let last = values().rfind(is_function).cloned();
        last.or_else(named).or_else(|| values().find(|value| value.acts()).cloned())
    }

    /// What is known of arguments, for a library. A type that is given as one says of itself what it can.
    pub fn terms(&mut self, arguments: &Arguments) -> Vec<Argument> {
        let term = |machine: &mut Self, name: &Option<Name>, value: &Value| match value {
            Value::Class(class) if name.as_ref().is_some_and(is_type_argument) => machine.described(*class),
            _ => machine.term(value),
        };
        arguments.iter().map(|(name, value)| Argument { name: name.clone(), term: term(self, name, value) }).collect()
    }

    /// What is known of a value, for a library.
    pub fn term(&self, value: &Value) -> Term {
        self.term_within(value, 0)
    }

    fn term_within(&self, value: &Value, depth: usize) -> Term {
        match value {
            Value::Text(template) => Term::Text(template.clone()),
            Value::Object(object) => Term::Object(object.clone()),
            Value::Symbol(symbol) => Term::Symbol(symbol.name.clone()),
            Value::Function(_) => Term::Function,
            Value::Any(values) => Term::any(values.iter().map(|value| self.term_within(value, depth))),
            Value::Held(index) if depth < DEEP => self.held_term(*index, depth),
            _ => Term::Unknown,
        }
    }

    fn held_term(&self, index: HeapIndex, depth: usize) -> Term {
        let held = self.held(index);
        match &held.shape {
            Shape::Settles | Shape::Bound { .. } => Term::Function,
            Shape::Chosen => Term::Unknown,
            Shape::Proxy => held.items.first().map_or(Term::Unknown, |target| self.term_within(target, depth + 1)),
            Shape::List => {
                let items = held.items.iter().chain(&held.rest);
                Term::List(items.map(|item| self.term_within(item, depth + 1)).collect())
            }
            Shape::Foreign { .. } => {
                let objects = held.items.iter().filter(|item| matches!(item, Value::Object(_) | Value::Text(_)));
                match Term::any(objects.map(|item| self.term_within(item, depth + 1))) {
                    Term::Unknown if !held.order.is_empty() => {
                        let members = held.order.iter().map(|name| (name.clone(), &held.members[name]));
                        Term::Record(members.map(|(name, value)| (name, self.term_within(value, depth + 1))).collect())
                    }
                    known => known,
                }
            }
            Shape::Record | Shape::Instance(_) => {
                let mut members: BTreeMap<Name, Term> = BTreeMap::new();
                for name in &held.order {
                    members.insert(name.clone(), self.term_within(&held.members[name], depth + 1));
                }
                if let Shape::Instance(class) = held.shape {
                    members.extend(self.marks(class));
                }
                Term::Record(members)
            }
        }
    }

    /// The value of what a library gives.
    pub fn value(&mut self, term: &Term) -> Value {
        match term {
            Term::Unknown | Term::Function => Value::Unknown,
            Term::Text(template) => Value::Text(template.clone()),
            Term::Object(object) => Value::Object(object.clone()),
            Term::Symbol(name) => Value::Symbol(Symbol { name: name.clone(), imported: true }),
            Term::Any(terms) => {
                let values: Vec<Value> = terms.iter().map(|term| self.value(term)).collect();
                Value::any(values)
            }
            Term::List(terms) => {
                let items = terms.iter().map(|term| self.value(term)).collect();
                self.list(items, None)
            }
            Term::Record(members) => {
                let members = members.iter().map(|(name, term)| (name.clone(), self.value(term))).collect();
                self.record(members)
            }
        }
    }
}

/// A function that is called with these before all others.
fn with_arguments(value: Value, arguments: Arguments) -> Value {
    match value {
        Value::Function(closure) if !arguments.is_empty() => {
            let given = closure.given.iter().cloned().chain(arguments).collect();
            Value::Function(Closure { given, ..closure })
        }
        other => other,
    }
}
