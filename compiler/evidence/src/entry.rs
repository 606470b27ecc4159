//! Where an interpretation starts: the handler.

use crate::evidence::{Evidence, Step};
use crate::machine::{Frame, Machine};
use crate::program::Program;
use crate::value::{ClassIndex, Closure, ModuleIndex, Shape, Value};
use portolan_program::{Name, Span};
use rustc_hash::FxHashSet;
use std::thread;

/// A handler: a file, and what in it is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handler {
    /// The file, relative to the app's root.
    pub file: String,
    /// A function, a class, or a method: `handler`, `Orders::handleRequest`, `Orders.handle`. None: what starts the file by
    /// itself.
    pub symbol: Option<String>,
}

/// Why there is nothing to start from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// There is no such file, or it is not text.
    File,
    /// No language reads the file.
    Language,
    /// The file has no such symbol; without a symbol, nothing that starts it.
    Symbol,
}

/// The stack of an interpretation. Only what is used is ever taken.
const STACK: usize = 512 * 1024 * 1024;

/// How often an interpretation may begin anew because of members that changed; the next lets no member decide anything.
const ROUNDS: u32 = 3;

/// Methods by which a class is a handler.
const METHODS: &[&str] = &[
    "handleRequest",
    "handler",
    "handle",
    "FunctionHandler",
    "FunctionHandlerAsync",
    "Handler",
    "__call__",
    "call",
    "process",
    "accept",
    "apply",
    "execute",
    "run",
    "service",
    "HandleAsync",
    "Handle",
];

/// What a handler's code performs.
///
/// # Errors
/// Where there is nothing to start from.
pub fn observe(program: &Program<'_>, handler: &Handler) -> Result<Evidence, Missing> {
    thread::scope(|scope| {
        let run = thread::Builder::new().stack_size(STACK).spawn_scoped(scope, || interpret(program, handler));
        match run.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(evidence)) => evidence,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(_) => interpret(program, handler),
        }
    })
}

fn interpret(program: &Program<'_>, handler: &Handler) -> Result<Evidence, Missing> {
    if !program.files.has(&handler.file) {
        return Err(Missing::File);
    }
    program.front_of(&handler.file).ok_or(Missing::Language)?;
    let mut wavering = FxHashSet::default();
    let mut rounds = 0;
    loop {
        let mut machine = Machine::new(program);
        machine.wavering.clone_from(&wavering);
        machine.members_decide = rounds < ROUNDS;
        match follow(machine, handler)? {
            Ok(evidence) => return Ok(evidence),
            Err(changed) => wavering.extend(changed),
        }
        rounds += 1;
    }
}

/// The evidence; or the names of members that changed after they had decided which block runs.
fn follow(mut machine: Machine<'_>, handler: &Handler) -> Result<Result<Evidence, Vec<Name>>, Missing> {
    let module = machine.load(&handler.file).ok_or(Missing::File)?;
    machine.prepare(module, handler);
    if !machine.start_handler(module, handler) {
        return Err(Missing::Symbol);
    }
    machine.perform_beside(module, handler);
    if machine.early {
        machine.warm();
        machine.start_handler(module, handler);
    }
    machine.end(module);
    let wavered = machine.wavered();
    if !wavered.is_empty() {
        return Ok(Err(wavered));
    }
    if machine.exhausted() {
        machine.give_up(module, Span::default(), "the program is too large to follow to its end");
    }
    Ok(Ok(machine.finish()))
}

