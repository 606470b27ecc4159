//! Text that a template cannot hold as text, and values that mean nothing here.

use super::{at, place};
use crate::encode::pseudo;
use portolan_diagnostics::Diagnostic;
use portolan_target::Stack;
use portolan_value::{Resource, Text, Value};

/// CloudFormation replaces `{{resolve:…}}` wherever it stands in a template, and has no way to write it otherwise
/// (CloudFormation user guide, "Get values stored in other services using dynamic references").
const DYNAMIC: &str = "{{resolve:";

/// Every text of every body, output and parameter; what is verbatim is the user's own.
pub(super) fn check(stack: &Stack, found: &mut Vec<Diagnostic>) {
    for resource in &stack.resources {
        for (property, value) in &resource.body {
            if property.contains(DYNAMIC) || holds_dynamic(value) {
                let what = format!("`{property}` of `{}`", resource.address);
                found.push(at(dynamic(&what), resource));
            }
            foreign(value, resource, found);
        }
    }
    for output in stack.outputs.iter().filter(|output| holds_dynamic(&output.value) || describes(&output.description)) {
        found.push(dynamic(&format!("the output `{}`", output.name)));
    }
    for parameter in &stack.parameters {
        if parameter.default.as_ref().is_some_and(holds_dynamic) || describes(&parameter.description) {
            let diagnostic = dynamic(&format!("the input `{}`", parameter.name));
            found.push(place(diagnostic, parameter.span, "declared here".to_owned()));
        }
    }
}

fn describes(text: &Option<Text>) -> bool {
    text.as_ref().is_some_and(|text| text.contains(DYNAMIC))
}

fn dynamic(what: &str) -> Diagnostic {
    let message = format!("{what} holds `{{{{resolve:`, which CloudFormation would replace and cannot hold as text");
    Diagnostic::error("aws/dynamic-reference", message)
        .help("write the text in another way; a value from a store is an input: `{ ssm: /path }`, or a secret")
}

fn holds_dynamic(value: &Value) -> bool {
    let mut found = false;
    value.walk(&mut |value| {
        found |= match value {
            // Most texts hold no brace, and one character is found much faster than ten.
            Value::Text(text) => text.contains('{') && text.contains(DYNAMIC),
            Value::Map(map) => map.iter().any(|(key, _)| key.contains(DYNAMIC)),
            Value::Join(parts) => joined(parts).contains(DYNAMIC),
            _ => false,
        };
    });
    found
}

/// The literal text of a join, a mark for each hole.
fn joined(parts: &[Value]) -> String {
    parts.iter().map(|part| part.as_text().unwrap_or("\u{fffc}")).collect()
}

/// What only other clouds know can get here from a user's own kind alone.
fn foreign(value: &Value, resource: &Resource, found: &mut Vec<Diagnostic>) {
    value.walk(&mut |value| {
        let what = match value {
            Value::Context(context) if pseudo(*context).is_none() => format!("{context:?}"),
            Value::Unique(_) => "Unique".to_owned(),
            _ => return,
        };
        let message = format!("`{}` needs `{what}`, which aws does not know", resource.address);
        let help = "on aws a kind's file can use account, region, partition and url-suffix";
        found.push(at(Diagnostic::error("target/no-such-context", message), resource).help(help));
    });
}
