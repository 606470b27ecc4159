//! Values that want quotes: how far they reach, what their line should look like, and how to read on past them.

use portolan_diagnostics::{Diagnostic, Source};
use std::ops::Range;

/// How far the end of a value is looked for, in bytes: a line may be the whole file.
const MAX_REACH: usize = 256;

/// A value that has to be quoted.
pub(super) struct MissingQuotes {
    pub range: Range<usize>,
    pub diagnostic: Diagnostic,
}

/// Where a value stands, which decides where it ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Block,
    FlowMap,
    FlowList,
}

impl Place {
    fn inside(self) -> &'static str {
        match self {
            Self::Block => "",
            Self::FlowMap => " inside `{…}`",
            Self::FlowList => " inside `[…]`",
        }
    }
}

/// The finding "a value {with} wants quotes", with the whole line as it should be.
pub(super) fn wanted(source: &Source, range: Range<usize>, place: Place, with: &str, label: &str) -> MissingQuotes {
    let message = format!("a value {with} wants quotes{}", place.inside());
    let diagnostic = Diagnostic::error("syntax/quotes-wanted", message)
        .at(source.span(range.clone()), label)
        .help(format!("write `{}`", quoted_line(source, range.clone())));
    MissingQuotes { range, diagnostic }
}

/// From a value's first byte to where its writer meant it to end, on one line.
pub(super) fn reach(text: &str, start: usize, place: Place) -> Range<usize> {
    let rest = text.get(start..).unwrap_or_default();
    let near = (0..=MAX_REACH.min(rest.len())).rev().find(|at| rest.is_char_boundary(*at));
    let rest = &rest[..near.unwrap_or_default()];
    let line = &rest[..rest.find(['\n', '\r']).unwrap_or(rest.len())];
    let line = without_comment(line);
    let length = if place == Place::Block { line.len() } else { flow_length(line) };
    start..start + line[..length].trim_end().len()
}

/// A line up to its comment.
pub(super) fn without_comment(line: &str) -> &str {
    &line[..line.find(" #").unwrap_or(line.len())]
}

/// A value in `{…}` or `[…]` ends at a comma or closing bracket that none of its own brackets encloses.
fn flow_length(line: &str) -> usize {
    let mut open = Vec::new();
    for (at, c) in line.char_indices() {
        match c {
            '(' => open.push(')'),
            '{' => open.push('}'),
            '[' => open.push(']'),
            ',' if open.is_empty() => return at,
            ')' | '}' | ']' if open.last() == Some(&c) => drop(open.pop()),
            '}' | ']' => return at,
            _ => {}
        }
    }
    line.len()
}

/// Whether a plain scalar in a flow collection was cut inside its parentheses, which end further on.
pub(super) fn cut_in_parentheses(text: &str, scalar: &Range<usize>, place: Place) -> Option<Range<usize>> {
    let surplus = |range: &Range<usize>| {
        let part = text.get(range.clone()).unwrap_or_default().as_bytes();
        let count = |mark: u8| part.iter().filter(|byte| **byte == mark).count();
        count(b'(').saturating_sub(count(b')'))
    };
    let opens = text.as_bytes().get(scalar.clone()).is_some_and(|part| part.contains(&b'('));
    if !opens || surplus(scalar) == 0 {
        return None;
    }
    let whole = reach(text, scalar.start, place);
    (whole.end > scalar.end && surplus(&whole) == 0).then_some(whole)
}

/// The text with the marks of YAML blanked out in a range. Every byte keeps its place, so spans stay true.
pub(super) fn blank(text: &str, range: &Range<usize>) -> String {
    let mark = |c: char| "{}[],:#&*!|>%@`'\"?".contains(c);
    let value = text.get(range.clone()).unwrap_or_default().replace(mark, "_");
    let mut patched = text.to_owned();
    patched.replace_range(range.clone(), &value);
    patched
}

/// The line a value stands on, with the value quoted; of a very long line only the value.
pub(super) fn quoted_line(source: &Source, range: Range<usize>) -> String {
    let span = source.span(range);
    let quoted = quote(source.slice(span));
    let (before, after) = (&source.text()[..span.start as usize], &source.text()[span.end as usize..]);
    match (line_end(before.bytes().rev()), line_end(after.bytes())) {
        (Some(left), Some(right)) => {
            let before = &before[before.len() - left..];
            format!("{before}{quoted}{}", without_comment(&after[..right])).trim().to_owned()
        }
        _ => quoted,
    }
}

/// How far the line goes on; nothing if further than a reader follows. A line may be the whole file.
fn line_end(bytes: impl Iterator<Item = u8>) -> Option<usize> {
    let mut length = 0;
    for byte in bytes.take(MAX_REACH) {
        if matches!(byte, b'\n' | b'\r') {
            return Some(length);
        }
        length += 1;
    }
    (length < MAX_REACH).then_some(length)
}

fn quote(value: &str) -> String {
    if value.contains(['"', '\\']) { format!("'{}'", value.replace('\'', "''")) } else { format!("\"{value}\"") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_diagnostics::Sources;

    fn check(line: &str, from: &str, place: Place, expected: &str) {
        let source = Sources::default().add("a", line);
        let range = reach(line, line.find(from).unwrap(), place);
        assert_eq!(quoted_line(&source, range), expected);
    }

    #[test]
    fn a_value_in_braces_reaches_over_its_own_brackets() {
        check(
            "  a: { http: GET /x/{id}, auth: iam }",
            "GET",
            Place::FlowMap,
            r#"a: { http: "GET /x/{id}", auth: iam }"#,
        );
        check("a: [ cron(0,30 * * * *), b ]", "cron", Place::FlowList, r#"a: [ "cron(0,30 * * * *)", b ]"#);
        check("a: { x: ${app}-y }", "$", Place::FlowMap, r#"a: { x: "${app}-y" }"#);
        check("a: { x: f(] }", "f", Place::FlowMap, r#"a: { x: "f("] }"#);
    }

    #[test]
    fn a_value_in_a_block_reaches_to_the_comment() {
        check("a: note: this # x", "note", Place::Block, r#"a: "note: this""#);
        check(r#"a: {b} "c" d's"#, "{", Place::Block, r#"a: '{b} "c" d''s'"#);
    }
}
