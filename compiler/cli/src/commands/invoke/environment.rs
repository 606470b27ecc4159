//! What a function sees: the variables that its cloud sets, those of its template, and those that the user adds.

use super::prepare::Prepared;
use crate::arguments::Invoke;
use crate::pipeline::backend;
use crate::talk;
use portolan_aws_local::{StandIn, addresses};
use portolan_value::Provider;
use std::env;
use std::path::Path;

/// What a program needs to start, and where its libraries lie. Nothing else of the user's environment is passed on.
pub(super) const PASSED_ON: [&str; 14] = [
    "HOME",
    "LANG",
    "LC_ALL",
    "NODE_PATH",
    "PATH",
    "PYENV_ROOT",
    "PYENV_VERSION",
    "PYTHONPATH",
    "SystemRoot",
    "TEMP",
    "TMP",
    "TMPDIR",
    "USERPROFILE",
    "VIRTUAL_ENV",
];

/// The variables of a function of an aws target. `services` is the address under which AWS's services answer, where they do.
pub(super) fn on_aws(
    invoke: &Invoke,
    prepared: &Prepared,
    stand_in: &StandIn,
    services: Option<&str>,
    folder: &Path,
) -> Vec<(String, String)> {
    let function = prepared.function();
    let id = prepared.function_id();
    let made = stand_in.find(&id);
    let name = made.map(|made| stand_in.name(made)).unwrap_or_default();
    let place = stand_in.place();
    let nowhere = folder.join("none").display().to_string();
    let logs = format!("{}.logs", function.name.value);
    let group = prepared.id(&logs).and_then(|id| stand_in.find(id)).map(|made| stand_in.name(made));
    let own = [
        ("AWS_LAMBDA_FUNCTION_NAME", name),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory.value.to_string()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", group.unwrap_or_default()),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "local".to_owned()),
        ("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", function.runtime.value.host())),
        ("LAMBDA_TASK_ROOT", folder.join("package").display().to_string()),
        ("_HANDLER", portolan_package::AWS_HANDLER.to_owned()),
        ("TZ", ":UTC".to_owned()),
        ("AWS_REGION", place.region.clone()),
        ("AWS_DEFAULT_REGION", place.region.clone()),
        // Good nowhere; LocalStack reads the account from the id.
        ("AWS_ACCESS_KEY_ID", place.account.clone()),
        ("AWS_SECRET_ACCESS_KEY", "stand-in".to_owned()),
        ("AWS_SESSION_TOKEN", "stand-in".to_owned()),
        ("AWS_CONFIG_FILE", nowhere.clone()),
        ("AWS_SHARED_CREDENTIALS_FILE", nowhere),
        ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
        ("AWS_MAX_ATTEMPTS", "1".to_owned()),
        // Some operations would be sent to `sync-127.0.0.1`.
        ("AWS_DISABLE_HOST_PREFIX_INJECTION", "true".to_owned()),
    ];
    let mut all = owned(own);
    match services {
        Some(address) => all.push(("AWS_ENDPOINT_URL".to_owned(), address.to_owned())),
        None => all.push(local_store(prepared)),
    }
    let recorder = services.filter(|_| invoke.record);
    all.extend(recorder.into_iter().flat_map(addresses));
    all.extend(stand_in.environment(&id).into_iter().filter_map(|(name, value)| Some((name, value?))));
    all.extend(of_user(invoke));
    all
}

/// The variables of a function of another cloud's target.
pub(super) fn elsewhere(invoke: &Invoke, prepared: &Prepared, port: u16) -> Vec<(String, String)> {
    let model = &prepared.compiled.model;
    let name = &prepared.function().name.value;
    let service = format!("{}-{name}", model.stack());
    let mut all = match model.target.format.provider() {
        // Cloud Run documentation, "Container runtime contract"; the rest is functions-framework's.
        Provider::Gcp => owned([
            ("PORT", port.to_string()),
            ("K_SERVICE", service.clone()),
            ("K_REVISION", format!("{service}-00001-loc")),
            ("K_CONFIGURATION", service),
            ("FUNCTION_TARGET", portolan_package::GOOGLE_TARGET.to_owned()),
            ("FUNCTION_SIGNATURE_TYPE", "http".to_owned()),
            (
                "GOOGLE_CLOUD_PROJECT",
                model.target.project.as_ref().map_or("local".to_owned(), |it| it.value.to_string()),
            ),
        ]),
        // App Service documentation, "Environment variables and app settings".
        _ => owned([
            ("PORTOLAN_HOST", format!("127.0.0.1:{port}")),
            ("WEBSITE_SITE_NAME", service),
            ("AZURE_FUNCTIONS_ENVIRONMENT", "Development".to_owned()),
        ]),
    };
    all.push(local_store(prepared));
    for (name, value) in backend(model.target.format).environment(&prepared.compiled.settled, name) {
        // Nobody but us reaches a function that runs here, so there is no token of Google's to verify.
        if name != "PORTOLAN_OPEN" {
            all.push((name.clone(), value.unwrap_or_else(|| format!("stand-in-for-{name}"))));
        }
    }
    all.extend(of_user(invoke));
    unfilled(&all);
    all
}

/// Says which variables of the user's have no value here.
fn unfilled(all: &[(String, String)]) {
    let own = |name: &str| {
        name.starts_with("PORTOLAN_")
            || name == "AZURE_CLIENT_ID"
            || name.starts_with("AzureWebJobs")
            || name.starts_with("APPLICATIONINSIGHTS")
    };
    let stands_in = |(name, value): &&(String, String)| *value == format!("stand-in-for-{name}") && !own(name);
    let names: Vec<&str> = all.iter().filter(stands_in).map(|(name, _)| name.as_str()).collect();
    if !names.is_empty() {
        talk::say(&format!(
            "note: only a deployment knows {}; set what the function needs with `--env NAME=…`",
            names.join(", ")
        ));
    }
}

/// Where the neutral client keeps everything in place of a cloud.
fn local_store(prepared: &Prepared) -> (String, String) {
    let folder = std::path::absolute(prepared.folder()).unwrap_or_else(|_| prepared.folder().to_owned());
    ("PORTOLAN_LOCAL".to_owned(), folder.join("build/local").display().to_string())
}

fn of_user(invoke: &Invoke) -> Vec<(String, String)> {
    let given = |given: &String| match given.split_once('=') {
        Some((name, value)) => Some((name.to_owned(), value.to_owned())),
        None => Some((given.clone(), env::var(given).ok()?)),
    };
    invoke.environment.iter().filter_map(given).collect()
}

fn owned<const N: usize>(pairs: [(&str, String); N]) -> Vec<(String, String)> {
    pairs.map(|(name, value)| (name.to_owned(), value)).into()
}
