//! Functions that a framework is told of by name rather than exported.

use crate::lower::{Lower, children, field};
use portolan_program::Statement;
use tree_sitter::Node;

impl Lower<'_> {
    /// `app.http("name", { handler })` of Azure and `functions.http("name", handler)` of Google, or its `http` alone, name a function as an export
    /// would; options beside the handler are for those who know what the call means.
    pub fn registration(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        if !self.registers || self.around.blocks > 0 {
            return;
        }
        let (Some(callee), Some(arguments)) = (field(node, "function"), field(node, "arguments")) else { return };
        let [name, given] = children(arguments)[..] else { return };
        let imported = callee.kind() == "identifier" && matches!(self.source(callee), "http" | "cloudEvent" | "typed");
        if !imported && callee.kind() != "member_expression" || name.kind() != "string" {
            return;
        }
        let name = self.string(name);
        let options = given.kind() == "object";
        let value = self.expression(if options { node } else { given });
        body.push(Statement::Export { name: Some(name), value });
    }
}
