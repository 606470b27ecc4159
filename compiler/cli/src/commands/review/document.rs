//! The review as data: what every view is drawn from, and what policies are asked about.
//!
//! The schema of this document is part of what the program promises: `portolan schema --of review`. A key that goes or
//! changes its meaning raises [`VERSION`].

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::Serialize;

/// The version of the document.
pub const VERSION: u32 = 1;

/// What the functions of an app may do, on what, and why.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Document {
    /// The version of this form: 1.
    pub version: u32,
    /// One for each target and region.
    pub deployments: Vec<Deployment>,
    /// What the gates and policies that were asked for have found.
    pub verdicts: Vec<Verdict>,
}

/// What a gate or a policy has found.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Verdict {
    /// Whether it stands in the way.
    pub denied: bool,
    /// The gate's name, or the policy's file.
    pub by: String,
    /// What was found.
    pub message: String,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// An app as one target and region see it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Deployment {
    /// The app.
    pub app: String,
    /// The target.
    pub target: String,
    /// The template's format: `aws`, `gcp`, `gcp-dm` or `azure`.
    pub format: String,
    /// The region.
    pub region: String,
    /// How many there are of what.
    pub counts: Counts,
    /// The functions, in the order of the spec.
    pub functions: Vec<Function>,
    /// Permissions that belong to no function.
    pub shared: Vec<Permission>,
    /// The ways in from outside.
    pub exposure: Exposure,
    /// Permissions with which their holder can get more than it was given.
    pub escalation: Vec<Escalation>,
    /// Who from outside of the account, project or tenant is let in.
    pub trust: Vec<Trust>,
    /// What was written by hand, and is nobody's conclusion.
    pub by_hand: Vec<ByHand>,
    /// Where the cloud grants more than was asked for.
    pub wider: Vec<Wider>,
    /// What was proved of the template: every call and trigger is allowed, and no permission can be taken away.
    pub proof: Proof,
    /// What changed in effect; only with `--against`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub changes: Option<Changes>,
}

/// How many there are of what.
#[derive(Clone, Copy, Debug, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Counts {
    /// Functions.
    pub functions: usize,
    /// Permissions.
    pub permissions: usize,
    /// Permissions on everything there is.
    pub on_everything: usize,
    /// Permissions that are granted because not all of the code was understood.
    pub assumed: usize,
    /// Permissions that were written by hand.
    pub by_hand: usize,
    /// Functions that everybody can reach.
    pub public: usize,
}

/// A function.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line that declares it.
    pub place: Place,
    /// Its runtime.
    pub runtime: String,
    /// Its handler.
    pub handler: String,
    /// Whether everybody can reach it.
    pub public: bool,
    /// How the outside reaches it.
    pub ways: Vec<Way>,
    /// What it may do, and who may start it.
    pub permissions: Vec<Permission>,
    /// What it declares and never does: nothing is granted for that.
    pub unused: Vec<Unused>,
    /// Where its code was not understood.
    pub gaps: Vec<Gap>,
}

/// A way from outside to a function.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Way {
    /// Who may take it.
    pub who: Who,
    /// The api it goes through; without one, the function has a host of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<String>,
    /// `GET /shows/{id}`.
    pub routes: Vec<String>,
    /// Whose tokens open it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// The trigger's line.
    pub place: Place,
}

/// Who may come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// Everybody.
    Public,
    /// Bearers of a token.
    Token,
    /// Only those who are named as callers.
    Callers,
}

/// Something that is allowed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Permission {
    /// Who holds it, where it is not the function's own identity: a service that starts it, for instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// The neutral verb, or the trigger's word.
    pub verb: String,
    /// What it is on, in the spec's names; empty for what the platform itself needs.
    pub resource: String,
    /// The kind of that resource.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The permission, in the cloud's words.
    pub permission: String,
    /// What it is granted on, in the cloud's words; what only a deployment knows stands in braces.
    pub on: String,
    /// Whether that is everything there is.
    pub on_everything: bool,
    /// What limits it further.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The role that carries it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// What that role carries beyond what was asked for.
    pub beyond: Vec<String>,
    /// The objects that the code is about, where the cloud cannot limit the permission to them: `in/*`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub meant: Vec<String>,
    /// Whether it was written by hand.
    pub by_hand: bool,
    /// Whether it is granted because not all of the code was understood.
    pub assumed: bool,
    /// What its holder can become with it, beyond what it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalation: Option<String>,
    /// Why; never empty.
    pub because: Vec<Reason>,
}

impl Permission {
    /// Whether the cloud grants more than was asked for.
    pub fn is_wider(&self) -> bool {
        !self.beyond.is_empty() || !self.meant.is_empty()
    }
}

/// Why something is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Reason {
    /// On whose word.
    pub source: Source,
    /// In a few words; of a call, the call.
    pub text: String,
    /// Of a call, the functions from the handler to it.
    pub chain: Vec<String>,
    /// Where.
    pub place: Place,
}

/// On whose word something is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// A `uses` of the spec.
    Declared,
    /// A trigger of the spec.
    Trigger,
    /// A call in the code.
    Call,
    /// What the platform needs to run a function at all.
    Platform,
    /// An `allow` of the spec.
    ByHand,
}

/// A line of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Place {
    /// The file, relative to the spec's folder.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// Something that is declared and never done.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Unused {
    /// The verb.
    pub verb: String,
    /// On what.
    pub resource: String,
    /// The line that declares it.
    pub place: Place,
}

/// A place that was not understood.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Gap {
    /// Why not.
    pub why: String,
    /// Where.
    pub place: Place,
}