impl Machine<'_> {
    fn start_handler(&mut self, module: ModuleIndex, handler: &Handler) -> bool {
        match &handler.symbol {
            Some(symbol) => self.start(module, symbol),
            None => self.start_file(module),
        }
    }

    /// Calls the handler of a name; false where there is none.
    fn start(&mut self, module: ModuleIndex, symbol: &str) -> bool {
        // Functions of Azure are often called what JavaScript calls all that a file gives.
        let symbol = match symbol.strip_prefix("module.exports") {
            Some("") if self.rules(module).explicit_exports => "default",
            Some(rest) if self.rules(module).explicit_exports => rest,
            _ => symbol,
        };
        let path: Vec<Name> = symbol
            .split("::")
            .flat_map(|part| part.split('.'))
            .filter(|part| !part.is_empty())
            .map(Name::from)
            .collect();
        (0..path.len()).any(|skipped| match self.reach(module, &path[skipped..]) {
            Some(value) => match self.start_registered(module, &value) {
                Some(started) => started,
                None => self.call_handler(&value, module),
            },
            None => self.start_host(module, &path[skipped..]),
        })
    }

    /// Runs a class that has no handler of that name and is one by what it extends.
    fn start_host(&mut self, module: ModuleIndex, path: &[Name]) -> bool {
        let Some((first, method)) = path.split_first() else { return false };
        let Some(Value::Class(class)) = self.exported(module, first) else { return false };
        let inherited = matches!(method, [name] if METHODS.contains(&name.as_str()));
        self.host(class, module) || inherited && self.call_class(class, module)
    }

    /// Calls what starts a file by itself.
    pub fn start_file(&mut self, module: ModuleIndex) -> bool {
        let source = self.source(module);
        let entries = self.language(module).entries(&source.module);
        if entries.iter().any(|entry| self.start(module, entry)) {
            return true;
        }
        if !self.rules(module).explicit_exports {
            return false;
        }
        // What a bundle gives is what one of its modules gives.
        if let Some(Value::Module(part)) = self.loaded(module).replaced
            && part != module
        {
            return self.start_file(part);
        }
        let exports = self.loaded(module).exports;
        let values = match self.loaded(module).replaced.clone() {
            Some(replaced) => vec![replaced],
            None => self.held(exports).contents(),
        };
        values.iter().filter(|value| self.call_handler(value, module)).count() > 0
    }

    /// What a path of names means in a module.
    fn reach(&mut self, module: ModuleIndex, path: &[Name]) -> Option<Value> {
        let (first, rest) = path.split_first()?;
        // What gives something of which nothing is known may give the handler.
        if self.loaded(module).replaced == Some(Value::Unknown) {
            return Some(Value::Unknown);
        }
        let mut value = self.exported(module, first).or_else(|| self.global(module, first))?;
        for name in rest {
            value = match value {
                Value::Class(class) => self.handler_method(class, name)?,
                other => self.own_member(&other, name, module)?,
            };
        }
        Some(value)
    }

    /// A class' method, on an object that the platform makes.
    fn handler_method(&mut self, class: ClassIndex, name: &Name) -> Option<Value> {
        if let Some((closure, _)) = self.method(class, name) {
            let object = self.somebody(class);
            return Some(Value::Function(Closure { receiver: Some(Box::new(object)), ..closure }));
        }
        self.class_member(class, name)
    }

    /// Calls what a handler may be; false where it is nothing that can be called.
    pub fn call_handler(&mut self, value: &Value, module: ModuleIndex) -> bool {
        let mut called = false;
        for value in value.each() {
            called |= self.call_one(value, module);
        }
        called
    }

    fn call_one(&mut self, value: &Value, module: ModuleIndex) -> bool {
        match value {
            Value::Function(closure) => {
                let closure = &self.on_somebody(closure);
                self.perform_bound(closure);
                let given = self.call_closure(closure, Vec::new(), None);
                self.call_bean(closure, &given, module);
                true
            }
            Value::Class(class) => self.call_class(*class, module),
            Value::Held(index) => match self.held(*index).shape.clone() {
                Shape::Foreign { name, .. } => {
                    let step = Step { function: name.to_string(), place: self.place(module, Span::default()) };
                    self.frames.push(Frame { module, function: None, result: None, step });
                    self.run_foreign(*index);
                    self.frames.pop();
                    true
                }
                Shape::Instance(class) => match METHODS.iter().find_map(|name| self.method(class, &(*name).into())) {
                    Some((closure, _)) => {
                        let bound = Closure { receiver: Some(Box::new(value.clone())), ..closure };
                        self.call_closure(&bound, Vec::new(), None);
                        true
                    }
                    None => false,
                },
                Shape::Record => {
                    let contents = self.held(*index).contents();
                    let functions = contents.iter().filter(|value| matches!(value, Value::Function(_)));
                    functions.filter(|function| self.call_one(function, module)).count() > 0
                }
                Shape::Bound { .. } => {
                    self.call_bound(*index);
                    true
                }
                Shape::Proxy => {
                    let scope = self.loaded(module).scope;
                    self.call_proxy(*index, Vec::new(), Span::default(), scope);
                    true
                }
                Shape::List | Shape::Settles | Shape::Chosen => false,
            },
            Value::Symbol(_) | Value::Unknown => {
                self.give_up(module, Span::default(), "it is not known what the handler is");
                true
            }
            _ => false,
        }
    }

    /// A method that is named without its class is one of the object that the platform makes.
    fn on_somebody(&mut self, closure: &Closure) -> Closure {
        let method = closure.receiver.is_none() && self.wants_receiver(closure);
        match closure.class.filter(|_| method) {
            Some(class) => Closure { receiver: Some(Box::new(self.somebody(class))), ..closure.clone() },
            None => closure.clone(),
        }
    }

    /// A class that is a handler: the method that is called by custom, or all it has.
    fn call_class(&mut self, class: ClassIndex, module: ModuleIndex) -> bool {
        let method = METHODS.iter().find_map(|name| self.handler_method(class, &(*name).into()));
        match method {
            Some(method) => self.call_one(&method, module),
            None => false,
        }
    }
}
