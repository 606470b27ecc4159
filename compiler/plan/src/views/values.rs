//! Values on a line: what was and what will be, cut where they are long, and around what differs.

use super::plain;
use crate::{Property, Shown};
use similar::{ChangeTag, TextDiff};

/// The most bytes of a body that are compared; more is told by its size.
pub(super) const MOST: usize = 64 * 1024;

/// How many letters of a text before and after what differs are kept.
const AROUND: usize = 8;

/// `30 → 60`: what a property was and will be, each of at most so many letters.
#[must_use]
pub(super) fn change(before: Option<&Shown>, after: Option<&Shown>, most: usize) -> String {
    match (before, after) {
        (None, None) => "changes".to_owned(),
        (None, Some(after)) => format!("none → {}", one(after, most)),
        (Some(before), None) => format!("{} → none", one(before, most)),
        (Some(Shown::Secret), Some(Shown::Secret)) => "(secret) → (another secret)".to_owned(),
        (Some(Shown::Body(before)), Some(Shown::Body(after))) => counted_lines(before, after),
        (Some(Shown::Value(before)), Some(Shown::Value(after))) => {
            let (before, after) = around(&plain::line(before), &plain::line(after), most);
            format!("{before} → {after}")
        }
        (Some(before), Some(after)) => format!("{} → {}", one(before, most), one(after, most)),
    }
}

/// The values of a property.
#[must_use]
pub(super) fn of(property: &Property, most: usize) -> String {
    change(property.before.as_ref(), property.after.as_ref(), most)
}

/// A value on its own.
#[must_use]
pub(super) fn one(shown: &Shown, most: usize) -> String {
    match shown {
        Shown::Value(text) if text.is_empty() => "\"\"".to_owned(),
        Shown::Value(text) => plain::cut(&plain::line(text), most),
        Shown::Body(text) => match text.lines().count() {
            1 => "(1 line)".to_owned(),
            lines => format!("({lines} lines)"),
        },
        Shown::Long { bytes, digest } => format!("({bytes} bytes, {})", plain::line(&short(digest))),
        Shown::Secret => "(secret)".to_owned(),
        Shown::Unknown(why) => format!("(known later: {})", plain::cut(&plain::line(why), most)),
    }
}

/// `sha256:3f9c21aa…`.
fn short(digest: &str) -> String {
    let (name, hex) = digest.split_once(':').unwrap_or(("", digest));
    let cut: String = hex.chars().take(8).collect();
    let more = if hex.chars().count() > 8 { "…" } else { "" };
    if name.is_empty() { format!("{cut}{more}") } else { format!("{name}:{cut}{more}") }
}

/// Two texts, cut so that what differs is what stays.
fn around(before: &str, after: &str, most: usize) -> (String, String) {
    let quoted = |text: &str| if text.is_empty() { "\"\"".to_owned() } else { text.to_owned() };
    if plain::letters(before) <= most && plain::letters(after) <= most {
        return (quoted(before), quoted(after));
    }
    let (old, new): (Vec<char>, Vec<char>) = (before.chars().collect(), after.chars().collect());
    let shortest = old.len().min(new.len());
    let head = (0..shortest).take_while(|at| old[*at] == new[*at]).count();
    let tail = (0..shortest - head).take_while(|at| old[old.len() - 1 - at] == new[new.len() - 1 - at]).count();
    let piece = |letters: &[char]| {
        let (from, to) = (head.saturating_sub(AROUND), (letters.len() - tail + AROUND).min(letters.len()));
        let middle: String = letters[from..to].iter().collect();
        let (before, after) = (if from > 0 { "…" } else { "" }, if to < letters.len() { "…" } else { "" });
        plain::cut(&format!("{before}{middle}{after}"), most.max(4 * AROUND))
    };
    let (old, new) = (piece(&old), piece(&new));
    // Two that differ in the middle of a long stretch may look the same when cut: then their lengths are told, too.
    match old == new {
        true => (
            format!("{old} ({} letters)", plain::letters(before)),
            format!("another one ({} letters)", plain::letters(after)),
        ),
        false => (quoted(&old), quoted(&new)),
    }
}

/// `12 lines → 14 lines (+3 -1)`.
fn counted_lines(before: &str, after: &str) -> String {
    let (old, new) = (before.lines().count(), after.lines().count());
    let sizes = format!("({old} lines) → ({new} lines)");
    if before.len().max(after.len()) > MOST {
        return sizes;
    }
    let diff = TextDiff::from_lines(before, after);
    let count = |tag| diff.iter_all_changes().filter(|change| change.tag() == tag).count();
    format!("{sizes} +{} -{}", count(ChangeTag::Insert), count(ChangeTag::Delete))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Option<Shown> {
        Some(Shown::Value(text.to_owned()))
    }

    #[test]
    fn what_differs_stays() {
        let check = |before: Option<Shown>, after: Option<Shown>, expected: &str| {
            assert_eq!(change(before.as_ref(), after.as_ref(), 32), expected);
        };
        check(value("30"), value("60"), "30 → 60");
        check(None, value("60"), "none → 60");
        check(value(""), None, "\"\" → none");
        check(value("a\nb"), value("\u{1b}"), "a␊b → ␛");
        let long = "arn:aws:lambda:eu-west-1:123456789012:function:podcast-prod-tag:";
        check(value(&format!("{long}1")), value(&format!("{long}2")), "…rod-tag:1 → …rod-tag:2");
        check(Some(Shown::Secret), Some(Shown::Secret), "(secret) → (another secret)");
        check(value("x"), Some(Shown::Secret), "x → (secret)");
        check(
            value("x"),
            Some(Shown::Unknown("named by the cloud".to_owned())),
            "x → (known later: named by the cloud)",
        );
        let body = |text: &str| Some(Shown::Body(text.to_owned()));
        check(body("a\nb\nc\n"), body("a\nB\nc\nd\n"), "(3 lines) → (4 lines) +2 -1");
        let digest = "sha256:3f9c21aa4b00".to_owned();
        check(Some(Shown::Long { bytes: 9, digest }), None, "(9 bytes, sha256:3f9c21aa…) → none");
    }

    #[test]
    fn two_values_never_look_the_same() {
        let (old, new) =
            (format!("{}a{}", "x".repeat(90), "y".repeat(90)), format!("{}b{}", "x".repeat(90), "y".repeat(90)));
        let told = change(value(&old).as_ref(), value(&new).as_ref(), 32);
        assert_eq!(told, "…xxxxxxxxayyyyyyyy… → …xxxxxxxxbyyyyyyyy…");
        let (old, new) = (format!("a{}b", "x".repeat(90)), format!("a{}b", "y".repeat(80)));
        assert_eq!(change(value(&old).as_ref(), value(&new).as_ref(), 10).matches('→').count(), 1);
        let middle = |letter: &str| format!("a{}{letter}{}b", "x".repeat(90), "x".repeat(90));
        let (old, new) = (format!("1{}2", middle("p")), format!("3{}4", middle("q")));
        let told = change(value(&old).as_ref(), value(&new).as_ref(), 10);
        let (old, new) = told.split_once(" → ").expect("two");
        assert_ne!(old, new);
    }
}
