//! Words and signs of a text, without comments, texts and directives.

/// A word or a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token<'t> {
    Word(&'t str),
    Sign(u8),
}

/// Reads tokens one after the other.
pub(crate) struct Scan<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Scan<'t> {
    pub fn new(text: &'t str) -> Self {
        Self { text, at: 0 }
    }

    fn byte(&self, ahead: usize) -> u8 {
        self.text.as_bytes().get(self.at + ahead).copied().unwrap_or(0)
    }

    fn skip_until(&mut self, end: &str) {
        let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
        let found = rest.windows(end.len()).position(|window| window == end.as_bytes());
        self.at = found.map_or(self.text.len(), |found| self.at + found + end.len());
    }

    /// Skips what means nothing; false where that was nothing.
    fn skipped(&mut self) -> bool {
        match (self.byte(0), self.byte(1)) {
            (b'/', b'/') | (b'#', _) => self.skip_until("\n"),
            (b'/', b'*') => {
                self.at += 2;
                self.skip_until("*/");
            }
            (b'$' | b'@', b'"' | b'$' | b'@') => {
                let verbatim = self.byte(0) == b'@' || self.byte(1) == b'@';
                while matches!(self.byte(0), b'$' | b'@') {
                    self.at += 1;
                }
                self.quoted(verbatim);
            }
            (b'"', _) => self.quoted(false),
            (b'\'', _) => self.letter(),
            (byte, _) if byte.is_ascii_whitespace() => self.at += 1,
            _ => return false,
        }
        true
    }

    fn quoted(&mut self, verbatim: bool) {
        if self.text.as_bytes().get(self.at..).is_some_and(|rest| rest.starts_with(b"\"\"\"")) {
            self.at += 3;
            return self.skip_until("\"\"\"");
        }
        self.at += 1;
        while self.at < self.text.len() {
            match (self.byte(0), self.byte(1)) {
                (b'"', b'"') if verbatim => self.at += 2,
                (b'"', _) => break,
                (b'\n', _) if !verbatim => break,
                (b'\\', _) if !verbatim => self.at += 2,
                _ => self.at += 1,
            }
        }
        self.at += 1;
    }

    /// `'x'`, `'\''`, `'\u0041'`.
    fn letter(&mut self) {
        self.at += if self.byte(1) == b'\\' { 3 } else { 2 };
        let start = self.at;
        while self.at < self.text.len() && self.at < start + 8 && !matches!(self.byte(0), b'\'' | b'\n') {
            self.at += 1;
        }
        self.at += 1;
    }
}

impl<'t> Iterator for Scan<'t> {
    type Item = Token<'t>;

    fn next(&mut self) -> Option<Token<'t>> {
        while self.at < self.text.len() && self.skipped() {}
        let first = *self.text.as_bytes().get(self.at)?;
        let start = self.at;
        if !is_letter(first) {
            self.at += 1;
            return Some(Token::Sign(first));
        }
        while self.at < self.text.len() && is_letter(self.byte(0)) {
            self.at += 1;
        }
        Some(Token::Word(self.text.get(start..self.at).unwrap_or_default()))
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii()
}
