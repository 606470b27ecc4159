//! Functions that wait, cut into cases by a compiler that knew no `await`: `__generator` of TypeScript's, `regenerator` of
//! Babel's. A case runs up to where it waits; what it waited for is what the next one is sent. They are put one behind the other
//! again.

use crate::lower::{Lower, at, children, field};
use portolan_program::{Kind, Name, Pattern, Statement};
use tree_sitter::Node;

/// A function that is cut into cases.
#[derive(Clone, Debug)]
pub(crate) struct Resumed {
    /// Its parameter, which holds where it is and what it was sent.
    state: Name,
    /// The name of what it waited for last.
    sent: Option<Name>,
}

impl Lower<'_> {
    /// What is known of a function that begins here, if it is cut into cases.
    pub fn resumed(&mut self, parameters: Option<Node<'_>>) -> Option<Resumed> {
        let resumes = std::mem::take(&mut self.resumes);
        let first = parameters.and_then(|parameters| children(parameters).first().copied())?;
        let first = field(first, "pattern").unwrap_or(first);
        resumes.then(|| Resumed { state: self.named(first), sent: None })
    }

    /// `return [4, value]`, `return value`, which wait; `return [2, value]`, `return state.abrupt("return", value)`, which leave.
    /// False: it is not in such a function.
    pub fn resumed_return(&mut self, value: Option<Node<'_>>, body: &mut Vec<Statement>) -> bool {
        let Some(state) = self.around.resumed.as_ref().map(|resumed| resumed.state.clone()) else { return false };
        let Some(mut value) = value else {
            body.push(Statement::Return(None));
            return true;
        };
        while value.kind() == "sequence_expression" {
            let parts = children(value);
            let Some((last, before)) = parts.split_last() else { break };
            for part in before {
                let part = self.expression(*part);
                body.push(Statement::Expression(part));
            }
            value = *last;
        }
        if value.kind() == "array" {
            let parts = children(value);
            match parts.first().map(|first| self.source(*first)) {
                Some("2") => {
                    let value = parts.get(1).map(|value| self.expression(*value));
                    body.push(Statement::Return(value));
                    return true;
                }
                Some("4" | "5") => {
                    if let Some(value) = parts.get(1) {
                        self.wait_for(*value, body);
                    }
                    return true;
                }
                Some("3" | "7") => {
                    body.push(Statement::Leave(None));
                    return true;
                }
                _ => {}
            }
        }
        match self.state_call(value, &state) {
            Some(("abrupt", given)) if given.first().is_some_and(|how| self.source(*how).contains("return")) => {
                let value = given.get(1).map(|value| self.expression(*value));
                body.push(Statement::Return(value));
            }
            Some(("a", given)) if given.first().is_some_and(|how| self.source(*how) == "2") => {
                let value = given.get(1).map(|value| self.expression(*value));
                body.push(Statement::Return(value));
            }
            Some(("delegateYield" | "d", given)) if !given.is_empty() => self.wait_for(given[0], body),
            Some(_) => body.push(Statement::Leave(None)),
            None => self.wait_for(value, body),
        }
        true
    }

    /// A call of a method of the state: its name and what it is given.
    fn state_call<'n>(&self, node: Node<'n>, state: &Name) -> Option<(&str, Vec<Node<'n>>)> {
        let callee = field(node, "function")?;
        let (object, method) = (field(callee, "object")?, field(callee, "property")?);
        let given = children(field(node, "arguments")?);
        (self.source(object) == state.as_str()).then(|| (self.source(method), given))
    }

    fn wait_for(&mut self, value: Node<'_>, body: &mut Vec<Statement>) {
        let value = self.expression(value);
        let sent = self.fresh();
        self.around.variables.push(sent.clone());
        let pattern = Pattern::Name(sent.clone());
        body.push(Statement::Bind { pattern, declared: None, value: Some(value), declares: false });
        if let Some(resumed) = &mut self.around.resumed {
            resumed.sent = Some(sent);
        }
    }

    /// `state.sent()`: what was waited for.
    pub fn resumed_call(&mut self, callee: Node<'_>, arguments: Node<'_>) -> Option<Kind> {
        let resumed = self.around.resumed.as_ref()?;
        let (object, method) = (field(callee, "object")?, field(callee, "property")?);
        if self.source(object) != resumed.state.as_str() || self.source(method) != "sent" {
            return None;
        }
        let _ = arguments;
        Some(resumed.sent.clone().map_or(Kind::Literal, Kind::Name))
    }

    /// `state.sent`, `state.v`: what was waited for; `state.t0`: what is kept from case to case.
    pub fn resumed_member(&mut self, node: Node<'_>) -> Option<Kind> {
        let resumed = self.around.resumed.as_ref()?;
        let (object, name) = (field(node, "object")?, field(node, "property")?);
        if self.source(object) != resumed.state.as_str() {
            return None;
        }
        match self.source(name) {
            "sent" | "v" => Some(resumed.sent.clone().map_or(Kind::Literal, Kind::Name)),
            kept => is_kept(kept).then(|| Kind::Name(self.kept(kept))),
        }
    }

    /// `state.t0`, which is set.
    pub fn resumed_target(&mut self, node: Node<'_>) -> Option<Pattern> {
        match self.resumed_member(node)? {
            Kind::Name(name) if name.starts_with("%t") => Some(Pattern::Name(name)),
            _ => None,
        }
    }

    fn kept(&mut self, member: &str) -> Name {
        let name = Name::from(format!("%{member}"));
        if !self.around.variables.contains(&name) {
            self.around.variables.push(name.clone());
        }
        name
    }

    /// `switch (state.next)`: the cases in their order, each of which may be left. False: it is no such one.
    pub fn resumed_switch(&mut self, node: Node<'_>, body: &mut Vec<Statement>) -> bool {
        let Some(resumed) = &self.around.resumed else { return false };
        let state = resumed.state.clone();
        let value = field(node, "value").map(|value| self.source(value)).unwrap_or_default();
        let moves = ["label", "next", "n"].iter().any(|member| value.contains(&format!("{state}.{member}")));
        if !moves {
            return false;
        }
        for case in field(node, "body").map(children).unwrap_or_default() {
            self.around.blocks += 1;
            let mut block = Vec::new();
            for inner in crate::lower::fields(case, "body") {
                self.statement(inner, &mut block);
            }
            self.around.blocks -= 1;
            body.push(Statement::Branch(vec![block]));
        }
        true
    }
}

