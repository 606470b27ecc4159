//! Values for people.

use portolan_value::{Context, Value};

/// A value as one line that a reviewer can read: what is only known later stands in braces.
#[must_use]
pub fn describe(value: &Value) -> String {
    let mut text = String::new();
    write(value, &mut text);
    text
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Text(text) => out.push_str(text),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Bool(truth) => out.push_str(&truth.to_string()),
        Value::List(items) => sequence(items, ", ", out),
        Value::Join(parts) => parts.iter().for_each(|part| write(part, out)),
        Value::Map(map) => {
            for (index, (key, value)) in map.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                out.push_str(key);
                out.push_str(": ");
                write(value, out);
            }
        }
        Value::Ref(reference) => out.push_str(&format!("{{{}.{}}}", reference.address, reference.attribute)),
        Value::Context(context) => out.push_str(&format!("{{{}}}", word(*context))),
        Value::Input(name) => out.push_str(&format!("{{inputs.{name}}}")),
        Value::Unique(_) => out.push_str("{hash}"),
        Value::Embed(embed) => match embed.written() {
            Value::Embed(inner) => write(&inner.value, out),
            value => write(&value, out),
        },
        Value::Raw(_) => out.push_str("{verbatim}"),
    }
}

fn sequence(items: &[Value], between: &str, out: &mut String) {
    for (index, item) in items.iter().enumerate() {
        out.push_str(if index > 0 { between } else { "" });
        write(item, out);
    }
}

fn word(context: Context) -> &'static str {
    match context {
        Context::Account => "account",
        Context::Region => "region",
        Context::Partition => "partition",
        Context::UrlSuffix => "suffix",
        Context::Project => "project",
        Context::ProjectNumber => "project-number",
        Context::Subscription => "subscription",
        Context::ResourceGroup => "resource-group",
        Context::Tenant => "tenant",
    }
}
