//! The AWS back end: from a model and its grants to a CloudFormation template.
//!
//! In comes a [`Request`]; out go resources, permissions with their reasons, diagnostics and JSON. Everything that only
//! AWS knows lives here: its types, its names, its limits and how a template is escaped. This room calls no cloud.

mod contents;
mod deliveries;
mod encode;
mod escalation;
#[cfg(test)]
mod fixture;
mod hooks;
mod limits;
mod lower;
mod names;
mod outsider;
mod permissions;
mod ranges; // start reading at `lower`
mod stakes;
mod supports;
mod template;

use portolan_access::Carries;
use portolan_diagnostics::Diagnostic;
use portolan_model::{FunctionId, Model};
use portolan_policy::{Pattern, Policies};
use portolan_target::{
    Answer, Backend, Contents, Delivery, Escalation, Guards, Lowered, ReadBack, Request, Settled, Stakes, Template,
};
use portolan_value::{Format, Parts};

pub use ranges::{RANGES, Range};

/// The version of what this back end makes of a spec. It is written into every template and raised when a name, a
/// logical id or an injected variable of an existing spec would change (`docs/contract.md`).
pub const LOWERING_VERSION: u32 = 1;

/// AWS CloudFormation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Aws;

impl Backend for Aws {
    fn format(&self) -> Format {
        Format::Aws
    }

    fn supports(&self, request: &Request<'_>) -> Vec<Diagnostic> {
        supports::supports(request)
    }

    fn lower(&self, request: &Request<'_>) -> Lowered {
        lower::lower(request)
    }

    /// HTTP APIs verify tokens and S3 filters by suffix, so nothing is left to the entry.
    fn guards(&self, _model: &Model, _function: FunctionId) -> Guards {
        Guards::default()
    }

    fn environment(&self, settled: &Settled, function: &str) -> Vec<(String, Option<String>)> {
        deliveries::environment(settled, function)
    }

    fn deliveries(&self, delivery: &Delivery<'_>) -> Vec<serde_json::Value> {
        deliveries::deliveries(delivery)
    }

    fn answer(&self, delivery: &Delivery<'_>, answers: &[serde_json::Value]) -> Answer {
        deliveries::answer(delivery, answers)
    }

    fn limits(&self, settled: &Settled) -> Vec<Diagnostic> {
        limits::limits(settled)
    }

    fn encode(&self, settled: &Settled) -> Template {
        encode::encode(settled)
    }

    fn permissions(&self, template: &str) -> Policies {
        permissions::permissions(template)
    }

    fn unreadable(&self, template: &str) -> Option<String> {
        template::read(template).err()
    }

    fn contents(&self, template: &str, parts: &Parts) -> Contents {
        contents::contents(template, parts)
    }

    fn stakes(&self) -> &'static Stakes {
        &stakes::STAKES
    }

    fn read_back(&self, settled: &Settled, template: &Template) -> ReadBack {
        permissions::read_back(settled, template)
    }

    /// Policies hold actions alone.
    fn carries(&self, _: &str) -> Carries {
        Carries::Itself
    }

    fn escalation(&self, permission: &Pattern) -> Option<&'static Escalation> {
        Escalation::find(&escalation::ESCALATIONS, permission)
    }

    fn outsider(&self, principal: &Pattern, model: &Model) -> Option<String> {
        outsider::outsider(principal, model)
    }
}
