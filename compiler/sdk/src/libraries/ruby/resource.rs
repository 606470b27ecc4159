//! Resource objects: buckets, objects, tables, queues, topics. AWS generates them from what it generates boto3's from, so boto3's
//! description serves; what Ruby adds by hand is here.

use super::aws::{done, object, record, service, value};
use crate::aws::transfer::{copy, download, upload};
use crate::aws::{Service, perform};
use crate::libraries::python::Boto3;
use crate::{Argument, Library, Object, Operation, Outcome, Piece, Template, Term};
use smol_str::{SmolStr, format_smolstr};
use std::collections::BTreeMap;

/// The resource objects of the AWS SDK for Ruby.
pub struct Resources;

impl Library for Resources {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (module, kind) = symbol.strip_prefix("Aws.")?.strip_suffix(".new")?.split_once('.')?;
        let service = service(module)?;
        let root = described(service.id());
        match kind {
            "Resource" => Some(value(Term::Object(root))),
            _ => Boto3.method(&root, kind, &spread(arguments)),
        }
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (form, of) = object.class.strip_prefix("boto3.")?.split_once(':')?;
        match form {
            "collection" => collection(object, name, arguments),
            "resource" => resource(object, of, name, arguments),
            _ => None,
        }
    }

    fn member(&self, object: &Object, name: &str) -> Option<Term> {
        if name == "[]" { Boto3.member(object, name) } else { None }
    }
}

/// The service itself, as boto3's description has it.
fn described(of: &str) -> Object {
    Object { class: format_smolstr!("boto3.resource:{of}"), facts: BTreeMap::new() }
}

/// Arguments, with the members of a record of options beside them.
fn spread(arguments: &[Argument]) -> Vec<Argument> {
    let plain = arguments
        .iter()
        .filter(|argument| argument.name.is_none() && !matches!(argument.term, Term::Record(_) | Term::Function))
        .cloned();
    let Term::Record(named) = record(arguments) else { return plain.collect() };
    plain.chain(named.into_iter().map(|(name, term)| Argument { name: Some(name), term })).collect()
}

fn resource(object: &Object, of: &str, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    if let Some(outcome) = by_hand(object, of, name, arguments) {
        return Some(outcome);
    }
    let given = spread(arguments);
    if let Some(outcome) = Boto3.method(object, name, &given) {
        return Some(outcome);
    }
    if let Some(Term::Object(held)) = Boto3.member(object, name) {
        return Boto3.method(&held, "filter", &given);
    }
    let operations = Boto3.read(object, name);
    let known = Boto3.member(object, name).unwrap_or_default();
    Some(Outcome { value: known, operations, ..Outcome::default() })
}

/// What Ruby adds ("Aws::S3::Object", "Aws::S3::Bucket" in the API reference).
fn by_hand(resource: &Object, of: &str, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let service = of.split('.').next().unwrap_or_default();
    match (of, name) {
        (_, "client") => Some(value(object("client", service, BTreeMap::new()))),
        ("s3.Object" | "s3.ObjectSummary", _) => of_object(&resource.facts, name, arguments),
        ("s3.Bucket", _) => of_bucket(resource, name, arguments),
        _ => None,
    }
}

fn of_object(facts: &BTreeMap<SmolStr, Term>, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let fact = |name: &str| facts.get(name).cloned().unwrap_or_default();
    let (bucket, key) = (fact("BucketName"), fact("Key"));
    let further = record(arguments);
    let first = match arguments.first() {
        Some(named) if named.name.is_some() => further.clone(),
        Some(plain) => plain.term.clone(),
        None => Term::Unknown,
    };
    let plain = |operation: &str| s3(operation, &bucket, &key);
    let operations = match name {
        "upload_file" | "upload_stream" | "presigned_post" => vec![upload(bucket.clone(), key.clone(), &further)],
        "download_file" => vec![download(bucket.clone(), key.clone(), &further)],
        "exists?" => vec![plain("HeadObject")],
        "presigned_url" | "presigned_request" => vec![plain(signed(&first))],
        "copy_from" if arguments.iter().any(|argument| argument.name.as_deref() == Some("copy_source")) => return None,
        "copy_from" => vec![copy(place(&first), bucket.clone(), key.clone(), &further)],
        "copy_to" | "move_to" => {
            let source = slashed(&bucket, &key);
            let (to, at) = halves(&first);
            let mut operations = vec![copy(source, to, at, &Term::Unknown)];
            operations.extend((name == "move_to").then(|| plain("DeleteObject")));
            operations
        }
        "public_url" | "key" | "bucket_name" => return value_of(name, &bucket, &key),
        _ => return None,
    };
    let signs = name.starts_with("presigned_url");
    let text = if signs { Term::Text(Template(vec![Piece::Hole])) } else { Term::Unknown };
    Some(Outcome { value: text, ..done(operations) })
}

