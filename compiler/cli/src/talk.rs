//! Talk on stderr, data on stdout.

use crate::Exit;
use portolan_diagnostics::{Diagnostic, Severity, Sources, Style, render, report};
use portolan_secrecy::masked_text;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

/// Prints data. A reader that closes early, such as `head`, is no error.
pub fn data(text: &str) {
    let _ = io::stdout().lock().write_all(text.as_bytes());
}

/// Prints a line of talk.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Colour where it is wanted: a terminal, and no `NO_COLOR`.
fn style() -> Style {
    let wanted = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    if wanted { Style::Coloured } else { Style::Plain }
}

/// Whether data on stdout may be coloured: a terminal, and no `NO_COLOR`.
#[must_use]
pub fn is_coloured() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Prints findings for people, in order.
pub fn findings(found: &[Diagnostic], sources: &Sources) {
    if found.is_empty() {
        return;
    }
    let (style, sources) = (style(), sources.with_texts(masked_text));
    let text: String = found.iter().map(|found| render(&without_secrets(found), &sources, style) + "\n").collect();
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// A finding whose words hold nothing that may be a secret: they may quote the spec.
fn without_secrets(found: &Diagnostic) -> Diagnostic {
    let mut found = found.clone();
    let mask = |text: &mut String| *text = masked_text(text);
    mask(&mut found.message);
    found.help.iter_mut().for_each(mask);
    found.primary.iter_mut().chain(&mut found.secondary).for_each(|label| mask(&mut label.text));
    found
}

/// What a run that wrote nothing shows: errors and warnings; notes are about what would have been written.
#[must_use]
pub fn without_notes(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let failed = found.iter().any(Diagnostic::is_error);
    found.into_iter().filter(|diagnostic| !failed || diagnostic.severity != Severity::Note).collect()
}

/// ` in PATH`, unless the path is the folder one stands in.
#[must_use]
pub fn inside(path: &Path) -> String {
    if path == Path::new(".") { String::new() } else { format!(" in {}", path.display()) }
}

/// Findings for tools: one JSON object.
#[must_use]
pub fn findings_json(found: &[Diagnostic], sources: &Sources) -> String {
    let reports: Vec<_> = found.iter().map(|found| report(&without_secrets(found), sources)).collect();
    let object = serde_json::json!({ "errors": count(found, Severity::Error), "diagnostics": reports });
    serde_json::to_string_pretty(&object).unwrap_or_default() + "\n"
}

/// How many findings there are of a severity.
#[must_use]
pub fn count(found: &[Diagnostic], severity: Severity) -> usize {
    found.iter().filter(|diagnostic| diagnostic.severity == severity).count()
}

/// `3 errors`, `1 error`.
#[must_use]
pub fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// How a run ends that has found this.
#[must_use]
pub fn outcome(found: &[Diagnostic]) -> Exit {
    if found.iter().any(Diagnostic::is_error) { Exit::Invalid } else { Exit::Success }
}
