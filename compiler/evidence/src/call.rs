//! Calls: of functions of the program, of classes, of what is kept on the heap.

use crate::evidence::Step;
use crate::machine::{CONTEXTS, Context, DEEPEST, Frame, Machine};
use crate::parameter::Giver;
use crate::value::{Closure, HeapIndex, Held, ModuleIndex, ScopeIndex, Shape, Value};
use portolan_program::{Function, Name, Role, Span};

/// Arguments: named or not.
pub(crate) type Arguments = Vec<(Option<Name>, Value)>;

/// Methods that give what they are called on, or what it wraps.
const SAME: &[&str] = &[
    "as_deref",
    "as_mut",
    "as_ref",
    "as_str",
    "await",
    "borrow",
    "build",
    "clone",
    "expect",
    "freeze",
    "get",
    "getOrThrow",
    "into",
    "lock",
    "orElse",
    "orElseThrow",
    "read",
    "to_owned",
    "to_string",
    "to_s",
    "toString",
    "unwrap",
    "valueOf",
    "value",
    "write",
];

impl Machine<'_> {
    /// Calls a value.
    pub fn call(&mut self, callee: &Value, arguments: Arguments, span: Span, scope: ScopeIndex) -> Value {
        let module = self.module_of(scope);
        match callee {
            Value::Any(values) => {
                let results: Vec<Value> =
                    values.iter().map(|value| self.call(value, arguments.clone(), span, scope)).collect();
                Value::any(results)
            }
            Value::Function(closure) => self.call_closure(closure, arguments, Some((module, span))),
            Value::Class(class) => match self.converted(*class, &arguments) {
                Some(value) => value,
                None => self.instantiate(*class, arguments, Some((module, span))),
            },
            Value::Held(index) => self.call_held(*index, arguments, span, scope),
            Value::Symbol(symbol) => self.call_symbol(symbol, &arguments, span, scope),
            Value::Method(object, name) => self.call_method(object, name, &arguments, span, scope),
            Value::Object(object) => self.call_method(object, &"()".into(), &arguments, span, scope),
            Value::Module(module) => match self.loaded(*module).replaced.clone() {
                Some(replaced) => self.call(&replaced, arguments, span, scope),
                None => self.call_back(&arguments),
            },
            Value::Unknown | Value::Nothing | Value::Truth(_) | Value::Text(_) => {
                let handed = arguments.iter().any(|(_, value)| matches!(value, Value::Object(_)));
                if handed && self.rules(module).holders {
                    self.give_up(module, span, "it is not known what is called here with a client");
                }
                self.call_back(&arguments)
            }
        }
    }

    /// `new class(…)`.
    pub fn construct(&mut self, class: &Value, arguments: Arguments, span: Span, scope: ScopeIndex) -> Value {
        match class {
            Value::Function(closure) => {
                let prototype = self.properties_of(closure, "prototype");
                let object = Value::Held(self.hold(Held { prototype: Some(prototype), ..Held::default() }));
                let bound = Closure { receiver: Some(Box::new(object.clone())), ..closure.clone() };
                match self.call_closure(&bound, arguments, Some((self.module_of(scope), span))) {
                    Value::Unknown | Value::Nothing => object,
                    // A constructor that is called without `new` makes the object itself.
                    returned => object.or(returned),
                }
            }
            Value::Any(values) => {
                let results: Vec<Value> =
                    values.iter().map(|value| self.construct(value, arguments.clone(), span, scope)).collect();
                Value::any(results)
            }
            other => self.call(other, arguments, span, scope),
        }
    }

    fn call_held(&mut self, index: HeapIndex, arguments: Arguments, span: Span, scope: ScopeIndex) -> Value {
        let module = self.module_of(scope);
        match self.held(index).shape.clone() {
            Shape::Foreign { .. } => {
                let given = self.call_back(&arguments);
                self.call_foreign(index, &arguments, span, scope).or(given)
            }
            Shape::Settles => {
                for (position, (_, value)) in arguments.into_iter().enumerate() {
                    let held = self.held_mut(index);
                    held.add(value.clone());
                    match held.items.get_mut(position) {
                        Some(item) => *item = std::mem::take(item).or(value),
                        None => held.items.push(value),
                    }
                }
                Value::Unknown
            }
            Shape::Instance(class) => {
                for name in ["__call__", "call", "invoke", "Invoke"] {
                    if let Some((closure, _)) = self.method(class, &name.into()) {
                        let bound = Closure { receiver: Some(Box::new(Value::Held(index))), ..closure };
                        return self.call_closure(&bound, arguments, Some((module, span)));
                    }
                }
                self.call_back(&arguments)
            }
            Shape::Chosen => {
                let chosen = Value::any(self.held(index).items.clone());
                self.call(&chosen, arguments, span, scope)
            }
            Shape::Bound { given, .. } => {
                let named = |name: &Option<Name>| name.is_some() && arguments.iter().any(|(other, _)| other == name);
                let before: Arguments = given.into_iter().filter(|(name, _)| !named(name)).collect();
                let callee = self.held(index).items.first().cloned().unwrap_or_default();
                self.call(&callee, before.into_iter().chain(arguments).collect(), span, scope)
            }
            Shape::Proxy => self.call_proxy(index, arguments, span, scope),
            Shape::Record | Shape::List => self.call_back(&arguments),
        }
    }

    /// Calls something that was given its arguments before, where that was.
    pub fn call_bound(&mut self, index: HeapIndex) -> Value {
        let Shape::Bound { given, span, scope } = self.held(index).shape.clone() else { return Value::Unknown };
        let callee = self.held(index).items.first().cloned().unwrap_or_default();
        self.call(&callee, given, span, scope)
    }

    /// `receiver.name(…)`.
    pub fn invoke(
        &mut self,
        receiver: &Value,
        name: &Name,
        arguments: Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Value {
        let module = self.module_of(scope);
        if let Some(value) = self.invoke_promise(receiver, name, &arguments, span, scope) {
            return value;
        }
        if let Some(value) = self.invoke_holder(receiver, name, &arguments, span, scope) {
            return value;
        }
        if let Some(value) = self.extended(receiver, name, &arguments, span, scope) {
            return value;
        }
        match receiver {
            Value::Any(values) => {
                let results: Vec<Value> = values
                    .iter()
                    .filter(|value| **value != Value::Nothing)
                    .map(|value| self.invoke(value, name, arguments.clone(), span, scope))
                    .collect();
                Value::any(results)
            }
            Value::Function(closure) => self.invoke_function(closure, name, arguments, span, scope),
            Value::Held(index) => self.invoke_held(*index, name, arguments, span, scope),
            Value::Class(class) => match self.own_member(receiver, name, module) {
                Some(member) => self.call(&member, arguments, span, scope),
                None if let Some(value) = self.invoke_promised(*class, name, &arguments, span, scope) => value,
                None if let Some(value) = self.derived(*class, name) => value,
                None if let Some(value) = self.only_object(*class, name, module) => value,
                None if name == "as_view" => self.foreign(name, vec![receiver.clone()], false),
                None if name == "__subclasses__" => self.made_from(*class),
                None if name == "new" => self.instantiate(*class, arguments, Some((module, span))),
                // A class that was compiled to a function calls its base on its own object.
                None if matches!(name.as_str(), "call" | "apply") && self.rules(module).explicit_exports => {
                    self.construct_on(*class, name == "apply", arguments, span, module)
                }
                None if name == "__init__" && !arguments.is_empty() => {
                    let object = arguments[0].1.clone();
                    self.run_constructors(*class, &object, arguments[1..].to_vec(), Some((module, span)));
                    Value::Nothing
                }
                None => match self.outer_class(*class, module) {
                    Some(object) => self.call_method(&object, name, &arguments, span, scope),
                    None => match self.method(*class, name) {
                        Some((closure, _)) => self.call_closure(&closure, arguments, Some((module, span))),
                        None => self.call_back(&arguments),
                    },
                },
            },
            Value::Symbol(_) if self.reads_environment(receiver, module) => self.environment_read(name, &arguments),
            Value::Symbol(_) => {
                if let Some(value) = self.call_reference(receiver, name, &arguments, span, scope) {
                    return value;
                }
                let member = self.member(receiver, name, module);
                match &member {
                    Value::Text(_) => member,
                    _ => self.call(&member, arguments, span, scope),
                }
            }
            Value::Object(object) => match self.row(object, name) {
                Some(row) => self.invoke(&row, name, arguments, span, scope),
                None => self.call_method(object, name, &arguments, span, scope),
            },
            Value::Method(object, method) if matches!(name.as_str(), "call" | "apply" | "bind" | "promise") => {
                let rest: Arguments = arguments.into_iter().skip(1).collect();
                match name.as_str() {
                    "bind" => receiver.clone(),
                    _ => self.call_method(object, method, &rest, span, scope),
                }
            }
            Value::Module(_) => match self.own_member(receiver, name, module) {
                // `globals().get(name)`
                None | Some(Value::Unknown) if name == "get" && !arguments.is_empty() => {
                    self.index(receiver, &arguments[0].1, module)
                }
                member => self.call(&member.unwrap_or_default(), arguments, span, scope),
            },
            Value::Text(template) => self.invoke_text(template, name, &arguments),
            Value::Unknown | Value::Nothing | Value::Truth(_) | Value::Method(..) => {
                self.early |= *receiver == Value::Nothing;
                if receiver.is_unknown() && self.libraries(module).iter().any(|library| library.telling(name)) {
                    self.give_up(module, span, format!("it is not known what `{name}` is called on"));
                }
                if let Some(value) = self.mediated(name, &arguments, span, scope) {
                    return value;
                }
                let given = self.call_back(&arguments);
                self.mapped(name, given, module)
            }
        }
    }

    fn reads_environment(&self, receiver: &Value, module: ModuleIndex) -> bool {
        match receiver {
            Value::Symbol(symbol) => self.libraries(module).iter().any(|library| library.environment(&symbol.name)),
            _ => false,
        }
    }

    /// `os.environ.get("X")`, `ENV.fetch("X")`, `os.environ.pop("X")`.
    fn environment_read(&mut self, name: &Name, arguments: &Arguments) -> Value {
        let reads = matches!(name.as_str(), "get" | "fetch" | "pop" | "setdefault" | "__getitem__" | "[]" | "dig");
        match arguments.first() {
            Some((_, Value::Text(template))) if reads => match template.literal() {
                Some(variable) => Value::environment(variable),
                None => Value::hole(),
            },
            _ => Value::Unknown,
        }
    }

    /// A method of a function: what binds and calls it; any other calls it too, as a functional interface does.
    fn invoke_function(
        &mut self,
        closure: &Closure,
        name: &Name,
        arguments: Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Value {
        let module = self.module_of(scope);
        let source = (Some(module), span);
        if let Some(member) = self.own_member(&Value::Function(closure.clone()), name, module) {
            return self.call(&member, arguments, span, scope);
        }
        let this = self.rules(module).explicit_exports;
        match name.as_str() {
            "bind" if this => {
                let mut arguments = arguments.into_iter().map(|(_, value)| value);
                let receiver = arguments.next().map(Box::new).or_else(|| closure.receiver.clone());
                let given = closure.given.iter().cloned().chain(arguments.map(|value| (None, value))).collect();
                Value::Function(Closure { receiver, given, ..closure.clone() })
            }
            "call" | "apply" if this => {
                let mut arguments = arguments.into_iter();
                let receiver = arguments.next().map(|(_, value)| Box::new(value)).or_else(|| closure.receiver.clone());
                let rest = match name == "apply" {
                    true => arguments.flat_map(|(_, list)| self.spread_list(&list)).collect(),
                    false => arguments.collect(),
                };
                let bound = Closure { receiver, ..closure.clone() };
                self.call_closure(&bound, rest, source.0.map(|module| (module, source.1)))
            }
            "toString" | "to_s" | "name" => Value::Unknown,
            _ => self.call_closure(closure, arguments, Some((module, span))),
        }
    }

    fn construct_on(
        &mut self,
        class: crate::value::ClassIndex,
        listed: bool,
        arguments: Arguments,
        span: Span,
        module: ModuleIndex,
    ) -> Value {
        let mut arguments = arguments.into_iter();
        let object = arguments.next().map(|(_, object)| object).unwrap_or_default();
        let rest = match listed {
            true => arguments.flat_map(|(_, list)| self.spread_list(&list)).collect(),
            false => arguments.collect(),
        };
        self.run_constructors(class, &object, rest, Some((module, span)));
        object
    }

    fn spread_list(&self, list: &Value) -> Arguments {
        match list {
            Value::Held(index) => self.held(*index).contents().into_iter().map(|value| (None, value)).collect(),
            _ => Vec::new(),
        }
    }

    fn invoke_held(
        &mut self,
        index: HeapIndex,
        name: &Name,
        arguments: Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Value {
        let module = self.module_of(scope);
        let receiver = Value::Held(index);
        if let Shape::Foreign { .. } = self.held(index).shape {
            return self.invoke_foreign(index, name, arguments, span, scope);
        }
        if self.is_data_method(index, name, module) {
            return self.invoke_data(index, name, arguments);
        }
        if let Some(member) = self.held(index).members.get(name).cloned() {
            let member = self.bound_to(member, &receiver);
            return match self.answered(&member, &arguments, module) {
                Some(value) => value,
                None => self.call(&member, arguments, span, scope),
            };
        }
        match self.held(index).shape.clone() {
            Shape::Instance(class) if name == "<init>" => {
                self.run_constructors(class, &receiver, arguments, Some((module, span)));
                receiver
            }
            Shape::Instance(class) => {
                if let Some(overloads) = self.overloads(class, name, arguments.len()) {
                    let results: Vec<Value> = overloads
                        .into_iter()
                        .map(|closure| {
                            let bound = Closure { receiver: Some(Box::new(receiver.clone())), ..closure };
                            self.call_closure(&bound, arguments.clone(), Some((module, span)))
                        })
                        .collect();
                    return Value::any(results);
                }
                match self.own_member(&receiver, name, module) {
                    Some(member) => self.call(&member, arguments, span, scope),
                    None if let Some(value) = self.missing_message(index, class, name, &arguments, (module, span)) => {
                        value
                    }
                    None if let Some(value) = self.promised_result(class, name) => {
                        self.call_back(&arguments);
                        value
                    }
                    None => {
                        self.note_promise(class, name, module, span);
                        self.invoke_data(index, name, arguments)
                    }
                }
            }
            _ => match self.own_member(&receiver, name, module) {
                Some(member) if self.held(index).rest.is_none() => self.call(&member, arguments, span, scope),
                _ => self.invoke_data(index, name, arguments),
            },
        }
    }

    /// Whether a name is a method that every record has. Only in JavaScript are the keys of a record its members.
    fn is_data_method(&self, index: HeapIndex, name: &Name, module: ModuleIndex) -> bool {
        let data =
            matches!(name.as_str(), "copy" | "get" | "items" | "keys" | "pop" | "setdefault" | "update" | "values");
        let rules = self.rules(module);
        let own = rules.holders && self.holds_function(index, name);
        data && self.held(index).shape == Shape::Record && !rules.explicit_exports && !own
    }

    /// The methods of a name that take so many arguments, where a class has several of that name.
    fn overloads(&mut self, class: crate::value::ClassIndex, name: &Name, count: usize) -> Option<Vec<Closure>> {
        let all = self.methods_named(class, name);
        if all.len() < 2 {
            return None;
        }
        let fitting: Vec<Closure> = all
            .iter()
            .filter(|closure| self.source(closure.module).module.function(closure.function).parameters.len() == count)
            .cloned()
            .collect();
        Some(if fitting.is_empty() { all } else { fitting })
    }

    fn methods_named(&self, class: crate::value::ClassIndex, name: &Name) -> Vec<Closure> {
        let mut all = Vec::new();
        for part in self.class(class).parts.clone() {
            let source = self.source(part.module);
            for id in &source.module.class(part.class).functions {
                let function = source.module.function(*id);
                if function.name.as_ref() == Some(name) && function.role == Role::Method {
                    all.push(Closure {
                        module: part.module,
                        function: *id,
                        scope: part.scope,
                        receiver: None,
                        class: Some(class),
                        given: Vec::new(),
                    });
                }
            }
        }
        all
    }

    /// A method that records and lists bring: functions see the elements; what is put in stays; what comes out may be any
    /// element, or what the functions gave.
    fn invoke_data(&mut self, index: HeapIndex, name: &Name, arguments: Arguments) -> Value {
        if let Some(value) = self.folded(index, name, &arguments).or_else(|| self.in_turn(index, name, &arguments)) {
            return value;
        }
        let slices = matches!(name.as_str(), "each_slice" | "each_cons" | "in_groups_of");
        let element = if slices { Value::Held(index) } else { Value::any(self.held(index).contents()) };
        let mut given = Vec::new();
        for (_, argument) in &arguments {
            for value in argument.each() {
                if let Value::Function(closure) = value {
                    given.push(self.call_closure(
                        closure,
                        vec![(None, element.clone()), (None, element.clone())],
                        None,
                    ));
                }
            }
        }
        match name.as_str() {
            "push" | "append" | "add" | "unshift" | "extend" | "concat" | "<<" | "addAll" | "update" | "insert"
            | "AddRange" | "Push" | "Enqueue" | "Insert" | "AddLast" | "AddFirst" => {
                for (_, argument) in arguments {
                    self.put_in(index, name, argument);
                }
                Value::Held(index)
            }
            _ if setter(name, &arguments).is_some() && self.held(index).shape == Shape::Record => {
                let certain = self.certain(index);
                if let (Some(member), Some((_, value))) = (setter(name, &arguments), arguments.into_iter().next()) {
                    self.held_mut(index).set(&member, value, certain);
                }
                Value::Held(index)
            }
            "Add" if arguments.len() < 2 => {
                for (_, argument) in arguments {
                    self.put_in(index, name, argument);
                }
                Value::Held(index)
            }
            "Add" | "TryAdd" => {
                self.put_at(index, &arguments);
                Value::Held(index)
            }
            "setdefault" => {
                let known = self.taken(index, &arguments);
                self.put_at(index, &arguments);
                let default = arguments.get(1).map(|(_, value)| value.clone()).unwrap_or_default();
                known.or(default)
            }
            "set" | "put" | "store" => {
                self.put_at(index, &arguments);
                Value::Held(index)
            }
            "get" | "fetch" | "pop" | "getOrDefault" | "[]" | "dig" | "at" => self.taken(index, &arguments),
            "map" | "flatMap" | "flat_map" | "collect" | "select" | "Select" | "then" => {
                let results = Value::any(given);
                self.list(Vec::new(), Some(results))
            }
            "copy" | "items" | "values" | "filter" | "slice" | "sort" | "reverse" | "entries" | "stream" | "to_a"
            | "to_h" | "merge" | "iter" | "into_iter" | "each" | "toList" | "ToList" | "ToArray" | "ToHashSet"
            | "ToDictionary" | "AsEnumerable" | "Where" | "OrderBy" | "OrderByDescending" | "ThenBy" | "Take"
            | "Skip" | "Distinct" | "DistinctBy" | "Reverse" | "Concat" | "Append" | "Union" | "Cast" | "Chunk"
            | "GroupBy" | "OfType" | "AsReadOnly" => Value::Held(index),
            _ if SAME.contains(&name.as_str()) => Value::Held(index),
            _ => Value::any(given.into_iter().chain([element])),
        }
    }

    /// What a function makes of the elements one after the other, with what it made before: `steps.reduce(next, first)`.
    fn folded(&mut self, index: HeapIndex, name: &Name, arguments: &Arguments) -> Option<Value> {
        if !matches!(name.as_str(), "reduce" | "reduceRight" | "inject" | "fold" | "Aggregate") {
            return None;
        }
        let is_function = |value: &Value| matches!(value, Value::Function(_));
        let next = arguments.iter().map(|(_, value)| value).find(|value| is_function(value))?.clone();
        let first = match name.as_str() {
            // What is first may be a function too: `middlewares.reduceRight((next, middleware) => middleware(next), handler)`.
            "reduce" | "reduceRight" => arguments.get(1).map(|(_, value)| value.clone()),
            _ => arguments.iter().map(|(_, value)| value).find(|value| !is_function(value)).cloned(),
        };
        let Value::Function(next) = next else { return None };
        let mut elements = self.held(index).contents();
        if name == "reduceRight" {
            elements.reverse();
        }
        let mut elements = elements.into_iter();
        let mut made = match first {
            Some(first) => first,
            None => elements.next()?,
        };
        for element in elements {
            made = self.call_closure(&next, vec![(None, made), (None, element)], None);
        }
        Some(made)
    }

    fn put_in(&mut self, index: HeapIndex, name: &Name, value: Value) {
        if !matches!(name.as_str(), "extend" | "concat" | "addAll" | "update" | "AddRange") {
            self.held_mut(index).add(value);
            return;
        }
        for value in value.each() {
            let Value::Held(other) = value else { continue };
            let other = self.held(*other).clone();
            for (member, value) in other.order.iter().map(|name| (name, other.members[name].clone())) {
                self.held_mut(index).set(member, value, true);
            }
            for value in other.items.into_iter().chain(other.rest) {
                self.held_mut(index).add(value);
            }
        }
    }

    fn put_at(&mut self, index: HeapIndex, arguments: &Arguments) {
        if let [(_, key), (_, value), ..] = arguments.as_slice() {
            match key {
                Value::Text(template) if template.literal().is_some() => {
                    let name = Name::from(template.literal().unwrap_or_default());
                    let certain = self.certain(index);
                    self.held_mut(index).set(&name, value.clone(), certain);
                }
                _ => self.held_mut(index).add(value.clone()),
            }
        }
    }

    /// What is taken out by a key, or its default.
    fn taken(&mut self, index: HeapIndex, arguments: &Arguments) -> Value {
        let key = arguments.first().map(|(_, key)| key.clone()).unwrap_or_default();
        let known = match &key {
            Value::Text(template) => template.literal().and_then(|name| self.held(index).members.get(name).cloned()),
            _ => Some(Value::any(self.held(index).contents())),
        };
        match (known, arguments.get(1)) {
            (Some(value), _) => value,
            (None, Some((_, default))) if !matches!(default, Value::Function(_)) => default.clone(),
            _ => self.held(index).rest.clone().unwrap_or_default(),
        }
    }

    /// Calls a function of the program: once for each context.
    pub fn call_closure(
        &mut self,
        closure: &Closure,
        arguments: Arguments,
        from: Option<(ModuleIndex, Span)>,
    ) -> Value {
        if !self.step() {
            return Value::Unknown;
        }
        let source = self.source(closure.module);
        let function = source.module.function(closure.function);
        let open = self.frames.iter().filter(|frame| self.is_open(frame, closure)).count();
        if self.frames.len() > DEEPEST {
            self.give_up(closure.module, function.span, "calls are nested too deeply to follow");
            return Value::Unknown;
        }
        if open > 2 {
            return Value::Unknown;
        }
        let chosen = self.choose(closure, &arguments, from);
        let mut context = Context { outside: from.is_none(), ..self.context(closure, arguments) };
        let contexts = self.contexts.entry((closure.module, closure.function)).or_default();
        if *contexts > CONTEXTS && !self.memo.contains_key(&context) {
            context.arguments.iter_mut().for_each(|(_, value)| *value = Value::Unknown);
        }
        if let Some(known) = self.memo.get(&context) {
            return known.clone().unwrap_or_default();
        }
        *self.contexts.entry((closure.module, closure.function)).or_default() += 1;
        self.memo.insert(context.clone(), None);
        self.call_accompanying(closure);
        let result = self.enter(&context, function, from);
        let result = chosen.map_or(result.clone(), |chosen| chosen.or(result));
        self.said = context.said.clone();
        self.memo.insert(context, Some(result.clone()));
        result
    }

    fn is_open(&self, frame: &Frame, closure: &Closure) -> bool {
        frame.module == closure.module && frame.function == Some(closure.function)
    }

    fn context(&self, closure: &Closure, arguments: Arguments) -> Context {
        let named = |name: &Option<Name>| name.is_some() && arguments.iter().any(|(other, _)| other == name);
        let given = closure.given.iter().filter(|(name, _)| !named(name)).cloned();
        let arguments = given.chain(arguments.iter().cloned()).collect();
        let closure = Closure { given: Vec::new(), ..closure.clone() };
        Context { closure, arguments, said: self.said.clone(), outside: false }
    }

    /// Runs a function's body with its parameters bound.
    fn enter(&mut self, context: &Context, function: &Function, from: Option<(ModuleIndex, Span)>) -> Value {
        let closure = &context.closure;
        let scope = self.inner(closure.scope);
        let mut arguments = context.arguments.clone();
        let receiver = self.receiver(closure, function, &mut arguments);
        self.open_scope(scope, closure, function, receiver);
        let (module, span) = from.unwrap_or((closure.module, function.span));
        let step = Step { function: self.title(closure, function), place: self.place(module, span) };
        self.frames.push(Frame { module: closure.module, function: Some(closure.function), result: None, step });
        let giver = match (from, context.said.spread) {
            (None, _) => Giver::Outside,
            (Some(_), true) => Giver::Spread,
            (Some(_), false) => Giver::Call,
        };
        let said = if giver == Giver::Outside { &[] } else { context.said.texts.as_slice() };
        self.bind_parameters(&function.parameters, arguments, scope, giver, said);
        self.hoist(&function.body, scope, None);
        self.run(&function.body, scope);
        let result = self.frames.pop().and_then(|frame| frame.result).unwrap_or_default();
        match (&function.returns, result) {
            (Some(declared), Value::Unknown) => self.typed(declared, scope),
            (_, known) => known,
        }
    }

    /// The object a method is called on. A method that is called through its class takes it as the first argument.
    fn receiver(&self, closure: &Closure, function: &Function, arguments: &mut Arguments) -> Option<Value> {
        match (&closure.receiver, &function.receiver) {
            (Some(receiver), _) => Some((**receiver).clone()),
            (None, Some(_)) if self.rules(closure.module).implied_receiver => closure.class.map(Value::Class),
            (None, Some(name)) if name != "this" && closure.class.is_some() && !arguments.is_empty() => {
                Some(arguments.remove(0).1)
            }
            _ => None,
        }
    }

    fn open_scope(&mut self, index: ScopeIndex, closure: &Closure, function: &Function, receiver: Option<Value>) {
        let depth = self.depth;
        let scope = &mut self.scopes[index.0 as usize];
        scope.function = true;
        scope.depth = depth;
        scope.class = closure.class.filter(|_| function.receiver.is_some() || function.role != Role::Free);
        if let Some(name) = &function.receiver {
            scope.names.insert(name.clone(), receiver.clone().unwrap_or_default());
            scope.receiver = receiver;
        }
    }

    /// How people call a function.
    fn title(&self, closure: &Closure, function: &Function) -> String {
        let name = function.name.as_deref().unwrap_or("(closure)");
        match closure.class.map(|class| &self.class(class).name).filter(|name| !name.is_empty()) {
            Some(class) if function.receiver.is_some() || function.role != Role::Free => format!("{class}.{name}"),
            _ => name.to_owned(),
        }
    }
}

/// The member that a method of a record sets: `SetTopicArn(arn)`, `withKey(key)`.
fn setter(name: &str, arguments: &Arguments) -> Option<Name> {
    let member = ["Set", "With", "set", "with"].iter().find_map(|word| name.strip_prefix(word))?;
    (arguments.len() == 1 && member.starts_with(char::is_uppercase)).then(|| member.into())
}
