//! What is decided.

use crate::parents::IMAGES_NAME;
use crate::place::Place;
use indexmap::IndexMap;
use portolan_diagnostics::Diagnostic;
use portolan_model::{Function, Trigger};
use portolan_target::{Artifact, Permission};
use portolan_value::{Address, Addresses, Context, Map, Origin, Reference, Text, Value};
use rustc_hash::FxBuildHasher;
use std::sync::Arc;

/// Everything an app becomes, beyond the resources of its columns.
#[derive(Debug, Default)]
pub struct Decision<'a> {
    /// Parents that are needed beyond those of the columns.
    pub parents: Vec<&'static str>,
    /// Who functions run as.
    pub accounts: Vec<Account<'a>>,
    /// The functions.
    pub services: Vec<Service<'a>>,
    /// Topics of triggers and of their dead letters.
    pub topics: Vec<Topic>,
    /// What buckets tell.
    pub notifications: Vec<Notification>,
    /// What reaches functions.
    pub subscriptions: Vec<Subscription>,
    /// Queues whose own subscription reaches a function.
    pub pushes: Vec<Push>,
    /// What the clock calls.
    pub jobs: Vec<Job>,
    /// What tables tell.
    pub listeners: Vec<Listener>,
    /// Where logs are kept longer than usual.
    pub logs: Vec<Logs>,
    /// Custom roles, in the order in which they were first needed, by what their names say after the
    /// deployment's.
    pub rights: IndexMap<Text, Rights, FxBuildHasher>,
    /// Who may do what.
    pub bindings: Vec<Binding>,
    /// Every permission, for reviews.
    pub permissions: Vec<Permission>,
    /// Notes and errors that only show here.
    pub diagnostics: Vec<Diagnostic>,
}

impl Decision<'_> {
    /// Nothing yet, with room for what so many grants permit.
    pub fn with_room(grants: usize) -> Self {
        Self { permissions: Vec::with_capacity(2 * grants + 8), ..Self::default() }
    }
}

/// A service account.
#[derive(Debug)]
pub struct Account<'a> {
    /// Its address.
    pub address: Address,
    /// What stands before the `@`.
    pub id: Value,
    /// The function that runs as it.
    pub function: &'a Function,
    /// Where it came from.
    pub origin: Origin,
}

/// A function and the Cloud Run service behind it.
#[derive(Debug)]
pub struct Service<'a> {
    /// Its address.
    pub address: Address,
    /// Its name.
    pub name: Value,
    /// What the spec says.
    pub function: &'a Function,
    /// Who it runs as.
    pub account: Identity,
    /// Its package.
    pub artifact: Artifact,
    /// `python313`.
    pub runtime: Text,
    /// Megabytes.
    pub memory: i64,
    /// Seconds.
    pub timeout: i64,
    /// Instances at most.
    pub most: i64,
    /// Instances at least.
    pub least: i64,
    /// Whether calls come in from outside Google's network; who may call is another question.
    pub open: bool,
    /// What it sees.
    pub environment: Map,
    /// What its build sees.
    pub build: Map,
    /// Where it came from.
    pub origin: Origin,
}

/// A topic that a trigger needs.
#[derive(Debug)]
pub struct Topic {
    /// Its address.
    pub address: Address,
    /// Its name.
    pub name: Value,
    /// Where it came from.
    pub origin: Origin,
}

/// A topic or subscription that something refers to.
#[derive(Clone, Debug)]
pub enum Named {
    /// One of this template.
    Own(Address),
    /// One that exists, by its full name.
    Given(Value),
}

/// A bucket that tells a topic about its objects.
#[derive(Debug)]
pub struct Notification {
    /// Its address.
    pub address: Address,
    /// The bucket's name.
    pub bucket: Value,
    /// The bucket, when it is one of this template.
    pub made: Option<Address>,
    /// The topic.
    pub topic: Address,
    /// `OBJECT_FINALIZE`, `OBJECT_DELETE`, `OBJECT_ARCHIVE`.
    pub events: Vec<&'static str>,
    /// Only keys that begin so.
    pub prefix: Option<Text>,
    /// Lets the storage service publish.
    pub after: Address,
    /// Where it came from.
    pub origin: Origin,
}

