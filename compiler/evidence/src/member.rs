//! Members and elements: reading and setting them.

use crate::machine::Machine;
use crate::value::{ClassIndex, Closure, HeapIndex, Held, ModuleIndex, ScopeIndex, Shape, Symbol, Value};
use portolan_program::{Field, Name, Role};
use portolan_sdk::Piece;

/// Most prototypes of an object, one behind the other.
const PROTOTYPES: usize = 8;

impl Machine<'_> {
    /// `object.name`; unknown where nothing is known of it.
    pub fn member(&mut self, object: &Value, name: &Name, from: ModuleIndex) -> Value {
        if let Value::Any(values) = object {
            let members: Vec<Value> = values.iter().map(|value| self.member(value, name, from)).collect();
            return Value::any(members);
        }
        match self.own_member(object, name, from) {
            Some(Value::Method(..)) if self.language(from).unwraps(name) => object.clone(),
            Some(value) => value,
            None if self.language(from).unwraps(name) => object.clone(),
            None => Value::Unknown,
        }
    }

    /// A member, if it is known that there is one.
    pub fn own_member(&mut self, object: &Value, name: &Name, from: ModuleIndex) -> Option<Value> {
        match object {
            Value::Held(index) => self.held_member(*index, name, from),
            Value::Class(class) => self
                .class_member(*class, name)
                .or_else(|| self.class_constant(*class, name))
                .or_else(|| self.of_metaclass(*class, name))
                .or_else(|| self.promised_member(*class, name)),
            Value::Module(module) => self.module_member(*module, name),
            Value::Symbol(symbol) => Some(self.symbol_member(symbol, name, from)),
            Value::Object(object) if let Some(row) = self.row(object, name) => self.own_member(&row, name, from),
            Value::Object(object) => match self.libraries(from).iter().find_map(|library| library.member(object, name))
            {
                Some(term) => Some(self.value(&term)),
                None => Some(Value::Method(object.clone(), name.clone())),
            },
            Value::Function(closure) => self.property(closure, name).or_else(|| self.registrar_of(closure, name)),
            Value::Any(_) => Some(self.member(object, name, from)),
            Value::Text(_) if name == "value" => Some(object.clone()),
            Value::Text(_) | Value::Method(..) | Value::Unknown | Value::Nothing | Value::Truth(_) => None,
        }
    }

    /// `__name__`, `.class`, `.name`: the class itself where it is asked for.
    fn class_constant(&self, class: ClassIndex, name: &Name) -> Option<Value> {
        matches!(name.as_str(), "class" | "self" | "__class__").then_some(Value::Class(class))
    }

    fn held_member(&mut self, index: HeapIndex, name: &Name, from: ModuleIndex) -> Option<Value> {
        if let Some(value) = self.held(index).members.get(name) {
            let value = value.clone();
            return Some(self.bound_to(value, &Value::Held(index)));
        }
        match self.held(index).shape.clone() {
            Shape::Instance(class) => self.instance_member(index, class, name, from),
            Shape::Foreign { .. } => self.foreign_member(index, name, from),
            Shape::Settles | Shape::Chosen | Shape::Bound { .. } => None,
            Shape::Proxy => self.proxied_member(index, name, from),
            Shape::Record | Shape::List => {
                if let Some(value) = self.of_prototypes(index, name) {
                    return Some(self.bound_to(value, &Value::Held(index)));
                }
                let position = name.parse::<usize>().ok().filter(|_| self.held(index).shape == Shape::List);
                match position {
                    Some(position) => self.held(index).items.get(position).cloned(),
                    None => self.held(index).rest.clone().filter(|_| self.held(index).shape == Shape::Record),
                }
            }
        }
    }

    /// A member that an object takes from one of its prototypes (JavaScript), and the first of them.
    fn of_prototypes(&self, index: HeapIndex, name: &Name) -> Option<Value> {
        let mut next = self.held(index).prototype;
        if name == "__proto__" {
            return next.map(Value::Held);
        }
        for _ in 0..PROTOTYPES {
            let prototype = self.held(next?);
            if let Some(value) = prototype.members.get(name) {
                return Some(value.clone());
            }
            next = prototype.prototype;
        }
        None
    }

    /// A function that is read from an object knows it, if it asks for one and has none.
    pub fn bound_to(&self, value: Value, receiver: &Value) -> Value {
        let bind = |value: Value| match value {
            Value::Function(closure) if closure.receiver.is_none() && self.wants_receiver(&closure) => {
                Value::Function(Closure { receiver: Some(Box::new(receiver.clone())), ..closure })
            }
            other => other,
        };
        match value {
            Value::Any(values) => Value::any(values.into_iter().map(bind)),
            one => bind(one),
        }
    }

    pub fn wants_receiver(&self, closure: &Closure) -> bool {
        self.loaded(closure.module).source.module.function(closure.function).receiver.is_some()
    }

    fn instance_member(
        &mut self,
        index: HeapIndex,
        class: ClassIndex,
        name: &Name,
        from: ModuleIndex,
    ) -> Option<Value> {
        let receiver = Value::Held(index);
        if let Some(made) = self.decorated_method(class, name, &receiver) {
            return Some(made);
        }
        if let Some(promoted) = self.promoted(index, class, name, from) {
            return Some(promoted);
        }
        if let Some((closure, role)) = self.method(class, name) {
            let bound = Closure { receiver: Some(Box::new(receiver)), ..closure };
            return Some(match role {
                Role::Getter => self.call_closure(&bound, Vec::new(), None),
                _ => Value::Function(bound),
            });
        }
        if let Some(value) = self.class_member(class, name) {
            let value = self.bound_to(value, &receiver);
            return Some(self.described_member(value, &receiver, class));
        }
        if let Some(value) = self.field(index, class, name) {
            return Some(self.described_member(value, &receiver, class));
        }
        if matches!(name.as_str(), "__class__" | "constructor" | "class") {
            return Some(Value::Class(class));
        }
        if name == "__dict__" {
            return Some(Value::Held(index));
        }
        match self.outer_object(index, class, from) {
            Some(object) => self.own_member(&Value::Object(object), name, from),
            None => match self.held(index).rest.clone() {
                Some(rest) => Some(rest),
                None => match self.dereferenced(index, class, name, from) {
                    Some(value) => Some(value),
                    None => self.missing_member(index, name),
                },
            },
        }
    }

    /// A field that nobody has set: what it holds at first, or what its type says.
    fn field(&mut self, index: HeapIndex, class: ClassIndex, name: &Name) -> Option<Value> {
        let (field, scope) = self.declared_field_in(class, name)?;
        if !self.classes[class.0 as usize].holding.insert(name.clone()) {
            return None;
        }
        let value = self.first_held(&field, scope);
        self.classes[class.0 as usize].holding.remove(name);
        let value = value?;
        self.held_mut(index).set(name, value.clone(), true);
        Some(value)
    }

    /// What a field holds before anybody sets it.
    fn first_held(&mut self, field: &Field, scope: ScopeIndex) -> Option<Value> {
        Some(match (&field.value, &field.declared) {
            (Some(value), declared) => match (self.evaluate(value, scope), declared) {
                (Value::Unknown | Value::Nothing, Some(declared)) => self.typed(declared, scope),
                (known, _) => known,
            },
            (None, Some(declared)) => self.typed(declared, scope),
            (None, None) => return None,
        })
    }

    fn module_member(&mut self, module: ModuleIndex, name: &Name) -> Option<Value> {
        if let Some(value) = self.exported(module, name) {
            return Some(value);
        }
        if let Some(value) = (!self.rules(module).explicit_exports).then(|| self.starred(module, name)).flatten() {
            return Some(value);
        }
        let source = self.source(module);
        let paths = self.language(module).submodule(&module_name(&source.path), name)?;
        self.find(&paths, module).first().map(|module| Value::Module(*module))
    }

    fn starred(&mut self, module: ModuleIndex, name: &Name) -> Option<Value> {
        for from in self.loaded(module).stars.clone() {
            if let Some(value) = (from != module).then(|| self.global(from, name)).flatten() {
                return Some(value);
            }
        }
        self.rules(module).lazy_names.then(|| self.star(module, name)).flatten()
    }

    fn symbol_member(&mut self, symbol: &Symbol, name: &Name, from: ModuleIndex) -> Value {
        if self.libraries(from).iter().any(|library| library.environment(&symbol.name)) {
            return Value::environment(name);
        }
        if symbol.imported
            && let Some(submodule) = self.language(from).submodule(&symbol.name, name)
            && let Some(module) = self.find(&submodule, from).first()
        {
            return Value::Module(*module);
        }
        if !symbol.imported
            && let Some(class) = self.class_of_namespace(&symbol.name, name, from)
        {
            return class;
        }
        if is_everywhere(symbol)
            && let Some(value) = self.everywhere.get(name)
        {
            return value.clone();
        }
        let own = Name::from(format!("{}.{name}", symbol.name));
        if !symbol.imported
            && let Some(value) = self.everywhere.get(&own)
        {
            return value.clone();
        }
        if symbol.imported && name == "default" && self.rules(from).explicit_exports {
            return Value::Symbol(symbol.clone());
        }
        Value::Symbol(Symbol { name: own, imported: symbol.imported })
    }

    /// A function's own property.
    fn property(&mut self, closure: &Closure, name: &Name) -> Option<Value> {
        if name == "prototype" {
            return Some(Value::Held(self.properties_of(closure, "prototype")));
        }
        let index = *self.properties.get(&(closure.module, closure.function))?;
        if let Some(value) = self.held(index).members.get(name) {
            return Some(value.clone());
        }
        // What a class that was compiled to a function takes from its base.
        match self.held(index).members.get("__proto__") {
            Some(Value::Function(base)) if base.function != closure.function => {
                let base = base.clone();
                self.property(&base, name)
            }
            _ => None,
        }
    }

    /// Where a function's properties are, or its prototype's.
    pub fn properties_of(&mut self, closure: &Closure, what: &str) -> HeapIndex {
        let key = (closure.module, closure.function);
        let own = match self.properties.get(&key) {
            Some(own) => *own,
            None => {
                let own = self.hold(Held::default());
                self.properties.insert(key, own);
                own
            }
        };
        if what != "prototype" {
            return own;
        }
        match self.held(own).members.get("prototype") {
            Some(Value::Held(prototype)) => *prototype,
            _ => {
                let prototype = self.hold(Held::default());
                self.held_mut(own).set(&"prototype".into(), Value::Held(prototype), true);
                prototype
            }
        }
    }

    /// `object.name = value`.
    pub fn set_member(&mut self, object: &Value, name: &Name, value: Value, from: ModuleIndex) {
        let certain_target = object.each().len() == 1;
        for target in object.each() {
            match target {
                Value::Held(index) => {
                    let certain = certain_target && self.certain(*index);
                    let setter: Name = format!("{name}=").into();
                    self.called_by_itself(target, &setter, vec![value.clone()]);
                    self.set_described(*index, name, &value, from);
                    let value = match self.held(*index).shape {
                        Shape::Instance(class) => self.held_by_field(class, name, value.clone()),
                        _ => value.clone(),
                    };
                    self.held_mut(*index).set(name, value, certain);
                }
                Value::Class(class) => self.set_static(*class, name, value.clone()),
                Value::Function(closure) => match (name.as_str(), &value) {
                    ("prototype", Value::Held(new)) => {
                        let own = self.properties_of(closure, "own");
                        self.held_mut(own).set(name, Value::Held(*new), true);
                    }
                    _ => {
                        let own = self.properties_of(closure, "own");
                        self.held_mut(own).set(name, value.clone(), true);
                    }
                },
                Value::Module(module) if self.rules(*module).explicit_exports => {
                    let exports = self.loaded(*module).exports;
                    self.held_mut(exports).set(name, value.clone(), true);
                }
                Value::Symbol(symbol) if is_everywhere(symbol) => {
                    self.everywhere.insert(name.clone(), value.clone());
                }
                // `Promise.series = …`: one of the language's own objects gets a member.
                Value::Symbol(symbol) if !symbol.imported => {
                    self.everywhere.insert(format!("{}.{name}", symbol.name).into(), value.clone());
                }
                Value::Module(module) => {
                    let scope = self.loaded(*module).scope;
                    self.scopes[scope.0 as usize].names.insert(name.clone(), value.clone());
                }
                _ => {}
            }
        }
    }

    pub fn set_static(&mut self, class: ClassIndex, name: &Name, value: Value) {
        let mut value = self.held_by_field(class, name, value);
        // What is set in a branch may not be set: then it is what the class extends that has it.
        if self.depth > 0
            && !self.class(class).statics.contains_key(name)
            && let Some(inherited) = self.class_member(class, name)
        {
            value = inherited.or(value);
        }
        let statics = &mut self.classes[class.0 as usize].statics;
        match statics.get_mut(name) {
            Some(old) if *old != Value::Nothing && *old != Value::Unknown => *old = std::mem::take(old).or(value),
            _ => {
                statics.insert(name.clone(), value);
            }
        }
    }

    /// `object[2]`: of a list that is known as a whole, the element there.
    pub fn element_at(&mut self, object: &Value, position: usize, from: ModuleIndex) -> Value {
        let each = object.each().iter().map(|object| match object {
            Value::Held(index) if self.held(*index).shape == Shape::List && self.held(*index).rest.is_none() => {
                let item = self.held(*index).items.get(position).cloned();
                item.unwrap_or_else(|| self.index(object, &Value::Unknown, from))
            }
            _ => self.index(object, &Value::Unknown, from),
        });
        Value::any(each.collect::<Vec<Value>>())
    }

    /// `object[index]`.
    pub fn index(&mut self, object: &Value, index: &Value, from: ModuleIndex) -> Value {
        if let Value::Any(names) = index {
            let each: Vec<Value> = names.iter().map(|name| self.index(object, name, from)).collect();
            return Value::any(each);
        }
        if let Value::Any(objects) = object {
            let each: Vec<Value> = objects.iter().map(|object| self.index(object, index, from)).collect();
            return Value::any(each);
        }
        if let Some(value) = self.indexed(object, index) {
            return value;
        }
        if let Value::Symbol(symbol) = object
            && symbol.name == "sys.modules"
        {
            return Value::Module(from);
        }
        if let Value::Text(template) = index
            && let Some(name) = template.literal()
        {
            return match object {
                Value::Object(sdk) => match self.libraries(from).iter().find_map(|library| library.member(sdk, name)) {
                    Some(term) => self.value(&term),
                    None => Value::Method(sdk.clone(), name.into()),
                },
                _ => self.member(object, &name.into(), from),
            };
        }
        if let (Value::Symbol(symbol), Value::Held(provider)) = (object, index)
            && symbol.name.ends_with("wiring.Provide")
        {
            return self.held(*provider).items.first().cloned().unwrap_or_default();
        }
        let computed = self.functions_like(object, index, from);
        match object {
            _ if !computed.is_unknown() => computed,
            Value::Function(_) | Value::Class(_) => object.clone(),
            Value::Symbol(symbol) if self.libraries(from).iter().any(|library| library.environment(&symbol.name)) => {
                Value::hole()
            }
            _ => self.element(object, from),
        }
    }

    /// `object[index] = value`.
    pub fn set_index(&mut self, object: &Value, index: &Value, value: Value, from: ModuleIndex) {
        self.called_by_itself(object, "__setitem__", vec![index.clone(), value.clone()]);
        match index {
            Value::Text(template) if template.literal().is_some() => {
                let name = Name::from(template.literal().unwrap_or_default());
                self.set_member(object, &name, value, from);
            }
            Value::Text(template) => {
                let name = crate::foreign::key_of(template);
                let before = match template.0.contains(&Piece::Hole) {
                    true => object.each().iter().map(|object| self.known_member(object, &name)).collect(),
                    false => Vec::new(),
                };
                let value = Value::any(before.into_iter().flatten().chain([value]));
                self.set_member(object, &name, value, from);
            }
            _ => {
                for target in object.each() {
                    if let Value::Held(index) = target {
                        self.held_mut(*index).add(value.clone());
                    }
                }
            }
        }
    }

    /// What was set on a record or object under a key.
    fn known_member(&self, object: &Value, name: &Name) -> Option<Value> {
        match object {
            Value::Held(index) => self.held(*index).members.get(name).cloned(),
            _ => None,
        }
    }

    /// Any element of it.
    pub fn element(&mut self, of: &Value, from: ModuleIndex) -> Value {
        let each: Vec<Value> = of
            .each()
            .iter()
            .map(|value| match value {
                Value::Held(index) => match self.gone_through(*index, from) {
                    Some(element) => element,
                    None => Value::any(self.held(*index).contents()),
                },
                Value::Object(object) => {
                    match self.libraries(from).iter().find_map(|library| library.member(object, "[]")) {
                        Some(term) => self.value(&term),
                        None => Value::Unknown,
                    }
                }
                _ => Value::Unknown,
            })
            .collect();
        Value::any(each)
    }
}

/// Whether a symbol is the object whose members every module of JavaScript sees.
fn is_everywhere(symbol: &Symbol) -> bool {
    !symbol.imported && matches!(symbol.name.as_str(), "global" | "globalThis")
}

/// The name by which a module's parts may be found: its path without the extension, with points.
fn module_name(path: &str) -> String {
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    stem.replace('/', ".")
}
