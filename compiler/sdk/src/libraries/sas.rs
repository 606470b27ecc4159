//! What a signed address of Azure's blobs lets its bearer do, where it is signed with a user delegation key: what the identity may do
//! that the key was given to, and the address says ("Create a user delegation SAS"). An account's key asks for nothing more.

use super::given::{at, member};
use crate::azure::perform;
use crate::{Argument, Operation, Outcome, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// The letters of permissions, what members of options call them, and the operations that they allow.
const PERMISSIONS: &[(char, &str, &str)] = &[
    ('r', "read", "GetBlob"),
    ('a', "add", "AppendBlock"),
    ('c', "create", "CreateBlob"),
    ('w', "write", "PutBlob"),
    ('d', "delete", "DeleteBlob"),
    ('l', "list", "ListBlobs"),
    ('t', "tag", "GetBlobTags"),
];

/// What a library's class of permissions is made from: a text of letters, or options that are named.
pub fn permissions(arguments: &[Argument]) -> Term {
    match at(arguments, 0) {
        Term::Unknown => {
            let named = arguments.iter().filter_map(|argument| Some((argument.name.clone()?, argument.term.clone())));
            Term::Record(named.collect())
        }
        given => given,
    }
}

/// A signed address of a container, or of a blob in it.
pub fn signed(permissions: &Term, container: Term, blob: Term) -> Outcome {
    let Some(names) = allowed(permissions) else {
        let why = "it is not known what this signature lets its bearer do".to_owned();
        return Outcome { unresolved: Some(why), ..Outcome::default() };
    };
    let input: BTreeMap<SmolStr, Term> = [("container", container), ("blob", blob)]
        .into_iter()
        .filter(|(_, term)| *term != Term::Unknown)
        .map(|(name, term)| (name.into(), term))
        .collect();
    let operations: Vec<Operation> = names.iter().map(|name| perform("blob", name, input.clone())).collect();
    Outcome { operations, ..Outcome::default() }
}

fn allowed(permissions: &Term) -> Option<Vec<&'static str>> {
    let says = |letter: char, name: &str| match permissions {
        Term::Record(members) => members.contains_key(name),
        other => other.each().iter().filter_map(Term::literal).any(|text| text.contains(letter)),
    };
    let mut names: Vec<&'static str> = PERMISSIONS
        .iter()
        .filter(|(letter, name, _)| says(*letter, name))
        .map(|(_, _, operation)| *operation)
        .collect();
    // Writing creates too.
    if names.contains(&"PutBlob") {
        names.retain(|name| *name != "CreateBlob");
    }
    (!names.is_empty()).then_some(names)
}

/// The same, of a record of values with these members: JavaScript's.
pub fn signed_values(values: &Term) -> Outcome {
    signed(&member(values, "permissions"), member(values, "containerName"), member(values, "blobName"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libraries::given::{record, text};

    fn names(outcome: Outcome) -> Vec<String> {
        outcome.operations.iter().map(|operation| operation.name.to_string()).collect()
    }

    #[test]
    fn a_signature_allows_what_it_says() {
        let blob = || (text("photos"), text("a.png"));
        let (container, name) = blob();
        assert_eq!(names(signed(&text("rcw"), container, name)), ["GetBlob", "PutBlob"]);
        let (container, name) = blob();
        assert_eq!(names(signed(&record([("read", Term::Unknown)]), container, name)), ["GetBlob"]);
        let (container, name) = blob();
        assert!(signed(&Term::Unknown, container, name).unresolved.is_some());
    }
}
