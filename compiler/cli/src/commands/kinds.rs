//! `portolan kinds`: what resources there are, what may be said about each, and what it becomes.

mod view;

use crate::arguments::{Format, Kinds};
use crate::{Exit, input, talk};
use portolan_diagnostics::Sources;

/// Prints every kind of the catalogue.
pub fn run(kinds: &Kinds) -> Exit {
    let (mut sources, mut found) = (Sources::default(), Vec::new());
    let catalog = input::catalog(kinds.stdlib.as_deref(), &mut sources, &mut found);
    talk::findings(&found, &sources);
    if let Some(catalog) = catalog {
        let views: Vec<view::Kind> = catalog.kinds().map(|kind| view::Kind::of(kind)).collect();
        match kinds.format {
            Format::Json => talk::data(&(serde_json::to_string_pretty(&views).unwrap_or_default() + "\n")),
            Format::Text => talk::data(&views.iter().map(view::Kind::text).collect::<Vec<_>>().join("\n")),
        }
    }
    talk::outcome(&found)
}
