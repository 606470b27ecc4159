//! Small specs and what they become.

use crate::testing::{GUARDED, at, lowered, setting, template, with_built_in_roles};
use portolan_value::Value;
use serde_json::json;

const HELLO: &str =
    "functions:\n  hello: { runtime: python3.13, handler: src/a.b, triggers: { http: GET /, auth: public } }\n";

#[test]
fn a_function_is_an_app_with_everything_of_its_own() {
    let template = template(HELLO);
    let addresses: Vec<&str> = template["resources"]
        .as_array()
        .expect("resources")
        .iter()
        .filter_map(|resource| resource["metadata"]["address"].as_str())
        .collect();
    let expected = [
        "hello.role",
        "hello.workspace",
        "hello.insights",
        "hello.host",
        "hello.code",
        "hello.host.grant",
        "hello.insights.grant",
        "hello.plan",
        "hello.function",
        "hello.ftp-publishing",
        "hello.scm-publishing",
        "hello.auth",
        "app.telemetry.definition",
    ];
    assert_eq!(addresses, expected);
    let site = at(&template, "hello.function");
    let app = &site["properties"]["functionAppConfig"];
    assert_eq!(app["runtime"], json!({ "name": "python", "version": "3.13" }));
    assert_eq!(app["scaleAndConcurrency"], json!({ "instanceMemoryMB": 512, "maximumInstanceCount": 100 }));
    assert_eq!(site["properties"]["httpsOnly"], true);
    let identities = site["identity"]["userAssignedIdentities"].as_object().expect("a map");
    let id = "[resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'demo-dev-hello')]";
    assert_eq!(identities.keys().collect::<Vec<_>>(), [id]);
    assert_eq!(at(&template, "hello.auth")["properties"], json!({ "platform": { "enabled": false } }));
    assert_eq!(template["metadata"]["portolan"], json!({ "deployment": "demo-dev", "loweringVersion": 1 }));
}

#[test]
fn global_names_end_in_a_hash_of_the_place() {
    let hash = "uniqueString(resourceGroup().id, 'westeurope', 'demo/dev/hello.function')";
    let site = at(&template(HELLO), "hello.function");
    assert_eq!(site["name"], format!("[concat('demo-dev-hello-', {hash})]"));
}

#[test]
fn a_grant_is_an_assignment_on_the_child() {
    let spec = "resources: { jobs: { kind: queue } }\nfunctions:\n  hello: { runtime: python3.13, handler: src/a.b, \
                triggers: { schedule: rate(1 hour) }, uses: { jobs: send } }\n";
    let template = template(spec);
    let grant = at(&template, "hello.jobs-send.grant");
    let queue = at(&template, "jobs.queue")["name"].as_str().expect("a name").to_owned();
    assert!(queue.contains("uniqueString") && queue.ends_with("'/jobs')]"), "{queue}");
    assert!(
        grant["scope"]
            .as_str()
            .is_some_and(|scope| scope.starts_with("[resourceId('Microsoft.ServiceBus/namespaces/queues', concat("))
    );
    let definition = at(&template, "app.queue-send.definition");
    let permissions = &definition["properties"]["permissions"][0];
    assert_eq!(permissions["dataActions"], json!(["Microsoft.ServiceBus/namespaces/messages/send/action"]));
    assert_eq!(permissions["actions"], json!([]));
    assert_eq!(definition["properties"]["assignableScopes"], json!(["[resourceGroup().id]"]));
    assert_eq!(setting(&template, "hello", "JOBS_QUEUE"), "jobs");
    assert_eq!(setting(&template, "hello", "PORTOLAN_SCHEDULE_SCHEDULE"), "0 0 * * * *");
}

#[test]
fn reading_does_not_list() {
    let spec = "resources: { files: { kind: bucket } }\nfunctions:\n  hello: { runtime: python3.13, handler: src/a.b, \
                triggers: { schedule: rate(1 hour) }, uses: { files: { read: in/*, write: out/* } } }\n";
    let template = template(spec);
    let read = at(&template, "hello.files-read.grant");
    let condition = read["properties"]["condition"].as_str().expect("a condition");
    assert!(condition.contains("SubOperationMatches{'Blob.List'}") && condition.contains("StringStartsWith 'in/'"));
    assert_eq!(read["properties"]["conditionVersion"], "2.0");
    let write = at(&template, "hello.files-write.grant")["properties"]["condition"].clone();
    assert_eq!(
        write,
        "(@Resource[Microsoft.Storage/storageAccounts/blobServices/containers/blobs:path] StringStartsWith 'out/')"
    );
}

#[test]
fn one_built_in_role_is_assigned_once() {
    let spec = "resources: { files: { kind: bucket } }\nfunctions:\n  hello: { runtime: python3.13, handler: src/a.b, \
                triggers: { schedule: rate(1 hour) }, uses: { files: [write, delete, read] } }\n";
    let lowered = with_built_in_roles(spec);
    let grants = lowered.resources.iter().filter(|resource| resource.address.as_str().starts_with("hello.files-"));
    assert_eq!(grants.count(), 2);
    let write = lowered.permissions.iter().find(|permission| permission.verb == "write").expect("a permission");
    assert_eq!(write.role.as_deref(), Some("Storage Blob Data Contributor"));
    let beyond = |permission: &str| write.beyond.iter().any(|text| text.ends_with(permission));
    assert!(beyond("blobs/move/action") && beyond("blobs/read") && !beyond("blobs/delete") && !beyond("blobs/write"));
}

