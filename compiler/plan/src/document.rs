//! The plan as data: what every view is drawn from, what gates and policies judge, and what `apply` is bound to.
//!
//! Its schema is part of what the program promises: `portolan schema --of plan`. Keys may be added in a minor version; one
//! that goes or changes its meaning raises the major one. Nothing in it depends on when, where or by whom it was made, and
//! no value in it is secret.

use schemars::{JsonSchema, Schema, generate::SchemaSettings};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What tells a plan from other files.
pub const FORMAT: &str = "portolan/plan";

/// The version of the document.
pub const VERSION: &str = "1.0";

/// What would change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// `portolan/plan`.
    pub format: String,
    /// The version of this form: `1.0`.
    pub version: String,
    /// `sha256:` and the digest of this document without this key, in the form of RFC 8785.
    pub id: String,
    /// One for each target and region, in the order of the spec.
    pub deployments: Vec<Deployment>,
}

/// What would change of an app for one target and region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Deployment {
    /// The app.
    pub app: String,
    /// The target.
    pub target: String,
    /// The template's format: `aws`, `gcp`, `gcp-dm` or `azure`.
    pub format: String,
    /// The region.
    pub region: String,
    /// The account, project or resource group that the spec names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What the deployment is called in the cloud.
    pub stack: String,
    /// What this was compared with.
    pub basis: Basis,
    /// Digests of what this was made of.
    pub inputs: Inputs,
    /// How many there are of what.
    pub summary: Summary,
    /// What becomes of each resource that the spec or the basis has, those that stay as they are left out: first what goes
    /// or is replaced, then by address.
    pub changes: Vec<Change>,
    /// What is permitted, in effect, that was not, and the other way round.
    pub permissions: Permissions,
    /// What opens or loses a protection, beside permissions.
    pub alarms: Vec<Alarm>,
    /// What the deployment tells whoever made it, where that changes.
    pub outputs: Vec<OutputChange>,
    /// What was changed by hand since the last deployment; only where what is deployed was looked at.
    pub drift: Vec<Drift>,
    /// What it costs more or less by the month, as far as that can be known without the cloud.
    pub cost: Cost,
    /// What must be approved before this is applied.
    pub approvals: Vec<Needed>,
    /// What is not known, and why; nothing of that is told as unchanged.
    pub unknowns: Vec<Unknown>,
    /// Differences that mean nothing, by the rule that says so.
    pub suppressed: Vec<Suppressed>,
    /// The line of the spec that the app stands in.
    pub spec: Place,
}

/// What a deployment was compared with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Basis {
    /// Of which sort.
    pub kind: BasisKind,
    /// What it is called: a path, a revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The lowering version of what was compared with; none where there is nothing, or where it is not ours.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lowering: Option<u64>,
    /// Whether it was made by something else than Portolan.
    pub foreign: bool,
    /// The digest of its template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// The token by which the cloud names the state that was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// When it was seen, as whoever looked wrote it down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_at: Option<String>,
    /// Whether what is deployed was compared with its template.
    pub drift_checked: bool,
}

/// Of which sort a basis is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BasisKind {
    /// None: everything is new.
    Nothing,
    /// The folder of an earlier build.
    Build,
    /// A template.
    Template,
    /// The spec of a git revision, compiled.
    Revision,
    /// What is deployed.
    Observed,
}

/// Digests of what a plan was made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Inputs {
    /// The version of Portolan.
    pub tool: String,
    /// The lowering version of the template.
    pub lowering: u64,
    /// The packages, by function.
    pub artifacts: BTreeMap<String, String>,
    /// The templates, by file.
    pub templates: BTreeMap<String, String>,
    /// Where it comes from how properties behave.
    pub behaviour: Vec<String>,
}

/// How many there are of what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Resources that are made.
    pub create: usize,
    /// Resources that change in place.
    pub update: usize,
    /// Resources that are replaced.
    pub replace: usize,
    /// Resources that go.
    pub delete: usize,
    /// Resources that get another name in the template.
    pub rename: usize,
    /// Resources that are taken into the deployment.
    pub import: usize,
    /// Resources that leave the deployment and stay in the cloud.
    pub forget: usize,
    /// Resources that stay as they are.
    pub unchanged: usize,
    /// Changes that the cloud will refuse.
    pub impossible: usize,
    /// Things whose data goes.
    pub data_loss: usize,
    /// Permissions that are new or wider.
    pub widening: usize,
    /// Things that open to the public.
    pub exposure: usize,
    /// Approvals that are needed.
    pub approvals: usize,
}

/// What becomes of a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Change {
    /// What it is called: its address, else its name in the template.
    pub address: String,
    /// The address it had, where that is another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
    /// Its name in the template.
    pub id: String,
    /// The kind it was made for: `table`, `function`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The provider's type.
    pub r#type: String,
    /// What is done.
    pub action: Action,
    /// What becomes of one that goes or is replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fate: Option<Fate>,
    /// The worst that its properties say.
    pub verdict: Verdict,
    /// Who caused it.
    pub cause: Cause,
    /// The line of the spec that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The line of the earlier spec that it came from, of one that goes: as far as the basis tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place_before: Option<Place>,
    /// What changes in it.
    pub properties: Vec<Property>,
    /// What follows from it.
    pub effects: Vec<Effect>,
    /// How bad the worst of that is.
    pub severity: Severity,
    /// What a reader should know, a sentence each.
    pub notes: Vec<String>,
    /// The approvals it needs: `data-loss:shows.table`.
    pub requires: Vec<String>,
    /// In which order it is done: what stands on others comes in a later wave.
    pub wave: usize,
    /// What is left when the deployment fails half-way.
    pub rollback: String,
}

