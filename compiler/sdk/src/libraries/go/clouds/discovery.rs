//! Clients that are made from an API's description, `google.golang.org/api/compute/v1`: collections are members, a method makes a
//! request, and `Do` performs it.

use crate::libraries::go::symbol::Symbol;
use crate::libraries::google::discovery;
use crate::{Argument, Object, Outcome, Template, Term};

/// The fact of an object that is a request already.
const CALLED: &str = "called";
/// The first arguments of methods, in the order in which the APIs have them.
const PLACES: &[&str] = &["project", "zone", "instance"];

/// `compute.NewService(ctx)`.
pub fn service(symbol: Symbol<'_>) -> Option<Object> {
    let path = symbol.behind("google.golang.org/api/")?;
    let api = path.split('/').next()?;
    matches!(symbol.name, "New" | "NewService").then(|| discovery::service(Term::Text(Template::from_literal(api))))
}

/// A collection.
pub fn member(object: &Object, name: &str) -> Option<Term> {
    discovery::collection(object, &lower(name)).map(Term::Object)
}

/// A request, what tells it more, or its performance.
pub fn method(object: &Object, name: &str, arguments: &[Argument]) -> Option<Outcome> {
    let called = object.facts.contains_key(CALLED);
    if called && matches!(name, "Do" | "Pages" | "Download") {
        return discovery::perform(object, "()", &[]);
    }
    let mut request = if called { object.clone() } else { discovery::collection(object, &lower(name))? };
    if !called {
        request.facts.insert(CALLED.into(), Term::Text(Template::from_literal("yes")));
        let given = PLACES.iter().zip(arguments).map(|(place, argument)| ((*place).into(), argument.term.clone()));
        request.facts.extend(given);
        if let [Argument { term, .. }, ..] = arguments {
            request.facts.insert("name".into(), term.clone());
        }
    }
    Some(Outcome { value: Term::Object(request), ..Outcome::default() })
}

/// `InstanceGroupManagers` is `instanceGroupManagers` in the API.
fn lower(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
