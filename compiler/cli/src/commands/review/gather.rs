//! From a compiled deployment to its review.

use super::document::{
    ByHand, Counts, Deployment, Form, Function, Gap, Outside, Permission, Proof, Undivided, Unused, Way, Who, Wider,
};
use super::facts::{Facts, shown};
use super::{alarms, exposure};
use portolan_access::{Grant, Grants, Right, infer};
use portolan_model::{self as model, Auth, Body, FunctionId, Host, Model};
use portolan_policy::{Effect, Statement};
use portolan_target::{Permission as Row, describe};
use portolan_value::Value;
use std::collections::{HashMap, HashSet};

/// The review of a deployment.
pub(super) fn deployment(facts: &Facts<'_>) -> Deployment {
    let compiled = facts.compiled;
    let model = &compiled.model;
    let rows: Vec<(&str, Permission)> =
        compiled.settled.permissions.iter().map(|row| (row.function.as_str(), permission(row, facts))).collect();
    let mut by_function: HashMap<&str, Vec<Permission>> = HashMap::new();
    rows.iter().for_each(|(function, row)| by_function.entry(function).or_default().push(row.clone()));
    let of = |name: &str| by_function.get(name).cloned().unwrap_or_default();
    let declared = infer(model);
    let mut functions = Vec::with_capacity(model.functions.len());
    for (id, one) in model.function_ids() {
        let unused = unused(&declared, id, facts);
        functions.push(function(id, one, of(&one.name.value), unused, facts));
    }
    let counts = Counts {
        functions: functions.len(),
        permissions: rows.len(),
        on_everything: rows.iter().filter(|(_, row)| row.on_everything).count(),
        assumed: rows.iter().filter(|(_, row)| row.assumed).count(),
        by_hand: rows.iter().filter(|(_, row)| row.by_hand).count(),
        public: functions.iter().filter(|function| function.public).count(),
    };
    Deployment {
        app: model.app.value.to_string(),
        target: model.target.name.value.to_string(),
        format: model.target.format.key().to_owned(),
        region: model.target.region.value.to_string(),
        counts,
        exposure: exposure::exposure(facts, &functions),
        escalation: alarms::escalation(facts),
        trust: alarms::trust(facts),
        by_hand: by_hand(facts),
        wider: wider(&rows),
        proof: proof(facts),
        shared: of(""),
        functions,
        changes: None,
    }
}

/// Function, verb and subject of a grant; none of a trigger's.
fn named<'a>(grant: &'a Grant, model: &'a Model) -> Option<(&'a str, &'a str, &'a str)> {
    match &grant.right {
        Right::Verb { verb, subject, .. } => {
            Some((model.function(grant.function).name.value.as_str(), verb.name(), model.name_of(*subject)))
        }
        Right::Trigger(_) => None,
    }
}

fn permission(row: &Row, facts: &Facts<'_>) -> Permission {
    let on = describe(&row.scope);
    Permission {
        holder: row.holder.as_ref().map(ToString::to_string),
        verb: row.verb.to_string(),
        resource: row.subject.to_string(),
        kind: facts.kind(&row.subject).map(str::to_owned),
        permission: row.permission.to_string(),
        on_everything: on == "*",
        on,
        condition: row.condition.as_deref().map(condition),
        role: row.role.as_ref().map(ToString::to_string),
        beyond: row.beyond.iter().map(ToString::to_string).collect(),
        meant: row.wider.iter().map(ToString::to_string).collect(),
        by_hand: row.by_hand,
        assumed: facts.is_assumed(row),
        escalation: facts.escalation(&row.permission),
        because: facts.reasons(row),
    }
}

/// A condition of operators, keys and values in words; one in a language of its own as it stands.
fn condition(value: &Value) -> String {
    let Value::Map(operators) = value else { return describe(value) };
    let mut tests = Vec::new();
    for (operator, keys) in operators.iter() {
        let Value::Map(keys) = keys else { return describe(value) };
        for (key, wanted) in keys.iter() {
            let wanted = describe(wanted);
            tests.push(match operator.as_str() {
                "Null" if wanted == "true" => format!("{key} is absent"),
                "Null" => format!("{key} is present"),
                like if like.ends_with("Like") && like.contains("Not") => format!("{key} is not like {wanted}"),
                like if like.ends_with("Like") => format!("{key} is like {wanted}"),
                equal if equal.contains("Not") => format!("{key} is not {wanted}"),
                _ => format!("{key} is {wanted}"),
            });
        }
    }
    tests.join(" and ")
}

fn function(
    id: FunctionId,
    function: &model::Function,
    permissions: Vec<Permission>,
    unused: Vec<Unused>,
    facts: &Facts<'_>,
) -> Function {
    let ways: Vec<Way> = function.http().map(|(trigger, http)| way(trigger, http, facts)).collect();
    let gaps = facts.calls.of(id).map(|seen| seen.gaps.as_slice()).unwrap_or_default();
    Function {
        name: function.name.value.to_string(),
        place: facts.place(function.name.span),
        runtime: function.runtime.value.to_string(),
        handler: function.handler.value.to_string(),
        public: ways.iter().any(|way| way.who == Who::Public),
        ways,
        permissions,
        unused,
        gaps: gaps.iter().map(|gap| Gap { why: gap.site.text.clone(), place: facts.place(gap.site.span) }).collect(),
    }
}

fn way(trigger: &model::Trigger, http: &model::Http, facts: &Facts<'_>) -> Way {
    let model = &facts.compiled.model;
    let (who, issuer) = match &http.auth.value {
        Auth::Public => (Who::Public, None),
        Auth::Iam => (Who::Callers, None),
        Auth::Jwt { issuer, .. } => (Who::Token, Some(text(model, issuer))),
    };
    let api = match http.host {
        Host::Own => None,
        Host::Api(api) => Some(model.resource(api).name.value.to_string()),
    };
    let routes = http.routes.iter().map(|route| route.value.to_string()).collect();
    Way { who, api, routes, issuer, place: facts.place(trigger.span) }
}

