//! What is at stake with Azure's types: what they hold, what opens them, what takes a protection away.
//!
//! The meanings are those of the ARM template reference and of each service's documentation.

use portolan_target::Raises::{Exposure, Irreversible, Protection};
use portolan_target::When::{Becomes, Falls, FallsIn, Goes, Leaves};
use portolan_target::{Counts, Quota, Raises, Replaces, Rule, Stakes, Undone, When};

/// The tables.
pub(crate) static STAKES: Stakes = Stakes {
    holds: &HOLDS,
    serves: &SERVES,
    ends: &ENDS,
    alarms: &ALARMS,
    packages: &[
        ("Microsoft.Web/sites/extensions", "properties.packageUri"),
        ("Microsoft.Web/sites", "properties.siteConfig.appSettings[PORTOLAN_PACKAGE]"),
    ],
    names: &[],
    environments: &[
        ("Microsoft.Web/sites", "properties.siteConfig.appSettings"),
        ("Microsoft.Web/sites", "properties.siteConfig.connectionStrings"),
        ("Microsoft.Web/sites/config", "properties"),
        ("Microsoft.App/containerApps", "properties.template.containers.env"),
        ("Microsoft.ContainerInstance/containerGroups", "properties.containers.properties.environmentVariables"),
    ],
    quotas: &QUOTAS,
    undone: Undone {
        create: "stays when the deployment fails; the next one goes on from there",
        update: "stays as far as it came when the deployment fails",
        replace: "Azure replaces nothing",
        delete: "detached only when everything else has succeeded",
    },
    keeps_type: false,
    unordered: &["actions", "notActions", "dataActions", "notDataActions", "assignableScopes", "dependsOn"],
    same,
    replaces: Replaces::Never,
    renames: true,
};

const QUOTAS: [Quota; 4] = [
    Quota {
        r#type: "Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions",
        counts: Counts::Resources,
        most: 100,
        says: "an account of Cosmos DB has 100 role definitions (Azure Cosmos DB, \"Configure role-based access control with \
               Microsoft Entra ID for your Azure Cosmos DB account\")",
    },
    Quota {
        r#type: "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments",
        counts: Counts::Resources,
        most: 2000,
        says: "an account of Cosmos DB has 2,000 role assignments (Azure Cosmos DB, \"Configure role-based access control \
               with Microsoft Entra ID for your Azure Cosmos DB account\")",
    },
    Quota {
        r#type: "Microsoft.Storage/storageAccounts",
        counts: Counts::Resources,
        most: 250,
        says: "a subscription has 250 storage accounts a region unless more were asked for (Azure documentation, \"Azure \
               subscription and service limits\")",
    },
    Quota {
        r#type: "Microsoft.Authorization/roleAssignments",
        counts: Counts::Resources,
        most: 4000,
        says: "a subscription has 4,000 role assignments (Azure documentation, \"Azure RBAC limits\")",
    },
];

/// Azure tells neither the case of an id nor that of a location, and a location's name may have spaces (Azure
/// documentation, "Resource ID", "Azure regions").
fn same(property: &str, one: &str, other: &str) -> Option<&'static str> {
    let plain = |text: &str| text.replace(' ', "").to_ascii_lowercase();
    let is_location = matches!(property, "location" | "locationName");
    match plain(one) == plain(other) {
        true if is_location => Some("spelling-of-a-location"),
        true if one.starts_with('/') && one.eq_ignore_ascii_case(other) => Some("case-of-an-id"),
        _ => None,
    }
}

