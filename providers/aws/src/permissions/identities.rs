//! Identities and their policies: roles, users and groups, and who may take a role on.

use super::document::{self, Of};
use super::reading::{Made, Reading, items};
use portolan_policy::{Condition, Pattern, Set, Side, Statement, Test};
use serde_json::Value as Json;

/// The statements that a resource makes about identities.
pub(super) fn read(reading: &Reading, made: Made<'_>, statements: &mut Vec<Statement>) {
    match made.r#type {
        "AWS::IAM::Role" | "AWS::IAM::User" | "AWS::IAM::Group" => identity(reading, made, statements),
        "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => {
            attached(reading, made, &["Roles", "Users", "Groups"], statements);
        }
        "AWS::IAM::RolePolicy" => attached(reading, made, &["RoleName"], statements),
        "AWS::IAM::UserPolicy" => attached(reading, made, &["UserName"], statements),
        "AWS::IAM::GroupPolicy" => attached(reading, made, &["GroupName"], statements),
        "AWS::Serverless::Function" => serverless(reading, made, statements),
        _ => {}
    }
}

fn identity(reading: &Reading, made: Made<'_>, statements: &mut Vec<Statement>) {
    let own = reading.arn_of(&reference(made.id));
    if let Some(trust) = made.get("AssumeRolePolicyDocument") {
        let statement = Statement { side: Side::Trust, origin: made.id.into(), ..Statement::default() };
        document::read(reading, trust, &Of { statement, own: std::slice::from_ref(&own) }, statements);
    }
    let statement = of(reading, made, Set::one(own));
    for policy in made.get("Policies").map(items).unwrap_or_default() {
        let document = policy.get("PolicyDocument").unwrap_or(&Json::Null);
        document::read(reading, document, &Of { statement: statement.clone(), own: &[] }, statements);
    }
    for arn in made.get("ManagedPolicyArns").map(items).unwrap_or_default() {
        managed(reading, arn, &statement, statements);
    }
}

/// A policy beside the identities that it is attached to.
fn attached(reading: &Reading, made: Made<'_>, to: &[&str], statements: &mut Vec<Statement>) {
    let Some(document) = made.get("PolicyDocument") else { return };
    let names = to.iter().filter_map(|property| made.get(property)).flat_map(items);
    for name in names {
        let identity = name.get("Ref").and_then(Json::as_str).and_then(|id| reading.find(id));
        let own = Set::one(match identity {
            Some(_) => reading.arn_of(name),
            None => role_arn(&reading.literal(name)),
        });
        let statement = match identity {
            Some(identity) => Statement { origin: made.id.into(), ..of(reading, identity, own) },
            None => Statement { principals: own, origin: made.id.into(), ..Statement::default() },
        };
        document::read(reading, document, &Of { statement, own: &[] }, statements);
    }
}

/// A statement for an identity. Under a permissions boundary everything holds only within it.
fn of(reading: &Reading, made: Made<'_>, own: Set) -> Statement {
    let within =
        |boundary: &Json| Condition::Test(Test::opaque(&format!("within the boundary {}", reading.literal(boundary))));
    let condition = made.get("PermissionsBoundary").map_or_else(Condition::always, within);
    Statement { principals: own, condition, origin: made.id.into(), ..Statement::default() }
}

/// A policy that lies outside the template: all we know of most is their name.
fn managed(reading: &Reading, arn: &Json, statement: &Statement, statements: &mut Vec<Statement>) {
    let inside = arn.get("Ref").and_then(Json::as_str).and_then(|id| reading.find(id));
    if let Some(policy) = inside.filter(|made| made.r#type == "AWS::IAM::ManagedPolicy") {
        let document = policy.get("PolicyDocument").unwrap_or(&Json::Null);
        return document::read(reading, document, &Of { statement: statement.clone(), own: &[] }, statements);
    }
    let arn = reading.literal(arn);
    let name = arn.to_string().rsplit(":policy/").next().unwrap_or_default().to_owned();
    let known = KNOWN.iter().find(|(known, _)| *known == name).map(|(_, actions)| *actions);
    let permissions = match known {
        Some(actions) => actions.iter().map(|action| Pattern::glob(action)).collect(),
        None => vec![Pattern::atom(&name)],
    };
    statements.push(Statement {
        permissions: Set::of(permissions),
        resources: Set::all(),
        role: Some(name.into()),
        ..statement.clone()
    });
}

/// The few policies of AWS's own that functions are often given (AWS managed policy reference guide).
const KNOWN: [(&str, &[&str]); 5] = [
    ("AdministratorAccess", &["*"]),
    ("service-role/AWSLambdaBasicExecutionRole", &["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"]),
    (
        "service-role/AWSLambdaSQSQueueExecutionRole",
        &[
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        ],
    ),
    (
        "service-role/AWSLambdaDynamoDBExecutionRole",
        &[
            "dynamodb:DescribeStream",
            "dynamodb:GetRecords",
            "dynamodb:GetShardIterator",
            "dynamodb:ListStreams",
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:PutLogEvents",
        ],
    ),
    (
        "AWSXRayDaemonWriteAccess",
        &[
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
            "xray:GetSamplingStatisticSummaries",
        ],
    ),
];

/// A function of the serverless transform: its policies are documents, names, or templates of the transform.
fn serverless(reading: &Reading, made: Made<'_>, statements: &mut Vec<Statement>) {
    let own = match made.get("Role") {
        Some(role) => reading.literal(role),
        None => reading.arn_of(&reference(&format!("{}Role", made.id))),
    };
    let statement = of(reading, made, Set::one(own));
    for policy in made.get("Policies").map(items).unwrap_or_default() {
        match policy {
            Json::Object(map) if map.contains_key("Statement") => {
                document::read(reading, policy, &Of { statement: statement.clone(), own: &[] }, statements);
            }
            Json::Object(map) if map.len() == 1 && !map.keys().any(|key| key == "Ref" || key.starts_with("Fn::")) => {
                let name = policy.to_string();
                statements.push(Statement {
                    permissions: Set::one(Pattern::atom(&name)),
                    resources: Set::all(),
                    role: map.keys().next().map(|key| key.as_str().into()),
                    ..statement.clone()
                });
            }
            arn => managed(reading, arn, &statement, statements),
        }
    }
}

fn reference(id: &str) -> Json {
    serde_json::json!({ "Ref": id })
}

/// The ARN of a role that the template does not make.
fn role_arn(name: &Pattern) -> Pattern {
    let mut arn = Pattern::literal("arn:");
    arn.append(&Pattern::atom("AWS::Partition"));
    arn.push_text(":iam::");
    arn.append(&Pattern::atom("AWS::AccountId"));
    arn.push_text(":role/");
    arn.append(name);
    arn
}
