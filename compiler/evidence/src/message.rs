//! Ruby's messages: reading a member is a call, a class may answer what it does not declare, and some of its classes make
//! their one object themselves.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{ClassIndex, Closure, HeapIndex, ModuleIndex, Value};
use portolan_program::{Name, Span};

impl Machine<'_> {
    /// Whether reading a member is a call, as in Ruby.
    pub fn sends_messages(&self, module: ModuleIndex) -> bool {
        let rules = self.rules(module);
        rules.implied_receiver && !rules.block_scopes
    }

    /// What a member is that is called without arguments: itself, where it cannot be called.
    pub fn answered(&self, member: &Value, arguments: &Arguments, module: ModuleIndex) -> Option<Value> {
        let called = |value: &Value| matches!(value, Value::Function(_) | Value::Method(..) | Value::Symbol(_));
        let plain = arguments.is_empty() && self.sends_messages(module) && !member.each().iter().any(called);
        plain.then(|| member.clone())
    }

    /// `method_missing`, where a class has it and not the method.
    pub fn missing_message(
        &mut self,
        index: HeapIndex,
        class: ClassIndex,
        name: &Name,
        arguments: &Arguments,
        from: (ModuleIndex, Span),
    ) -> Option<Value> {
        if !self.sends_messages(from.0) {
            return None;
        }
        let (closure, _) = self.method(class, &Name::new_static("method_missing"))?;
        let bound = Closure { receiver: Some(Box::new(Value::Held(index))), ..closure };
        let given = [(None, Value::text(name))].into_iter().chain(arguments.iter().cloned()).collect();
        Some(self.call_closure(&bound, given, Some(from)))
    }

    /// `Orders.instance`, where the class is a singleton.
    pub fn only_object(&mut self, class: ClassIndex, name: &Name, module: ModuleIndex) -> Option<Value> {
        (name == "instance" && self.sends_messages(module)).then(|| self.somebody(class))
    }

    /// What a method makes of something of which nothing is known: a list, if it makes one of every element.
    pub fn mapped(&mut self, name: &Name, given: Value, module: ModuleIndex) -> Value {
        let maps = match name.as_str() {
            "map" | "flatMap" => self.rules(module).explicit_exports || self.sends_messages(module),
            "collect" | "flat_map" | "filter_map" | "each_with_object" => self.sends_messages(module),
            _ => false,
        };
        if maps { self.list(Vec::new(), Some(given)) } else { given }
    }
}
