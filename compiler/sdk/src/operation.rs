//! Operations: what a call does on a cloud.

use crate::{Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Whose API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Provider {
    /// Amazon Web Services.
    Aws,
    /// Google Cloud.
    Gcp,
    /// Microsoft Azure.
    Azure,
    /// The neutral client: verbs of the spec.
    Neutral,
}

/// The language whose SDKs a program uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Python.
    Python,
    /// JavaScript and TypeScript.
    JavaScript,
    /// Go.
    Go,
    /// Java.
    Java,
    /// Ruby.
    Ruby,
    /// Rust.
    Rust,
    /// C#.
    CSharp,
}

/// An argument of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Its name, where the call gives one.
    pub name: Option<SmolStr>,
    /// What is known of it.
    pub term: Term,
}

/// What a call does and returns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What it performs.
    pub operations: Vec<Operation>,
    /// What it returns. [`Term::Function`]: the function that it was given.
    pub value: Term,
    /// What functions that it is given are called with: a transaction, the event of a trigger.
    pub handed: Vec<Term>,
    /// Why it is not known what it does, in a few words; none where it is known.
    pub unresolved: Option<String>,
    /// Of which APIs that may be, where at least this is known.
    pub of: Vec<Api>,
}

/// The API of one service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Api {
    /// Whose.
    pub provider: Provider,
    /// The service, as operations name it.
    pub service: SmolStr,
}

/// One operation of a cloud's API.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Operation {
    /// Whose API.
    pub provider: Provider,
    /// The service, in the SDK's own data: `s3`, `dynamodb`, `storage`.
    pub service: SmolStr,
    /// The operation: `PutObject`, `objects.get`.
    pub name: SmolStr,
    /// Its input, by the API's own names: `Bucket`, `TableName`.
    pub input: BTreeMap<SmolStr, Term>,
}

impl Operation {
    /// The API that it is of.
    #[must_use]
    pub fn api(&self) -> Api {
        Api { provider: self.provider, service: self.service.clone() }
    }
}

/// What an operation needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Needed {
    /// These permissions; perhaps none, where the API asks for none.
    Permissions(Vec<Permission>),
    /// It is not known, for a reason in a few words.
    Unknown(String),
}

/// A permission and on what.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Permission {
    /// `s3:GetObject`, `storage.objects.get`, `Microsoft.Storage/…/blobs/read`.
    pub permission: SmolStr,
    /// On what.
    pub resource: Resource,
}

/// On what a permission is needed.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Resource {
    /// The kind of resource in the provider's words: `table`, `object`, `queue`; `*` where the provider cannot scope it.
    pub kind: SmolStr,
    /// What the code says of its name: a name, an ARN or a URL. None where it says nothing.
    pub name: Option<Template>,
    /// What it says of the part inside: an object's key, an index' name.
    pub part: Option<Template>,
}
