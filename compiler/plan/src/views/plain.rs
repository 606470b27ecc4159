//! Texts of others on a terminal and in a log: what cannot be seen is made visible, and nothing in them is a command.
//!
//! Runners of pipelines read what a step prints. GitHub's looks for `::` at the beginning of a line and for `##[` anywhere
//! in it (actions/runner, `ActionCommand.cs`), the agent of Azure Pipelines for `##vso[` anywhere. Both compare in a way that
//! skips letters of no width, so that those are written out before anything is looked for.

/// A text on one line, as it can be read: no letter in it moves, hides or commands anything.
#[must_use]
pub(super) fn line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\0'..='\u{1f}' => out.push(char::from_u32(0x2400 + u32::from(letter)).unwrap_or('�')),
            '\u{7f}' => out.push('␡'),
            letter if is_hidden(letter) => out.push_str(&format!("⟨U+{:04X}⟩", u32::from(letter))),
            letter => out.push(letter),
        }
    }
    without_commands(&out)
}

/// A whole line that is about to be printed: it does not begin with what a runner listens to either.
#[must_use]
pub(super) fn opening(line: &str) -> String {
    let begins = line.len() - line.trim_start().len();
    match line[begins..].strip_prefix("::") {
        Some(rest) => without_commands(&format!("{}: :{rest}", &line[..begins])),
        None => without_commands(line),
    }
}

/// Letters that are not seen, or that move others: controls, directions, joiners, tags, selectors of variants.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// `##[`, `##vso[`, `##teamcity[`: a blank between the signs, and nobody listens.
fn without_commands(text: &str) -> String {
    if !text.contains("##") {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len() + 2);
    for (at, letter) in text.char_indices() {
        out.push(letter);
        if letter == '#' && is_command(&text[at..]) {
            out.push(' ');
        }
    }
    out
}

fn is_command(text: &str) -> bool {
    let name = text.strip_prefix("##");
    name.is_some_and(|name| name.trim_start_matches(|letter: char| letter.is_ascii_alphanumeric()).starts_with('['))
}

/// How wide a text is told to be.
#[must_use]
pub(super) fn letters(text: &str) -> usize {
    text.chars().count()
}

/// A text of at most so many letters: what is too long loses its middle.
#[must_use]
pub(super) fn cut(text: &str, most: usize) -> String {
    let all: Vec<char> = text.chars().collect();
    if all.len() <= most {
        return text.to_owned();
    }
    let kept = most.saturating_sub(1);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    all[..head].iter().chain(&['…']).chain(&all[all.len() - tail..]).collect()
}

/// A text in parts of at most so many letters, broken between words; a word that is wider stands alone, or is broken where
/// it must be.
#[must_use]
pub(super) fn broken(text: &str, width: usize) -> Vec<String> {
    let width = width.max(20);
    let mut parts: Vec<String> = vec![String::new()];
    for word in text.split(' ') {
        let last = parts.last_mut().expect("there is one from the start");
        match last.is_empty() || letters(last) + 1 + letters(word) <= width {
            true if last.is_empty() => last.push_str(word),
            true => last.push_str(&format!(" {word}")),
            false => parts.push(word.to_owned()),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_shown() {
        let check = |text: &str, expected: &str| assert_eq!(line(text), expected);
        check("\u{1b}[2J", "␛[2J");
        check("a\r\nb\tc\u{7f}\0", "a␍␊b␉c␡␀");
        check("abc\u{202e}fdp.exe", "abc⟨U+202E⟩fdp.exe");
        check("\u{9b}31m", "⟨U+009B⟩31m");
        check("ä → ü", "ä → ü");
    }

    #[test]
    fn no_runner_is_commanded() {
        let check = |text: &str, expected: &str| assert_eq!(line(text), expected);
        check("##vso[task.complete result=Succeeded]", "# #vso[task.complete result=Succeeded]");
        check("x ##[error]y ##[group]", "x # #[error]y # #[group]");
        check("###[x", "## #[x");
        check("##\u{200b}[x", "##⟨U+200B⟩[x");
        check("a ## b [c]", "a ## b [c]");
        assert_eq!(opening("  ::error::x"), "  : :error::x");
        assert_eq!(opening("\u{a0}::set-output name=a::b"), "\u{a0}: :set-output name=a::b");
        assert_eq!(opening("a::b"), "a::b");
        assert!(!opening(&line("::::")).trim_start().starts_with("::"));
    }

    #[test]
    fn long_texts_lose_their_middle() {
        assert_eq!(cut("abcdefghij", 7), "abc…hij");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(broken("one two three four five six", 20), ["one two three four", "five six"]);
    }
}