#[test]
fn a_shut_host_names_who_may_come_in() {
    let spec = format!(
        "{GUARDED}functions:\n  report: {{ runtime: python3.13, handler: src/a.b, triggers: {{ http: GET /, auth: iam }}, \
         callers: {{ functions: [nightly] }} }}\n  nightly: {{ runtime: python3.13, handler: src/a.b, triggers: {{ schedule: rate(1 day) }} }}\n"
    );
    let template = template(&spec);
    let auth = at(&template, "report.auth")["properties"].clone();
    assert_eq!(auth["globalValidation"]["unauthenticatedClientAction"], "Return401");
    let directory = &auth["identityProviders"]["azureActiveDirectory"];
    let identities = &directory["validation"]["defaultAuthorizationPolicy"]["allowedPrincipals"]["identities"];
    let id = "resourceId('Microsoft.ManagedIdentity/userAssignedIdentities', 'demo-dev-nightly')";
    assert_eq!(*identities, json!([format!("[reference({id}, '2024-11-30').principalId]")]));
    assert_eq!(directory["registration"]["clientId"], "7f3a91c2-0000-4000-8000-000000000001");
    assert!(template.get("parameters").is_none());
}

#[test]
fn functions_that_call_each_other_make_no_circle() {
    let spec = "functions:\n  ping: { runtime: python3.13, handler: src/a.b, triggers: { schedule: rate(1 hour) }, uses: { pong: invoke } }\n  \
                pong: { runtime: python3.13, handler: src/a.b, triggers: { schedule: rate(1 day) }, uses: { ping: invoke } }\n";
    let template = template(spec);
    assert_eq!(template["parameters"]["entra_app_id"]["type"], "string");
    let url = setting(&template, "ping", "PONG_FUNCTION_URL");
    assert!(
        url.as_str().is_some_and(|url| url.starts_with("[concat('https://demo-dev-pong-', uniqueString(")),
        "{url}"
    );
}

#[test]
fn object_events_go_through_a_queue() {
    let spec = "resources: { files: { kind: bucket } }\nfunctions:\n  hello:\n    runtime: python3.13\n    handler: src/a.b\n    \
                triggers: { bucket: files, events: [created], prefix: in/*, suffix: [.png, .jpg] }\n";
    let template = template(spec);
    let made = at(&template, "hello.files.notification");
    let filter = &made["properties"]["filter"];
    assert_eq!(filter["subjectBeginsWith"], "/blobServices/default/containers/demo-dev-files/blobs/in/");
    assert_eq!(filter["advancedFilters"][0]["values"], json!([".png", ".jpg"]));
    let sender = at(&template, "hello.files-delivery.grant");
    let principal = sender["properties"]["principalId"].as_str().expect("an expression");
    assert!(principal.ends_with("'2025-02-15', 'full').identity.principalId]"), "{principal}");
    assert_eq!(setting(&template, "hello", "PORTOLAN_FILES_QUEUE"), "hello.files");
}

#[test]
fn a_route_is_an_operation_with_a_policy() {
    let spec = format!(
        "{GUARDED}resources:\n  web: {{ kind: api, auth: {{ jwt: {{ issuer: \"https://id.example.com/\", audience: demo }} }} }}\nfunctions:\n  \
         get: {{ runtime: python3.13, handler: src/a.b, triggers: {{ api: web, http: \"GET /items/{{id}}\" }} }}\n"
    );
    let template = template(&spec);
    let operation = at(&template, "web.get-items-by-id.operation")["properties"].clone();
    assert_eq!(operation["urlTemplate"], "/items/{id}");
    assert_eq!(operation["templateParameters"][0]["name"], "id");
    let policy = at(&template, "web.get-items-by-id.rule")["properties"]["value"].clone();
    let policy = policy.as_str().expect("a text").to_owned();
    assert!(policy.contains("https://id.example.com/.well-known/openid-configuration"), "{policy}");
    assert!(policy.contains("<audience>demo</audience>") && policy.contains("authentication-managed-identity"));
    let auth = at(&template, "get.auth");
    assert!(auth.to_string().contains("'full').identity.principalId"));
}

#[test]
fn what_lies_elsewhere_is_granted_there() {
    let spec = "resources:\n  orders: { kind: queue, external: { azure: /subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/data/providers/Microsoft.ServiceBus/namespaces/acme/queues/orders } }\n\
                functions:\n  hello: { runtime: python3.13, handler: src/a.b, triggers: { schedule: rate(1 hour) }, uses: { orders: send } }\n";
    let template = template(spec);
    let grant = at(&template, "hello.orders-send.grant");
    assert_eq!(grant["type"], "Microsoft.Resources/deployments");
    assert_eq!(grant["resourceGroup"], "data");
    let inner = &grant["properties"]["template"]["resources"][0];
    assert!(inner["scope"].as_str().is_some_and(|scope| scope.ends_with("/namespaces/acme/queues/orders")));
    let scopes = at(&template, "app.queue-send.definition")["properties"]["assignableScopes"].clone();
    assert_eq!(
        scopes,
        json!(["[resourceGroup().id]", "/subscriptions/11111111-1111-4111-8111-111111111111/resourceGroups/data"])
    );
    assert_eq!(setting(&template, "hello", "ORDERS_QUEUE_NAMESPACE"), "acme.servicebus.windows.net");
}

#[test]
fn every_permission_has_a_reason() {
    let lowered = lowered(HELLO);
    assert!(!lowered.permissions.is_empty());
    for permission in &lowered.permissions {
        assert!(!permission.reasons.is_empty(), "{permission:?}");
        assert_ne!(*permission.scope, Value::from(""), "{permission:?}");
    }
}
