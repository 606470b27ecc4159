//! Permissions of Azure with which an identity can get more than it was given: a table, each row with the document that says so.

use portolan_target::Escalation;

const fn row(permission: &'static str, gives: &'static str, source: &'static str) -> Escalation {
    Escalation { permission, gives, source }
}

/// Every such permission; `*` stands for anything, and roles stand last.
pub(crate) const ESCALATIONS: [Escalation; 27] = [
    row(
        "Microsoft.Authorization/*/write",
        "decides who may do what",
        "Azure permissions reference, Microsoft.Authorization",
    ),
    row(
        "Microsoft.Authorization/elevateAccess/action",
        "becomes the administrator of all subscriptions",
        "Azure RBAC documentation, Elevate access",
    ),
    row(
        "Microsoft.ManagedIdentity/userAssignedIdentities/*assign/action",
        "runs things as another identity",
        "Azure permissions reference, Microsoft.ManagedIdentity",
    ),
    row(
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/write",
        "decides whose word is taken for who an identity is",
        "Azure permissions reference, Microsoft.ManagedIdentity",
    ),
    row(
        "Microsoft.Web/sites/write",
        "changes what runs as another function's identity",
        "Azure permissions reference, Microsoft.Web",
    ),
    row(
        "Microsoft.Web/sites/config/*",
        "reads and changes the settings of another function",
        "Azure permissions reference, Microsoft.Web",
    ),
    row(
        "Microsoft.Web/sites/publish*",
        "runs its own code as another function's identity",
        "Azure permissions reference, Microsoft.Web",
    ),
    row(
        "Microsoft.Web/sites/*/listkeys/action",
        "reads the keys that open another function",
        "Azure permissions reference, Microsoft.Web",
    ),
    row(
        "Microsoft.Web/sites/functions/*",
        "changes what runs as another function's identity",
        "Azure permissions reference, Microsoft.Web",
    ),
    row(
        "Microsoft.Storage/storageAccounts/listKeys/action",
        "reads keys that may do everything with the data",
        "Azure permissions reference, Microsoft.Storage",
    ),
    row(
        "Microsoft.Storage/storageAccounts/regenerateKey/action",
        "makes keys that may do everything with the data",
        "Azure permissions reference, Microsoft.Storage",
    ),
    row(
        "Microsoft.Storage/storageAccounts/list*Sas/action",
        "makes links that let anybody in",
        "Azure permissions reference, Microsoft.Storage",
    ),
    row(
        "Microsoft.DocumentDB/databaseAccounts/listKeys/action",
        "reads keys that may do everything with the data",
        "Azure permissions reference, Microsoft.DocumentDB",
    ),
    row(
        "Microsoft.DocumentDB/databaseAccounts/sqlRole*/write",
        "decides who may use the data",
        "Azure permissions reference, Microsoft.DocumentDB",
    ),
    row(
        "Microsoft.ServiceBus/namespaces/*authorizationRules/*",
        "reads or makes keys of queues and topics",
        "Azure permissions reference, Microsoft.ServiceBus",
    ),
    row(
        "Microsoft.EventHub/namespaces/*authorizationRules/*",
        "reads or makes keys of streams",
        "Azure permissions reference, Microsoft.EventHub",
    ),
    row(
        "Microsoft.KeyVault/vaults/write",
        "decides who may read secrets",
        "Azure permissions reference, Microsoft.KeyVault",
    ),
    row(
        "Microsoft.KeyVault/vaults/accessPolicies/write",
        "decides who may read secrets",
        "Azure permissions reference, Microsoft.KeyVault",
    ),
    row(
        "Microsoft.Compute/virtualMachines/runCommand*/action",
        "runs commands on machines, as their identities",
        "Azure permissions reference, Microsoft.Compute",
    ),
    row(
        "Microsoft.Compute/virtualMachines/extensions/write",
        "runs commands on machines, as their identities",
        "Azure permissions reference, Microsoft.Compute",
    ),
    row(
        "Microsoft.Resources/deployments/write",
        "makes whatever it may make, under one permission",
        "Azure permissions reference, Microsoft.Resources",
    ),
    row(
        "Microsoft.Automation/automationAccounts/*/write",
        "runs its own commands as an account's identity",
        "Azure permissions reference, Microsoft.Automation",
    ),
    row(
        "Microsoft.Logic/workflows/write",
        "changes what runs as a workflow's identity",
        "Azure permissions reference, Microsoft.Logic",
    ),
    row("role:*8e3af657-a8ff-443c-a75c-2fe8c4bcb635*", "carries everything: Owner", "Azure built-in roles, Owner"),
    row(
        "role:*b24988ac-6180-42a0-ab88-20f7382dd24c*",
        "carries everything but access itself: Contributor",
        "Azure built-in roles, Contributor",
    ),
    row(
        "role:*18d7d88d-d35e-4fb5-a5c3-7773c20a72d9*",
        "decides who may do what: User Access Administrator",
        "Azure built-in roles, User Access Administrator",
    ),
    row(
        "role:*f58310d9-a9f6-439a-9e8d-f62e7b41a168*",
        "decides who may do what: Role Based Access Control Administrator",
        "Azure built-in roles, Role Based Access Control Administrator",
    ),
];
