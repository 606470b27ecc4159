//! Text that is cheap to copy.

use smol_str::{SmolStr, SmolStrBuilder};
use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

/// Texts of so many bytes lie in place.
const IN_PLACE: usize = 23;
/// Texts of so many bytes are put together without asking for memory first.
const AT_HAND: usize = 96;

/// A text: borrowed from the program where it can be, in place where it is short, else shared. Lowering copies names of
/// properties, types and resources by the thousand, and none of these copies asks for memory.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(SmolStr);

impl Text {
    /// A text of the program's own.
    #[must_use]
    pub const fn fixed(text: &'static str) -> Self {
        Self(SmolStr::new_static(text))
    }

    /// A copy of a text.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(SmolStr::new(text))
    }

    /// Texts one after the other.
    #[must_use]
    pub fn concat(pieces: &[&str]) -> Self {
        if pieces.iter().map(|piece| piece.len()).sum::<usize>() <= IN_PLACE {
            let mut text = SmolStrBuilder::new();
            pieces.iter().for_each(|piece| text.push_str(piece));
            return Self(text.finish());
        }
        let mut bytes = [0; AT_HAND];
        let mut length = 0;
        for piece in pieces {
            let Some(place) = bytes.get_mut(length..length + piece.len()) else { return pieces.concat().into() };
            place.copy_from_slice(piece.as_bytes());
            length += piece.len();
        }
        Self::new(str::from_utf8(&bytes[..length]).expect("whole texts one after the other are a text"))
    }

    /// Its characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
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
        for text in ["", "tag.function", "a name that just fits.", long] {
            assert_eq!(Text::new(text), Text::from(text.to_owned()));
            assert_eq!(Text::concat(&[text, "."]), format!("{text}."));
            assert_eq!(String::from(Text::new(text)), text);
        }
        assert_eq!(Text::from("é"), Text::new("é"));
    }
}
