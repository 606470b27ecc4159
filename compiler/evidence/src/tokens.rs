//! Containers of dependencies that are asked by token, as JavaScript's are: what they are told, and what they give.
//!
//! A token is a text, a symbol with a text, something made outside, or a class. As for classes, what was told before stays
//! possible.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{ClassIndex, Closure, HeapIndex, Shape, Symbol, Value};
use portolan_program::{Name, Parameter, Pattern};

/// What a container was told to give for a token.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// This.
    Given(Value),
    /// An object of this class.
    Made(ClassIndex),
    /// What this function gives, with what these tokens stand for.
    By(Value, Vec<Value>),
    /// An object of this class or what this function gives, with what its parameters are named after.
    Wired(Value),
}

/// Functions and decorators by which somebody asks for what a token stands for.
const ASKS: &[&str] = &["inject", "Inject", "injectAll", "InjectModel", "InjectRepository"];
/// Packages of those.
const CONTAINERS: &[&str] =
    &["@loopback/", "@nestjs/", "@tsed/", "awilix", "injection-js", "inversify", "tsyringe", "typedi"];
/// Methods by which a container is asked.
const GIVES: &[&str] = &["get", "getAsync", "getNamed", "resolve", "resolveAsync", "resolveAll", "getAll"];
/// How deep providers are looked for in what a module says.
const DEEPEST: usize = 6;
/// The member that a binding keeps its token under.
const TOKEN: Name = Name::new_static("[token]");

