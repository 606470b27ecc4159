//! User text can never become code: attack strings in every text that the schema knows, on every format, come out as
//! that text or are refused.

use portolan_catalog::standard;
use portolan_golden_tests::readers::{Said, read};
use portolan_golden_tests::{Checked, check, root};
use portolan_value::Format;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// Each holds the word that nothing but an attack holds. `$${` is how a spec writes `${`. Those that a target may refuse
/// stand apart from those that it must take.
const ATTACKS: [&str; 8] = [
    "$${file(\"/etc/pwned\")} %{ for x in pwned }x%{ endfor }",
    "${file(\"/etc/pwned\")}",
    "[listKeys('pwned', '2024-01-01')]",
    "[[listKeys('pwned')]",
    "{{resolve:ssm:pwned}} $(ref.pwned.selfLink)",
    "pwned\"'`\\ ]} <pwned attribute=\"&amp;\"/>",
    "pwned\nname: x\n\tand more",
    "pwned*?$${aws:username} \u{e9}\u{1f600} \u{4e2d}",
];

/// A text without a secret meaning anywhere, to learn where a leaf's text goes.
const HARMLESS: &str = "pwned";

/// The schema, walked beside a spec.
struct Schema<'a> {
    document: &'a Value,
    /// Texts of the schema that the spec reaches.
    reached: BTreeSet<String>,
    /// Places in the spec, as JSON pointers, that hold free text.
    places: BTreeSet<String>,
}

impl<'a> Schema<'a> {
    fn walk(&mut self, schema: &'a Value, at: &str, spec: &Value, place: &str) {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let pointer = reference.trim_start_matches('#');
            let target = self.document.pointer(pointer).expect("a reference inside the schema");
            self.walk(target, pointer, spec, place);
        }
        if schema.get("x-portolan-text") == Some(&Value::Bool(true)) && spec.is_string() {
            self.reached.insert(at.to_owned());
            self.places.insert(place.to_owned());
        }
        for word in ["anyOf", "oneOf", "allOf"] {
            for (index, choice) in schema.get(word).and_then(Value::as_array).into_iter().flatten().enumerate() {
                self.walk(choice, &format!("{at}/{word}/{index}"), spec, place);
            }
        }
        for word in ["then", "else"] {
            if let Some(branch) = schema.get(word) {
                self.walk(branch, &format!("{at}/{word}"), spec, place);
            }
        }
        match spec {
            Value::Object(entries) => entries.iter().for_each(|(key, value)| {
                let place = format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
                self.entry(schema, at, key, value, &place);
            }),
            Value::Array(items) => {
                if let Some(schema) = schema.get("items") {
                    let each = items.iter().enumerate();
                    each.for_each(|(index, item)| {
                        self.walk(schema, &format!("{at}/items"), item, &format!("{place}/{index}"));
                    });
                }
            }
            _ => {}
        }
    }

    fn entry(&mut self, schema: &'a Value, at: &str, key: &str, value: &Value, place: &str) {
        let properties = schema.get("properties").and_then(|properties| properties.get(key));
        match properties {
            Some(property) => self.walk(property, &format!("{at}/properties/{key}"), value, place),
            None => {
                for (pattern, inner) in schema.get("patternProperties").and_then(Value::as_object).into_iter().flatten()
                {
                    self.walk(inner, &format!("{at}/patternProperties/{pattern}"), value, place);
                }
                if let Some(inner) = schema.get("additionalProperties").filter(|inner| inner.is_object()) {
                    self.walk(inner, &format!("{at}/additionalProperties"), value, place);
                }
            }
        }
    }
}

/// Every text of the schema, by its place in the document.
fn texts(schema: &Value, at: &str, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(entries) => {
            if schema.get("x-portolan-text") == Some(&Value::Bool(true)) {
                found.insert(at.to_owned());
            }
            entries.iter().for_each(|(key, value)| texts(value, &format!("{at}/{key}"), found));
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| texts(item, &format!("{at}/{index}"), found));
        }
        _ => {}
    }
}

