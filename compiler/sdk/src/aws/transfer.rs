//! Transfers: what SDKs' helpers that move whole files perform, in every language.
//!
//! A large file goes up in parts, which needs nothing beyond `s3:PutObject`. Giving up half way would need
//! `s3:AbortMultipartUpload`; a helper that may not do so leaves the parts to the bucket's lifecycle, and the upload has
//! failed anyway. So it is not among what is needed.

use crate::aws::{Service, perform};
use crate::{Operation, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// An upload, with the further inputs of `PutObject`.
#[must_use]
pub fn upload(bucket: Term, key: Term, further: &Term) -> Operation {
    of_s3("PutObject", [("Bucket", bucket), ("Key", key)], further)
}

/// A download, with the further inputs of `GetObject`. Helpers look at the object first, which needs the same permission.
#[must_use]
pub fn download(bucket: Term, key: Term, further: &Term) -> Operation {
    of_s3("GetObject", [("Bucket", bucket), ("Key", key)], further)
}

/// A copy, with the further inputs of `CopyObject`. Helpers look at the source first, which needs what reading it does.
#[must_use]
pub fn copy(source: Term, bucket: Term, key: Term, further: &Term) -> Operation {
    of_s3("CopyObject", [("CopySource", source), ("Bucket", bucket), ("Key", key)], further)
}

fn of_s3<const COUNT: usize>(operation: &str, inputs: [(&str, Term); COUNT], further: &Term) -> Operation {
    let service = Service::by_id("s3").expect("S3 is in the table: a test finds it");
    let mut performed = perform(service, operation, further);
    let own: BTreeMap<SmolStr, Term> = inputs.into_iter().map(|(name, term)| (name.into(), term)).collect();
    performed.input.extend(own);
    performed
}
