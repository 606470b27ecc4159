//! Functions: runtimes, numbers, environments, callers and hand-made permissions.

use crate::hooks::External;
use crate::lower::{Meaning, group, meaning, runtime};
use crate::ranges::{INSTANCES, LOG_DAYS, MEMORY, READY, RUNTIMES};
use portolan_diagnostics::{Diagnostic, Span};
use portolan_model::{Allow, Architecture, Body, Function, Language, Model, Text};

/// Every function.
pub(super) fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for function in &model.functions {
        found.extend(language(function));
        found.extend(architecture(function));
        numbers(function, found);
        found.extend(function.environment.iter().filter_map(|(name, _)| variable(&name.value, name.span)));
        found.extend(function.callers.principals.iter().filter_map(principal));
        function.allow.iter().for_each(|allow| allowed(allow, found));
    }
}

fn language(function: &Function) -> Option<Diagnostic> {
    let span = function.runtime.span;
    let (word, version) = runtime(&function.runtime.value);
    if function.runtime.value.language == Language::Ruby {
        let diagnostic = Diagnostic::error("target/runtime", "azure has no runtime for ruby");
        return Some(diagnostic.at(span, "Flex Consumption runs Python, Node, Java, .NET and binaries"));
    }
    let (_, versions) = RUNTIMES.iter().find(|(known, _)| *known == word)?;
    if versions.contains(&version.as_str()) {
        return None;
    }
    let message = format!("azure has no runtime {word} {version}");
    let label = format!("Flex Consumption offers {}", versions.join(", "));
    Some(Diagnostic::error("target/runtime", message).at(span, label))
}

/// Flex Consumption has no arm64 instances ("Azure Functions Flex Consumption plan hosting").
fn architecture(function: &Function) -> Option<Diagnostic> {
    let asked = function.architecture.as_ref().filter(|asked| asked.value == Architecture::Arm64)?;
    let message = format!("`{}` asks for arm64, and azure runs functions on x86-64 only", function.name.value);
    let diagnostic = Diagnostic::error("target/architecture", message);
    Some(diagnostic.at(asked.span, "").help("leave `architecture` out: each cloud then takes what it has"))
}

fn numbers(function: &Function, found: &mut Vec<Diagnostic>) {
    let name = &function.name.value;
    let (memory, days) = (&function.memory, &function.log_retention);
    found.extend(MEMORY.rounded(name, memory.value.into(), memory.span));
    found.extend(LOG_DAYS.rounded(name, days.value.into(), days.span));
    let most = function.max_concurrency.as_ref();
    found.extend(most.and_then(|most| INSTANCES.rounded(name, most.value.into(), most.span)));
    let least = function.min_instances.as_ref();
    found.extend(least.and_then(|least| READY.rounded(name, least.value.into(), least.span)));
}

/// Settings that belong to the host, or to Portolan's own ("App settings reference for Azure Functions").
fn variable(name: &str, span: Span) -> Option<Diagnostic> {
    const PREFIXES: [&str; 12] = [
        "AZUREWEBJOBS",
        "FUNCTIONS_",
        "WEBSITE_",
        "WEBSITES_",
        "SCM_",
        "APPSETTING_",
        "APPLICATIONINSIGHTS_",
        "AZUREFUNCTIONS",
        "DIAGNOSTICS_",
        "ENABLE_ORYX_",
        "AZURE_CLIENT_ID",
        "PORTOLAN_",
    ];
    let upper = name.to_ascii_uppercase();
    let own = PREFIXES.iter().find(|prefix| upper.starts_with(*prefix))?;
    let why = match *own {
        "PORTOLAN_" => "the triggers of the package read variables of such names",
        "AZURE_CLIENT_ID" => "it names the function's identity",
        _ => "Azure Functions reads variables of such names itself",
    };
    let message = format!("the variable `{name}` cannot be set on azure");
    Some(Diagnostic::error("target/environment-name", message).at(span, why).help("choose another name for it"))
}

/// A caller is the object of a user, group or identity in the tenant.
fn principal(text: &Text) -> Option<Diagnostic> {
    let literal = text.literal()?;
    let diagnostic =
        Diagnostic::error("azure/principal", format!("`{literal}` is no object id, so it cannot call on azure"));
    let help = "write the object id of a user or identity, as in `0f0f0f0f-0000-4000-8000-000000000002`";
    (!is_guid(literal)).then(|| diagnostic.at(text.span, "").help(help))
}

fn is_guid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}

fn allowed(allow: &Allow, found: &mut Vec<Diagnostic>) {
    found.extend(allow.actions.iter().filter_map(action));
    found.extend(allow.resources.iter().filter_map(place));
    if allow.conditions.as_ref().is_some_and(|conditions| !matches!(conditions, Body::Text(_))) {
        let message = "a condition on azure is one text in the language of role assignment conditions";
        let diagnostic = Diagnostic::error("azure/allow-conditions", message).at(allow.span, "`conditions` is no text");
        found.push(diagnostic.help("write `conditions: \"(@Resource[…:path] StringStartsWith 'p/')\"`"));
    }
}

/// An operation, an operation on data, or a built-in role.
fn action(text: &Text) -> Option<Diagnostic> {
    let is_operation = |operation: &str| {
        let path = operation.chars().all(|c| c.is_ascii_alphanumeric() || "/.*-_".contains(c));
        operation == "*" || (path && operation.contains('/') && !operation.starts_with('/'))
    };
    let right = match text.literal().map(meaning) {
        Some(Meaning::Action(operation) | Meaning::Data(operation)) => is_operation(operation),
        Some(Meaning::Role(id)) => is_guid(id),
        None => false,
    };
    let shown = text.literal().unwrap_or("a value that only the deployment knows");
    let diagnostic = Diagnostic::error("azure/allow-action", format!("`{shown}` is no action of azure"));
    let help = "write `Microsoft.Web/sites/restart/action`, `data:Microsoft.…/read` for an action on data, or the id of a built-in role";
    (!right).then(|| diagnostic.at(text.span, "").help(help))
}

/// The resource group, a resource of the app, or an id.
fn place(text: &Text) -> Option<Diagnostic> {
    let literal = text.literal()?;
    if literal == "*" || group(literal).is_some() || External::parse(literal).is_some() {
        return None;
    }
    let diagnostic = Diagnostic::error(
        "azure/allow-resource",
        format!("`{literal}` is nothing that a role can be assigned on here"),
    );
    let help = "write `*` for the deployment's resource group, `${resources.NAME.id}`, or the id of a resource or resource group";
    Some(diagnostic.at(text.span, "").help(help))
}
