//! Readers of the targets' languages: what in a template is text, and what is code.
//!
//! They are small and know nothing of our encoders, so that they cannot share a mistake with them.

use portolan_syntax::{Node, Tree, tree};
use portolan_value::Format;
use serde_json::Value;

/// What a template says: texts as the target will see them, and pieces of code.
#[derive(Debug, Default)]
pub struct Said {
    /// Literal texts, keys among them.
    pub texts: Vec<String>,
    /// Code: references, expressions, directives.
    pub code: Vec<String>,
}

/// Reads a template of a format.
///
/// # Panics
/// When the template is not even JSON or YAML.
#[must_use]
pub fn read(format: Format, template: &str) -> Said {
    let mut said = Said::default();
    let json = || serde_json::from_str(template).expect("a template is JSON");
    match format {
        Format::Aws => cloudformation(&json(), &mut said),
        Format::Gcp => terraform_document(&json(), &mut said),
        Format::Azure => strings(&json(), &mut |text| arm(text, &mut said)),
        Format::GcpDm => {
            let source = portolan_diagnostics::Sources::default().add("config.yaml", template);
            nodes(&tree(&source).product.expect("a config is YAML"), &mut |text| deployment_manager(text, &mut said));
        }
    }
    said
}

fn strings(value: &Value, each: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Array(items) => items.iter().for_each(|item| strings(item, each)),
        Value::Object(entries) => entries.iter().for_each(|(key, value)| {
            each(key);
            strings(value, each);
        }),
        _ => {}
    }
}

fn nodes(node: &Node, each: &mut impl FnMut(&str)) {
    match &node.tree {
        Tree::Null => {}
        Tree::Scalar(scalar) => each(&scalar.text),
        Tree::List(items) => items.iter().for_each(|item| nodes(item, each)),
        Tree::Map(entries) => entries.iter().for_each(|entry| {
            each(&entry.key.value);
            nodes(&entry.value, each);
        }),
    }
}

/// CloudFormation: intrinsic functions are maps of one key; dynamic references are found in any text.
fn cloudformation(value: &Value, said: &mut Said) {
    match value {
        Value::String(text) => cloudformation_text(text, said),
        Value::Array(items) => items.iter().for_each(|item| cloudformation(item, said)),
        Value::Object(entries) if entries.len() == 1 => match entries.iter().next() {
            Some((key, Value::String(text))) if key == "Fn::Sub" => substituted(text, said),
            Some((key, argument)) if key == "Ref" || key.starts_with("Fn::") => intrinsic(key, argument, said),
            _ => cloudformation_entries(entries, said),
        },
        Value::Object(entries) => cloudformation_entries(entries, said),
        _ => {}
    }
}

fn cloudformation_entries(entries: &serde_json::Map<String, Value>, said: &mut Said) {
    for (key, value) in entries {
        cloudformation_text(key, said);
        cloudformation(value, said);
    }
}

fn cloudformation_text(text: &str, said: &mut Said) {
    if text.contains("{{resolve:") {
        said.code.push(text.to_owned());
    }
    said.texts.push(text.to_owned());
}

fn intrinsic(key: &str, argument: &Value, said: &mut Said) {
    match (key, argument) {
        ("Ref" | "Fn::GetAtt", argument) => strings(argument, &mut |text| said.code.push(text.to_owned())),
        ("Fn::Sub", Value::Array(parts)) => {
            if let [Value::String(text), Value::Object(values)] = parts.as_slice() {
                substituted(text, said);
                values.values().for_each(|value| cloudformation(value, said));
            }
        }
        ("Fn::Join", Value::Array(parts)) => {
            parts.iter().skip(1).for_each(|part| cloudformation(part, said));
            if let Some(Value::Array(items)) = parts.get(1) {
                let whole: String = items.iter().filter_map(Value::as_str).collect();
                cloudformation_text(&whole, said);
            }
        }
        (_, argument) => cloudformation(argument, said),
    }
}

/// `${Name}` is code, `${!Name}` is the text `${Name}`.
fn substituted(text: &str, said: &mut Said) {
    let mut literal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("${") {
        literal.push_str(&rest[..at]);
        let after = &rest[at + 2..];
        match (after.strip_prefix('!'), after.split_once('}')) {
            (Some(escaped), _) => {
                literal.push_str("${");
                rest = escaped;
            }
            (None, Some((name, more))) => {
                said.code.push(name.to_owned());
                rest = more;
            }
            (None, None) => {
                said.code.push(after.to_owned());
                rest = "";
            }
        }
    }
    literal.push_str(rest);
    cloudformation_text(&literal, said);
}

