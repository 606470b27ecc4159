//! `${…}`: what the words of a text stand for.
//!
//! Words of the target (`app`, `region`…) and variables are filled here, before anything is typed. What only the
//! deployment knows (`${resources.web.url}`) is refused here; who allows it reads it before asking.

use crate::names::{closest, listed};
use crate::{Piece, Target, Text};
use indexmap::IndexMap;
use portolan_diagnostics::{Diagnostic, Span, Spanned};
use portolan_syntax as spec;
use portolan_value::{Context, Provider};
use std::cell::Cell;
use std::collections::HashMap;

/// The words of every target.
const WORDS: [&str; 5] = ["app", "target", "region", "account", "partition"];

/// What a variable is set to.
#[derive(Clone, Debug)]
pub(crate) struct Variable<'a> {
    /// Its name, where it was declared first.
    pub name: &'a Spanned<portolan_value::Text>,
    /// Its value.
    pub value: VariableValue<'a>,
}

/// Where a variable's value comes from.
#[derive(Clone, Debug)]
pub(crate) enum VariableValue<'a> {
    /// From the spec.
    Written(&'a spec::Text),
    /// From the command line: text as it is.
    Given(&'a str),
}

/// What a word stands for.
#[derive(Clone, Debug)]
enum Word {
    /// These pieces: literals and contexts.
    Known(Vec<Piece>),
    /// Its value is wrong, which has been said.
    Broken,
    /// A value of the target that is not read yet, or is made of one.
    Later,
    /// This cloud has no such thing.
    Nowhere,
}

/// Every word that a text may name.
#[derive(Debug)]
pub(crate) struct Words<'a> {
    words: IndexMap<&'a str, Word>,
    /// Where the variables are declared.
    declared: HashMap<&'a str, Span>,
    /// How much words may still put into texts.
    room: Cell<usize>,
}

/// The most that words put into one text. Variables made of variables grow quickly.
const MAX_TEXT: usize = 64 << 10;
/// The most that words put into all texts of a target.
const MAX_ROOM: usize = 64 << 20;

