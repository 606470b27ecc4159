//! Limits: whether settled resources fit into a template, and whether it can hold what they say.

use crate::encode::{Names, minified_size};
use crate::names::Rule;
use crate::ranges::{EXPRESSION, LITERAL, OUTPUTS, PARAMETERS, RESOURCES, TEMPLATE_BYTES};
use portolan_diagnostics::Diagnostic;
use portolan_target::{Settled, Stack, unwritable};
use portolan_value::{Context, Resource, Value};
use std::collections::BTreeMap;

/// Everything that Azure would refuse in the template as a whole.
pub(crate) fn limits(settled: &Settled) -> Vec<Diagnostic> {
    let mut found = unwritable(settled);
    for stack in &settled.stacks {
        counts(stack, &mut found);
        let names = Names::of(stack);
        for resource in &stack.resources {
            found.extend(physical_name(resource));
            texts(resource, &names, &mut found);
            settings(resource, &mut found);
            resource.body.iter().for_each(|(_, value)| contexts(value, resource, &mut found));
        }
        found.extend(size(stack, &settled.stack, &names));
    }
    found
}

/// A finding at the line a resource was made for.
fn at(diagnostic: Diagnostic, resource: &Resource) -> Diagnostic {
    match resource.origin.span {
        Some(span) => diagnostic.at(span, format!("`{}` is made for this line", resource.address)),
        None => diagnostic,
    }
}

fn counts(stack: &Stack, found: &mut Vec<Diagnostic>) {
    let counted: usize = stack.resources.iter().map(|resource| 1 + nested(resource)).sum();
    let sorts = [
        (counted, RESOURCES, "resources", per_type(stack)),
        (stack.parameters.len(), PARAMETERS, "parameters", "inputs are parameters".to_owned()),
        (stack.outputs.len(), OUTPUTS, "outputs", "outputs of the spec are outputs there".to_owned()),
    ];
    for (count, most, what, help) in sorts.into_iter().filter(|(count, most, _, _)| count > most) {
        let message = format!("the template has {count} {what}, and Azure Resource Manager takes at most {most}");
        let diagnostic = Diagnostic::error("target/too-many", message).help(help);
        found.push(diagnostic.help("split the app in two, each with a spec of its own"));
    }
}

/// How many resources a nested deployment has; they count too.
fn nested(resource: &Resource) -> usize {
    let Some(Value::Map(properties)) = resource.body.get("properties") else { return 0 };
    let Some(Value::Map(template)) = properties.get("template") else { return 0 };
    match template.get("resources") {
        Some(Value::List(resources)) => resources.len(),
        _ => 0,
    }
}

