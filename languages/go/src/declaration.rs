//! A file's declarations: imports, types, functions, variables, and what runs when the package is loaded.

use crate::lower::{Lower, at, children, fields, span};
use portolan_program::{
    Class, Expression, Function, FunctionId, Import, Kind, Name, Parameter, Pattern, Role, Statement, Type, Variadic,
};
use tree_sitter::Node;

impl Lower<'_> {
    /// A whole file. Types and functions first: their order does not matter in Go. Then variables, those of the other files
    /// of the package, the `init` functions, and what `main` sets up.
    pub fn file(&mut self, root: Node<'_>) {
        let mut body = Vec::new();
        let top = children(root);
        for node in top.iter().filter(|node| node.kind() == "import_declaration") {
            self.imports(*node, &mut body);
        }
        for node in top.iter().filter(|node| node.kind() == "type_declaration") {
            self.types(*node, &mut body);
        }
        self.methods(&top, &mut body);
        let (mut initial, mut main) = (Vec::new(), None);
        for node in &top {
            match node.kind() {
                "import_declaration" | "type_declaration" | "method_declaration" | "package_clause" => {}
                "function_declaration" => self.function_declaration(*node, &mut body, &mut initial, &mut main),
                _ => self.statement(*node, &mut body),
            }
        }
        body.push(rest_of_package(root));
        body.extend(initial.into_iter().map(|id| run(root, id)));
        body.extend(main.map(|id| run(root, id)));
        self.register(&mut body);
        self.module.body = body;
    }

    /// A function. `init` has no name that can be called; `main` runs when the program starts: once here, for what it sets
    /// up, and again when it is what starts the handler.
    fn function_declaration(
        &mut self,
        node: Node<'_>,
        body: &mut Vec<Statement>,
        initial: &mut Vec<FunctionId>,
        main: &mut Option<FunctionId>,
    ) {
        let function = self.function(node);
        match function.name.as_deref() {
            Some("init") => initial.push(self.module.add_function(function)),
            Some("main") => {
                *main = Some(self.module.add_function(function.clone()));
                let id = self.module.add_function(function);
                body.push(Statement::Function(id));
            }
            _ => {
                let id = self.module.add_function(function);
                body.push(Statement::Function(id));
            }
        }
    }

    /// The methods of a file: they join the type's class when it is in the file, and add to it otherwise.
    fn methods(&mut self, top: &[Node<'_>], body: &mut Vec<Statement>) {
        for node in top.iter().filter(|node| node.kind() == "method_declaration") {
            let Some((owner, receiver)) = self.receiver(*node) else { continue };
            let mut function = self.function(*node);
            function.role = Role::Method;
            function.receiver = Some(receiver);
            let place = function.span;
            let id = self.module.add_function(function);
            match self.module.classes.iter_mut().find(|class| class.name.as_ref() == Some(&owner)) {
                Some(class) => class.functions.push(id),
                None => {
                    let class =
                        Class { name: Some(owner), adds: true, functions: vec![id], span: place, ..Class::default() };
                    body.push(Statement::Class(self.module.add_class(class)));
                }
            }
        }
    }

    /// The type a method belongs to, and how it calls its object.
    fn receiver(&self, node: Node<'_>) -> Option<(Name, Name)> {
        let list = node.child_by_field_name("receiver")?;
        let parameter = children(list).into_iter().next()?;
        let owner = self.declared(parameter.child_by_field_name("type")?)?.path.pop()?;
        let name = parameter.child_by_field_name("name").map_or(Name::new_static("_"), |name| self.named(name));
        Some((owner, name))
    }

    /// A function, a method or a closure.
    pub fn function(&mut self, node: Node<'_>) -> Function {
        let name = node.child_by_field_name("name");
        let result = node.child_by_field_name("result");
        let results = result.map_or_else(Vec::new, |result| self.result_names(result));
        let around = std::mem::replace(&mut self.results, results);
        let mut body = Vec::new();
        if let Some(result) = result.filter(|_| !self.results.is_empty()) {
            self.declare_results(result, &mut body);
        }
        if let Some(block) = node.child_by_field_name("body") {
            body.extend(self.block(block));
        }
        let ends = matches!(body.last(), Some(Statement::Return(_)));
        if !self.results.is_empty() && !ends {
            let value = self.named_results(node);
            body.push(Statement::Return(value));
        }
        self.results = around;
        Function {
            name: name.map(|name| self.named(name)),
            parameters: self.parameters(node),
            returns: result.and_then(|result| self.result_type(result)),
            body,
            span: span(name.unwrap_or(node)),
            ..Function::default()
        }
    }

    fn result_names(&self, result: Node<'_>) -> Vec<Name> {
        let names = children(result).into_iter().flat_map(|parameter| fields(parameter, "name"));
        names.map(|name| self.named(name)).collect()
    }

    fn declare_results(&mut self, result: Node<'_>, body: &mut Vec<Statement>) {
        for parameter in children(result) {
            let Some(declared) = parameter.child_by_field_name("type") else { continue };
            for name in fields(parameter, "name") {
                body.push(Statement::Bind {
                    pattern: self.pattern(name),
                    declared: None,
                    value: self.zero_value(declared),
                    declares: true,
                });
            }
        }
    }

    /// What a bare `return` gives.
    pub fn named_results(&self, node: Node<'_>) -> Option<Expression> {
        let name = |name: &Name| at(node, Kind::Name(name.clone()));
        match self.results.as_slice() {
            [] => None,
            [only] => Some(name(only)),
            several => {
                let values = several.iter().map(|result| portolan_program::Argument::plain(name(result)));
                Some(at(node, Kind::List(values.collect())))
            }
        }
    }

    /// The type of the only result, or of the first of several.
    fn result_type(&self, result: Node<'_>) -> Option<Type> {
        if result.kind() != "parameter_list" {
            return self.declared(result);
        }
        let parameters = children(result);
        let declared = self.declared(parameters.first()?.child_by_field_name("type")?)?;
        (parameters.len() == 1 || !declared.path.is_empty()).then_some(declared)
    }

    /// What a function takes.
    pub fn parameters(&mut self, node: Node<'_>) -> Vec<Parameter> {
        let Some(list) = node.child_by_field_name("parameters") else { return Vec::new() };
        let mut all = Vec::new();
        for parameter in children(list) {
            let declared = parameter.child_by_field_name("type").and_then(|declared| self.declared(declared));
            let variadic = match parameter.kind() {
                "variadic_parameter_declaration" => Variadic::List,
                _ => Variadic::No,
            };
            let names = fields(parameter, "name");
            let patterns: Vec<Pattern> = match names.is_empty() {
                true => vec![Pattern::Ignore],
                false => names.into_iter().map(|name| self.pattern(name)).collect(),
            };
            all.extend(patterns.into_iter().map(|pattern| Parameter {
                pattern,
                name: None,
                declared: declared.clone(),
                default: None,
                variadic,
                fixed: false,
            }));
        }
        all
    }

    /// `const` and `var`.
    pub fn variables(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        for spec in children(node) {
            match spec.kind() {
                "var_spec_list" => self.variables(spec, body),
                "var_spec" | "const_spec" => self.variable(spec, body),
                _ => {}
            }
        }
    }

    fn variable(&mut self, spec: Node<'_>, body: &mut Vec<Statement>) {
        let names = fields(spec, "name");
        let declared = spec.child_by_field_name("type").and_then(|declared| self.declared(declared));
        match spec.child_by_field_name("value") {
            Some(value) => self.bind(&names, value, declared.as_ref(), true, body),
            None => {
                for name in names {
                    let value = match spec.kind() {
                        "const_spec" => Some(at(name, Kind::Literal)),
                        _ => spec.child_by_field_name("type").and_then(|declared| self.zero_value(declared)),
                    };
                    let pattern = self.pattern(name);
                    body.push(Statement::Bind { pattern, declared: declared.clone(), value, declares: true });
                }
            }
        }
    }

    /// Names by which the platform asks for functions, where nothing else has them.
    fn register(&mut self, body: &mut Vec<Statement>) {
        for (name, value) in std::mem::take(&mut self.registered) {
            let taken = self.module.functions.iter().any(|function| function.name.as_ref() == Some(&name));
            if !taken {
                let pattern = Pattern::Name(name);
                body.push(Statement::Bind { pattern, declared: None, value: Some(value), declares: true });
            }
        }
    }
}

/// Loads the other files of the package.
fn rest_of_package(root: Node<'_>) -> Statement {
    Statement::Import(Import {
        module: crate::resolve::PACKAGE.into(),
        item: None,
        binding: None,
        exported: false,
        types_only: false,
        span: portolan_program::Span { start: span(root).start, end: span(root).start },
    })
}

fn run(root: Node<'_>, id: FunctionId) -> Statement {
    let call = Kind::Call(Box::new(at(root, Kind::Function(id))), Vec::new());
    Statement::Expression(at(root, call))
}
