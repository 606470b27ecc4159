//! Values as JSON: texts are themselves, everything else is one of CloudFormation's functions.
//!
//! A plain string is never read by CloudFormation, but for dynamic references, which `limits` refuses. `Fn::Sub` reads
//! its text, so a literal that could be taken for a substitution is joined with `Fn::Join` instead, which reads none.
//! There it is also cut between `$` and `{`, and so is a text that stands alone: what looks like a forgotten `Fn::Sub`
//! to people and linters is seen to be meant.

use super::{Names, parameter_id, pseudo};
use portolan_target::holds;
use portolan_value::{Language, Raw, Reference, Value};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Serialize, Serializer};

/// A value with the names it is written with.
pub(crate) struct Written<'a> {
    /// The value.
    pub value: &'a Value,
    /// What resources are called.
    pub names: &'a Names<'a>,
}

impl<'a> Written<'a> {
    fn with(&self, value: &'a Value) -> Written<'a> {
        Written { value, names: self.names }
    }
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Text(text) if looks_substituted(text) => write_cut(text, serializer),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Number(number) => serializer.serialize_i64(*number),
            Value::Bool(truth) => serializer.serialize_bool(*truth),
            Value::List(items) => serializer.collect_seq(items.iter().map(|item| self.with(item))),
            Value::Map(map) => serializer.collect_map(map.iter().map(|(key, value)| (key.as_str(), self.with(value)))),
            Value::Ref(reference) => write_reference(reference, self.names, serializer),
            Value::Join(parts) => write_join(parts, self.names, serializer),
            Value::Context(context) => function("Ref", pseudo(*context).unwrap_or_default(), serializer),
            Value::Input(name) => function("Ref", &parameter_id(name), serializer),
            // Nothing is made of it on this target; `limits` refuses it.
            Value::Unique(_) => serializer.serialize_str(""),
            Value::Embed(embed) => match embed.written() {
                Value::Embed(inner) if inner.language == Language::Base64 => {
                    function("Fn::Base64", &self.with_written(&inner.value), serializer)
                }
                value => Written { value: &value, names: self.names }.serialize(serializer),
            },
            Value::Raw(raw) => Verbatim { raw, names: self.names }.serialize(serializer),
        }
    }
}

impl<'a> Written<'a> {
    fn with_written<'b>(&'b self, value: &'b Value) -> Written<'b>
    where
        'a: 'b,
    {
        Written { value, names: self.names }
    }
}

/// Target syntax, as it is.
struct Verbatim<'a> {
    raw: &'a Raw,
    names: &'a Names<'a>,
}

impl Serialize for Verbatim<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let inner = |raw| Verbatim { raw, names: self.names };
        match self.raw {
            Raw::Null => serializer.serialize_unit(),
            Raw::Bool(truth) => serializer.serialize_bool(*truth),
            Raw::Number(number) => write_number(number, serializer),
            Raw::Text(text) => serializer.serialize_str(text),
            Raw::List(items) => serializer.collect_seq(items.iter().map(inner)),
            Raw::Map(entries) => serializer.collect_map(entries.iter().map(|(key, raw)| (key.as_str(), inner(raw)))),
            Raw::Value(value) => Written { value, names: self.names }.serialize(serializer),
        }
    }
}

/// A number as it was written, or as text where JSON has no such number.
fn write_number<S: Serializer>(number: &str, serializer: S) -> Result<S::Ok, S::Error> {
    match serde_json::from_str::<serde_json::Number>(number) {
        Ok(number) => number.serialize(serializer),
        Err(_) => serializer.serialize_str(number),
    }
}

fn function<S: Serializer, T: Serialize + ?Sized>(name: &str, argument: &T, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(name, argument)?;
    map.end()
}

fn is_id(reference: &Reference) -> bool {
    matches!(reference.attribute.as_ref(), "id" | "Ref")
}

fn write_reference<S: Serializer>(reference: &Reference, names: &Names<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    let id = names.id(&reference.address);
    match is_id(reference) {
        true => function("Ref", id.as_ref(), serializer),
        false => function("Fn::GetAtt", &[id.as_ref(), reference.attribute.as_ref()], serializer),
    }
}

