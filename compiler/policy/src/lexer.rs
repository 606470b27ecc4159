//! Words of the condition languages: marks, names, and literals with the atoms that a template put into them.

use crate::{Pattern, Piece};
use std::ops::RangeInclusive;

/// A word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    /// A name or a number, with its dots.
    Name(String),
    /// A text in quotes.
    Text(Pattern),
    /// A mark: `(`, `&&`, `==`.
    Mark(&'static str),
    /// What is in square brackets or braces, with them.
    Bracket(String),
    /// A letter that is none of these.
    Unknown,
}

/// Letters that stand for atoms while a text is cut into words: the private use area of Unicode.
const MARKS: RangeInclusive<u32> = 0xF0000..=0xFFFFD;

/// Cuts a text into words; `marks` lists the longer ones first.
pub(crate) fn words(text: &Pattern, marks: &[&'static str], quotes: &[char], brackets: bool) -> Vec<Word> {
    let (letters, atoms) = flat(text);
    let mut lexer = Lexer { letters, at: 0, atoms };
    let mut words = Vec::new();
    while let Some(word) = lexer.word(marks, quotes, brackets) {
        words.push(word);
    }
    words
}

/// The letters of a text, with one for each atom.
fn flat(text: &Pattern) -> (Vec<char>, Vec<String>) {
    let mut letters = Vec::new();
    let mut atoms: Vec<String> = Vec::new();
    for piece in text.pieces() {
        match piece {
            Piece::Text(text) => letters.extend(text.chars().filter(|letter| !MARKS.contains(&u32::from(*letter)))),
            Piece::Atom(name) => {
                letters.extend(u32::try_from(atoms.len()).ok().and_then(|at| char::from_u32(MARKS.start() + at)));
                atoms.push(name.to_string());
            }
            Piece::One => letters.push('?'),
            Piece::Any => letters.push('*'),
        }
    }
    (letters, atoms)
}

struct Lexer {
    letters: Vec<char>,
    at: usize,
    atoms: Vec<String>,
}

impl Lexer {
    fn word(&mut self, marks: &[&'static str], quotes: &[char], brackets: bool) -> Option<Word> {
        while self.letters.get(self.at).is_some_and(|letter| letter.is_whitespace()) {
            self.at += 1;
        }
        let first = *self.letters.get(self.at)?;
        if quotes.contains(&first) {
            return Some(self.quoted(first));
        }
        if brackets && matches!(first, '[' | '{') {
            return Some(self.bracket(if first == '[' { ']' } else { '}' }));
        }
        if let Some(mark) =
            marks.iter().find(|mark| self.letters[self.at..].iter().copied().take(mark.len()).eq(mark.chars()))
        {
            self.at += mark.len();
            return Some(Word::Mark(mark));
        }
        let from = self.at;
        while self
            .letters
            .get(self.at)
            .is_some_and(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '@' | '-'))
        {
            self.at += 1;
        }
        if self.at == from {
            self.at += 1;
            return Some(Word::Unknown);
        }
        Some(Word::Name(self.letters[from..self.at].iter().collect()))
    }

    fn quoted(&mut self, quote: char) -> Word {
        let mut text = Pattern::default();
        self.at += 1;
        while let Some(letter) = self.letters.get(self.at).copied() {
            self.at += 1;
            match letter {
                letter if letter == quote => return Word::Text(text),
                '\\' => {
                    let escaped = self.escaped();
                    text.push_text(&escaped);
                }
                letter => match MARKS.contains(&u32::from(letter)) {
                    true => self.push_atom(letter, &mut text),
                    false => text.push_text(letter.encode_utf8(&mut [0; 4])),
                },
            }
        }
        Word::Unknown
    }

    fn push_atom(&self, letter: char, text: &mut Pattern) {
        let at = usize::try_from(u32::from(letter) - MARKS.start()).ok();
        if let Some(name) = at.and_then(|at| self.atoms.get(at)) {
            text.push(Piece::Atom(name.into()));
        }
    }

    fn escaped(&mut self) -> String {
        let letter = self.letters.get(self.at).copied();
        self.at += 1;
        match letter {
            Some('n') => "\n".to_owned(),
            Some('r') => "\r".to_owned(),
            Some('t') => "\t".to_owned(),
            Some('u') => {
                let digits: String = self.letters.iter().skip(self.at).take(4).collect();
                self.at += 4;
                u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).map(String::from).unwrap_or_default()
            }
            Some(letter) => letter.to_string(),
            None => String::new(),
        }
    }

    fn bracket(&mut self, end: char) -> Word {
        let from = self.at;
        while let Some(letter) = self.letters.get(self.at) {
            self.at += 1;
            if *letter == end {
                return Word::Bracket(self.letters[from..self.at].iter().collect());
            }
        }
        Word::Unknown
    }
}
