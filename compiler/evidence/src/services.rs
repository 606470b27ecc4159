//! Containers of dependencies that are asked by type, as .NET's are: what they are told, and what they give.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{ClassIndex, ScopeIndex, Shape, Value};
use portolan_program::{Argument, Expression, Kind, Name, Piece, Span, Type};
use portolan_sdk::{Template, Term};

/// Methods that give an object of their type argument.
const GIVES: &[&str] = &[
    "CreateInstance",
    "CreateServiceClient",
    "Get",
    "GetInstance",
    "GetKeyedService",
    "GetRequiredKeyedService",
    "GetRequiredService",
    "GetService",
    "Resolve",
];

/// Methods of a class that starts an app.
pub(crate) const STARTS: &[&str] =
    &["ConfigureHostBuilder", "ConfigureAppConfiguration", "ConfigureServices", "ConfigureContainer", "Configure"];

/// Methods of a service that works by itself.
const WORKS: &[&str] = &["StartAsync", "ExecuteAsync"];

/// What handles the messages that a mediator is given, and by which method.
const HANDLERS: &[&str] = &["ICommandHandler", "IConsumer", "INotificationHandler", "IQueryHandler", "IRequestHandler"];
const HANDLES: &[&str] = &["Handle", "HandleAsync", "Consume"];

