//! Values inside an expression.

use super::Names;
use super::json::quoted;
use crate::names::parameter_name;
use portolan_value::{Context, Form, Language, Raw, Value};

/// A value as an expression without its outer brackets; joins have been made of what is known.
pub(super) fn of(value: &Value, names: &Names<'_>) -> String {
    match value {
        Value::Text(text) => quoted(text),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => format!("{truth}()"),
        Value::List(items) => call("createArray", items, names),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{}, {}", quoted(key), of(value, names)));
            format!("createObject({})", entries.collect::<Vec<_>>().join(", "))
        }
        Value::Ref(reference) => names.reference(reference),
        Value::Join(parts) => call("concat", parts, names),
        Value::Context(context) => place(*context).to_owned(),
        Value::Input(name) => format!("parameters({})", quoted(&parameter_name(name))),
        Value::Unique(unique) => match unique.form {
            Form::Short => call("uniqueString", &unique.parts, names),
            Form::Guid => call("guid", &unique.parts, names),
        },
        Value::Embed(embed) => match embed.written() {
            Value::Embed(left) if left.language == Language::Base64 => format!("base64({})", of(&left.value, names)),
            written => of(&names.known(&written), names),
        },
        Value::Raw(raw) => raw_expression(raw, names),
    }
}

fn call(function: &str, arguments: &[Value], names: &Names<'_>) -> String {
    let arguments: Vec<String> = arguments.iter().map(|argument| of(argument, names)).collect();
    format!("{function}({})", arguments.join(", "))
}

/// What the place of deployment knows. A region is written out wherever we name one; only a kind that asks for it with
/// `!context` gets the group's.
fn place(context: Context) -> &'static str {
    match context {
        Context::Account | Context::Project | Context::ProjectNumber | Context::Subscription => {
            "subscription().subscriptionId"
        }
        Context::Region => "resourceGroup().location",
        Context::Partition => "environment().name",
        Context::UrlSuffix => "environment().suffixes.storage",
        Context::ResourceGroup => "resourceGroup().id",
        Context::Tenant => "tenant().tenantId",
    }
}

fn raw_expression(raw: &Raw, names: &Names<'_>) -> String {
    match raw {
        Raw::Text(text) => match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(inner) if !inner.starts_with('[') => inner.to_owned(),
            Some(inner) => quoted(&format!("{inner}]")),
            None => quoted(text),
        },
        Raw::Value(value) => of(value, names),
        Raw::Bool(truth) => format!("{truth}()"),
        Raw::Number(number) => format!("json({})", quoted(number)),
        Raw::Null => "null()".to_owned(),
        Raw::List(items) => {
            let items: Vec<String> = items.iter().map(|item| raw_expression(item, names)).collect();
            format!("createArray({})", items.join(", "))
        }
        Raw::Map(entries) => {
            let entries = entries.iter().map(|(key, item)| format!("{}, {}", quoted(key), raw_expression(item, names)));
            format!("createObject({})", entries.collect::<Vec<_>>().join(", "))
        }
    }
}
