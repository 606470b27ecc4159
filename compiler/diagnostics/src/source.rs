//! Texts and places in them.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Which of the [`Sources`] a span points into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct FileId(u32);

/// A byte range of one source, sorted and snapped to characters when it was made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The source it points into.
    pub file: FileId,
    /// The first byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes it covers.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The empty span at its start.
    #[must_use]
    pub fn head(self) -> Self {
        Self { end: self.start, ..self }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}@{}..{}", self.file.0, self.start, self.end)
    }
}

/// A value and where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a value at its place.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place with another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

/// A line and column as an editor shows them: both start at 1, columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: u32,
    /// The column, in characters.
    pub column: u32,
}

/// One text with its name.
#[derive(Clone, Debug)]
pub struct Source {
    id: FileId,
    name: Arc<str>,
    text: Arc<str>,
    line_starts: Arc<[u32]>,
}

impl Source {
    /// The id its spans carry.
    #[must_use]
    pub fn id(&self) -> FileId {
        self.id
    }

    /// The name as it is shown, usually a path as the user wrote it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A span of this text: sorted, inside the text, on character boundaries, whatever range is asked for.
    #[must_use]
    pub fn span(&self, range: Range<usize>) -> Span {
        let low = range.start.min(range.end).min(self.text.len());
        let high = range.start.max(range.end).min(self.text.len());
        let start = (0..=low).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(0);
        let end = (high..=self.text.len()).find(|at| self.text.is_char_boundary(*at)).unwrap_or(self.text.len());
        Span { file: self.id, start: offset(start), end: offset(end) }
    }

    /// The text a span covers.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Where a span begins.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let line = self.line_starts.partition_point(|start| *start <= span.start).max(1);
        let line_start = self.line_starts[line - 1] as usize;
        let before = self.text.get(line_start..span.start as usize).unwrap_or_default();
        Position { line: offset(line), column: offset(before.chars().count() + 1) }
    }

    /// The span of a line without its line break; the first line is 1.
    #[must_use]
    pub fn line(&self, line: u32) -> Span {
        let index = (line.max(1) - 1) as usize;
        let start = self.line_starts.get(index).map_or(self.text.len(), |start| *start as usize);
        let rest = &self.text[start..];
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        self.span(start..start + length)
    }
}

/// All texts of a run.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a text and returns it with its id. Texts over 4 GiB are cut, far above every cap.
    pub fn add(&mut self, name: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Source {
        let text: Arc<str> = text.into();
        let ends = memchr::memchr_iter(b'\n', text.as_bytes());
        let starts: Vec<u32> = std::iter::once(0).chain(ends.map(|at| offset(at + 1))).collect();
        let source = Source {
            id: FileId(offset(self.files.len())),
            name: name.into(),
            line_starts: starts.into(),
            text: Arc::clone(&text),
        };
        self.files.push(source.clone());
        source
    }

    /// The same texts, each changed by something that keeps its bytes in their places, so that spans still fit.
    #[must_use]
    pub fn with_texts(&self, change: impl Fn(&str) -> String) -> Self {
        let one = |source: &Source| {
            let text: Arc<str> = change(&source.text).into();
            Source { text: if text.len() == source.text.len() { text } else { "".into() }, ..source.clone() }
        };
        Self { files: self.files.iter().map(one).collect() }
    }

    /// The text a span points into.
    #[must_use]
    pub fn get(&self, file: FileId) -> Option<&Source> {
        self.files.get(file.0 as usize)
    }

    /// `file:line` of a span, as reviews and notes show it.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        match self.get(span.file) {
            Some(source) => format!("{}:{}", source.name(), source.position(span).line),
            None => String::new(),
        }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::reversed_empty_ranges, reason = "a reversed range is what is tested")]
    fn spans_are_sorted_and_snapped() {
        let source = Sources::default().add("a", "é1\nü");
        assert_eq!(source.slice(source.span(1..1)), "é");
        assert_eq!(source.span(3..0), source.span(0..3));
        assert_eq!(source.span(90..99).range(), 6..6);
    }

    #[test]
    fn columns_count_characters() {
        let source = Sources::default().add("a", "x\nüü=1\n");
        assert_eq!(source.position(source.span(6..7)), Position { line: 2, column: 3 });
        assert_eq!(source.position(source.span(0..0)), Position { line: 1, column: 1 });
        assert_eq!(source.slice(source.line(2)), "üü=1");
    }
}
