//! Routes, runtimes and handlers as the spec writes them.

use crate::{Handler, Language, Method, Route, Runtime, Segment};
use std::fmt::{Display, Formatter, Result};

impl Display for Route {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        write!(out, "{} ", self.method)?;
        match self.segments.is_empty() {
            true => out.write_str("/"),
            false => self.segments.iter().try_for_each(|segment| write!(out, "/{segment}")),
        }
    }
}

impl Display for Segment {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        match self {
            Self::Literal(text) => out.write_str(text),
            Self::Parameter(name) => write!(out, "{{{name}}}"),
            Self::Rest => out.write_str("*"),
        }
    }
}

impl Display for Method {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        out.write_str(match self {
            Self::Any => "ANY",
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
        })
    }
}

impl Display for Runtime {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        let language = match self.language {
            Language::Python => "python",
            Language::Node => "nodejs",
            Language::Java => "java",
            Language::Dotnet => "dotnet",
            Language::Ruby => "ruby",
            Language::Go => "go",
            Language::Rust => "rust",
        };
        write!(out, "{language}{}", self.version)
    }
}

impl Display for Handler {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        write!(out, "{}.{}", self.file, self.symbol)
    }
}
