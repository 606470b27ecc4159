//! What `new` makes.

use crate::lowering::{Lowering, at, children};
use portolan_program::{Argument, Entry, Expression, Form, Key, Kind, Type};
use tree_sitter::Node;

impl<'t> Lowering<'t> {
    /// `new Type(…) { … }`.
    pub fn creation(&mut self, node: Node<'t>) -> Kind {
        let Some(made) = node.child_by_field_name("type") else { return Kind::Literal };
        match self.declared(made) {
            Some(declared) => self.made(node, &declared, made),
            None => Kind::Literal,
        }
    }

    /// `new(…) { … }`, of the type that is expected there.
    pub fn implied_creation(&mut self, node: Node<'t>, declared: Option<&Type>) -> Kind {
        match declared {
            Some(declared) => self.made(node, &declared.clone(), node),
            None => self.initialised(node),
        }
    }

    /// Members that are set, or elements, of what is not known.
    fn initialised(&mut self, node: Node<'t>) -> Kind {
        match initializer(node) {
            Some(values) if sets_members(values) => Kind::Record(self.entries(values)),
            Some(values) => self.elements(values),
            None => Kind::Record(Vec::new()),
        }
    }

    fn made(&mut self, node: Node<'t>, declared: &Type, place: Node<'t>) -> Kind {
        let list = children(node).into_iter().find(|child| child.kind() == "argument_list");
        let arguments = self.arguments(list);
        if self.is_dictionary(declared) {
            return Kind::Record(self.copied(arguments, initializer(node)));
        }
        if self.is_container(declared) {
            return Kind::List(self.listed(arguments, initializer(node)));
        }
        // A lazy value is declared as what it gives.
        let late_type = declared.path.last().is_some_and(|name| matches!(name.as_str(), "Lazy" | "Func" | "Action"));
        let made_late = place == node && matches!(arguments.as_slice(), [Argument { value, .. }] if is_function(value));
        if late_type || made_late {
            return late(node, arguments);
        }
        let class = self.named_type(place, declared);
        let made = Kind::New(Box::new(class), arguments);
        match initializer(node) {
            Some(values) if sets_members(values) => {
                let entries = self.entries(values);
                Kind::Struct(Box::new(at(node, made)), entries)
            }
            Some(values) => {
                let elements = self.elements(values);
                Kind::Block(vec![
                    portolan_program::Statement::Expression(at(values, elements)),
                    portolan_program::Statement::Expression(at(node, made)),
                ])
            }
            None => made,
        }
    }

    fn named_type(&mut self, place: Node<'t>, declared: &Type) -> Expression {
        let mut path = declared.path.iter().cloned();
        let first = path.next().unwrap_or_default();
        let kind = path.fold(Kind::Name(first), |object, name| Kind::Member(Box::new(at(place, object)), name));
        at(place, kind)
    }

    /// The elements of a list that is made, with those of the one it copies.
    fn listed(&mut self, arguments: Vec<Argument>, values: Option<Node<'t>>) -> Vec<Argument> {
        let mut elements: Vec<Argument> = arguments.into_iter().filter(|argument| may_hold(&argument.value)).collect();
        elements.iter_mut().for_each(|argument| argument.form = Form::Spread);
        if let Some(Kind::List(more)) = values.map(|values| self.elements(values)) {
            elements.splice(0..0, more);
        }
        elements
    }

    fn copied(&mut self, arguments: Vec<Argument>, values: Option<Node<'t>>) -> Vec<Entry> {
        let held = arguments.into_iter().filter(|argument| may_hold(&argument.value));
        let mut entries: Vec<Entry> = held.map(|argument| Entry { key: Key::Spread, value: argument.value }).collect();
        entries.extend(values.map(|values| self.pairs(values)).unwrap_or_default());
        entries
    }

    /// `{ a, b }`.
    pub fn elements(&mut self, node: Node<'t>) -> Kind {
        if sets_members(node) {
            return Kind::Record(self.entries(node));
        }
        let pairs = children(node).first().is_some_and(|first| first.kind() == "initializer_expression");
        if pairs
            && children(node).iter().all(|pair| pair.kind() == "initializer_expression" && children(*pair).len() == 2)
        {
            return Kind::Record(self.pairs(node));
        }
        Kind::List(children(node).into_iter().map(|item| Argument::plain(self.expression(item))).collect())
    }

    /// `{ { key, value }, [key] = value }`.
    pub fn pairs(&mut self, node: Node<'t>) -> Vec<Entry> {
        let mut entries = Vec::new();
        for pair in children(node) {
            match (pair.kind(), children(pair).as_slice()) {
                ("initializer_expression", [key, value, ..]) => {
                    let key = Key::Computed(self.expression(*key));
                    entries.push(Entry { key, value: self.expression(*value) });
                }
                ("assignment_expression", _) => entries.extend(self.entry(pair)),
                _ => {}
            }
        }
        entries
    }

    /// `{ Name = value, [key] = value }`.
    fn entries(&mut self, node: Node<'t>) -> Vec<Entry> {
        children(node).into_iter().filter_map(|entry| self.entry(entry)).collect()
    }

    fn entry(&mut self, node: Node<'t>) -> Option<Entry> {
        let left = node.child_by_field_name("left")?;
        let right = node.child_by_field_name("right")?;
        let key = match left.kind() {
            "element_binding_expression" => Key::Computed(self.expression(*children(left).first()?)),
            _ => Key::Name(self.name(left)),
        };
        Some(Entry { key, value: self.expression(right) })
    }

    /// `{ Name = value, other.Name, name }`, where a value gives its own name to what it is.
    pub fn assigned_entries(&mut self, node: Node<'t>) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut before: Option<Node<'t>> = None;
        let mut named = false;
        let mut cursor = node.walk();
        let parts: Vec<Node<'t>> = node.children(&mut cursor).collect();
        for part in parts {
            match part.kind() {
                "=" => named = true,
                "," | "{" | "}" => {
                    before.take().into_iter().for_each(|value| entries.extend(self.projected(value)));
                }
                "new" | "comment" => {}
                _ if named => {
                    let name = before.take().map(|name| self.name(name)).unwrap_or_default();
                    entries.push(Entry { key: Key::Name(name), value: self.expression(part) });
                    named = false;
                }
                _ => before = Some(part),
            }
        }
        entries
    }

    fn projected(&mut self, value: Node<'t>) -> Option<Entry> {
        let value = self.expression(value);
        let name = crate::text::name_of(&value)?;
        Some(Entry { key: Key::Name(name), value })
    }
}

fn initializer(node: Node<'_>) -> Option<Node<'_>> {
    children(node).into_iter().find(|child| child.kind() == "initializer_expression")
}

/// Whether an initialiser sets members rather than to list elements.
fn sets_members(node: Node<'_>) -> bool {
    children(node).first().is_some_and(|first| first.kind() == "assignment_expression")
}

/// Whether an argument of a collection may be another collection: a number is its capacity.
fn may_hold(value: &Expression) -> bool {
    !matches!(value.kind, Kind::Literal | Kind::Function(_) | Kind::Opaque(_))
}

fn is_function(value: &Expression) -> bool {
    matches!(value.kind, Kind::Function(_))
}

/// What is made when it is asked for is made at once.
fn late(node: Node<'_>, mut arguments: Vec<Argument>) -> Kind {
    if arguments.is_empty() {
        return Kind::Literal;
    }
    let first = arguments.remove(0).value;
    match first.kind {
        Kind::Function(_) => Kind::Call(Box::new(at(node, first.kind)), Vec::new()),
        other => other,
    }
}
