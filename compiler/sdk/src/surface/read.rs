//! Reading a surface.

use super::{Class, Condition, Function, Gives, Method, Parameter, Performed, Surface, Way};
use crate::Provider;

impl Surface {
    /// Reads a surface. A line that is none of the forms is a mistake of ours, which a test finds.
    pub fn read(text: &'static str) -> Self {
        let mut surface = Self { name: "", provider: Provider::Gcp, classes: Vec::new(), functions: Vec::new() };
        let mut service = "";
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let line = line.strip_prefix("old ").unwrap_or(line);
            let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
            match word {
                "surface" => surface.name = rest,
                "service" => service = surface.serve(rest),
                "class" => surface.classes.push(class(rest)),
                "new" => surface.maker(rest),
                "type" => surface.typed(rest),
                "call" => surface.function(rest, service),
                _ => surface.line(line, service),
            }
        }
        surface
    }

    fn serve(&mut self, rest: &'static str) -> &'static str {
        let (provider, service) = rest.split_once(' ').unwrap_or((rest, ""));
        self.provider = if provider == "azure" { Provider::Azure } else { Provider::Gcp };
        service
    }

    fn maker(&mut self, rest: &'static str) {
        let (symbols, parameters, _) = parts(rest);
        if let Some(class) = self.classes.last_mut() {
            let each = symbols.split_whitespace();
            class.makers.extend(each.map(|symbol| (symbol, self::parameters(parameters))));
        }
    }

    fn typed(&mut self, rest: &'static str) {
        if let Some(class) = self.classes.last_mut() {
            class.types.extend(rest.split_whitespace());
        }
    }

    fn function(&mut self, rest: &'static str, service: &'static str) {
        let (symbols, ..) = parts(rest);
        for symbol in symbols.split_whitespace() {
            self.functions.push(Function { symbol, method: method(rest, service) });
        }
    }

    fn line(&mut self, line: &'static str, service: &'static str) {
        let Some(class) = self.classes.last_mut() else { return };
        match line.strip_prefix('.').or_else(|| line.starts_with("[]").then_some(line)) {
            Some(member) => {
                let (name, result) = member.split_once("->").unwrap_or((member, ""));
                class.members.push((name.trim(), gives(result.trim())));
            }
            None => class.methods.push(method(line, service)),
        }
    }
}

fn class(rest: &'static str) -> Class {
    let (name, facts) = rest.split_once(':').unwrap_or((rest, ""));
    let facts = facts.split_whitespace().map(|fact| match fact.split_once('=') {
        Some((name, first)) => (name, Some(first)),
        None => (fact, None),
    });
    Class {
        name: name.trim(),
        facts: facts.collect(),
        makers: Vec::new(),
        types: Vec::new(),
        methods: Vec::new(),
        members: Vec::new(),
    }
}

/// What stands before, in and behind the parentheses.
fn parts(line: &'static str) -> (&'static str, &'static str, &'static str) {
    let (before, rest) = line.split_once('(').unwrap_or((line, ")"));
    let (inside, behind) = rest.split_once(')').unwrap_or((rest, ""));
    (before.trim(), inside, behind)
}

fn method(line: &'static str, service: &'static str) -> Method {
    let (names, inside, behind) = parts(line);
    let (operations, result) = behind.split_once("->").unwrap_or((behind, ""));
    let hands = operations.split_whitespace().filter_map(|word| word.strip_prefix('&'));
    let operations = operations.split_whitespace().filter(|word| !word.starts_with('&'));
    Method {
        names: names.split('|').collect(),
        parameters: parameters(inside),
        operations: operations.map(|operation| performed(operation, service)).collect(),
        hands: hands.flat_map(|classes| classes.split(',')).map(gives).collect(),
        gives: gives(result.trim()),
    }
}

fn parameters(inside: &'static str) -> Vec<Parameter> {
    inside.split_whitespace().map(parameter).collect()
}

fn parameter(text: &'static str) -> Parameter {
    if let Some(members) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        return Parameter { name: "", fact: members, way: Way::Members };
    }
    let marked = [('=', Way::Plain), ('~', Way::Prefixed), ('+', Way::Longer), ('%', Way::Address)];
    for (mark, way) in marked {
        if let Some((name, fact)) = text.split_once(mark) {
            return match name.strip_prefix('*') {
                Some(name) => Parameter { name, fact, way: Way::LongerByAll },
                None => Parameter { name, fact, way },
            };
        }
    }
    Parameter { name: text, fact: text, way: Way::Plain }
}

fn performed(text: &'static str, service: &'static str) -> Performed {
    let (operation, conditions) = text.split_once('[').unwrap_or((text, ""));
    let (service, name) = operation.split_once(':').unwrap_or((service, operation));
    let conditions = conditions.split('[').map(|condition| condition.trim_end_matches(']'));
    Performed { service, name, conditions: conditions.filter(|text| !text.is_empty()).map(condition).collect() }
}

fn condition(text: &'static str) -> Condition {
    match (text.strip_prefix('!'), text.split_once('=')) {
        (Some(argument), _) => Condition::Missing(argument),
        (None, Some((argument, values))) => Condition::OneOf(argument, values.split('|').collect()),
        (None, None) => Condition::Given(text),
    }
}

fn gives(text: &'static str) -> Gives {
    let quoted = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let depth = text.len() - text.trim_start_matches('[').len();
    let list = (depth > 0).then(|| text.trim_matches(['[', ']']));
    match (quoted, list, text.strip_prefix('@')) {
        (Some(form), ..) => Gives::Text(form),
        (_, Some(class), _) => Gives::List(depth, class),
        (_, _, Some(argument)) => Gives::Argument(argument),
        _ if text == "self" => Gives::Same,
        _ if text == "function" => Gives::Function,
        _ if text.is_empty() || text == "-" => Gives::Unknown,
        _ => Gives::Object(text),
    }
}
