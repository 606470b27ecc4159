//! `portolan infer`: which permissions a handler's code needs, without a spec.

use crate::arguments::{Cloud, Format, Infer};
use crate::code::{FRONTS, Folder};
use crate::{Exit, talk};
use portolan_diagnostics::{Diagnostic, Sources};
use portolan_evidence::{Call, Evidence, Handler, Missing, Program, observe};
use portolan_sdk::{Needed, Permission, Piece, Provider, Resource, Template, needed_on};
use serde::Serialize;
use std::collections::BTreeMap;

/// Infers the permissions of a handler.
pub fn run(infer: &Infer) -> Exit {
    match inferred(infer) {
        Ok(report) => {
            talk::data(&match infer.format {
                Format::Json => serde_json::to_string_pretty(&report).unwrap_or_default() + "\n",
                Format::Text => text(&report),
            });
            Exit::Success
        }
        Err(wrong) => {
            talk::findings(&[*wrong], &Sources::default());
            Exit::Invalid
        }
    }
}

fn inferred(infer: &Infer) -> Result<Report, Box<Diagnostic>> {
    let handler = handler(&infer.handler);
    let folder = Folder::read(&infer.path, &handler.file).map_err(|error| {
        Box::new(Diagnostic::error("cli/unreadable", format!("`{}` cannot be read: {error}", infer.path.display())))
    })?;
    let program = Program::new(&folder, FRONTS);
    let evidence = observe(&program, &handler).map_err(|missing| Box::new(no_handler(&handler, missing, infer)))?;
    Ok(report(&evidence, &handler, infer.provider.map(provider)))
}

/// `FILE[:SYMBOL]`: the first colon that is not part of a path ends the file.
fn handler(text: &str) -> Handler {
    let text = text.strip_prefix("./").unwrap_or(text);
    match text.split_once(':') {
        Some((file, symbol)) => Handler {
            file: file.to_owned(),
            symbol: Some(symbol.trim_start_matches(':').to_owned()).filter(|symbol| !symbol.is_empty()),
        },
        None => Handler { file: text.to_owned(), symbol: None },
    }
}

fn provider(cloud: Cloud) -> Provider {
    match cloud {
        Cloud::Aws => Provider::Aws,
        Cloud::Gcp => Provider::Gcp,
        Cloud::Azure => Provider::Azure,
    }
}

fn no_handler(handler: &Handler, missing: Missing, infer: &Infer) -> Diagnostic {
    let file = &handler.file;
    let (message, help) = match missing {
        Missing::File => (
            format!("there is no file `{file}` in `{}`", infer.path.display()),
            "the file of `--handler` is relative to the app's root".to_owned(),
        ),
        Missing::Language => (
            format!("`{file}` is not written in a language whose calls can be followed"),
            format!("the languages are {}", languages()),
        ),
        Missing::Symbol => match &handler.symbol {
            Some(symbol) => (
                format!("`{file}` has no handler `{symbol}`"),
                "name a function, a class, or a method as `Class::method`".to_owned(),
            ),
            None => (
                format!("nothing in `{file}` starts it by itself"),
                format!("name the handler: `--handler {file}:SYMBOL`"),
            ),
        },
    };
    Diagnostic::error("cli/no-handler", message).help(help)
}

fn languages() -> String {
    FRONTS.iter().map(|front| front.front.name()).collect::<Vec<_>>().join(", ")
}

/// What is printed.
#[derive(Debug, Serialize)]
pub struct Report {
    /// What the code needs, sorted.
    pub permissions: Vec<Row>,
    /// Where the code could not be followed.
    pub unresolved: Vec<Unresolved>,
    /// Whether the permissions are all it needs.
    pub complete: bool,
}

/// A permission.
#[derive(Debug, Serialize)]
pub struct Row {
    /// `s3:GetObject`.
    pub permission: String,
    /// On what: the kind of resource and what the code says of its name.
    pub resource: String,
    /// Every call that needs it.
    pub because: Vec<Because>,
}

