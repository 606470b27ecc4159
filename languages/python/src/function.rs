//! Functions, methods and lambdas.

use crate::lower::{Lower, Yields, at, children, span};
use portolan_program::{
    Expression, Function, FunctionId, Kind, Name, Parameter, Pattern, Role, Statement, Type, Variadic,
};
use tree_sitter::Node;

/// Decorators that make a method be read like a field.
const GETTERS: &[&str] =
    &["property", "cached_property", "cachedproperty", "hybrid_property", "reify", "computed_field"];
/// Decorators after which a call does what it did before.
const NEUTRAL: &[&str] =
    &["abstractmethod", "override", "final", "wraps", "lru_cache", "cache", "staticmethod", "classmethod", "overload"];

impl<'t> Lower<'t> {
    /// A function on its own.
    pub fn function_statement(&mut self, node: Node<'_>, decorators: Vec<Node<'_>>, body: &mut Vec<Statement>) {
        let id = self.function(node, &decorators, false);
        body.push(Statement::Function(id));
    }

    /// A function, or a method.
    pub fn function(&mut self, node: Node<'_>, decorators: &[Node<'_>], in_class: bool) -> FunctionId {
        let words: Vec<&str> = decorators.iter().map(|decorator| self.decorator_word(*decorator)).collect();
        let name = node.child_by_field_name("name");
        let mut function = Function {
            name: name.map(|name| self.named(name)),
            span: span(name.unwrap_or(node)),
            returns: node.child_by_field_name("return_type").and_then(|declared| self.declared(declared)),
            parameters: node.child_by_field_name("parameters").map_or_else(Vec::new, |list| self.parameters(list)),
            ..Function::default()
        };
        function.decorators = self.decorators(decorators, &words);
        if in_class {
            self.join_class(&mut function, &words);
        }
        let fixed = match node.child_by_field_name("body") {
            Some(block) => self.fix(&mut function.parameters, function.receiver.as_ref(), block),
            None => Vec::new(),
        };
        let around = std::mem::replace(&mut self.fixed, fixed);
        function.body = self.function_body(node, &words);
        self.fixed = around;
        self.module.add_function(function)
    }

    /// The last word of a decorator: `property`, `cached_property`, `setter`.
    fn decorator_word(&self, decorator: Node<'_>) -> &'t str {
        let callee = decorator.child_by_field_name("function").unwrap_or(decorator);
        self.source(callee).rsplit('.').next().unwrap_or_default()
    }

    fn decorators(&mut self, decorators: &[Node<'_>], words: &[&str]) -> Vec<Expression> {
        let kept = decorators.iter().zip(words).filter(|(_, word)| {
            !NEUTRAL.contains(word) && !GETTERS.contains(word) && !matches!(**word, "setter" | "deleter")
        });
        kept.map(|(decorator, _)| self.expression(*decorator)).collect()
    }

    /// What a method is to its class, and how it calls its object.
    fn join_class(&self, function: &mut Function, words: &[&str]) {
        let name = function.name.clone().unwrap_or_default();
        let has = |word: &str| words.contains(&word);
        let class_method = has("classmethod") || matches!(name.as_str(), "__init_subclass__" | "__class_getitem__");
        function.role = match name.as_str() {
            _ if has("staticmethod") || class_method => Role::Static,
            _ if words.iter().any(|word| GETTERS.contains(word)) => Role::Getter,
            "__init__" => Role::Constructor,
            _ => Role::Method,
        };
        let first = function.parameters.first().map(|parameter| (&parameter.pattern, parameter.variadic));
        if has("staticmethod") {
            return;
        }
        if let Some((Pattern::Name(receiver), Variadic::No)) = first {
            function.receiver = Some(receiver.clone());
            function.parameters.remove(0);
        }
    }

    fn function_body(&mut self, node: Node<'_>, words: &[&str]) -> Vec<Statement> {
        let Some(block) = node.child_by_field_name("body") else { return Vec::new() };
        if words.contains(&"overload") || self.promises(block) {
            return Vec::new();
        }
        let context = words.iter().any(|word| word.ends_with("contextmanager"));
        let yields = if context { Yields::Context } else { Yields::Elements };
        let around = std::mem::replace(&mut self.yields, yields);
        let body = self.block(block);
        self.yields = around;
        body
    }

    /// Whether a body only says that somebody else does it: `pass`, `...`, `raise NotImplementedError`.
    fn promises(&self, block: Node<'_>) -> bool {
        children(block).into_iter().all(|statement| match statement.kind() {
            "pass_statement" => true,
            "raise_statement" => self.source(statement).contains("NotImplemented"),
            "expression_statement" => {
                children(statement).iter().all(|child| matches!(child.kind(), "string" | "ellipsis"))
            }
            _ => false,
        })
    }

    /// A lambda.
    pub fn lambda(&mut self, node: Node<'_>) -> FunctionId {
        let parameters = node.child_by_field_name("parameters").map_or_else(Vec::new, |list| self.parameters(list));
        let around = std::mem::take(&mut self.yields);
        let value = node.child_by_field_name("body").map(|body| self.expression(body));
        self.yields = around;
        let body = vec![Statement::Return(value)];
        self.module.add_function(Function { parameters, body, span: span(node), ..Function::default() })
    }

    /// Parameters.
    fn parameters(&mut self, list: Node<'_>) -> Vec<Parameter> {
        children(list).into_iter().filter_map(|parameter| self.parameter(parameter)).collect()
    }

    fn parameter(&mut self, node: Node<'_>) -> Option<Parameter> {
        match node.kind() {
            "identifier" => Some(plain(self.named(node))),
            "default_parameter" | "typed_default_parameter" => {
                let name = node.child_by_field_name("name")?;
                let pattern = self.pattern(name);
                let declared = node.child_by_field_name("type");
                let default = node.child_by_field_name("value").map(|value| self.expression(value));
                let declared = declared.and_then(|declared| self.declared(declared));
                Some(Parameter { pattern, declared, default, ..plain(self.named(name)) })
            }
            "typed_parameter" => {
                let declared = node.child_by_field_name("type")?;
                let mut parameter = self.parameter(*children(node).first()?)?;
                if parameter.variadic == Variadic::No {
                    parameter.default = self.depends(declared);
                    parameter.declared = self.declared(declared);
                }
                Some(parameter)
            }
            "list_splat_pattern" => self.variadic(node, Variadic::List),
            "dictionary_splat_pattern" => self.variadic(node, Variadic::Record),
            "tuple_pattern" => Some(Parameter { pattern: self.pattern(node), name: None, ..plain(Name::default()) }),
            _ => None,
        }
    }

    fn variadic(&mut self, node: Node<'_>, variadic: Variadic) -> Option<Parameter> {
        let name = self.named(*children(node).first()?);
        Some(Parameter { name: None, variadic, ..plain(name) })
    }

    /// `Annotated[Type, Depends(make)]`: what a framework gives where the caller gives nothing.
    fn depends(&mut self, declared: Node<'_>) -> Option<Expression> {
        let text = self.source(declared);
        if !text.contains("Annotated[") || !text.contains("Depends(") {
            return None;
        }
        let mut open = vec![declared];
        while let Some(node) = open.pop() {
            if node.kind() == "call" {
                let value = self.expression(node);
                return Some(at(node, value.kind));
            }
            open.extend(children(node));
        }
        None
    }
}

/// A parameter of a name and nothing else.
pub(crate) fn plain(name: Name) -> Parameter {
    Parameter {
        pattern: Pattern::Name(name.clone()),
        name: Some(name),
        declared: None,
        default: None,
        variadic: Variadic::No,
        fixed: false,
    }
}

/// A parameter of a type.
pub(crate) fn typed(name: Name, declared: Option<Type>, default: Option<Expression>) -> Parameter {
    Parameter { declared, default, ..plain(name) }
}

/// A name as an expression, at a place.
pub(crate) fn name_at(node: Node<'_>, name: &Name) -> Expression {
    at(node, Kind::Name(name.clone()))
}
