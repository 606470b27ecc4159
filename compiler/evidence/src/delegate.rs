//! Calls that somebody else makes for the program: threads, pools of them, event loops. They are given a function and its
//! arguments.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{HeapIndex, Held, ScopeIndex, Shape, Value};
use portolan_program::{Name, Span};

/// Functions and methods that call the first function among their arguments, with the arguments behind it.
const WITH_REST: &[&str] = &[
    "apply",
    "apply_async",
    "call_later",
    "call_soon",
    "call_soon_threadsafe",
    "run_in_executor",
    "run_in_threadpool",
    "run_sync",
    "start_new_thread",
    "submit",
    "to_thread",
];

/// Functions and methods that call it with an element of each list behind it.
const WITH_ELEMENTS: &[&str] = &["filter", "imap", "imap_unordered", "map", "map_async", "starmap"];

/// What a provider of dependencies is called.
const PROVIDER: Name = Name::new_static("provider");

/// Objects that call what they are given as `target`.
const TARGETS: &[&str] = &["Thread", "Process", "Timer"];

impl Machine<'_> {
    /// What a call of such a name does; none where it is not one, or is given no function.
    pub fn delegated(&mut self, name: &str, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Option<Value> {
        let last = name.rsplit('.').next().unwrap_or_default();
        if TARGETS.contains(&last) {
            return self.targeted(arguments, span, scope);
        }
        if last == "waterfall" {
            return self.cascaded(arguments, span, scope);
        }
        let makes = |value: &Value| WITH_ELEMENTS.contains(&last) && matches!(value, Value::Class(_));
        let at =
            arguments.iter().position(|(name, value)| name.is_none() && (self.is_called(value) || makes(value)))?;
        let (function, rest) = (arguments[at].1.clone(), arguments[at + 1..].to_vec());
        let given = match last {
            _ if rest.is_empty() && matches!(arguments[at].1, Value::Function(_)) => return None,
            _ if WITH_REST.contains(&last) => rest,
            _ if WITH_ELEMENTS.contains(&last) => {
                // `async.map(list, function, then)`: what is behind the function is called at the end.
                let (then, lists): (Arguments, Arguments) =
                    rest.into_iter().partition(|(_, value)| matches!(value, Value::Function(_)));
                let lists = if lists.is_empty() { arguments[..at].to_vec() } else { lists };
                let given = self.elements_of(last, &lists, scope);
                let result = self.call(&function, given.clone(), span, scope);
                self.call_back(&then);
                let result = match last {
                    "filter" => Value::any(given.into_iter().map(|(_, element)| element)),
                    _ => result,
                };
                return Some(self.promised_value(last, result));
            }
            _ => return None,
        };
        let result = self.call(&function, given, span, scope);
        Some(self.promised_value(last, result))
    }

    /// `async.waterfall([first, second], then)`: each function is called with what the one before handed to its callback.
    fn cascaded(&mut self, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Option<Value> {
        let ((_, steps), then) = arguments.split_first()?;
        let Value::Held(steps) = steps else { return None };
        let steps: Vec<Value> = self.held(*steps).contents();
        let mut given: Arguments = Vec::new();
        for step in &steps {
            if let Value::Function(closure) = step {
                let taken = self.source(closure.module).module.function(closure.function).parameters.len();
                let missing = taken.saturating_sub(1).saturating_sub(given.len());
                given.extend(std::iter::repeat_n((None, Value::Unknown), missing));
            }
            let settles = self.hold(Held { shape: Shape::Settles, ..Held::default() });
            given.push((None, Value::Held(settles)));
            self.call(step, given, span, scope);
            given = self.held(settles).items.iter().skip(1).map(|value| (None, value.clone())).collect();
        }
        let handed: Arguments = std::iter::once((None, Value::Unknown)).chain(given).collect();
        Some(self.call_back_with(&then.to_vec(), &handed))
    }

    /// `Thread(target=function, args=(…), kwargs={…})`.
    fn targeted(&mut self, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Option<Value> {
        let named = |wanted: &str| {
            arguments.iter().find(|(name, _)| name.as_deref() == Some(wanted)).map(|(_, value)| value.clone())
        };
        let target = named("target").or_else(|| named("function")).filter(|value| self.is_called(value))?;
        let mut given: Arguments = Vec::new();
        if let Some(Value::Held(list)) = named("args") {
            given.extend(self.held(list).contents().into_iter().map(|value| (None, value)));
        }
        if let Some(Value::Held(record)) = named("kwargs") {
            let record = self.held(record);
            given.extend(record.order.iter().map(|name| (Some(name.clone()), record.members[name].clone())));
        }
        let result = self.call(&target, given, span, scope);
        Some(self.promised_value("Thread", result))
    }

    /// A provider of a container of dependencies: a class or function and what it is to be called with, which may be providers.
    /// What it provides is made at once.
    pub fn provided(&mut self, name: &str, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Option<Value> {
        let kind = name.strip_prefix("dependency_injector.providers.")?;
        let ((_, made), rest) = arguments.split_first()?;
        if !matches!(kind, "Callable" | "Factory" | "Resource" | "Singleton" | "ThreadSafeSingleton") {
            return None;
        }
        let given = rest.iter().map(|(name, value)| (name.clone(), self.unwrapped(value))).collect();
        let result = self.call(made, given, span, scope);
        Some(self.foreign(&PROVIDER, vec![result], false))
    }

    fn unwrapped(&self, value: &Value) -> Value {
        match value {
            Value::Held(index) if self.is_provider(*index) => {
                self.held(*index).items.first().cloned().unwrap_or_default()
            }
            other => other.clone(),
        }
    }

    fn is_provider(&self, index: HeapIndex) -> bool {
        matches!(&self.held(index).shape, Shape::Foreign { name, .. } if name.strip_suffix("()") == Some(&PROVIDER))
    }

    fn elements_of(&mut self, name: &str, lists: &Arguments, scope: ScopeIndex) -> Arguments {
        let module = self.module_of(scope);
        let plain: Vec<Value> = lists.iter().filter(|(name, _)| name.is_none()).map(|(_, list)| list.clone()).collect();
        let elements: Vec<Value> = plain.iter().map(|list| self.element(list, module)).collect();
        match (name, elements.as_slice()) {
            ("starmap", [Value::Held(list)]) => {
                self.held(*list).contents().into_iter().map(|value| (None, value)).collect()
            }
            _ => elements.into_iter().map(|value| (None, value)).collect(),
        }
    }

    fn is_called(&self, value: &Value) -> bool {
        value.each().iter().any(|value| match value {
            Value::Function(_) | Value::Method(..) => true,
            Value::Held(index) => matches!(self.held(*index).shape, Shape::Bound { .. }),
            _ => false,
        })
    }

    /// A list of results, or something outside that gives the one result.
    fn promised_value(&mut self, name: &str, result: Value) -> Value {
        match WITH_ELEMENTS.contains(&name) {
            true => self.list(Vec::new(), Some(result)),
            false => self.foreign(&Name::from(name), vec![result], true),
        }
    }
}
