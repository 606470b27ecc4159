//! The variables of a function: those that are made for what it sees must not meet the user's own, nor each other.

use crate::{Function, Model, Subject, variable};
use portolan_catalog::{Catalog, Column, Kind};
use portolan_diagnostics::{Diagnostic, Span};
use rustc_hash::{FxHashMap, FxHashSet};

/// Checks the variables of every function.
pub(crate) fn check(model: &Model, catalog: &Catalog, findings: &mut Vec<Diagnostic>) {
    for function in model.functions.iter().filter(|function| may_meet(function)) {
        let mut known: FxHashMap<String, &str> = FxHashMap::default();
        let own: FxHashMap<&str, Span> =
            function.environment.iter().map(|(name, _)| (name.value.as_str(), name.span)).collect();
        for (subject, span) in seen(function) {
            for name in made(model, catalog, subject) {
                if let Some(span) = own.get(name.as_str()) {
                    findings.push(taken(&name, model.name_of(subject), *span));
                }
                let subject = model.name_of(subject);
                if let Some(first) = known.insert(name.clone(), subject) {
                    findings.push(alike(&name, subject, first, span));
                }
            }
        }
    }
}

/// Whether there is anything to meet: most functions see one thing and set nothing themselves.
fn may_meet(function: &Function) -> bool {
    let mut subjects = mentioned(function).map(|(subject, _)| subject);
    let first = subjects.next();
    !function.environment.is_empty() || subjects.any(|subject| Some(subject) != first)
}

/// What a function sees, each once, with the place that says so.
fn seen(function: &Function) -> impl Iterator<Item = (Subject, Span)> {
    let mut known = FxHashSet::default();
    mentioned(function).filter(move |(subject, _)| known.insert(*subject))
}

/// What a function sees, as often as something says so.
fn mentioned(function: &Function) -> impl Iterator<Item = (Subject, Span)> {
    let triggers = function.triggers.iter().filter_map(|trigger| Some((trigger.event.subject()?, trigger.span)));
    triggers.chain(function.uses.iter().map(|entry| (entry.subject, entry.span)))
}

/// The variables that are made for a subject: one, and those that its kind adds on this format.
fn made(model: &Model, catalog: &Catalog, subject: Subject) -> Vec<String> {
    let kind: Option<&Kind> = match subject {
        Subject::Resource(id) => Some(&model.resource(id).kind),
        Subject::Function(_) => catalog.kind("function").map(AsRef::as_ref),
        Subject::Native(_) => None,
    };
    let Some(kind) = kind else { return Vec::new() };
    let stem = variable(model.name_of(subject), &kind.name);
    let Column::Built(built) = kind.column(model.target.format) else { return vec![stem] };
    let more = built.environment.iter().filter(|entry| !entry.suffix.is_empty());
    let more: Vec<String> = more.map(|entry| format!("{stem}{}", entry.suffix)).collect();
    std::iter::once(stem).chain(more).collect()
}

fn taken(name: &str, subject: &str, span: Span) -> Diagnostic {
    Diagnostic::error("model/environment-taken", format!("the variable `{name}` is set already: it names `{subject}`"))
        .at(span, "set here again")
        .help("every function gets the names of what it uses; choose another name for your own variable, or remove it")
}

fn alike(name: &str, subject: &str, first: &str, span: Span) -> Diagnostic {
    Diagnostic::error(
        "model/environment-alike",
        format!("`{subject}` and `{first}` would both be the variable `{name}`"),
    )
    .at(span, "a second meaning")
    .help("rename one of the two")
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, function};

    #[test]
    fn made_variables_are_not_the_users() {
        let check = |name: &str, keys: &str, expected: &[&str]| {
            let rest = format!(
                "resources: {{ my-files: {{ kind: bucket }} }}\n{}",
                function(&format!("{keys}, environment: {{ {name}: x }}"))
            );
            check(&rest, expected);
        };
        check("MY_FILES_BUCKET", "uses: { my-files: read }", &["6 model/environment-taken"]);
        check("MY_FILES_BUCKET", "triggers: { bucket: my-files }", &["6 model/environment-taken"]);
        check("MY_FILES_BUCKET", "memory: 1 GB", &[]);
        check("MY_FILES_TABLE", "uses: { my-files: read }", &[]);
    }
}