/// The ways in from outside, and where they lead.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Exposure {
    /// What each function that can be reached from outside can reach itself, and what it can set in motion.
    pub reach: Vec<Reach>,
    /// What the template opens to everybody, as it is written.
    pub open: Vec<Open>,
    /// Secrets and keys that everybody can reach, or set something in motion that reaches them.
    pub secrets: Vec<String>,
    /// Permissions of public functions that were written by hand: nobody knows what secrets they reach.
    pub unknown: usize,
}

/// What a function reaches from outside.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Reach {
    /// Who begins.
    pub who: Who,
    /// From the first thing outside to the function that does it: `web`, `get`.
    pub path: Vec<String>,
    /// What that function may do, and on what.
    pub may: Vec<May>,
    /// Whether something stands between: a queue, a topic, a bucket, an invocation.
    pub indirect: bool,
}

/// Verbs on a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct May {
    /// On what.
    pub resource: String,
    /// Its kind.
    pub kind: String,
    /// What.
    pub verbs: Vec<String>,
}

/// A statement of the template that lets everybody in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Open {
    /// What everybody may do.
    pub permission: String,
    /// On what.
    pub on: String,
    /// What limits it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Whether a public trigger of the spec says so.
    pub declared: bool,
    /// The resource of the template that says it.
    pub address: String,
    /// The line it was made for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A permission with which its holder can get more than it was given.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Escalation {
    /// Who: a function, or whom the template names.
    pub who: String,
    /// The permission as it is granted.
    pub permission: String,
    /// On what.
    pub on: String,
    /// What can be done with it.
    pub gives: String,
    /// Where the provider says so.
    pub source: String,
    /// The resource of the template that grants it.
    pub address: String,
    /// The line it was made for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// Somebody from outside who is let in.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Trust {
    /// Who.
    pub who: String,
    /// What they may do; `sts:AssumeRole` and the like make them somebody of the app.
    pub permission: String,
    /// On what.
    pub on: String,
    /// What limits it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The resource of the template that says it.
    pub address: String,
    /// The line it was made for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// Something that was written by hand.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ByHand {
    /// In which way.
    pub form: Form,
    /// The function, the raw resource's name, or the address.
    pub of: String,
    /// What it grants, as far as it grants: permissions of an `allow`; of a raw resource, who may do what.
    pub grants: Vec<String>,
    /// On what an `allow` is.
    pub on: Vec<String>,
    /// The reason that its author gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The line.
    pub place: Place,
}

/// How something is written by hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Form {
    /// Permissions in the cloud's words.
    Allow,
    /// A whole resource in the cloud's words.
    Native,
    /// A part of a resource in the cloud's words.
    Override,
}

/// More than was asked for.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Wider {
    /// The function; empty for what belongs to none.
    pub function: String,
    /// Who holds it, where it is not the function's own identity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// What was asked for: the verb.
    pub verb: String,
    /// On what.
    pub resource: String,
    /// The role that cannot be divided; empty where it is the objects that cannot.
    pub role: String,
    /// What it carries beyond.
    pub beyond: Vec<String>,
    /// The objects that the code is about, where the cloud cannot limit the permission to them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub meant: Vec<String>,
}

/// What was proved of a template as it is written. One that does not prove is an error, and there is no review of it.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Proof {
    /// It in a sentence.
    pub summary: String,
    /// Calls that were seen in the code, all of them allowed.
    pub calls: usize,
    /// Triggers, all of them allowed to start their function.
    pub triggers: usize,
    /// Permissions, none of which can be taken away without breaking something.
    pub permissions: usize,
    /// What is granted only because the cloud does not divide it from what is needed.
    pub undivided: Vec<Undivided>,
    /// What was granted by hand, of which nothing is proved.
    pub outside: Vec<Outside>,
}

/// A permission that comes in one piece with what is needed.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Undivided {
    /// Whose; empty for what belongs to no function.
    pub function: String,
    /// The permission.
    pub permission: String,
    /// The piece, and why it is one.
    pub reason: String,
}

/// A permission that was granted by hand.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Outside {
    /// Whose; empty for what belongs to no function.
    pub function: String,
    /// The permission.
    pub permission: String,
    /// On what.
    pub on: String,
    /// What wrote it: `allow`, ``native `users` ``, ``the override of `tag.role` ``.
    pub by: String,
}

/// What changed in effect.
#[derive(Clone, Debug, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Changes {
    /// What this is compared with.
    pub against: String,
    /// What is allowed now and was not.
    pub wider: Vec<Change>,
    /// What was allowed and is not any more.
    pub narrower: Vec<Change>,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Change {
    /// In which way: `new-exposure`, `new-principal`, `new-action`, `new-resource`, `wider-resource`, `lost-condition`,
    /// `lost-denial`.
    pub class: String,
    /// Who: a function, or whom the template names.
    pub who: String,
    /// The verb of the spec that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verb: Option<String>,
    /// The resource of the spec that it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// What.
    pub permission: String,
    /// On what.
    pub on: String,
    /// When only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The role that brings it, where the cloud does not divide its roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Whether it lets everybody in.
    pub public: bool,
    /// What its holder can become with it, beyond what it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalation: Option<String>,
    /// Whether it is granted because not all of the code was understood.
    pub assumed: bool,
    /// Whether it was written by hand.
    pub by_hand: bool,
    /// The resource of the template that grants it.
    pub address: String,
    /// Why: lines of the spec and of the code.
    pub because: Vec<Reason>,
    /// The line the resource was made for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// The JSON Schema (2020-12) of the document.
#[must_use]
pub fn schema() -> Schema {
    let settings = SchemaSettings::draft2020_12().for_serialize();
    let mut schema = settings.into_generator().into_root_schema_for::<Document>();
    schema.insert("title".to_owned(), "Portolan review".into());
    schema
}
