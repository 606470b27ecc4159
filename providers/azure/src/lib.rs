//! The Azure back end: models to ARM templates for one resource group.
//!
//! In comes a model with its grants, out goes `azuredeploy.json`. Start reading at [`Azure`]; what each thing becomes is
//! in `lower`, how it is spelled in `encode`.

mod contents;
mod deliveries;
mod encode;
mod escalation;
mod hooks;
mod limits;
mod lower;
mod names;
mod outsider;
mod permissions;
pub mod ranges;
mod stakes;
mod supports;

#[cfg(test)]
mod testing;

use portolan_access::Carries;
use portolan_diagnostics::Diagnostic;
use portolan_model::{Auth, FunctionId, Host, Http, Model};
use portolan_policy::{Pattern, Policies};
use portolan_target::{
    Answer, Backend, Contents, Delivery, Escalation, Guards, Ids, Lowered, ReadBack, Request, Settled, StackFile,
    Stakes, Template,
};
use portolan_value::{Format, Parts};

/// The rules by which templates are lowered. It is written into every template; a template with another number may call
/// or arrange things differently.
pub const LOWERING_VERSION: u32 = 1;

/// Azure Resource Manager.
#[derive(Clone, Copy, Debug)]
pub struct Azure;

impl Backend for Azure {
    fn format(&self) -> Format {
        Format::Azure
    }

    fn supports(&self, request: &Request<'_>) -> Vec<Diagnostic> {
        supports::supports(request)
    }

    fn lower(&self, request: &Request<'_>) -> Lowered {
        lower::lower(request)
    }

    /// The platform cannot verify a foreign issuer's tokens on an app's own host, and of cross-origin rules it knows only
    /// origins; an api's gateway can do both. A timer does not tell when it was due.
    fn guards(&self, model: &Model, function: FunctionId) -> Guards {
        let function = model.function(function);
        let own = || function.http().filter(|(_, http)| http.host == Host::Own).map(|(_, http)| http);
        let by_entry = |http: &Http| http.cors.as_ref().is_some_and(|cors| !lower::platform_cors(&cors.value));
        Guards {
            jwt: own().any(|http| matches!(http.auth.value, Auth::Jwt { .. })),
            cors: own().any(by_entry),
            due: true,
        }
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

    /// A resource has no short name in the list form; it is found in the file by the address in its metadata.
    fn encode(&self, settled: &Settled) -> Template {
        let single = settled.stacks.len() < 2;
        let stacks = settled.stacks.iter().map(|stack| {
            let file = match &stack.name {
                Some(name) if !single => format!("azuredeploy.{name}.json"),
                _ => "azuredeploy.json".to_owned(),
            };
            let text = encode::write(stack, &settled.stack, &encode::Names::of(stack));
            let mut ids = Ids::with_capacity(stack.resources.len());
            stack.resources.iter().for_each(|resource| ids.push(|id| id.push_str(resource.address.as_str())));
            StackFile { file, text, ids }
        });
        Template { stacks: stacks.collect() }
    }

    fn permissions(&self, template: &str) -> Policies {
        permissions::permissions(template)
    }

    fn unreadable(&self, template: &str) -> Option<String> {
        serde_json::from_str::<serde_json::Value>(template).err().map(|error| error.to_string())
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

    fn carries(&self, action: &str) -> Carries {
        permissions::carries(action)
    }

    fn escalation(&self, permission: &Pattern) -> Option<&'static Escalation> {
        Escalation::find(&escalation::ESCALATIONS, permission)
    }

    fn outsider(&self, principal: &Pattern, _model: &Model) -> Option<String> {
        outsider::outsider(principal)
    }
}
