//! What starts a function: its triggers, their events, routes and times.

use crate::model::{ResourceId, Subject, Text};
use portolan_diagnostics::{Span, Spanned};

/// What starts a function.
#[derive(Clone, Debug)]
pub struct Trigger {
    /// The place of the whole trigger.
    pub span: Span,
    /// Unique among the function's triggers and fit for an address: the subject's name, `http` or `schedule`, followed
    /// by a number from the second of its kind on.
    pub key: portolan_value::Text,
    /// What it listens to.
    pub event: Event,
    /// Why a function that writes where it listens comes to an end.
    pub r#loop: Option<Spanned<portolan_value::Text>>,
}

/// What a trigger listens to.
#[derive(Clone, Debug)]
pub enum Event {
    /// Requests.
    Http(Http),
    /// The clock.
    Schedule(Timed),
    /// Messages of a queue.
    Queue {
        /// The queue.
        queue: ResourceId,
        /// At most so many a call.
        batch: Spanned<u32>,
    },
    /// Messages of a topic.
    Topic {
        /// The topic.
        topic: ResourceId,
    },
    /// Objects of a bucket.
    Bucket(BucketEvents),
    /// Rows of a table.
    Table(TableChanges),
}

impl Event {
    /// The resource it listens to.
    #[must_use]
    pub fn subject(&self) -> Option<Subject> {
        match self {
            Self::Http(http) => match http.host {
                Host::Own => None,
                Host::Api(api) => Some(Subject::Resource(api)),
            },
            Self::Schedule(_) => None,
            Self::Queue { queue, .. } => Some(Subject::Resource(*queue)),
            Self::Topic { topic } => Some(Subject::Resource(*topic)),
            Self::Bucket(events) => Some(Subject::Resource(events.bucket)),
            Self::Table(changes) => Some(Subject::Resource(changes.table)),
        }
    }

    /// The word of the spec: `http`, `schedule`, `queue`, `topic`, `bucket`, `table`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Http(_) => "http",
            Self::Schedule(_) => "schedule",
            Self::Queue { .. } => "queue",
            Self::Topic { .. } => "topic",
            Self::Bucket(_) => "bucket",
            Self::Table(_) => "table",
        }
    }
}

/// An http trigger.
#[derive(Clone, Debug)]
pub struct Http {
    /// Whose host answers.
    pub host: Host,
    /// Its routes, at least one.
    pub routes: Vec<Spanned<Route>>,
    /// Who may call; the api's when the trigger says nothing of its own.
    pub auth: Spanned<Auth>,
    /// Which web pages may call; on an api, the api's.
    pub cors: Option<Spanned<Box<Cors>>>,
}

/// Whose host answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// The function's own.
    Own,
    /// An api of the app.
    Api(ResourceId),
}

/// `GET /shows/{id}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// The method.
    pub method: Method,
    /// The path's segments; empty for `/`.
    pub segments: Vec<Segment>,
}

/// A method of http.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Method {
    /// Every method.
    Any,
    /// GET.
    Get,
    /// HEAD.
    Head,
    /// POST.
    Post,
    /// PUT.
    Put,
    /// PATCH.
    Patch,
    /// DELETE.
    Delete,
    /// OPTIONS.
    Options,
}

/// A segment of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// This very text.
    Literal(portolan_value::Text),
    /// `{id}` or `:id`.
    Parameter(portolan_value::Text),
    /// A final `*`: everything below.
    Rest,
}

/// Who may call.
#[derive(Clone, Debug)]
pub enum Auth {
    /// Everybody.
    Public,
    /// Only the function's `callers`.
    Iam,
    /// Bearers of a token.
    Jwt {
        /// Who issues tokens, a URL.
        issuer: Text,
        /// Whom they are for, at least one.
        audience: Vec<Text>,
    },
}

/// Which web pages may call.
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// A schedule trigger.
#[derive(Clone, Debug)]
pub struct Timed {
    /// When.
    pub schedule: Spanned<Schedule>,
    /// The same as the spec has it, which is what the handler is told.
    pub written: portolan_value::Text,
    /// The time zone's IANA name; UTC when absent.
    pub timezone: Option<Spanned<portolan_value::Text>>,
    /// What the handler receives, as JSON text.
    pub input: Option<Spanned<portolan_value::Text>>,
}

/// When.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// Five POSIX fields: minute, hour, day of month, month, day of week.
    Cron(Cron),
    /// Every so many units.
    Rate {
        /// How many, at least one.
        every: u32,
        /// Of what.
        unit: RateUnit,
    },
}

/// The unit of a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RateUnit {
    /// Minutes.
    Minutes,
    /// Hours.
    Hours,
    /// Days.
    Days,
}

/// Five POSIX fields. Names of months and days are numbers here; Sunday is 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    /// 0–59.
    pub minute: CronField,
    /// 0–23.
    pub hour: CronField,
    /// 1–31.
    pub day: CronField,
    /// 1–12.
    pub month: CronField,
    /// 0–6.
    pub weekday: CronField,
}

/// A field of a cron expression: any of its ranges; none means every value.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct CronField(pub Vec<CronRange>);

impl CronField {
    /// Whether it holds for every value (`*`).
    #[must_use]
    pub fn is_every(&self) -> bool {
        self.0.is_empty()
    }
}

/// From a value to a value, in steps: `5` is `5-5/1`, `*/15` of minutes is `0-59/15`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CronRange {
    /// The first value.
    pub first: u32,
    /// The last value.
    pub last: u32,
    /// The step, at least 1.
    pub step: u32,
}

/// A bucket trigger.
#[derive(Clone, Debug)]
pub struct BucketEvents {
    /// The bucket.
    pub bucket: ResourceId,
    /// Which events, at least one.
    pub events: Vec<Spanned<BucketEvent>>,
    /// Only keys under this prefix, without its final `*`.
    pub prefix: Option<Spanned<portolan_value::Text>>,
    /// Only keys with one of these endings; none means all.
    pub suffixes: Vec<Spanned<portolan_value::Text>>,
    /// Where the handler is given the object as a file: the place that says so.
    pub as_file: Option<Span>,
}

/// What happens to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BucketEvent {
    /// Written for the first time or again.
    Created,
    /// Gone.
    Deleted,
}

/// A table trigger.
#[derive(Clone, Debug)]
pub struct TableChanges {
    /// The table.
    pub table: ResourceId,
    /// Which changes, at least one.
    pub changes: Vec<Spanned<TableChange>>,
    /// Where changes come with the row as it was: the place that says so.
    pub old: Option<Span>,
    /// Where it begins.
    pub start: Spanned<Start>,
    /// At most so many a call.
    pub batch: Spanned<u32>,
}

impl TableChanges {
    /// Whether a change is listened to.
    #[must_use]
    pub fn hears(&self, change: TableChange) -> bool {
        self.changes.iter().any(|known| known.value == change)
    }
}

/// What happens to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TableChange {
    /// Written for the first time.
    Created,
    /// Written again.
    Changed,
    /// Gone.
    Deleted,
}

impl TableChange {
    /// All there are, in the order in which a row lives through them.
    pub const ALL: [Self; 3] = [Self::Created, Self::Changed, Self::Deleted];

    /// The word of the spec.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Changed => "changed",
            Self::Deleted => "deleted",
        }
    }
}

/// With which change a trigger begins that was not there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The first after it was made.
    Latest,
    /// The first that is kept.
    Earliest,
}
