//! The names a spec gives: lower-case words joined by single hyphens.

use portolan_diagnostics::{Diagnostic, Spanned};

/// The longest name of a function, resource, target, variable, input or output.
pub const MAX_NAME: usize = 32;
/// The longest name of an app.
pub const MAX_APP: usize = 40;

/// Whether a name has the form that names have, whatever its length.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.split('-').all(word)
}

/// What is wrong with a name, and the nearest one that is right. `what` is "a function", "an app", and so on.
pub(crate) fn check(what: &str, name: &Spanned<portolan_value::Text>, longest: usize) -> Option<Diagnostic> {
    let length = name.value.chars().count();
    let written = &name.value;
    let message = if !is_name(written) {
        format!("`{written}` cannot name {what}: a name is lower-case words, digits too, joined by single hyphens")
    } else if length > longest {
        format!("`{written}` is too long to name {what}: it has {length} characters, {longest} is the most")
    } else {
        return None;
    };
    let better = kebab(written, longest);
    let help =
        if better.is_empty() { "begin with a letter: `thing-1`".to_owned() } else { format!("write `{better}`") };
    Some(Diagnostic::error("syntax/name", message).at(name.span, "").help(help))
}

/// The name in lower-case words joined by hyphens, cut to a length: `MyThing_2` is `my-thing-2`. Empty if no letter is
/// left to begin with.
#[must_use]
pub fn kebab(name: &str, longest: usize) -> String {
    let letters: Vec<char> = name.chars().take(4 * longest).collect();
    let mut words = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let begins_word = letter.is_ascii_uppercase() && at > 0 && {
            let before = letters[at - 1];
            let after_is_lower = letters.get(at + 1).is_some_and(char::is_ascii_lowercase);
            before.is_ascii_lowercase() || before.is_ascii_digit() || (before.is_ascii_uppercase() && after_is_lower)
        };
        if (begins_word || !letter.is_ascii_alphanumeric()) && !words.is_empty() && !words.ends_with('-') {
            words.push('-');
        }
        if letter.is_ascii_alphabetic() || (letter.is_ascii_digit() && !words.is_empty()) {
            words.push(letter.to_ascii_lowercase());
        }
    }
    words.truncate(longest);
    words.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kebab_is_always_a_name() {
        let check = |written: &str, expected: &str| {
            assert_eq!(kebab(written, MAX_NAME), expected, "for {written}");
            assert!(expected.is_empty() || is_name(expected));
        };
        check("MyThing_2", "my-thing-2");
        check("HTTPServer", "http-server");
        check("my--thing-", "my-thing");
        check("2fast", "fast");
        check("Über cool", "ber-cool");
        check("42", "");
        check("é", "");
        check(&"ab-".repeat(20), "ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab");
    }

    #[test]
    fn names_have_one_form() {
        for name in ["a", "a1", "show-2", "x-1-y"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "A", "1a", "-a", "a-", "a--b", "a_b", "é", "a b"] {
            assert!(!is_name(name), "{name}");
        }
    }
}
