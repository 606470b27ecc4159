//! Bodies, read into the members of an input: JSON, CBOR, forms and XML. What cannot be read has no members; what an
//! operation needs is then known less exactly, and the operation still is.

use crate::recognize::Members;
use crate::table::Line;
use minicbor::Decoder;
use minicbor::data::Type;
use portolan_sdk::{Template, Term};
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value as Json;
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// What is nested deeper than this is not read.
const DEPTH: usize = 64;

/// The members of a JSON object.
pub(crate) fn json(body: &[u8]) -> Members {
    members(serde_json::from_slice(body).map(|json| of_json(&json)).unwrap_or_default())
}

fn of_json(json: &Json) -> Term {
    match json {
        Json::String(text) => known(text),
        Json::Array(items) => Term::List(items.iter().map(of_json).collect()),
        Json::Object(map) => {
            let given = map.iter().filter(|(_, value)| !value.is_null());
            Term::Record(given.map(|(name, value)| (name.into(), of_json(value))).collect())
        }
        Json::Number(_) | Json::Bool(_) | Json::Null => Term::Unknown,
    }
}

/// The members of a CBOR map.
pub(crate) fn cbor(body: &[u8]) -> Members {
    members(of_cbor(&mut Decoder::new(body), 0).unwrap_or_default())
}

fn of_cbor(decoder: &mut Decoder<'_>, depth: usize) -> Option<Term> {
    if depth > DEPTH {
        return None;
    }
    Some(match decoder.datatype().ok()? {
        Type::String => known(decoder.str().ok()?),
        Type::StringIndef => known(&decoder.str_iter().ok()?.collect::<Result<String, _>>().ok()?),
        Type::Array | Type::ArrayIndef => {
            let length = decoder.array().ok()?;
            let mut items = Vec::new();
            while more(decoder, length, items.len())? {
                items.push(of_cbor(decoder, depth + 1)?);
            }
            Term::List(items)
        }
        Type::Map | Type::MapIndef => {
            let length = decoder.map().ok()?;
            let (mut members, mut count) = (Members::new(), 0);
            while more(decoder, length, count)? {
                let name = decoder.str().ok()?.into();
                let given = decoder.datatype().ok()? != Type::Null;
                let term = of_cbor(decoder, depth + 1)?;
                members.extend(given.then_some((name, term)));
                count += 1;
            }
            Term::Record(members)
        }
        Type::Tag => {
            decoder.tag().ok()?;
            of_cbor(decoder, depth + 1)?
        }
        _ => {
            decoder.skip().ok()?;
            Term::Unknown
        }
    })
}

/// Whether a list or map goes on; the end of one without a length is read.
fn more(decoder: &mut Decoder<'_>, length: Option<u64>, read: usize) -> Option<bool> {
    match length {
        Some(length) => Some((read as u64) < length),
        None if decoder.datatype().ok()? == Type::Break => decoder.skip().ok().map(|()| false),
        None => Some(true),
    }
}

/// The members of a form: `Tags.member.1.Key=a`. What is numbered is a list.
pub(crate) fn fields(fields: &[(String, String)]) -> Members {
    let mut root = Branch::default();
    for (name, value) in fields {
        let parts = name.split('.').take(DEPTH);
        let leaf = parts.fold(&mut root, |branch, part| branch.under.entry(part.to_owned()).or_default());
        leaf.text = Some(value.clone());
    }
    members(root.term())
}

#[derive(Default)]
struct Branch {
    text: Option<String>,
    under: BTreeMap<String, Branch>,
}

impl Branch {
    fn term(self) -> Term {
        if self.under.is_empty() {
            return self.text.map_or(Term::Unknown, |text| known(&text));
        }
        if self.under.keys().all(|name| name.bytes().all(|letter| letter.is_ascii_digit())) {
            let mut items: Vec<(usize, Branch)> =
                self.under.into_iter().map(|(name, item)| (name.parse().unwrap_or(usize::MAX), item)).collect();
            items.sort_by_key(|(number, _)| *number);
            return Term::List(items.into_iter().map(|(_, item)| item.term()).collect());
        }
        let mut under = self.under;
        match under.remove("member") {
            Some(items) if under.is_empty() => items.term(),
            Some(items) => {
                under.insert("member".to_owned(), items);
                record(under)
            }
            None => record(under),
        }
    }
}

