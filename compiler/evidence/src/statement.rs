//! Running a body: every branch is taken that a condition on parameters does not rule out, every loop runs once.

use crate::machine::Machine;
use crate::value::{Held, ScopeIndex, Shape, Value};
use portolan_program::{Expression, Name, Pattern, Statement, Type};

/// Whether what follows runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flow {
    Next,
    Left,
}

impl Machine<'_> {
    /// Runs a body, up to where it is left.
    pub fn run(&mut self, body: &[Statement], scope: ScopeIndex) -> Flow {
        for statement in body {
            if self.exhausted() || self.statement(statement, scope) == Flow::Left {
                return Flow::Left;
            }
        }
        Flow::Next
    }

    /// A block, in a scope of its own where the language has them.
    pub fn block(&mut self, body: &[Statement], scope: ScopeIndex) -> Flow {
        let module = self.module_of(scope);
        if !self.rules(module).block_scopes {
            return self.run(body, scope);
        }
        let inner = self.inner(scope);
        self.hoist(body, inner, self.scope(scope).class);
        self.run(body, inner)
    }

    /// One step.
    pub fn statement(&mut self, statement: &Statement, scope: ScopeIndex) -> Flow {
        match statement {
            Statement::Expression(expression) => {
                self.evaluate(expression, scope);
            }
            Statement::Bind { pattern, declared, value, declares } => {
                self.bind_statement(pattern, declared.as_ref(), value.as_ref(), *declares, scope);
            }
            Statement::Return(value) => {
                let value = value.as_ref().map_or(Value::Nothing, |value| self.evaluate(value, scope));
                self.result(value);
                return Flow::Left;
            }
            Statement::Leave(value) => {
                if let Some(value) = value {
                    self.evaluate(value, scope);
                }
                return Flow::Left;
            }
            Statement::Branch(blocks) => return self.alternatives(blocks, scope),
            Statement::Loop(body) => {
                if !self.loop_over_names(body, scope) {
                    self.branch(&[body], scope);
                }
            }
            Statement::Scope(body) => {
                self.block(body, scope);
            }
            Statement::Function(function) => self.declared_function(*function, scope),
            Statement::Class(class) => {
                let index = match self.add_elsewhere(*class, scope) {
                    Some(index) => index,
                    None => self.hoist_class(*class, scope),
                };
                self.run_class(index, *class, scope);
            }
            Statement::Only { value, class } => return self.narrow(value, class, scope),
            Statement::Where { parameter, member, test, holds, .. } => {
                if self.stands(parameter, member.as_ref(), test, scope).is_some_and(|stands| stands != *holds) {
                    return Flow::Left;
                }
            }
            Statement::Import(import) => self.import(import, scope),
            Statement::Export { name, value } => self.export(name.as_ref(), value, scope),
            Statement::Outer(names) => self.scopes[scope.0 as usize].outer.extend(names.iter().cloned()),
        }
        Flow::Next
    }

    fn result(&mut self, value: Value) {
        if let Some(frame) = self.frames.last_mut() {
            frame.result = Some(match frame.result.take() {
                Some(before) => before.or(value),
                None => value,
            });
        }
    }

    /// A function's declaration: its decorators run, and may make something else of it.
    fn declared_function(&mut self, function: portolan_program::FunctionId, scope: ScopeIndex) {
        let module = self.module_of(scope);
        let source = self.source(module);
        let declared = source.module.function(function);
        let Some(name) = &declared.name else { return };
        let plain = self.closure(function, scope, self.scope(scope).class);
        let value = self.decorated(plain, &declared.decorators, scope);
        self.scopes[scope.0 as usize].names.insert(name.clone(), value);
    }

    /// What decorators make of something: the innermost first.
    pub fn decorated(&mut self, plain: Value, decorators: &[Expression], scope: ScopeIndex) -> Value {
        decorators.iter().rev().fold(plain, |value, decorator| {
            let by = self.evaluate(decorator, scope);
            self.decorate(&by, value, decorator.span, scope)
        })
    }

    fn bind_statement(
        &mut self,
        pattern: &Pattern,
        declared: Option<&Type>,
        value: Option<&Expression>,
        declares: bool,
        scope: ScopeIndex,
    ) {
        let mut bound = value.map_or(Value::Unknown, |value| self.evaluate(value, scope));
        if let Some(declared) = declared {
            bound = self.of_type(bound, declared, scope);
        }
        match (pattern, value) {
            (Pattern::Member(object, name), Some(value)) => {
                let object = self.evaluate(object, scope);
                let known = self.known(value, &bound, scope);
                self.set_member(&object, name, bound, self.module_of(scope));
                self.settle_member(&object, name, known);
            }
            _ => self.bind(pattern, bound, declares, scope),
        }
    }

    /// Binds a value to a pattern.
    pub fn bind(&mut self, pattern: &Pattern, value: Value, declares: bool, scope: ScopeIndex) {
        match pattern {
            Pattern::Name(name) => self.assign(name, value, declares, scope),
            Pattern::Member(object, name) => {
                let object = self.evaluate(object, scope);
                self.set_member(&object, name, value, self.module_of(scope));
            }
            Pattern::Index(object, index) => {
                let object = self.evaluate(object, scope);
                let index = self.evaluate(index, scope);
                self.set_index(&object, &index, value, self.module_of(scope));
            }
            Pattern::Record { members, rest } => {
                for (name, pattern, default) in members {
                    let mut member = self.member(&value, name, self.module_of(scope));
                    if let Some(default) = default {
                        member = self.defaulted(member, default, scope);
                    }
                    self.bind(pattern, member, declares, scope);
                }
                if let Some(rest) = rest {
                    self.assign(rest, value, declares, scope);
                }
            }
            Pattern::List(patterns) => self.bind_list(patterns, &value, declares, scope),
            Pattern::Rest(pattern) => self.bind(pattern, value, declares, scope),
            Pattern::Ignore => {}
        }
    }

    /// A value or its default: the default where nothing is known, both where it may be missing.
    pub fn defaulted(&mut self, value: Value, default: &Expression, scope: ScopeIndex) -> Value {
        let otherwise = self.evaluate(default, scope);
        match value {
            Value::Unknown | Value::Nothing => otherwise,
            known => known,
        }
    }

    fn bind_list(&mut self, patterns: &[Pattern], value: &Value, declares: bool, scope: ScopeIndex) {
        for (position, pattern) in patterns.iter().enumerate() {
            let element = self.at(value, position);
            self.bind(pattern, element, declares, scope);
        }
    }

    /// The element at a position. What is not a list is the first of several results: `client, err := …`.
    pub fn at(&mut self, value: &Value, position: usize) -> Value {
        let each: Vec<Value> = value
            .each()
            .iter()
            .map(|value| match value {
                Value::Held(index) if self.held(*index).shape == Shape::List => {
                    let list = self.held(*index);
                    list.items.get(position).cloned().or_else(|| list.rest.clone()).unwrap_or_default()
                }
                other if position == 0 => other.clone(),
                _ => Value::Unknown,
            })
            .collect();
        Value::any(each)
    }

    /// Sets a name: in this function, or where it is declared.
    pub fn assign(&mut self, name: &Name, value: Value, declares: bool, scope: ScopeIndex) {
        let value = value.unsettled();
        let target = if declares { scope } else { self.owner(name, scope) };
        if !declares && self.implied_assignment(name, &value, scope, target) {
            return;
        }
        let inside = self.same_function(scope, target);
        let certain = inside && (self.scope(target).depth == self.depth || self.note_change(target, name));
        let names = &mut self.scopes[target.0 as usize].names;
        match names.get_mut(name) {
            Some(old) if !certain => *old = std::mem::take(old).or(value),
            _ => {
                names.insert(name.clone(), value);
            }
        }
    }

    /// The scope that a name is assigned in.
    fn owner(&self, name: &Name, scope: ScopeIndex) -> ScopeIndex {
        let module = self.module_of(scope);
        let block_scopes = self.rules(module).block_scopes;
        let mut at = scope;
        if self.scope(at).outer.contains(name) {
            while let Some(parent) = self.scope(at).parent {
                at = parent;
                if self.scope(at).names.contains_key(name) && !self.scope(at).outer.contains(name) {
                    return at;
                }
            }
            return at;
        }
        if !block_scopes {
            return scope;
        }
        let mut next = Some(scope);
        while let Some(candidate) = next {
            if self.scope(candidate).names.contains_key(name) {
                return candidate;
            }
            next = self.scope(candidate).parent;
        }
        scope
    }

    fn same_function(&self, mut inner: ScopeIndex, outer: ScopeIndex) -> bool {
        while inner != outer {
            if self.scope(inner).function {
                return false;
            }
            match self.scope(inner).parent {
                Some(parent) => inner = parent,
                None => return false,
            }
        }
        true
    }

    /// Where a bare name is a member of the object around it.
    fn implied_assignment(&mut self, name: &Name, value: &Value, scope: ScopeIndex, target: ScopeIndex) -> bool {
        let module = self.module_of(scope);
        if !self.rules(module).implied_receiver || self.scope(target).names.contains_key(name) {
            return false;
        }
        let mut next = Some(scope);
        while let Some(at) = next {
            let owner = self.scope(at);
            let (class, receiver, parent) = (owner.class, owner.receiver.clone(), owner.parent);
            if let Some(class) = class
                && let Some(field) = self.declared_field(class, name)
            {
                match (field.shared, receiver) {
                    (false, Some(receiver)) => self.set_member(&receiver, name, value.clone(), module),
                    _ => self.set_static(class, name, value.clone()),
                }
                return true;
            }
            next = parent;
        }
        false
    }

    fn export(&mut self, name: Option<&Name>, value: &Expression, scope: ScopeIndex) {
        let value = self.evaluate(value, scope);
        let module = self.module_of(scope);
        match name {
            Some(name) => {
                let replaced = self.loaded(module).replaced.clone();
                match replaced {
                    Some(replaced) if name != "default" => self.set_member(&replaced, name, value, module),
                    _ => {
                        let exports = self.loaded(module).exports;
                        self.held_mut(exports).set(name, value, true);
                    }
                }
            }
            None => self.modules[module.0 as usize].replaced = Some(value),
        }
    }

    /// A new record of these.
    pub fn record(&mut self, members: Vec<(Name, Value)>) -> Value {
        let mut held = Held::default();
        for (name, value) in members {
            held.set(&name, value, true);
        }
        Value::Held(self.hold(held))
    }
}
