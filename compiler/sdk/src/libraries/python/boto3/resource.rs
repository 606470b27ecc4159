//! Resource objects: tables, buckets, queues, their collections and what is written by hand beside them.

use super::client::done;
use super::description::{Kind, Method, Pair, Returns, Sort, Source, kind};
use super::{made, transfer, value};
use crate::aws::{Service, key_of, perform, spelling};
use crate::libraries::python::given::Given;
use crate::{Operation, Outcome, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// The fact that an object's data came with it.
const LOADED: &str = "+loaded";

type Facts = BTreeMap<SmolStr, Term>;

/// A method of a resource: `s3` is the service itself, `s3.Bucket` a kind.
pub fn method(of: &str, facts: &Facts, name: &str, given: Given<'_>) -> Option<Outcome> {
    let (service, kind_name) = of.split_once('.').unwrap_or((of, "-"));
    let kind = kind(service, kind_name)?;
    let found = by_hand(of, facts, name, given);
    found.or_else(|| described(Service::by_id(service)?, kind, facts, name, given))
}

/// What boto3 adds to what it generates ("Customization reference").
fn by_hand(of: &str, facts: &Facts, name: &str, given: Given<'_>) -> Option<Outcome> {
    let plain = |service: &str, operation: &str, input: Term| {
        Some(done(vec![perform(Service::by_id(service)?, operation, &input)]))
    };
    match (of, name) {
        ("dynamodb.Table", "batch_writer") => Some(value(made("batch", "dynamodb", facts.clone()))),
        ("s3.Bucket", "load" | "reload") => plain("s3", "ListBuckets", Term::Unknown),
        ("s3.ObjectSummary", "load" | "reload") => {
            let input =
                [("Bucket", "BucketName"), ("Key", "Key")].map(|(input, fact)| (input.into(), fact_of(facts, fact)));
            plain("s3", "HeadObject", Term::Record(input.into()))
        }
        ("s3.Bucket", _) => transfer::of_bucket(&fact_of(facts, "Name"), name, given),
        ("s3.Object", _) => transfer::of_object(facts, name, given),
        (_, "create_tags") if of.starts_with("ec2.") => plain("ec2", "CreateTags", given.record()),
        (_, "delete_tags") if of.starts_with("ec2.") => plain("ec2", "DeleteTags", given.record()),
        (_, "get_available_subresources") => Some(Outcome::default()),
        _ => None,
    }
}

fn described(service: &Service, kind: &Kind, facts: &Facts, name: &str, given: Given<'_>) -> Option<Outcome> {
    let wanted = match name {
        "reload" => "load",
        _ => name.strip_prefix("wait_until_").unwrap_or(name),
    };
    let waits = wanted != name && name != "reload";
    let fits = |method: &&Method| match method.sort {
        Sort::Waiter => waits,
        Sort::Action | Sort::Load | Sort::Other => !waits,
        Sort::Collection | Sort::Batch => false,
    };
    let method = kind.methods.iter().filter(fits).find(|method| spelling::same(method.name, wanted))?;
    let operation = (!method.operation.is_empty()).then(|| asked(service, method, facts, given));
    let input = operation.as_ref().map(|operation| operation.input.clone()).unwrap_or_default();
    let value = method.returns.as_ref().map(|returns| returned(service, returns, facts, &input, given));
    Some(Outcome {
        operations: operation.into_iter().collect(),
        value: value.unwrap_or_default(),
        ..Outcome::default()
    })
}

/// The operation of a method, with what the object knows and what the call says.
fn asked(service: &Service, method: &Method, facts: &Facts, given: Given<'_>) -> Operation {
    let mut operation = perform(service, method.operation, &given.record());
    for (target, source) in &method.inputs {
        let term = match source {
            Source::Identifier(name) => fact_of(facts, name),
            Source::Text(text) => Term::Text(Template::from_literal(text)),
            Source::Input(_) | Source::Argument | Source::Answer => Term::Unknown,
        };
        place(&mut operation.input, target, term);
    }
    operation
}

/// Puts a term where a target says: `TableName`, `Delete.Objects[].Key`, `Filters[0].Name`.
fn place(record: &mut Facts, target: &str, term: Term) {
    let Some((first, rest)) = target.split_once('.') else {
        record.insert(target.split('[').next().unwrap_or_default().into(), term);
        return;
    };
    let (name, listed) = first.split_once('[').map_or((first, false), |(name, _)| (name, true));
    let mut inner = match record.remove(name) {
        Some(Term::Record(members)) => members,
        Some(Term::List(elements)) => match elements.into_iter().next() {
            Some(Term::Record(members)) => members,
            _ => Facts::new(),
        },
        _ => Facts::new(),
    };
    place(&mut inner, rest, term);
    let inner = Term::Record(inner);
    record.insert(name.into(), if listed { Term::List(vec![inner]) } else { inner });
}

fn returned(service: &Service, returns: &Returns, facts: &Facts, input: &Facts, given: Given<'_>) -> Term {
    let mut position = 0;
    let mut known = Facts::new();
    for (target, source) in &returns.identifiers {
        let term = identifier(returns.kind, (target, *source), facts, input, given, &mut position);
        known.insert((*target).into(), term);
    }
    if returns.loaded {
        known.insert(LOADED.into(), Term::Unknown);
    }
    let object = made("resource", &format!("{}.{}", service.id(), returns.kind), known);
    if returns.several { Term::List(vec![object]) } else { object }
}

fn identifier(
    kind: &str,
    (target, source): Pair,
    facts: &Facts,
    input: &Facts,
    given: Given<'_>,
    position: &mut usize,
) -> Term {
    match source {
        Source::Identifier(name) => fact_of(facts, name),
        Source::Text(text) => Term::Text(Template::from_literal(text)),
        Source::Input(name) => fact_of(input, name),
        Source::Argument => {
            *position += 1;
            let spelled: String = spelled(target);
            given.named(&spelled).or_else(|| given.at(*position - 1)).unwrap_or_default()
        }
        // what was asked for by name is known by that name
        Source::Answer => {
            let name = format!("{kind}Name");
            input.get(name.as_str()).or_else(|| input.get("Name")).cloned().unwrap_or_default()
        }
    }
}

/// `BucketName` as an argument is `bucket_name`.
fn spelled(target: &str) -> String {
    let mut spelled = String::new();
    for (at, letter) in target.char_indices() {
        if letter.is_ascii_uppercase() && at > 0 {
            spelled.push('_');
        }
        spelled.push(letter.to_ascii_lowercase());
    }
    spelled
}

/// A member of a resource: an identifier, a collection, another object.
pub fn member(of: &str, facts: &Facts, name: &str) -> Option<Term> {
    let (service, kind_name) = of.split_once('.').unwrap_or((of, "-"));
    let kind = kind(service, kind_name)?;
    let wanted = if (of, name) == ("dynamodb.Table", "table_name") { "name" } else { name };
    if let Some(identifier) = kind.identifiers.iter().find(|identifier| spelling::same(identifier, wanted)) {
        return Some(fact_of(facts, identifier));
    }
    let method =
        kind.methods.iter().find(|method| method.sort == Sort::Collection && spelling::same(method.name, name))?;
    Some(made("collection", &format!("{service}.{kind_name}.{}", method.name), facts.clone()))
}

/// What reading a member performs: an object's data is loaded when it is first read.
pub fn read(of: &str, facts: &Facts, name: &str) -> Vec<Operation> {
    let Some((service, kind_name)) = of.split_once('.') else { return Vec::new() };
    let Some(kind) = kind(service, kind_name) else { return Vec::new() };
    let dated = (of, name) == ("s3.Bucket", "creation_date");
    let loads = !facts.contains_key(LOADED)
        && (dated || kind.attributes.iter().any(|attribute| spelling::same(attribute, name)));
    let loaded = loads.then(|| method(of, facts, "load", Given(&[]))).flatten();
    loaded.map(|outcome| outcome.operations).unwrap_or_default()
}

/// A method of a collection: it is listed, and perhaps each batch of it is acted upon.
pub fn collection(of: &str, facts: &Facts, name: &str, given: Given<'_>) -> Option<Outcome> {
    let (service, listing) = listing(of)?;
    let list = asked(service, listing, facts, if name == "filter" { given } else { Given(&[]) });
    let returns = listing.returns.as_ref()?;
    match name {
        "all" | "filter" | "limit" | "page_size" => {
            Some(Outcome { operations: vec![list], value: made("collection", of, facts.clone()), ..Outcome::default() })
        }
        "pages" => {
            let page = returned(service, returns, facts, &list.input, Given(&[]));
            Some(Outcome { operations: vec![list], value: Term::List(vec![page]), ..Outcome::default() })
        }
        _ => {
            let methods = &kind(service.id(), returns.kind)?.methods;
            let batch =
                methods.iter().find(|method| method.sort == Sort::Batch && spelling::same(method.name, name))?;
            let Some(Term::Object(element)) = element(of, facts) else { return None };
            let act = asked(service, batch, &element.facts, given);
            Some(done(vec![list, act]))
        }
    }
}

/// What a collection holds.
pub fn element(of: &str, facts: &Facts) -> Option<Term> {
    let (service, listing) = listing(of)?;
    let elements = returned(service, listing.returns.as_ref()?, facts, &Facts::new(), Given(&[]));
    match elements {
        Term::List(elements) => elements.into_iter().next(),
        one => Some(one),
    }
}

fn listing(of: &str) -> Option<(&'static Service, &'static Method)> {
    let mut words = of.split('.');
    let (service, kind_name, name) = (words.next()?, words.next()?, words.next()?);
    let methods = &kind(service, kind_name)?.methods;
    let method = methods.iter().find(|method| method.sort == Sort::Collection && method.name == name)?;
    Some((Service::by_id(service)?, method))
}

/// A method of a table's batch: what is put or deleted is written many at a time.
pub fn batch(facts: &Facts, name: &str) -> Option<Outcome> {
    if !matches!(name, "put_item" | "delete_item") {
        return None;
    }
    let tables = fact_of(facts, "Name");
    let keys = tables.each().iter().filter_map(|term| match term {
        Term::Text(template) => Some((key_of(template), Term::Unknown)),
        _ => None,
    });
    let input = Term::Record(Facts::from([("RequestItems".into(), Term::Record(keys.collect()))]));
    Some(done(vec![perform(Service::by_id("dynamodb")?, "BatchWriteItem", &input)]))
}

fn fact_of(facts: &Facts, name: &str) -> Term {
    facts.get(name).cloned().unwrap_or_default()
}
