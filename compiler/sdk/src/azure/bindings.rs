//! The bindings of Azure Functions: what the host reads and writes for a function, as the app's identity.
//!
//! All of it is `data/azure/bindings.txt`. A binding is declared by a decorator in Python, by a helper in Node.js, or in a
//! file `function.json` beside the code.

use super::{operation, perform};
use crate::aws::spelling::same;
use crate::{Object, Outcome, Piece, Template, Term};
use serde_json::Value;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What an object that is a binding is called. Its facts are the binding's settings, its `type` and `direction` among them.
const CLASS: &str = "azure.functions.binding";

/// The file beside a function's code that declares its bindings.
pub(crate) const FILE: &str = "function.json";

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let lines = include_str!("../../data/azure/bindings.txt").lines().map(str::trim);
    lines.filter(|line| !line.is_empty() && !line.starts_with('#')).filter_map(Row::read).collect()
});

/// A line of the table.
struct Row {
    kind: &'static str,
    direction: &'static str,
    names: Vec<&'static str>,
    operations: Vec<&'static str>,
    settings: Vec<(&'static str, &'static str)>,
}

impl Row {
    fn read(line: &'static str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (kind, direction, names) = (words.next()?, words.next()?, words.next()?);
        let (settings, operations) = words.filter(|word| *word != "-").partition(is_setting);
        let settings: Vec<&str> = settings;
        let settings = settings.into_iter().filter_map(|setting| setting.split_once('=')).collect();
        Some(Self { kind, direction, names: names.split(',').collect(), operations, settings })
    }
}

fn is_setting(word: &&str) -> bool {
    word.contains('=')
}

/// The binding that a decorator of Python or a helper of Node.js makes, by its name and, where one name reads and writes, by
/// its direction; its settings are its arguments.
pub(crate) fn named(name: &str, direction: Option<&str>, settings: BTreeMap<SmolStr, Term>) -> Option<Object> {
    let fits = |row: &&Row| row.names.contains(&name) && direction.is_none_or(|direction| direction == row.direction);
    let row = ROWS.iter().find(fits)?;
    Some(binding(row.kind, row.direction, settings))
}

/// A binding of a type and direction as `function.json` writes them.
pub(crate) fn binding(kind: &str, direction: &str, mut settings: BTreeMap<SmolStr, Term>) -> Object {
    let text = |literal: &str| Term::Text(Template::from_literal(literal));
    settings.insert("type".into(), text(kind));
    settings.insert("direction".into(), text(direction));
    Object { class: CLASS.into(), facts: settings }
}

/// What the host does with a binding; nothing where that is a trigger. None: not a binding.
pub(crate) fn bound(object: &Object) -> Option<Outcome> {
    if object.class != CLASS {
        return None;
    }
    let fact = |name: &str| object.facts.get(name).and_then(Term::literal).unwrap_or_default();
    let (kind, direction) = (fact("type"), fact("direction"));
    if kind.ends_with("Trigger") {
        return Some(Outcome::default());
    }
    let fits = |row: &&Row| row.kind.eq_ignore_ascii_case(kind) && row.direction.eq_ignore_ascii_case(direction);
    Some(match ROWS.iter().find(fits) {
        Some(row) => done(row, &object.facts),
        None => {
            let why = format!("what a binding of type `{kind}` needs is not known here");
            Outcome { unresolved: Some(why), ..Outcome::default() }
        }
    })
}

fn done(row: &Row, settings: &BTreeMap<SmolStr, Term>) -> Outcome {
    let mut input = BTreeMap::new();
    for (names, argument) in &row.settings {
        let term = names.split('|').find_map(|name| setting(settings, name));
        match (term, argument.split_once('/')) {
            (Some(term), Some((first, second))) => input.extend(taken_apart(&term, first, second)),
            (Some(term), None) => {
                input.insert((*argument).into(), filled(&term));
            }
            (None, _) => {}
        }
    }
    let operations = row.operations.iter().filter_map(|text| {
        let (name, condition) = text.trim_end_matches(']').split_once('[').unwrap_or((text, ""));
        let holds = match condition.strip_prefix('!') {
            Some(missing) => setting(settings, missing).is_none(),
            None => condition.is_empty() || setting(settings, condition).is_some(),
        };
        let (service, name) = name.split_once(':').filter(|_| holds)?;
        Some(perform(service, operation(service, name)?, input.clone()))
    });
    Outcome { operations: operations.collect(), ..Outcome::default() }
}

