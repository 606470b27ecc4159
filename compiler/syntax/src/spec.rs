//! What the user wrote: every key of the language in its place, every value still as text.
//!
//! Values keep their `${…}` holes, because a hole is filled per target. Maps keep the order of the file.

use crate::Node;
use portolan_diagnostics::{Span, Spanned};
use portolan_value::{Format, Provider};
use smallvec::SmallVec;

/// A scalar value: literal text and `${…}` holes. `$${` has become a literal `${`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its place.
    pub span: Span,
    /// The parts in order; a text without holes has at most one, which lies in place.
    pub parts: SmallVec<[Part; 1]>,
    /// Whether it was quoted or a block.
    pub quoted: bool,
}

/// A piece of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// These very characters.
    Literal(portolan_value::Text),
    /// `${path}`, the path without the braces, trimmed: `app`, `log-days`, `resources.web.url`.
    Hole(Box<Spanned<portolan_value::Text>>),
}

/// A named entry of a map whose keys are the user's.
pub type Named<T> = (Spanned<portolan_value::Text>, T);

/// A whole `portolan.yaml`.
#[derive(Clone, Debug, Default)]
pub struct Spec {
    /// The span of the document, to point at when something is missing altogether.
    pub span: Span,
    /// Whether the text broke off or holds no map: what is missing here may have been written.
    pub broken: bool,
    /// The places that were refused, in order: what seems to be missing near one may only be unreadable.
    pub refused: Vec<Span>,
    /// `app`.
    pub app: Option<Text>,
    /// `targets`.
    pub targets: Vec<TargetSpec>,
    /// `variables`.
    pub variables: Vec<Named<Text>>,
    /// `inputs`.
    pub inputs: Vec<InputSpec>,
    /// `defaults`; its name is empty, at the place of the key.
    pub defaults: FunctionSpec,
    /// `tags`.
    pub tags: Vec<Named<Text>>,
    /// `resources`.
    pub resources: Vec<ResourceSpec>,
    /// `functions`.
    pub functions: Vec<FunctionSpec>,
    /// `outputs`.
    pub outputs: Vec<OutputSpec>,
    /// `native`: raw resources by format.
    pub native: Vec<(Spanned<Format>, Vec<Named<Node>>)>,
    /// `overrides`: bodies by format and address.
    pub overrides: Vec<(Spanned<Format>, Vec<Named<Node>>)>,
    /// `keep`: fixed identities by format and address.
    pub keep: Vec<(Spanned<Format>, Vec<KeepSpec>)>,
}

/// An entry of `targets`.
#[derive(Clone, Debug)]
pub struct TargetSpec {
    /// The name, or a pattern with one final `*`.
    pub name: Spanned<portolan_value::Text>,
    /// `like`: all of that target, then the keys here.
    pub like: Option<Text>,
    /// `provider`.
    pub provider: Option<Text>,
    /// `format`.
    pub format: Option<Text>,
    /// `region`.
    pub region: Option<Text>,
    /// `regions`: a list, or the one word `all`.
    pub regions: Option<RegionsSpec>,
    /// `account`.
    pub account: Option<Text>,
    /// `project`.
    pub project: Option<Text>,
    /// `resource-group`.
    pub resource_group: Option<Text>,
    /// `artifacts-bucket`: where Deployment Manager takes code from.
    pub artifacts_bucket: Option<Text>,
    /// `entra-app-id`: the application that guards `iam` and `invoke` on Azure.
    pub entra_app_id: Option<Text>,
    /// `variables`.
    pub variables: Vec<Named<Text>>,
    /// `environment`.
    pub environment: Vec<Named<Text>>,
    /// `set`: `function.key` or `resource.key` and its value.
    pub set: Vec<Named<Node>>,
}

/// `regions` of a target.
#[derive(Clone, Debug)]
pub enum RegionsSpec {
    /// Every region the provider has.
    All(Span),
    /// These.
    List(Vec<Text>, Span),
}

/// An entry of `inputs`.
#[derive(Clone, Debug)]
pub struct InputSpec {
    /// The name.
    pub name: Spanned<portolan_value::Text>,
    /// `secret`.
    pub secret: Option<Text>,
    /// `ssm`: a parameter the cloud reads.
    pub ssm: Option<Text>,
    /// `default`.
    pub default: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
}

/// An entry of `resources`.
#[derive(Clone, Debug)]
pub struct ResourceSpec {
    /// The name.
    pub name: Spanned<portolan_value::Text>,
    /// `kind`.
    pub kind: Option<Text>,
    /// `external`.
    pub external: Option<ExternalSpec>,
    /// `targets`.
    pub targets: Option<Vec<Text>>,
    /// `formerly`.
    pub formerly: Option<Text>,
    /// Every other key: an option of the kind, unless the kind says otherwise.
    pub options: Vec<Named<Node>>,
}

/// `external` of a resource.
#[derive(Clone, Debug)]
pub enum ExternalSpec {
    /// One name for every target.
    Name(Text),
    /// A name by provider.
    ByProvider(Vec<(Spanned<Provider>, Text)>, Span),
}

