//! The state of an interpretation: modules, scopes, the heap, the calls that are open, and what was found.

use crate::binding::Bound;
use crate::branch::Change;
use crate::evidence::{Call, Evidence, Place, Step, Unresolved};
use crate::index::Index;
use crate::program::{Program, Source};
use crate::tokens::Told;
use crate::value::{ClassIndex, Closure, HeapIndex, Held, Known, ModuleIndex, ScopeIndex, Shape, Value};
use portolan_program::{ClassId, FunctionId, Language, Name, Rules, Span};
use portolan_sdk::{Api, Library, Operation, Outcome};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Calls that may be open at once.
pub(crate) const DEEPEST: usize = 60;
/// Steps that an interpretation may take: some seconds at worst.
const LONGEST: u32 = 4_000_000;
/// Contexts in which one function is interpreted; afterwards nothing is known of its arguments.
pub(crate) const CONTEXTS: u32 = 128;

/// An interpretation.
pub(crate) struct Machine<'p> {
    pub program: &'p Program<'p>,
    pub modules: Vec<Loaded>,
    pub by_path: FxHashMap<String, ModuleIndex>,
    pub scopes: Vec<Scope>,
    pub heap: Vec<Held>,
    pub classes: Vec<ClassObject>,
    /// The classes of each package by name.
    pub packaged: FxHashMap<(String, Name), ClassIndex>,
    /// The properties of functions: `Foo.prototype`, `handler.config`.
    pub properties: FxHashMap<(ModuleIndex, FunctionId), HeapIndex>,
    /// One object for each class of which somebody else makes objects.
    pub ambient: FxHashMap<ClassIndex, Value>,
    /// The program's own objects behind those of a library, which gave them where a class was asked: an ORM's rows.
    pub rows: FxHashMap<portolan_sdk::Object, HeapIndex>,
    /// What functions are bound to by those who register them.
    pub bound: FxHashMap<(ModuleIndex, FunctionId), Vec<Bound>>,
    /// Classes whose objects were checked.
    pub validated: FxHashSet<ClassIndex>,
    /// Classes that a framework was given, and whose methods it called.
    pub given: FxHashSet<ClassIndex>,
    /// What was made outside and is being called.
    pub calling: FxHashSet<HeapIndex>,
    /// Names that every module sees: `global.name = …`.
    pub everywhere: FxHashMap<Name, Value>,
    pub memo: FxHashMap<Context, Option<Value>>,
    pub contexts: FxHashMap<(ModuleIndex, FunctionId), u32>,
    pub frames: Vec<Frame>,
    /// What a container of dependencies was told to give for a class.
    pub services: FxHashMap<ClassIndex, Value>,
    /// What a container of dependencies was told to give for a token, and what it gave.
    pub told: FxHashMap<Name, Vec<Told>>,
    pub asked: FxHashMap<Name, Value>,
    /// Classes whose decorators told what they provide.
    pub learned: FxHashSet<ClassIndex>,
    /// How the call that is being made says its arguments.
    pub said: Said,
    /// How many branches are open.
    pub depth: u32,
    /// What each open branch set in scopes around it.
    pub journal: Vec<Vec<Change>>,
    /// How many modules are being loaded.
    pub loading: u32,
    /// What was handed to a runtime, while a program is followed up to there.
    pub registered: Option<Vec<Value>>,
    /// Classes of methods that the program adds to types outside it.
    pub extensions: Vec<ClassIndex>,
    /// Types that are being resolved, so that none is resolved within itself.
    pub resolving: Vec<(ModuleIndex, Name)>,
    /// Members that decided which block runs, and what they were.
    pub decided: FxHashMap<(HeapIndex, Name), Known>,
    /// Names of members that decide nothing: of one of them, it changed after it had. And whether any member decides.
    pub wavering: FxHashSet<Name>,
    pub members_decide: bool,
    /// The classes that classes of classes are making.
    pub making: Vec<ClassIndex>,
    /// The class of a class, where the program declares it.
    pub metaclasses: FxHashMap<ClassIndex, ClassIndex>,
    /// Functions that choose another one by the type of what they are given, and those that they may choose.
    pub choosers: FxHashMap<(ModuleIndex, FunctionId), Vec<Value>>,
    /// What decorates a function and was given other functions, which it may call whenever that one is called.
    pub accompanied: FxHashMap<(ModuleIndex, FunctionId), Vec<HeapIndex>>,
    /// What is called when the process ends.
    pub at_end: Vec<Value>,
    /// Whether a method was called on what nobody had set yet: an event before may have.
    pub early: bool,
    steps: u32,
    calls: BTreeMap<(ModuleIndex, u32, Operation), Call>,
    unresolved: BTreeMap<(ModuleIndex, u32, String), Unresolved>,
}

/// Stands for a file that is no module.
const NO_MODULE: ModuleIndex = ModuleIndex(u32::MAX);

/// What was found.
pub(crate) struct Found {
    calls: BTreeMap<(ModuleIndex, u32, Operation), Call>,
    unresolved: BTreeMap<(ModuleIndex, u32, String), Unresolved>,
}

