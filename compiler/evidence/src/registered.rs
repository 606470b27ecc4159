//! Handlers that a program registers, as in Rust: `main` makes what they need and hands them to the runtime. A handler is
//! called as `main` registers it, with what it made; what is registered beside it does not count.

use crate::machine::Machine;
use crate::value::{Closure, HeapIndex, ModuleIndex, Shape, Value};
use portolan_program::{Name, Span};

/// Crates by which functions are registered.
const RUNTIMES: &[&str] = &[
    "actix_web.",
    "aws_lambda_web.",
    "axum.",
    "lambda.",
    "lambda_http.",
    "lambda_runtime.",
    "lambda_web.",
    "netlify_lambda.",
    "poem.",
    "tower.",
    "warp.",
];

impl Machine<'_> {
    /// Calls a handler as the program around it registers it; none where no program does.
    pub fn start_registered(&mut self, module: ModuleIndex, handler: &Value) -> Option<bool> {
        let Value::Function(handler) = handler else { return None };
        let main = self
            .program_of(module)
            .filter(|main| main.function != handler.function || main.module != handler.module)?;
        let nothing = self.found();
        self.registered = Some(Vec::new());
        self.call_closure(&main, Vec::new(), None);
        let registered = self.registered.take().unwrap_or_default();
        let mut entered = self.was_entered(handler);
        let registered: Vec<Value> = registered.into_iter().filter(|value| self.leads_to(value, handler)).collect();
        for value in &registered {
            let before = self.found();
            self.warm();
            self.call_handler(value, module);
            match self.was_entered(handler) {
                true => entered = true,
                false => self.restore_found(before),
            }
        }
        if !entered {
            self.restore_found(nothing);
            self.warm();
        }
        entered.then_some(true)
    }

    /// Whether what is registered is the handler, or a closure or object that may hand on to it. A function with a name of its
    /// own does more than the handler that it calls.
    fn leads_to(&self, registered: &Value, handler: &Closure) -> bool {
        match registered {
            Value::Function(closure) => {
                let same = closure.module == handler.module && closure.function == handler.function;
                same || self.source(closure.module).module.function(closure.function).name.is_none()
            }
            _ => true,
        }
    }

    fn program_of(&mut self, module: ModuleIndex) -> Option<Closure> {
        if !self.rules(module).holders {
            return None;
        }
        let root = self.find("crate", module).first().copied()?;
        match self.exported(root, &Name::new_static("main")) {
            Some(Value::Function(main)) => Some(main),
            _ => None,
        }
    }

    fn was_entered(&self, handler: &Closure) -> bool {
        self.contexts.contains_key(&(handler.module, handler.function))
    }

    /// Keeps what is handed to a runtime, while a program is followed up to there.
    pub fn register_with(&mut self, runtime: &str, acting: &[Value]) -> bool {
        let known = RUNTIMES.iter().any(|known| runtime.starts_with(known));
        let Some(registered) = self.registered.as_mut().filter(|_| known) else { return false };
        let new: Vec<Value> =
            acting.iter().filter(|value| matches!(value, Value::Function(_) | Value::Held(_))).cloned().collect();
        let any = !new.is_empty();
        registered.extend(new);
        any
    }

    /// Whether a method of something outside only registers what it is given; a method that is most likely a client's is told.
    pub fn hands_over(&mut self, index: HeapIndex, name: &Name, acting: &[Value], place: (ModuleIndex, Span)) -> bool {
        let (module, span) = place;
        let Shape::Foreign { name: owner, .. } = self.held(index).shape.clone() else { return false };
        if self.rules(module).holders && self.libraries(module).iter().any(|library| library.telling(name)) {
            self.give_up(module, span, format!("it is not known what `{name}` is called on"));
        }
        self.register_with(&owner, acting)
    }
}
