//! Tags and holes where the language has none: one walk over the whole tree.

use crate::tree::{Entry, Node, Tree};
use portolan_diagnostics::{Diagnostic, Spanned, suggest};

/// The tags that are read in the bodies of `native` and `overrides`.
const TAGS: [&str; 2] = ["ref", "join"];

/// Everything wrong with the tags and keys of a spec.
pub(crate) fn check(root: &Node) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    found.extend(root.tag.as_deref().map(misplaced));
    for entry in root.entries() {
        match entry.key.value.as_str() {
            "native" | "overrides" => check_body(&entry.value, &mut found),
            _ => check_entry(entry, &mut found),
        }
    }
    found
}

// The tree's depth is capped when it is built.
fn check_entry(entry: &Entry, found: &mut Vec<Diagnostic>) {
    let key = &entry.key.value;
    if key.contains('$') && key.contains("${") && key.replace("$${", "").contains("${") {
        found.push(hole_in_key(&entry.key));
    }
    check_node(&entry.value, found);
}

fn check_node(node: &Node, found: &mut Vec<Diagnostic>) {
    if let Some(tag) = &node.tag {
        found.push(misplaced(tag));
    }
    node.items().iter().for_each(|item| check_node(item, found));
    node.entries().iter().for_each(|entry| check_entry(entry, found));
}

fn check_body(node: &Node, found: &mut Vec<Diagnostic>) {
    if let Some(tag) = &node.tag {
        match tag.value.as_str() {
            "ref" if !matches!(node.tree, Tree::Scalar(_)) => {
                found.push(wrong_form(tag, node, "a text: `!ref uploads.arn`"));
            }
            "join" if !matches!(node.tree, Tree::List(_)) => {
                found.push(wrong_form(tag, node, "a list: `!join [!ref uploads.arn, \"/*\"]`"));
            }
            "ref" | "join" => {}
            _ => found.push(unknown(tag)),
        }
    }
    node.items().iter().for_each(|item| check_body(item, found));
    node.entries().iter().for_each(|entry| check_body(&entry.value, found));
}

fn misplaced(tag: &Spanned<portolan_value::Text>) -> Diagnostic {
    Diagnostic::error("syntax/tag", format!("the tag `!{}` means nothing here", tag.value))
        .at(tag.span, "no tag is read here")
        .help("`!ref` and `!join` are read in `native` and `overrides`; elsewhere write `${resources.uploads.arn}`")
        .help("for a text that begins with `!`, put it in quotes")
}

fn unknown(tag: &Spanned<portolan_value::Text>) -> Diagnostic {
    let help = match tag.value.as_str() {
        "Ref" | "GetAtt" => "name things by address: `!ref uploads.arn`".to_owned(),
        "Sub" | "Join" => "join texts and references: `!join [!ref uploads.arn, \"/*\"]`".to_owned(),
        name => match suggest(name, TAGS) {
            Some(near) => format!("did you mean `!{near}`?"),
            None => format!("write the target's long form: `{{ \"Fn::{name}\": … }}`"),
        },
    };
    Diagnostic::error("syntax/unknown-tag", format!("unknown tag `!{}`", tag.value))
        .at(tag.span, "only `!ref` and `!join` are read here")
        .help(help)
}

fn wrong_form(tag: &Spanned<portolan_value::Text>, node: &Node, wants: &str) -> Diagnostic {
    Diagnostic::error("syntax/shape", format!("`!{}` wants {wants}, this is {}", tag.value, node.what()))
        .at(tag.span, "")
}

fn hole_in_key(key: &Spanned<portolan_value::Text>) -> Diagnostic {
    Diagnostic::error(
        "syntax/hole-in-key",
        format!("the key `{}` has a `${{…}}`, and keys are not filled in", key.value),
    )
    .at(key.span, "a key stays as it is written")
    .help("holes are filled in values only: write the name itself")
}
