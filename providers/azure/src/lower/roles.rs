//! Roles and who is assigned them: exact roles of the deployment's own, or Azure's with what they carry beyond.
//!
//! Azure keeps one assignment per scope, principal and role, so that several verbs which one built-in role serves are
//! one assignment. Cosmos DB has roles of its own, which lie in its account.

use super::types::{ROLE_ASSIGNMENT, ROLE_DEFINITION};
use super::{Lowering, cosmos, id, of, principal, resource};
use portolan_access::{Because, Reason};
use portolan_diagnostics::Span;
use portolan_model::Model;
use portolan_target::Permission;
use portolan_value::{Address, Context, Form, Map, Origin, Text, Value};
use std::sync::Arc;

/// A role on a scope for an identity.
#[derive(Clone, Debug)]
pub(super) struct Assignment {
    /// What tells it from the function's others; a part of its address.
    pub(super) via: String,
    /// Who holds it, when it is not the function's identity.
    pub(super) holder: Option<Holder>,
    /// The role.
    pub(super) role: Role,
    /// On what.
    pub(super) scope: Scope,
    /// When only.
    pub(super) condition: Option<Value>,
    /// What it is for.
    pub(super) granted: Vec<Granted>,
    /// Whether the user wrote it by hand.
    pub(super) by_hand: bool,
}

/// An identity that works for a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Holder {
    /// What it is called in a review.
    pub(super) word: &'static str,
    /// The resource whose identity it is.
    pub(super) of: Address,
}

/// What a role is assigned on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// A resource of the template, or its resource group: the id.
    Ours(Value),
    /// Something outside the template: its id.
    Foreign(String),
    /// A container of a Cosmos DB account: the account's id and the container's path.
    Cosmos(Value, Value),
}

/// A role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// One of the deployment's own, by key: `bucket-read`.
    Own(String),
    /// One of Azure's.
    BuiltIn {
        /// Its name.
        name: Text,
        /// Its guid.
        id: Text,
        /// Everything it permits.
        carries: Vec<Text>,
    },
}

/// One permission and what it is for.
#[derive(Clone, Debug)]
pub(super) struct Granted {
    /// The neutral verb, or the trigger's word.
    pub(super) verb: Text,
    /// The subject's name.
    pub(super) subject: Text,
    /// The permission.
    pub(super) permission: Text,
    /// Why.
    pub(super) reasons: Arc<[Reason]>,
}

impl Granted {
    /// Several permissions for one purpose.
    pub(super) fn all(
        verb: &str,
        subject: &str,
        permissions: impl IntoIterator<Item = impl Into<Text>>,
        reasons: &Arc<[Reason]>,
    ) -> Vec<Self> {
        Self::each(verb, subject, permissions, &Arc::clone(reasons).into())
    }

    /// Several permissions for one purpose, each with its own reasons.
    pub(super) fn each(
        verb: &str,
        subject: &str,
        permissions: impl IntoIterator<Item = impl Into<Text>>,
        reasons: &Because,
    ) -> Vec<Self> {
        let one = |permission: Text| Self {
            verb: Text::new(verb),
            subject: Text::new(subject),
            reasons: reasons.of(&permission),
            permission,
        };
        permissions.into_iter().map(|permission| one(permission.into())).collect()
    }
}

impl Assignment {
    /// An assignment to a function's own identity; the role is still to be said.
    pub(super) fn new(via: &str, role: &str, scope: Scope, granted: Vec<Granted>) -> Self {
        Self {
            via: via.to_owned(),
            holder: None,
            role: Role::Own(role.to_owned()),
            scope,
            condition: None,
            granted,
            by_hand: false,
        }
    }

    /// Whether Azure would see the same assignment in both.
    fn clashes(&self, other: &Self) -> bool {
        self.role == other.role && self.scope == other.scope && self.holder == other.holder
    }

    /// Takes on what another is for; either's condition is enough.
    fn absorb(&mut self, other: Self) {
        self.granted.extend(other.granted);
        self.condition = match (self.condition.take(), other.condition) {
            (Some(first), Some(second)) => Some(Value::join(["(".into(), first, " OR ".into(), second, ")".into()])),
            _ => None,
        };
    }
}

impl Role {
    /// What Azure's documentation names as the least for a host's storage.
    pub(super) fn storage_owner() -> Self {
        const CARRIES: [&str; 3] = [
            "Microsoft.Storage/storageAccounts/blobServices/containers/*",
            "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action",
            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*",
        ];
        Self::BuiltIn {
            name: "Storage Blob Data Owner".into(),
            id: "b7e6dc6d-f1e8-4753-8033-0f276bb0955b".into(),
            carries: CARRIES.map(Text::fixed).to_vec(),
        }
    }

