//! From an operation to the permissions it needs.

use crate::{Api, Needed, Operation, Permission, Piece, Provider, Template, aws, azure, gcp, neutral};

/// What an operation needs on a cloud that is compiled for: an operation of an SDK what it needs anywhere, a verb of the
/// neutral client what it is there. [`Provider::Neutral`] is no cloud: then a verb needs itself.
#[must_use]
pub fn needed_on(operation: &Operation, provider: Provider) -> Needed {
    match operation.provider {
        Provider::Neutral => inside(neutral::needed(operation, provider)),
        _ => needed(operation),
    }
}

/// What an operation needs, whatever is compiled for.
#[must_use]
pub fn needed(operation: &Operation) -> Needed {
    inside(match operation.provider {
        Provider::Aws => aws::needed(operation),
        Provider::Gcp => gcp::needed(operation),
        Provider::Azure => azure::needed(operation),
        Provider::Neutral => neutral::needed(operation, Provider::Neutral),
    })
}

/// What is on something inside a resource is on any such thing where nothing is known of which: `uploads / *`, whether its key
/// was computed or never seen.
fn inside(needed: Needed) -> Needed {
    let Needed::Permissions(mut permissions) = needed else { return needed };
    for Permission { resource, .. } in &mut permissions {
        let is_inside = matches!(resource.kind.as_str(), "object" | "blob" | "index");
        let whole = matches!(&resource.name, Some(name) if !is_inside_itself(name));
        if is_inside && whole && resource.part.is_none() {
            resource.part = Some(Template(vec![Piece::Hole]));
        }
    }
    Needed::Permissions(permissions)
}

/// Whether a name is an ARN that names what is inside: `arn:aws:s3:::uploads/song.mp3`.
fn is_inside_itself(name: &Template) -> bool {
    let text = |piece: &Piece, part: &str| matches!(piece, Piece::Literal(text) if text.contains(part));
    name.0.first().is_some_and(|first| text(first, "arn:")) && name.0.iter().any(|piece| text(piece, "/"))
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
    fn an_unknown_key_is_any_key() {
        let read = |key: Option<crate::Term>| {
            let bucket = ("Bucket".into(), crate::Term::Text(Template::from_literal("b")));
            let input = std::iter::once(bucket).chain(key.map(|key| ("Key".into(), key))).collect();
            needed(&Operation { provider: Provider::Aws, service: "s3".into(), name: "GetObject".into(), input })
        };
        let any = read(Some(crate::Term::Text(Template(vec![Piece::Hole]))));
        assert_eq!(read(None), any);
        assert_eq!(read(Some(crate::Term::Unknown)), any);
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
