//! What Deployment Manager lacks beyond what Google lacks.

use crate::ranges::{self, Range};
use crate::supports::shared;
use portolan_diagnostics::Diagnostic;
use portolan_model::{Auth, Function, Host, Model, Subject};
use portolan_target::Request;
use portolan_value::Format;

/// Logs stay as long as the project's default bucket keeps them.
const LOG_DAYS: Range = Range { high: ranges::LOG_DAYS.low, ..ranges::LOG_DAYS };

/// What it cannot express, and what it does differently.
pub fn supports(request: &Request<'_>) -> Vec<Diagnostic> {
    let model = request.model;
    let mut found = shared(request, Format::GcpDm);
    found.extend(bucket(model));
    found.extend(model.inputs.iter().filter_map(parameter));
    for function in &model.functions {
        found.extend(logs(function));
        found.extend(open(model, function));
        found.extend(callers(function));
    }
    found
}

fn bucket(model: &Model) -> Option<Diagnostic> {
    let target = &model.target;
    let message = format!("the target `{}` names no bucket for the functions' code", target.name.value);
    let lacks = target.artifacts_bucket.is_none() && !model.functions.is_empty();
    lacks.then(|| {
        Diagnostic::error("gcp/artifacts-bucket", message)
            .at(target.name.span, "Deployment Manager cannot upload code")
            .help("add `artifacts-bucket: NAME`, and put what `build` writes under `artifacts/` there")
    })
}

fn parameter(input: &portolan_model::Input) -> Option<Diagnostic> {
    let message =
        format!("the input `{}` has no value, and a configuration has no deploy parameters", input.name.value);
    input.default.is_none().then(|| {
        Diagnostic::error("gcp/no-parameters", message)
            .at(input.name.span, "")
            .help("give it a default, use a variable with `--var`, or compile for Infrastructure Manager")
    })
}

fn logs(function: &Function) -> Option<Diagnostic> {
    let days = function.log_retention.value;
    let wider = days > ranges::DEFAULT_LOG_DAYS;
    LOG_DAYS.rounded(&function.name.value, days, function.log_retention.span, Format::GcpDm.key()).filter(|_| wider)
}

/// Opening a service to everybody is a change of its own policy.
fn open(model: &Model, function: &Function) -> Option<Diagnostic> {
    let open = |auth: &Auth| matches!(auth, Auth::Public | Auth::Jwt { .. });
    let (trigger, _) = function.http().find(|(_, http)| http.host == Host::Own && open(&http.auth.value))?;
    let name = &function.name.value;
    let service = model.derived_name(name, &format!("{name}.function"), 49);
    let project = model.target.project.as_ref().map(|project| project.value.as_str()).unwrap_or_default();
    let region = &model.target.region.value;
    let command = format!(
        "gcloud run services add-iam-policy-binding {service} --project {project} --region {region} --member allUsers --role roles/run.servicesInvoker"
    );
    let message = format!(
        "Deployment Manager cannot open `{name}` to everybody: it cannot reach the policy of a Cloud Run service"
    );
    let diagnostic =
        Diagnostic::warning("gcp/public-by-hand", message).at(trigger.span, "requests are refused until somebody does");
    Some(diagnostic.help(format!("once, after the first deployment: {command}")))
}

/// Whoever calls may call every service of the project.
fn callers(function: &Function) -> Vec<Diagnostic> {
    let mut places: Vec<(portolan_diagnostics::Span, String)> = Vec::new();
    let calls = function.uses.iter().filter(|entry| matches!(entry.subject, Subject::Function(_)));
    places.extend(calls.map(|entry| (entry.span, format!("`{}`", function.name.value))));
    places.extend(function.callers.functions.iter().map(|caller| (caller.span, "a caller".to_owned())));
    places.extend(function.callers.principals.iter().map(|caller| (caller.span, "a caller".to_owned())));
    let note = |(span, who): (_, String)| {
        let message = format!("{who} may call every Cloud Run service of the project on gcp-dm");
        Diagnostic::note("gcp/invoker-on-project", message)
            .at(span, "Deployment Manager cannot reach the policy of one service")
    };
    places.into_iter().map(note).collect()
}
