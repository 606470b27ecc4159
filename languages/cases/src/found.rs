//! What was found, as cases write it.

use crate::case::Line;
use portolan_evidence::{Evidence, Place};
use portolan_sdk::{Needed, Piece, Resource, Template, needed};

/// The lines of what was found.
pub fn found(evidence: &Evidence) -> Vec<Line> {
    let mut lines = Vec::new();
    for call in &evidence.calls {
        match needed(&call.operation) {
            Needed::Permissions(permissions) => {
                for permission in permissions {
                    let text = format!("{} {}", permission.permission, resource(&permission.resource));
                    push(&mut lines, &call.place, text.trim_end().to_owned());
                }
            }
            Needed::Unknown(why) => push(&mut lines, &call.place, format!("? {why}")),
        }
    }
    for unresolved in &evidence.unresolved {
        push(&mut lines, &unresolved.place, format!("? {}", unresolved.why));
    }
    lines
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
