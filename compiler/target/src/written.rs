//! Values of a written template, read back to one spelling.
//!
//! `Fn::Sub` and `Fn::Join`, `format` and `concat`, `${…}` and a reference all say the same: a text with holes. A reader
//! of a format writes each of them as a [`Text`](Written::Text) of pieces, so that whoever compares two templates
//! compares what is said.

use std::fmt::{self, Write};

/// A value as a template has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Written {
    /// Nothing, said.
    Null,
    /// A truth value.
    Truth(bool),
    /// A number, in the digits of the template.
    Number(String),
    /// A text, with what only a deployment knows in it.
    Text(Vec<Piece>),
    /// A list.
    List(Vec<Written>),
    /// Named values, in the order of the template.
    Map(Vec<(String, Written)>),
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// Letters.
    Letters(String),
    /// What a resource of the same template is given by its cloud.
    Reference {
        /// The resource's name in the template.
        id: String,
        /// Which of its attributes; empty for what it is called.
        attribute: String,
    },
    /// Anything else that is worked out at deployment: a parameter, a function of the format.
    Expression(String),
}

impl Written {
    /// A text without holes.
    pub fn text(text: impl Into<String>) -> Self {
        Self::joined([Piece::Letters(text.into())])
    }

    /// A text of pieces; letters that follow each other are one piece, and no letters are none.
    pub fn joined(pieces: impl IntoIterator<Item = Piece>) -> Self {
        let mut all: Vec<Piece> = Vec::new();
        for piece in pieces {
            match (piece, all.last_mut()) {
                (Piece::Letters(text), _) if text.is_empty() => {}
                (Piece::Letters(text), Some(Piece::Letters(last))) => last.push_str(&text),
                (piece, _) => all.push(piece),
            }
        }
        Self::Text(all)
    }

    /// The letters of a text without holes.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(pieces) => match pieces.as_slice() {
                [] => Some(""),
                [Piece::Letters(text)] => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a scalar says, with whatever is not known in braces; none of lists and maps.
    #[must_use]
    pub fn scalar(&self) -> Option<String> {
        match self {
            Self::Null => Some("null".to_owned()),
            Self::Truth(truth) => Some(truth.to_string()),
            Self::Number(digits) => Some(digits.clone()),
            Self::Text(pieces) => Some(pieces.iter().map(ToString::to_string).collect()),
            Self::List(_) | Self::Map(_) => None,
        }
    }

    /// The entries of a map; none of anything else.
    #[must_use]
    pub fn entries(&self) -> &[(String, Written)] {
        match self {
            Self::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; of anything else itself.
    #[must_use]
    pub fn items(&self) -> &[Written] {
        match self {
            Self::List(items) => items,
            one => std::slice::from_ref(one),
        }
    }

    /// What a map has under a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Written> {
        self.entries().iter().find_map(|(key, value)| (key == name).then_some(value))
    }

    /// What lies under names, one inside the other.
    #[must_use]
    pub fn at(&self, path: &[&str]) -> Option<&Written> {
        path.iter().try_fold(self, |value, step| value.get(step))
    }

    /// Every piece in it.
    pub fn pieces(&self, visit: &mut impl FnMut(&Piece)) {
        match self {
            Self::Text(pieces) => pieces.iter().for_each(visit),
            Self::List(items) => items.iter().for_each(|item| item.pieces(visit)),
            Self::Map(entries) => entries.iter().for_each(|(_, value)| value.pieces(visit)),
            Self::Null | Self::Truth(_) | Self::Number(_) => {}
        }
    }

    /// The same with every reference to `old` made one to `new`.
    #[must_use]
    pub fn renamed(&self, old: &str, new: &str) -> Self {
        match self {
            Self::Text(pieces) => Self::Text(pieces.iter().map(|piece| piece.renamed(old, new)).collect()),
            Self::List(items) => Self::List(items.iter().map(|item| item.renamed(old, new)).collect()),
            Self::Map(entries) => {
                Self::Map(entries.iter().map(|(key, value)| (key.clone(), value.renamed(old, new))).collect())
            }
            scalar => scalar.clone(),
        }
    }
}

impl Piece {
    fn renamed(&self, old: &str, new: &str) -> Self {
        match self {
            Self::Reference { id, attribute } if id == old => {
                Self::Reference { id: new.to_owned(), attribute: attribute.clone() }
            }
            piece => piece.clone(),
        }
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Letters(text) => out.write_str(text),
            Self::Reference { id, attribute } if attribute.is_empty() => write!(out, "{{{id}}}"),
            Self::Reference { id, attribute } => write!(out, "{{{id}.{attribute}}}"),
            Self::Expression(text) => write!(out, "{{{text}}}"),
        }
    }
}

/// One line: `{Effect: Allow, Action: [s3:GetObject]}`.
impl fmt::Display for Written {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(items) => {
                out.write_char('[')?;
                for (at, item) in items.iter().enumerate() {
                    write!(out, "{}{item}", if at == 0 { "" } else { ", " })?;
                }
                out.write_char(']')
            }
            Self::Map(entries) => {
                out.write_char('{')?;
                for (at, (key, value)) in entries.iter().enumerate() {
                    write!(out, "{}{key}: {value}", if at == 0 { "" } else { ", " })?;
                }
                out.write_char('}')
            }
            scalar => out.write_str(&scalar.scalar().unwrap_or_default()),
        }
    }
}

impl From<&serde_json::Value> for Written {
    /// A value in which no text has holes.
    fn from(json: &serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match json {
            Json::Null => Self::Null,
            Json::Bool(truth) => Self::Truth(*truth),
            Json::Number(number) => Self::Number(number.to_string()),
            Json::String(text) => Self::text(text.as_str()),
            Json::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Json::Object(entries) => {
                Self::Map(entries.iter().map(|(key, value)| (key.clone(), Self::from(value))).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_that_follow_each_other_are_one_piece() {
        let hole = Piece::Reference { id: "Queue".to_owned(), attribute: "Arn".to_owned() };
        let text = Written::joined([
            Piece::Letters("a".to_owned()),
            Piece::Letters(String::new()),
            Piece::Letters("b/".to_owned()),
            hole.clone(),
        ]);
        assert_eq!(text, Written::Text(vec![Piece::Letters("ab/".to_owned()), hole]));
        assert_eq!(text.to_string(), "ab/{Queue.Arn}");
        assert_eq!(text.renamed("Queue", "Jobs").to_string(), "ab/{Jobs.Arn}");
        assert_eq!(Written::text("").as_text(), Some(""));
    }
}
