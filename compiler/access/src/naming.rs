//! Names that code calls things by, in the words of the spec.

use crate::Named;
use portolan_model::{Function, Keep, Model, Piece, Resource, Subject, Text, variable};

/// What a name in the code stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meant {
    /// Something that the spec has.
    Subject(Subject),
    /// Something that it has not.
    Other,
    /// Nobody knows.
    Unknown,
}

/// What a name in the code of a function stands for.
#[must_use]
pub fn meant(model: &Model, function: &Function, on: &Named) -> Meant {
    let naming = Naming { model, function };
    match on {
        Named::Variable(name) => naming.variable(name),
        Named::Literal(text) => naming.literal(text),
        Named::Unknown => Meant::Unknown,
    }
}

struct Naming<'a> {
    model: &'a Model,
    function: &'a Function,
}

impl Naming<'_> {
    /// The subject behind an environment variable: one that is injected, or what the spec sets it to.
    fn variable(&self, name: &str) -> Meant {
        let set = self.function.environment.iter().find(|(variable, _)| variable.value == name);
        match set {
            Some((_, text)) => self.set(text),
            None => self.injected(name).map_or(Meant::Unknown, Meant::Subject),
        }
    }

    fn set(&self, text: &Text) -> Meant {
        let subject = text.pieces.iter().find_map(|piece| match piece {
            Piece::Attribute(subject, _) => Some(Meant::Subject(*subject)),
            _ => None,
        });
        subject.unwrap_or_else(|| text.literal().map_or(Meant::Unknown, |text| self.literal(text)))
    }

    /// `ORDERS_TABLE`, and what a kind appends to it; of several the longest.
    fn injected(&self, name: &str) -> Option<Subject> {
        let resources = self
            .model
            .resource_ids()
            .map(|(id, resource)| (Subject::Resource(id), variable(&resource.name.value, &resource.kind.name)));
        let functions = self
            .model
            .function_ids()
            .map(|(id, function)| (Subject::Function(id), variable(&function.name.value, "function")));
        let fits = |stem: &str| name.strip_prefix(stem).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
        let all = resources.chain(functions).filter(|(_, stem)| fits(stem));
        all.max_by_key(|(_, stem)| stem.len()).map(|(subject, _)| subject)
    }

    /// A text that names something: what exists outside, what has a name that was fixed, or one that is derived from the
    /// deployment's.
    fn literal(&self, text: &str) -> Meant {
        if text.is_empty() {
            return Meant::Unknown;
        }
        let resource = self.model.resource_ids().find(|(_, resource)| self.is_called(resource, text));
        let function = || {
            let called = |name: &str| self.has_name(name, text);
            self.model.function_ids().find(|(_, function)| called(&function.name.value))
        };
        match (resource, function()) {
            (Some((id, _)), _) => Meant::Subject(Subject::Resource(id)),
            (None, Some((id, _))) => Meant::Subject(Subject::Function(id)),
            (None, None) => Meant::Other,
        }
    }

    fn is_called(&self, resource: &Resource, text: &str) -> bool {
        match &resource.external {
            Some(external) => is_name_in(&external.value, text) || is_name_in(text, &external.value),
            None => self.has_name(&resource.name.value, text),
        }
    }

    /// Whether a text is the derived name of something of the deployment, or the one that the user fixed for it.
    fn has_name(&self, name: &str, text: &str) -> bool {
        let fixed = |keep: &Keep| {
            let own = keep.address.value.split('.').next() == Some(name);
            own && keep.name.as_ref().is_some_and(|fixed| is_name_in(text, &fixed.value))
        };
        let derived = format!("{}-{name}", self.model.stack());
        let last = last_part(text);
        let follows = |rest: &str| rest.is_empty() || rest.starts_with('-');
        last.strip_prefix(derived.as_str()).is_some_and(follows) || self.model.keeps.iter().any(fixed)
    }
}

/// Whether an id ends in a name, or is it.
fn is_name_in(id: &str, name: &str) -> bool {
    id == name || last_part(id) == name
}

fn last_part(id: &str) -> &str {
    id.rsplit([':', '/']).next().unwrap_or(id)
}
