//! Scalars to texts: literal pieces and `${…}` holes, each hole at its place.

use crate::spec::{Part, Text};
use crate::tree::{Node, Tree};
use portolan_diagnostics::{Diagnostic, Span, Spanned};
use smallvec::{SmallVec, smallvec};

impl Text {
    /// Reads the holes of a scalar.
    ///
    /// # Errors
    /// For a node that is no scalar, a hole without `}` and a hole whose path is no path.
    pub fn from_node(node: &Node) -> Result<Self, Box<Diagnostic>> {
        let Tree::Scalar(scalar) = &node.tree else { return Err(Box::new(no_text(node))) };
        if !scalar.text.is_empty() && !scalar.text.contains('$') {
            return Ok(Self {
                span: node.span,
                parts: smallvec![Part::Literal(scalar.text.clone())],
                quoted: scalar.quoted,
            });
        }
        let written = Written { text: &scalar.text, span: node.span, base: base(node, &scalar.text) };
        Ok(Self { span: node.span, parts: written.parts()?, quoted: scalar.quoted })
    }

    /// A text of these very characters.
    #[must_use]
    pub fn literal(text: impl Into<portolan_value::Text>, span: Span) -> Self {
        let text = text.into();
        let parts = if text.is_empty() { SmallVec::new() } else { smallvec![Part::Literal(text)] };
        Self { span, parts, quoted: false }
    }

    /// The characters of a text without holes.
    #[must_use]
    pub fn as_literal(&self) -> Option<&str> {
        match self.parts.as_slice() {
            [] => Some(""),
            [Part::Literal(text)] => Some(text),
            _ => None,
        }
    }

    /// The text as it is written in a spec, holes and `$${` included.
    #[must_use]
    pub fn written(&self) -> String {
        let part = |part: &Part| match part {
            Part::Literal(text) => text.replace("${", "$${"),
            Part::Hole(path) => format!("${{{}}}", path.value),
        };
        self.parts.iter().map(part).collect()
    }

    /// The holes in order.
    pub fn holes(&self) -> impl Iterator<Item = &Spanned<portolan_value::Text>> {
        self.parts.iter().filter_map(|part| match part {
            Part::Hole(path) => Some(path.as_ref()),
            Part::Literal(_) => None,
        })
    }
}

fn no_text(node: &Node) -> Diagnostic {
    Diagnostic::error("syntax/shape", format!("a text is wanted here, this is {}", node.what())).at(node.span, "")
}

/// Where the text's first byte stands in the source, when every byte of it stands there as it is.
///
/// An escape is longer than the one character it makes, unless that character is not ASCII; so an ASCII text as long as
/// its source has no escapes. In any other text a hole is shown at the whole value.
fn base(node: &Node, text: &str) -> Option<u32> {
    let width = (node.span.end - node.span.start) as usize;
    match width.checked_sub(text.len()) {
        Some(0) if text.is_ascii() => Some(node.span.start),
        Some(2) if text.is_ascii() => Some(node.span.start + 1),
        _ => None,
    }
}

struct Written<'a> {
    text: &'a str,
    span: Span,
    base: Option<u32>,
}

impl Written<'_> {
    fn parts(&self) -> Result<SmallVec<[Part; 1]>, Box<Diagnostic>> {
        let mut parts = SmallVec::new();
        let mut literal = String::new();
        let mut at = 0;
        while let Some(found) = self.text[at..].find('$') {
            let dollar = at + found;
            literal.push_str(&self.text[at..dollar]);
            let rest = &self.text[dollar..];
            if rest.starts_with("$${") {
                literal.push_str("${");
                at = dollar + 3;
            } else if rest.starts_with("${") {
                let end = rest.find('}').ok_or_else(|| self.unclosed(dollar))?;
                if !literal.is_empty() {
                    parts.push(Part::Literal(std::mem::take(&mut literal).into()));
                }
                parts.push(Part::Hole(Box::new(self.hole(dollar, dollar + end)?)));
                at = dollar + end + 1;
            } else {
                literal.push('$');
                at = dollar + 1;
            }
        }
        literal.push_str(&self.text[at..]);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal.into()));
        }
        Ok(parts)
    }

    fn hole(&self, start: usize, end: usize) -> Result<Spanned<portolan_value::Text>, Box<Diagnostic>> {
        let path = self.text[start + 2..end].trim();
        let span = self.at(start, end + 1);
        let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if path.split('.').all(|name| !name.is_empty() && name.chars().all(word)) {
            return Ok(Spanned::new(path.to_owned().into(), span));
        }
        let diagnostic =
            Diagnostic::error("syntax/hole", format!("`${{{path}}}` names nothing that a spec can fill in"))
                .at(span, "a hole holds a name: letters, digits, `-`, and `.` between names")
                .help_if(elsewhere(path))
                .help("to write the characters themselves, double the `$`: `$${`");
        Err(Box::new(diagnostic))
    }

    fn unclosed(&self, dollar: usize) -> Box<Diagnostic> {
        let diagnostic = Diagnostic::error("syntax/unclosed-hole", "`${` has no `}`")
            .at(self.at(dollar, dollar + 2), "a hole begins here")
            .help("close it, or write `$${` for the characters themselves");
        Box::new(diagnostic)
    }

    fn at(&self, start: usize, end: usize) -> Span {
        // A text has at most as many bytes as its source, whose offsets fit.
        let offset = |at: usize| u32::try_from(at).unwrap_or_default();
        match self.base {
            Some(base) => Span { start: base + offset(start), end: base + offset(end), ..self.span },
            None => self.span,
        }
    }
}