const HOLDS: [(&str, &str); 27] = [
    ("Microsoft.AppConfiguration/configurationStores", "its settings"),
    ("Microsoft.Cache/redis", "what it caches"),
    ("Microsoft.ContainerRegistry/registries", "its images"),
    ("Microsoft.DBforMySQL/flexibleServers", "its databases"),
    ("Microsoft.DBforPostgreSQL/flexibleServers", "its databases"),
    ("Microsoft.DBforPostgreSQL/flexibleServers/databases", "its rows"),
    ("Microsoft.DocumentDB/databaseAccounts", "its databases"),
    ("Microsoft.DocumentDB/databaseAccounts/sqlDatabases", "its containers"),
    ("Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers", "its documents"),
    ("Microsoft.EventHub/namespaces", "the events that wait in it"),
    ("Microsoft.EventHub/namespaces/eventhubs", "the events that wait in it"),
    ("Microsoft.Insights/components", "its telemetry"),
    ("Microsoft.KeyVault/vaults", "its secrets and keys"),
    ("Microsoft.KeyVault/vaults/keys", "everything that only it can decrypt"),
    ("Microsoft.Network/dnsZones", "its records"),
    ("Microsoft.OperationalInsights/workspaces", "its logs"),
    ("Microsoft.RecoveryServices/vaults", "its recovery points"),
    ("Microsoft.ServiceBus/namespaces", "the messages that wait in it"),
    ("Microsoft.ServiceBus/namespaces/queues", "the messages that wait in it"),
    ("Microsoft.ServiceBus/namespaces/topics", "the messages that wait in its subscriptions"),
    ("Microsoft.ServiceBus/namespaces/topics/subscriptions", "the messages that wait in it"),
    ("Microsoft.Sql/servers", "its databases"),
    ("Microsoft.Sql/servers/databases", "its rows"),
    ("Microsoft.Storage/storageAccounts", "its blobs, queues and tables"),
    ("Microsoft.Storage/storageAccounts/blobServices/containers", "its blobs"),
    ("Microsoft.Storage/storageAccounts/queueServices/queues", "the messages that wait in it"),
    ("Microsoft.Storage/storageAccounts/tableServices/tables", "its entities"),
];

const SERVES: [(&str, &str); 8] = [
    ("Microsoft.ApiManagement/service", "its address changes"),
    ("Microsoft.EventGrid/systemTopics/eventSubscriptions", "events meanwhile do not arrive"),
    ("Microsoft.EventGrid/topics", "its address changes, and what is published meanwhile is lost"),
    ("Microsoft.ServiceBus/namespaces", "its address changes"),
    ("Microsoft.ServiceBus/namespaces/queues", "what is sent meanwhile is lost"),
    ("Microsoft.ServiceBus/namespaces/topics", "what is published meanwhile is lost"),
    ("Microsoft.Web/serverfarms", "its apps cannot be called"),
    ("Microsoft.Web/sites", "it cannot be called"),
];

const ENDS: [(&str, &str); 3] = [
    (
        "Microsoft.KeyVault/vaults",
        "a deleted vault keeps its name until it is purged, and what its keys encrypted is lost with them",
    ),
    ("Microsoft.KeyVault/vaults/keys", "what it encrypted is lost with it"),
    ("Microsoft.ApiManagement/service", "a deleted service keeps its name until it is purged"),
];

