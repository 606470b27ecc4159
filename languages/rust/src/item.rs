//! Items: modules, functions, constants, and what goes with them. Their order does not matter, so what is used comes first.

use crate::lower::{Lower, at, bind, children, import, span};
use portolan_program::{
    Entry, Expression, Function, Import, Key, Kind, Name, Parameter, Pattern, Role, Statement, Type, Variadic,
};
use tree_sitter::Node;

impl Lower<'_> {
    /// The items of a module, in an order in which they can run.
    pub fn items(&mut self, nodes: &[Node<'_>]) -> Vec<Statement> {
        let before = self.declared.clone();
        let kept = without_tests(self, nodes);
        for node in &kept {
            self.declare(*node);
        }
        let mut body = Vec::new();
        for node in &kept {
            self.item(*node, &mut body);
        }
        if self.inline > 0 {
            self.declared = before;
        }
        self.alternatives(&mut body);
        body.sort_by_key(|statement| self.order(statement));
        body
    }

    /// Items of one name are of different configurations: the name is either.
    fn alternatives(&mut self, body: &mut Vec<Statement>) {
        let mut seen: Vec<(Name, usize)> = Vec::new();
        let mut position = 0;
        while position < body.len() {
            let name = match &body[position] {
                Statement::Function(_) | Statement::Bind { .. } => self.bound(&body[position]),
                _ => None,
            };
            let known = name.as_ref().and_then(|name| seen.iter().find(|(known, _)| known == name)).map(|(_, at)| *at);
            match (name, known) {
                (Some(name), Some(first)) => {
                    let values: Vec<Expression> =
                        [first, position].into_iter().filter_map(|at| self.value_of_item(&body[at])).collect();
                    body.remove(position);
                    let span = values.first().map(|value| value.span).unwrap_or_default();
                    let either = Expression { kind: Kind::Either(values), span };
                    body[first] = bind(Pattern::Name(name), either);
                }
                (Some(name), None) => {
                    seen.push((name, position));
                    position += 1;
                }
                (None, _) => position += 1,
            }
        }
    }

    fn value_of_item(&self, statement: &Statement) -> Option<Expression> {
        match statement {
            Statement::Function(id) => {
                Some(Expression { kind: Kind::Function(*id), span: self.module.function(*id).span })
            }
            Statement::Bind { value, .. } => value.clone(),
            _ => None,
        }
    }

    /// Names first, then classes before what adds to them, then what runs.
    fn order(&self, statement: &Statement) -> u8 {
        match statement {
            Statement::Import(_) => 0,
            Statement::Bind { value: Some(Expression { kind: Kind::Member(..) | Kind::Name(_), .. }), .. } => 1,
            Statement::Function(_) => 2,
            Statement::Class(id) => 3 + u8::from(self.module.class(*id).adds),
            Statement::Bind { .. } => 5,
            _ => 6,
        }
    }

    /// Notes the name that an item declares.
    fn declare(&mut self, node: Node<'_>) {
        match node.kind() {
            "use_declaration" => {
                let Some(argument) = node.child_by_field_name("argument") else { return };
                let names: Vec<Name> = self.used(argument).into_iter().filter_map(|used| used.binding).collect();
                self.declared.extend(names);
            }
            _ => {
                let name = node.child_by_field_name("name").map(|name| self.named(name));
                self.declared.extend(name);
            }
        }
    }

    /// Lowers an item; false where the node is not one.
    pub fn item(&mut self, node: Node<'_>, body: &mut Vec<Statement>) -> bool {
        match node.kind() {
            "function_item" => {
                let function = self.function(node, Role::Free);
                body.push(Statement::Function(self.module.add_function(function)));
            }
            "struct_item" | "union_item" | "enum_item" | "trait_item" | "impl_item" => self.class(node, body),
            "mod_item" => self.inner_module(node, body),
            "use_declaration" => self.uses(node, body),
            "const_item" | "static_item" => self.constant(node, body),
            "type_item" => self.alias(node, body),
            "macro_definition" => self.define_macro(node, body),
            "extern_crate_declaration" => self.extern_crate(node, body),
            "attribute_item" | "inner_attribute_item" | "empty_statement" | "function_signature_item" => {}
            "foreign_mod_item" | "associated_type" => {}
            "macro_invocation" => return self.item_macro(node, body),
            "expression_statement" if children(node).first().is_some_and(|only| only.kind() == "macro_invocation") => {
                return self.item_macro(children(node)[0], body);
            }
            _ => return false,
        }
        true
    }

    /// `mod x;` is a file, `mod x { … }` a record of what it declares.
    fn inner_module(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let Some(name) = node.child_by_field_name("name").map(|name| self.named(name)) else { return };
        let Some(list) = node.child_by_field_name("body") else {
            let module = match self.path_attribute(node) {
                Some(path) => format!("path:{path}"),
                None => format!("self::{name}"),
            };
            body.push(import(&module, &name, node));
            return;
        };
        let function = self.deeper(node, Function::default(), |lower| lower.module_function(list));
        let id = self.module.add_function(function);
        let call = at(node, Kind::Call(Box::new(at(node, Kind::Function(id))), Vec::new()));
        body.push(bind(Pattern::Name(name.clone()), call));
        // What it adds to classes outside counts, even if nobody names it.
        body.push(Statement::Expression(at(node, Kind::Name(name))));
    }

    fn module_function(&mut self, list: Node<'_>) -> Function {
        self.inline += 1;
        let nodes = children(list);
        let mut body = self.items(&nodes);
        self.inline -= 1;
        let mut names: Vec<Name> = body.iter().filter_map(|statement| self.bound(statement)).collect();
        names.sort();
        names.dedup();
        let entry = |name: Name| Entry { key: Key::Name(name.clone()), value: at(list, Kind::Name(name)) };
        let record = Kind::Record(names.into_iter().map(entry).collect());
        body.push(Statement::Return(Some(at(list, record))));
        Function { body, span: span(list), ..Function::default() }
    }

    fn bound(&self, statement: &Statement) -> Option<Name> {
        match statement {
            Statement::Function(id) => self.module.function(*id).name.clone(),
            Statement::Class(id) => self.module.class(*id).name.clone(),
            Statement::Import(Import { binding, .. }) => binding.clone(),
            Statement::Bind { pattern: Pattern::Name(name), .. } => Some(name.clone()),
            _ => None,
        }
    }

    fn path_attribute(&self, node: Node<'_>) -> Option<&str> {
        let text = self.attributes(node).into_iter().find(|text| text.starts_with("#[path"))?;
        text.split('"').nth(1)
    }

    /// The attributes before an item.
    pub fn attributes(&self, node: Node<'_>) -> Vec<&str> {
        let mut found = Vec::new();
        let mut at = node.prev_named_sibling();
        while let Some(before) = at {
            match before.kind() {
                "attribute_item" => found.push(self.source(before)),
                "line_comment" | "block_comment" => {}
                _ => break,
            }
            at = before.prev_named_sibling();
        }
        found
    }

    fn constant(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let Some(name) = node.child_by_field_name("name").map(|name| self.named(name)) else { return };
        let declared = node.child_by_field_name("type").and_then(|declared| self.declared(declared));
        let value = node.child_by_field_name("value").map(|value| self.expression(value));
        body.push(Statement::Bind { pattern: Pattern::Name(name), declared, value, declares: true });
    }

    fn alias(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let Some(name) = node.child_by_field_name("name").map(|name| self.named(name)) else { return };
        let Some(declared) = node.child_by_field_name("type").and_then(|declared| self.declared(declared)) else {
            return;
        };
        if let Some(value) = self.type_expression(&declared, node) {
            body.push(bind(Pattern::Name(name), value));
        }
    }

    fn extern_crate(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let Some(name) = node.child_by_field_name("name").map(|name| self.named(name)) else { return };
        let alias = node.child_by_field_name("alias").map_or(name.clone(), |alias| self.named(alias));
        body.push(import(&name, &alias, node));
    }

    /// A function or method.
    pub fn function(&mut self, node: Node<'_>, role: Role) -> Function {
        let known = self.bounds.len();
        self.bound_by(node);
        let mut function = Function { role, ..Function::default() };
        if let Some(name) = node.child_by_field_name("name") {
            function.name = Some(self.named(name));
            function.span = span(name);
        }
        for parameter in node.child_by_field_name("parameters").map(children).unwrap_or_default() {
            self.parameter(parameter, &mut function);
        }
        if function.receiver.is_none() && role == Role::Method {
            function.role = Role::Static;
        }
        function.returns = node.child_by_field_name("return_type").and_then(|declared| self.declared(declared));
        if let Some(block) = node.child_by_field_name("body") {
            function.body = self.body(block);
        }
        self.bounds.truncate(known);
        function
    }

    fn parameter(&mut self, node: Node<'_>, function: &mut Function) {
        let pattern = node.child_by_field_name("pattern");
        let receives = node.kind() == "self_parameter" || pattern.is_some_and(|pattern| pattern.kind() == "self");
        match (node.kind(), pattern) {
            _ if receives => function.receiver = Some(Name::new_static("self")),
            ("parameter", Some(pattern)) => {
                let declared = node.child_by_field_name("type").and_then(|declared| self.declared(declared));
                let pattern = self.pattern(pattern);
                function.parameters.push(parameter(pattern, declared));
            }
            ("attribute_item" | "mutable_specifier", _) => {}
            _ => function.parameters.push(parameter(Pattern::Ignore, None)),
        }
    }
}

/// A parameter without a name for callers.
pub(crate) fn parameter(pattern: Pattern, declared: Option<Type>) -> Parameter {
    Parameter { pattern, name: None, declared, default: None, variadic: Variadic::No, fixed: false }
}

/// The items that are built: those for tests are not.
fn without_tests<'n>(lower: &Lower<'_>, nodes: &[Node<'n>]) -> Vec<Node<'n>> {
    let tested = |node: &Node<'_>| {
        lower.attributes(*node).iter().any(|text| {
            let text = text.replace(' ', "");
            text.contains("cfg(test)") || text.contains("::test]") || text == "#[test]" || text.contains("cfg(all(test")
        })
    };
    nodes.iter().filter(|node| !tested(node)).copied().collect()
}
