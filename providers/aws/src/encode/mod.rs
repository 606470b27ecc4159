//! Encoding: from settled resources to the JSON of CloudFormation templates.
//!
//! The only room that escapes. Values are streamed into JSON as they are walked; no second tree of the template is ever
//! in memory. This room decides nothing: what it is given is what is written.

mod names;
mod template;
mod value; // start reading here

pub(crate) use names::{Names, parameter_id, pseudo};
pub(crate) use template::Document;
pub(crate) use value::Written;

use portolan_model::hash;
use portolan_target::{Ids, Settled, Stack, StackFile, Template, pretty};
use portolan_value::{Value, words};
use serde::Serialize;
use std::io::{self, Write};

/// Writes every stack down.
pub(crate) fn encode(settled: &Settled) -> Template {
    Template { stacks: settled.stacks.iter().map(|stack| file(&settled.stack, stack)).collect() }
}

fn file(deployment: &str, stack: &Stack) -> StackFile {
    let names = Names::new(stack);
    let file = match &stack.name {
        Some(name) => format!("template.{name}.json"),
        None => "template.json".to_owned(),
    };
    let text = pretty(&Document { deployment, stack, names: &names }, stack.resources.len() * 640);
    let mut ids = Ids::with_capacity(stack.resources.len());
    stack.resources.iter().for_each(|resource| ids.push(|id| id.push_str(&names.id(&resource.address))));
    StackFile { file, text, ids }
}

/// A short hash of a value as it would be written.
pub(crate) fn fingerprint(value: &Value) -> String {
    let stack = Stack::default();
    let names = Names::new(&stack);
    hash(&serde_json::to_string(&Written { value, names: &names }).unwrap_or_default(), 12)
}

/// The bytes of JSON without white space, which is what limits count.
pub(crate) fn size(document: &impl Serialize) -> usize {
    let mut counter = Counter(0);
    // Counting does not fail, and every key is a text.
    let _ = serde_json::to_writer(&mut counter, document);
    counter.0
}

/// Counts what is written and keeps nothing.
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The logical id of an output: its name, each word capitalised.
pub(crate) fn output_id(name: &str) -> String {
    let mut id = String::with_capacity(name.len());
    words(name, &mut id);
    id
}
