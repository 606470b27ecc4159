//! What is known of a value while the code is interpreted.

use portolan_program::{FunctionId, Name, Span};
use portolan_sdk::{Object, Piece, Template};
use rustc_hash::FxHashMap;

/// A value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum Value {
    /// Nothing is known.
    #[default]
    Unknown,
    /// `None`, `null`, `nil`.
    Nothing,
    /// A truth value that is known for certain: see the room's `condition`.
    Truth(bool),
    /// A text, as far as it is known.
    Text(Template),
    /// A function of the program.
    Function(Closure),
    /// A class of the program.
    Class(ClassIndex),
    /// Something on the heap.
    Held(HeapIndex),
    /// A module of the program.
    Module(ModuleIndex),
    /// A name that lies outside the program.
    Symbol(Symbol),
    /// An object of an SDK.
    Object(Object),
    /// A method of an SDK's object that is not called yet.
    Method(Object, Name),
    /// One of several; never nested, never less than two.
    Any(Vec<Value>),
}

/// A name that lies outside the program.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Symbol {
    /// As libraries take it.
    pub name: Name,
    /// Whether it was imported; otherwise it is one of the language's own names.
    pub imported: bool,
}

/// A function with what it sees.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Closure {
    pub module: ModuleIndex,
    pub function: FunctionId,
    /// The names around it.
    pub scope: ScopeIndex,
    /// The object it is a method of.
    pub receiver: Option<Box<Value>>,
    /// The class that declares it.
    pub class: Option<ClassIndex>,
    /// Arguments that were given before: `partial(f, a, key=b)`.
    pub given: Vec<(Option<Name>, Value)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ClassIndex(pub u32);
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct HeapIndex(pub u32);
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ModuleIndex(pub u32);
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ScopeIndex(pub u32);

/// Something that has members and may change.
#[derive(Clone, Debug, Default)]
pub(crate) struct Held {
    pub shape: Shape,
    pub members: FxHashMap<Name, Value>,
    /// The members in the order in which they were first set.
    pub order: Vec<Name>,
    /// Elements by position, as far as it is known.
    pub items: Vec<Value>,
    /// Further elements, and members under computed names.
    pub rest: Option<Value>,
    /// How many branches were open when it was made: what is set in a deeper one may not be set.
    pub depth: u32,
    /// JavaScript's prototype.
    pub prototype: Option<HeapIndex>,
    /// Members that are known for certain, and those that were and were set again.
    pub settled: FxHashMap<Name, Known>,
    pub unsteady: Vec<Name>,
}

/// What is known of a value for certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    Truth(bool),
    Text(Name),
    Nothing,
    /// A record or list that held nothing when it was made; whether it does is asked when it matters.
    Empty(HeapIndex),
}

/// What a held thing is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A dictionary, hash or object literal.
    #[default]
    Record,
    /// A list, tuple or set.
    List,
    /// An object of the program.
    Instance(ClassIndex),
    /// Something made outside the program, and what of the program it holds: functions that it may call, SDK objects that it
    /// may wrap. `ran` counts the functions that were called already.
    Foreign { name: Name, ran: usize },
    /// What settles a promise of JavaScript: what it is called with is what the promise gives.
    Settles,
    /// One of several functions, its elements, when it is called; nobody who only holds it calls it.
    Chosen,
    /// JavaScript's `Proxy`: what it stands for, its first element, and its handler, the second, which says what its members are.
    Proxy,
    /// Something that is called, its only element, with arguments that were given before, and where.
    Bound { given: Vec<(Option<Name>, Value)>, span: Span, scope: ScopeIndex },
}

/// Most values that one may be; further ones are not followed.
const WIDEST: usize = 12;
/// Most functions, classes and objects of each sort that one may be: apps have tables of many handlers.
const MOST_ACTING: usize = 128;

impl Value {
    pub fn text(text: &str) -> Value {
        Value::Text(Template::from_literal(text))
    }

    pub fn environment(name: &str) -> Value {
        Value::Text(Template(vec![Piece::Environment(name.into())]))
    }

    pub fn hole() -> Value {
        Value::Text(Template(vec![Piece::Hole]))
    }

    /// The values it may be.
    pub fn each(&self) -> &[Value] {
        match self {
            Value::Any(values) => values,
            one => std::slice::from_ref(one),
        }
    }

    pub fn is_unknown(&self) -> bool {
        *self == Value::Unknown
    }

    /// What is left of it where it may change: of a truth value, nothing.
    pub fn unsettled(self) -> Value {
        match self {
            Value::Truth(_) => Value::Unknown,
            value => value,
        }
    }

    /// Whether it may do something when it is handed to somebody: a function, an object with methods, an SDK's object.
    pub fn acts(&self) -> bool {
        self.each().iter().any(|value| {
            matches!(
                value,
                Value::Function(_)
                    | Value::Class(_)
                    | Value::Held(_)
                    | Value::Object(_)
                    | Value::Method(..)
                    | Value::Module(_)
            )
        })
    }

    /// One of several: flat and without repetitions. What is known wins over what is not.
    pub fn any(values: impl IntoIterator<Item = Value>) -> Value {
        let mut all: Vec<Value> = Vec::new();
        for value in values {
            match value {
                Value::Any(parts) => parts.into_iter().for_each(|part| add(&mut all, part)),
                one => add(&mut all, one),
            }
        }
        if all.len() > 1 {
            all.retain(|value| !value.is_unknown() && !matches!(value, Value::Truth(_)));
        }
        match all.len() {
            0 => Value::Unknown,
            1 => all.remove(0),
            _ => Value::Any(all),
        }
    }

    /// One or the other.
    pub fn or(self, other: Value) -> Value {
        if self == other { self } else { Value::any([self, other]) }
    }
}

fn add(all: &mut Vec<Value>, value: Value) {
    let most = match &value {
        Value::Function(_) | Value::Class(_) | Value::Held(_) => MOST_ACTING,
        _ => WIDEST,
    };
    let sort = std::mem::discriminant(&value);
    let alike = all.iter().filter(|known| std::mem::discriminant(*known) == sort).count();
    if alike < most && !all.contains(&value) {
        all.push(value);
    }
}

impl Held {
    /// Sets a member: for certain, or perhaps.
    pub fn set(&mut self, name: &Name, value: Value, certain: bool) {
        if self.settled.remove(name).is_some() {
            self.unsteady.push(name.clone());
        }
        match self.members.get_mut(name) {
            Some(old) if !certain => *old = std::mem::take(old).or(value),
            Some(old) => *old = value,
            None => {
                self.order.push(name.clone());
                self.members.insert(name.clone(), value);
            }
        }
    }

    /// Adds an element or a member whose name is not known.
    pub fn add(&mut self, value: Value) {
        self.rest = Some(match self.rest.take() {
            Some(old) => old.or(value),
            None => value,
        });
    }

    /// Whether nothing was ever put into it.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && self.items.is_empty() && self.rest.is_none()
    }

    /// Everything in it, in order.
    pub fn contents(&self) -> Vec<Value> {
        let named = self.order.iter().filter_map(|name| self.members.get(name));
        self.items.iter().chain(named).chain(&self.rest).cloned().collect()
    }
}
