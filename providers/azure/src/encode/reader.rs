//! Reads encoded texts back, and shows that any text comes out as itself.

use super::{Names, write};
use crate::lower::sample;
use portolan_target::Stack;
use portolan_value::{Address, Context, Language, Map, Origin, Raw, Resource, Value};
use proptest::prelude::*;
use serde_json::Value as Json;

/// What ARM makes of a JSON text: a literal, or an expression of literals, `concat` and things only it knows (`<…>`).
/// `None` when the text is no expression that it could read.
fn read(text: &str) -> Option<String> {
    if !text.starts_with('[') || !text.ends_with(']') || text.len() < 2 {
        return Some(text.to_owned());
    }
    if text.starts_with("[[") {
        return Some(text[1..].to_owned());
    }
    let mut reader = Reader { rest: &text[1..text.len() - 1] };
    let value = reader.value()?;
    reader.rest.trim().is_empty().then_some(value)
}

struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn value(&mut self) -> Option<String> {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix('\'') {
            Some(_) => self.quoted(),
            None => self.call(),
        }
    }

    fn quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        self.rest = &self.rest[1..];
        loop {
            let end = self.rest.find('\'')?;
            text.push_str(&self.rest[..end]);
            self.rest = &self.rest[end + 1..];
            match self.rest.strip_prefix('\'') {
                Some(after) => {
                    text.push('\'');
                    self.rest = after;
                }
                None => return Some(text),
            }
        }
    }

    fn call(&mut self) -> Option<String> {
        let end = self.rest.find('(')?;
        let name = self.rest[..end].to_owned();
        let word = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric());
        self.rest = &self.rest[end + 1..];
        let mut arguments = Vec::new();
        while !self.rest.trim_start().starts_with(')') {
            arguments.push(self.value()?);
            self.rest = self.rest.trim_start();
            self.rest = self.rest.strip_prefix(',').unwrap_or(self.rest);
        }
        self.rest = self.rest.trim_start().strip_prefix(')')?;
        while let Some(after) = self.rest.strip_prefix('.') {
            self.rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        }
        match name.as_str() {
            "concat" if word => Some(arguments.concat()),
            _ if word => Some("<>".to_owned()),
            _ => None,
        }
    }
}

/// A template with one resource whose properties are these, and the properties as JSON.
fn encoded(properties: Map) -> Json {
    let body = Map::from([("name", "thing".into()), ("properties", properties.into())]);
    let resource = Resource::new(Address::new("a", "thing"), "Microsoft.Web/sites", body, Origin::default());
    let stack = Stack::of(vec![resource]);
    let text = write(&stack, "demo-dev", &Names::of(&stack));
    let json: Json = serde_json::from_str(&text).expect("JSON");
    json["resources"][0]["properties"].clone()
}

fn text_at(json: &Json, key: &str) -> Option<String> {
    read(json[key].as_str()?)
}

/// Texts that are near to something special.
fn nasty() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        r"\[{0,3}[a-z'(){}\[\]]{0,6}\]{0,2}",
        Just("[listKeys(resourceId('a/b', 'c'), '2025-01-01').keys[0].value]".to_owned()),
        Just("[[x".to_owned()),
        Just("[".to_owned()),
        Just("']".to_owned()),
        Just("{{resolve:x}} ${file(\"/etc/passwd\")} $(ref.x.y) \u{1F980} \"\\\n".to_owned()),
    ]
}