/// A subscription.
#[derive(Debug)]
pub struct Subscription {
    /// Its address.
    pub address: Address,
    /// Its name.
    pub name: Value,
    /// What it listens to.
    pub topic: Named,
    /// How long an answer may take; how long a message stays hidden.
    pub visibility: i64,
    /// How long a message waits.
    pub retention: i64,
    /// Only messages whose attributes hold this.
    pub filter: Option<&'static str>,
    /// Where messages go that fail too often.
    pub dead_letter: Option<Address>,
    /// The function it calls; none for one that waits to be asked.
    pub function: Option<Endpoint>,
    /// Where it came from.
    pub origin: Origin,
}

/// A queue's own subscription calls a function.
#[derive(Debug)]
pub struct Push {
    /// The subscription.
    pub subscription: Address,
    /// The function it is told to call.
    pub function: Endpoint,
    /// Where it came from.
    pub origin: Origin,
}

/// Where the calls of a trigger go: to a function's service, under the path by which the entry knows the trigger.
#[derive(Debug)]
pub struct Endpoint {
    /// The function.
    pub function: Address,
    /// The path, from its first slash on.
    pub path: Text,
}

impl Endpoint {
    /// Where the calls of a trigger go.
    pub fn new(function: &str, trigger: &Trigger) -> Self {
        Self { function: Address::new(function, "function"), path: Text::concat(&["/portolan/", &trigger.key]) }
    }
}

/// What tells a function of changes of a table.
#[derive(Debug)]
pub struct Listener {
    /// Its address.
    pub address: Address,
    /// Its name.
    pub name: Value,
    /// The table's database.
    pub table: Address,
    /// The type of the events: `google.cloud.firestore.document.v1.created`.
    pub event: &'static str,
    /// The function it calls.
    pub function: Endpoint,
    /// Lets the account that it calls as receive events.
    pub after: Address,
    /// Where it came from.
    pub origin: Origin,
}

/// A job of the clock.
#[derive(Debug)]
pub struct Job {
    /// Its address.
    pub address: Address,
    /// Its name.
    pub name: Value,
    /// The function it calls.
    pub function: Endpoint,
    /// Five fields of cron, or words.
    pub schedule: String,
    /// The time zone.
    pub timezone: Text,
    /// What it sends, as JSON.
    pub body: Option<Text>,
    /// Seconds it waits for an answer.
    pub deadline: i64,
    /// Where it came from.
    pub origin: Origin,
}

/// A log bucket of this deployment, and the functions whose logs go there.
#[derive(Debug)]
pub struct Logs {
    /// The bucket's address.
    pub address: Address,
    /// The bucket's name.
    pub name: Value,
    /// Days.
    pub days: i64,
    /// The routes into it.
    pub sinks: Vec<Sink>,
    /// Where it came from.
    pub origin: Origin,
}

/// The route of one function's logs.
#[derive(Debug)]
pub struct Sink {
    /// Its address.
    pub address: Address,
    /// Its name.
    pub name: Value,
    /// The service whose logs take it.
    pub service: Value,
    /// Where it came from.
    pub origin: Origin,
}

/// A custom role.
#[derive(Debug)]
pub struct Rights {
    /// Its address.
    pub address: Address,
    /// What it is called.
    pub role: OwnRole,
    /// What it is for.
    pub title: Text,
    /// Its permissions.
    pub permissions: Vec<Text>,
    /// Where it came from.
    pub origin: Origin,
}

/// Someone has a role on something.
#[derive(Debug)]
pub struct Binding {
    /// Its address.
    pub address: Address,
    /// On what.
    pub scope: Scope,
    /// Which role.
    pub role: Role,
    /// Who.
    pub member: Member,
    /// Only if.
    pub condition: Option<Condition>,
    /// What must exist before.
    pub after: Addresses,
    /// Where it came from.
    pub origin: Origin,
}

