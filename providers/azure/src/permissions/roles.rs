//! Roles and who is assigned them: Azure's, Cosmos DB's own, and access policies of vaults.

use super::reading::{Made, Reading, items, last_segment, segments};
use super::{text, under};
use crate::lower::{Meaning, meaning};
use portolan_access::Carries;
use portolan_policy::{Condition, Pattern, Set, Side, Statement, read_abac};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What the template's own roles permit, by the last segment of their ids.
pub(super) type Definitions = BTreeMap<Pattern, Set>;

/// The roles that a template defines.
pub(super) fn definitions(reading: &Reading) -> Definitions {
    let mut definitions = Definitions::new();
    for made in reading.made() {
        let own = made.is("Microsoft.Authorization/roleDefinitions");
        let cosmos = made.full_type().eq_ignore_ascii_case("Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions");
        if own || cosmos {
            definitions.insert(made.own_name(reading), permitted(items(made.get("permissions"))));
        }
    }
    definitions
}

/// What a role permits: operations on resources and on data, without those that it names as left out.
fn permitted(permissions: &[Json]) -> Set {
    let all = |keys: [&str; 2]| {
        let lists = permissions.iter().flat_map(move |one| keys.map(|key| items(one.get(key))));
        lists.flatten().filter_map(Json::as_str).map(Pattern::glob).collect()
    };
    Set { only: all(["actions", "dataActions"]), except: all(["notActions", "notDataActions"]) }
}

/// The statements of an assignment.
pub(super) fn read(reading: &Reading, made: Made<'_>, definitions: &Definitions, statements: &mut Vec<Statement>) {
    let full_type = made.full_type().to_ascii_lowercase();
    let scope = match full_type.as_str() {
        "microsoft.authorization/roleassignments" => assigned_on(reading, made),
        "microsoft.documentdb/databaseaccounts/sqlroleassignments" => {
            made.get("scope").map(|scope| reading.text(scope)).unwrap_or_default()
        }
        nested if nested.ends_with("/providers/roleassignments") => nested_scope(reading, made),
        "microsoft.keyvault/vaults" => return vault(reading, made, statements),
        _ => return,
    };
    let property = |name: &str| made.get(name).map(|json| reading.text(json));
    let (Some(role), Some(principal)) = (property("roleDefinitionId"), property("principalId")) else { return };
    let (permissions, role) = carried(&last_segment(&role), definitions);
    let statement = Statement {
        principals: Set::one(principal),
        permissions,
        resources: Set::of(under(scope)),
        condition: property("condition").map_or_else(Condition::always, read_abac),
        role: role.map(Into::into),
        origin: made.origin().into(),
        ..Statement::default()
    };
    statements.extend(statement.spread());
}

/// What a role of Azure's own carries, by its id.
pub(super) fn carried_by(id: &str) -> Set {
    carried(&Pattern::literal(id), &Definitions::new()).0
}

/// What a role carries, and its name where it is one of Azure's. One that is not known stands for itself.
fn carried(id: &Pattern, definitions: &Definitions) -> (Set, Option<String>) {
    if let Some(own) = definitions.get(id) {
        return (own.clone(), None);
    }
    let written = id.to_string();
    match id.as_text().and_then(built_in) {
        Some((_, name, permissions)) => {
            (Set::of(permissions.iter().map(|one| Pattern::glob(one)).collect()), Some((*name).to_owned()))
        }
        None => (Set::one(Pattern::atom(&written)), Some(written)),
    }
}

/// What an action stands for that is allowed by hand. Of the roles that are for data, whether one of their operations is on
/// data is told by what it is on, so each stands for both.
pub(crate) fn carries(action: &str) -> Carries {
    let Meaning::Role(id) = meaning(action) else { return Carries::Itself };
    let Some((_, name, permissions)) = built_in(id) else { return Carries::Unknown };
    let both = |one: &&str| match RESOURCES_ALONE.contains(name) {
        true => vec![(*one).to_owned()],
        false => vec![(*one).to_owned(), format!("data:{one}")],
    };
    Carries::All(permissions.iter().flat_map(both).collect())
}

/// A built-in role that is known.
fn built_in(id: &str) -> Option<&'static BuiltIn> {
    BUILT_IN.iter().find(|(known, ..)| id.eq_ignore_ascii_case(known))
}

/// The scope of an assignment: what it says, else the group that it is deployed to.
fn assigned_on(reading: &Reading, made: Made<'_>) -> Pattern {
    match made.json.get("scope") {
        Some(scope) => absolute(reading, made, reading.text(scope)),
        None => made.group(reading),
    }
}

/// A scope that names a type and no place is one of the group's.
fn absolute(reading: &Reading, made: Made<'_>, scope: Pattern) -> Pattern {
    match scope.as_text() {
        Some(text) if !text.starts_with('/') => made.group(reading).then("/providers/").then(text),
        _ => scope,
    }
}