fn record(under: BTreeMap<String, Branch>) -> Term {
    Term::Record(under.into_iter().map(|(name, branch)| (name.into(), branch.term())).collect())
}

/// The members that the body of an operation told apart by its path holds.
pub(crate) fn document(line: &Line, body: &[u8], xml: bool) -> Members {
    if body.is_empty() || !xml {
        let term = if body.is_empty() { Members::new() } else { json(body) };
        return placed(line, term);
    }
    placed(line, members(of_xml(body)))
}

/// What was read, as the input that the body is, or as the input itself.
fn placed(line: &Line, read: Members) -> Members {
    if read.is_empty() {
        return read;
    }
    let read = renamed(line, read);
    match line.body {
        Some(member) => Members::from([(member.into(), Term::Record(read))]),
        None => read,
    }
}

/// The same with the names that the operation's input has for its members.
pub(crate) fn renamed(line: &Line, input: Members) -> Members {
    if line.renamed.is_empty() && line.items.is_empty() {
        return input;
    }
    members(rename(line, Term::Record(input)))
}

fn rename(line: &Line, term: Term) -> Term {
    match term {
        Term::Record(members) => match single(line, &members) {
            Some(items) => rename(line, items),
            None => {
                let name = |wire: SmolStr| {
                    let known = line.renamed.iter().find(|(known, _)| wire == *known);
                    known.map_or(wire, |(_, name)| (*name).into())
                };
                Term::Record(members.into_iter().map(|(wire, term)| (name(wire), rename(line, term))).collect())
            }
        },
        Term::List(items) => Term::List(items.into_iter().map(|item| rename(line, item)).collect()),
        other => other,
    }
}

/// The items of a list in XML.
fn single(line: &Line, members: &Members) -> Option<Term> {
    let (_, items) =
        members.iter().next().filter(|(name, _)| members.len() == 1 && line.items.contains(&name.as_str()))?;
    Some(match items {
        Term::List(_) => items.clone(),
        one => Term::List(vec![one.clone()]),
    })
}

/// What the root of an XML document holds; elements of one name are a list.
fn of_xml(body: &[u8]) -> Term {
    let mut reader = Reader::from_reader(body);
    let mut open: Vec<Element> = vec![Element::default()];
    loop {
        match reader.read_event() {
            Ok(Event::Start(_)) if open.len() > DEPTH => return Term::Unknown,
            Ok(Event::Start(start)) => {
                let name = start.local_name().as_ref().to_owned();
                open.push(Element { name: name.into(), ..Element::default() });
            }
            Ok(Event::Empty(empty)) => {
                let name = empty.local_name().as_ref().to_owned();
                let last = open.last_mut();
                last.into_iter().for_each(|parent| parent.add(name.clone().into(), Term::Unknown));
            }
            Ok(Event::Text(text)) => {
                open.last_mut().into_iter().for_each(|element| element.text.push_str(&text));
            }
            Ok(Event::GeneralRef(reference)) => {
                let text = entity(&reference);
                open.last_mut().into_iter().for_each(|element| element.text.push_str(&text));
            }
            Ok(Event::End(_)) => {
                let Some(closed) = open.pop() else { return Term::Unknown };
                let Some(parent) = open.last_mut() else { return Term::Unknown };
                let name = closed.name.clone();
                parent.add(name, closed.term());
            }
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_) => return Term::Unknown,
        }
    }
    let root = open.into_iter().next().unwrap_or_default();
    root.members.into_values().next().unwrap_or_default()
}