impl Machine<'_> {
    /// What a token stands for; none where nobody told.
    pub fn told_for(&mut self, token: &Value) -> Option<Value> {
        if let Value::Class(class) = token {
            return self.services.contains_key(class).then(|| self.somebody(*class));
        }
        let key = self.token(token)?;
        if let Some(known) = self.asked.get(&key) {
            return Some(known.clone());
        }
        let told = self.told.get(&key)?.clone();
        self.asked.insert(key.clone(), Value::Unknown);
        let given: Vec<Value> = told.iter().map(|told| self.given_for(told)).collect();
        let given = Value::any(given);
        self.asked.insert(key, given.clone());
        Some(given)
    }

    fn given_for(&mut self, told: &Told) -> Value {
        match told {
            Told::Given(value) => value.clone(),
            Told::Made(class) => self.somebody(*class),
            Told::By(function, tokens) => {
                let arguments = tokens.iter().map(|token| (None, self.asked_for(token))).collect();
                self.called_for(function, arguments)
            }
            Told::Wired(Value::Class(class)) => {
                let parameters = self.constructors(*class).first().map(|closure| self.parameters_of(closure));
                let arguments = self.wired(&parameters.unwrap_or_default());
                self.instantiate(*class, arguments, None)
            }
            Told::Wired(function @ Value::Function(closure)) => {
                let parameters = self.parameters_of(closure);
                let arguments = self.wired(&parameters);
                self.called_for(function, arguments)
            }
            Told::Wired(other) => other.clone(),
        }
    }

    /// What a token stands for, and the object of a class that nobody told of.
    fn asked_for(&mut self, token: &Value) -> Value {
        match (self.told_for(token), token) {
            (Some(known), _) => known,
            (None, Value::Class(class)) => self.somebody(*class),
            (None, Value::Function(_)) => {
                let late = self.called_for(token, Vec::new());
                if late == *token { Value::Unknown } else { self.asked_for(&late) }
            }
            _ => Value::Unknown,
        }
    }

    fn called_for(&mut self, function: &Value, arguments: Arguments) -> Value {
        match function {
            Value::Function(closure) => self.call_closure(closure, arguments, None),
            _ => Value::Unknown,
        }
    }

    fn parameters_of(&self, closure: &Closure) -> Vec<Parameter> {
        self.source(closure.module).module.function(closure.function).parameters.clone()
    }

    /// What a function is given that is wired by name: what its parameters are named after, and all there is for one that
    /// takes names out of it.
    fn wired(&mut self, parameters: &[Parameter]) -> Arguments {
        let mut arguments = Vec::new();
        for parameter in parameters {
            let named = match &parameter.pattern {
                Pattern::Name(name) => self.told_for(&Value::text(name)),
                _ => None,
            };
            let all = || Name::new_static("container.cradle");
            arguments.push((None, named.unwrap_or_else(|| self.foreign(&all(), Vec::new(), true))));
        }
        arguments
    }

    /// A member of what a container that wires by name gives by name.
    pub fn wired_member(&mut self, owner: &Name, name: &Name) -> Option<Value> {
        let all = owner.ends_with(".cradle") || owner.ends_with(".cradle()");
        if all { self.told_for(&Value::text(name)) } else { None }
    }

    /// What a function of a container's package gives: `inject("orders")`, `@Inject(ORDERS)`, of which perhaps nothing is
    /// known; a method of the package's own container; what keeps a value for one that wires by name.
    pub fn asked_by(&mut self, function: &str, arguments: &Arguments) -> Option<Value> {
        let name = function.rsplit(['.', '/']).next().unwrap_or_default();
        let Some((None, first)) = arguments.first() else { return None };
        match name {
            _ if !CONTAINERS.iter().any(|package| function.starts_with(package)) => None,
            name if ASKS.contains(&name) => Some(self.asked_for(first)),
            "asValue" => Some(self.foreign(&function.into(), vec![first.clone()], true)),
            "bind" if function.starts_with("inversify.bind") => Some(self.binding(first)),
            name => {
                let container = || function.strip_suffix(name).unwrap_or_default().trim_end_matches('.').into();
                self.asked_of(&name.into(), arguments).or_else(|| {
                    let container = self.foreign(&container(), Vec::new(), true);
                    let Value::Held(index) = container else { return None };
                    self.tell_token(index, &name.into(), arguments)
                })
            }
        }
    }

    /// `container.get(ORDERS)`.
    pub fn asked_of(&mut self, method: &Name, arguments: &Arguments) -> Option<Value> {
        match arguments.first() {
            Some((None, token)) if GIVES.contains(&method.as_str()) && arguments.len() < 3 => self.told_for(token),
            _ => None,
        }
    }

    /// What a method tells a container; what it gives, where it does nothing else.
    pub fn tell_token(&mut self, container: HeapIndex, method: &Name, arguments: &Arguments) -> Option<Value> {
        let second = arguments.get(1).map(|(_, value)| value.clone());
        let (_, first) = arguments.first()?;
        match (method.as_str(), second) {
            ("bind" | "rebind", None) => {
                let binds =
                    matches!(&self.held(container).shape, Shape::Foreign { name, .. } if name.starts_with("inversify"));
                binds.then(|| self.binding(first))
            }
            ("to" | "toConstantValue" | "toDynamicValue" | "toFactory" | "toService", None) => {
                let token = self.held(container).members.get(&TOKEN).cloned()?;
                let told = match (method.as_str(), first) {
                    ("to", Value::Class(class)) => Told::Made(*class),
                    ("toDynamicValue" | "toFactory", Value::Function(_)) => Told::By(first.clone(), Vec::new()),
                    ("toService", service) => Told::Given(self.asked_for(service)),
                    (_, value) => Told::Given(value.clone()),
                };
                self.tell(&token, told);
                Some(Value::Held(container))
            }
            ("register" | "registerSingleton" | "registerType" | "registerInstance", Some(given)) => {
                let told = match (method.as_str(), &given) {
                    ("registerInstance", _) => Told::Given(given),
                    ("registerSingleton" | "registerType", Value::Class(class)) => Told::Made(*class),
                    _ => self.provided_by(&given)?,
                };
                self.tell(first, told).then_some(Value::Held(container))
            }
            ("register", None) => self.tell_all(first).then_some(Value::Held(container)),
            ("set", Some(given)) => {
                self.tell(first, Told::Given(given));
                None
            }
            _ => None,
        }
    }

    /// `container.bind(ORDERS)`, of which it is told later what it gives.
    fn binding(&mut self, token: &Value) -> Value {
        let bound = self.foreign(&Name::new_static("container.bind"), Vec::new(), true);
        if let Value::Held(index) = &bound {
            self.held_mut(*index).set(&TOKEN, token.clone(), true);
        }
        bound
    }

    /// `container.register({ orders: asClass(Orders) })`: whether any of it is one that wires by name.
    fn tell_all(&mut self, names: &Value) -> bool {
        let Value::Held(index) = names else { return false };
        let held = self.held(*index);
        let members: Vec<(Name, Value)> =
            held.order.iter().filter_map(|name| Some((name.clone(), held.members.get(name)?.clone()))).collect();
        let mut any = false;
        for (name, value) in members {
            if let Some(told) = self.resolver(&value) {
                any |= self.tell(&Value::text(&name), told);
            }
        }
        any
    }

    /// `asClass(Orders).singleton()`, `asFunction(makeOrders)`, `asValue(orders)`.
    fn resolver(&self, value: &Value) -> Option<Told> {
        let held = value.each().iter().find_map(|value| match value {
            Value::Held(index) => Some(self.held(*index)),
            _ => None,
        })?;
        let Shape::Foreign { name, .. } = &held.shape else { return None };
        let maker = ["asClass", "asFunction", "asValue"].into_iter().find(|maker| name.contains(maker))?;
        let wrapped = held.items.first().cloned()?;
        Some(if maker == "asValue" { Told::Given(wrapped) } else { Told::Wired(wrapped) })
    }

    /// `{ useClass: Orders }`, `{ useFactory: makeOrders, inject: [CLIENT] }`, `{ useValue: orders }`.
    fn provided_by(&mut self, provider: &Value) -> Option<Told> {
        let Value::Held(index) = provider else { return None };
        if let Some(told) = self.resolver(provider) {
            return Some(told);
        }
        let member = |machine: &Self, name: &str| machine.held(*index).members.get(name).cloned();
        if let Some(Value::Class(class)) = member(self, "useClass") {
            return Some(Told::Made(class));
        }
        if let Some(function @ Value::Function(_)) = member(self, "useFactory") {
            let tokens = match member(self, "inject") {
                Some(Value::Held(list)) => self.held(list).items.clone(),
                _ => Vec::new(),
            };
            return Some(Told::By(function, tokens));
        }
        if let Some(other) = member(self, "useExisting").or_else(|| member(self, "useToken")) {
            return Some(Told::Given(self.asked_for(&other)));
        }
        member(self, "useValue").map(Told::Given)
    }

    /// Providers that a module names, wherever they stand in what it is made of; bindings that a module's function makes.
    pub fn learn_providers(&mut self, module: &str, arguments: &Arguments) {
        let name = module.rsplit(['.', '/']).next().unwrap_or_default();
        match name {
            "Module" if module.starts_with("@nestjs/") => {
                arguments.iter().for_each(|(_, value)| self.learn_from(value, 0));
            }
            "ContainerModule" | "AsyncContainerModule" if module.starts_with("inversify") => {
                let bind = || Value::Symbol(Symbol { name: Name::new_static("inversify.bind"), imported: true });
                for (_, function) in arguments {
                    self.called_for(function, vec![(None, bind())]);
                }
            }
            _ => {}
        }
    }

    fn learn_from(&mut self, value: &Value, depth: usize) {
        let Value::Held(index) = value else { return };
        if depth > DEEPEST || !matches!(self.held(*index).shape, Shape::Record | Shape::List) {
            return;
        }
        if let Some(token) = self.held(*index).members.get("provide").cloned() {
            if let Some(told) = self.provided_by(value) {
                self.tell(&token, told);
            }
            return;
        }
        for inner in self.held(*index).contents() {
            for inner in inner.each() {
                self.learn_from(inner, depth + 1);
            }
        }
    }

    /// Learns what the modules around a class say, before anything that they provide is asked for.
    pub fn learn(&mut self, class: ClassIndex) {
        if !self.learned.insert(class) {
            return;
        }
        for decoration in self.decorations(class) {
            for value in decoration.each() {
                let Value::Held(index) = value else { continue };
                if !matches!(self.held(*index).shape, Shape::Foreign { .. }) {
                    continue;
                }
                for item in self.held(*index).items.clone() {
                    if let Value::Class(inner) = item {
                        self.learn(inner);
                    }
                }
            }
        }
    }

    fn tell(&mut self, token: &Value, told: Told) -> bool {
        if let Value::Class(asked) = token {
            match told {
                Told::Given(value) => self.register_for(*asked, value),
                Told::Made(class) => self.register_for(*asked, Value::Class(class)),
                Told::By(function, tokens) => {
                    let given = match tokens.is_empty() {
                        true => function,
                        false => self.given_for(&Told::By(function, tokens)),
                    };
                    self.register_for(*asked, given);
                }
                Told::Wired(value) => self.register_for(*asked, value),
            }
            return true;
        }
        let Some(key) = self.token(token) else { return false };
        self.asked.remove(&key);
        self.told.entry(key).or_default().push(told);
        true
    }

    /// What a token is known by.
    fn token(&self, token: &Value) -> Option<Name> {
        match token {
            Value::Text(template) => template.literal().map(Name::from),
            Value::Held(index) => match self.held(*index).shape {
                Shape::Foreign { .. } => Some(format!("#{}", index.0).into()),
                _ => None,
            },
            _ => None,
        }
    }
}
