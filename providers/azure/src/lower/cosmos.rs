//! Roles of Cosmos DB: not Azure's own, but children of the account whose data they open.
//!
//! An account that is not ours gets them through a nested deployment to its resource group; whoever is assigned one waits
//! for that deployment.

use super::roles::{Role, definition_address, definition_guid, guid};
use super::types::{SQL_ASSIGNMENT, SQL_DEFINITION, Type};
use super::{Lowering, id, name, resource};
use portolan_value::{Address, Map, Origin, Text, Value};

/// A role on a container for an identity.
pub(super) struct Grant<'a> {
    /// The role.
    pub(super) role: &'a Role,
    /// The account's id: a reference where it is ours, else the text.
    pub(super) account: &'a Value,
    /// The container.
    pub(super) scope: &'a Value,
    /// Whom it is for.
    pub(super) principal: Value,
    /// The identity that the principal belongs to.
    pub(super) identity: Value,
}

impl Lowering<'_> {
    /// Assigns a role.
    pub(super) fn cosmos_assignment(&mut self, address: Address, grant: Grant<'_>, origin: Origin) {
        let Grant { role, account, scope, principal, identity } = grant;
        let role_id = self.sql_role_id(role, account);
        let own = guid(vec![scope.clone(), identity, role_id.clone()]);
        let properties =
            Map::from([("roleDefinitionId", role_id), ("principalId", principal), ("scope", scope.clone())]);
        self.in_account(&address, SQL_ASSIGNMENT, (account, own), properties, origin);
        if let (Role::Own(key), Value::Text(_), Some(made)) = (role, account, self.out.resources.last_mut()) {
            made.after.push(definition_address(key));
        }
    }

    /// A role of the deployment's own.
    pub(super) fn cosmos_definition(
        &mut self,
        address: Address,
        role_name: Value,
        data: &[Text],
        (account, own): (&Value, Value),
        origin: Origin,
    ) {
        let data = Value::list(data.iter().map(|action| action.clone().into()));
        let properties = Map::from([
            ("roleName", role_name),
            ("type", "CustomRole".into()),
            ("assignableScopes", Value::list([account.clone()])),
            ("permissions", vec![Value::from([("dataActions", data)])].into()),
        ]);
        self.in_account(&address, SQL_DEFINITION, (account, own), properties, origin);
    }

    fn sql_role_id(&self, role: &Role, account: &Value) -> Value {
        let within = |guid: Value| Value::join([account.clone(), "/sqlRoleDefinitions/".into(), guid]);
        match (role, account) {
            (Role::BuiltIn { id, .. }, _) => within(id.clone().into()),
            (Role::Own(key), Value::Ref(_)) => id(&definition_address(key)),
            (Role::Own(key), _) => within(definition_guid(self.model(), key)),
        }
    }

    /// Adds a child to an account: to ours, or to one elsewhere.
    fn in_account(
        &mut self,
        address: &Address,
        r#type: Type,
        (account, own): (&Value, Value),
        properties: Map,
        origin: Origin,
    ) {
        let full = |account: Value| Value::join([account, "/".into(), own]);
        if let Value::Ref(account) = account {
            let body = Map::from([("name", full(name(&account.address))), ("properties", properties.into())]);
            self.out.add(resource(address.clone(), r#type, body, origin));
            return;
        }
        let account = account.as_text().unwrap_or_default().to_owned();
        let short = account.rsplit('/').next().unwrap_or_default().to_owned();
        let inner = Map::from([
            ("type", r#type.0.into()),
            ("apiVersion", r#type.1.into()),
            ("name", full(short.into())),
            ("properties", properties.into()),
        ]);
        self.elsewhere(address.clone(), &account, vec![inner], origin);
    }
}
