//! Hand-made permissions: operations, `data:` operations or built-in roles by guid, on ids or on the resource group.

use super::Lowering;
use super::roles::{Assignment, Definition, Granted, Role, Scope};
use crate::hooks::External;
use portolan_access::Reason;
use portolan_model::{Allow, Body, Function};
use portolan_value::{Context, Raw, Text, Value};

/// What an action of the user's means.
pub(crate) enum Meaning<'a> {
    /// An operation on a resource.
    Action(&'a str),
    /// An operation on data.
    Data(&'a str),
    /// A built-in role.
    Role(&'a str),
}

/// Reads an action: `data:Microsoft.X/…` is one on data, a guid a built-in role.
pub(crate) fn meaning(action: &str) -> Meaning<'_> {
    let guid = action.len() == 36 && action.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    match action.strip_prefix("data:") {
        Some(data) => Meaning::Data(data),
        None if guid => Meaning::Role(action),
        None => Meaning::Action(action),
    }
}

impl Lowering<'_> {
    /// What the user allows a function by hand.
    pub(super) fn allowed(&mut self, function: &Function) {
        for (index, allow) in function.allow.iter().enumerate() {
            let stem = if index == 0 { "allow".to_owned() } else { format!("allow-{}", index + 1) };
            let scopes: Vec<Value> = allow.resources.iter().map(|text| self.kinds.text(text)).collect();
            let roles = self.allowed_roles(function, &stem, allow, &scopes);
            for (at, (role, permissions)) in roles.iter().enumerate() {
                for (place, scope) in scopes.iter().enumerate() {
                    let via = [Some(stem.clone()), more("role", at), more("place", place)];
                    let via = via.into_iter().flatten().collect::<Vec<_>>().join("-");
                    self.allow(&via, allow, role.clone(), permissions, scope.clone());
                }
            }
        }
    }

    fn allow(&mut self, via: &str, allow: &Allow, role: Role, permissions: &[Text], scope: Value) {
        let reasons = [Reason { span: allow.span, text: Text::concat(&["allow: ", &allow.why.value]) }].into();
        let granted = Granted::all("allow", "", permissions.to_vec(), &reasons);
        let scope = match scope.as_text() {
            Some("*") => Scope::Ours(Context::ResourceGroup.into()),
            Some(id) => Scope::Foreign(id.to_owned()),
            None => Scope::Ours(scope),
        };
        let condition = match &allow.conditions {
            Some(Body::Text(text)) => Some(Value::raw(Raw::Text(text.clone()))),
            _ => None,
        };
        let assignment = Assignment::new(via, "", scope, granted);
        self.assignments.push(Assignment { role, condition, by_hand: true, ..assignment });
    }

    /// The roles that carry an entry's actions: one of ours for the operations, and the built-in ones it names.
    fn allowed_roles(
        &mut self,
        function: &Function,
        stem: &str,
        allow: &Allow,
        scopes: &[Value],
    ) -> Vec<(Role, Vec<Text>)> {
        let (mut actions, mut data, mut roles) = (Vec::new(), Vec::new(), Vec::new());
        for text in allow.actions.iter().filter_map(portolan_model::Text::literal) {
            match meaning(text) {
                Meaning::Action(action) => actions.push(Text::new(action)),
                Meaning::Data(action) => data.push(Text::new(action)),
                Meaning::Role(id) => {
                    let id = Text::new(id);
                    let permission: Vec<Text> = vec![format!("role {id}").into()];
                    roles.push((Role::BuiltIn { name: id.clone(), id, carries: Vec::new() }, permission));
                }
            }
        }
        if actions.is_empty() && data.is_empty() {
            return roles;
        }
        let key = format!("{}-{stem}", function.name.value);
        let permissions = actions.iter().chain(&data).cloned().collect();
        let elsewhere = scopes.iter().filter_map(Value::as_text).filter_map(group_of).collect();
        self.define(&key, Definition { actions, data, account: None, elsewhere });
        roles.insert(0, (Role::Own(key), permissions));
        roles
    }
}

fn more(word: &str, index: usize) -> Option<String> {
    (index > 0).then(|| format!("{word}-{}", index + 1))
}

/// The resource group that an id names or lies in.
fn group_of(id: &str) -> Option<String> {
    External::parse(id).map(|external| external.group_id()).or_else(|| group(id).map(str::to_owned))
}

/// The id, when it is that of a resource group.
pub(crate) fn group(id: &str) -> Option<&str> {
    let steps: Vec<&str> = id.split('/').collect();
    match steps.as_slice() {
        ["", subscriptions, subscription, groups, group]
            if subscriptions.eq_ignore_ascii_case("subscriptions")
                && groups.eq_ignore_ascii_case("resourceGroups")
                && !subscription.is_empty()
                && !group.is_empty() =>
        {
            Some(id)
        }
        _ => None,
    }
}
