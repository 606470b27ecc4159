//! Helpers of S3: the transfer utility, and what asks whether a bucket exists.

use super::names::{bare, given, last, member, told, values};
use crate::aws::transfer;
use crate::libraries::given::{asked, done, plain, record, value};
use crate::{Argument, Library, Object, Outcome, Term};

/// `csharp.transfer` moves files.
pub struct Store;

const TRANSFER: &str = "csharp.transfer";

impl Library for Store {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        if last(symbol) == "TransferUtility" {
            return Some(value(plain(TRANSFER)));
        }
        let (class, method) = member(symbol)?;
        if class != "AmazonS3Util" {
            return None;
        }
        let bucket = record([("Bucket", given(arguments, 1, "bucketName"))]);
        match bare(method) {
            // It asks for the bucket's list of access.
            "DoesS3BucketExistV2" => Some(done(asked("s3", "GetBucketAcl", &bucket))),
            "DoesS3BucketExist" => Some(done(asked("s3", "HeadBucket", &bucket))),
            "DeleteS3BucketWithObjects" => {
                let each = ["ListObjectVersions", "DeleteObjects", "DeleteBucket"];
                Some(done(each.iter().flat_map(|operation| asked("s3", operation, &bucket)).collect()))
            }
            _ => None,
        }
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        (object.class == TRANSFER).then(|| moved(bare(name), &values(arguments)))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        matches!(last(symbol), "TransferUtility" | "ITransferUtility")
            .then(|| Object { class: TRANSFER.into(), facts: Default::default() })
    }
}

fn moved(method: &str, arguments: &[Argument]) -> Outcome {
    let (bucket, key) = (named(arguments, "BucketName"), named(arguments, "Key"));
    let at = |position| given(arguments, position, "");
    let (bucket, key) = match (bucket, method) {
        (Term::Unknown, "Upload" | "UploadDirectory") => (at(1), at(2)),
        (Term::Unknown, "Download") => (at(1), at(2)),
        (Term::Unknown, _) => (at(0), at(1)),
        (bucket, _) => (bucket, key),
    };
    match method {
        "Upload" | "UploadWithResponse" => done(vec![transfer::upload(bucket, key, &access(arguments))]),
        "UploadDirectory" | "UploadDirectoryWithResponse" => {
            done(vec![transfer::upload(bucket, Term::Unknown, &access(arguments))])
        }
        "Download" | "OpenStream" | "OpenStreamWithResponse" | "DownloadWithResponse" => {
            done(vec![transfer::download(bucket, key, &Term::Unknown)])
        }
        "DownloadDirectory" | "DownloadDirectoryWithResponse" => {
            let mut operations = asked("s3", "ListObjectsV2", &record([("Bucket", bucket.clone())]));
            operations.push(transfer::download(bucket, Term::Unknown, &Term::Unknown));
            done(operations)
        }
        "AbortMultipartUploads" => {
            let bucket = record([("Bucket", bucket)]);
            let each = ["ListMultipartUploads", "AbortMultipartUpload"];
            done(each.iter().flat_map(|operation| asked("s3", operation, &bucket)).collect())
        }
        _ => Outcome::default(),
    }
}

/// A member of a request.
fn named(arguments: &[Argument], name: &str) -> Term {
    told(arguments, name)
}

/// Who may see what is uploaded, where that is said.
fn access(arguments: &[Argument]) -> Term {
    let said = arguments.iter().any(|argument| {
        argument
            .term
            .each()
            .iter()
            .any(|term| matches!(term, Term::Record(members) if members.contains_key("CannedACL")))
    });
    if said { record([("ACL", Term::Unknown)]) } else { Term::Unknown }
}
