//! What starts a file by itself.

use crate::lowering::MAIN;
use portolan_program::{Function, Module, Name, Role};

/// Attributes that make a method a function of a platform.
const ATTRIBUTES: &[&str] = &["Function", "FunctionName", "LambdaFunction"];

/// Methods that are handlers by custom.
const CUSTOMARY: &[&str] =
    &["FunctionHandlerAsync", "FunctionHandler", "HandleAsync", "Handle", "Handler", "Run", "RunAsync"];

/// The file's own statements or its `Main`; the only method that takes a context of Lambda or bears an attribute that makes
/// it a function; a method that is a handler by custom.
pub(crate) fn entries(module: &Module) -> Vec<Name> {
    let mut entries = Vec::new();
    if module.functions.iter().any(|function| function.role == Role::Free && function.name.as_deref() == Some(MAIN)) {
        entries.push(MAIN.into());
    }
    entries.extend(methods(module, |function| function.name.as_deref() == Some(MAIN) && function.role == Role::Static));
    let handlers = methods(module, is_handler);
    if let [only] = handlers.as_slice() {
        entries.push(only.clone());
    }
    if handlers.is_empty() {
        for name in CUSTOMARY {
            entries.extend(methods(module, |function| function.name.as_deref() == Some(name)));
        }
        entries.extend(inherited(module));
    }
    entries
}

fn is_handler(function: &Function) -> bool {
    let attribute = function.decorators.iter().any(|decorator| match &decorator.kind {
        portolan_program::Kind::Name(name) => ATTRIBUTES.contains(&name.as_str()),
        _ => false,
    });
    let context = function.parameters.iter().filter_map(|parameter| parameter.declared.as_ref());
    let context = context.into_iter().any(|declared| declared.path.last().is_some_and(|name| name == "ILambdaContext"));
    attribute || context && !function.hidden
}

/// Handlers that a class may have from what it extends.
fn inherited(module: &Module) -> Vec<Name> {
    let classes = module.classes.iter().filter(|class| !class.interface && !class.bases.is_empty());
    let names = classes.filter_map(|class| class.name.as_ref());
    names.flat_map(|class| CUSTOMARY.iter().map(move |method| format!("{class}::{method}").into())).collect()
}

/// `Class::method` for every method of a class that is no interface.
fn methods(module: &Module, wanted: impl Fn(&Function) -> bool) -> Vec<Name> {
    let mut found = Vec::new();
    for class in module.classes.iter().filter(|class| !class.interface) {
        for function in class.functions.iter().map(|id| module.function(*id)) {
            let method = matches!(function.role, Role::Method | Role::Static);
            if let (Some(class), Some(name), true) = (&class.name, &function.name, method && wanted(function)) {
                found.push(format!("{class}::{name}").into());
            }
        }
    }
    found
}
