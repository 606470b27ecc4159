//! What a BigQuery statement needs: a job, and rights on the tables it reads, writes or makes.

use crate::table::Table;
use crate::{Needed, Operation, Permission, Piece, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeMap;

/// Words that stand before a table's name, and what is done with the table.
const BEFORE: &[(&str, &str)] = &[
    ("from", "tables.getData"),
    ("join", "tables.getData"),
    ("using", "tables.getData"),
    ("into", "tables.updateData"),
    ("update", "tables.updateData"),
    ("merge", "tables.updateData"),
    ("truncate table", "tables.updateData"),
    ("delete from", "tables.updateData"),
    ("create table", "tables.insert"),
    ("create or replace table", "tables.insert"),
    ("create view", "tables.insert"),
    ("create or replace view", "tables.insert"),
    ("drop table", "tables.delete"),
    ("drop view", "tables.delete"),
];

/// What `jobs.query` needs, by its statement where that is known; a statement that is not known reads.
pub(super) fn needed(table: &Table, operation: &Operation) -> Needed {
    let project = operation.input.get("project").cloned().unwrap_or_default();
    let mut permissions = of(table, operation, "jobs.insert", &[("project", project)]);
    let statements = operation.input.get("query").map(Term::each).unwrap_or_default();
    let mut uses: Vec<(&str, Term)> = statements.iter().flat_map(used).collect();
    if uses.is_empty() && !statements.iter().any(|statement| says(statement).trim_start().starts_with("select")) {
        uses.push(("tables.getData", Term::Unknown));
    }
    for (name, on) in uses {
        let argument = if name == "tables.insert" { "dataset" } else { "table" };
        permissions.extend(of(table, operation, name, &[(argument, on)]));
    }
    let mut seen = Vec::new();
    permissions.retain(|permission| {
        !seen.contains(permission) && {
            seen.push(permission.clone());
            true
        }
    });
    Needed::Permissions(permissions)
}

fn of(table: &Table, operation: &Operation, name: &str, input: &[(&str, Term)]) -> Vec<Permission> {
    let input: BTreeMap<SmolStr, Term> = input.iter().map(|(name, term)| ((*name).into(), term.clone())).collect();
    match table.needed(&Operation { name: name.into(), input, ..operation.clone() }) {
        Needed::Permissions(permissions) => permissions,
        Needed::Unknown(_) => Vec::new(),
    }
}

/// A statement in lower case, on one line, with `\u{1}` for each hole.
fn says(statement: &Term) -> String {
    let Term::Text(Template(pieces)) = statement else { return String::new() };
    let text: String = pieces
        .iter()
        .map(|piece| match piece {
            Piece::Literal(text) => text.to_lowercase(),
            Piece::Environment(_) | Piece::Hole => HOLE.to_string(),
        })
        .collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

const HOLE: char = '\u{1}';

/// What a statement does with which tables.
fn used(statement: &Term) -> Vec<(&'static str, Term)> {
    let text = says(statement);
    let mut found: Vec<(&'static str, Term)> = Vec::new();
    for (at, _) in std::iter::once((0, "")).chain(text.match_indices(' ')) {
        let rest = text[at..].trim_start();
        let fits = |(words, _): &&(&str, &str)| {
            rest.strip_prefix(words).is_some_and(|rest| rest.starts_with(' ')) && !is_deleted(&text[..at], words)
        };
        let Some((words, operation)) = BEFORE.iter().filter(fits).max_by_key(|(words, _)| words.len()) else {
            continue;
        };
        if let Some(on) = table_name(&rest[words.len()..], statement) {
            found.push((operation, on));
        }
    }
    found
}

/// The `from` of `delete from` is no reading.
fn is_deleted(before: &str, words: &str) -> bool {
    words == "from" && before.ends_with("delete")
}

/// The table that is named here; none for a subquery. A name with holes is not known.
fn table_name(rest: &str, statement: &Term) -> Option<Term> {
    let rest = rest.trim_start().trim_start_matches("if not exists ").trim_start_matches("if exists ");
    let end = rest.find([' ', ')', '(', ',', ';']).unwrap_or(rest.len());
    let name = rest[..end].trim_matches('`');
    match name {
        "" | "unnest" => None,
        _ if name.contains(HOLE) => Some(only_hole(name, statement)),
        _ if name.contains('.') => Some(Term::Text(Template::from_literal(name))),
        _ => None,
    }
}

/// The environment variable that a name is, when it is the only one of the statement.
fn only_hole(name: &str, statement: &Term) -> Term {
    let Term::Text(Template(pieces)) = statement else { return Term::Unknown };
    let mut holes = pieces.iter().filter(|piece| !matches!(piece, Piece::Literal(_)));
    match (holes.next(), holes.next()) {
        (Some(hole @ Piece::Environment(_)), None) if name.chars().count() == 1 => {
            Term::Text(Template(vec![hole.clone()]))
        }
        _ => Term::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use crate::{Needed, Template, Term, gcp};
    use std::collections::BTreeMap;

    fn needed(query: Term) -> Vec<String> {
        let operation = gcp::perform("bigquery", "jobs.query", BTreeMap::from([("query".into(), query)]));
        let Needed::Permissions(permissions) = gcp::needed(&operation) else { return Vec::new() };
        let name = |template: Option<&Template>| template.and_then(Template::literal).unwrap_or("-").to_owned();
        permissions.iter().map(|p| format!("{} {}", p.permission, name(p.resource.name.as_ref()))).collect()
    }

    fn text(query: &str) -> Vec<String> {
        needed(Term::Text(Template::from_literal(query)))
    }

    #[test]
    fn statements_say_what_they_do() {
        let job = "bigquery.jobs.create -";
        assert_eq!(text("SELECT 1"), [job]);
        assert_eq!(
            text("SELECT a\nFROM `p.d.t` JOIN d.u ON x"),
            [job, "bigquery.tables.getData p.d.t", "bigquery.tables.getData d.u"]
        );
        assert_eq!(text("INSERT INTO d.t (a) VALUES (1)"), [job, "bigquery.tables.updateData d.t"]);
        assert_eq!(text("DELETE FROM d.t WHERE TRUE"), [job, "bigquery.tables.updateData d.t"]);
        assert_eq!(text("WITH x AS (SELECT 1 FROM d.t) SELECT * FROM x"), [job, "bigquery.tables.getData d.t"]);
        assert_eq!(text("create table d.t as select 1 from d.s")[2], "bigquery.tables.getData d.s");
        assert_eq!(needed(Term::Unknown), [job, "bigquery.tables.getData -"]);
    }
}
