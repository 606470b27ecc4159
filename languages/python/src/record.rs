//! Classes whose constructor is written by somebody else: data classes, named tuples, models of pydantic and attrs, settings that
//! come from the environment.

use crate::expression::literal;
use crate::function::{name_at, plain, typed};
use crate::lower::{Lower, at};
use portolan_program::{
    Argument, Class, Expression, Field, Form, Function, Kind, Name, Parameter, Pattern, Piece, Role, Statement,
    Variadic,
};
use tree_sitter::Node;

/// Decorators that write a constructor.
const DECORATORS: &[&str] = &["dataclass", "define", "frozen", "mutable", "attrs", "attrib", "s"];
/// Classes whose subclasses get one.
const BASES: &[&str] = &["NamedTuple", "BaseModel", "SQLModel", "Struct"];
/// Classes whose fields are read from the environment.
const SETTINGS: &[&str] = &["BaseSettings"];

impl Lower<'_> {
    /// Adds the constructor that a class gets from its decorators or bases.
    pub fn complete_record(&mut self, node: Node<'_>, decorators: &[Node<'_>], class: &mut Class) {
        let has_base = |known: &[&str], class: &Class| {
            class.bases.iter().filter_map(|base| base.path.last()).any(|last| known.contains(&last.as_str()))
        };
        if has_base(SETTINGS, class) {
            class.fields.iter_mut().for_each(|field| from_environment(node, field));
            return;
        }
        let words = self.class_words(decorators);
        let written = words.iter().any(|word| DECORATORS.contains(&word.as_str())) || has_base(BASES, class);
        let own = class.functions.iter().any(|id| self.module.function(*id).role == Role::Constructor);
        if written && !own {
            let constructor = self.constructor(node, class);
            let id = self.module.add_function(constructor);
            class.functions.push(id);
        }
    }

    /// A constructor that takes the fields in order and sets them, those of bases by their names.
    fn constructor(&self, node: Node<'_>, class: &Class) -> Function {
        let this = Name::new_static("self");
        let mut parameters: Vec<Parameter> = Vec::new();
        let mut body = Vec::new();
        if !class.bases.is_empty() {
            body.push(Statement::Expression(at(node, base_constructor(node))));
        }
        for field in class.fields.iter().filter(|field| field.declared.is_some() || field.value.is_some()) {
            let default = field.value.as_ref().map(made);
            parameters.push(Parameter { fixed: true, ..typed(field.name.clone(), field.declared.clone(), default) });
            let target = Pattern::Member(Box::new(name_at(node, &this)), field.name.clone());
            let value = Some(name_at(node, &field.name));
            body.push(Statement::Bind { pattern: target, declared: None, value, declares: false });
        }
        if !class.bases.is_empty() {
            parameters.push(Parameter { name: None, variadic: Variadic::Record, ..plain(REST) });
        }
        let after = class.functions.iter().map(|id| self.module.function(*id));
        if after.filter_map(|function| function.name.as_deref()).any(|name| name == "__post_init__") {
            let method = Kind::Member(Box::new(name_at(node, &this)), Name::new_static("__post_init__"));
            let call = Kind::Call(Box::new(at(node, method)), Vec::new());
            body.push(Statement::Expression(at(node, call)));
        }
        let span = class.span;
        let name = Some(Name::new_static("__init__"));
        Function { name, role: Role::Constructor, receiver: Some(this), parameters, body, span, ..Function::default() }
    }
}

/// What a written constructor calls the arguments that it does not know.
const REST: Name = Name::new_static("further");

fn base_constructor(node: Node<'_>) -> Kind {
    let rest = Argument { name: None, form: Form::SpreadRecord, value: name_at(node, &REST) };
    Kind::Call(Box::new(name_at(node, &Name::new_static("super"))), vec![rest])
}

/// What a field holds at first: `field(default_factory=make)` is `make()`.
fn made(value: &Expression) -> Expression {
    let Kind::Call(_, arguments) = &value.kind else { return value.clone() };
    let given = |names: &[&str]| {
        arguments.iter().find(|argument| argument.name.as_deref().is_some_and(|name| names.contains(&name)))
    };
    if let Some(factory) = given(&["default_factory", "factory"]) {
        return Expression { span: value.span, kind: Kind::Call(Box::new(factory.value.clone()), Vec::new()) };
    }
    given(&["default"]).map_or_else(|| value.clone(), |argument| argument.value.clone())
}

/// A setting is the environment variable of its name, or of its alias.
fn from_environment(node: Node<'_>, field: &mut Field) {
    if field.name.starts_with('_') || field.name.as_str() == "model_config" || field.declared.is_none() {
        return;
    }
    let alias = field.value.as_ref().and_then(alias_of);
    let variable = alias.unwrap_or_else(|| field.name.to_uppercase().into());
    let os = at(node, Kind::Module(Name::new_static("os")));
    let environment = at(node, Kind::Member(Box::new(os), Name::new_static("environ")));
    let key = at(node, Kind::Text(vec![Piece::Literal(variable)]));
    field.value = Some(at(node, Kind::Index(Box::new(environment), Box::new(key))));
    field.shared = true;
}

/// The `env` or `alias` of a pydantic field.
fn alias_of(value: &Expression) -> Option<Name> {
    let Kind::Call(_, arguments) = &value.kind else { return None };
    let names = ["env", "alias", "validation_alias"];
    let given = arguments.iter().find(|argument| argument.name.as_deref().is_some_and(|name| names.contains(&name)))?;
    literal(&given.value)
}
