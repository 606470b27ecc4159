//! From an operation to the permissions it needs.

use crate::{Api, Needed, Operation, Provider, aws, azure, gcp, neutral};

/// What an operation needs on a cloud that is compiled for: an operation of an SDK what it needs anywhere, a verb of the
/// neutral client what it is there. [`Provider::Neutral`] is no cloud: then a verb needs itself.
#[must_use]
pub fn needed_on(operation: &Operation, provider: Provider) -> Needed {
    match operation.provider {
        Provider::Neutral => neutral::needed(operation, provider),
        _ => needed(operation),
    }
}

/// What an operation needs, whatever is compiled for.
#[must_use]
pub fn needed(operation: &Operation) -> Needed {
    match operation.provider {
        Provider::Aws => aws::needed(operation),
        Provider::Gcp => gcp::needed(operation),
        Provider::Azure => azure::needed(operation),
        Provider::Neutral => neutral::needed(operation, Provider::Neutral),
    }
}

/// How the permissions begin that an operation of some APIs may need, whichever it is; none where it may need any.
#[must_use]
pub fn beginnings(apis: &[Api]) -> Vec<String> {
    let each: Vec<Vec<String>> = apis.iter().map(of_one).collect();
    if each.iter().any(Vec::is_empty) { Vec::new() } else { each.concat() }
}

fn of_one(api: &Api) -> Vec<String> {
    match api.provider {
        Provider::Aws => {
            aws::Service::by_id(&api.service).map(|service| format!("{}:", service.prefix())).into_iter().collect()
        }
        Provider::Gcp => gcp::beginnings(&api.service),
        Provider::Azure => azure::beginnings(&api.service).into_iter().collect(),
        Provider::Neutral => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(provider: Provider, service: &str, expected: &[&str]) {
        assert_eq!(beginnings(&[Api { provider, service: service.into() }]), expected, "{service}");
    }

    #[test]
    fn permissions_of_a_service_begin_alike() {
        check(Provider::Aws, "s3", &["s3:"]);
        check(Provider::Gcp, "pubsub", &["pubsub."]);
        check(Provider::Gcp, "storage", &["resourcemanager.", "storage."]);
        check(Provider::Azure, "blob", &["Microsoft.Storage/storageAccounts/blobServices/"]);
        check(Provider::Azure, "queue", &["Microsoft.Storage/storageAccounts/queueServices/"]);
        check(Provider::Azure, "file", &["Microsoft.Storage/storageAccounts/fileServices/"]);
        check(Provider::Azure, "servicebus", &["Microsoft.ServiceBus/namespaces/"]);
        for nobody in [Provider::Aws, Provider::Gcp, Provider::Azure, Provider::Neutral] {
            check(nobody, "nothing like it", &[]);
        }
        let api = |service: &str| Api { provider: Provider::Gcp, service: service.into() };
        assert_eq!(beginnings(&[api("pubsub"), api("storage")]), ["pubsub.", "resourcemanager.", "storage."]);
        assert_eq!(beginnings(&[api("pubsub"), api("nothing like it")]), [""; 0]);
    }
}
