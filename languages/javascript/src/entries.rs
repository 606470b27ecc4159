//! What starts a file when nobody says.

use portolan_program::{Expression, Key, Kind, Module, Name, Pattern, Statement};

/// Names by which handlers are exported, best first.
const CUSTOMARY: &[&str] = &["handler", "lambdaHandler", "lambda_handler", "main", "default"];

/// The symbols that start a file: what it exports by a customary name. Otherwise all its exports do.
pub fn entries(module: &Module) -> Vec<Name> {
    let exported = |wanted: &str| {
        module.body.iter().any(|statement| match statement {
            Statement::Export { name: Some(name), .. } => name == wanted,
            Statement::Export { name: None, value } => has_entry(value, module, wanted),
            _ => false,
        })
    };
    CUSTOMARY.iter().filter(|name| exported(name)).map(|name| Name::from(*name)).collect()
}

/// Whether an object literal, or the one that a name is bound to, has an entry of a name.
fn has_entry(value: &Expression, module: &Module, wanted: &str) -> bool {
    match &value.kind {
        Kind::Record(entries) => entries.iter().any(|entry| matches!(&entry.key, Key::Name(name) if name == wanted)),
        Kind::Name(name) => {
            let bound = module.body.iter().find_map(|statement| match statement {
                Statement::Bind { pattern: Pattern::Name(bound), value, .. } if bound == name => value.as_ref(),
                _ => None,
            });
            bound.is_some_and(|bound| !matches!(bound.kind, Kind::Name(_)) && has_entry(bound, module, wanted))
        }
        _ => false,
    }
}