/// The types, the most frequent first.
fn per_type(stack: &Stack) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for resource in &stack.resources {
        *counts.entry(&resource.r#type).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let counts: Vec<String> = counts.iter().map(|(r#type, count)| format!("{count} {type}")).collect();
    format!("it has {}", counts.join(", "))
}

fn size(stack: &Stack, deployment: &str, names: &Names<'_>) -> Option<Diagnostic> {
    let size = minified_size(stack, deployment, names);
    let message = format!(
        "the template has {size} bytes without white space, and Azure Resource Manager takes at most {TEMPLATE_BYTES}"
    );
    let diagnostic = Diagnostic::error("target/too-large", message);
    (size > TEMPLATE_BYTES).then(|| diagnostic.help("split the app in two, each with a spec of its own"))
}

/// The own name of a resource: the last segment, as far as it is known.
fn physical_name(resource: &Resource) -> Option<Diagnostic> {
    let rule = Rule::of(&resource.r#type)?;
    let name = last_segment(resource.body.get("name")?)?;
    if rule.allows(&name) {
        return None;
    }
    let (shown, (least, most)) = (portolan_target::describe(&name), rule.length);
    let message = format!("`{shown}` cannot be the name of `{}`", resource.address);
    let help = format!("such a name has {least} to {most} characters: {}", rule.alphabet);
    Some(at(Diagnostic::error("target/physical-name", message), resource).help(help))
}

fn last_segment(name: &Value) -> Option<Value> {
    let Value::Join(parts) = name else { return matches!(name, Value::Text(_)).then(|| name.clone()) };
    let slash = |part: &Value| part.as_text().is_some_and(|text| text.contains('/'));
    let Some(from) = parts.iter().rposition(slash) else { return Some(name.clone()) };
    let first = parts[from].as_text().and_then(|text| text.rsplit('/').next()).unwrap_or_default().to_owned();
    let last = std::iter::once(Value::from(first)).chain(parts[from + 1..].iter().cloned());
    Some(Value::join(last))
}

/// Texts that are longer than a literal or an expression may be.
fn texts(resource: &Resource, names: &Names<'_>, found: &mut Vec<Diagnostic>) {
    for (_, value) in &resource.body {
        leaves(value, &mut |leaf| {
            let (most, what) = match leaf {
                Value::Text(text) if text.len() > LITERAL => (LITERAL, "a literal"),
                Value::Join(_) | Value::Embed(_) if literal_size(leaf) > EXPRESSION / 4 => {
                    (EXPRESSION, "an expression")
                }
                _ => return,
            };
            let size = names.with_text(leaf, |text| text.chars().count());
            if size > most {
                let message =
                    format!("a text of `{}` takes {size} characters, and {what} has at most {most}", resource.address);
                let help = "put large values into a file beside the handler, or into a bucket";
                found.push(at(Diagnostic::error("target/too-large", message), resource).help(help));
            }
        });
    }
}

/// Calls `visit` for every value that becomes one text.
fn leaves<'a>(value: &'a Value, visit: &mut impl FnMut(&'a Value)) {
    match value {
        Value::List(items) => items.iter().for_each(|item| leaves(item, visit)),
        Value::Map(map) => map.iter().for_each(|(_, value)| leaves(value, visit)),
        leaf => visit(leaf),
    }
}

fn literal_size(value: &Value) -> usize {
    let mut size = 0;
    value.walk(&mut |value| {
        size += match value {
            Value::Text(text) => text.len(),
            Value::Ref(_) | Value::Unique(_) => 200,
            _ => 0,
        };
    });
    size
}

/// App Service reads a setting that begins like a reference as one, and has no way to write it otherwise (App Service,
/// "Use Key Vault references").
fn settings(resource: &Resource, found: &mut Vec<Diagnostic>) {
    if resource.r#type != "Microsoft.Web/sites" {
        return;
    }
    for (name, value) in app_settings(resource) {
        let begins = match value {
            Value::Text(text) => text.as_ref(),
            Value::Join(parts) => parts.first().and_then(Value::as_text).unwrap_or_default(),
            _ => "",
        };
        if begins.trim_start().to_ascii_lowercase().starts_with("@microsoft.") {
            let message = format!(
                "`{name}` of `{}` begins with `@Microsoft.`, which App Service would replace and cannot hold as text",
                resource.address.owner()
            );
            let help = "write the text in another way; a value from a vault is a `secret` that the handler reads";
            found.push(at(Diagnostic::error("azure/setting-reference", message), resource).help(help));
        }
    }
}

/// What only other clouds know can get here from a user's own kind alone.
fn contexts(value: &Value, resource: &Resource, found: &mut Vec<Diagnostic>) {
    value.walk(&mut |value| {
        let word = match value {
            Value::Context(Context::Project) => "project",
            Value::Context(Context::ProjectNumber) => "project-number",
            Value::Context(Context::UrlSuffix) => "url-suffix",
            _ => return,
        };
        let message = format!("`{}` asks for the {word}, which azure does not have", resource.address);
        let help = "on azure a kind's file can use account, partition, subscription, resource-group and tenant";
        found.push(at(Diagnostic::error("target/no-such-context", message), resource).help(help));
    });
}

fn app_settings(resource: &Resource) -> Vec<(&str, &Value)> {
    let Some(Value::Map(properties)) = resource.body.get("properties") else { return Vec::new() };
    let Some(Value::Map(config)) = properties.get("siteConfig") else { return Vec::new() };
    let Some(Value::List(settings)) = config.get("appSettings") else { return Vec::new() };
    settings.iter().filter_map(pair).collect()
}

fn pair(setting: &Value) -> Option<(&str, &Value)> {
    match setting {
        Value::Map(map) => Some((map.get("name")?.as_text()?, map.get("value")?)),
        _ => None,
    }
}
