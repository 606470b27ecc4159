//! Lists, dictionaries and comprehensions.

use crate::expression::literal;
use crate::lower::{Lower, at, children};
use portolan_program::{Argument, Entry, Expression, Form, Key, Kind, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// A list, a tuple or a set.
    pub fn list(&mut self, node: Node<'_>) -> Kind {
        let elements = children(node).into_iter().map(|element| match element.kind() {
            "list_splat" | "parenthesized_list_splat" => {
                let value = children(element).first().copied().unwrap_or(element);
                Argument { name: None, form: Form::Spread, value: self.expression(value) }
            }
            _ => Argument::plain(self.expression(element)),
        });
        Kind::List(elements.collect())
    }

    /// A dictionary.
    pub fn record(&mut self, node: Node<'_>) -> Kind {
        let entries = children(node).into_iter().filter_map(|entry| match entry.kind() {
            "pair" => self.entry(entry),
            "dictionary_splat" => {
                let value = children(entry).first().copied()?;
                Some(Entry { key: Key::Spread, value: self.expression(value) })
            }
            _ => None,
        });
        Kind::Record(entries.collect())
    }

    fn entry(&mut self, pair: Node<'_>) -> Option<Entry> {
        let key = self.expression(pair.child_by_field_name("key")?);
        let value = self.expression(pair.child_by_field_name("value")?);
        let key = match literal(&key) {
            Some(name) => Key::Name(name),
            None => Key::Computed(key),
        };
        Some(Entry { key, value })
    }

    /// `[body for x in xs if condition]`: a loop that binds, then the list of what one round gives.
    pub fn comprehension(&mut self, node: Node<'_>) -> Kind {
        let mut inside = Vec::new();
        for clause in children(node) {
            match clause.kind() {
                "for_in_clause" => {
                    if let (Some(left), Some(right)) =
                        (clause.child_by_field_name("left"), clause.child_by_field_name("right"))
                    {
                        inside.push(self.each(left, right));
                    }
                }
                "if_clause" => {
                    let conditions: Vec<Expression> =
                        children(clause).into_iter().map(|condition| self.expression(condition)).collect();
                    inside.extend(conditions.into_iter().map(Statement::Expression));
                }
                _ => {}
            }
        }
        let result = match node.child_by_field_name("body") {
            Some(body) if body.kind() == "pair" => Kind::Record(self.entry(body).into_iter().collect()),
            Some(body) => {
                let element = self.expression(body);
                let one = Argument { name: None, form: Form::Spread, value: listed(element) };
                Kind::List(vec![one])
            }
            None => Kind::List(Vec::new()),
        };
        Kind::Block(vec![Statement::Loop(inside), Statement::Expression(at(node, result))])
    }
}

/// A list of one.
fn listed(element: Expression) -> Expression {
    Expression { span: element.span, kind: Kind::List(vec![Argument::plain(element)]) }
}

/// `left | right`: the entries of both.
pub(crate) fn united(left: Expression, right: Expression) -> Kind {
    let entry = |value: Expression| Entry { key: Key::Spread, value };
    Kind::Record(vec![entry(left), entry(right)])
}
