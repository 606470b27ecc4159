//! What a name means where it stands.

use crate::machine::{Machine, State};
use crate::value::{ClassIndex, ModuleIndex, ScopeIndex, Symbol, Value};
use portolan_program::{Name, Pattern, Statement};

/// Functions of a class of Java's that make its objects.
const MAKERS: &[&str] = &["getDefaultInstance", "create", "of", "builder"];

impl Machine<'_> {
    /// The value of a name; a name that nobody declares is the language's own.
    pub fn name(&mut self, name: &Name, scope: ScopeIndex) -> Value {
        self.known_name(name, scope).unwrap_or_else(|| Value::Symbol(Symbol { name: name.clone(), imported: false }))
    }

    /// The value of a name that somebody declares.
    pub fn known_name(&mut self, name: &Name, scope: ScopeIndex) -> Option<Value> {
        let module = self.module_of(scope);
        if let Some(value) = self.local(name, scope) {
            return Some(value);
        }
        let own = self.global(module, name).or_else(|| self.outlined(module, name));
        let declared = own.or_else(|| self.star(module, name)).or_else(|| self.customary(module, name));
        declared.or_else(|| self.everywhere.get(name).filter(|_| self.rules(module).explicit_exports).cloned())
    }

    /// The value of a name that is called: where fields and methods are named apart, a field of the name is not meant
    /// (`client = client()`, the function being one that came with all names of a class).
    pub fn called_name(&mut self, name: &Name, scope: ScopeIndex) -> Value {
        let value = self.name(name, scope);
        let module = self.module_of(scope);
        let rules = self.rules(module);
        if !rules.implied_receiver || !rules.block_scopes || !matches!(value, Value::Object(_) | Value::Held(_)) {
            return value;
        }
        match self.star(module, name) {
            Some(Value::Function(closure)) => Value::Function(closure),
            _ => value,
        }
    }

    /// Through the scopes around, and the objects and classes they belong to.
    fn local(&mut self, name: &Name, scope: ScopeIndex) -> Option<Value> {
        let implied = self.rules(self.module_of(scope)).implied_receiver;
        let mut next = Some(scope);
        while let Some(scope) = next {
            if let Some(value) = self.scope(scope).names.get(name).cloned() {
                return Some(match self.scope(scope).parent {
                    Some(_) => value,
                    None => self.settled(self.module_of(scope), name, value),
                });
            }
            if implied && let Some(value) = self.implied(name, scope) {
                return Some(value);
            }
            if let Some(value) = self.of_class_body(name, scope) {
                return Some(value);
            }
            next = self.scope(scope).parent;
        }
        None
    }

    /// A class variable, where the scope is the body of a class.
    fn of_class_body(&mut self, name: &Name, scope: ScopeIndex) -> Option<Value> {
        let owner = self.scope(scope);
        let class = owner.class.filter(|_| !owner.function)?;
        self.class_member(class, name)
    }

    /// A member of the object or class that a scope belongs to.
    fn implied(&mut self, name: &Name, scope: ScopeIndex) -> Option<Value> {
        let module = self.module_of(scope);
        let receiver = self.scope(scope).receiver.clone();
        if let Some(receiver) = receiver
            && let Some(value) = self.own_member(&receiver, name, module)
        {
            return Some(value);
        }
        let class = self.scope(scope).class?;
        self.class_member(class, name)
            .or_else(|| self.of_surrounding(class, name, module))
            .or_else(|| self.of_outer_class(class, name, scope))
    }

    /// What a class inherits from outside the program, where one of its own functions asks for it: `scan(limit: 5)`.
    fn of_outer_class(&mut self, class: ClassIndex, name: &Name, scope: ScopeIndex) -> Option<Value> {
        let module = self.module_of(scope);
        let asked = matches!(self.scope(scope).receiver, Some(Value::Class(_)));
        if !asked || self.rules(module).block_scopes {
            return None;
        }
        let object = self.outer_class(class, module)?;
        let known = self.libraries(module).iter().any(|library| library.method(&object, name, &[]).is_some());
        known.then(|| Value::Method(object, name.clone()))
    }

    /// A field of the object around a class that is declared in another.
    fn of_surrounding(&mut self, class: ClassIndex, name: &Name, module: ModuleIndex) -> Option<Value> {
        self.declared_field(class, name)?;
        let object = self.somebody(class);
        self.own_member(&object, name, module)
    }

    /// A name of a module.
    pub fn global(&mut self, module: ModuleIndex, name: &Name) -> Option<Value> {
        let scope = self.loaded(module).scope;
        if let Some(value) = self.scope(scope).names.get(name).cloned() {
            return Some(self.settled(module, name, value));
        }
        if (self.loaded(module).state != State::Done || self.rules(module).lazy_names)
            && let Some(value) = self.ahead(module, name)
        {
            return Some(value);
        }
        self.neighbour(module, name)
    }

    /// A name of the module that is bound further down, in a language whose order does not matter, or in a module that did not
    /// run yet.
    fn ahead(&mut self, module: ModuleIndex, name: &Name) -> Option<Value> {
        let key = (module, name.clone());
        if self.resolving.contains(&key) {
            return None;
        }
        let source = self.source(module);
        let scope = self.loaded(module).scope;
        let bound = source.module.body.iter().find(|statement| match statement {
            Statement::Bind { pattern, value: Some(_), .. } => binds(pattern, name),
            Statement::Import(import) => import.binding.as_ref() == Some(name),
            _ => false,
        })?;
        self.resolving.push(key);
        match self.rules(module).lazy_names {
            true => self.compute(bound, scope),
            false => {
                self.statement(bound, scope);
            }
        }
        self.resolving.pop();
        self.scope(scope).names.get(name).cloned()
    }

    /// Binds a name that is computed when it is first asked for: whatever branch asks, it is bound for all.
    fn compute(&mut self, bound: &Statement, scope: ScopeIndex) {
        let around = self.scope(scope).depth;
        let depth = std::mem::replace(&mut self.depth, around);
        self.statement(bound, scope);
        self.depth = depth;
    }

    /// A name of another file of the package.
    fn neighbour(&mut self, module: ModuleIndex, name: &Name) -> Option<Value> {
        for path in self.neighbours(module) {
            let Some(neighbour) = self.declare(&path).filter(|neighbour| *neighbour != module) else { continue };
            let scope = self.loaded(neighbour).scope;
            if let Some(value) = self.scope(scope).names.get(name).cloned() {
                return Some(self.settled(neighbour, name, value));
            }
            if self.loaded(neighbour).state != State::Done
                && let Some(value) = self.ahead(neighbour, name)
            {
                return Some(value);
            }
        }
        None
    }

    /// A name that came with all names of a module.
    pub fn star(&mut self, module: ModuleIndex, name: &Name) -> Option<Value> {
        if self.rules(module).explicit_exports {
            return None;
        }
        let loaded = self.loaded(module);
        let unread = loaded.state == State::Declared && loaded.stars.is_empty() && loaded.outer_stars.is_empty();
        if unread && self.rules(module).implied_receiver {
            self.stars_ahead(module);
        }
        for from in self.loaded(module).stars.clone() {
            let key = (from, name.clone());
            if from == module || self.resolving.contains(&key) {
                continue;
            }
            self.resolving.push(key);
            let value =
                self.exported(from, name).or_else(|| self.of_own_class(from, name)).or_else(|| self.star(from, name));
            self.resolving.pop();
            if value.is_some() {
                return value;
            }
        }
        self.outer_star(module, name)
    }

    /// A name that a module outside the program gives, if a library knows it.
    fn outer_star(&self, module: ModuleIndex, name: &Name) -> Option<Value> {
        let rules = self.rules(module);
        let java = rules.implied_receiver && rules.block_scopes;
        let of_class = |from: &Name| from.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase));
        // A package holds classes; functions come from classes alone.
        let holds = |from: &&Name| !java || name.starts_with(char::is_uppercase) || of_class(from);
        let stars = self.loaded(module).outer_stars.iter().filter(holds);
        let symbols: Vec<String> = stars.map(|from| format!("{from}.{name}")).collect();
        // A class of Java's may only be known by how its objects are made.
        let made = |symbol: &&String| MAKERS.iter().any(|maker| self.understood(&format!("{symbol}.{maker}"), module));
        let by_maker = || java.then(|| symbols.iter().find(made)).flatten();
        let known = symbols.iter().find(|symbol| self.recognised(symbol, module)).or_else(by_maker)?.as_str();
        Some(Value::Symbol(Symbol { name: known.into(), imported: true }))
    }

    /// Whether a library knows what a function does.
    fn understood(&self, symbol: &str, module: ModuleIndex) -> bool {
        let outcome = self.libraries(module).iter().find_map(|library| library.call(symbol, &[]));
        outcome.is_some_and(|outcome| outcome.unresolved.is_none())
    }

    /// Whether a library knows a symbol.
    pub fn recognised(&self, symbol: &str, module: ModuleIndex) -> bool {
        self.libraries(module).iter().any(|library| {
            library.environment(symbol) || library.instance(symbol).is_some() || library.call(symbol, &[]).is_some()
        })
    }

    /// A class that the index knows, or a member of one all of whose members are seen.
    fn outlined(&mut self, module: ModuleIndex, name: &Name) -> Option<Value> {
        let index = self.index_of(module)?;
        let source = self.source(module);
        if let Some(class) = self.first_declared(&index.declaring(name, &source.path), name) {
            return Some(class);
        }
        for outer in self.loaded(module).outer_stars.clone() {
            let Some((namespace, class)) = outer.rsplit_once('.') else { continue };
            let class = self.class_of_namespace(&namespace.into(), &class.into(), module);
            if let Some(Value::Class(class)) = class
                && let Some(member) = self.class_member(class, name)
            {
                return Some(member);
            }
        }
        None
    }

    /// The class of a namespace.
    pub fn class_of_namespace(&mut self, namespace: &Name, name: &Name, module: ModuleIndex) -> Option<Value> {
        let index = self.index_of(module)?;
        let source = self.source(module);
        self.first_declared(&index.parts(namespace, name, &source.path), name)
    }

    /// What the first of these files declares by a name. All are loaded: they may hold parts of it.
    fn first_declared(&mut self, paths: &[&str], name: &Name) -> Option<Value> {
        let loaded: Vec<ModuleIndex> = paths.iter().filter_map(|path| self.load(path)).collect();
        loaded.into_iter().find_map(|module| {
            let scope = self.loaded(module).scope;
            self.scope(scope).names.get(name).cloned()
        })
    }

    /// A class in the file that by custom is named after it.
    fn customary(&mut self, module: ModuleIndex, name: &Name) -> Option<Value> {
        let source = self.source(module);
        let paths = self.language(module).declares(name, &source.path, self.program.files);
        for path in paths {
            let Some(from) = self.load(&path) else { continue };
            if self.rules(from).lazy_names {
                return self.global(from, name);
            }
            let scope = self.loaded(from).scope;
            if let Some(value) = self.scope(scope).names.get(name) {
                return Some(value.clone());
            }
        }
        None
    }
}

/// Whether a pattern binds a name.
fn binds(pattern: &Pattern, name: &Name) -> bool {
    match pattern {
        Pattern::Name(bound) => bound == name,
        Pattern::List(patterns) => patterns.iter().any(|pattern| binds(pattern, name)),
        Pattern::Rest(pattern) => binds(pattern, name),
        Pattern::Record { members, rest } => {
            members.iter().any(|(_, pattern, _)| binds(pattern, name)) || rest.as_ref() == Some(name)
        }
        _ => false,
    }
}
