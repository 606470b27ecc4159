//! The app's tags, on every resource that has tags.

use portolan_model::Model;
use portolan_target::Kinds;
use portolan_value::{Map, Resource, Value};

/// Puts the tags on. A body that has tags already, which a user's own kind may give it, keeps them.
pub(super) fn tag(kinds: &Kinds<'_>, model: &Model, resources: &mut [Resource]) {
    if model.tags.is_empty() {
        return;
    }
    let tags: Map = model.tags.iter().map(|(key, text)| (key.value.clone(), kinds.text(text))).collect();
    let entry = |(key, value): &(portolan_value::Text, Value)| {
        Value::from([("Key", key.clone().into()), ("Value", value.clone())])
    };
    let listed = Value::List(tags.iter().map(entry).collect());
    for resource in resources {
        let tags = match shape(&resource.r#type) {
            Some(Shape::List) => listed.clone(),
            Some(Shape::Map) => tags.clone().into(),
            None => continue,
        };
        if resource.address.part() != "native" && resource.body.get("Tags").is_none() {
            resource.body.push("Tags", tags);
        }
    }
}

/// How a type writes its tags.
enum Shape {
    /// `[{ Key, Value }]`.
    List,
    /// `{ key: value }`.
    Map,
}

fn shape(r#type: &str) -> Option<Shape> {
    match r#type {
        "AWS::DynamoDB::Table"
        | "AWS::Events::EventBus"
        | "AWS::IAM::Role"
        | "AWS::Lambda::EventSourceMapping"
        | "AWS::Lambda::Function"
        | "AWS::Logs::LogGroup"
        | "AWS::S3::Bucket"
        | "AWS::SNS::Topic"
        | "AWS::SQS::Queue"
        | "AWS::SecretsManager::Secret" => Some(Shape::List),
        "AWS::ApiGatewayV2::Api" | "AWS::ApiGatewayV2::Stage" | "AWS::SSM::Parameter" => Some(Shape::Map),
        _ => None,
    }
}
