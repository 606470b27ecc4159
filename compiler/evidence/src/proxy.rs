//! JavaScript's `Proxy`: an object whose members are what a function says, or those of the object that it stands for.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{HeapIndex, Held, ModuleIndex, ScopeIndex, Shape, Value};
use portolan_program::{Name, Span};

impl Machine<'_> {
    /// `new Proxy(target, handler)`.
    pub fn new_proxy(&mut self, arguments: &Arguments) -> Value {
        let mut items = arguments.iter().map(|(_, value)| value.clone());
        let target = items.next().unwrap_or_default();
        match items.next() {
            Some(handler @ Value::Held(_)) => {
                Value::Held(self.hold(Held { shape: Shape::Proxy, items: vec![target, handler], ..Held::default() }))
            }
            _ => target,
        }
    }

    /// A member, as the handler's `get` says; of the target, where it says nothing.
    pub fn proxied_member(&mut self, index: HeapIndex, name: &Name, from: ModuleIndex) -> Option<Value> {
        let target = self.held(index).items.first().cloned()?;
        let given = match self.trap(index, "get", from) {
            Some(get) => {
                let given = [target.clone(), Value::text(name), Value::Held(index)].map(|value| (None, value));
                let scope = self.loaded(from).scope;
                self.call(&get, given.into(), Span::default(), scope)
            }
            None => Value::Unknown,
        };
        match given {
            Value::Unknown | Value::Nothing => self.own_member(&target, name, from),
            known => Some(known),
        }
    }

    /// A call of it, as the handler's `apply` says.
    pub fn call_proxy(&mut self, index: HeapIndex, arguments: Arguments, span: Span, scope: ScopeIndex) -> Value {
        let Some(target) = self.held(index).items.first().cloned() else { return Value::Unknown };
        match self.trap(index, "apply", self.module_of(scope)) {
            Some(apply) => {
                let list = self.list(arguments.into_iter().map(|(_, value)| value).collect(), None);
                let given = [target, Value::Unknown, list].map(|value| (None, value));
                self.call(&apply, given.into(), span, scope)
            }
            None => self.call(&target, arguments, span, scope),
        }
    }

    fn trap(&mut self, index: HeapIndex, name: &'static str, from: ModuleIndex) -> Option<Value> {
        let handler = self.held(index).items.get(1).cloned()?;
        let trap = self.own_member(&handler, &Name::new_static(name), from)?;
        matches!(trap, Value::Function(_)).then_some(trap)
    }
}
