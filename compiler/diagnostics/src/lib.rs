//! What every room says when it has something to say: sources, spans and diagnostics.
//!
//! In come a check's finding and the bytes it is about; out goes text that points at them. This room knows no other
//! room: it has never heard of a spec, a target or a cloud. A message is built beside the check that found it, never
//! here.

mod diagnostic;
mod render;
mod source; // start reading here
mod suggest;

pub use diagnostic::{Checked, Diagnostic, Label, Severity};
pub use render::{Report, Style, render, report};
pub use source::{FileId, Position, Source, Sources, Span, Spanned};
pub use suggest::suggest;
