//! A table whose changes a function hears of: Functions reads the change feed of its container as the function's identity,
//! and keeps how far it has read in a container of the trigger's own.

use super::roles::{Assignment, Definition, Granted, Role, Scope};
use super::types::SQL_CONTAINER;
use super::{Lowering, id, name};
use portolan_access::Reason;
use portolan_model::{Function, Subject, TableChanges, Trigger};
use portolan_value::{Address, Map, Origin, Value};
use std::sync::Arc;

/// What reading a change feed takes (Cosmos DB documentation, "Change feed processor"; which reads the metadata of a container,
/// and no more of its database, since version 3.32 of the SDK).
const LISTEN: [&str; 2] = [
    "Microsoft.DocumentDB/databaseAccounts/readMetadata",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/readChangeFeed",
];

/// What keeping leases takes: they are made, found, renewed, and go when a partition is split.
const LEASE: [&str; 6] = [
    "Microsoft.DocumentDB/databaseAccounts/readMetadata",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/executeQuery",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/create",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/delete",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read",
    "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/replace",
];

impl Lowering<'_> {
    /// The leases, and the rights on both containers.
    pub(super) fn feed(
        &mut self,
        function: &Function,
        trigger: &Trigger,
        changes: &TableChanges,
        reasons: &Arc<[Reason]>,
    ) {
        let table = self.model().resource(changes.table).name.value.clone();
        let Some(monitored) = self.kinds.export(Subject::Resource(changes.table), "scope") else { return };
        let leases = within(&self.leases(function, trigger));
        let parts = [
            ("trigger", "table-listen", monitored, LISTEN.as_slice()),
            ("leases", "table-lease", leases, LEASE.as_slice()),
        ];
        for (own, role, scope, permissions) in parts {
            let account = id(&Address::new("app", "cosmos"));
            let data = permissions.iter().map(|permission| (*permission).into()).collect();
            let definition =
                Definition { actions: Vec::new(), data, account: Some(account.clone()), elsewhere: Vec::new() };
            self.define(role, definition);
            let granted = Granted::all("table", &table, permissions.iter().copied(), reasons);
            let via = format!("{}-{own}", trigger.key);
            let assignment = Assignment::new(&via, role, Scope::Cosmos(account, scope), granted);
            self.assignments.push(Assignment { role: Role::Own(role.to_owned()), ..assignment });
        }
    }

    /// A container whose items are leases, by their `id` (Azure Functions documentation, "Azure Cosmos DB trigger"). Its name
    /// has a dot, which no table of a spec has. A lock that nobody gives back runs out by itself.
    fn leases(&mut self, function: &Function, trigger: &Trigger) -> Address {
        let address = Address::via(&function.name.value, &trigger.key, "leases");
        let own = leases_name(&function.name.value, trigger);
        let (account, database) = (name(&Address::new("app", "cosmos")), name(&Address::new("app", "database")));
        let key = [("paths", Value::list(["/id".into()])), ("kind", "Hash".into()), ("version", 2_i64.into())];
        let resource =
            [("id", own.clone().into()), ("partitionKey", Value::from(key)), ("defaultTtl", Value::Number(-1))];
        let region = self.model().target.region.value.clone();
        let body = Map::from([
            ("name", Value::join([account, "/".into(), database, "/".into(), own.into()])),
            ("location", region.into()),
            ("properties", Value::from([("resource", Value::from(resource))])),
        ]);
        self.add(address, SQL_CONTAINER, body, Origin::new(trigger.span, "table trigger"))
    }
}

fn leases_name(function: &str, trigger: &Trigger) -> String {
    format!("{function}.{}", trigger.key)
}

/// What a role of Cosmos DB's is assigned on: a container of the app's own database.
fn within(container: &Address) -> Value {
    let database = name(&Address::new("app", "database"));
    let account = id(&Address::new("app", "cosmos"));
    Value::join([account, "/dbs/".into(), database, "/colls/".into(), name(container)])
}
