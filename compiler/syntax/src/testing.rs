//! What the tests of this room share: a spec in, its findings out.

use crate::{Spec, parse};
use portolan_diagnostics::{Diagnostic, Source, Sources};

/// A spec that begins with its version and name, on two lines.
pub(crate) fn spec(rest: &str) -> (Spec, Vec<Diagnostic>, Source) {
    let source = Sources::default().add("portolan.yaml", format!("portolan: 1\napp: demo\n{rest}"));
    let (spec, diagnostics) = parse(&source);
    (spec, diagnostics, source)
}

/// Each finding as `line:column what message`, in order; the first line of `rest` is line 3.
pub(crate) fn check(rest: &str, expected: &[&str]) {
    let (_, diagnostics, source) = spec(rest);
    check_all(&diagnostics, &source, expected);
}

/// A whole file, without the two lines.
pub(crate) fn check_file(text: &str, expected: &[&str]) {
    let source = Sources::default().add("portolan.yaml", text);
    let (_, diagnostics) = parse(&source);
    check_all(&diagnostics, &source, expected);
}

fn check_all(diagnostics: &[Diagnostic], source: &Source, expected: &[&str]) {
    let line = |diagnostic: &Diagnostic| {
        let at = source.position(diagnostic.primary.as_ref().unwrap().span);
        let what = diagnostic.id.strip_prefix("syntax/").unwrap();
        format!("{}:{} {what} {}", at.line, at.column, diagnostic.message)
    };
    let got: Vec<String> = diagnostics.iter().map(line).collect();
    assert_eq!(got, expected, "for {:?}", source.text());
}
