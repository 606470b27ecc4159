//! Texts of policies: letters, atoms that only a deployment knows, and wildcards.
//!
//! A pattern without wildcards is one text. With wildcards it stands for all texts that it matches, and, wherever one
//! text is asked for, for the most general of them: the one that another pattern matches only if it matches all.

use smol_str::SmolStr;
use std::fmt;

/// A text with atoms and wildcards; two that are equal are written alike.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(Vec<Piece>);

/// A piece of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Piece {
    /// Letters that stand for themselves.
    Text(SmolStr),
    /// What only a deployment knows, by a name: two are equal when their names are.
    Atom(SmolStr),
    /// Any one letter: `?`.
    One,
    /// Anything, also nothing: `*`.
    Any,
}

/// A piece, or one letter of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Letter(char),
    Atom(&'a str),
    One,
    Any,
}

/// How many steps the search for an intersection may take; patterns of policies need a few dozen.
const STEPS: usize = 20_000;

impl Pattern {
    /// A text that stands for itself.
    #[must_use]
    pub fn literal(text: &str) -> Self {
        let mut pattern = Self::default();
        pattern.push_text(text);
        pattern
    }

    /// A text in which `*` and `?` are wildcards.
    #[must_use]
    pub fn glob(text: &str) -> Self {
        let mut pattern = Self::default();
        pattern.push_glob(text);
        pattern
    }

    /// What only a deployment knows.
    #[must_use]
    pub fn atom(name: &str) -> Self {
        Self(vec![Piece::Atom(name.into())])
    }

    /// Everything.
    #[must_use]
    pub fn any() -> Self {
        Self(vec![Piece::Any])
    }

    /// Appends letters that stand for themselves.
    pub fn push_text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        match self.0.last_mut() {
            Some(Piece::Text(last)) => *last = format!("{last}{text}").into(),
            _ => self.0.push(Piece::Text(text.into())),
        }
    }

    /// Appends a text in which `*` and `?` are wildcards.
    pub fn push_glob(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find(['*', '?']) {
            self.push_text(&rest[..at]);
            self.push(if rest.as_bytes()[at] == b'*' { Piece::Any } else { Piece::One });
            rest = &rest[at + 1..];
        }
        self.push_text(rest);
    }

    /// Appends a piece; wildcards next to each other get their one order.
    pub fn push(&mut self, piece: Piece) {
        match (piece, self.0.last()) {
            (Piece::Text(text), _) => self.push_text(&text),
            (Piece::Any, Some(Piece::Any)) => {}
            (Piece::One, Some(Piece::Any)) => {
                let at = self.0.len() - 1;
                self.0.insert(at, Piece::One);
            }
            (piece, _) => self.0.push(piece),
        }
    }

    /// Appends all of another.
    pub fn append(&mut self, other: &Self) {
        other.0.iter().for_each(|piece| self.push(piece.clone()));
    }

    /// The same and a text that stands for itself.
    #[must_use]
    pub fn then(mut self, text: &str) -> Self {
        self.push_text(text);
        self
    }

    /// The same and anything.
    #[must_use]
    pub fn then_any(mut self) -> Self {
        self.push(Piece::Any);
        self
    }

    /// The pieces.
    #[must_use]
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Whether it stands for one text only.
    #[must_use]
    pub fn is_literal(&self) -> bool {
        !self.0.iter().any(|piece| matches!(piece, Piece::One | Piece::Any))
    }

    /// The text, when it is made of letters alone.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Piece::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The name, when it is one atom.
    #[must_use]
    pub fn as_atom(&self) -> Option<&str> {
        match self.0.as_slice() {
            [Piece::Atom(name)] => Some(name),
            _ => None,
        }
    }

    /// The same with other atoms in the place of those for which there are some.
    #[must_use]
    pub fn with_atoms(&self, other: &impl Fn(&str) -> Option<String>) -> Self {
        let piece = |piece: &Piece| match piece {
            Piece::Atom(name) => Piece::Atom(other(name).map_or_else(|| name.clone(), Into::into)),
            piece => piece.clone(),
        };
        Self(self.0.iter().map(piece).collect())
    }

    /// The same with its letters in lower case.
    #[must_use]
    pub fn lower(&self) -> Self {
        let lower = |piece: &Piece| match piece {
            Piece::Text(text) => Piece::Text(text.to_lowercase().into()),
            piece => piece.clone(),
        };
        Self(self.0.iter().map(lower).collect())
    }

    /// Whether every text of `other` is one of its own. With `?` beside `*` it may say no where yes is right.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match self.0.as_slice() {
            [Piece::Any] => true,
            _ if self == other => true,
            _ if self.is_literal() => false,
            _ => matches(&self.tokens(), &other.tokens()),
        }
    }

    /// The same where the case of letters does not matter.
    #[must_use]
    pub fn covers_in_any_case(&self, other: &Self) -> bool {
        match (self.as_text(), other.as_text()) {
            (Some(own), Some(other)) if own.is_ascii() && other.is_ascii() => own.eq_ignore_ascii_case(other),
            _ => self.lower().covers(&other.lower()),
        }
    }

    /// Whether some text is of both.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        if self.is_literal() || other.is_literal() {
            return self.covers(other) || other.covers(self);
        }
        meet(&self.tokens(), &other.tokens())
    }

    /// The texts that are of both, as patterns of which none covers another.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Vec<Self> {
        if self.covers(other) {
            return vec![other.clone()];
        }
        if other.covers(self) {
            return vec![self.clone()];
        }
        if self.is_literal() || other.is_literal() {
            return Vec::new();
        }
        let mut search = Search { found: Vec::new(), steps: 0 };
        search.both(&self.tokens(), &other.tokens(), &Self::default());
        maximal(search.found)
    }

    fn tokens(&self) -> Vec<Token<'_>> {
        let mut tokens = Vec::new();
        for piece in &self.0 {
            match piece {
                Piece::Text(text) => tokens.extend(text.chars().map(Token::Letter)),
                Piece::Atom(name) => tokens.push(Token::Atom(name)),
                Piece::One => tokens.push(Token::One),
                Piece::Any => tokens.push(Token::Any),
            }
        }
        tokens
    }

    fn push_token(&mut self, token: Token<'_>) {
        match token {
            Token::Letter(letter) => self.push_text(letter.encode_utf8(&mut [0; 4])),
            Token::Atom(name) => self.push(Piece::Atom(name.into())),
            Token::One => self.push(Piece::One),
            Token::Any => self.push(Piece::Any),
        }
    }
}

