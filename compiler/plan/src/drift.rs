//! What is deployed: its template, and what somebody changed since.

use crate::change::Comparer;
use crate::compare::Comparison;
use crate::shown::Showing;
use crate::verdict::judged;
use crate::{Cause, Drift, Property, Sides};
use portolan_target::{Holding, Written};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What was seen of a deployment: what a cloud's client, or a file that one wrote, says of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Observed {
    /// `portolan/observed`.
    pub format: String,
    /// The version of this form: `1.0`.
    pub version: String,
    /// What the deployment is called in the cloud.
    pub stack: String,
    /// When it was looked at: `2026-11-29T12:00:00Z`.
    pub observed_at: String,
    /// The token by which the cloud names the state that was seen.
    #[serde(default)]
    pub revision: Option<String>,
    /// The templates that are deployed, as text or as JSON; none of a deployment that does not exist.
    #[serde(default)]
    pub templates: Vec<Json>,
    /// What the cloud says of each resource, by its name in the template, in the template's words: null where it is gone.
    /// None where nobody looked.
    #[serde(default)]
    pub resources: Option<BTreeMap<String, Option<Json>>>,
}

/// Looks at what is deployed.
pub trait Observer {
    /// What goes wrong when it looks.
    type Error;

    /// What there is of a deployment, by what it is called in the cloud.
    ///
    /// # Errors
    /// When the cloud, or the file, cannot be read.
    fn observe(&self, stack: &str) -> Result<Observed, Self::Error>;
}

impl Observed {
    /// Reads a file of what was seen.
    ///
    /// # Errors
    /// Says in what the text is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let observed: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match (observed.format.as_str(), observed.version.split('.').next()) {
            ("portolan/observed", Some("1")) => Ok(observed),
            ("portolan/observed", _) => Err(format!("its version is `{}`; this Portolan reads 1.0", observed.version)),
            _ => Err("its `format` is not `portolan/observed`".to_owned()),
        }
    }

    /// The texts of its templates.
    #[must_use]
    pub fn templates(&self) -> Vec<String> {
        let text = |json: &Json| json.as_str().map_or_else(|| json.to_string(), str::to_owned);
        self.templates.iter().map(text).collect()
    }
}

/// What somebody changed: of every resource that was looked at, what its template sets and the cloud says otherwise. What
/// the template does not set is the service's own.
pub(crate) fn drift(sides: &Sides<'_>, showing: &Showing<'_>, comparer: &Comparer<'_>) -> Vec<Drift> {
    let Some(resources) = sides.live else { return Vec::new() };
    let looked_at = |holding: &Holding| Some((holding.clone(), resources.get(&holding.id)?.clone()));
    let mut all: Vec<Drift> = sides
        .before
        .holdings
        .iter()
        .filter_map(looked_at)
        .filter_map(|(holding, live)| one(&holding, live.as_ref(), sides, showing, comparer))
        .collect();
    all.sort_by(|one, other| one.address.cmp(&other.address));
    all
}

fn one(
    holding: &Holding,
    live: Option<&Json>,
    sides: &Sides<'_>,
    showing: &Showing<'_>,
    comparer: &Comparer<'_>,
) -> Option<Drift> {
    let known = comparer.find(&holding.r#type);
    let drift = |gone: bool, properties: Vec<Property>| Drift {
        address: holding.called().to_owned(),
        r#type: holding.r#type.clone(),
        gone,
        properties,
        touched: false,
    };
    let Some(live) = live else { return Some(drift(true, Vec::new())) };
    let live = Written::from(live);
    let mut comparison = Comparison::new(known, sides.stakes);
    comparison.values(&mut Vec::new(), Some(&holding.body), Some(&set(&holding.body, &live)));
    let property = |difference: &crate::compare::Difference| {
        let judged = judged(known, difference);
        let read_only =
            judged.property.as_ref().is_some_and(|one| one.read_only || one.write_only || one.rewritten_by_service);
        // What only a deployment knows cannot be compared with what it became.
        let open = |value: &Option<Written>| {
            let mut open = false;
            if let Some(value) = value {
                value.pieces(&mut |piece| open |= !matches!(piece, portolan_target::Piece::Letters(_)));
            }
            open
        };
        if read_only || open(&difference.before) {
            return None;
        }
        let shown = |value: &Option<Written>| {
            value.as_ref().map(|value| showing.value(holding, &difference.path, judged.property.as_ref(), value))
        };
        Some(Property {
            path: crate::compare::path(&difference.path),
            before: shown(&difference.before),
            after: shown(&difference.after),
            verdict: judged.verdict,
            said: judged.said,
            cause: Cause::Drift,
        })
    };
    let properties: Vec<Property> = comparison.differences.iter().filter_map(property).collect();
    (!properties.is_empty()).then(|| drift(false, properties))
}

/// What the cloud says of what a template sets: the rest is left out.
fn set(template: &Written, live: &Written) -> Written {
    match (template, live) {
        (Written::Map(ours), Written::Map(theirs)) => {
            let own = |(key, value): &(String, Written)| {
                ours.iter().find(|(name, _)| name == key).map(|(_, inner)| (key.clone(), set(inner, value)))
            };
            Written::Map(theirs.iter().filter_map(own).collect())
        }
        (_, live) => live.clone(),
    }
}
