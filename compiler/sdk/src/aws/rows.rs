//! The authored rows of the operation table, `data/aws/*.rows`: read once, found by service and operation.

use crate::aws::path::Path;
use smol_str::{SmolStr, format_smolstr};
use std::collections::HashMap;
use std::sync::LazyLock;

const FILES: [&str; 9] = [
    include_str!("../../data/aws/storage.rows"),
    include_str!("../../data/aws/database.rows"),
    include_str!("../../data/aws/messaging.rows"),
    include_str!("../../data/aws/compute.rows"),
    include_str!("../../data/aws/security.rows"),
    include_str!("../../data/aws/passing.rows"),
    include_str!("../../data/aws/intelligence.rows"),
    include_str!("../../data/aws/operations.rows"),
    include_str!("../../data/aws/signed.rows"),
];

/// A permission that an operation needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// With its service: `s3:GetObject`.
    pub action: SmolStr,
    /// The kind of resource; `*` where the action cannot be scoped.
    pub kind: &'static str,
    /// What names the resource.
    pub name: Option<Path>,
    /// What names the part inside it.
    pub part: Option<Path>,
    /// What must hold of the input.
    pub conditions: Vec<Condition>,
}

/// What must hold of the input for a row to apply.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// It is given.
    With(Path),
    /// It is not given.
    Without(Path),
    /// It is given, or nothing is known of the list that may hold it.
    Perhaps(Path),
    /// It is a statement that begins with this word.
    Reads(Path, &'static str),
}

/// The rows of an operation; none where nobody wrote any.
pub fn rows(service: &str, operation: &str) -> Option<&'static [Row]> {
    TABLE.get(service)?.get(operation).map(Vec::as_slice)
}

type Table = HashMap<&'static str, HashMap<&'static str, Vec<Row>>>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::new();
    for file in FILES {
        read(file, &mut table).expect("the authored rows can be read: a test reads them all");
    }
    table
});

fn read(file: &'static str, table: &mut Table) -> Result<(), String> {
    let (mut service, mut operations) = ("", "");
    for line in file.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let mut words = line.split_whitespace();
        if let Some(name) = line.strip_prefix("service ") {
            service = name.trim();
            continue;
        }
        if !line.starts_with(' ') {
            operations = words.next().unwrap_or_default();
        }
        let words: Vec<&'static str> = words.collect();
        for operation in operations.split(',') {
            let rows = table.entry(service).or_default().entry(operation).or_default();
            if words != ["nothing"] {
                rows.push(Row::read(service, operation, &words).ok_or_else(|| format!("cannot read `{line}`"))?);
            }
        }
    }
    Ok(())
}

impl Row {
    fn read(service: &str, operation: &str, words: &[&'static str]) -> Option<Self> {
        let (&[action, kind], rest) = words.split_first_chunk()?;
        let conditions_at = rest.iter().position(|word| Condition::WORDS.contains(word)).unwrap_or(rest.len());
        let (names, conditions) = rest.split_at(conditions_at);
        let (name, part) = match names {
            [] => (None, None),
            [name] => (Some(Path::read(name)?), None),
            [name, "/", part] => (Some(Path::read(name)?), Some(Path::read(part)?)),
            _ => return None,
        };
        let action = full(service, if action == "=" { operation } else { action })?;
        Some(Self { action, kind, name, part, conditions: Condition::read(conditions)? })
    }
}

fn full(service: &str, action: &str) -> Option<SmolStr> {
    if action.contains(':') {
        return Some(action.into());
    }
    Some(format_smolstr!("{}:{action}", crate::aws::Service::by_id(service)?.prefix()))
}

impl Condition {
    const WORDS: [&str; 4] = ["with", "without", "perhaps", "reads"];

    fn read(words: &[&'static str]) -> Option<Vec<Self>> {
        let mut conditions = Vec::new();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let path = Path::read(words.next()?)?;
            conditions.push(match *word {
                "with" => Condition::With(path),
                "without" => Condition::Without(path),
                "perhaps" => Condition::Perhaps(path),
                "reads" => Condition::Reads(path, words.next()?),
                _ => return None,
            });
        }
        Some(conditions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Service;

    #[test]
    fn every_row_is_of_a_known_operation_and_written_once() {
        let mut seen = std::collections::BTreeSet::new();
        for file in FILES {
            let mut table = Table::new();
            read(file, &mut table).unwrap();
            for (service, operations) in table {
                if service == crate::aws::SIGNED {
                    continue;
                }
                let known = Service::by_id(service).unwrap_or_else(|| panic!("no service `{service}`"));
                for operation in operations.keys() {
                    assert_eq!(known.operation(operation), Some(*operation), "{service}");
                    assert!(seen.insert((service, *operation)), "{service} {operation} is written in two files");
                }
            }
        }
    }

    #[test]
    fn a_row_has_an_action_a_kind_names_and_conditions() {
        let rows = rows("s3", "GetObject").unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!(rows[0].action, "s3:GetObject");
        assert_eq!(rows[0].name.as_ref().unwrap().members().collect::<Vec<_>>(), ["Bucket"]);
        assert!(matches!(rows[1].conditions.as_slice(), [Condition::With(_)]));
        assert!(super::rows("sts", "GetCallerIdentity").unwrap().is_empty());
        assert!(super::rows("sqs", "SendMessage").is_none());
    }

    #[test]
    fn what_is_not_a_row_is_refused() {
        for line in ["Query = table A / ", "Query", "Query = table A B", "Query = table A with", "Query = table A<z>"] {
            let file: &'static str = Box::leak(format!("service dynamodb\n{line}\n").into_boxed_str());
            assert!(read(file, &mut Table::new()).is_err(), "{line}");
        }
    }
}
