//! One finding, and a phase's product together with its findings.

use crate::Span;

/// How much a finding stands in the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is written.
    Error,
    /// Written, and probably not what was meant.
    Warning,
    /// Written, and different from what the reader may expect.
    Note,
}

impl Severity {
    /// The word shown before the message.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A place with a few words about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be said there; may be empty.
    pub text: String,
}

/// One finding: what is wrong, where, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// `phase/what`: stable, for tests, tools and `portolan explain`.
    pub id: &'static str,
    /// How much it stands in the way.
    pub severity: Severity,
    /// One line in the user's words that makes sense without the snippet.
    pub message: String,
    /// The place it is about; none for findings about a command line or a whole app.
    pub primary: Option<Label>,
    /// Other places that matter, such as a declaration.
    pub secondary: Vec<Label>,
    /// What to do.
    pub help: Vec<String>,
    /// The target it was found for, when only some targets have it.
    pub target: Option<String>,
}

impl Diagnostic {
    /// A finding that stops the run.
    pub fn error(id: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, id, message.into())
    }

    /// A finding that deserves a look.
    pub fn warning(id: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, id, message.into())
    }

    /// A difference that the reader should know.
    pub fn note(id: &'static str, message: impl Into<String>) -> Self {
        Self::new(Severity::Note, id, message.into())
    }

    fn new(severity: Severity, id: &'static str, message: String) -> Self {
        Self { id, severity, message, primary: None, secondary: Vec::new(), help: Vec::new(), target: None }
    }

    /// Points at the place, with a label said there.
    #[must_use]
    pub fn at(mut self, span: Span, label: impl Into<String>) -> Self {
        self.primary = Some(Label { span, text: label.into() });
        self
    }

    /// Points at another place too.
    #[must_use]
    pub fn also(mut self, span: Span, label: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: label.into() });
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Says what to do, where there is something to say.
    #[must_use]
    pub fn help_if(self, help: Option<impl Into<String>>) -> Self {
        match help {
            Some(help) => self.help(help),
            None => self,
        }
    }

    /// Names the target it was found for.
    #[must_use]
    pub fn target(mut self, target: impl Into<String>) -> Self {
        self.target = Some(target.into());
        self
    }

    /// Whether it stops the run.
    #[must_use]
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// What a phase gives back: its product, unless an error stands in the way, and everything it has to say.
#[derive(Clone, Debug)]
pub struct Checked<T> {
    /// The product; present whenever no diagnostic is an error.
    pub product: Option<T>,
    /// The findings, in the order of the spec.
    pub diagnostics: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// A product, withheld when one of the findings is an error.
    pub fn new(product: T, diagnostics: Vec<Diagnostic>) -> Self {
        let stopped = diagnostics.iter().any(Diagnostic::is_error);
        Self { product: (!stopped).then_some(product), diagnostics }
    }

    /// No product, only findings.
    #[must_use]
    pub fn stopped(diagnostics: Vec<Diagnostic>) -> Self {
        Self { product: None, diagnostics }
    }

    /// Moves the findings into `all` and hands over the product.
    pub fn report_to(self, all: &mut Vec<Diagnostic>) -> Option<T> {
        all.extend(self.diagnostics);
        self.product
    }
}