impl Machine<'_> {
    /// `name<types>(arguments)`, `object.name<types>(arguments)`.
    pub fn generic_call(
        &mut self,
        callee: &Expression,
        types: &[Type],
        arguments: &[Argument],
        span: Span,
        scope: ScopeIndex,
    ) -> Value {
        let named: Vec<Value> = types.iter().map(|declared| self.type_value(declared, scope)).collect();
        let (receiver, name) = match &callee.kind {
            Kind::Member(object, name) => (Some(self.evaluate(object, scope)), name),
            Kind::Name(name) => (None, name),
            _ => return Value::Unknown,
        };
        let mut given = self.arguments(arguments, scope);
        let own = receiver.as_ref().is_some_and(|receiver| self.is_own(receiver, name));
        if receiver.is_some()
            && !own
            && let Some(value) = self.served(name, types, &named, &given, span, scope)
        {
            return value;
        }
        for (position, value) in named.into_iter().enumerate() {
            given.push((Some(format!("<{position}>").into()), value));
        }
        let result = match receiver {
            Some(receiver) => self.invoke(&receiver, name, given, span, scope),
            None => {
                let function = self.name(name, scope);
                self.call_named(name, &function, given, span, scope)
            }
        };
        match types {
            [only] if !own => self.of_type(result, only, scope),
            _ => result,
        }
    }

    fn is_own(&mut self, receiver: &Value, name: &Name) -> bool {
        let each: Vec<Value> = receiver.each().to_vec();
        each.iter().any(|value| match value {
            Value::Held(index) => match self.held(*index).shape {
                Shape::Instance(class) => self.method(class, name).is_some(),
                _ => false,
            },
            Value::Class(class) => self.class_member(*class, name).is_some(),
            _ => false,
        })
    }

    /// What a container, host or mediator does with a type.
    fn served(
        &mut self,
        name: &Name,
        types: &[Type],
        named: &[Value],
        given: &Arguments,
        span: Span,
        scope: ScopeIndex,
    ) -> Option<Value> {
        match (name.as_str(), named) {
            (name, [_]) if GIVES.contains(&name) => {
                let value = self.typed(&types[0], scope);
                (!value.is_unknown()).then_some(value)
            }
            ("UseStartup", [Value::Class(class)]) => {
                self.start_by(*class);
                Some(Value::Unknown)
            }
            ("AddHostedService", [Value::Class(class)]) => {
                self.run_methods(*class, WORKS);
                Some(Value::Unknown)
            }
            (name, [Value::Class(asked), given]) if registers(name) && matches!(given, Value::Class(_)) => {
                self.register_for(*asked, given.clone());
                Some(Value::Unknown)
            }
            (name, [Value::Class(asked)]) if registers(name) => {
                let made = given.iter().map(|(_, value)| value).find(|value| value.acts())?;
                self.register_for(*asked, made.clone());
                Some(Value::Unknown)
            }
            (name, [_]) if registers(name) => {
                for (_, value) in given {
                    if let Value::Function(_) = value {
                        self.call(value, Vec::new(), span, scope);
                    }
                }
                None
            }
            _ => None,
        }
    }

    /// `services.AddSingleton(object)`, `services.AddSingleton(typeof(IStore), typeof(Store))`.
    pub fn told_service(&mut self, name: &Name, arguments: &Arguments) {
        if !registers(name) {
            return;
        }
        match arguments.as_slice() {
            [(None, Value::Class(asked)), (None, given), ..] => self.register_for(*asked, given.clone()),
            [(None, Value::Held(index)), ..] => {
                let wrapped = match self.held(*index).shape {
                    Shape::Foreign { .. } => self.held(*index).items.first().cloned().unwrap_or_default(),
                    _ => Value::Held(*index),
                };
                if let Value::Held(object) = wrapped
                    && let Shape::Instance(class) = self.held(object).shape
                {
                    self.register_for(class, wrapped);
                }
            }
            _ => {}
        }
    }

    /// Tells the container what to give for a class. What was told before stays possible.
    pub fn register_for(&mut self, asked: ClassIndex, given: Value) {
        self.ambient.remove(&asked);
        let known = self.services.remove(&asked);
        let all = match known {
            Some(known) => known.or(given),
            None => given,
        };
        self.services.insert(asked, all);
    }

    /// What the container was told to give for a class.
    pub fn registered_for(&mut self, class: ClassIndex) -> Option<Value> {
        let known = self.services.get(&class).cloned()?;
        let mut given = Vec::new();
        for value in known.each() {
            given.push(match value {
                Value::Class(other) if *other == class => return None,
                Value::Class(other) => self.somebody(*other),
                Value::Function(closure) => self.call_closure(closure, Vec::new(), None),
                made => made.clone(),
            });
        }
        Some(Value::any(given)).filter(|value| !value.is_unknown())
    }

    /// Runs what a class does to start an app.
    pub fn start_by(&mut self, class: ClassIndex) {
        self.run_methods(class, STARTS);
    }

    /// Runs those of these methods that a class has, on an object that somebody else makes.
    pub fn run_methods(&mut self, class: ClassIndex, names: &[&str]) {
        let object = self.somebody(class);
        for object in object.each() {
            let Value::Held(index) = object else { continue };
            let Shape::Instance(class) = self.held(*index).shape else { continue };
            for name in names {
                if let Some((closure, _)) = self.method(class, &(*name).into()) {
                    let bound = crate::value::Closure { receiver: Some(Box::new(object.clone())), ..closure };
                    self.call_closure(&bound, Vec::new(), None);
                }
            }
        }
    }

    /// `mediator.Send(message)`: what handles messages of its class.
    pub fn mediated(&mut self, name: &Name, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Option<Value> {
        self.told_service(name, arguments);
        if !matches!(name.as_str(), "Send" | "SendAsync" | "Publish" | "PublishAsync" | "Dispatch" | "DispatchAsync") {
            return None;
        }
        let module = self.module_of(scope);
        let index = self.index_of(module)?;
        let (_, Value::Held(message)) = arguments.first()? else { return None };
        let Shape::Instance(class) = self.held(*message).shape else { return None };
        let about = self.class(class).name.clone();
        let from = self.source(module).path.clone();
        let handles = |base: &Name| HANDLERS.contains(&base.as_str());
        let found = index.types(&from, |kind| kind.about.contains(&about) && kind.bases.iter().any(handles));
        let mut results = Vec::new();
        for (_, kind) in found {
            let Some(Value::Class(handler)) = self.class_of_namespace(&kind.namespace, &kind.name, module) else {
                continue;
            };
            let object = self.somebody(handler);
            let Some(method) =
                HANDLES.iter().map(|name| Name::from(*name)).find(|name| self.method(handler, name).is_some())
            else {
                continue;
            };
            results.push(self.invoke(&object, &method, arguments.clone(), span, scope));
        }
        (!results.is_empty()).then(|| Value::any(results))
    }

    /// What a class of the program says of itself: its name and its constants.
    pub fn described(&mut self, class: ClassIndex) -> Term {
        let mut facts = self.constants(class);
        facts.insert("[class]".into(), Term::Text(Template::from_literal(&self.class(class).name)));
        Term::Record(facts)
    }

    /// The texts of a class' attributes.
    pub fn marks(&self, class: ClassIndex) -> Vec<(Name, Term)> {
        let mut marks = Vec::new();
        for part in &self.class(class).parts {
            let source = self.source(part.module);
            for field in source.module.class(part.class).fields.iter().filter(|field| field.name.starts_with('[')) {
                let text = match field.value.as_ref().map(|value| &value.kind) {
                    Some(Kind::Text(pieces)) => match pieces.as_slice() {
                        [Piece::Literal(text)] => Term::Text(Template::from_literal(text)),
                        _ => Term::Unknown,
                    },
                    _ => Term::Unknown,
                };
                marks.push((field.name.clone(), text));
            }
        }
        marks
    }
}

/// Whether a method tells a container what to give for a type.
fn registers(name: &str) -> bool {
    let name = name.strip_prefix("Try").unwrap_or(name);
    let name = name.strip_prefix("Add").map(|rest| rest.strip_prefix("Keyed").unwrap_or(rest));
    name.is_some_and(|rest| matches!(rest, "Singleton" | "Scoped" | "Transient" | "HttpClient" | "DbContext"))
}