    /// What a function writes its logs with.
    pub(super) fn telemetry(built_in: bool) -> Self {
        const CARRIES: [&str; 5] = [
            "Microsoft.Insights/Metrics/Write",
            "Microsoft.Insights/Telemetry/Write",
            "Microsoft.Insights/Register/Action",
            "Microsoft.Support/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ];
        match built_in {
            false => Self::Own("telemetry".to_owned()),
            true => Self::BuiltIn {
                name: "Monitoring Metrics Publisher".into(),
                id: "3913510d-42f4-4e42-8a64-420c390055eb".into(),
                carries: CARRIES.map(Text::fixed).to_vec(),
            },
        }
    }

    /// What the role permits that nobody asked for.
    fn beyond(&self, granted: &[Granted]) -> Vec<Text> {
        match self {
            Self::Own(_) => Vec::new(),
            Self::BuiltIn { carries, .. } => {
                let asked = |permission: &Text| granted.iter().any(|granted| granted.permission == *permission);
                carries.iter().filter(|permission| !asked(permission)).cloned().collect()
            }
        }
    }
}

/// A role of the deployment's own.
#[derive(Clone, Debug)]
pub(super) struct Definition {
    /// Operations on resources.
    pub(super) actions: Vec<Text>,
    /// Operations on data.
    pub(super) data: Vec<Text>,
    /// The Cosmos DB account it lies in.
    pub(super) account: Option<Value>,
    /// Where it may be assigned, beyond the resource group.
    pub(super) elsewhere: Vec<String>,
}

impl Lowering<'_> {
    /// Asks for a role of the deployment's own.
    pub(super) fn define(&mut self, key: &str, definition: Definition) {
        let known = self.roles.entry(key.to_owned()).or_insert_with(|| definition.clone());
        for place in definition.elsewhere {
            if !known.elsewhere.contains(&place) {
                known.elsewhere.push(place);
            }
        }
    }

    /// Writes down what the function at hand is assigned.
    pub(super) fn assign(&mut self, function: &str, span: Span) {
        let mut merged: Vec<Assignment> = Vec::new();
        for assignment in std::mem::take(&mut self.assignments) {
            match merged.iter_mut().find(|known| known.clashes(&assignment)) {
                Some(known) => known.absorb(assignment),
                None => merged.push(assignment),
            }
        }
        for assignment in merged {
            self.permissions(function, &assignment);
            self.assignment(function, span, assignment);
        }
    }

    /// The rows of a review.
    pub(super) fn permissions(&mut self, function: &str, assignment: &Assignment) {
        let beyond = assignment.role.beyond(&assignment.granted);
        let role: Text = match &assignment.role {
            Role::Own(key) => Text::concat(&[&self.out.stack, " ", &key.replace('-', " ")]),
            Role::BuiltIn { name, .. } => name.clone(),
        };
        let scope = Arc::new(match &assignment.scope {
            Scope::Ours(scope) | Scope::Cosmos(_, scope) => scope.clone(),
            Scope::Foreign(id) => id.clone().into(),
        });
        let (principal, _) = holder(function, assignment);
        let (principal, condition) = (Arc::new(principal), assignment.condition.clone().map(Arc::new));
        // What a role carries beyond is said once, with the first of what it is for.
        let beyond = std::iter::once(beyond).chain(std::iter::repeat(Vec::new()));
        self.out.permissions.extend(assignment.granted.iter().zip(beyond).map(|(granted, beyond)| Permission {
            function: Text::new(function),
            holder: assignment.holder.as_ref().map(|holder| Text::fixed(holder.word)),
            principal: Arc::clone(&principal),
            verb: granted.verb.clone(),
            subject: granted.subject.clone(),
            permission: granted.permission.clone(),
            scope: Arc::clone(&scope),
            condition: condition.clone(),
            role: Some(role.clone()),
            beyond,
            wider: Vec::new(),
            by_hand: assignment.by_hand,
            reasons: granted.reasons.clone(),
        }));
    }

