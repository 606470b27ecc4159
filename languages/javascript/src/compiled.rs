//! What compilers make of newer JavaScript, read back: helpers of TypeScript's compiler, Babel and SWC, by the names that all
//! of them give. The bodies of functions that they cut into cases are in [`crate::resumed`].

use crate::lower::{Lower, at, children, field};
use portolan_program::{Argument, Entry, Expression, Form, Key, Kind, Name, Pattern, Statement};
use tree_sitter::Node;

/// The longest text of a callee that may name a helper.
const LONGEST: usize = 80;

impl Lower<'_> {
    /// A call of a helper: what was written before it was compiled.
    pub fn compiled(&mut self, callee: Node<'_>, arguments: Node<'_>) -> Option<Kind> {
        if let Some(kind) = self.resumed_call(callee, arguments).or_else(|| self.base_constructed(callee, arguments)) {
            return Some(kind);
        }
        if let Some(part) = self.taken(callee, arguments) {
            return Some(Kind::Module(part));
        }
        if let Some(kind) = self.of_bundle(callee, arguments) {
            return Some(kind);
        }
        let source = self.source(callee);
        let name = self.customary(helper(source)?);
        let given = children(arguments);
        self.compiled_function(source, name, &given)
            .or_else(|| self.compiled_class(name, &given))
            .or_else(|| self.compiled_value(name, &given))
            .or_else(|| self.unwrapped(name, &given))
    }

    /// Functions that wait: the function, called on what the compiler saved as its object.
    fn compiled_function(&mut self, callee: &str, name: &str, given: &[Node<'_>]) -> Option<Kind> {
        let regenerates = callee.contains("egenerator");
        match (name, given) {
            ("__awaiter" | "__async", [this, .., body]) if is_function(*body) => {
                Some(self.called_on(*this, *body, false))
            }
            ("__generator" | "_ts_generator", [this, body]) if is_function(*body) => {
                Some(self.called_on(*this, *body, true))
            }
            ("wrap" | "w" | "async", [body, rest @ ..]) if regenerates && is_function(*body) => {
                Some(match rest.get(1) {
                    Some(this) => self.called_on(*this, *body, true),
                    None => self.called_alone(*body, true),
                })
            }
            ("mark" | "m" | "awrap", [inner, ..]) if regenerates => Some(self.expression(*inner).kind),
            ("_asyncToGenerator" | "_async_to_generator" | "_wrapAsyncGenerator" | "asyncToGenerator", [body, ..]) => {
                Some(self.expression(*body).kind)
            }
            _ => None,
        }
    }

    /// `body.call(this)`, or `body()` where there is no such object.
    fn called_on(&mut self, this: Node<'_>, body: Node<'_>, resumes: bool) -> Kind {
        let nothing = matches!(self.source(this), "null" | "undefined") || self.source(this).starts_with("void");
        if nothing {
            return self.called_alone(body, resumes);
        }
        let this = self.expression(this);
        self.resumes = resumes;
        let function = at(body, Kind::Function(self.function_expression(body)));
        let call = at(body, Kind::Member(Box::new(function), "call".into()));
        Kind::Call(Box::new(call), vec![Argument::plain(this)])
    }

    fn called_alone(&mut self, body: Node<'_>, resumes: bool) -> Kind {
        self.resumes = resumes;
        let function = at(body, Kind::Function(self.closure_of(body)));
        Kind::Call(Box::new(function), Vec::new())
    }

    /// Classes as functions with a prototype.
    fn compiled_class(&mut self, name: &str, given: &[Node<'_>]) -> Option<Kind> {
        match (name, given) {
            ("_createClass" | "_create_class", [class, methods @ ..]) => Some(self.class_of_parts(*class, methods)),
            ("_inherits" | "_inheritsLoose" | "__extends", [class, base]) => Some(self.inheriting(*class, *base)),
            ("_createSuper" | "_create_super" | "_getPrototypeOf" | "_get_prototype_of", [class]) => {
                let class = self.expression(*class);
                Some(Kind::Member(Box::new(class), PROTO))
            }
            ("_callSuper" | "_call_super", [this, class, rest @ ..]) => {
                let base = self.member_of(*class, PROTO);
                let apply = at(*class, Kind::Member(Box::new(base), "apply".into()));
                let list = rest.first().map(|list| self.expression(*list));
                let this = self.expression(*this);
                let arguments = std::iter::once(this.clone()).chain(list).map(Argument::plain).collect();
                let called = at(*class, Kind::Call(Box::new(apply), arguments));
                Some(Kind::Either(vec![called, this]))
            }
            ("_possibleConstructorReturn" | "_possible_constructor_return", [this, called]) => {
                Some(Kind::Either(vec![self.expression(*called), self.expression(*this)]))
            }
            ("_get", [object, name, _]) if name.kind() == "string" => {
                let name = self.string(*name);
                Some(self.member_of(*object, name).kind)
            }
            ("__classPrivateFieldGet", [_, _, kind, function]) if self.source(*kind).contains('m') => {
                Some(self.expression(*function).kind)
            }
            ("__classPrivateFieldGet" | "_classPrivateFieldGet" | "_class_private_field_get", [object, fields, ..]) => {
                Some(self.private_field(*fields, "get", &[*object]))
            }
            (
                "__classPrivateFieldSet" | "_classPrivateFieldSet" | "_class_private_field_set",
                [object, fields, value, ..],
            ) => Some(self.private_field(*fields, "set", &[*object, *value])),
            _ => None,
        }
    }

    /// `_createClass(C, [{ key: "load", value: function () {} }], statics)`: members of the prototype, and of the class.
    fn class_of_parts(&mut self, class: Node<'_>, methods: &[Node<'_>]) -> Kind {
        let mut body = Vec::new();
        for (position, list) in methods.iter().enumerate().filter(|(_, list)| list.kind() == "array") {
            for method in children(*list).into_iter().filter(|method| method.kind() == "object") {
                let owner = match position {
                    0 => self.member_of(class, "prototype".into()),
                    _ => self.expression(class),
                };
                body.extend(self.class_part(method, owner));
            }
        }
        let class = self.expression(class);
        body.push(Statement::Expression(class));
        Kind::Block(body)
    }

    fn class_part(&mut self, method: Node<'_>, owner: Expression) -> Option<Statement> {
        let entry = |lower: &Self, wanted: &str| {
            let pairs = children(method).into_iter();
            let found = pairs.filter(|pair| field(*pair, "key").or_else(|| field(*pair, "name")).is_some());
            found.into_iter().find(|pair| {
                let key = field(*pair, "key").or_else(|| field(*pair, "name"));
                key.is_some_and(|key| lower.source(key).trim_matches(['"', '\'']) == wanted)
            })
        };
        let key = field(entry(self, "key")?, "value").map(|key| self.expression(key))?;
        let value = entry(self, "value")?;
        let value = match value.kind() {
            "method_definition" => at(value, Kind::Function(self.function_expression(value))),
            _ => self.expression(field(value, "value")?),
        };
        let pattern = match crate::call::literal(&key) {
            Some(name) => {
                if let Kind::Function(function) = &value.kind {
                    self.module.functions[function.0 as usize].name.get_or_insert_with(|| name.into());
                }
                Pattern::Member(Box::new(owner), name.into())
            }
            None => Pattern::Index(Box::new(owner), Box::new(key)),
        };
        Some(Statement::Bind { pattern, declared: None, value: Some(value), declares: false })
    }

    /// A class takes what it has not itself from its base, and its objects take it from the base's prototype.
    fn inheriting(&mut self, class: Node<'_>, base: Node<'_>) -> Kind {
        let object = at(class, Kind::Name("Object".into()));
        let create = at(class, Kind::Member(Box::new(object), "create".into()));
        let above = self.member_of(base, "prototype".into());
        let prototype = at(class, Kind::Call(Box::new(create), vec![Argument::plain(above)]));
        let values = [(PROTO, self.expression(base)), ("prototype".into(), prototype)];
        let body = values.map(|(name, value)| {
            let pattern = Pattern::Member(Box::new(self.expression(class)), name);
            Statement::Bind { pattern, declared: None, value: Some(value), declares: false }
        });
        Kind::Block(body.into())
    }

    /// `_super.call(this, …)`, which is `super(…)`: the object, unless the base made another.
    fn base_constructed(&mut self, callee: Node<'_>, arguments: Node<'_>) -> Option<Kind> {
        let (object, method) = (field(callee, "object")?, field(callee, "property")?);
        let base = self.source(object).strip_prefix("_super")?;
        let plain = base.chars().all(|letter| letter.is_ascii_digit());
        let (this, method) = (*children(arguments).first()?, self.source(method));
        if !plain || self.source(this) != "this" || !matches!(method, "call" | "apply") {
            return None;
        }
        let called = Kind::Call(Box::new(self.expression(callee)), self.arguments(arguments));
        Some(Kind::Either(vec![at(callee, called), self.expression(this)]))
    }

    fn private_field(&mut self, fields: Node<'_>, method: &str, given: &[Node<'_>]) -> Kind {
        let method = self.member_of(fields, method.into());
        Kind::Call(Box::new(method), given.iter().map(|given| Argument::plain(self.expression(*given))).collect())
    }

    fn member_of(&mut self, object: Node<'_>, name: Name) -> Expression {
        at(object, Kind::Member(Box::new(self.expression(object)), name))
    }

    /// Values that helpers put together, take apart or give as they are.
    fn compiled_value(&mut self, name: &str, given: &[Node<'_>]) -> Option<Kind> {
        match (name, given) {
            (
                "_assertThisInitialized"
                | "_assert_this_initialized"
                | "_objectWithoutProperties"
                | "_objectWithoutPropertiesLoose"
                | "_object_without_properties"
                | "__rest"
                | "__read"
                | "__values"
                | "__asyncValues"
                | "__await"
                | "_asyncIterator"
                | "_async_iterator"
                | "_awaitAsyncGenerator"
                | "_createForOfIteratorHelper"
                | "_createForOfIteratorHelperLoose"
                | "_slicedToArray"
                | "_sliced_to_array"
                | "_toArray"
                | "_toConsumableArray"
                | "_to_consumable_array",
                [inner, ..],
            ) => Some(self.expression(*inner).kind),
            ("__assign" | "_extends" | "_objectSpread" | "_object_spread" | "_object_spread_props", [_, ..]) => {
                let values = given.iter().map(|given| self.expression(*given)).collect();
                Some(merging(given[0], values))
            }
            ("_defineProperty" | "_define_property", [object, key, value]) => {
                let key = match key.kind() {
                    "string" => Key::Name(self.string(*key)),
                    _ => Key::Computed(self.expression(*key)),
                };
                let entry = Entry { key, value: self.expression(*value) };
                let members = at(*value, Kind::Record(vec![entry]));
                Some(merging(*object, vec![self.expression(*object), members]))
            }
            ("__spreadArray" | "__spread" | "__spreadArrays", lists) => {
                let lists = lists.iter().filter(|list| !matches!(list.kind(), "true" | "false"));
                let spread = |value| Argument { name: None, form: Form::Spread, value };
                Some(Kind::List(lists.map(|list| spread(self.expression(*list))).collect()))
            }
            _ => None,
        }
    }
}

