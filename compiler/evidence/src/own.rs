//! Functions of the languages and their standard libraries that matter: what gives what it is given, puts together, binds.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{Closure, Held, ModuleIndex, ScopeIndex, Shape, Symbol, Value};
use portolan_program::{Name, Span};

/// What makes a tuple whose members have names.
const NAMED_TUPLE: &str = "namedtuple of names";

/// Functions of the languages that give what they are given.
const SAME: &[&str] = &[
    "Promise.all",
    "Promise.resolve",
    "Promise.allSettled",
    "Promise.race",
    "Array.from",
    "Array.prototype.slice.call",
    "Array.prototype.slice.apply",
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

/// Python's objects that stand for what a function makes when it is first asked for, or for an object.
const LATE: &[&str] = &[
    "django.utils.functional.SimpleLazyObject",
    "lazy_object_proxy.Proxy",
    "lazy_object_proxy.slots.Proxy",
    "peak.util.proxies.LazyProxy",
    "werkzeug.local.LocalProxy",
    "wrapt.LazyObjectProxy",
    "wrapt.ObjectProxy",
];

/// Java's lists and sets, which are empty at first.
const LISTS: &[&str] = &[
    "ArrayDeque",
    "ArrayList",
    "ConcurrentLinkedQueue",
    "CopyOnWriteArrayList",
    "HashSet",
    "LinkedHashSet",
    "LinkedList",
    "TreeSet",
    "Vector",
];

impl Machine<'_> {
    /// The languages' own functions that matter.
    pub fn own_function(&mut self, name: &str, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Option<Value> {
        match name {
            _ if is_list_of_java(name) => match arguments.first() {
                Some((_, Value::Held(index))) if self.held(*index).shape == Shape::List => {
                    let items = self.held(*index).contents();
                    Some(self.list(items, None))
                }
                _ => Some(self.list(Vec::new(), None)),
            },
            "functools.partial" | "functools.partialmethod" | "partial" => Some(self.partial(arguments, span, scope)),
            "fastapi.Depends" | "fastapi.Security" | "fastapi.params.Depends" => {
                self.dependency(arguments, span, scope)
            }
            "dict" | "OrderedDict" | "collections.OrderedDict" | "Map" | "WeakMap" if arguments.is_empty() => {
                Some(self.record(Vec::new()))
            }
            "list" | "set" | "deque" | "collections.deque" | "Set" | "Array" if arguments.is_empty() => {
                Some(self.list(Vec::new(), None))
            }
            "collections.defaultdict" => Some(self.with_default(arguments, span, scope)),
            "collections.namedtuple" => Some(self.named_tuple(arguments, span, scope)),
            NAMED_TUPLE => Some(self.tuple_of_names(arguments)),
            "Object.create" => self.created(arguments),
            "Proxy" => Some(self.new_proxy(arguments)),
            "Reflect.get" => match arguments.as_slice() {
                [(_, object), (_, name), ..] => Some(self.index(object, name, self.module_of(scope))),
                _ => None,
            },
            _ if LATE.contains(&name) => match arguments.first() {
                Some((_, make @ (Value::Function(_) | Value::Class(_) | Value::Symbol(_) | Value::Method(..)))) => {
                    Some(self.call(make, Vec::new(), span, scope))
                }
                given => given.map(|(_, value)| value.clone()),
            },
            "%interop" => arguments.first().map(|(_, value)| self.as_module(value)),
            "Object.defineProperty" => self.defined_property(arguments, self.module_of(scope)),
            "Symbol" | "Symbol.for" => match arguments.first() {
                Some((None, Value::Text(text))) => {
                    let text = text.literal().map(|text| format!("Symbol({text})"));
                    text.map(|text| Value::text(&text))
                }
                _ => None,
            },
            "dict" | "types.SimpleNamespace" | "argparse.Namespace"
                if arguments.iter().any(|(name, _)| name.is_some()) =>
            {
                let members =
                    arguments.iter().filter_map(|(name, value)| Some((name.clone()?, value.clone()))).collect();
                Some(self.record(members))
            }
            "with" => Some(self.entered(arguments)),
            // Words of Python, which are nobody's names.
            "in" | "del" => {
                let mut arguments = arguments.iter().map(|(_, value)| value.clone());
                let object = arguments.next()?;
                let hook = if name == "in" { "__contains__" } else { "__delitem__" };
                self.called_by_itself(&object, hook, arguments.collect());
                Some(Value::Unknown)
            }
            "setattr" => {
                let [(_, object), (_, name), (_, value)] = arguments.as_slice() else { return None };
                self.set_attribute(object, name, value, self.module_of(scope));
                Some(Value::Nothing)
            }
            "delattr" => {
                let [(_, object), (_, Value::Text(name))] = arguments.as_slice() else { return None };
                self.delete_member(object, &Name::from(name.literal()?));
                Some(Value::Nothing)
            }
            "len" => {
                self.called_by_itself(&arguments.first()?.1, "__len__", Vec::new());
                None
            }
            "next" => match arguments.first()? {
                (_, object @ Value::Held(index)) if matches!(self.held(*index).shape, Shape::Instance(_)) => {
                    self.called_by_itself(object, "__next__", Vec::new());
                    None
                }
                _ => None,
            },
            "contextlib.closing" | "contextlib.aclosing" => {
                let closed = arguments.first()?.1.clone();
                self.called_by_itself(&closed, "close", Vec::new());
                self.called_by_itself(&closed, "aclose", Vec::new());
                Some(closed)
            }
            "object.__new__" | "type.__new__" | "type" if let Some(class) = self.class_in_making(arguments) => {
                Some(class)
            }
            "object.__new__" => Some(self.bare_object(arguments)),
            "Object.assign" => Some(self.merged(arguments)),
            _ if let Some(kind) = merging(name) => match kind {
                Merging::Over => Some(self.merged(arguments)),
                Merging::Under => Some(self.filled_in(arguments)),
                Merging::Anew => {
                    let new = self.record(Vec::new());
                    let all = std::iter::once((None, new)).chain(arguments.iter().cloned()).collect();
                    Some(self.merged(&all))
                }
                Merging::Same => arguments.first().map(|(_, value)| value.clone()),
            },
            "Object.entries" => match self.pairs_of(arguments) {
                Some(pairs) => Some(pairs),
                None => Some(self.pairs(arguments)),
            },
            "Object.keys" | "Object.getOwnPropertyNames" | "Reflect.ownKeys" => self.keys_of(arguments),
            "Object.fromEntries" => self.of_pairs(arguments),
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
                // `sorted(keys, key=size)`: what is handed over by name sees each.
                let seen =
                    arguments.iter().filter(|(name, value)| name.is_some() && matches!(value, Value::Function(_)));
                for (_, function) in seen {
                    let of = arguments.first().map(|(_, value)| value.clone()).unwrap_or_default();
                    let element = self.element(&of, self.module_of(scope));
                    self.call(function, vec![(None, element)], span, scope);
                }
                let first = arguments.first().map(|(_, value)| value.clone()).unwrap_or_default();
                match first {
                    Value::Function(_) => None,
                    known => Some(known),
                }
            }
            _ => None,
        }
    }

    /// A dictionary that makes what it is asked for: one value stands for all of them.
    fn with_default(&mut self, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Value {
        let made = arguments.first().map(|(_, factory)| self.call(factory, Vec::new(), span, scope));
        let rest = made.filter(|value| !value.is_unknown());
        Value::Held(self.hold(Held { rest, ..Held::default() }))
    }

    /// A class of tuples whose members have names.
    fn named_tuple(&mut self, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Value {
        let names = arguments.get(1).cloned().map(|(_, names)| (None, names));
        let shape = Shape::Bound { given: names.into_iter().collect(), span, scope };
        let made = Value::Symbol(Symbol { name: NAMED_TUPLE.into(), imported: false });
        Value::Held(self.hold(Held { shape, items: vec![made], ..Held::default() }))
    }

    /// A tuple whose members have the names that the first argument lists.
    fn tuple_of_names(&mut self, arguments: &Arguments) -> Value {
        let Some(((_, names), given)) = arguments.split_first() else { return Value::Unknown };
        let literal = |value: &Value| match value {
            Value::Text(template) => template.literal().map(str::to_owned),
            _ => None,
        };
        let names: Vec<String> = match names {
            Value::Held(list) => self.held(*list).contents().iter().filter_map(literal).collect(),
            one => literal(one).unwrap_or_default().split([' ', ',']).map(str::to_owned).collect(),
        };
        let mut names = names.into_iter().filter(|name| !name.is_empty());
        let members = given.iter().map(|(name, value)| {
            let name = name.clone().or_else(|| names.next().map(Into::into));
            (name.unwrap_or_default(), value.clone())
        });
        let members = members.collect();
        self.record(members)
    }

    /// What a module of the older sort gives, as one of the newer: it is its own default, unless it has one.
    fn as_module(&mut self, value: &Value) -> Value {
        let default = Name::new_static("default");
        let members = match value {
            Value::Held(index) if self.held(*index).shape == Shape::Record => {
                if self.held(*index).members.contains_key(&default) {
                    return value.clone();
                }
                self.members_of(value)
            }
            Value::Held(_) | Value::Function(_) | Value::Class(_) | Value::Object(_) => Vec::new(),
            _ => return value.clone(),
        };
        self.record(members.into_iter().chain([(default, value.clone())]).collect())
    }

    /// `Object.defineProperty(object, "name", { value })`, or what its getter gives.
    fn defined_property(&mut self, arguments: &Arguments, from: ModuleIndex) -> Option<Value> {
        let [(_, object), (_, Value::Text(name)), (_, Value::Held(property))] = arguments.as_slice() else {
            return None;
        };
        let name = Name::from(name.literal()?);
        let members = &self.held(*property).members;
        let value = match (members.get("value"), members.get("get")) {
            (Some(value), _) => value.clone(),
            (None, Some(Value::Function(getter))) => {
                let receiver = getter.receiver.clone().or_else(|| Some(Box::new(object.clone())));
                let getter = Closure { receiver, ..getter.clone() };
                self.call_closure(&getter, Vec::new(), None)
            }
            _ => return None,
        };
        self.set_member(object, &name, value, from);
        Some(object.clone())
    }

    /// `Object.create(prototype)`.
    fn created(&mut self, arguments: &Arguments) -> Option<Value> {
        let prototype = match arguments.first() {
            Some((_, Value::Held(prototype))) => Some(*prototype),
            _ => None,
        };
        Some(Value::Held(self.hold(Held { prototype, ..Held::default() })))
    }

    fn partial(&mut self, arguments: &Arguments, span: Span, scope: ScopeIndex) -> Value {
        match arguments.split_first() {
            Some(((_, Value::Function(closure)), rest)) => {
                let given = closure.given.iter().chain(rest).cloned().collect();
                Value::Function(Closure { given, ..closure.clone() })
            }
            Some(((_, bound @ (Value::Method(..) | Value::Class(_) | Value::Symbol(_))), rest)) => {
                let shape = Shape::Bound { given: rest.to_vec(), span, scope };
                Value::Held(self.hold(Held { shape, items: vec![bound.clone()], ..Held::default() }))
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

    /// `_.defaults(a, b)`: `a` with what `b` has and it has not.
    fn filled_in(&mut self, arguments: &Arguments) -> Value {
        let Some((_, first)) = arguments.first() else { return Value::Unknown };
        for (_, other) in &arguments[1..] {
            for (name, value) in self.members_of(other) {
                for target in first.each() {
                    let known = self.members_of(target).into_iter().find(|(own, _)| *own == name);
                    if known.is_none_or(|(_, known)| matches!(known, Value::Unknown | Value::Nothing)) {
                        self.set_member(target, &name, value.clone(), ModuleIndex(0));
                    }
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

/// How a function of a library puts records together.
enum Merging {
    /// What comes later wins.
    Over,
    /// What was there wins.
    Under,
    /// Into a new record; what comes later wins.
    Anew,
    /// It gives the first, or a part or copy of it.
    Same,
}

/// Functions of JavaScript's libraries that put records together.
fn merging(symbol: &str) -> Option<Merging> {
    let name = match symbol {
        "deepmerge" | "deepmerge.all" | "xtend" | "merge-options" | "merge-deep" => return Some(Merging::Anew),
        "object-assign" | "extend" | "lodash.merge" | "lodash.assign" => return Some(Merging::Over),
        "lodash.defaults" | "lodash.defaultsdeep" => return Some(Merging::Under),
        _ => ["lodash.fp.", "lodash/fp/", "lodash.", "lodash/", "lodash-es.", "underscore.", "radash.", "ramda."]
            .into_iter()
            .find_map(|package| symbol.strip_prefix(package))?,
    };
    Some(match name {
        "assign" | "assignIn" | "extend" | "merge" | "mergeWith" => Merging::Over,
        "defaults" | "defaultsDeep" => Merging::Under,
        "mergeRight" | "mergeDeepRight" | "mergeLeft" => Merging::Anew,
        "clone" | "cloneDeep" | "omitBy" | "pickBy" | "pick" | "omit" => Merging::Same,
        _ => return None,
    })
}

/// `new ArrayList<>()`, however it is imported.
fn is_list_of_java(symbol: &str) -> bool {
    let class = symbol.strip_suffix(".new").unwrap_or(symbol);
    let plain = class.strip_prefix("java.util.").unwrap_or(class);
    LISTS.contains(&plain.strip_prefix("concurrent.").unwrap_or(plain))
}
