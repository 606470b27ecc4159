//! The review for code scanning: SARIF 2.1.0, a result for everything that deserves a look, at its line of the spec or of
//! the code.

use super::document::{Change, Deployment, Document, Form, Place, Reason, Who};
use super::lines;
use super::text;
use crate::arguments::Gate;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The rules: what each is about, how loud it is, and the gate that makes it an error.
const RULES: [Rule; 10] = [
    rule("public", "Everybody can reach this", "note", Some(Gate::Public)),
    rule("open", "The template lets everybody in", "warning", Some(Gate::Public)),
    rule("escalation", "Its holder can get more than it was given", "warning", Some(Gate::Escalation)),
    rule("outsider", "Somebody from outside is let in", "warning", None),
    rule("by-hand", "Granted by hand, outside of what is proved", "warning", Some(Gate::HandGranted)),
    rule("assumed", "Granted because not all of the code was understood", "warning", Some(Gate::Assumed)),
    rule("wider", "The cloud grants more than was asked for", "note", None),
    rule("unused", "Declared and never called: nothing is granted", "note", None),
    rule("widening", "Allowed now, and not before", "warning", Some(Gate::Widening)),
    rule("policy", "A policy objects", "warning", None),
];

/// A kind of result.
struct Rule {
    id: &'static str,
    about: &'static str,
    level: &'static str,
    gate: Option<Gate>,
}

const fn rule(id: &'static str, about: &'static str, level: &'static str, gate: Option<Gate>) -> Rule {
    Rule { id, about, level, gate }
}

/// A result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    rule_id: &'static str,
    rule_index: usize,
    level: &'static str,
    message: Value,
    locations: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Value>,
    partial_fingerprints: Value,
}

/// All results of a review, as SARIF. `folder` is the spec's, as the command line named it: files are told from there.
pub(super) fn sarif(document: &Document, deny: &[Gate], folder: &str) -> String {
    let mut results = Results { deny, folder, found: Vec::new(), told: BTreeMap::new() };
    for deployment in &document.deployments {
        match &deployment.changes {
            Some(changes) => changes.wider.iter().for_each(|change| results.change(change, deployment)),
            None => results.deployment(deployment),
        }
    }
    for verdict in document.verdicts.iter().filter(|verdict| !is_gate(&verdict.by)) {
        let level = if verdict.denied { "error" } else { "warning" };
        results.add(
            "policy",
            Some(level),
            &format!("{}: {}", verdict.by, verdict.message),
            verdict.place.as_ref(),
            &[],
        );
    }
    let rules: Vec<Value> = RULES.iter().map(described).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "portolan review",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            } },
            "columnKind": "unicodeCodePoints",
            "results": results.found,
        }],
    });
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

fn is_gate(by: &str) -> bool {
    let gates = [Gate::Widening, Gate::Public, Gate::Escalation, Gate::Assumed, Gate::HandGranted];
    gates.iter().any(|gate| gate.word() == by)
}

fn described(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.about },
        "defaultConfiguration": { "level": rule.level },
    })
}

struct Results<'a> {
    deny: &'a [Gate],
    folder: &'a str,
    found: Vec<Found>,
    /// How often the same was told, so that no two results are one.
    told: BTreeMap<String, usize>,
}

