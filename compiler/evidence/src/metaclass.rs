//! Who hears of a class when it is declared: Python's `__init_subclass__` of what it extends, and the class of the class.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{ClassIndex, Closure, ScopeIndex, Value};
use portolan_program::{Class, Name, Role};

/// How the head of a class says what makes it.
const METACLASS: &str = "metaclass";

impl Machine<'_> {
    /// Tells of a class those who asked to hear of it, with what its head says by name.
    pub fn announce(&mut self, class: ClassIndex, declared: &Class, scope: ScopeIndex) {
        let module = self.module_of(scope);
        if self.rules(module).explicit_exports {
            return;
        }
        let messages = self.sends_messages(module);
        for base in declared.bases.iter().filter(|_| !messages) {
            if let Value::Symbol(symbol) = self.type_value(base, scope)
                && let Some(why) = self.libraries(module).iter().find_map(|library| library.strange(&symbol.name))
            {
                self.give_up(module, declared.span, why);
            }
        }
        let said = self.arguments(&declared.said, scope);
        let by_name = |name: &Option<Name>| name.as_deref() == Some(METACLASS);
        if let Some((_, Value::Class(metaclass))) = said.iter().find(|(name, _)| by_name(name)) {
            self.metaclasses.insert(class, *metaclass);
        }
        let said: Arguments = said.into_iter().filter(|(name, _)| !by_name(name)).collect();
        if let Some(metaclass) = self.metaclass(class) {
            self.make_class(metaclass, class, declared, &said, scope);
        }
        for base in self.bases(class) {
            if let Some(Value::Function(closure)) = self.class_member(base, &"__init_subclass__".into()) {
                let bound = Closure { receiver: Some(Box::new(Value::Class(class))), ..closure };
                self.call_closure(&bound, said.clone(), Some((module, declared.span)));
            }
        }
    }

    /// The class of a class, as it or what it extends says.
    fn metaclass(&mut self, class: ClassIndex) -> Option<ClassIndex> {
        if let Some(known) = self.metaclasses.get(&class) {
            return Some(*known);
        }
        let inherited = self.bases(class).into_iter().find_map(|base| self.metaclasses.get(&base).copied())?;
        self.metaclasses.insert(class, inherited);
        Some(inherited)
    }

    /// Runs what a class of classes does when it makes one: `__new__`, which gives the class that is declared, and `__init__`.
    fn make_class(
        &mut self,
        metaclass: ClassIndex,
        class: ClassIndex,
        declared: &Class,
        said: &Arguments,
        scope: ScopeIndex,
    ) {
        let span = Some((self.module_of(scope), declared.span));
        let bases = self.bases(class).into_iter().map(Value::Class).collect();
        let bases = self.list(bases, None);
        let namespace = self.namespace(class, declared, scope);
        let plain = [Value::text(declared.name.as_deref().unwrap_or_default()), bases, namespace];
        let given: Arguments = plain.into_iter().map(|value| (None, value)).chain(said.iter().cloned()).collect();
        self.making.push(class);
        if let Some((closure, _)) = self.method(metaclass, &"__new__".into()) {
            let bound = Closure { receiver: Some(Box::new(Value::Class(metaclass))), ..closure };
            self.call_closure(&bound, given.clone(), span);
        }
        self.run_constructors(metaclass, &Value::Class(class), given, span);
        self.making.pop();
    }

    /// What the body of a class declares, by name.
    fn namespace(&mut self, class: ClassIndex, declared: &Class, scope: ScopeIndex) -> Value {
        let source = self.source(self.module_of(scope));
        let mut members = Vec::new();
        for id in &declared.functions {
            if let Some(name) = &source.module.function(*id).name {
                members.push((name.clone(), self.closure(*id, scope, Some(class))));
            }
        }
        for field in declared.fields.iter().filter(|field| field.shared) {
            members.push((field.name.clone(), self.class_member(class, &field.name).unwrap_or_default()));
        }
        self.record(members)
    }

    /// The class that is being made, where what makes classes is asked for one: `type.__new__(meta, name, bases, namespace)`.
    pub fn class_in_making(&self, arguments: &Arguments) -> Option<Value> {
        let class = self.making.last().filter(|_| arguments.len() > 2)?;
        Some(Value::Class(*class))
    }

    /// A member that a class has from its own class.
    pub fn of_metaclass(&mut self, class: ClassIndex, name: &Name) -> Option<Value> {
        let metaclass = self.metaclasses.get(&class).copied().filter(|_| !name.starts_with("__"))?;
        let receiver = Value::Class(class);
        if let Some((closure, role)) = self.method(metaclass, name) {
            let bound = Closure { receiver: Some(Box::new(receiver)), ..closure };
            return Some(match role {
                Role::Getter => self.call_closure(&bound, Vec::new(), None),
                _ => Value::Function(bound),
            });
        }
        self.class_member(metaclass, name)
    }
}
