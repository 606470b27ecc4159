//! What starts a file when nobody says it.

use portolan_program::{Function, Module, Name, Parameter, Pattern, Statement};

/// Names by custom, best first.
const CUSTOMARY: &[&str] =
    &["lambda_handler", "handler", "main", "handle", "entrypoint", "entry_point", "lambda_function", "run", "app"];

/// What functions that a platform calls call their first parameter.
const EVENTS: &[&str] = &["event", "cloud_event", "cloudevent", "request", "req", "events", "evt"];

/// The symbols that may start a file, best first.
pub(crate) fn entries(module: &Module) -> Vec<Name> {
    let bound: Vec<Name> = module.body.iter().filter_map(|statement| bound(module, statement)).collect();
    let customary = CUSTOMARY.iter().map(|name| Name::new_static(name)).filter(|name| bound.contains(name));
    let functions: Vec<&Function> = module
        .body
        .iter()
        .filter_map(|statement| match statement {
            Statement::Function(id) => Some(module.function(*id)),
            _ => None,
        })
        .collect();
    let named = |test: fn(&Function) -> bool| {
        functions.iter().filter(move |function| test(function)).filter_map(|function| function.name.clone())
    };
    let mut all: Vec<Name> = customary.collect();
    all.extend(named(|function| function.name.as_deref().is_some_and(|name| name.ends_with("handler"))));
    all.extend(named(takes_event));
    all.extend(named(|function| !function.decorators.is_empty()));
    let mut seen = Vec::new();
    all.retain(|name| {
        !seen.contains(name) && {
            seen.push(name.clone());
            true
        }
    });
    all
}

/// The name that a statement binds.
fn bound(module: &Module, statement: &Statement) -> Option<Name> {
    match statement {
        Statement::Function(id) => module.function(*id).name.clone(),
        Statement::Bind { pattern: Pattern::Name(name), .. } => Some(name.clone()),
        Statement::Import(import) => import.binding.clone(),
        _ => None,
    }
}

fn takes_event(function: &Function) -> bool {
    let first = function.parameters.first().and_then(|parameter: &Parameter| parameter.name.as_deref());
    first.is_some_and(|name| EVENTS.contains(&name))
}
