//! Permissions that the user grants by hand: permissions and roles, on what they name in Google's words.

use super::permissions::Told;
use super::platform::Custom;
use super::{Binding, Condition, Decider, Member, Named, Role, Scope, asked};
use crate::ranges;
use portolan_access::Reason;
use portolan_diagnostics::Diagnostic;
use portolan_model::{Allow, Body, FunctionId};
use portolan_value::{Address, Addresses, Text, Value};

impl<'a> Decider<'a> {
    /// Everything that is allowed to a function by hand.
    pub(super) fn allowed(&mut self, id: FunctionId) {
        let function = self.model().function(id);
        for (index, allow) in function.allow.iter().enumerate() {
            match self.scopes(allow).and_then(|scopes| Ok((scopes, condition(allow)?))) {
                Ok((scopes, condition)) => self.allow(id, index, allow, &scopes, condition.as_ref()),
                Err(diagnostic) => self.decision.diagnostics.push(*diagnostic),
            }
        }
    }

    fn allow(
        &mut self,
        id: FunctionId,
        index: usize,
        allow: &'a Allow,
        scopes: &[Scope],
        condition: Option<&Condition>,
    ) {
        let actions: Vec<String> = allow.actions.iter().map(|action| described(&self.kinds.text(action))).collect();
        let (roles, permissions): (Vec<String>, Vec<String>) =
            actions.into_iter().partition(|action| action.contains('/'));
        let mut granted: Vec<(Role, Vec<Text>)> =
            roles.into_iter().map(|role| (Role::Predefined(role.clone().into()), vec![role.into()])).collect();
        if !permissions.is_empty() {
            let permissions: Vec<Text> = permissions.into_iter().map(Text::from).collect();
            let name = self.name(id);
            let custom = || Custom {
                address: Address::via(name, &format!("allow-{}", index + 1), "rights"),
                what: format!("{name} by hand"),
                permissions: permissions.clone(),
                origin: asked(allow.span, "a hand-made permission is a custom role"),
            };
            let role = self.rights(format!("{name}--allow-{}", index + 1).into(), custom);
            granted.push((role, permissions));
        }
        let mut number = 0;
        for scope in scopes {
            for (role, permissions) in &granted {
                number += 1;
                let told = Told {
                    function: self.name(id),
                    holder: None,
                    principal: self.principal(&Member::Account(self.identity(id))),
                    verb: "allow",
                    subject: "",
                    scope,
                    condition: condition.map(|condition| condition.expression.clone()),
                    role,
                    beyond: Vec::new(),
                    by_hand: true,
                    reasons: [Reason { span: allow.why.span, text: allow.why.value.clone() }].into(),
                    wider: Vec::new(),
                };
                self.tell(permissions, &told);
                let via = format!("allow-{}-{number}", index + 1);
                self.bind_by_hand(id, &via, allow, scope, role, condition);
            }
        }
    }

    fn bind_by_hand(
        &mut self,
        id: FunctionId,
        via: &str,
        allow: &Allow,
        scope: &Scope,
        role: &Role,
        condition: Option<&Condition>,
    ) {
        self.decision.bindings.push(Binding {
            address: Address::via(self.name(id), via, "grant"),
            scope: scope.clone(),
            role: role.clone(),
            member: Member::Account(self.identity(id)),
            condition: condition.cloned(),
            after: Addresses::new(),
            origin: asked(allow.span, "allowed by hand"),
        });
    }

    fn scopes(&self, allow: &Allow) -> Result<Vec<Scope>, Box<Diagnostic>> {
        let project = self.model().target.project.as_ref().map(|project| project.value.as_str()).unwrap_or_default();
        let mut scopes = Vec::new();
        for resource in &allow.resources {
            let name = self.kinds.text(resource);
            let text = name.as_text().map(str::to_owned);
            let scope = text.as_deref().and_then(|text| scope(text, project, &self.model().target.region.value));
            scopes.push(scope.ok_or_else(|| Box::new(unknown(resource.span, &described(&name))))?);
        }
        Ok(scopes)
    }
}

/// What a full name is bound on.
fn scope(text: &str, project: &str, region: &str) -> Option<Scope> {
    let name = |name: &str| Value::from(name.to_owned());
    if text == "*" || text.strip_prefix("projects/").is_some_and(|rest| rest == project) {
        return Some(Scope::Project);
    }
    let steps: Vec<&str> = text.split('/').collect();
    match steps.as_slice() {
        ["projects", "_", "buckets", bucket] => Some(Scope::Bucket(name(bucket))),
        ["projects", _, "topics", _] => Some(Scope::Topic(Named::Given(name(text)))),
        ["projects", _, "subscriptions", _] => Some(Scope::Subscription(Named::Given(name(text)))),
        ["projects", _, "secrets", _] => Some(Scope::Secret(name(text))),
        ["projects", owner, "locations", place, "services" | "functions", service]
            if *owner == project && *place == region =>
        {
            Some(Scope::Service(name(service)))
        }
        _ => None,
    }
}

fn unknown(span: portolan_diagnostics::Span, text: &str) -> Diagnostic {
    Diagnostic::error("gcp/allow-resource", format!("`{text}` is nothing that a role can be bound on here"))
        .at(span, "")
        .help("`*` or `projects/PROJECT` is the whole project; else write `projects/_/buckets/NAME`, or `projects/PROJECT/` and `topics/NAME`, `subscriptions/NAME`, `secrets/NAME` or `locations/REGION/services/NAME`")
        .help("for anything else, allow it on the project and narrow it with `conditions: { expression: … }`")
}

/// `conditions: { expression: …, title: … }`.
fn condition(allow: &Allow) -> Result<Option<Condition>, Box<Diagnostic>> {
    let Some(body) = &allow.conditions else { return Ok(None) };
    let text = |key: &str| match body {
        Body::Map(entries) => entries.iter().find_map(|(name, value)| match value {
            Body::Text(text) if name == key => Some(text.clone()),
            _ => None,
        }),
        _ => None,
    };
    match text("expression") {
        Some(expression) => {
            let title = ranges::title(text("title").unwrap_or_else(|| allow.why.value.clone()));
            Ok(Some(Condition { title, expression: expression.into() }))
        }
        None => Err(Box::new(no_expression(allow))),
    }
}

fn no_expression(allow: &Allow) -> Diagnostic {
    Diagnostic::error("gcp/allow-conditions", "a condition on gcp is an expression of the Common Expression Language")
        .at(allow.span, "`conditions` has no `expression`")
        .help("write `conditions: { expression: 'resource.name.startsWith(\"…\")' }`")
}

fn described(value: &Value) -> String {
    portolan_target::describe(value)
}