/// The text of an entity (XML 1.0, sections 4.1 and 4.6).
fn entity(name: &str) -> String {
    let number = name.strip_prefix('#').and_then(|digits| match digits.strip_prefix('x') {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    });
    match (name, number.and_then(char::from_u32)) {
        (_, Some(letter)) => letter.to_string(),
        ("amp", _) => "&".to_owned(),
        ("lt", _) => "<".to_owned(),
        ("gt", _) => ">".to_owned(),
        ("quot", _) => "\"".to_owned(),
        ("apos", _) => "'".to_owned(),
        _ => String::new(),
    }
}

#[derive(Default)]
struct Element {
    name: SmolStr,
    text: String,
    members: Members,
}

impl Element {
    fn add(&mut self, name: SmolStr, term: Term) {
        match self.members.remove(&name) {
            Some(Term::List(mut items)) => {
                items.push(term);
                self.members.insert(name, Term::List(items));
            }
            Some(first) => {
                self.members.insert(name, Term::List(vec![first, term]));
            }
            None => {
                self.members.insert(name, term);
            }
        }
    }

    fn term(self) -> Term {
        if self.members.is_empty() { known(&self.text) } else { Term::Record(self.members) }
    }
}

fn members(term: Term) -> Members {
    match term {
        Term::Record(members) => members,
        _ => Members::new(),
    }
}

fn known(text: &str) -> Term {
    Term::Text(Template::from_literal(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(term: &Term) -> String {
        match term {
            Term::Record(members) => {
                let members: Vec<String> =
                    members.iter().map(|(name, term)| format!("{name}: {}", text(term))).collect();
                format!("{{{}}}", members.join(", "))
            }
            Term::List(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", ")),
            term => term.literal().unwrap_or("?").to_owned(),
        }
    }

    fn read(members: Members) -> String {
        text(&Term::Record(members))
    }

    #[test]
    fn json_says_what_is_given() {
        let body = br#"{"TableName":"orders","Limit":3,"IndexName":null,"Keys":[{"id":{"S":"a"}}]}"#;
        assert_eq!(read(json(body)), "{Keys: [{id: {S: a}}], Limit: ?, TableName: orders}");
        assert_eq!(read(json(b"[1]")), "{}");
        assert_eq!(read(json(b"{")), "{}");
    }

    #[test]
    fn cbor_says_the_same() {
        // {"Namespace": "a", "Data": [_ {"Name": "b"}], "None": null}
        let body = b"\xa3\x69Namespace\x61a\x64Data\x9f\xa1\x64Name\x61b\xff\x64None\xf6";
        assert_eq!(read(cbor(body)), "{Data: [{Name: b}], Namespace: a}");
        assert_eq!(read(cbor(b"\xff")), "{}");
    }

    #[test]
    fn numbers_in_a_form_are_lists() {
        let pairs = ["Tags.member.2.Key=b", "Tags.member.1.Key=a", "Id.1=x", "Name=n", "A.B=c"];
        let pairs: Vec<(String, String)> = pairs
            .iter()
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        assert_eq!(read(fields(&pairs)), "{A: {B: c}, Id: [x], Name: n, Tags: [{Key: a}, {Key: b}]}");
    }

    #[test]
    fn elements_of_one_name_are_a_list() {
        let line = Line { body: Some("Delete"), renamed: vec![("Object", "Objects")], ..Line::default() };
        let body = b"<?xml version='1.0'?><Delete xmlns='x'><Object><Key>a&amp;b</Key></Object><Object><Key>c</Key></Object><Quiet/></Delete>";
        assert_eq!(read(document(&line, body, true)), "{Delete: {Objects: [{Key: a&b}, {Key: c}], Quiet: ?}}");
        let line = Line { items: vec!["Item"], ..Line::default() };
        let body = b"<Request><Names><Item>a</Item></Names></Request>";
        assert_eq!(read(document(&line, body, true)), "{Names: [a]}");
        assert_eq!(read(document(&line, b"<a><b>", true)), "{}");
    }
}
