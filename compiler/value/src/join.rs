//! Joins as they are put together: nested ones flattened, neighbouring texts merged, a single part standing alone.

use crate::text::TextBuilder;
use crate::{Text, Value};
use thin_vec::ThinVec;

/// A join under way: the parts that are done, and the texts since the last of them.
#[derive(Default)]
pub(crate) struct Joined {
    parts: ThinVec<Value>,
    /// How many parts are to be expected; many joins turn out to be one text, which takes no list.
    most: usize,
    /// The first of the texts, which is handed on as it is where it stays alone.
    first: Option<Text>,
    /// All of them, where there are several.
    texts: TextBuilder,
}

impl Joined {
    pub(crate) fn expecting(most: usize) -> Self {
        Self { most, ..Self::default() }
    }

    pub(crate) fn add(&mut self, part: Value) {
        match part {
            Value::Join(inner) => inner.into_iter().for_each(|part| self.add(part)),
            Value::Text(text) if text.is_empty() => {}
            Value::Text(text) if self.first.is_none() && self.texts.is_empty() => self.first = Some(text),
            Value::Text(text) => self.text().push_str(&text),
            part => {
                self.end_texts();
                self.push(part);
            }
        }
    }

    /// What a text is written to that follows what is there.
    pub(crate) fn text(&mut self) -> &mut TextBuilder {
        if let Some(first) = self.first.take() {
            self.texts.push_str(&first);
        }
        &mut self.texts
    }

    fn take_texts(&mut self) -> Option<Text> {
        let several = |texts: &mut TextBuilder| (!texts.is_empty()).then(|| texts.take());
        self.first.take().or_else(|| several(&mut self.texts))
    }

    fn end_texts(&mut self) {
        if let Some(text) = self.take_texts() {
            self.push(Value::Text(text));
        }
    }

    fn push(&mut self, part: Value) {
        if self.parts.is_empty() {
            self.parts.reserve_exact(self.most);
        }
        self.parts.push(part);
    }

    pub(crate) fn finish(mut self) -> Value {
        if self.parts.is_empty() {
            return Value::Text(self.take_texts().unwrap_or_default());
        }
        self.end_texts();
        match self.parts.len() {
            1 => self.parts.remove(0),
            _ => Value::Join(self.parts),
        }
    }
}