/// What is done with a resource.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It goes.
    Delete,
    /// It goes, and another one is made in its place.
    ReplaceDeleteFirst,
    /// Another one is made, then it goes.
    ReplaceCreateFirst,
    /// It leaves the deployment and stays in the cloud.
    Forget,
    /// It gets another name in the template, and stays what it is.
    Rename,
    /// It changes in place.
    Update,
    /// It is taken into the deployment.
    Import,
    /// It is made.
    Create,
    /// It stays as it is.
    NoOp,
}

/// What becomes in the cloud of a resource that goes, or of the old one of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It goes, with what it holds.
    Lost,
    /// It stays, no longer part of the deployment, and is paid for.
    Kept,
    /// It is not let go.
    Refused,
}

/// How a property, or a resource, takes a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It changes as it stands.
    InPlace,
    /// Nobody says.
    Unknown,
    /// It depends on what it changes from and to, or on what else there is.
    Conditional,
    /// The resource is replaced.
    Replace,
    /// The cloud will refuse it.
    Impossible,
}

/// Who caused a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// The spec says something else.
    Spec,
    /// A function's package is another one.
    Artifact,
    /// Portolan lowers the same spec in another way.
    Compiler,
    /// Somebody changed what is deployed.
    Drift,
}

/// What changes in a property.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Property {
    /// The way to it: `GlobalSecondaryIndexes[by-date].Projection`.
    pub path: String,
    /// What it was; none where it was not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Shown>,
    /// What it will be; none where it goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Shown>,
    /// How it takes that.
    pub verdict: Verdict,
    /// Who says so, each with its own verdict.
    pub said: Vec<Said>,
    /// Who caused it.
    pub cause: Cause,
}

/// A value as a plan shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shown {
    /// What it is, on a line; what only a deployment knows stands in braces.
    Value(String),
    /// A text of several lines, or a value with others in it, as indented lines.
    Body(String),
    /// A text too long to be shown: how many bytes it has, and its digest.
    Long {
        /// Its length in bytes.
        bytes: usize,
        /// `sha256:…`
        digest: String,
    },
    /// A secret, or what may be one. Whether it changed is told, what it is is not.
    Secret,
    /// Known only when it is deployed, and why.
    Unknown(String),
}

/// What a source says of a property.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    /// The source: `cloudformation-schema`, `rule`, `overlay`.
    pub source: String,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What it says.
    pub verdict: Verdict,
    /// The document that says so, of what we wrote down ourselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub citation: Option<String>,
}

/// What follows from a change. They do not exclude each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Data goes, or loses what kept it.
    DataLoss,
    /// It cannot be undone.
    Irreversible,
    /// Everybody can reach something that was closed.
    PublicExposure,
    /// Somebody may do what was not allowed.
    PermissionWidening,
    /// The name that the new one needs is still taken by the old one.
    NameCollision,
    /// Something does not work for a while.
    Downtime,
    /// A resource is replaced by another one.
    Replacement,
    /// A limit of the provider may stand in the way.
    Quota,
    /// Nobody can tell before.
    Unknown,
}

impl Effect {
    /// All of them, the worst first.
    pub const ALL: [Self; 9] = [
        Self::DataLoss,
        Self::Irreversible,
        Self::PublicExposure,
        Self::PermissionWidening,
        Self::NameCollision,
        Self::Downtime,
        Self::Replacement,
        Self::Quota,
        Self::Unknown,
    ];

    /// Its name on the command line and in approvals.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::DataLoss => "data-loss",
            Self::Irreversible => "irreversible",
            Self::PublicExposure => "public-exposure",
            Self::PermissionWidening => "permission-widening",
            Self::NameCollision => "name-collision",
            Self::Downtime => "downtime",
            Self::Replacement => "replacement",
            Self::Quota => "quota",
            Self::Unknown => "unknown",
        }
    }

    /// Reads its name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|effect| effect.word() == word)
    }
}

/// How bad a change is, for sorting and colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Nothing stops, nothing is lost, nothing opens.
    #[default]
    Safe,
    /// Something stops for a while, or may be refused.
    Disruptive,
    /// Something opens.
    Widening,
    /// Something is lost, or cannot be undone.
    Loss,
}

/// What is permitted, in effect, that was not, and the other way round.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Permissions {
    /// What is allowed now and was not.
    pub wider: Vec<Grant>,
    /// What was allowed and is not any more.
    pub narrower: Vec<Grant>,
}

