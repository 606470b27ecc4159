//! How large: the template, each role's policy, each function's environment.
//!
//! What only the deployment knows is measured as long as it can reasonably be: the account's digits, the names that
//! CloudFormation makes. A deploy parameter counts as nothing.

use super::at;
use crate::encode::{self, Document, Names};
use crate::ranges::{ENVIRONMENT_BYTES, POLICY_CHARACTERS, TEMPLATE_BYTES};
use portolan_diagnostics::Diagnostic;
use portolan_target::Stack;
use portolan_value::{Context, Map, Raw, Resource, Value};

/// The sizes of a stack.
pub(super) fn check(deployment: &str, stack: &Stack, found: &mut Vec<Diagnostic>) {
    let names = Names::new(stack);
    let size = encode::size(&Document { deployment, stack, names: &names });
    if size > TEMPLATE_BYTES {
        let message = format!(
            "the template has {size} bytes without white space, and CloudFormation takes at most {TEMPLATE_BYTES}"
        );
        found.push(too_large(message).help("split the app in two, each with a spec of its own"));
    }
    let ruler = Ruler { deployment };
    for resource in &stack.resources {
        match resource.r#type.as_ref() {
            "AWS::IAM::Policy" => policy(&ruler, resource, found),
            "AWS::Lambda::Function" => environment(&ruler, resource, found),
            _ => {}
        }
    }
}

fn too_large(message: String) -> Diagnostic {
    Diagnostic::error("target/too-large", message)
}

fn policy(ruler: &Ruler<'_>, resource: &Resource, found: &mut Vec<Diagnostic>) {
    let Some(document) = resource.body.get("PolicyDocument") else { return };
    let size = ruler.json(document);
    if size > POLICY_CHARACTERS {
        let owner = resource.address.owner();
        let message = format!(
            "what `{owner}` may do takes {size} characters, and a role's policies have at most {POLICY_CHARACTERS}"
        );
        found.push(at(too_large(message), resource).help("use fewer resources in one function, or wider prefixes"));
    }
}

fn environment(ruler: &Ruler<'_>, resource: &Resource, found: &mut Vec<Diagnostic>) {
    let Some(Value::Map(environment)) = resource.body.get("Environment") else { return };
    let Some(Value::Map(variables)) = environment.get("Variables") else { return };
    let size: usize = variables.iter().map(|(name, value)| name.len() + ruler.text(value)).sum();
    if size > ENVIRONMENT_BYTES {
        let owner = resource.address.owner();
        let message = format!("the environment of `{owner}` takes {size} bytes, and Lambda has {ENVIRONMENT_BYTES}");
        found.push(
            at(Diagnostic::error("target/environment-size", message), resource)
                .help("put large values into a file beside the handler, or into a bucket"),
        );
    }
}

/// Measures values as they will be.
struct Ruler<'a> {
    deployment: &'a str,
}

impl Ruler<'_> {
    /// The characters of a value as JSON without white space.
    fn json(&self, value: &Value) -> usize {
        match value {
            Value::List(items) => 1 + items.iter().map(|item| self.json(item) + 1).sum::<usize>(),
            Value::Map(map) => self.map(map),
            Value::Number(_) | Value::Bool(_) => 5,
            Value::Raw(raw) => self.raw(raw),
            value => 2 + self.text(value),
        }
    }

    fn map(&self, map: &Map) -> usize {
        1 + map.iter().map(|(key, value)| key.len() + 4 + self.json(value)).sum::<usize>()
    }

    fn raw(&self, raw: &Raw) -> usize {
        match raw {
            Raw::Null | Raw::Bool(_) => 5,
            Raw::Number(text) => text.len(),
            Raw::Text(text) => 2 + text.len(),
            Raw::List(items) => 1 + items.iter().map(|item| self.raw(item) + 1).sum::<usize>(),
            Raw::Map(entries) => 1 + entries.iter().map(|(key, raw)| key.len() + 4 + self.raw(raw)).sum::<usize>(),
            Raw::Value(value) => self.json(value),
        }
    }

    /// The bytes of a value's text.
    fn text(&self, value: &Value) -> usize {
        match value {
            Value::Text(text) => text.len(),
            Value::Join(parts) => parts.iter().map(|part| self.text(part)).sum(),
            Value::Embed(embed) => self.text(&embed.written()),
            // `arn:aws-us-gov:<service>:<region>:<account>:` before a name made of stack, logical id and 13 characters.
            Value::Ref(reference) => 60 + self.deployment.len() + reference.address.as_str().len() + 15,
            Value::Context(Context::Account) => 12,
            Value::Context(_) => 16,
            Value::Raw(raw) => self.raw(raw),
            _ => 0,
        }
    }
}
