//! Symbols of .NET: a namespace that may be left out, a class, and perhaps a member; and the services behind classes.

use crate::aws::Service;
use crate::libraries::given;
use crate::{Argument, Term};

/// Objects that act as somebody else: what they do needs nothing of one's own.
pub(super) const OF_OTHERS: &str = "csharp.others";

/// The last name of a symbol: a class, or a member of one.
pub(super) fn last(symbol: &str) -> &str {
    symbol.rsplit('.').next().unwrap_or(symbol)
}

/// The class and the member of a symbol that is a member of a class.
pub(super) fn member(symbol: &str) -> Option<(&str, &str)> {
    let (class, member) = symbol.rsplit_once('.')?;
    Some((last(class), member))
}

/// The service of a client's class: `AmazonS3Client`, `IAmazonS3`.
pub(super) fn service(class: &str) -> Option<&'static Service> {
    let bare = class.strip_suffix("Client").or_else(|| class.strip_prefix('I'))?;
    let name = bare.strip_prefix("Amazon")?;
    let id = match name {
        "CertificateManager" => "acm",
        "CloudWatchEvents" | "EventBridge" => "events",
        "DatabaseMigrationService" => "dms",
        "ElasticLoadBalancing" => "elb",
        "ElasticLoadBalancingV2" => "elbv2",
        "ElasticMapReduce" => "emr",
        "IdentityManagementService" => "iam",
        "IotData" => "iot-data",
        "KeyManagementService" => "kms",
        "KinesisFirehose" => "firehose",
        "RDSDataService" => "rds-data",
        "SecurityTokenService" => "sts",
        "ServerlessApplicationRepository" => "serverlessrepo",
        "SimpleEmailService" => "ses",
        "SimpleEmailServiceV2" => "sesv2",
        "SimpleNotificationService" => "sns",
        "SimpleSystemsManagement" => "ssm",
        "TranscribeService" => "transcribe",
        _ => "",
    };
    let lower = name.to_ascii_lowercase();
    Service::by_id(id).or_else(|| Service::by_sdk_id(&lower)).or_else(|| Service::by_id(&lower))
}

/// The arguments that are values, not types.
pub(super) fn values(arguments: &[Argument]) -> Vec<Argument> {
    arguments.iter().filter(|argument| !is_type(argument)).cloned().collect()
}

/// The type argument at a position.
pub(super) fn type_argument(arguments: &[Argument], position: usize) -> Term {
    let mut types = arguments.iter().filter(|argument| is_type(argument));
    types.nth(position).map(|argument| argument.term.clone()).unwrap_or_default()
}

fn is_type(argument: &Argument) -> bool {
    argument.name.as_ref().is_some_and(|name| name.starts_with('<'))
}

/// The argument of a name, or the one at a position.
pub(super) fn given(arguments: &[Argument], position: usize, name: &str) -> Term {
    let named = arguments.iter().find(|argument| argument.name.as_deref() == Some(name));
    let plain: Vec<&Argument> = arguments.iter().filter(|argument| argument.name.is_none()).collect();
    let found = named.or_else(|| plain.get(position).copied());
    found.map(|argument| argument.term.clone()).unwrap_or_default()
}

/// The first of these members that any argument has.
pub(super) fn told(arguments: &[Argument], name: &str) -> Term {
    let known = arguments.iter().map(|argument| given::member(&argument.term, name));
    known.into_iter().find(|term| *term != Term::Unknown).unwrap_or_default()
}

/// A method's name without `Async`.
pub(super) fn bare(method: &str) -> &str {
    method.strip_suffix("Async").unwrap_or(method)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_of_services() {
        for (class, id) in [
            ("AmazonS3Client", "s3"),
            ("IAmazonDynamoDB", "dynamodb"),
            ("AmazonSQSClient", "sqs"),
            ("IAmazonSimpleNotificationService", "sns"),
            ("AmazonStepFunctionsClient", "stepfunctions"),
            ("AmazonSecretsManagerClient", "secretsmanager"),
            ("AmazonLambdaClient", "lambda"),
            ("AmazonCognitoIdentityProviderClient", "cognito-idp"),
            ("AmazonApiGatewayManagementApiClient", "apigatewaymanagementapi"),
            ("AmazonEventBridgeClient", "events"),
            ("AmazonRDSDataServiceClient", "rds-data"),
            ("AmazonCloudWatchLogsClient", "logs"),
            ("AmazonBedrockRuntimeClient", "bedrock-runtime"),
            ("AmazonKinesisFirehoseClient", "firehose"),
            ("AmazonIdentityManagementServiceClient", "iam"),
        ] {
            assert_eq!(service(class).map(Service::id), Some(id), "{class}");
        }
        assert!(service("HttpClient").is_none());
        assert!(service("AmazonOrders").is_none());
    }
}
