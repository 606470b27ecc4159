//! Services by the names of packages and classes.

use crate::aws::Service;

/// Classes of the second generation that are neither called like botocore's folder nor like the service's id.
const RENAMED: &[(&str, &str)] = &[
    ("augmentedairuntime", "sagemaker-a2i-runtime"),
    ("cloudwatchevents", "events"),
    ("cognitoidentityserviceprovider", "cognito-idp"),
    ("forecastqueryservice", "forecastquery"),
    ("forecastservice", "forecast"),
    ("iotdata", "iot-data"),
    ("kinesisvideosignalingchannels", "kinesis-video-signaling"),
    ("lexruntime", "lex-runtime"),
    ("rdsdataservice", "rds-data"),
    ("transcribeservice", "transcribe"),
];

/// The service of a class of the second generation: `S3`, `CognitoIdentityServiceProvider`; a module's name is its lower case.
pub fn of_class(class: &str) -> Option<&'static Service> {
    let lower = class.to_ascii_lowercase();
    let renamed = RENAMED.iter().find(|(name, _)| *name == lower).map(|(_, id)| *id);
    match renamed {
        Some(id) => Service::by_id(id),
        None => Service::by_sdk_id(&lower).or_else(|| Service::by_id(&lower)),
    }
}

/// The service of a package of the third generation, without `@aws-sdk/client-`: `dynamodb`, `cloudwatch-logs`.
pub fn of_package(package: &str) -> Option<&'static Service> {
    Service::by_sdk_id(&package.replace('-', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_have_the_names_of_both_generations() {
        let id = |class| of_class(class).map(Service::id);
        assert_eq!(id("StepFunctions"), Some("stepfunctions"));
        assert_eq!(id("CognitoIdentityServiceProvider"), Some("cognito-idp"));
        assert_eq!(id("IotData"), Some("iot-data"));
        assert_eq!(id("ApiGatewayManagementApi"), Some("apigatewaymanagementapi"));
        assert_eq!(id("Endpoint"), None);
        let id = |package| of_package(package).map(Service::id);
        assert_eq!(id("cognito-identity-provider"), Some("cognito-idp"));
        assert_eq!(id("sfn"), Some("stepfunctions"));
        assert_eq!(id("api-gateway-management-api"), Some("apigatewaymanagementapi"));
        assert_eq!(id("no-such"), None);
    }

    #[test]
    fn every_renamed_service_is_known() {
        assert!(RENAMED.iter().all(|(_, id)| Service::by_id(id).is_some()));
    }
}
