//! Who may call a function: one resource of a template a permission.

use super::document::principal;
use super::reading::{Made, Reading};
use portolan_policy::{Condition, Operator, Pattern, Set, Side, Statement, Test};
use serde_json::Value as Json;

/// The properties that limit a permission, each as a test on a key of the request
/// (CloudFormation user guide, "AWS::Lambda::Permission").
const LIMITS: [(&str, &str, Operator); 5] = [
    ("SourceArn", "aws:SourceArn", Operator::Arn),
    ("SourceAccount", "aws:SourceAccount", Operator::Equals),
    ("PrincipalOrgID", "aws:PrincipalOrgID", Operator::Equals),
    ("EventSourceToken", "lambda:EventSourceToken", Operator::Equals),
    ("FunctionUrlAuthType", "lambda:FunctionUrlAuthType", Operator::Equals),
];

/// The statement of a permission.
pub(super) fn read(reading: &Reading, made: Made<'_>, statements: &mut Vec<Statement>) {
    if made.r#type != "AWS::Lambda::Permission" {
        return;
    }
    let (Some(who), Some(function), Some(action)) =
        (made.get("Principal"), made.get("FunctionName"), made.get("Action"))
    else {
        return;
    };
    let limits = LIMITS.iter().filter_map(|(property, key, operator)| {
        let json = made.get(property)?;
        let wanted = if *operator == Operator::Arn { reading.pattern(json) } else { reading.literal(json) };
        Some(Condition::Test(Test::new(key, *operator, vec![wanted])))
    });
    statements.push(Statement {
        side: Side::Resource,
        principals: Set::one(principal(reading, who, true)),
        permissions: Set::one(reading.pattern(action)),
        resources: Set::one(function_arn(reading, function)),
        condition: limits.fold(Condition::always(), Condition::and),
        origin: made.id.into(),
        ..Statement::default()
    });
}

/// The ARN of a function that is given by its name, its ARN, or a part of it.
fn function_arn(reading: &Reading, json: &Json) -> Pattern {
    let arn = reading.arn_of(json);
    let whole = arn.to_string();
    let reference = json.get("Ref").and_then(Json::as_str).and_then(|id| reading.find(id));
    if reference.is_some_and(|made| made.r#type == "AWS::Lambda::Alias") {
        return reading.literal(json);
    }
    if whole.starts_with("arn:") || whole.contains(".Arn}") || arn.as_text().is_none() {
        return arn;
    }
    let mut full = Pattern::literal("arn:");
    for (atom, text) in [("AWS::Partition", ":lambda:"), ("AWS::Region", ":"), ("AWS::AccountId", ":function:")] {
        full.append(&Pattern::atom(atom));
        full.push_text(text);
    }
    full.append(&arn);
    full
}
