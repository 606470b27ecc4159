//! Statements that hold blocks.

use crate::condition::{Fact, only_where};
use crate::lower::{Lower, at, children, fields};
use portolan_program::{Argument, Expression, Kind, Name, Pattern, Statement};
use tree_sitter::Node;

impl Lower<'_> {
    /// A statement that holds blocks; false where it is none.
    pub fn control(&mut self, node: Node<'_>, body: &mut Vec<Statement>) -> bool {
        match node.kind() {
            "if_statement" => self.condition(node, body),
            "for_statement" => self.for_loop(node, body),
            "while_statement" => self.while_loop(node, body),
            "try_statement" => self.guarded(node, body),
            "with_statement" => self.with(node, body),
            "match_statement" => self.matched(node, body),
            _ => return false,
        }
        true
    }

    fn block_of(&mut self, node: Node<'_>, field: &str) -> Vec<Statement> {
        node.child_by_field_name(field).map_or_else(Vec::new, |block| self.block(block))
    }

    fn condition(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let Some(condition) = node.child_by_field_name("condition") else { return };
        let when = self.source(condition).trim_matches(['(', ')']).trim();
        let mut blocks = Vec::new();
        // What the conditions before did not say.
        let mut before = Vec::new();
        match when {
            "False" | "0" => {}
            "TYPE_CHECKING" | "typing.TYPE_CHECKING" => body.extend(self.checked(node)),
            _ if is_main(when) => {}
            _ => {
                let evaluated = self.expression(condition);
                body.push(Statement::Expression(evaluated));
                let (facts, whole) = self.settles(condition, true);
                blocks.push(only_where(facts, whole, self.block_of(node, "consequence")));
                before.extend(self.settles(condition, false).0);
            }
        }
        let certain = blocks.is_empty();
        for alternative in fields(node, "alternative") {
            let field = if alternative.kind() == "elif_clause" { "consequence" } else { "body" };
            let mut facts = before.clone();
            let mut whole = true;
            if let Some(condition) = alternative.child_by_field_name("condition") {
                let evaluated = self.expression(condition);
                body.push(Statement::Expression(evaluated));
                let (own, all) = self.settles(condition, true);
                facts.extend(own);
                whole = all;
                before.extend(self.settles(condition, false).0);
            }
            blocks.push(only_where(facts, whole, self.block_of(alternative, field)));
        }
        match (certain, blocks.len()) {
            (_, 0) => {}
            (true, 1) => body.extend(blocks.remove(0)),
            _ => body.push(Statement::Branch(blocks)),
        }
    }

    /// Imports for type checkers only.
    fn checked(&mut self, node: Node<'_>) -> Vec<Statement> {
        let mut body = self.block_of(node, "consequence");
        for statement in &mut body {
            if let Statement::Import(import) = statement {
                import.types_only = true;
            }
        }
        body
    }

    fn for_loop(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let mut inside = Vec::new();
        if let (Some(left), Some(right)) = (node.child_by_field_name("left"), node.child_by_field_name("right")) {
            inside.push(self.each(left, right));
        }
        inside.extend(self.block_of(node, "body"));
        body.push(Statement::Loop(inside));
        self.otherwise(node, body);
    }

    /// Binds what a loop goes over.
    pub fn each(&mut self, left: Node<'_>, right: Node<'_>) -> Statement {
        let iterated = self.expression(right);
        let value = self.element(left, right, iterated);
        let pattern = self.pattern(left);
        Statement::Bind { pattern, declared: None, value: Some(value), declares: false }
    }

    /// An element of what is iterated over; of the pairs that `enumerate`, `zip` and `items` give, their parts.
    fn element(&mut self, left: Node<'_>, node: Node<'_>, iterated: Expression) -> Expression {
        let of = |value: Expression| Expression { span: value.span, kind: Kind::Element(Box::new(value)) };
        let unknown = || at(node, Kind::Opaque(Vec::new()));
        let pair = matches!(left.kind(), "pattern_list" | "tuple_pattern");
        let Kind::Call(callee, mut arguments) = iterated.kind.clone() else { return of(iterated) };
        match &callee.kind {
            Kind::Name(name) if name == "enumerate" && pair && !arguments.is_empty() => {
                let element = of(arguments.remove(0).value);
                at(node, Kind::List(vec![Argument::plain(unknown()), Argument::plain(element)]))
            }
            Kind::Name(name) if name == "zip" && pair => {
                let elements = arguments.into_iter().map(|argument| Argument::plain(of(argument.value)));
                at(node, Kind::List(elements.collect()))
            }
            Kind::Member(object, name) if name == "items" && pair && arguments.is_empty() => {
                let element = of((**object).clone());
                at(node, Kind::List(vec![Argument::plain(unknown()), Argument::plain(element)]))
            }
            _ => of(iterated),
        }
    }

    fn while_loop(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let mut inside = Vec::new();
        if let Some(condition) = node.child_by_field_name("condition") {
            inside.push(Statement::Expression(self.expression(condition)));
        }
        inside.extend(self.block_of(node, "body"));
        body.push(Statement::Loop(inside));
        self.otherwise(node, body);
    }

    /// The `else` of a loop.
    fn otherwise(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        if let Some(alternative) = node.child_by_field_name("alternative") {
            let inside = self.block_of(alternative, "body");
            body.push(Statement::Scope(inside));
        }
    }

    fn guarded(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let tried = self.block_of(node, "body");
        body.push(Statement::Scope(tried));
        let mut handlers = Vec::new();
        let mut last = Vec::new();
        for clause in children(node) {
            match clause.kind() {
                "except_clause" | "except_group_clause" => handlers.push(self.handler(clause)),
                "else_clause" => last.push(Statement::Scope(self.block_of(clause, "body"))),
                "finally_clause" => {
                    let blocks = children(clause);
                    last.extend(blocks.into_iter().map(|block| Statement::Scope(self.block(block))));
                }
                _ => {}
            }
        }
        if !handlers.is_empty() {
            body.push(Statement::Branch(handlers));
        }
        body.extend(last);
    }

    /// `except Error as error:`.
    fn handler(&mut self, clause: Node<'_>) -> Vec<Statement> {
        let mut body = Vec::new();
        for child in children(clause) {
            match child.kind() {
                "block" => body.extend(self.block(child)),
                "as_pattern" => {
                    if let Some(name) = self.alias(child) {
                        body.push(self.bind_unknown(child, name));
                    }
                }
                _ => {}
            }
        }
        body
    }

    /// What the `as` of an `as_pattern` binds.
    fn alias(&mut self, node: Node<'_>) -> Option<Pattern> {
        let alias = node.child_by_field_name("alias")?;
        let target = children(alias).first().copied()?;
        Some(self.pattern(target))
    }

    fn with(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let clauses = children(node).into_iter().filter(|child| child.kind() == "with_clause");
        for item in clauses.flat_map(children) {
            if let Some(value) = item.child_by_field_name("value") {
                self.with_items(value, body);
            }
        }
        let inside = self.block_of(node, "body");
        body.push(Statement::Scope(inside));
    }

    /// An item, or several in parentheses.
    fn with_items(&mut self, value: Node<'_>, body: &mut Vec<Statement>) {
        match value.kind() {
            "tuple" => children(value).into_iter().for_each(|item| self.with_items(item, body)),
            "as_pattern" => {
                let Some(context) = children(value).first().copied() else { return };
                let entered = self.entered(context);
                match self.alias(value) {
                    Some(pattern) => {
                        body.push(Statement::Bind { pattern, declared: None, value: Some(entered), declares: false });
                    }
                    None => body.push(Statement::Expression(entered)),
                }
            }
            _ => {
                let entered = self.entered(value);
                body.push(Statement::Expression(entered));
            }
        }
    }

    /// What a context manager gives: a call of the word `with`, which is nobody's name.
    fn entered(&mut self, context: Node<'_>) -> Expression {
        let value = self.expression(context);
        let with = at(context, Kind::Name(Name::new_static("with")));
        at(context, Kind::Call(Box::new(with), vec![Argument::plain(value)]))
    }

    fn matched(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let subjects = fields(node, "subject");
        for subject in &subjects {
            let subject = self.expression(*subject);
            body.push(Statement::Expression(subject));
        }
        let Some(inside) = node.child_by_field_name("body") else { return };
        let cases = children(inside).into_iter().filter(|child| child.kind() == "case_clause");
        let mut before = Vec::new();
        let mut blocks = Vec::new();
        for case in cases {
            let (own, whole) = self.case_settles(&subjects, case);
            let facts: Vec<Fact> = before.iter().chain(&own).cloned().collect();
            if whole {
                before.extend(own.into_iter().map(Fact::denied));
            }
            blocks.push(only_where(facts, whole, self.block_of(case, "consequence")));
        }
        if !blocks.is_empty() {
            body.push(Statement::Branch(blocks));
        }
    }
}

/// `__name__ == "__main__"`, either way round.
fn is_main(condition: &str) -> bool {
    let plain: String = condition.chars().filter(|character| !character.is_whitespace()).collect();
    matches!(
        plain.as_str(),
        "__name__==\"__main__\"" | "__name__=='__main__'" | "\"__main__\"==__name__" | "'__main__'==__name__"
    )
}