impl Token<'_> {
    /// Whether a token of a pattern that is no `*` matches one of another pattern.
    fn takes(self, other: Self) -> bool {
        match (self, other) {
            (Token::One, Token::Letter(_) | Token::One) => true,
            (Token::Any, _) | (_, Token::Any) => false,
            (own, other) => own == other,
        }
    }
}

/// Matches one after the other, and goes back to the last `*` where that fails.
fn matches(pattern: &[Token<'_>], text: &[Token<'_>]) -> bool {
    let (mut at, mut read) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some(Token::Any) => {
                back = Some((at, read));
                at += 1;
            }
            Some(token) if token.takes(text[read]) => {
                at += 1;
                read += 1;
            }
            _ => match back {
                Some((star, from)) => {
                    back = Some((star, from + 1));
                    at = star + 1;
                    read = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|token| *token == Token::Any)
}

/// Whether two lists of tokens have a text in common: which ends of the second each end of the first can meet.
fn meet(first: &[Token<'_>], second: &[Token<'_>]) -> bool {
    let step = |row: &[bool], token: Option<Token<'_>>| -> Vec<bool> {
        let mut next = vec![false; second.len() + 1];
        for at in 0..=second.len() {
            let stays = match token {
                None => at == 0,
                Some(Token::Any) => row[at] || (at > 0 && next[at - 1]),
                Some(_) => at > 0 && second[at - 1] == Token::Any && row[at],
            };
            let passes = at > 0
                && (second[at - 1] == Token::Any && next[at - 1]
                    || token.is_some_and(|token| row[at - 1] && alike(token, second[at - 1])));
            next[at] = stays || passes;
        }
        next
    };
    let start = step(&[], None);
    let last = first.iter().fold(start, |row, token| step(&row, Some(*token)));
    last[second.len()]
}

/// Whether two tokens, neither of them `*`, can stand for the same.
fn alike(first: Token<'_>, second: Token<'_>) -> bool {
    first.takes(second) || second.takes(first)
}

/// The search for what two patterns have in common.
struct Search {
    found: Vec<Pattern>,
    steps: usize,
}

impl Search {
    fn both(&mut self, first: &[Token<'_>], second: &[Token<'_>], so_far: &Pattern) {
        self.steps += 1;
        if self.steps > STEPS {
            return;
        }
        match (first.split_first(), second.split_first()) {
            (None, None) => self.found.push(so_far.clone()),
            (Some((Token::Any, rest)), Some((Token::Any, others))) => {
                let with = with(so_far, Token::Any);
                self.both(rest, second, &with);
                self.both(first, others, &with);
            }
            (Some((Token::Any, rest)), next) => {
                self.both(rest, second, so_far);
                if let Some((token, others)) = next {
                    self.both(first, others, &with(so_far, *token));
                }
            }
            (next, Some((Token::Any, others))) => {
                self.both(first, others, so_far);
                if let Some((token, rest)) = next {
                    self.both(rest, second, &with(so_far, *token));
                }
            }
            (Some((token, rest)), Some((other, others))) if alike(*token, *other) => {
                let narrow = if *token == Token::One { *other } else { *token };
                self.both(rest, others, &with(so_far, narrow));
            }
            _ => {}
        }
    }
}

fn with(pattern: &Pattern, token: Token<'_>) -> Pattern {
    let mut pattern = pattern.clone();
    pattern.push_token(token);
    pattern
}

