//! Where the resources of a template come from: from the model that was compiled, or from the map beside an earlier build.

use super::kind_of;
use crate::commands::review::document;
use crate::commands::review::facts::Facts;
use portolan_plan::{Origin, Place};
use portolan_value::Resource;
use serde::Deserialize;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Of a template that was compiled just now, by the resources' names in it.
pub(super) fn compiled(facts: &Facts<'_>) -> HashMap<String, Origin> {
    let origin = |resource: &Resource| Origin {
        place: resource.origin.span.map(|span| place(&facts.place(span))),
        kind: kind_of(&facts.compiled.model, resource.address.owner()),
    };
    facts.compiled.named().map(|(name, resource)| (name.to_owned(), origin(resource))).collect()
}

/// Of a template of an earlier build, as the `map.json` beside it says. Where there is none, or it is another thing, nothing
/// is known.
pub(super) fn written(template: &Path) -> HashMap<String, Origin> {
    /// A resource of the map; its address the template tells.
    #[derive(Deserialize)]
    struct Mapped {
        #[serde(default)]
        place: String,
    }
    let text = fs::read_to_string(template.with_file_name("map.json")).unwrap_or_default();
    let map: HashMap<String, Mapped> = serde_json::from_str(&text).unwrap_or_default();
    let origin = |(name, mapped): (String, Mapped)| {
        let (file, line) = mapped.place.rsplit_once(':')?;
        let place = Place { file: file.to_owned(), line: line.parse().ok()? };
        Some((name, Origin { place: Some(place), kind: None }))
    };
    map.into_iter().filter_map(origin).collect()
}

/// A place as plans write it.
pub(super) fn place(place: &document::Place) -> Place {
    Place { file: place.file.clone(), line: usize::try_from(place.line).unwrap_or_default() }
}