/// A setting in any spelling: `queueName`, `queue_name`.
fn setting(settings: &BTreeMap<SmolStr, Term>, name: &str) -> Option<Term> {
    settings.iter().find(|(known, _)| same(known, name)).map(|(_, term)| term.clone())
}

/// The two sides of the first slash.
fn taken_apart(term: &Term, first: &str, second: &str) -> Vec<(SmolStr, Term)> {
    let Term::Text(Template(pieces)) = filled(term) else { return Vec::new() };
    let mut sides = [Vec::new(), Vec::new()];
    let mut side = 0;
    for piece in pieces {
        match &piece {
            Piece::Literal(text) if side == 0 && text.contains('/') => {
                let (before, after) = text.split_once('/').unwrap_or_default();
                sides[0].extend((!before.is_empty()).then(|| Piece::Literal(before.into())));
                sides[1].extend((!after.is_empty()).then(|| Piece::Literal(after.into())));
                side = 1;
            }
            _ => sides[side].push(piece),
        }
    }
    let text = |pieces| Term::Text(Template(pieces));
    let [before, after] = sides;
    let mut parts = vec![(first.into(), text(before))];
    parts.extend((!after.is_empty()).then(|| (second.into(), text(after))));
    parts
}

/// A setting's text: `%NAME%` is an app setting, which the code sees as an environment variable; `{x}` comes from the event.
fn filled(term: &Term) -> Term {
    let Term::Text(Template(pieces)) = term else { return term.clone() };
    let mut all = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Literal(text) => expressions(text, &mut all),
            other => all.push(other.clone()),
        }
    }
    Term::Text(Template(all))
}

fn expressions(text: &str, pieces: &mut Vec<Piece>) {
    let mut rest = text;
    while let Some(at) = rest.find(['%', '{']) {
        let close = if rest[at..].starts_with('%') { '%' } else { '}' };
        let Some(length) = rest[at + 1..].find(close) else { break };
        let name = &rest[at + 1..at + 1 + length];
        pieces.extend((at > 0).then(|| Piece::Literal(rest[..at].into())));
        pieces.push(if close == '%' { Piece::Environment(name.into()) } else { Piece::Hole });
        rest = &rest[at + length + 2..];
    }
    pieces.extend((!rest.is_empty()).then(|| Piece::Literal(rest.into())));
}

/// Whether a `function.json` names a handler by its `scriptFile` and `entryPoint`. What is compiled is named by where it is compiled to:
/// `../dist/send.js` means `src/send.ts` or `send.ts`.
pub(crate) fn concerns(path: &str, text: &str, (handler, symbol): (&str, Option<&str>)) -> bool {
    let Ok(Value::Object(file)) = serde_json::from_str(text) else { return false };
    let text = |name: &str| file.get(name).and_then(Value::as_str);
    let mut folder: Vec<&str> = path.split('/').collect();
    folder.pop();
    let app = folder.len().saturating_sub(1);
    for part in text("scriptFile").unwrap_or_default().split('/') {
        match part {
            ".." => drop(folder.pop()),
            "." => {}
            part => folder.push(part),
        }
    }
    let handler: Vec<&str> = stem(handler).split('/').collect();
    let Some((root, code)) = handler.split_at_checked(app) else { return false };
    let joined = folder.join("/");
    let script: Vec<&str> = stem(&joined).split('/').collect();
    let Some((place, script)) = script.split_at_checked(app) else { return false };
    let source = script.strip_prefix(&["src"]).unwrap_or(script);
    let compiled = script.get(1..).unwrap_or_default();
    let compiled = compiled.strip_prefix(&["src"]).unwrap_or(compiled);
    let code = code.strip_prefix(&["src"]).unwrap_or(code);
    let named = |name: &str| symbol.is_none_or(|symbol| symbol.ends_with(name));
    root == place && (code == source || code == compiled) && text("entryPoint").is_none_or(named)
}

