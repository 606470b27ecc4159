//! JSON on two-space lines, as templates lie on disk: what serde_json's own pretty formatter writes, in a quarter of the
//! pieces.

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// Writes a document into memory, with a line break at its end; `capacity` is a guess of its bytes.
#[must_use]
pub fn pretty(document: &impl Serialize, capacity: usize) -> String {
    let mut bytes = Vec::with_capacity(capacity);
    let mut serializer = Serializer::with_formatter(&mut bytes, Lines::default());
    // Writing into memory cannot fail, and every key of a template is a text.
    let written = document.serialize(&mut serializer);
    debug_assert!(written.is_ok());
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// A comma, a line break, and more spaces than templates are deep.
const NEXT_LINE: &[u8] = b",\n                                                                                ";

#[derive(Default)]
struct Lines {
    depth: usize,
    /// Whether the collection that was left last, or is open, holds anything.
    filled: bool,
}

impl Lines {
    fn begin(&mut self, out: &mut (impl Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.depth += 1;
        self.filled = false;
        out.write_all(bracket)
    }

    fn end(&mut self, out: &mut (impl Write + ?Sized), bracket: &[u8]) -> io::Result<()> {
        self.depth -= 1;
        if self.filled {
            self.line(out, true)?;
        }
        out.write_all(bracket)
    }

    /// A new line, after a comma unless it is the first of its collection.
    fn line(&self, out: &mut (impl Write + ?Sized), first: bool) -> io::Result<()> {
        let begins = usize::from(first);
        let ends = 2 + 2 * self.depth;
        match NEXT_LINE.get(begins..ends) {
            Some(line) => out.write_all(line),
            None => {
                out.write_all(&NEXT_LINE[begins..])?;
                (NEXT_LINE.len()..ends).try_for_each(|_| out.write_all(b" "))
            }
        }
    }
}

impl Formatter for Lines {
    fn begin_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[")
    }

    fn end_array<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(out, first)
    }

    fn end_array_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }

    fn begin_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{")
    }

    fn end_object<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: Write + ?Sized>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.line(out, first)
    }

    fn begin_object_value<W: Write + ?Sized>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn end_object_value<W: Write + ?Sized>(&mut self, _: &mut W) -> io::Result<()> {
        self.filled = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::pretty;
    use serde_json::{Value, json};

    fn check(value: &Value) {
        assert_eq!(pretty(value, 0), serde_json::to_string_pretty(value).expect("JSON") + "\n");
    }

    #[test]
    fn it_is_what_serde_json_writes() {
        check(&json!({}));
        check(&json!([]));
        check(&json!({ "a": [], "b": {}, "c": [{}, [[]], 1, "x\"\n"], "d": { "e": null, "f": [1.5, true] } }));
    }

    #[test]
    fn depth_has_no_end() {
        check(&(0..60).fold(json!("x"), |inner, _| json!([{ "a": inner }, 1])));
    }
}
