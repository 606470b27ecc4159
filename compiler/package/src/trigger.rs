//! What starts a function, as its entry reads it in `portolan_entry.json`.
//!
//! These are not the model's events: this room knows no spec, and what is written here is read by runtimes that lie in packages of
//! earlier builds. The model's hold places and ids, and change with the language; whoever asks translates, once.

use serde::Serialize;
use serde_json::Value;

/// A trigger.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Trigger {
    /// Unique among the function's triggers.
    pub key: String,
    /// What events of it name as their source: the stack and a name of the spec.
    pub source: String,
    /// What it listens to.
    #[serde(flatten)]
    pub event: Event,
}

/// What a trigger listens to.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "trigger", rename_all = "lowercase")]
pub enum Event {
    /// Requests.
    Http(Http),
    /// The clock.
    Schedule {
        /// The expression as the spec has it.
        schedule: String,
        /// What the handler is given.
        input: Value,
        /// When ticks are due, where the platform does not hand that over.
        due: Option<Due>,
    },
    /// Messages of a queue.
    Queue {
        /// The queue's name in the spec.
        queue: String,
        /// The variable that names it.
        variable: String,
        /// At most so many a call.
        batch: u32,
        /// Whether order is kept.
        fifo: bool,
    },
    /// Messages of a topic.
    Topic {
        /// The topic's name in the spec.
        topic: String,
        /// The variable that names it.
        variable: String,
    },
    /// Objects of a bucket.
    Bucket {
        /// The bucket's name in the spec.
        bucket: String,
        /// The variable that names it.
        variable: String,
        /// What must have happened.
        events: Vec<Change>,
        /// What keys begin with.
        prefix: String,
        /// What keys end with, one of them; none means any.
        suffixes: Vec<String>,
        /// In which form the handler gets the object.
        input: Input,
    },
    /// Rows of a table.
    Table {
        /// The table's name in the spec.
        table: String,
        /// The variable that names it.
        variable: String,
        /// The attribute of the partition key.
        hash: Attribute,
        /// The attribute of the sort key.
        range: Option<Attribute>,
        /// What must have happened.
        changes: Vec<RowChange>,
        /// Whether the row as it was is wanted.
        old: bool,
        /// Whether it begins with the first change that is kept, and not with the next.
        earliest: bool,
        /// At most so many a call.
        batch: u32,
    },
    /// Direct calls.
    Invoke {
        /// The function's own name.
        invoke: String,
    },
}

/// Requests: routes of a host and what guards them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Http {
    /// Whose host answers.
    pub host: Host,
    /// The routes.
    pub routes: Vec<Route>,
    /// Who may call.
    pub auth: Auth,
    /// Which pages may call, where the entry has to say so.
    pub cors: Option<Cors>,
}

/// Whose host answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Host {
    /// The function's own.
    Own,
    /// An api's.
    Api,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Route {
    /// As the spec has it.
    pub http: String,
    /// The method, or `ANY`.
    pub method: String,
    /// The path's parts; none for `/`.
    pub segments: Vec<Segment>,
}

/// A part of a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Segment {
    /// This very text.
    Literal(String),
    /// Any text, under this name.
    Parameter(String),
    /// Everything below; always true.
    Rest(bool),
}

/// Who may call, and who verifies it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Auth {
    /// `public`, `iam` or `jwt`.
    pub kind: &'static str,
    /// `platform` or `entry`.
    pub by: &'static str,
    /// The variable that holds the tokens' issuer, where the entry verifies them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The variables that hold whom tokens are for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub audiences: Vec<String>,
}

/// Which web pages may call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cors {
    /// Origins; `*` is all.
    pub origins: Vec<String>,
    /// Methods; `*` is all.
    pub methods: Vec<String>,
    /// Request headers; `*` is all.
    pub headers: Vec<String>,
    /// Whether credentials may be sent.
    pub credentials: bool,
    /// How long a browser may remember, in seconds.
    pub max_age: Option<u32>,
}

/// When ticks are due, in UTC: the values each field may have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Due {
    /// 0–59.
    pub minutes: Vec<u32>,
    /// 0–23.
    pub hours: Vec<u32>,
    /// 1–31.
    pub days: Vec<u32>,
    /// 1–12.
    pub months: Vec<u32>,
    /// 0–6; Sunday is 0.
    pub weekdays: Vec<u32>,
}

/// What happened to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new, or its content is.
    Created,
    /// It is gone.
    Deleted,
}

/// What happened to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RowChange {
    /// It is new.
    Created,
    /// It was there, and is another.
    Changed,
    /// It is gone.
    Deleted,
}

/// An attribute of a table's key. An entry reads its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Whether it is a number, and not a text.
    #[serde(skip)]
    pub is_number: bool,
}

/// In which form a handler gets an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Input {
    /// The event alone.
    Event,
    /// The event, and the object as a file.
    File,
}
