//! Values inside an expression.

use super::Names;
use super::json::{push_inside, push_quoted};
use crate::names::parameter_name;
use portolan_value::{Context, Form, Language, Raw, Value};

/// Writes a value as an expression without its outer brackets.
pub(super) fn write(value: &Value, names: &Names<'_>, out: &mut String) {
    match value {
        Value::Text(text) => push_quoted(text, out),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Bool(truth) => out.extend([if *truth { "true" } else { "false" }, "()"]),
        Value::List(items) => call("createArray", items, names, out),
        Value::Map(entries) => {
            let entries = entries.iter();
            sequence("createObject", entries, |(key, value), out| pair(key, |out| write(value, names, out), out), out);
        }
        Value::Ref(reference) => names.write_reference(reference, out),
        Value::Join(parts) => {
            join(parts, names, out);
        }
        Value::Context(context) => out.push_str(place(*context)),
        Value::Input(name) => {
            out.push_str("parameters(");
            push_quoted(&parameter_name(name), out);
            out.push(')');
        }
        Value::Unique(unique) => match unique.form {
            Form::Short => call("uniqueString", &unique.parts, names, out),
            Form::Guid => call("guid", &unique.parts, names, out),
        },
        Value::Embed(embed) => match embed.written() {
            Value::Embed(left) if left.language == Language::Base64 => {
                out.push_str("base64(");
                write(&left.value, names, out);
                out.push(')');
            }
            written => write(&written, names, out),
        },
        Value::Raw(raw) => write_raw(raw, names, out),
    }
}

/// Writes a join with everything in place that the template knows; says whether a literal is all that is left of it.
pub(super) fn join(parts: &[Value], names: &Names<'_>, out: &mut String) -> bool {
    let begins = out.len();
    out.push_str(CONCAT);
    let mut concat = Concat { out, arguments: 0, quoted: false, literal: true };
    parts.iter().for_each(|part| concat.add(part, names));
    concat.end_text();
    let Concat { arguments, literal, .. } = concat;
    match arguments {
        0 => out.replace_range(begins.., "''"),
        1 => drop(out.drain(begins..begins + CONCAT.len())),
        _ => out.push(')'),
    }
    literal
}

const CONCAT: &str = "concat(";

/// A join under way: texts side by side are one argument.
struct Concat<'o> {
    out: &'o mut String,
    arguments: usize,
    /// Whether a text has begun and not ended.
    quoted: bool,
    /// Whether there was nothing but texts.
    literal: bool,
}

impl Concat<'_> {
    fn add(&mut self, part: &Value, names: &Names<'_>) {
        match part {
            Value::Text(text) => self.text(text),
            Value::Join(parts) => parts.iter().for_each(|part| self.add(part, names)),
            Value::Ref(reference) if reference.attribute == "name" => match names.name(reference) {
                Some(name) => self.add(name, names),
                None => self.expression(part, names),
            },
            Value::Embed(embed) => match embed.written() {
                left @ Value::Embed(_) => self.expression(&left, names),
                written => self.add(&written, names),
            },
            part => self.expression(part, names),
        }
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if !self.quoted {
            self.begin_argument();
            self.out.push('\'');
            self.quoted = true;
        }
        push_inside(text, self.out);
    }

    fn end_text(&mut self) {
        if self.quoted {
            self.out.push('\'');
            self.quoted = false;
        }
    }

    fn expression(&mut self, part: &Value, names: &Names<'_>) {
        self.end_text();
        self.begin_argument();
        self.literal = false;
        write(part, names, self.out);
    }

    fn begin_argument(&mut self) {
        self.out.push_str(if self.arguments > 0 { ", " } else { "" });
        self.arguments += 1;
    }
}

fn call(function: &str, arguments: &[Value], names: &Names<'_>, out: &mut String) {
    sequence(function, arguments.iter(), |argument, out| write(argument, names, out), out);
}

fn sequence<T>(function: &str, items: impl Iterator<Item = T>, mut each: impl FnMut(T, &mut String), out: &mut String) {
    out.extend([function, "("]);
    for (index, item) in items.enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        each(item, out);
    }
    out.push(')');
}

fn pair(key: &str, value: impl FnOnce(&mut String), out: &mut String) {
    push_quoted(key, out);
    out.push_str(", ");
    value(out);
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

fn write_raw(raw: &Raw, names: &Names<'_>, out: &mut String) {
    match raw {
        Raw::Text(text) => match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(inner) if !inner.starts_with('[') => out.push_str(inner),
            Some(inner) => push_quoted(&format!("{inner}]"), out),
            None => push_quoted(text, out),
        },
        Raw::Value(value) => write(value, names, out),
        Raw::Bool(truth) => out.extend([if *truth { "true" } else { "false" }, "()"]),
        Raw::Number(number) => {
            out.push_str("json(");
            push_quoted(number, out);
            out.push(')');
        }
        Raw::Null => out.push_str("null()"),
        Raw::List(items) => sequence("createArray", items.iter(), |item, out| write_raw(item, names, out), out),
        Raw::Map(entries) => {
            let entries = entries.iter();
            sequence("createObject", entries, |(key, raw), out| pair(key, |out| write_raw(raw, names, out), out), out);
        }
    }
}