/// What a function or object has as what it takes members from.
const PROTO: Name = Name::new_static("__proto__");

/// `Object.assign(…)`.
fn merging(node: Node<'_>, values: Vec<Expression>) -> Kind {
    let object = at(node, Kind::Name("Object".into()));
    let assign = at(node, Kind::Member(Box::new(object), "assign".into()));
    Kind::Call(Box::new(assign), values.into_iter().map(Argument::plain).collect())
}

fn is_function(node: Node<'_>) -> bool {
    matches!(node.kind(), "function_expression" | "generator_function" | "function" | "arrow_function")
}

/// The name of what may be a helper, without its package, its default export and a number behind it: `_extends` of
/// `(0, _extends2["default"])`, `__awaiter` of `tslib_1.__awaiter`.
fn helper(callee: &str) -> Option<&str> {
    if callee.len() > LONGEST {
        return None;
    }
    let inner = match callee.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(sequence) => sequence.rsplit(',').next().unwrap_or(sequence).trim(),
        None => callee,
    };
    let plain = [".default", "[\"default\"]", "['default']", "._"].iter().find_map(|end| inner.strip_suffix(end));
    let last = plain.unwrap_or(inner).rsplit('.').next().unwrap_or_default();
    let name = last.trim_end_matches(|letter: char| letter.is_ascii_digit());
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_').then_some(name)
}

#[cfg(test)]
mod tests {
    use super::helper;

    #[test]
    fn a_helper_is_known_by_its_name_however_it_is_imported() {
        assert_eq!(helper("(0, _asyncToGenerator2[\"default\"])"), Some("_asyncToGenerator"));
        assert_eq!(helper("(0, _async_to_generator._)"), Some("_async_to_generator"));
        assert_eq!(helper("tslib_1.__awaiter"), Some("__awaiter"));
        assert_eq!(helper("_regenerator.default.wrap"), Some("wrap"));
        assert_eq!(helper("f(x)"), None);
    }
}
