//! Surfaces: what the classes of an SDK are called and what their methods do, as data that people write.
//!
//! ```text
//! surface google.storage             objects are called `google.storage.Class`
//! service gcp storage                whose operations the lines below name
//! class Bucket: bucket project=me    what is known of an object, with what it is at first
//! new pkg.Bucket (client name=bucket)   symbols that make one, and their parameters
//! type pkg.types.Bucket          other names of its type
//! get_blob|blob (blob_name=object) objects.get -> Blob
//! .acl -> Acl                        a member;  `[]` is what one iterates over
//! call pkg.make (name) ops -> Blob   a function
//! ```
//!
//! A parameter is bound to the fact of its name, or of the name behind `=`; an object that is given for it gives its own fact of
//! that name. `blob~source_` takes all facts of an object, with a prefix, `self~source_` those of the object itself; `id+path`
//! lengthens a path; `*rest+path` takes all that follow; `uri%` is a `gs://bucket/object`, `name%object` that or a name. Arguments that are given by other names are taken as they are called. An operation
//! may be of another service, `storage:objects.get`, and may depend on arguments: `[method=GET|]` holds for `GET` and where
//! nothing is known, `[task]` where it is given, `[!task]` where it is not. Behind `->` stands a class, `[Class]` for a list of
//! its objects, `self`, `@x` for what was given as `x`, `function` for the function that was given, or a `"text/{fact}"`.
//!
//! `{destination=object,conditions.ifNoneMatch=absent}` among the parameters takes members of records of options, wherever they
//! stand. `&Class` among the operations hands an
//! object to the functions that are given, `&-,[Class]` nothing and then a list. `[[Class]]` is a list that holds such a list.
//! A line after `old` is of an older library, or of one that is not pinned: an oracle compares all others with the libraries.

mod read; // start reading here
mod act;
mod bind;

use crate::Provider;

pub(crate) use act::Surfaces;
pub(crate) use bind::parts_of_address;

/// A file of classes.
pub(crate) struct Surface {
    name: &'static str,
    provider: Provider,
    classes: Vec<Class>,
    functions: Vec<Function>,
}

/// A class.
struct Class {
    name: &'static str,
    facts: Vec<(&'static str, Option<&'static str>)>,
    /// What makes one, and with which parameters.
    makers: Vec<(&'static str, Vec<Parameter>)>,
    /// Other names that values of the class are declared with.
    types: Vec<&'static str>,
    methods: Vec<Method>,
    members: Vec<(&'static str, Gives)>,
}

/// A function outside a class.
struct Function {
    symbol: &'static str,
    method: Method,
}

/// What a call does.
struct Method {
    names: Vec<&'static str>,
    parameters: Vec<Parameter>,
    operations: Vec<Performed>,
    /// What functions that it is given are called with.
    hands: Vec<Gives>,
    gives: Gives,
}

/// A parameter and the fact it becomes.
struct Parameter {
    name: &'static str,
    fact: &'static str,
    way: Way,
}

/// How an argument becomes a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As it is.
    Plain,
    /// All facts of the object, with the fact's name before theirs.
    Prefixed,
    /// Behind what the path is, after a slash.
    Longer,
    /// This and all that follow, likewise.
    LongerByAll,
    /// `gs://bucket/object`.
    Address,
    /// Members of a record; the fact is a list of them.
    Members,
}

/// An operation that a call performs.
struct Performed {
    service: &'static str,
    name: &'static str,
    conditions: Vec<Condition>,
}

/// When an operation is performed.
enum Condition {
    Given(&'static str),
    Missing(&'static str),
    /// The argument is one of these, whatever its case; an empty one stands for what is not known.
    OneOf(&'static str, Vec<&'static str>),
}

/// What a call gives.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Gives {
    Unknown,
    Object(&'static str),
    /// A list of objects of a class, or lists of such lists.
    List(usize, &'static str),
    Same,
    Function,
    Argument(&'static str),
    Text(&'static str),
}
