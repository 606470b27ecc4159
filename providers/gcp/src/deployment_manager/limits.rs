//! Limits of Deployment Manager.

use super::encode::encode;
use crate::limits::{at, shared};
use crate::ranges;
use portolan_diagnostics::Diagnostic;
use portolan_target::{Output, Settled, Stack};
use portolan_value::{Format, Resource, Value};

/// What does not fit.
pub fn limits(settled: &Settled) -> Vec<Diagnostic> {
    let mut found = shared(settled, Format::GcpDm);
    for stack in &settled.stacks {
        found.extend(stack.resources.iter().flat_map(unwritten));
        found.extend(stack.outputs.iter().flat_map(unwritten_output));
        found.extend(too_many(stack));
    }
    if settled.stack.len() > 63 {
        let message =
            format!("`{}` is too long for the name of a deployment, which has at most 63 characters", settled.stack);
        found.push(
            Diagnostic::error("gcp/deployment-name", message).help("choose a shorter name for the app or the target"),
        );
    }
    found.extend(too_large(settled));
    found
}

/// References are found by their form, and nothing escapes it.
fn unwritten(resource: &Resource) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut check = |text: &str| {
        let what = format!("a text of `{}`", resource.address);
        found.extend(reference_in_text(text, &what).map(|found| at(found, resource, "made for this line")));
    };
    for (key, value) in &resource.body {
        check(key);
        texts(value, &mut check);
    }
    found
}

fn unwritten_output(output: &Output) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let what = format!("the output `{}`", output.name);
    texts(&output.value, &mut |text| found.extend(reference_in_text(text, &what)));
    found
}

/// Calls `check` for every text that is written into the config as it is.
fn texts(value: &Value, check: &mut impl FnMut(&str)) {
    value.walk(&mut |value| match value {
        Value::Text(text) => check(text),
        Value::Map(map) => map.iter().for_each(|(key, _)| check(key)),
        Value::Embed(embed) => {
            if let Value::Text(text) = embed.written() {
                check(&text);
            }
        }
        _ => {}
    });
}

fn reference_in_text(text: &str, what: &str) -> Option<Diagnostic> {
    text.contains("$(ref.").then(|| {
        let message = format!("{what} holds `$(ref.`, which Deployment Manager reads as a reference");
        let diagnostic = Diagnostic::error("gcp/reference-in-text", message);
        diagnostic.help("write it in another way; there is no escape for it")
    })
}

fn too_many(stack: &Stack) -> Option<Diagnostic> {
    let number = stack.resources.len();
    let message =
        format!("the configuration has {number} resources, and {} is the most", ranges::CONFIGURATION_RESOURCES);
    let diagnostic =
        || Diagnostic::error("target/too-many", message).help("split the app: each app is a deployment of its own");
    (number > ranges::CONFIGURATION_RESOURCES).then(diagnostic)
}

fn too_large(settled: &Settled) -> Option<Diagnostic> {
    let size = encode(settled).stacks.iter().map(|stack| stack.text.len()).max().unwrap_or_default();
    let message = format!("the configuration has {size} bytes, and {} is the most", ranges::CONFIGURATION_BYTES);
    let diagnostic =
        || Diagnostic::error("target/too-large", message).help("split the app: each app is a deployment of its own");
    (size > ranges::CONFIGURATION_BYTES).then(diagnostic)
}
