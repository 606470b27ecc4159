//! Functions: runtimes, numbers, environments, callers and hand-made permissions.

use crate::lower::runtime_word;
use crate::ranges::{MEMORY, RUNTIMES, TIMEOUT, log_days_rounded};
use portolan_diagnostics::{Diagnostic, Span, suggest};
use portolan_model::{Auth, Function, Model, Text};

/// Characters of a description (Lambda API, CreateFunction, Description).
const DESCRIPTION: usize = 256;

/// Every function.
pub(super) fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    for function in &model.functions {
        found.extend(runtime(function));
        numbers(function, found);
        found.extend(description(function));
        found.extend(function.environment.iter().filter_map(|(name, _)| variable(&name.value, name.span)));
        callers(function, found);
        let actions = function.allow.iter().flat_map(|allow| &allow.actions);
        found.extend(actions.filter_map(action));
    }
}

fn runtime(function: &Function) -> Option<Diagnostic> {
    let word = runtime_word(&function.runtime.value);
    let known: Vec<&str> = RUNTIMES.iter().map(|(spec, _)| *spec).collect();
    if known.contains(&word.as_str()) {
        return None;
    }
    let letters = |word: &str| word.chars().take_while(char::is_ascii_alphabetic).count();
    let language = &word[..letters(&word)];
    let same: Vec<&str> = known.iter().copied().filter(|known| known[..letters(known)] == *language).collect();
    let close = suggest(&word, same.iter().copied()).map(|close| format!("did you mean `{close}`?"));
    let all = format!("Lambda offers {}", same.join(", "));
    let diagnostic = Diagnostic::error("target/runtime", format!("aws has no runtime `{word}`"));
    Some(diagnostic.at(function.runtime.span, all).help_if(close))
}

fn numbers(function: &Function, found: &mut Vec<Diagnostic>) {
    let name = &function.name.value;
    let (memory, timeout, log) = (&function.memory, &function.timeout, &function.log_retention);
    found.extend(MEMORY.rounded(name, memory.value.into(), memory.span));
    found.extend(TIMEOUT.rounded(name, timeout.value.into(), timeout.span));
    found.extend(log_days_rounded(name, log.value, log.span));
}

fn description(function: &Function) -> Option<Diagnostic> {
    let description = function.description.as_ref()?;
    let size = description.value.chars().count();
    let message =
        format!("the description of `{}` has {size} characters, and Lambda takes {DESCRIPTION}", function.name.value);
    (size > DESCRIPTION).then(|| Diagnostic::error("target/description", message).at(description.span, ""))
}

/// Names that Lambda refuses (Lambda developer guide, "Working with Lambda environment variables").
fn variable(name: &str, span: Span) -> Option<Diagnostic> {
    const RESERVED: [&str; 9] = [
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_DEFAULT_REGION",
        "AWS_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "TZ",
    ];
    let ours = name.starts_with("AWS_LAMBDA_") || RESERVED.contains(&name);
    let why = match name {
        _ if ours => "Lambda sets it itself",
        _ if name.len() < 2 => "Lambda wants at least two characters",
        _ if !name.starts_with(|c: char| c.is_ascii_alphabetic()) => "Lambda wants a letter first",
        _ => return None,
    };
    let message = format!("the variable `{name}` cannot be set on aws");
    Some(Diagnostic::error("target/environment-name", message).at(span, why).help("choose another name for it"))
}

/// An HTTP API has no policy of its own, so whom it lets in is said on the caller's side (API Gateway developer guide,
/// "Control access to HTTP APIs with IAM authorization").
fn callers(function: &Function, found: &mut Vec<Diagnostic>) {
    let guarded = function.http().any(|(_, http)| matches!(http.auth.value, Auth::Iam));
    for principal in &function.callers.principals {
        if guarded {
            let name = &function.name.value;
            let message = format!("`callers.aws` of `{name}` cannot be expressed: an HTTP API has no list of callers");
            let statement = "grant it on the caller's side: `Allow` `execute-api:Invoke` on \
                             `arn:aws:execute-api:REGION:ACCOUNT:API/*/METHOD/PATH`; in the same account that is enough";
            let diagnostic = Diagnostic::error("aws/callers-of-api", message)
                .at(principal.span, "a caller that is not of this app")
                .help(statement)
                .help("callers of the app are let in by name: `callers: { functions: [report] }`");
            found.push(diagnostic);
        } else if principal.literal().is_some_and(|text| !is_principal(text)) {
            let text = principal.literal().unwrap_or_default();
            let message = format!("`{text}` is neither an ARN nor an account, so it cannot call a function on aws");
            let diagnostic = Diagnostic::error("aws/principal", message).at(principal.span, "");
            found
                .push(diagnostic.help("write an account of twelve digits, or the ARN of a role, a user or an account"));
        }
    }
}

fn is_principal(text: &str) -> bool {
    let account = |text: &str| text.len() == 12 && text.chars().all(|c| c.is_ascii_digit());
    let parts: Vec<&str> = text.split(':').collect();
    match parts.as_slice() {
        [text] => account(text),
        ["arn", partition, "iam" | "sts", "", owner, rest] => {
            partition.starts_with("aws") && account(owner) && !rest.is_empty() && !rest.contains(['*', '?'])
        }
        _ => false,
    }
}

/// `service:Action`, or the star that stands for everything.
fn action(text: &Text) -> Option<Diagnostic> {
    let is_word = |word: &str, further: &str| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || further.contains(c))
    };
    let is_action = |text: &str| match text.split_once(':') {
        Some((service, action)) => is_word(service, "-") && is_word(action, "*?"),
        None => text == "*",
    };
    if text.literal().is_some_and(is_action) {
        return None;
    }
    let shown = text.literal().unwrap_or("a value that only the deployment knows");
    let diagnostic = Diagnostic::error("aws/action", format!("`{shown}` is no action of aws"));
    Some(diagnostic.at(text.span, "an action is written `service:Action`").help("for instance `ses:SendEmail`"))
}
