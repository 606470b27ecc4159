//! What calls on the objects of surfaces do.

use super::bind::{Facts, bind, push};
use super::{Class, Condition, Gives, Method, Performed, Surface};
use crate::{Api, Argument, Object, Operation, Outcome, Piece, Template, Term};
use smol_str::SmolStr;
use std::collections::BTreeSet;

/// Several surfaces, asked one after the other.
pub(crate) struct Surfaces(pub Vec<Surface>);

/// Methods of Python and other languages that every object has and that ask nobody.
const OWN: &[&str] = &["close", "__enter__", "__aenter__", "__exit__", "__aexit__"];

impl Surfaces {
    /// What calling a symbol does.
    pub fn call(&self, symbol: &str, arguments: &[Argument]) -> Option<Outcome> {
        for surface in &self.0 {
            if let Some(function) = surface.functions.iter().find(|function| function.symbol == symbol) {
                return Some(surface.perform(&function.method, arguments, Facts::new(), None));
            }
            for class in &surface.classes {
                let Some((_, parameters)) = class.makers.iter().find(|(known, _)| *known == symbol) else { continue };
                let facts = bind(parameters, arguments, class.first_facts());
                let value = Term::Object(surface.object(class.name, &facts));
                return Some(Outcome { value, ..Outcome::default() });
            }
        }
        None
    }

    /// The object that a value of this type is.
    pub fn instance(&self, symbol: &str) -> Option<Object> {
        self.0.iter().find_map(|surface| {
            let class = surface.classes.iter().find(|class| {
                class.makers.iter().any(|(known, _)| *known == symbol) || class.types.contains(&symbol)
            })?;
            Some(surface.object(class.name, &class.first_facts()))
        })
    }

    /// What a method does; a method that the class does not declare is not understood.
    pub fn method(&self, object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
        let (surface, class) = self.class(object)?;
        let fitting = class.methods.iter().find(|method| method.names.contains(&name));
        match fitting {
            Some(method) => Some(surface.perform(method, arguments, object.facts.clone(), Some(object))),
            None if OWN.contains(&name) => Some(Outcome { value: Term::Object(object.clone()), ..Outcome::default() }),
            None if class.members.iter().any(|(known, _)| *known == name) => Some(Outcome::default()),
            None => {
                let why = format!("what `{name}` of `{}` does is not known here", object.class);
                Some(Outcome { unresolved: Some(why), of: surface.apis(class), ..Outcome::default() })
            }
        }
    }

    /// A member; what is neither a member nor a method is nothing that matters.
    pub fn member(&self, object: &Object, name: &str) -> Option<Term> {
        let (surface, class) = self.class(object)?;
        if let Some((_, gives)) = class.members.iter().find(|(known, _)| *known == name) {
            return Some(surface.given(gives, &object.facts, Some(object)));
        }
        let method = OWN.contains(&name) || class.methods.iter().any(|method| method.names.contains(&name));
        (!method).then(|| object.facts.get(name).cloned().unwrap_or_default())
    }

    /// The symbols that make objects.
    pub fn makers(&self) -> impl Iterator<Item = &'static str> {
        let classes = self.0.iter().flat_map(|surface| &surface.classes);
        classes.flat_map(|class| class.makers.iter().map(|(symbol, _)| *symbol))
    }

    fn class(&self, object: &Object) -> Option<(&Surface, &Class)> {
        self.0.iter().find_map(|surface| {
            let name = object.class.strip_prefix(surface.name)?.strip_prefix('.')?;
            Some((surface, surface.class(name)?))
        })
    }

    /// Every operation that a surface names, for tests: the service and the operation.
    #[cfg(test)]
    pub fn operations(&self) -> Vec<(crate::Provider, &str, &str)> {
        let mut all = Vec::new();
        for surface in &self.0 {
            let methods = surface.classes.iter().flat_map(|class| &class.methods);
            let methods = methods.chain(surface.functions.iter().map(|function| &function.method));
            for performed in methods.flat_map(|method| &method.operations) {
                all.push((surface.provider, performed.service, performed.name));
            }
        }
        all
    }

    /// Every class that a line gives and none declares, or that is declared twice, for tests.
    #[cfg(test)]
    pub fn missing_classes(&self) -> Vec<&str> {
        let mut missing = Vec::new();
        for surface in &self.0 {
            let twice = |class: &Class| surface.classes.iter().filter(|other| other.name == class.name).count() > 1;
            missing.extend(surface.classes.iter().filter(|class| twice(class)).map(|class| class.name));
        }
        for surface in &self.0 {
            let methods = surface.classes.iter().flat_map(|class| &class.methods);
            let methods = methods.chain(surface.functions.iter().map(|function| &function.method));
            let members = surface.classes.iter().flat_map(|class| &class.members).map(|(_, gives)| gives);
            let given = methods.flat_map(|method| method.hands.iter().chain([&method.gives]));
            for gives in given.chain(members) {
                if let Gives::Object(name) | Gives::List(_, name) = gives {
                    missing.extend(surface.class(name).is_none().then_some(*name));
                }
            }
        }
        missing
    }
}

