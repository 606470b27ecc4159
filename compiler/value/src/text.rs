//! Text that is cheap to copy.

use arrayvec::ArrayString;
use lean_string::LeanString;
use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

/// Texts of so many bytes are put together without asking for memory first.
const AT_HAND: usize = 96;

/// A text: borrowed from the program where it can be, in place where it is short, else shared. Lowering copies names of
/// properties, types and resources by the thousand, and none of these copies asks for memory.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(LeanString);

impl Text {
    /// A text of the program's own.
    #[must_use]
    pub const fn fixed(text: &'static str) -> Self {
        Self(LeanString::from_static_str(text))
    }

    /// A copy of a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(LeanString::from(text))
    }

    /// Texts one after the other.
    #[must_use]
    pub fn concat(pieces: &[&str]) -> Self {
        let mut text = TextBuilder::default();
        pieces.iter().for_each(|piece| text.push_str(piece));
        text.take()
    }

    /// Its characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that is put together piece by piece: at hand while it is short, so that no memory is asked for but its own.
#[derive(Default)]
pub(crate) struct TextBuilder {
    at_hand: ArrayString<AT_HAND>,
    /// All of it, once it is longer.
    long: String,
}

impl TextBuilder {
    pub(crate) fn is_empty(&self) -> bool {
        self.at_hand.is_empty() && self.long.is_empty()
    }

    pub(crate) fn push_str(&mut self, piece: &str) {
        if !self.long.is_empty() {
            self.long.push_str(piece);
        } else if self.at_hand.try_push_str(piece).is_err() {
            self.long = [&self.at_hand, piece].concat();
            self.at_hand.clear();
        }
    }

    pub(crate) fn push(&mut self, letter: char) {
        if !self.long.is_empty() || self.at_hand.try_push(letter).is_err() {
            self.push_str(letter.encode_utf8(&mut [0; 4]));
        }
    }

    /// The text so far, after which another one begins.
    pub(crate) fn take(&mut self) -> Text {
        let text = match self.long.is_empty() {
            true => Text::new(&self.at_hand),
            false => std::mem::take(&mut self.long).into(),
        };
        self.at_hand.clear();
        text
    }
}

impl Extend<char> for TextBuilder {
    fn extend<T: IntoIterator<Item = char>>(&mut self, letters: T) {
        letters.into_iter().for_each(|letter| self.push(letter));
    }
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<&'static str> for Text {
    fn from(text: &'static str) -> Self {
        Self::fixed(text)
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&String> for Text {
    fn from(text: &String) -> Self {
        Self::new(text)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0.into()
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialEq<Text> for &str {
    fn eq(&self, other: &Text) -> bool {
        *self == other.as_str()
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        self.as_str() == other
    }
}

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_str(), out)
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), out)
    }
}

#[cfg(test)]
mod tests {
    use super::Text;

    #[test]
    fn a_text_is_its_characters() {
        let long = "a name that is too long to lie in place";
        let longest = &"so many letters do not lie at hand while they are put together, ".repeat(2);
        for text in ["", "tag.function", "a name that just fits.", long, longest] {
            assert_eq!(Text::new(text), Text::from(text.to_owned()));
            assert_eq!(Text::concat(&[text, "."]), format!("{text}."));
            assert_eq!(String::from(Text::new(text)), text);
        }
        assert_eq!(Text::from("é"), Text::new("é"));
    }
}
