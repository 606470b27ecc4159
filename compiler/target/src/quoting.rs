//! User text that an embedded language cannot write.

use crate::Settled;
use portolan_diagnostics::Diagnostic;
use portolan_value::{Embed, Value};

/// An error for every text inside an embedded language that the language has no way to write.
#[must_use]
pub fn unwritable(settled: &Settled) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for resource in settled.stacks.iter().flat_map(|stack| &stack.resources) {
        for (_, value) in &resource.body {
            value.walk(&mut |value| {
                if let Value::Embed(embed) = value {
                    check(embed, resource, &mut found);
                }
            });
        }
    }
    found
}

fn check(embed: &Embed, resource: &portolan_value::Resource, found: &mut Vec<Diagnostic>) {
    let parts = match &embed.value {
        Value::Join(parts) => parts.as_slice(),
        value => std::slice::from_ref(value),
    };
    for (text, why) in
        parts.iter().filter_map(Value::as_text).filter_map(|text| Some((text, embed.language.refuses(text)?)))
    {
        let message = format!("{text:?} cannot be written for `{}`: {why}", resource.address);
        let diagnostic = Diagnostic::error("target/unwritable-text", message);
        found.push(match resource.origin.span {
            Some(span) => diagnostic.at(span, "it is needed for this line"),
            None => diagnostic,
        });
    }
}