/// A module that was loaded.
pub(crate) struct Loaded {
    pub source: Arc<Source>,
    pub scope: ScopeIndex,
    /// What it exports by statements.
    pub exports: HeapIndex,
    /// What replaced the exports as a whole: `module.exports = …`.
    pub replaced: Option<Value>,
    /// Modules all of whose names it takes: the ones of the app, and the names of those outside.
    pub stars: Vec<ModuleIndex>,
    pub outer_stars: Vec<Name>,
    pub state: State,
}

/// How far a module is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Declared,
    Running,
    Done,
}

/// Names and what they are bound to.
#[derive(Default)]
pub(crate) struct Scope {
    pub parent: Option<ScopeIndex>,
    pub module: u32,
    pub names: FxHashMap<Name, Value>,
    /// Parameters that are a text, or nothing, for certain.
    pub settled: FxHashMap<Name, Known>,
    /// Names that belong to a scope further out.
    pub outer: FxHashSet<Name>,
    /// How many branches were open when it began.
    pub depth: u32,
    /// Whether it is a function's, and that function's object and class.
    pub function: bool,
    pub receiver: Option<Value>,
    pub class: Option<ClassIndex>,
}

/// A class of the program.
pub(crate) struct ClassObject {
    pub name: Name,
    /// Where it is declared, and where it is added to.
    pub parts: Vec<Part>,
    pub statics: FxHashMap<Name, Value>,
    /// What decorators of the program made of methods.
    pub decorated: FxHashMap<Name, Value>,
    /// Statics that are being computed.
    pub computing: FxHashSet<Name>,
    /// Fields of whose first value somebody asks while it is computed.
    pub holding: FxHashSet<Name>,
}

/// A declaration of a class.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Part {
    pub module: ModuleIndex,
    pub class: ClassId,
    pub scope: ScopeIndex,
}

/// A call that is open.
pub(crate) struct Frame {
    pub module: ModuleIndex,
    pub function: Option<FunctionId>,
    pub result: Option<Value>,
    pub step: Step,
}

/// A function and all that decides what it does.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Context {
    pub closure: Closure,
    pub arguments: Vec<(Option<Name>, Value)>,
    /// How the call says them.
    pub said: Said,
    /// Whether somebody outside the program calls, of whom nothing is known.
    pub outside: bool,
}

/// How a call says its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Said {
    /// Whether it spreads a list or a record, so that there may be more.
    pub spread: bool,
    /// Texts among them that are certain.
    pub texts: Vec<Name>,
}

impl<'p> Machine<'p> {
    pub fn new(program: &'p Program<'p>) -> Self {
        Self {
            program,
            modules: Vec::new(),
            by_path: FxHashMap::default(),
            scopes: Vec::new(),
            heap: Vec::new(),
            classes: Vec::new(),
            packaged: FxHashMap::default(),
            properties: FxHashMap::default(),
            ambient: FxHashMap::default(),
            rows: FxHashMap::default(),
            bound: FxHashMap::default(),
            validated: FxHashSet::default(),
            given: FxHashSet::default(),
            calling: FxHashSet::default(),
            everywhere: FxHashMap::default(),
            memo: FxHashMap::default(),
            contexts: FxHashMap::default(),
            frames: Vec::new(),
            services: FxHashMap::default(),
            told: FxHashMap::default(),
            asked: FxHashMap::default(),
            learned: FxHashSet::default(),
            said: Said::default(),
            depth: 0,
            journal: Vec::new(),
            loading: 0,
            registered: None,
            extensions: Vec::new(),
            resolving: Vec::new(),
            decided: FxHashMap::default(),
            wavering: FxHashSet::default(),
            members_decide: true,
            making: Vec::new(),
            metaclasses: FxHashMap::default(),
            choosers: FxHashMap::default(),
            accompanied: FxHashMap::default(),
            at_end: Vec::new(),
            early: false,
            steps: 0,
            calls: BTreeMap::new(),
            unresolved: BTreeMap::new(),
        }
    }

    /// Ready for another event: what the one before has set stays, and every function may run again.
    pub fn warm(&mut self) {
        self.memo.clear();
        self.contexts.clear();
        self.given.clear();
        self.validated.clear();
        for held in &mut self.heap {
            if let Shape::Foreign { ran, .. } = &mut held.shape {
                *ran = 0;
            }
        }
    }

    /// What was found so far.
    pub fn found(&self) -> Found {
        Found { calls: self.calls.clone(), unresolved: self.unresolved.clone() }
    }

    /// Goes back to what was found.
    pub fn restore_found(&mut self, found: Found) {
        self.calls = found.calls;
        self.unresolved = found.unresolved;
    }

    /// What was found, by file and place.
    pub fn finish(self) -> Evidence {
        let mut calls: Vec<Call> = self.calls.into_values().collect();
        calls.sort_by(|left, right| (&left.place, &left.operation).cmp(&(&right.place, &right.operation)));
        let mut unresolved: Vec<Unresolved> = self.unresolved.into_values().collect();
        unresolved.sort();
        unresolved.dedup();
        Evidence { calls, unresolved }
    }

    /// Counts a step; false when there were too many.
    pub fn step(&mut self) -> bool {
        self.steps += 1;
        self.steps < LONGEST
    }