impl<'a> Words<'a> {
    /// The words that a target's own values may use: the rest is not known before they are read.
    pub fn before_target(app: &str, target: &str, variables: &'a [Variable<'a>]) -> Self {
        let values = [known(app), known(target), Word::Later, Word::Later, Word::Later];
        Self::new(values, variables, &mut Vec::new())
    }

    /// The words of a target.
    pub fn of_target(
        app: &str,
        target: &Target,
        variables: &'a [Variable<'a>],
        findings: &mut Vec<Diagnostic>,
    ) -> Self {
        let values =
            [known(app), known(&target.name.value), known(&target.region.value), account(target), partition(target)];
        Self::new(values, variables, findings)
    }

    fn new(values: [Word; 5], variables: &'a [Variable<'a>], findings: &mut Vec<Diagnostic>) -> Self {
        let declared = variables.iter().map(|variable| (variable.name.value.as_str(), variable.name.span)).collect();
        let words = WORDS.into_iter().zip(values).collect();
        let mut words = Self { words, declared, room: Cell::new(MAX_ROOM) };
        for variable in variables {
            let name = variable.name.value.as_str();
            if WORDS.contains(&name) {
                findings.push(word_taken(variable.name));
                continue;
            }
            let word = words.variable(&variable.value, findings);
            words.words.insert(name, word);
        }
        words
    }

    /// The value of a variable, from the words above it.
    fn variable(&self, value: &VariableValue<'_>, findings: &mut Vec<Diagnostic>) -> Word {
        match value {
            VariableValue::Given(text) => known(text),
            VariableValue::Written(text) if text.parts.iter().any(|part| self.is_later(part)) => Word::Later,
            VariableValue::Written(text) => {
                self.fill(text, findings).map_or(Word::Broken, |text| Word::Known(text.pieces))
            }
        }
    }

    fn is_later(&self, part: &spec::Part) -> bool {
        match part {
            spec::Part::Literal(_) => false,
            spec::Part::Hole(hole) => matches!(self.words.get(hole.value.as_str()), Some(Word::Later)),
        }
    }

    /// Fills a text whose words are known or can be joined; nothing when something was wrong.
    pub fn fill(&self, text: &spec::Text, findings: &mut Vec<Diagnostic>) -> Option<Text> {
        let mut pieces = Vec::with_capacity(text.parts.len());
        let mut complete = true;
        for part in &text.parts {
            complete &= self.part(part, &mut pieces, findings);
        }
        complete.then_some(Text { span: text.span, pieces })
    }

    /// Adds a part of a text to its pieces; says what is wrong with it and gives back false.
    pub fn part(&self, part: &spec::Part, pieces: &mut Vec<Piece>, findings: &mut Vec<Diagnostic>) -> bool {
        match part {
            spec::Part::Literal(literal) => push(pieces, Piece::Literal(literal.clone())),
            spec::Part::Hole(hole) if is_deferred(&hole.value) => {
                findings.push(too_late(hole));
                return false;
            }
            spec::Part::Hole(hole) => match self.word(hole, findings) {
                Some(word) => return self.put(word, hole, pieces, findings),
                None => return false,
            },
        }
        true
    }

    /// Puts a word into a text, as long as there is room.
    fn put(
        &self,
        word: &[Piece],
        hole: &Spanned<portolan_value::Text>,
        pieces: &mut Vec<Piece>,
        findings: &mut Vec<Diagnostic>,
    ) -> bool {
        let added = word.iter().map(size).sum::<usize>();
        let room = self.room.get().checked_sub(added);
        if room.is_none() || added + pieces.iter().map(size).sum::<usize>() > MAX_TEXT {
            findings.push(too_long(hole));
            return false;
        }
        self.room.set(room.unwrap_or_default());
        word.iter().for_each(|piece| push(pieces, piece.clone()));
        true
    }

    /// Fills a text that must be known now.
    pub fn literal(&self, text: &spec::Text, findings: &mut Vec<Diagnostic>) -> Option<Spanned<portolan_value::Text>> {
        if let [spec::Part::Literal(literal)] = text.parts.as_slice() {
            return Some(Spanned::new(literal.clone(), text.span));
        }
        let filled = self.fill(text, findings)?;
        match filled.literal() {
            Some(literal) => Some(Spanned::new(literal.to_owned().into(), text.span)),
            None => {
                findings.push(unknown_account(text.span));
                None
            }
        }
    }

    fn word(&self, hole: &Spanned<portolan_value::Text>, findings: &mut Vec<Diagnostic>) -> Option<&[Piece]> {
        match self.words.get(hole.value.as_str()) {
            Some(Word::Known(pieces)) => return Some(pieces),
            Some(Word::Broken) => {}
            Some(Word::Later) => findings.push(word_of_target(hole)),
            Some(Word::Nowhere) => findings.push(no_partition(hole)),
            None => findings.push(self.unknown(hole, findings.len())),
        }
        None
    }

    fn unknown(&self, hole: &Spanned<portolan_value::Text>, said: usize) -> Diagnostic {
        let name = &hole.value;
        let diagnostic = Diagnostic::error("resolve/unknown-variable", format!("unknown variable `${{{name}}}`"));
        if let Some(below) = self.declared.get(name.as_str()) {
            return diagnostic
                .at(hole.span, "not known here yet")
                .also(*below, "declared here")
                .help("a variable may use those above it: move the declaration up");
        }
        let close =
            closest(name, self.words.keys().copied(), said).map(|close| format!("did you mean `${{{close}}}`?"));
        let known = format!("known here are {}; a literal `${{` is written `$${{`", listed(self.words.keys().copied()));
        diagnostic.at(hole.span, "no variable has this name").help(close.unwrap_or(known))
    }
}

