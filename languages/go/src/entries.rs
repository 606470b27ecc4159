//! What starts a file when nobody says it.

use portolan_program::{Function, Module, Name, Pattern, Statement};

/// Names by custom, best first.
const CUSTOMARY: &[&str] = &["Handler", "HandleRequest", "handler", "handleRequest", "Handle", "handle"];

/// The symbols that may start a file, best first: what is registered by a name, `main`, names by custom, and functions that
/// answer a request or take an event.
pub(crate) fn entries(module: &Module) -> Vec<Name> {
    let mut all: Vec<Name> = registered(module).collect();
    let functions: Vec<&Function> = module
        .body
        .iter()
        .filter_map(|statement| match statement {
            Statement::Function(id) => Some(module.function(*id)),
            _ => None,
        })
        .collect();
    let has = |name: &str| functions.iter().any(|function| function.name.as_deref() == Some(name));
    all.extend(["main"].iter().chain(CUSTOMARY).filter(|name| has(name)).map(|name| Name::new_static(name)));
    let answering = functions.iter().filter(|function| answers(function));
    all.extend(answering.filter_map(|function| function.name.clone()));
    all
}

/// Names that are bound behind what loads the package: those under which functions are registered.
fn registered(module: &Module) -> impl Iterator<Item = Name> + '_ {
    let loads = |statement: &Statement| matches!(statement, Statement::Import(import) if import.module == crate::resolve::PACKAGE);
    module.body.iter().skip_while(move |statement| !loads(statement)).filter_map(|statement| match statement {
        Statement::Bind { pattern: Pattern::Name(name), .. } => Some(name.clone()),
        _ => None,
    })
}

/// Whether a function takes a request to answer, or the context of an event.
fn answers(function: &Function) -> bool {
    let exported = function.name.as_deref().is_some_and(|name| name.starts_with(char::is_uppercase));
    let first = function.parameters.first().and_then(|parameter| parameter.declared.as_ref());
    let first = first.map(|declared| declared.path.join("."));
    exported && matches!(first.as_deref(), Some("http.ResponseWriter" | "context.Context"))
}