fn value_of(name: &str, bucket: &Term, key: &Term) -> Option<Outcome> {
    Some(value(match name {
        "key" => key.clone(),
        "bucket_name" => bucket.clone(),
        _ => Term::Text(Template(vec![Piece::Hole])),
    }))
}

/// The operation of a presigned request: `:get`, `:put`, `:head`, `:delete`.
fn signed(verb: &Term) -> &'static str {
    match verb.literal() {
        Some("put") => "PutObject",
        Some("head") => "HeadObject",
        Some("delete") => "DeleteObject",
        _ => "GetObject",
    }
}

fn s3(operation: &str, bucket: &Term, key: &Term) -> Operation {
    let input = BTreeMap::from([("Bucket".into(), bucket.clone()), ("Key".into(), key.clone())]);
    let service = Service::by_id("s3").expect("S3 is in the table: a test finds it");
    perform(service, operation, &Term::Record(input))
}

/// The place that a copy names: `"bucket/key"`, `bucket: …, key: …`, another object.
fn place(term: &Term) -> Term {
    match term {
        Term::Object(object) => {
            let fact = |name: &str| object.facts.get(name).cloned().unwrap_or_default();
            slashed(&fact("BucketName"), &fact("Key"))
        }
        Term::Record(members) => {
            let member = |name: &str| members.get(name).cloned().unwrap_or_default();
            slashed(&member("bucket"), &member("key"))
        }
        other => other.clone(),
    }
}

/// Bucket and key of what is copied to.
fn halves(term: &Term) -> (Term, Term) {
    match term {
        Term::Object(object) => {
            let fact = |name: &str| object.facts.get(name).cloned().unwrap_or_default();
            (fact("BucketName"), fact("Key"))
        }
        Term::Record(members) => {
            let member = |name: &str| members.get(name).cloned().unwrap_or_default();
            (member("bucket"), member("key"))
        }
        Term::Text(template) => cut(template),
        _ => (Term::Unknown, Term::Unknown),
    }
}

/// `bucket/key`, at the first slash.
fn cut(template: &Template) -> (Term, Term) {
    let (mut before, mut behind) = (Vec::new(), None::<Vec<Piece>>);
    for piece in &template.0 {
        match (&mut behind, piece) {
            (Some(behind), piece) => behind.push(piece.clone()),
            (None, Piece::Literal(text)) => match text.split_once('/') {
                Some((left, right)) => {
                    before.push(Piece::Literal(left.into()));
                    behind = Some(vec![Piece::Literal(right.into())]);
                }
                None => before.push(piece.clone()),
            },
            (None, piece) => before.push(piece.clone()),
        }
    }
    let text = |mut pieces: Vec<Piece>| {
        pieces.retain(|piece| !matches!(piece, Piece::Literal(text) if text.is_empty()));
        Term::Text(Template(pieces))
    };
    (text(before), behind.map(text).unwrap_or_default())
}

fn slashed(bucket: &Term, key: &Term) -> Term {
    let pieces = |term: &Term| match term {
        Term::Text(template) => template.0.clone(),
        _ => vec![Piece::Hole],
    };
    let mut all = pieces(bucket);
    all.push(Piece::Literal("/".into()));
    all.extend(pieces(key));
    Term::Text(Template(all))
}

fn of_bucket(bucket: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let known = bucket.facts.get("Name").cloned().unwrap_or_default();
    match name {
        "exists?" => Some(done(vec![s3("HeadBucket", &known, &Term::Unknown)])),
        "clear!" => {
            Some(done(vec![s3("ListObjects", &known, &Term::Unknown), s3("DeleteObjects", &known, &Term::Unknown)]))
        }
        "delete!" => {
            let operations = ["ListObjects", "DeleteObjects", "DeleteBucket"];
            Some(done(operations.map(|operation| s3(operation, &known, &Term::Unknown)).to_vec()))
        }
        "presigned_post" => {
            let key = record(arguments).member("key");
            Some(done(vec![upload(known, key, &Term::Unknown)]))
        }
        "upload_file" | "upload_fileobj" | "download_file" | "download_fileobj" | "copy" => Some(Outcome::default()),
        "name" => Some(value(known)),
        _ => None,
    }
}

