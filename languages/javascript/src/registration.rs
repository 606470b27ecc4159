//! Functions that a framework is told of by name rather than exported.

use crate::lower::{Lower, children, field};
use portolan_program::{Key, Kind, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// `app.http("name", { handler })` of Azure and `functions.http("name", handler)` of Google name a function as an export
    /// would.
    pub fn registration(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        if !self.registers || self.around.blocks > 0 {
            return;
        }
        let (Some(callee), Some(arguments)) = (field(node, "function"), field(node, "arguments")) else { return };
        let [name, given] = children(arguments)[..] else { return };
        if callee.kind() != "member_expression" || name.kind() != "string" {
            return;
        }
        let name = self.string(name);
        let value = self.expression(given);
        let handler = match value.kind {
            Kind::Record(entries) => {
                { entries.into_iter().find(|entry| matches!(&entry.key, Key::Name(key) if key == "handler")) }
                    .map(|entry| entry.value)
            }
            _ => Some(value),
        };
        if let Some(value) = handler {
            body.push(Statement::Export { name: Some(name), value });
        }
    }
}
