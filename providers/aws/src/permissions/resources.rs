//! Policies that resources carry: who may use them.

use super::document::{self, Of};
use super::reading::{Made, Reading, items};
use portolan_policy::{Pattern, Side, Statement};
use serde_json::Value as Json;

/// A type with a policy: the way to the document, and the property that says whose it is (its own where empty).
type Carrier = (&'static str, &'static [&'static str], &'static str);

const CARRIERS: [Carrier; 17] = [
    ("AWS::S3::BucketPolicy", &["PolicyDocument"], "Bucket"),
    ("AWS::S3::AccessPoint", &["Policy"], ""),
    ("AWS::SQS::QueuePolicy", &["PolicyDocument"], "Queues"),
    ("AWS::SQS::QueueInlinePolicy", &["PolicyDocument"], "Queue"),
    ("AWS::SNS::TopicPolicy", &["PolicyDocument"], "Topics"),
    ("AWS::SNS::TopicInlinePolicy", &["PolicyDocument"], "TopicArn"),
    ("AWS::KMS::Key", &["KeyPolicy"], ""),
    ("AWS::SecretsManager::ResourcePolicy", &["ResourcePolicy"], "SecretId"),
    ("AWS::DynamoDB::Table", &["ResourcePolicy", "PolicyDocument"], ""),
    ("AWS::Kinesis::ResourcePolicy", &["ResourcePolicy"], "ResourceArn"),
    ("AWS::Logs::ResourcePolicy", &["PolicyDocument"], "-"),
    ("AWS::ApiGateway::RestApi", &["Policy"], "-"),
    ("AWS::ECR::Repository", &["RepositoryPolicyText"], ""),
    ("AWS::EFS::FileSystem", &["FileSystemPolicy"], ""),
    ("AWS::Elasticsearch::Domain", &["AccessPolicies"], ""),
    ("AWS::OpenSearchService::Domain", &["AccessPolicies"], ""),
    ("AWS::Events::EventBusPolicy", &["Statement"], "-"),
];

/// The statements that a resource's own policy makes.
pub(super) fn read(reading: &Reading, made: Made<'_>, statements: &mut Vec<Statement>) {
    let Some((_, path, target)) = CARRIERS.iter().find(|(r#type, ..)| *r#type == made.r#type) else { return };
    let Some(document) = made.at(path) else { return };
    let own = own(reading, made, target);
    let statement = Statement { side: Side::Resource, origin: made.id.into(), ..Statement::default() };
    let of = Of { statement, own: &own };
    match path.last() {
        Some(&"Statement") => statements.extend(document::statement(reading, document, &of)),
        _ => document::read(reading, document, &of, statements),
    }
}

/// What everything means in the policy: the resource, and what is in it.
fn own(reading: &Reading, made: Made<'_>, target: &str) -> Vec<Pattern> {
    let arns: Vec<Pattern> = match target {
        "-" => Vec::new(),
        "" => vec![reading.arn_of(&serde_json::json!({ "Ref": made.id }))],
        target => made.get(target).map(items).unwrap_or_default().iter().map(|json| arn(reading, made, json)).collect(),
    };
    arns.into_iter().flat_map(|arn| [arn.clone(), arn.then("/").then_any()]).collect()
}

fn arn(reading: &Reading, made: Made<'_>, json: &Json) -> Pattern {
    let arn = reading.arn_of(json);
    let is_bucket = made.r#type == "AWS::S3::BucketPolicy" && json.get("Ref").is_none();
    if !is_bucket {
        return arn;
    }
    let mut whole = Pattern::literal("arn:");
    whole.append(&Pattern::atom("AWS::Partition"));
    whole.push_text(":s3:::");
    whole.append(&arn);
    whole
}