const fn rule(r#type: &'static str, path: &'static str, when: When, raises: Raises, says: &'static str) -> Rule {
    Rule { r#type, path, when, raises, says }
}

const ON: When = Leaves(&["true"]);
const TRUE: When = Becomes(&["true"]);
const OPEN: When = Becomes(&["Enabled"]);
const ALLOW: When = Becomes(&["Allow"]);
const NETWORK: &str = "requests from the internet reach it";
const KEYS: &str = "whoever has a key gets in, whatever roles say";
const OLDER: &str = "older TLS is accepted";

static ALARMS: [Rule; 51] = [
    rule(
        "Microsoft.Storage/storageAccounts",
        "properties.allowBlobPublicAccess",
        TRUE,
        Exposure,
        "its containers may be opened to everybody",
    ),
    rule("Microsoft.Storage/storageAccounts", "properties.publicNetworkAccess", OPEN, Exposure, NETWORK),
    rule("Microsoft.Storage/storageAccounts", "properties.networkAcls.defaultAction", ALLOW, Exposure, NETWORK),
    rule("Microsoft.Storage/storageAccounts", "properties.allowSharedKeyAccess", TRUE, Exposure, KEYS),
    rule(
        "Microsoft.Storage/storageAccounts",
        "properties.supportsHttpsTrafficOnly",
        ON,
        Exposure,
        "requests without TLS are answered",
    ),
    rule(
        "Microsoft.Storage/storageAccounts",
        "properties.minimumTlsVersion",
        FallsIn(&["TLS1_0", "TLS1_1", "TLS1_2", "TLS1_3"]),
        Exposure,
        OLDER,
    ),
    rule(
        "Microsoft.Storage/storageAccounts/blobServices/containers",
        "properties.publicAccess",
        Becomes(&["Blob", "Container"]),
        Exposure,
        "everybody can read its blobs",
    ),
    rule(
        "Microsoft.Storage/storageAccounts/blobServices",
        "properties.isVersioningEnabled",
        ON,
        Protection,
        "overwritten blobs are gone",
    ),
    rule(
        "Microsoft.Storage/storageAccounts/blobServices",
        "properties.deleteRetentionPolicy.days",
        Falls,
        Protection,
        "deleted blobs can be restored for less long",
    ),
    rule(
        "Microsoft.Storage/storageAccounts/blobServices",
        "properties.deleteRetentionPolicy.enabled",
        ON,
        Protection,
        "deleted blobs cannot be restored",
    ),
    rule(
        "Microsoft.Storage/storageAccounts/blobServices",
        "properties.containerDeleteRetentionPolicy.enabled",
        ON,
        Protection,
        "deleted containers cannot be restored",
    ),
    rule(
        "Microsoft.Storage/storageAccounts/blobServices",
        "properties.cors.corsRules.*.allowedOrigins.*",
        Becomes(&["*"]),
        Exposure,
        "every site may call it from a browser",
    ),
    rule(
        "Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies",
        "properties.state",
        Becomes(&["Locked"]),
        Irreversible,
        "a locked policy can never be taken away",
    ),
    rule("Microsoft.DocumentDB/databaseAccounts", "properties.publicNetworkAccess", OPEN, Exposure, NETWORK),
    rule("Microsoft.DocumentDB/databaseAccounts", "properties.disableLocalAuth", ON, Exposure, KEYS),
    rule(
        "Microsoft.DocumentDB/databaseAccounts",
        "properties.disableKeyBasedMetadataWriteAccess",
        ON,
        Exposure,
        "whoever has a key can change its structure",
    ),
    rule(
        "Microsoft.DocumentDB/databaseAccounts",
        "properties.minimalTlsVersion",
        FallsIn(&["Tls", "Tls11", "Tls12"]),
        Protection,
        OLDER,
    ),
    rule(
        "Microsoft.DocumentDB/databaseAccounts",
        "properties.backupPolicy.type",
        Leaves(&["Continuous"]),
        Protection,
        "it can no longer be restored to any moment",
    ),
    rule(
        "Microsoft.DocumentDB/databaseAccounts",
        "properties.backupPolicy.continuousModeProperties.tier",
        FallsIn(&["Continuous7Days", "Continuous30Days"]),
        Protection,
        "it can be restored to fewer moments",
    ),
    rule(
        "Microsoft.DocumentDB/databaseAccounts",
        "properties.backupPolicy.type",
        Becomes(&["Continuous"]),
        Irreversible,
        "continuous backup cannot be switched off again",
    ),
    rule("Microsoft.ServiceBus/namespaces", "properties.publicNetworkAccess", OPEN, Exposure, NETWORK),
    rule("Microsoft.ServiceBus/namespaces", "properties.disableLocalAuth", ON, Exposure, KEYS),
    rule(
        "Microsoft.ServiceBus/namespaces",
        "properties.minimumTlsVersion",
        FallsIn(&["1.0", "1.1", "1.2"]),
        Protection,
        OLDER,
    ),
    rule(
        "Microsoft.ServiceBus/namespaces/queues",
        "properties.defaultMessageTimeToLive",
        Falls,
        Protection,
        "older messages are dropped",
    ),
    rule(
        "Microsoft.ServiceBus/namespaces/queues",
        "properties.deadLetteringOnMessageExpiration",
        ON,
        Protection,
        "messages that expire are no longer kept",
    ),
    rule("Microsoft.EventHub/namespaces", "properties.disableLocalAuth", ON, Exposure, KEYS),
    rule(
        "Microsoft.EventHub/namespaces/eventhubs",
        "properties.messageRetentionInDays",
        Falls,
        Protection,
        "older events are dropped",
    ),
    rule("Microsoft.KeyVault/vaults", "properties.publicNetworkAccess", OPEN, Exposure, NETWORK),
    rule("Microsoft.KeyVault/vaults", "properties.networkAcls.defaultAction", ALLOW, Exposure, NETWORK),
    rule(
        "Microsoft.KeyVault/vaults",
        "properties.enableRbacAuthorization",
        ON,
        Exposure,
        "access policies of the vault count instead of roles",
    ),
    rule(
        "Microsoft.KeyVault/vaults",
        "properties.enablePurgeProtection",
        ON,
        Protection,
        "a deleted vault can be purged at once",
    ),
    rule(
        "Microsoft.KeyVault/vaults",
        "properties.enablePurgeProtection",
        TRUE,
        Irreversible,
        "purge protection cannot be switched off again",
    ),
    rule(
        "Microsoft.KeyVault/vaults",
        "properties.softDeleteRetentionInDays",
        Falls,
        Protection,
        "deleted secrets can be restored for less long",
    ),
    rule("Microsoft.Web/sites", "properties.httpsOnly", ON, Exposure, "requests without TLS are answered"),
    rule("Microsoft.Web/sites", "properties.publicNetworkAccess", OPEN, Exposure, NETWORK),
    rule(
        "Microsoft.Web/sites",
        "properties.siteConfig.minTlsVersion",
        FallsIn(&["1.0", "1.1", "1.2", "1.3"]),
        Protection,
        OLDER,
    ),
    rule(
        "Microsoft.Web/sites",
        "properties.siteConfig.cors.allowedOrigins.*",
        Becomes(&["*"]),
        Exposure,
        "every site may call it from a browser",
    ),
    rule(
        "Microsoft.Web/sites",
        "properties.siteConfig.remoteDebuggingEnabled",
        TRUE,
        Exposure,
        "a debugger may attach to it",
    ),
    rule(
        "Microsoft.Web/sites/config",
        "properties.globalValidation.requireAuthentication",
        ON,
        Exposure,
        "everybody can call it",
    ),
    rule(
        "Microsoft.Web/sites/config",
        "properties.globalValidation.unauthenticatedClientAction",
        Becomes(&["AllowAnonymous"]),
        Exposure,
        "everybody can call it",
    ),
    rule(
        "Microsoft.Web/sites/config",
        "properties.platform.enabled",
        ON,
        Exposure,
        "the platform no longer asks who calls",
    ),
    rule(
        "Microsoft.Web/sites/basicPublishingCredentialsPolicies",
        "properties.allow",
        TRUE,
        Exposure,
        "whoever has the publishing password can change its code",
    ),
    rule("Microsoft.Sql/servers", "properties.publicNetworkAccess", OPEN, Exposure, NETWORK),
    rule(
        "Microsoft.Sql/servers/firewallRules",
        "properties.startIpAddress",
        Becomes(&["0.0.0.0"]),
        Exposure,
        "addresses from everywhere may connect",
    ),
    rule(
        "Microsoft.DBforPostgreSQL/flexibleServers",
        "properties.network.publicNetworkAccess",
        OPEN,
        Exposure,
        NETWORK,
    ),
    rule(
        "Microsoft.DBforPostgreSQL/flexibleServers",
        "properties.backup.backupRetentionDays",
        Falls,
        Protection,
        "older backups are deleted",
    ),
    rule(
        "Microsoft.Network/networkSecurityGroups",
        "properties.securityRules.*.properties.sourceAddressPrefix",
        Becomes(&["*", "0.0.0.0/0", "Internet"]),
        Exposure,
        "every address may connect",
    ),
    rule("Microsoft.Cache/redis", "properties.enableNonSslPort", TRUE, Exposure, "connections need not be encrypted"),
    rule(
        "Microsoft.ContainerRegistry/registries",
        "properties.anonymousPullEnabled",
        TRUE,
        Exposure,
        "everybody can pull its images",
    ),
    rule(
        "Microsoft.OperationalInsights/workspaces",
        "properties.retentionInDays",
        Falls,
        Protection,
        "older logs are deleted",
    ),
    rule(
        "Microsoft.DBforPostgreSQL/flexibleServers",
        "properties.authConfig",
        Goes,
        Exposure,
        "it falls back to passwords",
    ),
];
