//! What lies outside the deployment's resource group: a nested deployment there holds what we add to it.

use super::Lowering;
use super::roles::own_name;
use super::types::{DEPLOYMENT, Type};
use crate::hooks::External;
use crate::names;
use portolan_value::{Address, Map, Origin, Value};

/// The schema that a nested template names.
const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

impl Lowering<'_> {
    /// Adds resources to another resource group: that of the id. Expressions inside are the outer template's, so that
    /// they may refer to what it holds.
    pub(super) fn elsewhere(&mut self, address: Address, id: &str, resources: Vec<Map>, origin: Origin) {
        let (subscription, group) = place_of(id);
        let template = Map::from([
            ("$schema", SCHEMA.into()),
            ("contentVersion", "1.0.0.0".into()),
            ("resources", Value::List(resources.into_iter().map(Value::Map).collect())),
        ]);
        let properties = Map::from([
            ("mode", "Incremental".into()),
            ("expressionEvaluationOptions", Value::from([("scope", "outer".into())])),
            ("template", template.into()),
        ]);
        let body = Map::from([
            ("name", names::tied(self.model(), &address, 64).into()),
            ("subscriptionId", subscription.to_owned().into()),
            ("resourceGroup", group.to_owned().into()),
            ("properties", properties.into()),
        ]);
        self.add(address, DEPLOYMENT, body, origin);
    }

    /// Adds a child to a Cosmos DB account: to ours, or to one elsewhere.
    pub(super) fn in_account(
        &mut self,
        address: Address,
        r#type: Type,
        account: &Value,
        guid: Value,
        properties: Map,
        origin: Origin,
    ) {
        if let Some(name) = own_name(account) {
            let body = Map::from([("name", Value::join([name, "/".into(), guid])), ("properties", properties.into())]);
            self.add(address, r#type, body, origin);
            return;
        }
        let account = account.as_text().unwrap_or_default().to_owned();
        let name = account.rsplit('/').next().unwrap_or_default().to_owned();
        let inner = Map::from([("type", r#type.0.into()), ("apiVersion", r#type.1.into())]);
        let inner = inner.with("name", Value::join([name.into(), "/".into(), guid])).with("properties", properties);
        self.elsewhere(address, &account, vec![inner], origin);
    }
}

/// The subscription and group of an id; `supports` has read it before.
fn place_of(id: &str) -> (&str, &str) {
    if let Some(external) = External::parse(id) {
        return (external.subscription, external.group);
    }
    let mut steps = id.split('/').skip(2).step_by(2);
    (steps.next().unwrap_or_default(), steps.next().unwrap_or_default())
}
