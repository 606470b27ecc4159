//! The app's tags, on every resource that has tags.

use portolan_model::Model;
use portolan_target::{Kinds, Resources};
use portolan_value::{Map, Value};

/// Puts the tags on. A body that has tags already, which a user's own kind may give it, keeps them.
pub(super) fn tag(kinds: &Kinds<'_>, model: &Model, resources: &mut Resources) {
    if model.tags.is_empty() {
        return;
    }
    let tags: Map = model.tags.iter().map(|(key, text)| (key.value.clone(), kinds.text(text))).collect();
    let entry = |(key, value): &(portolan_value::Text, Value)| {
        Value::from([("Key", key.clone().into()), ("Value", value.clone())])
    };
    let listed = Value::list(tags.iter().map(entry));
    resources.change(|resource| {
        let is_theirs = resource.address.part() == "native" || resource.body.get("Tags").is_some();
        let tags = match shape(&resource.r#type).filter(|_| !is_theirs) {
            Some(Shape::List) => listed.clone(),
            Some(Shape::Map) => tags.clone().into(),
            None => return false,
        };
        resource.body.push("Tags", tags);
        true
    });
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
