//! Amazon Web Services: services, their operations, and the permissions those need.
//!
//! What is generated of it lies in `data/aws/operations.txt`; what is authored, in the `.rows` files beside that. Services that
//! SDKs have no more are in `data/dropped/aws.txt`.

mod service; // start reading here
mod needed; // from an operation to its permissions
mod rows; // the authored table
mod path; // which part of an input a row speaks of
pub mod location; // texts that name an object of S3
mod partiql; // texts that are statements
mod letters; // texts with holes, cut like texts
mod answer; // what is known of an operation's answer
mod arn; // what a permission by hand would be on
pub(crate) mod spelling;
pub mod transfer;

use crate::{Operation, Piece, Provider, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

pub use answer::{ASSUMED, answer};
pub use arn::arn;
pub use needed::needed;
pub use service::Service;

/// An operation of a service with its input: a record, an object that holds facts, or one of several of these. Where the same
/// member stands in several of them it is one of several.
#[must_use]
pub fn perform(service: &Service, operation: &str, input: &Term) -> Operation {
    Operation {
        provider: Provider::Aws,
        service: service.id().into(),
        name: service.operation(operation).unwrap_or(operation).into(),
        input: members(input),
    }
}

/// A request that the program signs itself, by the service it is signed for: `execute-api`, `es`, `rds-db`.
#[must_use]
pub fn signed(service: &str, input: &Term) -> Operation {
    Operation { provider: Provider::Aws, service: SIGNED.into(), name: service.into(), input: members(input) }
}

/// The service of requests that a program signs itself.
const SIGNED: &str = "signed";

/// A text as the key of a record: `${TABLE}` for an environment variable, `*` for what is not known.
#[must_use]
pub fn key_of(text: &Template) -> SmolStr {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(literal) => literal.to_string(),
        Piece::Environment(name) => format!("${{{name}}}"),
        Piece::Hole => "*".to_owned(),
    };
    text.0.iter().map(piece).collect::<String>().into()
}

/// The text that is written so.
fn text_of(key: &str) -> Template {
    let mut pieces = Vec::new();
    let mut rest = key;
    while let Some(at) = rest.find(['$', '*']) {
        let (before, behind) = rest.split_at(at);
        pieces.extend((!before.is_empty()).then(|| Piece::Literal(before.into())));
        let name = behind.strip_prefix("${").and_then(|behind| behind.split_once('}'));
        rest = match name {
            Some((name, behind)) => {
                pieces.push(Piece::Environment(name.into()));
                behind
            }
            None => {
                pieces.push(Piece::Hole);
                &behind[1..]
            }
        };
    }
    pieces.extend((!rest.is_empty()).then(|| Piece::Literal(rest.into())));
    Template(pieces)
}

fn members(input: &Term) -> BTreeMap<SmolStr, Term> {
    let mut all: BTreeMap<SmolStr, Term> = BTreeMap::new();
    for term in input.each() {
        let (Term::Record(members) | Term::Object(crate::Object { facts: members, .. })) = term else { continue };
        for (name, value) in members {
            let known = all.remove(name);
            all.insert(name.clone(), Term::any(known.into_iter().chain([value.clone()])));
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(name: &str) -> Term {
        Term::Record(BTreeMap::from([("TableName".into(), Term::Text(Template::from_literal(name)))]))
    }

    #[test]
    fn a_text_can_be_a_key() {
        let text = Template(vec![Piece::Environment("STAGE".into()), Piece::Literal("-orders".into()), Piece::Hole]);
        assert_eq!(key_of(&text), "${STAGE}-orders*");
        assert_eq!(text_of("${STAGE}-orders*"), text);
        assert_eq!(text_of("orders"), Template::from_literal("orders"));
    }

    #[test]
    fn an_operation_has_its_own_name_and_all_that_its_input_may_be() {
        let service = Service::by_id("dynamodb").unwrap();
        let operation = perform(service, "put_item", &Term::Any(vec![table("a"), Term::Unknown, table("b")]));
        assert_eq!(operation.name, "PutItem");
        assert_eq!(operation.input["TableName"].each().len(), 2);
    }
}
