//! What an ARM template permits: the read-back, of ours or of any other.
//!
//! In comes the text of a template; out go statements whose texts have an atom for whatever only a deployment knows.
//! Roles are their permissions, scopes are the ids of resources with all that lies under them, and whoever a host or a
//! gateway lets in is a statement too. Only `needs` knows what a build wanted.

mod expression; // start reading here
mod reading;
mod text;

mod doors;
mod roles;

mod needs;

#[cfg(test)]
mod tests;

pub(crate) use expression::{Node, parse as expression};
pub(crate) use needs::read_back;
pub(crate) use reading::{Made, Reading};
pub(crate) use roles::carries;
pub(crate) use text::id_of as resource_id;

use portolan_policy::{Pattern, Policies, Statement};

/// The policies of a template; of what is none, no statements.
pub(crate) fn permissions(template: &str) -> Policies {
    Policies::new(statements(&Reading::new(template)))
}

fn statements(reading: &Reading) -> Vec<Statement> {
    let definitions = roles::definitions(reading);
    let tokens = doors::tokens(reading);
    let mut statements: Vec<Statement> = Vec::new();
    for made in reading.made() {
        roles::read(reading, made, &definitions, &mut statements);
        doors::read(reading, made, &tokens, &mut statements);
    }
    statements
}

/// A resource and all that lies under it.
fn under(scope: Pattern) -> Vec<Pattern> {
    vec![scope.clone(), scope.then("/").then_any()]
}
