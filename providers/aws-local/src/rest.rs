//! Operations that are told apart by method and path: which one a request is most like, and its inputs outside of the body.

use crate::recognize::Members;
use crate::request::{Request, form, plain};
use crate::table::{Http, Line, Part};
use portolan_sdk::{Template, Term};

/// How much of an operation a request has: what must be there and is, then the letters of its path that are no labels. Of
/// two that fit, the one that asks for more is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Likeness {
    required: usize,
    literal: usize,
}

/// The path of a request, with the bucket in it where S3's clients write that in front of the host (S3 user guide,
/// "Virtual hosting of general purpose buckets").
pub(crate) fn path(request: &Request, signed: &str) -> String {
    let bucket = (signed == "s3").then(|| request.header("host").and_then(bucket_of)).flatten();
    match bucket {
        Some(bucket) => format!("/{bucket}{}", request.path),
        None => request.path.clone(),
    }
}

/// The bucket in front of a host: `photos.localhost:4566`, `photos.s3.eu-west-1.amazonaws.com`.
fn bucket_of(host: &str) -> Option<&str> {
    let name = host.split(':').next().unwrap_or(host);
    let ends = [".localhost", ".s3.localhost", ".s3.localhost.localstack.cloud"];
    let local = ends.iter().rev().find_map(|end| name.strip_suffix(end));
    let bucket = local.or_else(|| {
        let front = name.strip_suffix(".amazonaws.com").or_else(|| name.strip_suffix(".amazonaws.com.cn"))?;
        let at =
            front.rfind(".s3.").or_else(|| front.rfind(".s3-")).or_else(|| front.strip_suffix(".s3").map(str::len))?;
        Some(&front[..at])
    });
    bucket.filter(|bucket| *bucket != "s3")
}

/// How much a request is like an operation, and the inputs in its path; none where it is another's.
pub(crate) fn compare(line: &Line, request: &Request, path: &str) -> Option<(Likeness, Members)> {
    let http = line.http.as_ref().filter(|http| http.method == request.method)?;
    let (labels, literal) = labels(http, path)?;
    let fixed = form(http.query).collect::<Vec<_>>();
    let has = |name: &str, value: &str| {
        request.parameters().any(|(known, given)| known == name && (value.is_empty() || given == value))
    };
    if !fixed.iter().all(|(name, value)| has(name, value)) {
        return None;
    }
    let required = line.places.iter().filter(|place| place.required);
    let mut count = fixed.len();
    for place in required {
        let there = match place.part {
            Part::Query => has(place.wire, ""),
            Part::Header => request.header(&place.wire.to_ascii_lowercase()).is_some(),
            Part::Path => true,
        };
        if !there {
            return None;
        }
        count += 1;
    }
    let named = |wire: &str| {
        let place = line.places.iter().find(|place| place.part == Part::Path && place.wire == wire);
        place.and_then(|place| place.member).unwrap_or(wire).into()
    };
    let members = labels.into_iter().map(|(wire, text)| (named(wire), known(&text))).collect();
    Some((Likeness { required: count, literal }, members))
}

/// The labels of a path and what stands there, and how many letters are no labels.
fn labels<'h>(http: &'h Http, path: &str) -> Option<(Vec<(&'h str, String)>, usize)> {
    let mut labels = Vec::new();
    let mut literal = 0;
    let mut wanted = http.path.split('/').filter(|part| !part.is_empty()).peekable();
    let mut rest = path.strip_prefix('/').unwrap_or(path);
    while let Some(part) = wanted.next() {
        if let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix("+}")) {
            let behind: String = wanted.by_ref().map(|part| format!("/{part}")).collect();
            let text = rest.strip_suffix(behind.as_str())?;
            literal += behind.len();
            labels.push((name, plain(text).into_owned()));
            return (!text.is_empty()).then_some((labels, literal));
        }
        let (given, behind) = rest.split_once('/').unwrap_or((rest, ""));
        literal += segment(part, given, &mut labels)?;
        rest = behind;
    }
    rest.is_empty().then_some((labels, literal))
}

/// Compares a part of a path: letters, and at most one label. Gives how many letters are no label.
fn segment<'h>(wanted: &'h str, given: &str, labels: &mut Vec<(&'h str, String)>) -> Option<usize> {
    let Some((before, rest)) = wanted.split_once('{') else {
        return (plain(given) == wanted).then_some(wanted.len());
    };
    let (label, behind) = rest.split_once('}')?;
    let text = given.strip_prefix(before)?.strip_suffix(behind)?;
    if text.is_empty() {
        return None;
    }
    labels.push((label, plain(text).into_owned()));
    Some(before.len() + behind.len())
}

/// Adds the inputs in the query and in headers.
pub(crate) fn places(line: &Line, request: &Request, members: &mut Members) {
    for place in &line.places {
        let Some(member) = place.member else { continue };
        let text = match place.part {
            Part::Query => request.parameter(place.wire),
            Part::Header => request.header(&place.wire.to_ascii_lowercase()).map(str::to_owned),
            Part::Path => None,
        };
        members.extend(text.map(|text| (member.into(), known(&text))));
    }
}

fn known(text: &str) -> Term {
    Term::Text(Template::from_literal(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &'static str, given: &str, expected: Option<&[(&str, &str)]>) {
        let http = Http { method: "GET", path, query: "" };
        let found = labels(&http, given).map(|(labels, _)| labels);
        let expected = expected.map(|all| all.iter().map(|(name, text)| (*name, (*text).to_owned())).collect());
        assert_eq!(found, expected, "{path} {given}");
    }

    #[test]
    fn labels_take_their_part_of_a_path() {
        check("/{Bucket}", "/photos", Some(&[("Bucket", "photos")]));
        check("/{Bucket}", "/photos/", Some(&[("Bucket", "photos")]));
        check("/{Bucket}", "/photos/a", None);
        check("/{Bucket}/{Key+}", "/photos/in/a%20b.png", Some(&[("Bucket", "photos"), ("Key", "in/a b.png")]));
        check("/{Bucket}/{Key+}", "/photos/in/", Some(&[("Bucket", "photos"), ("Key", "in/")]));
        check("/{Bucket}/{Key+}", "/photos/", None);
        check("/functions/{name}/code", "/functions/arn%3Aaws/code", Some(&[("name", "arn:aws")]));
        check("/a/{rest+}/end", "/a/b/c/end", Some(&[("rest", "b/c")]));
        check("/model/{id}.json", "/model/x.json", Some(&[("id", "x")]));
        check("/", "/", Some(&[]));
        check("/", "/a", None);
    }

    #[test]
    fn a_bucket_may_stand_in_front_of_the_host() {
        assert_eq!(bucket_of("photos.localhost:4566"), Some("photos"));
        assert_eq!(bucket_of("my.photos.s3.eu-west-1.amazonaws.com"), Some("my.photos"));
        assert_eq!(bucket_of("photos.s3.amazonaws.com"), Some("photos"));
        assert_eq!(bucket_of("photos.s3-eu-west-1.amazonaws.com"), Some("photos"));
        for host in ["127.0.0.1:4566", "localhost", "s3.localhost", "s3.eu-west-1.amazonaws.com"] {
            assert_eq!(bucket_of(host), None, "{host}");
        }
    }
}
