//! Secrets that are known, and texts without them.

use crate::judge::{is_plain, looks_secret, sounds_secret};
use aho_corasick::{AhoCorasick, MatchKind};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// What stands where a secret was.
pub const HIDDEN: &str = "(secret)";

/// The least length of a secret that is looked for inside of other texts: shorter ones are in too many of them.
const SHORTEST: usize = 4;

/// Values that must not be seen.
#[derive(Debug, Default)]
pub struct Secrets {
    values: BTreeSet<String>,
    finder: OnceLock<Option<AhoCorasick>>,
}

impl Secrets {
    /// Adds a value that is hidden from now on, wherever it stands. What nobody would hide is not.
    pub fn add(&mut self, value: &str) {
        if value.len() >= SHORTEST && !is_plain(value) && self.values.insert(value.to_owned()) {
            self.finder = OnceLock::new();
        }
    }

    /// Whether a value is one of them.
    #[must_use]
    pub fn contains(&self, value: &str) -> bool {
        self.values.contains(value)
    }

    /// A text without them, in whatever way they are written in it: as they are, escaped for JSON, for a URL or for
    /// markup, in base64, in hexadecimal digits.
    #[must_use]
    pub fn hidden<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let Some(finder) = self.finder() else { return Cow::Borrowed(text) };
        if finder.find(text).is_none() {
            return Cow::Borrowed(text);
        }
        let mut out = String::with_capacity(text.len());
        finder.replace_all_with(text, &mut out, |_, _, out| {
            out.push_str(HIDDEN);
            true
        });
        Cow::Owned(out)
    }

    fn finder(&self) -> Option<&AhoCorasick> {
        let made = self.finder.get_or_init(|| {
            let forms: BTreeSet<String> = self.values.iter().flat_map(|value| forms(value)).collect();
            if forms.is_empty() {
                return None;
            }
            let builder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms);
            // Only more patterns than a machine can number are refused.
            builder.ok()
        });
        made.as_ref()
    }
}

/// The ways in which a value may be written.
fn forms(value: &str) -> Vec<String> {
    let bytes = value.as_bytes();
    let mut forms =
        vec![value.to_owned(), escaped(value), url(value, false), url(value, true), markup(value), hex(bytes)];
    // Inside of longer base64 a text begins at one of three places in a group; what does not depend on its neighbours is
    // looked for.
    for skip in 0..3 {
        let padded: Vec<u8> = std::iter::repeat_n(b'x', skip).chain(bytes.iter().copied()).collect();
        let whole = base64(&padded);
        let begin = if skip == 0 { 0 } else { skip + 1 };
        let end = padded.len() / 3 * 4;
        if let Some(inner) = whole.get(begin..end).filter(|inner| inner.len() >= 6) {
            forms.push(inner.to_owned());
            forms.push(inner.replace('+', "-").replace('/', "_"));
        }
    }
    forms.push(base64(bytes));
    forms.retain(|form| form.len() >= SHORTEST);
    forms
}

fn escaped(value: &str) -> String {
    let mut out = String::new();
    for letter in value.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            letter => out.push(letter),
        }
    }
    out
}

fn url(value: &str, upper: bool) -> String {
    let mut out = String::new();
    for byte in value.bytes() {
        match byte {
            byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => out.push(char::from(byte)),
            byte if upper => out.push_str(&format!("%{byte:02X}")),
            byte => out.push_str(&format!("%{byte:02x}")),
        }
    }
    out
}

fn markup(value: &str) -> String {
    value.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let number =
            group.iter().chain([0, 0].iter()).take(3).fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        for at in 0..4 {
            let digit = DIGITS[number >> (18 - 6 * at) & 63];
            out.push(if at > group.len() { '=' } else { char::from(digit) });
        }
    }
    out
}

