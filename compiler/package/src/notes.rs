//! What a build says about its artifacts: where they do less, for now, than the spec asks for.

use portolan_diagnostics::Diagnostic;

use crate::{Payload, Platform, Request};

/// The notes on one target's artifacts: one per subject, naming the functions it is about.
#[must_use]
pub fn notes(requests: &[Request]) -> Vec<Diagnostic> {
    let of = |wanted: fn(&Request) -> bool| named(requests.iter().filter(|request| wanted(request)));
    let note = |id, text: fn(String) -> String| move |names| Diagnostic::note(id, text(names));
    [
        of(|request| request.guards.jwt).map(note("package/jwt-refused", jwt_refused)),
        of(|request| !request.guards.buckets.is_empty()).map(note("package/objects-filtered", objects_filtered)),
        of(|request| request.payload == Payload::Neutral).map(note("package/native-event", native_event)),
        of(|request| request.platform == Platform::Azure).map(note("package/triggers-undeclared", triggers_undeclared)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn jwt_refused(names: String) -> String {
    format!("{names}: only the entry could verify a jwt here and it cannot yet, so every request is answered with 401")
}

fn objects_filtered(names: String) -> String {
    format!("{names}: the entry drops object events outside the trigger's `suffix`, since the platform cannot")
}

fn native_event(names: String) -> String {
    format!("{names}: the entry hands over the cloud's own event; neutral events are not built yet")
}

fn triggers_undeclared(names: String) -> String {
    format!("{names}: the package declares no triggers yet, so Azure Functions will not call it")
}

/// The functions in words: all up to three, else the first two and how many more.
fn named<'a>(requests: impl Iterator<Item = &'a Request>) -> Option<String> {
    let names: Vec<String> = requests.map(|request| format!("`{}`", request.function)).collect();
    match names.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        [first @ .., last] if names.len() <= 3 => Some(format!("{} and {last}", first.join(", "))),
        [first, second, rest @ ..] => Some(format!("{first}, {second} and {} more", rest.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BucketFilter, Change, Guards, Handler};

    fn request(function: &str, platform: Platform) -> Request {
        Request {
            function: function.to_owned(),
            runtime: "python3.13".to_owned(),
            handler: Handler { file: "main".to_owned(), symbol: "handle".to_owned() },
            payload: Payload::Native,
            files: Vec::new(),
            platform,
            guards: Guards::default(),
            timeout_seconds: 30,
            place: None,
        }
    }

    fn ids(requests: &[Request]) -> Vec<&'static str> {
        notes(requests).iter().map(|note| note.id).collect()
    }

    #[test]
    fn a_native_function_without_guards_needs_no_note() {
        assert_eq!(ids(&[request("tag", Platform::Aws)]), [] as [&str; 0]);
    }

    #[test]
    fn each_gap_is_said_once() {
        let mut guarded = request("tag", Platform::Azure);
        let any = BucketFilter {
            variable: "B".into(),
            events: vec![Change::Created],
            prefix: String::new(),
            suffixes: vec![],
        };
        guarded.guards = Guards { jwt: true, buckets: vec![any] };
        guarded.payload = Payload::Neutral;
        let all =
            ["package/jwt-refused", "package/objects-filtered", "package/native-event", "package/triggers-undeclared"];
        assert_eq!(ids(&[guarded.clone(), guarded]), all);
    }

    #[test]
    fn many_functions_are_counted() {
        let requests: Vec<Request> = ["a", "b", "c", "d"].map(|name| request(name, Platform::Azure)).into();
        assert!(notes(&requests)[0].message.starts_with("`a`, `b` and 2 more: "));
        assert!(notes(&requests[..3])[0].message.starts_with("`a`, `b` and `c`: "));
        assert!(notes(&requests[..1])[0].message.starts_with("`a`: "));
    }
}
