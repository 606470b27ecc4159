//! A plan for code scanning: SARIF 2.1.0, a result for each thing that deserves a look, at its line of the spec.

use super::results::{Level, Told, file, results};
use crate::{Effect, Judgement, Place, Plan};
use serde_json::{Value, json};

/// The most results of a run that GitHub takes ("SARIF support for code scanning", limits).
const MOST: usize = 25_000;

/// What is found in a plan, as SARIF. `folder` is the spec's as it is called from the top of the repository: files are told
/// from there.
#[must_use]
pub fn sarif(plan: &Plan, judgement: &Judgement, folder: &str) -> String {
    let all = results(plan, judgement);
    let rules = rules();
    let told: Vec<Value> = all.iter().take(MOST).map(|told| result(told, &rules, folder)).collect();
    let mut run = json!({
        "tool": { "driver": {
            "name": "portolan plan",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "rules": rules.iter().map(described).collect::<Vec<_>>(),
        } },
        "columnKind": "unicodeCodePoints",
        "properties": { "plan": plan.id },
        "results": told,
    });
    if all.len() > MOST {
        let left = format!("{} results are left out, the least of them: only {MOST} can be taken", all.len() - MOST);
        run["invocations"] = json!([{
            "executionSuccessful": true,
            "toolExecutionNotifications": [{ "level": "warning", "message": { "text": left } }],
        }]);
    }
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run],
    });
    serde_json::to_string_pretty(&log).unwrap_or_default() + "\n"
}

/// A kind of result: what it is called, and what it is about.
fn rules() -> Vec<(String, String)> {
    let own = [
        ("gate", "A gate or a policy objects to the plan"),
        ("verdict/impossible", "The cloud will refuse the change"),
        ("verdict/unknown", "What happens is not known before the deployment"),
    ];
    let own = own.into_iter().map(|(id, about)| (id.to_owned(), about.to_owned()));
    let effects = Effect::ALL.into_iter();
    let effects = effects.map(|effect| (format!("approval/{}", effect.word()), follows(effect).to_owned()));
    own.chain(effects).collect()
}

fn follows(effect: Effect) -> &'static str {
    match effect {
        Effect::DataLoss => "Data goes, or loses what kept it",
        Effect::Irreversible => "It cannot be undone",
        Effect::PublicExposure => "Everybody can reach something that was closed",
        Effect::PermissionWidening => "Somebody may do what was not allowed",
        Effect::NameCollision => "The name is still taken when the new resource needs it",
        Effect::Downtime => "Something does not work for a while",
        Effect::Replacement => "A resource is replaced by another one",
        Effect::Quota => "A limit of the provider may stand in the way",
        Effect::Unknown => "Nobody can tell before what happens to something that holds data",
    }
}

fn described((id, about): &(String, String)) -> Value {
    let level = if id == "verdict/impossible" { "error" } else { "warning" };
    json!({
        "id": id,
        "shortDescription": { "text": about },
        "defaultConfiguration": { "level": level },
    })
}

fn result(told: &Told, rules: &[(String, String)], folder: &str) -> Value {
    let level = match told.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    json!({
        "ruleId": told.rule,
        "ruleIndex": rules.iter().position(|(id, _)| *id == told.rule),
        "level": level,
        "message": { "text": told.message },
        "locations": [location(&told.place, folder)],
        "partialFingerprints": { "portolanPlan/v1": told.fingerprint },
    })
}

fn location(place: &Place, folder: &str) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": { "uri": uri(&file(place, folder)) },
        "region": { "startLine": place.line.max(1) },
    } })
}

/// A path as a relative reference: what has a meaning there is written as its bytes.
fn uri(path: &str) -> String {
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
        let place = |file: &str| Place { file: file.to_owned(), line: 1 };
        assert_eq!(uri(&file(&place("src/ä:b.py"), "./my app/")), "my%20app/src/%C3%A4%3Ab.py");
        assert_eq!(uri(&file(&place("a\\b.yaml"), ".")), "a/b.yaml");
    }
}