fn is_kept(member: &str) -> bool {
    member.strip_prefix('t').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

/// A parameter for what a function is called with beyond those that it names, and the list of all: `arguments`.
pub(crate) fn all_arguments(node: Node<'_>, parameters: &mut Vec<portolan_program::Parameter>) -> Statement {
    use portolan_program::{Argument, Form, Parameter, Variadic};
    let rest = Name::new_static("%rest");
    let plain = parameters.iter().filter(|parameter| parameter.variadic == Variadic::No);
    let mut elements: Vec<Argument> = plain
        .map(|parameter| match &parameter.pattern {
            Pattern::Name(name) => Argument::plain(at(node, Kind::Name(name.clone()))),
            _ => Argument::plain(at(node, Kind::Literal)),
        })
        .collect();
    let variadic = parameters.iter().find(|parameter| parameter.variadic == Variadic::List);
    let more = match variadic.map(|parameter| &parameter.pattern) {
        Some(Pattern::Name(name)) => name.clone(),
        Some(_) => rest,
        None => {
            parameters.push(Parameter {
                pattern: Pattern::Name(rest.clone()),
                name: None,
                declared: None,
                default: None,
                variadic: Variadic::List,
                fixed: false,
            });
            rest
        }
    };
    elements.push(Argument { name: None, form: Form::Spread, value: at(node, Kind::Name(more)) });
    let value = Some(at(node, Kind::List(elements)));
    Statement::Bind { pattern: Pattern::Name("arguments".into()), declared: None, value, declares: true }
}
