//! YAML as JSON, of any size: the compiler's own reading of YAML has a cap.

use granit_parser::{Event, Parser};
use serde_json::{Map, Value};

/// Reads our own YAML, whose strings are quoted.
pub fn read(text: &str) -> Value {
    let mut events = Parser::new_from_str(text).map(|event| event.expect("our own YAML").0);
    node(&mut events).expect("a document")
}

/// The next node; none where a collection ends.
fn node<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Option<Value> {
    loop {
        match events.next()? {
            Event::Scalar(text, ..) => return Some(text.into()),
            Event::SequenceStart(..) => return Some(std::iter::from_fn(|| node(events)).collect()),
            Event::MappingStart(..) => return Some(map(events)),
            Event::SequenceEnd | Event::MappingEnd => return None,
            _ => {}
        }
    }
}

fn map<'a>(events: &mut impl Iterator<Item = Event<'a>>) -> Value {
    let mut entries = Map::new();
    while let Some(key) = node(events) {
        let key = key.as_str().map(str::to_owned);
        entries.insert(key.expect("keys are texts"), node(events).expect("a value"));
    }
    entries.into()
}
