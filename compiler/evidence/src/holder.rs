//! What holds a value is that value, as in Rust: the methods of options, results, pointers, locks, cells and iterators; methods
//! that traits add to types outside the program; and functions that a trait promises.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::statement::Flow;
use crate::value::{ClassIndex, Closure, HeapIndex, Held, ModuleIndex, ScopeIndex, Shape, Value};
use portolan_program::{Expression, Name, Role, Span};

/// Methods that give what they are called on, however much it holds. Functions they are given see nothing of it.
const SAME: &[&str] = &[
    "as_deref",
    "as_deref_mut",
    "as_mut",
    "as_ref",
    "as_slice",
    "as_str",
    "borrow",
    "borrow_mut",
    "boxed",
    "by_ref",
    "clone",
    "cloned",
    "context",
    "copied",
    "expect",
    "fuse",
    "in_current_span",
    "instrument",
    "into",
    "into_boxed_str",
    "into_inner",
    "into_string",
    "leak",
    "map_err",
    "map_ok_or",
    "ok",
    "ok_or",
    "ok_or_else",
    "or_panic",
    "shared",
    "to_owned",
    "to_string",
    "to_vec",
    "trim",
    "try_into",
    "unwrap",
    "unwrap_or_default",
    "unwrap_unchecked",
    "with_context",
];

/// Methods without arguments that give what they are called on; with arguments they are somebody else's.
const SAME_ALONE: &[&str] =
    &["get", "get_mut", "get_ref", "load", "load_full", "lock", "read", "take", "write", "blocking_lock"];

/// Methods that give what they are called on, or else their argument.
const OTHERWISE: &[&str] = &["get_or_insert", "get_or_insert_with", "or", "or_else", "unwrap_or", "unwrap_or_else"];

/// Methods whose function sees what is held, and whose result is what that gives.
const MAPS: &[&str] = &[
    "and_then",
    "filter_map",
    "flat_map",
    "inspect_ok",
    "map",
    "map_ok",
    "map_or",
    "map_or_else",
    "map_while",
    "pipe",
    "scan",
    "then",
    "then_some",
];

/// Methods whose function sees what is held, and that give what they are called on.
const LOOKS: &[&str] = &[
    "all",
    "any",
    "filter",
    "fold",
    "for_each",
    "for_each_concurrent",
    "inspect",
    "inspect_err",
    "is_none_or",
    "is_ok_and",
    "is_some_and",
    "partition",
    "position",
    "retain",
    "skip_while",
    "sort_by",
    "sort_by_key",
    "take_while",
    "try_fold",
    "try_for_each",
    "try_for_each_concurrent",
];

/// Methods of lists and iterators that give elements of theirs in another order or number.
const LISTS: &[&str] = &[
    "buffer_unordered",
    "buffered",
    "chain",
    "collect",
    "dedup",
    "drain",
    "into_iter",
    "iter",
    "iter_mut",
    "into_values",
    "par_iter",
    "peekable",
    "rev",
    "skip",
    "sort",
    "step_by",
    "take",
    "try_collect",
    "values",
    "values_mut",
];

/// Methods of lists that give one element.
const ELEMENTS: &[&str] = &[
    "find",
    "find_map",
    "first",
    "get",
    "last",
    "max_by",
    "max_by_key",
    "min_by",
    "min_by_key",
    "next",
    "nth",
    "pop",
    "pop_front",
    "try_next",
];

/// The traits by which somebody outside calls an object.
const SERVICES: &[&str] = &["Handler", "Service"];

/// Functions that macros derive, which make an object.
const DERIVED: &[&str] = &["default", "from_env", "init_from_env", "parse", "try_parse"];

const VALUE: Name = Name::new_static("value");

