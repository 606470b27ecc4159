//! The requests that put a template's resources into a backend, so that calls find what they name.

use crate::{Made, Request, StandIn};
use serde_json::{Map, Value as Json, json};

/// A resource that a backend is asked to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Furnishing {
    /// Its logical id.
    pub id: String,
    /// The request.
    pub request: Request,
}

/// The requests for what functions can use of a template, and the logical ids of what nobody makes here: functions, apis and
/// what the user wrote in the target's words. What belongs to the deployment itself is not among either.
#[must_use]
pub fn furnish(stand_in: &StandIn) -> (Vec<Furnishing>, Vec<String>) {
    let (mut furnishings, mut left_out) = (Vec::new(), Vec::new());
    for made in stand_in.made() {
        match request(stand_in, made) {
            Some(request) => furnishings.push(Furnishing { id: made.id.to_owned(), request }),
            None if !is_wiring(made.r#type) => left_out.push(made.id.to_owned()),
            None => {}
        }
    }
    (furnishings, left_out)
}

fn request(stand_in: &StandIn, made: Made<'_>) -> Option<Request> {
    let name = stand_in.name(made);
    Some(match made.r#type {
        "AWS::DynamoDB::Table" => {
            let mut body = kept(made, &["AttributeDefinitions", "KeySchema", "BillingMode", "GlobalSecondaryIndexes"]);
            body.extend(kept(made, &["LocalSecondaryIndexes", "ProvisionedThroughput"]));
            body.insert("TableName".to_owned(), name.into());
            targeted(stand_in, "dynamodb", "DynamoDB_20120810.CreateTable", &Json::Object(body))
        }
        "AWS::SQS::Queue" => {
            let fifo = made.properties.get("FifoQueue") == Some(&Json::Bool(true));
            let attributes = if fifo { json!({ "FifoQueue": "true" }) } else { json!({}) };
            let body = json!({ "QueueName": name, "Attributes": attributes });
            targeted(stand_in, "sqs", "AmazonSQS.CreateQueue", &body)
        }
        "AWS::SecretsManager::Secret" => {
            let body = json!({
                "Name": name,
                "SecretString": "stand-in",
                "ClientRequestToken": "00000000-0000-0000-0000-000000000000",
            });
            targeted(stand_in, "secretsmanager", "secretsmanager.CreateSecret", &body)
        }
        "AWS::SSM::Parameter" => {
            let value = made.properties.get("Value").and_then(|value| stand_in.text(value)).unwrap_or_default();
            let body = json!({ "Name": name, "Value": value, "Type": "String" });
            targeted(stand_in, "ssm", "AmazonSSM.PutParameter", &body)
        }
        "AWS::Kinesis::Stream" => targeted(
            stand_in,
            "kinesis",
            "Kinesis_20131202.CreateStream",
            &json!({ "StreamName": name, "ShardCount": 1 }),
        ),
        "AWS::Events::EventBus" => targeted(stand_in, "events", "AWSEvents.CreateEventBus", &json!({ "Name": name })),
        "AWS::SNS::Topic" => {
            let form = format!("Action=CreateTopic&Version=2010-03-31&Name={name}");
            let fifo = made.properties.get("FifoTopic") == Some(&Json::Bool(true));
            let more = if fifo { "&Attributes.entry.1.key=FifoTopic&Attributes.entry.1.value=true" } else { "" };
            let headers = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
            signed(stand_in, "sns", "POST", "/", &headers, (form + more).into_bytes())
        }
        "AWS::S3::Bucket" => {
            let region = &stand_in.place().region;
            let place = format!("<LocationConstraint>{region}</LocationConstraint>");
            let body = if region == "us-east-1" { String::new() } else { configuration(&place) };
            signed(stand_in, "s3", "PUT", &format!("/{name}"), &[], body.into_bytes())
        }
        _ => return None,
    })
}

fn configuration(inside: &str) -> String {
    format!(
        "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{inside}</CreateBucketConfiguration>"
    )
}

/// Properties that the service's own API calls alike.
fn kept(made: Made<'_>, names: &[&str]) -> Map<String, Json> {
    let given = names.iter().filter_map(|name| Some(((*name).to_owned(), made.properties.get(*name)?.clone())));
    given.collect()
}

fn targeted(stand_in: &StandIn, service: &str, target: &str, body: &Json) -> Request {
    let headers = [("content-type", "application/x-amz-json-1.0"), ("x-amz-target", target)];
    signed(stand_in, service, "POST", "/", &headers, body.to_string().into_bytes())
}

/// A request whose signature nobody checks: backends only read for which service it is.
fn signed(
    stand_in: &StandIn,
    service: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Vec<u8>,
) -> Request {
    let place = stand_in.place();
    let scope = format!("{}/20250101/{}/{service}/aws4_request", place.account, place.region);
    let authorization = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
    let own = [("authorization", authorization.as_str())];
    let all = headers.iter().chain(&own).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Request {
        method: method.to_owned(),
        service: None,
        path: path.to_owned(),
        query: String::new(),
        headers: all.collect(),
        body,
    }
}

/// Types that no call of a function names.
fn is_wiring(r#type: &str) -> bool {
    let parts =
        ["Permission", "Policy", "Role", "Stage", "Route", "Integration", "Authorizer", "Subscription", "LogGroup"];
    let more = ["EventSourceMapping", "EventInvokeConfig", "Schedule", "Function", "Url", "Api", "ManagedPolicy"];
    let last = r#type.rsplit("::").next().unwrap_or_default();
    parts.iter().chain(&more).any(|part| last.ends_with(part))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recognize;
    use crate::stand_in::tests::stand_in;

    #[test]
    fn what_is_asked_for_is_understood_by_our_own_reader() {
        let stand_in = stand_in(
            r#"{
                "Stock": {"Type": "AWS::DynamoDB::Table", "Properties": {"KeySchema": []}},
                "Work": {"Type": "AWS::SQS::Queue"},
                "In": {"Type": "AWS::S3::Bucket"},
                "News": {"Type": "AWS::SNS::Topic", "Properties": {"FifoTopic": true}},
                "Key": {"Type": "AWS::SecretsManager::Secret"},
                "Limit": {"Type": "AWS::SSM::Parameter", "Properties": {"Value": "10"}},
                "Orders": {"Type": "AWS::Events::EventBus"},
                "Users": {"Type": "AWS::Cognito::UserPool"},
                "FnRole": {"Type": "AWS::IAM::Role"}
            }"#,
        );
        let (furnishings, left_out) = furnish(&stand_in);
        let named: Vec<(String, String)> = furnishings
            .iter()
            .map(|one| {
                let operation = recognize(&one.request).unwrap().operation;
                let name =
                    operation.input.values().find_map(|term| term.literal().filter(|text| text.contains("-dev-")));
                (operation.name.to_string(), name.unwrap_or_default().to_owned())
            })
            .collect();
        let expected = [
            ("CreateTable", "shop-dev-Stock"),
            ("CreateQueue", "shop-dev-Work"),
            ("CreateBucket", "shop-dev-in"),
            ("CreateTopic", "shop-dev-News.fifo"),
            ("CreateSecret", "shop-dev-Key"),
            ("PutParameter", "shop-dev-Limit"),
            ("CreateEventBus", "shop-dev-Orders"),
        ];
        let named: Vec<(&str, &str)> =
            named.iter().map(|(operation, name)| (operation.as_str(), name.as_str())).collect();
        assert_eq!(named, expected);
        assert_eq!(left_out, ["Users"]);
    }
}