/// What the holes of other tools are called here.
fn elsewhere(path: &str) -> Option<String> {
    let name = |path: &str| path.split(',').next().unwrap_or_default().trim().to_owned();
    let exact = match name(path).as_str() {
        "opt:stage" | "sls:stage" | "self:provider.stage" => "write `${target}`",
        "opt:region" | "self:provider.region" | "aws:region" | "AWS::Region" => "write `${region}`",
        "aws:accountId" | "AWS::AccountId" => "write `${account}`",
        "AWS::Partition" => "write `${partition}`",
        "self:service" | "self:service.name" => "write `${app}`",
        _ => "",
    };
    if !exact.is_empty() {
        return Some(exact.to_owned());
    }
    let (source, rest) = path.split_once([':', '('])?;
    match source {
        "self" => {
            let last = name(rest);
            let last = last.rsplit('.').next().unwrap_or_default();
            Some(format!("write the value under `variables` and use it as `${{{last}}}`"))
        }
        "ssm" => Some(format!("declare it under `inputs`: `{{ ssm: \"{}\" }}`", name(rest))),
        "env" | "opt" | "param" => {
            Some("declare it under `variables` and set it with `--var`, or under `inputs`".into())
        }
        "file" | "cf" | "s3" => Some("a spec reads nothing from elsewhere; write the value under `variables`".into()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_diagnostics::Sources;

    /// The parts as `literal` and `<hole>@source`, or the finding's id and the source it points at.
    fn check(yaml: &str, expected: &[&str]) {
        let source = Sources::default().add("a", yaml);
        let node = crate::tree(&source).product.unwrap();
        let got = match Text::from_node(node.get("a").unwrap()) {
            Ok(text) => {
                let part = |part: &Part| match part {
                    Part::Literal(text) => text.to_string(),
                    Part::Hole(hole) => format!("<{}>@{}", hole.value, source.slice(hole.span)),
                };
                text.parts.iter().map(part).collect()
            }
            Err(diagnostic) => {
                vec![diagnostic.id.to_owned(), source.slice(diagnostic.primary.unwrap().span).to_owned()]
            }
        };
        assert_eq!(got, expected, "for {yaml:?}");
    }

    #[test]
    fn holes_are_split_off_at_their_place() {
        check("a: x\n", &["x"]);
        check("a: ''\n", &[]);
        check(
            "a: ${app}-${ resources.web.url }/x\n",
            &["<app>@${app}", "-", "<resources.web.url>@${ resources.web.url }", "/x"],
        );
        check("a: \"${app}\"\n", &["<app>@${app}"]);
        check("a: $${app} $x $$ ${b}\n", &["${app} $x $$ ", "<b>@${b}"]);
        check("a: $$${b}\n", &["$${b}"]);
    }

    #[test]
    fn holes_of_escaped_texts_point_at_the_whole() {
        check("a: \"\\t${b}\"\n", &["\t", "<b>@\"\\t${b}\""]);
        check("a: é${b}\n", &["é", "<b>@é${b}"]);
        check("a: \"\\L\\n${é}\"\n", &["syntax/hole", "\"\\L\\n${é}\""]);
    }

    #[test]
    fn bad_holes_are_refused() {
        check("a: x ${b\n", &["syntax/unclosed-hole", "${"]);
        check("a: \"x ${} y\"\n", &["syntax/hole", "${}"]);
        check("a: ${self:custom.x}\n", &["syntax/hole", "${self:custom.x}"]);
        check("a: ${file(\"/etc/passwd\")}\n", &["syntax/hole", "${file(\"/etc/passwd\")}"]);
        check("a: ${a..b}\n", &["syntax/hole", "${a..b}"]);
        check("a: [x]\n", &["syntax/shape", "[x]"]);
    }

    #[test]
    fn words_of_other_tools_are_translated() {
        let help = |path: &str| elsewhere(path).unwrap_or_default();
        assert_eq!(help("opt:stage, 'dev'"), "write `${target}`");
        assert_eq!(help("self:custom.table-name"), "write the value under `variables` and use it as `${table-name}`");
        assert_eq!(help("ssm:/x/HOST"), "declare it under `inputs`: `{ ssm: \"/x/HOST\" }`");
        assert_eq!(help("what ever"), "");
    }

    #[test]
    fn written_is_what_was_written() {
        let source = Sources::default().add("a", "a: x$${y}-${ app }\n");
        let text = Text::from_node(crate::tree(&source).product.unwrap().get("a").unwrap()).unwrap();
        assert_eq!(text.written(), "x$${y}-${app}");
        assert_eq!(text.as_literal(), None);
        assert_eq!(text.holes().count(), 1);
        assert_eq!(Text::literal("", text.span).as_literal(), Some(""));
    }
}