impl Machine<'_> {
    /// A method of what holds something; none where it is a method of the thing itself.
    pub fn invoke_holder(
        &mut self,
        receiver: &Value,
        name: &Name,
        arguments: &Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Option<Value> {
        let module = self.module_of(scope);
        if !self.rules(module).holders {
            return None;
        }
        if let Value::Class(class) = receiver {
            return self.invoke_unit(*class, name, arguments, (module, span));
        }
        if !self.may_be_held(receiver, name) {
            return None;
        }
        if let Some(value) = self.invoke_extension(receiver, name, arguments, span, module) {
            return Some(value);
        }
        let functions = arguments.iter().any(|(_, value)| value.each().iter().any(is_function));
        match receiver {
            Value::Held(index) if self.held(*index).shape == Shape::List => {
                if let Some(value) = self.invoke_list(*index, name, arguments, span, scope) {
                    return Some(value);
                }
            }
            Value::Held(index) if self.held(*index).shape == Shape::Record => {
                if let Some(value) = self.invoke_cell(*index, name, arguments) {
                    return Some(value);
                }
            }
            Value::Object(_) if !(functions || arguments.is_empty() || matches!(name.as_str(), "expect" | "zip")) => {
                return None;
            }
            _ => {}
        }
        let word = name.as_str();
        if arguments.is_empty() && matches!(receiver, Value::Object(_)) && LISTS.contains(&word) {
            return Some(receiver.clone());
        }
        if SAME.contains(&word) || arguments.is_empty() && SAME_ALONE.contains(&word) {
            self.call_back(arguments);
            return Some(receiver.clone());
        }
        if let ("zip", [(_, other)]) = (word, arguments.as_slice()) {
            return Some(self.list(vec![receiver.clone(), other.clone()], None));
        }
        if OTHERWISE.contains(&word) {
            let given = self.call_back(arguments);
            let plain = arguments.first().map(|(_, value)| value.clone()).filter(|value| !is_function(value));
            return Some(match receiver {
                Value::Unknown | Value::Nothing => plain.unwrap_or(given),
                known => known.clone(),
            });
        }
        if receiver.is_unknown() || *receiver == Value::Nothing || !functions {
            return None;
        }
        if MAPS.contains(&word) {
            return Some(self.see(receiver, arguments, span, scope));
        }
        LOOKS.contains(&word).then(|| {
            self.see(receiver, arguments, span, scope);
            receiver.clone()
        })
    }

    /// A method of a struct or variant without fields, whose only object is the name itself.
    fn invoke_unit(
        &mut self,
        class: ClassIndex,
        name: &Name,
        arguments: &Arguments,
        from: (ModuleIndex, Span),
    ) -> Option<Value> {
        let (closure, role) = self.method(class, name)?;
        let source = self.source(closure.module);
        let alone = source.module.function(closure.function).parameters.len() == arguments.len();
        if role != Role::Method || !alone {
            return None;
        }
        let bound = Closure { receiver: Some(Box::new(Value::Class(class))), ..closure };
        Some(self.call_closure(&bound, arguments.clone(), Some(from)))
    }

    /// Takes from a name what is known not to be of a class; leaves the block where nothing is left.
    pub fn narrow(&mut self, name: &Name, class: &Expression, scope: ScopeIndex) -> Flow {
        let Value::Class(class) = self.evaluate(class, scope) else { return Flow::Next };
        let value = self.name(name, scope);
        let kept: Vec<Value> = value.each().iter().filter(|value| self.may_be(value, class)).cloned().collect();
        if kept.is_empty() {
            return Flow::Left;
        }
        self.assign(name, Value::any(kept), true, scope);
        Flow::Next
    }

    fn may_be(&mut self, value: &Value, class: ClassIndex) -> bool {
        let own = match value {
            Value::Class(own) => *own,
            Value::Held(index) => match self.held(*index).shape {
                Shape::Instance(own) => own,
                _ => return true,
            },
            _ => return true,
        };
        let variants = self.bases(own) == self.bases(class) && !self.bases(class).is_empty();
        own == class || !variants
    }

    /// Whether a record is a module, or holds functions as one does.
    pub fn holds_function(&self, index: HeapIndex, name: &Name) -> bool {
        matches!(self.held(index).members.get(name), Some(Value::Function(_)))
    }

    /// Whether a value is one whose holder may be called, and no object of the program with a method of that name.
    fn may_be_held(&mut self, receiver: &Value, name: &Name) -> bool {
        match receiver {
            Value::Held(index) => match self.held(*index).shape {
                Shape::Instance(class) => self.method(class, name).is_none(),
                Shape::Record => !self.holds_function(*index, name),
                _ => true,
            },
            Value::Function(_) => SAME.contains(&name.as_str()),
            Value::Text(_) | Value::Object(_) | Value::Unknown | Value::Nothing => true,
            _ => false,
        }
    }

    /// Calls the functions among the arguments with what is held; what stands before a function is what `fold` begins with.
    fn see(&mut self, held: &Value, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Value {
        let mut results = Vec::new();
        let mut before: Arguments = Vec::new();
        for (_, argument) in arguments {
            match argument.each().iter().any(is_function) {
                true => {
                    let given = before.iter().cloned().chain([(None, held.clone())]).collect();
                    results.push(self.call(argument, given, span, scope));
                }
                false if arguments.len() > 1 => {
                    results.push(argument.clone());
                    before.push((None, argument.clone()));
                }
                false => {}
            }
        }
        Value::any(results)
    }

    fn invoke_list(
        &mut self,
        index: HeapIndex,
        name: &Name,
        arguments: &Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Option<Value> {
        let element = Value::any(self.held(index).contents());
        let list = Value::Held(index);
        let word = name.as_str();
        if MAPS.contains(&word) {
            let result = self.see(&element, arguments, span, scope);
            return Some(self.list(Vec::new(), Some(result)));
        }
        if LOOKS.contains(&word) || ELEMENTS.contains(&word) {
            self.see(&element, arguments, span, scope);
            return Some(if LOOKS.contains(&word) { list } else { element });
        }
        Some(match word {
            "chunks" | "windows" | "chunks_exact" => self.list(Vec::new(), Some(list)),
            "enumerate" => {
                let pair = self.list(vec![Value::hole(), element], None);
                self.list(Vec::new(), Some(pair))
            }
            "zip" => {
                let other = arguments.first().map(|(_, other)| other.clone()).unwrap_or_default();
                let other = self.element(&other, self.module_of(scope));
                let pair = self.list(vec![element, other], None);
                self.list(Vec::new(), Some(pair))
            }
            "chain" => {
                let other = arguments.first().map(|(_, other)| other.clone()).unwrap_or_default();
                let other = self.element(&other, self.module_of(scope));
                self.list(Vec::new(), Some(element.or(other)))
            }
            _ if LISTS.contains(&word) => list,
            _ => return None,
        })
    }

    /// A cell that is set once, or a map.
    fn invoke_cell(&mut self, index: HeapIndex, name: &Name, arguments: &Arguments) -> Option<Value> {
        match (name.as_str(), arguments.as_slice()) {
            ("get_or_init" | "get_or_try_init", [(_, Value::Function(closure)), ..]) => {
                let value = self.call_closure(closure, Vec::new(), None);
                self.held_mut(index).set(&VALUE, value.clone(), true);
                Some(value)
            }
            ("set" | "store" | "swap" | "init_once", [(_, value)]) => {
                self.held_mut(index).set(&VALUE, value.clone(), false);
                Some(Value::Nothing)
            }
            ("wait" | "get" | "get_unchecked" | "load" | "load_full" | "unwrap", []) => {
                self.held(index).members.get(&VALUE).cloned()
            }
            ("insert", [(_, Value::Text(key)), (_, value)]) => {
                let key = crate::foreign::key_of(key);
                let certain = self.certain(index);
                self.held_mut(index).set(&key, value.clone(), certain);
                Some(Value::Nothing)
            }
            ("insert", [_, (_, value)]) => {
                self.held_mut(index).add(value.clone());
                Some(Value::Nothing)
            }
            _ => None,
        }
    }

    /// A method that the program adds to a type outside it.
    fn invoke_extension(
        &mut self,
        receiver: &Value,
        name: &Name,
        arguments: &Arguments,
        span: Span,
        module: ModuleIndex,
    ) -> Option<Value> {
        if matches!(receiver, Value::Held(index) if matches!(self.held(*index).shape, Shape::Instance(_))) {
            return None;
        }
        for class in self.extensions.clone() {
            let Some((closure, Role::Method)) = self.method(class, name) else { continue };
            if !self.extends_value(class, receiver, module) {
                continue;
            }
            let bound = Closure { receiver: Some(Box::new(receiver.clone())), ..closure };
            return Some(self.call_closure(&bound, arguments.clone(), Some((module, span))));
        }
        None
    }

    fn extends_value(&mut self, class: ClassIndex, receiver: &Value, module: ModuleIndex) -> bool {
        match (self.outer_base(class, module), receiver) {
            (Some(extended), Value::Object(object)) => extended.class == object.class,
            (Some(_), _) => receiver.is_unknown(),
            (None, Value::Object(_)) => false,
            (None, _) => true,
        }
    }

    /// `Trait::method(&object, …)`, where the trait only promises the method.
    pub fn invoke_promised(
        &mut self,
        class: ClassIndex,
        name: &Name,
        arguments: &Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Option<Value> {
        let module = self.module_of(scope);
        if !self.rules(module).holders || !self.is_interface(class) || !self.is_promised_method(class, name) {
            return None;
        }
        let ((_, object), rest) = arguments.split_first()?;
        let object = match object {
            Value::Unknown => self.somebody(class),
            known => known.clone(),
        };
        Some(self.invoke(&object, name, rest.to_vec(), span, scope))
    }

    fn is_promised_method(&self, class: ClassIndex, name: &Name) -> bool {
        self.class(class).parts.iter().any(|part| {
            let source = self.source(part.module);
            let mut functions = source.module.class(part.class).functions.iter().map(|id| source.module.function(*id));
            functions.any(|function| {
                function.name.as_ref() == Some(name) && function.receiver.is_some() && function.body.is_empty()
            })
        })
    }

    /// What a trait promises and whoever implements it brings: `T::new`, `T::TABLE`.
    pub fn promised_member(&mut self, class: ClassIndex, name: &Name) -> Option<Value> {
        let from = self.class(class).parts.first()?.module;
        if !self.rules(from).holders || !self.is_interface(class) || self.is_promised_method(class, name) {
            return None;
        }
        let members: Vec<Value> =
            self.implementers(class).into_iter().filter_map(|class| self.class_member(class, name)).collect();
        (!members.is_empty()).then(|| Value::any(members))
    }

    /// A member of what an object dereferences to.
    pub fn dereferenced(
        &mut self,
        index: HeapIndex,
        class: ClassIndex,
        name: &Name,
        from: ModuleIndex,
    ) -> Option<Value> {
        if !self.rules(from).holders || name == "deref" {
            return None;
        }
        let (closure, _) = self.method(class, &"deref".into())?;
        let bound = Closure { receiver: Some(Box::new(Value::Held(index))), ..closure };
        let inner = self.call_closure(&bound, Vec::new(), None);
        (inner != Value::Held(index)).then(|| self.member(&inner, name, from))
    }

    /// Whether a class implements a trait because it implements another: `impl<T: Reads> Store for T`.
    pub fn extends_through(&mut self, class: ClassIndex, name: &Name) -> bool {
        let lazy = self.class(class).parts.iter().any(|part| self.rules(part.module).holders);
        lazy && self.bases(class).into_iter().any(|base| self.extends_by_name(base, name))
    }

    /// Tells of a method that a trait promises and that nobody is known to implement.
    pub fn note_promise(&mut self, class: ClassIndex, name: &Name, module: ModuleIndex, span: Span) {
        if self.rules(module).holders && self.is_interface(class) && self.is_promised_method(class, name) {
            let title = self.class(class).name.clone();
            self.give_up(module, span, format!("nobody is known to implement `{name}` of `{title}`"));
        }
    }

    /// An object that a derived function makes: of the command line, of the environment.
    pub fn derived(&mut self, class: ClassIndex, name: &Name) -> Option<Value> {
        let module = self.class(class).parts.first()?.module;
        if !self.rules(module).holders || !DERIVED.contains(&name.as_str()) {
            return None;
        }
        let object = Value::Held(self.hold(Held { shape: Shape::Instance(class), ..Held::default() }));
        self.initialise(class, &object);
        Some(object)
    }

    /// The objects of a class that the program was seen to make, or what its functions make that give one.
    pub fn made_by_program(&mut self, class: ClassIndex) -> Option<Value> {
        let part = *self.class(class).parts.first()?;
        if !self.rules(part.module).holders {
            return None;
        }
        let seen = self
            .heap
            .iter()
            .enumerate()
            .filter(|(_, held)| held.shape == Shape::Instance(class) && !held.members.is_empty());
        let seen: Vec<Value> = seen.map(|(index, _)| Value::Held(HeapIndex(index as u32))).take(4).collect();
        if !seen.is_empty() {
            return Some(Value::any(seen));
        }
        let maker = self.maker(class)?;
        let made = self.call_closure(&maker, Vec::new(), None);
        let fits =
            |value: &&Value| matches!(value, Value::Held(index) if self.held(*index).shape == Shape::Instance(class));
        let made: Vec<Value> = made.each().iter().filter(fits).cloned().collect();
        (!made.is_empty()).then(|| Value::any(made))
    }

    /// The function of a class that makes an object of it: `new` and its like first.
    fn maker(&self, class: ClassIndex) -> Option<Closure> {
        let name = self.class(class).name.clone();
        let mut makers: Vec<(usize, Closure)> = Vec::new();
        for part in &self.class(class).parts {
            let source = self.source(part.module);
            for id in &source.module.class(part.class).functions {
                let function = source.module.function(*id);
                let gives = function.returns.as_ref().is_some_and(|declared| declared.path.last() == Some(&name));
                if function.role != Role::Static || !gives {
                    continue;
                }
                let own = function.name.as_deref().unwrap_or_default();
                let rank = ["new", "from_env", "default"].iter().position(|known| *known == own).unwrap_or(3);
                makers.push((rank, self.method_closure(part, *id, class)));
            }
        }
        makers.into_iter().min_by_key(|(rank, _)| *rank).map(|(_, closure)| closure)
    }

    /// The method by which somebody outside calls an object that is a service.
    pub fn service_method(&mut self, class: ClassIndex) -> Option<Name> {
        let part = *self.class(class).parts.first()?;
        let serves = self.rules(part.module).holders
            && SERVICES.iter().any(|service| self.extends_by_name(class, &Name::new_static(service)));
        let name = Name::new_static("call");
        (serves && self.method(class, &name).is_some()).then_some(name)
    }
}

fn is_function(value: &Value) -> bool {
    matches!(value, Value::Function(_) | Value::Method(..))
}
