//! Which service a crate is for.

use crate::aws::Service;

/// A crate of AWS's SDK, and what stands behind it.
pub(super) fn service(symbol: &str) -> Option<(&'static Service, &str)> {
    let (name, rest) = symbol.strip_prefix("aws_sdk_")?.split_once('.')?;
    let id = match name {
        "apigatewaymanagement" => "apigatewaymanagementapi",
        known => known,
    };
    Some((Service::by_sdk_id(id).or_else(|| Service::by_id(id))?, rest))
}

/// A crate of rusoto, named after botocore's folder, and what stands behind it.
pub(super) fn rusoto(symbol: &str) -> Option<(&'static Service, &str)> {
    let (name, rest) = symbol.strip_prefix("rusoto_")?.split_once('.')?;
    Some((Service::by_id(&name.replace('_', "-"))?, rest))
}

/// The last name of a symbol, and the one before it.
pub(super) fn ends(symbol: &str) -> (&str, &str) {
    let (rest, last) = symbol.rsplit_once('.').unwrap_or(("", symbol));
    (rest.rsplit_once('.').map_or(rest, |(_, before)| before), last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crates_are_services() {
        for (symbol, id) in [
            ("aws_sdk_dynamodb.Client.new", "dynamodb"),
            ("aws_sdk_sfn.Client.new", "stepfunctions"),
            ("aws_sdk_apigatewaymanagement.Client.from_conf", "apigatewaymanagementapi"),
            ("aws_sdk_cloudwatchlogs.Client.new", "logs"),
        ] {
            assert_eq!(service(symbol).map(|(service, _)| service.id()), Some(id), "{symbol}");
        }
        assert_eq!(rusoto("rusoto_cognito_idp.X.new").map(|(service, _)| service.id()), Some("cognito-idp"));
        assert!(service("aws_sdk_nothing.Client.new").is_none());
        assert_eq!(ends("a.b.c"), ("b", "c"));
    }
}