    fn assignment(&mut self, function: &str, span: Span, assignment: Assignment) {
        let address = Address::via(function, &assignment.via, "grant");
        let reason = assignment.granted.iter().flat_map(|granted| granted.reasons.iter()).next();
        let origin = Origin::new(reason.map_or(span, |reason| reason.span), "grants");
        let (principal, identity) = holder(function, &assignment);
        match &assignment.scope {
            Scope::Ours(scope) => {
                let role = role_id(&assignment.role);
                let guid = guid(vec![scope.clone(), identity, role.clone()]);
                let body = body(guid, role, principal, assignment.condition);
                let mut made = resource(address, ROLE_ASSIGNMENT, body, origin);
                made.scope = (*scope != Value::Context(Context::ResourceGroup)).then(|| scope.clone());
                self.out.add(made);
            }
            Scope::Foreign(scope) => {
                let role = role_id(&assignment.role);
                let guid = guid(vec![scope.clone().into(), identity, role.clone()]);
                let inner = Map::from([("type", ROLE_ASSIGNMENT.0.into()), ("apiVersion", ROLE_ASSIGNMENT.1.into())]);
                let scoped = crate::lower::group(scope).is_none().then(|| Value::from(scope.clone()));
                let inner = inner.with_some("scope", scoped);
                let inner = body(guid, role, principal, assignment.condition).into_iter().fold(inner, with);
                self.elsewhere(address, scope, vec![inner], origin);
            }
            Scope::Cosmos(account, scope) => {
                let grant = cosmos::Grant { role: &assignment.role, account, scope, principal, identity };
                self.cosmos_assignment(address, grant, origin);
            }
        }
    }

    /// The roles of the deployment's own that something is assigned.
    pub(super) fn definitions(&mut self) {
        for (key, definition) in std::mem::take(&mut self.roles) {
            let address = definition_address(&key);
            let identity = self.model().identity(address.as_str());
            let short = Value::unique(Form::Short, vec![Context::ResourceGroup.into(), identity.into()]);
            let words = format!("{} {} ", self.out.stack, key.replace('-', " "));
            let role_name = Value::join([words.into(), short]);
            let guid = definition_guid(self.model(), &key);
            let origin = Origin { span: None, rule: "roles".into() };
            match &definition.account {
                None => {
                    let body = Map::from([("name", guid), ("properties", plain(role_name, &definition).into())]);
                    self.add(address, ROLE_DEFINITION, body, origin);
                }
                Some(account) => self.cosmos_definition(address, role_name, &definition.data, (account, guid), origin),
            }
        }
    }
}

/// Who is assigned a role, and the identity that this is.
fn holder(function: &str, assignment: &Assignment) -> (Value, Value) {
    match &assignment.holder {
        None => (principal(function), id(&of(function, "role"))),
        Some(holder) => (Value::reference(holder.of.clone(), "identity.principalId"), id(&holder.of)),
    }
}

fn with(map: Map, (key, value): (Text, Value)) -> Map {
    map.with(key, value)
}

fn body(guid: Value, role: Value, principal: Value, condition: Option<Value>) -> Map {
    let properties = Map::from([
        ("roleDefinitionId", role),
        ("principalId", principal),
        ("principalType", "ServicePrincipal".into()),
    ]);
    let version = condition.is_some().then_some("2.0");
    let properties = properties.with_some("condition", condition).with_some("conditionVersion", version);
    Map::from([("name", guid), ("properties", properties.into())])
}

fn plain(role_name: Value, definition: &Definition) -> Map {
    let texts = |items: &[Text]| Value::list(items.iter().map(|item| item.clone().into()));
    let scopes = definition.elsewhere.iter().map(|place| Value::from(place.clone()));
    Map::from([
        ("roleName", role_name),
        ("type", "CustomRole".into()),
        (
            "permissions",
            vec![Value::from([
                ("actions", texts(&definition.actions)),
                ("notActions", Value::list([])),
                ("dataActions", texts(&definition.data)),
                ("notDataActions", Value::list([])),
            ])]
            .into(),
        ),
        ("assignableScopes", Value::list(std::iter::once(Context::ResourceGroup.into()).chain(scopes))),
    ])
}

/// The address of a role of the deployment's own.
pub(super) fn definition_address(key: &str) -> Address {
    Address::via("app", key, "definition")
}

fn role_id(role: &Role) -> Value {
    match role {
        Role::Own(key) => id(&definition_address(key)),
        Role::BuiltIn { id, .. } => Value::join([
            "/subscriptions/".into(),
            Context::Subscription.into(),
            "/providers/Microsoft.Authorization/roleDefinitions/".into(),
            id.clone().into(),
        ]),
    }
}

/// The guid of a role of the deployment's own.
pub(super) fn definition_guid(model: &Model, key: &str) -> Value {
    guid(vec![Context::ResourceGroup.into(), model.identity(definition_address(key).as_str()).into()])
}

/// A guid of what is known when the deployment starts; never of a principal, which is not.
pub(super) fn guid(parts: Vec<Value>) -> Value {
    Value::unique(Form::Guid, parts)
}