fn specs() -> Vec<Value> {
    let mut files: Vec<_> = fs::read_dir(root().join("attack")).expect("the attacked specs").flatten().collect();
    files.sort_by_key(fs::DirEntry::path);
    files
        .iter()
        .map(|file| serde_json::from_slice(&fs::read(file.path()).expect("a spec")).expect("a JSON spec"))
        .collect()
}

fn compile(spec: &Value) -> Checked {
    check(spec.to_string().as_bytes(), &[])
}

fn said(checked: &Checked) -> Vec<(Format, Said)> {
    let read = |compiled: &portolan_cli::pipeline::Compiled| {
        let format = compiled.model.target.format;
        let texts = compiled.template.stacks.iter().map(|stack| read(format, &stack.text));
        let said = texts.reduce(|mut all, more| {
            all.texts.extend(more.texts);
            all.code.extend(more.code);
            all
        });
        (format, said.unwrap_or_default())
    };
    checked.compiled.iter().map(read).collect()
}

/// A text as the languages inside values write it, undone: JSON, XML, policy patterns, CEL.
fn unquoted(text: &str) -> Vec<String> {
    let json = serde_json::from_str::<Value>(text).map(|value| {
        let mut inner = Vec::new();
        strings(&value, &mut inner);
        inner
    });
    let pattern =
        ["*", "?", "$"].iter().fold(text.to_owned(), |text, mark| text.replace(&format!("${{{mark}}}"), mark));
    let mut all = vec![text.to_owned(), pattern, entities(text), escapes(text), percents(text)];
    all.extend(json.unwrap_or_default());
    all.extend(base64(text));
    all
}

fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, found)),
        Value::Object(entries) => entries.iter().for_each(|(key, value)| {
            found.push(key.clone());
            strings(value, found);
        }),
        _ => {}
    }
}

/// Backslash escapes, undone.
fn escapes(text: &str) -> String {
    let mut plain = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, letter == '\\') {
            (_, true) => match letters.next() {
                Some('u') => {
                    let code: String = letters.by_ref().take(4).collect();
                    plain.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                }
                Some(escaped) => plain.push(escaped),
                None => {}
            },
            (letter, false) => plain.push(letter),
        }
    }
    plain
}

/// Percent-encoding, undone.
fn percents(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        bytes.extend(before.bytes());
        match after.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(b'%');
                rest = after;
            }
        }
    }
    bytes.extend(rest.bytes());
    String::from_utf8_lossy(&bytes).replace('+', " ")
}

fn entities(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("&#") {
        plain.push_str(before);
        let (code, more) = after.split_once(';').unwrap_or((after, ""));
        plain.extend(code.parse().ok().and_then(char::from_u32));
        rest = more;
    }
    plain + rest
}

/// The text in Base64, and what it holds as JSON.
fn base64(text: &str) -> Vec<String> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digits: Option<Vec<u32>> = text
        .trim_end_matches('=')
        .bytes()
        .map(|byte| ALPHABET.iter().position(|letter| *letter == byte).and_then(|at| u32::try_from(at).ok()))
        .collect();
    let Some(digits) = digits.filter(|digits| digits.len() > 4) else { return Vec::new() };
    let bits: Vec<u8> = digits.iter().flat_map(|digit| (0..6).rev().map(move |bit| (digit >> bit & 1) as u8)).collect();
    let bytes: Vec<u8> = bits.chunks_exact(8).map(|byte| byte.iter().fold(0, |byte, bit| byte << 1 | bit)).collect();
    let Ok(plain) = String::from_utf8(bytes) else { return Vec::new() };
    let mut all = vec![plain.clone()];
    if let Ok(value) = serde_json::from_str::<Value>(&plain) {
        strings(&value, &mut all);
    }
    all
}