/// A call.
#[derive(Debug, Serialize)]
pub struct Because {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// The call.
    pub expression: String,
    /// From the handler to the call: `handler (app.py:10)`.
    pub chain: Vec<String>,
}

/// A place that is not understood.
#[derive(Debug, Serialize)]
pub struct Unresolved {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// Why.
    pub why: String,
}

fn report(evidence: &Evidence, handler: &Handler, only: Option<Provider>) -> Report {
    let mut rows: BTreeMap<(String, String), Vec<Because>> = BTreeMap::new();
    let mut unresolved: Vec<Unresolved> = evidence
        .unresolved
        .iter()
        .map(|one| Unresolved { file: one.place.file.clone(), line: one.place.line, why: one.why.clone() })
        .collect();
    for call in &evidence.calls {
        match needed_on(&call.operation, only.unwrap_or(Provider::Neutral)) {
            Needed::Permissions(permissions) => {
                let provider = call.operation.provider;
                let wanted = only.is_none_or(|only| provider == only || provider == Provider::Neutral);
                for Permission { permission, resource } in permissions.into_iter().filter(|_| wanted) {
                    rows.entry((permission.to_string(), written(&resource))).or_default().push(because(call));
                }
            }
            Needed::Unknown(why) => {
                unresolved.push(Unresolved { file: call.place.file.clone(), line: call.place.line, why });
            }
        }
    }
    if evidence.calls.is_empty() && unresolved.is_empty() {
        let why = "no call into a cloud's SDK was found from the handler".to_owned();
        unresolved.push(Unresolved { file: handler.file.clone(), line: 1, why });
    }
    let complete = unresolved.is_empty();
    let rows = rows.into_iter().map(|((permission, resource), because)| Row { permission, resource, because });
    Report { permissions: rows.collect(), unresolved, complete }
}

fn because(call: &Call) -> Because {
    Because {
        file: call.place.file.clone(),
        line: call.place.line,
        column: call.place.column,
        expression: call.expression.clone(),
        chain: call
            .chain
            .iter()
            .map(|step| format!("{} ({}:{})", step.function, step.place.file, step.place.line))
            .collect(),
    }
}

/// `table ${TABLE} / index/by-date`; what is not known is `*`.
fn written(resource: &Resource) -> String {
    let name = resource.name.as_ref().map_or("*".to_owned(), template);
    let part = resource.part.as_ref().map(|part| format!(" / {}", template(part))).unwrap_or_default();
    match resource.kind.as_str() {
        "*" => "*".to_owned(),
        kind => format!("{kind} {name}{part}"),
    }
}

fn template(template: &Template) -> String {
    let pieces = template.0.iter().map(|piece| match piece {
        Piece::Literal(text) => text.to_string(),
        Piece::Environment(name) => format!("${{{name}}}"),
        Piece::Hole => "*".to_owned(),
    });
    pieces.collect()
}

/// For people: a permission a line, its calls below it.
fn text(report: &Report) -> String {
    let mut text = String::new();
    for row in &report.permissions {
        text.push_str(&format!("{}  on {}\n", row.permission, row.resource));
        for because in &row.because {
            text.push_str(&format!(
                "    {}:{}:{}  {}\n",
                because.file, because.line, because.column, because.expression
            ));
            if because.chain.len() > 1 {
                text.push_str(&format!("        by {}\n", because.chain.join(" → ")));
            }
        }
    }
    for unresolved in &report.unresolved {
        text.push_str(&format!("not understood  {}:{}  {}\n", unresolved.file, unresolved.line, unresolved.why));
    }
    let verdict = match (report.complete, report.permissions.is_empty()) {
        (true, _) => "complete: the code needs nothing else",
        (false, true) => "not complete: the code may need something",
        (false, false) => "not complete: the code may need more than this",
    };
    text.push_str(&format!("{verdict}\n"));
    text
}
