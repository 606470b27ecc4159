//! The Google back ends: Terraform JSON for Infrastructure Manager, and Deployment Manager.
//!
//! Both formats share what is decided in `decide`; each spells it in its own words and escapes in its own way. This room
//! knows no cloud beside Google's, and talks to none.

mod deliveries;
mod firestore;
mod decide;
mod lower; // start reading here
mod terraform;

mod deployment_manager;

mod escalation;
mod limits;
mod outsider;
mod permissions;
mod supports;

mod hooks;
mod names;
mod parents;
mod place;
mod ranges;
mod roles;
mod schedule;
mod stakes;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod testing;

pub use ranges::{RANGES, Range};

use portolan_access::Carries;
use portolan_diagnostics::Diagnostic;
use portolan_model::{Auth, FunctionId, Host, Http, Model};
use portolan_policy::{Pattern, Policies};
use portolan_target::{
    Answer, Backend, Contents, Delivery, Escalation, Guards, Lowered, ReadBack, Request, Settled, Stakes, Template,
};
use portolan_value::{Format, Parts, Value};

/// The version of what lowering promises, written into every template.
pub const LOWERING_VERSION: u32 = 1;

/// Terraform JSON, as Infrastructure Manager runs it.
#[derive(Clone, Copy, Debug)]
pub struct InfrastructureManager;

impl Backend for InfrastructureManager {
    fn format(&self) -> Format {
        Format::Gcp
    }

    fn supports(&self, request: &Request<'_>) -> Vec<Diagnostic> {
        supports::shared(request, self.format())
    }

    fn lower(&self, request: &Request<'_>) -> Lowered {
        lower::lower(request, &terraform::Terraform)
    }

    fn guards(&self, model: &Model, function: FunctionId) -> Guards {
        guards(model, function)
    }

    fn environment(&self, settled: &Settled, function: &str) -> Vec<(String, Option<String>)> {
        deliveries::environment(settled, function, ["service_config", "environment_variables"])
    }

    fn deliveries(&self, delivery: &Delivery<'_>) -> Vec<serde_json::Value> {
        deliveries::deliveries(delivery)
    }

    fn answer(&self, delivery: &Delivery<'_>, answers: &[serde_json::Value]) -> Answer {
        deliveries::answer(delivery, answers)
    }

    fn limits(&self, settled: &Settled) -> Vec<Diagnostic> {
        terraform::limits(settled)
    }

    fn encode(&self, settled: &Settled) -> Template {
        terraform::encode(settled)
    }

    fn permissions(&self, template: &str) -> Policies {
        permissions::policies(&terraform::Reading::new(template))
    }

    fn unreadable(&self, template: &str) -> Option<String> {
        serde_json::from_str::<serde_json::Value>(template).err().map(|error| error.to_string())
    }

    fn contents(&self, template: &str, parts: &Parts) -> Contents {
        terraform::contents(template, parts)
    }

    fn stakes(&self) -> &'static Stakes {
        &stakes::TERRAFORM
    }

    fn read_back(&self, settled: &Settled, template: &Template) -> ReadBack {
        let mut back = ReadBack::default();
        for (stack, file) in settled.stacks.iter().zip(&template.stacks) {
            let reading = terraform::Reading::new(&file.text);
            let index = terraform::Index::new(stack);
            let write = |value: &Value| terraform::template(value, &index);
            back.statements.extend(permissions::statements(&reading));
            back.needs.extend(permissions::needs(&reading, &settled.permissions, &write));
        }
        back
    }

    fn carries(&self, action: &str) -> Carries {
        roles::carries(action)
    }

    fn escalation(&self, permission: &Pattern) -> Option<&'static Escalation> {
        Escalation::find(&escalation::ESCALATIONS, permission)
    }

    fn outsider(&self, principal: &Pattern, model: &Model) -> Option<String> {
        outsider::outsider(principal, model)
    }
}

/// Deployment Manager, which reached the end of its support in March 2026 and knows fewer types.
#[derive(Clone, Copy, Debug)]
pub struct DeploymentManager;

impl Backend for DeploymentManager {
    fn format(&self) -> Format {
        Format::GcpDm
    }

    fn supports(&self, request: &Request<'_>) -> Vec<Diagnostic> {
        deployment_manager::supports(request)
    }

    fn lower(&self, request: &Request<'_>) -> Lowered {
        lower::lower(request, &deployment_manager::Configuration)
    }

    fn guards(&self, model: &Model, function: FunctionId) -> Guards {
        guards(model, function)
    }

    fn environment(&self, settled: &Settled, function: &str) -> Vec<(String, Option<String>)> {
        deliveries::environment(settled, function, ["serviceConfig", "environmentVariables"])
    }

    fn deliveries(&self, delivery: &Delivery<'_>) -> Vec<serde_json::Value> {
        deliveries::deliveries(delivery)
    }

    fn answer(&self, delivery: &Delivery<'_>, answers: &[serde_json::Value]) -> Answer {
        deliveries::answer(delivery, answers)
    }

    fn limits(&self, settled: &Settled) -> Vec<Diagnostic> {
        deployment_manager::limits(settled)
    }

    fn encode(&self, settled: &Settled) -> Template {
        deployment_manager::encode(settled)
    }

    fn permissions(&self, template: &str) -> Policies {
        permissions::policies(&deployment_manager::Reading::new(template))
    }

    fn unreadable(&self, template: &str) -> Option<String> {
        deployment_manager::unreadable(template)
    }

    fn contents(&self, template: &str, parts: &Parts) -> Contents {
        deployment_manager::contents(template, parts)
    }

    fn stakes(&self) -> &'static Stakes {
        &stakes::CONFIGURATION
    }

    fn read_back(&self, settled: &Settled, template: &Template) -> ReadBack {
        let mut back = ReadBack::default();
        for (stack, file) in settled.stacks.iter().zip(&template.stacks) {
            let reading = deployment_manager::Reading::new(&file.text);
            let write = |value: &Value| deployment_manager::written(value, stack);
            back.statements.extend(permissions::statements(&reading));
            back.needs.extend(permissions::needs(&reading, &settled.permissions, &write));
        }
        back
    }

    fn carries(&self, action: &str) -> Carries {
        roles::carries(action)
    }

    fn escalation(&self, permission: &Pattern) -> Option<&'static Escalation> {
        Escalation::find(&escalation::ESCALATIONS, permission)
    }

    fn outsider(&self, principal: &Pattern, model: &Model) -> Option<String> {
        outsider::outsider(principal, model)
    }
}

/// A gateway verifies tokens, a function's own host does not; neither answers preflights.
fn guards(model: &Model, function: FunctionId) -> Guards {
    let function = model.function(function);
    let own_tokens = |http: &Http| http.host == Host::Own && matches!(http.auth.value, Auth::Jwt { .. });
    Guards {
        jwt: function.http().any(|(_, http)| own_tokens(http)),
        cors: function.http().any(|(_, http)| http.cors.is_some()),
        due: false,
    }
}
