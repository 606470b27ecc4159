//! What Google's predefined roles carry: the few that we ever bind (IAM documentation, Roles and permissions).

use portolan_access::Carries;
use portolan_value::Text;

/// A role and its permissions, in alphabetical order.
type Role = (&'static str, &'static [&'static str]);

/// What a role carries beyond what was asked for. A role that is not in the table says so itself.
pub fn beyond(role: &str, asked: &[Text]) -> Vec<Text> {
    match carried(role) {
        Some(permissions) => {
            let more = permissions.iter().filter(|permission| !asked.iter().any(|asked| asked == *permission));
            more.map(|permission| Text::fixed(permission)).collect()
        }
        None => vec![format!("whatever else {role} carries").into()],
    }
}

/// What an action stands for that is allowed by hand.
pub fn carries(action: &str) -> Carries {
    match carried(action) {
        Some(permissions) => Carries::All(permissions.iter().map(ToString::to_string).collect()),
        None if action.contains('/') => Carries::Unknown,
        None => Carries::Itself,
    }
}

/// What a role carries; none of one that is not in the table.
pub fn carried(role: &str) -> Option<&'static [&'static str]> {
    ROLES.iter().find(|(name, _)| *name == role).map(|(_, permissions)| *permissions)
}

const ROLES: [Role; 15] = [
    ("roles/eventarc.eventReceiver", &["eventarc.events.receiveAuditLogWritten", "eventarc.events.receiveEvent"]),
    ("roles/storage.legacyObjectReader", &["storage.objects.get"]),
    (
        "roles/storage.objectViewer",
        &[
            "resourcemanager.projects.get",
            "resourcemanager.projects.list",
            "storage.folders.get",
            "storage.folders.list",
            "storage.managedFolders.get",
            "storage.managedFolders.list",
            "storage.objects.get",
            "storage.objects.list",
        ],
    ),
    (
        "roles/storage.objectCreator",
        &[
            "orgpolicy.policy.get",
            "resourcemanager.projects.get",
            "resourcemanager.projects.list",
            "storage.folders.create",
            "storage.managedFolders.create",
            "storage.multipartUploads.abort",
            "storage.multipartUploads.create",
            "storage.multipartUploads.listParts",
            "storage.objects.create",
            "storage.objects.createContext",
        ],
    ),
    (
        "roles/storage.objectUser",
        &[
            "monitoring.timeSeries.create",
            "orgpolicy.policy.get",
            "resourcemanager.projects.get",
            "resourcemanager.projects.list",
            "storage.folders.create",
            "storage.folders.delete",
            "storage.folders.get",
            "storage.folders.list",
            "storage.folders.rename",
            "storage.managedFolders.create",
            "storage.managedFolders.delete",
            "storage.managedFolders.get",
            "storage.managedFolders.list",
            "storage.multipartUploads.abort",
            "storage.multipartUploads.create",
            "storage.multipartUploads.list",
            "storage.multipartUploads.listParts",
            "storage.objects.create",
            "storage.objects.createContext",
            "storage.objects.delete",
            "storage.objects.deleteContext",
            "storage.objects.get",
            "storage.objects.list",
            "storage.objects.move",
            "storage.objects.restore",
            "storage.objects.update",
            "storage.objects.updateContext",
        ],
    ),
    (
        "roles/datastore.viewer",
        &[
            "appengine.applications.get",
            "databasesconsole.locations.get",
            "databasesconsole.locations.list",
            "databasesconsole.studioQueries.search",
            "datastore.databases.get",
            "datastore.databases.getMetadata",
            "datastore.databases.list",
            "datastore.entities.get",
            "datastore.entities.list",
            "datastore.insights.get",
            "datastore.namespaces.get",
            "datastore.namespaces.list",
            "datastore.schemas.get",
            "datastore.schemas.list",
            "datastore.statistics.get",
            "datastore.statistics.list",
            "resourcemanager.projects.get",
            "resourcemanager.projects.list",
        ],
    ),
    (
        "roles/datastore.user",
        &[
            "appengine.applications.get",
            "databasesconsole.locations.get",
            "databasesconsole.locations.list",
            "databasesconsole.studioQueries.create",
            "databasesconsole.studioQueries.delete",
            "databasesconsole.studioQueries.search",
            "databasesconsole.studioQueries.update",
            "datastore.databases.get",
            "datastore.databases.getMetadata",
            "datastore.databases.list",
            "datastore.entities.allocateIds",
            "datastore.entities.create",
            "datastore.entities.delete",
            "datastore.entities.get",
            "datastore.entities.list",
            "datastore.entities.update",
            "datastore.namespaces.get",
            "datastore.namespaces.list",
            "datastore.schemas.list",
            "datastore.statistics.get",
            "datastore.statistics.list",
            "resourcemanager.projects.get",
            "resourcemanager.projects.list",
        ],
    ),
    (
        "roles/secretmanager.secretAccessor",
        &["resourcemanager.projects.get", "resourcemanager.projects.list", "secretmanager.versions.access"],
    ),
    (
        "roles/parametermanager.parameterAccessor",
        &[
            "parametermanager.locations.get",
            "parametermanager.locations.list",
            "parametermanager.parameterVersions.render",
            "resourcemanager.projects.get",
            "resourcemanager.projects.list",
        ],
    ),
    (
        "roles/pubsub.subscriber",
        &["pubsub.snapshots.seek", "pubsub.subscriptions.consume", "pubsub.topics.attachSubscription"],
    ),
    ("roles/pubsub.publisher", &["pubsub.topics.publish"]),
    ("roles/run.servicesInvoker", &["run.routes.invoke"]),
    ("roles/cloudfunctions.invoker", &["cloudfunctions.functions.invoke"]),
    ("roles/logging.logWriter", &["logging.logEntries.create", "logging.logEntries.route"]),
    (
        "roles/artifactregistry.writer",
        &[
            "artifactregistry.aptartifacts.create",
            "artifactregistry.attachments.create",
            "artifactregistry.attachments.delete",
            "artifactregistry.attachments.get",
            "artifactregistry.attachments.list",
            "artifactregistry.dockerimages.get",
            "artifactregistry.dockerimages.list",
            "artifactregistry.files.download",
            "artifactregistry.files.get",
            "artifactregistry.files.list",
            "artifactregistry.files.update",
            "artifactregistry.files.upload",
            "artifactregistry.kfpartifacts.create",
            "artifactregistry.locations.get",
            "artifactregistry.locations.list",
            "artifactregistry.mavenartifacts.get",
            "artifactregistry.mavenartifacts.list",
            "artifactregistry.npmpackages.get",
            "artifactregistry.npmpackages.list",
            "artifactregistry.packages.get",
            "artifactregistry.packages.list",
            "artifactregistry.packages.update",
            "artifactregistry.projectconfigs.get",
            "artifactregistry.projectsettings.get",
            "artifactregistry.pythonpackages.get",
            "artifactregistry.pythonpackages.list",
            "artifactregistry.repositories.downloadArtifacts",
            "artifactregistry.repositories.exportArtifacts",
            "artifactregistry.repositories.get",
            "artifactregistry.repositories.list",
            "artifactregistry.repositories.listEffectiveTags",
            "artifactregistry.repositories.listTagBindings",
            "artifactregistry.repositories.readViaVirtualRepository",
            "artifactregistry.repositories.uploadArtifacts",
            "artifactregistry.rules.get",
            "artifactregistry.rules.list",
            "artifactregistry.tags.create",
            "artifactregistry.tags.get",
            "artifactregistry.tags.list",
            "artifactregistry.tags.update",
            "artifactregistry.versions.get",
            "artifactregistry.versions.list",
            "artifactregistry.yumartifacts.create",
            "resourcemanager.projects.get",
        ],
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_role_carries_beyond_is_told() {
        assert_eq!(beyond("roles/pubsub.publisher", &["pubsub.topics.publish".into()]), [] as [&str; 0]);
        let more = beyond("roles/secretmanager.secretAccessor", &["secretmanager.versions.access".into()]);
        assert_eq!(more, ["resourcemanager.projects.get", "resourcemanager.projects.list"]);
        assert_eq!(beyond("roles/owner", &[]), ["whatever else roles/owner carries"]);
    }

    #[test]
    fn the_table_is_in_order() {
        assert!(ROLES.iter().all(|(_, permissions)| permissions.is_sorted()));
    }
}
