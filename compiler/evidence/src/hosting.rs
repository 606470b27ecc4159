//! What runs before a handler or beside it, because the platform or a framework finds it by its type: .NET's startups, hosts
//! and controllers, and the classes that Java's web frameworks find by their annotations.

use crate::entry::Handler;
use crate::machine::Machine;
use crate::value::{ClassIndex, Closure, ModuleIndex, Value};
use portolan_program::{Kind, Name, Outlined, Role};

/// What a class that starts an app bears or extends.
const STARTUP: &[&str] = &["FunctionsStartup", "LambdaStartup"];

/// What a class extends by which a whole web app is one function.
const HOSTS: &[&str] = &[
    "APIGatewayHttpApiV2ProxyFunction",
    "APIGatewayProxyFunction",
    "APIGatewayWebsocketApiProxyFunction",
    "ApplicationLoadBalancerFunction",
];

/// What a controller extends or bears.
const CONTROLLERS: &[&str] = &["ApiController", "Controller", "ControllerBase"];

/// What a class of Java bears by which a web framework finds it.
const RESOURCES: &[&str] = &["Controller", "Path", "RestController"];

impl Machine<'_> {
    /// Runs a web app of Java that is one function, where its container is handed a request: `handler.proxyStream(…)`.
    pub fn serve_resources(&mut self, name: &Name, module: ModuleIndex) {
        let rules = self.rules(module);
        if name != "proxyStream" || !rules.implied_receiver || !rules.block_scopes {
            return;
        }
        for name in RESOURCES {
            self.declare_mentioning_in(module, &format!("@{name}"));
        }
        for class in (0..self.classes.len() as u32).map(ClassIndex) {
            if self.bears_annotation(class, RESOURCES) {
                self.run_given(class);
            }
        }
    }

    fn bears_annotation(&self, class: ClassIndex, names: &[&str]) -> bool {
        self.class(class).parts.iter().any(|part| {
            let source = self.source(part.module);
            let marks = &source.module.class(part.class).decorators;
            marks.iter().any(|mark| matches!(&mark.kind, Kind::Name(name) if names.contains(&name.as_str())))
        })
    }

    /// Runs what starts the project of a handler, where the platform does so by itself.
    pub fn prepare(&mut self, module: ModuleIndex, handler: &Handler) {
        let Some(index) = self.index_of(module) else { return };
        let own = index.project(&handler.file).to_owned();
        for (path, kind) in index.types(&handler.file, |kind| bears(kind, STARTUP)) {
            let found = self.class_of_namespace(&kind.namespace, &kind.name, module);
            if let Some(Value::Class(class)) = found.filter(|_| index.project(path) == own) {
                self.start_by(class);
            }
        }
        let worker = self.source(module).module.functions.iter().any(|function| {
            function.decorators.iter().any(|mark| matches!(&mark.kind, Kind::Name(name) if name == "Function"))
        });
        if let Some(main) = index.mate("Program.cs", &handler.file).filter(|path| worker && *path != handler.file)
            && let Some(main) = self.load(main)
        {
            self.start_file(main);
        }
    }

    /// Runs a web app that is one function; false where a class is none.
    pub fn host(&mut self, class: ClassIndex, module: ModuleIndex) -> bool {
        let mut started = Vec::new();
        let mut hosts = false;
        for part in self.class(class).parts.clone() {
            let source = self.source(part.module);
            for base in &source.module.class(part.class).bases {
                if base.path.last().is_some_and(|name| HOSTS.contains(&name.as_str())) {
                    hosts = true;
                    started.extend(base.arguments.iter().map(|argument| self.type_value(argument, part.scope)));
                }
            }
        }
        if !hosts {
            return false;
        }
        self.run_methods(class, &["Init"]);
        for startup in started {
            if let Value::Class(startup) = startup {
                self.start_by(startup);
            }
        }
        self.run_controllers(module);
        true
    }

    /// Runs every public method of the controllers of a module's project.
    pub fn run_controllers(&mut self, module: ModuleIndex) {
        let Some(index) = self.index_of(module) else { return };
        let from = self.source(module).path.clone();
        for (_, kind) in index.types(&from, |kind| bears(kind, CONTROLLERS)) {
            if let Some(Value::Class(class)) = self.class_of_namespace(&kind.namespace, &kind.name, module) {
                self.run_public_methods(class);
            }
        }
    }

    /// Runs every public method of a class, each that is overloaded too, on an object that somebody else makes.
    fn run_public_methods(&mut self, class: ClassIndex) {
        let object = self.somebody(class);
        for part in self.class(class).parts.clone() {
            let source = self.source(part.module);
            for id in &source.module.class(part.class).functions {
                let function = source.module.function(*id);
                if function.role != Role::Method || function.hidden {
                    continue;
                }
                let method = self.method_closure(&part, *id, class);
                for object in object.each() {
                    let bound = Closure { receiver: Some(Box::new(object.clone())), ..method.clone() };
                    self.call_closure(&bound, Vec::new(), None);
                }
            }
        }
    }
}

fn bears(kind: &Outlined, names: &[&str]) -> bool {
    kind.bases.iter().chain(&kind.marks).any(|name| names.contains(&name.as_str()))
}
