//! Policy documents (IAM user guide, "IAM JSON policy elements reference").

use super::reading::{Reading, items};
use portolan_policy::{Condition, Effect, Pattern, Set, Side, Statement, Test};
use serde_json::Value as Json;

/// Whose document it is.
pub(super) struct Of<'d> {
    /// The statement to fill in: its side, its origin, and the principal of an identity's policy.
    pub(super) statement: Statement,
    /// What `*` means in a resource's own policy, and a statement that names no resource.
    pub(super) own: &'d [Pattern],
}

/// The statements of a document, which may be JSON in a text.
pub(super) fn read(reading: &Reading, document: &Json, of: &Of<'_>, statements: &mut Vec<Statement>) {
    if let Some(text) = document.as_str() {
        if let Ok(document @ Json::Object(_)) = serde_json::from_str(text) {
            read(reading, &document, of, statements);
        }
        return;
    }
    let Some(list) = document.get("Statement") else { return };
    statements.extend(items(list).iter().filter_map(|json| statement(reading, json, of)));
}

/// One statement; none where its effect is neither of the two.
pub(super) fn statement(reading: &Reading, json: &Json, of: &Of<'_>) -> Option<Statement> {
    let effect = match json.get("Effect")?.as_str()? {
        "Allow" => Effect::Allow,
        "Deny" => Effect::Deny,
        _ => return None,
    };
    let principals = match (json.get("Principal"), json.get("NotPrincipal")) {
        _ if of.statement.side == Side::Identity => of.statement.principals.clone(),
        (Some(principal), _) => Set::of(principals(reading, principal)),
        (None, Some(except)) => Set::but(principals(reading, except)),
        (None, None) => of.statement.principals.clone(),
    };
    Some(Statement {
        effect,
        principals,
        permissions: set(reading, json, "Action", "NotAction").unwrap_or_default(),
        resources: resources(reading, json, of.own),
        condition: of.statement.condition.clone().and(condition(reading, json.get("Condition"))),
        ..of.statement.clone()
    })
}

fn set(reading: &Reading, json: &Json, only: &str, except: &str) -> Option<Set> {
    let patterns = |json: &Json| items(json).iter().map(|item| reading.pattern(item)).collect();
    match (json.get(only), json.get(except)) {
        (Some(only), _) => Some(Set::of(patterns(only))),
        (None, Some(except)) => Some(Set::but(patterns(except))),
        (None, None) => None,
    }
}

/// In the policy of a resource everything means that resource.
fn resources(reading: &Reading, json: &Json, own: &[Pattern]) -> Set {
    let mut set = set(reading, json, "Resource", "NotResource").unwrap_or_else(Set::all);
    if !own.is_empty() && set.only.contains(&Pattern::any()) {
        set.only.retain(|pattern| *pattern != Pattern::any());
        set.only.extend(own.iter().cloned());
    }
    set
}

/// Who a principal element names.
pub(super) fn principals(reading: &Reading, json: &Json) -> Vec<Pattern> {
    match json {
        Json::Object(kinds) if !kinds.keys().any(|key| key.starts_with("Fn::") || key == "Ref") => {
            let named = |(kind, who): (&String, &Json)| {
                let aws = kind == "AWS";
                items(who).iter().map(|one| principal(reading, one, aws)).collect::<Vec<_>>()
            };
            kinds.iter().flat_map(named).collect()
        }
        one => vec![principal(reading, one, true)],
    }
}

/// One principal: everybody, an account, or whoever a text names. Wildcards mean everybody or nothing.
pub(super) fn principal(reading: &Reading, json: &Json, aws: bool) -> Pattern {
    let literal = reading.literal(json);
    match literal.as_text() {
        Some("*") => Pattern::any(),
        Some(text) if aws && text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            let mut arn = Pattern::literal("arn:");
            arn.push(portolan_policy::Piece::Atom("AWS::Partition".into()));
            arn.then(&format!(":iam::{text}:root"))
        }
        _ => literal,
    }
}

/// A condition: operators, under each keys, under each values.
pub(super) fn condition(reading: &Reading, json: Option<&Json>) -> Condition {
    let Some(Json::Object(operators)) = json else {
        let opaque = |json: &Json| Condition::Test(Test::opaque(&json.to_string()));
        return json.map_or_else(Condition::always, opaque);
    };
    let mut all = Condition::always();
    for (operator, keys) in operators {
        let Json::Object(keys) = keys else { return Condition::Test(Test::opaque(&keys.to_string())) };
        for (key, values) in keys {
            let wildcards = !is_plain(operator);
            let value = |json: &Json| if wildcards { reading.pattern(json) } else { plain(reading, json) };
            let wanted = items(values).iter().map(value).collect();
            let test = Test::named(operator, key, wanted);
            all = all.and(Condition::Test(test.unwrap_or_else(|| Test::opaque(&format!("{operator} {key} {values}")))));
        }
    }
    all
}

/// Whether an operator compares letter by letter: what is neither `Like` nor about ARNs.
fn is_plain(operator: &str) -> bool {
    let operator = operator.to_ascii_lowercase();
    !operator.contains("like") && !operator.contains("arn")
}

/// A value without wildcards: policy variables are still variables.
fn plain(reading: &Reading, json: &Json) -> Pattern {
    let literal = reading.literal(json);
    match literal.as_text().is_some_and(|text| text.contains("${")) {
        true => reading.pattern(json),
        false => literal,
    }
}
