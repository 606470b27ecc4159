//! What is written in brackets before declarations.

use crate::lowering::{Lowering, at, child, children, named};
use portolan_program::{Argument, Expression, Form, Kind, Name, Piece};
use tree_sitter::Node;

/// Attributes of a parameter or a result that say what the platform reads or writes for the function, without saying which.
const BINDINGS: &[&str] = &[
    "Blob",
    "CosmosDB",
    "EventGrid",
    "EventHub",
    "Kafka",
    "Queue",
    "RabbitMQ",
    "SendGrid",
    "ServiceBus",
    "SignalR",
    "Sql",
    "Table",
    "TwilioSms",
];

/// Types of parameters that take what is written.
const TAKES: &[&str] = &["IAsyncCollector", "ICollector"];

impl<'t> Lowering<'t> {
    /// The attributes of a property that are bindings: the class it belongs to is what a function of the platform may give.
    pub fn bindings(&mut self, property: Node<'t>) -> Vec<Expression> {
        let attributes = self.attributes(property).into_iter();
        attributes.filter(|attribute| matches!(attribute.kind, Kind::Call(..))).collect()
    }

    /// The attributes of a function, its parameters and its result: their names, and as calls those that are bindings.
    pub fn attributes(&mut self, node: Node<'t>) -> Vec<Expression> {
        let mut attributes = Vec::new();
        for list in children(node).into_iter().filter(|child| child.kind() == "attribute_list") {
            let result =
                child(list, "attribute_target_specifier").is_some_and(|of| self.slice(of).starts_with("return"));
            for attribute in children(list).into_iter().filter(|child| child.kind() == "attribute") {
                let direction = result.then_some("out");
                attributes.extend(self.attribute(attribute, direction));
            }
        }
        let parameters = node.child_by_field_name("parameters").map(children).unwrap_or_default();
        for parameter in parameters.into_iter().filter(|child| child.kind() == "parameter") {
            let direction = if self.is_written(parameter) { "out" } else { "in" };
            let lists = children(parameter).into_iter().filter(|child| child.kind() == "attribute_list");
            for attribute in lists.flat_map(children).filter(|child| child.kind() == "attribute") {
                let bound = self.attribute(attribute, Some(direction));
                attributes.extend(bound.filter(|bound| matches!(bound.kind, Kind::Call(..))));
            }
        }
        attributes
    }

    /// Whether a parameter takes what the platform then writes.
    fn is_written(&self, parameter: Node<'t>) -> bool {
        let declared = parameter.child_by_field_name("type");
        let collects = declared.is_some_and(|declared| TAKES.iter().any(|name| self.slice(declared).starts_with(name)));
        let attribute = child(parameter, "attribute_list").map(|list| self.slice(list)).unwrap_or_default();
        self.is(parameter, "out") || collects || attribute.contains("FileAccess.Write")
    }

    /// One attribute: its name, or where it is a binding a call of its name in brackets.
    fn attribute(&mut self, attribute: Node<'t>, direction: Option<&str>) -> Option<Expression> {
        let name = self.attribute_name(attribute)?;
        let directed = name.ends_with("Input") || name.ends_with("Output");
        let bound = directed || direction.is_some() && BINDINGS.contains(&name.as_str());
        if !bound {
            return Some(named(attribute, name));
        }
        let mut arguments = self.attribute_arguments(attribute);
        if let Some(direction) = direction.filter(|_| !directed) {
            let value = at(attribute, Kind::Text(vec![Piece::Literal(direction.into())]));
            arguments.push(Argument { name: Some("direction".into()), form: Form::One, value });
        }
        let callee = named(attribute, format!("[{name}]"));
        Some(at(attribute, Kind::Call(Box::new(callee), arguments)))
    }

    /// What is told to an attribute.
    pub fn attribute_arguments(&mut self, attribute: Node<'t>) -> Vec<Argument> {
        let list = child(attribute, "attribute_argument_list").map(children).unwrap_or_default();
        let mut arguments = Vec::new();
        for argument in list {
            let Some(value) = children(argument).last().copied() else { continue };
            let name = argument.child_by_field_name("name").map(|name| self.name(name));
            arguments.push(Argument { name, form: Form::One, value: self.expression(value) });
        }
        arguments
    }

    /// The last name of an attribute, without `Attribute`.
    pub fn attribute_name(&self, attribute: Node<'t>) -> Option<Name> {
        let path = self.path(attribute.child_by_field_name("name")?);
        let last = path.rsplit('.').next().unwrap_or_default();
        Some(last.strip_suffix("Attribute").filter(|rest| !rest.is_empty()).unwrap_or(last).into())
    }
}