/// Whether a hole begins like something that only the deployment knows.
pub(crate) fn is_deferred(path: &str) -> bool {
    matches!(path.split_once('.'), Some(("functions" | "resources" | "native" | "inputs", _)))
}

/// Adds a piece; neighbouring literals become one.
pub(crate) fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), piece) {
        (Some(Piece::Literal(before)), Piece::Literal(after)) => {
            *before = portolan_value::Text::concat(&[before, &after]);
        }
        (_, Piece::Literal(text)) if text.is_empty() => {}
        (_, piece) => pieces.push(piece),
    }
}

/// How much room a piece takes.
fn size(piece: &Piece) -> usize {
    match piece {
        Piece::Literal(text) => text.len(),
        Piece::Attribute(..) | Piece::Input(_) | Piece::Context(_) => 16,
    }
}

fn known(text: &str) -> Word {
    Word::Known(vec![Piece::Literal(portolan_value::Text::new(text))])
}

/// The account, or what stands for it: Google's project, Azure's subscription.
fn account(target: &Target) -> Word {
    match (&target.account, target.format.provider(), &target.project) {
        (Some(account), ..) => known(&account.value),
        (None, Provider::Gcp, Some(project)) => known(&project.value),
        (None, Provider::Gcp, None) => Word::Known(vec![Piece::Context(Context::Project)]),
        (None, Provider::Aws, _) => Word::Known(vec![Piece::Context(Context::Account)]),
        (None, Provider::Azure, _) => Word::Known(vec![Piece::Context(Context::Subscription)]),
    }
}

/// The partition: the region's name tells it, but for the isolated ones.
fn partition(target: &Target) -> Word {
    if target.format.provider() != Provider::Aws {
        return Word::Nowhere;
    }
    let region = target.region.value.as_str();
    match region {
        _ if region.starts_with("cn-") => known("aws-cn"),
        _ if region.starts_with("eusc-") => known("aws-eusc"),
        _ if region.starts_with("us-gov-") => known("aws-us-gov"),
        _ if region.contains("-iso") => Word::Known(vec![Piece::Context(Context::Partition)]),
        _ => known("aws"),
    }
}

fn too_long(hole: &Spanned<portolan_value::Text>) -> Diagnostic {
    let message = format!("`${{{}}}` makes this text longer than any cloud takes", hole.value);
    Diagnostic::error("model/text-too-long", message)
        .at(hole.span, "no room for this")
        .help("a text holds 64 KB, and variables fill 64 MB of a target at most")
}

fn word_taken(name: &Spanned<portolan_value::Text>) -> Diagnostic {
    Diagnostic::error("model/variable-taken", format!("`{}` cannot be a variable", name.value))
        .at(name.span, "the target sets this word")
        .help(format!("`${{{}}}` is known everywhere; choose another name for the variable", name.value))
}

fn too_late(hole: &Spanned<portolan_value::Text>) -> Diagnostic {
    let message = format!("`${{{}}}` is known only at deployment, too late for this value", hole.value);
    Diagnostic::error("model/deferred-here", message)
        .at(hole.span, "this value must be known when the template is written")
        .help("such a reference may stand in `environment`, `outputs`, `auth`, `callers` and `allow`")
}

fn unknown_account(span: Span) -> Diagnostic {
    Diagnostic::error("model/account-unknown", "`${account}` is not known here, and this value must be")
        .at(span, "this value must be known when the template is written")
        .help("write `account:` into the target, or use the word only in `environment`, `outputs`, `tags`, `auth`, `callers` and `allow`")
}

fn word_of_target(hole: &Spanned<portolan_value::Text>) -> Diagnostic {
    let message = format!("`${{{}}}` comes from the target and cannot be used in the target's own values", hole.value);
    Diagnostic::error("model/target-word", message)
        .at(hole.span, "not known yet")
        .help("a target's own values may use `${app}`, `${target}` and variables made of those")
}