/// A collection was listed when it was asked for. Its elements come with what iterates over them.
fn collection(object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let element = || Boto3.member(object, "[]").unwrap_or_default();
    match name {
        "batch_delete!" | "delete" | "batch_action" => {
            let mut outcome = Boto3.method(object, "delete", &spread(arguments))?;
            outcome.operations.drain(..outcome.operations.len().saturating_sub(1));
            Some(outcome)
        }
        "first" | "last" | "find" | "detect" | "max_by" | "min_by" | "sample" => Some(value(element())),
        "limit" | "each" | "select" | "reject" | "filter" | "lazy" | "to_a" | "sort_by" | "sort" | "take"
        | "reverse" | "each_with_index" | "batches" | "page_size" | "entries" | "reverse_each" => {
            Some(Outcome { handed: vec![element()], ..value(Term::Object(object.clone())) })
        }
        "map" | "flat_map" | "collect" | "each_with_object" | "sum" | "any?" | "all?" | "group_by" => {
            Some(Outcome { handed: vec![element()], ..Outcome::default() })
        }
        _ => Some(Outcome::default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(literal: &str) -> Argument {
        Argument { name: None, term: Term::Text(Template::from_literal(literal)) }
    }

    fn called(symbol: &str, arguments: &[Argument]) -> Object {
        of(Resources.call(symbol, arguments).unwrap())
    }

    fn of(outcome: Outcome) -> Object {
        match outcome.value {
            Term::Object(object) => object,
            other => panic!("{other:?}"),
        }
    }

    fn names(object: &Object, method: &str, arguments: &[Argument]) -> Vec<SmolStr> {
        let outcome = Resources.method(object, method, arguments).unwrap();
        outcome.operations.into_iter().map(|operation| operation.name).collect()
    }

    #[test]
    fn objects_are_made_by_name_and_from_each_other() {
        let bucket = of(Resources.method(&called("Aws.S3.Resource.new", &[]), "bucket", &[text("b")]).unwrap());
        assert_eq!(bucket.facts["Name"].literal(), Some("b"));
        let object = of(Resources.method(&bucket, "object", &[text("k")]).unwrap());
        assert_eq!((object.facts["BucketName"].literal(), object.facts["Key"].literal()), (Some("b"), Some("k")));
        assert_eq!(called("Aws.DynamoDB.Table.new", &[text("t")]).facts["Name"].literal(), Some("t"));
        assert_eq!(names(&object, "upload_file", &[text("/tmp/x")]), ["PutObject"]);
        assert_eq!(names(&object, "move_to", &[text("c/d")]), ["CopyObject", "DeleteObject"]);
        assert_eq!(names(&object, "content_length", &[]), ["HeadObject"]);
        assert_eq!(names(&object, "presigned_url", &[text("put")]), ["PutObject"]);
    }

    #[test]
    fn collections_are_listed_once() {
        let bucket = called("Aws.S3.Bucket.new", &[text("b")]);
        let listed = Resources.method(&bucket, "objects", &[]).unwrap();
        assert_eq!(listed.operations.len(), 1);
        let collection = of(listed);
        assert_eq!(names(&collection, "each", &[]), Vec::<SmolStr>::new());
        assert_eq!(names(&collection, "batch_delete!", &[]), ["DeleteObjects"]);
        assert!(Resources.member(&collection, "[]").is_some());
    }

    #[test]
    fn a_place_is_cut_at_its_first_slash() {
        let (bucket, key) = cut(&Template::from_literal("b/a/b"));
        assert_eq!((bucket.literal(), key.literal()), (Some("b"), Some("a/b")));
    }

    #[test]
    fn clients_come_from_resources() {
        let bucket = called("Aws.S3.Bucket.new", &[text("b")]);
        assert_eq!(of(Resources.method(&bucket, "client", &[]).unwrap()).class, "ruby.client:s3");
    }
}
