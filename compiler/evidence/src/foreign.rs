//! Where the program meets what lies outside: SDKs, the languages' own functions, and libraries that nobody here knows.

use crate::call::Arguments;
use crate::decorator::is_registering;
use crate::expression::push_value;
use crate::machine::Machine;
use crate::parameter::is_type_argument;
use crate::value::{Closure, HeapIndex, Held, ModuleIndex, ScopeIndex, Shape, Symbol, Value};
use portolan_program::{Name, Span};
use portolan_sdk::{Object, Piece, Template};

/// Methods of objects by which frameworks call them.
const HANDLES: &[&str] = &["after", "before", "canHandle", "handle", "onError"];

/// Methods that run what was registered.
const RUNS: &[&str] = &[
    "__call__",
    "call",
    "callback",
    "dispatch",
    "emit",
    "execute",
    "handle",
    "handler",
    "invoke",
    "listen",
    "process",
    "proxy",
    "ProxyWithContext",
    "Proxy",
    "resolve",
    "run",
    "serve",
    "start",
    "wsgi_app",
];

impl Machine<'_> {
    /// The object that a value of a type outside the program is.
    pub fn instance(&self, symbol: &str, module: ModuleIndex) -> Option<Object> {
        self.libraries(module).iter().find_map(|library| library.instance(symbol))
    }

    /// Calls a name outside the program.
    pub fn call_symbol(&mut self, symbol: &Symbol, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Value {
        let module = self.module_of(scope);
        if symbol.name == "require"
            && let Some((_, name)) = arguments.first()
            && let Some(any) = self.any_module(name, module)
        {
            return any;
        }
        if let Some(any) = self.module_by_name(&symbol.name, arguments, module) {
            return any;
        }
        if let Some((object, method, rest)) = self.through_class(symbol, arguments, module) {
            return self.call_method(&object, &method, &rest, span, scope);
        }
        let given = self.terms(arguments);
        if let Some(outcome) = self.libraries(module).iter().find_map(|library| library.call(&symbol.name, &given)) {
            return self.outcome(outcome, arguments, span, module);
        }
        if let Some(why) = self.libraries(module).iter().find_map(|library| library.strange(&symbol.name)) {
            self.give_up(module, span, why);
        }
        if let Some(value) = self.own_function(&symbol.name, arguments, span, scope) {
            return value;
        }
        if let Some(value) = self.call_at_end(&symbol.name, arguments, span, scope) {
            return value;
        }
        if let Some(value) = self.registered_with(&symbol.name, arguments, span, scope) {
            return value;
        }
        if let Some(value) = self.provided(&symbol.name, arguments, span, scope) {
            return value;
        }
        if let Some(value) = self.delegated(&symbol.name, arguments, span, scope) {
            return value;
        }
        self.foreign_call(symbol, arguments)
    }

    /// A method that is called through the class of its object: `SecretClient.get_secret(client, name)`.
    fn through_class(
        &self,
        symbol: &Symbol,
        arguments: &Arguments,
        module: ModuleIndex,
    ) -> Option<(Object, Name, Arguments)> {
        let (class, method) = symbol.name.rsplit_once('.')?;
        let ((None, Value::Object(object)), rest) = arguments.split_first()? else { return None };
        let of_class = self.instance(class, module).is_some_and(|made| made.class == object.class);
        of_class.then(|| (object.clone(), method.into(), rest.to_vec()))
    }

    /// Something outside that nobody knows: it may call the functions it is given, and wrap the objects.
    fn foreign_call(&mut self, symbol: &Symbol, arguments: &Arguments) -> Value {
        if symbol.imported {
            if let Some(object) = self.resolved(last_name(&symbol.name), arguments) {
                return object;
            }
            if let Some(given) = self.asked_by(&symbol.name, arguments) {
                return given;
            }
            self.learn_providers(&symbol.name, arguments);
        }
        let acting: Vec<Value> = self.acting(arguments);
        if self.register_with(&symbol.name, &acting) {
            return self.foreign(&symbol.name, Vec::new(), true);
        }
        if !symbol.imported || self.loading == 0 {
            let given = self.call_back(arguments);
            if !symbol.imported && acting.is_empty() {
                return given;
            }
            let foreign = self.foreign(&symbol.name, acting, true);
            return given.or(foreign);
        }
        self.foreign(&symbol.name, acting, false)
    }

    /// What of the arguments may act, that of records too.
    fn acting(&self, arguments: &Arguments) -> Vec<Value> {
        let mut acting = Vec::new();
        for (_, argument) in arguments.iter().filter(|(name, _)| !name.as_ref().is_some_and(is_type_argument)) {
            for value in argument.each() {
                self.add_acting(value, &mut acting, 0);
            }
        }
        acting
    }

    /// Whether something that may be registered is among the arguments: what is only named, such as the class of a route's
    /// answer or a function that says when a handler is meant, is not.
    fn gives_functions(&self, arguments: &Arguments) -> bool {
        arguments.iter().any(|(name, value)| name.is_none() && !self.acting(&vec![(None, value.clone())]).is_empty())
    }

    fn add_acting(&self, value: &Value, acting: &mut Vec<Value>, depth: usize) {
        match value {
            Value::Function(_) | Value::Object(_) | Value::Method(..) | Value::Module(_) | Value::Class(_) => {
                acting.push(value.clone());
            }
            Value::Symbol(symbol) if symbol.imported => acting.push(value.clone()),
            Value::Held(index) => match self.held(*index).shape {
                Shape::Instance(class) => {
                    acting.push(value.clone());
                    acting.extend(self.handling(class, value));
                }
                Shape::Foreign { .. } | Shape::Bound { .. } => acting.push(value.clone()),
                Shape::Record | Shape::List if depth < 3 => {
                    for inner in self.held(*index).contents() {
                        inner.each().iter().for_each(|inner| self.add_acting(inner, acting, depth + 1));
                    }
                }
                _ => {}
            },
            _ => {}
        }
    }

    /// The methods by which a framework calls an object that handles something, such as a middleware of JavaScript.
    fn handling(&self, class: crate::value::ClassIndex, object: &Value) -> Vec<Value> {
        let mut methods = Vec::new();
        for part in self.parts(class) {
            if !self.rules(part.module).explicit_exports {
                continue;
            }
            let source = self.source(part.module);
            for id in &source.module.class(part.class).functions {
                let name = source.module.function(*id).name.as_ref();
                if name.is_some_and(|name| HANDLES.contains(&name.as_str())) {
                    let closure = self.method_closure(&part, *id, class);
                    methods.push(Value::Function(Closure { receiver: Some(Box::new(object.clone())), ..closure }));
                }
            }
        }
        methods
    }

    /// Something made outside, and what it holds. `ran`: its functions were called.
    pub fn foreign(&mut self, name: &Name, holds: Vec<Value>, ran: bool) -> Value {
        let shape = Shape::Foreign { name: format!("{name}()").into(), ran: if ran { holds.len() } else { 0 } };
        Value::Held(self.hold(Held { shape, items: holds, ..Held::default() }))
    }

    /// Calls something made outside: the functions it wraps are called with what it is called with.
    pub fn call_foreign(&mut self, index: HeapIndex, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Value {
        if !self.calling.insert(index) {
            return Value::Unknown;
        }
        let items = self.held(index).items.clone();
        if let Shape::Foreign { ran, .. } = &mut self.held_mut(index).shape {
            *ran = items.len();
        }
        let mut results = Vec::new();
        for item in items {
            match &item {
                Value::Function(_) | Value::Method(..) => {
                    results.push(self.call(&item, arguments.clone(), span, scope));
                }
                Value::Held(inner) => match self.held(*inner).shape.clone() {
                    Shape::Foreign { .. } => results.push(self.call_foreign(*inner, arguments, span, scope)),
                    Shape::Bound { .. } => results.push(self.call(&item, arguments.clone(), span, scope)),
                    Shape::Instance(class) if let Some(name) = self.task(class) => {
                        self.called_by_itself(&item, &name, vec![Value::Unknown]);
                        results.push(item);
                    }
                    _ => results.push(item),
                },
                Value::Object(_) => results.push(item),
                Value::Class(class) => self.run_given(*class),
                _ => {}
            }
        }
        if let Some(owner) = self.held(index).prototype {
            results.push(self.run_foreign(owner));
        }
        self.calling.remove(&index);
        Value::any(results)
    }

    /// A member of something made outside: of what it wraps, or something outside again.
    pub fn foreign_member(&mut self, index: HeapIndex, name: &Name, from: ModuleIndex) -> Option<Value> {
        for wrapped in self.held(index).items.clone() {
            if let Some(value) = self.wrapped_member(&wrapped, name, from) {
                return Some(value);
            }
        }
        let Shape::Foreign { name: owner, .. } = self.held(index).shape.clone() else { return None };
        if let Some(wired) = self.wired_member(&owner, name) {
            return Some(wired);
        }
        let shape = Shape::Foreign { name: format!("{owner}.{name}").into(), ran: 0 };
        Some(Value::Held(self.hold(Held { shape, prototype: Some(index), ..Held::default() })))
    }

    fn wrapped_member(&mut self, wrapped: &Value, name: &Name, from: ModuleIndex) -> Option<Value> {
        match wrapped {
            Value::Symbol(symbol) => {
                let inner = format!("{}.{name}", symbol.name);
                let known = self.recognised(&inner, from);
                known.then(|| Value::Symbol(Symbol { name: inner.into(), imported: true }))
            }
            Value::Module(_) | Value::Class(_) => self.own_member(wrapped, name, from),
            Value::Any(values) => values.iter().find_map(|value| self.wrapped_member(value, name, from)),
            Value::Object(object) => {
                let given = self.libraries(from).iter().find_map(|library| library.member(object, name));
                match given {
                    Some(term) => Some(self.value(&term)).filter(|value| !value.is_unknown()),
                    None => self.knows_method(object, name, from).then(|| Value::Method(object.clone(), name.clone())),
                }
            }
            Value::Held(index) => match self.held(*index).shape {
                Shape::Instance(_) => self.own_member(wrapped, name, from).filter(|value| !value.is_unknown()),
                _ => None,
            },
            _ => None,
        }
    }

    fn knows_method(&self, object: &Object, name: &Name, module: ModuleIndex) -> bool {
        let outcome = self.libraries(module).iter().find_map(|library| library.method(object, name, &[]));
        outcome.is_some_and(|outcome| outcome.unresolved.is_none())
    }

    /// A method of something made outside: of what it wraps; or it registers, or runs what was registered.
    pub fn invoke_foreign(
        &mut self,
        index: HeapIndex,
        name: &Name,
        arguments: Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Value {
        let module = self.module_of(scope);
        let mut results = Vec::new();
        let name = &self.unsuffixed(index, name);
        for wrapped in self.held(index).items.clone() {
            let wrapped = self.injected(wrapped, name);
            if self.wrapped_member(&wrapped, name, module).is_some() {
                results.push(self.invoke(&wrapped, name, arguments.clone(), span, scope));
            }
        }
        if !results.is_empty() {
            return Value::any(results);
        }
        if let Some(object) = self.asked_of(name, &arguments).or_else(|| self.resolved(name, &arguments)) {
            return object;
        }
        if let Some(told) = self.tell_token(index, name, &arguments) {
            return told;
        }
        if let Some(object) = self.bound_object(index, name, &arguments, module) {
            return object;
        }
        if let Some(value) = self.invoke_known(index, name, &arguments, span, module) {
            return value;
        }
        if name == "init_app" {
            self.initialise_app(index, &arguments);
        }
        if name == "append_context" {
            self.share_context(index, &arguments);
        }
        match name.as_str() {
            "enter_context" | "enter_async_context" => return self.entered(&arguments),
            // A handler of Python's log writes what is logged.
            "addHandler" => {
                arguments.iter().for_each(|(_, handler)| self.called_by_itself(handler, "emit", vec![Value::Unknown]));
            }
            _ => {}
        }
        let acting = self.acting(&arguments);
        if self.hands_over(index, name, &acting, (module, span)) {
            return Value::Held(index);
        }
        if self.loading > 0 {
            let registers = is_registering(name);
            let root = if registers { self.root(index) } else { index };
            let registrar = registers && !self.gives_functions(&arguments);
            self.hand_over(root, acting);
            return if registrar { self.registrar(index, name) } else { Value::Held(index) };
        }
        if let Some(value) = self.delegated(name, &arguments, span, scope) {
            return value;
        }
        if let Some(value) = self.mediated(name, &arguments, span, scope) {
            return value;
        }
        if name == "MapControllers" {
            self.run_controllers(module);
        }
        self.serve_resources(name, module);
        let seen = self.seen(index, module);
        let given = self.call_back_with(&arguments, &seen);
        let ran = if RUNS.contains(&name.as_str()) { self.run_foreign(index) } else { Value::Unknown };
        let known = given.or(ran);
        known.or(Value::Held(index))
    }

    /// A method of something outside that a library knows by what the program set on it: `session.auth = signer`.
    fn invoke_known(
        &mut self,
        index: HeapIndex,
        name: &Name,
        arguments: &Arguments,
        span: Span,
        module: ModuleIndex,
    ) -> Option<Value> {
        let held = self.held(index);
        let Shape::Foreign { name: owner, .. } = &held.shape else { return None };
        let symbol = format!("{owner}.{name}");
        let set = held.order.iter().map(|name| (Some(name.clone()), held.members[name].clone()));
        let all: Arguments = arguments.iter().cloned().chain(set).collect();
        let given = self.terms(&all);
        let outcome = self.libraries(module).iter().find_map(|library| library.call(&symbol, &given))?;
        Some(self.outcome(outcome, arguments, span, module))
    }

    /// `extension.init_app(app)`: the app knows the extension from now on.
    fn initialise_app(&mut self, extension: HeapIndex, arguments: &Arguments) {
        for (_, argument) in arguments {
            for app in argument.each().to_vec() {
                if let Value::Held(app) = app
                    && app != extension
                    && matches!(self.held(app).shape, Shape::Foreign { .. })
                {
                    self.held_mut(app).items.push(Value::Held(extension));
                }
            }
        }
    }

    /// The name behind the one that bluebird gives a method: `promisifyAll(table).scanAsync`.
    fn unsuffixed(&self, index: HeapIndex, name: &Name) -> Name {
        match &self.held(index).shape {
            Shape::Foreign { name: owner, .. } if owner.ends_with("promisifyAll()") => {
                name.strip_suffix("Async").unwrap_or(name).into()
            }
            _ => name.clone(),
        }
    }

    /// The object that somebody outside makes of a class of which he is asked for a method.
    fn injected(&mut self, wrapped: Value, name: &Name) -> Value {
        match wrapped {
            Value::Class(class) if self.class_member(class, name).is_none() && self.method(class, name).is_some() => {
                self.somebody(class)
            }
            other => other,
        }
    }

    /// What a container of dependencies gives for a class: `container.resolve(Orders)`.
    fn resolved(&mut self, method: &str, arguments: &Arguments) -> Option<Value> {
        match arguments.first() {
            Some((None, Value::Class(class))) if matches!(method, "resolve" | "get" | "getBean" | "getInstance") => {
                Some(self.somebody(*class))
            }
            _ => None,
        }
    }

    /// What a library knows of a method of something made outside: `app.queue_output(…)` of `azure.functions.FunctionApp()`.
    fn bound_object(
        &mut self,
        index: HeapIndex,
        name: &Name,
        arguments: &Arguments,
        module: ModuleIndex,
    ) -> Option<Value> {
        let Shape::Foreign { name: owner, .. } = &self.held(index).shape else { return None };
        let symbol = format!("{owner}.{name}");
        let given = self.terms(arguments);
        let outcome = self.libraries(module).iter().find_map(|library| library.call(&symbol, &given))?;
        Some(self.value(&outcome.value)).filter(|value| matches!(value, Value::Object(_)))
    }

    /// `app.append_context(orders=…)`: the app and the routers that it includes read it as their `context`.
    fn share_context(&mut self, owner: HeapIndex, arguments: &Arguments) {
        let members = arguments.iter().filter_map(|(name, value)| Some((name.clone()?, value.clone()))).collect();
        let context = self.record(members);
        for sharer in [Value::Held(owner)].into_iter().chain(self.held(owner).items.clone()) {
            if let Value::Held(index) = sharer
                && let Shape::Foreign { .. } = self.held(index).shape
            {
                self.held_mut(index).set(&"context".into(), context.clone(), false);
            }
        }
    }

    /// What registers a function for its owner when it decorates one: `app.get("/orders")`.
    fn registrar(&mut self, owner: HeapIndex, method: &Name) -> Value {
        let Shape::Foreign { name, .. } = self.held(owner).shape.clone() else { return Value::Held(owner) };
        let shape = Shape::Foreign { name: format!("{name}.{method}()").into(), ran: 0 };
        Value::Held(self.hold(Held { shape, prototype: Some(owner), ..Held::default() }))
    }

    /// What is registered with something outside is known to what that wraps, too: `Api(app)`.
    fn hand_over(&mut self, index: HeapIndex, acting: Vec<Value>) {
        for wrapped in self.held(index).items.clone() {
            if let Value::Held(inner) = wrapped
                && inner != index
                && matches!(self.held(inner).shape, Shape::Foreign { .. })
            {
                self.held_mut(inner).items.extend(acting.iter().cloned());
            }
        }
        self.held_mut(index).items.extend(acting);
    }

    /// What something made outside was made from.
    pub fn root(&self, mut index: HeapIndex) -> HeapIndex {
        while let Some(owner) = self.held(index).prototype {
            index = owner;
        }
        index
    }

    /// Runs the functions that something outside holds, each once, and gives what they give and what it wraps.
    pub fn run_foreign(&mut self, index: HeapIndex) -> Value {
        let mut results = Vec::new();
        let items = self.held(index).items.clone();
        let done = match &mut self.held_mut(index).shape {
            Shape::Foreign { ran, .. } => std::mem::replace(ran, items.len()),
            _ => return Value::Unknown,
        };
        for (position, item) in items.iter().enumerate() {
            match item {
                Value::Function(closure) if position >= done => {
                    results.push(self.call_closure(closure, Vec::new(), None));
                }
                Value::Held(inner) => match self.held(*inner).shape.clone() {
                    Shape::Foreign { .. } if position < done => {}
                    Shape::Foreign { .. } => results.push(self.run_foreign(*inner)),
                    Shape::Bound { .. } if position < done => {}
                    Shape::Bound { .. } => results.push(self.call_bound(*inner)),
                    Shape::Instance(class) if let Some(name) = self.task(class) => {
                        self.called_by_itself(item, &name, vec![Value::Unknown]);
                        results.push(item.clone());
                    }
                    _ => results.push(item.clone()),
                },
                Value::Object(_) => results.push(item.clone()),
                Value::Class(class) if position >= done => self.run_given(*class),
                _ => {}
            }
        }
        if let Some(owner) = self.held(index).prototype {
            results.push(self.run_foreign(owner));
        }
        Value::any(results)
    }

    /// A method of a text: the same text, the text with its holes filled, or some other text.
    pub fn invoke_text(&mut self, template: &Template, name: &Name, arguments: &Arguments) -> Value {
        match name.as_str() {
            "trim" | "strip" | "rstrip" | "lstrip" | "toString" | "to_string" | "to_s" | "as_str" | "clone"
            | "to_owned" | "into" | "unwrap" | "expect" | "unwrap_or_default" | "as_ref" | "as_deref" | "ok"
            | "freeze" | "encode" | "get" | "orElse" | "unwrap_or" | "unwrap_or_else" | "ToString" | "Trim"
            | "chomp" | "orElseThrow" | "valueOf" | "await" | "decode" | "to_sym" | "into_string" | "to_str" => {
                Value::Text(template.clone())
            }
            "format" => Value::Text(filled(template, arguments)),
            "concat" => {
                let mut joined = template.0.clone();
                arguments.iter().for_each(|(_, value)| push_value(&mut joined, value));
                Value::Text(Template(joined))
            }
            "replace" | "lower" | "upper" | "toLowerCase" | "toUpperCase" | "join" | "ToLower" | "ToUpper"
            | "downcase" | "upcase" | "title" | "substring" | "slice" | "padStart" => {
                self.call_back(arguments);
                Value::hole()
            }
            _ => {
                self.call_back(arguments);
                Value::Unknown
            }
        }
    }
}

/// `"{}/{key}".format(a, key=b)`.
fn filled(template: &Template, arguments: &Arguments) -> Template {
    let mut plain = arguments.iter().filter(|(name, _)| name.is_none()).map(|(_, value)| value.clone());
    let mut pieces = Vec::new();
    for piece in &template.0 {
        let Piece::Literal(text) = piece else {
            pieces.push(piece.clone());
            continue;
        };
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            let Some((hole, behind)) = after.split_once('}') else { break };
            push_value(&mut pieces, &Value::text(before));
            let key = hole.split([':', '!']).next().unwrap_or_default();
            let named = arguments.iter().find(|(name, _)| name.as_deref() == Some(key)).map(|(_, value)| value.clone());
            let value = match (named, key.parse::<usize>()) {
                (Some(value), _) => value,
                (None, Ok(at)) => arguments.get(at).map(|(_, value)| value.clone()).unwrap_or_default(),
                (None, Err(_)) => plain.next().unwrap_or_default(),
            };
            push_value(&mut pieces, &value);
            rest = behind;
        }
        push_value(&mut pieces, &Value::text(rest));
    }
    Template(pieces)
}

fn last_name(symbol: &str) -> &str {
    symbol.rsplit_once('.').map_or("", |(_, name)| name)
}

/// The key under which a member with a computed name is kept: a table's name from the environment is a key too.
pub(crate) fn key_of(template: &Template) -> Name {
    let pieces = template.0.iter().map(|piece| match piece {
        Piece::Literal(text) => text.to_string(),
        Piece::Environment(name) => format!("${{{name}}}"),
        Piece::Hole => "*".to_owned(),
    });
    pieces.collect::<String>().into()
}
