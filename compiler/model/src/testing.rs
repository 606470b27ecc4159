//! What the tests of this room share: a spec in, its model or its findings out.

use crate::{Asked, Model, Piece, Text, Wanted, resolve, targets};
use portolan_diagnostics::{Diagnostic, Source, Sources};
use portolan_syntax::parse;

/// The beginning of a whole spec, on three lines.
pub(crate) const HEAD: &str = "portolan: 1\napp: demo\ntargets: { dev: { provider: aws, region: eu-west-1 } }\n";

/// Resolves a whole file for what is asked.
pub(crate) fn resolved(text: &str, asked: &Asked) -> (Vec<Model>, Vec<Diagnostic>, Source) {
    let source = Sources::default().add("portolan.yaml", text);
    let (spec, mut findings) = parse(&source);
    let (requests, found) = targets(&spec, asked);
    findings.extend(found);
    let catalog = portolan_catalog::standard();
    let models: Vec<Model> =
        requests.iter().filter_map(|request| resolve(&spec, catalog, request).report_to(&mut findings)).collect();
    (models, findings, source)
}

/// The one model of a spec without errors; `rest` begins on line 4.
pub(crate) fn model(rest: &str) -> Model {
    let (mut models, findings, _) = resolved(&format!("{HEAD}{rest}"), &Asked::default());
    let errors: Vec<_> = findings.iter().filter(|finding| finding.is_error()).map(|finding| &finding.message).collect();
    assert!(errors.is_empty(), "{errors:?}");
    models.remove(0)
}

/// Each finding as `line id`, in order; `rest` begins on line 4.
pub(crate) fn check(rest: &str, expected: &[&str]) {
    check_file(&format!("{HEAD}{rest}"), expected);
}

/// The findings of a whole file, all targets.
pub(crate) fn check_file(text: &str, expected: &[&str]) {
    let asked = Asked { targets: Wanted::All, variables: Vec::new() };
    let (_, findings, source) = resolved(text, &asked);
    let mut seen = std::collections::HashSet::new();
    let line = |finding: &Diagnostic| {
        let line = finding.primary.as_ref().map_or(0, |label| source.position(label.span).line);
        let shown = format!("{line} {}", finding.id);
        seen.insert((shown.clone(), finding.message.clone())).then_some(shown)
    };
    let got: Vec<String> = findings.iter().filter_map(line).collect();
    assert_eq!(got, expected, "{text}\n{:#?}", findings.iter().map(|finding| &finding.message).collect::<Vec<_>>());
}

/// The message and help of the only finding.
pub(crate) fn check_message(rest: &str, message: &str, help: &str) {
    let (_, findings, _) = resolved(&format!("{HEAD}{rest}"), &Asked::default());
    let got: Vec<_> = findings.iter().map(|finding| (finding.message.as_str(), finding.help.join(" "))).collect();
    assert_eq!(got, [(message, help.to_owned())], "{rest}");
}

/// The line of a function `f`, with these keys more.
pub(crate) fn function(keys: &str) -> String {
    format!("functions:\n  f: {{ runtime: python3.13, handler: src/f.handle, {keys} }}\n")
}

/// A text as it would come out, what is only known later in braces.
pub(crate) fn shown(text: &Text) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Literal(literal) => literal.to_string(),
        Piece::Attribute(subject, attribute) => format!("{{{subject:?}.{}}}", attribute.value),
        Piece::Input(id) => format!("{{{id:?}}}"),
        Piece::Context(context) => format!("{{{context:?}}}"),
    };
    text.pieces.iter().map(piece).collect()
}
