//! Packages that read and write objects of S3 and of Cloud Storage as files: pandas, s3fs, smart_open.

use super::given::Given;
use crate::aws::{Service, location, perform, transfer};
use crate::gcp;
use crate::surface::parts_of_address;
use crate::{Argument, Library, Object, Operation, Outcome, Piece, Template, Term};
use std::collections::BTreeMap;

/// Files in buckets.
pub struct Files;

pub(super) const FRAME: &str = "files.frame";
const SYSTEM: &str = "files.system";

impl Library for Files {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let given = Given(arguments);
        let (package, name) = symbol.rsplit_once('.')?;
        match package {
            "pandas" | "polars" => frames(name, given),
            "smart_open" | "smart_open.smart_open_lib" => {
                (name == "open" || name == "smart_open").then(|| opened(&given.take(0, "uri"), &given.take(1, "mode")))
            }
            "s3fs" | "s3fs.core" => (name == "S3FileSystem").then(|| value(object(SYSTEM))),
            "pandas_gbq" if name == "read_gbq" => Some(done(queried(given.take(0, "query_or_table")))),
            "pandas_gbq" if name == "to_gbq" => Some(done(filled(&given.take(1, "destination_table")))),
            _ => None,
        }
    }

    fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let given = Given(arguments);
        match object.class.as_str() {
            FRAME => Some(of_frame(object, name, given)),
            SYSTEM => of_system(name, given),
            _ => None,
        }
    }

    fn member(&self, object: &Object, _name: &str) -> Option<Term> {
        (object.class == FRAME).then(|| Term::Object(object.clone()))
    }

    fn instance(&self, symbol: &str) -> Option<Object> {
        let class = match symbol {
            "pandas.DataFrame" | "polars.DataFrame" => FRAME,
            "s3fs.S3FileSystem" => SYSTEM,
            _ => return None,
        };
        Some(Object { class: class.into(), facts: BTreeMap::new() })
    }
}

/// `pandas.read_csv("s3://bucket/key")`; frames that are put together.
fn frames(name: &str, given: Given<'_>) -> Option<Outcome> {
    let frame = value(object(FRAME));
    if name.starts_with("read_") || name.starts_with("scan_") {
        let path = given.0.first().map(|argument| argument.term.clone()).unwrap_or_default();
        let operations = if name == "read_gbq" { queried(path) } else { read(&path) };
        return Some(Outcome { operations, ..frame });
    }
    matches!(name, "DataFrame" | "concat" | "merge" | "json_normalize" | "pivot_table" | "melt").then_some(frame)
}

/// A method of a frame gives a frame, or writes it.
fn of_frame(frame: &Object, name: &str, given: Given<'_>) -> Outcome {
    let writes = ["to_", "write_", "sink_"].iter().any(|start| name.starts_with(start));
    let path = given.0.first().map(|argument| argument.term.clone()).unwrap_or_default();
    match writes {
        true if name == "to_gbq" => done(filled(&path)),
        true => done(written(&path)),
        false => value(Term::Object(frame.clone())),
    }
}

/// `open(path, mode)`.
fn opened(path: &Term, mode: &Term) -> Outcome {
    let writes = mode.literal().is_some_and(|mode| mode.contains(['w', 'a', 'x']));
    done(if writes { written(path) } else { read(path) })
}

/// A method of a file system; its paths need no `s3://`.
fn of_system(name: &str, given: Given<'_>) -> Option<Outcome> {
    let first = bare(&given.take(0, "path"));
    let operations = match name {
        "open" => return Some(opened(&first, &given.take(1, "mode"))),
        "cat" | "cat_file" | "get" | "get_file" | "download" | "read_text" | "read_bytes" | "head" | "tail" => {
            read(&first)
        }
        "put" | "put_file" | "upload" => written(&bare(&given.take(1, "rpath"))),
        "pipe" | "pipe_file" | "touch" | "write_text" | "write_bytes" => written(&first),
        "ls" | "find" | "glob" | "walk" | "du" => of_bucket("ListObjectsV2", &first),
        "exists" | "info" | "isfile" | "size" => {
            read(&first).into_iter().chain(of_bucket("ListObjectsV2", &first)).collect()
        }
        "rm" | "rm_file" | "delete" => of_object("DeleteObject", &first),
        _ => return None,
    };
    Some(done(operations))
}

pub(super) fn read(path: &Term) -> Vec<Operation> {
    let of_s3 = places(path).into_iter().map(|(bucket, key)| transfer::download(bucket, key, &Term::Unknown));
    of_s3.chain(of_google("objects.get", path)).collect()
}

