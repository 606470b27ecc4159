//! The files that are generated beside the user's: the entry, the runtime that it stands on, and their settings.
//!
//! Entry and runtime are constant texts. What differs from function to function lies in `portolan_entry.json`, so that no
//! name or suffix from a spec is ever read as code.

use portolan_diagnostics::Diagnostic;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::handler::{Found, Named};
use crate::runtime::{self, RUNTIME_FOLDER};
use crate::{Language, Payload, Platform, Request, SourceFile, Trigger};

/// What a Lambda function's `Handler` says.
pub const AWS_HANDLER: &str = "portolan_entry.handle";

/// What a Cloud Run function's entry point is called.
pub const GOOGLE_TARGET: &str = "portolan";

/// What `GOOGLE_FUNCTION_SOURCE` says; Node finds its entry through `package.json`.
#[must_use]
pub fn google_source(language: Language) -> Option<&'static str> {
    match language {
        Language::Python => Some("portolan_entry.py"),
        Language::Node => None,
    }
}

/// The stems that belong to generated files; Python and Node would both prefer a user's folder or `.js` of that name.
const STEMS: [&str; 3] = ["portolan_entry", "function_app", RUNTIME_FOLDER];

/// The generated files. Only `package.json` takes a user's place, since it holds all that the user's says.
pub(crate) fn generate(
    request: &Request,
    language: Language,
    found: &Found<'_>,
) -> Result<Vec<SourceFile>, Diagnostic> {
    let mut files = runtime::entry(request.platform, language);
    files.push(SourceFile::plain("portolan_entry.json", settings(request, found)));
    if runtime::asks_for_client(language, &request.files) {
        files.extend(runtime::client(language));
    }
    if request.platform == Platform::Azure {
        files.push(SourceFile::plain("host.json", host(request.timeout_seconds)));
    }
    // Google's loader begins at its `main`, and so does Azure's.
    if language == Language::Node && request.platform != Platform::Aws {
        files.push(SourceFile::plain("package.json", package_json(request)?));
    }
    Ok(files)
}

/// Every user's file that stands where a generated one must.
pub(crate) fn taken<'a>(request: &'a Request, generated: &[SourceFile]) -> Vec<(&'a str, String)> {
    let generated: Vec<&str> = generated.iter().map(|file| file.path.as_str()).collect();
    let mut taken = Vec::new();
    for file in &request.files {
        if let Some(needed) = needed(&file.path, &generated) {
            taken.push((file.path.as_str(), needed.to_owned()));
        }
    }
    taken
}

fn needed<'a>(path: &str, generated: &[&'a str]) -> Option<&'a str> {
    let root = path.split('/').next().unwrap_or(path);
    let stem = root.split('.').next().unwrap_or(root);
    let by_name = generated.iter().find(|name| **name == path && path != "package.json");
    let by_stem = STEMS.contains(&stem).then(|| generated.iter().find(|name| name.starts_with(stem))).flatten();
    by_name.or(by_stem).copied()
}

/// What the runtime reads when it is loaded.
#[derive(Serialize)]
struct Settings<'a> {
    version: u32,
    provider: &'static str,
    app: &'a str,
    target: &'a str,
    region: &'a str,
    stack: &'a str,
    function: &'a str,
    timeout: u32,
    payload: &'static str,
    handler: Option<Place<'a>>,
    application: Option<Application<'a>>,
    triggers: &'a [Trigger],
}

#[derive(Serialize)]
struct Place<'a> {
    file: String,
    /// Nothing where the file itself is run.
    symbol: Option<&'a str>,
}

impl<'a> Place<'a> {
    fn of(named: Named<'a>) -> Self {
        Self { file: named.loaded(), symbol: named.symbol }
    }
}

/// Which protocol an application speaks is found out when it is loaded: its file does not tell.
#[derive(Serialize)]
struct Application<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    kind: Option<&'static str>,
}

fn settings(request: &Request, found: &Found<'_>) -> Vec<u8> {
    let deployment = &request.deployment;
    pretty(&json!(Settings {
        version: 1,
        provider: request.platform.word(),
        app: &deployment.app,
        target: &deployment.target,
        region: &deployment.region,
        stack: &deployment.stack,
        function: &request.function,
        timeout: request.timeout_seconds,
        payload: match request.payload {
            Payload::Neutral => "neutral",
            Payload::Native => "native",
        },
        handler: found.handler.map(Place::of),
        application: found.application.map(|named| Application { place: Place::of(named), kind: None }),
        triggers: &request.triggers,
    }))
}

fn host(timeout_seconds: u32) -> Vec<u8> {
    let (minutes, seconds) = (timeout_seconds / 60, timeout_seconds % 60);
    pretty(&json!({
        "version": "2.0",
        "functionTimeout": format!("{:02}:{:02}:{seconds:02}", minutes / 60, minutes % 60),
        "extensions": { "http": { "routePrefix": "" } },
        "extensionBundle": { "id": "Microsoft.Azure.Functions.ExtensionBundle", "version": "[4.*, 5.0.0)" },
    }))
}

/// The user's `package.json`, or a new one, whose `main` is the entry: that is where Google's loader begins.
fn package_json(request: &Request) -> Result<Vec<u8>, Diagnostic> {
    let mut package = match request.files.iter().find(|file| file.path == "package.json") {
        Some(file) => read_package_json(&file.bytes)?,
        None => Map::from_iter([("private".to_owned(), Value::Bool(true))]),
    };
    package.insert("main".to_owned(), Value::from("portolan_entry.mjs"));
    Ok(pretty(&Value::Object(package)))
}

fn read_package_json(bytes: &[u8]) -> Result<Map<String, Value>, Diagnostic> {
    serde_json::from_slice(bytes).map_err(|error| {
        Diagnostic::error("package/package-json", format!("`package.json` is no JSON object: {error}"))
            .help("on gcp its `main` is set to the generated entry, so Portolan has to read it")
    })
}

fn pretty(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}
