//! Diagnostics as people read them and as tools read them.

use crate::{Diagnostic, Label, Severity, Source, Sources};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;

/// Whether escape codes are allowed; they only underline what the words already say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Plain text.
    Plain,
    /// With colours.
    Coloured,
}

/// One diagnostic as text, with snippets, ending in a line break.
#[must_use]
pub fn render(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let message = match &diagnostic.target {
        Some(target) => format!("{} (target `{target}`)", diagnostic.message),
        None => diagnostic.message.clone(),
    };
    let title = level.primary_title(printable(&message)).id(diagnostic.id);
    let mut group = snippets(diagnostic, sources).into_iter().fold(Group::with_title(title), Group::element);
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(printable(help)));
    }
    let mut text = renderer.render(&[group]);
    text.push('\n');
    text
}

/// One snippet a file, the primary file first.
fn snippets<'a>(
    diagnostic: &'a Diagnostic,
    sources: &'a Sources,
) -> Vec<Snippet<'a, annotate_snippets::Annotation<'a>>> {
    let Some(primary) = &diagnostic.primary else { return Vec::new() };
    let mut files = vec![primary.span.file];
    for label in &diagnostic.secondary {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    let sources = files.into_iter().filter_map(|file| sources.get(file));
    sources.map(|source| snippet(diagnostic, primary, source)).collect()
}

fn snippet<'a>(
    diagnostic: &'a Diagnostic,
    primary: &'a Label,
    source: &'a Source,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let mut snippet = Snippet::source(source.text()).path(source.name());
    if primary.span.file == source.id() {
        snippet = snippet.annotation(annotation(AnnotationKind::Primary, primary));
    }
    let here = diagnostic.secondary.iter().filter(|label| label.span.file == source.id());
    here.fold(snippet, |snippet, label| snippet.annotation(annotation(AnnotationKind::Context, label)))
}

fn annotation(kind: AnnotationKind, label: &Label) -> annotate_snippets::Annotation<'_> {
    let annotation = kind.span(label.span.range());
    if label.text.is_empty() { annotation } else { annotation.label(printable(&label.text)) }
}

/// Control characters of user text as their escapes: a terminal must not obey a spec.
fn printable(text: &str) -> String {
    let hidden =
        |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let escaped = text.chars().map(|c| if hidden(c) { c.escape_unicode().to_string() } else { c.to_string() });
    escaped.collect()
}

/// A diagnostic as `--format json` prints it.
#[derive(Debug, Serialize)]
pub struct Report {
    id: &'static str,
    severity: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    help: Vec<String>,
}

/// A labelled place; lines and columns start at 1, columns count characters, ends are exclusive.
#[derive(Debug, Serialize)]
struct Place {
    file: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    label: String,
}

/// One diagnostic for tools.
#[must_use]
pub fn report(diagnostic: &Diagnostic, sources: &Sources) -> Report {
    Report {
        id: diagnostic.id,
        severity: diagnostic.severity.word(),
        message: diagnostic.message.clone(),
        target: diagnostic.target.clone(),
        place: diagnostic.primary.as_ref().and_then(|label| place(label, sources)),
        labels: diagnostic.secondary.iter().filter_map(|label| place(label, sources)).collect(),
        help: diagnostic.help.clone(),
    }
}

fn place(label: &Label, sources: &Sources) -> Option<Place> {
    let source = sources.get(label.span.file)?;
    let start = source.position(label.span);
    let end = source.position(source.span(label.span.end as usize..label.span.end as usize));
    Some(Place {
        file: source.name().to_owned(),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        label: label.text.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_golden_error_renders() {
        let mut sources = Sources::default();
        let source =
            sources.add("shop.yaml", "resources:\n  thumbnails: { kind: bucket }\nuses: { thumbnial: read }\n");
        let at = |text: &str| {
            let start = source.text().find(text).unwrap_or_default();
            source.span(start..start + text.len())
        };
        let diagnostic = Diagnostic::error("resolve/unknown-resource", "unknown resource `thumbnial`")
            .at(at("thumbnial"), "no resource has this name")
            .also(at("thumbnails"), "a bucket with a similar name is declared here")
            .help("did you mean `thumbnails`?");
        let expected = "\
error[resolve/unknown-resource]: unknown resource `thumbnial`
 --> shop.yaml:3:9
  |
2 |   thumbnails: { kind: bucket }
  |   ---------- a bucket with a similar name is declared here
3 | uses: { thumbnial: read }
  |         ^^^^^^^^^ no resource has this name
  |
  = help: did you mean `thumbnails`?
";
        assert_eq!(render(&diagnostic, &sources, Style::Plain), expected);
    }

    #[test]
    fn a_terminal_does_not_obey_a_spec() {
        let diagnostic = Diagnostic::error("syntax/name", "bad name `\u{1b}[2J`");
        assert_eq!(
            render(&diagnostic, &Sources::default(), Style::Plain),
            "error[syntax/name]: bad name `\\u{1b}[2J`\n"
        );
    }
}
