//! What lies outside the deployment's resource group: a nested deployment there holds what we add to it.

use super::Lowering;
use super::types::DEPLOYMENT;
use crate::hooks::External;
use portolan_value::{Address, Map, Origin, Text, Value};

/// The schema that a nested template names.
const SCHEMA: &str = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";

impl Lowering<'_> {
    /// Adds resources to another resource group: that of the id. Expressions inside are the outer template's, so that
    /// they may refer to what it holds. The name carries the stack's: other deployments add to that group too.
    pub(super) fn elsewhere(&mut self, address: Address, id: &str, resources: Vec<Map>, origin: Origin) -> Address {
        let (subscription, group) = place_of(id);
        let template = Map::from([
            ("$schema", SCHEMA.into()),
            ("contentVersion", "1.0.0.0".into()),
            ("resources", Value::list(resources.into_iter().map(Value::Map))),
        ]);
        let properties = Map::from([
            ("mode", "Incremental".into()),
            ("expressionEvaluationOptions", Value::from([("scope", "outer".into())])),
            ("template", template.into()),
        ]);
        let body = Map::from([
            ("name", self.own_name_elsewhere(&address, 64).into()),
            ("subscriptionId", subscription.to_owned().into()),
            ("resourceGroup", group.to_owned().into()),
            ("properties", properties.into()),
        ]);
        self.add(address, DEPLOYMENT, body, origin)
    }

    /// The name of something among the things of others.
    pub(super) fn own_name_elsewhere(&self, address: &Address, limit: usize) -> Text {
        let own = address.as_str().rsplit_once('.').map_or(address.as_str(), |(name, _)| name).replace('.', "-");
        self.model().derived_name(&own, address.as_str(), limit)
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