impl Class {
    fn first_facts(&self) -> Facts {
        let given = self.facts.iter().filter_map(|(name, first)| Some(((*name).into(), (*first)?)));
        given.map(|(name, first): (SmolStr, &str)| (name, Term::Text(Template::from_literal(first)))).collect()
    }
}

impl Surface {
    fn class(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.name == name)
    }

    /// An object of a class with those of the facts that it has.
    fn object(&self, name: &str, facts: &Facts) -> Object {
        let mut own = Facts::new();
        if let Some(class) = self.class(name) {
            own = class.first_facts();
            let kept = facts.iter().filter(|(fact, _)| class.facts.iter().any(|(known, _)| fact == known));
            own.extend(kept.map(|(fact, term)| (fact.clone(), term.clone())));
        }
        Object { class: format!("{}.{name}", self.name).into(), facts: own }
    }

    fn perform(&self, method: &Method, arguments: &[Argument], facts: Facts, object: Option<&Object>) -> Outcome {
        let facts = bind(&method.parameters, arguments, facts);
        let holding = method.operations.iter().filter(|performed| performed.holds(&facts));
        let operations = holding.map(|performed| Operation {
            provider: self.provider,
            service: performed.service.into(),
            name: performed.name.into(),
            input: facts.clone(),
        });
        Outcome {
            operations: operations.collect(),
            value: self.given(&method.gives, &facts, object),
            handed: method.hands.iter().map(|hands| self.given(hands, &facts, object)).collect(),
            ..Outcome::default()
        }
    }

    /// The APIs that the methods of a class are of.
    fn apis(&self, class: &Class) -> Vec<Api> {
        let performed = class.methods.iter().flat_map(|method| &method.operations);
        let services: BTreeSet<&str> = performed.map(|performed| performed.service).collect();
        services.into_iter().map(|service| Api { provider: self.provider, service: service.into() }).collect()
    }

    fn given(&self, gives: &Gives, facts: &Facts, object: Option<&Object>) -> Term {
        match gives {
            Gives::Unknown => Term::Unknown,
            Gives::Object(class) => Term::Object(self.object(class, facts)),
            Gives::List(depth, class) => {
                let object = Term::Object(self.object(class, facts));
                (0..*depth).fold(object, |inner, _| Term::List(vec![inner]))
            }
            Gives::Function => Term::Function,
            Gives::Same => object.map_or(Term::Unknown, |object| Term::Object(object.clone())),
            Gives::Argument(name) => facts.get(*name).cloned().unwrap_or_default(),
            Gives::Text(form) => Term::Text(filled(form, facts)),
        }
    }
}

impl Performed {
    /// Whether all conditions hold for a call.
    fn holds(&self, facts: &Facts) -> bool {
        self.conditions.iter().all(|condition| condition.holds(facts))
    }
}

impl Condition {
    fn holds(&self, facts: &Facts) -> bool {
        match self {
            Condition::Given(argument) => facts.contains_key(*argument),
            Condition::Missing(argument) => !facts.contains_key(*argument),
            Condition::OneOf(argument, values) => match facts.get(*argument).and_then(Term::literal) {
                Some(literal) => values.iter().any(|value| !value.is_empty() && value.eq_ignore_ascii_case(literal)),
                None => values.contains(&""),
            },
        }
    }
}

/// `text/{fact}`, with a hole where the fact is no text.
fn filled(form: &str, facts: &Facts) -> Template {
    let mut pieces = Vec::new();
    let mut rest = form;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        if !before.is_empty() {
            push(&mut pieces, Piece::Literal(before.into()));
        }
        match facts.get(name) {
            Some(Term::Text(Template(known))) => known.iter().cloned().for_each(|piece| push(&mut pieces, piece)),
            _ => push(&mut pieces, Piece::Hole),
        }
        rest = behind;
    }
    if !rest.is_empty() {
        push(&mut pieces, Piece::Literal(rest.into()));
    }
    Template(pieces)
}
