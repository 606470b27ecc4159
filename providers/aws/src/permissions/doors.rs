//! Ways in from outside: routes of apis, and buckets that everybody may read.

use super::reading::{Made, Reading};
use portolan_policy::{Pattern, Piece, Set, Side, Statement};
use serde_json::Value as Json;

/// The statements of what stands open.
pub(super) fn read(reading: &Reading, made: Made<'_>, statements: &mut Vec<Statement>) {
    let door = match made.r#type {
        "AWS::ApiGatewayV2::Route" => route(reading, made),
        "AWS::ApiGateway::Method" => method(reading, made),
        "AWS::S3::Bucket" => bucket(reading, made),
        _ => None,
    };
    statements.extend(door.map(|(who, permission, resource)| Statement {
        side: Side::Door,
        principals: Set::one(who),
        permissions: Set::one(Pattern::literal(permission)),
        resources: Set::one(resource),
        origin: made.id.into(),
        ..Statement::default()
    }));
}

type Door = (Pattern, &'static str, Pattern);

/// A route of an HTTP or WebSocket API (API Gateway developer guide, "Control and manage access to HTTP APIs").
fn route(reading: &Reading, made: Made<'_>) -> Option<Door> {
    let mut resource = reading.literal(made.get("ApiId")?).then("/");
    resource.append(&reading.literal(made.get("RouteKey")?));
    Some((visitor(reading, made, "AuthorizerId"), "execute-api:Invoke", resource))
}

/// A method of a REST API.
fn method(reading: &Reading, made: Made<'_>) -> Option<Door> {
    let mut resource = reading.literal(made.get("RestApiId")?).then("/");
    resource.append(&reading.literal(made.get("ResourceId")?));
    resource.push_text("/");
    resource.append(&reading.literal(made.get("HttpMethod")?));
    Some((visitor(reading, made, "AuthorizerId"), "execute-api:Invoke", resource))
}

/// Who comes in: everybody, whoever signs as somebody of the account, or whoever an authorizer lets pass.
fn visitor(reading: &Reading, made: Made<'_>, authorizer: &str) -> Pattern {
    match made.str("AuthorizationType") {
        None | Some("NONE") => match made.get("ApiKeyRequired") {
            Some(Json::Bool(true)) => Pattern::atom("with an api key"),
            _ => Pattern::any(),
        },
        Some("AWS_IAM") => Pattern::atom("signed by an identity"),
        Some(_) => {
            let mut who = Pattern::atom("let in by");
            who.push(Piece::Text(" ".into()));
            who.append(&made.get(authorizer).map(|json| reading.literal(json)).unwrap_or_default());
            who
        }
    }
}

/// A canned list that lets everybody in (S3 user guide, "Access control list overview").
fn bucket(reading: &Reading, made: Made<'_>) -> Option<Door> {
    let permission = match made.str("AccessControl")? {
        "PublicRead" => "s3:ListBucket",
        "PublicReadWrite" => "s3:*",
        _ => return None,
    };
    let arn = reading.arn_of(&serde_json::json!({ "Ref": made.id }));
    Some((Pattern::any(), permission, arn.then_any()))
}
