//! What the parser could not read, in the writer's words: from its error and the place to a finding, or to a value
//! that only lacks quotes.

use super::build::{Builder, Last, too_deep};
use super::quoting::{self, MissingQuotes, Place};
use granit_parser::{ErrorKind, ScanError};
use portolan_diagnostics::{Diagnostic, Source};
use std::ops::Range;

/// Why reading stopped.
pub(super) enum Problem {
    /// Quotes are missing, and with them reading could go on.
    Quotes(MissingQuotes),
    /// Nothing after this place can be understood.
    Fatal(Diagnostic),
}

/// The place of an error with what was read before it.
struct Scene<'a> {
    source: &'a Source,
    text: &'a str,
    at: usize,
    place: Place,
    last: &'a Last,
    /// Where the innermost open `{` or `[` stands.
    bracket: Option<usize>,
}

/// Explains an error of the parser.
pub(super) fn explain(builder: &Builder<'_>, text: &str, error: &ScanError) -> Problem {
    let scene = Scene {
        source: builder.source,
        text,
        at: error.marker().byte_offset().unwrap_or_default(),
        place: builder.place(),
        last: &builder.last,
        bracket: builder.open.last().filter(|frame| frame.flow).map(|frame| frame.range.start),
    };
    if let Some(missing) = scene.missing_quotes(error.kind()) {
        return Problem::Quotes(missing);
    }
    let tab = scene.tab(error.kind());
    Problem::Fatal(tab.unwrap_or_else(|| scene.fatal(error.kind())))
}

