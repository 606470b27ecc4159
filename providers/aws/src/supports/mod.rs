//! What AWS cannot express, and what it does differently: asked before lowering, which then meets none of it.

mod functions; // start reading here
mod resources;
mod tags;
mod triggers;

use portolan_diagnostics::Diagnostic;
use portolan_model::{Body, Model};
use portolan_target::{Request, unsupported};
use portolan_value::Format;

/// Every finding, in the order of the spec's parts.
pub(crate) fn supports(request: &Request<'_>) -> Vec<Diagnostic> {
    let mut found = unsupported(request, Format::Aws);
    let model = request.model;
    tags::check(model, &mut found);
    inputs(model, &mut found);
    resources::check(model, &mut found);
    functions::check(model, &mut found);
    triggers::check(model, &mut found);
    natives(model, &mut found);
    found
}

/// CloudFormation reads no encrypted parameter into a parameter of its own (CloudFormation user guide, "Specify existing
/// resources at runtime with CloudFormation-supplied parameter types").
fn inputs(model: &Model, found: &mut Vec<Diagnostic>) {
    for input in model.inputs.iter().filter(|input| input.secret) {
        let Some(path) = &input.ssm else { continue };
        let message = format!("the secret input `{}` cannot be read from the parameter store on aws", input.name.value);
        let diagnostic = Diagnostic::error("aws/secret-parameter", message)
            .at(path.span, "CloudFormation reads no encrypted parameters")
            .help(
                "give it at deployment (without `ssm`), or use a resource of kind `secret` and read it in the handler",
            );
        found.push(diagnostic);
    }
}

fn natives(model: &Model, found: &mut Vec<Diagnostic>) {
    for native in &model.natives {
        let typed = match &native.body {
            Body::Map(entries) => entries.iter().any(|(key, value)| key == "Type" && matches!(value, Body::Text(_))),
            _ => false,
        };
        if !typed {
            let message = format!("the raw resource `{}` has no `Type`", native.name.value);
            let diagnostic = Diagnostic::error("aws/native-type", message)
                .at(native.name.span, "the body is the whole resource, as CloudFormation writes it")
                .help("for instance `{ Type: AWS::Cognito::UserPool, Properties: {…} }`");
            found.push(diagnostic);
        }
    }
}
