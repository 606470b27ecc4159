//! Tags that AWS does not take.

use crate::ranges::TAGS;
use portolan_diagnostics::Diagnostic;
use portolan_model::Model;

/// The app's tags.
pub(super) fn check(model: &Model, found: &mut Vec<Diagnostic>) {
    let (most, key_limit, value_limit) = TAGS;
    if let Some((key, _)) = model.tags.get(most) {
        let message = format!("there are {} tags, and a resource on aws has at most {most}", model.tags.len());
        found.push(Diagnostic::error("target/tag", message).at(key.span, "one too many"));
    }
    // A key with a hole has been refused already.
    for (key, text) in model.tags.iter().filter(|(key, _)| !key.value.contains("${")) {
        let value = text.literal().unwrap_or_default();
        let why = match key.value.as_str() {
            key if key.is_empty() || key.chars().count() > key_limit => {
                format!("a key has 1 to {key_limit} characters")
            }
            key if key.to_ascii_lowercase().starts_with("aws:") => {
                "keys that begin with `aws:` are AWS's own".to_owned()
            }
            key if !key.chars().all(fits) => unfit(),
            _ if value.chars().count() > value_limit => format!("a value has at most {value_limit} characters"),
            _ if !value.chars().all(fits) => unfit(),
            _ => continue,
        };
        let message = format!("the tag `{}` cannot be put on resources on aws: {why}", key.value);
        found.push(Diagnostic::error("target/tag", message).at(key.span, ""));
    }
}

/// The characters that every service takes (Tagging user guide, "Tag naming limits and requirements").
fn fits(c: char) -> bool {
    c.is_alphanumeric() || c == ' ' || "_.:/=+-@".contains(c)
}

fn unfit() -> String {
    "letters, digits, spaces and any of `_.:/=+-@` are taken by every service".to_owned()
}