/// Something that is or was permitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Grant {
    /// In which way it is new: `new-action`, `wider-resource`, `lost-condition`, `new-exposure`.
    pub class: String,
    /// Who: a function, or a principal in the cloud's words.
    pub who: String,
    /// The neutral verb, where it comes from one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verb: Option<String>,
    /// What it is on, in the spec's names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// The permission, in the cloud's words.
    pub permission: String,
    /// What it is on, in the cloud's words.
    pub on: String,
    /// When only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// Whether it lets everybody in.
    pub public: bool,
    /// What its holder can become with it, beyond what it says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub escalation: Option<String>,
    /// Whether it is granted because not all of the code was understood.
    pub assumed: bool,
    /// Whether it was written by hand.
    pub by_hand: bool,
    /// The address of the resource that grants it.
    pub address: String,
    /// Why: lines of the spec and of the code.
    pub because: Vec<Reason>,
    /// The approval it needs: `permission-widening:notify.uploads.read`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires: Option<String>,
}

/// Why something is permitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Reason {
    /// In words.
    pub text: String,
    /// Where it is said.
    pub place: Place,
}

/// A line of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The file, as seen from the spec's folder.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
}

/// Something that opens or loses a protection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Alarm {
    /// What follows: `public-exposure`, `data-loss` or `irreversible`.
    pub effect: Effect,
    /// The resource.
    pub address: String,
    /// The way to the property.
    pub path: String,
    /// What it means.
    pub says: String,
    /// What it was and will be.
    pub change: String,
    /// The line of the spec that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
    /// The approval it needs.
    pub requires: String,
}

/// An output that changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct OutputChange {
    /// Its name.
    pub name: String,
    /// What it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<Shown>,
    /// What it will be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<Shown>,
}

/// Something that somebody changed since the last deployment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Drift {
    /// The resource.
    pub address: String,
    /// The provider's type.
    pub r#type: String,
    /// Whether it is gone altogether.
    pub gone: bool,
    /// What differs: `before` is what was deployed, `after` what is there.
    pub properties: Vec<Property>,
    /// Whether this plan changes the resource, too.
    pub touched: bool,
}

/// What a deployment costs more or less by the month.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Cost {
    /// What can be known.
    pub known: Vec<Price>,
    /// Prices of what is used, of the types that come or change, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub units: Vec<UnitPrice>,
    /// The types that cost something nobody can tell before, each once.
    pub not_estimated: Vec<String>,
}

/// A price that does not depend on how something is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Price {
    /// The resource.
    pub address: String,
    /// What is paid for.
    pub what: String,
    /// In US dollars, for a month; less than nothing where it goes. A decimal number.
    pub monthly_usd: String,
    /// The page that says so.
    pub source: String,
    /// When it was read.
    pub date: String,
}

/// A price of what is used. How much that will be is not told: nobody knows it before.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct UnitPrice {
    /// The provider's type.
    pub r#type: String,
    /// What is paid for.
    pub what: String,
    /// What is counted: `1M requests`.
    pub per: String,
    /// In US dollars, for one of that. A decimal number.
    pub usd: String,
    /// The page that says so.
    pub source: String,
    /// When it was read.
    pub date: String,
}

/// An approval that is needed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Needed {
    /// What is approved: `data-loss:shows.table`.
    pub approve: String,
    /// The effect.
    pub effect: Effect,
    /// What it is about.
    pub address: String,
    /// What happens, in a sentence.
    pub says: String,
    /// The digest of just this change: an approval in a file holds for this one alone.
    pub fingerprint: String,
    /// The line of the spec that it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// Something that is not known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Unknown {
    /// The resource, or the deployment's name.
    pub address: String,
    /// The way to the property; empty for the whole.
    pub path: String,
    /// Why.
    pub why: String,
}

/// A difference that means nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Suppressed {
    /// The resource.
    pub address: String,
    /// The way to the property.
    pub path: String,
    /// The rule: `order-of-a-set`, `number-as-text`.
    pub rule: String,
    /// What it was and is.
    pub change: String,
}

/// What gates and policies found of a plan. It is no part of the plan: the same plan may be judged by others.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Judgement {
    /// What was found.
    pub findings: Vec<Finding>,
    /// The approvals that were given and are needed.
    pub approved: Vec<Approved>,
}

/// What a gate or a policy found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Finding {
    /// Whether it stands in the way.
    pub denied: bool,
    /// The gate's name, or the policy's file.
    pub by: String,
    /// The deployment: `prod`, or `prod/eu-west-1` where a target has several regions.
    pub deployment: String,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// What was found.
    pub message: String,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// An approval that was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Approved {
    /// What is approved: `data-loss:shows.table`.
    pub approve: String,
    /// The deployment.
    pub deployment: String,
    /// Why, of one from a file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Until when, of one from a file: `2026-12-31`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

impl Deployment {
    /// What it is called among others: `prod`, with its region.
    #[must_use]
    pub fn called(&self) -> String {
        format!("{}/{}", self.target, self.region)
    }

    /// Whether anything would be done.
    #[must_use]
    pub fn has_changes(&self) -> bool {
        !self.changes.is_empty() || !self.outputs.is_empty()
    }
}

/// The JSON Schema of a plan.
#[must_use]
pub fn schema() -> Schema {
    SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Plan>()
}
