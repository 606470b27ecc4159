//! What a file declares, read from its words alone.

use crate::scan::{Scan, Token};
use portolan_program::{Name, Outline, Outlined};

/// Words that declare a type.
const TYPES: &[&str] = &["class", "enum", "interface", "record", "struct"];

/// A reading of a file's words.
struct Reading<'t> {
    tokens: Vec<Token<'t>>,
    at: usize,
    /// The namespaces that are open, and how many braces were open when each began.
    namespaces: Vec<(String, usize)>,
    braces: usize,
    marks: Vec<Name>,
    outline: Outline,
}

/// The outline of a text.
pub(crate) fn outline(text: &str) -> Outline {
    let tokens = Scan::new(text).collect();
    let mut reading =
        Reading { tokens, at: 0, namespaces: Vec::new(), braces: 0, marks: Vec::new(), outline: Outline::default() };
    while reading.at < reading.tokens.len() {
        reading.step();
    }
    reading.outline
}

impl<'t> Reading<'t> {
    fn token(&self, ahead: usize) -> Option<Token<'t>> {
        self.tokens.get(self.at + ahead).copied()
    }

    fn word(&self, ahead: usize) -> Option<&'t str> {
        match self.token(ahead) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn sign(&self, ahead: usize) -> Option<u8> {
        match self.token(ahead) {
            Some(Token::Sign(sign)) => Some(sign),
            _ => None,
        }
    }

    fn before(&self, behind: usize) -> Option<Token<'t>> {
        self.at.checked_sub(behind).and_then(|at| self.tokens.get(at)).copied()
    }

    fn step(&mut self) {
        match self.token(0) {
            Some(Token::Word("namespace")) => self.namespace(),
            Some(Token::Word("using")) => self.using(),
            Some(Token::Word("this")) => self.extension(),
            Some(Token::Word(word)) if TYPES.contains(&word) => self.declaration(),
            Some(Token::Sign(b'{')) => {
                self.braces += 1;
                self.marks.clear();
            }
            Some(Token::Sign(b'}')) => {
                self.braces = self.braces.saturating_sub(1);
                self.namespaces.retain(|(_, braces)| *braces <= self.braces);
                self.marks.clear();
            }
            Some(Token::Sign(b';')) => self.marks.clear(),
            Some(Token::Sign(b'[')) => self.mark(),
            _ => {}
        }
        self.at += 1;
    }

    /// A dotted name from here on; it ends behind it.
    fn dotted(&mut self) -> String {
        let mut name = String::new();
        while let Some(word) = self.word(0) {
            name.push_str(word);
            self.at += 1;
            if self.sign(0) != Some(b'.') {
                break;
            }
            name.push('.');
            self.at += 1;
        }
        name
    }

    fn namespace(&mut self) {
        self.at += 1;
        let name = self.dotted();
        let full = match self.namespaces.last() {
            Some((outer, _)) => format!("{outer}.{name}"),
            None => name,
        };
        // One that ends with a semicolon holds the rest of the file.
        let inside = self.braces + usize::from(self.sign(0) == Some(b'{'));
        self.outline.namespaces.push(full.as_str().into());
        self.namespaces.push((full, inside));
        self.at -= 1;
    }

    fn using(&mut self) {
        let shared = self.before(1) == Some(Token::Word("global"));
        self.at += 1 + usize::from(self.word(1) == Some("static"));
        let name = self.dotted();
        if self.sign(0) == Some(b';') && !name.is_empty() {
            let list = if shared { &mut self.outline.shares } else { &mut self.outline.uses };
            list.push(name.into());
        }
        self.at -= 1;
    }

    /// `Name(this Type`, `Name<T>(this Type`.
    fn extension(&mut self) {
        if self.before(1) != Some(Token::Sign(b'(')) || self.word(1).is_none() {
            return;
        }
        let mut behind = 2;
        if self.before(2) == Some(Token::Sign(b'>')) {
            while behind < 16 && self.before(behind) != Some(Token::Sign(b'<')) {
                behind += 1;
            }
            behind += 1;
        }
        if let Some(Token::Word(name)) = self.before(behind) {
            self.outline.extensions.push(name.into());
        }
    }

    /// `[Name` where an attribute may stand.
    fn mark(&mut self) {
        let place = match self.before(1) {
            None => true,
            Some(Token::Sign(sign)) => matches!(sign, b'{' | b'}' | b';' | b']'),
            Some(Token::Word(_)) => false,
        };
        if let (true, Some(name)) = (place, self.word(1)) {
            self.marks.push(name.strip_suffix("Attribute").unwrap_or(name).into());
        }
    }

    fn declaration(&mut self) {
        let skipped = 1 + usize::from(matches!(self.word(1), Some("class" | "struct")));
        let Some(name) = self.word(skipped) else { return };
        let opens = match self.token(skipped + 1) {
            Some(Token::Sign(sign)) => matches!(sign, b'{' | b':' | b'(' | b'<' | b';'),
            Some(Token::Word(word)) => word == "where",
            None => true,
        };
        if !opens || name == "where" {
            return;
        }
        self.at += skipped + 1;
        let mut declared = Outlined {
            name: name.into(),
            namespace: self.namespaces.last().map(|(name, _)| name.as_str().into()).unwrap_or_default(),
            marks: std::mem::take(&mut self.marks),
            ..Outlined::default()
        };
        self.bases(&mut declared);
        self.outline.types.push(declared);
        self.at -= 1;
    }

    /// Up to the type's body: what stands behind its colon.
    fn bases(&mut self, declared: &mut Outlined) {
        let (mut angles, mut rounds, mut behind, mut constrained) = (0usize, 0usize, false, false);
        while let Some(token) = self.token(0) {
            match token {
                Token::Sign(b'{' | b';') => return,
                Token::Sign(b'<') => angles += 1,
                Token::Sign(b'>') => angles = angles.saturating_sub(1),
                Token::Sign(b'(') => rounds += 1,
                Token::Sign(b')') => rounds = rounds.saturating_sub(1),
                Token::Sign(b':') if angles == 0 && rounds == 0 => behind = !constrained,
                Token::Word("where") if angles == 0 => (behind, constrained) = (false, true),
                Token::Word(word) if behind && rounds == 0 && self.sign(1) != Some(b'.') => {
                    let list = if angles == 0 { &mut declared.bases } else { &mut declared.about };
                    list.push(word.into());
                }
                _ => {}
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
        global using Amazon.S3;
        using System; // class No { }
        using static App.Names;
        using Alias = App.Other;
        namespace App.Orders
        {
            [ApiController, Route("x")]
            public partial class Orders<T>(IStore store) : Base<T>(store), App.IOrders where T : class, new()
            {
                string text = $"class Wrong {{"; char brace = '{';
                public static void Send<U>(this IQueue queue, U what) { using var x = Make(this); foreach (var record in y) { } }
            }
            public record struct Order(string Id);
        }
        interface IOutside { }
    "#;

    #[test]
    fn types_are_found_with_their_namespaces() {
        let outline = outline(TEXT);
        let types: Vec<_> = outline.types.iter().map(|kind| (kind.namespace.as_str(), kind.name.as_str())).collect();
        assert_eq!(types, [("App.Orders", "Orders"), ("App.Orders", "Order"), ("", "IOutside")]);
        assert_eq!(outline.types[0].bases, ["Base", "IOrders"]);
        assert_eq!(outline.types[0].about, ["T"]);
        assert_eq!(outline.types[0].marks, ["ApiController"]);
        assert_eq!(outline.uses, ["System", "App.Names"]);
        assert_eq!(outline.shares, ["Amazon.S3"]);
        assert_eq!(outline.extensions, ["Send"]);
    }

    #[test]
    fn a_file_may_be_one_namespace() {
        let outline = outline("namespace A.B;\nclass C { }\nclass D { }");
        assert!(outline.types.iter().all(|kind| kind.namespace == "A.B"));
        assert_eq!(outline.types.len(), 2);
    }
}