impl Scene<'_> {
    fn missing_quotes(&self, kind: &ErrorKind) -> Option<MissingQuotes> {
        let next = self.text.get(self.at..).and_then(|rest| rest.chars().next());
        match (kind, self.last) {
            (
                ErrorKind::ExpectedFlowMappingSeparator | ErrorKind::ExpectedFlowSequenceSeparator,
                Last::Plain(scalar),
            ) if self.on_one_line(scalar) => {
                let (with, label) = match next? {
                    '{' => ("with `{`", "`{` begins a map here"),
                    '[' => ("with `[`", "`[` begins a list here"),
                    ':' => ("with `: `", "`: ` makes a key of what stands before it"),
                    _ => return None,
                };
                Some(self.quotes(scalar.start, with, label))
            }
            (ErrorKind::MappingValueNotAllowed, Last::Plain(scalar)) if self.on_one_line(scalar) => {
                Some(self.quotes(scalar.start, "with `: `", "`: ` makes a key of what stands before it"))
            }
            (ErrorKind::ExpectedBlockMappingKey | ErrorKind::MappingValueNotAllowed, Last::Flow(collection))
                if self.on_one_line(collection) =>
            {
                let opening = self.text.get(collection.start..)?.chars().next()?;
                let with = format!("that begins with `{opening}`");
                Some(self.quotes(collection.start, &with, &format!("`{opening}` begins a collection here")))
            }
            (ErrorKind::UnexpectedCharacter { character: character @ ('@' | '`' | '%') }, _) => {
                let with = format!("that begins with `{character}`");
                Some(self.quotes(self.at, &with, "YAML keeps this mark for itself"))
            }
            (ErrorKind::MissingAnchorOrAliasName | ErrorKind::InvalidBlockScalarHeader, _) => {
                let mark = next.filter(|mark| matches!(mark, '*' | '&' | '|' | '>'))?;
                let with = format!("that begins with `{mark}`");
                Some(self.quotes(self.at, &with, "YAML keeps this mark for itself"))
            }
            _ => None,
        }
    }

    fn quotes(&self, start: usize, with: &str, label: &str) -> MissingQuotes {
        // A value that begins with a bracket is a block value, whatever encloses it.
        let range = quoting::reach(self.source.text(), start, self.place);
        quoting::wanted(self.source, range, self.place, with, label)
    }

    /// Whether what was read last ends where the error is, on the same line.
    fn on_one_line(&self, last: &Range<usize>) -> bool {
        self.text.get(last.start..self.at).is_some_and(|between| !between.contains('\n'))
    }

    /// A tab where the line's indentation should be.
    fn tab(&self, kind: &ErrorKind) -> Option<Diagnostic> {
        let names_tab = matches!(
            kind,
            ErrorKind::TabNotAllowed
                | ErrorKind::TabInBlockIndentation
                | ErrorKind::TabInIndentation
                | ErrorKind::TabInPlainScalar
                | ErrorKind::TabAtBlockScalarStart
        );
        if self.bracket.is_some() && !names_tab {
            return None;
        }
        let line_start = self.text.get(..self.at)?.rfind('\n').map_or(0, |line_break| line_break + 1);
        // A scalar that breaks off at a tab is reported at its beginning, lines before.
        let lines = self.text[line_start..].split_inclusive('\n').take(if names_tab { 64 } else { 1 });
        let mut start = line_start;
        for line in lines {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            if let Some(tab) = line[..indent].find('\t') {
                return Some(tab_in_indentation(self.source, start + tab));
            }
            start += line.len();
        }
        names_tab.then(|| tab_in_indentation(self.source, self.at))
    }

    fn fatal(&self, kind: &ErrorKind) -> Diagnostic {
        use ErrorKind as E;
        match kind {
            E::RecursionLimitExceeded => too_deep(self.source.span(self.at..self.at + 1)),
            E::MismatchedFlowCollectionEnd { .. }
            | E::MisplacedFlowCollectionEnd
            | E::UnclosedFlowCollection { .. }
            | E::UnexpectedEofFlowMapping
            | E::UnexpectedEofFlowSequence
            | E::UnexpectedEofImplicitFlowMapping
            | E::ExpectedFlowMappingSeparator
            | E::ExpectedFlowSequenceSeparator
            | E::InvalidColonPlacement => self.bracket(kind),
            E::UnclosedQuotedScalar | E::InvalidQuotedScalarIndent | E::DocumentIndicatorInQuotedScalar => {
                self.unclosed_quote()
            }
            E::InvalidTrailingDoubleQuotedScalar | E::InvalidTrailingSingleQuotedScalar => self.after_quote(),
            E::UnknownQuotedScalarEscape
            | E::InvalidQuotedScalarHexEscape
            | E::InvalidLowSurrogateHexEscape
            | E::InvalidLowSurrogate
            | E::MissingLowSurrogate
            | E::UnpairedLowSurrogate
            | E::InvalidUnicodeEscape => self.escape(),
            E::SimpleKeyExpected | E::InvalidSimpleKey => self.colon_missing(),
            E::MappingValueNotAllowed
            | E::ExpectedBlockMappingKey
            | E::ExpectedBlockSequenceEntry
            | E::InvalidIndentation
            | E::BlockSequenceEntryNotAllowed
            | E::InvalidBlockScalarIndent
            | E::InvalidFlowScalarIndent => self.indentation(kind),
            E::UnexpectedCharacter { character } if character.is_control() => self.control_character(*character),
            _ => self.not_yaml(kind),
        }
    }

    fn bracket(&self, kind: &ErrorKind) -> Diagnostic {
        let (message, at) = match kind {
            ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
                (format!("`{open}` is closed by `{close}`"), self.at)
            }
            ErrorKind::MisplacedFlowCollectionEnd => {
                let closing = self.text.get(self.at..).and_then(|rest| rest.chars().next()).unwrap_or('}');
                (format!("`{closing}` closes nothing"), self.at)
            }
            ErrorKind::UnclosedFlowCollection { open } => (format!("`{open}` is never closed"), self.at),
            _ => match self.bracket.filter(|open| !self.on_one_line(&(*open..*open))) {
                Some(open) => {
                    let mark = self.text.get(open..=open).unwrap_or("{");
                    (format!("`{mark}` is not closed, or a `,` is missing"), open)
                }
                None => ("`,` or a closing bracket is wanted here".to_owned(), self.at),
            },
        };
        let diagnostic = Diagnostic::error("syntax/bracket", message)
            .at(self.source.span(at..at + 1), "")
            .help("a bracket that belongs to a text wants quotes around that text");
        if at == self.at {
            return diagnostic;
        }
        diagnostic.also(self.source.span(self.at..self.at + 1), "reading came to here")
    }

    /// The quote that opened the text the error is in: the first one after what was read before.
    fn opening_quote(&self) -> usize {
        let from = self.last.end();
        let found = self.text.get(from..).and_then(|rest| rest.find(['"', '\'']));
        found.map_or(self.at, |offset| from + offset)
    }

    fn unclosed_quote(&self) -> Diagnostic {
        let open = self.opening_quote();
        let quote = self.text.get(open..=open).unwrap_or("\"");
        Diagnostic::error("syntax/unclosed-quote", format!("the text that begins with {quote} here has no end"))
            .at(self.source.span(open..open + 1), "no quote closes this one")
            .help("close it on the same line, or indent the lines that go on")
    }

    fn after_quote(&self) -> Diagnostic {
        let whole = quoting::reach(self.source.text(), self.opening_quote(), self.place);
        let line = quoting::quoted_line(self.source, whole.clone());
        Diagnostic::error("syntax/after-quote", "a value goes on after its closing quote")
            .at(self.source.span(self.at..whole.end.max(self.at + 1)), "the value ended before this")
            .help(format!("quote all of it: `{line}`"))
    }

    fn escape(&self) -> Diagnostic {
        let open = self.opening_quote();
        let rest = self.text.get(open + 1..).unwrap_or_default();
        let at = bad_escape(rest).map_or(open, |offset| open + 1 + offset);
        let written: String = self.text.get(at..).unwrap_or_default().chars().take(2).collect();
        Diagnostic::error("syntax/escape", format!("`{written}` is no escape that double quotes know"))
            .at(self.source.span(at..at + written.len()), "here")
            .help("in single quotes a backslash is a backslash; in double quotes write `\\\\`")
    }

    fn colon_missing(&self) -> Diagnostic {
        let written = quoting::reach(self.source.text(), self.at, Place::Block);
        let written = self.source.span(written);
        let diagnostic = Diagnostic::error("syntax/colon-missing", "a line in a map has no `: `")
            .at(written, "`key: value` is wanted here");
        match self.source.slice(written).split_once(':') {
            Some((key, value)) if !value.is_empty() => {
                diagnostic.help(format!("write a space after `:`: `{key}: {value}`"))
            }
            _ => diagnostic.help("to go on with the value of the line above, indent this line deeper"),
        }
    }

    fn indentation(&self, kind: &ErrorKind) -> Diagnostic {
        let (message, label) = match kind {
            ErrorKind::BlockSequenceEntryNotAllowed => {
                ("a list with `-` begins on a line of its own", "write it below its key, or as `[…]`")
            }
            ErrorKind::ExpectedBlockSequenceEntry => {
                ("a list item is wanted here", "this line stands where only `- …` can stand")
            }
            ErrorKind::MappingValueNotAllowed => {
                ("this line is indented deeper than its neighbours", "with the line above it reads as one text")
            }
            _ => ("this line is indented like none above it", "it belongs to no map or list"),
        };
        Diagnostic::error("syntax/indentation", message)
            .at(self.source.span(self.at..self.at + 1), label)
            .help("the keys of one map stand in one column, and so do the items of one list")
    }

    fn control_character(&self, character: char) -> Diagnostic {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let at = self.at + rest.find(character).unwrap_or_default();
        let message = format!("the control character {} cannot stand in YAML", character.escape_unicode());
        Diagnostic::error("syntax/control-character", message)
            .at(self.source.span(at..at + character.len_utf8()), "here")
            .help("inside double quotes write it as an escape such as `\\x07`")
    }

    fn not_yaml(&self, kind: &ErrorKind) -> Diagnostic {
        Diagnostic::error("syntax/yaml", format!("this cannot be read as YAML: {kind}"))
            .at(self.source.span(self.at..self.at + 1), "here")
            .help("quotes around a value make a text of it, whatever marks it holds")
    }
}

fn tab_in_indentation(source: &Source, at: usize) -> Diagnostic {
    Diagnostic::error("syntax/tab", "a tab indents this line; YAML indents with spaces")
        .at(source.span(at..at + 1), "a tab")
        .help("replace it by spaces, two for each level")
}

/// Where the first escape stands that double quotes do not know, or that is not whole.
fn bad_escape(text: &str) -> Option<usize> {
    let mut rest = text.char_indices();
    while let Some((at, c)) = rest.next() {
        if c != '\\' {
            continue;
        }
        let (_, escape) = rest.next()?;
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N' | '_' | 'L'
            | 'P' | '\n' | '\r' => 0,
            _ => return Some(at),
        };
        let hex = text.get(at + 2..at + 2 + digits).unwrap_or_default();
        let surrogate = digits == 4 && matches!(u32::from_str_radix(hex, 16), Ok(0xd800..=0xdfff));
        if hex.len() < digits || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) || surrogate {
            return Some(at);
        }
    }
    None
}
