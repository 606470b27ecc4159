//! Amazon Web Services: services, their operations, and the permissions those need.
//!
//! What is generated of it lies in `data/aws/operations.txt`; what is authored, in the `.rows` files beside that.

mod service; // start reading here
mod needed; // from an operation to its permissions
mod rows; // the authored table
mod path; // which part of an input a row speaks of
mod location; // texts that name an object of S3
mod partiql; // texts that are statements
mod letters; // texts with holes, cut like texts
mod spelling;

use crate::{Operation, Provider, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

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
    use crate::Template;

    fn table(name: &str) -> Term {
        Term::Record(BTreeMap::from([("TableName".into(), Term::Text(Template::from_literal(name)))]))
    }

    #[test]
    fn an_operation_has_its_own_name_and_all_that_its_input_may_be() {
        let service = Service::by_id("dynamodb").unwrap();
        let operation = perform(service, "put_item", &Term::Any(vec![table("a"), Term::Unknown, table("b")]));
        assert_eq!(operation.name, "PutItem");
        assert_eq!(operation.input["TableName"].each().len(), 2);
    }
}