/// What a role is bound on.
#[derive(Clone, Debug)]
pub enum Scope {
    /// The project.
    Project,
    /// A Cloud Run service of the region, by its name.
    Service(Value),
    /// A bucket, by its name.
    Bucket(Value),
    /// A topic.
    Topic(Named),
    /// A subscription.
    Subscription(Named),
    /// A secret, by its full name.
    Secret(Value),
    /// The repository that holds the images of this deployment's functions.
    Images,
    /// Whatever a column says.
    Column {
        /// The type of the binding, or `access-control`.
        bind: Text,
        /// The property that says on what.
        argument: Text,
        /// On what.
        on: Value,
        /// The resource of this template that it is.
        part: Option<Address>,
        /// On what, for a review.
        told: Value,
    },
}

impl Scope {
    /// What it is, for a review.
    pub fn described(&self, place: &Place<'_>) -> Value {
        let project = place.project();
        let named = |named: &Named| match named {
            Named::Own(address) => Value::reference(address.clone(), "name"),
            Named::Given(name) => name.clone(),
        };
        match self {
            Self::Project => Value::join(["projects/".into(), project]),
            Self::Service(name) => {
                let region = place.region();
                let within = ["projects/".into(), project, "/locations/".into(), region, "/services/".into()];
                Value::join(within.into_iter().chain([name.clone()]))
            }
            Self::Bucket(name) => Value::join(["projects/_/buckets/".into(), name.clone()]),
            Self::Topic(topic) => named(topic),
            Self::Subscription(subscription) => named(subscription),
            Self::Secret(name) => name.clone(),
            Self::Images => IMAGES_NAME.clone(),
            Self::Column { told, .. } => told.clone(),
        }
    }
}

/// Which role.
#[derive(Clone, Debug)]
pub enum Role {
    /// One of Google's, or of the user's.
    Predefined(Text),
    /// One of this template.
    Own(OwnRole),
}

/// What a custom role is called.
#[derive(Clone, Debug)]
pub struct OwnRole {
    /// Its id.
    pub id: Text,
    /// What bindings call it, once it is there.
    pub name: Value,
}

impl OwnRole {
    /// The role of an address.
    pub fn new(address: Address, id: Text) -> Self {
        Self { id, name: Value::reference(address, "name") }
    }
}

/// A service account of this template, which everything refers to by its e-mail address.
#[derive(Clone, Debug)]
pub struct Identity(Arc<Reference>);

impl Identity {
    /// The account of an address.
    pub fn new(address: Address) -> Self {
        Self(Arc::new(Reference { address, attribute: "email".into() }))
    }

    /// Its address in the template.
    pub fn address(&self) -> &Address {
        &self.0.address
    }

    /// Its e-mail address, once it is there.
    pub fn email(&self) -> Value {
        Value::Ref(Arc::clone(&self.0))
    }
}

/// Who.
#[derive(Clone, Debug)]
pub enum Member {
    /// A service account of this template.
    Account(Identity),
    /// Whoever the user names.
    Given(Value),
    /// Everybody.
    Everyone,
    /// Pub/Sub itself.
    Messages,
    /// Cloud Storage itself.
    Storage,
}

impl Member {
    /// A member as bindings name it.
    pub fn written(&self, place: &Place<'_>) -> Value {
        match self {
            Self::Account(identity) => Value::join(["serviceAccount:".into(), identity.email()]),
            Self::Given(value) => value.clone(),
            Self::Everyone => "allUsers".into(),
            // Pub/Sub documentation, Dead-letter topics: the service's own account moves the messages.
            Self::Messages => Value::join([
                "serviceAccount:service-".into(),
                place.context(Context::ProjectNumber),
                "@gcp-sa-pubsub.iam.gserviceaccount.com".into(),
            ]),
            Self::Storage => {
                let agent = Value::reference(Address::new("app", "storage-agent"), "email_address");
                Value::join(["serviceAccount:".into(), agent])
            }
        }
    }

    /// Tells members apart.
    pub fn key(&self) -> Text {
        match self {
            Self::Account(identity) => Text::new(identity.address().as_str()),
            Self::Given(value) => format!("{value:?}").into(),
            Self::Everyone => "*".into(),
            Self::Messages => "pubsub".into(),
            Self::Storage => "storage".into(),
        }
    }
}

/// Only if.
#[derive(Clone, Debug)]
pub struct Condition {
    /// What it is for.
    pub title: Text,
    /// In the Common Expression Language.
    pub expression: Value,
}
