//! What an expression is worth.

use crate::machine::{Machine, Said};
use crate::value::{Held, ModuleIndex, ScopeIndex, Shape, Symbol, Value};
use portolan_program::{Argument, Entry, Expression, Form, Key, Kind, Name, Piece, Span};
use portolan_sdk as sdk;

impl Machine<'_> {
    /// Evaluates an expression.
    pub fn evaluate(&mut self, expression: &Expression, scope: ScopeIndex) -> Value {
        let value = self.evaluated(expression, scope);
        self.as_written(expression, value)
    }

    fn evaluated(&mut self, expression: &Expression, scope: ScopeIndex) -> Value {
        if !self.step() {
            return Value::Unknown;
        }
        let module = self.module_of(scope);
        match &expression.kind {
            Kind::Text(pieces) => self.text(pieces, scope),
            Kind::Literal => Value::Unknown,
            Kind::Nothing => Value::Nothing,
            Kind::Truth(truth) => Value::Truth(*truth),
            Kind::At(object, position) => {
                let object = self.evaluate(object, scope);
                self.element_at(&object, *position, module)
            }
            Kind::Name(name) => self.name(name, scope),
            Kind::Member(object, name) => self.evaluate_member(object, name, expression.span, scope),
            Kind::Index(object, index) => {
                let object = self.evaluate(object, scope);
                let index = self.evaluate(index, scope);
                self.index(&object, &index, module)
            }
            Kind::Call(callee, arguments) => self.evaluate_call(callee, arguments, expression.span, scope),
            Kind::New(class, arguments) => {
                let class = self.evaluate(class, scope);
                let arguments = self.arguments(arguments, scope);
                self.construct(&class, arguments, expression.span, scope)
            }
            Kind::Struct(class, entries) => self.structure(class, entries, scope),
            Kind::Record(entries) => self.entries(Held::default(), entries, scope),
            Kind::List(elements) => self.elements(elements, scope),
            Kind::Function(function) => {
                self.closure(*function, scope, self.scope(scope).class.or_else(|| self.enclosing_class(scope)))
            }
            Kind::Class(class) => {
                let index = self.hoist_class(*class, scope);
                self.run_class(index, *class, scope);
                Value::Class(index)
            }
            Kind::Joined(parts) => self.joined(parts, scope),
            Kind::Either(parts) => {
                self.depth += 1;
                let values: Vec<Value> = parts.iter().map(|part| self.evaluate(part, scope)).collect();
                self.depth -= 1;
                either(values)
            }
            Kind::Element(of) => {
                let of = self.evaluate(of, scope);
                self.element(&of, module)
            }
            Kind::Assign(pattern, value) => {
                let value = self.evaluate(value, scope);
                self.bind(pattern, value.clone(), false, scope);
                value
            }
            Kind::Block(body) => self.block_value(body, scope),
            Kind::Typed(value, declared) => {
                let value = self.evaluate(value, scope);
                self.of_type(value, declared, scope)
            }
            Kind::Generic(inner, _) => self.evaluate(inner, scope),
            Kind::Module(name) => self.required(name, scope),
            Kind::Opaque(parts) => {
                for part in parts {
                    self.evaluate(part, scope);
                }
                Value::Unknown
            }
        }
    }

    /// A module that is loaded by an expression: what replaced its exports, or its exports.
    fn required(&mut self, name: &Name, scope: ScopeIndex) -> Value {
        match self.imported(name, self.module_of(scope)) {
            Value::Module(module) if self.rules(module).explicit_exports => {
                match self.loaded(module).replaced.clone() {
                    Some(replaced) => replaced,
                    None => Value::Module(module),
                }
            }
            other => other,
        }
    }

    fn block_value(&mut self, body: &[portolan_program::Statement], scope: ScopeIndex) -> Value {
        let module = self.module_of(scope);
        let inner = if self.rules(module).block_scopes { self.inner(scope) } else { scope };
        self.hoist(body, inner, self.scope(scope).class);
        let Some((last, before)) = body.split_last() else { return Value::Nothing };
        self.run(before, inner);
        match last {
            portolan_program::Statement::Expression(value) => self.evaluate(value, inner),
            other => {
                self.statement(other, inner);
                Value::Unknown
            }
        }
    }

    /// The class whose method a scope lies in.
    pub fn enclosing_class(&self, scope: ScopeIndex) -> Option<crate::value::ClassIndex> {
        let mut next = Some(scope);
        while let Some(at) = next {
            if let Some(class) = self.scope(at).class {
                return Some(class);
            }
            next = self.scope(at).parent;
        }
        None
    }

    fn text(&mut self, pieces: &[Piece], scope: ScopeIndex) -> Value {
        let mut template = Vec::new();
        for piece in pieces {
            match piece {
                Piece::Literal(text) => push_literal(&mut template, text),
                Piece::Hole(value) => {
                    let value = self.evaluate(value, scope);
                    push_value(&mut template, &value);
                }
            }
        }
        Value::Text(sdk::Template(template))
    }

    /// Texts joined; something else where none of the parts is a text.
    fn joined(&mut self, parts: &[Expression], scope: ScopeIndex) -> Value {
        let values: Vec<Value> = parts.iter().map(|part| self.evaluate(part, scope)).collect();
        if !values.iter().any(|value| value.each().iter().any(|value| matches!(value, Value::Text(_)))) {
            return Value::any(values.into_iter().filter(|value| matches!(value, Value::Held(_) | Value::Function(_))));
        }
        let mut template = Vec::new();
        for value in &values {
            push_value(&mut template, value);
        }
        Value::Text(sdk::Template(template))
    }

    fn evaluate_member(&mut self, object: &Expression, name: &Name, span: Span, scope: ScopeIndex) -> Value {
        let module = self.module_of(scope);
        if let Kind::Name(super_name) = &object.kind
            && matches!(super_name.as_str(), "super" | "base")
            && self.known_name(super_name, scope).is_none()
        {
            return self.super_member(name, scope);
        }
        let object = self.evaluate(object, scope);
        self.read_member(&object, name, span, module);
        self.member(&object, name, module)
    }

    /// Records what reading a member performs.
    fn read_member(&mut self, object: &Value, name: &Name, span: Span, module: ModuleIndex) {
        for value in object.each() {
            let Value::Object(object) = value else { continue };
            let reads: Vec<_> = self.libraries(module).iter().flat_map(|library| library.read(object, name)).collect();
            reads.into_iter().for_each(|operation| self.perform(module, span, operation));
        }
    }

    /// `Type { members }`: an object of the program or of an SDK, or just the members.
    fn structure(&mut self, class: &Expression, entries: &[Entry], scope: ScopeIndex) -> Value {
        let module = self.module_of(scope);
        let value = self.evaluate(class, scope);
        match value {
            Value::Class(class) if entries.is_empty() && self.is_interface(class) => Value::Nothing,
            Value::Class(class) => {
                let held = Held { shape: Shape::Instance(class), ..Held::default() };
                let made = self.entries(held, entries, scope);
                if let Value::Held(index) = made {
                    let mut held = std::mem::take(self.held_mut(index));
                    self.by_position(class, &mut held);
                    *self.held_mut(index) = held;
                }
                made
            }
            Value::Object(mut object) => {
                let members = self.entries(Held::default(), entries, scope);
                if let sdk::Term::Record(facts) = self.term(&members) {
                    object.facts.extend(facts);
                }
                Value::Object(object)
            }
            Value::Held(index) if matches!(self.held(index).shape, Shape::Instance(_) | Shape::Record) => {
                let members = self.entries(Held::default(), entries, scope);
                if let Value::Held(members) = members {
                    for name in self.held(members).order.clone() {
                        let value = self.held(members).members[&name].clone();
                        self.set_member(&Value::Held(index), &name, value, module);
                    }
                }
                Value::Held(index)
            }
            Value::Symbol(symbol) => match self.instance(&symbol.name, module) {
                Some(mut object) => {
                    let members = self.entries(Held::default(), entries, scope);
                    if let sdk::Term::Record(facts) = self.term(&members) {
                        object.facts.extend(facts);
                    }
                    Value::Object(object)
                }
                None => self.entries(Held::default(), entries, scope),
            },
            _ => self.entries(Held::default(), entries, scope),
        }
    }

    fn entries(&mut self, mut held: Held, entries: &[Entry], scope: ScopeIndex) -> Value {
        for entry in entries {
            let value = self.evaluate(&entry.value, scope);
            match &entry.key {
                Key::Name(name) => held.set(name, value, true),
                Key::Computed(key) => match self.evaluate(key, scope) {
                    Value::Text(template) => match template.literal() {
                        Some(name) => held.set(&name.into(), value, true),
                        None => {
                            let certain = !template.0.contains(&sdk::Piece::Hole);
                            held.set(&crate::foreign::key_of(&template), value, certain);
                        }
                    },
                    _ => held.add(value),
                },
                Key::Spread => self.spread(&mut held, &value),
            }
        }
        Value::Held(self.hold(held))
    }

    fn spread(&self, held: &mut Held, value: &Value) {
        for value in value.each() {
            for (name, member) in self.members_of(value) {
                held.set(&name, member, true);
            }
            if let Value::Held(index) = value
                && let Some(rest) = &self.held(*index).rest
            {
                held.add(rest.clone());
            }
        }
    }

    /// The members of a record, or what a module exports.
    pub fn members_of(&self, value: &Value) -> Vec<(Name, Value)> {
        let index = match value {
            Value::Held(index) => *index,
            Value::Module(module) => match &self.loaded(*module).replaced {
                Some(replaced) => return self.members_of(replaced),
                None => self.loaded(*module).exports,
            },
            _ => return Vec::new(),
        };
        let held = self.held(index);
        held.order.iter().map(|name| (name.clone(), held.members[name].clone())).collect()
    }

    fn elements(&mut self, elements: &[Argument], scope: ScopeIndex) -> Value {
        let mut list = Held { shape: Shape::List, ..Held::default() };
        for element in elements {
            let value = self.evaluate(&element.value, scope);
            match element.form {
                Form::One if list.rest.is_none() => list.items.push(value),
                Form::One => list.add(value),
                Form::Spread | Form::SpreadRecord => {
                    let inner = self.element(&value, self.module_of(scope));
                    list.add(inner);
                }
            }
        }
        Value::Held(self.hold(list))
    }

    /// Arguments, with those of lists and records that are spread.
    pub fn arguments(&mut self, arguments: &[Argument], scope: ScopeIndex) -> Vec<(Option<Name>, Value)> {
        let mut all = Vec::with_capacity(arguments.len());
        for argument in arguments {
            let value = self.evaluate(&argument.value, scope);
            match argument.form {
                Form::One => all.push((argument.name.clone(), value)),
                Form::Spread => match &value {
                    Value::Held(index) if self.held(*index).shape == Shape::List => {
                        let list = self.held(*index);
                        all.extend(list.items.iter().chain(&list.rest).map(|value| (None, value.clone())));
                    }
                    _ => all.push((None, Value::Unknown)),
                },
                Form::SpreadRecord => {
                    for value in value.each() {
                        if let Value::Held(index) = value {
                            let record = self.held(*index);
                            let named =
                                record.order.iter().map(|name| (Some(name.clone()), record.members[name].clone()));
                            all.extend(named);
                        }
                    }
                }
            }
        }
        let spread = arguments.iter().any(|argument| argument.form != Form::One);
        self.said = Said { spread, texts: self.certain_texts(arguments, scope) };
        all
    }

    fn evaluate_call(&mut self, callee: &Expression, arguments: &[Argument], span: Span, scope: ScopeIndex) -> Value {
        match &callee.kind {
            Kind::Name(name) if matches!(name.as_str(), "super" | "base") && self.known_name(name, scope).is_none() => {
                let arguments = self.arguments(arguments, scope);
                self.super_construct(arguments, span, scope)
            }
            Kind::Member(object, name) => {
                if let Kind::Name(super_name) = &object.kind
                    && matches!(super_name.as_str(), "super" | "base")
                    && self.known_name(super_name, scope).is_none()
                {
                    let arguments = self.arguments(arguments, scope);
                    let method = self.super_member(name, scope);
                    return self.call(&method, arguments, span, scope);
                }
                let receiver = self.evaluate(object, scope);
                let arguments = self.arguments(arguments, scope);
                self.invoke(&receiver, name, arguments, span, scope)
            }
            Kind::Name(name) => {
                let value = self.called_name(name, scope);
                let arguments = self.arguments(arguments, scope);
                self.call_named(name, &value, arguments, span, scope)
            }
            Kind::Generic(inner, types) => self.generic_call(inner, types, arguments, span, scope),
            Kind::Index(object, name) => {
                let object = self.evaluate(object, scope);
                let name = self.evaluate(name, scope);
                let value = self.indexed_method(&object, &name, span, scope);
                let arguments = self.arguments(arguments, scope);
                self.call(&value, arguments, span, scope)
            }
            _ => {
                let value = self.evaluate(callee, scope);
                let arguments = self.arguments(arguments, scope);
                self.call(&value, arguments, span, scope)
            }
        }
    }

    /// `object[name]` where it is called: a method of an SDK's object must be known by its name.
    fn indexed_method(&mut self, object: &Value, name: &Value, span: Span, scope: ScopeIndex) -> Value {
        match object.each().iter().any(|object| matches!(object, Value::Object(_))) {
            true => self.attribute(object, name, span, scope),
            false => self.index(object, name, self.module_of(scope)),
        }
    }

    /// A call of a bare name: a few of the languages' own do something that matters.
    pub fn call_named(
        &mut self,
        name: &Name,
        value: &Value,
        arguments: Vec<(Option<Name>, Value)>,
        span: Span,
        scope: ScopeIndex,
    ) -> Value {
        if let Value::Symbol(Symbol { imported: false, .. }) = value
            && name == "getattr"
            && let [(_, object), (_, attribute), ..] = arguments.as_slice()
        {
            return self.attribute(object, attribute, span, scope);
        }
        if let Value::Symbol(Symbol { imported: false, .. }) = value
            && name == "globals"
            && arguments.is_empty()
        {
            return Value::Module(self.module_of(scope));
        }
        self.call(value, arguments, span, scope)
    }

    /// A member whose name is computed.
    fn attribute(&mut self, object: &Value, name: &Value, span: Span, scope: ScopeIndex) -> Value {
        let module = self.module_of(scope);
        let names: Vec<Name> = name
            .each()
            .iter()
            .filter_map(|name| match name {
                Value::Text(template) => template.literal().map(Name::from),
                _ => None,
            })
            .collect();
        if names.is_empty() {
            if object.each().iter().any(|object| matches!(object, Value::Object(_))) {
                self.give_up(module, span, "the method's name is computed");
            }
            return self.functions_like(object, name, module);
        }
        Value::any(names.iter().map(|name| self.member(object, name, module)).collect::<Vec<_>>())
    }
}

/// `a or b`: what is missing is not what it is.
fn either(values: Vec<Value>) -> Value {
    if values.iter().any(|value| !matches!(value, Value::Nothing | Value::Unknown)) {
        return Value::any(values.into_iter().filter(|value| *value != Value::Nothing));
    }
    Value::any(values)
}

fn push_literal(template: &mut Vec<sdk::Piece>, text: &Name) {
    match template.last_mut() {
        Some(sdk::Piece::Literal(last)) => *last = format!("{last}{text}").into(),
        _ if text.is_empty() => {}
        _ => template.push(sdk::Piece::Literal(text.clone())),
    }
}

/// Adds what is known of a value to a text. One of several texts: the first that names something.
pub(crate) fn push_value(template: &mut Vec<sdk::Piece>, value: &Value) {
    match value.each() {
        [Value::Text(text)] => {
            for piece in &text.0 {
                match piece {
                    sdk::Piece::Literal(text) => push_literal(template, text),
                    sdk::Piece::Hole if template.last() == Some(&sdk::Piece::Hole) => {}
                    other => template.push(other.clone()),
                }
            }
        }
        _ if template.last() == Some(&sdk::Piece::Hole) => {}
        _ => template.push(sdk::Piece::Hole),
    }
}