/// Patterns without those that another covers, in order.
fn maximal(mut patterns: Vec<Pattern>) -> Vec<Pattern> {
    patterns.sort();
    patterns.dedup();
    let covered = |at: usize| {
        let other = |(index, other): (usize, &Pattern)| index != at && other.covers(&patterns[at]);
        patterns.iter().enumerate().any(other)
    };
    let kept: Vec<bool> = (0..patterns.len()).map(|at| !covered(at)).collect();
    let mut kept = kept.into_iter();
    patterns.retain(|_| kept.next().unwrap_or_default());
    patterns
}

impl fmt::Display for Pattern {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(text) => out.write_str(text),
            Piece::Atom(name) => write!(out, "{{{name}}}"),
            Piece::One => out.write_str("?"),
            Piece::Any => out.write_str("*"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check_covers(pattern: &str, other: &str, expected: bool) {
        assert_eq!(Pattern::glob(pattern).covers(&Pattern::glob(other)), expected, "{pattern} covers {other}");
    }

    #[test]
    fn a_pattern_covers_what_it_matches() {
        check_covers("s3:Get*", "s3:GetObject", true);
        check_covers("s3:Get*", "s3:Get*", true);
        check_covers("s3:*", "s3:Get*", true);
        check_covers("s3:Get*", "s3:*", false);
        check_covers("s3:GetObject", "s3:Get*", false);
        check_covers("a?c", "abc", true);
        check_covers("a?c", "a*c", false);
        check_covers("a*c", "a?c", true);
        check_covers("*a*b", "xaxbxab", true);
        check_covers("", "", true);
        check_covers("*", "", true);
    }

    #[test]
    fn atoms_are_whole() {
        let mut table = Pattern::atom("Table.Arn");
        let star = Pattern::glob("*Table*");
        assert!(!star.covers(&table) && Pattern::any().covers(&table) && table.covers(&Pattern::atom("Table.Arn")));
        table.push_glob("/index/*");
        assert!(table.covers(&Pattern::atom("Table.Arn").then("/index/by-date")));
        assert!(!table.covers(&Pattern::atom("Other.Arn").then("/index/by-date")));
        assert_eq!(table.to_string(), "{Table.Arn}/index/*");
    }

    #[test]
    fn an_intersection_is_what_both_match() {
        let both = |a: &str, b: &str| -> Vec<String> {
            Pattern::glob(a).intersection(&Pattern::glob(b)).iter().map(ToString::to_string).collect()
        };
        assert_eq!(both("s3:*", "s3:Get*"), ["s3:Get*"]);
        assert_eq!(both("s3:Get*", "s3:*Object"), ["s3:Get*Object"]);
        assert_eq!(both("a*", "b*"), [""; 0]);
        assert_eq!(both("a?", "?b"), ["ab"]);
        assert_eq!(both("ab*", "abc"), ["abc"]);
    }

    /// Whether a pattern of `a`, `b`, `*` and `?` matches a text, in the plainest way.
    fn plain(pattern: &[u8], text: &[u8]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some((b'*', rest)), _) if plain(rest, text) => true,
            (Some((b'*', _)), Some((_, more))) => plain(pattern, more),
            (Some((b'?', rest)), Some((_, more))) => plain(rest, more),
            (Some((one, rest)), Some((other, more))) if one == other => plain(rest, more),
            _ => false,
        }
    }

    fn texts() -> Vec<String> {
        let mut all = vec![String::new()];
        let mut last = all.clone();
        for _ in 0..5 {
            last = last.iter().flat_map(|text| ["a", "b", "c"].map(|letter| format!("{text}{letter}"))).collect();
            all.extend(last.iter().cloned());
        }
        all
    }

    proptest! {
        #[test]
        fn all_of_it_agrees_with_plain_matching(first in "[ab*?]{0,5}", second in "[ab*?]{0,5}") {
            let (one, other) = (Pattern::glob(&first), Pattern::glob(&second));
            let both = one.intersection(&other);
            let mut overlap = false;
            for text in texts() {
                let literal = Pattern::literal(&text);
                let in_first = plain(first.as_bytes(), text.as_bytes());
                let in_second = plain(second.as_bytes(), text.as_bytes());
                prop_assert_eq!(one.covers(&literal), in_first);
                prop_assert_eq!(one.covers_in_any_case(&Pattern::literal(&text.to_uppercase())), in_first);
                prop_assert_eq!(both.iter().any(|pattern| pattern.covers(&literal)), in_first && in_second);
                prop_assert!(!one.covers(&other) || !in_second || in_first);
                overlap |= in_first && in_second;
            }
            prop_assert!(!overlap || one.overlaps(&other));
            prop_assert_eq!(one.overlaps(&other), !both.is_empty());
            if !first.contains('?') && !second.contains('?') && !one.covers(&other) {
                let counter = texts().iter().any(|text| plain(second.as_bytes(), text.as_bytes()) && !plain(first.as_bytes(), text.as_bytes()));
                prop_assert!(counter, "{} does not cover {}", first, second);
            }
        }
    }
}