/// An entry of `functions`, or `defaults`.
#[derive(Clone, Debug, Default)]
pub struct FunctionSpec {
    /// The name.
    pub name: Spanned<portolan_value::Text>,
    /// `runtime`.
    pub runtime: Option<Text>,
    /// `handler`.
    pub handler: Option<Text>,
    /// `app`: a whole web application.
    pub app: Option<Text>,
    /// `code`: one folder or a list.
    pub code: Option<Vec<Text>>,
    /// `description`.
    pub description: Option<Text>,
    /// `memory`.
    pub memory: Option<Text>,
    /// `timeout`.
    pub timeout: Option<Text>,
    /// `environment`.
    pub environment: Vec<Named<Text>>,
    /// `max-concurrency`.
    pub max_concurrency: Option<Text>,
    /// `min-instances`.
    pub min_instances: Option<Text>,
    /// `log-retention`.
    pub log_retention: Option<Text>,
    /// `callers`.
    pub callers: Option<CallersSpec>,
    /// `targets`.
    pub targets: Option<Vec<Text>>,
    /// `formerly`.
    pub formerly: Option<Text>,
    /// `payload`.
    pub payload: Option<Text>,
    /// `architecture`.
    pub architecture: Option<Text>,
    /// `bundle`.
    pub bundle: Option<Node>,
    /// `triggers`: one or a list.
    pub triggers: Vec<TriggerSpec>,
    /// `uses`: none where it is not written.
    pub uses: Option<Vec<UseSpec>>,
    /// `uses: auto`: where it is written.
    pub auto: Option<Span>,
    /// `allow`.
    pub allow: Vec<(Spanned<Format>, Vec<AllowSpec>)>,
}

/// `callers` of a function.
#[derive(Clone, Debug)]
pub struct CallersSpec {
    /// The place of the whole value.
    pub span: Span,
    /// `functions`: names of this spec.
    pub functions: Vec<Text>,
    /// `aws`, `gcp`, `azure`: principals in the provider's own words.
    pub principals: Vec<(Spanned<Provider>, Vec<Text>)>,
}

/// An entry of `triggers`.
#[derive(Clone, Debug)]
pub struct TriggerSpec {
    /// The place of the whole entry.
    pub span: Span,
    /// What it listens to, at the place of its own key.
    pub event: Spanned<EventSpec>,
    /// `targets`.
    pub targets: Option<Vec<Text>>,
    /// `loop`: why a function that writes where it listens comes to an end.
    pub r#loop: Option<Text>,
}

/// What a trigger listens to, with its options.
#[derive(Clone, Debug)]
pub enum EventSpec {
    /// `http`: one route or a list.
    Http {
        /// `GET /shows/{id}`.
        routes: Vec<Text>,
        /// `api`: whose host.
        api: Option<Text>,
        /// `auth`.
        auth: Option<Node>,
        /// `cors`.
        cors: Option<Node>,
    },
    /// `schedule`.
    Schedule {
        /// `cron(…)` or `rate(…)`.
        expression: Text,
        /// `timezone`.
        timezone: Option<Text>,
        /// `input`: what the handler receives.
        input: Option<Node>,
    },
    /// `queue`.
    Queue {
        /// The queue's name.
        queue: Text,
        /// `batch`: at most so many messages a call.
        batch: Option<Text>,
    },
    /// `topic`.
    Topic {
        /// The topic's name.
        topic: Text,
    },
    /// `bucket`.
    Bucket {
        /// The bucket's name.
        bucket: Text,
        /// `events`: `created`, `deleted`.
        events: Option<Vec<Text>>,
        /// `prefix`: one final `*`.
        prefix: Option<Text>,
        /// `suffix`: one or a list.
        suffix: Vec<Text>,
        /// `input`: in which form the handler gets the object.
        input: Option<Text>,
    },
    /// `table`.
    Table {
        /// The table's name.
        table: Text,
        /// `changes`: `created`, `changed`, `deleted`.
        changes: Option<Vec<Text>>,
        /// `old`: whether changes come with the row as it was.
        old: Option<Text>,
        /// `start`: `latest` or `earliest`.
        start: Option<Text>,
        /// `batch`: at most so many changes a call.
        batch: Option<Text>,
    },
}

/// An entry of `uses`: a resource or function and what may be done with it.
#[derive(Clone, Debug)]
pub struct UseSpec {
    /// The resource's or function's name.
    pub subject: Spanned<portolan_value::Text>,
    /// The verbs, each with the object prefixes it is limited to (none: everything).
    pub verbs: Vec<(Text, Vec<Text>)>,
    /// The place of the value.
    pub span: Span,
}

/// One hand-made permission under `allow`.
#[derive(Clone, Debug)]
pub struct AllowSpec {
    /// The place of the whole entry.
    pub span: Span,
    /// `actions`: in the provider's own words.
    pub actions: Vec<Text>,
    /// `resources`.
    pub resources: Vec<Text>,
    /// `conditions`: target syntax.
    pub conditions: Option<Node>,
    /// `why`.
    pub why: Option<Text>,
}

/// An entry of `outputs`: a text, or `{ value, targets, description }`.
#[derive(Clone, Debug)]
pub struct OutputSpec {
    /// The name.
    pub name: Spanned<portolan_value::Text>,
    /// The value.
    pub value: Option<Text>,
    /// `description`.
    pub description: Option<Text>,
    /// `targets`.
    pub targets: Option<Vec<Text>>,
}

/// An entry of `keep`: `{ id, name }` under an address.
#[derive(Clone, Debug)]
pub struct KeepSpec {
    /// The address it fixes.
    pub address: Spanned<portolan_value::Text>,
    /// `id`: the logical id in the template.
    pub id: Option<Text>,
    /// `name`: the physical name.
    pub name: Option<Text>,
}
