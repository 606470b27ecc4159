//! Expressions of ARM templates, as trees (Azure documentation, "Syntax and expressions in ARM templates").

/// Deeper than this an expression is not followed.
const DEPTH: usize = 48;

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    /// A literal text, a number or a truth value.
    Text(String),
    /// A function, its arguments, and the way into its result.
    Call(String, Vec<Node>, Vec<String>),
}

/// The tree of an expression without its outer brackets; none where it is no expression.
pub(crate) fn parse(text: &str) -> Option<Node> {
    let mut parser = Parser { rest: text };
    let node = parser.node(0)?;
    parser.rest.trim().is_empty().then_some(node)
}

struct Parser<'t> {
    rest: &'t str,
}

impl Parser<'_> {
    fn node(&mut self, depth: usize) -> Option<Node> {
        if depth > DEPTH {
            return None;
        }
        self.rest = self.rest.trim_start();
        if self.rest.starts_with('\'') {
            return self.quoted().map(Node::Text);
        }
        let name = self.word()?;
        if !self.rest.trim_start().starts_with('(') {
            return name.starts_with(|c: char| c.is_ascii_digit() || c == '-').then_some(Node::Text(name));
        }
        self.take('(');
        let mut arguments = Vec::new();
        while !self.take(')') {
            arguments.push(self.node(depth + 1)?);
            if !self.take(',') && !self.rest.trim_start().starts_with(')') {
                return None;
            }
        }
        let way = self.way(depth)?;
        Some(Node::Call(name, arguments, way))
    }

    /// `.principalId`, `[0]`, `['x']`.
    fn way(&mut self, depth: usize) -> Option<Vec<String>> {
        let mut way = Vec::new();
        loop {
            if self.take('.') {
                way.push(self.word()?);
            } else if self.take('[') {
                let step = self.node(depth + 1)?;
                way.push(match step {
                    Node::Text(text) => text,
                    other => format!("{other:?}"),
                });
                self.take(']').then_some(())?;
            } else {
                return Some(way);
            }
        }
    }

    fn word(&mut self) -> Option<String> {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
        let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then(|| word.to_owned())
    }

    fn take(&mut self, mark: char) -> bool {
        match self.rest.trim_start().strip_prefix(mark) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// A text in quotes, in which a quote is doubled.
    fn quoted(&mut self) -> Option<String> {
        let mut text = String::new();
        self.rest = self.rest.strip_prefix('\'')?;
        loop {
            let end = self.rest.find('\'')?;
            text.push_str(&self.rest[..end]);
            self.rest = &self.rest[end + 1..];
            match self.rest.strip_prefix('\'') {
                Some(rest) => {
                    text.push('\'');
                    self.rest = rest;
                }
                None => return Some(text),
            }
        }
    }
}