impl Results<'_> {
    fn deployment(&mut self, deployment: &Deployment) {
        for function in &deployment.functions {
            for way in function.ways.iter().filter(|way| way.who == Who::Public) {
                let said = format!("`{}` is open to everybody: {}", function.name, way.routes.join(", "));
                self.add("public", None, &said, Some(&way.place), &[]);
            }
            for unused in &function.unused {
                let said = format!(
                    "`{}` declares `{}` on `{}` and never does it",
                    function.name, unused.verb, unused.resource
                );
                self.add("unused", None, &said, Some(&unused.place), &[]);
            }
            if function.permissions.iter().any(|row| row.assumed) {
                let said =
                    format!("`{}` is granted all that it declares: not all of its code was understood", function.name);
                let gaps: Vec<(Place, String)> =
                    function.gaps.iter().map(|gap| (gap.place.clone(), gap.why.clone())).collect();
                self.add("assumed", None, &said, Some(&function.place), &gaps);
            }
        }
        for open in deployment.exposure.open.iter().filter(|open| !open.declared) {
            let said = format!("everybody may {} on {} ({})", open.permission, open.on, open.address);
            self.add("open", None, &said, open.place.as_ref(), &[]);
        }
        for one in &deployment.escalation {
            let said = format!("`{}` may {} on {}: {}; see {}", one.who, one.permission, one.on, one.gives, one.source);
            self.add("escalation", None, &said, one.place.as_ref(), &[]);
        }
        for one in &deployment.trust {
            let said = format!("{} may {} on {}", one.who, one.permission, one.on);
            self.add("outsider", None, &said, one.place.as_ref(), &[]);
        }
        for one in deployment.by_hand.iter().filter(|one| one.form == Form::Allow || !one.grants.is_empty()) {
            self.add("by-hand", None, &text::by_hand(one), Some(&one.place), &[]);
        }
        for function in &deployment.functions {
            for row in function.permissions.iter().filter(|row| row.is_wider()) {
                let role = row.role.as_deref().unwrap_or_default();
                let on = [row.verb.as_str(), row.resource.as_str()].join(" ");
                let more = match row.beyond.is_empty() {
                    true => format!("all objects, where the code is about {} alone", row.meant.join(", ")),
                    false => format!("{role} also carries {}", row.beyond.join(", ")),
                };
                let said = format!("`{}`, {}: {more}", function.name, on.trim_end());
                self.add("wider", None, &said, row.because.first().map(|reason| &reason.place), &[]);
            }
        }
    }

    fn change(&mut self, change: &Change, deployment: &Deployment) {
        let class = change.class.replace('-', " ");
        let said =
            format!("{class} on {}: {} may {} on {}", deployment.format, change.who, change.permission, change.on);
        let places: Vec<&Reason> = change.because.iter().collect();
        let first = places.first().map(|reason| &reason.place).or(change.place.as_ref());
        let more: Vec<(Place, String)> =
            places.iter().skip(1).map(|reason| (reason.place.clone(), text::cause(reason))).collect();
        self.add("widening", None, &said, first, &more);
    }

    fn add(
        &mut self,
        id: &'static str,
        level: Option<&'static str>,
        said: &str,
        at: Option<&Place>,
        more: &[(Place, String)],
    ) {
        let Some((index, rule)) = RULES.iter().enumerate().find(|(_, rule)| rule.id == id) else { return };
        let denied = rule.gate.is_some_and(|gate| self.deny.contains(&gate));
        let key = format!("{id}:{}:{said}", at.map(lines::place).unwrap_or_default());
        let again = self.told.entry(key.clone()).or_default();
        *again += 1;
        if *again > 1 {
            return;
        }
        let related = more.iter().zip(1..).map(|((place, text), number)| {
            let mut location = self.location(place);
            location["id"] = json!(number);
            location["message"] = json!({ "text": text });
            location
        });
        let related_locations = related.collect();
        self.found.push(Found {
            rule_id: rule.id,
            rule_index: index,
            level: level.unwrap_or(if denied { "error" } else { rule.level }),
            message: json!({ "text": said }),
            locations: at.map(|place| self.location(place)).into_iter().collect(),
            related_locations,
            partial_fingerprints: json!({ "portolan/v1": format!("{id}:{said}") }),
        });
    }

    fn location(&self, place: &Place) -> Value {
        let path = if self.folder.is_empty() { place.file.clone() } else { format!("{}/{}", self.folder, place.file) };
        json!({ "physicalLocation": {
            "artifactLocation": { "uri": uri(&path) },
            "region": { "startLine": place.line.max(1) },
        } })
    }
}

/// A path as a relative reference: what has a meaning there is written as its bytes.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => out.push(byte as char),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_references() {
        assert_eq!(uri("my app/src/ä:b.py"), "my%20app/src/%C3%A4%3Ab.py");
        assert_eq!(uri("a\\b.yaml"), "a/b.yaml");
    }
}
