//! Who is let in: by a function's host, and by a gateway in front of it.

use super::reading::{Made, Reading, items, segments};
use super::text;
use portolan_policy::{Pattern, Piece, Set, Side, Statement};
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// Nobody has this id; it keeps a list from being empty.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// The names of the operations' policies that want a token.
pub(super) type Tokens = BTreeSet<Pattern>;

/// The policies of a template that want a token.
pub(super) fn tokens(reading: &Reading) -> Tokens {
    let made = reading.made().into_iter();
    let policies = made.filter(|made| made.full_type().to_ascii_lowercase().ends_with("/operations/policies"));
    let wanting = policies.filter(|policy| wants_token(&value(reading, *policy)));
    wanting.map(|policy| policy.full_name(reading)).collect()
}

/// The statements of a door.
pub(super) fn read(reading: &Reading, made: Made<'_>, tokens: &Tokens, statements: &mut Vec<Statement>) {
    match made.full_type().to_ascii_lowercase().as_str() {
        "microsoft.web/sites/config" if made.own_name(reading).as_text() == Some("authsettingsV2") => {
            host(reading, made, statements);
        }
        "microsoft.apimanagement/service/apis/operations" => operation(reading, made, tokens, statements),
        "microsoft.apimanagement/service/apis/operations/policies" => callers(reading, made, statements),
        _ => {}
    }
}

/// A host lets everybody in, or whom it names.
fn host(reading: &Reading, made: Made<'_>, statements: &mut Vec<Statement>) {
    let mut names = segments(&made.full_name(reading));
    names.pop();
    let site = text::under(made.group(reading), &Pattern::literal("Microsoft.Web/sites"), &names);
    let statement = Statement { resources: Set::one(site), origin: made.origin().into(), ..Statement::default() };
    let is = |path: &[&str], wanted: bool| made.at(path).and_then(Json::as_bool) == Some(wanted);
    let anonymous = made.at(&["properties", "globalValidation", "unauthenticatedClientAction"]);
    let open = is(&["properties", "platform", "enabled"], false)
        || !is(&["properties", "globalValidation", "requireAuthentication"], true)
        || anonymous.and_then(Json::as_str) == Some("AllowAnonymous");
    if open {
        statements.push(Statement {
            side: Side::Door,
            principals: Set::one(Pattern::any()),
            permissions: Set::one(Pattern::literal("http")),
            ..statement
        });
        return;
    }
    let directory = ["properties", "identityProviders", "azureActiveDirectory", "validation"];
    let named = ["defaultAuthorizationPolicy", "allowedPrincipals", "identities"];
    let visitors = items(made.at(&[directory.as_slice(), named.as_slice()].concat()));
    let mut visitors: Vec<Pattern> = visitors.iter().map(|visitor| reading.text(visitor)).collect();
    if visitors.is_empty() {
        visitors.push(Pattern::atom("everybody of the tenant"));
    }
    visitors.retain(|visitor| visitor.as_text() != Some(NOBODY));
    statements.push(Statement {
        side: Side::Resource,
        principals: Set::of(visitors),
        permissions: Set::one(Pattern::literal("authsettingsV2/allowedPrincipals")),
        ..statement
    });
}

/// An operation of an api is open unless its policy wants a token.
fn operation(reading: &Reading, made: Made<'_>, tokens: &Tokens, statements: &mut Vec<Statement>) {
    let name = made.full_name(reading);
    let token = tokens.contains(&name.clone().then("/policy"));
    let route = |key: &str| made.get(key).map(|json| reading.text(json)).unwrap_or_default();
    let api: Vec<Pattern> = segments(&name).into_iter().take(2).collect();
    let api = text::under(made.group(reading), &Pattern::literal("Microsoft.ApiManagement/service/apis"), &api);
    let route = text::joined(&[api.then(" "), route("method").then(" "), route("urlTemplate")]);
    statements.push(Statement {
        side: Side::Door,
        principals: Set::one(if token { Pattern::atom("with a token") } else { Pattern::any() }),
        permissions: Set::one(Pattern::literal("http")),
        resources: Set::one(route),
        origin: made.origin().into(),
        ..Statement::default()
    });
}

fn value(reading: &Reading, made: Made<'_>) -> Pattern {
    made.get("value").map(|json| reading.text(json)).unwrap_or_default()
}

fn wants_token(policy: &Pattern) -> bool {
    let has = |piece: &Piece| matches!(piece, Piece::Text(text) if text.contains("<validate-jwt") || text.contains("<validate-azure-ad-token"));
    policy.pieces().iter().any(has)
}

/// Whom a gateway lets call an operation: the object ids that a token may name.
fn callers(reading: &Reading, made: Made<'_>, statements: &mut Vec<Statement>) {
    let visitors = named(&value(reading, made));
    if visitors.is_empty() {
        return;
    }
    let service: Vec<Pattern> = segments(&made.full_name(reading)).into_iter().take(1).collect();
    let gateway = text::under(made.group(reading), &Pattern::literal("Microsoft.ApiManagement/service"), &service);
    statements.push(Statement {
        side: Side::Resource,
        principals: Set::of(visitors),
        permissions: Set::one(Pattern::literal("validate-jwt/oid")),
        resources: Set::one(gateway),
        origin: made.origin().into(),
        ..Statement::default()
    });
}

/// The values of the claim `oid`.
fn named(policy: &Pattern) -> Vec<Pattern> {
    let (mut values, mut value, mut inside) = (Vec::new(), None, false);
    for piece in policy.pieces() {
        let Piece::Text(text) = piece else {
            if let Some(value) = &mut value {
                Pattern::push(value, piece.clone());
            }
            continue;
        };
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (before, mark, after) = next_mark(rest);
            if let Some(value) = &mut value {
                Pattern::push_text(value, before);
            }
            match mark {
                "<claim " => inside = after.trim_start().starts_with("name=\"oid\""),
                "</claim>" => inside = false,
                "<value>" if inside => value = Some(Pattern::default()),
                "</value>" => values.extend(value.take()),
                _ => {}
            }
            rest = after;
        }
    }
    values
}

/// What stands before the next mark, the mark, and what follows.
fn next_mark(text: &str) -> (&str, &str, &str) {
    let marks = ["<claim ", "</claim>", "<value>", "</value>"];
    let first = marks.iter().filter_map(|mark| Some((text.find(mark)?, *mark))).min();
    match first {
        Some((at, mark)) => (&text[..at], mark, &text[at + mark.len()..]),
        None => (text, "", ""),
    }
}
