//! Conditions on parameters and their members: which of them are set once, and what an `if` says of them.

use crate::lower::{Lower, children};
use portolan_program::{Name, Parameter, Pattern, Statement, Test, Variadic};
use tree_sitter::Node;

/// What has to be: a parameter or a member of one, what is asked of it, and whether it has to stand that.
#[derive(Clone)]
pub(crate) struct Fact {
    parameter: Name,
    member: Option<Name>,
    test: Test,
    holds: bool,
}

impl Fact {
    /// The opposite.
    pub fn denied(self) -> Fact {
        Fact { holds: !self.holds, ..self }
    }
}

impl Lower<'_> {
    /// Marks the parameters whose names nobody sets again, and gives their names with that of the object the function is
    /// called on.
    pub fn fix(&self, parameters: &mut [Parameter], receiver: Option<&Name>, body: Node<'_>) -> Vec<Name> {
        let mut set = Vec::new();
        self.names_set(body, &mut set);
        for parameter in parameters.iter_mut() {
            if let (Pattern::Name(name), Variadic::No) = (&parameter.pattern, parameter.variadic) {
                parameter.fixed = !set.contains(&name.as_str());
            }
        }
        let fixed = parameters.iter().filter(|parameter| parameter.fixed);
        let fixed = fixed.filter_map(|parameter| parameter.name.clone());
        fixed.chain(receiver.filter(|name| !set.contains(&name.as_str())).cloned()).collect()
    }

    /// The names that are set somewhere in a block, in functions inside it too.
    fn names_set<'a>(&'a self, node: Node<'_>, set: &mut Vec<&'a str>) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            let targets = match node.kind() {
                "assignment" | "augmented_assignment" | "for_statement" | "for_in_clause" => {
                    node.child_by_field_name("left")
                }
                "named_expression" => node.child_by_field_name("name"),
                "as_pattern_target"
                | "delete_statement"
                | "global_statement"
                | "nonlocal_statement"
                | "import_statement"
                | "import_from_statement"
                | "case_pattern" => Some(node),
                _ => None,
            };
            if let Some(targets) = targets {
                self.identifiers(targets, set);
            }
            open.extend(children(node));
        }
    }

    fn identifiers<'a>(&'a self, node: Node<'_>, set: &mut Vec<&'a str>) {
        let mut open = vec![node];
        while let Some(node) = open.pop() {
            match node.kind() {
                "identifier" => set.push(self.source(node)),
                // What is set there is a member, not the name.
                "attribute" | "subscript" => {}
                _ => open.extend(children(node)),
            }
        }
    }

    /// What holds of the function's fixed parameters where a condition does, or does not, and whether that is all it asks for.
    pub fn settles(&self, condition: Node<'_>, holds: bool) -> (Vec<Fact>, bool) {
        match condition.kind() {
            "identifier" | "attribute" => self.settle(condition, Test::True, holds),
            "comparison_operator" => self.compared(condition, holds),
            "parenthesized_expression" => self.settle_all(&children(condition), holds),
            "not_operator" => {
                let negated = condition.child_by_field_name("argument");
                negated.map_or_else(Default::default, |negated| self.settles(negated, !holds))
            }
            // Both sides of an `and` hold where it does, neither of an `or` where it does not.
            "boolean_operator" if (self.operator(condition) == "and") == holds => {
                self.settle_all(&children(condition), holds)
            }
            _ => (Vec::new(), false),
        }
    }

    fn settle(&self, asked: Node<'_>, test: Test, holds: bool) -> (Vec<Fact>, bool) {
        if !matches!(asked.kind(), "identifier" | "attribute") {
            return Default::default();
        }
        let (parameter, member) = match (asked.child_by_field_name("object"), asked.child_by_field_name("attribute")) {
            (Some(object), Some(member)) => (self.named(object), Some(self.named(member))),
            _ => (self.named(asked), None),
        };
        match self.fixed.contains(&parameter) {
            true => (vec![Fact { parameter, member, test, holds }], true),
            false => (Vec::new(), false),
        }
    }

    /// `mode == "read"`, `mode in ("read", "list")`, and that they are not.
    fn compared(&self, node: Node<'_>, holds: bool) -> (Vec<Fact>, bool) {
        let [left, right] = children(node)[..] else { return Default::default() };
        let between = self.text.get(left.end_byte()..right.start_byte()).unwrap_or_default();
        let operator: String = between.split_whitespace().collect::<Vec<_>>().join(" ");
        if matches!(operator.as_str(), "is" | "is not" | "==" | "!=") && right.kind() == "none" {
            let is = matches!(operator.as_str(), "is" | "==");
            return self.settle(left, Test::Nothing, is == holds);
        }
        let (parameter, texts, stands) = match operator.as_str() {
            "==" | "!=" if right.kind() == "string" => {
                (left, self.plain_text(right).map(|text| vec![text]), operator == "==")
            }
            "==" | "!=" => (right, self.plain_text(left).map(|text| vec![text]), operator == "=="),
            "in" | "not in" if matches!(right.kind(), "tuple" | "list" | "set") => {
                (left, children(right).into_iter().map(|text| self.plain_text(text)).collect(), operator == "in")
            }
            _ => return Default::default(),
        };
        match texts {
            Some(texts) if matches!(parameter.kind(), "identifier" | "attribute") => {
                self.settle(parameter, Test::OneOf(texts), stands == holds)
            }
            _ => Default::default(),
        }
    }

    /// What a `case` of texts asks of a subject that is a parameter.
    pub fn case_settles(&self, subjects: &[Node<'_>], case: Node<'_>) -> (Vec<Fact>, bool) {
        let patterns: Vec<Node<'_>> =
            children(case).into_iter().filter(|child| child.kind() == "case_pattern").flat_map(children).collect();
        let guarded = case.child_by_field_name("guard").is_some();
        let ([subject], [pattern], false) = (subjects, patterns.as_slice(), guarded) else { return Default::default() };
        let texts: Option<Vec<Name>> = match pattern.kind() {
            "union_pattern" => children(*pattern).into_iter().map(|text| self.plain_text(text)).collect(),
            _ => self.plain_text(*pattern).map(|text| vec![text]),
        };
        match texts {
            Some(texts) if matches!(subject.kind(), "identifier" | "attribute") => {
                self.settle(*subject, Test::OneOf(texts), true)
            }
            _ => Default::default(),
        }
    }

    /// A text without holes, escapes or prefix.
    fn plain_text(&self, node: Node<'_>) -> Option<Name> {
        let text = self.source(node);
        let quoted = ['"', '\''].into_iter().find_map(|quote| text.strip_prefix(quote)?.strip_suffix(quote));
        quoted.filter(|text| node.kind() == "string" && !text.contains(['\\', '"', '\''])).map(Name::from)
    }

    fn settle_all(&self, sides: &[Node<'_>], holds: bool) -> (Vec<Fact>, bool) {
        let settled: Vec<(Vec<Fact>, bool)> = sides.iter().map(|side| self.settles(*side, holds)).collect();
        let whole = settled.iter().all(|(_, whole)| *whole);
        (settled.into_iter().flat_map(|(facts, _)| facts).collect(), whole)
    }

    fn operator(&self, node: Node<'_>) -> &str {
        node.child_by_field_name("operator").map_or("", |operator| self.source(operator))
    }
}

/// A block that begins with what has to hold for it.
pub(crate) fn only_where(facts: Vec<Fact>, whole: bool, block: Vec<Statement>) -> Vec<Statement> {
    let asked = facts.into_iter().map(|fact| {
        let Fact { parameter, member, test, holds } = fact;
        Statement::Where { parameter, member, test, holds, whole }
    });
    asked.chain(block).collect()
}