fn holds(said: &Said, text: &str) -> bool {
    said.texts.iter().filter(|candidate| candidate.len() >= text.len()).any(|candidate| {
        candidate.contains(text) || unquoted(candidate).iter().any(|candidate| candidate.contains(text))
    })
}

#[test]
fn the_specs_reach_every_text_of_the_schema() {
    let document = portolan_cli::schema(standard());
    let mut known = BTreeSet::new();
    texts(&document, "", &mut known);
    assert!(known.len() > 20, "the schema marks its free texts");
    let mut schema = Schema { document: &document, reached: BTreeSet::new(), places: BTreeSet::new() };
    specs().iter().for_each(|spec| schema.walk(&document, "", spec, ""));
    let missed: Vec<&String> = known.difference(&schema.reached).collect();
    assert!(missed.is_empty(), "no attacked spec reaches {missed:#?}");
}

#[test]
fn attacked_specs_are_right_before_the_attack() {
    for spec in specs() {
        let checked = compile(&spec);
        let wrong = checked.found.iter().any(portolan_diagnostics::Diagnostic::is_error);
        assert!(!wrong, "{}", portolan_golden_tests::diagnostics(&checked));
        for (format, said) in said(&checked) {
            assert!(said.code.iter().all(|code| !code.contains("pwned")), "{format:?}");
        }
    }
}

/// Attacks every free text of one spec.
fn attack_all(name: &str) {
    let document = portolan_cli::schema(standard());
    let file = root().join("attack").join(name);
    let spec: Value = serde_json::from_slice(&fs::read(file).expect("a spec")).expect("a JSON spec");
    let mut schema = Schema { document: &document, reached: BTreeSet::new(), places: BTreeSet::new() };
    schema.walk(&document, "", &spec, "");
    let mut complaints = Vec::new();
    let attacks: usize = schema.places.iter().map(|place| attack(&spec, place, &mut complaints)).sum();
    assert!(complaints.is_empty(), "{} of {attacks}\n{}", complaints.len(), complaints.join("\n"));
    assert!(attacks > 60, "only {attacks} templates were attacked");
}

#[test]
fn single_texts_never_become_code() {
    attack_all("one.json");
}

#[test]
fn texts_in_lists_never_become_code() {
    attack_all("many.json");
}

#[test]
fn texts_on_aws_never_become_code() {
    attack_all("aws.json");
}

#[test]
fn texts_on_deployment_manager_never_become_code() {
    attack_all("deployment-manager.json");
}

fn with(spec: &Value, place: &str, text: &str) -> Value {
    let mut spec = spec.clone();
    *spec.pointer_mut(place).expect("a place of the spec") = Value::String(text.to_owned());
    spec
}

/// Whether a finding points at the attacked text: a label that cannot hold it is the nearest one, with a note.
fn said_so(checked: &Checked) -> bool {
    let labels = checked.found.iter().filter_map(|found| found.primary.as_ref());
    labels
        .filter_map(|label| Some(checked.sources.get(label.span.file)?.slice(label.span)))
        .any(|text| text.contains("pwned"))
}

fn attack(spec: &Value, place: &str, complaints: &mut Vec<String>) -> usize {
    let harmless: Vec<(Format, bool)> = said(&compile(&with(spec, place, HARMLESS)))
        .iter()
        .map(|(format, said)| (*format, holds(said, HARMLESS)))
        .collect();
    let mut attacks = 0;
    for attack in ATTACKS {
        let expected = attack.replace("$${", "${");
        let checked = compile(&with(spec, place, attack));
        for (format, said) in said(&checked) {
            attacks += 1;
            for code in said.code.iter().filter(|code| code.contains("pwned")) {
                complaints.push(format!("{place} on {format:?}: {attack:?} became the code {code:?}"));
            }
            let shown = harmless.iter().any(|(of, shown)| *of == format && *shown);
            if shown && !holds(&said, &expected) && !said_so(&checked) {
                complaints.push(format!("{place} on {format:?}: {attack:?} is not the text that comes out"));
            }
        }
    }
    attacks
}
