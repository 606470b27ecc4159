//! Permissions of Google Cloud with which an identity can get more than it was given: a table, each row with the document that says so.

use portolan_target::Escalation;

const fn row(permission: &'static str, gives: &'static str, source: &'static str) -> Escalation {
    Escalation { permission, gives, source }
}

/// Every such permission; `*` stands for anything, and roles stand last.
pub(crate) const ESCALATIONS: [Escalation; 33] = [
    row(
        "iam.serviceAccounts.actAs",
        "runs things as another service account",
        "IAM documentation, Roles for service account authentication",
    ),
    row(
        "iam.serviceAccounts.getAccessToken",
        "becomes another service account",
        "IAM documentation, Roles for service account authentication",
    ),
    row(
        "iam.serviceAccounts.getOpenIdToken",
        "becomes another service account towards services that want a token",
        "IAM documentation, Roles for service account authentication",
    ),
    row(
        "iam.serviceAccounts.implicitDelegation",
        "becomes a service account that another one may become",
        "IAM documentation, Roles for service account authentication",
    ),
    row(
        "iam.serviceAccounts.sign*",
        "signs as another service account",
        "IAM documentation, Roles for service account authentication",
    ),
    row(
        "iam.serviceAccountKeys.create",
        "makes keys of another service account",
        "IAM documentation, Create and delete service account keys",
    ),
    row(
        "iam.serviceAccountApiKeyBindings.create",
        "makes keys of another service account",
        "IAM documentation, Service accounts",
    ),
    row("*.setIamPolicy", "decides who may do what", "IAM documentation, Manage access to resources"),
    row(
        "iam.roles.update",
        "adds permissions to a role that identities already have",
        "IAM documentation, Create and manage custom roles",
    ),
    row("iam.roles.create", "makes roles", "IAM documentation, Create and manage custom roles"),
    row(
        "iam.workloadIdentityPool*",
        "decides whose word is taken for who somebody is",
        "IAM documentation, Workload Identity Federation",
    ),
    row("iam.denypolicies.*", "takes denials away", "IAM documentation, Deny policies"),
    row(
        "orgpolicy.policy.set",
        "takes the limits of the organisation away",
        "Resource Manager documentation, Organization policies",
    ),
    row(
        "cloudfunctions.functions.create",
        "runs its own code as a service account",
        "Cloud Run functions documentation, IAM permissions",
    ),
    row(
        "cloudfunctions.functions.update",
        "runs its own code as another function's service account",
        "Cloud Run functions documentation, IAM permissions",
    ),
    row(
        "cloudfunctions.functions.sourceCodeSet",
        "runs its own code as another function's service account",
        "Cloud Run functions documentation, IAM permissions",
    ),
    row("run.services.create", "runs its own code as a service account", "Cloud Run documentation, IAM permissions"),
    row(
        "run.services.update",
        "runs its own code as another service's account",
        "Cloud Run documentation, IAM permissions",
    ),
    row("run.jobs.*", "runs its own code as a job's service account", "Cloud Run documentation, IAM permissions"),
    row(
        "cloudbuild.builds.create",
        "runs its own commands as the build's service account",
        "Cloud Build documentation, IAM roles and permissions",
    ),
    row(
        "deploymentmanager.deployments.*",
        "changes whatever the deployment's account may change",
        "Deployment Manager documentation, Access control",
    ),
    row(
        "config.deployments.*",
        "changes whatever the deployment's account may change",
        "Infrastructure Manager documentation, Access control",
    ),
    row(
        "compute.*.setCommonInstanceMetadata",
        "opens a shell on machines, as their accounts",
        "Compute Engine documentation, IAM permissions",
    ),
    row(
        "compute.instances.setMetadata",
        "opens a shell on a machine, as its account",
        "Compute Engine documentation, IAM permissions",
    ),
    row(
        "compute.instances.osLogin",
        "opens a shell on a machine, as its account",
        "Compute Engine documentation, OS Login",
    ),
    row(
        "workflows.workflows.update",
        "changes what runs as a workflow's account",
        "Workflows documentation, IAM permissions",
    ),
    row("storage.hmacKeys.create", "makes keys of another service account", "Cloud Storage documentation, HMAC keys"),
    row("apikeys.keys.create", "makes keys of the project", "API Keys documentation, Access control"),
    row("apikeys.keys.getKeyString", "reads keys of the project", "API Keys documentation, Access control"),
    row("role:roles/owner", "carries everything", "IAM documentation, Basic roles"),
    row(
        "role:roles/editor",
        "carries nearly everything, to act as service accounts among it",
        "IAM documentation, Basic roles",
    ),
    row("role:roles/iam.*", "manages or becomes identities", "IAM documentation, Predefined roles"),
    row("role:roles/resourcemanager.*IamAdmin", "decides who may do what", "IAM documentation, Predefined roles"),
];
