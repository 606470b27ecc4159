//! Patterns: which names they bind to what.

use crate::call::holds;
use crate::lower::{Lower, children, first, parts};
use portolan_program::{Expression, Name, Pattern};
use tree_sitter::Node;

impl Lower<'_> {
    /// A pattern.
    pub fn pattern(&mut self, node: Node<'_>) -> Pattern {
        self.deeper(node, Pattern::Ignore, |lower| lower.pattern_within(node))
    }

    fn pattern_within(&mut self, node: Node<'_>) -> Pattern {
        match node.kind() {
            "identifier" => self.bound_name(node),
            "mut_pattern" | "ref_pattern" | "reference_pattern" => self.inner_pattern(node),
            "captured_pattern" => first(node).map_or(Pattern::Ignore, |name| self.bound_name(name)),
            "tuple_pattern" | "slice_pattern" => {
                Pattern::List(parts(node).into_iter().map(|inner| self.element_pattern(inner)).collect())
            }
            "tuple_struct_pattern" => self.tuple_struct(node),
            "struct_pattern" => self.struct_pattern(node),
            "or_pattern" => {
                let each = children(node).into_iter().map(|inner| self.pattern(inner)).collect::<Vec<_>>();
                each.into_iter().find(|pattern| *pattern != Pattern::Ignore).unwrap_or(Pattern::Ignore)
            }
            _ => Pattern::Ignore,
        }
    }

    /// The variant or struct that a pattern asks for; none where it asks for none, or for one of several.
    pub fn variant(&mut self, node: Node<'_>) -> Option<Expression> {
        let path = match node.kind() {
            "tuple_struct_pattern" | "struct_pattern" => self.segments(node.child_by_field_name("type")?),
            "scoped_identifier" => self.segments(node),
            _ => return None,
        };
        let last = path.last()?;
        if matches!(last.as_str(), "Some" | "Ok" | "Err") && path.len() == 1 || path.len() == 1 && holds(last) {
            return None;
        }
        Some(self.chain(&path, node, false))
    }

    /// A name that is bound; constants and variants are not.
    fn bound_name(&self, node: Node<'_>) -> Pattern {
        let name = self.named(node);
        match name.starts_with(|letter: char| letter.is_uppercase()) {
            true => Pattern::Ignore,
            false => Pattern::Name(name),
        }
    }

    fn inner_pattern(&mut self, node: Node<'_>) -> Pattern {
        first(node).map_or(Pattern::Ignore, |inner| self.pattern(inner))
    }

    fn element_pattern(&mut self, node: Node<'_>) -> Pattern {
        match node.kind() {
            "remaining_field_pattern" => Pattern::Rest(Box::new(Pattern::Ignore)),
            _ => self.pattern(node),
        }
    }

    /// `Some(x)` is `x`; `Err(e)` holds nothing that is followed; of other types, a part is known by its position.
    fn tuple_struct(&mut self, node: Node<'_>) -> Pattern {
        let Some(class) = node.child_by_field_name("type") else { return Pattern::Ignore };
        let path = self.segments(class);
        let parts: Vec<Node<'_>> = parts(node).into_iter().skip(1).collect();
        let last = path.last().map(Name::as_str).unwrap_or_default();
        match last {
            "Err" => Pattern::Ignore,
            _ if holds(last) && !self.declares_class(last) => {
                parts.first().map_or(Pattern::Ignore, |inner| self.pattern(*inner))
            }
            _ => {
                let members = parts.into_iter().enumerate().map(|(position, part)| {
                    let pattern = self.pattern(part);
                    (Name::from(position.to_string()), pattern, None)
                });
                Pattern::Record { members: members.collect(), rest: None }
            }
        }
    }

    fn struct_pattern(&mut self, node: Node<'_>) -> Pattern {
        let mut members = Vec::new();
        for field in children(node).into_iter().filter(|field| field.kind() == "field_pattern") {
            let Some(name) = field.child_by_field_name("name").map(|name| self.named(name)) else { continue };
            let pattern = match field.child_by_field_name("pattern") {
                Some(pattern) => self.pattern(pattern),
                None => Pattern::Name(name.clone()),
            };
            members.push((name, pattern, None));
        }
        Pattern::Record { members, rest: None }
    }
}
