//! What boto3 says of its resource objects: their identifiers, and what their methods perform and return.

use std::collections::HashMap;
use std::sync::LazyLock;

const TABLE: &str = include_str!("../../../../data/python/resources.txt");

/// A kind of resource object: a table, a bucket, the service itself.
#[derive(Debug, Default)]
pub struct Kind {
    /// What it is made of: `BucketName`, `Key`.
    pub identifiers: Vec<&'static str>,
    /// What it does.
    pub methods: Vec<Method>,
    /// Its data, which is loaded when it is first read.
    pub attributes: Vec<&'static str>,
}

/// A method of a resource object, or something that it holds.
#[derive(Debug)]
pub struct Method {
    /// Of which sort.
    pub sort: Sort,
    /// Its name in capitals: `GetItem`.
    pub name: &'static str,
    /// The operation it performs; empty for another object.
    pub operation: &'static str,
    /// The operation's inputs and their sources.
    pub inputs: Vec<Pair>,
    /// What it returns.
    pub returns: Option<Returns>,
}

/// What a method is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// It performs an operation.
    Action,
    /// It asks for the object's own data.
    Load,
    /// It is another object.
    Other,
    /// It is a collection of other objects.
    Collection,
    /// It waits.
    Waiter,
    /// It is a method of a whole collection of these.
    Batch,
}

/// What a method returns.
#[derive(Debug)]
pub struct Returns {
    /// The kind of object.
    pub kind: &'static str,
    /// Whether there are several.
    pub several: bool,
    /// Whether its data comes with it.
    pub loaded: bool,
    /// Its identifiers and their sources.
    pub identifiers: Vec<Pair>,
}

/// A target and its source.
pub type Pair = (&'static str, Source);

/// Where a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// An identifier of the object.
    Identifier(&'static str),
    /// A text.
    Text(&'static str),
    /// An input of the operation.
    Input(&'static str),
    /// The next argument.
    Argument,
    /// Only the answer tells.
    Answer,
}

/// A kind of resource of a service: `s3` and `Bucket`; `-` is the service itself.
pub fn kind(service: &str, name: &str) -> Option<&'static Kind> {
    KINDS.get(service)?.get(name)
}

type Kinds = HashMap<&'static str, HashMap<&'static str, Kind>>;

static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let mut kinds = Kinds::new();
    let (mut service, mut current) = ("", "");
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let mut words = line.split(' ');
        match words.next() {
            Some("=") => service = words.next().unwrap_or_default(),
            Some("*") => {
                current = words.next().unwrap_or_default();
                let kind = Kind { identifiers: words.collect(), ..Kind::default() };
                kinds.entry(service).or_default().insert(current, kind);
            }
            Some("&") => {
                let kind = kinds.entry(service).or_default().entry(current).or_default();
                kind.attributes.extend(words);
            }
            Some(mark) => {
                let kind = kinds.entry(service).or_default().entry(current).or_default();
                kind.methods.extend(Method::read(mark, &line[mark.len()..]));
            }
            None => {}
        }
    }
    kinds
});

impl Method {
    fn read(mark: &str, rest: &'static str) -> Option<Self> {
        let sort = match mark {
            "." => Sort::Action,
            "~" => Sort::Load,
            ":" => Sort::Other,
            "[" => Sort::Collection,
            "!" => Sort::Waiter,
            "/" => Sort::Batch,
            _ => return None,
        };
        let (request, returned) = match rest.split_once('>') {
            Some((request, returned)) => (request, Some(returned)),
            None => (rest, None),
        };
        let mut words = request.split_whitespace();
        let name = words.next()?;
        let operation = words.next().unwrap_or_default();
        Some(Self { sort, name, operation, inputs: pairs(words), returns: returned.and_then(Returns::read) })
    }
}

impl Returns {
    fn read(text: &'static str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let kind = words.next()?;
        let (kind, loaded) = kind.strip_suffix('!').map_or((kind, false), |kind| (kind, true));
        let (kind, several) = kind.strip_suffix("[]").map_or((kind, false), |kind| (kind, true));
        Some(Self { kind, several, loaded, identifiers: pairs(words) })
    }
}

fn pairs(words: impl Iterator<Item = &'static str>) -> Vec<Pair> {
    let pair = |word: &'static str| {
        let (target, source) = word.split_once(':')?;
        let source = match source.split_at_checked(1)? {
            ("'", text) => Source::Text(text),
            ("?", input) => Source::Input(input),
            ("+", "") => Source::Argument,
            ("*", "") => Source::Answer,
            _ => Source::Identifier(source),
        };
        Some((target, source))
    };
    words.filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Service;

    #[test]
    fn every_operation_of_a_resource_is_one_of_its_service() {
        assert_eq!(KINDS.len(), 9);
        for (service, kinds) in KINDS.iter() {
            let known = Service::by_id(service).unwrap();
            for method in kinds.values().flat_map(|kind| &kind.methods) {
                let named = method.sort == Sort::Other || known.operation(method.operation) == Some(method.operation);
                assert!(named, "{service} {}", method.name);
                let returned = method.returns.as_ref().is_none_or(|returns| kinds.contains_key(returns.kind));
                assert!(returned, "{service} {}", method.name);
            }
        }
    }

    #[test]
    fn a_table_has_a_name_and_methods() {
        let table = kind("dynamodb", "Table").unwrap();
        assert_eq!(table.identifiers, ["Name"]);
        let get = table.methods.iter().find(|method| method.name == "GetItem").unwrap();
        assert_eq!((get.sort, get.operation), (Sort::Action, "GetItem"));
        assert_eq!(get.inputs, [("TableName", Source::Identifier("Name"))]);
        assert!(table.attributes.contains(&"ItemCount") && !table.attributes.contains(&"TableName"));
        assert!(kind("dynamodb", "Bucket").is_none());
    }
}
