//! What a process does when it ends, or is told to: `atexit.register(flush)`, a handler of a signal.

use crate::call::Arguments;
use crate::evidence::Step;
use crate::machine::{Frame, Machine};
use crate::value::{Held, ModuleIndex, ScopeIndex, Shape, Value};
use portolan_program::Span;

impl Machine<'_> {
    /// Keeps what is to be called when the process ends, and gives it back, as a decorator does.
    pub fn call_at_end(&mut self, name: &str, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Option<Value> {
        let at = match name {
            "atexit.register" => 0,
            // The object whose end it is, and the number of the signal.
            "weakref.finalize" | "signal.signal" => 1,
            _ => return None,
        };
        let (_, called) = arguments.get(at)?;
        let given = arguments[at + 1..].to_vec();
        let shape = Shape::Bound { given, span, scope };
        let bound = Value::Held(self.hold(Held { shape, items: vec![called.clone()], ..Held::default() }));
        self.at_end.push(bound);
        Some(called.clone())
    }

    /// Calls what was kept for the end.
    pub fn end(&mut self, module: ModuleIndex) {
        let step = Step { function: "(ending)".to_owned(), place: self.place(module, Span::default()) };
        self.frames.push(Frame { module, function: None, result: None, step });
        for bound in std::mem::take(&mut self.at_end) {
            if let Value::Held(index) = bound {
                self.call_bound(index);
            }
        }
        self.frames.pop();
    }
}
