//! Classes: their methods and fields, making objects of them, and what a declared type says of a value.

use crate::machine::{Machine, Part};
use crate::value::{ClassIndex, Closure, HeapIndex, Held, ModuleIndex, ScopeIndex, Shape, Symbol, Value};
use portolan_program::{ClassId, Field, Name, Role, Span, Statement, Type};
use portolan_sdk::{Object, Term};
use std::collections::BTreeMap;

/// How deep classes may extend each other.
const ANCESTORS: usize = 16;

/// The fact of a library's object which class of the program it is a row of.
const ROW: &str = "+row";

impl Machine<'_> {
    /// Runs what a class' declaration does: its body and its class variables.
    pub fn run_class(&mut self, index: ClassIndex, class: ClassId, scope: ScopeIndex) {
        let module = self.module_of(scope);
        let source = self.source(module);
        let declared = source.module.class(class);
        let inside = self.class_scope(index, scope);
        if self.sends_messages(module) {
            self.scopes[inside.0 as usize].names.insert("self".into(), Value::Class(index));
        }
        self.run(&declared.body, inside);
        for field in declared.fields.iter().filter(|field| field.shared) {
            self.class_member(index, &field.name);
        }
        for decorator in declared.decorators.iter().rev() {
            let by = self.evaluate(decorator, scope);
            if matches!(by, Value::Function(_) | Value::Held(_)) {
                self.decorate(&by, Value::Class(index), decorator.span, scope);
            }
        }
        self.depend(index, inside, scope, declared);
        self.announce(index, declared, scope);
    }

    /// Python's class variables that a class body binds are seen from its body.
    fn class_scope(&mut self, class: ClassIndex, scope: ScopeIndex) -> ScopeIndex {
        let inside = self.inner(scope);
        self.scopes[inside.0 as usize].class = Some(class);
        inside
    }

    /// Decorated methods: what their decorators register, and what they make of them.
    fn depend(
        &mut self,
        index: ClassIndex,
        inside: ScopeIndex,
        outside: ScopeIndex,
        declared: &portolan_program::Class,
    ) {
        let module = self.module_of(inside);
        let source = self.source(module);
        for function in &declared.functions {
            let method = source.module.function(*function);
            if method.decorators.is_empty() {
                continue;
            }
            let plain = self.closure(*function, outside, Some(index));
            let made = self.decorated(plain.clone(), &method.decorators, inside);
            if let Some(name) = method.name.as_ref().filter(|_| made != plain && method.role == Role::Method) {
                self.classes[index.0 as usize].decorated.insert(name.clone(), made);
            }
        }
    }

    /// All declarations of a class.
    pub fn parts(&self, class: ClassIndex) -> Vec<Part> {
        self.class(class).parts.clone()
    }

    /// A method, its bases' too.
    pub fn method(&mut self, class: ClassIndex, name: &Name) -> Option<(Closure, Role)> {
        if let Some(found) = self.own_method(class, name) {
            return Some(found);
        }
        self.above(class, |machine, class| machine.own_method(class, name))
    }

    /// The first that is found in the classes that a class extends, each asked once: what is nearest on the left comes first.
    fn above<T>(&mut self, class: ClassIndex, mut find: impl FnMut(&mut Self, ClassIndex) -> Option<T>) -> Option<T> {
        let mut seen = vec![class];
        let mut open = self.bases(class);
        open.reverse();
        while let Some(class) = open.pop() {
            if seen.contains(&class) {
                continue;
            }
            seen.push(class);
            if let Some(found) = find(self, class) {
                return Some(found);
            }
            open.extend(self.bases(class).into_iter().rev());
        }
        None
    }

    /// What a decorator of the program made of a method, in this class or the nearest base that has the method.
    pub fn decorated_method(&mut self, class: ClassIndex, name: &Name, object: &Value) -> Option<Value> {
        let mut next = Some(class);
        for _ in 0..ANCESTORS {
            let class = next?;
            if let Some(made) = self.class(class).decorated.get(name).cloned() {
                return Some(self.given_object(made, object));
            }
            if self.own_method(class, name).is_some() {
                return None;
            }
            next = self.bases(class).first().copied();
        }
        None
    }

    /// A function that stands in a method's place takes the object as its first argument.
    fn given_object(&self, made: Value, object: &Value) -> Value {
        match made {
            Value::Function(closure) if closure.receiver.is_none() && !self.wants_receiver(&closure) => {
                let given = std::iter::once((None, object.clone())).chain(closure.given.clone()).collect();
                Value::Function(Closure { given, ..closure })
            }
            other => self.bound_to(other, object),
        }
    }

    /// A method that the class declares itself. One that is only promised counts only where nothing else is.
    fn own_method(&self, class: ClassIndex, name: &Name) -> Option<(Closure, Role)> {
        for part in self.parts(class) {
            let source = self.source(part.module);
            let declared = source.module.class(part.class);
            for id in &declared.functions {
                let function = source.module.function(*id);
                let method = matches!(function.role, Role::Method | Role::Getter | Role::Free);
                if method && function.name.as_ref() == Some(name) && !(declared.interface && function.body.is_empty()) {
                    return Some((self.method_closure(&part, *id, class), function.role));
                }
            }
        }
        None
    }

    pub fn method_closure(&self, part: &Part, function: portolan_program::FunctionId, class: ClassIndex) -> Closure {
        Closure {
            module: part.module,
            function,
            scope: part.scope,
            receiver: None,
            class: Some(class),
            given: Vec::new(),
        }
    }

    /// The program's classes that a class extends.
    pub fn bases(&mut self, class: ClassIndex) -> Vec<ClassIndex> {
        let mut bases = Vec::new();
        for part in self.parts(class) {
            let source = self.source(part.module);
            for base in &source.module.class(part.class).bases {
                for value in self.type_value(base, part.scope).each() {
                    match value {
                        Value::Class(base) if *base != class && !bases.contains(base) => bases.push(*base),
                        _ => {}
                    }
                }
            }
        }
        bases
    }

    /// What a class of the program is to a library, when it extends one of the library's: an ORM's model.
    pub fn outer_base(&mut self, class: ClassIndex, from: ModuleIndex) -> Option<Object> {
        self.outer_base_within(class, from, &mut Vec::new())
    }

    /// A class that extends one of a library's, of which something is asked: what the library gives back of it are its objects.
    pub fn outer_class(&mut self, class: ClassIndex, from: ModuleIndex) -> Option<Object> {
        let mut object = self.outer_base(class, from)?;
        object.facts.insert(ROW.into(), Term::Symbol(class.0.to_string().into()));
        Some(object)
    }

    /// The program's own object behind what a library gave, where its class has a method of this name.
    pub fn row(&mut self, object: &Object, name: &Name) -> Option<Value> {
        let Some(Term::Symbol(class)) = object.facts.get(ROW) else { return None };
        let class = ClassIndex(class.parse().ok()?);
        self.method(class, name)?;
        if let Some(index) = self.rows.get(object) {
            return Some(Value::Held(*index));
        }
        let index = self.hold(Held { shape: Shape::Instance(class), ..Held::default() });
        self.rows.insert(object.clone(), index);
        self.initialise(class, &Value::Held(index));
        let mut plain = object.clone();
        plain.facts.remove(ROW);
        self.held_mut(index).members.insert(ROW.into(), Value::Object(plain));
        Some(Value::Held(index))
    }

    /// What an object of the program is to a library: what the library gave, or what its class extends.
    pub fn outer_object(&mut self, index: HeapIndex, class: ClassIndex, from: ModuleIndex) -> Option<Object> {
        match self.held(index).members.get(ROW) {
            Some(Value::Object(object)) => Some(object.clone()),
            _ => self.outer_base(class, from),
        }
    }

    fn outer_base_within(
        &mut self,
        class: ClassIndex,
        from: ModuleIndex,
        seen: &mut Vec<ClassIndex>,
    ) -> Option<Object> {
        if seen.contains(&class) {
            return None;
        }
        seen.push(class);
        for part in self.parts(class) {
            let source = self.source(part.module);
            for base in &source.module.class(part.class).bases {
                let Value::Symbol(symbol) = self.type_value(base, part.scope) else { continue };
                if let Some(mut object) = self.instance(&symbol.name, from) {
                    object.facts.extend(self.constants(class));
                    return Some(object);
                }
            }
        }
        let bases = self.bases(class);
        bases.into_iter().find_map(|base| {
            let mut object = self.outer_base_within(base, from, seen)?;
            object.facts.extend(self.constants(class));
            Some(object)
        })
    }

    /// The texts a class holds, and those of the classes inside it.
    pub fn constants(&mut self, class: ClassIndex) -> BTreeMap<Name, Term> {
        let names: Vec<Name> = self.declared_fields(class);
        let mut facts = BTreeMap::new();
        for name in names {
            if let Some(value) = self.class_member(class, &name) {
                facts.insert(name, self.term(&value));
            }
        }
        let nested: Vec<(Name, ClassIndex)> = self
            .class(class)
            .statics
            .iter()
            .filter_map(|(name, value)| match value {
                Value::Class(nested) if *nested != class => Some((name.clone(), *nested)),
                _ => None,
            })
            .collect();
        for (name, nested) in nested {
            facts.insert(name, Term::Record(self.constants(nested)));
        }
        facts
    }

    fn declared_fields(&self, class: ClassIndex) -> Vec<Name> {
        let mut names = Vec::new();
        for part in self.parts(class) {
            let source = self.source(part.module);
            let fields = source.module.class(part.class).fields.iter();
            names.extend(fields.filter(|field| field.shared).map(|field| field.name.clone()));
        }
        names
    }

    /// A field as it is declared here or in a base, without its scope.
    pub fn declared_field(&mut self, class: ClassIndex, name: &Name) -> Option<Field> {
        self.declared_field_in(class, name).map(|(field, _)| field)
    }

    /// A field as it is declared here or in a base.
    pub fn declared_field_in(&mut self, class: ClassIndex, name: &Name) -> Option<(Field, ScopeIndex)> {
        match self.own_field(class, name) {
            Some(found) => Some(found),
            None => self.above(class, |machine, class| machine.own_field(class, name)),
        }
    }

    fn own_field(&mut self, class: ClassIndex, name: &Name) -> Option<(Field, ScopeIndex)> {
        for part in self.parts(class) {
            let source = self.source(part.module);
            let fields = &source.module.class(part.class).fields;
            if let Some(field) = fields.iter().find(|field| field.name == *name) {
                let scope = self.class_scope(class, part.scope);
                return Some((field.clone(), scope));
            }
        }
        None
    }

    /// A member of the class itself: what was set, a class variable, a static function, a nested class.
    pub fn class_member(&mut self, class: ClassIndex, name: &Name) -> Option<Value> {
        if let Some(found) = self.own_class_member(class, name) {
            return Some(found);
        }
        let found = self.above(class, |machine, class| machine.own_class_member(class, name))?;
        Some(match found {
            // A function of a base that takes its class takes the one it is asked of.
            Value::Function(closure) if takes_its_class(&closure) => {
                Value::Function(Closure { receiver: Some(Box::new(Value::Class(class))), ..closure })
            }
            other => other,
        })
    }

    fn own_class_member(&mut self, class: ClassIndex, name: &Name) -> Option<Value> {
        if let Some(value) = self.class(class).statics.get(name) {
            return Some(value.clone());
        }
        if let Some(value) = self.computed_static(class, name) {
            return Some(value);
        }
        let named = self.functions_named(class, name);
        (!named.is_empty()).then(|| Value::any(named))
    }

    /// The functions of a name that a class declares: the first; all of them where several `impl` may each bring one.
    fn functions_named(&self, class: ClassIndex, name: &Name) -> Vec<Value> {
        let mut named = Vec::new();
        for part in self.parts(class) {
            let source = self.source(part.module);
            for id in &source.module.class(part.class).functions {
                let function = source.module.function(*id);
                let promised = function.body.is_empty() && source.module.class(part.class).interface;
                if function.name.as_ref() != Some(name) || function.role == Role::Constructor || promised {
                    continue;
                }
                let receiver = (function.role == Role::Static && function.receiver.is_some())
                    .then(|| Box::new(Value::Class(class)));
                let closure = self.method_closure(&part, *id, class);
                named.push(Value::Function(Closure { receiver, ..closure }));
                if !self.rules(part.module).lazy_names {
                    return named;
                }
            }
        }
        named
    }

    /// A class variable, computed when it is first asked for.
    fn computed_static(&mut self, class: ClassIndex, name: &Name) -> Option<Value> {
        for part in self.parts(class) {
            let source = self.source(part.module);
            let fields = &source.module.class(part.class).fields;
            let Some(field) = fields.iter().find(|field| field.shared && field.name == *name) else { continue };
            if !self.classes[class.0 as usize].computing.insert(name.clone()) {
                return None;
            }
            let scope = self.class_scope(class, part.scope);
            let mut value = field.value.as_ref().map_or(Value::Nothing, |value| self.evaluate(value, scope));
            if matches!(value, Value::Unknown | Value::Nothing)
                && let Some(declared) = &field.declared
            {
                let typed = self.typed(declared, scope);
                value = if typed.is_unknown() { value } else { typed };
            }
            let statics = &mut self.classes[class.0 as usize].statics;
            return Some(statics.entry(name.clone()).or_insert(value).clone());
        }
        None
    }

    /// Makes an object of a class.
    pub fn instantiate(
        &mut self,
        class: ClassIndex,
        arguments: Vec<(Option<Name>, Value)>,
        span: Option<(ModuleIndex, Span)>,
    ) -> Value {
        let object = match self.made_by_new(class, &arguments, span) {
            Some(made) => made,
            None => {
                let plain = Value::Held(self.hold(Held { shape: Shape::Instance(class), ..Held::default() }));
                self.initialise(class, &plain);
                plain
            }
        };
        self.run_constructors(class, &object, arguments, span);
        self.validate(class);
        object
    }

    /// Fields that hold something at first.
    pub fn initialise(&mut self, class: ClassIndex, object: &Value) {
        let Value::Held(index) = object else { return };
        let mut ancestry = Vec::new();
        self.ancestry(class, &mut ancestry);
        for class in ancestry {
            self.initialise_own(class, *index, object);
        }
    }

    /// A class behind those that it extends, each once.
    fn ancestry(&mut self, class: ClassIndex, all: &mut Vec<ClassIndex>) {
        let mut open = vec![(class, false)];
        let mut seen = Vec::new();
        while let Some((class, done)) = open.pop() {
            if done {
                all.push(class);
            } else if !seen.contains(&class) {
                seen.push(class);
                open.push((class, true));
                open.extend(self.bases(class).into_iter().rev().map(|base| (base, false)));
            }
        }
    }

    fn initialise_own(&mut self, class: ClassIndex, index: HeapIndex, object: &Value) {
        for part in self.parts(class) {
            let source = self.source(part.module);
            let declared = source.module.class(part.class);
            for field in declared.fields.iter().filter(|field| !field.shared) {
                let Some(value) = &field.value else { continue };
                let scope = self.class_scope(class, part.scope);
                self.scopes[scope.0 as usize].receiver = Some(object.clone());
                self.scopes[scope.0 as usize].names.insert("this".into(), object.clone());
                let value = self.evaluate(value, scope);
                if !matches!(value, Value::Unknown | Value::Nothing) {
                    self.held_mut(index).set(&field.name, value, true);
                }
            }
        }
    }

    /// The constructors that take so many arguments; all of them where none does; the bases' where there is none.
    pub fn run_constructors(
        &mut self,
        class: ClassIndex,
        object: &Value,
        arguments: Vec<(Option<Name>, Value)>,
        span: Option<(ModuleIndex, Span)>,
    ) {
        let mut constructors = self.constructors(class);
        if constructors.is_empty() {
            for base in self.constructing(class) {
                self.run_constructors(base, object, arguments.clone(), span);
            }
            return;
        }
        if constructors.len() > 1 {
            let fitting: Vec<Closure> =
                constructors.iter().filter(|closure| self.takes(closure, arguments.len())).cloned().collect();
            if !fitting.is_empty() {
                constructors = fitting;
            }
        }
        for constructor in constructors {
            let bound = Closure { receiver: Some(Box::new(object.clone())), ..constructor };
            self.call_closure(&bound, arguments.clone(), span);
        }
    }

    /// The nearest classes above that have constructors.
    fn constructing(&mut self, class: ClassIndex) -> Vec<ClassIndex> {
        let mut found = Vec::new();
        let mut seen = vec![class];
        let mut open = self.bases(class);
        open.reverse();
        while let Some(class) = open.pop() {
            if seen.contains(&class) {
                continue;
            }
            seen.push(class);
            match self.constructors(class).is_empty() {
                true => open.extend(self.bases(class).into_iter().rev()),
                false => found.push(class),
            }
        }
        found
    }

    pub fn constructors(&self, class: ClassIndex) -> Vec<Closure> {
        let mut constructors = Vec::new();
        for part in self.parts(class) {
            let source = self.source(part.module);
            for id in &source.module.class(part.class).functions {
                if source.module.function(*id).role == Role::Constructor {
                    constructors.push(self.method_closure(&part, *id, class));
                }
            }
        }
        constructors
    }

    fn takes(&self, closure: &Closure, count: usize) -> bool {
        let source = self.source(closure.module);
        source.module.function(closure.function).parameters.len() == count
    }

    /// The object or class around a scope, and the class that declares the function there.
    fn surrounding(&self, scope: ScopeIndex) -> (Option<Value>, Option<ClassIndex>) {
        let mut next = Some(scope);
        while let Some(at) = next {
            let owner = self.scope(at);
            if owner.receiver.is_some() {
                return (owner.receiver.clone(), owner.class);
            }
            next = owner.parent;
        }
        (None, None)
    }

    /// `super.name`.
    pub fn super_member(&mut self, name: &Name, scope: ScopeIndex) -> Value {
        let module = self.module_of(scope);
        let (Some(receiver), Some(class)) = self.surrounding(scope) else { return Value::Unknown };
        for base in self.bases(class) {
            if let Some((closure, _)) = self.method(base, name) {
                return Value::Function(Closure { receiver: Some(Box::new(receiver)), ..closure });
            }
            if let Some(value) = self.class_member(base, name) {
                return self.bound_to(value, &receiver);
            }
        }
        let outer = match receiver {
            Value::Held(index) => self.outer_object(index, class, module),
            _ => self.outer_base(class, module),
        };
        match outer {
            Some(object) => self.member(&Value::Object(object), name, module),
            None if name == "__new__" => Value::Symbol(Symbol { name: "object.__new__".into(), imported: false }),
            None => Value::Unknown,
        }
    }

    /// `super(…)`: the constructors of the bases.
    pub fn super_construct(&mut self, arguments: Vec<(Option<Name>, Value)>, span: Span, scope: ScopeIndex) -> Value {
        let module = self.module_of(scope);
        if let (Some(receiver), Some(class)) = self.surrounding(scope) {
            for base in self.bases(class) {
                self.run_constructors(base, &receiver, arguments.clone(), Some((module, span)));
            }
        }
        Value::Unknown
    }

    /// What a type's name means where it stands.
    pub fn type_value(&mut self, declared: &Type, scope: ScopeIndex) -> Value {
        let module = self.module_of(scope);
        let Some((first, rest)) = declared.path.split_first() else { return Value::Unknown };
        let key = (module, Name::from(format!("type {}", declared.path.join("."))));
        if self.resolving.contains(&key) {
            return Value::Unknown;
        }
        self.resolving.push(key);
        let mut value = self.name(first, scope);
        for name in rest {
            value = self.member(&value, name, module);
        }
        self.resolving.pop();
        value
    }

    /// What a value is of which only the declared type is known.
    pub fn typed(&mut self, declared: &Type, scope: ScopeIndex) -> Value {
        if declared.path.is_empty() || declared.arguments.len() == 1 && self.container(declared, scope) {
            let element = declared.arguments.first().map_or(Value::Unknown, |inner| self.typed(inner, scope));
            let known = !element.is_unknown() || declared.path.is_empty() && self.rules(self.module_of(scope)).holders;
            return if known { self.list(Vec::new(), Some(element)) } else { element };
        }
        let module = self.module_of(scope);
        let each: Vec<Value> = self
            .type_value(declared, scope)
            .each()
            .iter()
            .map(|value| match value {
                Value::Class(class) => self.somebody(*class),
                Value::Symbol(symbol) => self.instance(&symbol.name, module).map_or(Value::Unknown, Value::Object),
                Value::Object(object) => Value::Object(object.clone()),
                Value::Held(index) => Value::Held(*index),
                _ => Value::Unknown,
            })
            .collect();
        Value::any(each)
    }

    /// A value of a declared type: what the type says where nothing is known of it, or where somebody outside gave it.
    pub fn of_type(&mut self, value: Value, declared: &Type, scope: ScopeIndex) -> Value {
        let outside = match &value {
            Value::Held(index) => match &self.held(*index).shape {
                Shape::Foreign { .. } => true,
                // A list of which only the type of the elements is known.
                Shape::List => {
                    let rules = self.rules(self.module_of(scope));
                    rules.implied_receiver && rules.block_scopes && self.held(*index).contents().is_empty()
                }
                _ => false,
            },
            other => other.is_unknown(),
        };
        match outside.then(|| self.typed(declared, scope)) {
            Some(typed) if !typed.is_unknown() => typed,
            _ => value,
        }
    }

    /// A type outside the program that a library does not know, around a type that may be known.
    fn container(&mut self, declared: &Type, scope: ScopeIndex) -> bool {
        let module = self.module_of(scope);
        match self.type_value(declared, scope) {
            Value::Symbol(symbol) => self.instance(&symbol.name, module).is_none(),
            _ => false,
        }
    }

    /// An object of a class that somebody else makes: of the classes that implement it, where it only promises.
    pub fn somebody(&mut self, class: ClassIndex) -> Value {
        if let Some(known) = self.ambient.get(&class) {
            return known.clone();
        }
        self.ambient.insert(class, Value::Unknown);
        if let Some(given) = self.registered_for(class) {
            self.ambient.insert(class, given.clone());
            return given;
        }
        let implementers = self.implementers(class);
        let objects: Vec<Value> = match implementers.is_empty() {
            true => vec![self.made_elsewhere(class)],
            false => implementers.into_iter().map(|class| self.made_elsewhere(class)).collect(),
        };
        let value = Value::any(objects);
        self.ambient.insert(class, value.clone());
        value
    }

    /// Runs what a class does when it is first asked for, where nobody did: Java's static blocks.
    fn run_static_blocks(&mut self, class: ClassIndex) {
        for part in self.parts(class) {
            let source = self.source(part.module);
            let rules = self.rules(part.module);
            let body = &source.module.class(part.class).body;
            let runs = body.iter().any(|statement| !matches!(statement, Statement::Class(_)));
            if runs && rules.implied_receiver && rules.block_scopes {
                self.run_body(part.module);
            }
        }
    }

    fn made_elsewhere(&mut self, class: ClassIndex) -> Value {
        self.run_static_blocks(class);
        let depth = std::mem::take(&mut self.depth);
        if let Some(made) = self.made_by_function(class).or_else(|| self.made_by_program(class)) {
            self.depth = depth;
            return made;
        }
        let object = Value::Held(self.hold(Held { shape: Shape::Instance(class), ..Held::default() }));
        self.ambient.insert(class, object.clone());
        self.initialise(class, &object);
        self.run_constructors(class, &object, Vec::new(), None);
        self.validate(class);
        self.depth = depth;
        object
    }
}

/// Whether a function is bound to the class that declares it.
fn takes_its_class(closure: &Closure) -> bool {
    matches!(closure.receiver.as_deref(), Some(Value::Class(class)) if closure.class == Some(*class))
}
