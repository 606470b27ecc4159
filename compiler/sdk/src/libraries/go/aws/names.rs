//! Which service a folder of the SDKs is.

use super::{V1, V2};
use crate::aws::Service;
use crate::libraries::go::symbol::Symbol;

/// Folders of the first generation that are named otherwise than the service's id.
const OTHERWISE: &[(&str, &str)] = &[
    ("applicationdiscoveryservice", "discovery"),
    ("cloudwatchevents", "events"),
    ("configservice", "config"),
    ("costandusagereportservice", "cur"),
    ("costexplorer", "ce"),
    ("databasemigrationservice", "dms"),
    ("directoryservice", "ds"),
    ("elasticsearchservice", "es"),
    ("elbv2", "elbv2"),
    ("lexruntimeservice", "lex-runtime"),
    ("marketplacecommerceanalytics", "marketplacecommerceanalytics"),
    ("prometheusservice", "amp"),
    ("simpledb", "sdb"),
    ("transcribeservice", "transcribe"),
];

/// A generation of the SDK.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generation {
    /// `aws-sdk-go`.
    One,
    /// `aws-sdk-go-v2`.
    Two,
}

/// The generation and service of a client's package: `service/s3`, and in the first generation `service/s3/s3iface`.
pub fn service(symbol: Symbol<'_>) -> Option<(Generation, &'static Service)> {
    if let Some(folder) = symbol.behind(V2).and_then(|path| path.strip_prefix("service/")) {
        return Some((Generation::Two, of_folder(folder)?));
    }
    let path = symbol.behind(V1)?.strip_prefix("service/")?;
    let folder = match path.split_once('/') {
        Some((folder, inner)) => inner.strip_suffix("iface").filter(|inner| *inner == folder)?,
        None => path,
    };
    Some((Generation::One, of_folder(folder)?))
}

fn of_folder(folder: &str) -> Option<&'static Service> {
    let otherwise = OTHERWISE.iter().find(|(known, _)| *known == folder).map(|(_, id)| *id);
    Service::by_sdk_id(folder).or_else(|| Service::by_id(otherwise.unwrap_or(folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_services() {
        for (path, id) in [
            ("github.com/aws/aws-sdk-go-v2/service/sfn.New", "stepfunctions"),
            ("github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs.New", "logs"),
            ("github.com/aws/aws-sdk-go/service/elbv2.New", "elbv2"),
            ("github.com/aws/aws-sdk-go/service/dynamodb/dynamodbiface.DynamoDBAPI", "dynamodb"),
            ("github.com/aws/aws-sdk-go/service/cloudwatchevents.New", "events"),
        ] {
            assert_eq!(service(Symbol::read(path).unwrap()).map(|(_, service)| service.id()), Some(id), "{path}");
        }
        for path in ["github.com/aws/aws-sdk-go-v2/service/s3/types.Object", "github.com/aws/aws-sdk-go-v2/aws.String"]
        {
            assert_eq!(service(Symbol::read(path).unwrap()).map(|(_, service)| service.id()), None);
        }
        assert!(OTHERWISE.iter().all(|(_, id)| Service::by_id(id).is_some()));
    }
}