/// A join whose languages are written out.
fn write_join<S: Serializer>(parts: &[Value], names: &Names<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    if parts.iter().any(|part| matches!(part, Value::Embed(_) | Value::Join(_))) {
        let written = parts.iter().map(|part| match part {
            Value::Embed(embed) => embed.written(),
            part => part.clone(),
        });
        return match Value::join(written) {
            Value::Join(parts) => write_parts(&parts, names, serializer),
            value => Written { value: &value, names }.serialize(serializer),
        };
    }
    write_parts(parts, names, serializer)
}

/// Whether a text holds a `${` with a name and `}` behind it.
fn looks_substituted(text: &str) -> bool {
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.');
    holds(text, b'$')
        && text
            .match_indices("${")
            .any(|(at, mark)| text[at + mark.len()..].trim_start_matches(is_name).starts_with('}'))
}

fn write_cut<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    function("Fn::Join", &("", cut(text).collect::<Vec<_>>()), serializer)
}

/// The pieces of a text, cut between every `$` and `{`.
fn cut(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let cut = if holds(text, b'$') { text.find("${") } else { None };
        let (piece, after) = match cut {
            Some(at) => (&text[..=at], Some(&text[at + 1..])),
            None => (text, None),
        };
        rest = after;
        Some(piece)
    })
}

fn write_parts<S: Serializer>(parts: &[Value], names: &Names<'_>, serializer: S) -> Result<S::Ok, S::Error> {
    match substitution(parts, names) {
        Some(text) => function("Fn::Sub", &text, serializer),
        None => function("Fn::Join", &Joined { parts, names }, serializer),
    }
}

/// The text of an `Fn::Sub`; none where a literal part could be read as a substitution, or a part has no short form.
fn substitution(parts: &[Value], names: &Names<'_>) -> Option<String> {
    let mut text = String::with_capacity(96);
    for part in parts {
        match part {
            Value::Text(literal) if is_read(literal) => return None,
            Value::Text(literal) => text.push_str(literal),
            part => {
                text.push_str("${");
                write_hole(part, names, &mut text)?;
                text.push('}');
            }
        }
    }
    Some(text)
}

/// Whether a literal could begin a substitution.
fn is_read(literal: &str) -> bool {
    holds(literal, b'$') && (literal.contains("${") || literal.ends_with('$'))
}

fn write_hole(part: &Value, names: &Names<'_>, out: &mut String) -> Option<()> {
    match part {
        Value::Ref(reference) if is_id(reference) => out.push_str(&names.id(&reference.address)),
        Value::Ref(reference) => out.extend([names.id(&reference.address).as_ref(), ".", &reference.attribute]),
        Value::Context(context) => out.push_str(pseudo(*context)?),
        Value::Input(name) => out.push_str(&parameter_id(name)),
        _ => return None,
    }
    Some(())
}

/// The argument of `Fn::Join`.
struct Joined<'a> {
    parts: &'a [Value],
    names: &'a Names<'a>,
}

impl Serialize for Joined<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut argument = serializer.serialize_seq(Some(2))?;
        argument.serialize_element("")?;
        argument.serialize_element(&Parts(self))?;
        argument.end()
    }
}

struct Parts<'a>(&'a Joined<'a>);

