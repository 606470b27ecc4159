//! What starts a file when nobody says it.

use portolan_program::{Module, Name, Statement};

/// Names by custom, best first: `main` registers what the platform calls.
const CUSTOMARY: &[&str] =
    &["main", "function_handler", "handler", "lambda_handler", "handle_request", "handle", "func", "my_handler", "run"];

/// The symbols that may start a file, best first.
pub(crate) fn entries(module: &Module) -> Vec<Name> {
    let functions: Vec<&Name> = module
        .body
        .iter()
        .filter_map(|statement| match statement {
            Statement::Function(id) => module.function(*id).name.as_ref(),
            _ => None,
        })
        .collect();
    let known = CUSTOMARY.iter().filter(|name| functions.iter().any(|function| function == *name));
    known.map(|name| Name::new_static(name)).collect()
}
