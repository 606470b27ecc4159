//! Transfers: boto3's hand-written methods that move files to and from S3, and their arguments by position.

use super::client::done;
use crate::aws::Service;
use crate::aws::transfer::{copy, download, upload};
use crate::libraries::python::given::Given;
use crate::{Operation, Outcome, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Writing one object.
pub fn put(bucket: Term, key: Term) -> Operation {
    upload(bucket, key, &Term::Unknown)
}

/// A transfer of a client: `upload_file(Filename, Bucket, Key)`, `download_file(Bucket, Key, Filename)`.
pub fn of_client(service: &Service, name: &str, given: Given<'_>) -> Option<Outcome> {
    if service.id() != "s3" {
        return None;
    }
    let place = |bucket, key| (given.take(bucket, "Bucket"), given.take(key, "Key"));
    transfer(name, given, 3, place)
}

/// A transfer of a bucket object: `upload_file(Filename, Key)`, `download_file(Key, Filename)`.
pub fn of_bucket(bucket: &Term, name: &str, given: Given<'_>) -> Option<Outcome> {
    let key = if name.starts_with("download") { 0 } else { 1 };
    transfer(name, given, 2, |_, _| (bucket.clone(), given.take(key, "Key")))
}

/// A transfer of an object: `upload_file(Filename)`, `copy(CopySource)`.
pub fn of_object(facts: &BTreeMap<SmolStr, Term>, name: &str, given: Given<'_>) -> Option<Outcome> {
    let fact = |name: &str| facts.get(name).cloned().unwrap_or_default();
    transfer(name, given, 1, |_, _| (fact("BucketName"), fact("Key")))
}

fn transfer(
    name: &str,
    given: Given<'_>,
    further_at: usize,
    place: impl Fn(usize, usize) -> (Term, Term),
) -> Option<Outcome> {
    // `S3Transfer` takes the same by another name.
    let further = given.named("extra_args").unwrap_or_else(|| given.take(further_at, "ExtraArgs"));
    let operation = match name {
        "upload_file" | "upload_fileobj" => {
            let (bucket, key) = place(1, 2);
            upload(bucket, key, &further)
        }
        "download_file" | "download_fileobj" => {
            let (bucket, key) = place(0, 1);
            download(bucket, key, &further)
        }
        "copy" => {
            let (bucket, key) = place(1, 2);
            copy(given.take(0, "CopySource"), bucket, key, &further)
        }
        _ => return None,
    };
    Some(done(vec![operation]))
}
