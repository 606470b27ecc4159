//! Texts of a template: expressions read to one spelling.
//!
//! Ids are written out as far as the template tells, so that `resourceId`, `concat` and a literal give the same text. An
//! identity's principal is named after the identity, however the template comes by it.

use super::expression::{Node, parse};
use super::reading::{Reading, segments};
use portolan_policy::Pattern;
use serde_json::Value as Json;

/// Variables that lead to variables are followed this far.
const DEPTH: usize = 16;

impl Reading {
    /// A text: a literal, or an expression in brackets.
    pub(super) fn text(&self, json: &Json) -> Pattern {
        self.at_depth(json, 0)
    }

    /// A text as it is written.
    pub(super) fn written(&self, text: &str) -> Pattern {
        self.read(text, 0)
    }

    fn at_depth(&self, json: &Json, depth: usize) -> Pattern {
        match json {
            Json::String(text) => self.read(text, depth),
            Json::Null => Pattern::default(),
            other => Pattern::literal(&other.to_string()),
        }
    }

    fn read(&self, text: &str, depth: usize) -> Pattern {
        let Some(inside) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
            return Pattern::literal(text);
        };
        if inside.starts_with('[') {
            return Pattern::literal(&text[1..]);
        }
        match parse(inside) {
            Some(node) => self.node(&node, depth),
            None => Pattern::atom(inside),
        }
    }

    fn node(&self, node: &Node, depth: usize) -> Pattern {
        match node {
            Node::Text(text) => Pattern::literal(text),
            Node::Call(name, arguments, way) => {
                let values: Vec<Pattern> = arguments.iter().map(|argument| self.node(argument, depth)).collect();
                self.call(name, &values, way, depth).unwrap_or_else(|| unknown(name, &values, way))
            }
        }
    }

    /// A function whose result has a known form.
    fn call(&self, name: &str, values: &[Pattern], way: &[String], depth: usize) -> Option<Pattern> {
        let way: Vec<&str> = way.iter().map(String::as_str).collect();
        match (name.to_ascii_lowercase().as_str(), way.as_slice()) {
            ("concat", []) => Some(joined(values)),
            ("format", []) => formatted(values),
            ("string" | "tolower" | "toupper", []) => values.first().filter(|value| value.as_text().is_some()).cloned(),
            ("variables", []) if depth < DEPTH => {
                let value = self.variable(values.first()?.as_text()?)?;
                Some(self.at_depth(value, depth + 1))
            }
            ("resourceid", []) => resource_id(values),
            ("subscriptionresourceid", []) => {
                let base =
                    joined(&[Pattern::literal("/subscriptions/"), Pattern::atom("subscription().subscriptionId")]);
                Some(under(base, values.first()?, values.get(1..)?))
            }
            ("extensionresourceid", []) => Some(under(values.first()?.clone(), values.get(1)?, values.get(2..)?)),
            ("subscription", ["id"]) => {
                Some(joined(&[Pattern::literal("/subscriptions/"), Pattern::atom("subscription().subscriptionId")]))
            }
            ("reference", ["principalId"] | ["identity", "principalId"] | ["properties", "principalId"]) => {
                Some(joined(&[Pattern::literal("principal of "), values.first()?.clone()]))
            }
            _ => None,
        }
    }
}

/// The id that a function for ids gives.
pub(crate) fn id_of(reading: &Reading, name: &str, arguments: &[Node]) -> Option<Pattern> {
    let values: Vec<Pattern> = arguments.iter().map(|argument| reading.node(argument, 0)).collect();
    reading.call(name, &values, &[], 0)
}

/// What is not understood stands for itself, with what is known in it.
fn unknown(name: &str, values: &[Pattern], way: &[String]) -> Pattern {
    let values: Vec<String> = values.iter().map(ToString::to_string).collect();
    let way: String = way.iter().map(|step| format!(".{step}")).collect();
    Pattern::atom(&format!("{name}({}){way}", values.join(", ")))
}

pub(super) fn joined(values: &[Pattern]) -> Pattern {
    let mut joined = Pattern::default();
    values.iter().for_each(|value| joined.append(value));
    joined
}

/// `format('{0}/x', …)`.
fn formatted(values: &[Pattern]) -> Option<Pattern> {
    let mut formatted = Pattern::default();
    let mut rest = values.first()?.as_text()?;
    while let Some((before, after)) = rest.split_once('{') {
        let (place, after) = after.split_once('}')?;
        formatted.push_text(before);
        formatted.append(values.get(place.parse::<usize>().ok()?.checked_add(1)?)?);
        rest = after;
    }
    formatted.push_text(rest);
    Some(formatted)
}

/// `resourceId([subscription, [group,]] type, names…)`: the type is the first argument with a slash that is no id.
fn resource_id(values: &[Pattern]) -> Option<Pattern> {
    let is_type = |value: &Pattern| value.as_text().is_some_and(|text| text.contains('/') && !text.starts_with('/'));
    let at = values.iter().position(is_type)?;
    let base = match &values[..at] {
        [] => Pattern::atom("resourceGroup().id"),
        [group] => joined(&[
            Pattern::literal("/subscriptions/"),
            Pattern::atom("subscription().subscriptionId"),
            Pattern::literal("/resourceGroups/"),
            group.clone(),
        ]),
        [subscription, group, ..] => joined(&[
            Pattern::literal("/subscriptions/"),
            subscription.clone(),
            Pattern::literal("/resourceGroups/"),
            group.clone(),
        ]),
    };
    Some(under(base, &values[at], &values[at + 1..]))
}

/// The id of something in a scope: its type with its names between.
pub(super) fn under(base: Pattern, r#type: &Pattern, names: &[Pattern]) -> Pattern {
    let mut id = base.then("/providers");
    let names: Vec<Pattern> = names.iter().flat_map(segments).collect();
    for (at, part) in segments(r#type).iter().enumerate() {
        id.push_text("/");
        id.append(part);
        if let Some(name) = at.checked_sub(1).and_then(|at| names.get(at)) {
            id.push_text("/");
            id.append(name);
        }
    }
    id
}
