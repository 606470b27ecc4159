//! The trait a target implements.

use crate::{Answer, Artifacts, Contents, Delivery, Escalation, Guards, Ids, Lowered, Settled, Stakes};
use portolan_access::{Carries, Grants};
use portolan_catalog::Catalog;
use portolan_diagnostics::Diagnostic;
use portolan_model::{FunctionId, Model};
use portolan_policy::{Need, Pattern, Policies, Statement};
use portolan_value::{Format, Parts};

/// A template format that Portolan compiles for.
pub trait Backend: Sync {
    /// Which one.
    fn format(&self) -> Format;

    /// What the target cannot express (errors, with the way out), and what it will do differently (notes): asked before
    /// lowering, so that lowering never meets it. Numbers outside the target's range are notes with the nearest
    /// allowed one. Neither grants nor packages are known by then.
    fn supports(&self, request: &Request<'_>) -> Vec<Diagnostic>;

    /// How each thing lowers.
    fn lower(&self, request: &Request<'_>) -> Lowered;

    /// What the target's platform lets through and only the function's generated entry can refuse. It decides what
    /// `package` puts into the entry, so a guard that is forgotten here is an open door.
    fn guards(&self, model: &Model, function: FunctionId) -> Guards;

    /// The variables of a function, in order; without a text where only the deployment knows their value.
    fn environment(&self, settled: &Settled, function: &str) -> Vec<(String, Option<String>)>;

    /// What the cloud would send to a function for an event, one value a call.
    fn deliveries(&self, delivery: &Delivery<'_>) -> Vec<serde_json::Value>;

    /// What a function's answers to those calls mean.
    fn answer(&self, delivery: &Delivery<'_>, answers: &[serde_json::Value]) -> Answer;

    /// Whether the result is within the target's limits: counts, sizes, name lengths, text that it cannot hold.
    fn limits(&self, settled: &Settled) -> Vec<Diagnostic>;

    /// How it is written down: the only place that escapes.
    fn encode(&self, settled: &Settled) -> Template;

    /// What a written template permits, whoever wrote it. Of a text that is no template of this format it reads what it
    /// can: nothing.
    fn permissions(&self, template: &str) -> Policies;

    /// What a written template holds, whoever wrote it, read to one spelling. `parts` are those that an address may end in.
    fn contents(&self, template: &str, parts: &Parts) -> Contents;

    /// Why a text cannot be read as a template of this format, with its line; none of one that can.
    fn unreadable(&self, template: &str) -> Option<String>;

    /// What is at stake with each type of resource.
    fn stakes(&self) -> &'static Stakes;

    /// The build's own template, read back as [`Backend::permissions`] reads it, and in the same words what the build needs
    /// it to permit: every permission of the build, and what the template's own wiring takes.
    fn read_back(&self, settled: &Settled, template: &Template) -> ReadBack;

    /// What an action stands for that is allowed by hand.
    fn carries(&self, action: &str) -> Carries;

    /// What a permission of a template lets its holder become, beyond what it says.
    fn escalation(&self, permission: &Pattern) -> Option<&'static Escalation>;

    /// Who a principal of a template is, in words, where it is not of the app's own account, project or directory, or
    /// cannot be told to be.
    fn outsider(&self, principal: &Pattern, model: &Model) -> Option<String>;
}

/// A template, read back, and what its build needs.
#[derive(Clone, Debug, Default)]
pub struct ReadBack {
    /// What the template permits.
    pub statements: Vec<Statement>,
    /// What it has to permit.
    pub needs: Vec<Need>,
}

/// What a back end is given.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The app for this target and region.
    pub model: &'a Model,
    /// What each function may do.
    pub grants: &'a Grants,
    /// The kinds.
    pub catalog: &'a Catalog,
    /// The functions' packages.
    pub artifacts: &'a Artifacts,
    /// Choices of the command line.
    pub settings: Settings,
}

/// Choices of the command line that change a template.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// Predefined roles instead of custom ones, with their over-grant.
    pub built_in_roles: bool,
}

/// An app written down: a set of stacks.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// The stacks; one for now.
    pub stacks: Vec<StackFile>,
}

/// One stack's file.
#[derive(Clone, Debug)]
pub struct StackFile {
    /// The file's name: `template.json`.
    pub file: String,
    /// Its content.
    pub text: String,
    /// What each of the stack's resources is called in it.
    pub ids: Ids,
}
