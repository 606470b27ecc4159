//! Policy documents.

use portolan_value::{Map, Text, Value};

/// A document of statements.
pub(super) fn document(statements: Vec<Value>) -> Value {
    Value::from([("Version", "2012-10-17".into()), ("Statement", Value::list(statements))])
}

/// A statement that allows actions on resources.
pub(super) fn allow(actions: &[Text], resources: &[Value], condition: Option<Value>) -> Value {
    let actions = actions.iter().map(|action| action.clone().into()).collect();
    let statement = Map::with_capacity(4)
        .with("Effect", "Allow")
        .with("Action", Value::List(actions))
        .with("Resource", single(resources))
        .with_some("Condition", condition);
    statement.into()
}

/// A document that lets one service take a role on.
pub(super) fn trust(service: &'static str, condition: Option<Value>) -> Value {
    let statement = Map::with_capacity(4)
        .with("Effect", "Allow")
        .with("Principal", Value::from([("Service", service.into())]))
        .with("Action", "sts:AssumeRole")
        .with_some("Condition", condition);
    document(vec![statement.into()])
}

/// A statement that refuses every request that is not encrypted on its way.
pub(super) fn only_over_tls(action: &'static str, resource: Value) -> Value {
    let insecure = Value::from([("Bool", Value::from([("aws:SecureTransport", "false".into())]))]);
    Value::from([
        ("Sid", "OnlyOverTls".into()),
        ("Effect", "Deny".into()),
        ("Principal", "*".into()),
        ("Action", action.into()),
        ("Resource", resource),
        ("Condition", insecure),
    ])
}

/// A condition of one test.
pub(super) fn condition(operator: &'static str, key: &'static str, value: Value) -> Value {
    Value::from([(operator, Value::from([(key, value)]))])
}

/// One value alone, several as a list.
fn single(values: &[Value]) -> Value {
    match values {
        [value] => value.clone(),
        values => Value::list(values.iter().cloned()),
    }
}
