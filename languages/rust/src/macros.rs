//! Macros. Their arguments are read again as expressions; those of the program are functions, where they can be.

use crate::expression::call_of;
use crate::item::parameter;
use crate::lower::{Lower, at, children, first, span};
use portolan_program::{Argument, Expression, Function, Kind, Name, Pattern, Piece, Statement};
use tree_sitter::Node;

/// How deep macros and records in them may be nested: each is read again.
const DEEPEST: u32 = 24;
/// Macros after which nothing runs.
const LEAVE: &[&str] = &["bail", "panic", "todo", "unimplemented", "unreachable"];

impl Lower<'_> {
    /// A macro where a value is expected.
    pub fn macro_call(&mut self, node: Node<'_>) -> Kind {
        let Some((name, tree)) = self.macro_parts(node) else { return Kind::Literal };
        match name.as_str() {
            "format" | "concat_string" | "format_args" => self.format_macro(tree),
            "vec" | "array" | "smallvec" | "join" | "try_join" => self.list_macro(tree),
            "concat" => Kind::Joined(self.values(tree).into_iter().map(|(_, value)| value).collect()),
            "stringify" => Kind::Literal,
            "env" | "option_env" | "dotenv" | "var" => match self.values(tree).into_iter().next() {
                Some((_, name)) => self.environment(node, name),
                None => Kind::Literal,
            },
            "include_str" | "include_bytes" => Kind::Literal,
            "matches" | "json" | "select" => self.opaque_macro(tree),
            "addr_of" | "pin" | "dbg" | "Box" | "ready" | "clone" => {
                self.values(tree).into_iter().next().map_or(Kind::Literal, |(_, value)| value.kind)
            }
            _ => self.other_macro(node, &name, tree),
        }
    }

    /// Whether nothing runs after a macro.
    pub fn leaves(&self, node: Node<'_>) -> bool {
        self.macro_parts(node).is_some_and(|(name, _)| LEAVE.contains(&name.as_str()))
    }

    fn macro_parts<'n>(&self, node: Node<'n>) -> Option<(Name, Node<'n>)> {
        let name = self.segments(node.child_by_field_name("macro")?).pop()?;
        let tree = children(node).into_iter().find(|child| child.kind() == "token_tree")?;
        Some((name, tree))
    }

    fn format_macro(&mut self, tree: Node<'_>) -> Kind {
        let mut values = self.values(tree).into_iter();
        let Some((_, format)) = values.next() else { return Kind::Literal };
        let Kind::Text(pieces) = &format.kind else { return Kind::Opaque(vec![format]) };
        let [Piece::Literal(text)] = pieces.as_slice() else { return format.kind };
        let values: Vec<(Option<Name>, Expression)> = values.collect();
        Kind::Text(self.formatted(tree, text, &values))
    }

    fn list_macro(&mut self, tree: Node<'_>) -> Kind {
        let values = self.values(tree);
        let repeats = tokens(tree).iter().any(|token| token.kind() == ";");
        match values.into_iter().map(|(_, value)| value).collect::<Vec<_>>() {
            values if repeats => match values.into_iter().next() {
                Some(element) => self.repeated(element),
                None => Kind::List(Vec::new()),
            },
            values => Kind::List(values.into_iter().map(Argument::plain).collect()),
        }
    }

    fn opaque_macro(&mut self, tree: Node<'_>) -> Kind {
        Kind::Opaque(self.values(tree).into_iter().map(|(_, value)| value).collect())
    }

    /// A macro that nothing is known of here: a call of what its definition says.
    fn other_macro(&mut self, node: Node<'_>, name: &Name, tree: Node<'_>) -> Kind {
        let values = self.values(tree);
        let arguments: Vec<Argument> = values.into_iter().map(|(_, value)| Argument::plain(value)).collect();
        call_of(node, &format!("{name}!").into(), arguments)
    }

    /// The values among a macro's tokens, with the names that some are given by.
    fn values(&mut self, tree: Node<'_>) -> Vec<(Option<Name>, Expression)> {
        if self.macros >= DEEPEST {
            self.break_at(tree);
            return Vec::new();
        }
        self.macros += 1;
        let values = self.deeper(tree, Vec::new(), |lower| lower.values_within(tree));
        self.macros -= 1;
        values
    }

    fn values_within(&mut self, tree: Node<'_>) -> Vec<(Option<Name>, Expression)> {
        let mut values = Vec::new();
        for segment in segments(&tokens(tree), &[",", ";", "=>"]) {
            let name = match segment.as_slice() {
                [name, equals, ..] if name.kind() == "identifier" && equals.kind() == "=" => Some(self.named(*name)),
                _ => None,
            };
            let value = match name {
                Some(_) => &segment[2..],
                None => &segment[..],
            };
            match self.value(value) {
                Some(value) => values.push((name, value)),
                None => values.extend(self.parts_of(value)),
            }
        }
        values
    }

    /// A run of tokens as one expression; none where it is not one.
    fn value(&mut self, tokens: &[Node<'_>]) -> Option<Expression> {
        let (start, end) = (tokens.first()?.start_byte(), tokens.last()?.end_byte());
        if let [only] = tokens
            && only.kind() == "token_tree"
            && self.source(*only).starts_with('{')
        {
            return None;
        }
        let tree = self.reread(start, end)?;
        let root = tree.root_node();
        let nodes = children(root);
        match nodes.as_slice() {
            [only] if only.kind() == "expression_statement" => Some(self.expression(first(*only)?)),
            _ => None,
        }
    }

    /// The expressions in a run of tokens that is not one: of records, and of blocks.
    fn parts_of(&mut self, tokens: &[Node<'_>]) -> Vec<(Option<Name>, Expression)> {
        let mut all = Vec::new();
        if let [only] = tokens
            && only.kind() == "token_tree"
        {
            if let Some(block) = self.block_of(*only) {
                return vec![(None, block)];
            }
            return self.values(*only);
        }
        for part in segments(tokens, &[":", "=", "%", "?", "<-"]) {
            if part.len() == tokens.len() {
                let inner: Vec<Node<'_>> = part.into_iter().filter(|token| token.kind() == "token_tree").collect();
                inner.into_iter().for_each(|tree| all.extend(self.values(tree)));
                return all;
            }
            match self.value(&part) {
                Some(value) => all.push((None, value)),
                None => all.extend(self.parts_of(&part)),
            }
        }
        all
    }

    /// Braces that are a block of statements.
    fn block_of(&mut self, tree: Node<'_>) -> Option<Expression> {
        let read = self.reread(tree.start_byte(), tree.end_byte())?;
        let root = read.root_node();
        let block = children(root).into_iter().find_map(|node| match node.kind() {
            "block" => Some(node),
            "expression_statement" => first(node).filter(|inner| inner.kind() == "block"),
            _ => None,
        })?;
        Some(at(tree, Kind::Block(self.block(block))))
    }

    /// A macro among items: `lazy_static!` and its like hold items; false where it is an expression.
    pub fn item_macro(&mut self, node: Node<'_>, body: &mut Vec<Statement>) -> bool {
        let Some((_, tree)) = self.macro_parts(node) else { return false };
        let Some(read) = self.reread(tree.start_byte() + 1, tree.end_byte().saturating_sub(1)) else { return false };
        let nodes = children(read.root_node());
        let holds = nodes.iter().any(|node| node.kind() == "static_item");
        if !holds {
            return false;
        }
        for item in nodes {
            if item.kind() == "static_item" {
                let name = item.child_by_field_name("name").map(|name| self.named(name));
                self.declared.extend(name);
            }
            self.item(item, body);
        }
        true
    }

    /// `macro_rules! …`: a function, where it has one rule without repetitions; otherwise what it hides is told where it is
    /// used.
    pub fn define_macro(&mut self, node: Node<'_>, body: &mut Vec<Statement>) {
        let Some(name) = node.child_by_field_name("name").map(|name| self.named(name)) else { return };
        let rules: Vec<Node<'_>> = children(node).into_iter().filter(|child| child.kind() == "macro_rule").collect();
        let name = Name::from(format!("{name}!"));
        let function = match rules.as_slice() {
            [only] => self.macro_function(*only),
            _ => None,
        };
        let hides = rules.iter().any(|rule| rule.child_by_field_name("right").is_some_and(|right| self.calls(right)));
        let value = match function {
            Some(function) => Kind::Function(self.module.add_function(function)),
            None if hides => Kind::Module(format!("macro {name}").into()),
            None => return,
        };
        body.push(crate::lower::bind(Pattern::Name(name), at(node, value)));
    }

    /// Whether tokens call a method.
    fn calls(&self, tree: Node<'_>) -> bool {
        let text = self.source(tree);
        text.match_indices('.').any(|(at, _)| {
            let rest = text[at + 1..].trim_start();
            let name = rest.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').count();
            name > 0 && rest[name..].starts_with(['(', ':']) && !rest.starts_with("to_") && !rest.starts_with("len")
        })
    }

    fn macro_function(&mut self, rule: Node<'_>) -> Option<Function> {
        let (left, right) = (rule.child_by_field_name("left")?, rule.child_by_field_name("right")?);
        let patterns = children(left);
        let plain = patterns.iter().all(|part| part.kind() == "token_binding_pattern" || part.kind() == "identifier");
        if !plain || self.source(right).contains("$(") {
            return None;
        }
        let names = patterns.iter().filter_map(|part| part.child_by_field_name("name"));
        let names: Vec<Name> = names.map(|name| self.named(name)).collect();
        let read = self.reread(right.start_byte() + 1, right.end_byte().saturating_sub(1))?;
        let nodes = children(read.root_node());
        let mut body = Vec::new();
        let last = nodes.len().saturating_sub(1);
        for (position, node) in nodes.into_iter().enumerate() {
            match node.kind() {
                "expression_statement" if position == last => self.tail(first(node)?, &mut body),
                _ => self.statement(node, &mut body),
            }
        }
        let parameters = names.into_iter().map(|name| parameter(Pattern::Name(name), None)).collect();
        Some(Function { parameters, body, span: span(rule), ..Function::default() })
    }
}

/// The tokens inside a macro's delimiters.
fn tokens<'n>(tree: Node<'n>) -> Vec<Node<'n>> {
    let mut cursor = tree.walk();
    let all: Vec<Node<'n>> = tree.children(&mut cursor).collect();
    let inside = all.get(1..all.len().saturating_sub(1)).unwrap_or_default();
    inside.iter().filter(|token| !matches!(token.kind(), "line_comment" | "block_comment")).copied().collect()
}

/// Runs of tokens between separators; empty ones are left out.
fn segments<'n>(tokens: &[Node<'n>], separators: &[&str]) -> Vec<Vec<Node<'n>>> {
    let runs = tokens.split(|token| separators.contains(&token.kind()));
    runs.filter(|run| !run.is_empty()).map(<[Node<'n>]>::to_vec).collect()
}
