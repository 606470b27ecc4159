//! Parameters: what a function is given under their names, and what it is known to be given otherwise.

use crate::call::Arguments;
use crate::machine::Machine;
use crate::value::{ScopeIndex, Shape, Value};
use portolan_program::{Expression, Kind, Name, Parameter, Pattern, Variadic};

/// What says that a framework gives a parameter.
const DEPENDENCIES: &[&str] = &["Depends", "Inject", "Provide", "Security"];

/// Who gives a function its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Giver {
    /// Somebody outside the program.
    Outside,
    /// A call that hands on a list or a record, so that what is left out may be given all the same.
    Spread,
    /// A call that says all of them.
    Call,
}

impl Machine<'_> {
    /// Binds parameters. What somebody outside gives is known by its declared type alone.
    pub fn bind_parameters(
        &mut self,
        parameters: &[Parameter],
        arguments: Arguments,
        scope: ScopeIndex,
        giver: Giver,
        said: &[Name],
    ) {
        let mut named: Vec<(Name, Value)> = Vec::new();
        let mut plain = Vec::new();
        for (name, value) in arguments {
            match name {
                Some(name) if is_type_argument(&name) => {}
                Some(name) => named.push((name, value)),
                None => plain.push(value),
            }
        }
        let takes_names = parameters.iter().any(|parameter| {
            parameter.variadic == Variadic::Record
                || named.iter().any(|(name, _)| parameter.name.as_ref() == Some(name))
        });
        // Options without braces are one record, where nobody takes them by name.
        if !takes_names && !named.is_empty() && plain.len() < parameters.len() {
            let options = self.record(std::mem::take(&mut named));
            plain.push(options);
        }
        if let [results] = plain.as_slice()
            && self.takes_results(parameters, results, scope)
        {
            plain = (0..parameters.len()).map(|position| self.at(results, position)).collect();
        }
        let mut plain = plain.into_iter();
        for parameter in parameters {
            let mut omitted = false;
            let value = match parameter.variadic {
                Variadic::No => self.argument(parameter, &mut named, &mut plain, scope, giver, &mut omitted),
                Variadic::List => {
                    let items: Vec<Value> = plain.by_ref().collect();
                    self.list(items, None)
                }
                Variadic::Record => self.record(std::mem::take(&mut named)),
            };
            match &parameter.pattern {
                Pattern::Name(name) if parameter.fixed => {
                    self.settle(parameter, &value, omitted.then_some(giver), said, scope);
                    self.scopes[scope.0 as usize].names.insert(name.clone(), value);
                }
                pattern => self.bind(pattern, value, true, scope),
            }
        }
    }

    /// Whether one argument is all results of a call, as Go hands them on: `must(open())`.
    fn takes_results(&self, parameters: &[Parameter], given: &Value, scope: ScopeIndex) -> bool {
        let list = |value: &Value| matches!(value, Value::Held(index) if self.held(*index).shape == Shape::List);
        let several = given.each().iter().all(list);
        let plain = parameters.iter().all(|parameter| parameter.variadic == Variadic::No);
        several && plain && parameters.len() > 1 && self.has_structs(self.module_of(scope))
    }

    fn argument(
        &mut self,
        parameter: &Parameter,
        named: &mut Vec<(Name, Value)>,
        plain: &mut impl Iterator<Item = Value>,
        scope: ScopeIndex,
        giver: Giver,
        omitted: &mut bool,
    ) -> Value {
        let by_name = parameter.name.as_ref().and_then(|name| named.iter().position(|(given, _)| given == name));
        let given = match by_name {
            Some(at) => Some(named.remove(at).1),
            None => plain.next(),
        };
        let value = match (given, &parameter.default) {
            // Whoever calls with something unknown is no framework that gives what is asked for.
            (Some(Value::Unknown), Some(default)) if is_dependency(default) => self.evaluate(default, scope),
            (Some(value), _) => value,
            (None, Some(default)) => {
                *omitted = true;
                let default = self.evaluate(default, scope);
                if giver == Giver::Call { default } else { default.unsettled() }
            }
            (None, None) => Value::Unknown,
        };
        let open = value == Value::Unknown || giver == Giver::Outside && value == Value::Nothing;
        match &parameter.declared {
            Some(declared) if open => match self.typed(declared, scope) {
                Value::Unknown => value,
                typed => typed,
            },
            _ => value,
        }
    }
}

/// Whether a default says what a framework gives: `Depends(make)`.
fn is_dependency(default: &Expression) -> bool {
    let Kind::Call(callee, _) = &default.kind else { return false };
    match &callee.kind {
        Kind::Name(name) | Kind::Member(_, name) => DEPENDENCIES.contains(&name.as_str()),
        _ => false,
    }
}

/// Whether an argument is a type, which only libraries are told: `<0>`. A block of Ruby is called otherwise.
pub(crate) fn is_type_argument(name: &Name) -> bool {
    name.strip_prefix('<').is_some_and(|rest| rest.starts_with(|digit: char| digit.is_ascii_digit()))
}
