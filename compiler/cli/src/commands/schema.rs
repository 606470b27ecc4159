//! `portolan schema`: the JSON Schema (2020-12) of the spec, for editors.
//!
//! In come the table of the language's keys and a catalogue of kinds; out goes one document. What a key is for is said
//! in those tables; here is only which values each takes, and how JSON Schema says so. A text that people write freely
//! carries `x-portolan-text: true`, every key `x-portolan-type` in words.

mod forms;
mod kinds;
mod values; // start reading here

pub(super) use kinds::{plain, words as option_words};

use super::review;
use crate::arguments::{Described, Schema};
use crate::{Exit, input, talk};
use portolan_catalog::Catalog;
use portolan_diagnostics::Sources;
use portolan_syntax::language;
use serde_json::{Map, Value, json};

/// Prints the schema.
pub fn run(schema: &Schema) -> Exit {
    if schema.of == Described::Review {
        let text = serde_json::to_string_pretty(&review::schema()).unwrap_or_default();
        talk::data(&(text + "\n"));
        return Exit::Success;
    }
    if schema.of == Described::Plan {
        let text = serde_json::to_string_pretty(&portolan_plan::schema()).unwrap_or_default();
        talk::data(&(text + "\n"));
        return Exit::Success;
    }
    let (mut sources, mut found) = (Sources::default(), Vec::new());
    let catalog = input::catalog(schema.stdlib.as_deref(), &mut sources, &mut found);
    talk::findings(&found, &sources);
    if let Some(catalog) = catalog {
        let text = serde_json::to_string_pretty(&document(&catalog)).unwrap_or_default();
        talk::data(&(text + "\n"));
    }
    talk::outcome(&found)
}

/// The schema of a spec whose resources are of these kinds.
#[must_use]
pub fn document(catalog: &Catalog) -> Value {
    let mut root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Portolan spec",
        "description": "Functions, triggers and resources, for every cloud.",
    });
    let body = forms::section(&language::SPEC, &["portolan", "app", "targets"]);
    extend(&mut root, body);
    extend(&mut root, json!({ "$defs": definitions(catalog) }));
    root
}

fn definitions(catalog: &Catalog) -> Map<String, Value> {
    let sections: [(&language::Section, &[&str]); 9] = [
        (&language::TARGET, &[]),
        (&language::INPUT, &[]),
        (&language::DEFAULTS, &[]),
        (&language::FUNCTION, &["handler"]),
        (&language::CALLERS, &[]),
        (&language::TRIGGER, &[]),
        (&language::ALLOW, &["actions", "why"]),
        (&language::OUTPUT, &["value"]),
        (&language::KEEP, &[]),
    ];
    let mut definitions = Map::new();
    for (section, required) in sections {
        definitions.insert(forms::name(section).to_owned(), forms::section(section, required));
    }
    if let Some(trigger) = definitions.get_mut("trigger") {
        extend(trigger, forms::one_event());
    }
    definitions.insert("resource".to_owned(), kinds::resource(catalog));
    for kind in catalog.kinds().filter(|kind| kind.declarable) {
        definitions.insert(kinds::definition(&kind.name), kinds::kind(kind));
    }
    definitions.insert("uses".to_owned(), kinds::uses(catalog));
    definitions.insert("by-provider".to_owned(), forms::by_provider());
    definitions.insert("auth".to_owned(), values::auth());
    definitions.insert("cors".to_owned(), values::cors());
    definitions
}

/// Adds the entries of an object to another.
fn extend(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}
