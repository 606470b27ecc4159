//! The types that Rust lowers, each with the version of its interface.

/// A type and its version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Type(pub(super) &'static str, pub(super) &'static str);

pub(super) const IDENTITY: Type = Type("Microsoft.ManagedIdentity/userAssignedIdentities", "2024-11-30");
pub(super) const WORKSPACE: Type = Type("Microsoft.OperationalInsights/workspaces", "2025-07-01");
pub(super) const INSIGHTS: Type = Type("Microsoft.Insights/components", "2020-02-02");
pub(super) const STORAGE: Type = Type("Microsoft.Storage/storageAccounts", "2025-06-01");
pub(super) const CONTAINER: Type = Type("Microsoft.Storage/storageAccounts/blobServices/containers", "2025-06-01");
pub(super) const PLAN: Type = Type("Microsoft.Web/serverfarms", "2025-03-01");
pub(super) const SITE: Type = Type("Microsoft.Web/sites", "2025-03-01");
pub(super) const PUBLISHING: Type = Type("Microsoft.Web/sites/basicPublishingCredentialsPolicies", "2025-03-01");
pub(super) const SITE_CONFIG: Type = Type("Microsoft.Web/sites/config", "2025-03-01");
pub(super) const QUEUE: Type = Type("Microsoft.ServiceBus/namespaces/queues", "2024-01-01");
pub(super) const SUBSCRIPTION: Type = Type("Microsoft.ServiceBus/namespaces/topics/subscriptions", "2024-01-01");
pub(super) const SYSTEM_TOPIC: Type = Type("Microsoft.EventGrid/systemTopics", "2025-02-15");
pub(super) const EVENT_SUBSCRIPTION: Type = Type("Microsoft.EventGrid/systemTopics/eventSubscriptions", "2025-02-15");
pub(super) const ROLE_DEFINITION: Type = Type("Microsoft.Authorization/roleDefinitions", "2022-04-01");
pub(super) const ROLE_ASSIGNMENT: Type = Type("Microsoft.Authorization/roleAssignments", "2022-04-01");
pub(super) const SQL_DEFINITION: Type = Type("Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions", "2025-10-15");
pub(super) const SQL_ASSIGNMENT: Type = Type("Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments", "2025-10-15");
pub(super) const SQL_CONTAINER: Type =
    Type("Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers", "2025-10-15");
pub(super) const OPERATION: Type = Type("Microsoft.ApiManagement/service/apis/operations", "2024-05-01");
pub(super) const OPERATION_POLICY: Type =
    Type("Microsoft.ApiManagement/service/apis/operations/policies", "2024-05-01");
pub(super) const API_POLICY: Type = Type("Microsoft.ApiManagement/service/apis/policies", "2024-05-01");
pub(super) const DEPLOYMENT: Type = Type("Microsoft.Resources/deployments", "2025-04-01");