/// A line of YAML or JSON in which what may be a secret is dots, so that places in it stay what they are, in letters and in
/// bytes: the values of names that sound so, and texts that look so.
#[must_use]
pub fn masked(line: &str) -> Cow<'_, str> {
    let is_secret = |from: usize, to: usize| {
        let word = &line[from..to];
        let is_hole = word.starts_with("${") && word.ends_with('}');
        looks_secret(word) || (sounds_secret_before(line, from) && !is_plain(word) && !is_verb(word) && !is_hole)
    };
    let hidden: Vec<(usize, usize)> = words(line).into_iter().filter(|(from, to)| is_secret(*from, *to)).collect();
    if hidden.is_empty() {
        return Cow::Borrowed(line);
    }
    let mut out = String::with_capacity(line.len());
    let mut at = 0;
    for (from, to) in hidden {
        out.push_str(&line[at..from]);
        out.extend(line[from..to].chars().map(|letter| MASKS[letter.len_utf8() - 1]));
        at = to;
    }
    out.push_str(&line[at..]);
    Cow::Owned(out)
}

/// The words that a spec has beside names, which may sound like those of secrets: `uses: { signing-key: read }`.
fn is_verb(word: &str) -> bool {
    const VERBS: [&str; 15] = [
        "read", "write", "create", "delete", "list", "send", "receive", "publish", "query", "scan", "encrypt",
        "decrypt", "connect", "invoke", "secret",
    ];
    VERBS.contains(&word)
}

/// A whole text so, line by line.
#[must_use]
pub fn masked_text(text: &str) -> String {
    text.split_inclusive('\n').map(masked).collect()
}

/// What letters of one to four bytes are shown as.
const MASKS: [char; 4] = ['*', '·', '•', '\u{1F784}'];

/// The values of a line: quoted texts without their quotes, and what stands between spaces and marks.
fn words(line: &str) -> Vec<(usize, usize)> {
    let mut words = Vec::new();
    let mut begin: Option<usize> = None;
    let mut quote: Option<char> = None;
    for (at, letter) in line.char_indices() {
        match (quote, letter) {
            (Some(open), letter) if letter == open => {
                words.extend(begin.take().map(|from| (from, at)));
                quote = None;
            }
            (Some(_), _) => {}
            (None, '"' | '\'') if begin.is_none() => {
                quote = Some(letter);
                begin = Some(at + letter.len_utf8());
            }
            (None, letter) if letter.is_whitespace() || "{}[],".contains(letter) => {
                words.extend(begin.take().map(|from| (from, at)));
            }
            (None, _) if begin.is_none() => begin = Some(at),
            (None, _) => {}
        }
    }
    words.extend(begin.map(|from| (from, line.len())));
    words.retain(|(from, to)| from < to && !line[*from..*to].ends_with(':'));
    words
}

/// Whether a value is that of a name that sounds like a secret's: `PASSWORD: value`, `password=value`.
fn sounds_secret_before(line: &str, from: usize) -> bool {
    let before = line[..from].trim_end_matches(['"', '\'']).trim_end();
    let Some(before) = before.strip_suffix([':', '=']) else { return false };
    let name = before.rsplit([' ', '{', ',', '"', '\'']).find(|word| !word.is_empty()).unwrap_or_default();
    sounds_secret(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_gone_in_whatever_way_they_are_written() {
        let mut secrets = Secrets::default();
        let secret = "hün\"ter&2/ü?";
        secrets.add(secret);
        secrets.add("WARN");
        for form in forms(secret) {
            let text = format!("a {form} b");
            assert!(!secrets.hidden(&text).contains(&form), "{form}");
        }
        let basic = base64(format!("user:{secret}").as_bytes());
        assert!(secrets.hidden(&basic).contains(HIDDEN), "{basic}");
        assert_eq!(secrets.hidden("level WARN"), "level WARN");
        assert_eq!(base64(b"any carnal pleas"), "YW55IGNhcm5hbCBwbGVhcw==");
    }

    #[test]
    fn lines_keep_their_places() {
        assert_eq!(
            masked("  environment: { DB_PASSWORD: \"hünter2\", LEVEL: WARN }"),
            "  environment: { DB_PASSWORD: \"*·*****\", LEVEL: WARN }"
        );
        assert_eq!(masked("    api-key: abc"), "    api-key: ***");
        assert_eq!(masked("uses: { shows: read }"), "uses: { shows: read }");
        assert_eq!(masked("uses: { api-key: read }"), "uses: { api-key: read }");
        assert_eq!(masked("X_TOKEN: \"${inputs.x}\""), "X_TOKEN: \"${inputs.x}\"");
        assert_eq!(masked("X: AKIAIOSFODNN7EXAMPLE"), "X: ********************");
    }
}