proptest! {
    #[test]
    fn any_text_comes_out_as_itself(text in nasty()) {
        let value = Value::from(text.clone());
        let joined = Value::join([value.clone(), Context::Tenant.into(), value.clone()]);
        let mut properties = Map::from([("alone", value.clone()), ("joined", joined)]);
        properties.set("map", Value::Map([(text.clone(), value)].into_iter().collect()));
        let json = encoded(properties);
        prop_assert_eq!(text_at(&json, "alone"), Some(text.clone()));
        prop_assert_eq!(text_at(&json, "joined"), Some(format!("{text}<>{text}")));
        let (key, inner) = json["map"].as_object().and_then(|map| map.iter().next()).expect("an entry");
        prop_assert_eq!(read(key), Some(text.clone()));
        prop_assert_eq!(inner.as_str().and_then(read), Some(text));
    }

    #[test]
    fn languages_inside_come_out_as_themselves(text in nasty()) {
        let embedded = |language| Value::embed(language, Value::join([text.clone().into(), Context::Tenant.into()]));
        let mut properties = Map::from([("json", embedded(Language::Json))]);
        if Language::Abac.refuses(&text).is_none() {
            properties.set("abac", embedded(Language::Abac));
        }
        if Language::Xml.refuses(&text).is_none() {
            properties.set("xml", embedded(Language::Xml));
        }
        let json = encoded(properties);
        let inner = text_at(&json, "json").expect("an expression");
        prop_assert_eq!(serde_json::from_str::<String>(&inner).ok(), Some(format!("{text}<>")));
        if let Some(condition) = text_at(&json, "abac") {
            prop_assert_eq!(condition, format!("'{text}<>'"));
        }
        if let Some(xml) = text_at(&json, "xml") {
            prop_assert_eq!(read_xml(&xml), Some(format!("{text}<>")));
        }
    }

    #[test]
    fn a_policy_holds_texts_and_no_more(text in nasty()) {
        prop_assume!(Language::Xml.refuses(&text).is_none());
        let json = encoded(Map::from([("policy", sample(&text))]));
        let policy = text_at(&json, "policy").expect("a text");
        let (before, rest) = policy.split_once("<origin>").expect("an origin");
        let (inner, after) = rest.split_once("</origin>").expect("its end");
        prop_assert_eq!(read_xml(inner), Some(text));
        prop_assert!(before.starts_with("<policies><inbound><base />") && after.ends_with("</on-error></policies>"));
    }
}

/// Reads character data back; `None` when it holds markup.
fn read_xml(data: &str) -> Option<String> {
    let mut text = String::new();
    let mut rest = data;
    while let Some(at) = rest.find(['&', '<', '"', '\'']) {
        // What the reader of expressions leaves for something unknown is no markup.
        if rest[at..].starts_with("<>") {
            text.push_str(&rest[..at + 2]);
            rest = &rest[at + 2..];
            continue;
        }
        let (code, after) = rest[at..].strip_prefix("&#")?.split_once(';')?;
        text.push_str(&rest[..at]);
        text.push(char::from_u32(code.parse().ok()?)?);
        rest = after;
    }
    Some(text + rest)
}

#[test]
fn verbatim_syntax_stays_verbatim() {
    let raw = Raw::Map(vec![
        ("expression".into(), Raw::Text("[uniqueString('x')]".into())),
        ("[parameters('key')]".into(), Raw::List(vec![Raw::Null, Raw::Bool(true), Raw::Number("1.5".into())])),
        ("ours".into(), Raw::Value(Box::new(Value::from("[ours]")))),
    ]);
    let json = encoded(Map::from([("raw", Value::raw(raw))]));
    let expected = r#"{"expression":"[uniqueString('x')]","[parameters('key')]":[null,true,1.5],"ours":"[[ours]"}"#;
    assert_eq!(json["raw"].to_string(), expected);
}

#[test]
fn an_attribute_cannot_end_its_expression() {
    let address = Address::new("b", "thing");
    let body = Map::from([("name", "other".into())]);
    let mut other = Resource::new(address.clone(), "Microsoft.Web/sites", body, Origin::default());
    other.api_version = Some("2025-03-01".into());
    let evil = Value::reference(address, "properties.x'), listKeys('y");
    let body = Map::from([("name", "thing".into()), ("properties", Value::from([("evil", evil)]))]);
    let resource = Resource::new(Address::new("a", "thing"), "Microsoft.Web/sites", body, Origin::default());
    let stack = Stack::of(vec![other, resource]);
    let json: Json = serde_json::from_str(&write(&stack, "demo-dev", &Names::of(&stack))).expect("JSON");
    let expected = "[reference(resourceId('Microsoft.Web/sites', 'other'), '2025-03-01')['x''), listKeys(''y']]";
    assert_eq!(json["resources"][1]["properties"]["evil"], expected);
    assert_eq!(json["resources"][1]["dependsOn"][0], "[resourceId('Microsoft.Web/sites', 'other')]");
}