/// Terraform reads variables and the descriptions of outputs without a context, so that nothing in them is code
/// (Terraform documentation, JSON configuration syntax); every other text is a template.
fn terraform_document(document: &Value, said: &mut Said) {
    for (section, body) in document.as_object().into_iter().flatten() {
        match (section.as_str(), body) {
            ("variable", body) => strings(body, &mut |text| said.texts.push(text.to_owned())),
            ("output", Value::Object(outputs)) => outputs.iter().for_each(|(name, output)| {
                said.texts.push(name.clone());
                said.texts.extend(output.get("description").and_then(Value::as_str).map(str::to_owned));
                strings(output.get("value").unwrap_or(&Value::Null), &mut |text| terraform(text, said));
            }),
            (_, body) => strings(body, &mut |text| terraform(text, said)),
        }
    }
}

/// Terraform: `${ … }` and `%{ … }` are code; `$${` and `%%{` are the text. Texts quoted inside code are read too.
fn terraform(text: &str, said: &mut Said) {
    let mut letters = text.chars().peekable();
    let mut literal = String::new();
    while let Some(letter) = letters.next() {
        let mut ahead = letters.clone();
        match (letter, ahead.next(), ahead.next()) {
            ('$', Some('$'), Some('{')) | ('%', Some('%'), Some('{')) => {
                literal.extend([letter, '{']);
                letters.next();
                letters.next();
            }
            ('$' | '%', Some('{'), _) => {
                letters.next();
                expression(&mut letters, said);
            }
            _ => literal.push(letter),
        }
    }
    said.texts.push(literal);
}

/// Reads code up to its closing brace.
fn expression(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, said: &mut Said) {
    let mut code = String::new();
    let mut depth = 0;
    while let Some(letter) = letters.next() {
        match letter {
            '}' if depth == 0 => break,
            '{' => depth += 1,
            '}' => depth -= 1,
            '"' => quoted(letters, said),
            letter => code.push(letter),
        }
    }
    said.code.push(code);
}

/// Reads a quoted text inside code up to its closing quote.
fn quoted(letters: &mut std::iter::Peekable<std::str::Chars<'_>>, said: &mut Said) {
    let mut inner = String::new();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => break,
            '\\' => match letters.next() {
                Some('n') => inner.push('\n'),
                Some('r') => inner.push('\r'),
                Some('t') => inner.push('\t'),
                Some('u') => {
                    let code: String = letters.by_ref().take(4).collect();
                    inner.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
                }
                Some(escaped) => inner.push(escaped),
                None => {}
            },
            letter => inner.push(letter),
        }
    }
    terraform(&inner, said);
}

/// ARM: a text in brackets is code, but for the texts quoted in it; a doubled opening bracket is a literal one.
fn arm(text: &str, said: &mut Said) {
    let Some(code) = text.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) else {
        return said.texts.push(text.to_owned());
    };
    if code.starts_with('[') {
        return said.texts.push(text[1..].to_owned());
    }
    let mut outside = String::new();
    let mut whole = String::new();
    let mut pieces = code.split('\'').peekable();
    let mut inside = false;
    while let Some(piece) = pieces.next() {
        match inside {
            true => whole.push_str(piece),
            false if piece.is_empty() && !whole.is_empty() && pieces.peek().is_some() => whole.push('\''),
            false => {
                said.texts.push(std::mem::take(&mut whole));
                outside.push_str(piece);
            }
        }
        inside = !inside;
    }
    said.texts.push(whole);
    said.code.push(outside);
}

/// Deployment Manager: `$(ref.…)` is code.
fn deployment_manager(text: &str, said: &mut Said) {
    let mut literal = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("$(ref.") {
        literal.push_str(before);
        let (code, more) = after.split_once(')').unwrap_or((after, ""));
        said.code.push(code.to_owned());
        rest = more;
    }
    literal.push_str(rest);
    said.texts.push(literal);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(format: Format, template: &Value) -> (String, String) {
        let said = read(format, &template.to_string());
        (said.texts.join("|"), said.code.join("|"))
    }

    #[test]
    fn code_and_text_are_told_apart() {
        let sub = serde_json::json!([{ "Fn::Sub": "a${!b}${C.Arn}" }, { "Ref": "D" }]);
        assert_eq!(said(Format::Aws, &sub), ("a${b}".to_owned(), "C.Arn|D".to_owned()));
        let terraform = serde_json::json!({ "variable": "${v}", "locals": { "a": "x$${y}${f(\"t${z}\")}%{ if w }" } });
        assert_eq!(said(Format::Gcp, &terraform), ("${v}|a|t|x${y}".to_owned(), "z|f()| if w ".to_owned()));
        let arm = serde_json::json!(["[concat('a''b', c('d'))]", "[[e]", "[f"]);
        assert_eq!(said(Format::Azure, &arm), ("|a'b|d||[e]|[f".to_owned(), "concat(, c())".to_owned()));
        assert_eq!(said(Format::GcpDm, &serde_json::json!(["a$(ref.b.c)d"])), ("ad".to_owned(), "b.c".to_owned()));
    }
}
