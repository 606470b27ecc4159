//! Principals of other projects, and people.

use portolan_model::Model;
use portolan_policy::Pattern;

/// Domains of the accounts that Google itself runs things with: service agents and the like
/// (IAM documentation, "Service agents").
const AGENTS: [&str; 3] = ["gcp-sa-", "cloudservices.gserviceaccount.com", "storage-transfer-service."];

/// Who a principal is, when it is not of the project (IAM documentation, "Principal identifiers").
pub(crate) fn outsider(principal: &Pattern, model: &Model) -> Option<String> {
    let text = principal.to_string();
    let (kind, who) = text.split_once(':')?;
    match kind {
        "user" | "group" | "domain" => Some(format!("the {kind} {who}")),
        "principal" | "principalSet" => Some(format!("identities of the pool {}", who.trim_start_matches('/'))),
        "serviceAccount" => {
            let domain = who.split_once('@')?.1;
            let own = model.target.project.as_ref().map(|project| project.value.as_str());
            let project = domain.strip_suffix(".iam.gserviceaccount.com")?;
            let ours = project == "{project}" || Some(project) == own;
            let agent = AGENTS.iter().any(|agent| domain.starts_with(agent)) || GOOGLE.contains(&project);
            (!ours && !agent).then(|| format!("project {project}"))
        }
        _ => None,
    }
}

/// Projects in which Google keeps agents of services that are older than `gcp-sa-`.
const GOOGLE: [&str; 4] = ["serverless-robot-prod", "gcf-admin-robot", "gs-project-accounts", "container-engine-robot"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    const SPEC: &str =
        "portolan: 1\napp: demo\ntargets: { gcp: { provider: gcp, region: europe-west1, project: acme-demo } }\n";

    fn check(principal: &str, expected: Option<&str>) {
        let model = testing::model(SPEC, "gcp");
        assert_eq!(outsider(&Pattern::literal(principal), &model).as_deref(), expected, "{principal}");
    }

    #[test]
    fn projects_are_told_apart() {
        check("serviceAccount:x@other.iam.gserviceaccount.com", Some("project other"));
        check("serviceAccount:service-12@gcp-sa-pubsub.iam.gserviceaccount.com", None);
        check("serviceAccount:service-12@gs-project-accounts.iam.gserviceaccount.com", None);
        check("serviceAccount:12-compute@developer.gserviceaccount.com", None);
        check("serviceAccount:x@acme-demo.iam.gserviceaccount.com", None);
        check("user:ada@example.com", Some("the user ada@example.com"));
        check("projectOwner:acme", None);
        check("allUsers", None);
    }
}
