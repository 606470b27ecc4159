//! AWS's client for encryption (`@aws-crypto/client-node`): data keys come from keyrings, and those of KMS ask it.

use crate::libraries::javascript::given::{asked, at, done, member, object, record, unresolved, value};
use crate::{Argument, Library, Object, Operation, Outcome, Term};
use std::collections::BTreeMap;

/// `@aws-crypto/client-node`, and the packages it is made of.
pub struct Encryption;

const CLIENT: &str = "aws.encryption";
const KEYRING: &str = "aws.keyring";
/// A keyring that needs no key of KMS, or several of any sort.
const OTHER: &str = "aws.keyring.other";

impl Library for Encryption {
    fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (_, name) = symbol.strip_prefix("@aws-crypto/")?.split_once('.')?;
        let first = at(arguments, 0);
        match name {
            "buildClient" | "buildEncrypt" | "buildDecrypt" => Some(value(object(CLIENT, BTreeMap::new()))),
            "KmsKeyringNode" | "KmsKeyringBrowser" | "AwsKmsMrkAwareSymmetricKeyringNode" => {
                let facts = ["generatorKeyId", "keyIds", "keyId"].map(|name| (name.into(), member(&first, name)));
                Some(value(object(KEYRING, facts.into())))
            }
            "MultiKeyringNode" | "MultiKeyringWebCrypto" => Some(value(several(&first, &["generator", "children"]))),
            "NodeCachingMaterialsManager"
            | "WebCryptoCachingMaterialsManager"
            | "NodeDefaultCryptographicMaterialsManager" => Some(value(several(&first, &["backingMaterials"]))),
            name if name.starts_with("Raw") => Some(value(object(OTHER, BTreeMap::new()))),
            _ => None,
        }
    }

    fn method(&self, of: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        if of.class != CLIENT {
            return None;
        }
        let asks = match name {
            "encrypt" | "encryptStream" => encrypting,
            "decrypt" | "decryptStream" | "decryptUnsignedMessageStream" => decrypting,
            _ => return None,
        };
        let mut keyrings = Vec::new();
        add_keyrings(&at(arguments, 0), &mut keyrings);
        Some(match keyrings.is_empty() {
            true => unresolved("it is not known by which keys it is encrypted"),
            false => done(keyrings.iter().filter(|keyring| keyring.class == KEYRING).flat_map(asks).collect()),
        })
    }
}

fn several(options: &Term, names: &[&str]) -> Term {
    let facts = names.iter().map(|name| ((*name).into(), member(options, name)));
    object(OTHER, facts.collect())
}

/// Keyrings wherever they stand: in a list, or in one of several.
fn add_keyrings(term: &Term, all: &mut Vec<Object>) {
    for term in term.each() {
        match term {
            Term::Object(keyring) if keyring.class == KEYRING || keyring.class == OTHER => {
                all.push(keyring.clone());
                keyring.facts.values().for_each(|inner| add_keyrings(inner, all));
            }
            Term::List(items) => items.iter().for_each(|item| add_keyrings(item, all)),
            _ => {}
        }
    }
}

/// One key generates the data key, and every other one encrypts it too.
fn encrypting(keyring: &Object) -> Vec<Operation> {
    let generator = of(keyring, "generatorKeyId").or_else(|| of(keyring, "keyId"));
    let mut operations: Vec<Operation> = generator
        .iter()
        .flat_map(|key| asked("kms", &["GenerateDataKey"], &record([("KeyId", key.clone())])))
        .collect();
    for key in further(keyring) {
        operations.extend(asked("kms", &["Encrypt"], &record([("KeyId", key)])));
    }
    operations
}

fn decrypting(keyring: &Object) -> Vec<Operation> {
    let first = of(keyring, "generatorKeyId").or_else(|| of(keyring, "keyId"));
    let keys: Vec<Term> = first.into_iter().chain(further(keyring)).collect();
    let keys = if keys.is_empty() { vec![Term::Unknown] } else { keys };
    keys.iter().flat_map(|key| asked("kms", &["Decrypt"], &record([("KeyId", key.clone())]))).collect()
}

fn of(keyring: &Object, name: &str) -> Option<Term> {
    keyring.facts.get(name).filter(|term| **term != Term::Unknown).cloned()
}

fn further(keyring: &Object) -> Vec<Term> {
    match of(keyring, "keyIds") {
        Some(Term::List(keys)) => keys,
        Some(_) => vec![Term::Unknown],
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::libraries::javascript::given::text;

    #[test]
    fn one_key_generates_and_the_others_encrypt() {
        let options = record([("generatorKeyId", text("a")), ("keyIds", Term::List(vec![text("b")]))]);
        let made = Encryption.call("@aws-crypto/client-node.KmsKeyringNode", &[Argument { name: None, term: options }]);
        let keyring = Argument { name: None, term: made.unwrap().value };
        let client = Object { class: CLIENT.into(), facts: BTreeMap::new() };
        let names = |method| {
            let outcome = Encryption.method(&client, method, std::slice::from_ref(&keyring)).unwrap();
            outcome.operations.iter().map(|operation| operation.name.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(names("encrypt"), ["GenerateDataKey", "Encrypt"]);
        assert_eq!(names("decrypt"), ["Decrypt", "Decrypt"]);
        assert!(Encryption.method(&client, "encrypt", &[]).unwrap().unresolved.is_some());
    }
}
