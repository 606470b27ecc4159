//! Http: whose host answers whom, what guards it, and what cross-origin rules it can hold.

use crate::lower::{Doors, Invokers, doors, platform_cors};
use crate::ranges::HTTP_SECONDS;
use portolan_diagnostics::{Diagnostic, Span};
use portolan_model::{Auth, Function, Host, Http, Model, ResourceId, Setting};

/// Every function that http reaches, and every api.
pub(super) fn check(model: &Model, invokers: &Invokers, found: &mut Vec<Diagnostic>) {
    let mut guarded = None;
    for (at, function) in model.function_ids() {
        let doors = doors(function, at, invokers);
        if doors.shut() {
            guarded = guarded.or(Some(function));
            found.extend(both(function, &doors));
        }
        for (_, http) in function.http() {
            found.extend(own_host(function, http, &doors));
            found.extend(behind_api(model, function, http, &doors));
        }
        found.extend(cut_short(function));
    }
    found.extend(guarded.and_then(|function| parameter(model, function)));
    for resource in &model.resources {
        let cors = resource.option("cors").filter(|_| resource.kind.name == "api");
        let Some((Setting::Cors(cors), span)) = cors.map(|setting| (&setting.value, setting.span)) else { continue };
        let words = cors.origins.iter().chain(&cors.methods).chain(&cors.headers);
        found.extend(words.filter(|word| is_code(word)).map(|word| code(word, span)));
    }
}

/// One host cannot be open to some and shut to others.
fn both(function: &Function, doors: &Doors<'_>) -> Option<Diagnostic> {
    let (trigger, http) = function.http().find(|(_, http)| http.host == Host::Own)?;
    if !doors.must_be_open() {
        return None;
    }
    let who = match http.auth.value {
        Auth::Jwt { .. } => "lets bearers of a foreign token in",
        _ => "is open to everybody",
    };
    let why = match (doors.invoked, doors.guarded_route) {
        (true, _) => "is invoked by others",
        _ => "has routes on an api that not everybody may call",
    };
    let name = &function.name.value;
    let message = format!("`{name}` {who} and {why}: on azure one host guards both or neither");
    let diagnostic = Diagnostic::error("azure/one-door", message)
        .at(trigger.span, "this host would have to be open")
        .also(function.name.span, "and shut")
        .help("make two functions of it, one for each");
    Some(diagnostic)
}

fn own_host(function: &Function, http: &Http, doors: &Doors<'_>) -> Option<Diagnostic> {
    if http.host != Host::Own {
        return None;
    }
    let name = &function.name.value;
    if let Some(cors) = http.cors.as_ref().filter(|cors| !platform_cors(&cors.value)) {
        return Some(match doors.shut() {
            false => {
                let message = format!("`cors` of `{name}` is answered by the generated entry on azure");
                let label = "the platform knows neither methods nor headers nor an age";
                Diagnostic::note("target/emulated", message).at(cors.span, label)
            }
            true => {
                let message = format!("`methods`, `headers` and `max-age` of `{name}` cannot be expressed on azure");
                Diagnostic::error("azure/cors", message)
                    .at(cors.span, "the platform knows only origins, and lets no preflight through to the function")
                    .help("allow every method and header, or put the routes on an api: `api: NAME`")
            }
        });
    }
    let message = format!("the tokens of `{name}` are verified by the generated entry on azure");
    let note = Diagnostic::note("target/emulated", message)
        .at(http.auth.span, "the platform verifies only tokens of the tenant")
        .help("an api verifies them before they reach the function: `api: NAME`");
    matches!(http.auth.value, Auth::Jwt { .. }).then_some(note)
}

fn behind_api(model: &Model, function: &Function, http: &Http, doors: &Doors<'_>) -> Option<Diagnostic> {
    let Host::Api(api) = http.host else { return None };
    if let Some(diagnostic) = elsewhere(model, function, api, http.auth.span) {
        return Some(diagnostic);
    }
    if let Auth::Jwt { issuer, audience } = &http.auth.value {
        let texts = std::iter::once(issuer).chain(audience).filter_map(|text| Some((text.literal()?, text.span)));
        return texts.into_iter().find(|(text, _)| is_code(text)).map(|(text, span)| code(text, span));
    }
    let message = format!(
        "`{}` answers on a host of its own too, which is open to everybody like its routes",
        function.name.value
    );
    let note = Diagnostic::note("azure/open-host", message)
        .at(http.auth.span, "the gateway guards nothing here")
        .help("cross-origin rules and limits of the api do not hold there");
    (!doors.shut() && doors.own.is_none()).then_some(note)
}

fn elsewhere(model: &Model, function: &Function, api: ResourceId, span: Span) -> Option<Diagnostic> {
    let resource = model.resource(api);
    let given = resource.external.as_ref()?;
    let message =
        format!("`{}` cannot put routes on the external api `{}` on azure", function.name.value, resource.name.value);
    let diagnostic = Diagnostic::error("target/external-trigger", message)
        .at(span, "a gateway's routes belong to the template that makes it")
        .also(given.span, "declared here as external");
    Some(diagnostic.help("leave `external` out, so that the app has an api of its own"))
}

/// Whether a text holds the beginning of a policy expression or of a named value.
fn is_code(text: &str) -> bool {
    ["@(", "@{", "{{"].iter().any(|begin| text.contains(begin))
}

/// A policy would read such a text as an expression or a named value.
fn code(text: &str, span: Span) -> Diagnostic {
    let message = format!("`{text}` cannot stand in a policy of API Management, which would read it as code");
    Diagnostic::error("azure/policy-text", message)
        .at(span, "`@(`, `@{` and `{{` begin something there, and cannot be written otherwise")
        .help("write the value in another way")
}

fn cut_short(function: &Function) -> Option<Diagnostic> {
    function.http().next()?;
    let timeout = &function.timeout;
    let message = format!(
        "requests to `{}` are cut after {HTTP_SECONDS} s on azure, and its timeout is {} s",
        function.name.value, timeout.value
    );
    let help = "answer sooner and leave the long work to a queue that another function reads";
    let diagnostic =
        Diagnostic::warning("target/http-timeout", message).at(timeout.span, "the host does not wait that long");
    (timeout.value > HTTP_SECONDS).then(|| diagnostic.help(help))
}

fn parameter(model: &Model, function: &Function) -> Option<Diagnostic> {
    if model.target.entra_app_id.is_some() {
        return None;
    }
    let message = "the template has a required parameter `entra_app_id`: the application that callers ask a token for";
    let note = Diagnostic::note("azure/entra-app-id", message)
        .at(function.name.span, "its host is shut to all but named identities")
        .help("register an application once, and write its id into the target: `entra-app-id: …`");
    Some(note)
}