/// `Microsoft.Storage/storageAccounts/providers/roleAssignments` with the name `account/Microsoft.Authorization/…`.
fn nested_scope(reading: &Reading, made: Made<'_>) -> Pattern {
    let end = made.r#type.len().saturating_sub("/providers/roleAssignments".len());
    let r#type = Pattern::literal(made.r#type.get(..end).unwrap_or_default());
    let names = segments(&made.full_name(reading));
    text::under(made.group(reading), &r#type, names.get(..names.len().saturating_sub(2)).unwrap_or_default())
}

/// The access policies of a vault (Azure documentation, "Key Vault access policy").
fn vault(reading: &Reading, made: Made<'_>, statements: &mut Vec<Statement>) {
    let id = text::under(made.group(reading), &Pattern::literal(made.r#type), &[made.full_name(reading)]);
    for policy in items(made.get("accessPolicies")) {
        let (Some(who), Some(Json::Object(kinds))) = (policy.get("objectId"), policy.get("permissions")) else {
            continue;
        };
        let permissions = kinds.iter().flat_map(|(kind, list)| {
            let names = items(Some(list)).iter().filter_map(Json::as_str);
            names.map(move |name| Pattern::glob(&format!("vaults/{kind}/{}", if name == "all" { "*" } else { name })))
        });
        statements.push(Statement {
            side: Side::Resource,
            principals: Set::one(reading.text(who)),
            permissions: Set::of(permissions.collect()),
            resources: Set::of(under(id.clone())),
            origin: made.origin().into(),
            ..Statement::default()
        });
    }
}

/// A role of Azure's own: its guid, its name, and what it permits.
type BuiltIn = (&'static str, &'static str, &'static [&'static str]);

/// Those of the roles below that permit operations on resources and none on data.
const RESOURCES_ALONE: [&str; 3] = ["Owner", "Reader", "Storage Account Contributor"];

/// The few of Azure's roles that functions are given (Azure documentation, "Azure built-in roles"; Cosmos DB's own from
/// "Data plane roles").
const BUILT_IN: [BuiltIn; 13] = [
    ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", &["*"]),
    (
        "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
        "Storage Blob Data Owner",
        &[
            "Microsoft.Storage/storageAccounts/blobServices/containers/*",
            "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action",
            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*",
        ],
    ),
    (
        "3913510d-42f4-4e42-8a64-420c390055eb",
        "Monitoring Metrics Publisher",
        &[
            "Microsoft.Insights/Metrics/Write",
            "Microsoft.Insights/Telemetry/Write",
            "Microsoft.Insights/Register/Action",
            "Microsoft.Support/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ],
    ),
    (
        "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
        "Storage Blob Data Reader",
        &[
            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
            "Microsoft.Storage/storageAccounts/blobServices/containers/read",
            "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action",
        ],
    ),
    (
        "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
        "Storage Blob Data Contributor",
        &[
            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write",
            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/add/action",
            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete",
            "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/move/action",
            "Microsoft.Storage/storageAccounts/blobServices/containers/read",
            "Microsoft.Storage/storageAccounts/blobServices/containers/write",
            "Microsoft.Storage/storageAccounts/blobServices/containers/delete",
            "Microsoft.Storage/storageAccounts/blobServices/generateUserDelegationKey/action",
        ],
    ),
    (
        "69a216fc-b8fb-44d8-bc22-1f3c2cd27a39",
        "Azure Service Bus Data Sender",
        &[
            "Microsoft.ServiceBus/namespaces/messages/send/action",
            "Microsoft.ServiceBus/*/queues/read",
            "Microsoft.ServiceBus/*/topics/read",
            "Microsoft.ServiceBus/*/topics/subscriptions/read",
        ],
    ),
    (
        "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
        "Azure Service Bus Data Receiver",
        &[
            "Microsoft.ServiceBus/namespaces/messages/receive/action",
            "Microsoft.ServiceBus/*/queues/read",
            "Microsoft.ServiceBus/*/topics/read",
            "Microsoft.ServiceBus/*/topics/subscriptions/read",
        ],
    ),
    (
        "d5a91429-5739-47e2-a06b-3470a27159e7",
        "EventGrid Data Sender",
        &[
            "Microsoft.EventGrid/events/send/action",
            "Microsoft.Authorization/*/read",
            "Microsoft.EventGrid/topics/read",
            "Microsoft.EventGrid/domains/read",
            "Microsoft.EventGrid/partnerNamespaces/read",
            "Microsoft.EventGrid/namespaces/read",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ],
    ),
    (
        "4633458b-17de-408a-b874-0445c86b69e6",
        "Key Vault Secrets User",
        &[
            "Microsoft.KeyVault/vaults/secrets/getSecret/action",
            "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        ],
    ),
    (
        "00000000-0000-0000-0000-000000000001",
        "Cosmos DB Built-in Data Reader",
        &[
            "Microsoft.DocumentDB/databaseAccounts/readMetadata",
            "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read",
            "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/executeQuery",
            "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/readChangeFeed",
        ],
    ),
    (
        "00000000-0000-0000-0000-000000000002",
        "Cosmos DB Built-in Data Contributor",
        &[
            "Microsoft.DocumentDB/databaseAccounts/readMetadata",
            "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/*",
            "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/*",
        ],
    ),
    ("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", &["*/read"]),
    (
        "17d1049b-9a84-46fb-8f53-869881c3d3ab",
        "Storage Account Contributor",
        &[
            "Microsoft.Authorization/*/read",
            "Microsoft.Insights/alertRules/*",
            "Microsoft.Insights/diagnosticSettings/*",
            "Microsoft.Network/virtualNetworks/subnets/joinViaServiceEndpoint/action",
            "Microsoft.ResourceHealth/availabilityStatuses/read",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.Storage/storageAccounts/*",
            "Microsoft.Support/*",
        ],
    ),
];