impl Serialize for Parts<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Joined { parts, names } = self.0;
        let mut items = serializer.serialize_seq(None)?;
        for value in *parts {
            match value {
                Value::Text(text) => cut(text).try_for_each(|piece| items.serialize_element(piece))?,
                value => items.serialize_element(&Written { value, names })?,
            }
        }
        items.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Names;
    use portolan_target::Stack;
    use portolan_value::{Address, Context, Map};
    use proptest::prelude::*;
    use serde_json::Value as Json;

    fn written(value: &Value) -> Json {
        let stack = Stack::default();
        let names = Names::new(&stack);
        serde_json::to_value(Written { value, names: &names }).expect("JSON")
    }

    /// Reads a value as CloudFormation does; what only a deployment knows is `<name>`.
    fn read(value: &Json) -> String {
        let Json::Object(map) = value else { return value.as_str().expect("a text").to_owned() };
        let (function, argument) = map.iter().next().expect("a function");
        match (function.as_str(), argument) {
            ("Ref", Json::String(name)) => format!("<{name}>"),
            ("Fn::GetAtt", Json::Array(path)) => {
                format!("<{}.{}>", path[0].as_str().expect("an id"), path[1].as_str().expect("an attribute"))
            }
            ("Fn::Sub", Json::String(text)) => read_substitution(text),
            ("Fn::Join", Json::Array(argument)) => {
                assert_eq!(argument[0], "");
                argument[1].as_array().expect("parts").iter().map(read).collect()
            }
            other => panic!("{other:?}"),
        }
    }

    fn read_substitution(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let (name, after) = after.split_once('}').expect("a closed hole");
            out.push_str(&format!("{before}<{name}>"));
            rest = after;
        }
        out + rest
    }

    fn hole() -> Value {
        Value::reference(Address::new("a", "queue"), "Arn")
    }

    fn text() -> impl Strategy<Value = String> {
        prop_oneof![any::<String>(), "[${}!a:.{]{0,12}", "([$]|[{]|[}]|AWS::Region|x){0,8}"]
    }

    proptest! {
        #[test]
        fn text_is_that_text(text in text(), more in text()) {
            prop_assert_eq!(read(&written(&text.clone().into())), text.clone());
            let joined = Value::join([text.clone().into(), hole(), more.clone().into(), Context::Region.into()]);
            prop_assert_eq!(read(&written(&joined)), format!("{text}<AQueue.Arn>{more}<AWS::Region>"));
            let map = Value::Map(Map::new().with(text.clone(), 1_i64));
            prop_assert_eq!(written(&map), serde_json::json!({ text: 1 }));
        }

        #[test]
        fn languages_are_written_inside(text in text()) {
            let json = Value::embed(Language::Json, Map::new().with("a", Value::join([text.clone().into(), hole()])).into());
            let read_back: Json = serde_json::from_str(&read(&written(&json))).expect("JSON in a text");
            prop_assert_eq!(&read_back["a"], &Json::from(format!("{text}<AQueue.Arn>")));
            let pattern = Value::join(["arn:".into(), Value::embed(Language::IamPattern, text.clone().into()), "*".into()]);
            prop_assert_eq!(read(&written(&pattern)), format!("arn:{}*", iam(&text)));
        }
    }

    fn iam(text: &str) -> String {
        text.chars().map(|c| if "$*?".contains(c) { format!("${{{c}}}") } else { c.to_string() }).collect()
    }

    #[test]
    fn holes_have_short_forms() {
        let check = |value: Value, expected: Json| assert_eq!(written(&value), expected);
        check(hole(), serde_json::json!({ "Fn::GetAtt": ["AQueue", "Arn"] }));
        check(Value::reference(Address::new("a", "queue"), "id"), serde_json::json!({ "Ref": "AQueue" }));
        check(Value::input("mail-key".into()), serde_json::json!({ "Ref": "MailKeyInput" }));
        check(Value::join(["x".into(), hole()]), serde_json::json!({ "Fn::Sub": "x${AQueue.Arn}" }));
        check(
            Value::join(["${x".into(), hole()]),
            serde_json::json!({ "Fn::Join": ["", ["$", "{x", { "Fn::GetAtt": ["AQueue", "Arn"] }]] }),
        );
        check("a ${AWS::Region}".into(), serde_json::json!({ "Fn::Join": ["", ["a $", "{AWS::Region}"]] }));
        let late = Value::embed(Language::Base64, hole());
        check(late, serde_json::json!({ "Fn::Base64": { "Fn::GetAtt": ["AQueue", "Arn"] } }));
    }

    #[test]
    fn target_syntax_is_verbatim() {
        let raw = Raw::Map(vec![
            ("Fn::Sub".into(), Raw::Text("${AWS::Region}".into())),
            ("n".into(), Raw::Number("1.50".into())),
            ("z".into(), Raw::Null),
            ("ours".into(), Raw::Value(Box::new(hole()))),
        ]);
        let expected = r#"{"Fn::Sub":"${AWS::Region}","n":1.5,"z":null,"ours":{"Fn::GetAtt":["AQueue","Arn"]}}"#;
        assert_eq!(written(&Value::raw(raw)).to_string(), expected);
    }
}