    /// Whether the interpretation was cut short.
    pub fn exhausted(&self) -> bool {
        self.steps >= LONGEST
    }

    pub fn loaded(&self, module: ModuleIndex) -> &Loaded {
        &self.modules[module.0 as usize]
    }

    pub fn source(&self, module: ModuleIndex) -> Arc<Source> {
        Arc::clone(&self.loaded(module).source)
    }

    pub fn language(&self, module: ModuleIndex) -> &'p dyn Language {
        self.program.language(self.loaded(module).source.front)
    }

    pub fn rules(&self, module: ModuleIndex) -> Rules {
        self.language(module).rules()
    }

    /// Which file declares a name, as a module's language has it.
    pub fn index_of(&self, module: ModuleIndex) -> Option<&'p Index> {
        self.program.index(self.loaded(module).source.front)
    }

    pub fn libraries(&self, module: ModuleIndex) -> &'static [&'static dyn Library] {
        self.program.libraries(self.loaded(module).source.front)
    }

    pub fn scope(&self, scope: ScopeIndex) -> &Scope {
        &self.scopes[scope.0 as usize]
    }

    pub fn module_of(&self, scope: ScopeIndex) -> ModuleIndex {
        ModuleIndex(self.scope(scope).module)
    }

    /// A new scope inside another.
    pub fn inner(&mut self, parent: ScopeIndex) -> ScopeIndex {
        let scope =
            Scope { parent: Some(parent), module: self.scope(parent).module, depth: self.depth, ..Scope::default() };
        self.scopes.push(scope);
        ScopeIndex(self.scopes.len() as u32 - 1)
    }

    /// Puts something on the heap.
    pub fn hold(&mut self, held: Held) -> HeapIndex {
        self.heap.push(Held { depth: self.depth, ..held });
        HeapIndex(self.heap.len() as u32 - 1)
    }

    /// A new list of these.
    pub fn list(&mut self, items: Vec<Value>, rest: Option<Value>) -> Value {
        Value::Held(self.hold(Held { shape: Shape::List, items, rest, ..Held::default() }))
    }

    pub fn held(&self, index: HeapIndex) -> &Held {
        &self.heap[index.0 as usize]
    }

    pub fn held_mut(&mut self, index: HeapIndex) -> &mut Held {
        &mut self.heap[index.0 as usize]
    }

    /// Whether what is set now on this is set for certain.
    pub fn certain(&self, index: HeapIndex) -> bool {
        self.held(index).depth == self.depth
    }

    pub fn class(&self, class: ClassIndex) -> &ClassObject {
        &self.classes[class.0 as usize]
    }

    /// A place in a module.
    pub fn place(&self, module: ModuleIndex, span: Span) -> Place {
        let source = &self.loaded(module).source;
        let (line, column) = source.position(span.start);
        Place { file: source.path.clone(), line, column }
    }

    /// Records an operation.
    pub fn perform(&mut self, module: ModuleIndex, span: Span, operation: Operation) {
        let key = (module, span.start, operation);
        if self.calls.contains_key(&key) {
            return;
        }
        let call = Call {
            operation: key.2.clone(),
            place: self.place(module, span),
            span,
            expression: self.expression(module, span),
            chain: self.frames.iter().map(|frame| frame.step.clone()).collect(),
        };
        self.calls.insert(key, call);
    }

    /// Records what a file that is no module says, at a place in its text.
    pub fn perform_in(&mut self, file: &str, text: &str, at: usize, outcome: Outcome) {
        let before = &text[..at];
        let line = before.matches('\n').count() as u32 + 1;
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before[start..].chars().count() as u32 + 1;
        let place = Place { file: file.to_owned(), line, column };
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        let span = Span { start: at as u32, end: end as u32 };
        for operation in outcome.operations {
            let expression = on_one_line(text[at..end].trim_end().trim_end_matches(','));
            let call = Call { operation: operation.clone(), place: place.clone(), span, expression, chain: Vec::new() };
            self.calls.insert((NO_MODULE, at as u32, operation), call);
        }
        if let Some(why) = outcome.unresolved {
            let unresolved = Unresolved { place, span, why: why.clone(), of: outcome.of };
            self.unresolved.insert((NO_MODULE, at as u32, why), unresolved);
        }
    }

    /// Records that something is not understood.
    pub fn give_up(&mut self, module: ModuleIndex, span: Span, why: impl Into<String>) {
        self.give_up_on(module, span, why.into(), Vec::new());
    }

    /// Records that something of some APIs is not understood; of any, where it is not known of which.
    pub fn give_up_on(&mut self, module: ModuleIndex, span: Span, why: String, of: Vec<Api>) {
        let place = self.place(module, span);
        self.unresolved.entry((module, span.start, why.clone())).or_insert(Unresolved { place, span, why, of });
    }

    fn expression(&self, module: ModuleIndex, span: Span) -> String {
        let source = &self.loaded(module).source;
        on_one_line(source.text.get(span.start as usize..span.end as usize).unwrap_or_default())
    }
}

/// A text on one line, cut to 120 characters.
fn on_one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(120) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}
