//! Decorators: what they make of a function or class, and which functions they register or may call.

use crate::machine::Machine;
use crate::value::{Closure, HeapIndex, ScopeIndex, Shape, Value};
use portolan_program::Span;

/// Methods and decorators by which a function is registered, to be run when its owner is.
const REGISTERS: &[&str] = &[
    "add",
    "add_url_rule",
    "all",
    "api_route",
    "command",
    "connect",
    "default",
    "delete",
    "event",
    "get",
    "handler",
    "head",
    "http",
    "middleware",
    "mutation",
    "on",
    "on_event",
    "options",
    "patch",
    "post",
    "put",
    "query",
    "register",
    "resolver",
    "route",
    "schedule",
    "subscribe",
    "task",
    "use",
    "view",
    "websocket",
    "action",
    "addEventListener",
    "addListener",
    "add_api_route",
    "add_event_handler",
    "add_handler",
    "add_listener",
    "after_request",
    "before_request",
    "create",
    "errorhandler",
    "field",
    "message",
    "message_handler",
    "method",
    "mutate",
    "not_found",
    "once",
    "poll_create",
    "poll_delete",
    "poll_update",
    "shortcut",
    "tool",
    "update",
    "websocket_route",
    "on_s3_event",
    "on_sqs_message",
    "on_sns_message",
    "on_dynamodb_record",
    "on_kinesis_record",
    "on_cw_event",
    "on_ws_message",
    "on_ws_connect",
    "on_ws_disconnect",
    "authorizer",
    "lambda_function",
    "before",
    "after",
    "onError",
    "errorHandler",
    "exception_handler",
    "add_route",
    "HandleFunc",
    "Handle",
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
];

/// What methods and decorators register that are named after it: `request_handler`, `response_interceptor`.
const REGISTERED: &[&str] = &["handler", "hook", "interceptor", "listener", "processor", "subscriber"];

impl Machine<'_> {
    /// What a decorator makes of a function or class.
    pub fn decorate(&mut self, by: &Value, plain: Value, span: Span, scope: ScopeIndex) -> Value {
        match by {
            Value::Function(_) => {
                let made = self.call(by, vec![(None, plain.clone())], span, scope);
                if made.acts() { made } else { plain }
            }
            Value::Class(class) => {
                let callable = self.method(*class, &"__call__".into()).is_some();
                let made = self.call(by, vec![(None, plain.clone())], span, scope);
                if callable { made } else { plain }
            }
            Value::Held(index) if matches!(self.held(*index).shape, Shape::Bound { .. }) => {
                let made = self.call(by, vec![(None, plain.clone())], span, scope);
                if made.acts() { made } else { plain }
            }
            Value::Held(index) => {
                self.register(*index, &plain);
                self.accompany(*index, &plain);
                plain
            }
            Value::Symbol(symbol) => {
                self.note_chooser(&symbol.name, &plain);
                self.call_at_end(&symbol.name, &vec![(None, plain.clone())], span, scope);
                plain
            }
            Value::Object(object) => {
                let module = self.module_of(scope);
                self.bind_to(&plain, &vec![(None, by.clone())], span, module);
                self.handed_by(object, plain, span, module)
            }
            _ => plain,
        }
    }

    /// Notes that something outside decorates a function and was given others: `@batch(record_handler=store)`.
    fn accompany(&mut self, index: HeapIndex, function: &Value) {
        let held = self.held(index);
        let given = held.prototype.is_none() && held.items.iter().any(|item| matches!(item, Value::Function(_)));
        if let (Shape::Foreign { .. }, true, Value::Function(closure)) = (&held.shape, given, function) {
            self.accompanied.entry((closure.module, closure.function)).or_default().push(index);
        }
    }

    /// Calls what was given to the decorators of a function.
    pub fn call_accompanying(&mut self, closure: &Closure) {
        let Some(decorators) = self.accompanied.get(&(closure.module, closure.function)).cloned() else { return };
        for index in decorators {
            let given = self.held(index).items.iter().map(|item| (None, item.clone())).collect();
            self.call_back(&given);
        }
    }

    fn register(&mut self, index: HeapIndex, function: &Value) {
        let Shape::Foreign { name, .. } = &self.held(index).shape else { return };
        let last = name.trim_end_matches("()").rsplit('.').next().unwrap_or_default();
        if is_registering(last) {
            let root = self.root(index);
            self.held_mut(root).items.push(function.clone());
        }
    }
}

/// Whether a method or decorator registers functions, by its name.
pub(crate) fn is_registering(name: &str) -> bool {
    let what = name.rsplit_once('_').map_or("", |(_, what)| what);
    REGISTERS.contains(&name) || REGISTERED.contains(&what)
}