fn no_partition(hole: &Spanned<portolan_value::Text>) -> Diagnostic {
    Diagnostic::error("model/no-partition", format!("`${{{}}}` exists on aws only", hole.value))
        .at(hole.span, "this target's provider has no partitions")
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, function, resolved, shown};
    use crate::{Asked, Wanted};

    fn filled(head: &str, asked: &Asked, expected: &str) {
        let text = format!("portolan: 1\napp: demo\n{head}{}", function("environment: { X: \"${x}\" }"));
        let (models, findings, _) = resolved(&text, asked);
        assert!(!models.is_empty(), "{findings:?}");
        assert_eq!(shown(&models[0].functions[0].environment[0].1), expected, "{text}");
    }

    #[test]
    fn variables_use_those_above_them() {
        let aws = "targets: { dev: { provider: aws, region: eu-west-1, variables: { b: B } } }\n";
        let none = Asked::default();
        filled(
            &format!("{aws}variables: {{ a: 1, x: \"${{a}}-${{app}}-${{target}}-${{region}}-${{partition}}\" }}\n"),
            &none,
            "1-demo-dev-eu-west-1-aws",
        );
        filled(&format!("{aws}variables: {{ b: b, x: \"${{b}}$${{b}}\" }}\n"), &none, "B${b}");
        filled(&format!("{aws}variables: {{ x: \"a${{account}}b\" }}\n"), &none, "a{Account}b");
        let given = Asked { targets: Wanted::First, variables: vec![("b".to_owned(), "${c}".to_owned())] };
        filled(&format!("{aws}variables: {{ b: b, x: \"<${{b}}>\" }}\n"), &given, "<${c}>");
        for (region, partition) in [
            ("cn-north-1", "aws-cn"),
            ("us-gov-west-1", "aws-us-gov"),
            ("eusc-de-east-1", "aws-eusc"),
            ("us-iso-east-1", "{Partition}"),
        ] {
            let other = aws.replace("eu-west-1", region);
            filled(&format!("{other}variables: {{ x: \"${{partition}}\" }}\n"), &none, partition);
        }
        let gcp = "targets: { dev: { provider: gcp, region: europe-west1, project: acme } }\n";
        filled(&format!("{gcp}variables: {{ x: \"${{account}}\" }}\n"), &none, "acme");
        let azure = "targets: { dev: { provider: azure, region: westeurope } }\n";
        filled(&format!("{azure}variables: {{ x: \"${{account}}\" }}\n"), &none, "{Subscription}");
    }

    #[test]
    fn wrong_words() {
        check(&function("description: \"${nme}\""), &["5 resolve/unknown-variable"]);
        check(
            &format!("variables: {{ a: \"${{b}}\", b: 1 }}\n{}", function("description: \"${a}\"")),
            &["4 resolve/unknown-variable"],
        );
        check(&format!("variables: {{ app: x }}\n{}", function("")), &["4 model/variable-taken"]);
        check(&format!("variables: {{ a: \"${{functions.f.arn}}\" }}\n{}", function("")), &["4 model/deferred-here"]);
        check(&function("description: \"${account}\""), &["5 model/account-unknown"]);
        check(&function("description: \"${functions.f.arn}\""), &["5 model/deferred-here"]);
    }

    #[test]
    fn a_variable_that_nobody_declares_cannot_be_given() {
        let asked = Asked { targets: Wanted::First, variables: vec![("stge".to_owned(), "x".to_owned())] };
        let text = format!("{}variables: {{ stage: a }}\n{}", crate::testing::HEAD, function(""));
        let (models, findings, _) = resolved(&text, &asked);
        assert_eq!(
            findings.iter().map(|finding| finding.help.join(" ")).collect::<Vec<_>>(),
            ["did you mean `stage`?"]
        );
        assert_eq!(models.len(), 1);
    }
}
