//! What was found, as cases write it.

use crate::case::Line;
use portolan_evidence::{Evidence, Place};
use portolan_sdk::{Needed, Operation, Piece, Provider, Resource, Template, needed_on};

/// The lines of what was found.
pub fn found(evidence: &Evidence) -> Vec<Line> {
    let mut lines = Vec::new();
    for call in &evidence.calls {
        for needed in wanted(&call.operation) {
            match needed {
                Needed::Permissions(permissions) => {
                    for permission in permissions {
                        let text = format!("{} {}", permission.permission, resource(&permission.resource));
                        push(&mut lines, &call.place, text.trim_end().to_owned());
                    }
                }
                Needed::Unknown(why) => push(&mut lines, &call.place, format!("? {why}")),
            }
        }
    }
    for unresolved in &evidence.unresolved {
        push(&mut lines, &unresolved.place, format!("? {}", unresolved.why));
    }
    lines
}

/// What an operation needs; of the neutral client what it needs on each cloud.
fn wanted(operation: &Operation) -> Vec<Needed> {
    let clouds: &[Provider] = match operation.provider {
        Provider::Neutral => &[Provider::Aws, Provider::Gcp, Provider::Azure],
        _ => &[operation.provider],
    };
    clouds.iter().map(|cloud| needed_on(operation, *cloud)).collect()
}

fn push(lines: &mut Vec<Line>, place: &Place, text: String) {
    let line = Line { place: format!("{}:{}", place.file, place.line), text };
    if !lines.contains(&line) {
        lines.push(line);
    }
}

fn resource(resource: &Resource) -> String {
    let mut text = resource.kind.to_string();
    if let Some(name) = &resource.name {
        text = format!("{text} {}", written(name));
    }
    if let Some(part) = &resource.part {
        text = format!("{text} / {}", written(part));
    }
    text
}

fn written(template: &Template) -> String {
    let pieces = template.0.iter().map(|piece| match piece {
        Piece::Literal(text) => text.to_string(),
        Piece::Environment(name) => format!("${{{name}}}"),
        Piece::Hole => "*".to_owned(),
    });
    pieces.collect()
}
