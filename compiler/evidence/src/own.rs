//! Functions of the languages and their standard libraries that matter: what gives what it is given, puts together, binds.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{Closure, Held, ModuleIndex, ScopeIndex, Shape, Value};
use portolan_program::Span;

/// Functions of the languages that give what they are given.
const SAME: &[&str] = &[
    "Promise.all",
    "Promise.resolve",
    "Promise.allSettled",
    "Promise.race",
    "Array.from",
    "Object.freeze",
    "Object.values",
    "list",
    "tuple",
    "set",
    "sorted",
    "reversed",
    "iter",
    "next",
    "copy.copy",
    "copy.deepcopy",
    "dict",
    "Some",
    "Ok",
    "Box.new",
    "Arc.new",
    "Rc.new",
    "Mutex.new",
    "Optional.of",
    "Optional.ofNullable",
    "List.of",
    "Arrays.asList",
    "Objects.requireNonNull",
    "String",
    "str",
    "string",
    "encodeURIComponent",
    "decodeURIComponent",
    "String.valueOf",
    "asyncio.run",
    "asyncio.gather",
    "typing.cast",
    "Task.FromResult",
    "Task.WhenAll",
    "Task.WhenAny",
    "Lazy",
    "structuredClone",
    "urllib.parse.unquote_plus",
    "urllib.parse.unquote",
    "Array",
    "Hash",
    "fmt.Sprint",
];

impl Machine<'_> {
    /// The languages' own functions that matter.
    pub fn own_function(&mut self, name: &str, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Option<Value> {
        match name {
            "functools.partial" | "partial" => Some(self.partial(arguments, span, scope)),
            "fastapi.Depends" | "fastapi.Security" | "fastapi.params.Depends" => {
                self.dependency(arguments, span, scope)
            }
            "dict" if arguments.iter().any(|(name, _)| name.is_some()) => {
                let members =
                    arguments.iter().filter_map(|(name, value)| Some((name.clone()?, value.clone()))).collect();
                Some(self.record(members))
            }
            "with" => Some(self.entered(arguments)),
            "object.__new__" => Some(self.bare_object(arguments)),
            "Object.assign" => Some(self.merged(arguments)),
            "Object.entries" => Some(self.pairs(arguments)),
            "Promise" => self.new_promise(arguments),
            "asyncio.gather" => {
                let items = arguments.iter().map(|(_, value)| value.clone()).collect();
                Some(self.list(items, None))
            }
            "type" => match arguments.first() {
                Some((_, Value::Held(index))) => match self.held(*index).shape {
                    Shape::Instance(class) => Some(Value::Class(class)),
                    _ => None,
                },
                _ => None,
            },
            _ if SAME.contains(&name) => {
                let first = arguments.first().map(|(_, value)| value.clone()).unwrap_or_default();
                match first {
                    Value::Function(_) => None,
                    known => Some(known),
                }
            }
            _ => None,
        }
    }

    fn partial(&mut self, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Value {
        match arguments.split_first() {
            Some(((_, Value::Function(closure)), rest)) => {
                let given = closure.given.iter().chain(rest).cloned().collect();
                Value::Function(Closure { given, ..closure.clone() })
            }
            Some(((_, method @ Value::Method(..)), rest)) => {
                let shape = Shape::Bound { given: rest.to_vec(), span, scope };
                Value::Held(self.hold(Held { shape, items: vec![method.clone()], ..Held::default() }))
            }
            Some(((_, other), _)) => other.clone(),
            None => Value::Unknown,
        }
    }

    /// What FastAPI gives for a dependency: what its function gives, or yields; an object of its class.
    fn dependency(&mut self, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Option<Value> {
        let (_, make) = arguments.first()?;
        Some(match self.call(make, Vec::new(), span, scope) {
            Value::Held(list) if self.held(list).shape == Shape::List => Value::any(self.held(list).contents()),
            given => given,
        })
    }

    /// `Object.assign(a, b)`: `a` with what `b` has.
    fn merged(&mut self, arguments: &Arguments) -> Value {
        let Some((_, first)) = arguments.first() else { return Value::Unknown };
        for (_, other) in &arguments[1..] {
            for (name, value) in self.members_of(other) {
                for target in first.each() {
                    self.set_member(target, &name, value.clone(), ModuleIndex(0));
                }
            }
        }
        first.clone()
    }

    /// `Object.entries(record)`: pairs of a name and any member.
    fn pairs(&mut self, arguments: &Arguments) -> Value {
        let members: Vec<Value> =
            arguments.iter().flat_map(|(_, value)| self.members_of(value)).map(|(_, value)| value).collect();
        let member = Value::any(members);
        let pair = self.list(vec![Value::hole(), member], None);
        self.list(Vec::new(), Some(pair))
    }
}
