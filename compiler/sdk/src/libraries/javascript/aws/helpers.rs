//! Packages beside the clients of the third generation: uploads, presigned requests, credentials, tokens.

use super::{assumed, v3};
use crate::aws::{signed, transfer};
use crate::libraries::javascript::given::{asked, at, done, member, object, unresolved, value};
use crate::{Argument, Library, Object, Outcome, Term};
use std::collections::BTreeMap;

/// `@aws-sdk/lib-storage`, `@aws-sdk/s3-request-presigner` and their like.
pub struct Helpers;

const UPLOAD: &str = "aws.v3.upload";
const SIGNER: &str = "aws.v3.token-signer";

impl Library for Helpers {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (package, name) = symbol.strip_prefix("@aws-sdk/")?.split_once('.')?;
        match (package, name) {
            ("lib-storage", "Upload") => Some(upload(&member(&at(arguments, 0), "params"))),
            ("s3-request-presigner", "getSignedUrl") => Some(presigned(&at(arguments, 1))),
            ("s3-presigned-post", "createPresignedPost") => Some(posted(&at(arguments, 1))),
            ("polly-request-presigner", "getSynthesizeSpeechUrl") => {
                Some(done(asked("polly", &["SynthesizeSpeech"], &member(&at(arguments, 0), "params"))))
            }
            ("credential-providers" | "credential-provider-sts", "fromTemporaryCredentials") => {
                let operations = asked("sts", &["AssumeRole"], &member(&at(arguments, 0), "params"));
                Some(Outcome { operations, value: assumed(), ..Outcome::default() })
            }
            (
                "credential-providers" | "credential-provider-cognito-identity",
                "fromCognitoIdentity" | "fromCognitoIdentityPool" | "fromWebToken",
            ) => Some(value(assumed())),
            ("rds-signer", "Signer") | ("dsql-signer", "DsqlSigner") => Some(value(signer(package, &at(arguments, 0)))),
            _ => None,
        }
    }

    fn method(&self, of: &Object, name: &str, _arguments: &[Argument]) -> Option<Outcome> {
        match (of.class.as_str(), name) {
            (UPLOAD, "done") => {
                let given = |name: &str| of.facts.get(name).cloned().unwrap_or_default();
                Some(done(vec![transfer::upload(given("Bucket"), given("Key"), &Term::Unknown)]))
            }
            (SIGNER, "getAuthToken") => Some(done(vec![signed("rds-db", &database(of))])),
            (SIGNER, "getDbConnectAuthToken") => Some(done(vec![signed("dsql", &Term::Unknown)])),
            (SIGNER, "getDbConnectAdminAuthToken") => Some(done(vec![signed("dsql-admin", &Term::Unknown)])),
            _ => None,
        }
    }
}

fn upload(params: &Term) -> Outcome {
    let facts = [("Bucket".into(), member(params, "Bucket")), ("Key".into(), member(params, "Key"))];
    value(object(UPLOAD, facts.into()))
}

/// Who signs a request gives away what they may do themselves.
fn presigned(command: &Term) -> Outcome {
    let operations: Vec<_> = command.each().iter().filter_map(v3::operation).collect();
    match operations.is_empty() {
        true => unresolved("it is not known which command is signed"),
        false => done(operations),
    }
}

fn posted(options: &Term) -> Outcome {
    done(vec![transfer::upload(member(options, "Bucket"), member(options, "Key"), &Term::Unknown)])
}

fn signer(package: &str, options: &Term) -> Term {
    let facts = ["hostname", "username"].map(|name| (name.into(), member(options, name)));
    let mut facts = BTreeMap::from(facts);
    facts.insert("package".into(), super::super::given::text(package));
    object(SIGNER, facts)
}

fn database(of: &Object) -> Term {
    let given = |name: &str| of.facts.get(name).cloned().unwrap_or_default();
    Term::Record(BTreeMap::from([("DBHostname".into(), given("hostname")), ("DBUsername".into(), given("username"))]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libraries::javascript::given::{record, text};

    #[test]
    fn an_upload_is_done_when_it_is_asked_to() {
        let params = record([("params", record([("Bucket", text("photos"))]))]);
        let made = Helpers.call("@aws-sdk/lib-storage.Upload", &[Argument { name: None, term: params }]).unwrap();
        assert!(made.operations.is_empty());
        let Term::Object(upload) = made.value else { panic!("no upload") };
        let done = Helpers.method(&upload, "done", &[]).unwrap();
        assert_eq!(
            (done.operations[0].name.as_str(), &done.operations[0].input["Bucket"]),
            ("PutObject", &text("photos"))
        );
    }

    #[test]
    fn a_presigned_request_is_of_a_command() {
        assert!(Helpers.call("@aws-sdk/s3-request-presigner.getSignedUrl", &[]).unwrap().unresolved.is_some());
        assert!(Helpers.call("@aws-sdk/credential-providers.fromIni", &[]).is_none());
    }
}
