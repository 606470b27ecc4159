//! Functions that are handed to somebody else: whoever gets them calls them, sooner or later.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{ClassIndex, Closure, HeapIndex, Shape, Value};
use portolan_program::Name;

/// What somebody outside runs, and by which method: Java's pools of threads first of all.
const TASKS: &[(&str, &str)] = &[
    ("Runnable", "run"),
    ("Callable", "call"),
    ("Supplier", "get"),
    ("TimerTask", "run"),
    ("RecursiveTask", "compute"),
    ("RecursiveAction", "compute"),
    // Alexa's kit for Python.
    ("AbstractRequestHandler", "handle"),
    ("AbstractExceptionHandler", "handle"),
    ("AbstractRequestInterceptor", "process"),
    ("AbstractResponseInterceptor", "process"),
];

/// What Node calls of a stream of the program that it is given.
const STREAMS: &[&str] = &["_transform", "_write", "_writev", "_read", "_flush", "_final"];

impl Machine<'_> {
    /// Calls the functions that somebody outside is given: with what, is not known.
    pub fn call_back(&mut self, arguments: &Arguments) -> Value {
        self.call_back_with(arguments, &Vec::new())
    }

    /// Calls the functions that somebody outside is given, with what he hands them.
    pub fn call_back_with(&mut self, arguments: &Arguments, handed: &Arguments) -> Value {
        let mut results = Vec::new();
        for (_, argument) in arguments {
            for value in argument.each() {
                match value {
                    Value::Function(closure) => results.push(self.call_closure(closure, handed.clone(), None)),
                    Value::Held(index) if matches!(self.held(*index).shape, Shape::Foreign { .. }) => {
                        self.run_foreign(*index);
                    }
                    Value::Held(index) if matches!(self.held(*index).shape, Shape::Bound { .. }) => {
                        results.push(self.call_bound(*index));
                    }
                    Value::Class(class) if self.loading == 0 => self.run_given(*class),
                    Value::Held(index) => self.call_back_held(*index, &mut results, 0),
                    _ => {}
                }
            }
        }
        Value::any(results)
    }

    /// The method by which somebody outside calls an object of a class: `ServeHTTP`.
    fn is_called_back(&mut self, class: ClassIndex) -> Option<Name> {
        let name = Name::new_static("ServeHTTP");
        self.method(class, &name).map(|_| name).or_else(|| self.service_method(class))
    }

    /// The method by which a pool of threads runs an object of a class: `run` of a `Runnable`.
    pub fn task(&mut self, class: ClassIndex) -> Option<Name> {
        self.parts(class).into_iter().find_map(|part| {
            let source = self.source(part.module);
            let bases = source.module.class(part.class).bases.iter();
            let mut promised = bases.filter_map(|base| base.path.last());
            let (_, method) = promised.find_map(|base| TASKS.iter().find(|(task, _)| base == task))?;
            Some(Name::new_static(method))
        })
    }

    /// Whether what lies in a record is looked through for functions when the record is handed over: what was only asked of
    /// something outside, such as the body of a request, is not.
    fn hands_functions(&self, index: HeapIndex) -> bool {
        let held = self.held(index);
        matches!(held.shape, Shape::Record | Shape::List)
            || matches!(held.shape, Shape::Foreign { .. }) && held.prototype.is_none()
    }

    /// Functions in a record, list, or object of a class without a name that is handed over.
    fn call_back_held(&mut self, index: HeapIndex, results: &mut Vec<Value>, depth: usize) {
        match self.held(index).shape.clone() {
            Shape::Record | Shape::List => {
                for value in self.held(index).contents() {
                    match value {
                        Value::Function(closure) => results.push(self.call_closure(&closure, Vec::new(), None)),
                        Value::Held(inner) if depth < 3 && self.hands_functions(inner) => {
                            self.call_back_held(inner, results, depth + 1);
                        }
                        _ => {}
                    }
                }
            }
            Shape::Foreign { .. } if self.loading == 0 => results.push(self.run_foreign(index)),
            Shape::Instance(class) if self.is_called_back(class).is_some() => {
                let name = self.is_called_back(class).unwrap_or_default();
                if let Some((closure, _)) = self.method(class, &name) {
                    let bound = Closure { receiver: Some(Box::new(Value::Held(index))), ..closure };
                    results.push(self.call_closure(&bound, Vec::new(), None));
                }
            }
            Shape::Instance(class) if let Some(name) = self.task(class) => {
                if let Some((closure, _)) = self.method(class, &name) {
                    let bound = Closure { receiver: Some(Box::new(Value::Held(index))), ..closure };
                    results.push(self.call_closure(&bound, Vec::new(), None));
                }
            }
            Shape::Instance(class) if STREAMS.iter().any(|name| self.method(class, &(*name).into()).is_some()) => {
                for name in STREAMS {
                    if let Some((closure, _)) = self.method(class, &(*name).into()) {
                        let bound = Closure { receiver: Some(Box::new(Value::Held(index))), ..closure };
                        results.push(self.call_closure(&bound, Vec::new(), None));
                    }
                }
            }
            Shape::Instance(class) if self.class(class).name.is_empty() => {
                for part in self.class(class).parts.clone() {
                    let source = self.source(part.module);
                    for id in &source.module.class(part.class).functions {
                        let function = source.module.function(*id);
                        if let Some((closure, _)) = function.name.as_ref().and_then(|name| self.method(class, name)) {
                            let bound = Closure { receiver: Some(Box::new(Value::Held(index))), ..closure };
                            results.push(self.call_closure(&bound, Vec::new(), None));
                        }
                    }
                }
            }
            _ => {}
        }
    }
}
