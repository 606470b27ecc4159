//! What Azure cannot express, and what it does differently: asked before lowering, which then meets none of it.

mod functions; // start reading here
mod http;
mod resources;
mod triggers;

#[cfg(test)]
mod tests;

use crate::lower::{Invokers, native_lacks};
use crate::ranges::TAGS;
use portolan_diagnostics::Diagnostic;
use portolan_model::Model;
use portolan_target::{Request, unsupported};
use portolan_value::Format;

/// Every finding, in the order of the spec's parts.
pub(crate) fn supports(request: &Request<'_>) -> Vec<Diagnostic> {
    let model = request.model;
    let mut found = unsupported(request, Format::Azure);
    inputs(model, &mut found);
    tags(model, &mut found);
    resources::check(model, &mut found);
    functions::check(model, &mut found);
    triggers::check(model, &mut found);
    http::check(model, &Invokers::of(model), &mut found);
    natives(model, &mut found);
    keeps(model, &mut found);
    found
}

/// There is no store that a template would read a parameter from by itself.
fn inputs(model: &Model, found: &mut Vec<Diagnostic>) {
    for input in &model.inputs {
        let Some(path) = &input.ssm else { continue };
        let message = format!("the input `{}` cannot be read from a parameter store on azure", input.name.value);
        let diagnostic = Diagnostic::error("target/input-store", message).at(path.span, "only aws has such a store");
        found.push(diagnostic.help("leave `ssm` out for this target and give the value at deployment"));
    }
}

fn tags(model: &Model, found: &mut Vec<Diagnostic>) {
    let (most, key_limit, value_limit) = TAGS;
    if let Some((key, _)) = model.tags.get(most) {
        let message = format!("there are {} tags, and a resource on azure has at most {most}", model.tags.len());
        found.push(Diagnostic::error("target/tag", message).at(key.span, "one too many"));
    }
    for (key, text) in &model.tags {
        let value = text.literal().unwrap_or_default();
        let why = match key.value.as_str() {
            name if name.is_empty() || name.chars().count() > key_limit => {
                format!("a name has 1 to {key_limit} characters")
            }
            name if name.contains(['<', '>', '%', '&', '\\', '?', '/']) || name.chars().any(char::is_control) => {
                "a name has none of `<>%&\\?/`".to_owned()
            }
            name if ["microsoft", "azure", "windows"].iter().any(|own| name.to_ascii_lowercase().starts_with(own)) => {
                "names that begin with `microsoft`, `azure` or `windows` are Azure's own".to_owned()
            }
            _ if value.chars().count() > value_limit => format!("a value has at most {value_limit} characters"),
            _ => continue,
        };
        let message = format!("the tag `{}` cannot be put on resources on azure: {why}", key.value);
        found.push(Diagnostic::error("target/tag", message).at(key.span, ""));
    }
}

fn natives(model: &Model, found: &mut Vec<Diagnostic>) {
    for native in &model.natives {
        let lacks = native_lacks(native);
        if !lacks.is_empty() {
            let lacks = lacks.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            let message = format!("the raw resource `{}` has no {lacks}", native.name.value);
            let diagnostic = Diagnostic::error("azure/native-shape", message)
                .at(native.name.span, "the body is the whole resource, as a template writes it")
                .help("for instance `{ type: Microsoft.Cache/redisEnterprise, apiVersion: \"2025-07-01\", name: …, properties: {…} }`");
            found.push(diagnostic);
        }
    }
}

/// A template in the list form has no logical ids.
fn keeps(model: &Model, found: &mut Vec<Diagnostic>) {
    for keep in &model.keeps {
        let Some(id) = &keep.id else { continue };
        let message = format!("`{}` cannot keep the logical id `{}`: azure has none", keep.address.value, id.value);
        let diagnostic = Diagnostic::error("azure/logical-id", message).at(id.span, "");
        found.push(diagnostic.help("a resource is known by its type and name there: keep its `name`"));
    }
}
