//! The join of all evidence: for now the spec's triggers and uses.

use crate::{Basis, Grant, Grants, Reason, Reasons, Right};
use portolan_model::{FunctionId, Model, Pattern, Trigger, Use};
use portolan_value::Text;

/// The grants of a model.
#[must_use]
pub fn infer(model: &Model) -> Grants {
    let most = model.functions.iter().map(|function| function.triggers.len() + function.uses.len());
    let mut grants = Vec::with_capacity(most.sum());
    for (id, function) in model.function_ids() {
        grants
            .extend(function.triggers.iter().enumerate().map(|(index, trigger)| triggered(model, id, index, trigger)));
        let first_use = grants.len();
        for entry in &function.uses {
            add_use(model, id, entry, first_use, &mut grants);
        }
    }
    Grants { grants }
}

fn triggered(model: &Model, function: FunctionId, index: usize, trigger: &Trigger) -> Grant {
    let subject = trigger.event.subject().map(|subject| model.name_of(subject)).unwrap_or_default();
    let text = match subject {
        "" => Text::concat(&["trigger ", trigger.event.word()]),
        subject => Text::concat(&["trigger ", trigger.event.word(), " ", subject]),
    };
    let first = Reason { span: trigger.span, text };
    Grant {
        function,
        right: Right::Trigger(index),
        reasons: Reasons { first, more: Vec::new() },
        basis: Basis::Declared,
    }
}

/// Adds a use: to the grant of the same verb and subject where there is one, so that each pair is granted once.
fn add_use(model: &Model, function: FunctionId, entry: &Use, first_use: usize, grants: &mut Vec<Grant>) {
    let declared = || Text::concat(&["uses ", model.name_of(entry.subject), ": ", entry.verb.name()]);
    let text = entry.call.clone().unwrap_or_else(declared);
    let reason = Reason { span: entry.span, text };
    let same = grants[first_use..].iter_mut().find_map(|grant| match &mut grant.right {
        Right::Verb { verb, subject, only } if *verb == entry.verb && *subject == entry.subject => {
            Some((only, &mut grant.reasons))
        }
        _ => None,
    });
    match same {
        Some((only, reasons)) => {
            widen(only, entry);
            reasons.more.push(reason);
        }
        None => {
            let only = entry.only.iter().map(|pattern| pattern.value.clone()).collect();
            let right = Right::Verb { verb: entry.verb.clone(), subject: entry.subject, only };
            grants.push(Grant {
                function,
                right,
                reasons: Reasons { first: reason, more: Vec::new() },
                basis: Basis::Declared,
            });
        }
    }
}

/// Everything wins over some objects; otherwise the objects of both.
fn widen(only: &mut Vec<Pattern>, entry: &Use) {
    if entry.only.is_empty() {
        only.clear();
    }
    if only.is_empty() {
        return;
    }
    for pattern in &entry.only {
        if !only.contains(&pattern.value) {
            only.push(pattern.value.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portolan_diagnostics::Sources;
    use portolan_model::{Asked, resolve, targets};

    const THINGS: &str = "portolan: 1
app: demo
targets: { dev: { provider: aws, region: eu-west-1 } }
defaults: { runtime: python3.13 }
resources:
  jobs: { kind: queue }
  files: { kind: bucket }
  shows: { kind: table, key: { id: string } }
  web: { kind: api, auth: public }
functions:
";

    /// The grants of a spec, one a line: function, right, reasons with their lines.
    fn check(functions: &str, expected: &[&str]) {
        let source = Sources::default().add("portolan.yaml", format!("{THINGS}{functions}"));
        let (spec, mut findings) = portolan_syntax::parse(&source);
        let asked = Asked::default();
        let (requests, found) = targets(&spec, &asked);
        findings.extend(found);
        let model = resolve(&spec, portolan_catalog::standard(), &requests[0]).report_to(&mut findings);
        assert!(findings.is_empty(), "{findings:?}");
        let model = model.unwrap();
        let line = |grant: &Grant| {
            let right = match &grant.right {
                Right::Trigger(index) => format!("trigger {index}"),
                Right::Verb { verb, subject, only } if only.is_empty() => {
                    format!("{} {}", verb.name(), model.name_of(*subject))
                }
                Right::Verb { verb, subject, only } => {
                    format!("{} {} {only:?}", verb.name(), model.name_of(*subject))
                }
            };
            let reason = |reason: &Reason| format!("{} :{}", reason.text, source.position(reason.span).line);
            let reasons: Vec<String> = grant.reasons.iter().map(reason).collect();
            format!("{} {right} because {}", model.function(grant.function).name.value, reasons.join(", "))
        };
        let grants = infer(&model);
        assert_eq!(grants.iter().map(line).collect::<Vec<_>>(), expected, "{functions}");
        for (id, _) in model.function_ids() {
            assert!(grants.of(id).all(|grant| grant.function == id));
        }
        assert_eq!(model.function_ids().map(|(id, _)| grants.of(id).count()).sum::<usize>(), grants.len());
    }

    #[test]
    fn triggers_come_first_then_uses() {
        check(
            "  work:
    handler: a.b
    uses:
      shows: [read, query]
      get: invoke
    triggers:
      - { queue: jobs }
      - { schedule: rate(1 hour) }
  get: { handler: a.b, triggers: { api: web, http: GET / } }
",
            &[
                "work trigger 0 because trigger queue jobs :17",
                "work trigger 1 because trigger schedule :18",
                "work read shows because uses shows: read :14",
                "work query shows because uses shows: query :14",
                "work invoke get because uses get: invoke :15",
                "get trigger 0 because trigger http web :19",
            ],
        );
    }

    #[test]
    fn objects_are_kept() {
        check(
            "  a: { handler: a.b, uses: { files: { read: [in/*, index.html], list: \"*\" } } }\n",
            &[
                "a read files [Prefix(\"in/\"), Key(\"index.html\")] because uses files: read :11",
                "a list files because uses files: list :11",
            ],
        );
    }

    #[test]
    fn a_function_without_either_gets_nothing() {
        check(
            "  a: { handler: a.b }\n  b: { handler: a.b, uses: { jobs: send } }\n",
            &["b send jobs because uses jobs: send :12"],
        );
    }

    #[test]
    fn the_same_verb_twice_is_one_grant() {
        let source = Sources::default().add(
            "portolan.yaml",
            format!("{THINGS}  a: {{ handler: a.b, uses: {{ files: {{ read: [in/*], write: out/* }} }} }}\n"),
        );
        let (spec, _) = portolan_syntax::parse(&source);
        let asked = Asked::default();
        let (requests, _) = targets(&spec, &asked);
        let mut model = resolve(&spec, portolan_catalog::standard(), &requests[0]).product.unwrap();
        let uses = &mut model.functions[0].uses;
        let mut again = uses[0].clone();
        again.only[0].value = Pattern::Prefix("more/".to_owned());
        uses.push(again.clone());
        let only = |grants: &Grants| match &grants.grants[0].right {
            Right::Verb { only, .. } => only.len(),
            Right::Trigger(_) => 0,
        };
        let grants = infer(&model);
        assert_eq!((grants.len(), only(&grants), grants.grants[0].reasons.iter().count()), (2, 2, 2));
        again.only.clear();
        model.functions[0].uses.push(again);
        assert_eq!(only(&infer(&model)), 0, "everything wins over some");
    }
}