pub(super) fn written(path: &Term) -> Vec<Operation> {
    let of_s3 = places(path).into_iter().map(|(bucket, key)| transfer::upload(bucket, key, &Term::Unknown));
    of_s3.chain(of_google("objects.insert", path)).collect()
}

/// An operation on each object that a path may be the address of, `gs://bucket/object`.
fn of_google(operation: &'static str, path: &Term) -> impl Iterator<Item = Operation> {
    let parts = path.each().iter().filter_map(|term| match term {
        Term::Text(template) => Some(parts_of_address(template)).filter(|parts| !parts.is_empty()),
        _ => None,
    });
    parts.map(|parts| gcp::perform("storage", operation, parts.into_iter().collect())).collect::<Vec<_>>().into_iter()
}

/// A query of BigQuery.
fn queried(query: Term) -> Vec<Operation> {
    vec![gcp::perform("bigquery", "jobs.query", BTreeMap::from([("query".into(), query)]))]
}

/// A frame becomes a table of BigQuery, which is made when it is missing.
fn filled(table: &Term) -> Vec<Operation> {
    let input = BTreeMap::from([("table".into(), table.clone())]);
    let names = ["jobs.insert", "tables.get", "tables.insert", "tables.updateData"];
    names.iter().map(|name| gcp::perform("bigquery", name, input.clone())).collect()
}

pub(super) fn of_bucket(operation: &str, path: &Term) -> Vec<Operation> {
    of_s3(operation, places(path).into_iter().map(|(bucket, _)| vec![("Bucket", bucket)]))
}

pub(super) fn of_object(operation: &str, path: &Term) -> Vec<Operation> {
    of_s3(operation, places(path).into_iter().map(|(bucket, key)| vec![("Bucket", bucket), ("Key", key)]))
}

fn of_s3(operation: &str, inputs: impl Iterator<Item = Vec<(&'static str, Term)>>) -> Vec<Operation> {
    let Some(service) = Service::by_id("s3") else { return Vec::new() };
    let record = |input: Vec<(&str, Term)>| input.into_iter().map(|(name, term)| (name.into(), term)).collect();
    inputs.map(|input| perform(service, operation, &Term::Record(record(input)))).collect()
}

/// The buckets and keys of what may be addresses of objects; a path of the disk is none.
fn places(path: &Term) -> Vec<(Term, Term)> {
    let templates = path.each().iter().filter_map(|term| match term {
        Term::Text(template) if is_address(template) => Some(template),
        _ => None,
    });
    let place = |template: &Template| {
        let bucket = location::bucket(template)?;
        let key = location::key(template).unwrap_or_default();
        Some((Term::Text(bucket), Term::Text(key)))
    };
    templates.filter_map(place).collect()
}

/// A path of a file system as an address.
pub(super) fn bare(path: &Term) -> Term {
    match path {
        Term::Text(template) if !is_address(template) => {
            let mut pieces = template.0.clone();
            match pieces.first_mut() {
                Some(Piece::Literal(first)) => *first = format!("s3://{first}").into(),
                _ => pieces.insert(0, Piece::Literal("s3://".into())),
            }
            Term::Text(Template(pieces))
        }
        Term::Text(_) => path.clone(),
        // Whatever it is, it lies in a bucket.
        _ => Term::Text(Template(vec![Piece::Literal("s3://".into()), Piece::Hole])),
    }
}

fn is_address(path: &Template) -> bool {
    let schemes = ["s3://", "s3a://", "s3n://"];
    matches!(path.0.first(), Some(Piece::Literal(first)) if schemes.iter().any(|scheme| first.starts_with(scheme)))
}

pub(super) fn object(class: &str) -> Term {
    Term::Object(Object { class: class.into(), facts: BTreeMap::new() })
}

fn value(value: Term) -> Outcome {
    Outcome { value, ..Outcome::default() }
}

pub(super) fn done(operations: Vec<Operation>) -> Outcome {
    Outcome { operations, ..Outcome::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(literal: &str) -> Argument {
        Argument { name: None, term: Term::Text(Template::from_literal(literal)) }
    }

    #[test]
    fn a_path_of_the_disk_needs_nothing() {
        let read = Files.call("pandas.read_csv", &[text("/tmp/a.csv")]).unwrap();
        assert!(read.operations.is_empty());
        let read = Files.call("pandas.read_csv", &[text("s3://in/a.csv")]).unwrap();
        assert_eq!(read.operations[0].name, "GetObject");
    }

    #[test]
    fn a_file_system_takes_paths_without_a_scheme() {
        let system = Files.instance("s3fs.S3FileSystem").unwrap();
        let listed = Files.method(&system, "ls", &[text("in/a")]).unwrap();
        assert_eq!(listed.operations[0].input["Bucket"], Term::Text(Template::from_literal("in")));
    }
}