/// A path without what its file's name ends in.
fn stem(path: &str) -> &str {
    path.rsplit_once('.').map_or(path, |(stem, _)| stem)
}

/// What a `function.json` declares: where each binding stands, and what the host does with it.
pub(crate) fn declared(text: &str) -> Vec<(usize, Outcome)> {
    let Ok(Value::Object(file)) = serde_json::from_str(text) else {
        let why = "`function.json` cannot be read".to_owned();
        return vec![(0, Outcome { unresolved: Some(why), ..Outcome::default() })];
    };
    let places: Vec<usize> = text.match_indices("\"type\"").map(|(at, _)| at).collect();
    let bindings = file.get("bindings").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let each = bindings.iter().enumerate().filter_map(|(position, binding)| {
        let place = places.get(position).copied().unwrap_or_default();
        Some((place, bound(&of_json(binding)?)?))
    });
    each.filter(|(_, outcome)| *outcome != Outcome::default()).collect()
}

fn of_json(declared: &Value) -> Option<Object> {
    let text = |name: &str| declared.get(name).and_then(Value::as_str);
    let settings = declared.as_object()?.iter().filter_map(|(name, value)| {
        let literal = value.as_str().filter(|literal| !literal.is_empty())?;
        Some((SmolStr::from(name), Term::Text(Template::from_literal(literal))))
    });
    Some(binding(text("type")?, text("direction").unwrap_or("in"), settings.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Needed, needed};

    fn permissions(outcome: &Outcome) -> Vec<String> {
        let mut all = Vec::new();
        for operation in &outcome.operations {
            let Needed::Permissions(permissions) = needed(operation) else { panic!("unknown: {operation:?}") };
            all.extend(permissions.iter().map(|one| format!("{} {:?}", one.permission, one.resource)));
        }
        all
    }

    #[test]
    fn every_operation_of_a_binding_is_in_the_table() {
        for row in ROWS.iter() {
            for text in &row.operations {
                let (service, name) = text.split('[').next().and_then(|name| name.split_once(':')).unwrap();
                assert!(operation(service, name).is_some(), "{text}");
            }
        }
    }

    #[test]
    fn a_file_declares_bindings() {
        let text = r#"{ "bindings": [
            { "type": "queueTrigger", "direction": "in", "name": "m", "queueName": "in" },
            { "type": "blob", "direction": "out", "name": "o", "path": "%CONTAINER%/x/{id}.json" }
        ] }"#;
        let declared = declared(text);
        assert_eq!(declared.len(), 1);
        assert!(text[declared[0].0..].starts_with("\"type\": \"blob\""));
        let needed = permissions(&declared[0].1);
        assert!(needed[0].contains("blobs/write") && needed[0].contains("Environment(\"CONTAINER\")"), "{needed:?}");
        assert!(needed[0].contains("Literal(\"x/\"), Hole, Literal(\".json\")"), "{needed:?}");
    }

    #[test]
    fn a_file_names_the_handler_that_it_is_about() {
        let text = r#"{ "scriptFile": "../dist/src/send.js", "entryPoint": "run" }"#;
        assert!(concerns("Send/function.json", text, ("src/send.ts", Some("run"))));
        assert!(concerns("app/Send/function.json", text, ("app/send.ts", None)));
        assert!(!concerns("Send/function.json", text, ("src/send.ts", Some("main"))));
        assert!(!concerns("Send/function.json", text, ("src/other.ts", None)));
        assert!(!concerns("app/Send/function.json", text, ("src/send.ts", None)));
        assert!(concerns("Send/function.json", r#"{ "scriptFile": "../shared/send.py" }"#, ("shared/send.py", None)));
        assert!(!concerns("Send/function.json", r#"{ "bindings": [] }"#, ("send.py", None)));
    }

    #[test]
    fn what_is_not_known_is_said() {
        let strange = bound(&binding("carrierPigeon", "out", BTreeMap::new())).unwrap();
        assert!(strange.unresolved.is_some_and(|why| why.contains("carrierPigeon")));
        assert!(declared("// no JSON")[0].1.unresolved.is_some());
        assert!(named("cosmosDB", Some("out"), BTreeMap::new()).is_some());
        assert!(named("timer", None, BTreeMap::new()).is_none());
    }
}
