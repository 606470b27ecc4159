//! Keys and prefixes: what calls are about, inside what is declared.

use portolan_model::Pattern;

/// More keys and prefixes than this are told apart by what they have in common only.
const MOST: usize = 12;

/// What a call about something inside has in common with what is declared (nothing declared is everything); none where
/// that is nothing.
pub(crate) fn within(declared: &[Pattern], asked: &Pattern) -> Option<Vec<Pattern>> {
    if declared.is_empty() {
        return Some(vec![asked.clone()]);
    }
    let common: Vec<Pattern> = declared.iter().filter_map(|one| both(one, asked)).collect();
    (!common.is_empty()).then_some(common)
}

/// What two patterns have in common: the narrower of two that contain each other.
fn both(one: &Pattern, other: &Pattern) -> Option<Pattern> {
    if covers(one, other) {
        return Some(other.clone());
    }
    covers(other, one).then(|| one.clone())
}

/// Whether every key of one is a key of another.
pub(crate) fn covers(wide: &Pattern, narrow: &Pattern) -> bool {
    match (wide, narrow) {
        (Pattern::Prefix(prefix), Pattern::Prefix(text) | Pattern::Key(text)) => text.starts_with(prefix.as_str()),
        (Pattern::Key(key), Pattern::Key(text)) => key == text,
        (Pattern::Key(_), Pattern::Prefix(_)) => false,
    }
}

/// The same keys in as few patterns as can be, sorted; nothing where that is every key. Of too many it is what they have
/// in common, within what is declared.
pub(crate) fn fewest(patterns: &[Pattern], declared: &[Pattern]) -> Vec<Pattern> {
    let mut few: Vec<Pattern> = Vec::new();
    for pattern in patterns {
        if !few.iter().any(|known| covers(known, pattern)) {
            few.retain(|known| !covers(pattern, known));
            few.push(pattern.clone());
        }
    }
    few.sort();
    if few.len() > MOST {
        let common = Pattern::Prefix(common(&few));
        few = within(declared, &common).unwrap_or_default();
    }
    match few.contains(&Pattern::Prefix(String::new())) {
        true => Vec::new(),
        false => few,
    }
}

/// What all begin with.
fn common(patterns: &[Pattern]) -> String {
    let text = |pattern: &Pattern| match pattern {
        Pattern::Prefix(text) | Pattern::Key(text) => text.clone(),
    };
    let mut texts = patterns.iter().map(text);
    let first = texts.next().unwrap_or_default();
    texts.fold(first, |common, text| {
        common.chars().zip(text.chars()).take_while(|(one, other)| one == other).map(|(letter, _)| letter).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Pattern> {
        let one = |word: &str| match word.strip_suffix('*') {
            Some(prefix) => Pattern::Prefix(prefix.to_owned()),
            None => Pattern::Key(word.to_owned()),
        };
        text.split_whitespace().map(one).collect()
    }

    fn check_within(declared: &str, asked: &str, expected: Option<&str>) {
        assert_eq!(within(&read(declared), &read(asked)[0]), expected.map(read), "{asked} in {declared}");
    }

    #[test]
    fn what_is_asked_for_is_narrowed_to_what_is_declared() {
        check_within("", "a/*", Some("a/*"));
        check_within("a/*", "a/b/*", Some("a/b/*"));
        check_within("a/b/* a/c c/*", "a/*", Some("a/b/* a/c"));
        check_within("a/*", "a/x", Some("a/x"));
        check_within("a/* b", "*", Some("a/* b"));
        check_within("a/*", "b/*", None);
        check_within("a", "b", None);
    }

    #[test]
    fn few_patterns_say_the_same() {
        let check = |patterns: &str, expected: &str| assert_eq!(fewest(&read(patterns), &[]), read(expected));
        check("b/* a/x a/*", "a/* b/*");
        check("a/* *", "");
        check("", "");
        let many: Vec<String> = (0..40).map(|at| format!("in/{at:03}x")).collect();
        check(&many.join(" "), "in/0*");
        assert_eq!(fewest(&read(&many.join(" ")), &read("in/00* in/01*")), read("in/00* in/01*"));
    }
}
