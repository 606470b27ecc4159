//! Loading modules: declaring what they hold, running them once, and finding what they import.

use crate::evidence::Step;
use crate::machine::{ClassObject, Frame, Loaded, Machine, Part, Scope, State};
use crate::value::{ClassIndex, Closure, Held, ModuleIndex, ScopeIndex, Symbol, Value};
use portolan_program::{ClassId, FunctionId, Import, Name, Pattern, Span, Statement};
use rustc_hash::{FxHashMap, FxHashSet};

impl Machine<'_> {
    /// Loads a file and runs its body, once.
    pub fn load(&mut self, path: &str) -> Option<ModuleIndex> {
        let module = self.declare(path)?;
        self.run_body(module);
        Some(module)
    }

    /// Makes a file's functions and classes known, without running its body; those of its package too.
    pub fn declare(&mut self, path: &str) -> Option<ModuleIndex> {
        if let Some(known) = self.by_path.get(path) {
            return Some(*known);
        }
        let module = self.declare_one(path)?;
        for neighbour in self.neighbours(module) {
            self.declare(&neighbour);
        }
        Some(module)
    }

    fn declare_one(&mut self, path: &str) -> Option<ModuleIndex> {
        let source = self.program.source(path)?;
        let module = ModuleIndex(self.modules.len() as u32);
        self.scopes.push(Scope { module: module.0, depth: self.depth, ..Scope::default() });
        let scope = ScopeIndex(self.scopes.len() as u32 - 1);
        let exports = self.hold(Held::default());
        let loaded = Loaded {
            source: source.clone(),
            scope,
            exports,
            replaced: None,
            stars: Vec::new(),
            outer_stars: Vec::new(),
            state: State::Declared,
        };
        self.modules.push(loaded);
        self.by_path.insert(path.to_owned(), module);
        if let Some(span) = source.module.broken.first() {
            self.give_up(
                module,
                *span,
                format!("this is not {} as it is understood here", self.language(module).name()),
            );
        }
        self.hoist(&source.module.body, scope, None);
        self.declare_parts(module);
        Some(module)
    }

    /// Declares the other files that hold parts of a module's classes.
    fn declare_parts(&mut self, module: ModuleIndex) {
        let Some(index) = self.index_of(module) else { return };
        let source = self.source(module);
        for class in source.module.classes.iter().filter(|class| class.adds) {
            let (Some(name), Some(namespace)) = (&class.name, &class.namespace) else { continue };
            for path in index.parts(namespace, name, &source.path) {
                self.declare(path);
            }
        }
    }

    /// The rest of a module's package.
    pub fn neighbours(&self, module: ModuleIndex) -> Vec<String> {
        let source = self.source(module);
        self.language(module).neighbours(&source.path, self.program.files)
    }

    /// Runs a module's body, unless it ran or runs.
    pub fn run_body(&mut self, module: ModuleIndex) {
        if self.loaded(module).state != State::Declared {
            return;
        }
        self.modules[module.0 as usize].state = State::Running;
        let source = self.source(module);
        let scope = self.loaded(module).scope;
        let depth = std::mem::take(&mut self.depth);
        self.loading += 1;
        let step = Step { function: "(loading)".to_owned(), place: self.place(module, Span::default()) };
        self.frames.push(Frame { module, function: None, result: None, step });
        match self.rules(module).lazy_names {
            true => self.run_declarations(&source.module.body, scope),
            false => {
                self.run(&source.module.body, scope);
            }
        }
        self.frames.pop();
        self.loading -= 1;
        self.depth = depth;
        self.modules[module.0 as usize].state = State::Done;
    }

    /// Runs what a module declares, where its names are computed when they are asked for.
    fn run_declarations(&mut self, body: &[Statement], scope: ScopeIndex) {
        for statement in body.iter().filter(|statement| !matches!(statement, Statement::Bind { .. })) {
            self.statement(statement, scope);
        }
    }

    /// Makes the functions and classes of a body known before it runs.
    pub fn hoist(&mut self, body: &[Statement], scope: ScopeIndex, class: Option<ClassIndex>) {
        let rules = self.rules(self.module_of(scope));
        let lazy = rules.lazy_names;
        let inside = rules.explicit_exports && self.scope(scope).parent.is_some();
        for statement in body {
            match statement {
                Statement::Function(function) => self.hoist_function(*function, scope, class),
                Statement::Class(class) if lazy && self.adds_elsewhere(*class, scope) => {}
                Statement::Class(class) => {
                    self.hoist_class(*class, scope);
                }
                Statement::Export { value, .. } => {
                    if let portolan_program::Kind::Class(class) = &value.kind {
                        self.hoist_class(*class, scope);
                    }
                }
                // `const next = () => …` below the call whose callback calls it.
                Statement::Bind { pattern: Pattern::Name(name), value: Some(value), declares: true, .. } if inside => {
                    if let portolan_program::Kind::Function(function) = &value.kind {
                        let value = self.closure(*function, scope, class);
                        self.scopes[scope.0 as usize].names.insert(name.clone(), value);
                    }
                }
                _ => {}
            }
        }
    }

    fn hoist_function(&mut self, function: FunctionId, scope: ScopeIndex, class: Option<ClassIndex>) {
        let module = self.module_of(scope);
        let name = self.source(module).module.function(function).name.clone();
        if let Some(name) = name {
            let value = self.closure(function, scope, class);
            self.scopes[scope.0 as usize].names.insert(name, value);
        }
    }

    /// A function with what it sees.
    pub fn closure(&self, function: FunctionId, scope: ScopeIndex, class: Option<ClassIndex>) -> Value {
        let module = self.module_of(scope);
        Value::Function(Closure { module, function, scope, receiver: None, class, given: Vec::new() })
    }

    /// Declares a class, or adds to the one of its name in the package.
    pub fn hoist_class(&mut self, class: ClassId, scope: ScopeIndex) -> ClassIndex {
        let module = self.module_of(scope);
        let source = self.source(module);
        let declared = source.module.class(class);
        let part = Part { module, class, scope };
        let known = declared.name.as_ref().and_then(|name| self.same_class(module, name, scope, declared));
        if let Some(known) = known {
            let parts = &mut self.classes[known.0 as usize].parts;
            if !parts.iter().any(|known| known.module == module && known.class == class && known.scope == scope) {
                parts.push(part);
            }
            self.bind_class(known, declared.name.as_ref(), scope);
            if self.sends_messages(module) {
                self.hoist_nested(&declared.body, known, scope);
            }
            return known;
        }
        let index = ClassIndex(self.classes.len() as u32);
        self.classes.push(ClassObject {
            name: declared.name.clone().unwrap_or_default(),
            parts: vec![part],
            statics: FxHashMap::default(),
            decorated: FxHashMap::default(),
            computing: FxHashSet::default(),
            holding: FxHashSet::default(),
        });
        if let Some(name) = &declared.name
            && self.scope(scope).parent.is_none()
        {
            self.packaged.insert((self.package_of(module, declared), name.clone()), index);
        }
        self.bind_class(index, declared.name.as_ref(), scope);
        self.hoist_nested(&declared.body, index, scope);
        index
    }

    /// Whether a declaration adds to a class that is not declared beside it.
    fn adds_elsewhere(&self, class: ClassId, scope: ScopeIndex) -> bool {
        let source = self.source(self.module_of(scope));
        let declared = source.module.class(class);
        let beside = declared.name.as_ref().and_then(|name| self.scope(scope).names.get(name));
        declared.adds && !matches!(beside, Some(Value::Class(_)))
    }

    /// Adds to a class that is declared elsewhere, or to a type outside the program.
    pub fn add_elsewhere(&mut self, class: ClassId, scope: ScopeIndex) -> Option<ClassIndex> {
        let module = self.module_of(scope);
        if !self.rules(module).lazy_names || !self.adds_elsewhere(class, scope) {
            return None;
        }
        let part = Part { module, class, scope };
        let source = self.source(module);
        let declared = source.module.class(class);
        let known = match declared.bases.last().map(|base| self.type_value(base, scope)) {
            Some(Value::Class(known)) if self.named_so(known, declared.name.as_ref()) => known,
            _ => {
                let known = self.extensions.iter().find(|known| self.class(**known).parts.contains(&part)).copied();
                match known {
                    Some(known) => known,
                    None => self.new_extension(declared.name.clone().unwrap_or_default()),
                }
            }
        };
        let parts = &mut self.classes[known.0 as usize].parts;
        if !parts.contains(&part) {
            parts.push(part);
        }
        Some(known)
    }

    fn named_so(&self, class: ClassIndex, name: Option<&Name>) -> bool {
        let aliased =
            self.class(class).parts.iter().all(|part| self.source(part.module).module.class(part.class).interface);
        !aliased || Some(&self.class(class).name) == name
    }

    fn new_extension(&mut self, name: Name) -> ClassIndex {
        let index = ClassIndex(self.classes.len() as u32);
        self.classes.push(ClassObject {
            name,
            parts: Vec::new(),
            statics: FxHashMap::default(),
            decorated: FxHashMap::default(),
            computing: FxHashSet::default(),
            holding: FxHashSet::default(),
        });
        self.extensions.push(index);
        index
    }

    /// Classes inside a class are known as its members.
    fn hoist_nested(&mut self, body: &[Statement], outer: ClassIndex, scope: ScopeIndex) {
        let nested: Vec<ClassId> = body
            .iter()
            .filter_map(|statement| match statement {
                Statement::Class(class) => Some(*class),
                _ => None,
            })
            .collect();
        if nested.is_empty() {
            return;
        }
        let inside = self.inner(scope);
        self.scopes[inside.0 as usize].class = Some(outer);
        for class in nested {
            let index = match self.opened_again(outer, class, inside) {
                Some(known) => known,
                None => self.hoist_class(class, inside),
            };
            let name = self.class(index).name.clone();
            self.classes[outer.0 as usize].statics.insert(name, Value::Class(index));
        }
    }

    /// A class inside a class that is opened again, perhaps in another file (Ruby).
    fn opened_again(&mut self, outer: ClassIndex, class: ClassId, scope: ScopeIndex) -> Option<ClassIndex> {
        let module = self.module_of(scope);
        if !self.sends_messages(module) {
            return None;
        }
        let source = self.source(module);
        let declared = source.module.class(class);
        let Some(Value::Class(known)) = self.class(outer).statics.get(declared.name.as_ref()?).cloned() else {
            return None;
        };
        let part = Part { module, class, scope };
        let parts = &mut self.classes[known.0 as usize].parts;
        if !parts.iter().any(|known| known.module == module && known.class == class) {
            parts.push(part);
            self.hoist_nested(&declared.body, known, scope);
        }
        self.bind_class(known, declared.name.as_ref(), scope);
        Some(known)
    }

    /// The class that a declaration belongs to, when there is one already.
    fn same_class(
        &self,
        module: ModuleIndex,
        name: &Name,
        scope: ScopeIndex,
        declared: &portolan_program::Class,
    ) -> Option<ClassIndex> {
        let adds = declared.adds;
        if let Some(Value::Class(known)) = self.scope(scope).names.get(name)
            && (adds || self.class(*known).parts.iter().any(|part| part.scope == scope))
        {
            return Some(*known);
        }
        if self.scope(scope).parent.is_some() && (!adds || self.sends_messages(module)) {
            return None;
        }
        let known = *self.packaged.get(&(self.package_of(module, declared), name.clone()))?;
        let all_add = self.class(known).parts.iter().all(|part| self.source(part.module).module.class(part.class).adds);
        (adds || all_add).then_some(known)
    }

    fn bind_class(&mut self, class: ClassIndex, name: Option<&Name>, scope: ScopeIndex) {
        if let Some(name) = name {
            self.scopes[scope.0 as usize].names.insert(name.clone(), Value::Class(class));
        }
    }

    /// What names the package of a class: its namespace in its project, or its module's package.
    fn package_of(&self, module: ModuleIndex, declared: &portolan_program::Class) -> String {
        match (&declared.namespace, self.index_of(module)) {
            (Some(namespace), Some(index)) => {
                format!("{}:{namespace}", index.project(&self.loaded(module).source.path))
            }
            _ => self.package(module),
        }
    }

    /// What names a module's package: its first file; in Ruby all files are one.
    fn package(&self, module: ModuleIndex) -> String {
        if self.sends_messages(module) {
            return String::new();
        }
        let own = &self.loaded(module).source.path;
        let neighbours = self.neighbours(module);
        neighbours.iter().chain([own]).min().cloned().unwrap_or_default()
    }

    /// Does what an import says.
    pub fn import(&mut self, import: &Import, scope: ScopeIndex) {
        let module = self.module_of(scope);
        let Some(binding) = &import.binding else { return self.import_all(import, module) };
        let value = match &import.item {
            Some(item) => self.imported_item(&import.module, item, module),
            None => self.imported(&import.module, module),
        };
        self.assign(binding, value, true, scope);
    }

    fn import_all(&mut self, import: &Import, module: ModuleIndex) {
        let found = self.find(&import.module, module);
        let loaded = &mut self.modules[module.0 as usize];
        if found.is_empty() {
            loaded.outer_stars.push(import.module.trim_end_matches(".*").into());
        }
        loaded.stars.extend(&found);
        if import.exported {
            self.export_all(module, &found);
        }
    }

    fn export_all(&mut self, module: ModuleIndex, from: &[ModuleIndex]) {
        let exports = self.loaded(module).exports;
        for source in from {
            let given = self.held(self.loaded(*source).exports).clone();
            for name in given.order.iter().filter(|name| *name != "default") {
                let value = given.members[name].clone();
                self.held_mut(exports).set(name, value, true);
            }
        }
    }

    /// The modules of the app that a name means, loaded.
    pub fn find(&mut self, name: &str, from: ModuleIndex) -> Vec<ModuleIndex> {
        let paths = {
            let source = self.source(from);
            self.language(from).resolve(name, &source.path, self.program.files)
        };
        paths.iter().filter_map(|path| self.load(path)).collect()
    }

    /// A module by its name: of the app, or a symbol.
    pub fn imported(&mut self, name: &Name, from: ModuleIndex) -> Value {
        match self.find(name, from).first() {
            Some(module) => Value::Module(*module),
            None => Value::Symbol(Symbol { name: name.clone(), imported: true }),
        }
    }

    /// Something of a module.
    fn imported_item(&mut self, name: &Name, item: &Name, from: ModuleIndex) -> Value {
        let found = self.find(name, from);
        for module in &found {
            if let Some(value) = self.given(*module, name, item) {
                return value;
            }
        }
        if let Some(submodule) = self.language(from).submodule(name, item)
            && let Some(module) = self.find(&submodule, from).first().copied()
        {
            let class = self.rules(from).implied_receiver.then(|| self.exported(module, item)).flatten();
            return class.unwrap_or(Value::Module(module));
        }
        if let Some(class) = found.is_empty().then(|| self.class_of_namespace(name, item, from)).flatten() {
            return class;
        }
        match found.is_empty() {
            true if item == "default" => Value::Symbol(Symbol { name: name.clone(), imported: true }),
            true => Value::Symbol(Symbol { name: format!("{name}.{item}").into(), imported: true }),
            false => Value::Unknown,
        }
    }

    /// What a module gives under a name: of its own, of a class', or of a module all of whose names it takes.
    fn given(&mut self, module: ModuleIndex, name: &Name, item: &Name) -> Option<Value> {
        let own = self.exported(module, item).or_else(|| self.of_class(module, name, item));
        let rules = self.rules(module);
        own.or_else(|| (!rules.explicit_exports && !rules.block_scopes).then(|| self.star(module, item)).flatten())
    }

    /// A member of the class that a file is named after: `import static a.b.C.d`.
    fn of_class(&mut self, module: ModuleIndex, name: &Name, item: &Name) -> Option<Value> {
        if !self.rules(module).implied_receiver {
            return None;
        }
        let class = Name::from(name.rsplit('.').next()?);
        let class = self.exported(module, &class)?;
        self.own_member(&class, item, module)
    }

    /// A member of the class that a file is named after, all of whose members are seen: `import static a.b.C.*`.
    pub fn of_own_class(&mut self, module: ModuleIndex, item: &Name) -> Option<Value> {
        let source = self.source(module);
        let file = source.path.rsplit('/').next().and_then(|file| file.split('.').next())?;
        self.of_class(module, &file.into(), item)
    }

    /// What a module gives under a name.
    pub fn exported(&mut self, module: ModuleIndex, name: &Name) -> Option<Value> {
        if !self.rules(module).explicit_exports {
            return self.global(module, name);
        }
        if let Some(replaced) = self.loaded(module).replaced.clone() {
            return match name == "default" {
                true => Some(replaced),
                false => Some(self.member(&replaced, name, module)).filter(|value| !value.is_unknown()),
            };
        }
        let exports = self.loaded(module).exports;
        match self.held(exports).members.get(name).cloned() {
            Some(Value::Unknown | Value::Nothing) | None => {}
            known => return known,
        }
        if let Some(value) = self.exported_later(module, name) {
            return Some(value);
        }
        match self.held(exports).members.get(name) {
            Some(value) => Some(value.clone()),
            None if name == "default" && !self.held(exports).order.is_empty() => Some(Value::Held(exports)),
            None => self.exported_by_star(module, name),
        }
    }

    /// A name that is exported further down in a module that is still loading, or that was set after it was exported.
    fn exported_later(&mut self, module: ModuleIndex, name: &Name) -> Option<Value> {
        let source = self.source(module);
        let local = source.module.body.iter().rev().find_map(|statement| match statement {
            Statement::Export { name: Some(exported), value } if exported == name => match &value.kind {
                portolan_program::Kind::Name(local) => Some(local.clone()),
                _ => None,
            },
            _ => None,
        })?;
        self.global(module, &local).filter(|value| !value.is_unknown())
    }

    /// A name that a module gives on, when the module it comes from was still loading.
    fn exported_by_star(&mut self, module: ModuleIndex, name: &Name) -> Option<Value> {
        let source = self.source(module);
        let stars: Vec<Name> = source
            .module
            .body
            .iter()
            .filter_map(|statement| match statement {
                Statement::Import(import) if import.exported && import.binding.is_none() => Some(import.module.clone()),
                _ => None,
            })
            .collect();
        for star in stars {
            let found = self.find(&star, module);
            let outer = Name::from(format!("{star}.{name}"));
            if found.is_empty() && self.recognised(&outer, module) {
                return Some(Value::Symbol(Symbol { name: outer, imported: true }));
            }
            for from in found {
                if let Some(value) = (from != module).then(|| self.exported_once(from, name)).flatten() {
                    return Some(value);
                }
            }
        }
        None
    }

    fn exported_once(&mut self, module: ModuleIndex, name: &Name) -> Option<Value> {
        let key = (module, name.clone());
        if self.resolving.contains(&key) {
            return None;
        }
        self.resolving.push(key);
        let value = self.exported(module, name);
        self.resolving.pop();
        value
    }
}
