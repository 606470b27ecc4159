//! Functions that Firebase runs: `firebase-functions` registers them, and says with what they are called.

use crate::libraries::google::wild;
use crate::{Argument, Object, Outcome, Term};

const PACKAGE: &str = "firebase-functions";
/// What a trigger of the first generation is that hands over nothing that is known here.
const CLASS: &str = "google.functions.Trigger";

/// Modules of the second generation that the package gives by its first level too.
const MODULES: &[&str] =
    &["firestore", "database", "https", "storage", "pubsub", "scheduler", "tasks", "identity", "eventarc"];

/// A symbol of either generation by one name: `firebase-functions.firestore.document` of the first,
/// `firebase-functions/v2/firestore.onDocumentCreated` of the second.
pub(super) fn symbol(symbol: &str) -> String {
    let Some(rest) = symbol.strip_prefix(PACKAGE) else { return symbol.to_owned() };
    let rest = rest.strip_prefix("/lib").unwrap_or(rest);
    if let Some(first) = rest.strip_prefix("/v1") {
        return format!("{PACKAGE}{}", first.replacen('/', ".", 1));
    }
    let rest = rest.strip_prefix("/v2").unwrap_or(rest);
    let path = rest.trim_start_matches(['/', '.']);
    let (module, name) = path.split_once(['.', '/']).unwrap_or((path, ""));
    let second = symbol.contains("/v2")
        || rest.starts_with('/')
        || name.starts_with("onDocument")
        || name.starts_with("onValue");
    match second && MODULES.contains(&module) && !name.is_empty() {
        true => format!("{PACKAGE}/v2/{module}.{name}"),
        false => symbol.to_owned(),
    }
}

/// What a trigger is given: the path is a text, with holes where it has wildcards, wherever it stands.
pub(super) fn arguments(symbol: &str, arguments: &[Argument]) -> Vec<Argument> {
    if !symbol.starts_with(PACKAGE) {
        return arguments.to_vec();
    }
    let path = |term: &Term| match term {
        Term::Record(members) => ["document", "ref"].iter().find_map(|name| members.get(*name)).map(wild),
        Term::Text(_) => Some(wild(term)),
        _ => None,
    };
    let each = arguments.iter();
    each.map(|argument| Argument {
        term: path(&argument.term).unwrap_or_else(|| argument.term.clone()),
        ..argument.clone()
    })
    .collect()
}

/// A function of the package that no surface has: with a function it registers it, without one it leads to what does.
pub(super) fn call(symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
    let name = symbol.strip_prefix(PACKAGE)?.trim_start_matches('.');
    if matches!(name, "region" | "runWith") {
        return Some(Outcome { value: Term::Symbol(PACKAGE.into()), ..Outcome::default() });
    }
    let last = name.rsplit(['.', '/']).next().unwrap_or_default();
    let registers = last.starts_with("on") || arguments.iter().any(|argument| argument.term == Term::Function);
    let value = match name.split(['.', '/']).next().unwrap_or_default() {
        _ if registers => Term::Function,
        "auth" | "storage" | "pubsub" | "https" | "tasks" | "analytics" | "remoteConfig" | "testLab" => {
            Term::Object(Object { class: CLASS.into(), facts: Default::default() })
        }
        _ => Term::Unknown,
    };
    Some(Outcome { value, ..Outcome::default() })
}

/// A method of a trigger: `onPublish(handler)`, or what tells the trigger more.
pub(super) fn method(object: &Object, name: &str, _: &[Argument]) -> Option<Outcome> {
    if object.class != CLASS {
        return None;
    }
    let value = if name.starts_with("on") { Term::Function } else { Term::Object(object.clone()) };
    Some(Outcome { value, ..Outcome::default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_generations_have_one_name_for_each_symbol() {
        for (given, expected) in [
            ("firebase-functions.firestore.document", "firebase-functions.firestore.document"),
            ("firebase-functions/v1.firestore.document", "firebase-functions.firestore.document"),
            ("firebase-functions/v1/firestore.document", "firebase-functions.firestore.document"),
            ("firebase-functions/v2.firestore.onDocumentCreated", "firebase-functions/v2/firestore.onDocumentCreated"),
            ("firebase-functions/firestore.onDocumentCreated", "firebase-functions/v2/firestore.onDocumentCreated"),
            ("firebase-functions/v2/https.onCall", "firebase-functions/v2/https.onCall"),
            ("firebase-functions/params.defineSecret", "firebase-functions/params.defineSecret"),
            ("@google-cloud/storage.Storage", "@google-cloud/storage.Storage"),
        ] {
            assert_eq!(symbol(given), expected);
        }
    }
}
