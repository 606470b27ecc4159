//! What the platform does for a handler as itself: the bindings that decorate or register a function, or stand in a file beside
//! it. They are performed for the function that is the handler, not for those it calls.

use crate::call::Arguments;
use crate::entry::Handler;
use crate::machine::Machine;
use crate::value::{Closure, ModuleIndex, Shape, Value};
use portolan_program::Span;
use portolan_sdk::{Argument, Object, Outcome, Term};

/// The method of an SDK's object by which the platform uses it.
const BIND: &str = "bind";
/// The method of an SDK's object by which it decorates a function.
const DECORATE: &str = "decorate";
/// How the classes of objects end that are nothing but bindings.
const BOUND: &str = ".binding";
/// How deep a registration's options are looked into.
const DEEP: usize = 3;

/// An object that a function is bound to, and where.
#[derive(Clone)]
pub(crate) struct Bound {
    module: ModuleIndex,
    span: Span,
    object: Object,
}

impl Machine<'_> {
    /// A function was registered together with these: the objects among them are bound to it.
    pub fn bind_to(&mut self, function: &Value, with: &Arguments, span: Span, module: ModuleIndex) {
        let Value::Function(closure) = function else { return };
        let mut objects = Vec::new();
        with.iter().for_each(|(_, value)| self.add_objects(value, &mut objects, 0));
        let bound = objects.into_iter().map(|object| Bound { module, span, object });
        self.bound.entry((closure.module, closure.function)).or_default().extend(bound);
    }

    fn add_objects(&self, value: &Value, objects: &mut Vec<Object>, depth: usize) {
        for value in value.each() {
            match value {
                Value::Object(object) => objects.push(object.clone()),
                Value::Held(index)
                    if depth < DEEP && matches!(self.held(*index).shape, Shape::Record | Shape::List) =>
                {
                    let contents = self.held(*index).contents();
                    contents.iter().for_each(|inner| self.add_objects(inner, objects, depth + 1));
                }
                _ => {}
            }
        }
    }

    /// A function that an object decorates, which may say with what it is called.
    pub fn handed_by(&mut self, object: &Object, plain: Value, span: Span, module: ModuleIndex) -> Value {
        let given = [Argument { name: None, term: Term::Function }];
        let outcome = self.libraries(module).iter().find_map(|library| library.method(object, DECORATE, &given));
        match outcome {
            Some(outcome) if outcome.unresolved.is_none() && outcome.value == Term::Function => {
                self.outcome(outcome, &vec![(None, plain)], span, module)
            }
            _ => plain,
        }
    }

    /// What the platform does when it runs a handler.
    pub fn perform_bound(&mut self, closure: &Closure) {
        let mut all = self.bound.get(&(closure.module, closure.function)).cloned().unwrap_or_default();
        all.extend(self.bound_result(closure));
        for Bound { module, span, object } in all {
            let libraries = self.libraries(module).iter();
            let outcome = { libraries }.find_map(|library| library.method(&object, BIND, &[]));
            let Some(Outcome { operations, unresolved, .. }) = outcome else { continue };
            operations.into_iter().for_each(|operation| self.perform(module, span, operation));
            if let Some(why) = unresolved.filter(|_| object.class.ends_with(BOUND)) {
                self.give_up(module, span, why);
            }
        }
    }

    /// What the class of a function's result is bound to: `[QueueOutput("orders")]` on one of its properties.
    fn bound_result(&mut self, closure: &Closure) -> Vec<Bound> {
        let source = self.source(closure.module);
        let declared = source.module.function(closure.function).returns.as_ref();
        let Some(declared) = declared.filter(|_| self.index_of(closure.module).is_some()) else { return Vec::new() };
        let Value::Class(class) = self.type_value(declared, closure.scope) else { return Vec::new() };
        let mut bound = Vec::new();
        for part in self.parts(class) {
            let source = self.source(part.module);
            for mark in &source.module.class(part.class).decorators {
                if let Value::Object(object) = self.evaluate(mark, part.scope) {
                    bound.push(Bound { module: part.module, span: mark.span, object });
                }
            }
        }
        bound
    }

    /// What the platform does by the file beside a handler's, or elsewhere that names the handler.
    pub fn perform_beside(&mut self, module: ModuleIndex, handler: &Handler) {
        let folder = |path: &str| path.rfind('/').map_or(0, |at| at + 1);
        let own = &handler.file[..folder(&handler.file)];
        let about = (handler.file.as_str(), handler.symbol.as_deref());
        let files = self.program.files;
        for library in self.libraries(module) {
            let Some(name) = library.beside() else { continue };
            for path in files.paths().iter().filter(|path| &path[folder(path)..] == name) {
                let Some(text) = files.text(path) else { continue };
                if path[..folder(path)] != *own && !library.concerns(path, &text, about) {
                    continue;
                }
                for (at, outcome) in library.declared(&text) {
                    self.perform_in(path, &text, at, outcome);
                }
            }
        }
    }
}
