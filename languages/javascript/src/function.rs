//! Functions and parameters.

use crate::lower::{Lower, at, children, declarations, field, has, span};
use portolan_program::{Expression, Function, FunctionId, Kind, Name, Parameter, Pattern, Role, Statement, Variadic};
use tree_sitter::Node;

impl Lower<'_> {
    /// `function f() {}` as a statement.
    pub fn declared_function(&mut self, node: Node<'_>) -> FunctionId {
        self.function(node, Role::Free, true)
    }

    /// `function () {}` as a value.
    pub fn function_expression(&mut self, node: Node<'_>) -> FunctionId {
        self.function(node, Role::Free, true)
    }

    /// `() => {}`.
    pub fn arrow(&mut self, node: Node<'_>) -> FunctionId {
        self.function(node, Role::Free, false)
    }

    /// A function that stands for a part of the one around, and shares its object.
    pub fn closure_of(&mut self, node: Node<'_>) -> FunctionId {
        self.function(node, Role::Free, false)
    }

    /// A method of a class or an object literal.
    pub fn method(&mut self, node: Node<'_>, role: Role) -> FunctionId {
        let id = self.function(node, role, true);
        self.module.functions[id.0 as usize].receiver = Some("this".into());
        id
    }

    /// Lowers a function. `own`: it has an object of its own, other than an arrow function.
    fn function(&mut self, node: Node<'_>, role: Role, own: bool) -> FunctionId {
        let outside = std::mem::take(&mut self.around);
        let sight = self.sight.clone();
        self.hide_parameters(node);
        self.around.inside = true;
        self.around.resumed = self.resumed(field(node, "parameters"));
        let name = field(node, "name").map(|name| self.named(name));
        let place = field(node, "name").map_or_else(|| span(node), span);
        let (mut parameters, fields) = self.parameters(node);
        let returns = field(node, "return_type").and_then(|declared| self.declared_type(declared));
        let mut body = fields;
        body.extend(self.function_body(node));
        body.append(&mut self.around.late);
        self.sight = sight;
        let inside = std::mem::replace(&mut self.around, outside);
        body.splice(0..0, declarations(inside.variables));
        if inside.arguments && own {
            body.insert(0, crate::resumed::all_arguments(node, &mut parameters));
        }
        self.around.this |= inside.this && !own;
        self.around.arguments |= inside.arguments && !own;
        self.module.add_function(Function {
            name,
            role,
            receiver: (own && inside.this).then(|| Name::from("this")),
            parameters,
            returns,
            decorators: Vec::new(),
            body,
            span: place,
            hidden: false,
        })
    }

    fn function_body(&mut self, node: Node<'_>) -> Vec<Statement> {
        let Some(body) = field(node, "body") else { return Vec::new() };
        if body.kind() != "statement_block" {
            return vec![Statement::Return(Some(self.expression(body)))];
        }
        let mut statements = Vec::new();
        self.deeper(body, (), |lower| {
            children(body).into_iter().for_each(|child| lower.statement(child, &mut statements));
        });
        if statements.is_empty() {
            statements.push(Statement::Return(None));
        }
        statements
    }

    /// The parameters, and what those that are fields too (`constructor(private db: Db)`) set.
    pub fn parameters(&mut self, node: Node<'_>) -> (Vec<Parameter>, Vec<Statement>) {
        let mut fields = Vec::new();
        if let Some(single) = field(node, "parameter") {
            return (vec![parameter(self.pattern(single))], fields);
        }
        let mut parameters = Vec::new();
        for child in field(node, "parameters").map(children).unwrap_or_default() {
            if child.kind() == "decorator" {
                continue;
            }
            let Some(read) = self.parameter(child) else { continue };
            if is_field(child)
                && let Pattern::Name(name) = &read.pattern
            {
                fields.push(set_field(child, name));
                self.around.this = true;
            }
            parameters.push(read);
        }
        (parameters, fields)
    }

    /// `@inject("orders")` before a parameter or field: what a container gives for it.
    pub fn injected(&mut self, node: Node<'_>) -> Option<Expression> {
        let mut decorators = children(node).into_iter().filter(|child| child.kind() == "decorator");
        let decorator = decorators.find(|decorator| injects(self.source(*decorator)))?;
        children(decorator).first().filter(|inner| inner.kind() == "call_expression").map(|call| self.expression(*call))
    }

    /// A parameter; `this: Type` is none.
    fn parameter(&mut self, node: Node<'_>) -> Option<Parameter> {
        match node.kind() {
            "required_parameter" | "optional_parameter" => {
                let inner = field(node, "pattern")?;
                if inner.kind() == "this" {
                    return None;
                }
                let mut read = self.parameter(inner)?;
                read.declared = field(node, "type").and_then(|declared| self.declared_type(declared));
                read.default = field(node, "value").map(|value| self.expression(value)).or(read.default);
                read.default = read.default.or_else(|| self.injected(node));
                Some(read)
            }
            "assignment_pattern" => {
                let pattern = field(node, "left").map(|left| self.pattern(left))?;
                let default = field(node, "right").map(|right| self.expression(right));
                Some(Parameter { default, ..parameter(pattern) })
            }
            "rest_pattern" => {
                let pattern = children(node).first().map(|inner| self.pattern(*inner))?;
                Some(Parameter { variadic: Variadic::List, ..parameter(pattern) })
            }
            "ERROR" => None,
            _ => Some(parameter(self.pattern(node))),
        }
    }
}

/// Decorators that say by what token a container gives a parameter or field.
fn injects(decorator: &str) -> bool {
    let name = decorator.trim_start_matches('@').split('(').next().unwrap_or_default();
    matches!(name, "inject" | "Inject" | "InjectModel" | "InjectRepository")
}

fn parameter(pattern: Pattern) -> Parameter {
    Parameter { pattern, name: None, declared: None, default: None, variadic: Variadic::No, fixed: false }
}

/// Whether a constructor's parameter is a field too.
pub(crate) fn is_field(node: Node<'_>) -> bool {
    has(node, "accessibility_modifier") || has(node, "readonly") || has(node, "override_modifier")
}

fn set_field(node: Node<'_>, name: &Name) -> Statement {
    let this: Expression = at(node, Kind::Name("this".into()));
    Statement::Bind {
        pattern: Pattern::Member(Box::new(this), name.clone()),
        declared: None,
        value: Some(at(node, Kind::Name(name.clone()))),
        declares: false,
    }
}
