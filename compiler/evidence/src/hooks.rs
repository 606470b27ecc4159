//! Methods that Python calls by itself: when a context is entered, an element is asked for or set, a member is missing, an object
//! is made or gone through.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{ClassIndex, Closure, HeapIndex, Held, ModuleIndex, Shape, Value};
use portolan_program::{Name, Span};

/// How far up bases are looked at.
const DEEPEST_BASE: usize = 8;
/// Methods of HTTP, as views name them.
const VERBS: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options"];
/// How frameworks call the classes that views extend.
const VIEWS: &[&str] = &["Resource", "View", "Endpoint", "RequestHandler"];

impl Machine<'_> {
    /// What a `with` statement binds: what `__enter__` gives, or the object itself. `__exit__` runs too.
    pub fn entered(&mut self, arguments: &Arguments) -> Value {
        let Some((_, value)) = arguments.first() else { return Value::Unknown };
        let each: Vec<Value> = value.each().iter().map(|value| self.entered_one(value)).collect();
        Value::any(each)
    }

    fn entered_one(&mut self, value: &Value) -> Value {
        let mut bound = value.clone();
        for name in ["__enter__", "__aenter__"] {
            match self.hook(value, name, Vec::new()) {
                None | Some(Value::Unknown | Value::Nothing) => {}
                Some(given) => bound = given,
            }
        }
        for name in ["__exit__", "__aexit__"] {
            self.hook(value, name, Vec::new());
        }
        bound
    }

    /// `object[index]` where the object's class says what that is.
    pub fn indexed(&mut self, object: &Value, index: &Value) -> Option<Value> {
        self.hook(object, "__getitem__", vec![index.clone()])
    }

    /// `object[index] = value`, `del object[index]`, `value in object`, where the object's class says what that is.
    pub fn called_by_itself(&mut self, object: &Value, name: &str, arguments: Vec<Value>) {
        for object in object.each().to_vec() {
            self.hook(&object, name, arguments.clone());
        }
    }

    /// What one gets who goes through an object whose class says how; none where it does not.
    pub fn gone_through(&mut self, index: HeapIndex, from: ModuleIndex) -> Option<Value> {
        let object = Value::Held(index);
        let mut given = None;
        for name in ["__iter__", "__aiter__"] {
            given = given.or_else(|| self.hook(&object, name, Vec::new()));
        }
        let mut all = Vec::new();
        for through in given.as_ref().map_or(&[][..], Value::each) {
            let Value::Held(inner) = through else {
                let element = self.element(through, from);
                all.push(element);
                continue;
            };
            match self.held(*inner).shape {
                Shape::Instance(_) => {
                    for name in ["__next__", "__anext__"] {
                        all.extend(self.hook(through, name, Vec::new()));
                    }
                }
                _ => all.push(Value::any(self.held(*inner).contents())),
            }
        }
        given.map(|_| Value::any(all))
    }

    /// A member of a class that says itself what it is to an object: a descriptor.
    pub fn described_member(&mut self, member: Value, receiver: &Value, class: ClassIndex) -> Value {
        let each = member.each().iter().map(|member| {
            let given = self.hook(member, "__get__", vec![receiver.clone(), Value::Class(class)]);
            given.unwrap_or_else(|| member.clone())
        });
        Value::any(each.collect::<Vec<Value>>())
    }

    /// Sets a member of a class that says itself what that means for an object.
    pub fn set_described(&mut self, index: HeapIndex, name: &Name, value: &Value, from: ModuleIndex) {
        let Shape::Instance(class) = self.held(index).shape else { return };
        if self.rules(from).block_scopes || self.declared_field(class, name).is_none_or(|field| !field.shared) {
            return;
        }
        if let Some(member) = self.class_member(class, name) {
            self.called_by_itself(&member, "__set__", vec![Value::Held(index), value.clone()]);
        }
    }

    /// `setattr(object, name, value)` with a name that is computed.
    pub fn set_attribute(&mut self, object: &Value, name: &Value, value: &Value, from: ModuleIndex) {
        for name in name.each() {
            match name {
                Value::Text(template) if template.literal().is_some() => {
                    let name = Name::from(template.literal().unwrap_or_default());
                    self.set_member(object, &name, value.clone(), from);
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
    }

    /// `del object.name`, where the member or the object's class says what that means.
    pub fn delete_member(&mut self, object: &Value, name: &Name) {
        for object in object.each().to_vec() {
            let Value::Held(index) = object else { continue };
            let Shape::Instance(class) = self.held(index).shape else { continue };
            if let Some(member) = self.class_member(class, name) {
                self.called_by_itself(&member, "__delete__", vec![object.clone()]);
            }
            self.called_by_itself(&object, "__delattr__", vec![Value::text(name)]);
        }
    }

    /// The classes of the program that are made from a class.
    pub fn made_from(&mut self, class: ClassIndex) -> Value {
        let all = (0..self.classes.len() as u32).map(ClassIndex);
        let made: Vec<Value> = all.filter(|other| self.bases(*other).contains(&class)).map(Value::Class).collect();
        self.list(made, None)
    }

    /// A member that an object does not have, where its class says what that is.
    pub fn missing_member(&mut self, index: HeapIndex, name: &Name) -> Option<Value> {
        if name.starts_with("__") {
            return None;
        }
        self.hook(&Value::Held(index), "__getattr__", vec![Value::text(name)])
    }

    /// Calls a method of an object of the program by its name, if its class has it.
    fn hook(&mut self, object: &Value, name: &str, arguments: Vec<Value>) -> Option<Value> {
        let Value::Held(index) = object else { return None };
        let Shape::Instance(class) = self.held(*index).shape else { return None };
        let (closure, _) = self.method(class, &name.into())?;
        let bound = Closure { receiver: Some(Box::new(object.clone())), ..closure };
        Some(self.call_closure(&bound, arguments.into_iter().map(|value| (None, value)).collect(), None))
    }

    /// The object that a class' own `__new__` gives.
    pub fn made_by_new(
        &mut self,
        class: ClassIndex,
        arguments: &Arguments,
        span: Option<(ModuleIndex, Span)>,
    ) -> Option<Value> {
        let (closure, _) = self.method(class, &"__new__".into())?;
        let bound = Closure { receiver: Some(Box::new(Value::Class(class))), ..closure };
        let made = self.call_closure(&bound, arguments.clone(), span);
        let is_object = |value: &Value| matches!(value, Value::Held(index) if matches!(self.held(*index).shape, Shape::Instance(_)));
        made.each().iter().find(|value| is_object(value)).cloned()
    }

    /// A class that a web framework was given: the methods it calls are named after those of HTTP. Only where it extends one of
    /// the framework's classes.
    pub fn run_view(&mut self, class: ClassIndex) {
        if !self.extends_view(class, 0) {
            return;
        }
        let object = self.somebody(class);
        for verb in VERBS {
            self.hook(&object, verb, Vec::new());
        }
    }

    fn extends_view(&mut self, class: ClassIndex, depth: usize) -> bool {
        if depth > DEEPEST_BASE {
            return false;
        }
        let parts = self.class(class).parts.clone();
        let bases = parts.iter().flat_map(|part| self.source(part.module).module.class(part.class).bases.clone());
        let named: Vec<Name> = bases.filter_map(|base| base.path.last().cloned()).collect();
        let view = named.iter().any(|name| VIEWS.iter().any(|view| name.ends_with(view)));
        view || self.bases(class).into_iter().any(|base| self.extends_view(base, depth + 1))
    }

    /// `object.__new__(class)`: an object on which no constructor ran.
    pub fn bare_object(&mut self, arguments: &Arguments) -> Value {
        match arguments.first() {
            Some((_, Value::Class(class))) => {
                let object = Value::Held(self.hold(Held { shape: Shape::Instance(*class), ..Held::default() }));
                self.initialise(*class, &object);
                object
            }
            _ => Value::Unknown,
        }
    }
}