/// A text of the spec; what is only known at deploy stands in braces.
fn text(model: &Model, text: &model::Text) -> String {
    let piece = |piece: &model::Piece| match piece {
        model::Piece::Literal(literal) => literal.to_string(),
        model::Piece::Attribute(subject, attribute) => format!("{{{}.{}}}", model.name_of(*subject), attribute.value),
        model::Piece::Input(id) => format!("{{inputs.{}}}", model.input(*id).name.value),
        model::Piece::Context(context) => {
            format!("{{{}}}", describe(&Value::Context(*context)).trim_matches(['{', '}']))
        }
    };
    text.pieces.iter().map(piece).collect()
}

/// What is declared and was narrowed away.
fn unused(declared: &Grants, id: FunctionId, facts: &Facts<'_>) -> Vec<Unused> {
    let model = &facts.compiled.model;
    let granted: HashSet<_> = facts.compiled.grants.of(id).filter_map(|grant| named(grant, model)).collect();
    let declared = declared.of(id).filter_map(|grant| Some((named(grant, model)?, grant.reasons.first.span)));
    let gone = declared.filter(|(named, _)| !granted.contains(named));
    gone.map(|((_, verb, resource), span)| Unused {
        verb: verb.to_owned(),
        resource: resource.to_owned(),
        place: facts.place(span),
    })
    .collect()
}

/// What was written by hand: permissions, raw resources, and parts of resources.
fn by_hand(facts: &Facts<'_>) -> Vec<ByHand> {
    let model = &facts.compiled.model;
    let texts = |texts: &[model::Text]| texts.iter().map(|one| text(model, one)).collect();
    let allows = model.functions.iter().flat_map(|function| {
        function.allow.iter().map(move |allow| ByHand {
            form: Form::Allow,
            of: function.name.value.to_string(),
            grants: texts(&allow.actions),
            on: texts(&allow.resources),
            why: Some(allow.why.value.to_string()),
            place: facts.place(allow.span),
        })
    });
    let natives = model.natives.iter().map(|native| ByHand {
        form: Form::Native,
        of: native.name.value.to_string(),
        grants: facts.statements_of(&format!("{}.native", native.name.value)).map(|one| said(one, facts)).collect(),
        on: Vec::new(),
        why: None,
        place: facts.place(native.span),
    });
    let overrides = model.overrides.iter().map(|change| ByHand {
        form: Form::Override,
        of: format!("{} {}", change.address.value, keys(&change.body)).trim_end().to_owned(),
        grants: outside(&format!("the override of `{}`", change.address.value), facts),
        on: Vec::new(),
        why: None,
        place: facts.place(change.address.span),
    });
    allows.chain(natives).chain(overrides).collect()
}

/// Which properties a body sets.
fn keys(body: &Body) -> String {
    match body {
        Body::Map(entries) => entries.iter().map(|(key, _)| key.to_string()).collect::<Vec<_>>().join(", "),
        _ => String::new(),
    }
}

fn said(statement: &Statement, facts: &Facts<'_>) -> String {
    let who: Vec<String> = statement.principals.only.iter().map(|who| facts.who(who)).collect();
    let may = match statement.effect {
        Effect::Allow => "may",
        Effect::Deny => "may not",
    };
    format!("{} {may} {} on {}", who.join(", "), shown(&statement.permissions), shown(&statement.resources))
}

/// What the proof found to be granted by somebody's hand.
fn outside(by: &str, facts: &Facts<'_>) -> Vec<String> {
    let mut said = Vec::new();
    for function in &facts.proved.functions {
        let who = if function.name.is_empty() { "the deployment" } else { &function.name };
        let own = function.outside.iter().filter(|outside| outside.by == by);
        said.extend(own.map(|outside| format!("{who} may {} on {}", outside.permission, outside.resource)));
    }
    said
}

fn proof(facts: &Facts<'_>) -> Proof {
    let functions = &facts.proved.functions;
    let undivided = functions.iter().flat_map(|function| {
        function.undivided.iter().map(|one| Undivided {
            function: function.name.clone(),
            permission: one.permission.clone(),
            reason: one.reason.clone(),
        })
    });
    let outside = functions.iter().flat_map(|function| {
        function.outside.iter().map(|one| Outside {
            function: function.name.clone(),
            permission: one.permission.clone(),
            on: one.resource.clone(),
            by: one.by.clone(),
        })
    });
    Proof {
        summary: facts.proved.summary(),
        calls: functions.iter().map(|function| function.calls).sum(),
        triggers: functions.iter().map(|function| function.triggers).sum(),
        permissions: functions.iter().map(|function| function.permissions.len()).sum(),
        undivided: undivided.collect(),
        outside: outside.collect(),
    }
}

fn wider(rows: &[(&str, Permission)]) -> Vec<Wider> {
    let mut all: Vec<Wider> = Vec::new();
    let mut known = HashSet::new();
    for (function, row) in rows.iter().filter(|(_, row)| row.is_wider()) {
        if known.insert((*function, &row.verb, &row.resource, &row.holder, &row.beyond, &row.meant)) {
            all.push(Wider {
                function: (*function).to_owned(),
                holder: row.holder.clone(),
                verb: row.verb.clone(),
                resource: row.resource.clone(),
                role: row.role.clone().unwrap_or_default(),
                beyond: row.beyond.clone(),
                meant: row.meant.clone(),
            });
        }
    }
    all
}
