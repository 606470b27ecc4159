//! Structs that are values, as in Go: fields by position, parts that are embedded, variables that nobody set, types that
//! convert, and the functions that make a struct in place of a constructor.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{ClassIndex, Closure, HeapIndex, Held, ModuleIndex, Shape, Value};
use portolan_program::{FunctionId, Name, Pattern, Role, Statement, Type};

impl Machine<'_> {
    /// Whether a language has structs rather than classes: no constructors, and interfaces that nobody names.
    pub fn has_structs(&self, module: ModuleIndex) -> bool {
        let rules = self.rules(module);
        rules.structural_interfaces && !rules.explicit_exports
    }

    fn is_struct(&self, class: ClassIndex) -> bool {
        self.class(class).parts.first().is_some_and(|part| self.has_structs(part.module))
    }

    /// Members that are known by their position get the names of the fields there.
    pub fn by_position(&self, class: ClassIndex, held: &mut Held) {
        if !self.is_struct(class) || !held.members.contains_key("0") {
            return;
        }
        let parts = &self.class(class).parts;
        let sources = parts.iter().map(|part| (self.source(part.module), part.class));
        let fields: Vec<Name> = sources
            .flat_map(|(source, class)| {
                source.module.class(class).fields.iter().map(|field| field.name.clone()).collect::<Vec<_>>()
            })
            .collect();
        for name in std::mem::take(&mut held.order) {
            let field = name.parse::<usize>().ok().and_then(|position| fields.get(position)).unwrap_or(&name);
            if let Some(value) = held.members.remove(&name) {
                held.set(field, value, true);
            }
        }
    }

    /// A member that an embedded part gives.
    pub fn promoted(&mut self, index: HeapIndex, class: ClassIndex, name: &Name, from: ModuleIndex) -> Option<Value> {
        if !self.is_struct(class) || self.declares_itself(class, name) {
            return None;
        }
        for part in self.class(class).parts.clone() {
            let source = self.source(part.module);
            for base in &source.module.class(part.class).bases {
                let Some(embedded) = base.path.last() else { continue };
                let Some(value) = self.held(index).members.get(embedded).cloned() else { continue };
                match self.own_member(&value, name, from) {
                    Some(member) if !member.is_unknown() => return Some(member),
                    _ => {}
                }
            }
        }
        None
    }

    fn declares_itself(&self, class: ClassIndex, name: &Name) -> bool {
        self.class(class).parts.iter().any(|part| {
            let source = self.source(part.module);
            let declared = source.module.class(part.class);
            let methods = declared.functions.iter().map(|id| source.module.function(*id).name.as_ref());
            declared.fields.iter().any(|field| field.name == *name) || methods.into_iter().any(|own| own == Some(name))
        })
    }

    /// `Name(value)`: a conversion, where types are no constructors.
    pub fn converted(&self, class: ClassIndex, arguments: &Arguments) -> Option<Value> {
        match arguments.as_slice() {
            [(None, value)] if self.is_struct(class) && !value.is_unknown() => Some(value.clone()),
            _ => None,
        }
    }

    /// What a variable of a module is that nobody has set: whatever its type says. One that is set is what it is.
    pub fn settled(&mut self, module: ModuleIndex, name: &Name, value: Value) -> Value {
        if value != Value::Nothing {
            return value;
        }
        let Some(declared) = self.declared_variable(module, name) else { return value };
        let scope = self.loaded(module).scope;
        match self.typed(&declared, scope) {
            Value::Unknown => value,
            typed => typed,
        }
    }

    fn declared_variable(&self, module: ModuleIndex, name: &Name) -> Option<Type> {
        let source = self.source(module);
        source.module.body.iter().find_map(|statement| match statement {
            Statement::Bind { pattern: Pattern::Name(bound), declared, .. } if bound == name => declared.clone(),
            _ => None,
        })
    }

    /// A struct that nobody was seen to make, as the function makes it that returns it: `NewStore`.
    pub fn made_by_function(&mut self, class: ClassIndex) -> Option<Value> {
        if !self.is_struct(class) {
            return None;
        }
        let makers = self.makers(class);
        makers.into_iter().find_map(|(module, function)| {
            let scope = self.loaded(module).scope;
            let maker = Closure { module, function, scope, receiver: None, class: None, given: Vec::new() };
            let made = self.call_closure(&maker, Vec::new(), None);
            let made = self.at(&made, 0);
            let fits = |value: &Value| match value {
                Value::Held(index) => self.held(*index).shape == Shape::Instance(class),
                _ => false,
            };
            made.each().iter().find(|value| fits(value)).cloned()
        })
    }

    /// The functions of its package that return a class, the one of its name first.
    fn makers(&self, class: ClassIndex) -> Vec<(ModuleIndex, FunctionId)> {
        let name = &self.class(class).name;
        let mut found = Vec::new();
        let Some(part) = self.class(class).parts.first() else { return Vec::new() };
        let mut modules = vec![part.module];
        modules.extend(self.neighbours(part.module).iter().filter_map(|path| self.by_path.get(path).copied()));
        for module in modules {
            let source = self.source(module);
            for (id, function) in source.module.functions.iter().enumerate() {
                let returned = function.returns.as_ref().map(|declared| declared.path.as_slice());
                let maker = function.name.as_deref().filter(|maker| maker.to_lowercase().starts_with("new"));
                if function.role == Role::Free && returned == Some(std::slice::from_ref(name)) && maker.is_some() {
                    found.push((maker.map(str::len), module, FunctionId(id as u32)));
                }
            }
        }
        found.sort_by_key(|(length, ..)| *length);
        found.into_iter().map(|(_, module, function)| (module, function)).collect()
    }
}
