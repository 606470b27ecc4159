//! `portolan review`: what each function may do, on what, and why, as a table for the person who signs.

use crate::arguments::{Format, Review};
use crate::observed::Observed;
use crate::output::{self, Access, Row};
use crate::pipeline::{self, Compiled};
use crate::{Exit, input, talk};
use portolan_diagnostics::{Diagnostic, Severity, Sources};
use portolan_model::{Auth, Function, Host, Http, Model, Wanted};
use portolan_target::{Artifacts, Settings};

/// Reviews a spec.
pub fn run(review: &Review) -> Exit {
    let mut sources = Sources::default();
    let mut found = Vec::new();
    let compiled = compiled(review, &mut sources, &mut found);
    let found = pipeline::distinct(found);
    if found.iter().any(Diagnostic::is_error) {
        talk::findings(&found, &sources);
        talk::say(&format!(
            "{}; there is nothing to review",
            talk::counted(talk::count(&found, Severity::Error), "error")
        ));
        return Exit::Invalid;
    }
    match review.format {
        Format::Json => {
            let all: Vec<Access> = compiled.iter().map(|compiled| output::access(compiled, &sources)).collect();
            talk::data(&(serde_json::to_string_pretty(&all).unwrap_or_default() + "\n"));
        }
        Format::Text => {
            let texts: Vec<String> = compiled.iter().map(|compiled| text(compiled, &sources)).collect();
            talk::data(&texts.join("\n"));
        }
    }
    Exit::Success
}

fn compiled(review: &Review, sources: &mut Sources, found: &mut Vec<Diagnostic>) -> Vec<Compiled> {
    let settings = Settings { built_in_roles: review.chosen.built_in_roles };
    let Some(input) = input::read(&review.chosen, sources, found) else { return Vec::new() };
    let asked = review.chosen.asked(review.chosen.wanted().unwrap_or(Wanted::First));
    let models = pipeline::models(&input.spec, &input.catalog, &asked, settings).report_to(found);
    let artifacts = Artifacts::default();
    let models = models.unwrap_or_default();
    let observed = Observed::read(&models, &input.folder);
    let compile = |model: Model| {
        let calls = observed.calls(&model, sources);
        pipeline::compile(model, &calls, &input.catalog, &artifacts, settings).report_to(found)
    };
    models.into_iter().filter_map(compile).collect()
}

/// The review of one deployment.
#[must_use]
pub fn text(compiled: &Compiled, sources: &Sources) -> String {
    let access = output::access(compiled, sources);
    let model = &compiled.model;
    let mut text = heading(model, &access);
    for function in &model.functions {
        text.push_str(&format!("\n{:<40}  {}\n", function.name.value, reach(model, function)));
        let rows: Vec<&Row> = access.permissions.iter().filter(|row| function.name.value == row.function).collect();
        text.push_str(&table(&rows));
    }
    let shared: Vec<&Row> = access.permissions.iter().filter(|row| row.function.is_empty()).collect();
    if !shared.is_empty() {
        text.push_str("\nthe deployment\n");
        text.push_str(&table(&shared));
    }
    text.push_str(&wider(&access));
    text
}

fn heading(model: &Model, access: &Access) -> String {
    let everything = access.permissions.iter().filter(|row| row.scope == "*").count();
    let by_hand = access.permissions.iter().filter(|row| row.by_hand).count();
    let assumed = access.permissions.iter().filter(|row| row.assumed).count();
    format!(
        "{} → {} {} ({}) · {}, {}, {everything} on `*`, {by_hand} hand-granted, {assumed} assumed\n",
        model.app.value,
        model.target.format.key(),
        model.target.region.value,
        model.target.name.value,
        talk::counted(model.functions.len(), "function"),
        talk::counted(access.permissions.len(), "permission"),
    )
}

/// How the outside reaches a function.
fn reach(model: &Model, function: &Function) -> String {
    let ways: Vec<String> = function.http().flat_map(|(_, http)| routes(model, http)).collect();
    if ways.is_empty() { "not reachable from outside".to_owned() } else { ways.join(", ") }
}

fn routes(model: &Model, http: &Http) -> Vec<String> {
    let who = match http.auth.value {
        Auth::Public => "PUBLIC",
        Auth::Iam => "callers only",
        Auth::Jwt { .. } => "token",
    };
    let host = match http.host {
        Host::Own => String::new(),
        Host::Api(api) => format!("{} ", model.resource(api).name.value),
    };
    http.routes.iter().map(|route| format!("{who}  {host}{}", route.value)).collect()
}

fn table(rows: &[&Row]) -> String {
    let cells: Vec<[String; 4]> = rows.iter().map(|row| cells(row)).collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..4).map(width).collect();
    let line = |(row, cells): (&&Row, &[String; 4])| {
        let cells: Vec<String> = (0..4).map(|at| format!("{:<width$}", cells[at], width = widths[at])).collect();
        let limit = row
            .condition
            .as_ref()
            .map(|condition| format!("  {:width$}  only if {condition}\n", "", width = widths[0]));
        format!("  {}  {}\n{}", cells.join("  "), because(row), limit.unwrap_or_default())
    };
    rows.iter().zip(&cells).map(line).collect()
}

fn cells(row: &Row) -> [String; 4] {
    let holder = row.holder.as_ref().map(|holder| format!(" [{holder}]")).unwrap_or_default();
    let word = match (row.by_hand, row.assumed) {
        (true, _) => "BY HAND ",
        (false, true) => "assumed ",
        (false, false) => "",
    };
    [row.resource.clone(), row.verb.clone(), format!("{word}{}{holder}", row.permission), short(&row.scope)]
}

/// A scope without what every scope of its cloud begins with.
fn short(scope: &str) -> String {
    let known = ["arn:{partition}:", "//", "{resource-group}/providers/"];
    let rest = known.iter().find_map(|start| scope.strip_prefix(start)).map(|rest| format!("…{rest}"));
    rest.unwrap_or_else(|| scope.to_owned())
}

/// The reasons, and the lines of the spec that give them.
fn because(row: &Row) -> String {
    let reasons: Vec<String> = row.reasons.iter().map(reason).collect();
    reasons.join(", ")
}

/// A reason of the spec names its line; one of the code names its place itself.
fn reason(why: &output::Why) -> String {
    let (file, line) = why.place.rsplit_once(':').unwrap_or_default();
    match file.ends_with(".yaml") || file.ends_with(".yml") || file.ends_with(".json") {
        true => format!("{} (spec :{line})", why.reason),
        false => format!("{} ({})", why.reason.split(": ").next().unwrap_or_default(), why.place),
    }
}

/// Where the cloud grants more than was asked for.
fn wider(access: &Access) -> String {
    let wider: Vec<String> = access
        .permissions
        .iter()
        .filter(|row| !row.beyond.is_empty())
        .map(|row| {
            let role = row.role.as_deref().unwrap_or_default();
            format!("  {} {} {}: {role} also carries {}\n", row.function, row.resource, row.verb, row.beyond.join(", "))
        })
        .collect();
    match wider.is_empty() {
        true => "\nwider than asked: nothing\n".to_owned(),
        false => format!("\nwider than asked:\n{}", wider.concat()),
    }
}
